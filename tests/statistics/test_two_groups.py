"""Ratings of different raters: published values, SciPy, and sums over all pairs of raters."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.two_groups import (
    brunner_munzel,
    cliffs_delta,
    frequency_tables,
    placements,
)

Q = two_sided(0.95)
PAIN = (
    [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1],
    [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4],
)
"""Pain scores, Brunner and Munzel 2000 as corrected by Neubert and Brunner 2007."""


def random_ratings(seed, number):
    rng = np.random.default_rng(seed)
    for _ in range(number):
        x = rng.integers(1, rng.integers(3, 7), rng.integers(4, 40))
        y = rng.integers(1, rng.integers(3, 7), rng.integers(4, 40))
        yield x * 1.0, y * 1.0


def test_the_pain_scores_have_the_published_test_and_limits():
    found = brunner_munzel(*frequency_tables(*PAIN), Q)
    assert found.statistic == pytest.approx(3.1374675, abs=6e-8)
    assert found.df == pytest.approx(17.682842, abs=6e-7)
    assert found.p == pytest.approx(0.005786209, abs=6e-10)
    assert found.probability == pytest.approx(0.788961, abs=6e-7)
    assert found.change == pytest.approx(0.288961, abs=6e-7)
    assert found.interval.lower == pytest.approx(0.5952169, abs=6e-8)
    assert found.interval.upper == pytest.approx(0.9827052, abs=6e-8)


def test_cliffs_delta_has_the_limits_of_r_effsize():
    x = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50]
    y = [10, 20, 30, 40, 40, 50]
    found = cliffs_delta(*frequency_tables(y, x), Q)  # the published delta is x against y
    assert found.delta == pytest.approx(-0.25, abs=1e-12)
    assert found.interval.lower == pytest.approx(-0.7265846, abs=6e-8)
    assert found.interval.upper == pytest.approx(0.3890062, abs=6e-8)


def test_groups_fully_apart_have_a_delta_of_1_and_no_brunner_munzel_test():
    tables = frequency_tables([1, 2, 3], [4, 5, 5])
    assert cliffs_delta(*tables, Q).delta == 1.0
    with pytest.raises(ValueError, match=r"groups that overlap, not zero variance, found p = 1.0"):
        brunner_munzel(*tables, Q)
    with pytest.raises(ValueError, match="zero variance"):
        brunner_munzel([[3, 1], [0, 7]], [[1, 3], [0, 9]], Q)


def test_brunner_munzel_agrees_with_scipy():
    compared = 0
    for x, y in random_ratings(1725, 300):
        tables = frequency_tables(x, y)
        if placements(*tables).variance1 == placements(*tables).variance2 == 0:
            continue
        known = stats.brunnermunzel(x, y)
        found = brunner_munzel(*tables, Q)
        assert found.statistic == pytest.approx(known.statistic, rel=1e-9, abs=1e-9)
        assert found.p == pytest.approx(known.pvalue, rel=1e-9)
        compared += 1
    assert compared > 250


def test_brunner_munzel_agrees_with_the_placements_of_each_rater():
    for x, y in random_ratings(5192, 200):
        above = (y[None, :] > x[:, None]) + (y[None, :] == x[:, None]) / 2
        part1 = above.mean(axis=1).var(ddof=1) / x.size
        part2 = above.mean(axis=0).var(ddof=1) / y.size
        if part1 + part2 < 1e-12:
            continue
        found = brunner_munzel(*frequency_tables(x, y), 1.3)
        df = (part1 + part2) ** 2 / (part1**2 / (x.size - 1) + part2**2 / (y.size - 1))
        reach = stats.t.isf(stats.norm.sf(1.3), df) * np.sqrt(part1 + part2)
        assert found.probability == pytest.approx(above.mean(), rel=1e-12)
        assert found.df == pytest.approx(df, rel=1e-9)
        assert found.interval.upper == pytest.approx(above.mean() + reach, rel=1e-9)


def test_cliffs_delta_agrees_with_all_pairs_of_raters():
    for x, y in random_ratings(1996, 200):
        n1, n2, t = x.size, y.size, stats.t.isf(0.025, x.size + y.size - 2)
        signs = np.sign(y[None, :] - x[:, None])
        d = signs.mean()
        if abs(d) == 1:
            continue
        rows, columns = signs.mean(axis=1) - d, signs.mean(axis=0) - d
        top = n2**2 * (rows**2).sum() + n1**2 * (columns**2).sum() - ((signs - d) ** 2).sum()
        v = max(top / (n1 * n2 * (n1 - 1) * (n2 - 1)), (1 - d**2) / (n1 * n2 - 1))
        reach = t * np.sqrt(v) * np.sqrt((1 - d**2) ** 2 + t**2 * v)
        below = 1 - d**2 + t**2 * v
        found = cliffs_delta(*frequency_tables(x, y), Q)
        assert found.delta == pytest.approx(d, rel=1e-12, abs=1e-14)
        assert found.interval.lower == pytest.approx(max(-1, (d - d**3 - reach) / below), abs=1e-10)
        assert found.interval.upper == pytest.approx(min(1, (d - d**3 + reach) / below), abs=1e-10)


def test_delta_is_twice_the_change():
    for x, y in random_ratings(147, 50):
        tables = frequency_tables(x, y)
        assert cliffs_delta(*tables, Q).delta == 2 * placements(*tables).probability - 1


def test_swapping_the_groups_or_turning_the_scale_mirrors_the_results():
    rng = np.random.default_rng(17)
    first, second = rng.integers(1, 30, (2, 500, 5))
    one = brunner_munzel(first, second, Q)
    for two in (
        brunner_munzel(second, first, Q),
        brunner_munzel(first[:, ::-1], second[:, ::-1], Q),
    ):
        assert two.statistic == pytest.approx(-one.statistic, rel=1e-12, abs=1e-12)
        assert two.p == pytest.approx(one.p, rel=1e-11)
        assert two.interval.lower == pytest.approx(1 - one.interval.upper, rel=1e-12, abs=1e-12)
    delta, back = cliffs_delta(first, second, Q), cliffs_delta(second, first, Q)
    assert back.interval.lower == pytest.approx(-delta.interval.upper, rel=1e-12, abs=1e-12)


def test_the_limits_exclude_one_half_exactly_where_p_is_below_the_level():
    rng = np.random.default_rng(42)
    first, second = rng.integers(0, 12, (2, 20_000, 5)) + rng.integers(0, 2, (2, 20_000, 5))
    first[:, 0] += 1
    second[:, [0, 1]] += 1
    found = brunner_munzel(first + 1, second + 1, Q)
    excluded = (found.interval.lower > 0.5) | (found.interval.upper < 0.5)
    assert (excluded == (found.p < 0.05)).all()
    assert 0.02 < excluded.mean() < 0.9


def test_limits_widen_with_the_level():
    first, second = frequency_tables(*PAIN)
    q = np.array([0.1, 1, 2, 5, 8])
    limits = brunner_munzel(first[None], second[None], q).interval
    assert (np.diff(limits.lower) < 0).all()
    delta = cliffs_delta(first[None], second[None], q).interval
    assert (np.diff(delta.lower) < 0).all()
    apart = cliffs_delta([[3, 0]], [[0, 3]], q).interval
    assert (np.diff(apart.lower) < 0).all()
    assert (apart.upper == 1).all()
    assert (apart.lower >= -1).all()


def test_the_limit_of_groups_fully_apart_is_wilson_s_for_the_smaller_one():
    found = cliffs_delta([[10**6, 0], [0, 8]], [[0, 5], [10**6, 0]], Q).interval
    wilson = 2 * np.array([5, 8]) / (np.array([5, 8]) + 1.959963984540054**2) - 1
    assert [found.lower[0], -found.upper[1]] == pytest.approx(wilson, abs=1e-5)
    assert (found.upper[0], found.lower[1]) == (1.0, -1.0)


def test_tables_broadcast_and_huge_groups_keep_their_digits():
    found = brunner_munzel(np.ones((3, 1, 5)) * 7, np.arange(1, 21).reshape(4, 5), Q)
    assert found.p.shape == (3, 4)
    small = brunner_munzel([1, 2, 3], [3, 2, 1], Q)
    large = brunner_munzel(np.array([1, 2, 3]) * 1e9, np.array([3, 2, 1]) * 1e9, Q)
    assert large.probability == pytest.approx(small.probability, rel=1e-12)
    assert large.p < 1e-300


def test_empty_values_of_the_scale_change_nothing():
    whole = brunner_munzel([3, 0, 4, 0, 2], [1, 0, 5, 0, 6], Q)
    part = brunner_munzel([3, 4, 2], [1, 5, 6], Q)
    assert whole.p == pytest.approx(part.p, rel=1e-14)


def test_raw_ratings_are_tabulated_on_common_values():
    first, second = frequency_tables([2, 2, 4.5], [1, 2])
    assert (first.tolist(), second.tolist()) == ([0, 2, 1], [1, 1, 0])


def test_impossible_tables_are_refused():
    for test in (brunner_munzel, cliffs_delta):
        with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts1 = -1.0"):
            test([-1, 5], [3, 3], Q)
        with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts2 = 0.5"):
            test([1, 5], [3, 0.5], Q)
        with pytest.raises(ValueError, match=r"at least 2 raters a group, found n1 = 5.0, n2 = 1"):
            test([1, 4], [1, 0], Q)
        with pytest.raises(ValueError, match=r"finite numbers, found counts1 = nan"):
            test([1, np.nan], [1, 2], Q)
    with pytest.raises(ValueError, match=r"ratings in both groups, found 0 and 1"):
        frequency_tables([], [1])
