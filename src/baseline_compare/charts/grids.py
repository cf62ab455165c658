"""Charts of rounds: their footer, and grids of words that read without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from baseline_compare.charts.frame import (
    BETTER,
    INK,
    QUIET,
    WARNING,
    WIDTH,
    Chart,
    wrapped,
)
from baseline_compare.charts.frame import WORSE as WORSENED
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.findings import Round
from baseline_compare.language import Language, printable, word

MOST_HEADS = 8
Cell = tuple[str, str, str]
"""Sign, word and tone of a cell."""

_TONES = {
    "better": ("#d6e8f4", BETTER),
    "worse": ("#fbe3d2", WORSENED),
    "same": ("#eeeeee", INK),
    "quiet": ("white", QUIET),
    "conflict": ("#f6d5d9", WARNING),
}
_LABEL, _TOP = 46, 0.42
_LINE = 0.16


def word_grid(
    labels: Sequence[str],
    heads: Sequence[str],
    cells: Mapping[tuple[int, int], Cell],
    *,
    title: str,
    captions: Sequence[str] = (),
) -> Figure:
    """Draw rows of words under heads; a cell has a sign, a word, and a shade that repeats them.

    Raises
    ------
    ComparisonError
        ``chart.limit`` for more heads than can be read.
    """
    if len(heads) > MOST_HEADS:
        raise ComparisonError(
            Problem(
                code="chart.limit",
                expected=f"at most {MOST_HEADS} areas in one chart",
                found=str(len(heads)),
                remedy="Compare rounds of wider areas, or see the table.",
            )
        )
    texts = [wrapped(label, _LABEL, whole_words=True) for label in labels]
    heights = [max(0.36, 0.1 + _LINE * (1 + text.count("\n"))) for text in texts]
    lines = [part for text in captions for part in wrapped(text, 128, whole_words=True).split("\n")]
    foot = 0.3 + _LINE * len(lines)
    top = [wrapped(head, 14, whole_words=True) for head in heads]
    head = _TOP + _LINE * (1 + max(text.count("\n") for text in top))
    height = sum(heights) + head + foot
    figure = Chart(figsize=(WIDTH, height), facecolor="white")
    left = 0.375
    axes = figure.add_axes((left, foot / height, 0.985 - left, sum(heights) / height))
    axes.set_xlim(0, len(heads))
    axes.set_ylim(sum(heights), 0)
    axes.set_axis_off()
    figure.text(0.01, 1 - 0.1 / height, title, fontsize=10.5, color=INK, va="top", weight="bold")
    for place, text in enumerate(top):
        axes.text(place + 0.5, -0.05, text, ha="center", va="bottom", fontsize=7.6, color=INK)
    start = 0.0
    for row, (text, own) in enumerate(zip(texts, heights, strict=True)):
        axes.text(-0.04, start + own / 2, text, ha="right", va="center", fontsize=8, color=INK)
        for column in range(len(heads)):
            if (row, column) in cells:
                _draw_cell(axes, column, start, own, cells[row, column])
        start += own
    for place, text in enumerate(reversed(lines)):
        figure.text(0.01, (0.22 + _LINE * place) / height, text, fontsize=8, color=INK, va="bottom")
    return figure


def _draw_cell(axes: Axes, column: int, start: float, height: float, cell: Cell) -> None:
    sign, text, tone = cell
    shade, colour = _TONES[tone]
    axes.add_patch(
        Rectangle(
            (column + 0.03, start + 0.02), 0.94, height - 0.04, facecolor=shade,
            edgecolor="#cccccc", linewidth=0.6,
        )
    )  # fmt: skip
    middle = start + height / 2
    axes.text(column + 0.5, middle - 0.06, sign, ha="center", va="center", fontsize=9, color=colour)
    axes.text(column + 0.5, middle + 0.09, text, ha="center", va="center", fontsize=6.4, color=INK)


def add_round_footer(
    figure: Figure, rounds: Sequence[Round], language: Language, *, internal: bool = False
) -> None:
    """Write the rounds and their sources, and where it holds that one is made up or internal."""
    sources = dict.fromkeys(item.source for found in rounds for item in found.findings)
    text = word(
        "chart.round_source",
        language,
        rounds="; ".join(printable(found.name(language)) for found in rounds),
        sources="; ".join(map(printable, sources)) or "–",
    )
    marks = []
    if any(found.synthetic for found in rounds):
        marks.append(word("chart.synthetic", language))
    if internal:
        marks.append(word("chart.internal", language))
        if isinstance(figure, Chart):
            figure.internal = True
    if marks:
        figure.text(
            0.995, 0.995, ". ".join(marks), fontsize=9, color=WARNING, weight="bold", ha="right",
            va="top",
        )  # fmt: skip
    height = figure.get_figheight()
    shown = wrapped(". ".join([*marks, text]), 178, whole_words=True).split("\n")
    figure.text(0.01, 0.03 / height, "\n".join(shown[:2]), fontsize=6, color=QUIET, va="bottom")
