"""Limits of two single periods joined to limits of their change: square-and-add and ratio form.

Each period enters with its estimate m and its limits l <= m <= u, which may be asymmetric; 1 is the
baseline and 2 the follow-up.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval


def square_and_add(
    m1: Floats,
    l1: Floats,
    u1: Floats,
    m2: Floats,
    l2: Floats,
    u2: Floats,
    *,
    rho: npt.ArrayLike = 0.0,
    added: npt.ArrayLike = 0.0,
) -> Interval:
    """Give the limits of the difference m2 - m1.

    Parameters
    ----------
    m1, l1, u1, m2, l2, u2
        Estimate and limits of the baseline and of the follow-up, in one unit.
    rho
        Correlation of the two estimates; 0 for independent periods.
    added
        q squared times a variance beyond that of the two periods.

    References
    ----------
    Newcombe 1998, Stat Med 17:873 (method 10); Zou and Donner 2008, Stat Med 27:1693.

    Examples
    --------
    Wilson limits of 48/80 and 56/70 give Newcombe's .0524 to .3339:

    >>> first, second = (0.6, 0.4905, 0.7004), (0.8, 0.6918, 0.8769)
    >>> found = square_and_add(*map(np.array, first + second))
    >>> round(float(found.lower), 4), round(float(found.upper), 4)
    (0.0524, 0.3339)
    """
    change = m2 - m1
    below = _distance(m2 - l2, u1 - m1, rho, added)
    above = _distance(u2 - m2, m1 - l1, rho, added)
    return Interval(change - below, change + above)


def ratio_form(
    m1: Floats,
    l1: Floats,
    u1: Floats,
    m2: Floats,
    l2: Floats,
    u2: Floats,
    *,
    added: npt.ArrayLike = 0.0,
) -> Interval:
    """Give the limits of the ratio m2 / m1; at m1 = 0 the upper one is infinite.

    Parameters
    ----------
    m1, l1, u1, m2, l2, u2
        Estimate and limits of the baseline and of the follow-up, none below 0.
    added
        q squared times a variance of log(m2 / m1) beyond that of the two periods.

    Notes
    -----
    The published form (Donner and Zou 2012) divides by u1(2 m1 - u1), which is zero or negative for
    few events; its conjugate, used here, is the same number and divides by nothing small. An added
    variance widens the distance on the log scale from d to sqrt(d^2 + added); where the ratio
    itself is 0 or infinite, the one limit there is moves by sqrt(added), which is more.

    References
    ----------
    Donner and Zou 2012, Stat Methods Med Res 21:347; Li, Tang and Wong 2014, Comput Stat 29:869.

    Examples
    --------
    Wilson limits of 1/34 and 7/34 give 1.1537 to 41.9763 (Fagerland, Lydersen and Laake 2017):

    >>> from baseline_compare.statistics.proportions import wilson
    >>> x, n = np.array([1.0, 7.0]), 34.0
    >>> levels = wilson(x, n, 1.959963985)
    >>> before, after = zip(x / n, levels.lower, levels.upper)
    >>> found = ratio_form(*before, *after)
    >>> round(float(found.lower), 4), round(float(found.upper), 4)
    (1.1537, 41.9763)
    """
    product = np.asarray(m1 * m2)
    top_low, bottom_up = l2 * (2 * m2 - l2), l1 * (2 * m1 - l1)
    root_low = np.sqrt(np.maximum((u1 - m1) ** 2 * top_low + (m1 * (m2 - l2)) ** 2, 0.0))
    root_up = np.sqrt(np.maximum((u2 - m2) ** 2 * bottom_up + (m2 * (m1 - l1)) ** 2, 0.0))
    below = product + root_low
    endless = np.where(top_low > 0, np.inf, 0.0)
    lower = np.divide(top_low, below, out=endless, where=below > 0)
    upper = np.divide(
        product + root_up, bottom_up, out=np.full_like(below, np.inf), where=bottom_up > 0
    )
    if not np.any(added):
        return Interval(lower, upper)
    ratio = np.divide(m2, m1, out=np.full_like(below, np.inf), where=np.asarray(m1) > 0)
    return Interval(_moved(ratio, lower, -1, added), _moved(ratio, upper, 1, added))


def _distance(own: Floats, other: Floats, rho: npt.ArrayLike, added: npt.ArrayLike) -> Floats:
    squared = own**2 + other**2 - 2 * np.asarray(rho) * own * other + np.asarray(added)
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)), dtype=np.float64)


def _moved(ratio: Floats, limit: Floats, side: int, added: npt.ArrayLike) -> Floats:
    """Move a limit outwards on the log scale; 0 and infinity stay where they are."""
    limit, ratio, more = np.broadcast_arrays(limit, ratio, np.asarray(added, dtype=np.float64))
    open_limit = (limit <= 0) | np.isinf(limit)
    safe_limit = np.where(open_limit, 1.0, limit)
    one_sided = open_limit | (ratio <= 0) | np.isinf(ratio)
    safe_ratio = np.where(one_sided, safe_limit, ratio)
    distance = np.log(safe_limit / safe_ratio)
    moved = safe_ratio * np.exp(side * np.sqrt(distance**2 + more))
    return np.where(open_limit, limit, moved)
