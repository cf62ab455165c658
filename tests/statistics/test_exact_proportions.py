"""Exact intervals of a share against direct searches, where a library is right and where not."""

import numpy as np
import pytest
from scipy import optimize, special, stats
from statsmodels.stats.proportion import proportion_confint

from baseline_compare.statistics.exact_proportions import clopper_pearson, jeffreys, mid_p

Z = stats.norm.isf(0.025)


def test_the_library_misses_the_ends_of_jeffreys_and_ours_does_not():
    library = proportion_confint([0, 29], 29, method="jeffreys")
    assert library[0][0] > 1e-5
    assert library[1][1] < 1 - 1e-5
    found = jeffreys([0, 29], 29, Z)
    assert found.lower[0] == 0.0
    assert found.upper[1] == 1.0
    assert found.upper[0] == pytest.approx(0.082286483, abs=1e-8)


def test_mid_p_agrees_with_a_direct_search():
    random = np.random.default_rng(3)

    def excess(logit, x, n, tail, side):
        p = special.expit(logit)
        beyond = stats.binom.sf(x, n, p) if side < 0 else stats.binom.cdf(x - 1, n, p)
        return np.log(max(beyond + stats.binom.pmf(x, n, p) / 2, 1e-300)) - np.log(tail)

    for n in np.floor(10 ** random.uniform(0.5, 6, 60)):
        x, q = random.integers(1, n), random.uniform(0.1, 12)
        found, tail = mid_p(x, n, q), stats.norm.sf(q)
        for limit, side in ((found.lower, -1), (found.upper, 1)):
            root = optimize.brentq(excess, -200, 60, args=(x, n, tail, side), xtol=1e-12)
            assert limit == pytest.approx(special.expit(root), rel=1e-8, abs=0)


def test_the_upper_limit_of_few_of_very_many_is_right_where_the_library_is_not():
    n, tail = 995_824_826, 0.25
    mean = special.gammainccinv(2, tail)
    binomial = mean / n * (1 + (1 - mean) / (2 * n))  # the first term beyond the Poisson limit
    assert clopper_pearson(1, n, stats.norm.isf(tail)).upper == pytest.approx(
        binomial, rel=1e-10, abs=0
    )
    library = stats.beta.isf(tail, 2, n - 1)
    assert library != pytest.approx(binomial, rel=1e-9, abs=0)
