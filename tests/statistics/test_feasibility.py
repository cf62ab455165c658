"""The range of hidden numbers is that of plain enumeration."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline_compare.statistics.feasibility import feasible_ranges


def enumerated(matrix, low, high, lower, upper):
    """Every whole-numbered solution, one a row."""
    spans = [range(int(a), int(b) + 1) for a, b in zip(lower, upper, strict=True)]
    cells = np.array(list(itertools.product(*spans)))
    sums = cells @ np.asarray(matrix).T
    return cells[((sums >= low) & (sums <= high)).all(axis=1)]


@st.composite
def systems(draw):
    unknowns, rows = draw(st.integers(1, 5)), draw(st.integers(0, 4))
    entries = st.sampled_from([0, 0, 1, 1, -1, 2])
    matrix = np.array(
        draw(st.lists(entries, min_size=rows * unknowns, max_size=rows * unknowns))
    ).reshape(rows, unknowns)
    lower = np.array(draw(st.lists(st.integers(0, 3), min_size=unknowns, max_size=unknowns)))
    width = np.array(draw(st.lists(st.integers(0, 3), min_size=unknowns, max_size=unknowns)))
    low = np.array(draw(st.lists(st.integers(-4, 12), min_size=rows, max_size=rows)))
    gap = np.array(draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows)))
    return matrix, low, low + gap, lower, lower + width


@settings(max_examples=300, deadline=None)
@given(systems())
def test_the_ranges_are_those_of_plain_enumeration(system):
    solutions = enumerated(*system)
    if not len(solutions):
        with pytest.raises(ValueError, match="no numbers fit"):
            feasible_ranges(*system)
        return
    found = feasible_ranges(*system)
    assert found.lower.tolist() == solutions.min(axis=0).tolist()
    assert found.upper.tolist() == solutions.max(axis=0).tolist()


@settings(max_examples=60, deadline=None)
@given(systems())
def test_without_whole_numbers_the_ranges_hold_those_of_whole_ones(system):
    solutions = enumerated(*system)
    if len(solutions):
        found = feasible_ranges(*system, integer=False)
        assert (found.lower <= solutions.min(axis=0) + 1e-9).all()
        assert (found.upper >= solutions.max(axis=0) - 1e-9).all()


def test_a_table_with_both_margins_pins_its_hidden_cells():
    """Two by two hidden cells of [1, 4] with rows 3 and 7 and columns 5 and 5."""
    matrix = [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]
    found = feasible_ranges(matrix, [3, 7, 5, 5], [3, 7, 5, 5], [1] * 4, [4] * 4)
    assert found.lower.tolist() == [1, 1, 3, 3]
    assert found.upper.tolist() == [2, 2, 4, 4]


def test_an_open_end_stays_open_unless_a_sum_closes_it():
    found = feasible_ranges([[1, 1, 0]], [9], [9], [1, 2, 0], [np.inf] * 3)
    assert found.lower.tolist() == [1, 2, 0]
    assert found.upper.tolist() == [7, 8, np.inf]
    free = feasible_ranges([[1, -1], [2, -1]], [0, 0], [np.inf, np.inf], [0, 0], [np.inf] * 2)
    assert free.upper.tolist() == [np.inf, np.inf]


def test_amounts_need_not_be_whole():
    found = feasible_ranges([[1, 1]], [5.5], [5.5], [1, 1], [4, 4], integer=False)
    assert found.lower == pytest.approx([1.5, 1.5])
    assert found.upper == pytest.approx([4, 4])


@pytest.mark.parametrize(
    ("matrix", "low", "high", "lower", "upper", "told"),
    [
        ([[1, 1]], [9], [9], [1, 1], [4, 4], "no numbers fit"),
        ([[1, 0]], [5], [5], [1, 1], [4, 4], "no numbers fit"),
        ([[0, 0]], [1], [1], [1, 1], [4, 4], "no numbers fit"),
        ([[1, 1], [1, -1]], [4, 1], [4, 1], [1, 1], [4, 4], "no numbers fit"),
        ([[1, 2, 2]], [1], [1], [0, 0, 0], [0, 0, 2], "no numbers fit"),
        ([[1, 1]], [4], [4], [5, 1], [4, 4], "bounds with lower <= upper"),
        ([[1, 1]], [4], [3], [1, 1], [4, 4], "sums with low <= high"),
        ([[1, np.nan]], [4], [4], [1, 1], [4, 4], "finite coefficients"),
    ],
)
def test_what_cannot_be_is_refused(matrix, low, high, lower, upper, told):
    with pytest.raises(ValueError, match=told):
        feasible_ranges(matrix, low, high, lower, upper)
