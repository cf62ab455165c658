"""Panels of areas along the calendar: their grid, and their axis of whole years."""

from __future__ import annotations

import datetime
import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import WIDTH, Chart, quiet_axes

COLUMNS = 3


def time_panels(count: int, *, foot: float) -> tuple[Figure, list[Axes]]:
    """Make so many panels in rows of three, with so many inches of text below them."""
    rows = math.ceil(count / COLUMNS)
    height = 1.45 * rows + foot + 0.75
    figure = Chart(figsize=(WIDTH, height), facecolor="white")
    grid = figure.add_gridspec(
        rows, COLUMNS, left=0.075, right=0.985, top=1 - 0.75 / height,
        bottom=(foot + 0.2) / height, hspace=0.3, wspace=0.28,
    )  # fmt: skip
    places = [(place // COLUMNS, place % COLUMNS) for place in range(count)]
    return figure, [figure.add_subplot(grid[place]) for place in places]


def draw_years(axes: Axes, years: range, *, named: bool) -> None:
    """Show whole years; only the lowest panel of a column names them."""
    axes.set_xlim(years[0], years[-1] + 1)
    if named:
        axes.set_xticks([year + 0.5 for year in years], [str(year) for year in years])
    else:
        axes.set_xticks([])
    quiet_axes(axes)
    axes.tick_params(labelsize=7.5)


def position(day: datetime.date) -> float:
    """Place a day on a scale of years."""
    start = datetime.date(day.year, 1, 1)
    return day.year + (day - start).days / (datetime.date(day.year + 1, 1, 1) - start).days
