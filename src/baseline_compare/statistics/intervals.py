"""What all intervals share: limits, the quantile of a decision, and the p-value of an inversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import elementwise

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_FARTHEST = 1e-300
"""The smallest tail that is searched; a p-value below is given as this tail, doubled."""


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
    freedom = np.asarray(df, dtype=np.float64)
    finite = np.where(np.isinf(freedom), 1.0, freedom)
    tail = np.where(np.isinf(freedom), special.ndtr(-q), special.stdtr(finite, -q))
    return np.asarray(tail, dtype=np.float64)


def beyond(tail: npt.ArrayLike, df: npt.ArrayLike = np.inf) -> Floats:
    """Give the quantile q that leaves ``tail`` beyond it: normal, or t with ``df`` degrees.

    Examples
    --------
    >>> beyond(0.025, [np.inf, 3.0]).round(6)
    array([1.959964, 3.182446])
    """
    freedom, tails = np.asarray(df, dtype=np.float64), np.asarray(tail, dtype=np.float64)
    finite = np.where(np.isinf(freedom), 1.0, freedom)
    q = np.where(np.isinf(freedom), -special.ndtri(tails), -special.stdtrit(finite, tails))
    return np.asarray(q, dtype=np.float64)


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


def refuse(wrong: Mask, expected: str, **numbers: Floats) -> None:
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
        In (0, 1], of the shape of the arguments; tails below 1e-300 are given as 1e-300 twice.
    """
    arrays = np.broadcast_arrays(*arguments, np.asarray(df, dtype=np.float64))
    shape = arrays[0].shape
    *flat, freedom = (np.ascontiguousarray(array).ravel() for array in arrays)
    farthest = beyond(_FARTHEST, freedom)
    low, high = np.zeros_like(freedom), np.minimum(4.0, farthest)
    open_cells = np.flatnonzero(clearance(high, *flat) > 0)
    while open_cells.size:
        low[open_cells] = high[open_cells]
        high[open_cells] = np.minimum(2 * high[open_cells], farthest[open_cells])
        part = [array[open_cells] for array in flat]
        still = clearance(high[open_cells], *part) > 0
        still &= high[open_cells] < farthest[open_cells]
        open_cells = open_cells[still]
    at_low, at_high = clearance(low, *flat), clearance(high, *flat)
    inside = (at_low > 0) & (at_high < 0)
    q = np.where(at_low > 0, high, low)
    if inside.any():
        part = [array[inside] for array in flat]
        found = elementwise.find_root(
            lambda place, *rest: clearance(place, *rest),
            (low[inside], high[inside]),
            args=tuple(part),
        )
        q[inside] = found.x
    return np.minimum(2 * one_tail(q, freedom), 1.0).reshape(shape)
