"""From paired grids to one number a target and side: up the hierarchy, then over the periods."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.grids import ABSENT, SUPPRESSED, VALUE, Floats, Grid
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.comparison.targets import Plan
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import parse_frequencies
from baseline_compare.periods import compact
from baseline_compare.statistics import grouped_sum, mean_of_periods, median, ratio_of_sums

Mask = npt.NDArray[np.bool_]
_PARTS = {
    "proportion": ("numerator", "denominator"),
    "rate": ("numerator", "denominator"),
    "mean": ("sum", "n"),
}


@dataclass(frozen=True, slots=True)
class Levels:
    """One number a target of the plan for each side.

    ``used`` says which periods (columns) entered; ``known`` whether there is a number at all, and
    where not, ``reasons`` says why.  ``suppressed`` marks targets that rest on a hidden cell.
    """

    base: Floats
    follow_up: Floats
    used: Mask
    known: Mask
    suppressed: Mask
    reasons: tuple[str, ...]
    statistic: str


def aggregate(pairing: Pairing, plan: Plan, indicator: Indicator) -> Levels:
    """Sum the members of each target, then take the mean or the ratio of sums over the periods.

    Raises
    ------
    ComparisonError
        ``coverage.missing`` if a period lacks some members of a target;
        ``aggregate.unique_persons`` if areas would have to be summed that must not be.
    """
    place = {code: row for row, code in enumerate(pairing.areas)}
    rows = np.array([place[code] for code in plan.members], dtype=np.intp)
    sizes = np.diff([*plan.starts, len(rows)])
    states = (pairing.base.state[rows], pairing.follow_up.state[rows])
    _check_members(pairing, plan, states, sizes)
    _check_additive(plan, indicator)
    cells = (states[0] == VALUE) & (states[1] == VALUE)
    used = _counts(cells, plan) == sizes[:, None]
    hidden = (states[0] == SUPPRESSED) | (states[1] == SUPPRESSED)
    suppressed = np.any(_counts(hidden, plan) > 0, axis=1)
    known = used.any(axis=1) & ~suppressed
    base, follow_up = np.full(len(known), np.nan), np.full(len(known), np.nan)
    reasons = [""] * len(known)
    statistic = "value"
    for grid, out in ((pairing.base, base), (pairing.follow_up, follow_up)):
        some = known.copy()
        statistic, sums = _sums(grid, rows, plan, cells, indicator, some)
        if sums is not None:
            top, bottom = sums
            if bottom is None:
                out[some] = mean_of_periods(top[some], used[some])
            else:
                out[some] = ratio_of_sums(top[some], bottom[some], used[some])
        elif grid.frequencies and indicator.kind in ("rating", "quantile"):
            statistic = "median"
            _fill_medians(grid, rows, plan, used, some, out)
        else:
            single = np.array([origin == "own" for origin in plan.origins]) & (
                used.sum(axis=1) == 1
            )
            own = np.where(used, grid.column("value")[rows][plan.starts], 0.0).sum(axis=1)
            out[some & single] = own[some & single]
            for index in np.flatnonzero(some & ~single):
                reasons[index] = "no_counts"
    lacking = known & (np.isnan(base) | np.isnan(follow_up))
    return Levels(base, follow_up, used, known & ~lacking, suppressed, tuple(reasons), statistic)


def _sums(
    grid: Grid,
    rows: npt.NDArray[np.intp],
    plan: Plan,
    cells: Mask,
    indicator: Indicator,
    some: Mask,
) -> tuple[str, tuple[Floats, Floats | None] | None]:
    """Give numerators and denominators (or counts alone) summed over members, if there are any."""

    def total(name: str) -> Floats:
        return grouped_sum(np.where(cells, grid.column(name)[rows], 0.0), plan.starts)

    if indicator.kind in ("count", "amount"):
        kinds = {period.type for period in grid.periods}
        return f"mean_per_{min(kinds, default='period')}", (total("value"), None)
    parts = _PARTS.get(indicator.kind, ())
    if parts:
        needed = np.repeat(some, np.diff([*plan.starts, len(rows)]))
        lacks = np.isnan(grid.column(parts[1])[rows]) & cells & needed[:, None]
        if not lacks.any():
            return "ratio_of_sums", (total(parts[0]), total(parts[1]))
    return "value", None


def _fill_medians(
    grid: Grid, rows: npt.NDArray[np.intp], plan: Plan, used: Mask, some: Mask, out: Floats
) -> None:
    ends = [*plan.starts[1:], len(rows)]
    for target in np.flatnonzero(some):
        table: Counter[float] = Counter()
        for row in rows[plan.starts[target] : ends[target]]:
            for column in np.flatnonzero(used[target]):
                text = grid.frequencies.get((int(row), int(column)), "")
                if text:
                    table.update(parse_frequencies(text))
        if table:
            out[target] = median(table)


def _counts(flags: Mask, plan: Plan) -> npt.NDArray[np.int64]:
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
        there = _counts(state != ABSENT, plan)
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


def _check_additive(plan: Plan, indicator: Indicator) -> None:
    summed = [origin for origin in plan.origins if origin != "own"]
    if indicator.kind in ("count", "amount") and summed and not indicator.additive_over_areas:
        raise ComparisonError(
            Problem(
                code="aggregate.unique_persons",
                expected=f"rows of the areas themselves for {indicator.id}",
                found=f"rows of their parts ({summed[0]})",
                remedy="Bring the figure of the larger area: a household or person counts in "
                "every area it lived in, so areas do not add up.",
            )
        )


def used_periods(grid: Grid, used: npt.NDArray[np.bool_]) -> str:
    """Write the periods of a grid that are used."""
    return compact(period for period, flag in zip(grid.periods, used, strict=True) if flag)
