"""Lines since the history begins, the base year shaded, events marked and named."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.breaks import Break
from baseline_compare.charts.frame import (
    BAND,
    INK,
    QUIET,
    WIDTH,
    Chart,
    add_footer,
    chosen_rows,
    level_items,
    quiet_axes,
    wrapped,
)
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import area_name
from baseline_compare.language import Language, capital, check_language, date_text, value_text, word
from baseline_compare.periods import Period, parse_period, span_label

TRANSFER = datetime.date(2023, 1, 1)
"""The day on which the wellbeing services counties began."""

_COLUMNS = 3
_TITLE_CHARACTERS = 38
_CROWDED = 60
"""Days between two events whose numbers would touch."""
_LINE_HEIGHT = 0.145
_LINE_CHARACTERS = 125


def trend(result: Comparison, *, indicator: str | None = None, language: Language = "en") -> Figure:
    """Draw each area's periods in a panel of its own, with a scale of its own.

    Parameters
    ----------
    indicator
        One indicator; the first headline one unless given.
    language
        ``fi``, ``sv`` or ``en``.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` if the result has no number of the indicator.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> figure = trend(compare(load_baseline("2022"), later), language="fi")
    >>> [axes.get_title(loc="left") for axes in figure.axes][:2]
    ['Etelä-Suomi', 'Itä-Suomi']
    """
    check_language(language)
    wanted = None if indicator is None else [indicator]
    key, rows = next(iter(chosen_rows(result, wanted, most=1).items()))
    series = result.series
    series = series[series["indicator"] == key]
    codes = [code for code in rows["area"] if (series["area"] == code).any()]
    periods = [parse_period(text) for text in series["period"].unique()]
    first, last = min(periods), max(periods)
    events = _events(result, key, first, last)
    notes = [_event_note(number, group, language) for number, group in events]
    notes += [
        f"{word('chart.every_year', language)}: {event.name(language)}"
        for event in result.events
        if event.kind == "seasonal" and event.concerns([key], codes)
    ]
    lines = [line for note in notes for line in wrapped(note, _LINE_CHARACTERS).split("\n")]
    panel_rows = math.ceil(len(codes) / _COLUMNS)
    foot = 0.35 + _LINE_HEIGHT * len(lines) + 0.25
    height = 1.45 * panel_rows + foot + 0.75
    figure = Chart(figsize=(WIDTH, height), facecolor="white")
    grid = figure.add_gridspec(
        panel_rows, _COLUMNS, left=0.075, right=0.985, top=1 - 0.75 / height,
        bottom=(foot + 0.2) / height, hspace=0.3, wspace=0.28,
    )  # fmt: skip
    for place, code in enumerate(codes):
        axes = figure.add_subplot(grid[place // _COLUMNS, place % _COLUMNS])
        own = series[series["area"] == code]
        _draw_line(axes, own, result.baseline.base_year, result.indicators[key].unit, language)
        _draw_events(axes, events, numbered=place < _COLUMNS)
        _draw_years(axes, range(first.year, last.year + 1), named=place >= len(codes) - _COLUMNS)
        title = wrapped(area_name(code, result.targets, language), _TITLE_CHARACTERS)
        axes.set_title(title, fontsize=9, color=INK, loc="left", pad=14 if place < _COLUMNS else 5)
    _write_texts(figure, result, key, lines, foot, language)
    add_footer(figure, result, rows, language)
    figure.set_label(_alternative(result, key, rows, (first, last), language))
    return figure


def _write_texts(
    figure: Figure,
    result: Comparison,
    key: str,
    lines: Sequence[str],
    foot: float,
    language: Language,
) -> None:
    height = figure.get_figheight()
    indicator = result.indicators[key]
    unit = word(f"unit.{indicator.unit}", language)
    title = capital(indicator.name(language))
    if indicator.unit != "per_inhabitant":
        title = f"{title} ({unit})"
    figure.text(0.01, 1 - 0.27 / height, title, fontsize=10.5, color=INK)
    shaded = word("chart.trend_caption", language, year=result.baseline.base_year)
    figure.text(0.01, (foot - 0.2) / height, shaded, fontsize=8, color=INK)
    figure.text(
        0.01, (foot - 0.28) / height, "\n".join(lines), fontsize=7.5, color=INK, va="top",
        linespacing=1.3,
    )  # fmt: skip


def _draw_line(
    axes: Axes, own: pd.DataFrame, base_year: int, unit: str, language: Language
) -> None:
    periods = [parse_period(text) for text in own["period"]]
    values = own["value"].tolist()
    axes.axvspan(base_year, base_year + 1, color=BAND, linewidth=0, zorder=0)
    width = 0.7 if periods[0].type == "week" else 1.1
    places = [_position(period.first_day) for period in periods]
    axes.plot(places, values, color=INK, linewidth=width, zorder=3)
    low, high = min(values), max(values)
    room = (high - low) or abs(high) or 1.0
    axes.set_ylim(low - 0.12 * room, high + 0.12 * room)
    axes.set_yticks([low, high], [value_text(value, unit, language) for value in (low, high)])


def _draw_events(axes: Axes, events: Sequence[tuple[int, list[Break]]], *, numbered: bool) -> None:
    """Mark the days of events; the day of the transfer is a solid line."""
    days = [group[0].date_from for _, group in events]
    low, high = axes.get_ylim()
    others = [_position(day) for day in days if day != TRANSFER]
    axes.vlines(others, low, high, colors=QUIET, linewidths=0.7, linestyles=(0, (3, 2)), zorder=2)
    if TRANSFER in days:
        axes.vlines([_position(TRANSFER)], low, high, colors=INK, linewidths=1.2, zorder=2)
    axes.set_ylim(low, high)
    for number, group in events if numbered else ():
        day = group[0].date_from
        crowded = min(((other - day).days for other in days if other != day), key=abs, default=999)
        side = "right" if crowded > 0 else "left"
        axes.annotate(
            str(number), (_position(day), 1.0), xycoords=("data", "axes fraction"),
            xytext=(0, 1), textcoords="offset points", va="bottom",
            ha="center" if abs(crowded) > _CROWDED else side, fontsize=7, color=INK,
        )  # fmt: skip


def _draw_years(axes: Axes, years: range, *, named: bool) -> None:
    """Show whole years; only the lowest panel of a column names them."""
    axes.set_xlim(years[0], years[-1] + 1)
    if named:
        axes.set_xticks([year + 0.5 for year in years], [str(year) for year in years])
    else:
        axes.set_xticks([])
    quiet_axes(axes)
    axes.tick_params(labelsize=7.5)


def _position(day: datetime.date) -> float:
    """Place a day on a scale of years."""
    start = datetime.date(day.year, 1, 1)
    return day.year + (day - start).days / (datetime.date(day.year + 1, 1, 1) - start).days


def _events(
    result: Comparison, indicator: str, first: Period, last: Period
) -> list[tuple[int, list[Break]]]:
    """Give the days on which events of this indicator begin, numbered."""
    found = [
        event
        for event in result.events
        if event.kind != "seasonal"
        and first.first_day <= event.date_from <= last.last_day
        and event.concerns([indicator], result.targets)
    ]
    found.sort(key=lambda event: (event.date_from, event.id))
    days = groupby(found, key=lambda event: event.date_from)
    return [(number, list(group)) for number, (_, group) in enumerate(days, start=1)]


def _event_note(number: int, group: Sequence[Break], language: Language) -> str:
    names = "; ".join(event.name(language) for event in group)
    return f"({number}) {capital(event_date(group[0], language))}: {names}"


def event_date(event: Break, language: Language) -> str:
    """Write when an event begins, as precisely as it is known."""
    if event.date_precision == "day":
        return date_text(event.date_from, language)
    if event.date_precision == "month":
        month = Period("month", event.date_from.year, event.date_from.month)
        return span_label([month], language)
    return str(event.date_from.year)


def _alternative(
    result: Comparison,
    key: str,
    rows: pd.DataFrame,
    span: tuple[Period, Period],
    language: Language,
) -> str:
    items = level_items(result, rows, language)
    name = capital(result.indicators[key].name(language))
    text = word(
        "chart.trend_alt",
        language,
        first=span_label([span[0]], language),
        last=span_label([span[1]], language),
        year=result.baseline.base_year,
        items=items,
    )
    return f"{name}. {text}"
