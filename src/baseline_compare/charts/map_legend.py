"""The legend of a map of counties: what each look means, and what is numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from baseline_compare.charts.counties import County, View
from baseline_compare.charts.frame import INK, wrapped
from baseline_compare.charts.map_marks import EDGE, HATCH, Paint, draw_mark, paint_of
from baseline_compare.charts.scales import scale_of, tick_text
from baseline_compare.charts.shades import shades
from baseline_compare.comparison import VERDICTS
from baseline_compare.comparison.ranges import change_label
from baseline_compare.comparison.usual import verdict_label
from baseline_compare.comparison.wording import unit_label
from baseline_compare.language import capital, value_text, word

_SIZE = 7.6
_STEP = 0.142
_SWATCH = (0.26, 0.17)
_INSET = 0.36
_NUMBER = 0.24
_CLASS = 0.28
_CHARACTERS = 0.067
"""Inches that a letter takes, at most, on average."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One look, what it means, and the number it has on the map if it has one."""

    paint: Paint
    text: str
    number: str = ""


def draw_legend(side: Axes, view: View, numbered: Sequence[tuple[int, County]]) -> float:
    """Draw what looks mean and what is numbered, from the top down; give where it ends."""
    place = side.get_ylim()[1] - 0.02
    if view.show == "verdict":
        heading = capital(scale_of(view.rows, view.language).axis)
        place = _write(side, 0.0, place, heading, bold=True) - 0.06
        place = _draw_entries(side, _verdict_entries(view), place)
    else:
        heading = capital(unit_label(view.unit, view.statistic, view.language))
        place = _write(side, 0.0, place, heading, bold=True) - 0.12
        place = _draw_scale(side, view, place)
    place = _draw_entries(side, _missing_entries(view), place)
    key = [
        Entry(paint_of(county, view), _key_text(county, view), str(number))
        for number, county in numbered
    ]
    return _draw_entries(side, key, place - 0.06 if key else place)


def _verdict_entries(view: View) -> list[Entry]:
    """Explain each verdict that occurs, changes first."""
    found: dict[str, tuple[int, Entry]] = {}
    for county in view.counties:
        if county.row is not None:
            label = verdict_label(county.row, view.language)
            verdict = county.row["verdict"]
            plain = word(f"verdict.{verdict}", view.language)
            more = label.removeprefix(plain)
            text = label if more == label else f"{view.shorts[label]}{more}"
            order = VERDICTS.index(verdict)
            found.setdefault(label, (order, Entry(paint_of(county, view), capital(text))))
    return [entry for _, entry in sorted(found.values(), key=lambda item: (item[0], item[1].text))]


def _missing_entries(view: View) -> list[Entry]:
    """Explain hatched and dotted counties, each reason once."""
    found = {}
    for county in view.counties:
        if county.row is None:
            text = f"{county.name}: {county.told}" if county.role == "aland" else county.told
            found[county.told] = Entry(paint_of(county, view), capital(text))
    return list(found.values())


def _key_text(county: County, view: View) -> str:
    """Write the lines of a county in one, its name first."""
    if county.row is None:
        return f"{county.name}: {county.told}"
    if view.show == "value":
        return f"{county.name}: {value_text(county.row['current'], view.unit, view.language)}"
    short = view.shorts[verdict_label(county.row, view.language)]
    change = change_label(county.row, view.language)
    return f"{county.name}: {change}, {short}" if change else f"{county.name}: {short}"


def _draw_entries(axes: Axes, entries: Sequence[Entry], top: float) -> float:
    place = top
    for entry in entries:
        left = _INSET + (_NUMBER if entry.number else 0.0)
        below = _write(axes, left, place, entry.text)
        bottom = place - _SWATCH[1] + 0.02
        _swatch(axes, (0.0, bottom), _SWATCH, entry.paint)
        if entry.paint.mark is not None:
            draw_mark(axes, (_SWATCH[0] / 2, bottom + _SWATCH[1] / 2), entry.paint.mark)
        if entry.number:
            _write(axes, _INSET, place, entry.number, bold=True)
        place = min(below, bottom) - (0.04 if entry.number else 0.07)
    return place


def _draw_scale(axes: Axes, view: View, top: float) -> float:
    """Draw the classes of levels between their bounds, the highest on top."""
    bounds = view.bounds
    for number, colour in enumerate(reversed(shades(len(bounds) - 1)), start=1):
        _swatch(axes, (0.0, top - number * _CLASS), (_SWATCH[0], _CLASS), Paint(colour))
    for number, bound in enumerate(reversed(bounds)):
        text = tick_text(bound, view.unit, view.language)
        axes.text(_INSET, top - number * _CLASS, text, va="center", fontsize=_SIZE, color=INK)
    return top - (len(bounds) - 1) * _CLASS - 0.2


def _swatch(
    axes: Axes, corner: tuple[float, float], size: tuple[float, float], paint: Paint
) -> None:
    patch = Rectangle(
        corner, *size, facecolor=paint.fill, edgecolor=EDGE, linewidth=0.7,
        hatch=HATCH if paint.hatched else None,
        linestyle=(0, (1, 2)) if paint.dotted else "solid",
    )  # fmt: skip
    axes.add_patch(patch)


def _write(axes: Axes, left: float, top: float, text: str, *, bold: bool = False) -> float:
    """Write a text in as many lines as it needs; give where it ends."""
    room = axes.get_xlim()[1] - left
    lines = wrapped(text, int(room / _CHARACTERS), whole_words=True)
    axes.text(
        left, top, lines, ha="left", va="top", fontsize=_SIZE, color=INK, linespacing=1.25,
        fontweight="bold" if bold else "normal",
    )  # fmt: skip
    return top - _STEP * (lines.count("\n") + 1)
