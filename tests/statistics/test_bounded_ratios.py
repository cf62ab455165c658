"""Sums of cells that are known within bounds only."""

import itertools

import numpy as np
import pytest

from baseline_compare.statistics.sums import bounded_ratio


def test_a_suppressed_cell_gives_bounds_of_the_sum_and_of_the_rate():
    # 12 of 400, between 1 and 4 of 60, 30 of 900 (partial identification, Manski 2003)
    found = bounded_ratio([12, 1, 30], [12, 4, 30], [400, 60, 900])
    assert [found.total.lower, found.total.upper] == [43, 46]
    rates = [found.ratio.lower, found.ratio.upper]
    assert rates == pytest.approx([0.03161764705882353, 0.033823529411764704], abs=1e-12)


def test_the_bounds_are_those_of_all_possible_cells():
    low, high, n = np.array([2, 0, 5]), np.array([4, 3, 5]), np.array([10, 20, 30])
    ranges = (range(a, b + 1) for a, b in zip(low, high, strict=True))
    sums = [sum(cells) for cells in itertools.product(*ranges)]
    found = bounded_ratio(low, high, n)
    assert [found.total.lower, found.total.upper] == [min(sums), max(sums)]
    assert [found.ratio.lower, found.ratio.upper] == [min(sums) / 60, max(sums) / 60]


def test_areas_are_summed_apart():
    low = np.arange(12.0).reshape(2, 2, 3)
    found = bounded_ratio(low, low + 1, np.array([1, 2, 3]))
    assert found.total.lower.tolist() == [[3, 12], [21, 30]]
    assert found.ratio.upper.tolist() == [[1, 2.5], [4, 5.5]]


def test_impossible_bounds_are_refused():
    message = r"bounds with low <= high, found low = 5.0, high = 4.0 in cell \(1,\)"
    with pytest.raises(ValueError, match=message):
        bounded_ratio([1, 5], [2, 4], [3, 3])
    with pytest.raises(ValueError, match=r"denominators of at least 0, found n = -3.0"):
        bounded_ratio([1], [2], [-3])
    with pytest.raises(ValueError, match=r"denominators with a sum above 0, found n = 0.0"):
        bounded_ratio([1, 1], [2, 1], [0, 0])
