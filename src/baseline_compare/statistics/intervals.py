"""What all intervals share: limits, the quantile of a decision, and the p-value of an inversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_FARTHEST = 1e-150
"""The smallest tail that is searched; a p-value below is given as this tail, doubled."""

_SMALLEST_TAIL, _LARGEST_QUANTILE = 1e-200, 1e100

_BLOCK = 16_384
"""Cells that are searched at a time, few enough to stay in the processor's cache."""

_ROUNDS, _CLOSE = 100, 1e-12
"""Rounds of the search for a root, the second half by bisection, and how close it comes."""

_MANY = 1e6
"""From so many degrees of freedom on scipy's own quantile of t is used: below, it fails in far
tails, above, the ratio of two beta quantiles loses digits."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper limits, two arrays of one shape; infinite where a side is open, never NaN."""

    lower: Floats
    upper: Floats


def two_sided(confidence: npt.ArrayLike) -> Floats:
    """Give the normal quantile q of two-sided intervals at a confidence level in (0, 1).

    Examples
    --------
    >>> two_sided([0.95, 0.998]).round(9)
    array([1.95996398, 3.09023231])
    """
    level = checked(confidence=confidence)[0]
    refuse(~((level > 0) & (level < 1)), "a confidence level between 0 and 1", confidence=level)
    return np.asarray(-special.ndtri((1 - level) / 2), dtype=np.float64)


def one_tail(q: Floats, df: npt.ArrayLike = np.inf) -> Floats:
    """Give the probability beyond q: normal, or Student's t with ``df`` degrees of freedom.

    Examples
    --------
    >>> one_tail(np.array([1.959963985]), [np.inf, 3.0]).round(4)
    array([0.025 , 0.0724])
    """
    level, freedom = np.broadcast_arrays(q, np.asarray(df, dtype=np.float64))
    tail = np.array(special.ndtr(-level))
    student = np.isfinite(freedom)
    if student.any():
        tail[student] = special.stdtr(freedom[student], -level[student])
    return tail


def two_sided_p(statistic: Floats, df: npt.ArrayLike = np.inf) -> Floats:
    """Give the two-sided p-value of a normal statistic, or of Student's t.

    Examples
    --------
    >>> two_sided_p(np.array([-1.959963985, 0.0])).round(6)
    array([0.05, 1.  ])
    """
    return np.minimum(2 * one_tail(np.abs(statistic), df), 1.0)


def quantile(q: npt.ArrayLike) -> Floats:
    """Give q as floats; above 1e100 it counts as 1e100, so that its powers stay numbers.

    Raises
    ------
    ValueError
        If q is below 0 or not finite.
    """
    level = checked(q=q)[0]
    refuse(level < 0, "q of at least 0", q=level)
    return np.minimum(level, _LARGEST_QUANTILE)


def tail_beyond(q: npt.ArrayLike) -> Floats:
    """Give the tail at which exact limits are taken; below 1e-200 (q above 30.2) it is 1e-200.

    Raises
    ------
    ValueError
        If q is below 0 or not finite.

    Examples
    --------
    >>> tail_beyond([0.0, 1.959963985, 40.0])
    array([0.5, 0.025, 1e-200])
    """
    return np.maximum(one_tail(quantile(q)), _SMALLEST_TAIL)


def beyond(tail: npt.ArrayLike, df: npt.ArrayLike = np.inf) -> Floats:
    """Give the quantile q that leaves ``tail`` beyond it: normal, or t with ``df`` degrees.

    Parameters
    ----------
    tail
        Above 0 and below 1; accurate down to 1e-300.  With fewer than 2 degrees of freedom tails
        below 1e-150^df count as that, so that the square of a quantile is a number.
    df
        Degrees of freedom, above 0 or infinite.

    Examples
    --------
    >>> beyond(0.025, [np.inf, 3.0]).round(6)
    array([1.959964, 3.182446])
    """
    tails, freedom = np.broadcast_arrays(*checked(tail=tail), np.asarray(df, dtype=np.float64))
    refuse((tails <= 0) | (tails >= 1), "a tail between 0 and 1", tail=tails)
    smaller = np.minimum(tails, 1 - tails)
    q = np.array(-special.ndtri(smaller))
    many, few = np.isfinite(freedom) & (freedom >= _MANY), freedom < _MANY
    if many.any():
        q[many] = -special.stdtrit(freedom[many], smaller[many])
    if few.any():
        smallest = _FARTHEST ** np.minimum(freedom[few], 2)
        half, both = freedom[few] / 2, 2 * np.maximum(smaller[few], smallest)
        odds = special.betainccinv(0.5, half, both) / special.betaincinv(half, 0.5, both)
        q[few] = np.sqrt(2 * half * odds)
    return np.asarray(np.where(tails > 0.5, -q, q), dtype=np.float64)


