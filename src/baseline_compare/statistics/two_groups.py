"""Ratings of different raters: which group tends to be higher.

Ratings enter as frequency tables: counts on common ordered values, lowest first, on the last axis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import (
    Floats,
    Interval,
    Mask,
    beyond,
    checked,
    refuse,
    tail_beyond,
    two_sided_p,
)


@dataclass(frozen=True, slots=True)
class BrunnerMunzel:
    """The test of Brunner and Munzel.

    ``probability`` is P(later > earlier) + P(equal) / 2 of two raters drawn at random, ``interval``
    its limits, not cut at 0 and 1; ``statistic`` is positive if the second group tends to be
    higher, Student's t with ``df`` degrees of freedom, and ``p`` its two-sided p-value.
    """

    probability: Floats
    interval: Interval
    statistic: Floats
    df: Floats
    p: Floats

    @property
    def change(self) -> Floats:
        """The probability less 1/2: positive if the second group tends to be higher."""
        return self.probability - 0.5


@dataclass(frozen=True, slots=True)
class Dominance:
    """Cliff's delta, P(later > earlier) - P(later < earlier), and its limits in [-1, 1]."""

    delta: Floats
    interval: Interval


@dataclass(frozen=True, slots=True)
class Placements:
    """Where the ratings of each group lie in the other one, arrays without the axis of values.

    ``variance1`` and ``variance2`` are the variances of the placements of the raters of a group,
    exactly 0 where they do not differ.
    """

    n1: Floats
    n2: Floats
    probability: Floats
    equal: Floats
    variance1: Floats
    variance2: Floats


