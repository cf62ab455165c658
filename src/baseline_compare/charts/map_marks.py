"""How a county is painted and what is written in it; the same for tiles and polygons."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from baseline_compare.charts.counties import County, View
from baseline_compare.charts.frame import verdict_style
from baseline_compare.charts.shades import class_of, shades, text_on
from baseline_compare.charts.shapes import Point, Shape
from baseline_compare.comparison import STATES
from baseline_compare.comparison.ranges import change_label
from baseline_compare.comparison.usual import verdict_label
from baseline_compare.language import value_text, word

EDGE = "#a6a6a6"
HATCH = "////"
_HATCH_COLOUR = "#d4d4d4"
_NAME, _FIGURE, _SMALL = 7.8, 8.4, 6.4
_NAME_CHARACTERS, _SMALL_CHARACTERS = 13, 21
_LEADING = 1.24
_POINTS = 72
_MARK_SIZE = 5.5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text within a county: words and size in points."""

    text: str
    size: float


_DIRECTIONS = {"increased": "^", "decreased": "v"}
"""Where a change has no direction on an axis, its mark has one."""


@dataclass(frozen=True, slots=True)
class Paint:
    """How a county looks: fill, hatch, style of its edge, and colour, marker and fill of its mark.

    ``mark`` is absent where the shade says a level, or where there is no figure.
    """

    fill: str
    hatched: bool = False
    dotted: bool = False
    mark: tuple[str, str, str] | None = None

    @property
    def text(self) -> str:
        """The colour of text on it."""
        return text_on(self.fill)


def paint_of(county: County, view: View) -> Paint:
    """Paint a county: hatched without a figure, by the class of its level, or by its verdict.

    A verdict of change fills the county, any other leaves it hollow; Åland, which is no part of
    the map, is dotted.
    """
    if county.row is None:
        aland = county.role == "aland"
        return Paint("white", hatched=not aland, dotted=aland)
    if view.show == "value":
        bounds = view.bounds
        return Paint(shades(len(bounds) - 1)[class_of(county.row["current"], bounds)])
    verdict = str(county.row["verdict"])
    colour, marker, fill = verdict_style(verdict)
    marker = _DIRECTIONS.get(verdict, marker)
    if county.row["verdict"] in STATES or fill == "white":
        return Paint("white", mark=(colour, marker, fill))
    return Paint(fill, mark=(text_on(fill), marker, text_on(fill)))


def lines_of(county: County, view: View) -> list[Line]:
    """Write name and figure in lines that fit; Helsinki is a city, and its tile says so."""
    lines = [Line(text, _NAME) for text in textwrap.wrap(county.name, _NAME_CHARACTERS)]
    if county.role == "city":
        lines += _small(f"({word('chart.tiles_city', view.language)})")
    if county.row is None:
        return lines + _small(county.told)
    if view.show == "value":
        text = value_text(county.row["current"], view.unit, view.language)
        return [*lines, Line(text, _FIGURE)]
    change = change_label(county.row, view.language)
    short = view.shorts[verdict_label(county.row, view.language)]
    return [*lines, *([Line(change, _FIGURE)] if change else []), *_small(short)]


def _small(text: str) -> list[Line]:
    return [Line(line, _SMALL) for line in textwrap.wrap(text, _SMALL_CHARACTERS)]


def draw_shape(axes: Axes, shape: Shape, paint: Paint) -> PathPatch:
    """Fill a county, and hatch it where it has no figure."""
    patch = PathPatch(
        shape.path,
        facecolor=paint.fill,
        edgecolor=_HATCH_COLOUR if paint.hatched else EDGE,
        linestyle=(0, (1, 2)) if paint.dotted else "solid",
        linewidth=0.7,
        hatch=HATCH if paint.hatched else None,
        zorder=1,
    )
    axes.add_patch(patch)
    return patch


def draw_lines(axes: Axes, lines: Sequence[Line], at: Point, paint: Paint) -> list[Text]:
    """Write lines one below the other, centred on a point; on a hatch with white behind them."""
    ground = {"facecolor": paint.fill, "edgecolor": "none", "pad": 1.2} if paint.hatched else None
    place = at[1] + height_of(lines) / 2
    texts = []
    for line in lines:
        step = line.size * _LEADING / _POINTS
        text = axes.text(
            at[0], place - step / 2, line.text, ha="center", va="center", fontsize=line.size,
            color=paint.text, bbox=ground, zorder=4,
        )  # fmt: skip
        texts.append(text)
        place -= step
    return texts


def height_of(lines: Sequence[Line]) -> float:
    """Give the height of lines in inches."""
    return sum(line.size for line in lines) * _LEADING / _POINTS


def draw_mark(axes: Axes, at: Point, mark: tuple[str, str, str]) -> None:
    """Draw the mark of a verdict."""
    colour, marker, fill = mark
    axes.plot(
        [at[0]], [at[1]], marker=marker, markersize=_MARK_SIZE, color=colour,
        markerfacecolor=fill, linestyle="none", zorder=4,
    )  # fmt: skip
