"""What a map of counties is drawn with: tiles of the shipped grid or polygons, in inches."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path

Ring = npt.NDArray[np.float64]
Polygon = Sequence[Ring]
Point = tuple[float, float]

CELL = (1.34, 0.94)
STRIP = 0.17
"""Room above a tile for the name of its group."""

_GAP = 0.05
_SAME_PLACE = 6
"""Decimals of an inch to which the corners of neighbours are alike."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One county: what is filled, what lies around it, and where its text stands.

    ``rings`` run counter-clockwise, holes clockwise; ``edges`` bound the county against others.
    """

    rings: tuple[Ring, ...]
    edges: tuple[Ring, ...]
    at: Point

    @property
    def path(self) -> Path:
        """The rings as one path, holes left open."""
        return Path.make_compound_path(*(Path(ring, closed=True) for ring in self.rings))


@cache
def grid() -> Mapping[str, tuple[int, int]]:
    """Give row and column of each county on the shipped grid, counted from 1 at the upper left.

    Examples
    --------
    >>> grid()["HVA21"], len(grid())
    ((1, 3), 23)
    """
    text = resources.files("baseline_compare").joinpath("data", "tiles.csv")
    rows = csv.DictReader(io.StringIO(text.read_text(encoding="utf-8")))
    return {row["area"]: (int(row["row"]), int(row["column"])) for row in rows}


def tile_shapes() -> dict[str, Shape]:
    """Place a tile for each county; the lower left corner of the grid is at zero."""
    lowest = max(row for row, _ in grid().values())
    found = {}
    for code, (row, column) in grid().items():
        left, bottom = (column - 1) * CELL[0], (lowest - row) * CELL[1]
        right, top = left + CELL[0], bottom + CELL[1]
        tile = _box(left + _GAP, bottom + _GAP, right - _GAP, top - STRIP)
        middle = ((left + right) / 2, (bottom + _GAP + top - STRIP) / 2)
        found[code] = Shape((tile,), (_box(left, bottom, right, top),), middle)
    return found


def polygon_shapes(
    polygons: Mapping[str, Sequence[Polygon]], room: tuple[float, float]
) -> dict[str, Shape]:
    """Fit polygons into so many inches of width and height, in true proportion."""
    points = np.concatenate(
        [ring for parts in polygons.values() for rings in parts for ring in rings]
    )
    low, high = points.min(axis=0), points.max(axis=0)
    scale = min(np.array(room) / (high - low))
    found = {}
    for code, parts in polygons.items():
        placed = [[(ring - low) * scale for ring in rings] for rings in parts]
        rings = tuple(
            _turned(ring, inwards=place > 0) for part in placed for place, ring in enumerate(part)
        )
        largest = max(placed, key=lambda part: abs(area_of(part[0])))
        found[code] = Shape(rings, rings, label_point(largest))
    return found


def size_of(shapes: Iterable[Shape]) -> tuple[float, float]:
    """Give width and height that shapes fill from zero on."""
    corners = np.concatenate([ring for shape in shapes for ring in shape.edges])
    width, height = corners.max(axis=0)
    return float(width), float(height)


def area_of(ring: Ring) -> float:
    """Give the area within a closed ring by the shoelace formula; negative if clockwise.

    Examples
    --------
    >>> area_of(np.array([[0.0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]))
    2.0
    """
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def label_point(polygon: Polygon) -> Point:
    """Give the centroid of the outer ring, or if that is not inside, a point beside it.

    Examples
    --------
    >>> label_point([np.array([[0.0, 0], [2, 0], [2, 1], [0, 1], [0, 0]])])
    (1.0, 0.5)
    """
    ring = polygon[0]
    x, y = (ring - ring[0]).T
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    total = 3 * cross.sum()
    middle = (
        float(ring[0, 0] + np.sum((x[:-1] + x[1:]) * cross) / total),
        float(ring[0, 1] + np.sum((y[:-1] + y[1:]) * cross) / total),
    )
    outer, *holes = (Path(points).contains_point(middle) for points in polygon)
    return middle if outer and not any(holes) else _beside(polygon, middle)


def _beside(polygon: Polygon, near: Point) -> Point:
    """Give the middle of the widest stretch of a polygon at the height of a point."""
    starts = np.concatenate([ring[:-1] for ring in polygon])
    ends = np.concatenate([ring[1:] for ring in polygon])
    crossed = (starts[:, 1] > near[1]) != (ends[:, 1] > near[1])
    (x0, y0), (x1, y1) = starts[crossed].T, ends[crossed].T
    cuts = np.sort(x0 + (near[1] - y0) / (y1 - y0) * (x1 - x0))
    if len(cuts) < 2:
        return near
    left, right = cuts[:-1:2], cuts[1::2]
    widest = int(np.argmax(right - left))
    return float((left[widest] + right[widest]) / 2), near[1]


def borders(shapes: Mapping[str, Shape], groups: Mapping[str, str]) -> list[tuple[Point, Point]]:
    """Give the edges that groups of counties do not share with themselves."""
    counted = Counter(
        (groups[code], edge) for code, shape in shapes.items() for edge in _edges(shape.edges)
        if code in groups
    )  # fmt: skip
    return sorted({edge for (_, edge), number in counted.items() if number == 1})


def _edges(rings: Iterable[Ring]) -> Iterable[tuple[Point, Point]]:
    for ring in rings:
        corners = [(float(x), float(y)) for x, y in np.round(ring, _SAME_PLACE)]
        for start, end in itertools.pairwise(corners):
            if start != end:
                yield (min(start, end), max(start, end))


def group_places(groups: Mapping[str, str]) -> list[tuple[str, Point]]:
    """Say where the name of each connected block of tiles stands: above its upper left tile."""
    cells = {grid()[code]: group for code, group in groups.items()}
    lowest = max(row for row, _ in grid().values())
    found = []
    left = set(cells)
    for cell in sorted(cells):
        if cell not in left:
            continue
        _take_block(cell, cells, left)
        row, column = cell
        at = ((column - 1) * CELL[0] + _GAP, (lowest - row + 1) * CELL[1] - STRIP / 2)
        found.append((cells[cell], at))
    return found


def _take_block(
    cell: tuple[int, int], cells: Mapping[tuple[int, int], str], left: set[tuple[int, int]]
) -> None:
    """Take a cell and all of its group that hang together with it."""
    pending = [cell]
    while pending:
        row, column = pending.pop()
        if (row, column) not in left or cells[row, column] != cells[cell]:
            continue
        left.remove((row, column))
        pending += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]


def _box(left: float, bottom: float, right: float, top: float) -> Ring:
    corners = ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))
    return np.array(corners, dtype=np.float64)


def _turned(ring: Ring, *, inwards: bool) -> Ring:
    """Turn a ring so that it bounds an area (counter-clockwise) or a hole (clockwise)."""
    return ring[::-1] if (area_of(ring) < 0) != inwards else ring
