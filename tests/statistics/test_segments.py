"""Columns of segmented regressions, and what a series may be asked."""

import numpy as np
import pytest

from baseline_compare.statistics.segments import possible_claims, segmented_design


def test_columns_are_those_of_the_model():
    position, calendar = np.arange(30) / 12, np.arange(30.0)[:, None] ** 2
    found = segmented_design(
        30, break_after=24, slope=True, position=position, pairs=2, calendar=calendar
    )
    for place in range(30):
        time, after = place + 1, place >= 24
        waves = [f(2 * np.pi * h * place / 12) for h in (1, 2) for f in (np.sin, np.cos)]
        expected = [1, time, int(after), max(time - 25, 0), *waves, place**2]
        assert found[place] == pytest.approx(expected, abs=1e-12)


def test_without_a_slope_there_is_no_column_of_it():
    assert segmented_design(12, break_after=6, slope=False).shape == (12, 3)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (2, 50, "few_points_a_side"),
        (50, 2, "few_points_a_side"),
        (3, 3, "few_points"),
        (8, 3, "few_points"),
        (9, 3, "level"),
        (12, 11, "level"),
        (12, 12, "level_and_slope"),
        (48, 11, "level_and_slope"),
    ],
)
def test_short_series_may_be_asked_less(before, after, expected):
    assert possible_claims(before, after) == expected


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"points": 12, "break_after": 12, "slope": True},
            "expected a date inside 12 points, found 12 points before it",
        ),
        (
            {"points": 12, "break_after": 0, "slope": True},
            "expected a date inside 12 points, found 0 points before it",
        ),
        (
            {"points": 12, "break_after": 6, "slope": True, "pairs": 2},
            "expected the place in the year of each point, found 2 harmonics alone",
        ),
    ],
)
def test_impossible_designs_are_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        segmented_design(arguments.pop("points"), **arguments)
