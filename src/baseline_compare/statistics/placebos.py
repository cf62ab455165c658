"""A change among those that were seen where nothing had been done: placebo evidence."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, beyond, checked


def placebo_rank(change: npt.ArrayLike, placebo: npt.ArrayLike) -> Floats:
    """Give the rank of a change among placebo changes and itself, as a share of their number.

    Parameters
    ----------
    change
        Changes, (...), about zero (of ratios the logarithm).
    placebo
        Placebo changes, (..., k) with k at least 1, on the last axis.

    Returns
    -------
    Floats
        (1 + placebos at least as far from zero) / (k + 1): 1 / (k + 1) if the change is the
        largest, so k placebos cannot give less.

    Raises
    ------
    ValueError
        If there is no placebo.

    Notes
    -----
    The p-value of a randomisation test where each date was as likely as the others; where years
    depend on each other, or dates overlap, a description and no test.

    References
    ----------
    Abadie, Diamond and Hainmueller 2010, J Am Stat Assoc 105:493.

    Examples
    --------
    >>> placebo_rank([-0.04, -0.09], [[0.06, -0.03, 0.01], [0.06, -0.03, 0.01]])
    array([0.5 , 0.25])
    """
    real, others = checked(change=change)[0], checked(placebo=placebo)[0]
    count = others.shape[-1] if others.ndim else 0
    if count == 0:
        message = f"expected placebo changes, found shape {others.shape}"
        raise ValueError(message)
    farther = (np.abs(others) >= np.abs(real)[..., None]).sum(axis=-1)
    return np.asarray((1 + farther) / (count + 1), dtype=np.float64)


def usual_path(
    baseline: npt.ArrayLike,
    changes: npt.ArrayLike,
    *,
    scale: Literal["difference", "ratio"],
    level: float,
    stretched: int = 1,
) -> Interval:
    """Give the range of periods that differ from those of the baseline as earlier years did.

    Parameters
    ----------
    baseline
        Levels of the baseline's periods, (periods,).
    changes
        Changes of like periods between pairs of earlier years, (pairs, periods), about zero (of
        ratios the logarithm).
    scale
        Scale of the changes.
    level
        One minus the confidence.
    stretched
        Years from baseline to follow-up where changes are those of one year.

    Returns
    -------
    Interval
        Limits of single periods, (periods,).

    Raises
    ------
    ValueError
        If there is no change.

    Notes
    -----
    The mean square of all changes is their variance; as the periods of a year move together, its
    degrees of freedom are the pairs of years. For pictures: verdicts rest on whole windows.

    Examples
    --------
    >>> found = usual_path(
    ...     [100.0, 120.0],
    ...     [[0.02, -0.01], [-0.03, 0.01], [0.01, 0.02]],
    ...     scale="ratio",
    ...     level=0.05,
    ... )
    >>> found.lower.round(1), found.upper.round(1)
    (array([ 94.4, 113.2]), array([106. , 127.2]))
    """
    start, moves = checked(baseline=baseline)[0], checked(changes=changes)[0]
    if moves.size == 0:
        message = f"expected changes between earlier years, found shape {moves.shape}"
        raise ValueError(message)
    spread = math.sqrt(stretched * float((moves**2).mean()))
    reach = float(beyond(level / 2, moves.shape[0])) * spread
    if scale == "ratio":
        return Interval(start * math.exp(-reach), start * math.exp(reach))
    return Interval(start - reach, start + reach)


def smallest_rank_in_space(treated: int, controls: int) -> float:
    """Give the smallest p-value that a placebo test over areas can reach.

    Parameters
    ----------
    treated, controls
        Numbers of areas.

    Returns
    -------
    float
        1 over the number of ways to choose the controls among all areas.

    Raises
    ------
    ValueError
        If there is no area of one kind.

    References
    ----------
    Abadie, Diamond and Hainmueller 2010, J Am Stat Assoc 105:493.

    Examples
    --------
    >>> round(1 / smallest_rank_in_space(5, 1)), round(1 / smallest_rank_in_space(21, 2))
    (6, 253)
    """
    if treated < 1 or controls < 1:
        message = f"expected areas of both kinds, found {treated} treated and {controls} controls"
        raise ValueError(message)
    return 1 / math.comb(treated + controls, controls)
