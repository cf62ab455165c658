"""The change of a row and its range in words and in figures."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from baseline_compare.language import (
    Language,
    bounds_text,
    change_text,
    number_text,
    percent_text,
    scaled,
    unit_form,
    value_text,
    word,
)

Row = Mapping[Hashable, object]
MOST = 10.0
"""Relative changes above it, 1,000 per cent, are written as "over"."""

_LEVELS = ("share", "points", "days", "calendar_days")
_COUNTED = ("households", "persons", "applications", "claims", "decisions", "notifications")


@dataclass(frozen=True, slots=True)
class Spread:
    """The scale a row is read on: its columns, the factor to what is read, decimals and unit."""

    column: str
    factor: int
    decimals: int
    unit: str


def spread_of(row: Row) -> Spread:
    """Give the scale of the margin; relative without a margin, and points for shares."""
    unit, scale = str(row["unit"]), row["scale"]
    if scale == "superiority":
        return Spread("change", 100, 1, "interval.points")
    relative = scale in ("ratio", "ratio_to_rest")
    if scale is None or scale != scale:
        there = [_number(row, name) for name in ("relative_change", "relative_low")]
        relative = unit not in _LEVELS and not all(map(math.isnan, there))
    if relative:
        return Spread("relative", 100, 1, "interval.percent")
    decimals, factor = unit_form(unit)
    return Spread(
        "change", factor, decimals, "interval.points" if unit == "share" else f"unit.{unit}"
    )


def level_ends(row: Row, side: str) -> tuple[float, float]:
    """Give the bounds of ``baseline`` or ``current``: alike where exact, missing where unknown."""
    value = _number(row, side)
    if not math.isnan(value):
        return value, value
    return _number(row, f"{side}_low"), _number(row, f"{side}_high")


def level_label(row: Row, side: str, language: Language) -> str:
    """Write ``baseline`` or ``current``, or its bounds: "43–46"; empty where it is not known."""
    low, high = level_ends(row, side)
    if math.isnan(low):
        return ""
    if low == high:
        return value_text(low, str(row["unit"]), language)
    return bounds_text(low, high, str(row["unit"]), language)


def level_words(row: Row, side: str, language: Language) -> str:
    """Write ``baseline`` or ``current``, or between what it lies: "between 43 and 46"."""
    ends = level_ends(row, side)
    if math.isnan(ends[0]):
        return ""
    low, high = (value_text(end, str(row["unit"]), language) for end in ends)
    return low if ends[0] == ends[1] else word("interval.between", language, low=low, high=high)


def is_within(row: Row) -> bool:
    """Whether the change of a row is known within bounds only."""
    return math.isnan(_number(row, "change")) and not math.isnan(_number(row, "change_low"))


def change_ends(row: Row) -> tuple[float, float]:
    """Give the bounds of the own change on the scale it is ranked on, alike where it is exact."""
    column = "relative_change" if row["scale"] == "ratio" else "change"
    if not is_within(row):
        return _number(row, column), _number(row, column)
    own, relative = _own_ends(row)
    return relative if column == "relative_change" else own


def registered_change(row: Row, language: Language) -> str:
    """Write what was registered as the change, or within what it lies, as ``change_label`` does."""
    if not is_within(row):
        return change_label(row, language)
    own, relative = _own_ends(row)
    ends = relative if spread_of(row).column == "relative" else own
    return "" if math.isnan(ends[0]) else _within(*ends, row, language)


def _own_ends(row: Row) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give the bounds of the own change and of the relative one, alike where it is exact."""
    (least, most), (later_least, later_most) = (
        level_ends(row, side) for side in ("baseline", "current")
    )
    relative = (math.nan, math.nan)
    if least > 0:
        relative = later_least / most - 1, later_most / least - 1
    return (later_least - most, later_most - least), relative


def _within(low: float, high: float, row: Row, language: Language) -> str:
    """Write the bounds of a change with its unit."""
    numbers = [_number_of(end, row, language) for end in (low, high)]
    return _joined(numbers, _figure(high, row, language), language)


def _joined(numbers: Sequence[str], last: str, language: Language) -> str:
    """Write two bounds, the last one with its unit; once if they are written alike."""
    if numbers[0] == numbers[1]:
        return last
    return word("interval.within", language, low=numbers[0], high=last)


