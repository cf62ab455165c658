"""Regression of counts on time, with an exposure and a spread beyond that of Poisson."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Mask, checked, refuse
from baseline_compare.statistics.least_squares import oriented

_ROUNDS, _CLOSE = 50, 1e-6
"""Rounds of Newton's method, and the change of the fitted logs (the root mean square, weighted by
the fitted counts) after which it stops; the error that is left is about its square."""

_STRIDE = 5.0
"""The farthest a fitted log moves in one round, so that no exponential overflows."""

_RUNAWAY = 0.01
"""A fitted log that still moves so far in the last round has no finite end."""

_RIDGE = 1e-14
"""Added to the information, times the sum of the fitted counts, so that a series on its way to no
finite end can be solved; where a step is 0, and so where the search ends, it changes nothing."""


@dataclass(frozen=True, slots=True)
class CountFit:
    """Log coefficients (..., p) of a design (n, p) and their covariance (..., p, p) under Poisson.

    ``dispersion`` (...) is the spread of the counts in relation to Poisson: 1 as Poisson, above it
    more.  ``df`` is n - p.
    """

    coefficients: Floats
    covariance: Floats
    dispersion: Floats
    df: int

    @property
    def quasi_covariance(self) -> Floats:
        """The covariance times the dispersion, which makes it smaller where that is below 1."""
        return self.dispersion[..., None, None] * self.covariance


def quasi_poisson(
    counts: npt.ArrayLike, design: npt.ArrayLike, *, exposure: npt.ArrayLike = 1.0
) -> CountFit:
    """Fit log(expected count) = log(exposure) + design @ coefficients to series of counts.

    For monthly counts too small for logs.  The exponential of a coefficient is a ratio of rates.

    Parameters
    ----------
    counts
        Series of (..., n), at least 0, time on the last axis.
    design
        (n, p), one for all series.
    exposure
        Persons or days behind each count, above 0; broadcast with ``counts``.

    Returns
    -------
    CountFit
        ``covariance`` is that of Poisson counts, ``quasi_covariance`` the one with the dispersion.

    Raises
    ------
    ValueError
        If a count is below 0, an exposure not above 0, a number not finite, all counts of a series
        are 0, a coefficient has no finite estimate (as the step where all counts after a break are
        0) or none is reached in 50 rounds, the shapes do not fit, n <= p, or the columns of the
        design depend on each other.

    Notes
    -----
    Maximum likelihood by iteratively reweighted least squares.  The dispersion is Pearson's
    statistic, the sum of (count - fitted)^2 / fitted, over n - p; it is unreliable where fitted
    counts are below about 1.

    References
    ----------
    Nelder and Wedderburn 1972, J R Stat Soc A 135:370; Wedderburn 1974, Biometrika 61:439.

    Examples
    --------
    >>> step = [[1, 0], [1, 0], [1, 0], [1, 1], [1, 1], [1, 1]]
    >>> found = quasi_poisson([30, 34, 26, 20, 15, 25], step, exposure=1000)
    >>> np.exp(found.coefficients).round(4), found.dispersion.round(4).item(), found.df
    (array([0.03  , 0.6667]), 0.8917, 4)
    """
    observed, people = checked(counts=counts, exposure=exposure)
    refuse(observed < 0, "counts of at least 0", count=observed)
    refuse(people <= 0, "an exposure above 0", exposure=people)
    series, basis, back = oriented(observed, design)
    total = np.asarray(series.sum(axis=-1), dtype=np.float64)
    refuse(total <= 0, "a series with a count above 0", total=total)
    n, columns = basis.shape
    leading = series.shape[:-1]
    rows, offset = series.reshape(-1, n), np.log(people).reshape(-1, n)
    estimate, settled = _maximum(rows, offset, basis)
    lost = ~settled.reshape(leading)
    refuse(lost, "counts that determine every coefficient", total=total)
    fitted = np.exp(offset + estimate @ basis.T)
    covariance = back @ np.linalg.inv(_information(fitted, basis)) @ back.T
    pearson = (np.square(rows - fitted) / fitted).sum(axis=-1)
    return CountFit(
        coefficients=(estimate @ back.T).reshape(*leading, columns),
        covariance=covariance.reshape(*leading, columns, columns),
        dispersion=np.asarray(pearson / (n - columns), dtype=np.float64).reshape(leading),
        df=n - columns,
    )


def _maximum(counts: Floats, offset: Floats, basis: Floats) -> tuple[Floats, Mask]:
    """Give the coefficients of the basis for (series, n), and whether they are a maximum."""
    exposure = np.exp(offset)
    average = counts.sum(axis=-1, keepdims=True) / exposure.sum(axis=-1, keepdims=True)
    smoothed = (counts / exposure + average) / 2
    estimate = np.log(smoothed) @ basis
    settled = np.zeros(len(counts), dtype=bool)
    going = np.arange(len(counts))
    for _ in range(_ROUNDS):
        fitted = np.exp(offset[going] + estimate[going] @ basis.T)
        score = (counts[going] - fitted) @ basis
        ridge = _RIDGE * fitted.sum(axis=-1)[:, None, None] * np.eye(basis.shape[1])
        step = np.linalg.solve(_information(fitted, basis) + ridge, score[..., None])[..., 0]
        move = step @ basis.T
        farthest = np.abs(move).max(axis=-1)
        estimate[going] += step * np.minimum(1, _STRIDE / np.maximum(farthest, 1))[:, None]
        change = (fitted * move**2).sum(axis=-1) / fitted.sum(axis=-1)
        done = change < _CLOSE**2
        settled[going] = done & (farthest < _RUNAWAY)
        going = going[~done]
        if not going.size:
            break
    return estimate, settled


def _information(fitted: Floats, basis: Floats) -> Floats:
    """Give the sum over t of fitted_t q_t q_t', (series, p, p)."""
    n, columns = basis.shape
    outer = (basis[:, :, None] * basis[:, None, :]).reshape(n, columns**2)
    return np.asarray((fitted @ outer).reshape(-1, columns, columns), dtype=np.float64)
