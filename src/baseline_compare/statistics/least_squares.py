"""Least squares of many series on one design."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import linalg

from baseline_compare.statistics.intervals import Floats, checked


@dataclass(frozen=True, slots=True)
class LinearFit:
    """Coefficients (..., p) of a design (n, p), their covariance (..., p, p), residuals (..., n).

    ``df`` is n - p.  Coefficients are in the unit of the series per unit of their column.
    """

    coefficients: Floats
    covariance: Floats
    residuals: Floats
    df: int


def least_squares(y: npt.ArrayLike, design: npt.ArrayLike) -> LinearFit:
    """Fit series by ordinary least squares, as if their months were independent.

    Parameters
    ----------
    y
        Series of (..., n), time on the last axis, in any unit.
    design
        (n, p), one for all series.

    Returns
    -------
    LinearFit
        With the covariance RSS / (n - p) * (X'X)^-1.

    Raises
    ------
    ValueError
        If a number is not finite, the shapes do not fit, n <= p, or the columns of the design
        depend on each other.

    Notes
    -----
    By the QR decomposition.  Residuals that are all within rounding of the series count as 0, so
    that an exact fit, such as that of a constant series, has exactly no variance.  With dependent
    months the covariance is too small (``newey_west``).

    Examples
    --------
    >>> found = least_squares([[1.0, 2.0, 4.0], [5.0, 5.0, 5.0]], [[1, 0], [1, 1], [1, 2]])
    >>> found.coefficients.round(4)
    array([[0.8333, 1.5   ],
           [5.    , 0.    ]])
    >>> found.covariance[:, 1, 1].round(4), found.df
    (array([0.0833, 0.    ]), 1)
    """
    series, basis, back = oriented(y, design)
    projected = series @ basis
    residuals = series - projected @ basis.T
    n, columns = basis.shape
    residuals = np.where(exact_fit(series, residuals)[..., None], 0.0, residuals)
    df = n - columns
    variance = np.square(residuals).sum(axis=-1) / df
    covariance = variance[..., None, None] * (back @ back.T)
    return LinearFit(projected @ back.T, covariance, residuals, df)


def exact_fit(series: Floats, residuals: Floats) -> npt.NDArray[np.bool_]:
    """Say of which series, of shape (..., n), the residuals are no more than rounding."""
    size = np.square(series).sum(axis=-1)
    return np.asarray(np.square(residuals).sum(axis=-1) <= 1e-24 * np.maximum(size, 1e-300))


def newey_west(
    y: npt.ArrayLike,
    design: npt.ArrayLike,
    *,
    lags: int | None = None,
    small_sample: bool = True,
) -> LinearFit:
    """Fit series by least squares, with a covariance that allows for dependence between months.

    A check of sensitivity only: in short series it is still too small.

    Parameters
    ----------
    y
        Series of (..., n), time on the last axis, in any unit.
    design
        (n, p), one for all series.
    lags
        The farthest dependence, 0 to n - 1 months; left out, ``usual_lags`` of n.  With 0 it
        allows for unequal variances only.
    small_sample
        Whether to multiply the covariance by n / (n - p).

    Returns
    -------
    LinearFit
        Coefficients, residuals and ``df`` of ``least_squares``, with the covariance
        (X'X)^-1 S (X'X)^-1.

    Raises
    ------
    ValueError
        If ``lags`` is not in 0 to n - 1, and as ``least_squares``.

    Notes
    -----
    S is the sum over l = -L..L of (1 - |l| / (L + 1)) times the sum over t of e_t e_(t-l) x_t
    x_(t-l)', Bartlett's weights, without prewhitening.

    References
    ----------
    Newey and West 1987, Econometrica 55:703.

    Examples
    --------
    >>> y = [3.0, 5.0, 4.0, 6.0, 8.0, 7.0, 6.0, 9.0]
    >>> found = newey_west(y, [[1, month] for month in range(8)], lags=1)
    >>> found.coefficients.round(4), np.sqrt(np.diag(found.covariance)).round(4)
    (array([3.5833, 0.6905]), array([0.3486, 0.1157]))
    """
    series, basis, back = oriented(y, design)
    n, columns = basis.shape
    farthest = usual_lags(n) if lags is None else lags
    if not 0 <= farthest < n:
        message = f"expected lags from 0 to {n - 1} for {n} points, found {farthest}"
        raise ValueError(message)
    fit = least_squares(series, design)
    middle = _lagged(fit.residuals, basis, 0)
    for lag in range(1, farthest + 1):
        product = _lagged(fit.residuals, basis, lag)
        middle += (1 - lag / (farthest + 1)) * (product + np.swapaxes(product, -1, -2))
    scale = n / (n - columns) if small_sample else 1.0
    return replace(fit, covariance=scale * (back @ middle @ back.T))


def usual_lags(n: int) -> int:
    """Give the usual farthest dependence for a series of n points: floor(4 (n / 100)^(2/9)).

    References
    ----------
    Newey and West 1994, Rev Econ Stud 61:631.

    Examples
    --------
    >>> usual_lags(24), usual_lags(48), usual_lags(100)
    (2, 3, 4)
    """
    return int(4 * (n / 100) ** (2 / 9))


def oriented(y: npt.ArrayLike, design: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Give series with an orthonormal basis Q (n, p) of their design, and T (p, p): X T = Q.

    Coefficients c of the basis are T c of the design, a covariance C is T C T'.

    Raises
    ------
    ValueError
        If a number is not finite, the shapes do not fit, n <= p, or the columns of the design
        depend on each other.

    Examples
    --------
    >>> series, basis, back = oriented([1.0, 2.0, 4.0], [[1, 0], [1, 1], [1, 2]])
    >>> (back @ (basis.T @ series)).round(4)
    array([0.8333, 1.5   ])
    """
    series, columns = checked(y=y)[0], checked(design=design)[0]
    if columns.ndim != 2 or 0 in columns.shape:
        message = f"expected a design of points by columns, found shape {columns.shape}"
        raise ValueError(message)
    n, p = columns.shape
    if series.shape[-1:] != (n,):
        message = f"expected series of the design's {n} points, found shape {series.shape}"
        raise ValueError(message)
    if n <= p:
        message = f"expected more points than columns, found {n} points and {p} columns"
        raise ValueError(message)
    rank = int(np.linalg.matrix_rank(columns))
    if rank < p:
        message = f"expected {p} columns that do not depend on each other, found rank {rank}"
        raise ValueError(message)
    basis, triangle = np.linalg.qr(columns)
    return series, basis, np.asarray(linalg.solve_triangular(triangle, np.eye(p)))


def _lagged(residuals: Floats, basis: Floats, lag: int) -> Floats:
    """Give the sum over t of e_t e_(t-lag) q_t q_(t-lag)', (..., p, p)."""
    n, columns = basis.shape
    outer = basis[lag:, :, None] * basis[: n - lag, None, :]
    products = residuals[..., lag:] * residuals[..., : n - lag]
    sums = products @ outer.reshape(n - lag, columns**2)
    return np.asarray(sums.reshape(*residuals.shape[:-1], columns, columns), dtype=np.float64)
