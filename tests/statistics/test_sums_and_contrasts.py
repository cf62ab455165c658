"""Published and hand-computed values, symmetry, and behaviour at the edges."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baseline_compare.statistics.contrasts import contrast, direction
from baseline_compare.statistics.sums import grouped_sum, mean_of_periods, median, ratio_of_sums

ADMISSIONS = {  # Bickel, Hammel and O'Connell 1975, Science 187:398: applicants, admitted
    "men": [(825, 512), (560, 353), (325, 120), (417, 138), (191, 53), (373, 22)],
    "women": [(108, 89), (25, 17), (593, 202), (375, 131), (393, 94), (341, 24)],
}


def test_a_ratio_of_sums_is_no_mean_of_ratios():
    found = {}
    for group, departments in ADMISSIONS.items():
        bottom, top = (np.array([column], dtype=float) for column in zip(*departments, strict=True))
        found[group] = ratio_of_sums(top, bottom, np.ones_like(top, dtype=bool)).item()
    assert found["men"] == pytest.approx(0.4452, abs=5e-5)
    assert found["women"] == pytest.approx(0.3035, abs=5e-5)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_whole_numbers_add_up_exactly(numbers):
    column = np.array(numbers, dtype=float)[:, None]
    assert grouped_sum(column, np.array([0])).item() == sum(numbers)


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=2, max_size=30))
def test_cents_add_up_without_rounding_on_the_way(amounts):
    column = np.array([float(amount) for amount in amounts])[:, None]
    assert grouped_sum(column, np.array([0])).item() == math.fsum(column[:, 0])


def test_runs_of_rows_are_summed_apart():
    rows = np.arange(12.0).reshape(6, 2)
    found = grouped_sum(rows, np.array([0, 1, 4]))
    assert found.tolist() == [[0, 1], [2 + 4 + 6, 3 + 5 + 7], [8 + 10, 9 + 11]]


def test_only_the_periods_that_are_used_enter():
    values = np.array([[1.0, 2.0, np.nan], [4.0, 5.0, 9.0]])
    used = np.array([[True, True, False], [True, True, True]])
    assert mean_of_periods(values, used).tolist() == [1.5, 6.0]
    assert ratio_of_sums(values, np.full((2, 3), 2.0), used).tolist() == [0.75, 3.0]


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60))
def test_the_median_of_a_frequency_table_is_that_of_its_observations(observations):
    table: dict[float, int] = {}
    for value in observations:
        table[float(value)] = table.get(float(value), 0) + 1
    assert median(table) == float(np.median(observations))


values = st.integers(1, 10**7).map(float)


@given(values, values, st.sampled_from([0.001, 0.03, 0.5]))
def test_swapping_the_periods_turns_the_direction_round(before, after, margin):
    one = direction(np.array([before]), np.array([after]), scale="ratio", margin=margin)
    two = direction(np.array([after]), np.array([before]), scale="ratio", margin=margin)
    assert one.item() == -two.item()


@given(values, values)
def test_the_ratio_margin_agrees_with_exact_fractions(before, after):
    found = direction(np.array([before]), np.array([after]), scale="ratio", margin=0.03).item()
    ratio = Fraction(after) / Fraction(before)
    exact = (ratio >= Fraction(103, 100)) - (ratio <= Fraction(100, 103))
    assert found == exact


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (0.03, 0.04, 1),
        (0.04, 0.03, -1),
        (0.29, 0.30, 1),
        (0.57, 0.58, 1),
        (0.03, 0.0399, 0),
        (1.0, 0.99, -1),
    ],
)
def test_a_decimal_margin_counts_although_it_has_no_binary_form(before, after, way):
    found = direction(np.array([before]), np.array([after]), scale="difference", margin=0.01)
    assert found.item() == way


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_difference_of_one_point_agrees_with_exact_fractions(before, after):
    sides = (np.array([before / 10_000]), np.array([after / 10_000]))
    found = direction(*sides, scale="difference", margin=0.01).item()
    assert found == (after - before >= 100) - (before - after >= 100)


def test_a_baseline_of_zero_has_no_relative_change():
    found = contrast(np.array([0.0, 50.0]), np.array([3.0, 40.0]))
    assert found.change.tolist() == [3.0, -10.0]
    assert found.has_relative.tolist() == [False, True]
    assert found.relative_change[1] == -0.2
    assert np.isfinite(found.relative_change).all()