def checked(**numbers: npt.ArrayLike) -> tuple[Floats, ...]:
    """Give the arrays as floats of one common shape.

    Raises
    ------
    ValueError
        If one of them holds something that is not a finite number.
    """
    arrays = [np.asarray(values, dtype=np.float64) for values in numbers.values()]
    for name, values in zip(numbers, arrays, strict=True):
        refuse(~np.isfinite(values), "finite numbers", **{name: values})
    return tuple(np.broadcast_arrays(*arrays))


def refuse(wrong: Mask, expected: str, /, **numbers: Floats) -> None:
    """Refuse impossible numbers, naming the first cell.

    Raises
    ------
    ValueError
        Where ``wrong`` is true anywhere.

    Examples
    --------
    >>> x, n = np.array([3.0, 8.0]), np.array([5.0, 5.0])
    >>> refuse(x > n, "x of n with x <= n", x=x, n=n)
    Traceback (most recent call last):
    ValueError: expected x of n with x <= n, found x = 8.0, n = 5.0 in cell (1,)
    """
    if not np.any(wrong):
        return
    cell = tuple(int(place) for place in np.argwhere(wrong)[0])
    shape = np.shape(wrong)
    values = (f"{name} = {np.broadcast_to(array, shape)[cell]}" for name, array in numbers.items())
    message = f"expected {expected}, found {', '.join(values)} in cell {cell}"
    raise ValueError(message)


def inverted_p(
    clearance: Callable[..., Floats], arguments: tuple[Floats, ...], df: npt.ArrayLike = np.inf
) -> Floats:
    """Give the two-sided p-value of the test that an interval is the inversion of.

    It is the smallest level at which the interval excludes no change, so that the interval at a
    level excludes no change exactly where p is below that level.

    Parameters
    ----------
    clearance
        ``clearance(q, *arguments)`` says how far the nearer limit is from no change: above 0 where
        the interval excludes it, not rising in q.
    arguments
        Arrays of one shape.
    df
        Degrees of freedom of q; infinite for the normal distribution.

    Returns
    -------
    Floats
        In (0, 1], of the shape of the arguments; tails below 1e-150 are given as 1e-150 twice.
    """
    arrays = np.broadcast_arrays(*arguments, np.asarray(df, dtype=np.float64))
    shape = arrays[0].shape
    *flat, freedom = (np.ascontiguousarray(array).ravel() for array in arrays)
    q = np.empty_like(freedom)
    for start in range(0, len(q), _BLOCK):
        own = slice(start, start + _BLOCK)
        q[own] = _touching(clearance, tuple(array[own] for array in flat), freedom[own])
    return two_sided_p(q, freedom).reshape(shape)


def _touching(
    clearance: Callable[..., Floats], flat: tuple[Floats, ...], freedom: Floats
) -> Floats:
    """Find the quantile at which the interval of each cell touches no change."""
    farthest = beyond(_FARTHEST, freedom)
    low, high = np.zeros_like(freedom), np.minimum(4.0, farthest)
    at_low, at_high = clearance(low, *flat), clearance(high, *flat)
    short = np.flatnonzero((at_high > 0) & (high < farthest))
    while short.size:
        low[short], at_low[short] = high[short], at_high[short]
        high[short] = np.minimum(2 * high[short], farthest[short])
        at_high[short] = clearance(high[short], *(array[short] for array in flat))
        short = short[(at_high[short] > 0) & (high[short] < farthest[short])]
    q = np.where(at_low > 0, high, low)
    inside = np.flatnonzero((at_low > 0) & (at_high < 0))
    if inside.size:
        ends = (low[inside], at_low[inside], high[inside], at_high[inside])
        q[inside] = _root(clearance, *ends, tuple(array[inside] for array in flat))
    return q


def _root(
    clearance: Callable[..., Floats],
    other: Floats,
    at_other: Floats,
    last: Floats,
    at_last: Floats,
    arguments: tuple[Floats, ...],
) -> Floats:
    """Find the roots between two ends by false position, which nearly straight functions suit.

    References
    ----------
    Anderson and Björck 1973, BIT 13:253.
    """
    found, cells = np.array(last), np.arange(len(last))
    for round_number in range(_ROUNDS):
        place = last - at_last * (last - other) / (at_last - at_other)
        if round_number > _ROUNDS // 2:
            place = (last + other) / 2
        at_place = clearance(place, *arguments)
        crossed = np.sign(at_place) != np.sign(at_last)
        weight = 1 - at_place / at_last
        kept = at_other * np.where(weight > 0, weight, 0.5)
        step = np.abs(place - last)
        other, at_other = np.where(crossed, last, other), np.where(crossed, at_last, kept)
        last, at_last = place, at_place
        found[cells] = place
        going = (at_place != 0) & (step > _CLOSE * place) & (np.abs(last - other) > _CLOSE * place)
        if not going.any():
            break
        cells = cells[going]
        other, at_other, last, at_last = (x[going] for x in (other, at_other, last, at_last))
        arguments = tuple(array[going] for array in arguments)
    return found
