"""The figures of one cell: parts put together, or one whole divided by declared shares."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from baseline_compare.errors import InputError, Problem
from baseline_compare.indicators import Indicator
from baseline_compare.measurements.apportioning import Shares, apportion, apportion_table
from baseline_compare.statistics.sums import median

MOST_DECIMALS = 29
_WEAK = ("bound", "approximate", "provisional")
"""What a sum takes over from any of its parts, the weakest first."""

_ADDED = {
    "count": ("value",),
    "amount": ("value",),
    "proportion": ("numerator", "denominator"),
    "rate": ("numerator", "denominator"),
    "mean": ("n", "sum"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one indicator, area and period: each number with its decimals."""

    state: str
    status: str
    numbers: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    table: Mapping[float, int] = field(default_factory=dict)

    def bounds(self, indicator: Indicator) -> tuple[float, float] | None:
        """Give the least and the largest value it may have; None if nothing is known."""
        numbers = {name: number for name, (number, _) in self.numbers.items()}
        if self.state == "suppressed":
            return numbers["low"], numbers["high"]
        if self.state != "value":
            return None
        if self.table:
            middle = median(self.table)
            return middle, middle
        top, bottom = ("sum", "n") if indicator.kind == "mean" else ("numerator", "denominator")
        value = numbers[top] / numbers[bottom] if bottom in numbers else numbers["value"]
        return value, value


def merge(parts: Sequence[Figures], indicator: Indicator, about: str) -> Figures:
    """Put parts together that are one area from now on.

    A part that is not available makes the sum not available, a hidden one makes it hidden, with
    bounds. A part of a share, mean or rating in which there was nobody to count adds nothing.

    Raises
    ------
    InputError
        ``aggregate.no_counts`` if a share, rate or mean comes without what it is made from.
    """
    if len(parts) == 1:
        return parts[0]
    status = next((weak for weak in _WEAK if any(p.status == weak for p in parts)), "derived")
    states = {part.state for part in parts}
    counted = indicator.kind in ("count", "amount")
    if states == {"not_applicable"}:
        return Figures(state="not_applicable", status=status)
    if "not_available" in states or (counted and "not_applicable" in states):
        return Figures(state="not_available", status=status)
    there = [part for part in parts if part.state != "not_applicable"]
    if "suppressed" in states:
        return _hidden(there, indicator, status)
    if indicator.kind in ("quantile", "rating") and all(part.table for part in there):
        table: Counter[float] = Counter()
        for part in there:
            table.update(part.table)
        return Figures(state="value", status=status, table=dict(sorted(table.items())))
    names = _added(there, indicator, about)
    return Figures(
        state="value", status=status, numbers={name: _sum(there, name) for name in names}
    )


def divide(
    whole: Figures, shares: Shares, indicator: Indicator, about: str
) -> Mapping[str, Figures]:
    """Divide a figure by shares that were declared; the parts are approximate and sum to it.

    Raises
    ------
    InputError
        ``aggregate.no_counts`` if a share, rate or mean comes without what it is made from.
    """
    whole = replace(whole, status="bound" if whole.status == "bound" else "approximate")
    if whole.state == "suppressed" and indicator.kind in ("count", "amount"):
        return {code: _hidden_part(whole, float(share)) for code, share in shares.items()}
    if whole.state != "value":
        return dict.fromkeys(shares, whole)
    if whole.table:
        tables = apportion_table(whole.table, shares)
        return {
            code: replace(whole, table=table) if table else _nobody(whole)
            for code, table in tables.items()
        }
    names = _added([whole], indicator, about)
    numbers = {name: whole.numbers[name] for name in names}
    divided = _numbers(numbers, shares, indicator)
    size = _ADDED[indicator.kind][-1] if indicator.has_parts else "n"
    return {
        code: _nobody(whole)
        if own.get(size, (1.0, 0))[0] == 0
        else replace(whole, numbers=own)
        for code, own in divided.items()
    }  # fmt: skip


