"""Permutation of raters: published values, plain enumeration, and what cannot be enumerated."""

import itertools
import math

import numpy as np
import pytest

from baseline_compare.statistics.permutations import (
    brunner_munzel_permutation,
    count_tables,
    smallest_permutation_p,
    smallest_table_p,
)
from baseline_compare.statistics.two_groups import frequency_tables


def test_the_pain_scores_have_the_published_permutation_p_value(within):
    with within(2):  # Neubert and Brunner 2007, CSDA 51:5192
        found = brunner_munzel_permutation([11, 2, 0, 1, 0], [3, 1, 4, 2, 1])
    assert found.p == pytest.approx(0.008038, abs=6e-7)
    assert found.arrangements == 4_457_400
    assert found.tables == 160


def test_three_raters_against_three_agree_with_full_enumeration():
    found = brunner_munzel_permutation(*frequency_tables([1, 2, 2], [2, 3, 4]))
    assert found.p == pytest.approx(0.3, abs=1e-12)
    assert found.arrangements == 20


def statistic(x, y):
    """Give the statistic from all pairs of raters, infinite or 0 without variance."""
    above = (y[None, :] > x[:, None]) + (y[None, :] == x[:, None]) / 2
    change = above.mean() - 0.5
    variance = above.mean(axis=1).var(ddof=1) / x.size + above.mean(axis=0).var(ddof=1) / y.size
    if variance < 1e-20:
        return math.copysign(math.inf, change) if abs(change) > 1e-9 else 0.0
    return change / math.sqrt(variance)


def test_tables_agree_with_enumeration_of_the_raters():
    rng = np.random.default_rng(1499)
    for _ in range(25):
        n1, n2 = rng.integers(2, 6, 2)
        pooled = rng.integers(1, 6, n1 + n2).astype(float)
        observed = abs(statistic(pooled[:n1], pooled[n1:]))
        all_raters = np.arange(n1 + n2)
        seen = [
            abs(statistic(pooled[list(chosen)], np.delete(pooled, list(chosen))))
            for chosen in itertools.combinations(all_raters, n1)
        ]
        known = np.mean([value >= observed - 1e-9 for value in seen])
        found = brunner_munzel_permutation(*frequency_tables(pooled[:n1], pooled[n1:]))
        assert found.p == pytest.approx(known, rel=1e-10)
        assert found.arrangements == len(seen)


def test_groups_fully_apart_reach_the_smallest_p_value():
    for n1, n2 in [(2, 2), (3, 3), (4, 7), (60, 5), (40, 40)]:
        found = brunner_munzel_permutation([n1, 0], [0, n2])
        ways = 2 if n1 == n2 else 1
        assert found.p == pytest.approx(ways / math.comb(n1 + n2, n1), rel=1e-10)
    distinct = brunner_munzel_permutation([1] * 4 + [0] * 6, [0] * 4 + [1] * 6)
    assert distinct.p == pytest.approx(smallest_permutation_p(4, 6).item(), rel=1e-12)
    assert distinct.tables == math.comb(10, 4)


def test_three_raters_fully_apart_from_three_reach_one_tenth():
    found = brunner_munzel_permutation(*frequency_tables([1, 2, 3], [4, 5, 6]))
    assert found.p == pytest.approx(0.1, abs=1e-12)  # full enumeration, 2 of 20
    assert smallest_permutation_p(3, 3) == pytest.approx(0.1, abs=1e-12)


def test_the_smallest_p_value_of_given_ratings_is_that_of_their_farthest_division():
    rng = np.random.default_rng(933)
    for _ in range(60):
        n1, n2 = rng.integers(2, 5, 2)
        pooled = rng.choice([1, 2, 2, 2, 4], n1 + n2).astype(float)
        divided = (
            frequency_tables(pooled[list(chosen)], np.delete(pooled, list(chosen)))
            for chosen in itertools.combinations(range(n1 + n2), n1)
        )
        known = min(brunner_munzel_permutation(*tables).p for tables in divided)
        tables = frequency_tables(pooled[:n1], pooled[n1:])
        assert smallest_table_p(*tables) == pytest.approx(known, rel=1e-12)


