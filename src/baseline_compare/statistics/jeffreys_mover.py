"""Square-and-add and ratio form around the medians of Jeffreys posteriors."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.beta_quantiles import beta_above, beta_below
from baseline_compare.statistics.gamma_quantiles import gamma_above, gamma_below
from baseline_compare.statistics.intervals import Floats, Interval, tail_beyond
from baseline_compare.statistics.joining import ratio_form, square_and_add
from baseline_compare.statistics.observations import events_of_periods, persons_of_periods

Distribution = Literal["binomial", "poisson"]
_HALF = np.array(0.5)


def mover_jeffreys_difference(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    distribution: Distribution,
) -> Interval:
    """Give the interval of x2/n2 - x1/n1 by square-and-add on Jeffreys limits.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons (binomial) or events in an exposure (poisson), baseline first.
    q
        Two-sided quantile, 0 or above.
    distribution
        Of the counts.

    Returns
    -------
    Interval
        Differences of shares or of rates per unit of exposure.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 (binomial), x >= 0 and n > 0 (poisson).

    Notes
    -----
    Each period enters with the median and the plain quantiles of Beta(x + 1/2, n - x + 1/2) or
    Gamma(x + 1/2) / n: no limit is set to 0 or 1 at the ends, and the interval is built around the
    difference of the medians, not around the observed one.

    References
    ----------
    Zou and Donner 2008, Stat Med 27:1693; Laud 2017, Pharm Stat 16:334.

    Examples
    --------
    60 events in 51.4775 before, 30 in 54.3087 after, 90 % (ratesci):

    >>> found = mover_jeffreys_difference(
    ...     60, 51.4775, 30, 54.3087, 1.644853627, distribution="poisson"
    ... )
    >>> round(found.lower.item(), 5), round(found.upper.item(), 5)
    (-0.91833, -0.31886)
    """
    return square_and_add(*_periods(x1, n1, x2, n2, q, distribution))


def mover_jeffreys_ratio(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    distribution: Distribution,
) -> Interval:
    """Give the interval of (x2/n2) / (x1/n1) by the ratio form on Jeffreys limits.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons (binomial) or events in an exposure (poisson), baseline first.
    q
        Two-sided quantile, 0 or above.
    distribution
        Of the counts.

    Returns
    -------
    Interval
        Ratios, above 0 and finite even where a count is 0.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 (binomial), x >= 0 and n > 0 (poisson).

    Notes
    -----
    Medians and plain quantiles as in ``mover_jeffreys_difference``.

    References
    ----------
    Donner and Zou 2012, Stat Methods Med Res 21:347; Laud 2017, Pharm Stat 16:334.

    Examples
    --------
    1/56 after 9/35 (limits of the R package ratesci):

    >>> found = mover_jeffreys_ratio(9, 35, 1, 56, 1.959963985, distribution="binomial")
    >>> round(found.lower.item(), 6), round(found.upper.item(), 6)
    (0.007317, 0.370312)
    """
    return ratio_form(*_periods(x1, n1, x2, n2, q, distribution))


def _periods(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
    distribution: Distribution,
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Give the median and both quantiles of the baseline, then of the follow-up."""
    tail = tail_beyond(q)
    binomial = distribution == "binomial"
    a, m, b, n = (
        persons_of_periods(x1, n1, x2, n2) if binomial else events_of_periods(x1, n1, x2, n2)
    )
    posterior = _beta if binomial else _gamma
    return *posterior(a, m, tail), *posterior(b, n, tail)


def _beta(x: Floats, n: Floats, tail: Floats) -> tuple[Floats, Floats, Floats]:
    shape = x + 0.5, n - x + 0.5
    return beta_below(_HALF, *shape), beta_below(tail, *shape), beta_above(tail, *shape)


def _gamma(x: Floats, t: Floats, tail: Floats) -> tuple[Floats, Floats, Floats]:
    shape = x + 0.5
    median = gamma_below(_HALF, shape) / t
    return median, gamma_below(tail, shape) / t, gamma_above(tail, shape) / t
