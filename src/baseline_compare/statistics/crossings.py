"""The place where a function crosses a value, for many cells at once.

For limits that have no closed form. The engine of changes has a search of its own in ``intervals``,
for nearly straight functions: faster there, and without the cost of importing ``scipy.optimize``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import elementwise

from baseline_compare.statistics.intervals import Floats

BELOW_ONE = 1 - 1e-9
"""The largest probability of an end of a search, whose quantile is a number."""


def root(excess: Callable[..., Floats], low: Floats, high: Floats, *arguments: Floats) -> Floats:
    """Give the place between low and high where a function is 0.

    Parameters
    ----------
    excess
        ``excess(place, *arguments)``, monotone in the place.
    low, high
        Ends of the search; where the function has one sign at both (the root is an end, up to
        rounding) the nearer end is given.
    *arguments
        Of the shape of the other arrays.
    """
    arrays = np.broadcast_arrays(low, high, *arguments)
    shape = arrays[0].shape
    first, last, *rest = (np.ascontiguousarray(array).ravel() for array in arrays)
    at_first, at_last = excess(first, *rest), excess(last, *rest)
    found = np.where(np.abs(at_first) < np.abs(at_last), first, last)
    inside = (np.sign(at_first) * np.sign(at_last) < 0) & (first < last)
    if inside.any():
        bracket, part = (first[inside], last[inside]), tuple(array[inside] for array in rest)
        found[inside] = elementwise.find_root(excess, bracket, args=part).x
    return found.reshape(shape)


def crossing(
    probability: Callable[..., Floats], low: Floats, high: Floats, tail: Floats, *arguments: Floats
) -> Floats:
    """Give the place between low and high where a probability is ``tail``, as ``root`` does.

    Parameters
    ----------
    probability
        ``probability(place, *arguments)``, monotone in the place.
    low, high
        Ends of the search.
    tail
        The probability to reach.
    *arguments
        Of the shape of the other arrays.
    """

    def excess(place: Floats, aim: Floats, *rest: Floats) -> Floats:
        return probability(place, *rest) / aim - 1

    return root(excess, low, high, tail, *arguments)
