"""Two one-sided tests, which show that a change lies inside a margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import (
    Floats,
    Interval,
    beyond,
    checked,
    one_tail,
    refuse,
)
from baseline_compare.statistics.means import welch_df
from baseline_compare.statistics.observations import counted_persons


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests of a change, arrays of one shape.

    ``statistic_low`` and ``p_low`` test that the change is above the lower margin,
    ``statistic_high`` and ``p_high`` that it is below the upper one, with ``df`` degrees of freedom
    (infinite: normal).  ``interval`` has confidence 1 - 2 alpha; it lies inside the margins exactly
    where ``p`` is below alpha.
    """

    statistic_low: Floats
    p_low: Floats
    statistic_high: Floats
    p_high: Floats
    df: Floats
    interval: Interval

    @property
    def p(self) -> Floats:
        """The p-value of equivalence: the larger of the two."""
        return np.maximum(self.p_low, self.p_high)


def tost_two_means_welch(
    mean1: npt.ArrayLike,
    sd1: npt.ArrayLike,
    n1: npt.ArrayLike,
    mean2: npt.ArrayLike,
    sd2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    alpha: npt.ArrayLike = 0.05,
) -> Equivalence:
    """Test that two means of different persons differ by less than a margin.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2
        Mean, standard deviation and number of persons, before and after.
    low, high
        The margins of the change mean2 - mean1, in its unit.
    alpha
        The level of each test, in (0, 1/2).

    Returns
    -------
    Equivalence

    Raises
    ------
    ValueError
        If a standard deviation is negative, both are 0, n < 2, or low >= high.

    References
    ----------
    Welch 1947, Biometrika 34:28; Schuirmann 1987, J Pharmacokinet Biopharm 15:657; Lakens 2017,
    SPPS 8:355.

    Examples
    --------
    >>> found = tost_two_means_welch(5.22, 0.83, 89, 5.25, 0.95, 95, low=-0.384, high=0.384)
    >>> found.p.round(6).item(), found.df.round(4).item()
    (0.003839, 181.1344)
    """
    m1, s1, k1, m2, s2, k2 = checked(mean1=mean1, sd1=sd1, n1=n1, mean2=mean2, sd2=sd2, n2=n2)
    refuse((s1 < 0) | (s2 < 0), "standard deviations of at least 0", sd1=s1, sd2=s2)
    refuse((k1 < 2) | (k2 < 2), "at least 2 persons a group", n1=k1, n2=k2)
    refuse((s1 == 0) & (s2 == 0), "a standard deviation above 0", sd1=s1, sd2=s2)
    error1, error2 = s1 / np.sqrt(k1), s2 / np.sqrt(k2)
    df = welch_df(error1, k1, error2, k2)
    return _tested(m2 - m1, np.hypot(error1, error2), df, low, high, alpha)


def tost_one_mean(
    mean: npt.ArrayLike,
    sd: npt.ArrayLike,
    n: npt.ArrayLike,
    mu: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    alpha: npt.ArrayLike = 0.05,
) -> Equivalence:
    """Test that a mean differs by less than a margin from a value that is known exactly.

    Parameters
    ----------
    mean, sd, n
        Mean, standard deviation and number of persons.
    mu
        The known value.
    low, high
        The margins of the change mean - mu, in its unit.
    alpha
        The level of each test, in (0, 1/2).

    Returns
    -------
    Equivalence

    Raises
    ------
    ValueError
        If the standard deviation is not above 0, n < 2, or low >= high.

    References
    ----------
    Lakens 2017, SPPS 8:355.

    Examples
    --------
    >>> tost_one_mean(0.54, 1.2, 100, 0.5, low=-0.36, high=0.36).p.round(6).item()
    0.004475
    """
    m, s, k, known = checked(mean=mean, sd=sd, n=n, mu=mu)
    refuse(s <= 0, "a standard deviation above 0", sd=s)
    refuse(k < 2, "at least 2 persons", n=k)
    return _tested(m - known, s / np.sqrt(k), k - 1, low, high, alpha)


