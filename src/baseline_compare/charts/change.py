"""Change by area, with the band of changes that do not count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import (
    INK,
    add_footer,
    chosen_rows,
    panels,
    verdict_style,
    window_captions,
)
from baseline_compare.charts.scales import (
    Scale,
    draw_ground,
    draw_interval,
    finish_axis,
    limits_of,
    longest,
    one_scale,
    reading,
    scale_of,
)
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.ranges import Row, change_label, is_within, range_label
from baseline_compare.comparison.usual import verdict_label
from baseline_compare.comparison.wording import area_name, window_labels
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.indicators import Indicator
from baseline_compare.language import Language, capital, check_language, word

MOST = 4
_ROOM = {True: 2.0, False: 2.9}
"""Room for the labels outside the longest bar, as a multiple of it; wide ones with a unit."""


def change(
    result: Comparison,
    *,
    indicators: Iterable[str] | None = None,
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw the change of each area: a bar from zero with the interval, filled if it counts.

    Parameters
    ----------
    indicators
        At most four; the headline ones unless given.
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
    >>> figure = change(compare(load_baseline("2022"), later), language="sv")
    >>> len(figure.axes)
    2
    """
    check_language(language)
    result = cleared(result, disclosure)
    shown = one_scale(chosen_rows(result, indicators, most=MOST))
    everything = pd.concat(shown.values())
    codes = list(dict.fromkeys(everything["area"]))
    captions = window_captions("chart.change_windows", shown, language)
    figure, panels_of = panels(
        [area_name(code, result.targets, language) for code in codes],
        [capital(result.indicators[key].name(language)) for key in shown],
        row_height=0.3,
        captions=[*captions, reading(result, shown, language, detectable=False)],
    )
    scales = {key: scale_of(rows, language) for key, rows in shown.items()}
    reach = longest(shown, scales, result)
    for axes, (key, rows) in zip(panels_of, shown.items(), strict=True):
        scale = scales[key]
        _draw(axes, rows, codes, result.indicators[key], scale, reach[scale.axis], language)
    add_footer(figure, result, everything, language)
    figure.set_label(_alternative(result, shown, language))
    return figure


def _draw(
    axes: Axes,
    rows: pd.DataFrame,
    codes: list[str],
    indicator: Indicator,
    scale: Scale,
    reach: float,
    language: Language,
) -> None:
    draw_ground(axes, indicator, scale)
    room = _ROOM[scale.relative] * (reach or 1.0)
    for row in rows.to_dict("records"):
        place, value = codes.index(row["area"]), row[scale.column] * scale.factor
        colour, marker, fill = verdict_style(row["verdict"])
        ends = limits_of(row, scale, reach)
        draw_interval(axes, ends, place, colour)
        if not math.isnan(value):
            axes.plot([0, value], [place, place], color=colour, linewidth=1.6, zorder=2)
            axes.plot(
                [value], [place], marker=marker, markersize=6.5, color=colour,
                markerfacecolor=fill, zorder=4,
            )  # fmt: skip
        elif not ends:
            told = _label(row, language) or "–"
            axes.text(0, place, told, ha="center", va="center", fontsize=8.5, color=INK)
            continue
        else:
            value = -sum(ends)  # the longer label of a range stands on the side with more room
        side = -1 if value < 0 else 1
        drawn = ends if is_within(row) else (value, *ends)
        outer = min(drawn) if side < 0 else max(drawn)
        axes.text(
            outer + side * 0.065 * room, place, _label(row, language),
            ha="right" if side < 0 else "left", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.set_xlim(-room, room)
    finish_axis(axes, reach, scale, language)


def _label(row: Row, language: Language) -> str:
    """Write the change, or within what it lies."""
    return range_label(row, language) if is_within(row) else change_label(row, language)


def _alternative(result: Comparison, shown: Mapping[str, pd.DataFrame], language: Language) -> str:
    parts = []
    for key, rows in shown.items():
        before, after = window_labels(rows.iloc[0]["periods"], language)
        items = ", ".join(
            word(
                "chart.change_item",
                language,
                area=area_name(row["area"], result.targets, language),
                change=_label(row, language),
                verdict=verdict_label(row, language),
            )
            for row in rows.to_dict("records")
        )
        name = capital(result.indicators[key].name(language))
        text = word("chart.change_alt", language, baseline=before, current=after, items=items)
        parts.append(f"{name}. {text}")
    return " ".join(parts)
