"""Changes of a treated group over changes of a control: ratios of two ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, checked, refuse
from baseline_compare.statistics.observations import events_of_periods
from baseline_compare.statistics.rate_ratios import multiplied_around


@dataclass(frozen=True, slots=True)
class ControlledRatio:
    """Change of the treated over change of the control, and the standard error of its log."""

    ratio: Floats
    log_error: Floats


@dataclass(frozen=True, slots=True)
class RatioOfRatios:
    """A ratio of two ratios, its interval, and the z of its log."""

    ratio: Floats
    interval: Interval
    z: Floats


def controlled_rate_ratio(
    x1: npt.ArrayLike,
    t1: npt.ArrayLike,
    x2: npt.ArrayLike,
    t2: npt.ArrayLike,
    control_x1: npt.ArrayLike,
    control_t1: npt.ArrayLike,
    control_x2: npt.ArrayLike,
    control_t2: npt.ArrayLike,
) -> ControlledRatio:
    """Give the change of the treated over the change of the control, after / before in both.

    Parameters
    ----------
    x1, t1, x2, t2
        Events, above 0, and exposure of the treated, baseline first.
    control_x1, control_t1, control_x2, control_t2
        The same of the control.

    Returns
    -------
    ControlledRatio
        The ratio of both rate ratios, and sqrt(sum of 1/x), the standard error of its log.

    Raises
    ------
    ValueError
        Unless x > 0 and t > 0 in all four.

    Examples
    --------
    >>> found = controlled_rate_ratio(1200, 15000, 1080, 15100, 5200, 65000, 5300, 66000)
    >>> round(found.ratio.item(), 6), round(found.log_error.item(), 6)
    (0.890666, 0.046263)
    """
    a, s, b, t = events_of_periods(x1, t1, x2, t2)
    c, u, d, v = events_of_periods(control_x1, control_t1, control_x2, control_t2)
    refuse((a <= 0) | (b <= 0), "events of the treated in both periods", x1=a, x2=b)
    refuse((c <= 0) | (d <= 0), "events of the control in both periods", x1=c, x2=d)
    ratio = (b / t) / (a / s) / ((d / v) / (c / u))
    return ControlledRatio(ratio, np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def ratio_of_ratios(
    reference: npt.ArrayLike,
    reference_lower: npt.ArrayLike,
    reference_upper: npt.ArrayLike,
    ratio: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    q: npt.ArrayLike,
) -> RatioOfRatios:
    """Give ratio / reference of two independent ratios that are known with their intervals only.

    Parameters
    ----------
    reference, reference_lower, reference_upper
        The ratio that the other is divided by, and its limits, all above 0.
    ratio, lower, upper
        The other ratio.
    q
        Two-sided quantile, above 0, of the intervals given and of the one returned.

    Returns
    -------
    RatioOfRatios
        Standard errors are the widths of the intervals on logs over 2q.

    Raises
    ------
    ValueError
        Unless 0 < lower < upper in both, and ratio and q are above 0.

    References
    ----------
    Altman and Bland 2003, BMJ 326:219.

    Examples
    --------
    >>> found = ratio_of_ratios(0.88, 0.71, 1.08, 0.67, 0.46, 0.98, 1.959963985)
    >>> round(found.ratio.item(), 2), round(found.interval.lower.item(), 2)
    (0.76, 0.49)
    >>> round(found.interval.upper.item(), 2), round(found.z.item(), 2)
    (1.17, -1.24)
    """
    base, base_low, base_up, own, low, up, level = checked(
        reference=reference,
        reference_lower=reference_lower,
        reference_upper=reference_upper,
        ratio=ratio,
        lower=lower,
        upper=upper,
        q=q,
    )
    for estimate, below, above in ((base, base_low, base_up), (own, low, up)):
        wrong = (below <= 0) | (estimate < below) | (above < estimate) | (below == above)
        expected = "0 < lower <= ratio <= upper and lower < upper"
        refuse(wrong, expected, lower=below, ratio=estimate, upper=above)
    refuse(level <= 0, "q above 0", q=level)
    error = np.hypot(np.log(base_up / base_low), np.log(up / low)) / (2 * level)
    found = own / base
    return RatioOfRatios(found, multiplied_around(found, error, level), np.log(found) / error)
