"""The calendar: years, quarters, months and ISO weeks as text, in order, and like with like."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from baseline_compare.errors import InputError, Problem
from baseline_compare.language import Language, month_names, word

PeriodType = Literal["year", "quarter", "month", "week"]
PERIOD_TYPES: tuple[PeriodType, ...] = get_args(PeriodType)
FIRST_YEAR, LAST_YEAR = 1990, 2099

_FORM = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d{2})|(\d{2})))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period; ``number`` is the quarter, month or ISO week, and 0 for a whole year.

    Examples
    --------
    >>> parse_period("2022-W52").last_day
    datetime.date(2023, 1, 1)
    """

    type: PeriodType
    year: int
    number: int

    def __str__(self) -> str:
        if self.type == "year":
            return f"{self.year}"
        if self.type == "quarter":
            return f"{self.year}-Q{self.number}"
        return f"{self.year}-{'W' if self.type == 'week' else ''}{self.number:02d}"

    @property
    def first_day(self) -> datetime.date:
        """The first day; of a week, its Monday."""
        if self.type == "week":
            return datetime.date.fromisocalendar(self.year, self.number, 1)
        months = {"year": 1, "quarter": 3 * self.number - 2, "month": self.number}
        return datetime.date(self.year, months[self.type], 1)

    @property
    def last_day(self) -> datetime.date:
        """The last day; of a week, its Sunday."""
        return self.next.first_day - datetime.timedelta(days=1)

    @property
    def next(self) -> Period:
        """The period of the same type that follows."""
        if self.number < _last_number(self.type, self.year):
            return Period(self.type, self.year, self.number + 1)
        return Period(self.type, self.year + 1, 0 if self.type == "year" else 1)


def _last_number(kind: PeriodType, year: int) -> int:
    if kind == "week":
        return datetime.date(year, 12, 28).isocalendar().week
    return {"year": 0, "quarter": 4, "month": 12}[kind]


@lru_cache(maxsize=20_000)
def parse_period(text: str) -> Period:
    """Read ``2022``, ``2022-Q3``, ``2022-09`` or ``2022-W36``.

    Raises
    ------
    InputError
        With code ``period.unknown`` for anything else, for a week or month that does not exist
        and for a year outside 1990-2099.

    Examples
    --------
    >>> parse_period("2022-09").type
    'month'
    """
    match = _FORM.fullmatch(text)
    if match is not None:
        year, quarter, week, month = match.groups()
        kind: PeriodType = (
            "quarter" if quarter else "week" if week else "month" if month else "year"
        )
        number = int(quarter or week or month or 0)
        smallest = 0 if kind == "year" else 1
        known = FIRST_YEAR <= int(year) <= LAST_YEAR
        if known and smallest <= number <= _last_number(kind, int(year)):
            return Period(kind, int(year), number)
    raise InputError(
        Problem(
            code="period.unknown",
            expected=f"a period of {FIRST_YEAR}-{LAST_YEAR}: 2022, 2022-Q3, 2022-09, 2022-W36",
            found=repr(text),
            remedy="Write it in one of these forms, with a month or week of that year; no date.",
        )
    )


def missing_between(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Give the periods of one type that are absent between the first and the last.

    Examples
    --------
    >>> [str(p) for p in missing_between([parse_period("2022-01"), parse_period("2022-04")])]
    ['2022-02', '2022-03']
    """
    present = frozenset(periods)
    gaps = []
    step = min(periods)
    while step < max(periods):
        if step not in present:
            gaps.append(step)
        step = step.next
    return tuple(gaps)


def compact(periods: Iterable[Period]) -> str:
    """Write periods as ranges: ``2023-01..2023-11``.

    Examples
    --------
    >>> compact(parse_period(p) for p in ("2023-01", "2023-02", "2023-04"))
    '2023-01..2023-02, 2023-04'
    """
    return ", ".join(
        str(first) if first == last else f"{first}..{last}" for first, last in _ranges(periods)
    )


def expand(text: str) -> tuple[Period, ...]:
    """Read what ``compact`` wrote.

    Examples
    --------
    >>> [str(period) for period in expand("2023-01..2023-02, 2023-04")]
    ['2023-01', '2023-02', '2023-04']
    """
    periods = []
    for part in text.split(", "):
        first, _, last = part.partition("..")
        step = parse_period(first)
        periods.append(step)
        while last and step < parse_period(last):
            step = step.next
            periods.append(step)
    return tuple(periods)


def span_label(periods: Iterable[Period], language: Language) -> str:
    """Name a set of periods as people do.

    Examples
    --------
    >>> span_label([parse_period(f"2023-{m:02d}") for m in range(1, 12)], "fi")
    'tammi–marraskuu 2023'
    >>> span_label([parse_period("2022-W01"), parse_period("2022-W02")], "sv")
    'veckorna 1–2/2022'
    """
    return ", ".join(_range_label(first, last, language) for first, last in _ranges(periods))


def _ranges(periods: Iterable[Period]) -> list[tuple[Period, Period]]:
    ranges: list[tuple[Period, Period]] = []
    for period in sorted(set(periods)):
        if ranges and ranges[-1][1].next == period:
            ranges[-1] = (ranges[-1][0], period)
        else:
            ranges.append((period, period))
    return ranges


def _range_label(first: Period, last: Period, language: Language) -> str:
    if first.type == "year":
        return f"{first.year}" if first == last else f"{first.year}–{last.year}"
    if first.year != last.year:
        return f"{_range_label(first, first, language)} – {_range_label(last, last, language)}"
    if first.type == "month":
        names = month_names(language)
        start, end = names[first.number - 1], names[last.number - 1]
        if first == last:
            return f"{start} {first.year}"
        if language == "fi":
            start = start.removesuffix("kuu")
        return f"{start}–{end} {first.year}"
    numbers = f"{first.number}" if first == last else f"{first.number}–{last.number}"
    key = f"period.{first.type}" if first == last else f"period.{first.type}s"
    return word(key, language, numbers=numbers, year=first.year)
