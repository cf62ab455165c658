"""Tests of two rates against published p-values, two libraries and plain enumeration."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.rates import test_poisson_2indep as library_test

from baseline_compare.statistics.rate_tests import (
    e_test,
    rate_difference_tests,
    rate_ratio_tests_one_sided,
    tost_rate_ratio,
)

library_test.__test__ = False


def test_the_five_ratio_tests_reach_the_published_p_values():
    # Gu, Ng, Tang and Schucany 2008, Biom J 50:283: 60 in 51,477.5 against 30 in 54,308.7
    found = rate_ratio_tests_one_sided(30, 54308.7, 60, 51477.5)
    numbers = [found.wald, found.score, found.log_wald, found.log_score, found.square_root]
    assert numbers == pytest.approx([0.000356, 0.000316, 0.00042, 0.0002, 0.000285], abs=5e-6)


def test_the_difference_tests_reach_the_published_values():
    # Ng, Gu and Tang 2007, Comput Stat Data Anal 51:3085: 41 in 28,010 against 15 in 19,017
    found = rate_difference_tests(15, 19017, 41, 28010)
    numbers = [found.wald_z, found.wald_p, found.score_z, found.score_p]
    assert numbers == pytest.approx([2.2047, 0.0137, 2.0818, 0.0187], abs=7e-4)


def test_the_e_test_reaches_the_published_p_value():
    # Krishnamoorthy and Thomson 2004, J Stat Plan Inf 119:23
    assert e_test(3, 100, 0, 100) == pytest.approx(0.08837900945, abs=1e-10)


def test_both_kinds_of_tests_agree_with_a_library():
    random = np.random.default_rng(61)
    methods = ("wald", "score", "wald-log", "score-log", "sqrt")
    for _ in range(150):
        x1, x2 = random.integers(1, 300, 2)
        t1, t2 = random.uniform(1, 1000, 2)
        ratio = np.exp(random.normal())
        found = rate_ratio_tests_one_sided(x1, t1, x2, t2, ratio=ratio)
        names = ("wald", "score", "log_wald", "log_score", "square_root")
        for name, method in zip(names, methods, strict=True):
            library = library_test(
                x2, t2, x1, t1, value=ratio, method=method, compare="ratio", alternative="larger"
            )
            assert getattr(found, name) == pytest.approx(library.pvalue, rel=1e-9, abs=1e-290)
        difference = random.normal() * (x1 / t1 + x2 / t2)
        found = rate_difference_tests(x1, t1, x2, t2, difference=difference)
        for name in ("wald", "score"):
            library = library_test(
                x2, t2, x1, t1, value=difference, method=name, compare="diff", alternative="larger"
            )
            z, p = getattr(found, f"{name}_z"), getattr(found, f"{name}_p")
            assert [z, p] == pytest.approx(
                [library.statistic, library.pvalue], rel=1e-8, abs=1e-290
            )


def test_the_e_test_agrees_with_a_library_but_for_the_ties_that_it_loses():
    # scipy 1.15 to 1.17 compares rounded statistics and so leaves out some ties, at times the
    # observed pair itself (28 in 64.1, 49 in 85.2): its p-value is then too small.
    agreed = 0
    random = np.random.default_rng(62)
    for _ in range(150):
        x1, x2 = random.integers(0, 60, 2)
        t1, t2 = random.uniform(1, 100, 2).round(1)
        library = stats.poisson_means_test(int(x1), t1, int(x2), t2).pvalue
        found = e_test(x1, t1, x2, t2)
        assert found > library - 2e-9
        agreed += int(found < library + 2e-9)
    assert agreed > 130


def test_the_e_test_counts_the_observed_pair():
    first, second = np.meshgrid(np.arange(400.0), np.arange(400.0), indexing="ij")
    variance = first / 64.1**2 + second / 85.2**2
    z = np.abs(first / 64.1 - second / 85.2) / np.sqrt(np.maximum(variance, 1e-9))
    rate = (28 + 49) / (64.1 + 85.2)
    pairs = stats.poisson.pmf(first, rate * 64.1) * stats.poisson.pmf(second, rate * 85.2)
    expected = pairs[z >= z[28, 49] * (1 - 1e-9)].sum()
    assert e_test(28, 64.1, 49, 85.2) == pytest.approx(expected, rel=1e-9)


def test_the_e_test_agrees_with_enumeration_and_counts_ties():
    exposures = [(1.0, 1.0), (40.0, 20.0), (3.0, 1.0), (0.1, 0.3)]
    first, second = np.meshgrid(np.arange(120.0), np.arange(120.0), indexing="ij")
    for t1, t2 in exposures:
        for x1, x2 in [(2, 7), (0, 4), (5, 1), (6, 6), (12, 3), (0, 0)]:
            with np.errstate(invalid="ignore"):
                variance = first / t1**2 + second / t2**2
                z = np.abs(first / t1 - second / t2) / np.sqrt(variance)
            seen = z[x1, x2]
            rate = (x1 + x2) / (t1 + t2)
            pairs = stats.poisson.pmf(first, rate * t1) * stats.poisson.pmf(second, rate * t2)
            expected = pairs[z >= seen * (1 - 1e-9)].sum() if x1 + x2 and seen > 0 else 1.0
            assert e_test(x1, t1, x2, t2) == pytest.approx(expected, rel=1e-9)


def test_the_e_test_is_symmetric_and_free_of_units():
    random = np.random.default_rng(63)
    x1, x2 = random.integers(0, 400, (2, 300))
    t1, t2 = random.uniform(1, 100, (2, 300))
    p = e_test(x1, t1, x2, t2)
    np.testing.assert_allclose(p, e_test(x2, t2, x1, t1), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(p, e_test(x1, t1 / 1024, x2, t2 / 1024), rtol=1e-9, atol=1e-15)
    assert (p > 0).all()
    assert (p <= 1).all()


def test_the_e_test_nears_the_score_test_with_many_events():
    x2 = 10**8 + np.array([6_000, 28_000])
    p = e_test(10**8, 1.0, x2, 1.0)
    z = (x2 - 10**8) / np.sqrt(x2 + 10**8)
    np.testing.assert_allclose(p, 2 * stats.norm.sf(z), rtol=1e-3)


def test_equal_rates_and_no_events_have_an_e_test_of_one():
    assert e_test([0, 5, 10], [1.0, 1.0, 30.0], [0, 5, 20], [3.0, 1.0, 60.0]).tolist() == [1, 1, 1]


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match=r"expected events in both periods, found x1 = 0.0"):
        rate_ratio_tests_one_sided(0, 1, 1, 1)
    with pytest.raises(ValueError, match=r"expected a ratio above 0, found ratio = 0.0"):
        rate_ratio_tests_one_sided(1, 1, 1, 1, ratio=0)
    with pytest.raises(ValueError, match=r"expected an event in either period, found x1 = 0.0"):
        rate_difference_tests(0, 1, 0, 1)
    with pytest.raises(ValueError, match=r"expected x1 >= 0 events in t1 > 0, found x1 = -1.0"):
        e_test(-1, 1, 0, 1)


def test_shapes_broadcast_and_scalars_work():
    x1 = np.array([[3], [4]])
    p = e_test(x1, 1, [5, 6, 7], 2)
    assert p.shape == (2, 3)
    assert e_test(4, 1, 7, 2) == pytest.approx(p[1, 2], rel=1e-12)
    assert rate_ratio_tests_one_sided(x1, 1, [5, 6, 7], 2).score.shape == (2, 3)
    assert rate_difference_tests(x1, 1, [5, 0, 7], 2).score_z.shape == (2, 3)


def test_a_rate_ratio_with_exact_limits_as_margins_has_half_the_level():
    # statsmodels' test values: margins at the exact 95 % limits of 60/51477.5 : 30/54308.7
    low, high = 1.33973572177265, 3.388365573616252
    found = tost_rate_ratio(30, 54308.7, 60, 51477.5, low=low, high=high)
    assert found == pytest.approx(0.025, abs=1e-9)


def test_the_rate_ratio_agrees_with_binomial_tails_at_the_margins():
    rng = np.random.default_rng(26404)
    x1, x2 = rng.integers(0, 200, (2, 5_000))
    t1, t2 = rng.uniform(0.1, 1e6, (2, 5_000))
    low = rng.uniform(0.1, 1, 5_000)
    high = low + rng.uniform(0.1, 3, 5_000)
    found = tost_rate_ratio(x1, t1, x2, t2, low=low, high=high)
    above = stats.binom.sf(x2 - 1, x1 + x2, low * t2 / (low * t2 + t1))
    below = stats.binom.cdf(x2, x1 + x2, high * t2 / (high * t2 + t1))
    assert found == pytest.approx(np.maximum(above, below), rel=1e-9, abs=1e-300)


def test_no_event_in_a_period_shows_no_equivalence():
    found = tost_rate_ratio([0, 0, 5], 1, [0, 5, 0], 1, low=0.8, high=1.25)
    assert found[0] == 1.0
    assert found[1:] == pytest.approx([1.0, 1.0], abs=1e-12)
    assert tost_rate_ratio(10**9, 1, 10**9, 1, low=0.99, high=1.01) < 1e-300


def test_swapping_the_periods_mirrors_the_margins_of_a_ratio():
    ratio = tost_rate_ratio(31, 2.0, 44, 3.0, low=0.8, high=1.5)
    back = tost_rate_ratio(44, 3.0, 31, 2.0, low=1 / 1.5, high=1 / 0.8)
    assert back == pytest.approx(ratio, rel=1e-12)


def test_impossible_rates_and_margins_are_refused():
    with pytest.raises(ValueError, match=r"margins 0 < low < high, found low = 0.0"):
        tost_rate_ratio(1, 1, 1, 1, low=0, high=2)
    with pytest.raises(ValueError, match=r"x1 >= 0 events in t1 > 0, found x1 = -1.0"):
        tost_rate_ratio(-1, 1, 1, 1, low=0.5, high=2)
    with pytest.raises(ValueError, match=r"x2 >= 0 events in t2 > 0, found x2 = 1.0, t2 = 0.0"):
        tost_rate_ratio(1, 1, 1, 0, low=0.5, high=2)
