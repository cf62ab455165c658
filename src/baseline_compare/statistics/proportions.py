"""Score intervals of a single share, x of n, and the bound where none was seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, checked, quantile, refuse
from baseline_compare.statistics.observations import counted_persons


def wilson(x: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the score interval: the default, it keeps its level on average and holds at 0 and n.

    Parameters
    ----------
    x, n
        x of n; x may be a mean of counts.
    q
        Two-sided quantile.

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
    Wilson 1927, J Am Stat Assoc 22:209; Newcombe 1998, Stat Med 17:857, method 3.

    Examples
    --------
    >>> found = wilson([81, 0], [263, 20], 1.959963985)
    >>> found.lower.round(4), found.upper.round(4)
    (array([0.2553, 0.    ]), array([0.3662, 0.1611]))
    """
    count, size = counted_persons(x, n)
    level = quantile(q)
    return Interval(wilson_lower(level, count, size), wilson_upper(level, count, size))


def wilson_corrected(x: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the score interval with continuity correction, nearly as wide as the exact one.

    Parameters
    ----------
    x, n
        x of n.
    q
        Two-sided quantile.

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
    The limits solve abs(x/n - p) - 1/(2n) = q sqrt(p (1 - p) / n): those of the plain interval for
    x - 1/2 and for x + 1/2.

    References
    ----------
    Newcombe 1998, Stat Med 17:857, method 4.

    Examples
    --------
    >>> found = wilson_corrected(81, 263, 1.959963985)
    >>> found.lower.round(4).item(), found.upper.round(4).item()
    (0.2535, 0.3682)
    """
    count, size = counted_persons(x, n)
    level = quantile(q)
    return Interval(
        wilson_lower(level, np.maximum(count - 0.5, 0.0), size),
        wilson_upper(level, np.minimum(count + 0.5, size), size),
    )


def upper_bound_of_none(n: npt.ArrayLike, alpha: npt.ArrayLike) -> Floats:
    """Give the exact one-sided upper bound of a share of which none of n was seen.

    Parameters
    ----------
    n
        Above 0.
    alpha
        One minus the confidence of the bound.

    Returns
    -------
    Floats
        1 - alpha^(1/n), about 3/n for alpha = 0.05.

    Raises
    ------
    ValueError
        Unless n > 0 and 0 < alpha < 1.

    References
    ----------
    Hanley and Lippman-Hand 1983, J Am Med Assoc 249:1743.

    Examples
    --------
    >>> upper_bound_of_none([10, 300], 0.05).round(6)
    array([0.258866, 0.009936])
    """
    size, level = checked(n=n, alpha=alpha)
    refuse(size <= 0, "n above 0", n=size)
    refuse((level <= 0) | (level >= 1), "alpha between 0 and 1", alpha=level)
    return np.asarray(-np.expm1(np.log(level) / size), dtype=np.float64)


def wilson_lower(q: Floats, x: Floats, n: Floats) -> Floats:
    """Give Wilson's lower limit of checked numbers.

    The smaller root is the product of both over the larger one, which loses no digit.
    """
    larger = _roots(x, n, q)
    return np.divide(2 * x * (x / n), larger, out=np.zeros_like(larger), where=larger > 0)


def wilson_upper(q: Floats, x: Floats, n: Floats) -> Floats:
    """Give Wilson's upper limit of checked numbers."""
    upper = np.minimum(_roots(x, n, q) / (2 * (n + q**2)), 1.0)
    return np.where(x < n, upper, 1.0)


def _roots(x: Floats, n: Floats, q: Floats) -> Floats:
    """Give 2 (n + q^2) times the larger root of the score equation."""
    return np.asarray(2 * x + q**2 + q * np.sqrt(q**2 + 4 * x * ((n - x) / n)), dtype=np.float64)