def tost_paired_means(
    mean1: npt.ArrayLike,
    sd1: npt.ArrayLike,
    mean2: npt.ArrayLike,
    sd2: npt.ArrayLike,
    n: npt.ArrayLike,
    r: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    alpha: npt.ArrayLike = 0.05,
) -> Equivalence:
    """Test that two means of the same persons differ by less than a margin.

    Parameters
    ----------
    mean1, sd1, mean2, sd2
        Mean and standard deviation, before and after.
    n
        The number of persons measured both times.
    r
        The correlation of the two measurements, in [-1, 1].
    low, high
        The margins of the change mean2 - mean1, in its unit.
    alpha
        The level of each test, in (0, 1/2).

    Returns
    -------
    Equivalence

    Raises
    ------
    ValueError
        If the numbers are impossible, or the differences of the persons have no spread.

    References
    ----------
    Lakens 2017, SPPS 8:355.

    Examples
    --------
    >>> found = tost_paired_means(5.75, 1.3, 5.83, 1.17, 65, 0.745, low=-0.34, high=0.34)
    >>> found.p.round(6).item()
    0.010813
    """
    m1, s1, m2, s2, k, rho = checked(mean1=mean1, sd1=sd1, mean2=mean2, sd2=sd2, n=n, r=r)
    refuse((s1 < 0) | (s2 < 0), "standard deviations of at least 0", sd1=s1, sd2=s2)
    refuse(k < 2, "at least 2 persons", n=k)
    refuse(np.abs(rho) > 1, "a correlation in [-1, 1]", r=rho)
    variance = (s1 - s2) ** 2 + 2 * (1 - rho) * s1 * s2
    refuse(variance <= 0, "differences that vary", sd1=s1, sd2=s2, r=rho)
    return _tested(m2 - m1, np.sqrt(variance / k), k - 1, low, high, alpha)


def tost_two_proportions(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    alpha: npt.ArrayLike = 0.05,
) -> Equivalence:
    """Test that two shares differ by less than a margin, with the unpooled standard error.

    Parameters
    ----------
    x1, n1, x2, n2
        x of n persons, before and after.
    low, high
        The margins of the change x2/n2 - x1/n1, as shares.
    alpha
        The level of each test, in (0, 1/2).

    Returns
    -------
    Equivalence

    Raises
    ------
    ValueError
        If x is not in [0, n], n <= 0, both shares are 0 or 1 (no standard error), or low >= high.

    Notes
    -----
    For large groups only: the interval is the Wald interval.

    References
    ----------
    Lakens 2017, SPPS 8:355.

    Examples
    --------
    >>> tost_two_proportions(70, 100, 65, 100, low=-0.1, high=0.1).p.round(6).item()
    0.224846
    """
    (a1, k1), (a2, k2) = counted_persons(x1, n1), counted_persons(x2, n2)
    variance = a1 / k1 * (1 - a1 / k1) / k1 + a2 / k2 * (1 - a2 / k2) / k2
    refuse(variance <= 0, "a share that is neither 0 nor 1", x1=a1, n1=k1, x2=a2, n2=k2)
    return _tested(a2 / k2 - a1 / k1, np.sqrt(variance), np.inf, low, high, alpha)


def _tested(
    change: Floats,
    error: Floats,
    df: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    alpha: npt.ArrayLike,
) -> Equivalence:
    middle, scale, lower, upper, level = checked(
        change=change, error=error, low=low, high=high, alpha=alpha
    )
    refuse(lower >= upper, "margins low < high", low=lower, high=upper)
    refuse(~((level > 0) & (level < 0.5)), "a level between 0 and 1/2", alpha=level)
    freedom = np.broadcast_to(np.asarray(df, dtype=np.float64), middle.shape)
    above, below = (middle - lower) / scale, (middle - upper) / scale
    reach = beyond(level, freedom) * scale
    return Equivalence(
        statistic_low=above,
        p_low=one_tail(above, freedom),
        statistic_high=below,
        p_high=one_tail(-below, freedom),
        df=freedom,
        interval=Interval(middle - reach, middle + reach),
    )
