"""The periods behind a comparison: history, base year and follow-up of each target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.comparison.claims import Usual
from baseline_compare.comparison.expecting import add_expected_path
from baseline_compare.comparison.grids import VALUE, Grid, GridMaker
from baseline_compare.comparison.pairing import Side
from baseline_compare.comparison.plans import Plan, same_areas
from baseline_compare.comparison.totals import by_period, total
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import Measurements
from baseline_compare.periods import FIRST_YEAR, LAST_YEAR

SERIES_COLUMNS = (
    "indicator", "area", "period", "value", "denominator", "window", "expected", "expected_low",
    "expected_high",
)  # fmt: skip


def series_table(
    baseline: Baseline,
    measurements: Measurements,
    between: Measurements | None,
    indicators: Mapping[str, Indicator],
    plans: dict[str, Plan],
    codes: tuple[str, ...],
    usual: Mapping[tuple[str, str], Usual],
) -> pd.DataFrame:
    """Give every period that all members of a target have, made as the comparison made its rows.

    ``usual`` holds, by indicator and area, what the rows are judged against that are judged
    against earlier years; their follow-up has the path to be expected from these.
    """
    base_maker, later_maker = GridMaker(baseline.measurements), GridMaker(measurements)
    year = baseline.base_year
    later = range(year + 1, LAST_YEAR + 1)
    sides = [
        ("", Side(base_maker, range(FIRST_YEAR, year + 1), (base_maker,))),
        ("follow_up", Side(later_maker, later, (later_maker, base_maker))),
    ]
    if between is not None:
        maker = GridMaker(between)
        sides.append(("between", Side(maker, later, (maker, later_maker, base_maker))))
    parts = []
    for key, plan in plans.items():
        for window, side in sides:
            grid = side.grid(indicators[key])
            if grid is not None:
                twins = same_areas(grid.areas, plan.members, baseline.areas, baseline.vintage)
                grid = grid.renamed(twins)
                parts.append(_part(grid, indicators[key], plan, codes, year, window))
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in SERIES_COLUMNS})
    table = pd.concat(parts, ignore_index=True)
    table = table.drop_duplicates(["indicator", "area", "period"]).sort_values(
        ["indicator", "area", "period"], kind="stable", ignore_index=True
    )
    scales = {key: item.primary_scale for key, item in indicators.items()}
    return add_expected_path(table, usual, scales, year)[list(SERIES_COLUMNS)]


def _part(
    grid: Grid, indicator: Indicator, plan: Plan, codes: tuple[str, ...], base_year: int, later: str
) -> pd.DataFrame:
    place = {code: row for row, code in enumerate(grid.areas)}
    rows = np.array([place.get(code, -1) for code in plan.members], dtype=np.int64)
    taken = grid.take(rows, np.arange(len(grid.periods)))
    sizes = np.diff([*plan.starts, len(rows)])
    there = np.add.reduceat((taken.state == VALUE).astype(np.int64), plan.starts, axis=0)
    totals = total(taken, np.arange(len(rows), dtype=np.intp), plan, indicator)
    values = by_period(totals)
    whole = np.isfinite(values) & (there == sizes[:, None])
    targets, columns = np.nonzero(whole)
    years = np.array([period.year for period in grid.periods])
    windows = np.where(years > base_year, later, np.where(years == base_year, "base", "history"))
    return pd.DataFrame(
        {
            "indicator": indicator.id,
            "area": np.array([codes[index] for index in plan.targets], dtype=object)[targets],
            "period": np.array([str(period) for period in grid.periods], dtype=object)[columns],
            "value": values[targets, columns],
            "denominator": np.where(totals.below > 0, totals.below, np.nan)[targets, columns],
            "window": windows[columns],
        }
    )
