"""Skewness-corrected scores: what sets them apart. Roots and coherence: test_score_inversion."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.scores import miettinen_nurminen_p
from baseline_compare.statistics.skewness import laud_difference, laud_p, laud_ratio

Z = stats.norm.isf(0.025)


def test_groups_of_one_size_leave_the_plain_score_test():
    x1, x2 = np.meshgrid(np.arange(0, 51), np.arange(0, 51))
    corrected = laud_p(x1, 50, x2, 50, distribution="binomial")
    np.testing.assert_allclose(corrected, miettinen_nurminen_p(x1, 50, x2, 50), rtol=1e-12)


def test_the_p_value_solves_the_quadratic_of_the_paper():
    random = np.random.default_rng(21)
    n1, n2 = random.integers(5, 2000, (2, 5000)).astype(float)
    x1, x2 = np.floor(n1 * random.random(5000)), np.floor(n2 * random.random(5000))
    for distribution in ("binomial", "poisson"):
        pooled = (x1 + x2) / (n1 + n2)
        if distribution == "binomial":
            factor = (n1 + n2) / (n1 + n2 - 1)
            first, second = stats.binom(n1, pooled), stats.binom(n2, pooled)
        else:
            factor = 1.0
            first, second = stats.poisson(n1 * pooled), stats.poisson(n2 * pooled)
        variance = (first.var() / n1**2 + second.var() / n2**2) * factor
        third = second.stats("s") * second.var() ** 1.5 / n2**3
        third -= first.stats("s") * first.var() ** 1.5 / n1**3
        p = laud_p(x1, n1, x2, n2, distribution=distribution)
        large = (p < 0.5) & (p > 1e-200)
        change, variance = (x2 / n2 - x1 / n1)[large], variance[large]
        z = np.sign(change) * stats.norm.isf(p[large] / 2)
        left = z + (z**2 - 1) * third[large] / (6 * variance**1.5)
        right = change / np.sqrt(variance)
        np.testing.assert_allclose(left, right, rtol=1e-9)
        assert large.sum() > 1000


@pytest.mark.parametrize("function", [laud_difference, laud_ratio])
def test_a_q_below_one_is_refused(function):
    with pytest.raises(ValueError, match=r"expected q of at least 1 .*, found q = 0.9"):
        function(3, 10, 4, 10, 0.9, distribution="poisson")


@pytest.mark.parametrize("function", [laud_difference, laud_ratio])
def test_impossible_counts_are_refused(function):
    with pytest.raises(ValueError, match=r"expected x1 of n1 .*, found x1 = 11.0, n1 = 10.0"):
        function(11, 10, 4, 10, Z, distribution="binomial")
    with pytest.raises(ValueError, match=r"expected x2 >= 0 events in t2 > 0, found x2 = -4.0"):
        function(11, 10, -4, 10, Z, distribution="poisson")
    with pytest.raises(ValueError, match=r"expected x1 of n1"):
        laud_p(11, 10, 4, 10, distribution="binomial")


def test_few_events_are_never_rejected_at_an_extreme_level():
    # The corrected statistic of the ratio stays below sqrt(6 * 1 + 1) = 2.65 at one event.
    q = np.array([2.6, 2.7, 40.0])
    for distribution in ("binomial", "poisson"):
        found = laud_ratio(50, 100, 1, 100, q, distribution=distribution)
        assert (found.lower > 0).tolist() == [True, False, False]
        assert (found.upper[:2] < 1).all()


def test_no_events_leave_the_ratio_open():
    for distribution in ("binomial", "poisson"):
        found = laud_ratio(0, 10, 0, 20, Z, distribution=distribution)
        assert (found.lower, found.upper) == (0.0, np.inf)
        assert laud_p(0, 10, 0, 20, distribution=distribution) == 1.0
    assert laud_p(10, 10, 20, 20, distribution="binomial") == 1.0