def frequency_tables(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Tabulate the ratings of two groups on their common values.

    Parameters
    ----------
    x, y
        The ratings of each rater of the first and of the second group.

    Returns
    -------
    tuple of Floats
        Counts of both groups for each value that occurs, lowest first.

    Raises
    ------
    ValueError
        If a rating is not a finite number, or a group is empty.

    Examples
    --------
    >>> frequency_tables([1, 2, 2], [2, 3, 5])
    (array([1., 2., 0., 0.]), array([0., 1., 1., 1.]))
    """
    first, second = checked(x=x)[0].ravel(), checked(y=y)[0].ravel()
    if not first.size or not second.size:
        message = f"expected ratings in both groups, found {first.size} and {second.size}"
        raise ValueError(message)
    values, place = np.unique(np.concatenate((first, second)), return_inverse=True)
    counts = [np.bincount(part, minlength=values.size) for part in np.split(place, [first.size])]
    return counts[0].astype(np.float64), counts[1].astype(np.float64)


def brunner_munzel(
    counts1: npt.ArrayLike, counts2: npt.ArrayLike, q: npt.ArrayLike
) -> BrunnerMunzel:
    """Give the probability that a later rating is the higher one, with limits and test.

    Parameters
    ----------
    counts1, counts2
        Frequency tables (..., values) of the first and the second group, at least 2 raters each.
    q
        The two-sided normal quantile; the limits use the t quantile of its tail.

    Returns
    -------
    BrunnerMunzel
        Arrays without the axis of values.

    Raises
    ------
    ValueError
        If counts are impossible, a group has fewer than 2 raters, or there is zero variance: all
        ratings equal, or the groups fully apart.

    References
    ----------
    Brunner and Munzel 2000, Biom J 42:17; Neubert and Brunner 2007, CSDA 51:5192.

    Examples
    --------
    >>> found = brunner_munzel([11, 2, 0, 1, 0], [3, 1, 4, 2, 1], 1.959963985)
    >>> found.probability.round(6).item(), found.p.round(6).item()
    (0.788961, 0.005786)
    >>> found.interval.lower.round(4).item(), found.interval.upper.round(4).item()
    (0.5952, 0.9827)
    """
    placed = placements(counts1, counts2)
    part1, part2 = placed.variance1 / placed.n1, placed.variance2 / placed.n2
    whole = part1 + part2
    refuse(whole == 0, "groups that overlap, not zero variance", p=placed.probability)
    df = whole**2 / (part1**2 / (placed.n1 - 1) + part2**2 / (placed.n2 - 1))
    error = np.sqrt(whole)
    statistic = (placed.probability - 0.5) / error
    reach = beyond(tail_beyond(q), df) * error
    return BrunnerMunzel(
        probability=placed.probability,
        interval=Interval(placed.probability - reach, placed.probability + reach),
        statistic=statistic,
        df=df,
        p=two_sided_p(statistic, df),
    )


def cliffs_delta(counts1: npt.ArrayLike, counts2: npt.ArrayLike, q: npt.ArrayLike) -> Dominance:
    """Give Cliff's delta of the later against the earlier ratings.

    Parameters
    ----------
    counts1, counts2
        Frequency tables (..., values) of the first and the second group, at least 2 raters each.
    q
        The two-sided normal quantile; the limits use the t quantile of its tail.

    Returns
    -------
    Dominance
        Arrays without the axis of values.

    Raises
    ------
    ValueError
        If counts are impossible, or a group has fewer than 2 raters.

    Notes
    -----
    Asymmetric limits with the unbiased variance (not below (1 - delta^2) / (n1 n2 - 1)) and t with
    n1 + n2 - 2 degrees of freedom.  Groups fully apart have 1 as one limit and as the other one
    (n - t^2) / (n + t^2), n the smaller group: Wilson's limit for n of n, on the scale of delta.

    References
    ----------
    Cliff 1996, Ordinal Methods for Behavioral Data Analysis; Feng and Cliff 2004, J Mod Appl Stat
    Methods 3:322.

    Examples
    --------
    >>> earlier, later = frequency_tables(
    ...     [10, 20, 30, 40, 40, 50], [10, 10, 20, 20, 20, 30, 30, 30, 40, 50]
    ... )
    >>> found = cliffs_delta(earlier, later, 1.959963985)
    >>> found.delta.item(), found.interval.lower.round(4).item()
    (-0.25, -0.7266)
    """
    placed = placements(counts1, counts2)
    n1, n2, pairs = placed.n1, placed.n2, placed.n1 * placed.n2
    delta = 2 * placed.probability - 1
    around1 = 4 * (n1 - 1) * placed.variance1
    around2 = 4 * (n2 - 1) * placed.variance2
    around = pairs * (1 - placed.equal - delta**2)
    unbiased = (n2**2 * around1 + n1**2 * around2 - around) / (pairs * (n1 - 1) * (n2 - 1))
    room = 1 - delta**2
    variance = np.maximum(unbiased, room / (pairs - 1))
    t = beyond(tail_beyond(q), n1 + n2 - 2)
    return Dominance(delta, _delta_limits(delta, variance, t, np.minimum(n1, n2)))


def placements(counts1: npt.ArrayLike, counts2: npt.ArrayLike) -> Placements:
    """Place each rating among those of the other group.

    Parameters
    ----------
    counts1, counts2
        Frequency tables (..., values) of the first and the second group, at least 2 raters each.

    Returns
    -------
    Placements

    Raises
    ------
    ValueError
        If a count is negative or not whole, or a group has fewer than 2 raters.

    Examples
    --------
    >>> placements([1, 2, 0, 0], [0, 1, 1, 1]).probability.round(4).item()
    0.8889
    """
    first, second = checked(counts1=counts1, counts2=counts2)
    for name, counts in (("counts1", first), ("counts2", second)):
        wrong = (counts < 0) | (counts != np.floor(counts))
        refuse(wrong, "whole counts of at least 0", **{name: counts})
    n1, n2 = first.sum(axis=-1), second.sum(axis=-1)
    refuse((n1 < 2) | (n2 < 2), "at least 2 raters a group", n1=n1, n2=n2)
    mean1, variance1 = _placed(first, n1, second, n2)
    _, variance2 = _placed(second, n2, first, n1)
    equal = (first * second).sum(axis=-1) / (n1 * n2)
    return Placements(n1, n2, 1 - mean1, equal, variance1, variance2)


def _placed(own: Floats, size: Floats, other: Floats, among: Floats) -> tuple[Floats, Floats]:
    """Give mean and variance of the shares of the other group below a rating, equals by half."""
    place = (np.cumsum(other, axis=-1) - other / 2) / among[..., None]
    mean = (own * place).sum(axis=-1) / size
    variance = (own * (place - mean[..., None]) ** 2).sum(axis=-1) / (size - 1)
    used = own > 0
    highest = np.max(place, axis=-1, where=used, initial=0.0)
    differ: Mask = highest > np.min(place, axis=-1, where=used, initial=1.0)
    return mean, np.where(differ, variance, 0.0)


def _delta_limits(delta: Floats, variance: Floats, t: Floats, smaller: Floats) -> Interval:
    """Give the limits of Feng and Cliff; for groups fully apart those of Wilson."""
    room = 1 - delta**2
    apart = room <= 0
    spread = np.where(apart, 1.0, t**2 * variance)
    middle, below = delta * room, room + spread
    reach = np.sqrt(spread) * np.sqrt(room**2 + spread)
    nearest = (smaller - t**2) / (smaller + t**2)
    lower = np.where(apart, np.where(delta > 0, nearest, -1.0), (middle - reach) / below)
    upper = np.where(apart, np.where(delta > 0, 1.0, -nearest), (middle + reach) / below)
    return Interval(np.maximum(lower, -1.0), np.minimum(upper, 1.0))
