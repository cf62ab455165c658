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
from baseline_compare.comparison.ranges import level_ends, level_label
from baseline_compare.comparison.wording import area_name, unit_label
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.language import Language, capital, check_language, word

MOST = 2
_SIDES = ("baseline", "current")
_MARKS = (("baseline", 7, BASE, "white"), ("current", 6, INK, INK))
"""Of each side: the size of its mark, its colour and fill; a side within bounds is a line."""


def levels(
    result: Comparison,
    *,
    indicators: Iterable[str] | None = None,
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw the two levels of each area: hollow for the baseline, filled for the follow-up.

    Parameters
    ----------
    indicators
        At most two; the headline ones unless given.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the chart says that it is internal.

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
    result = cleared(result, disclosure)
    shown = chosen_rows(result, indicators, most=MOST)
    everything = pd.concat(shown.values())
    codes = list(dict.fromkeys(everything["area"]))
    figure, panels_of = panels(
        [area_name(code, result.targets, language) for code in codes],
        [capital(result.indicators[key].name(language)) for key in shown],
        row_height=0.32,
        captions=_captions(shown, everything, language),
    )
    for axes, (key, rows) in zip(panels_of, shown.items(), strict=True):
        indicator = result.indicators[key]
        _draw(axes, rows, codes, language)
        unit = unit_label(indicator.unit, rows.iloc[0]["statistic"], language)
        axes.set_xlabel(unit, fontsize=8.5, color=INK)
    add_footer(figure, result, everything, language)
    figure.set_label(_alternative(result, shown, language))
    return figure


def _captions(
    shown: Mapping[str, pd.DataFrame], rows: pd.DataFrame, language: Language
) -> list[str]:
    """Say which mark is which period, and what a line without a mark is."""
    captions = window_captions("chart.levels_caption", shown, language)
    within = rows[[f"{side}_low" for side in _SIDES]].notna().any(axis=None)
    return [*captions, word("chart.caption_within", language)] if within else captions


def _draw(axes: Axes, rows: pd.DataFrame, codes: list[str], language: Language) -> None:
    columns = [name for side in _SIDES for name in (side, f"{side}_low", f"{side}_high")]
    low, high = float(rows[columns].min().min()), float(rows[columns].max().max())
    span = (high - low) or abs(high) or 1.0
    for row in rows.to_dict("records"):
        place = codes.index(row["area"])
        ends = {side: level_ends(row, side) for side in _SIDES}
        left, right = min(map(min, ends.values())), max(map(max, ends.values()))
        joined = [ends[side][0] for side in _SIDES]
        axes.plot(joined, [place, place], color=QUIET, linewidth=1.6, zorder=1)
        for side, size, colour, fill in _MARKS:
            exact = ends[side][0] == ends[side][1]
            axes.plot(
                ends[side][:1] if exact else ends[side], [place] * (1 if exact else 2),
                marker="o" if exact else "|", markersize=size, color=colour, linewidth=1.6,
                markerfacecolor=fill, linestyle="-", zorder=2 if side == "baseline" else 3,
            )  # fmt: skip
        first, last = sorted(_SIDES, key=lambda side: ends[side])
        for side, at, gap in ((first, left, -0.035), (last, right, 0.035)):
            axes.text(
                at + gap * span, place, level_label(row, side, language),
                ha="right" if gap < 0 else "left", va="center", fontsize=8.5, color=INK,
            )  # fmt: skip
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
