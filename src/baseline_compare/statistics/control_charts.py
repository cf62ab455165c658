"""Control charts: limits frozen on base periods, and the rules that tell a signal from noise.

Periods stand on the last axis, in equal steps; leading axes hold separate series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Mask, checked, refuse
from baseline_compare.statistics.runs import of_periods, side_of

_D2 = 2 / np.sqrt(np.pi)
"""The mean range of two normal values, in sigma; tables give 1.128, and 3 / 1.128 as 2.66."""

_D4 = 1 + 3 * np.sqrt(np.pi / 2 - 1)
"""1 + 3 d3 / d2 with d3 = sqrt(2 - 4 / pi), the sd of that range; tables give 3.267."""


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """Centre, limits and sigma of (..., periods), in the unit of the values."""

    centre: Floats
    lower: Floats
    upper: Floats
    sigma: Floats


@dataclass(frozen=True, slots=True)
class IndividualsChart:
    """Limits, and of each series (...) the average moving range of its base and their limit.

    All in the unit of the values; the lower limit of moving ranges is 0.
    """

    limits: ControlLimits
    moving_range: Floats
    moving_range_upper: Floats


@dataclass(frozen=True, slots=True)
class LaneyChart:
    """Limits, and of each series (...) the spread between periods relative to pure counting.

    With a ``sigma_z`` near 1 the plain p or u chart would do; above 1 counts are overdispersed.
    """

    limits: ControlLimits
    sigma_z: Floats


def individuals(values: npt.ArrayLike, *, base: npt.ArrayLike) -> IndividualsChart:
    """Give the chart of individual values and moving ranges (XmR chart).

    Parameters
    ----------
    values
        Of any unit, (..., periods).
    base
        True in the periods that limits are frozen on; values of other periods are not read.

    Raises
    ------
    ValueError
        If a value of the base is not finite, or a base has fewer than 3 periods or 2 moving ranges.

    Notes
    -----
    Limits are the mean of the base -+ 3 mR / d2, d2 = 2 / sqrt(pi), and D4 mR for moving ranges. mR
    is the average of all moving ranges between neighbouring periods of the base, none screened out.
    Positive autocorrelation makes limits too narrow; without any movement they lie on the centre.

    References
    ----------
    Wheeler and Chambers 1992, Understanding Statistical Process Control.

    Examples
    --------
    >>> flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    >>> found = individuals(flow, base=np.full(10, True))
    >>> found.limits.lower[0].round(2).item(), found.limits.upper[0].round(2).item()
    (45.82, 55.80)
    >>> found.moving_range.round(4).item(), found.moving_range_upper.round(3).item()
    (1.8778, 6.134)
    """
    frozen = _frozen(base, values)
    x = checked(values=np.where(frozen, values, 0.0))[0]
    centre = x.sum(axis=-1, keepdims=True) / frozen.sum(axis=-1, keepdims=True)
    average = _moving_range(x, frozen)
    sigma = np.broadcast_to(average[..., None] / _D2, x.shape).copy()
    limits = _three_sigma(centre, sigma, -np.inf, np.inf)
    return IndividualsChart(limits, moving_range=average, moving_range_upper=_D4 * average)


def laney_p(
    events: npt.ArrayLike, denominators: npt.ArrayLike, *, base: npt.ArrayLike
) -> LaneyChart:
    """Give the chart of shares that vary beyond counting (P' chart), in [0, 1].

    Parameters
    ----------
    events, denominators
        Counts, (..., periods), all read: for a missing period outside the base give 0 of 1.
    base
        True in the periods that limits are frozen on.

    Raises
    ------
    ValueError
        Unless denominators are above 0 and 0 <= events <= denominators; if the average share of a
        base is 0 or 1, or a base has fewer than 3 periods or 2 moving ranges.

    Notes
    -----
    The average a is the sum of events over that of denominators n; sigma_z is the average moving
    range of (p - a) / s, s = sqrt(a (1 - a) / n), over 2 / sqrt(pi) (in tables 1.128). Limits are
    a -+ 3 s sigma_z, cut to [0, 1]; a base of one and the same share has them on the centre.

    References
    ----------
    Laney 2002, Quality Engineering 14:531.

    Examples
    --------
    >>> seen, patients = [266501, 264225, 276532, 281461], [280443, 276823, 291681, 296155]
    >>> found = laney_p(seen, patients, base=np.full(4, True))
    >>> found.limits.lower.round(4), found.sigma_z.round(2).item()
    (array([0.9392, 0.9392, 0.9395, 0.9395]), 9.4)
    """
    x, n = checked(events=events, denominators=denominators)
    wrong = (n <= 0) | (x < 0) | (x > n)
    expected = "denominators above 0 and 0 <= events <= denominators"
    refuse(wrong, expected, events=x, denominators=n)
    frozen = _frozen(base, x)
    average = _ratio_of_sums(x, n, frozen)
    unclear = (average <= 0) | (average >= 1)
    refuse(unclear, "an average share of the base between 0 and 1", average=average)
    share = average[..., None]
    return _laney(x / n, share, np.sqrt(share * (1 - share) / n), frozen, 1.0)


def laney_u(events: npt.ArrayLike, exposure: npt.ArrayLike, *, base: npt.ArrayLike) -> LaneyChart:
    """Give the chart of rates that vary beyond counting (U' chart), per unit of the exposure.

    Parameters
    ----------
    events, exposure
        Counts and their exposures, (..., periods), all read: for a missing period give 0 on 1.
    base
        True in the periods that limits are frozen on.

    Raises
    ------
    ValueError
        Unless exposures are above 0 and events at least 0; if a base has no event, or fewer than 3
        periods or 2 moving ranges.

    Notes
    -----
    As ``laney_p`` with s = sqrt(a / n) and limits cut at 0. What the two spreads differ by cancels:
    shares have the same limits in both charts, not the same sigma_z (Laney 2002, as there).

    Examples
    --------
    >>> found = laney_u([12, 20, 9, 15], [1000, 1100, 900, 1000], base=[True, True, True, False])
    >>> found.limits.upper.round(4), found.sigma_z.round(2).item()
    (array([0.0331, 0.0322, 0.0341, 0.0331]), 1.75)
    """
    x, n = checked(events=events, exposure=exposure)
    refuse((n <= 0) | (x < 0), "exposure above 0 and events of at least 0", events=x, exposure=n)
    frozen = _frozen(base, x)
    average = _ratio_of_sums(x, n, frozen)
    refuse(average <= 0, "events in the base", average=average)
    rate = average[..., None]
    return _laney(x / n, rate, np.sqrt(rate / n), frozen, np.inf)


def beyond_limits(values: npt.ArrayLike, limits: ControlLimits, *, among: npt.ArrayLike) -> Mask:
    """Tell the periods of ``among`` whose value is beyond the limits, not on them.

    Other periods are False and their values, which need not be finite, are not read.

    Examples
    --------
    >>> limits = individuals([5, 6, 4, 5, 12], base=[True, True, True, True, False]).limits
    >>> beyond_limits([5, 6, 4, 5, 12], limits, among=np.full(5, True))
    array([False, False, False, False,  True])
    """
    told = of_periods("among", among, values)
    x = checked(values=np.where(told, values, 0.0))[0]
    return told & ((side_of(x, limits.upper) > 0) | (side_of(x, limits.lower) < 0))


def _frozen(base: npt.ArrayLike, values: npt.ArrayLike) -> Mask:
    frozen = of_periods("base", base, values)
    ranges = _neighbours(frozen).sum(axis=-1)
    found = {"periods": frozen.sum(axis=-1), "moving_ranges": ranges}
    refuse(ranges < 2, "a base of at least 3 periods with 2 moving ranges", **found)
    return frozen


def _neighbours(base: Mask) -> Mask:
    return base[..., 1:] & base[..., :-1]


def _moving_range(values: Floats, base: Mask) -> Floats:
    both = _neighbours(base)
    ranges = np.where(both, np.abs(np.diff(values, axis=-1)), 0.0)
    return np.asarray(ranges.sum(axis=-1) / both.sum(axis=-1), dtype=np.float64)


def _ratio_of_sums(events: Floats, denominators: Floats, base: Mask) -> Floats:
    sums = (np.where(base, counts, 0.0).sum(axis=-1) for counts in (events, denominators))
    return np.asarray(np.divide(*sums), dtype=np.float64)


def _laney(ratio: Floats, centre: Floats, counting: Floats, base: Mask, high: float) -> LaneyChart:
    sigma_z = _moving_range((ratio - centre) / counting, base) / _D2
    return LaneyChart(_three_sigma(centre, counting * sigma_z[..., None], 0.0, high), sigma_z)


def _three_sigma(centre: Floats, sigma: Floats, low: float, high: float) -> ControlLimits:
    middle = np.broadcast_to(centre, sigma.shape).copy()
    lower, upper = np.maximum(middle - 3 * sigma, low), np.minimum(middle + 3 * sigma, high)
    return ControlLimits(middle, lower, upper, sigma)
