"""The change of a row and its range in words and in figures."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from baseline_compare.language import (
    Language,
    change_text,
    number_text,
    percent_text,
    scaled,
    unit_form,
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
        relative = unit not in _LEVELS and not math.isnan(_number(row, "relative_change"))
    if relative:
        return Spread("relative", 100, 1, "interval.percent")
    decimals, factor = unit_form(unit)
    return Spread(
        "change", factor, decimals, "interval.points" if unit == "share" else f"unit.{unit}"
    )


def change_label(row: Row, language: Language) -> str:
    """Write the change on the scale that is judged."""
    spread = spread_of(row)
    value = _number(row, "relative_change" if spread.column == "relative" else "change")
    return "" if math.isnan(value) else _figure(value, row, language)


def range_label(row: Row, language: Language) -> str:
    """Write the change with its limits in figures; without limits the change alone."""
    spread = spread_of(row)
    low, high = (_number(row, f"{spread.column}_{side}") for side in ("low", "high"))
    change = change_label(row, language)
    if not change or math.isnan(low) or math.isnan(high):
        return change
    lower, upper = _number_of(low, row, language), _figure(high, row, language)
    return word("interval.short", language, change=change, low=lower, high=upper)


def is_against_rest(row: Row) -> bool:
    """Whether the change of a row is that against the rest of the mainland."""
    return str(row["scale"]).endswith("_to_rest")


def change_cells(row: Row, language: Language) -> tuple[str, str, str]:
    """Write the own change, the relative change, and the change against the rest of the mainland.

    The range stands beside the change that is judged; what does not apply is empty.
    """
    before, after = _number(row, "baseline"), _number(row, "current")
    if math.isnan(before):
        return "", "", ""
    unit, judged = str(row["unit"]), range_label(row, language)
    own = change_text(after - before, unit, language)
    relative = ""
    if unit != "share" and before > 0:
        relative = percent_text(after / before - 1, 1, language, sign=True)
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
