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
    EXPECTED,
    INK,
    QUIET,
    add_footer,
    chosen_rows,
    level_items,
    wrapped,
)
from baseline_compare.charts.time_axis import COLUMNS, draw_years, position, time_panels
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import area_name
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.language import Language, capital, check_language, date_text, value_text, word
from baseline_compare.periods import Period, parse_period, span_label

TRANSFER = datetime.date(2023, 1, 1)
"""The day on which the wellbeing services counties began."""

_TITLE_CHARACTERS = 38
_CROWDED = 60
"""Days between two events whose numbers would touch."""
_LINE_HEIGHT = 0.145
_LINE_CHARACTERS = 125


def trend(
    result: Comparison,
    *,
    indicator: str | None = None,
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw each area's periods in a panel of its own, with a scale of its own.

    Where a row is judged against earlier years, the follow-up has beside it the path to be expected
    (the same periods of the base year) with the band in which single periods would lie if they
    differed from it as earlier years did.

    Parameters
    ----------
    indicator
        One indicator; the first headline one unless given.
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
    >>> figure = trend(compare(load_baseline("2022"), later), language="fi")
    >>> [axes.get_title(loc="left") for axes in figure.axes][:2]
    ['Etelä-Suomi', 'Itä-Suomi']
    """
    check_language(language)
    result = cleared(result, disclosure)
    wanted = None if indicator is None else [indicator]
    key, rows = next(iter(chosen_rows(result, wanted, most=1, within=False).items()))
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
    caption = _caption(result, expected=bool(series["expected"].notna().any()), language=language)
    foot = 0.4 + _LINE_HEIGHT * (len(lines) + len(caption)) + 0.25
    figure, panels = time_panels(len(codes), foot=foot)
    for place, (code, axes) in enumerate(zip(codes, panels, strict=True)):
        own = series[series["area"] == code]
        _draw_line(axes, own, result.baseline.base_year, result.indicators[key].unit, language)
        _draw_events(axes, events, numbered=place < COLUMNS)
        draw_years(axes, range(first.year, last.year + 1), named=place >= len(codes) - COLUMNS)
        title = wrapped(area_name(code, result.targets, language), _TITLE_CHARACTERS)
        axes.set_title(title, fontsize=9, color=INK, loc="left", pad=14 if place < COLUMNS else 5)
    _write_texts(figure, _title(result, key, language), (*caption, "", *lines), foot)
    add_footer(figure, result, rows, language)
    figure.set_label(_alternative(result, key, rows, (first, last), language))
    return figure


def _caption(result: Comparison, *, expected: bool, language: Language) -> list[str]:
    """Say how to read the panels, line by line."""
    text = word("chart.trend_caption", language, year=result.baseline.base_year)
    if expected:
        text = f"{text} {word('chart.trend_expected', language)}"
    return wrapped(text, _LINE_CHARACTERS, whole_words=True).split("\n")


def _title(result: Comparison, key: str, language: Language) -> str:
    indicator = result.indicators[key]
    title = capital(indicator.name(language))
    if indicator.unit == "per_inhabitant":
        return title
    return f"{title} ({word(f'unit.{indicator.unit}', language)})"


def _write_texts(figure: Figure, title: str, lines: Sequence[str], foot: float) -> None:
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.27 / height, title, fontsize=10.5, color=INK)
    figure.text(
        0.01, (foot - 0.12) / height, "\n".join(lines), fontsize=7.5, color=INK, va="top",
        linespacing=1.3,
    )  # fmt: skip


def _draw_line(
    axes: Axes, own: pd.DataFrame, base_year: int, unit: str, language: Language
) -> None:
    periods = [parse_period(text) for text in own["period"]]
    values = own["value"].tolist()
    axes.axvspan(base_year, base_year + 1, color=BAND, linewidth=0, zorder=0)
    width = 0.7 if periods[0].type == "week" else 1.1
    places = [position(period.first_day) for period in periods]
    for number in range(len(periods) - 1, 0, -1):
        if periods[number - 1].next != periods[number]:  # no line over what has no figure
            places.insert(number, places[number])
            values.insert(number, math.nan)
    axes.plot(places, values, color=INK, linewidth=width, zorder=3)
    later = own[own["expected"].notna()]
    if len(later):
        at = [position(parse_period(text).first_day) for text in later["period"]]
        axes.fill_between(
            at, later["expected_low"], later["expected_high"], color=EXPECTED, alpha=0.22,
            linewidth=0, zorder=1,
        )  # fmt: skip
        axes.plot(at, later["expected"], color=EXPECTED, linewidth=1.0, linestyle="--", zorder=2)
    low, high = min(values), max(values)
    bounds = [low, high, *later["expected_low"], *later["expected_high"]]
    room = (high - low) or abs(high) or 1.0
    axes.set_ylim(min(bounds) - 0.12 * room, max(bounds) + 0.12 * room)
    axes.set_yticks([low, high], [value_text(value, unit, language) for value in (low, high)])


def _draw_events(axes: Axes, events: Sequence[tuple[int, list[Break]]], *, numbered: bool) -> None:
    """Mark the days of events; the day of the transfer is a solid line."""
    days = [group[0].date_from for _, group in events]
    low, high = axes.get_ylim()
    others = [position(day) for day in days if day != TRANSFER]
    axes.vlines(others, low, high, colors=QUIET, linewidths=0.7, linestyles=(0, (3, 2)), zorder=2)
    if TRANSFER in days:
        axes.vlines([position(TRANSFER)], low, high, colors=INK, linewidths=1.2, zorder=2)
    axes.set_ylim(low, high)
    for number, group in events if numbered else ():
        day = group[0].date_from
        crowded = min(((other - day).days for other in days if other != day), key=abs, default=999)
        side = "right" if crowded > 0 else "left"
        axes.annotate(
            str(number), (position(day), 1.0), xycoords=("data", "axes fraction"),
            xytext=(0, 1), textcoords="offset points", va="bottom",
            ha="center" if abs(crowded) > _CROWDED else side, fontsize=7, color=INK,
        )  # fmt: skip


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
    expected = ""
    if (result.series.query("indicator == @key")["expected"].notna()).any():
        expected = " " + word("chart.trend_expected", language)
    text = word(
        "chart.trend_alt",
        language,
        first=span_label([span[0]], language),
        last=span_label([span[1]], language),
        year=result.baseline.base_year,
        items=items,
    )
    return f"{name}. {text}{expected}"
