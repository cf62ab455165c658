"""Two one-sided tests: published values, t tests of SciPy, and the edges."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.equivalence import (
    tost_one_mean,
    tost_paired_means,
    tost_two_means_welch,
    tost_two_proportions,
)

WELCH = (5.22, 0.83, 89, 5.25, 0.95, 95)
# Lakens 2017, SPPS 8:355: statistic and p of both tests, and the limits
PUBLISHED = [
    (
        tost_two_means_welch,
        (WELCH, 0.384),
        (3.153015, 0.0009458745, -2.696056, 0.003838994, -0.1870843, 0.2470843),
    ),
    (
        tost_one_mean,
        ((0.54, 1.2, 100, 0.5), 0.36),
        (3.333333, 0.0006040021, -2.666667, 0.004474619, -0.1592469, 0.2392469),
    ),
    (
        tost_paired_means,
        ((5.75, 1.3, 5.83, 1.17, 65, 0.745), 0.34),
        (3.803437, 0.0001606103, -2.354508, 0.01081349, -0.1043032, 0.2643032),
    ),
    (
        tost_two_proportions,
        ((70, 100, 65, 100), 0.1),
        (0.7559289, 0.2248459, -2.267787, 0.0116711, -0.1587968, 0.05879684),
    ),
]


@pytest.mark.parametrize(("test", "cell", "published"), PUBLISHED)
def test_both_tests_and_the_limits_are_the_published_ones(test, cell, published):
    arguments, margin = cell
    found = test(*arguments, low=-margin, high=margin)
    tests = [found.statistic_low, found.p_low, found.statistic_high, found.p_high]
    limits = [found.interval.lower, found.interval.upper]
    assert tests + limits == pytest.approx(published, rel=1e-6, abs=1e-10)
    assert found.p == max(found.p_low, found.p_high)


def test_the_degrees_of_freedom_are_the_published_ones():
    found = tost_two_means_welch(*WELCH, low=-1, high=1)
    assert found.df == pytest.approx(181.1344, abs=6e-5)  # Lakens 2017, SPPS 8:355


def test_means_agree_with_the_t_tests_of_scipy():
    rng = np.random.default_rng(8355)
    for _ in range(300):
        x = rng.normal(rng.normal(), rng.uniform(0.1, 5), rng.integers(2, 30))
        y = rng.normal(rng.normal(), rng.uniform(0.1, 5), rng.integers(2, 30))
        low, high = -rng.uniform(0.1, 3), rng.uniform(0.1, 3)
        parts = (x.mean(), x.std(ddof=1), x.size, y.mean(), y.std(ddof=1), y.size)
        found = tost_two_means_welch(*parts, low=low, high=high)
        above = stats.ttest_ind(y - low, x, equal_var=False, alternative="greater")
        below = stats.ttest_ind(y - high, x, equal_var=False, alternative="less")
        assert found.p_low == pytest.approx(above.pvalue, rel=1e-9)
        assert found.p_high == pytest.approx(below.pvalue, rel=1e-9)
        assert found.df == pytest.approx(above.df, rel=1e-9)
        one = tost_one_mean(*parts[:3], 0.3, low=low, high=high)
        known = stats.ttest_1samp(x, 0.3 + low, alternative="greater")
        assert one.p_low == pytest.approx(known.pvalue, rel=1e-9)


def test_paired_means_are_the_mean_of_the_differences():
    rng = np.random.default_rng(15657)
    for _ in range(300):
        x = rng.normal(size=rng.integers(3, 30))
        y = rng.uniform(-1, 1) * x + rng.normal(size=x.size)
        r, d = np.corrcoef(x, y)[0, 1], y - x
        parts = (x.mean(), x.std(ddof=1), y.mean(), y.std(ddof=1), x.size, r)
        found = tost_paired_means(*parts, low=-1, high=0.5, alpha=0.1)
        known = tost_one_mean(d.mean(), d.std(ddof=1), d.size, 0, low=-1, high=0.5, alpha=0.1)
        assert found.p == pytest.approx(known.p, rel=1e-9)
        assert found.interval.lower == pytest.approx(known.interval.lower, rel=1e-9, abs=1e-12)


def test_the_interval_lies_inside_the_margins_exactly_where_p_is_below_the_level():
    rng = np.random.default_rng(657)
    m1, m2 = rng.normal(size=(2, 20_000))
    s1, s2 = rng.uniform(0.1, 5, (2, 20_000))
    n1, n2 = rng.integers(2, 400, (2, 20_000))
    alpha = rng.uniform(0.001, 0.3, 20_000)
    found = tost_two_means_welch(m1, s1, n1, m2, s2, n2, low=-1, high=1.5, alpha=alpha)
    inside = (found.interval.lower > -1) & (found.interval.upper < 1.5)
    assert (inside == (found.p < alpha)).all()
    assert 0.05 < inside.mean() < 0.95


def test_swapping_the_periods_mirrors_the_tests():
    one = tost_two_means_welch(5.2, 0.8, 89, 5.3, 0.9, 95, low=-0.4, high=0.3)
    two = tost_two_means_welch(5.3, 0.9, 95, 5.2, 0.8, 89, low=-0.3, high=0.4)
    assert two.statistic_low == pytest.approx(-one.statistic_high, rel=1e-12)
    assert two.p_high == pytest.approx(one.p_low, rel=1e-12)
    assert two.interval.upper == pytest.approx(-one.interval.lower, rel=1e-12)


def test_shares_and_means_broadcast():
    found = tost_two_proportions(30, 100, [[20], [30], [70]], [100, 1000], low=-0.1, high=0.1)
    assert found.p.shape == found.interval.lower.shape == found.df.shape == (3, 2)
    large = tost_two_proportions(5e8, 1e9, 5e8, 1e9, low=-0.001, high=0.001)
    assert large.p == pytest.approx(stats.norm.sf(0.001 / np.sqrt(0.5 / 1e9)), rel=1e-9)


def test_impossible_numbers_are_refused():
    margins = {"low": -1, "high": 1}
    with pytest.raises(ValueError, match=r"at least 2 persons a group, found n1 = 1.0"):
        tost_two_means_welch(0, 1, 1, 0, 1, 5, **margins)
    with pytest.raises(ValueError, match=r"standard deviations of at least 0, found sd1 = -1.0"):
        tost_two_means_welch(0, -1, 5, 0, 1, 5, **margins)
    with pytest.raises(ValueError, match=r"a standard deviation above 0, found sd1 = 0.0"):
        tost_two_means_welch(0, 0, 5, 0, 0, 5, **margins)
    with pytest.raises(ValueError, match=r"a standard deviation above 0, found sd = 0.0"):
        tost_one_mean(0, 0, 5, 0, **margins)
    with pytest.raises(ValueError, match=r"at least 2 persons, found n = 1.0"):
        tost_one_mean(0, 1, 1, 0, **margins)
    with pytest.raises(ValueError, match=r"a correlation in \[-1, 1\], found r = 2.0"):
        tost_paired_means(0, 1, 0, 1, 5, 2, **margins)
    with pytest.raises(ValueError, match=r"differences that vary"):
        tost_paired_means(0, 1, 1, 1, 5, 1, **margins)
    with pytest.raises(ValueError, match=r"0 <= x <= n and n > 0, found x = 6.0, n = 5.0"):
        tost_two_proportions(1, 5, 6, 5, **margins)
    with pytest.raises(ValueError, match=r"a share that is neither 0 nor 1"):
        tost_two_proportions(0, 5, 5, 5, **margins)
    with pytest.raises(ValueError, match=r"margins low < high, found low = 1.0, high = 1.0"):
        tost_one_mean(0, 1, 5, 0, low=1, high=1)
    with pytest.raises(ValueError, match=r"a level between 0 and 1/2, found alpha = 0.5"):
        tost_one_mean(0, 1, 5, 0, alpha=0.5, **margins)
