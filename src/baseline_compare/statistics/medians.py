"""Medians of frequency tables: standard error, and the change between two periods.

A frequency table holds values in ascending order and how often each occurs, on the last axis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import (
    Floats,
    Interval,
    beyond,
    quantile,
    refuse,
    two_sided_p,
)
from baseline_compare.statistics.order_statistics import cumulated, order_statistic


@dataclass(frozen=True, slots=True)
class ChangeOfMedians:
    """The change of a median with its normal test of no change: two-sided p, and limits."""

    change: Floats
    standard_error: Floats
    p: Floats
    interval: Interval


def median_standard_error(values: npt.ArrayLike, frequencies: npt.ArrayLike) -> Floats:
    """Give the standard error of a median from frequency tables.

    Parameters
    ----------
    values, frequencies
        The tables; values may be common to all of them.

    Returns
    -------
    Floats
        In the unit of the values; 0 where the two order statistics are one value.

    Raises
    ------
    ValueError
        If values do not ascend, frequencies are not whole numbers of at least 0, or a table has
        fewer than 2 observations.

    Notes
    -----
    (X(n - c + 1) - X(c)) / (2 z) with c = (n + 1)/2 - sqrt(n), rounded (halves to even) and at
    least 1, and z the normal quantile beyond which P(B < c) lies, B binomial with n and 1/2.

    References
    ----------
    Price and Bonett 2001, J Stat Comput Simul 68:295; Bonett and Price 2002, Psychol Methods 7:370.

    Examples
    --------
    >>> median_standard_error([26, 27, 29, 32, 34, 35, 37, 39, 40, 43], [1] * 10).round(4).item()
    2.8269
    """
    table, cumulative = cumulated(values, frequencies)
    size = cumulative[..., -1]
    refuse(size < 2, "at least 2 observations", n=size)
    c = np.maximum(np.rint((size + 1) / 2 - np.sqrt(size)), 1.0)
    low = order_statistic(table, cumulative, c)
    high = order_statistic(table, cumulative, size - c + 1)
    z = beyond(special.betaincc(c, size - c + 1, 0.5))
    return (high - low) / (2 * z)


def bonett_price(
    values1: npt.ArrayLike,
    frequencies1: npt.ArrayLike,
    values2: npt.ArrayLike,
    frequencies2: npt.ArrayLike,
    q: npt.ArrayLike,
) -> ChangeOfMedians:
    """Compare two medians of different persons.

    Parameters
    ----------
    values1, frequencies1, values2, frequencies2
        Frequency tables of the baseline and of the follow-up.
    q
        Two-sided quantile, of the shape without the values.

    Returns
    -------
    ChangeOfMedians
        Second median less first.

    Raises
    ------
    ValueError
        If a table is impossible or has fewer than 2 observations, or both standard errors are 0.

    References
    ----------
    Bonett and Price 2002, Psychol Methods 7:370.

    Examples
    --------
    Example of the R package statpsych, whose groups are the other way round:

    >>> first = [26, 27, 29, 32, 34, 35, 37, 39, 40, 43]
    >>> second = [31, 33, 36, 39, 42, 44, 46, 47, 48, 49]
    >>> found = bonett_price(first, [1] * 10, second, [1] * 10, 1.959963985)
    >>> found.change.item(), found.standard_error.round(6).item()
    (8.5, 4.316291)
    >>> found.interval.lower.round(5).item(), found.interval.upper.round(5).item()
    (0.04023, 16.95977)
    """
    change = _median(values2, frequencies2) - _median(values1, frequencies1)
    errors = (
        median_standard_error(values1, frequencies1),
        median_standard_error(values2, frequencies2),
    )
    error = np.hypot(*errors)
    refuse(error <= 0, "a spread, not a standard error of 0", standard_error=error)
    reach = quantile(q) * error
    p = two_sided_p(change / error)
    return ChangeOfMedians(change, error, p, Interval(change - reach, change + reach))


def _median(values: npt.ArrayLike, frequencies: npt.ArrayLike) -> Floats:
    """Give the median, between two middle values their mean."""
    table, cumulative = cumulated(values, frequencies)
    size = cumulative[..., -1]
    low = order_statistic(table, cumulative, np.maximum(np.floor((size + 1) / 2), 1))
    return (low + order_statistic(table, cumulative, np.floor(size / 2) + 1)) / 2
