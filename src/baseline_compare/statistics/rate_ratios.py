"""Intervals of a ratio of two periods: given the sum of both counts, and on logs."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.exact_proportions import clopper_pearson, mid_p
from baseline_compare.statistics.intervals import Floats, Interval, quantile, refuse, two_sided_p
from baseline_compare.statistics.observations import events_of_periods, persons_of_periods
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.score_inversion import pooled_rates

ShareLimits = Literal["exact", "mid_p", "score"]
_LARGEST_LOG = 600.0
_SMALLEST_SHARE = 1e-250
"""A lower limit of a share below this leaves the ratio open above."""
_SHARES = {"exact": clopper_pearson, "mid_p": mid_p, "score": wilson}


def multiplied_around(ratio: Floats, log_error: Floats, q: Floats) -> Interval:
    """Give the ratio divided and multiplied by exp(q times the standard error of its log).

    Examples
    --------
    >>> found = multiplied_around(np.array(2.0), np.array(np.log(2.0)), np.array(1.0))
    >>> found.lower.item(), found.upper.item()
    (1.0, 4.0)
    """
    factor = np.exp(np.minimum(q * log_error, _LARGEST_LOG))
    return Interval(ratio / factor, ratio * factor)


def conditional(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    limits: ShareLimits,
) -> Interval:
    """Give the interval of (x2/t2) / (x1/t1) from the follow-up's share of all events.

    Given x1 + x2, the share of two independent Poisson counts is binomial, and its limits turn
    into those of the ratio. "exact" keeps its level everywhere and is wide with few events;
    "mid_p" and "score" keep it on average.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, in the baseline and in the follow-up; one unit of exposure for both.
    q
        Two-sided quantile, 0 or above.
    limits
        Of the share: Clopper-Pearson, mid-P or Wilson.

    Returns
    -------
    Interval
        Ratios; the lower limit is 0 at x2 = 0, the upper one infinite at x1 = 0.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods.

    References
    ----------
    Graham, Mengersen and Morton 2003, Stat Med 22:2071.

    Examples
    --------
    60 events in 51,477.5 after 30 in 54,308.7 (data of Gu et al. 2008):

    >>> found = conditional(30, 54308.7, 60, 51477.5, 1.959963985, limits="exact")
    >>> round(found.lower.item(), 6), round(found.upper.item(), 6)
    (1.339736, 3.388366)
    """
    a, s, b, t = events_of_periods(x1, t1, x2, t2)
    some = a + b > 0
    total = np.where(some, a + b, 1.0)
    before, after = (_SHARES[limits](count, total, q) for count in (a, b))
    lower, upper = np.zeros(np.shape(after.lower)), np.full(np.shape(after.lower), np.inf)
    np.copyto(lower, np.inf, where=some)
    np.divide(after.lower, before.upper, out=lower, where=some & (before.upper > 0))
    np.divide(after.upper, before.lower, out=upper, where=some & (before.lower > _SMALLEST_SHARE))
    return Interval(lower * (s / t), upper * (s / t))


def conditional_p(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    *,
    limits: ShareLimits,
) -> Floats:
    """Give the p-value of equal rates that belongs to the same interval.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, in the baseline and in the follow-up.
    limits
        As in ``conditional``.

    Returns
    -------
    Floats
        Two-sided: twice the smaller tail, at most 1; 1 without any event.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods.

    Notes
    -----
    Twice the smaller tail is what the interval inverts; other programs add up the less likely
    outcomes of both tails, and get another p-value than their interval.

    References
    ----------
    Graham, Mengersen and Morton 2003, Stat Med 22:2071.

    Examples
    --------
    No event before and three after, in equal times (Krishnamoorthy and Thomson 2004):

    >>> conditional_p(0, 100, 3, 100, limits="exact").item()
    0.25
    """
    a, s, b, t = cells = events_of_periods(x1, t1, x2, t2)
    if limits == "score":
        return two_sided_p(pooled_rates(cells, skewness=False))
    down = _at_least(a, b, s / (s + t), half=limits == "mid_p")
    up = _at_least(b, a, t / (s + t), half=limits == "mid_p")
    return np.asarray(np.minimum(2 * np.minimum(down, up), 1.0), dtype=np.float64)


def log_wald(
    x1: npt.ArrayLike, t1: npt.ArrayLike, x2: npt.ArrayLike, t2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the interval of (x2/t2) / (x1/t1) from the normal distribution of its log.

    For many events only; ``conditional`` holds with few.

    Parameters
    ----------
    x1, t1, x2, t2
        Events, above 0, and exposure, in the baseline and in the follow-up.
    q
        Two-sided quantile, 0 or above.

    Raises
    ------
    ValueError
        Unless x > 0 and t > 0 in both periods.

    References
    ----------
    Graham, Mengersen and Morton 2003, Stat Med 22:2071.

    Examples
    --------
    41 events in 28,010 after 15 in 19,017 (Rothman and Greenland):

    >>> found = log_wald(15, 19017, 41, 28010, 1.959963985)
    >>> round(found.lower.item(), 5), round(found.upper.item(), 5)
    (1.02723, 3.35256)
    """
    a, s, b, t = events_of_periods(x1, t1, x2, t2)
    refuse((a <= 0) | (b <= 0), "events in both periods", x1=a, x2=b)
    return multiplied_around((b / t) / (a / s), np.sqrt(1 / a + 1 / b), quantile(q))


def katz(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the interval of p2 / p1 from the normal distribution of its log.

    For tables whose four cells all hold ten persons or more; the score intervals hold with few.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons, above 0, of all persons, in the baseline and in the follow-up.
    q
        Two-sided quantile, 0 or above.

    Raises
    ------
    ValueError
        Unless 0 < x <= n and n >= 1 in both periods.

    References
    ----------
    Katz, Baptista, Azen and Pike 1978, Biometrics 34:469.

    Examples
    --------
    7/34 after 1/34 (Fagerland, Lydersen and Laake 2017, ch. 4):

    >>> found = katz(1, 34, 7, 34, 1.959963985)
    >>> round(found.lower.item(), 4), round(found.upper.item(), 4)
    (0.9096, 53.8695)
    """
    a, m, b, n = persons_of_periods(x1, n1, x2, n2)
    refuse((a <= 0) | (b <= 0), "persons counted in both periods", x1=a, x2=b)
    error = np.sqrt((m - a) / (a * m) + (n - b) / (b * n))
    return multiplied_around((b / n) / (a / m), error, quantile(q))


def _at_least(x: Floats, others: Floats, share: Floats, *, half: bool) -> Floats:
    """Give P(K >= x) of x + others events, with half of P(K = x) if ``half``."""
    one = np.ones_like(share)
    from_x = np.where(x > 0, special.betainc(np.where(x > 0, x, one), others + 1, share), one)
    if not half:
        return np.asarray(from_x, dtype=np.float64)
    more = np.where(others > 0, others, one)
    beyond_x = np.where(others > 0, special.betainc(x + 1, more, share), 0.0)
    return np.asarray((from_x + beyond_x) / 2, dtype=np.float64)
