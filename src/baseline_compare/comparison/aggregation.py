"""From paired grids to one number a target and side: up the hierarchy, then over the periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.grids import ABSENT, SUPPRESSED, VALUE, Grid
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.comparison.plans import Plan
from baseline_compare.comparison.totals import Level, level, total
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Indicator
from baseline_compare.periods import compact
from baseline_compare.statistics.sums import bounded_union

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of each target of the plan on each side, and how it came about.

    ``used`` says which periods (columns) entered.  Where ``known`` is false there is no number:
    ``suppressed`` marks targets that rest on a hidden cell, for others ``reasons`` says why.

    ``bounded`` marks targets that rest on hidden cells whose bounds are known. ``ends`` holds the
    levels at which the change of these is smallest, and those at which it is largest; a side that
    is exact all the same is in ``base`` or ``follow_up``, too.
    """

    base: Level
    follow_up: Level
    used: Mask
    known: Mask
    suppressed: Mask
    reasons: tuple[str, ...]
    statistics: tuple[str, ...]
    bounded: Mask
    ends: tuple[Levels, Levels] | None = None

    @property
    def vague(self) -> Mask:
        """The targets whose change is known within bounds only."""
        return self.bounded & ~self.known


def aggregate(pairing: Pairing, plan: Plan, indicator: Indicator) -> Levels:
    """Sum the members of each target, then put the periods together.

    Raises
    ------
    ComparisonError
        ``coverage.missing`` if a period lacks some members of a target;
        ``aggregate.unique_persons`` if areas would have to be summed that must not be.
    """
    rows = member_rows(pairing, plan)
    sizes = plan.sizes
    states = (pairing.base.state[rows], pairing.follow_up.state[rows])
    _check_members(pairing, plan, states, sizes)
    _check_additive(pairing, plan, indicator)
    used = members_with((states[0] == VALUE) & (states[1] == VALUE), plan) == sizes[:, None]
    hidden = members_with((states[0] == SUPPRESSED) | (states[1] == SUPPRESSED), plan) > 0
    suppressed = np.asarray(hidden.any(axis=1))
    wanted = used.any(axis=1) & ~suppressed
    sides = [total(grid, rows, plan, indicator) for grid in (pairing.base, pairing.follow_up)]
    base, follow_up = (level(side, used, wanted, period_type(pairing)) for side in sides)
    known = np.isfinite(base.values) & np.isfinite(follow_up.values)
    return Levels(
        base=base,
        follow_up=follow_up,
        used=used,
        known=known,
        suppressed=suppressed,
        reasons=tuple(map(_first_text, base.reasons, follow_up.reasons)),
        statistics=tuple(map(min, base.statistics, follow_up.statistics)),
        bounded=np.zeros(len(known), dtype=bool),
    )


def member_rows(pairing: Pairing, plan: Plan) -> npt.NDArray[np.intp]:
    """Give the rows of the grids that hold the members of a plan, one after the other."""
    place = {code: row for row, code in enumerate(pairing.areas)}
    return np.array([place[code] for code in plan.members], dtype=np.intp)


def period_type(pairing: Pairing) -> str:
    """Name the kind of period that is paired."""
    return min((period.type for period in pairing.base.periods), default="period")


def _first_text(first: str, second: str) -> str:
    return first or second


def members_with(flags: Mask, plan: Plan) -> npt.NDArray[np.int64]:
    """Count the members of each target that have something, period by period."""
    return np.add.reduceat(flags.astype(np.int64), plan.starts, axis=0)


def _check_members(
    pairing: Pairing,
    plan: Plan,
    states: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]],
    sizes: npt.NDArray[np.int64],
) -> None:
    for side, grid, state in (
        ("the baseline", pairing.base, states[0]),
        ("the follow-up", pairing.follow_up, states[1]),
    ):
        there = members_with(state != ABSENT, plan)
        partial = (there > 0) & (there < sizes[:, None])
        if not partial.any():
            continue
        target = int(np.flatnonzero(partial.any(axis=1))[0])
        ends = [*plan.starts[1:], len(plan.members)]
        span = slice(plan.starts[target], ends[target])
        column = int(np.flatnonzero(partial[target])[0])
        absent = np.asarray(plan.members)[span][state[span, column] == ABSENT]
        raise ComparisonError(
            Problem(
                code="coverage.missing",
                expected=f"rows of all {sizes[target]} members in {grid.periods[column]}",
                found=f"no row of {', '.join(absent[:10])} in {side}",
                remedy="Add the rows: a sum without them would be too small.",
                column="areas",
            )
        )


def _check_additive(pairing: Pairing, plan: Plan, indicator: Indicator) -> None:
    summed = [place for place, origin in enumerate(plan.origins) if origin != "own"]
    if indicator.kind in ("count", "amount") and summed and not indicator.additive_over_areas:
        told = _union(pairing, plan.parts_of(summed[0]))
        raise ComparisonError(
            Problem(
                code="aggregate.unique_persons",
                expected=f"rows of the areas themselves for {indicator.id}",
                found=f"rows of their parts ({plan.origins[summed[0]]})",
                remedy="Bring the figure of the larger area: a household or person counts in "
                f"every area it lived in, so areas do not add up{told}.",
            )
        )


def _union(pairing: Pairing, parts: tuple[str, ...]) -> str:
    """Say between which numbers the count of some areas together lies, in the first period."""
    grid = pairing.follow_up
    rows = [pairing.areas.index(code) for code in parts]
    low, high = (grid.bound(side, "value")[rows] for side in ("low", "high"))
    whole = np.flatnonzero(np.isfinite(low + high).all(axis=0))
    if not len(whole):
        return ""
    first = int(whole[0])
    found = bounded_union(low[:, first], high[:, first])
    named = ", ".join(parts[:5]) + (", ..." if len(parts) > 5 else "")
    return (
        f"; of {named} together it lies between {found.lower:,.0f}, the largest part, and "
        f"{found.upper:,.0f}, their sum, in {grid.periods[first]}"
    )


def used_periods(grid: Grid, used: npt.NDArray[np.bool_]) -> str:
    """Write the periods of a grid that are used."""
    return compact(period for period, flag in zip(grid.periods, used, strict=True) if flag)