def test_ties_make_the_smallest_p_value_larger_or_one_sided():
    first, second = np.eye(11)[:4].sum(axis=0), np.eye(11)[4:].sum(axis=0)
    assert smallest_table_p(first, second) == pytest.approx(smallest_permutation_p(4, 7), rel=1e-12)
    assert smallest_table_p([6, 0], [5, 1]) == 1.0
    assert smallest_table_p([4, 0], [0, 7]) == pytest.approx(1 / math.comb(11, 4), rel=1e-12)
    with pytest.raises(ValueError, match="at most 2,000,000 distinct tables, found more"):
        smallest_table_p([1000] * 5, [1000] * 5)


def test_the_smallest_p_value_is_two_of_all_arrangements():
    n1, n2 = np.array([1, 2, 3, 5, 100, 3]), np.array([1, 3, 3, 40, 100, 10**9])
    known = [2 / math.comb(a + b, a) for a, b in zip(n1.tolist(), n2.tolist(), strict=True)]
    assert smallest_permutation_p(n1, n2) == pytest.approx(known, rel=1e-9)
    assert smallest_permutation_p(10**6, 10**6) == 0.0
    assert smallest_permutation_p([[1], [2]], [2, 3, 4]).shape == (2, 3)


def test_equal_ratings_of_all_raters_show_nothing():
    assert brunner_munzel_permutation([0, 3], [0, 4]).p == 1.0


def test_swapping_the_groups_or_turning_the_scale_leaves_the_p_value():
    rng = np.random.default_rng(2)
    for _ in range(30):
        first, second = rng.integers(0, 4, (2, 5)) + np.array([1, 0, 0, 0, 1])
        p = brunner_munzel_permutation(first, second).p
        assert brunner_munzel_permutation(second, first).p == pytest.approx(p, rel=1e-10)
        turned = brunner_munzel_permutation(first[::-1], second[::-1])
        assert turned.p == pytest.approx(p, rel=1e-10)


def test_the_number_of_arrangements_has_no_limit_where_tables_are_few():
    found = brunner_munzel_permutation([1_000_000, 5], [999_999, 8])
    assert found.tables == 14
    assert 0.4 < found.p < 0.7


def test_tables_are_counted_before_they_are_listed():
    rng = np.random.default_rng(160)
    for _ in range(200):
        first, second = rng.integers(0, 5, (2, rng.integers(1, 5)))
        columns = [range(total + 1) for total in (first + second).tolist()]
        listed = [row for row in itertools.product(*columns) if sum(row) == first.sum()]
        assert count_tables(first, second) == len(listed)
    assert count_tables([1] * 11 + [0] * 11, [0] * 11 + [1] * 11) == math.comb(22, 11)
    assert count_tables([10**12, 3, 0], [10**12, 0, 2]) == 12


def test_too_many_tables_are_counted_as_more(within):
    with within(10):
        for first in ([1000] * 5, [10**12] * 3, [1] * 3000, [10**7, 10**7]):
            assert count_tables(first, first) > 2_000_000


def test_too_many_tables_are_refused(within):
    with within(10):
        for first in ([1000] * 5, [10**9] * 3, [1] * 30):
            with pytest.raises(ValueError, match="at most 2,000,000 distinct tables, found more"):
                brunner_munzel_permutation(first, first)


def test_impossible_groups_are_refused():
    with pytest.raises(ValueError, match=r"one frequency table a group, found shape \(1, 2\)"):
        brunner_munzel_permutation([[1, 2]], [[2, 1]])
    with pytest.raises(ValueError, match=r"one frequency table a group, found shape \(1, 2\)"):
        count_tables([[1, 2]], [[2, 1]])
    with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts2 = 0.5"):
        brunner_munzel_permutation([1, 5], [3, 0.5])
    with pytest.raises(ValueError, match=r"at least 2 raters a group, found n1 = 1.0"):
        brunner_munzel_permutation([1, 0], [2, 1])
    with pytest.raises(ValueError, match=r"at least 1 rater a group, found n1 = 0.0"):
        smallest_permutation_p(0, 3)
