"""Mid-P limits of a single count of events."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.crossings import BELOW_ONE, crossing
from baseline_compare.statistics.gamma_quantiles import (
    LARGE_SHAPE,
    gamma_above,
    gamma_at,
    gamma_below,
)
from baseline_compare.statistics.intervals import Floats, Interval, tail_beyond
from baseline_compare.statistics.observations import counted_events

_ROUNDS = 12


def mid_p(x: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the mid-P limits: exact with half the probability of x itself in each tail.

    Parameters
    ----------
    x
        Events.
    q
        Two-sided quantile; tails below 1e-200 count as 1e-200.

    Returns
    -------
    Interval
        Events; the lower limit is 0 at x = 0.

    Raises
    ------
    ValueError
        Unless x >= 0.

    References
    ----------
    Cohen and Yang 1994, Stat Med 13:2189.

    Examples
    --------
    >>> found = mid_p([0, 5], 1.959963985)
    >>> found.lower.round(6), found.upper.round(6)
    (array([0.      , 1.831995]), array([ 2.995732, 11.082416]))
    """
    events, tail = np.broadcast_arrays(counted_events(x), tail_beyond(q))
    lower, upper = np.zeros_like(tail), np.array(-np.log(2 * tail))
    few = (events > 0) & (events < LARGE_SHAPE)
    many = events >= LARGE_SHAPE
    for chosen, rule in ((few, _of_few), (many, _of_many)):
        if chosen.any():
            lower[chosen], upper[chosen] = rule(events[chosen], tail[chosen])
    return Interval(lower, upper)


def _of_few(x: Floats, tail: Floats) -> tuple[Floats, Floats]:
    twice = np.minimum(2 * tail, BELOW_ONE)
    lower = crossing(_half_at_least, gamma_below(tail, x), gamma_below(twice, x), tail, x)
    ends = gamma_above(twice, x + 1), gamma_above(tail, x + 1)
    return lower, crossing(_half_at_most, *ends, tail, x)


def _of_many(x: Floats, tail: Floats) -> tuple[Floats, Floats]:
    """Solve P(X >= x) = tail + P(X = x) / 2, and the same above, by substitution.

    Each round shrinks the error by a factor of at least 16.
    """
    lower, upper = gamma_below(tail, x), gamma_above(tail, x + 1)
    for _ in range(_ROUNDS):
        lower = gamma_at(special.ndtri(tail + _poisson(x, lower) / 2), x)
        upper = gamma_at(-special.ndtri(tail + _poisson(x, upper) / 2), x + 1)
    return lower, upper


def _half_at_least(mean: Floats, x: Floats) -> Floats:
    """Give P(X > x) + P(X = x) / 2."""
    return np.asarray((special.gammainc(x, mean) + special.gammainc(x + 1, mean)) / 2)


def _half_at_most(mean: Floats, x: Floats) -> Floats:
    """Give P(X < x) + P(X = x) / 2."""
    return np.asarray((special.gammaincc(x, mean) + special.gammaincc(x + 1, mean)) / 2)


def _poisson(x: Floats, mean: Floats) -> Floats:
    """Give P(X = x) of many events, by Stirling's series."""
    away = (mean - x) / x
    logarithm = x * (np.log1p(away) - away) - np.log(2 * np.pi * x) / 2 - 1 / (12 * x)
    return np.asarray(np.exp(logarithm), dtype=np.float64)
