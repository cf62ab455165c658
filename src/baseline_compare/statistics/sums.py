"""The level of an area over some periods, from sums and never from means of ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Interval, checked, refuse

Floats = npt.NDArray[np.float64]
_EXACT = 2.0**53


@dataclass(frozen=True, slots=True)
class BoundedRatio:
    """The bounds of a sum and those of its ratio to the sum of the denominators."""

    total: Interval
    ratio: Interval


def exact_sum(values: Floats, axis: int) -> Floats:
    """Sum along an axis without rounding on the way.

    Whole numbers add up exactly in floating point below 2^53; anything else is summed with
    ``math.fsum``.

    Parameters
    ----------
    values
        Any shape.
    axis
        The axis that disappears.

    Examples
    --------
    >>> exact_sum(np.array([[0.1] * 10]), axis=1)
    array([1.])
    """
    sums = np.asarray(values.sum(axis=axis), dtype=np.float64)
    known = np.isfinite(values)
    whole = bool((values[known] == np.floor(values[known])).all())
    if whole and (not sums.size or float(np.nanmax(np.abs(sums), initial=0.0)) < _EXACT):
        return sums
    return np.asarray(np.apply_along_axis(math.fsum, axis, values), dtype=np.float64)


def grouped_sum(values: Floats, starts: npt.NDArray[np.intp]) -> Floats:
    """Sum runs of rows: the rows from each start up to the next one become one row.

    Parameters
    ----------
    values
        Rows by periods.
    starts
        Where each run begins; the first is 0, each run has a row at least.

    Examples
    --------
    >>> grouped_sum(np.array([[1.0], [2.0], [5.0]]), np.array([0, 2]))
    array([[3.],
           [5.]])
    """
    if len(starts) == len(values):
        return values
    known = values[np.isfinite(values)]
    if bool((known == np.floor(known)).all()) and float(np.abs(known).sum()) < _EXACT:
        return np.asarray(np.add.reduceat(values, starts, axis=0), dtype=np.float64)
    return np.stack([exact_sum(run, axis=0) for run in np.split(values, starts[1:])])


def mean_of_periods(values: Floats, used: npt.NDArray[np.bool_]) -> Floats:
    """Give the mean of the periods that are used, for each area.

    Parameters
    ----------
    values, used
        Areas by periods; each area uses one period at least.

    Examples
    --------
    >>> used = np.array([[True, True], [True, False]])
    >>> mean_of_periods(np.array([[10.0, 20.0], [1.0, 2.0]]), used)
    array([15.,  1.])
    """
    sums = exact_sum(np.where(used, values, 0.0), axis=1)
    return np.asarray(sums / used.sum(axis=1), dtype=np.float64)


def ratio_of_sums(top: Floats, bottom: Floats, used: npt.NDArray[np.bool_]) -> Floats:
    """Give the sum of the numerators over the sum of the denominators for each area.

    A mean of ratios would weigh a small area or month as much as a large one (Bickel, Hammel and
    O'Connell 1975, Science 187:398).

    Parameters
    ----------
    top, bottom, used
        Areas by periods; the denominators that an area uses sum to more than 0.

    Examples
    --------
    >>> used = np.array([[True, True]])
    >>> ratio_of_sums(np.array([[1.0, 30.0]]), np.array([[10.0, 100.0]]), used).round(4)
    array([0.2818])
    """
    tops = exact_sum(np.where(used, top, 0.0), axis=1)
    return tops / exact_sum(np.where(used, bottom, 0.0), axis=1)


def bounded_ratio(low: npt.ArrayLike, high: npt.ArrayLike, n: npt.ArrayLike) -> BoundedRatio:
    """Add up cells that are known within bounds only, suppressed or rounded ones.

    Parameters
    ----------
    low, high
        Bounds of each numerator, with the cells on the last axis; equal where a cell is known.
    n
        The denominators, known.

    Returns
    -------
    BoundedRatio
        Of the shape without the cells. Bounds, no random variation: the truth lies within.

    Raises
    ------
    ValueError
        Unless low <= high and n >= 0, with a sum of n above 0.

    References
    ----------
    Manski 2003, Partial Identification of Probability Distributions.

    Examples
    --------
    12 of 400, between 1 and 4 of 60, and 30 of 900:

    >>> found = bounded_ratio([12, 1, 30], [12, 4, 30], [400, 60, 900])
    >>> found.total.lower.item(), found.total.upper.item()
    (43.0, 46.0)
    >>> found.ratio.lower.round(4).item(), found.ratio.upper.round(4).item()
    (0.0316, 0.0338)
    """
    smallest, largest, sizes = checked(low=low, high=high, n=n)
    refuse(smallest > largest, "bounds with low <= high", low=smallest, high=largest)
    refuse(sizes < 0, "denominators of at least 0", n=sizes)
    size = exact_sum(sizes, axis=-1)
    refuse(size <= 0, "denominators with a sum above 0", n=size)
    total = Interval(exact_sum(smallest, axis=-1), exact_sum(largest, axis=-1))
    return BoundedRatio(total, Interval(total.lower / size, total.upper / size))


def bounded_union(low: npt.ArrayLike, high: npt.ArrayLike) -> Interval:
    """Bound the number of different persons in groups that may share some of them.

    Between the largest group, if it holds all others, and the sum, if nobody is in two.

    Parameters
    ----------
    low, high
        Bounds of each group on the last axis; equal where a group is known.

    References
    ----------
    Fréchet 1935, Fundamenta Mathematicae 25:379.

    Examples
    --------
    >>> found = bounded_union([30, 45], [30, 45])
    >>> found.lower.item(), found.upper.item()
    (45.0, 75.0)
    """
    smallest, largest = checked(low=low, high=high)
    refuse(smallest > largest, "bounds with low <= high", low=smallest, high=largest)
    return Interval(np.asarray(smallest.max(axis=-1)), exact_sum(largest, axis=-1))


def median(frequencies: Mapping[float, int]) -> float:
    """Give the median of a frequency table; between two middle values it is their mean.

    Examples
    --------
    >>> median({1.0: 4, 2.0: 4}), median({1.0: 1, 2.0: 1, 5.0: 1})
    (1.5, 2.0)
    """
    values = sorted(frequencies)
    cumulative = np.cumsum([frequencies[value] for value in values])
    size = int(cumulative[-1])
    ranks = ((size + 1) // 2, size // 2 + 1)
    low, high = (int(np.searchsorted(cumulative, rank)) for rank in ranks)
    return (values[low] + values[high]) / 2
