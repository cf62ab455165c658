"""Runs on one side of a line and crossings of it: signs of a lasting shift of a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import Floats, Mask, checked

Counts = npt.NDArray[np.intp]

_ROUNDING = 1e-12
"""Values this close to a line, relative to their size, are on it."""

_FEWEST_USEFUL, _QUANTILE = 10, 0.05
"""Of the rules for runs: fewer values off the centre are not judged; of the crossings."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Values off the centre (``useful``), runs of them on one side and crossings, of each series.

    A ``signal`` is a longest run above the allowed or fewer crossings than needed, where the series
    is ``judged``: with fewer than 10 useful values it is not, and gives none.
    """

    useful: Counts
    longest_run: Counts
    longest_allowed: Counts
    crossings: Counts
    crossings_needed: Counts
    judged: Mask
    signal: Mask


def runs(values: npt.ArrayLike, centre: npt.ArrayLike, *, among: npt.ArrayLike) -> Runs:
    """Test for a lasting shift: too long a run on one side of the centre, or too few crossings.

    Parameters
    ----------
    values, centre
        Of one unit, (..., periods) in order; the centre may be one for all.
    among
        True in the periods to test; values of other periods are not read.

    Raises
    ------
    ValueError
        If a value to test or a centre is not finite, or there is no axis of periods.

    Notes
    -----
    Values on the centre and periods outside ``among`` are skipped: they neither add to a run nor
    end it. Of n useful values a run may be log2(n) + 3 long, rounded; crossings are too few below
    the 5 % quantile of the binomial distribution of n - 1 trials of 1/2. Both bounds are those of
    independent values and of a centre that halves them.

    References
    ----------
    Anhøj and Olesen 2014, PLoS ONE 9:e113825.

    Examples
    --------
    >>> found = runs([1, 2, 1, 2, 1, 5, 6, 5, 7, 6, 5, 6], 4, among=np.full(12, True))
    >>> found.longest_run.item(), found.longest_allowed.item()
    (7, 7)
    >>> found.crossings.item(), found.crossings_needed.item(), found.signal.item()
    (1, 3, True)
    """
    tested = of_periods("among", among, values)
    x, middle = checked(values=np.where(tested, values, 0.0), centre=centre)
    side = np.where(tested, side_of(x, middle), 0)
    useful = np.asarray((side != 0).sum(axis=-1), dtype=np.intp)
    longest, crossings = _longest_and_crossings(side)
    allowed = np.asarray(np.round(np.log2(np.maximum(useful, 1)) + 3), dtype=np.intp)
    needed = _crossings_needed(useful)
    judged = np.asarray(useful >= _FEWEST_USEFUL)
    signal = np.asarray(judged & ((longest > allowed) | (crossings < needed)))
    return Runs(useful, longest, allowed, crossings, needed, judged=judged, signal=signal)


def of_periods(name: str, mask: npt.ArrayLike, values: npt.ArrayLike) -> Mask:
    """Give the mask in the shape of the values; places or weights would all count as True."""
    given = np.asarray(mask)
    if given.dtype != np.bool_:
        message = f"expected {name} of True and False, found {given.dtype}"
        raise ValueError(message)
    whole = np.broadcast_to(given, np.broadcast_shapes(given.shape, np.shape(values)))
    if whole.ndim == 0:
        message = "expected periods on the last axis, found a single number"
        raise ValueError(message)
    return whole


def side_of(values: Floats, line: Floats) -> npt.NDArray[np.int8]:
    """Give 1 above the line, -1 below it, and 0 on it."""
    near = _ROUNDING * np.maximum(np.abs(values), np.abs(line))
    return (values > line + near).astype(np.int8) - (values < line - near).astype(np.int8)


def _longest_and_crossings(side: npt.NDArray[np.int8]) -> tuple[Counts, Counts]:
    last = np.zeros(side.shape[:-1], dtype=np.int8)
    length, longest, crossings = (np.zeros(last.shape, dtype=np.intp) for _ in range(3))
    for here in np.moveaxis(side, -1, 0):
        crossings += here * last < 0
        length = np.where(here == 0, length, np.where(here == last, length + 1, 1))
        longest = np.maximum(longest, length)
        last = np.where(here == 0, last, here)
    return np.asarray(longest), crossings


def _crossings_needed(useful: Counts) -> Counts:
    """Count the numbers of crossings whose cumulative probability is below the quantile."""
    most = max(int(useful.max(initial=1)), 1)
    trials, crossings = np.ogrid[:most, :most]
    rare = special.bdtr(np.minimum(crossings, trials), trials, 0.5) < _QUANTILE
    return np.asarray(rare.sum(axis=-1)[np.maximum(useful - 1, 0)], dtype=np.intp)
