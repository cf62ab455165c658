"""Means: t limits of one, and the change between two, follow-up less baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import (
    Floats,
    Interval,
    beyond,
    checked,
    refuse,
    tail_beyond,
    two_sided_p,
)


@dataclass(frozen=True, slots=True)
class ChangeOfMeans:
    """The change of a mean with its t test of no change: two-sided p, and limits of the change."""

    change: Floats
    standard_error: Floats
    statistic: Floats
    df: Floats
    p: Floats
    interval: Interval


def t_limits(
    mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the t limits of a mean.

    Parameters
    ----------
    mean, sd, n
        Mean, standard deviation and number of observations.
    q
        Two-sided normal quantile; the t quantile of its tail is used.

    Raises
    ------
    ValueError
        Unless sd >= 0 and n >= 2.

    References
    ----------
    Student 1908, Biometrika 6:1.

    Examples
    --------
    195 heat flow meters (NIST/SEMATECH e-Handbook 1.3.5.2):

    >>> found = t_limits(9.26146, 0.022789, 195, 1.959963985)
    >>> found.lower.round(5).item(), found.upper.round(5).item()
    (9.25824, 9.26468)
    """
    average, error, size = _spread("", mean, sd, n)
    reach = beyond(tail_beyond(q), size - 1) * error
    return Interval(average - reach, average + reach)


def welch(
    m1: npt.ArrayLike,
    s1: npt.ArrayLike,
    n1: npt.ArrayLike,
    m2: npt.ArrayLike,
    s2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
) -> ChangeOfMeans:
    """Compare two means of different persons, each with its own variance.

    Parameters
    ----------
    m1, s1, n1, m2, s2, n2
        Mean, standard deviation and number of observations of the baseline and of the follow-up.
    q
        Two-sided normal quantile; the t quantile of its tail is used.

    Returns
    -------
    ChangeOfMeans
        m2 - m1.

    Raises
    ------
    ValueError
        Unless s >= 0 and n >= 2 in both periods, with a spread in either.

    References
    ----------
    Welch 1947, Biometrika 34:28.

    Examples
    --------
    >>> found = welch(0.75, 1.789010, 10, 2.33, 2.002249, 10, 1.959963985)
    >>> [value.round(3).item() for value in (found.statistic, found.df, found.p)]
    [1.861, 17.776, 0.079]
    """
    first, error1, size1 = _spread("1", m1, s1, n1)
    second, error2, size2 = _spread("2", m2, s2, n2)
    df = welch_df(error1, size1, error2, size2)
    return _tested(second - first, np.hypot(error1, error2), df, q)


def welch_df(
    se1: npt.ArrayLike, n1: npt.ArrayLike, se2: npt.ArrayLike, n2: npt.ArrayLike
) -> Floats:
    """Give the degrees of freedom of the difference of two means, after Welch and Satterthwaite.

    Parameters
    ----------
    se1, n1, se2, n2
        Standard error of the mean and number of observations in both periods.

    Returns
    -------
    Floats
        Between the smaller n - 1 and n1 + n2 - 2, which is given where both errors are 0.

    Raises
    ------
    ValueError
        Unless se >= 0 and n >= 2 in both periods.

    References
    ----------
    Welch 1947, Biometrika 34:28; Satterthwaite 1946, Biometrics Bull 2:110.

    Examples
    --------
    >>> welch_df([1.0, 1.0, 0.0], 10, [1.0, 0.0, 0.0], 20)
    array([24.42857143, 9.        , 28.        ])
    """
    first, size1, second, size2 = checked(se1=se1, n1=n1, se2=se2, n2=n2)
    wrong = (first < 0) | (second < 0)
    refuse(wrong, "standard errors of at least 0", se1=first, se2=second)
    refuse((size1 < 2) | (size2 < 2), "n of at least 2", n1=size1, n2=size2)
    whole = np.hypot(first, second)
    some = whole > 0
    share1, share2 = (
        np.divide(error, whole, out=np.zeros_like(whole), where=some) ** 2
        for error in (first, second)
    )
    inverse = share1**2 / (size1 - 1) + share2**2 / (size2 - 1)
    return np.divide(1.0, inverse, out=np.array(size1 + size2 - 2), where=some)


def pooled_t(
    m1: npt.ArrayLike,
    s1: npt.ArrayLike,
    n1: npt.ArrayLike,
    m2: npt.ArrayLike,
    s2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
) -> ChangeOfMeans:
    """Compare two means of different persons under one common variance; prefer ``welch``.

    Parameters
    ----------
    m1, s1, n1, m2, s2, n2
        Mean, standard deviation and number of observations of the baseline and of the follow-up.
    q
        Two-sided normal quantile; the t quantile of its tail is used.

    Returns
    -------
    ChangeOfMeans
        m2 - m1.

    Raises
    ------
    ValueError
        Unless s >= 0 and n >= 2 in both periods, with a spread in either.

    References
    ----------
    Student 1908, Biometrika 6:1.

    Examples
    --------
    Systolic blood pressure (Altman et al. 2000, Statistics with Confidence, ch. 4):

    >>> found = pooled_t(140.4, 16.8, 100, 146.4, 18.5, 100, 1.959963985)
    >>> found.interval.lower.round(1).item(), found.interval.upper.round(1).item()
    (1.1, 10.9)
    """
    first, error1, size1 = _spread("1", m1, s1, n1)
    second, error2, size2 = _spread("2", m2, s2, n2)
    df = size1 + size2 - 2
    parts = (error * np.sqrt(n * (n - 1) / df) for error, n in ((error1, size1), (error2, size2)))
    return _tested(second - first, np.hypot(*parts) * np.sqrt(1 / size1 + 1 / size2), df, q)


def paired_t(
    mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike
) -> ChangeOfMeans:
    """Test the mean change of the same persons.

    Parameters
    ----------
    mean, sd, n
        Mean and standard deviation of the differences, follow-up less baseline, and their number.
    q
        Two-sided normal quantile; the t quantile of its tail is used.

    Raises
    ------
    ValueError
        Unless sd > 0 and n >= 2.

    References
    ----------
    Student 1908, Biometrika 6:1.

    Examples
    --------
    Additional hours of sleep (Student's data):

    >>> found = paired_t(1.58, 1.229995, 10, 1.959963985)
    >>> [value.round(4).item() for value in (found.interval.lower, found.interval.upper, found.p)]
    [0.7001, 2.4599, 0.0028]
    """
    average, error, size = _spread("", mean, sd, n)
    return _tested(average, error, size - 1, q)


def _spread(
    period: str, mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Give the mean, its standard error and n."""
    names = f"mean{period}", f"sd{period}", f"n{period}"
    average, spread, size = checked(**dict(zip(names, (mean, sd, n), strict=True)))
    refuse(spread < 0, "a standard deviation of at least 0", **{names[1]: spread})
    refuse(size < 2, "n of at least 2", **{names[2]: size})
    return average, spread / np.sqrt(size), size


def _tested(change: Floats, error: Floats, df: Floats, q: npt.ArrayLike) -> ChangeOfMeans:
    change, error, df = np.broadcast_arrays(change, error, df)
    refuse(error <= 0, "a spread, not a standard error of 0", standard_error=error)
    statistic = change / error
    reach = beyond(tail_beyond(q), df) * error
    return ChangeOfMeans(
        change=change,
        standard_error=error,
        statistic=statistic,
        df=df,
        p=two_sided_p(statistic, df),
        interval=Interval(change - reach, change + reach),
    )
