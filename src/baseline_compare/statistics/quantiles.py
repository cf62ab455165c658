"""Limits of quantiles from order statistics, free of any distribution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import Floats, Interval, checked, refuse, tail_beyond
from baseline_compare.statistics.order_statistics import cumulated, order_statistic

_FARTHEST = 38.0
_TIE = 1 + 1e-12
"""Tails that equal the tail of the decision up to rounding count as equal."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """The interval from the r-th to the s-th smallest value, and its exact coverage.

    r = 0 and s = n + 1 mean that the side is open.
    """

    r: Floats
    s: Floats
    coverage: Floats


def ranks(n: npt.ArrayLike, quantile: npt.ArrayLike, q: npt.ArrayLike) -> Ranks:
    """Give the ranks between which a quantile of the population lies, free of any distribution.

    Parameters
    ----------
    n
        Number of observations.
    quantile
        Between 0 and 1; 0.5 for the median.
    q
        Two-sided normal quantile; tails below 1e-200 count as 1e-200.

    Returns
    -------
    Ranks
        The largest r with P(B < r) and the smallest s with P(B >= s) at most the tail of q, B
        binomial with n and the quantile.

    Raises
    ------
    ValueError
        Unless n is a whole number of at least 1 and 0 < quantile < 1.

    References
    ----------
    Campbell and Gardner 1988, BMJ 296:1454.

    Examples
    --------
    >>> found = ranks([100, 6, 5], 0.5, 1.959963985)
    >>> found.r, found.s, found.coverage.round(4)
    (array([40.,  1.,  0.]), array([61.,  6.,  6.]), array([0.9648, 0.9688, 1.    ]))
    """
    size, share = _sizes(n, quantile)
    size, share, tail = np.broadcast_arrays(size, share, tail_beyond(q))
    aim = tail * _TIE
    spread = np.sqrt(size * share * (1 - share))
    reach = np.minimum(checked(q=q)[0], _FARTHEST) * spread
    r = _largest_rank(_below, size * share - reach, spread, aim, size, share)
    mirrored = _largest_rank(_above, size * (1 - share) - reach, spread, aim, size, share)
    s = size + 1 - mirrored
    return Ranks(r, s, coverage(size, share, r, s))


def coverage(
    n: npt.ArrayLike, quantile: npt.ArrayLike, r: npt.ArrayLike, s: npt.ArrayLike
) -> Floats:
    """Give the probability that a quantile lies between the r-th and the s-th smallest value.

    Parameters
    ----------
    n
        Number of observations.
    quantile
        Between 0 and 1.
    r, s
        Ranks; r = 0 and s = n + 1 stand for open sides.

    Raises
    ------
    ValueError
        Unless n is a whole number of at least 1, 0 < quantile < 1 and 0 <= r < s <= n + 1.

    References
    ----------
    Conover 1999, Practical Nonparametric Statistics, 3rd ed., sec. 3.2.

    Examples
    --------
    >>> coverage(16, 0.75, 9, 15).round(4).item()
    0.9094
    """
    size, share = _sizes(n, quantile)
    size, share, first, last = checked(n=size, quantile=share, r=r, s=s)
    wrong = (first < 0) | (last > size + 1) | (first >= last)
    refuse(wrong, "ranks with 0 <= r < s <= n + 1", r=first, s=last, n=size)
    outside = _below(first, size, share) + _above(size + 1 - last, size, share)
    return np.maximum(1 - outside, 0.0)


def quantile_limits(
    values: npt.ArrayLike,
    frequencies: npt.ArrayLike,
    quantile: npt.ArrayLike,
    q: npt.ArrayLike,
) -> Interval:
    """Give the limits of a quantile from frequency tables.

    Parameters
    ----------
    values, frequencies
        The tables; values may be common to all of them.
    quantile
        Between 0 and 1.
    q
        Two-sided normal quantile, of the shape without the values.

    Returns
    -------
    Interval
        Values of the tables; -inf and inf where the observations are too few for a limit.

    Raises
    ------
    ValueError
        If values do not ascend, frequencies are not whole numbers of at least 0, or a table has no
        observation.

    References
    ----------
    Campbell and Gardner 1988, BMJ 296:1454.

    Examples
    --------
    >>> found = quantile_limits([1, 2, 3, 4, 5], [[10, 20, 40, 20, 10], [1, 1, 1, 1, 0]], 0.5, 1.96)
    >>> found.lower, found.upper
    (array([ 3., -inf]), array([ 3., inf]))
    """
    table, cumulative = cumulated(values, frequencies)
    size = cumulative[..., -1]
    refuse(size < 1, "a table with observations", n=size)
    found = ranks(size, quantile, q)
    lower = order_statistic(table, cumulative, np.maximum(found.r, 1))
    upper = order_statistic(table, cumulative, np.minimum(found.s, size))
    return Interval(
        np.where(found.r >= 1, lower, -np.inf), np.where(found.s <= size, upper, np.inf)
    )


def _sizes(n: npt.ArrayLike, quantile: npt.ArrayLike) -> tuple[Floats, Floats]:
    size, share = checked(n=n, quantile=quantile)
    refuse((size < 1) | (size != np.floor(size)), "a whole n of at least 1", n=size)
    refuse((share <= 0) | (share >= 1), "a quantile between 0 and 1", quantile=share)
    return size, share


def _below(rank: Floats, n: Floats, share: Floats) -> Floats:
    """Give P(B < rank), B binomial."""
    inner = np.clip(rank, 1, n)
    tail = special.betaincc(inner, n - inner + 1, share)
    return np.asarray(np.where(rank < 1, 0.0, np.where(rank > n, 1.0, tail)), dtype=np.float64)


def _above(rank: Floats, n: Floats, share: Floats) -> Floats:
    """Give P(B >= n + 1 - rank): that of the mirrored distribution below the rank."""
    inner = np.clip(rank, 1, n)
    tail = special.betainc(n - inner + 1, inner, share)
    return np.asarray(np.where(rank < 1, 0.0, np.where(rank > n, 1.0, tail)), dtype=np.float64)


def _largest_rank(
    probability: Callable[..., Floats],
    guess: Floats,
    spread: Floats,
    aim: Floats,
    n: Floats,
    share: Floats,
) -> Floats:
    """Give the largest rank whose probability is at most ``aim``, by bisection around a guess."""
    shape = n.shape
    guess, spread, aim, n, share = (
        np.ravel(array) for array in np.broadcast_arrays(guess, spread, aim, n, share)
    )
    width = 4 + np.ceil(spread / 16)
    low, high = np.clip(np.floor(guess - width), 0, n), np.clip(np.ceil(guess + width), 1, n + 1)
    low = np.where(probability(low, n, share) <= aim, low, 0.0)
    high = np.where(probability(high, n, share) > aim, high, n + 1)
    open_cells = np.flatnonzero(high - low > 1)
    while open_cells.size:
        middle = np.floor((low[open_cells] + high[open_cells]) / 2)
        small = probability(middle, n[open_cells], share[open_cells]) <= aim[open_cells]
        low[open_cells[small]], high[open_cells[~small]] = middle[small], middle[~small]
        open_cells = open_cells[high[open_cells] - low[open_cells] > 1]
    return low.reshape(shape)
