"""Members summed to targets, period by period, and from there to one number a target."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.grids import Codes, Floats, Grid
from baseline_compare.comparison.plans import Plan
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import parse_frequencies
from baseline_compare.statistics.sums import grouped_sum, mean_of_periods, median, ratio_of_sums

Mask = npt.NDArray[np.bool_]

NOTHING, COUNT, PARTS, BARE, TABLE = range(5)
"""What a cell rests on: a count, a numerator and denominator, a bare value, a frequency table."""

_PARTS = {
    "proportion": ("numerator", "denominator"),
    "rate": ("numerator", "denominator"),
    "mean": ("sum", "n"),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """One side of an indicator, targets by periods.

    ``values`` are sums of counts or numerators, or a bare value; ``below`` the sums of
    denominators and ``squares`` those of squares, missing where a member has none; ``basis`` says
    which; ``tables`` holds the frequency tables by cell.
    """

    values: Floats
    below: Floats
    squares: Floats
    basis: npt.NDArray[np.int8]
    tables: dict[tuple[int, int], Counter[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Level:
    """One number a target (NaN where there is none), how it came about, and why there is none.

    ``top``, ``below`` and ``squares`` are the sums over the used periods that the number is made
    from, missing where it is made from something else; ``periods`` is how many are used, ``tables``
    holds the frequency table of a target. Values were divided by ``divisor``, the sums were not.
    """

    values: Floats
    statistics: tuple[str, ...]
    reasons: tuple[str, ...]
    top: Floats
    below: Floats
    squares: Floats
    periods: npt.NDArray[np.int64]
    tables: dict[int, Counter[float]]
    divisor: Floats


def total(grid: Grid, rows: npt.NDArray[np.intp], plan: Plan, indicator: Indicator) -> Totals:
    """Sum the members of each target; ``rows`` are the members' rows of the grid.

    A cell that lacks a member has to be left out by the caller; here it counts as nothing.
    """
    starts = plan.starts
    single = np.diff([*starts, len(rows)]) == 1

    def sums(matrix: Floats) -> Floats:
        return grouped_sum(np.nan_to_num(matrix[rows], nan=0.0), starts)

    def lacking(matrix: Floats) -> Codes:
        return np.add.reduceat(np.isnan(matrix[rows]).astype(np.int64), starts, axis=0)

    nothing = np.zeros((len(starts), len(grid.periods)))
    values = sums(grid.column("value")) if "value" in grid.numbers else nothing
    below = nothing
    squares = np.full(values.shape, np.nan)
    if "sum_squares" in grid.numbers:
        column = grid.column("sum_squares")
        squares = np.where(lacking(column) == 0, sums(column), np.nan)
    basis = np.full(values.shape, COUNT, dtype=np.int8)
    if indicator.kind in ("count", "amount"):
        return Totals(values, below, squares, basis)
    bare = np.zeros(values.shape, dtype=bool)
    if "value" in grid.numbers:
        bare = single[:, None] & ~np.isnan(grid.numbers["value"][rows][starts])
    basis = np.where(bare, BARE, NOTHING).astype(np.int8)
    if indicator.kind in _PARTS:
        top, bottom = (grid.column(name) for name in _PARTS[indicator.kind])
        whole = lacking(top) + lacking(bottom) == 0
        values, below = np.where(whole, sums(top), values), np.where(whole, sums(bottom), 0.0)
        basis = np.where(whole, PARTS, basis).astype(np.int8)
    tables = _tables(grid, rows, plan)
    for cell in tables:
        basis[cell] = TABLE
    return Totals(values, below, squares, basis, tables)


def _tables(
    grid: Grid, rows: npt.NDArray[np.intp], plan: Plan
) -> dict[tuple[int, int], Counter[float]]:
    """Add up the frequency tables of the members, where every member has one."""
    if not grid.frequencies:
        return {}
    tables = {}
    ends = [*plan.starts[1:].tolist(), len(rows)]
    for target, (start, end) in enumerate(zip(plan.starts.tolist(), ends, strict=True)):
        for period in range(len(grid.periods)):
            texts = [grid.frequencies.get((int(row), period)) for row in rows[start:end]]
            if all(texts):
                table: Counter[float] = Counter()
                for text in texts:
                    table.update(parse_frequencies(text or ""))
                tables[target, period] = table
    return tables


def level(totals: Totals, used: Mask, wanted: Mask, period_type: str) -> Level:
    """Put the used periods of each wanted target together.

    Counts become their mean, numerators and denominators the ratio of their sums, frequency tables
    the median of all observations; a bare value stands for one period only.
    """
    values = np.full(len(wanted), np.nan)
    top = np.where(used, totals.values, 0.0).sum(axis=1)
    squares = np.where(used, totals.squares, 0.0).sum(axis=1)
    merged_tables: dict[int, Counter[float]] = {}
    statistics, reasons = ["value"] * len(wanted), [""] * len(wanted)
    below = np.where(used, totals.below, 0.0).sum(axis=1)
    counts, parts, bare, tables = (
        wanted & ((totals.basis == basis) | ~used).all(axis=1)
        for basis in (COUNT, PARTS, BARE, TABLE)
    )
    single = bare & (used.sum(axis=1) == 1)
    ratios = parts & (below > 0)
    values[counts] = mean_of_periods(totals.values[counts], used[counts])
    values[ratios] = ratio_of_sums(totals.values[ratios], totals.below[ratios], used[ratios])
    values[single] = top[single]
    for target in np.flatnonzero(wanted).tolist():
        if counts[target]:
            statistics[target] = f"mean_per_{period_type}"
        elif parts[target]:
            statistics[target] = "ratio_of_sums"
            reasons[target] = "" if ratios[target] else "zero_denominator"
        elif tables[target]:
            statistics[target] = "median"
            merged: Counter[float] = Counter()
            for period in np.flatnonzero(used[target]).tolist():
                merged.update(totals.tables[target, period])
            values[target] = median(merged)
            merged_tables[target] = merged
        elif not single[target]:
            reasons[target] = "no_counts"
    summed = counts | ratios
    return Level(
        values=values,
        statistics=tuple(statistics),
        reasons=tuple(reasons),
        top=np.where(summed, top, np.nan),
        below=np.where(ratios, below, np.nan),
        squares=np.where(summed, squares, np.nan),
        periods=used.sum(axis=1),
        tables=merged_tables,
        divisor=np.ones(len(wanted)),
    )


def taken_from(first: Level, second: Level, at: Mask) -> Level:
    """Give the first levels, with some targets from the second; these have no tables."""

    def numbers(name: str) -> Floats:
        found: Floats = np.where(at, getattr(second, name), getattr(first, name))
        return found

    def texts(name: str) -> tuple[str, ...]:
        pairs = zip(at.tolist(), getattr(first, name), getattr(second, name), strict=True)
        return tuple(other if flag else own for flag, own, other in pairs)

    return Level(
        values=numbers("values"),
        statistics=texts("statistics"),
        reasons=texts("reasons"),
        top=numbers("top"),
        below=numbers("below"),
        squares=numbers("squares"),
        periods=np.where(at, second.periods, first.periods),
        tables=first.tables,
        divisor=numbers("divisor"),
    )


def by_period(totals: Totals) -> Floats:
    """Give the value of each target in each period; NaN where there is none."""
    values = np.where(np.isin(totals.basis, (COUNT, BARE)), totals.values, np.nan)
    ratios = (totals.basis == PARTS) & (totals.below > 0)
    values = np.divide(totals.values, totals.below, out=values, where=ratios)
    for cell, table in totals.tables.items():
        values[cell] = median(table)
    return values
