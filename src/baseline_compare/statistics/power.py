"""Planning: which change would be seen, and which size settles a question."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, beyond, checked, refuse


def unit_variance(
    level: npt.ArrayLike,
    *,
    kind: Literal["proportion", "log_proportion", "rate", "log_rate", "mean"],
) -> Floats:
    """Give the variance that one person, or one unit of exposure, brings to a level.

    Parameters
    ----------
    level
        Of the baseline: the share, the rate per unit of exposure (a count has exposure 1), or for
        a mean the standard deviation.
    kind
        What the level is; ``log_proportion`` and ``log_rate`` are for changes as ratios.

    Returns
    -------
    Floats
        p(1 - p), (1 - p) / p, rate, 1 / rate, or the squared standard deviation.

    Raises
    ------
    ValueError
        If the level has no variance: a share of 0 or 1, or a rate that is not above 0; for a
        standard deviation below 0.

    Examples
    --------
    >>> unit_variance(0.08, kind="proportion").round(4).item()
    0.0736
    """
    value = checked(level=level)[0]
    if kind == "mean":
        refuse(value < 0, "a standard deviation of at least 0", level=value)
        return np.asarray(value**2)
    refuse(value <= 0, "a level above 0", level=value)
    if kind in ("proportion", "log_proportion"):
        refuse(value >= 1, "a share below 1", level=value)
        return np.asarray(value * (1 - value) if kind == "proportion" else (1 - value) / value)
    return np.asarray(value if kind == "rate" else 1 / value)


def standard_error_at_baseline(
    variance: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike
) -> Floats:
    """Give the standard error of a change if both periods had the level of the baseline.

    It plans and explains; the observed follow-up does not enter, or it would be observed power.

    Parameters
    ----------
    variance
        That of one person or unit of exposure (``unit_variance``).
    n1, n2
        Persons or exposure of the two periods.

    Returns
    -------
    Floats
        sqrt(variance * (1/n1 + 1/n2)), in the unit of the change.

    Raises
    ------
    ValueError
        If a number is not above 0.

    Examples
    --------
    >>> error = standard_error_at_baseline(unit_variance(0.08, kind="proportion"), 20000, 20000)
    >>> error.round(6).item()
    0.002713
    """
    unit, first, second = checked(variance=variance, n1=n1, n2=n2)
    refuse(unit <= 0, "a variance above 0", variance=unit)
    refuse((first <= 0) | (second <= 0), "sizes above 0", n1=first, n2=second)
    return np.sqrt(unit * (1 / first + 1 / second))


def detectable_change(
    standard_error: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    power: npt.ArrayLike = 0.8,
    variance: npt.ArrayLike = 0.0,
) -> Floats:
    """Give the true change that would be seen with a given power.

    Parameters
    ----------
    standard_error
        At the baseline (``standard_error_at_baseline``), 0 or more.
    q
        The quantile of the decision, normal or t.
    power
        In (0, 1).
    variance
        Variance beyond counting.

    Returns
    -------
    Floats
        (q + z of the power) * sqrt(standard_error^2 + variance), in the unit of the change; on the
        log scale for ratios.

    Raises
    ------
    ValueError
        If a number is negative or the power is not in (0, 1).

    References
    ----------
    Bloom 1995, Eval Rev 19:547.

    Examples
    --------
    >>> detectable_change(0.0027129, 1.959963985).round(4).item()
    0.0076
    """
    error, reach, extra = _planned(q, power, standard_error=standard_error, variance=variance)
    return reach * np.sqrt(error**2 + extra)


def settling_size(
    unit: npt.ArrayLike,
    q: npt.ArrayLike,
    margin: npt.ArrayLike,
    *,
    power: npt.ArrayLike = 0.8,
    variance: npt.ArrayLike = 0.0,
) -> Floats:
    """Give the size at which the detectable change equals the margin.

    Parameters
    ----------
    unit
        The variance of one person or unit of exposure (``unit_variance``).
    q
        The quantile of the decision, normal or t.
    margin
        In the unit of the change (for ratios its log), above 0.
    power
        In (0, 1).
    variance
        Variance beyond counting.

    Returns
    -------
    Floats
        Persons or exposure of each period, not rounded up; infinite if the variance beyond
        counting alone reaches the margin, so that no size settles it and only more years can.

    Raises
    ------
    ValueError
        If the unit variance or the margin is not above 0, another number is negative, or the power
        is not in (0, 1).

    Examples
    --------
    >>> spread = unit_variance(0.08, kind="proportion")
    >>> settling_size(spread, 1.959963985, 0.01, variance=[0.0, 0.000016]).round(1)
    array([11553.6,     inf])
    """
    single, reach, extra, target = _planned(q, power, unit=unit, variance=variance, margin=margin)
    refuse(single <= 0, "a variance above 0", unit=single)
    refuse(target <= 0, "a margin above 0", margin=target)
    room = (target / reach) ** 2 - extra
    return np.divide(2 * single, room, out=np.full_like(room, np.inf), where=room > 0)


def minimum_detectable_proportion(
    p: npt.ArrayLike,
    n1: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    power: npt.ArrayLike = 0.8,
) -> Floats:
    """Give the change of a share that would be seen with a given power.

    Parameters
    ----------
    p
        The share of the baseline, in (0, 1).
    n1, n2
        Persons before and after.
    q
        The quantile of the decision.
    power
        In (0, 1).

    Returns
    -------
    Floats
        A difference of shares.

    Raises
    ------
    ValueError
        If a number is impossible.

    References
    ----------
    Bloom 1995, Eval Rev 19:547.

    Examples
    --------
    >>> minimum_detectable_proportion(0.08, 20000, 20000, 1.959963985).round(8).item()
    0.00760051
    """
    spread = unit_variance(p, kind="proportion")
    return detectable_change(standard_error_at_baseline(spread, n1, n2), q, power=power)


def _planned(
    q: npt.ArrayLike, power: npt.ArrayLike, **numbers: npt.ArrayLike
) -> tuple[Floats, ...]:
    """Give the first number, the reach q + z of the power, and the other numbers."""
    quantile, target, *others = checked(q=q, power=power, **numbers)
    refuse(~((target > 0) & (target < 1)), "a power between 0 and 1", power=target)
    for name, values in zip(numbers, others, strict=True):
        refuse(values < 0, "numbers of at least 0", **{name: values})
    reach = quantile - beyond(target)
    refuse(reach <= 0, "a quantile and a power that exceed chance", q=quantile, power=target)
    return others[0], reach, *others[1:]
