"""Change by area, with the band of changes that do not count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import (
    BAND,
    INK,
    QUIET,
    add_footer,
    chosen_rows,
    panels,
    quiet_axes,
    verdict_style,
    window_captions,
)
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import area_name, change_label, window_labels
from baseline_compare.indicators import Indicator
from baseline_compare.language import Language, capital, check_language, number_text, word

MOST = 4
_ROOM = 2.0
"""Room for the labels outside the longest bar, as a multiple of it."""


def change(
    result: Comparison, *, indicators: Iterable[str] | None = None, language: Language = "en"
) -> Figure:
    """Draw the change of each area: a bar from zero, filled mark if the change reached its margin.

    Parameters
    ----------
    indicators
        At most four; the headline ones unless given.
    language
        ``fi``, ``sv`` or ``en``.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` if the result has no number of an indicator.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> figure = change(compare(load_baseline("2022"), later), language="sv")
    >>> len(figure.axes)
    2
    """
    check_language(language)
    shown = chosen_rows(result, indicators, most=MOST)
    everything = pd.concat(shown.values())
    codes = list(dict.fromkeys(everything["area"]))
    captions = window_captions("chart.change_windows", shown, language)
    figure, panels_of = panels(
        [area_name(code, result.targets, language) for code in codes],
        [capital(result.indicators[key].name(language)) for key in shown],
        row_height=0.3,
        captions=[*captions, word("chart.change_caption", language)],
    )
    scales = {key: _scale(rows, result.indicators[key], language) for key, rows in shown.items()}
    longest = _longest(shown, scales, result)
    for axes, (key, rows) in zip(panels_of, shown.items(), strict=True):
        _draw(axes, rows, codes, result.indicators[key], scales[key], longest, language)
    add_footer(figure, result, everything, language)
    figure.set_label(_alternative(result, shown, language))
    return figure


def _longest(
    shown: Mapping[str, pd.DataFrame], scales: Mapping[str, _Scale], result: Comparison
) -> dict[str, float]:
    """Give the longest bar of each axis, so that panels on the same axis share a scale."""
    longest: dict[str, float] = {}
    for key, rows in shown.items():
        scale = scales[key]
        band = _band(result.indicators[key], scale)
        own = max(float((rows[scale.column] * scale.factor).abs().max()), band[1] if band else 0.0)
        longest[scale.axis] = max(longest.get(scale.axis, 0.0), own)
    return longest


@dataclass(frozen=True, slots=True)
class _Scale:
    """The column that is drawn, its factor and the name of the axis."""

    column: str
    factor: float
    axis: str


def _draw(
    axes: Axes,
    rows: pd.DataFrame,
    codes: list[str],
    indicator: Indicator,
    scale: _Scale,
    longest: Mapping[str, float],
    language: Language,
) -> None:
    band = _band(indicator, scale)
    if band:
        axes.axvspan(*band, color=BAND, linewidth=0, zorder=0)
    axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)
    room = longest[scale.axis]
    for row in rows.to_dict("records"):
        place, value = codes.index(row["area"]), row[scale.column] * scale.factor
        if math.isnan(value):
            axes.text(0, place, change_label(row, language), ha="center", va="center", fontsize=8.5)
            continue
        colour, marker, fill = verdict_style(row["verdict"])
        axes.plot([0, value], [place, place], color=colour, linewidth=1.6, zorder=2)
        axes.plot(
            [value], [place], marker=marker, markersize=6.5, color=colour,
            markerfacecolor=fill, zorder=3,
        )  # fmt: skip
        side = -1 if value < 0 else 1
        axes.text(
            value + side * 0.13 * room, place, change_label(row, language),
            ha="right" if side < 0 else "left", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.set_xlim(-_ROOM * room, _ROOM * room)
    axes.set_xlabel(scale.axis, fontsize=8.5, color=INK)
    step = _step(room)
    decimals = max(0, -_power(step))
    ticks = [-step, 0.0, step]
    axes.set_xticks(ticks, [number_text(tick, decimals, language, sign=True) for tick in ticks])
    quiet_axes(axes)


def _scale(rows: pd.DataFrame, indicator: Indicator, language: Language) -> _Scale:
    """Draw on the scale of the margin; without a margin relative changes, or points of a share."""
    margin, unit = indicator.margin, indicator.unit
    relative = unit != "share" if margin is None else margin.scale == "ratio"
    if relative and rows["relative_change"].notna().any():
        return _Scale("relative_change", 100.0, word("chart.change_axis", language))
    if unit == "share":
        return _Scale("change", 100.0, word("chart.change_axis_points", language))
    factor = 1000.0 if unit == "per_inhabitant" else 1.0
    name = word(f"unit.{unit}", language)
    return _Scale("change", factor, word("chart.change_axis_unit", language, unit=name))


def _step(longest: float) -> float:
    """Give a round number that is not far below the longest bar."""
    if longest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(longest))
    return max(factor * power for factor in (1.0, 2.0, 5.0) if factor * power <= longest * 1.35)


def _power(step: float) -> int:
    return math.floor(math.log10(step) + 1e-9)


def _band(indicator: Indicator, scale: _Scale) -> tuple[float, float] | None:
    """Give the changes that stay below the margin, if the margin is on the scale drawn."""
    margin = indicator.margin
    if margin is None or (margin.scale == "ratio") != (scale.column == "relative_change"):
        return None
    if margin.scale == "ratio":
        return 100 * (1 / (1 + margin.size) - 1), 100 * margin.size
    return -margin.size * scale.factor, margin.size * scale.factor


def _alternative(result: Comparison, shown: Mapping[str, pd.DataFrame], language: Language) -> str:
    parts = []
    for key, rows in shown.items():
        before, after = window_labels(rows.iloc[0]["periods"], language)
        items = ", ".join(
            word(
                "chart.change_item",
                language,
                area=area_name(row["area"], result.targets, language),
                change=change_label(row, language),
                verdict=word(f"verdict.{row['verdict']}", language),
            )
            for row in rows.to_dict("records")
        )
        name = capital(result.indicators[key].name(language))
        text = word("chart.change_alt", language, baseline=before, current=after, items=items)
        parts.append(f"{name}. {text}")
    return " ".join(parts)
