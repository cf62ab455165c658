"""Quantiles from order statistics: published ranks, brute force, and the edges."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.quantiles import coverage, quantile_limits, ranks

Z = stats.norm.isf(0.025)


@pytest.mark.parametrize(("n", "published"), [(100, (40, 61, 0.9648)), (6, (1, 6, 0.9688))])
def test_ranks_of_the_median_are_the_published_ones(n, published):
    # Campbell and Gardner 1988, BMJ 296:1454; Conover 1999
    found = ranks(n, 0.5, Z)
    assert [found.r, found.s, found.coverage] == pytest.approx(published, abs=6e-5)


def test_five_observations_give_no_interval_of_95_per_cent():
    found = ranks(5, 0.5, Z)
    assert [found.r, found.s, found.coverage] == [0, 6, 1]
    assert coverage(5, 0.5, 1, 5) == 0.9375  # 1 - 2^(1 - n), the most there is
    limits = quantile_limits([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], 0.5, Z)
    assert [limits.lower, limits.upper] == [-np.inf, np.inf]
    closed = ranks(5, 0.5, stats.norm.isf(2.0**-5))
    assert [closed.r, closed.s, closed.coverage] == [1, 5, 0.9375]


def test_the_coverage_of_given_ranks_is_the_published_one():
    # Conover 1999, Practical Nonparametric Statistics, 3rd ed., sec. 3.2
    assert coverage(16, 0.75, 9, 15) == pytest.approx(0.9094, abs=6e-5)


@pytest.mark.parametrize("q", [0.3, 1.0, Z, 3.29, 6.0])
def test_ranks_are_those_of_all_ranks_tried(q):
    for quantile in (0.02, 0.1, 0.25, 0.5, 0.6180339887, 0.9, 0.997):
        for n in (1, 2, 3, 7, 20, 59, 60, 150, 400):
            below = stats.binom.cdf(np.arange(-1, n + 1), n, quantile)  # P(B < 0 .. n + 1)
            above = stats.binom.sf(np.arange(-1, n + 1), n, quantile)  # P(B >= 0 .. n + 1)
            tail = stats.norm.sf(q)
            r = np.flatnonzero(below <= tail * (1 + 1e-12)).max()
            s = np.flatnonzero(above <= tail * (1 + 1e-12)).min()
            found = ranks(n, quantile, q)
            assert [found.r, found.s] == [r, s]
            assert found.coverage == pytest.approx(below[s] - below[r], abs=1e-13)


def test_ranks_agree_with_the_binomial_quantiles_of_a_library():
    random = np.random.default_rng(1)
    n, quantile = np.floor(10 ** random.uniform(0, 9, 5000)), random.uniform(0.001, 0.999, 5000)
    q = random.uniform(0.5, 5, 5000)
    found, tail = ranks(n, quantile, q), stats.norm.sf(q)
    # ppf is the smallest k with P(B <= k) >= tail, the largest r with P(B < r) <= tail
    r, s = stats.binom.ppf(tail, n, quantile), stats.binom.isf(tail, n, quantile) + 1
    assert (np.abs(found.r - r) <= 1e-8 * n).all()
    assert (np.abs(found.s - s) <= 1e-8 * n).all()
    small = n < 1e6
    assert (found.r == r)[small].all()
    assert (found.s == s)[small].all()


def test_no_tail_is_larger_than_asked_for_and_the_next_rank_would_be():
    random = np.random.default_rng(2)
    n, quantile = np.floor(10 ** random.uniform(0, 9, 5000)), 10 ** random.uniform(-9, -0.01, 5000)
    q = random.uniform(0, 29, 5000)
    found, tail = ranks(n, quantile, q), stats.norm.sf(q)
    assert (stats.binom.cdf(found.r - 1, n, quantile) <= tail * (1 + 1e-8)).all()
    assert (stats.binom.cdf(found.r, n, quantile) >= tail * (1 - 1e-8)).all()
    assert (stats.binom.sf(found.s - 1, n, quantile) <= tail * (1 + 1e-8)).all()
    assert (stats.binom.sf(found.s - 2, n, quantile) >= tail * (1 - 1e-8)).all()


def test_the_other_quantile_mirrors_the_ranks():
    random = np.random.default_rng(3)
    n, quantile = np.floor(10 ** random.uniform(0, 6, 2000)), random.integers(1, 64, 2000) / 64
    one, two = ranks(n, quantile, Z), ranks(n, 1 - quantile, Z)
    assert one.r.tolist() == (n + 1 - two.s).tolist()
    assert one.coverage == pytest.approx(two.coverage, abs=1e-12)


def test_ranks_part_with_q_far_into_the_tails():
    q = np.concatenate([np.linspace(0, 4, 30), np.linspace(5, 40, 36), [1e200]])[:, None]
    found = ranks(np.array([1, 6, 100, 10_000, 10**9]), 0.3, q)
    assert found.r.shape == (67, 5)
    assert (np.diff(found.r, axis=0) <= 0).all()
    assert (np.diff(found.s, axis=0) >= 0).all()
    assert (found.r < found.s).all()
    assert ranks([], [], []).r.shape == (0,)


def test_limits_from_a_table_are_those_of_its_observations(frequency_tables):
    values, counts = frequency_tables(4)
    for quantile in (0.1, 0.5, 0.9):
        found = quantile_limits(values, counts, quantile, Z)
        for row, table in enumerate(counts):
            ordered = np.repeat(values, table)
            place = ranks(len(ordered), quantile, Z)
            padded = np.concatenate([[-np.inf], ordered, [np.inf]])
            expected = [padded[int(place.r)], padded[int(place.s)]]
            assert [found.lower[row], found.upper[row]] == expected


def test_a_billion_observations_and_every_shape_are_welcome(frequency_tables):
    found = quantile_limits([0, 1, 2], [5e8, 1e3, 5e8], 0.5, Z)
    assert [found.lower, found.upper] == [0, 2]
    values, counts = frequency_tables(7, 6)
    found = quantile_limits(
        values, counts.reshape(2, 3, 12), [0.1, 0.5, 0.9], np.full((4, 2, 1), Z)
    )
    assert found.lower.shape == found.upper.shape == (4, 2, 3)
    scalar = quantile_limits(values, counts[4], 0.5, Z)
    assert scalar.lower == found.lower[0, 1, 1]


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match=r"a whole n of at least 1, found n = 5.5 in cell \(1,\)"):
        ranks([5, 5.5], 0.5, Z)
    with pytest.raises(ValueError, match=r"a whole n of at least 1, found n = 0.0"):
        ranks(0, 0.5, Z)
    with pytest.raises(ValueError, match=r"a quantile between 0 and 1, found quantile = 1.0"):
        ranks(5, 1, Z)
    with pytest.raises(ValueError, match=r"q of at least 0, found q = -1.0"):
        ranks(5, 0.5, -1)
    with pytest.raises(
        ValueError, match=r"ranks with 0 <= r < s <= n \+ 1, found r = 4.0, s = 4.0"
    ):
        coverage(5, 0.5, 4, 4)
    with pytest.raises(ValueError, match=r"ranks with 0 <= r < s <= n \+ 1"):
        coverage(5, 0.5, 4, 7)
    with pytest.raises(
        ValueError, match=r"values in ascending order, found values = 2.0 .* \(1,\)"
    ):
        quantile_limits([3, 2], [1, 1], 0.5, Z)
    with pytest.raises(ValueError, match=r"a table with observations, found n = 0.0"):
        quantile_limits([2, 3], [0, 0], 0.5, Z)
