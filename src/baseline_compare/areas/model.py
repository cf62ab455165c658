"""An area as it is named between two dates, and what became of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

from baseline_compare.errors import AreaError, Problem
from baseline_compare.language import Language
from baseline_compare.periods import LAST_YEAR

Level = Literal[
    "municipality",
    "region",
    "county",
    "collaboration_area",
    "insurance_district",
    "service_area",
    "regional_state_agency",
    "mainland",
    "country",
    "workshop_area",
]


LEVELS: tuple[Level, ...] = get_args(Level)


Role = Literal["", "wellbeing_services_county", "city", "aland"]


Vintage = int | str | datetime.date


COVERED_FROM = datetime.date(2022, 1, 1)


OPEN_END = datetime.date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area as it is named between two dates; an open end is far in the future."""

    code: str
    level: Level
    names: dict[Language, str]
    short_names: dict[Language, str]
    aliases: tuple[str, ...]
    role: Role
    valid_from: datetime.date
    valid_to: datetime.date
    note: str

    def name(self, language: Language = "en") -> str:
        """Give the full name."""
        return self.names[language]

    def short_name(self, language: Language = "en") -> str:
        """Give the name for a chart or a table."""
        return self.short_names[language]

    def __str__(self) -> str:
        return f"{self.code} {self.name()} ({self.level})"


@dataclass(frozen=True, slots=True)
class AreaChange:
    """What became of an area on a date: ``merger``, ``moved`` (some members) or ``continued``."""

    date: datetime.date
    kind: str
    from_area: str
    to_area: str


def vintage_day(vintage: Vintage) -> datetime.date:
    """Turn a vintage into a day: a year means its first day, and before 2022 it is 2022.

    Examples
    --------
    >>> vintage_day(2024), vintage_day("2019")
    (datetime.date(2024, 1, 1), datetime.date(2022, 1, 1))
    """
    if isinstance(vintage, datetime.date):
        return max(vintage, COVERED_FROM)
    text = str(vintage)
    try:
        day = (
            datetime.date(int(text), 1, 1) if len(text) == 4 else datetime.date.fromisoformat(text)
        )
        if day.year > LAST_YEAR:
            raise ValueError
    except ValueError:
        raise AreaError(
            Problem(
                code="period.unknown",
                expected="a vintage: a year such as 2022 or a date such as 2024-11-01",
                found=repr(vintage),
                remedy="Give the year for which the area key holds.",
            )
        ) from None
    return max(day, COVERED_FROM)
