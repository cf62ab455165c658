"""Limits and overdispersion for funnel charts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.counts import garwood
from baseline_compare.statistics.intervals import Floats, Interval, checked, quantile, refuse


@dataclass(frozen=True, slots=True)
class WinsorisedOverdispersion:
    """The dispersion factor of the trimmed scores, and the additive variance on the log scale."""

    phi: Floats
    tau2: Floats


def funnel_poisson(expected: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the limits of a funnel of observed over expected events, around 1.

    Parameters
    ----------
    expected
        Expected events, above 0.
    q
        Two-sided quantile.

    Returns
    -------
    Interval
        Ratios: the exact Poisson limits at the expected number, divided by it.

    Raises
    ------
    ValueError
        Unless expected > 0.

    Examples
    --------
    >>> found = funnel_poisson(15, [1.959963985, 3.090232306])
    >>> found.lower.round(6), found.upper.round(6)
    (array([0.559692, 0.386265]), array([1.649348, 2.082907]))
    """
    mean = checked(expected=expected)[0]
    refuse(mean <= 0, "expected events above 0", expected=mean)
    found = garwood(mean, q)
    return Interval(found.lower / mean, found.upper / mean)


def funnel_proportion(
    population: npt.ArrayLike, average: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the limits of a funnel of shares: those whose Wilson limit just meets the average.

    Parameters
    ----------
    population
        Persons, above 0.
    average
        The share around which the funnel lies.
    q
        Two-sided quantile.

    Returns
    -------
    Interval
        Shares in [0, 1].

    Raises
    ------
    ValueError
        Unless population > 0 and 0 <= average <= 1.

    Examples
    --------
    >>> found = funnel_proportion(110000, 0.8064244785714955, 1.959963985)
    >>> found.lower.round(6).item(), found.upper.round(6).item()
    (0.80409, 0.808759)
    """
    size, share = checked(population=population, average=average)
    level = quantile(q)
    refuse(size <= 0, "a population above 0", population=size)
    refuse((share < 0) | (share > 1), "an average between 0 and 1", average=share)
    reach = level * np.sqrt(share * (1 - share) / size)
    return Interval(np.maximum(share - reach, 0.0), np.minimum(share + reach, 1.0))


def overdispersion_winsorised(
    observed: npt.ArrayLike, expected: npt.ArrayLike, *, winsorise: float
) -> WinsorisedOverdispersion:
    """Give the overdispersion of observed over expected events, for funnel charts only.

    Not for verdicts: winsorised scores underrate the variance, so that a test that used it would
    call far too many changes.

    Parameters
    ----------
    observed, expected
        Events, with the areas on the last axis.
    winsorise
        Scores beyond this quantile and beyond 1 - this quantile are set to those quantiles.

    Returns
    -------
    WinsorisedOverdispersion
        Of the shape without the areas.

    Raises
    ------
    ValueError
        Unless observed and expected are above 0, there are at least 2 areas, and winsorise is at
        least 0 and below 1/2.

    Notes
    -----
    Scores z = log(O/E) sqrt(E), weights E; phi is the mean of the squared winsorised scores.

    References
    ----------
    Spiegelhalter 2005, Qual Saf Health Care 14:347.

    Examples
    --------
    >>> observed, expected = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]
    >>> found = overdispersion_winsorised(observed, expected, winsorise=0.1)
    >>> found.phi.round(6).item(), found.tau2.round(6).item()
    (2.149053, 0.012118)
    """
    events, mean = checked(observed=observed, expected=expected)
    wrong = (events <= 0) | (mean <= 0)
    refuse(wrong, "observed and expected above 0", observed=events, expected=mean)
    return _winsorised(np.log(events / mean) * np.sqrt(mean), mean, winsorise)


def overdispersion_of_change(
    baseline: npt.ArrayLike, later: npt.ArrayLike, *, winsorise: float
) -> WinsorisedOverdispersion:
    """Give the overdispersion of changes between two counts, for funnel charts only.

    Not for verdicts, as ``overdispersion_winsorised``.

    Parameters
    ----------
    baseline, later
        Events of both periods, with the areas on the last axis.
    winsorise
        Scores beyond this quantile and beyond 1 - this quantile are set to those quantiles.

    Returns
    -------
    WinsorisedOverdispersion
        Of the shape without the areas.

    Raises
    ------
    ValueError
        If a count is below 0, an area has no event at all, a period has none, there are fewer than
        2 areas, or winsorise is not at least 0 and below 1/2.

    Notes
    -----
    Log ratios of the counts plus 1/2, relative to the ratio of the sums of both periods.

    References
    ----------
    Spiegelhalter 2005, Stat Med 24:1185.

    Examples
    --------
    >>> before, after = [108, 112, 165, 95, 100, 220], [100, 150, 180, 80, 120, 225]
    >>> found = overdispersion_of_change(before, after, winsorise=0.1)
    >>> found.phi.round(6).item(), found.tau2.round(6).item()
    (0.920435, 0.001549)
    """
    first, second = checked(baseline=baseline, later=later)
    wrong = (first < 0) | (second < 0) | (first + second <= 0)
    refuse(wrong, "counts of at least 0, not both 0", baseline=first, later=second)
    sums = first.sum(axis=-1, keepdims=True), second.sum(axis=-1, keepdims=True)
    empty = (sums[0] <= 0) | (sums[1] <= 0)
    refuse(empty, "events in both periods", baseline=sums[0], later=sums[1])
    change = np.log((second + 0.5) / (first + 0.5)) - np.log(sums[1] / sums[0])
    variance = second / (second + 0.5) ** 2 + first / (first + 0.5) ** 2
    return _winsorised(change / np.sqrt(variance), 1 / variance, winsorise)


def _winsorised(z: Floats, weight: Floats, winsorise: float) -> WinsorisedOverdispersion:
    areas = z.shape[-1] if z.ndim else 0
    if areas < 2:
        message = f"expected at least 2 areas on the last axis, found {areas}"
        raise ValueError(message)
    trimmed = checked(winsorise=winsorise)[0]
    refuse((trimmed < 0) | (trimmed >= 0.5), "winsorise in [0, 0.5)", winsorise=trimmed)
    low, high = np.quantile(z, [winsorise, 1 - winsorise], axis=-1, keepdims=True)
    phi = np.mean(np.clip(z, low, high) ** 2, axis=-1)
    total = weight.sum(axis=-1)
    room = total - (weight**2).sum(axis=-1) / total
    return WinsorisedOverdispersion(
        np.asarray(phi), np.maximum((areas * phi - (areas - 1)) / room, 0.0)
    )
