"""The columns of a segmented regression: level and slope before and after a date."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, checked
from baseline_compare.statistics.seasons import harmonics

FEWEST_A_SIDE, FEWEST, FEWEST_FOR_SLOPE = 3, 12, 24
"""Points that a series needs: on either side of the date, for a claim at all, for one on slopes."""

YEARS_FOR_SEASON = 2
"""Whole years below which no season is fitted."""

Possible = Literal["few_points_a_side", "few_points", "level", "level_and_slope"]


def possible_claims(before: int, after: int) -> Possible:
    """Say what a series of so many points before and after a date may be asked.

    Examples
    --------
    >>> possible_claims(2, 40), possible_claims(5, 5), possible_claims(12, 3)
    ('few_points_a_side', 'few_points', 'level')
    """
    if min(before, after) < FEWEST_A_SIDE:
        return "few_points_a_side"
    if before + after < FEWEST:
        return "few_points"
    return "level_and_slope" if before + after >= FEWEST_FOR_SLOPE else "level"


def segmented_design(
    points: int,
    *,
    break_after: int,
    slope: bool,
    position: npt.ArrayLike | None = None,
    pairs: int = 0,
    calendar: npt.ArrayLike | None = None,
) -> Floats:
    """Give the columns of a segmented regression.

    Parameters
    ----------
    points
        Length of the series.
    break_after
        Points before the date.
    slope
        Whether the slope may change, too.
    position
        Place in the year of each point, as a fraction; needed for a season.
    pairs
        Pairs of harmonics.
    calendar
        Declared calendar effects, one column each, (points, effects).

    Returns
    -------
    Floats
        Constant, time 1..points, level 1[t > break_after], slope counted from the first point after
        the date, so that the level is that of this point, harmonics, calendar effects; (points,
        columns).

    Raises
    ------
    ValueError
        If the date leaves no point on one side, or harmonics have no position.

    References
    ----------
    Wagner et al. 2002, J Clin Pharm Ther 27:299; Lopez Bernal, Cummins and Gasparrini 2017, Int J
    Epidemiol 46:348.

    Examples
    --------
    >>> segmented_design(4, break_after=2, slope=True)
    array([[1., 1., 0., 0.],
           [1., 2., 0., 0.],
           [1., 3., 1., 0.],
           [1., 4., 1., 1.]])
    """
    if not 0 < break_after < points:
        message = f"expected a date inside {points} points, found {break_after} points before it"
        raise ValueError(message)
    time = np.arange(1.0, points + 1)
    after = (time > break_after).astype(np.float64)
    columns = [np.ones(points), time, after]
    if slope:
        columns.append(np.maximum(time - break_after - 1, 0.0))
    parts = [np.column_stack(columns)]
    if pairs:
        if position is None:
            message = f"expected the place in the year of each point, found {pairs} harmonics alone"
            raise ValueError(message)
        parts.append(harmonics(checked(position=position)[0], pairs=pairs))
    if calendar is not None:
        parts.append(checked(calendar=calendar)[0])
    return np.concatenate(parts, axis=1)
