"""The smallest and the largest value that hidden numbers can have, given what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from baseline_compare.statistics.intervals import Floats, Interval, Mask, refuse
from baseline_compare.statistics.programmes import Programme, ProgrammeError, maximum

_SLACK = 1e-6
"""Noise of the solver: limits are never tightened by less."""


@dataclass(frozen=True, slots=True)
class _System:
    """Rows ``low <= matrix @ x <= high`` on unknowns ``x`` in ``[lower, upper]``."""

    matrix: Floats
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats

    def part(self, rows: Mask, columns: Mask) -> _System:
        """Give the rows and unknowns of one component."""
        return _System(
            self.matrix[np.ix_(rows, columns)],
            self.low[rows],
            self.high[rows],
            self.lower[columns],
            self.upper[columns],
        )


def feasible_ranges(
    matrix: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    integer: bool = True,
) -> Interval:
    """Give the smallest and the largest value of each unknown among all that are possible.

    Parameters
    ----------
    matrix
        Rows by unknowns: what is known of sums of unknowns.
    low, high
        One a row, ``low <= matrix @ x <= high``; equal where a sum is known exactly.
    lower, upper
        Bounds of each unknown by itself; ``upper`` may be infinite.
    integer
        Whether the unknowns are whole numbers.

    Returns
    -------
    Interval
        One pair of limits an unknown. They are the tightest ones, up to the noise of the solver,
        which never makes them tighter than the truth.

    Raises
    ------
    ValueError
        If no numbers fit.

    Notes
    -----
    Rows with one unknown become bounds, and unknowns that no row joins are searched apart. A
    component of one row whose coefficients are alike in size is solved by subtraction; others by
    mixed integer programming (HiGHS), two programmes an unknown.

    References
    ----------
    Fischetti and Salazar 2001, Management Science 47:1008 (the attacker's problem); Huangfu and
    Hall 2018, Mathematical Programming Computation 10:119.

    Examples
    --------
    Three hidden cells between 1 and 4 that sum to 11:

    >>> found = feasible_ranges([[1, 1, 1]], [11], [11], [1, 1, 1], [4, 4, 4])
    >>> found.lower, found.upper
    (array([3., 3., 3.]), array([4., 4., 4.]))
    """
    system = _system(matrix, low, high, lower, upper, integer=integer)
    system = _without_single_rows(system, integer=integer)
    smallest, largest = system.lower.copy(), system.upper.copy()
    for rows, columns in _components(system.matrix):
        part = system.part(rows, columns)
        found = _subtracted(part, integer=integer) if _is_plain(part) else None
        found = found or _searched(part, integer=integer)
        smallest[columns], largest[columns] = found.lower, found.upper
    return Interval(smallest, largest)


def _system(
    matrix: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    integer: bool,
) -> _System:
    """Check what is known, and round the bounds of whole numbers inwards."""
    smallest, largest = (np.array(side, dtype=np.float64) for side in (lower, upper))
    rows = np.asarray(matrix, dtype=np.float64).reshape(-1, len(smallest))
    at_least, at_most = (np.array(side, dtype=np.float64) for side in (low, high))
    refuse(np.isnan(rows), "finite coefficients", matrix=rows)
    refuse(~np.isfinite(smallest), "finite lower bounds", lower=smallest)
    if integer:
        smallest, largest = np.ceil(smallest - _SLACK), np.floor(largest + _SLACK)
    refuse(~(smallest <= largest), "bounds with lower <= upper", lower=smallest, upper=largest)
    refuse(~(at_least <= at_most), "sums with low <= high", low=at_least, high=at_most)
    return _System(rows, at_least, at_most, smallest, largest)


def _without_single_rows(system: _System, *, integer: bool) -> _System:
    """Turn rows with one unknown into bounds, and drop rows without any."""
    lower, upper = system.lower.copy(), system.upper.copy()
    sizes = (system.matrix != 0).sum(axis=1)
    for row in np.flatnonzero(sizes == 0):
        _possible(system.low[row] <= _SLACK and system.high[row] >= -_SLACK)
    for row in np.flatnonzero(sizes == 1):
        column = int(np.flatnonzero(system.matrix[row])[0])
        ends = np.array([system.low[row], system.high[row]]) / system.matrix[row, column]
        lower[column] = max(lower[column], ends.min())
        upper[column] = min(upper[column], ends.max())
    if integer:
        lower, upper = np.ceil(lower - _SLACK), np.floor(upper + _SLACK)
    _possible(bool((lower <= upper + _SLACK).all()))
    upper = np.maximum(lower, upper)
    kept = sizes > 1
    return _System(system.matrix[kept], system.low[kept], system.high[kept], lower, upper)


def _components(matrix: Floats) -> Iterator[tuple[Mask, Mask]]:
    """Give the rows and the unknowns that belong together; unknowns without a row are left out."""
    if not len(matrix):
        return
    size = len(matrix)
    joined = scipy.sparse.bmat([[None, matrix], [matrix.T, None]])
    labels = scipy.sparse.csgraph.connected_components(joined, directed=False)[1]
    for label in np.unique(labels[:size]):
        yield labels[:size] == label, labels[size:] == label


def _is_plain(part: _System) -> bool:
    return len(part.matrix) == 1 and bool((np.abs(part.matrix) == 1).all())


def _subtracted(part: _System, *, integer: bool) -> Interval:
    """Subtract from a sum the least and the most that the other unknowns can be."""
    signs = part.matrix[0]
    least = np.where(signs > 0, part.lower, -part.upper)
    most = np.where(signs > 0, part.upper, -part.lower)
    low, high = part.low[0], part.high[0]
    if integer:
        low, high = np.ceil(low - _SLACK), np.floor(high + _SLACK)
    _possible(bool(least.sum() <= high + _SLACK and most.sum() >= low - _SLACK and low <= high))
    others = np.ones((len(signs), len(signs))) - np.eye(len(signs))
    smallest = np.maximum(least, low - _finite_product(others, most))
    largest = np.minimum(most, high - _finite_product(others, least))
    ends = signs * smallest, signs * largest
    return Interval(np.minimum(*ends), np.maximum(*ends))


def _finite_product(others: Floats, ends: Floats) -> Floats:
    """Sum the ends of the other unknowns, some of which may be infinite."""
    return np.asarray(np.where(others > 0, ends, 0.0).sum(axis=1), dtype=np.float64)


def _searched(part: _System, *, integer: bool) -> Interval:
    """Search the ends of each unknown by two programmes."""
    ends = np.array(
        [
            [_end(part, place, sign, integer=integer) for place in range(len(part.lower))]
            for sign in (1.0, -1.0)
        ]
    )
    if integer:
        ends = np.array([np.ceil(ends[0] - _SLACK), np.floor(ends[1] + _SLACK)])
    else:
        slack = _SLACK * np.maximum(1.0, np.abs(np.where(np.isfinite(ends), ends, 0.0)))
        ends = ends + np.array([-slack[0], slack[1]])
    return Interval(np.maximum(ends[0], part.lower), np.minimum(ends[1], part.upper))


def _end(part: _System, place: int, sign: float, *, integer: bool) -> float:
    """Minimise one unknown, or maximise it where the sign is negative."""
    goal = np.zeros(len(part.lower))
    goal[place] = -sign
    whole = np.full(len(goal), integer)
    programme = Programme(part.matrix, part.low, part.high, part.lower, part.upper, whole)
    try:
        return -sign * maximum(programme, goal).value
    except ProgrammeError:
        _possible(feasible=False)
        raise


def _possible(feasible: bool) -> None:  # noqa: FBT001 - one flag, named by the function
    if not feasible:
        message = "no numbers fit what is known of them"
        raise ValueError(message)
