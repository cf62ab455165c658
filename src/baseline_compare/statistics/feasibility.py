"""The smallest and the largest value that hidden numbers can have, given what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy

from baseline_compare.statistics.intervals import Floats, Interval, Mask, refuse
from baseline_compare.statistics.programmes import Programme, ProgrammeError, maximum

_SLACK = 1e-6
"""Noise of the solver: limits are never tightened by less."""


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
    system = _programme(matrix, low, high, lower, upper, integer=integer)
    system = _without_single_rows(system)
    smallest, largest = system.lower.copy(), system.upper.copy()
    for rows, columns in _components(system.matrix):
        part = _part(system, rows, columns)
        found = _subtracted(part) if _is_plain(part) else _searched(part)
        smallest[columns], largest[columns] = found.lower, found.upper
    return Interval(smallest, largest)


def _programme(
    matrix: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    integer: bool,
) -> Programme:
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
    whole = np.full(len(smallest), integer)
    return Programme(rows, at_least, at_most, smallest, largest, whole)


def _part(system: Programme, rows: Mask, columns: Mask) -> Programme:
    """Give the sums and unknowns of one component."""
    return Programme(
        system.matrix[np.ix_(rows, columns)],
        system.low[rows],
        system.high[rows],
        system.lower[columns],
        system.upper[columns],
        system.whole[columns],
    )


def _without_single_rows(system: Programme) -> Programme:
    """Turn rows with one unknown into bounds, and drop rows without any."""
    lower, upper = system.lower.copy(), system.upper.copy()
    sizes = (system.matrix != 0).sum(axis=1)
    for row in np.flatnonzero(sizes == 0):
        if system.low[row] > _SLACK or system.high[row] < -_SLACK:
            raise _nothing_fits()
    for row in np.flatnonzero(sizes == 1):
        column = int(np.flatnonzero(system.matrix[row])[0])
        ends = np.array([system.low[row], system.high[row]]) / system.matrix[row, column]
        lower[column] = max(lower[column], ends.min())
        upper[column] = min(upper[column], ends.max())
    if system.whole.all():
        lower, upper = np.ceil(lower - _SLACK), np.floor(upper + _SLACK)
    if (lower > upper + _SLACK).any():
        raise _nothing_fits()
    upper = np.maximum(lower, upper)
    kept = sizes > 1
    return replace(
        system,
        matrix=system.matrix[kept],
        low=system.low[kept],
        high=system.high[kept],
        lower=lower,
        upper=upper,
    )


def _components(matrix: Floats) -> Iterator[tuple[Mask, Mask]]:
    """Give the rows and the unknowns that belong together; unknowns without a row are left out."""
    if not len(matrix):
        return
    size = len(matrix)
    joined = scipy.sparse.bmat([[None, matrix], [matrix.T, None]])
    labels = scipy.sparse.csgraph.connected_components(joined, directed=False)[1]
    for label in np.unique(labels[:size]):
        yield labels[:size] == label, labels[size:] == label


def _is_plain(part: Programme) -> bool:
    return len(part.matrix) == 1 and bool((np.abs(part.matrix) == 1).all())


def _subtracted(part: Programme) -> Interval:
    """Subtract from a sum the least and the most that the other unknowns can be."""
    signs = part.matrix[0]
    least = np.where(signs > 0, part.lower, -part.upper)
    most = np.where(signs > 0, part.upper, -part.lower)
    low, high = part.low[0], part.high[0]
    if part.whole.all():
        low, high = np.ceil(low - _SLACK), np.floor(high + _SLACK)
    if least.sum() > high + _SLACK or most.sum() < low - _SLACK or low > high:
        raise _nothing_fits()
    others = np.ones((len(signs), len(signs))) - np.eye(len(signs))
    smallest = np.maximum(least, low - _finite_product(others, most))
    largest = np.minimum(most, high - _finite_product(others, least))
    ends = signs * smallest, signs * largest
    return Interval(np.minimum(*ends), np.maximum(*ends))


def _finite_product(others: Floats, ends: Floats) -> Floats:
    """Sum the ends of the other unknowns, some of which may be infinite."""
    return np.asarray(np.where(others > 0, ends, 0.0).sum(axis=1), dtype=np.float64)


def _searched(part: Programme) -> Interval:
    """Search the ends of each unknown by two programmes."""
    units = np.eye(len(part.lower))
    try:
        lower = np.array([-maximum(part, -unit).value for unit in units])
        upper = np.array([maximum(part, unit).value for unit in units])
    except ProgrammeError:
        raise _nothing_fits() from None
    if part.whole.all():
        lower, upper = np.ceil(lower - _SLACK), np.floor(upper + _SLACK)
    else:
        below, above = (
            _SLACK * np.maximum(1.0, np.abs(np.where(np.isfinite(ends), ends, 0.0)))
            for ends in (lower, upper)
        )
        lower, upper = lower - below, upper + above
    return Interval(np.maximum(lower, part.lower), np.minimum(upper, part.upper))


def _nothing_fits() -> ValueError:
    return ValueError("no numbers fit what is known of them")
