"""Means: published intervals and tests, a second implementation, and the edges."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.means import paired_t, pooled_t, t_limits, welch, welch_df

Z = stats.norm.isf(0.025)
BEFORE = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2.0])  # Student 1908: sleep
AFTER = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def summary(values):
    return values.mean(), values.std(ddof=1), len(values)


def test_limits_of_a_mean_are_the_published_ones():
    # Test data of PHEindicatormethods (OHID), means
    found = t_limits(5678.962957777778, 2117.831716159067, 18, stats.norm.isf(0.001))
    limits = [3859.0770997295967, 7498.848815825959]
    assert [found.lower, found.upper] == pytest.approx(limits, abs=1e-8)
    # NIST/SEMATECH e-Handbook 1.3.5.2, ZARR13.DAT
    found = t_limits(9.26146, 0.022789, 195, Z)
    assert [found.lower, found.upper] == pytest.approx([9.258242, 9.264679], abs=2e-6)


def test_welchs_test_gives_the_published_figures():
    # Student 1908, Biometrika 6:1; R t.test gives them for first less second
    found = welch(*summary(BEFORE), *summary(AFTER), Z)
    assert found.statistic == pytest.approx(1.8608135, abs=6e-7)
    assert found.df == pytest.approx(17.776474, abs=6e-7)
    assert found.p == pytest.approx(0.07939414, abs=6e-7)
    limits = [found.interval.lower, found.interval.upper]
    assert limits == pytest.approx([-0.2054832, 3.3654832], abs=6e-7)


def test_the_pooled_test_gives_the_published_figures():
    # Altman et al. 2000, Statistics with Confidence, ch. 4: blood pressure of diabetics
    found = pooled_t(140.4, 16.8, 100, 146.4, 18.5, 100, Z)
    assert [found.interval.lower, found.interval.upper] == pytest.approx([1.1, 10.9], abs=0.06)


def test_the_paired_test_gives_the_published_figures():
    # Student 1908, Biometrika 6:1
    found = paired_t(*summary(AFTER - BEFORE), Z)
    assert found.change == pytest.approx(1.58, abs=6e-6)
    limits = [found.interval.lower, found.interval.upper]
    assert limits == pytest.approx([0.7001142, 2.4598858], abs=6e-6)
    assert found.p == pytest.approx(0.002833, abs=6e-6)


def groups(seed, size=5000):
    random = np.random.default_rng(seed)
    n1, n2 = np.floor(10 ** random.uniform(0.4, 7, (2, size)))
    s1, s2 = 10 ** random.uniform(-3, 3, (2, size))
    m1 = random.normal(size=size) * 100
    error = np.hypot(s1 / np.sqrt(n1), s2 / np.sqrt(n2))
    return m1, s1, n1, m1 + error * random.normal(size=size) * 4, s2, n2


@pytest.mark.parametrize(("rule", "equal"), [(welch, False), (pooled_t, True)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998])
def test_a_library_gives_the_same_test_and_limits(rule, equal, confidence):
    m1, s1, n1, m2, s2, n2 = cells = groups(1)
    found = rule(*cells, stats.norm.isf((1 - confidence) / 2))
    reference = stats.ttest_ind_from_stats(m2, s2, n2, m1, s1, n1, equal_var=equal)
    assert found.statistic == pytest.approx(reference.statistic, rel=1e-9)
    assert found.p == pytest.approx(reference.pvalue, rel=1e-9, abs=1e-200)
    reach = stats.t.isf((1 - confidence) / 2, found.df) * found.standard_error
    near = 1e-9 * reach + 1e-12 * np.abs(m2 - m1)
    assert (np.abs(found.interval.lower - (m2 - m1 - reach)) <= near).all()
    assert (np.abs(found.interval.upper - (m2 - m1 + reach)) <= near).all()


def test_a_library_gives_the_same_tests_from_data():
    random = np.random.default_rng(2)
    for _ in range(100):
        first, second = random.gamma(2, 100, (2, random.integers(2, 40)))
        reference = stats.ttest_ind(second, first, equal_var=False)
        found = welch(*summary(first), *summary(second), Z)
        limits = reference.confidence_interval(0.95)
        assert [found.statistic, found.df, found.p] == pytest.approx(
            [reference.statistic, reference.df, reference.pvalue], rel=1e-9
        )
        assert [found.interval.lower, found.interval.upper] == pytest.approx(limits, rel=1e-9)
        reference = stats.ttest_rel(second, first)
        found = paired_t(*summary(second - first), Z)
        limits = reference.confidence_interval(0.95)
        assert [found.statistic, found.df, found.p] == pytest.approx(
            [reference.statistic, reference.df, reference.pvalue], rel=1e-9
        )
        assert [found.interval.lower, found.interval.upper] == pytest.approx(limits, rel=1e-9)


@pytest.mark.parametrize("rule", [welch, pooled_t])
def test_the_interval_excludes_no_change_exactly_where_p_is_below_its_level(rule):
    found = rule(*groups(3), Z)
    outside = (found.interval.lower > 0) | (found.interval.upper < 0)
    assert (outside == (found.p < 0.05)).all()
    assert 0 < outside.mean() < 1


@pytest.mark.parametrize("rule", [welch, pooled_t])
def test_swapping_the_periods_turns_the_change_round(rule):
    m1, s1, n1, m2, s2, n2 = groups(4)
    one, two = rule(m1, s1, n1, m2, s2, n2, Z), rule(m2, s2, n2, m1, s1, n1, Z)
    assert one.change.tolist() == (-two.change).tolist()
    assert one.p == pytest.approx(two.p, rel=1e-12)
    assert one.interval.lower == pytest.approx(-two.interval.upper, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("rule", [welch, pooled_t])
def test_a_change_of_unit_changes_nothing_else(rule):
    m1, s1, n1, m2, s2, n2 = groups(5)
    one = rule(m1, s1, n1, m2, s2, n2, Z)
    two = rule(m1 * 1024, s1 * 1024, n1, m2 * 1024, s2 * 1024, n2, Z)
    assert one.df == pytest.approx(two.df, rel=1e-12)
    assert one.p == pytest.approx(two.p, rel=1e-12)
    assert one.interval.lower * 1024 == pytest.approx(two.interval.lower, rel=1e-12)


def test_degrees_of_freedom_lie_between_the_smaller_and_the_sum():
    random = np.random.default_rng(6)
    n1, n2 = random.integers(2, 1000, (2, 2000)).astype(float)
    e1, e2 = 10 ** random.uniform(-200, 200, (2, 2000))
    df = welch_df(e1, n1, e2, n2)
    assert (df >= np.minimum(n1, n2) - 1 - 1e-9).all()
    assert (df <= n1 + n2 - 2 + 1e-9).all()
    assert welch_df(0, 10, 0, 20) == 28
    assert welch_df(0, 10, 3, 20) == pytest.approx(19, rel=1e-14)


def test_limits_are_numbers_and_widen_with_q_far_into_the_tails():
    n = np.array([2, 3, 4, 6, 31, 1000, 1e9])
    q = np.concatenate([np.linspace(0.5, 4, 30), np.linspace(5, 40, 36), [1e6, 1e200]])[:, None]
    found = t_limits(5.0, 2.0, n, q)
    assert found.lower.shape == (68, 7)
    assert np.isfinite(found.lower).all()
    assert (np.diff(found.lower, axis=0) <= 0).all()
    assert (np.diff(found.upper, axis=0) >= 0).all()
    tail = stats.norm.sf(25.0)
    assert t_limits(0, np.sqrt(2), 2, 25.0).upper == pytest.approx(1 / np.pi / tail, rel=1e-9)
    assert t_limits(0, np.sqrt(3), 3, 25.0).upper == pytest.approx(
        (1 - 2 * tail) / np.sqrt(2 * tail * (1 - tail)), rel=1e-9
    )


def test_a_mean_without_spread_has_itself_as_limits():
    found = t_limits([3.0, 4.0], 0.0, 5, Z)
    assert found.lower.tolist() == found.upper.tolist() == [3, 4]


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match=r"a standard deviation of at least 0, found sd = -1.0"):
        t_limits(0, -1, 5, Z)
    with pytest.raises(ValueError, match=r"n of at least 2, found n = 1.0 in cell \(1,\)"):
        t_limits(0, 1, [5, 1], Z)
    with pytest.raises(ValueError, match=r"q of at least 0, found q = -1.0"):
        t_limits(0, 1, 5, -1)
    for rule in (welch, pooled_t):
        with pytest.raises(ValueError, match=r"a standard deviation of at least 0, found sd2 = -1"):
            rule(0, 1, 5, 0, -1, 5, Z)
        with pytest.raises(ValueError, match=r"n of at least 2, found n1 = 1.0"):
            rule(0, 1, 1, 0, 1, 5, Z)
        with pytest.raises(ValueError, match=r"a spread, not a standard error of 0"):
            rule(0, 0, 5, 1, 0, 5, Z)
    with pytest.raises(ValueError, match=r"finite numbers, found mean = nan"):
        paired_t(np.nan, 1, 5, Z)
    with pytest.raises(ValueError, match=r"a spread, not a standard error of 0"):
        paired_t(1, 0, 5, Z)
    with pytest.raises(ValueError, match=r"standard errors of at least 0, found se1 = -1.0"):
        welch_df(-1, 5, 1, 5)
    with pytest.raises(ValueError, match=r"n of at least 2, found n1 = 5.0, n2 = 1.0"):
        welch_df(1, 5, 1, 1)