def change_label(row: Row, language: Language) -> str:
    """Write the change on the scale that is judged."""
    spread = spread_of(row)
    value = _number(row, "relative_change" if spread.column == "relative" else "change")
    return "" if math.isnan(value) else _figure(value, row, language)


def range_label(row: Row, language: Language) -> str:
    """Write the change with its limits in figures, or what there is of the two."""
    spread = spread_of(row)
    low, high = (_number(row, f"{spread.column}_{side}") for side in ("low", "high"))
    change = change_label(row, language)
    if math.isnan(low) or math.isnan(high):
        return change
    if not change:
        return _within(low, high, row, language)
    lower, upper = _number_of(low, row, language), _figure(high, row, language)
    return word("interval.short", language, change=change, low=lower, high=upper)


def is_against_rest(row: Row) -> bool:
    """Whether the change of a row is that against the rest of the mainland."""
    return str(row["scale"]).endswith("_to_rest")


def change_cells(row: Row, language: Language) -> tuple[str, str, str]:
    """Write the own change, the relative change, and the change against the rest of the mainland.

    The range stands beside the change that is judged; what does not apply is empty.
    """
    unit, judged = str(row["unit"]), range_label(row, language)
    (least, most), (smallest, largest) = _own_ends(row)
    if math.isnan(least):
        return "", "", ""
    decimals, factor = unit_form(unit)
    own = _joined(
        [number_text(scaled(end, factor), decimals, language, sign=True) for end in (least, most)],
        change_text(most, unit, language),
        language,
    )
    relative = ""
    if unit != "share" and not math.isnan(largest):
        relative = _joined(
            [number_text(scaled(end, 100), 1, language, sign=True) for end in (smallest, largest)],
            percent_text(largest, 1, language, sign=True),
            language,
        )
    if is_against_rest(row):
        return own, relative, judged
    if spread_of(row).column == "relative":
        return own, judged, ""
    return judged or own, relative, ""


def range_words(row: Row, language: Language) -> str:
    """Say between which bounds the change lies: "between 1.2 and 3.4 per cent fewer".

    Empty without an interval, or where one side of it is open.
    """
    spread = spread_of(row)
    low, high = (_number(row, f"{spread.column}_{side}") for side in ("low", "high"))
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if row["scale"] == "superiority":
        chances = [number_text(scaled(value + 0.5, 100), 0, language) for value in (low, high)]
        return word("interval.superiority", language, low=chances[0], high=chances[1])
    kind = "count" if row["unit"] in _COUNTED else "level"
    side = "both" if low <= 0 <= high else "up" if low > 0 else "down"
    small, large = (abs(high), abs(low)) if side == "down" else (abs(low), abs(high))
    return word(
        f"interval.{side}_{'rest' if is_against_rest(row) else kind}",
        language,
        small=_size(small, spread, language),
        large=_size(large, spread, language),
        unit=word(spread.unit, language),
    )


def detectable_words(row: Row, language: Language) -> str:
    """Say which change could have been detected; empty where nothing was tested."""
    if math.isnan(_number(row, "detectable_change")):
        return ""
    return word("interval.detectable", language, size=detectable_label(row, language))


def detectable_label(row: Row, language: Language) -> str:
    """Write the change that could have been detected, with its unit in words."""
    spread = spread_of(row)
    size = _size(_number(row, "detectable_change"), spread, language)
    return f"{size} {word(spread.unit, language)}"


def _figure(value: float, row: Row, language: Language) -> str:
    """Write a change with its unit."""
    spread = spread_of(row)
    if spread.column == "relative":
        if abs(value) > MOST:
            bound = percent_text(MOST, 0, language)
            return word("interval.beyond", language, size=bound)
        return percent_text(value, 1, language, sign=True)
    if row["scale"] == "superiority":
        return f"{_number_of(value, row, language)}\u00a0{word('unit.points_short', language)}"
    return change_text(value, str(row["unit"]), language)


def _number_of(value: float, row: Row, language: Language) -> str:
    """Write a change without its unit."""
    spread = spread_of(row)
    return number_text(scaled(value, spread.factor), spread.decimals, language, sign=True)


def _size(value: float, spread: Spread, language: Language) -> str:
    if spread.column == "relative" and value > MOST:
        size = number_text(scaled(MOST, spread.factor), 0, language)
        return word("interval.beyond", language, size=size)
    return number_text(scaled(value, spread.factor), spread.decimals, language)


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))