def _added(parts: Sequence[Figures], indicator: Indicator, about: str) -> tuple[str, ...]:
    """Name the numbers that are added; refuse a figure that is only a ratio."""
    names = _ADDED.get(indicator.kind, ())
    if not names or any(name not in part.numbers for part in parts for name in names):
        needed = " and ".join(names) or "a frequency table"
        raise InputError(
            Problem(
                code="aggregate.no_counts",
                expected=f"{needed} of {indicator.id}",
                found=f"a value alone for {about}",
                remedy="Bring what it is made from: neither shares and means nor indices add up.",
                column="value",
            )
        )
    squares = all("sum_squares" in part.numbers for part in parts)
    return (*names, "sum_squares") if squares else names


def _sum(parts: Sequence[Figures], name: str) -> tuple[float, int]:
    digits = max(part.numbers[name][1] for part in parts)
    return round(math.fsum(part.numbers[name][0] for part in parts), digits), digits


def _hidden(parts: Sequence[Figures], indicator: Indicator, status: str) -> Figures:
    """Give the bounds of a sum; a ratio of the whole lies between those of its parts."""
    bounds = [part.bounds(indicator) or (0.0, 0.0) for part in parts]
    lows, highs = zip(*bounds, strict=True)
    if indicator.kind in ("count", "amount"):
        low, high = math.fsum(lows), math.fsum(highs)
    else:
        low, high = min(lows), max(highs)
    if low < 0:
        return Figures(state="not_available", status=status)
    return Figures(state="suppressed", status=status, numbers=_bounds(low, high))


def _hidden_part(whole: Figures, share: float) -> Figures:
    low, high = (whole.numbers[name][0] * share for name in ("low", "high"))
    return replace(whole, numbers=_bounds(math.floor(low), math.ceil(high)))


def _bounds(low: float, high: float) -> dict[str, tuple[float, int]]:
    return {name: _shortest(number) for name, number in (("low", low), ("high", high))}


def _nobody(whole: Figures) -> Figures:
    return Figures(state="not_applicable", status=whole.status)


def _numbers(
    numbers: Mapping[str, tuple[float, int]], shares: Shares, indicator: Indicator
) -> dict[str, dict[str, tuple[float, int]]]:
    """Divide the numbers of a figure so that each part is one that could have been measured."""
    if indicator.kind == "mean":
        return _divided_mean(numbers, shares)
    top = numbers.get("numerator", (0.0, 0))
    bottom = numbers.get("denominator", (0.0, 0))
    whole = top[1] == bottom[1] == 0 and top[0] <= bottom[0]
    if indicator.has_parts and whole:
        inside = apportion(int(top[0]), shares)
        outside = apportion(int(bottom[0]) - int(top[0]), shares)
        return {
            code: {
                "numerator": (float(inside[code]), 0),
                "denominator": (float(inside[code] + outside[code]), 0),
            }
            for code in shares
        }
    parts: dict[str, dict[str, tuple[float, int]]] = {code: {} for code in shares}
    for name, (number, digits) in numbers.items():
        units = apportion(round(number * 10**digits), shares)
        for code, share in shares.items():
            exact = name == "value"
            own = (units[code] / 10**digits, digits) if exact else _shortest(number * float(share))
            parts[code][name] = own
    return parts


def _divided_mean(
    numbers: Mapping[str, tuple[float, int]], shares: Shares
) -> dict[str, dict[str, tuple[float, int]]]:
    """Divide n; sums follow n, so that the mean and the spread of each part are the whole's."""
    size = int(numbers["n"][0])
    return {
        code: {
            name: (float(part), 0) if name == "n" else _shortest(number * part / size)
            for name, (number, _) in numbers.items()
        }
        for code, part in apportion(size, shares).items()
    }


def _shortest(number: float) -> tuple[float, int]:
    """Give a number with the decimals of its shortest text."""
    number = round(number, MOST_DECIMALS)
    text = np.format_float_positional(number, trim="-")
    return float(number), len(text.partition(".")[2])
