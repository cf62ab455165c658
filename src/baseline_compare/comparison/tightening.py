"""Hidden cells bounded more closely by published totals of areas that contain them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.aggregation import Mask
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.partitions import Partition
from baseline_compare.comparison.plans import Plan
from baseline_compare.statistics.feasibility import feasible_ranges
from baseline_compare.statistics.intervals import Interval

_DIGITS = 1e-9
"""Relative size of sums of euros that counts as rounding."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Figures of one side that add up over areas, areas by periods, some within bounds only.

    ``least`` and ``most`` are alike where a figure is published; ``known`` marks figures that are
    published or ``hidden`` with bounds.
    """

    areas: tuple[str, ...]
    least: Floats
    most: Floats
    hidden: Mask
    known: Mask


@dataclass(frozen=True, slots=True)
class _Period:
    """The figures of one period, with 0 for what is not known."""

    least: Floats
    most: Floats
    hidden: Mask


def tightened(
    cells: Hidden,
    rows: npt.NDArray[np.intp],
    plan: Plan,
    partitions: Sequence[Partition],
    *,
    whole: bool,
) -> Interval:
    """Give the least and the most that the members of each target can sum to, period by period.

    Missing where no published total bears on hidden members, or where totals contradict the bounds:
    there the bounds of the cells themselves stand.

    Parameters
    ----------
    cells
        The figures; ``rows`` are those of the members of the plan.
    partitions
        Which area is the sum of which others. Where published totals of two levels miss the sum of
        their parts, as households that moved count twice, all totals of these levels may miss it by
        as much.
    whole
        Whether figures are whole numbers.
    """
    totals, gaps = _totals(cells, partitions)
    inside = np.zeros((len(plan.starts), len(cells.areas)))
    inside[np.repeat(np.arange(len(plan.starts)), plan.sizes), rows] = 1.0
    shape = (len(plan.starts), cells.least.shape[1])
    found = Interval(np.full(shape, np.nan), np.full(shape, np.nan))
    for period in np.flatnonzero(cells.hidden.any(axis=0)).tolist():
        known, hidden = cells.known[:, period], cells.hidden[:, period]
        own, targets = (
            np.flatnonzero(~signs[:, ~known].any(axis=1) & signs[:, hidden].any(axis=1))
            for signs in (totals, inside)
        )
        if len(own) and len(targets):
            least, most = (
                np.where(known, side[:, period], 0.0) for side in (cells.least, cells.most)
            )
            figures = _Period(least, most, hidden)
            sums = _sums(figures, totals[own], gaps[own], inside[targets], whole=whole)
            if sums is not None:
                found.lower[targets, period] = sums.lower
                found.upper[targets, period] = sums.upper
    return found


def _totals(cells: Hidden, partitions: Sequence[Partition]) -> tuple[Floats, Floats]:
    """Write each total as what is 0: its parts less itself; and by how much it may miss that.

    The second is the most that published totals of the same two levels miss it.
    """
    place = {code: row for row, code in enumerate(cells.areas)}
    signs = np.zeros((len(partitions), len(cells.areas)))
    gaps: dict[tuple[str, str], float] = {}
    published = cells.known & ~cells.hidden
    for number, item in enumerate(partitions):
        parts = [place[code] for code in item.parts]
        signs[number, parts], signs[number, place[item.whole]] = 1.0, -1.0
        own = signs[number] != 0
        missed = np.abs(signs[number, own] @ cells.least[own])[published[own].all(axis=0)]
        gaps[item.levels] = max(gaps.get(item.levels, 0.0), float(missed.max(initial=0.0)))
    return signs, np.array([gaps[item.levels] for item in partitions])


def _sums(
    figures: _Period, totals: Floats, gaps: Floats, inside: Floats, *, whole: bool
) -> Interval | None:
    """Search the ends of some sums, those of several cells as unknowns; None if none fit."""
    hidden, published = figures.hidden, ~figures.hidden
    missing = -totals[:, published] @ figures.least[published]
    if not whole:
        gaps = gaps + _DIGITS * np.abs(missing)
    members = inside[:, hidden]
    several = members.sum(axis=1) > 1
    size = int(several.sum())
    matrix = np.block(
        [
            [totals[:, hidden], np.zeros((len(totals), size))],
            [members[several], -np.eye(size)],
        ]
    )
    ends = [
        np.concatenate([side[hidden], members[several] @ side[hidden]])
        for side in (figures.least, figures.most)
    ]
    known = [np.concatenate([missing + sign * gaps, np.zeros(size)]) for sign in (-1, 1)]
    try:
        found = feasible_ranges(matrix, *known, *ends, integer=whole)
    except ValueError:
        return None
    told = inside[:, published] @ figures.least[published]
    sums = []
    for side in (found.lower, found.upper):
        own = members @ side[: members.shape[1]]
        own[several] = side[members.shape[1] :]
        sums.append(told + own)
    return Interval(sums[0], sums[1])
