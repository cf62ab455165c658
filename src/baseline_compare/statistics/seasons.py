"""The season of monthly series: factors of the months, and waves for a regression."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, checked, refuse

_YEARS = 3
"""Whole years below which no season is estimated."""


def seasonal_factors(values: npt.ArrayLike, *, period: int) -> Floats:
    """Give the factor of each month by the classical multiplicative decomposition.

    Parameters
    ----------
    values
        Series of (..., n), above 0, time on the last axis, in any unit.
    period
        Points of a year, at least 2: 12 for months.

    Returns
    -------
    Floats
        (..., period), with mean 1.  The first factor belongs to the month of the first value.

    Raises
    ------
    ValueError
        If ``period`` is below 2, the series has fewer than 3 whole years, or a value is not above
        0.

    Notes
    -----
    The trend is the centred moving average of a year, for an even period with half weights at both
    ends.  The factor of a month is the mean of its ratios to the trend, scaled so that the factors
    have mean 1.  A break in the series disturbs the factors of the months around it.

    Examples
    --------
    Three years of quarters that grow by 1 and have a peak in the second:

    >>> values = np.arange(20, 32) * np.tile([0.9, 1.3, 1.0, 0.8], 3)
    >>> seasonal_factors(values, period=4).round(3)
    array([0.896, 1.299, 1.005, 0.801])
    """
    series = checked(values=values)[0]
    if period < 2:
        message = f"expected a period of at least 2 points, found {period}"
        raise ValueError(message)
    n = series.shape[-1] if series.ndim else 1
    if n < _YEARS * period:
        message = f"expected at least {_YEARS} whole years of {period} points, found {n} points"
        raise ValueError(message)
    refuse(series <= 0, "values above 0", value=series)
    half = period // 2
    weights = np.full(2 * half + 1, 1 / period)
    if period % 2 == 0:
        weights[[0, -1]] /= 2
    windows = np.lib.stride_tricks.sliding_window_view(series, len(weights), axis=-1)
    ratios = series[..., half : n - half] / (windows @ weights)
    month = np.arange(half, n - half) % period
    own = month[:, None] == np.arange(period)
    means = ratios @ (own / own.sum(axis=0))
    return np.asarray(means / means.mean(axis=-1, keepdims=True), dtype=np.float64)


def harmonics(position: npt.ArrayLike, *, pairs: int) -> Floats:
    """Give the columns of a design that let a year rise and fall in smooth waves.

    Parameters
    ----------
    position
        The place of each point in the year as a fraction, (n,): month / 12.  Whole years make no
        difference.
    pairs
        The number of waves, at least 0, the h-th with h peaks in a year.  For months at most 5,
        as the sixth sine is 0 at every month.

    Returns
    -------
    Floats
        (n, 2 * pairs): sin and cos of 2 pi position, then of 4 pi position, and so on.

    Raises
    ------
    ValueError
        If ``position`` is not one row of finite numbers, or ``pairs`` is below 0.

    Examples
    --------
    >>> harmonics([1 / 12, 2 / 12, 4 / 12], pairs=2).round(4)
    array([[ 0.5  ,  0.866,  0.866,  0.5  ],
           [ 0.866,  0.5  ,  0.866, -0.5  ],
           [ 0.866, -0.5  , -0.866, -0.5  ]])
    """
    places = checked(position=position)[0]
    if places.ndim != 1:
        message = f"expected positions of shape (n,), found shape {places.shape}"
        raise ValueError(message)
    if pairs < 0:
        message = f"expected at least 0 pairs of waves, found {pairs}"
        raise ValueError(message)
    turns = 2 * np.pi * (places[:, None] % 1) * np.arange(1, pairs + 1)
    return np.stack([np.sin(turns), np.cos(turns)], axis=-1).reshape(len(places), 2 * pairs)
