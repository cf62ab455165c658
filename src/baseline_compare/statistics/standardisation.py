"""Directly standardised rates with their limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.counts import garwood_or_byar
from baseline_compare.statistics.gamma_quantiles import gamma_above, gamma_below
from baseline_compare.statistics.intervals import Floats, Interval, checked, refuse, tail_beyond


@dataclass(frozen=True, slots=True)
class StandardisedRate:
    """A rate per unit of the population, the variance of it from the counts, and its limits."""

    rate: Floats
    variance: Floats
    interval: Interval


def dobson(
    counts: npt.ArrayLike, population: npt.ArrayLike, weights: npt.ArrayLike, q: npt.ArrayLike
) -> StandardisedRate:
    """Give a directly standardised rate with limits from those of the total of events.

    The default; Garwood's limits of the total below 10 events, Byar's from 10 on.

    Parameters
    ----------
    counts, population, weights
        Events, denominator and standard population, with the strata on the last axis.
    q
        Two-sided quantile, of the shape without the strata.

    Returns
    -------
    StandardisedRate
        Per unit of the population, of the shape without the strata.

    Raises
    ------
    ValueError
        If a count is below 0, a stratum is empty, weights are below 0 or all 0, or there is no
        event in strata with weight.

    References
    ----------
    Dobson, Kuulasmaa, Eberle and Scherer 1991, Stat Med 10:457.

    Examples
    --------
    >>> found = dobson([40, 60], [1000, 3000], [5000, 5000], 1.959963985)
    >>> found.rate.round(4).item(), found.interval.upper.round(4).item()
    (0.03, 0.0374)
    """
    events, _, rate, variance = _weighted(counts, population, weights)
    refuse(rate <= 0, "an event in a stratum with weight", rate=rate)
    total = np.asarray(events.sum(axis=-1), dtype=np.float64)
    around = garwood_or_byar(total, q)
    scale = np.sqrt(variance / total)
    return StandardisedRate(
        rate,
        variance,
        Interval(rate + scale * (around.lower - total), rate + scale * (around.upper - total)),
    )


def fay_feuer(
    counts: npt.ArrayLike, population: npt.ArrayLike, weights: npt.ArrayLike, q: npt.ArrayLike
) -> StandardisedRate:
    """Give a directly standardised rate with gamma limits, which hold with few events and none.

    Parameters
    ----------
    counts, population, weights
        Events, denominator and standard population, with the strata on the last axis.
    q
        Two-sided quantile, of the shape without the strata.

    Returns
    -------
    StandardisedRate
        Per unit of the population, of the shape without the strata; the lower limit is 0 without
        any event.

    Raises
    ------
    ValueError
        If a count is below 0, a stratum is empty, or weights are below 0 or all 0.

    Notes
    -----
    For the upper limit the largest weight per person is added to the rate, its square to the
    variance.

    References
    ----------
    Fay and Feuer 1997, Stat Med 16:791.

    Examples
    --------
    Children with Down syndrome by birth order, per 100,000 (table I of the paper):

    >>> counts = [0, 8, 63, 112, 262, 295]
    >>> births = [327, 30666, 123419, 149919, 104088, 34392]
    >>> standard = [319933, 931318, 786511, 488235, 237863, 61313]
    >>> found = fay_feuer(counts, births, standard, 1.959963985)
    >>> limits = found.interval.lower, found.interval.upper
    >>> [(1e5 * value).round(1).item() for value in (found.rate, *limits)]
    [75.5, 67.7, 188.3]
    """
    _, share, rate, variance = _weighted(counts, population, weights)
    tail = tail_beyond(q)
    some = rate > 0
    centre, spread = np.where(some, rate, 1.0), np.where(some, variance, 1.0)
    lower = np.where(some, spread / centre * gamma_below(tail, centre**2 / spread), 0.0)
    largest = share.max(axis=-1)
    centre, spread = rate + largest, variance + largest**2
    upper = spread / centre * gamma_above(tail, centre**2 / spread)
    return StandardisedRate(rate, variance, Interval(lower, np.asarray(upper)))


def _weighted(
    counts: npt.ArrayLike, population: npt.ArrayLike, weights: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Give events and weight per person in each stratum, the rate and its variance."""
    events, persons, weight = checked(counts=counts, population=population, weights=weights)
    refuse(events < 0, "counts of at least 0", counts=events)
    refuse(persons <= 0, "a population above 0 in every stratum", population=persons)
    refuse(weight < 0, "weights of at least 0", weights=weight)
    whole = weight.sum(axis=-1, keepdims=True)
    refuse(whole <= 0, "weights that are not all 0", weights=whole)
    share = weight / whole / persons
    rate, variance = (share * events).sum(axis=-1), (share**2 * events).sum(axis=-1)
    return events, share, np.asarray(rate), np.asarray(variance)
