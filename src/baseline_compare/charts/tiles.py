"""A map of counties: tiles of the same size, or the polygons of a file of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.counties import Show, View, view_of
from baseline_compare.charts.frame import INK, WIDTH, Chart, add_footer, wrapped
from baseline_compare.charts.geometry import Geometry, county_polygons
from baseline_compare.charts.map_legend import draw_legend
from baseline_compare.charts.map_panel import draw_map, group_names
from baseline_compare.charts.map_words import alternative, captions
from baseline_compare.charts.shapes import Shape, grid, polygon_shapes, size_of, tile_shapes
from baseline_compare.comparison import Comparison
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, capital, check_language

_ALAND = "HVA91"
_LEFT, _BETWEEN, _RIGHT = 0.1, 0.25, 0.08
_FOOT, _LINE = 0.38, 0.158
_ROOM = (5.0, 7.4)
"""Inches that polygons may fill."""

_CAPTION_CHARACTERS = 136
_TITLE_CHARACTERS = 98


def tiles(
    result: Comparison,
    indicator: str | None = None,
    *,
    show: Show = "verdict",
    geometry: Geometry | None = None,
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw the counties as a map, of tiles or of polygons, grouped by collaboration area.

    A county without a figure is hatched, and the figure says why. A row of a region stands for the
    county with the same municipalities. Shades depend on rows that have numbers, and on no others.

    Parameters
    ----------
    indicator
        The first headline one unless given.
    show
        ``verdict`` with the change, or ``value``: the level of the follow-up as a shade.
    geometry
        A GeoJSON FeatureCollection of the counties, as a dict or as the path of a file up to 50 MB,
        whose features hold a Polygon or a MultiPolygon and the code of a county: ``HVA05`` in any
        property, or a number in a property named after the counties. The shipped grid unless given.
        Text that does not fit into a polygon stands beside the map under a number.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the chart says that it is internal.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` if the result has no number of the indicator, ``chart.areas`` if it
        has none of counties, ``chart.show`` for another ``show``.
    InputError
        ``geometry.*`` for a file that is not a map of the counties.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> result = compare(load_baseline("2022"), later, areas="region")
    >>> figure = tiles(result, show="value", language="sv")
    >>> len(figure.axes[0].patches)
    23
    """
    check_language(language)
    result = cleared(result, disclosure)
    _check_show(show)
    view = view_of(result, indicator, show, language)
    shapes = _shapes(geometry)
    view = replace(view, counties=tuple(item for item in view.counties if item.code in shapes))
    figure, lowest = _drawn(view, shapes, tiled=geometry is None)
    if lowest < 0:
        figure, _ = _drawn(view, shapes, tiled=geometry is None, more=-lowest)
    add_footer(figure, result, view.rows, language)
    figure.set_label(alternative(view))
    return figure


def _check_show(show: str) -> None:
    if show not in get_args(Show):
        raise ComparisonError(
            Problem(
                code="chart.show",
                expected=" or ".join(get_args(Show)),
                found=repr(show),
                remedy="Choose one of these.",
            )
        )


def _shapes(geometry: Geometry | None) -> dict[str, Shape]:
    if geometry is None:
        return tile_shapes()
    required = [code for code in grid() if code != _ALAND]
    return polygon_shapes(county_polygons(geometry, required, optional=[_ALAND]), _ROOM)


def _drawn(
    view: View, shapes: dict[str, Shape], *, tiled: bool, more: float = 0.0
) -> tuple[Figure, float]:
    """Draw map and legend; give where the legend ends, below zero if it needs more inches."""
    lines = [
        line
        for text in captions(view, tiled=tiled)
        for line in wrapped(text, _CAPTION_CHARACTERS, whole_words=True).split("\n")
    ]
    name = view.result.indicators[view.indicator].name(view.language)
    title = wrapped(capital(name), _TITLE_CHARACTERS)
    figure, axes, side = _frame(size_of(shapes.values()), title, lines, more)
    numbered = draw_map(axes, shapes, view, tiled=tiled)
    if tiled:
        group_names(axes, view)
    return figure, draw_legend(side, view, numbered)


def _frame(
    size: tuple[float, float], title: str, lines: Sequence[str], more: float
) -> tuple[Figure, Axes, Axes]:
    """Make a figure with the map at the left and room for a legend, both measured in inches."""
    head = 0.3 + 0.17 * (1 + title.count("\n"))
    foot = _FOOT + _LINE * len(lines)
    height = head + size[1] + more + foot
    figure = Chart(figsize=(WIDTH, height), facecolor="white")
    left = _LEFT + size[0] + _BETWEEN
    panels = []
    for start, width, tall in (
        (_LEFT, size[0], size[1]),
        (left, WIDTH - left - _RIGHT, size[1] + more),
    ):
        bottom = height - head - tall
        box = (start / WIDTH, bottom / height, width / WIDTH, tall / height)
        panel = figure.add_axes(box, xlim=(0, width), ylim=(0, tall), aspect="equal")
        panel.set_axis_off()
        panels.append(panel)
    figure.text(0.012, 1 - 0.14 / height, title, fontsize=10.5, color=INK, va="top")
    figure.text(
        0.012, (foot - 0.12) / height, "\n".join(lines), fontsize=7.8, color=INK, va="top",
        linespacing=1.3,
    )  # fmt: skip
    return figure, panels[0], panels[1]
