"""The map itself: counties filled and named, and thick borders between their groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from baseline_compare.charts.counties import County, View
from baseline_compare.charts.map_marks import (
    Line,
    draw_lines,
    draw_mark,
    draw_shape,
    lines_of,
    paint_of,
)
from baseline_compare.charts.shapes import Shape, area_of, borders, group_places

_BORDER = "#505050"
_NUMBER = 6.2
_MARK_ROOM = 0.13
_CORNER = 0.09
"""Inches from the corner of a tile to its mark."""


def draw_map(
    axes: Axes, shapes: Mapping[str, Shape], view: View, *, tiled: bool
) -> list[tuple[int, County]]:
    """Draw the counties and their groups; give those whose text is a number in the legend."""
    numbered: list[tuple[int, County]] = []
    for county in view.counties:
        shape, paint = shapes[county.code], paint_of(county, view)
        draw_shape(axes, shape, paint)
        if tiled:
            _fill_tile(axes, shape, county, view)
        elif not _fill_polygon(axes, shape, county, view):
            numbered.append((len(numbered) + 1, county))
            draw_lines(axes, [Line(str(len(numbered)), _NUMBER)], shape.at, paint)
    lines = LineCollection(
        borders(shapes, _groups(view)),
        colors=_BORDER, linewidths=1.7, capstyle="round", zorder=3, clip_on=False,
    )  # fmt: skip
    axes.add_collection(lines, autolim=False)
    return numbered


def group_names(axes: Axes, view: View) -> None:
    """Name each block of tiles of a collaboration area above its upper left tile."""
    areas, vintage = view.result.baseline.areas, view.result.baseline.vintage
    for group, at in group_places(_groups(view)):
        name = areas.get(group, vintage=vintage).short_name(view.language)
        axes.text(
            at[0], at[1] - 0.01, name, ha="left", va="center", fontsize=6.8, color=_BORDER, zorder=4
        )


def _groups(view: View) -> dict[str, str]:
    """Give the collaboration area of each county; Åland is in none."""
    return {county.code: county.group for county in view.counties if county.role != "aland"}


def _fill_tile(axes: Axes, shape: Shape, county: County, view: View) -> None:
    paint = paint_of(county, view)
    draw_lines(axes, lines_of(county, view), shape.at, paint)
    if paint.mark is not None:
        right, top = shape.rings[0].max(axis=0)
        draw_mark(axes, (float(right) - _CORNER, float(top) - _CORNER), paint.mark)


def _fill_polygon(axes: Axes, shape: Shape, county: County, view: View) -> bool:
    """Write the text of a county into its polygon, if it fits."""
    paint = paint_of(county, view)
    texts = draw_lines(axes, lines_of(county, view), shape.at, paint)
    box = Bbox.union([text.get_window_extent() for text in texts])
    box = box.transformed(axes.transData.inverted())
    if paint.mark is not None:
        box = Bbox.from_extents(box.x0, box.y0, box.x1, box.y1 + _MARK_ROOM)
    if not _holds(shape, box):
        for text in texts:
            text.remove()
        return False
    if paint.mark is not None:
        draw_mark(axes, (shape.at[0], box.y1 - _MARK_ROOM / 2), paint.mark)
    return True


def _holds(shape: Shape, box: Bbox) -> bool:
    """Whether a box lies in the largest ring of a county and in none of its holes."""
    steps = np.linspace(0, 1, 7)
    shares = np.array(np.meshgrid(steps, steps)).reshape(2, -1).T
    corner, opposite = np.array(box.min), np.array(box.max)
    places = corner + shares * (opposite - corner)
    largest = max(shape.rings, key=area_of)
    holes = [ring for ring in shape.rings if area_of(ring) < 0]
    return bool(Path(largest).contains_points(places).all()) and not any(
        Path(hole).intersects_bbox(box) for hole in holes
    )
