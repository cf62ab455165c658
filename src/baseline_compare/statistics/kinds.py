"""Two periods of each kind of figure: shares, events over an exposure, estimates with errors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.gamma_quantiles import gamma_above, gamma_below
from baseline_compare.statistics.intervals import Floats, checked, refuse, tail_beyond
from baseline_compare.statistics.observations import FEW
from baseline_compare.statistics.proportions import wilson_lower, wilson_upper
from baseline_compare.statistics.two_periods import Scale, TwoPeriods


def proportions(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    rho: npt.ArrayLike = 0.0,
    variance: npt.ArrayLike = 0.0,
    df: npt.ArrayLike = np.inf,
    scale: Scale = "difference",
) -> TwoPeriods:
    """Compare x of n in two periods: Wilson limits, joined (Newcombe's hybrid score).

    Raises
    ------
    ValueError
        For x below 0 or above n, or n not above 0.

    References
    ----------
    Newcombe 1998, Stat Med 17:873, method 10.

    Examples
    --------
    48 of 80 and 56 of 70:

    >>> found = proportions(48, 80, 56, 70)
    >>> limits = found.interval(0.05)
    >>> round(float(limits.lower), 4), round(float(limits.upper), 4)
    (0.0524, 0.3339)
    """
    x1, n1, x2, n2, rho, variance, df = _cells(x1, n1, x2, n2, rho, variance, df)
    refuse((x1 > n1) | (x2 > n2), "x not above n", x1=x1, n1=n1, x2=x2, n2=n2)
    return TwoPeriods(
        baseline=x1 / n1,
        current=x2 / n2,
        first=(x1, n1),
        second=(x2, n2),
        lower=wilson_lower,
        upper=wilson_upper,
        scale=scale,
        rho=rho,
        variance=variance,
        df=df,
    )


def rates(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    *,
    variance: npt.ArrayLike = 0.0,
    df: npt.ArrayLike = np.inf,
    scale: Scale = "ratio",
) -> TwoPeriods:
    """Compare events over an exposure in two periods; counts have the exposure 1.

    Garwood's exact limits if either period has fewer than ten events, Jeffreys' otherwise.

    Raises
    ------
    ValueError
        For events below 0 or an exposure not above 0.

    Examples
    --------
    30 events in 54,308.7 and 60 in 51,477.5 person-years (Gu et al. 2008, Biom J 50:283, whose
    score interval is 1.366 to 3.259):

    >>> found = rates(30, 54308.7, 60, 51477.5)
    >>> limits = found.interval(0.05)
    >>> round(float(limits.lower), 3), round(float(limits.upper), 3)
    (1.37, 3.291)
    """
    x1, t1, x2, t2, _, variance, df = _cells(x1, t1, x2, t2, 0.0, variance, df)
    few = ((x1 < FEW) | (x2 < FEW)).astype(np.float64)
    return TwoPeriods(
        baseline=x1 / t1,
        current=x2 / t2,
        first=(x1, t1, few),
        second=(x2, t2, few),
        lower=_events_lower,
        upper=_events_upper,
        scale=scale,
        rho=np.zeros_like(x1),
        variance=variance,
        df=df,
    )


def estimates(
    m1: npt.ArrayLike,
    se1: npt.ArrayLike,
    m2: npt.ArrayLike,
    se2: npt.ArrayLike,
    *,
    rho: npt.ArrayLike = 0.0,
    variance: npt.ArrayLike = 0.0,
    df: npt.ArrayLike = np.inf,
    scale: Scale = "difference",
) -> TwoPeriods:
    """Compare two estimates with standard errors: means (with Welch's df), medians, logarithms.

    With Welch's degrees of freedom the joined limits of two means are Welch's interval.

    Raises
    ------
    ValueError
        For a standard error below 0.

    References
    ----------
    Welch 1947, Biometrika 34:28.

    Examples
    --------
    >>> found = estimates(5.25, 0.0975, 5.22, 0.0880, df=181.1)
    >>> round(float(found.p_value()), 2)
    0.82
    """
    m1, se1, m2, se2 = checked(m1=m1, se1=se1, m2=m2, se2=se2)
    refuse((se1 < 0) | (se2 < 0), "standard errors not below 0", se1=se1, se2=se2)
    m1, se1, m2, se2, rho, variance, df = _common(m1, se1, m2, se2, rho, variance, df)
    return TwoPeriods(
        baseline=m1,
        current=m2,
        first=(m1, se1),
        second=(m2, se2),
        lower=_symmetric_lower,
        upper=_symmetric_upper,
        scale=scale,
        rho=rho,
        variance=variance,
        df=df,
    )


def _events_lower(q: Floats, x: Floats, t: Floats, few: Floats) -> Floats:
    """Give Garwood's limit where events are few, else Jeffreys': both are gamma quantiles."""
    shape = x + np.where(few > 0, 0.0, 0.5)
    found = gamma_below(tail_beyond(q), np.where(x > 0, shape, 1.0))
    return np.where(x > 0, found, 0.0) / t


def _events_upper(q: Floats, x: Floats, t: Floats, few: Floats) -> Floats:
    return gamma_above(tail_beyond(q), x + np.where(few > 0, 1.0, 0.5)) / t


def _symmetric_lower(q: Floats, m: Floats, se: Floats) -> Floats:
    return m - q * se


def _symmetric_upper(q: Floats, m: Floats, se: Floats) -> Floats:
    return m + q * se


def _cells(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    rho: npt.ArrayLike,
    variance: npt.ArrayLike,
    df: npt.ArrayLike,
) -> tuple[Floats, ...]:
    x1, n1, x2, n2 = checked(x1=x1, n1=n1, x2=x2, n2=n2)
    refuse((x1 < 0) | (x2 < 0), "x not below 0", x1=x1, x2=x2)
    refuse((n1 <= 0) | (n2 <= 0), "n above 0", n1=n1, n2=n2)
    return _common(x1, n1, x2, n2, rho, variance, df)


def _common(
    a1: Floats,
    b1: Floats,
    a2: Floats,
    b2: Floats,
    rho: npt.ArrayLike,
    variance: npt.ArrayLike,
    df: npt.ArrayLike,
) -> tuple[Floats, ...]:
    rho, variance = checked(rho=rho, variance=variance)
    freedom = np.asarray(df, dtype=np.float64)
    refuse(variance < 0, "a variance not below 0", variance=variance)
    refuse(np.abs(rho) > 1, "a correlation between -1 and 1", rho=rho)
    refuse(~(freedom > 0), "degrees of freedom above 0", df=freedom)
    return tuple(np.broadcast_arrays(a1, b1, a2, b2, rho, variance, freedom))
