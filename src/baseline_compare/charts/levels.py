"""Baseline and follow-up of each area, joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from baseline_compare.charts.frame import (
    BASE,
    INK,
    QUIET,
    add_footer,
    chosen_rows,
    level_items,
    panels,
    quiet_axes,
    window_captions,
)
from baseline_compare.charts.scales import tick_text
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import area_name, unit_label
from baseline_compare.language import Language, capital, check_language, value_text, word

MOST = 2


def levels(
    result: Comparison, *, indicators: Iterable[str] | None = None, language: Language = "en"
) -> Figure:
    """Draw the two levels of each area: hollow for the baseline, filled for the follow-up.

    Parameters
    ----------
    indicators
        At most two; the headline ones unless given.
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
    >>> result = compare(load_baseline("2022"), later)
    >>> figure = levels(result, indicators=["basic_sa_households_per_1000"], language="fi")
    >>> figure.axes[0].get_xlabel()
    '1 000 asukasta kohti'
    """
    check_language(language)
    shown = chosen_rows(result, indicators, most=MOST)
    everything = pd.concat(shown.values())
    codes = list(dict.fromkeys(everything["area"]))
    figure, panels_of = panels(
        [area_name(code, result.targets, language) for code in codes],
        [capital(result.indicators[key].name(language)) for key in shown],
        row_height=0.32,
        captions=window_captions("chart.levels_caption", shown, language),
    )
    for axes, (key, rows) in zip(panels_of, shown.items(), strict=True):
        indicator = result.indicators[key]
        _draw(axes, rows, codes, language)
        unit = unit_label(indicator.unit, rows.iloc[0]["statistic"], language)
        axes.set_xlabel(unit, fontsize=8.5, color=INK)
    add_footer(figure, result, everything, language)
    figure.set_label(_alternative(result, shown, language))
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, codes: list[str], language: Language) -> None:
    low = float(rows[["baseline", "current"]].min().min())
    high = float(rows[["baseline", "current"]].max().max())
    span = (high - low) or abs(high) or 1.0
    for row in rows.to_dict("records"):
        place = codes.index(row["area"])
        before, after = row["baseline"], row["current"]
        axes.plot([before, after], [place, place], color=QUIET, linewidth=1.6, zorder=1)
        axes.plot(
            [before], [place], "o", markersize=7, color=BASE, markerfacecolor="white", zorder=2
        )
        axes.plot([after], [place], "o", markersize=6, color=INK, zorder=3)
        texts = {value: value_text(value, row["unit"], language) for value in (before, after)}
        left, right = min(before, after), max(before, after)
        axes.text(
            left - 0.035 * span,
            place,
            texts[left],
            ha="right",
            va="center",
            fontsize=8.5,
            color=INK,
        )
        axes.text(
            right + 0.035 * span,
            place,
            texts[right],
            ha="left",
            va="center",
            fontsize=8.5,
            color=INK,
        )
    axes.set_xlim(low - 0.32 * span, high + 0.32 * span)
    ticks = [tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high]
    axes.set_xticks(ticks, [tick_text(tick, rows.iloc[0]["unit"], language) for tick in ticks])
    axes.grid(visible=True, axis="y", color="#eeeeee", linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    quiet_axes(axes)


def _alternative(result: Comparison, shown: Mapping[str, pd.DataFrame], language: Language) -> str:
    parts = []
    for key, rows in shown.items():
        items = level_items(result, rows, language)
        name = capital(result.indicators[key].name(language))
        unit = unit_label(rows.iloc[0]["unit"], rows.iloc[0]["statistic"], language)
        parts.append(f"{name} ({unit}). {word('chart.levels_alt', language, items=items)}")
    return " ".join(parts)
