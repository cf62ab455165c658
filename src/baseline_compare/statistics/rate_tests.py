"""Tests of two rates, as sensitivity beside the intervals of their change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.constrained_fits import constrained_rates
from baseline_compare.statistics.intervals import Floats, checked, refuse
from baseline_compare.statistics.observations import Cells, events_of_periods

_PAIRS_AT_ONCE = 2_000_000
_TIE = 1e-10
"""Relative slack that counts outcomes as extreme as the observed one although they round apart."""


@dataclass(frozen=True, slots=True)
class RateRatioTests:
    """One-sided p-values of five tests that a ratio of rates is larger than a given one."""

    wald: Floats
    score: Floats
    log_wald: Floats
    log_score: Floats
    square_root: Floats


@dataclass(frozen=True, slots=True)
class RateDifferenceTests:
    """z and one-sided p-values of two tests that a difference of rates is larger than a given."""

    wald_z: Floats
    wald_p: Floats
    score_z: Floats
    score_p: Floats


def rate_ratio_tests_one_sided(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    *,
    ratio: npt.ArrayLike = 1.0,
) -> RateRatioTests:
    """Test whether (x2/t2) / (x1/t1) is larger than ``ratio``, in five ways.

    Parameters
    ----------
    x1, t1, x2, t2
        Events, above 0, and exposure, in the baseline and in the follow-up.
    ratio
        Of the hypothesis, above 0.

    Raises
    ------
    ValueError
        Unless x > 0 and t > 0 in both periods and the ratio is above 0.

    Notes
    -----
    The square-root test adds 3/8 to both counts. The paper prints the p-values of the score test
    and of the Wald test on logs in each other's place; the ones here are computed.

    References
    ----------
    Gu, Ng, Tang and Schucany 2008, Biom J 50:283.

    Examples
    --------
    60 events in 51,477.5 after 30 in 54,308.7 (data of the paper):

    >>> found = rate_ratio_tests_one_sided(30, 54308.7, 60, 51477.5)
    >>> round(found.wald.item(), 6), round(found.score.item(), 6)
    (0.000356, 0.000316)
    """
    a, s, b, t = events_of_periods(x1, t1, x2, t2)
    hypothesis = checked(ratio=ratio)[0]
    refuse((a <= 0) | (b <= 0), "events in both periods", x1=a, x2=b)
    refuse(hypothesis <= 0, "a ratio above 0", ratio=hypothesis)
    expected = hypothesis * t / s
    log_excess = np.log(b / a) - np.log(expected)
    return RateRatioTests(
        wald=_larger((b - a * expected) / np.sqrt(b + a * expected**2)),
        score=_larger((b - a * expected) / np.sqrt((a + b) * expected)),
        log_wald=_larger(log_excess / np.sqrt(1 / a + 1 / b)),
        log_score=_larger(log_excess / np.sqrt((2 + 1 / expected + expected) / (a + b))),
        square_root=_larger(
            2 * (np.sqrt(b + 3 / 8) - np.sqrt((a + 3 / 8) * expected)) / np.sqrt(1 + expected)
        ),
    )


def rate_difference_tests(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    *,
    difference: npt.ArrayLike = 0.0,
) -> RateDifferenceTests:
    """Test whether x2/t2 - x1/t1 is larger than ``difference``, by its own and the null variance.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, in the baseline and in the follow-up.
    difference
        Of the hypothesis, per unit of exposure.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods, and there is an event in either.

    References
    ----------
    Ng, Gu and Tang 2007, Comput Stat Data Anal 51:3085.

    Examples
    --------
    41 events in 28,010 after 15 in 19,017 (data of the paper):

    >>> found = rate_difference_tests(15, 19017, 41, 28010)
    >>> round(found.wald_z.item(), 3), round(found.wald_p.item(), 4)
    (2.205, 0.0137)
    >>> round(found.score_z.item(), 3), round(found.score_p.item(), 4)
    (2.082, 0.0187)
    """
    a, s, b, t = events_of_periods(x1, t1, x2, t2)
    hypothesis = checked(difference=difference)[0]
    refuse(a + b <= 0, "an event in either period", x1=a, x2=b)
    excess = b / t - a / s - hypothesis
    rate1, rate2 = constrained_rates(hypothesis, a, s, b, t)
    wald = excess / np.sqrt(a / s**2 + b / t**2)
    score = excess / np.sqrt(rate1 / s + rate2 / t)
    return RateDifferenceTests(wald, _larger(wald), score, _larger(score))


def e_test(x1: npt.ArrayLike, t1: npt.ArrayLike, x2: npt.ArrayLike, t2: npt.ArrayLike) -> Floats:
    """Give the two-sided p-value of the E-test of equal rates.

    It adds up the probabilities, at the pooled rate, of all pairs of counts whose Wald statistic
    is at least as large as the observed one: more powerful than the conditional test, with a level
    near the nominal one instead of a guaranteed one.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, in the baseline and in the follow-up.

    Returns
    -------
    Floats
        In [0, 1], with an absolute error below 1e-15; 1 where the rates are equal.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods.

    Notes
    -----
    The pair without any event has no statistic and is never counted as extreme. For each count of
    one period the extreme counts of the other are two tails, so the work grows with the standard
    deviation of one count, not with the square of it.

    References
    ----------
    Krishnamoorthy and Thomson 2004, J Stat Plan Inf 119:23.

    Examples
    --------
    No event before and three after, in equal times (example of the paper):

    >>> round(e_test(0, 100, 3, 100).item(), 11)
    0.08837900945
    """
    cells = events_of_periods(x1, t1, x2, t2)
    shape = cells[0].shape
    a, s, b, t = (array.ravel() for array in cells)
    swap = s > t
    few = (np.where(swap, b, a), np.where(swap, t, s), np.where(swap, a, b), np.where(swap, s, t))
    mean = few[1] * (a + b) / (s + t)
    spread = 9 * np.sqrt(mean)
    first = np.floor(np.maximum(mean - spread, 0))
    sizes = (np.ceil(mean + spread) + 30 - first).astype(np.int64)
    p = np.ones_like(mean)
    start = 0
    while start < len(p):
        stop = start + max(1, int(np.searchsorted(np.cumsum(sizes[start:]), _PAIRS_AT_ONCE)))
        part = slice(start, stop)
        block = few[0][part], few[1][part], few[2][part], few[3][part]
        p[part] = _extreme_pairs(block, first[part], sizes[part])
        start = stop
    return np.minimum(np.where(a * t == b * s, 1.0, p), 1.0).reshape(shape)


def tost_rate_ratio(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
) -> Floats:
    """Give the exact p-value that a ratio of two rates lies inside a margin.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, before and after.
    low, high
        The margins of the ratio (x2/t2) / (x1/t1), 0 < low < high.

    Returns
    -------
    Floats
        The larger of the two conditional p-values; 1 without any event.

    Raises
    ------
    ValueError
        If events are negative, an exposure is not above 0, or the margins are impossible.

    Notes
    -----
    Given all events, those of the follow-up are binomial with share R t2 / (R t2 + t1) (Clopper
    and Pearson's tails), so the p-value is alpha where an exact 1 - 2 alpha limit meets its margin.

    References
    ----------
    Lakens 2017, SPPS 8:355; Clopper and Pearson 1934, Biometrika 26:404.

    Examples
    --------
    >>> limits = {"low": 1.33973572177265, "high": 3.388365573616252}
    >>> tost_rate_ratio(30, 54308.7, 60, 51477.5, **limits).round(9).item()
    0.025
    """
    a1, e1, a2, e2 = events_of_periods(x1, t1, x2, t2)
    lower, upper = checked(low=low, high=high)
    refuse(~((lower > 0) & (lower < upper)), "margins 0 < low < high", low=lower, high=upper)
    share_low = lower * e2 / (lower * e2 + e1)
    share_high = upper * e2 / (upper * e2 + e1)
    p_low = np.where(a2 == 0, 1.0, special.betainc(np.where(a2 == 0, 1.0, a2), a1 + 1, share_low))
    p_high = special.betaincc(a2 + 1, np.where(a1 == 0, 1.0, a1), share_high)
    return np.maximum(p_low, np.where(a1 == 0, 1.0, p_high))


def _extreme_pairs(cells: Cells, first: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
    """Add up the extreme pairs of each cell over ``sizes`` counts of period 1 from ``first`` on."""
    a, s, b, t = cells
    exposure = t / s
    squared = np.divide(
        (b - a * exposure) ** 2,
        b + a * exposure**2,
        out=np.zeros_like(a),
        where=a + b > 0,
    )
    rate = (a + b) / (s + t)
    starts = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(a)), sizes)
    count = first[owner] + (np.arange(len(owner)) - starts[owner])
    middle, square = (count * exposure[owner]), squared[owner]
    centre = middle + square / 2
    reach = np.sqrt(square * (middle + square / 4 + count * exposure[owner] ** 2))
    slack = _TIE * (1 + centre)
    high = np.maximum(np.ceil(centre + reach - slack), 0)
    low = np.floor(centre - reach + slack)
    mean2 = (rate * t)[owner]
    above = np.where(high > 0, special.gammainc(np.maximum(high, 1), mean2), 1.0)
    below = np.where((low >= 0) & (count > 0), special.gammaincc(np.maximum(low, 0) + 1, mean2), 0)
    terms = np.exp(_log_poisson(count, (rate * s)[owner])) * np.minimum(above + below, 1.0)
    return np.asarray(np.add.reduceat(terms, starts), dtype=np.float64)


def _log_poisson(count: Floats, mean: Floats) -> Floats:
    """Give the log probability of a count, by Stirling's series from 16 on.

    The series spares the difference of two numbers of size count * log(count).
    """
    large = np.maximum(count, 16.0)
    away = (mean - large) / large
    direct = special.xlogy(count, mean) - mean - special.gammaln(count + 1)
    safe = np.maximum(away, -0.999999)
    series = large * (np.log1p(safe) - away) - np.log(2 * np.pi * large) / 2
    series -= 1 / (12 * large) - 1 / (360 * large**3) + 1 / (1260 * large**5)
    return np.asarray(np.where(count < 16, direct, series), dtype=np.float64)


def _larger(z: Floats) -> Floats:
    return np.asarray(special.ndtr(-z), dtype=np.float64)
