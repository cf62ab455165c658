"""The change between two periods, and whether it reaches a margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_ROUNDING = 1e-12
"""Relative slack for decimal margins that have no exact binary form: 0.04 - 0.03 counts as 0.01."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Follow-up against baseline, each array with one number an area.

    ``relative_change`` is follow-up / baseline - 1 where ``has_relative``, else 0: a baseline that
    is not above zero has no relative change, and none is made up.
    """

    change: Floats
    relative_change: Floats
    has_relative: npt.NDArray[np.bool_]


def contrast(baseline: Floats, current: Floats) -> Contrast:
    """Give the exact change of each area.

    Examples
    --------
    >>> found = contrast(np.array([200.0, 0.0]), np.array([190.0, 3.0]))
    >>> found.change, found.relative_change, found.has_relative
    (array([-10.,   3.]), array([-0.05,  0.  ]), array([ True, False]))
    """
    has_relative = baseline > 0
    change = current - baseline
    relative = np.divide(change, baseline, out=np.zeros_like(change), where=has_relative)
    return Contrast(change, relative, has_relative)


def direction(
    baseline: Floats, current: Floats, *, scale: Literal["ratio", "difference"], margin: float
) -> npt.NDArray[np.int8]:
    """Say where a change reaches the margin: 1 up, -1 down, 0 neither.

    On the ratio scale a change counts from R >= 1 + margin or R <= 1 / (1 + margin) on, which is
    symmetric on logs; on the difference scale from the margin on.  Decided on unrounded values.

    Parameters
    ----------
    baseline, current
        One value an area; on the ratio scale the baseline is above 0.
    scale
        The scale of the margin.
    margin
        Above 0.

    Examples
    --------
    >>> before, after = np.array([100.0, 103.0, 100.0]), np.array([103.0, 100.0, 97.2])
    >>> direction(before, after, scale="ratio", margin=0.03)
    array([ 1, -1,  0], dtype=int8)
    """
    if scale == "ratio":
        up = current >= baseline * (1 + margin) * (1 - _ROUNDING)
        down = current * (1 + margin) <= baseline * (1 + _ROUNDING)
    else:
        slack = _ROUNDING * np.maximum(np.abs(baseline), np.abs(current))
        up = current - baseline >= margin * (1 - _ROUNDING) - slack
        down = baseline - current >= margin * (1 - _ROUNDING) - slack
    return (up.astype(np.int8) - down.astype(np.int8)).astype(np.int8)
