"""Intervals of the change by area, with the relevance band and the change that could be seen."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import (
    INK,
    QUIET,
    add_footer,
    chosen_rows,
    panels,
    verdict_style,
    window_captions,
)
from baseline_compare.charts.scales import (
    draw_ground,
    draw_interval,
    finish_axis,
    limits_of,
    one_scale,
    reach_of,
    reading,
    scale_of,
)
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.ranges import detectable_words, range_label
from baseline_compare.comparison.usual import verdict_label
from baseline_compare.comparison.wording import area_name, family_sentence, window_labels
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.indicators import Indicator
from baseline_compare.language import Language, capital, check_language, word

_ROOM = 1.12
"""Where the panel ends, as a multiple of the longest limit."""

_SHARE = 0.6
"""Share of the panel that is drawn on; the figures stand in the rest."""


def forest(
    result: Comparison,
    *,
    indicator: str | None = None,
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw the change of each area with its interval, and beside it in figures.

    The grey band holds changes below the relevance margin; the two small triangles of a row mark
    the change that could have been detected. Rows without an interval (exact changes of what was
    registered) show the mark alone.

    Parameters
    ----------
    indicator
        The first headline one unless given.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the chart says that it is internal.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` if the result has no number of the indicator.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> result = compare(load_baseline("2022"), later, estimand="process")
    >>> figure = forest(result, indicator="basic_sa_households", language="fi")
    >>> figure.axes[0].get_xlabel()
    'ero muuhun maahan, %'
    """
    check_language(language)
    result = cleared(result, disclosure)
    shown = one_scale(chosen_rows(result, None if indicator is None else [indicator], most=1))
    key, rows = next(iter(shown.items()))
    codes = list(dict.fromkeys(rows["area"]))
    captions = window_captions("chart.change_windows", shown, language)
    figure, (axes,) = panels(
        [area_name(code, result.targets, language) for code in codes],
        [capital(result.indicators[key].name(language))],
        row_height=0.34,
        captions=[
            *captions,
            reading(result, shown, language, detectable=True),
            family_sentence(_family(result, key), result.indicators, language),
        ],
    )
    _draw(axes, rows, codes, result.indicators[key], language)
    add_footer(figure, result, rows, language)
    figure.set_label(_alternative(result, key, rows, language))
    return figure


def _family(result: Comparison, key: str) -> pd.DataFrame:
    """Give all rows of the family that an indicator belongs to."""
    family = result.indicators[key].family
    table = result.table
    own = [name for name, item in result.indicators.items() if item.family == family]
    return table[table["indicator"].isin(own)]


def _draw(
    axes: Axes, rows: pd.DataFrame, codes: list[str], indicator: Indicator, language: Language
) -> None:
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, box.width * _SHARE, box.height))
    scale = scale_of(rows, language)
    draw_ground(axes, indicator, scale)
    reach = reach_of(rows, indicator, scale)
    seen = float((rows["detectable_change"] * scale.factor).max())
    if math.isfinite(seen) and seen < 5 * reach:
        reach = max(reach, seen)
    edge = _ROOM * (reach or 1.0)
    for row in rows.to_dict("records"):
        place, value = codes.index(row["area"]), row[scale.column] * scale.factor
        colour, marker, fill = verdict_style(row["verdict"])
        draw_interval(axes, limits_of(row, scale, edge), place, colour)
        if math.isfinite(value):
            axes.plot(
                [value], [place], marker=marker, markersize=6.5, color=colour,
                markerfacecolor=fill, linestyle="none", zorder=4,
            )  # fmt: skip
        seen = row["detectable_change"] * scale.factor
        if math.isfinite(seen):
            low = 100 * (1 / (1 + row["detectable_change"]) - 1) if scale.relative else -seen
            ends = [end for end in (low, seen) if abs(end) <= edge]
            axes.plot(ends, [place + 0.18] * len(ends), "^", markersize=3.5, color=QUIET, zorder=3)
        axes.text(
            1.03, place, range_label(row, language), transform=axes.get_yaxis_transform(),
            ha="left", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.set_xlim(-edge, edge)
    finish_axis(axes, reach, scale, language)


def _alternative(result: Comparison, key: str, rows: pd.DataFrame, language: Language) -> str:
    before, after = window_labels(rows.iloc[0]["periods"], language)
    items = []
    for row in rows.to_dict("records"):
        parts = (
            f"{area_name(row['area'], result.targets, language)} {range_label(row, language)}",
            verdict_label(row, language),
            detectable_words(row, language),
        )
        items.append(", ".join(part for part in parts if part))
    name = capital(result.indicators[key].name(language))
    text = word(
        "chart.forest_alt", language, baseline=before, current=after, items="; ".join(items)
    )
    return f"{name}. {text}"
