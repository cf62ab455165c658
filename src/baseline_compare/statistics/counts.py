"""Limits of a single count of events, its ratio to an expected number, and sums of payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.gamma_quantiles import gamma_above, gamma_below
from baseline_compare.statistics.intervals import (
    Floats,
    Interval,
    checked,
    quantile,
    refuse,
    tail_beyond,
)
from baseline_compare.statistics.observations import FEW, counted_events


@dataclass(frozen=True, slots=True)
class ObservedToExpected:
    """Observed over expected events, and the limits of that ratio."""

    ratio: Floats
    interval: Interval


@dataclass(frozen=True, slots=True)
class CompoundSum:
    """The sum of all payments, and its standard error as a sum of a random number of them."""

    total: Floats
    standard_error: Floats


def garwood(x: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the exact Poisson limits of the mean of x events: never too short, rather wide.

    Parameters
    ----------
    x
        Events; divide the limits by the exposure for a rate.
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
    Garwood 1936, Biometrika 28:437.

    Examples
    --------
    >>> found = garwood([0, 5, 18], 1.959963985)
    >>> found.lower.round(4), found.upper.round(4)
    (array([ 0.    ,  1.6235, 10.6679]), array([ 3.6889, 11.6683, 28.4478]))
    """
    events, tail = np.broadcast_arrays(counted_events(x), tail_beyond(q))
    some = np.where(events > 0, events, 1.0)
    lower = np.where(events > 0, gamma_below(tail, some), 0.0)
    return Interval(lower, gamma_above(tail, events + 1))


def byar(x: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give Byar's limits as in Breslow and Day: x in the lower, x + 1 in the upper one.

    Parameters
    ----------
    x
        Events.
    q
        Two-sided quantile.

    Returns
    -------
    Interval
        Events; a lower limit below 0 is given as 0.

    Raises
    ------
    ValueError
        Unless x >= 0.

    Notes
    -----
    Two formulas carry the name; the other one is ``byar_half``.  This one is within 0.17 % of the
    exact limits from 10 events on at 95 %, and within 1.5 % at 99.8 %.

    References
    ----------
    Breslow and Day 1987, Statistical Methods in Cancer Research 2, IARC Sci Publ 82:69.

    Examples
    --------
    >>> found = byar(65, 1.959963985)
    >>> found.lower.round(5).item(), found.upper.round(5).item()
    (50.16319, 82.84914)
    """
    events, level = counted_events(x), quantile(q)
    return Interval(_cubed(events, -level), _cubed(events + 1, level))


def byar_half(x: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the other limits that carry Byar's name, with x + 1/2 in both.

    Parameters
    ----------
    x
        Events.
    q
        Two-sided quantile.

    Returns
    -------
    Interval
        Events; the lower limit is at least 0 and at most x.

    Raises
    ------
    ValueError
        Unless x >= 0.

    References
    ----------
    Rothman and Boice 1979, Epidemiologic Analysis with a Programmable Calculator.

    Examples
    --------
    >>> found = byar_half(65, 1.959963985)
    >>> found.lower.round(5).item(), found.upper.round(5).item()
    (50.60247, 82.28863)
    """
    events, level = counted_events(x), quantile(q)
    lower = np.minimum(_cubed(events + 0.5, -level), events)
    return Interval(lower, _cubed(events + 0.5, level))


def jeffreys_gamma(x: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give the interval of equal tails of Jeffreys' posterior, Gamma(x + 1/2).

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

    Notes
    -----
    The limits hold x at any q, also near 0, where both quantiles lie above it.

    References
    ----------
    Brown, Cai and DasGupta 2003, Stat Sin 13:19.

    Examples
    --------
    >>> found = jeffreys_gamma([0, 10], 1.959963985)
    >>> found.lower.round(3), found.upper.round(3)
    (array([0.   , 5.141]), array([ 2.512, 17.739]))
    """
    events, tail = np.broadcast_arrays(counted_events(x), tail_beyond(q))
    lower = np.where(events > 0, np.minimum(gamma_below(tail, events + 0.5), events), 0.0)
    return Interval(lower, np.maximum(gamma_above(tail, events + 0.5), events))


def garwood_or_byar(x: npt.ArrayLike, q: npt.ArrayLike) -> Interval:
    """Give Garwood's limits below 10 events and Byar's from 10 on, the rule of the OHID.

    Parameters
    ----------
    x
        Events.
    q
        Two-sided quantile.

    Returns
    -------
    Interval
        Events; the lower limit is 0 at x = 0.

    Raises
    ------
    ValueError
        Unless x >= 0.

    Examples
    --------
    >>> found = garwood_or_byar([5, 65], 1.959963985)
    >>> found.lower.round(3), found.upper.round(3)
    (array([ 1.623, 50.163]), array([11.668, 82.849]))
    """
    events, level = np.broadcast_arrays(counted_events(x), quantile(q))
    few = events < FEW
    exact, near = garwood(events[few], level[few]), byar(events, level)
    lower, upper = near.lower.copy(), near.upper.copy()
    lower[few], upper[few] = exact.lower, exact.upper
    return Interval(lower, upper)


def observed_to_expected(
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    limits: Literal["garwood", "byar"],
) -> ObservedToExpected:
    """Give observed over expected events, as in an indirectly standardised ratio.

    Parameters
    ----------
    observed
        Events.
    expected
        Expected events, taken as known.
    q
        Two-sided quantile.
    limits
        Of the observed events.

    Raises
    ------
    ValueError
        Unless observed >= 0 and expected > 0.

    Examples
    --------
    >>> found = observed_to_expected(9, 835.88356, 1.959963985, limits="garwood")
    >>> found.ratio.round(5).item(), found.interval.lower.round(5).item()
    (0.01077, 0.00492)
    """
    events, mean = checked(observed=observed, expected=expected)
    refuse(mean <= 0, "expected events above 0", expected=mean)
    found = garwood(events, q) if limits == "garwood" else byar(events, q)
    return ObservedToExpected(events / mean, Interval(found.lower / mean, found.upper / mean))


def compound_poisson(n: npt.ArrayLike, mean: npt.ArrayLike, sd: npt.ArrayLike) -> CompoundSum:
    """Give a sum of payments and its standard error, when their number is random as well.

    Parameters
    ----------
    n
        Number of payments.
    mean, sd
        Of a payment, in euros.

    Returns
    -------
    CompoundSum
        n * mean and sqrt(n (sd^2 + mean^2)), in euros.

    Raises
    ------
    ValueError
        Unless n > 0 and sd >= 0.

    References
    ----------
    Panjer and Willmot 1992, Insurance Risk Models, ch. 6.

    Examples
    --------
    >>> found = compound_poisson(4321, 512.4, 388.1)
    >>> found.total.round(1).item(), found.standard_error.round(1).item()
    (2214080.4, 42253.2)
    """
    size, average, spread = checked(n=n, mean=mean, sd=sd)
    refuse(size <= 0, "n payments with n above 0", n=size)
    refuse(spread < 0, "a standard deviation of at least 0", sd=spread)
    return CompoundSum(size * average, np.sqrt(size) * np.hypot(spread, average))


def _cubed(x: Floats, q: Floats) -> Floats:
    """Give x (1 - 1/(9x) + q/(3 sqrt(x)))^3, or 0 where that is below; 0 for x up to 1/9."""
    safe = np.maximum(x, 1 / 9)
    root = np.maximum(1 - 1 / (9 * safe) + q / (3 * np.sqrt(safe)), 0.0)
    return np.asarray(safe * root**3, dtype=np.float64)
