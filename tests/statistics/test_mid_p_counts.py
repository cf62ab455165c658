"""Mid-P limits of a count against a library and direct searches."""

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.rates import confint_poisson

from baseline_compare.statistics.gamma_quantiles import LARGE_SHAPE
from baseline_compare.statistics.mid_p_counts import mid_p

Z = stats.norm.isf(0.025)


def test_a_library_gives_the_same_mid_p_limits():
    for x in np.floor(10 ** np.random.default_rng(3).uniform(0, 4.8, 8)):
        reference = confint_poisson(x, 1, method="midp-c", alpha=0.05)
        found = mid_p(x, Z)
        assert [found.lower, found.upper] == pytest.approx(reference, rel=1e-6)


def test_mid_p_agrees_with_a_direct_search():
    random = np.random.default_rng(4)

    def excess(logarithm, x, tail, side):
        mean = np.exp(logarithm)
        beyond = stats.poisson.sf(x, mean) if side < 0 else stats.poisson.cdf(x - 1, mean)
        return np.log(max(beyond + stats.poisson.pmf(x, mean) / 2, 1e-300)) - np.log(tail)

    for x in np.floor(10 ** random.uniform(0, 4.8, 60)):
        q = random.uniform(0.1, 12)
        found, tail = mid_p(x, q), stats.norm.sf(q)
        for limit, side in ((found.lower, -1), (found.upper, 1)):
            root = optimize.brentq(excess, -150, 14, args=(x, tail, side), xtol=1e-13)
            assert limit == pytest.approx(np.exp(root), rel=1e-8, abs=0)


def test_mid_p_of_many_events_joins_that_of_fewer():
    x = np.array([LARGE_SHAPE * (1 - 1e-15), LARGE_SHAPE])
    for q in (0.0, 0.7, Z, 6.0, 20.0, 37.0):
        found = mid_p(x, q)
        assert found.lower[0] == pytest.approx(found.lower[1], rel=1e-11)
        assert found.upper[0] == pytest.approx(found.upper[1], rel=1e-11)
