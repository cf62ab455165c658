"""The horizontal axis of charts of changes: its scale, its band below the margin, its ticks."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from baseline_compare.charts.frame import BAND, INK, QUIET, quiet_axes
from baseline_compare.comparison import STATES, Comparison
from baseline_compare.comparison.ranges import is_against_rest, spread_of
from baseline_compare.indicators import Indicator
from baseline_compare.language import Language, number_text, value_text, word

_WIDEST = 300.0
"""Per cent at which a chart of relative changes ends; intervals are cut there."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What is drawn: the column and its limits, the factor to what is read, the axis' name."""

    column: str
    low: str
    high: str
    factor: float
    axis: str
    relative: bool


def scale_of(rows: pd.DataFrame, language: Language) -> Scale:
    """Give the scale that the rows of an indicator are judged on."""
    first = rows.iloc[0].to_dict()
    spread = spread_of(first)
    relative = spread.column == "relative"
    short = "unit.points_short" if spread.unit == "interval.points" else spread.unit
    unit = "%" if relative else word(short if is_against_rest(first) else spread.unit, language)
    if is_against_rest(first):
        axis = word("chart.against_rest", language, unit=unit)
    elif first["scale"] == "superiority":
        axis = word("chart.superiority", language)
    else:
        axis = word("chart.change_axis", language, unit=unit)
    column = "relative_change" if relative else "change"
    prefix = "relative" if relative else "change"
    return Scale(column, f"{prefix}_low", f"{prefix}_high", spread.factor, axis, relative)


def band_of(indicator: Indicator, scale: Scale) -> tuple[float, float] | None:
    """Give the changes that stay below the margin, if the margin is on the scale drawn."""
    margin = indicator.margin
    if margin is None or (margin.scale == "ratio") != scale.relative:
        return None
    if margin.scale == "ratio":
        return 100 * (1 / (1 + margin.size) - 1), 100 * margin.size
    return -margin.size * scale.factor, margin.size * scale.factor


def one_scale(shown: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Keep, of an indicator that is judged against the rest of the mainland, those rows alone.

    The own change of an area has no place on that axis.
    """
    found = {}
    for key, rows in shown.items():
        rest = rows["scale"].astype(str).str.endswith("_to_rest")
        found[key] = rows[rest] if rest.any() else rows
    return found


def reach_of(rows: pd.DataFrame, indicator: Indicator, scale: Scale) -> float:
    """Give the largest distance from no change that is drawn: changes, limits, margin."""
    band = band_of(indicator, scale)
    values = rows[[scale.column, scale.low, scale.high]].to_numpy(dtype=float) * scale.factor
    reach = np.max(np.abs(values[np.isfinite(values)]), initial=0.0 if band is None else band[1])
    return min(float(reach), _WIDEST) if scale.relative else float(reach)


def longest(
    shown: Mapping[str, pd.DataFrame], scales: Mapping[str, Scale], result: Comparison
) -> dict[str, float]:
    """Give the reach of each axis, so that panels on the same axis share a scale."""
    reach: dict[str, float] = {}
    for key, rows in shown.items():
        own = reach_of(rows, result.indicators[key], scales[key])
        reach[scales[key].axis] = max(reach.get(scales[key].axis, 0.0), own)
    return reach


def reading(
    result: Comparison, shown: Mapping[str, pd.DataFrame], language: Language, *, detectable: bool
) -> str:
    """Say how to read the marks that a chart of changes has, and no others."""
    rows = pd.concat(shown.values())
    bands = [band_of(result.indicators[key], scale_of(own, language)) for key, own in shown.items()]
    there = {
        "margin": any(bands),
        "mark": bool(rows["change"].notna().any()),
        "within": bool((rows["change"].isna() & rows["change_low"].notna()).any()),
        "cross": bool(rows["verdict"].isin(STATES).any()),
        "interval": bool(rows["p_value"].notna().any()),
        "detectable": detectable and bool(rows["detectable_change"].notna().any()),
    }
    names = [name for name, flag in there.items() if flag]
    return " ".join(word(f"chart.caption_{name}", language) for name in names)


def limits_of(row: Mapping[Hashable, Any], scale: Scale, edge: float) -> tuple[float, ...]:
    """Give the limits of a row's change, cut at the edge of the panel; none without an interval."""
    low, high = row[scale.low] * scale.factor, row[scale.high] * scale.factor
    if math.isnan(low) or math.isnan(high):
        return ()
    return max(min(low, edge), -edge), min(max(high, -edge), edge)


def draw_interval(axes: Axes, ends: Sequence[float], place: int, colour: str) -> None:
    """Draw the interval of a change as a line with ends, if there is one."""
    if ends:
        axes.plot(
            ends, [place, place], color=colour, linewidth=1.0, marker="|", markersize=7, zorder=3
        )


def draw_ground(axes: Axes, indicator: Indicator, scale: Scale) -> None:
    """Draw the band of changes that do not count, and the line of no change."""
    band = band_of(indicator, scale)
    if band:
        axes.axvspan(*band, color=BAND, linewidth=0, zorder=0)
    axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)


def finish_axis(axes: Axes, reach: float, scale: Scale, language: Language) -> None:
    """Name the axis and mark a round number on either side of no change."""
    axes.set_xlabel(scale.axis, fontsize=8.5, color=INK)
    step = _step(reach)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = [-step, 0.0, step]
    axes.set_xticks(ticks, [number_text(tick, decimals, language, sign=True) for tick in ticks])
    quiet_axes(axes)


def tick_text(value: float, unit: str, language: Language) -> str:
    """Write a value of the axis without decimals that say nothing."""
    text = value_text(value, unit, language)
    decimal = "." if language == "en" else ","
    head, mark, tail = text.partition(decimal)
    digits = tail.rstrip("%\u00a0")
    return head + tail[len(digits) :] if mark and not digits.strip("0") else text


def _step(reach: float) -> float:
    """Give a round number that is not far below the longest distance."""
    if reach <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(reach))
    return max(factor * power for factor in (1.0, 2.0, 5.0) if factor * power <= reach * 1.35)
