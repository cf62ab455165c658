"""Ratios of rates and proportions against published limits, binomial tails and libraries."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from baseline_compare.statistics.rate_ratios import conditional, conditional_p, katz, log_wald

Z = stats.norm.isf(0.025)
LIMITS = ("exact", "mid_p", "score")
ALPHAS = np.array([0.5, 0.1, 0.05, 0.01, 0.002, 1e-5])
every_limit = pytest.mark.parametrize("limits", LIMITS)


def counts(seed, size):
    random = np.random.default_rng(seed)
    t1, t2 = np.exp(random.uniform(-5, 12, (2, size)))
    together = np.floor(np.exp(random.uniform(0, 7, size)))
    x2 = random.binomial(together.astype(int), random.beta(0.7, 0.7, size)).astype(float)
    return together - x2, t1, x2, t2


def mid(x, n, share):
    """P(K > x) + P(K = x) / 2."""
    return stats.binom.sf(x, n, share) + stats.binom.pmf(x, n, share) / 2


def test_the_conditional_limits_reach_the_published_ones():
    # Gu et al. 2008, Biom J 50:283: 60 in 51,477.5 against 30 in 54,308.7 (R exactci)
    found = conditional(30, 54308.7, 60, 51477.5, Z, limits="exact")
    published = [1.33973572177265, 3.388365573616252]
    assert [found.lower, found.upper] == pytest.approx(published, abs=1e-9)
    found = conditional(30, 54308.7, 60, 51477.5, Z, limits="score")
    assert [found.lower, found.upper] == pytest.approx([1.365962, 3.259306], abs=6e-6)
    # Rothman and Greenland: 41 in 28,010 against 15 in 19,017 (R epitools)
    found = conditional(15, 19017, 41, 28010, Z, limits="mid_p")
    assert [found.lower, found.upper] == pytest.approx([1.0411, 3.4494], abs=6e-5)


def test_the_log_limits_reach_the_published_ones():
    # Graham, Mengersen and Morton 2003, Stat Med 22:2071 (log method)
    found = log_wald(15, 19017, 41, 28010, Z)
    assert [found.lower, found.upper] == pytest.approx([1.02723, 3.35256], abs=6e-6)
    # Fagerland, Lydersen and Laake 2017, ch. 4 (Perondi 2004)
    found = katz(1, 34, 7, 34, Z)
    assert [found.lower, found.upper] == pytest.approx([0.9096, 53.8695], abs=6e-5)


@pytest.mark.parametrize("limits", ["exact", "mid_p"])
def test_the_limits_leave_half_of_alpha_in_each_tail(limits):
    x1, t1, x2, t2 = counts(41, 3000)
    n = x1 + x2
    inner = (x1 > 0) & (x2 > 0)
    for q in (1.0, Z, 4.0):
        found = conditional(x1, t1, x2, t2, q, limits=limits)
        odds = [(limit * t2 / t1)[inner] for limit in (found.lower, found.upper)]
        low, high = (value / (1 + value) for value in odds)
        if limits == "exact":
            above = stats.binom.sf(x2[inner] - 1, n[inner], low)
            below = stats.binom.cdf(x2[inner], n[inner], high)
        else:
            above = mid(x2[inner], n[inner], low)
            below = mid(x1[inner], n[inner], 1 / (1 + odds[1]))
        np.testing.assert_allclose(above, stats.norm.sf(q), rtol=1e-6)
        np.testing.assert_allclose(below, stats.norm.sf(q), rtol=1e-6)


def test_the_p_values_are_twice_the_smaller_binomial_tail():
    x1, t1, x2, t2 = counts(42, 5000)
    n, share = x1 + x2, t2 / (t1 + t2)
    up, down = stats.binom.sf(x2 - 1, n, share), stats.binom.cdf(x2, n, share)
    exact = conditional_p(x1, t1, x2, t2, limits="exact")
    expected = np.minimum(1, 2 * np.minimum(up, down))
    np.testing.assert_allclose(exact, expected, rtol=1e-7, atol=1e-290)
    point = stats.binom.pmf(x2, n, share) / 2
    halved = 2 * np.minimum(stats.binom.sf(x2, n, share) + point, down - point)
    mid_p = conditional_p(x1, t1, x2, t2, limits="mid_p")
    np.testing.assert_allclose(mid_p, halved, rtol=1e-6, atol=1e-14)


@every_limit
def test_the_interval_excludes_no_change_exactly_where_p_is_below_alpha(limits):
    x1, x2, alpha = np.meshgrid(np.arange(41.0), np.arange(21.0), ALPHAS, indexing="ij")
    grid = (x1, 40.0, x2, 20.0)
    level = np.random.default_rng(43).choice(ALPHAS, 20_000)
    for cells, levels in ((grid, alpha), (counts(44, 20_000), level)):
        found = conditional(*cells, stats.norm.isf(levels / 2), limits=limits)
        excluded = (found.lower > 1) | (found.upper < 1)
        rejected = conditional_p(*cells, limits=limits) < levels
        assert np.count_nonzero(excluded != rejected) == 0
        assert excluded.mean() > 0.1


@every_limit
def test_swapping_the_periods_inverts_the_ratio(limits):
    x1, t1, x2, t2 = counts(45, 4000)
    one = conditional(x1, t1, x2, t2, Z, limits=limits)
    two = conditional(x2, t2, x1, t1, Z, limits=limits)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(one.lower, 1 / two.upper, rtol=1e-12)
        np.testing.assert_allclose(one.upper, 1 / two.lower, rtol=1e-12)
    forth = conditional_p(x1, t1, x2, t2, limits=limits)
    back = conditional_p(x2, t2, x1, t1, limits=limits)
    np.testing.assert_allclose(forth, back, rtol=1e-9)


@every_limit
def test_periods_without_events_leave_a_side_open(limits):
    found = conditional([0, 4, 0], 10, [4, 0, 0], 20, Z, limits=limits)
    assert np.isinf(found.upper).tolist() == [True, False, True]
    assert (found.lower == 0).tolist() == [False, True, True]
    assert conditional_p(0, 10, 0, 20, limits=limits) == 1.0
    narrow = conditional([0, 4, 3], 10, [4, 0, 6], 20, 0.0, limits=limits)
    assert not np.isnan([narrow.lower, narrow.upper]).any()


@every_limit
def test_very_unequal_counts_keep_their_digits(limits):
    found = conditional(0, 1.0, 1e9, 1.0, Z, limits=limits)
    tail = {"exact": np.log(1 / 0.025), "mid_p": np.log(0.5 / 0.025), "score": Z**2}[limits]
    assert found.lower == pytest.approx(1e9 / tail, rel=1e-7)


def test_katz_and_log_wald_agree_with_libraries():
    random = np.random.default_rng(46)
    for _ in range(200):
        n1, n2 = random.integers(5, 10_000, 2)
        x1, x2 = random.integers(1, n1 + 1), random.integers(1, n2 + 1)
        found = katz(x1, n1, x2, n2, Z)
        library = stats.contingency.relative_risk(x2, n2, x1, n1).confidence_interval(0.95)
        assert [found.lower, found.upper] == pytest.approx(list(library), rel=1e-12)
        rare = confint_proportions_2indep(x2, 1e17, x1, 1e17, method="log", compare="ratio")
        found = log_wald(x1, 1e17, x2, 1e17, Z)
        assert [found.lower, found.upper] == pytest.approx(rare, rel=1e-9)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match=r"expected events in both periods, found x1 = 0.0"):
        log_wald(0, 5, 6, 5, Z)
    with pytest.raises(ValueError, match=r"expected persons counted in both periods, .* x2 = 0.0"):
        katz(1, 5, 0, 5, Z)
    with pytest.raises(ValueError, match=r"expected q of at least 0, found q = -1.0"):
        katz(1, 5, 2, 5, -1)
    with pytest.raises(ValueError, match=r"expected x1 >= 0 events in t1 > 0"):
        conditional(1, 0, 2, 5, Z, limits="exact")
    with pytest.raises(ValueError, match=r"expected x1 >= 0 events in t1 > 0"):
        conditional_p(1, 0, 2, 5, limits="exact")


@every_limit
def test_shapes_broadcast_and_scalars_work(limits):
    x1 = np.array([[3.0], [4.0]])
    found = conditional(x1, 10, np.array([2.0, 5.0, 0.0]), 20, Z, limits=limits)
    assert found.lower.shape == found.upper.shape == (2, 3)
    single = conditional(4, 10, 5, 20, Z, limits=limits)
    assert single.lower == pytest.approx(found.lower[1, 1], rel=1e-12)
    levels = conditional(4, 10, 5, 20, np.array([1.0, 2.0, 9.0, 37.0]), limits=limits)
    assert (np.diff(levels.lower) < 0).all()
    assert (np.diff(levels.upper) > 0).all()
