"""What the charts share: the figure, its text, its footer, and the choice of indicators."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.saving import svg_text
from baseline_compare.comparison import STATES, Comparison
from baseline_compare.comparison.ranges import level_label
from baseline_compare.comparison.wording import area_name, shown_hash, source_label, window_labels
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, capital, word

INK = "#222222"
QUIET = "#767676"
BAND = "#e9e9e9"
BASE = "#5f5f5f"
BETTER = "#0072b2"
WORSE = "#d55e00"
CHANGED = "#333333"
EXPECTED = "#0072b2"
WARNING = "#b00020"

WIDTH = 8.6
"""Inches; a report scales the figure to its column."""

_CAPTION_HEIGHT = 0.17
_NAME_CHARACTERS = 28
_CAPTION_CHARACTERS = 128
_CHARACTERS = 116
"""Characters of a panel title across the whole width."""
_COLOURS = {"improved": BETTER, "worsened": WORSE, "increased": CHANGED, "decreased": CHANGED}
_MARKERS = {"improved": "^", "worsened": "v", "increased": "o", "decreased": "o"}


class Chart(Figure):
    """A matplotlib figure that shows itself in a notebook, its alternative text included.

    ``internal`` says that it may hold figures that must not be published.
    """

    internal = False

    def _repr_svg_(self) -> str:
        return svg_text(self)


def verdict_style(verdict: str) -> tuple[str, str, str]:
    """Give colour, marker and fill: filled for a change, hollow for none, a cross for neither."""
    if verdict in _COLOURS:
        return _COLOURS[verdict], _MARKERS[verdict], _COLOURS[verdict]
    if verdict in STATES:
        return QUIET, "x", QUIET
    return QUIET, "o", "white"


def chosen_rows(
    result: Comparison, indicators: Iterable[str] | None, *, most: int, within: bool = True
) -> dict[str, pd.DataFrame]:
    """Give the rows of the indicators asked for, or of the headline ones, that have a number.

    With ``within`` rows whose change is known within bounds are among them.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` for an indicator that the result has no number of, ``chart.limit`` for
        more indicators than are readable.
    """
    table = result.table
    table = table[table["change"].notna() | (within & table["change_low"].notna())]
    present = list(dict.fromkeys(table["indicator"]))
    if indicators is None:
        headline = [key for key in present if result.indicators[key].family == "headline"]
        wanted = (headline or present)[:most]
    else:
        wanted = list(indicators)
    if len(wanted) > most:
        raise ComparisonError(
            Problem(
                code="chart.limit",
                expected=f"at most {most} indicators in one chart",
                found=str(len(wanted)),
                remedy="Draw several charts.",
            )
        )
    for key in wanted or [""]:
        if key not in present:
            raise ComparisonError(
                Problem(
                    code="indicator.unknown",
                    expected=f"indicators that were compared: {', '.join(present) or 'none'}",
                    found=repr(key),
                    remedy="See result.table and result.unmatched.",
                )
            )
    return {key: table[table["indicator"] == key] for key in wanted}


def panels(
    names: Sequence[str], titles: Sequence[str], *, row_height: float, captions: Sequence[str]
) -> tuple[Figure, list[Axes]]:
    """Make one panel an indicator side by side, with common rows and lines of text below."""
    names = [wrapped(name, _NAME_CHARACTERS) for name in names]
    captions = [
        line
        for caption in captions
        for line in wrapped(caption, _CAPTION_CHARACTERS, whole_words=True).split("\n")
    ]
    longest = max(len(line) for name in names for line in name.split("\n"))
    left = 0.02 + 0.0098 * longest
    width = (0.99 - left) / len(titles)
    room = int(width * _CHARACTERS)
    heads = [wrapped(title, room, whole_words=True) for title in titles]
    widest = max(len(line) for text in heads for line in text.split("\n"))
    size = 9 * min(1.0, room / widest)
    row_height *= 1 + 0.45 * max(name.count("\n") for name in names)
    head = 0.22 + 0.17 * (1 + max(text.count("\n") for text in heads))
    foot = 0.62 + 0.36 + _CAPTION_HEIGHT * (len(captions) - 1)
    height = row_height * len(names) + head + foot
    figure = Chart(figsize=(WIDTH, height), facecolor="white")
    box = (foot / height, 1 - (head + foot) / height)
    axes = []
    for place, text in enumerate(heads):
        panel = figure.add_axes((left + place * width + 0.01, box[0], width - 0.025, box[1]))
        panel.set_yticks(range(len(names)), names if place == 0 else [""] * len(names))
        panel.set_ylim(len(names) - 0.5, -0.6)
        panel.set_title(text, fontsize=size, color=INK, loc="left")
        axes.append(panel)
    for place, caption in enumerate(reversed(captions)):
        bottom = (0.26 + _CAPTION_HEIGHT * place) / height
        figure.text(0.01, bottom, caption, fontsize=8, color=INK, va="bottom")
    return figure, axes


def window_captions(key: str, shown: Mapping[str, pd.DataFrame], language: Language) -> list[str]:
    """Fill a caption with the two windows of each indicator, each wording once."""
    windows = [window_labels(rows.iloc[0]["periods"], language) for rows in shown.values()]
    return [
        capital(word(key, language, baseline=before, current=after))
        for before, after in dict.fromkeys(windows)
    ]


def wrapped(text: str, width: int, *, whole_words: bool = False) -> str:
    """Break a text into lines of at most so many characters, or of one longer word."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=not whole_words))


def level_items(result: Comparison, rows: pd.DataFrame, language: Language) -> str:
    """Say the two levels of each area, for a text that stands for a chart."""
    return ", ".join(
        word(
            "chart.level_item",
            language,
            area=area_name(row["area"], result.targets, language),
            baseline=level_label(row, "baseline", language),
            current=level_label(row, "current", language),
        )
        for row in rows.to_dict("records")
    )


def quiet_axes(axes: Axes) -> None:
    """Leave of a frame the line of the horizontal axis; the others say nothing."""
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(length=0, colors=INK, labelsize=8.5)


def _short(identity: str, language: Language) -> str:
    shown = shown_hash(identity, language)
    return f"{identity[:12]}…" if shown == identity else shown


def add_footer(figure: Figure, result: Comparison, rows: pd.DataFrame, language: Language) -> None:
    """Write source, baseline and, where it holds, that the data are synthetic."""
    settings = result.settings
    sources = sorted({name for text in rows["source"].unique() for name in text.split(", ")})
    text = word(
        "chart.source",
        language,
        source="; ".join(source_label(result.baseline.sources, name, language) for name in sources),
        name=settings.baseline_name,
        version=settings.baseline_version,
        id=_short(settings.baseline_id, language),
    )
    if any(name.startswith("synthetic") for name in sources):
        text = f"{word('chart.synthetic', language)}. {text}"
    if result.protection is None:
        mark = word("chart.internal", language)
        text = f"{mark}. {text}"
        figure.text(
            0.995, 0.995, mark, fontsize=9, color=WARNING, weight="bold", ha="right", va="top"
        )
        if isinstance(figure, Chart):
            figure.internal = True
    height = figure.get_figheight()
    figure.text(0.01, 0.06 / height, text, fontsize=7, color=QUIET, va="bottom")
