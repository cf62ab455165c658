"""What residuals say about the dependence of months on those before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import Floats, checked, refuse


@dataclass(frozen=True, slots=True)
class SerialDependence:
    """A portmanteau statistic, its degrees of freedom and the upper tail of chi-squared."""

    statistic: Floats
    df: int
    p: Floats


def durbin_watson(residuals: npt.ArrayLike) -> Floats:
    """Give Durbin and Watson's statistic of residuals: about 2 (1 - correlation of neighbours).

    It describes; no test is made of it.

    Parameters
    ----------
    residuals
        (..., n), time on the last axis, in any unit.

    Returns
    -------
    Floats
        From 0 to 4, of the shape without time; 2 without dependence.

    Raises
    ------
    ValueError
        If there are fewer than 2 points, or all residuals of a series are 0.

    References
    ----------
    Durbin and Watson 1950, Biometrika 37:409.

    Examples
    --------
    >>> durbin_watson([[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]])
    array([1., 3.])
    """
    errors = _at_least_two(residuals)
    total = np.square(errors).sum(axis=-1)
    refuse(total <= 0, "residuals that are not all 0", sum_of_squares=total)
    return np.asarray(np.square(np.diff(errors, axis=-1)).sum(axis=-1) / total, dtype=np.float64)


def ljung_box(residuals: npt.ArrayLike, lags: int) -> SerialDependence:
    """Test residuals for dependence up to a number of months apart.

    Parameters
    ----------
    residuals
        (..., n), time on the last axis, in any unit.
    lags
        1 to n - 1.

    Returns
    -------
    SerialDependence
        Of the shape without time, with ``lags`` degrees of freedom.

    Raises
    ------
    ValueError
        If there are fewer than 2 points, ``lags`` is out of range, or all residuals of a series
        are the same.

    Notes
    -----
    Correlations are taken about the mean of the residuals.  The degrees of freedom are not reduced
    by coefficients of a regression.

    References
    ----------
    Ljung and Box 1978, Biometrika 65:297.

    Examples
    --------
    >>> found = ljung_box([1.0, 2.0, 1.5, -0.5, -2.0, -1.5, -1.0, 0.5], 2)
    >>> found.statistic.round(4).item(), found.df, found.p.round(4).item()
    (4.3608, 2, 0.113)
    """
    errors = _at_least_two(residuals)
    n = errors.shape[-1]
    if not 1 <= lags < n:
        message = f"expected lags from 1 to {n - 1} for {n} points, found {lags}"
        raise ValueError(message)
    shifted = errors - errors[..., :1]  # equal residuals become 0 exactly
    centred = shifted - shifted.mean(axis=-1, keepdims=True)
    total = np.square(centred).sum(axis=-1)
    refuse(total <= 0, "residuals that differ", sum_of_squares=total)
    statistic = np.zeros_like(total)
    for lag in range(1, lags + 1):
        correlation = (centred[..., lag:] * centred[..., :-lag]).sum(axis=-1) / total
        statistic += n * (n + 2) * correlation**2 / (n - lag)
    p = np.asarray(special.chdtrc(lags, statistic), dtype=np.float64)
    return SerialDependence(np.asarray(statistic, dtype=np.float64), lags, p)


def effective_size(n: npt.ArrayLike, rho: npt.ArrayLike) -> Floats:
    """Give how many independent observations say as much about a mean as n dependent ones.

    Parameters
    ----------
    n
        Number of observations, above 0.
    rho
        Correlation of neighbours, between -1 and 1.

    Returns
    -------
    Floats
        n (1 - rho) / (1 + rho), which holds for long series; above n where rho is below 0.

    Raises
    ------
    ValueError
        If n is not above 0, or rho not between -1 and 1.

    References
    ----------
    Bayley and Hammersley 1946, J R Stat Soc Suppl 8:184.

    Examples
    --------
    >>> effective_size([12, 60], [0.6, 0.5])
    array([ 3., 20.])
    """
    size, correlation = checked(n=n, rho=rho)
    refuse(size <= 0, "n above 0", n=size)
    refuse(np.abs(correlation) >= 1, "a correlation between -1 and 1", rho=correlation)
    return size * (1 - correlation) / (1 + correlation)


def _at_least_two(residuals: npt.ArrayLike) -> Floats:
    errors = checked(residuals=residuals)[0]
    if errors.ndim == 0 or errors.shape[-1] < 2:
        message = f"expected at least 2 points on the last axis, found shape {errors.shape}"
        raise ValueError(message)
    return errors
