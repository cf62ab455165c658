"""Targets that rest on hidden cells: their levels at either end of what these can be.

A hidden cell is known within the bounds beside it, and often more closely from published totals
(``tightening``). Cells are put at either end, and from there on everything is summed as usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.aggregation import (
    Levels,
    Mask,
    member_rows,
    members_with,
    period_type,
)
from baseline_compare.comparison.grids import SUPPRESSED, VALUE, Floats, Grid
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.comparison.partitions import Partition
from baseline_compare.comparison.plans import Plan, Planner
from baseline_compare.comparison.tightening import Hidden, tightened
from baseline_compare.comparison.totals import Level, Totals, level, taken_from, total
from baseline_compare.indicators import Indicator

_KINDS = ("count", "amount", "rate", "proportion")
"""Kinds whose sums can be told from the bounds of their cells."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One side with its hidden cells at the lower and at the upper end of what they can be.

    ``state`` is that of the cells, ``VALUE`` for hidden ones whose bounds can be used.
    """

    state: npt.NDArray[np.int8]
    low: Totals
    high: Totals


def with_bounds(
    levels: Levels,
    pairing: Pairing,
    plan: Plan,
    indicator: Indicator,
    counted: Indicator,
    planner: Planner,
) -> Levels:
    """Give suppressed targets their bounds, where each of their hidden cells has bounds.

    ``counted`` is the indicator itself, or the numerator of a computed one: it says whether areas
    add up, and whether figures are whole numbers.
    """
    if not levels.suppressed.any() or indicator.kind not in _KINDS:
        return levels
    apart = counted.kind in ("count", "amount") and not counted.additive_over_areas
    partitions = () if apart else planner.partitions(pairing.areas)
    whole = counted.kind in ("count", "proportion")
    rows = member_rows(pairing, plan)
    sides = [
        _side(grid, pairing.areas, rows, plan, indicator, partitions, whole=whole)
        for grid in (pairing.base, pairing.follow_up)
    ]
    states = [side.state[rows] for side in sides]
    there = members_with((states[0] == VALUE) & (states[1] == VALUE), plan)
    used = there == plan.sizes[:, None]
    open_cells = members_with((states[0] == SUPPRESSED) | (states[1] == SUPPRESSED), plan) > 0
    wanted = levels.suppressed & used.any(axis=1) & ~open_cells.any(axis=1)
    ends = [
        [level(side, used, wanted, period_type(pairing)) for side in (own.low, own.high)]
        for own in sides
    ]
    for end in (*ends[0], *ends[1]):
        wanted = wanted & np.isfinite(end.values)
    return _joined(levels, ends, wanted, np.where(wanted[:, None], used, levels.used))


def _joined(levels: Levels, ends: Sequence[Sequence[Level]], wanted: Mask, used: Mask) -> Levels:
    """Put what is known within bounds beside what is known exactly."""
    exact = [wanted & (low.values == high.values) for low, high in ends]
    base, follow_up = (
        taken_from(own, low, at)
        for own, (low, _), at in zip((levels.base, levels.follow_up), ends, exact, strict=True)
    )
    statistics = tuple(
        told if flag else own
        for flag, own, told in zip(
            wanted.tolist(), levels.statistics, ends[0][0].statistics, strict=True
        )
    )
    found = replace(
        levels,
        base=base,
        follow_up=follow_up,
        used=used,
        known=levels.known | (exact[0] & exact[1]),
        suppressed=levels.suppressed & ~wanted,
        statistics=statistics,
        bounded=wanted,
    )
    (least, most), (later_least, later_most) = ends
    corners = (
        replace(found, base=first, follow_up=second, known=wanted)
        for first, second in ((most, later_least), (least, later_most))
    )
    smallest, largest = corners
    return replace(found, ends=(smallest, largest))


def _side(
    grid: Grid,
    areas: tuple[str, ...],
    rows: npt.NDArray[np.intp],
    plan: Plan,
    indicator: Indicator,
    partitions: Sequence[Partition],
    *,
    whole: bool,
) -> _Side:
    low, high = _filled(grid, indicator)
    totals = [total(end, rows, plan, indicator) for end in (low, high)]
    hidden = (grid.state == SUPPRESSED) & (low.state == VALUE)
    if hidden.any() and partitions:
        name = "numerator" if indicator.has_parts else "value"
        known = (low.state == VALUE) & np.isfinite(low.column(name))
        if indicator.has_parts:
            known &= low.column("denominator") == high.column("denominator")
        cells = Hidden(areas, low.column(name), high.column(name), hidden & known, known)
        sums = tightened(cells, rows, plan, partitions, whole=whole)
        totals = [
            replace(own, values=np.where(np.isfinite(found), found, own.values))
            for own, found in zip(totals, (sums.lower, sums.upper), strict=True)
        ]
    return _Side(low.state, totals[0], totals[1])


def _filled(grid: Grid, indicator: Indicator) -> tuple[Grid, Grid]:
    """Put hidden cells at the lower and at the upper end of what they can be.

    The lowest ratio has the smallest numerator over the largest denominator. A share has no
    numerator above its denominator, so where both are hidden its highest is found by raising both.
    """
    hidden = grid.state == SUPPRESSED
    if not hidden.any():
        return grid, grid
    if not indicator.has_parts:
        ends = [{"value": grid.bound(side, "value")} for side in ("low", "high")]
    else:
        least, most = (grid.bound(side, "numerator") for side in ("low", "high"))
        small, large = (_below(grid, side) for side in ("low", "high"))
        if indicator.kind == "proportion":
            most = np.minimum(most, large)
            small = np.maximum(small, most)
        ends = [
            {"numerator": least, "denominator": large},
            {"numerator": most, "denominator": small},
        ]
    usable = hidden.copy()
    if indicator.kind == "proportion":
        usable &= ends[0]["numerator"] <= ends[0]["denominator"]
    for numbers in ends:
        for column in numbers.values():
            usable &= np.isfinite(column)
    state = np.where(usable, VALUE, grid.state).astype(np.int8)
    low, high = (
        replace(
            grid,
            state=state,
            numbers={
                **grid.numbers,
                **{
                    name: np.where(usable, column, grid.column(name))
                    for name, column in numbers.items()
                },
            },
        )
        for numbers in ends
    )
    return low, high


def _below(grid: Grid, side: str) -> Floats:
    """Give an end of the denominators, which only computed shares have hidden."""
    name = f"denominator_{side}"
    return grid.column(name if name in grid.numbers else "denominator")
