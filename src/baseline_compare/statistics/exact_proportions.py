"""Intervals of a single share from its exact distribution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.beta_quantiles import beta_above, beta_below
from baseline_compare.statistics.crossings import BELOW_ONE, crossing
from baseline_compare.statistics.intervals import Floats, Interval, tail_beyond
from baseline_compare.statistics.observations import counted_persons


def clopper_pearson(x: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the exact interval, each tail at most half of the level: never too short, rather wide.

    Parameters
    ----------
    x, n
        x of n.
    q
        Two-sided quantile; tails below 1e-200 count as 1e-200.

    Returns
    -------
    Interval
        Shares in [0, 1]; the lower limit is 0 at x = 0, the upper one 1 at x = n.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n > 0.

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26:404.

    Examples
    --------
    >>> found = clopper_pearson([81, 0], [263, 20], 1.959963985)
    >>> found.lower.round(4), found.upper.round(4)
    (array([0.2527, 0.    ]), array([0.3676, 0.1684]))
    """
    count, size, tail = np.broadcast_arrays(*counted_persons(x, n), tail_beyond(q))
    some, rest = _kept(count, count > 0), _kept(size - count, count < size)
    lower = np.where(count > 0, beta_below(tail, some, size - count + 1), 0.0)
    upper = np.where(count < size, beta_above(tail, count + 1, rest), 1.0)
    return Interval(lower, upper)


def mid_p(x: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the mid-P interval: exact with half the probability of x itself in each tail.

    Parameters
    ----------
    x, n
        x of n.
    q
        Two-sided quantile; tails below 1e-200 count as 1e-200.

    Returns
    -------
    Interval
        Shares in [0, 1]; the lower limit is 0 at x = 0, the upper one 1 at x = n.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n > 0.

    References
    ----------
    Newcombe 1998, Stat Med 17:857, method 6.

    Examples
    --------
    >>> found = mid_p([15, 1], [148, 29], 1.959963985)
    >>> found.lower.round(4), found.upper.round(4)
    (array([0.0601, 0.0017]), array([0.1581, 0.1585]))
    """
    count, size, tail = np.broadcast_arrays(*counted_persons(x, n), tail_beyond(q))
    inner = (count > 0) & (count < size)
    some, rest = _kept(count, inner), _kept(size - count, inner)
    twice = np.minimum(2 * tail, BELOW_ONE)
    ends = beta_below(tail, some, rest + 1), beta_below(twice, some, rest + 1)
    lower = crossing(_half_at_least, *ends, tail, some, rest)
    ends = beta_above(twice, some + 1, rest), beta_above(tail, some + 1, rest)
    upper = crossing(_half_at_most, *ends, tail, some, rest)
    root = np.log(2 * tail) / size
    return Interval(
        np.where(inner, lower, np.where(count > 0, np.exp(root), 0.0)),
        np.where(inner, upper, np.where(count > 0, 1.0, -np.expm1(root))),
    )


def jeffreys(x: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the interval of equal tails of Jeffreys' posterior, Beta(x + 1/2, n - x + 1/2).

    Parameters
    ----------
    x, n
        x of n.
    q
        Two-sided quantile; tails below 1e-200 count as 1e-200.

    Returns
    -------
    Interval
        Shares in [0, 1]; the lower limit is 0 at x = 0, the upper one 1 at x = n.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n > 0.

    Notes
    -----
    The limits hold x/n at any q, also near 0, where both quantiles lie on one side of it.

    References
    ----------
    Brown, Cai and DasGupta 2001, Stat Sci 16:101.

    Examples
    --------
    >>> found = jeffreys([1, 3], 7, 1.959963985)
    >>> found.lower.round(3), found.upper.round(3)
    (array([0.016, 0.139]), array([0.501, 0.765]))
    """
    count, size, tail = np.broadcast_arrays(*counted_persons(x, n), tail_beyond(q))
    shapes = count + 0.5, size - count + 0.5
    share = count / size
    lower = np.where(count > 0, np.minimum(beta_below(tail, *shapes), share), 0.0)
    upper = np.where(count < size, np.maximum(beta_above(tail, *shapes), share), 1.0)
    return Interval(lower, upper)


def _kept(values: Floats, kept: npt.NDArray[np.bool_]) -> Floats:
    """Put 1 where a value has no use, so that every shape of a distribution is above 0."""
    return np.where(kept, values, 1.0)


def _half_at_least(p: Floats, x: Floats, others: Floats) -> Floats:
    """Give P(X > x) + P(X = x) / 2 with x of x + others."""
    at_least, above = special.betainc(x, others + 1, p), special.betainc(x + 1, others, p)
    return np.asarray((at_least + above) / 2, dtype=np.float64)


def _half_at_most(p: Floats, x: Floats, others: Floats) -> Floats:
    """Give P(X < x) + P(X = x) / 2 with x of x + others."""
    below, at_most = special.betaincc(x, others + 1, p), special.betaincc(x + 1, others, p)
    return np.asarray((below + at_most) / 2, dtype=np.float64)
