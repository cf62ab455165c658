"""Typed, dated events after which a series is not comparable, or comparable with a remark."""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from baseline_compare.errors import DefinitionError, Problem
from baseline_compare.language import LANGUAGES, Language
from baseline_compare.periods import Period

Effect = Literal["not_comparable", "remark"]
Precision = Literal["day", "month", "year"]
SCHEMA = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One event; ``areas`` and ``indicators`` are patterns in which ``*`` stands for anything."""

    id: str
    date_from: datetime.date
    date_to: datetime.date | None
    date_precision: Precision
    kind: str
    effect: Effect
    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    source: str
    names: Mapping[Language, str]

    def name(self, language: Language = "en") -> str:
        """Give the name of the event."""
        return self.names[language]

    def concerns(self, indicators: Iterable[str], areas: Iterable[str]) -> bool:
        """Whether the event bears on any of these indicators in any of these areas."""
        return self.is_about(indicators) and self.lies_in(areas)

    def is_about(self, indicators: Iterable[str]) -> bool:
        """Whether the event bears on any of these indicators."""
        return any(_matches(self.indicators, text) for text in indicators)

    def lies_in(self, areas: Iterable[str]) -> bool:
        """Whether the event bears on any of these areas."""
        return any(_matches(self.areas, text) for text in areas)

    @property
    def boundaries(self) -> tuple[datetime.date, ...]:
        """The days from which it is otherwise than before: its first, and that after its last."""
        if self.date_to is None:
            return (self.date_from,)
        return (self.date_from, self.date_to + datetime.timedelta(days=1))

    def touches(self, base: tuple[Period, Period], follow_up: tuple[Period, Period]) -> bool:
        """Whether it falls between two windows, or into one of them more than into the other.

        Examples
        --------
        >>> from baseline_compare.periods import parse_period
        >>> window = lambda y: (parse_period(f"{y}-01"), parse_period(f"{y}-11"))
        >>> event = {item.id: item for item in shipped_breaks()}["counties-start"]
        >>> event.touches(window(2022), window(2023)), event.touches(window(2023), window(2024))
        (True, False)
        """
        base_days = (base[0].first_day, base[1].last_day)
        later_days = (follow_up[0].first_day, follow_up[1].last_day)
        if base_days[0] < self.date_from <= later_days[1]:
            return True
        return self._extent(base_days) != self._extent(later_days)

    def _extent(self, days: tuple[datetime.date, datetime.date]) -> str:
        end = self.date_to or datetime.date.max
        if end < days[0] or self.date_from > days[1]:
            return "none"
        return "all" if self.date_from <= days[0] and days[1] <= end else "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """How the level after an event relates to that before it, for the same thing measured twice.

    ``factor`` is what the new way gives for one of the old, ``standard_error`` that of its natural
    logarithm, ``source`` where both come from.

    Raises
    ------
    DefinitionError
        ``definition.invalid`` for a factor or a standard error that is not above 0, or no source.

    Examples
    --------
    >>> Bridge(factor=0.94, standard_error=0.01, source="a double count in January 2026").factor
    0.94
    """

    factor: float
    standard_error: float
    source: str

    def __post_init__(self) -> None:
        """Check the fields."""
        for name in ("factor", "standard_error"):
            number = getattr(self, name)
            if not (isinstance(number, int | float) and 0 < number < math.inf):
                raise _invalid_bridge(name, "a number above 0", repr(number))
        if not self.source.strip():
            raise _invalid_bridge("source", "where factor and standard error come from", "nothing")


def _invalid_bridge(name: str, expected: str, found: str) -> DefinitionError:
    return DefinitionError(
        Problem(
            code="definition.invalid",
            expected=f"{expected} as {name} of a bridge",
            found=found,
            remedy="A bridge without its own uncertainty is none: estimate both.",
        )
    )


@cache
def shipped_breaks() -> tuple[Break, ...]:
    """Give the events that are shipped with the package."""
    path = resources.files("baseline_compare").joinpath("data/breaks.toml")
    return parse_breaks(path.read_text(encoding="utf-8"), file="breaks.toml")


def parse_breaks(text: str, *, file: str) -> tuple[Break, ...]:
    """Read events from the text of a TOML file.

    Raises
    ------
    DefinitionError
        ``definition.invalid`` for a field that is missing, unknown or of the wrong type.
    """
    try:
        tables = tomllib.loads(text).get("breaks", {})
        return tuple(_break(key, table) for key, table in tables.items())
    except (KeyError, TypeError, ValueError) as error:
        raise DefinitionError(
            Problem(
                code="definition.invalid",
                expected="events with the fields of the shipped breaks.toml",
                found=f"{type(error).__name__}: {error}",
                remedy="Correct the event.",
                file=file,
            )
        ) from error


def document(breaks: Iterable[Break]) -> dict[str, Any]:
    """Give events, in the order of their dates, as the nested tables of their TOML file."""
    ordered = sorted(breaks, key=lambda event: (event.date_from, event.id))
    return {"schema": SCHEMA, "breaks": {event.id: _table(event) for event in ordered}}


def _break(key: str, table: dict[str, Any]) -> Break:
    known = dict(table)
    names = known.pop("name")
    effect, precision = known.pop("effect"), known.pop("date_precision")
    if effect not in get_args(Effect) or precision not in get_args(Precision):
        message = f"effect {effect!r} with date_precision {precision!r} of {key}"
        raise ValueError(message)
    if set(names) != set(LANGUAGES):
        message = f"names of {key} in {sorted(names)}"
        raise ValueError(message)
    end = known.pop("date_to", "")
    return Break(
        id=key,
        date_from=datetime.date.fromisoformat(known.pop("date_from")),
        date_to=datetime.date.fromisoformat(end) if end else None,
        areas=tuple(known.pop("areas")),
        indicators=tuple(known.pop("indicators")),
        effect=effect,
        date_precision=precision,
        names=names,
        **known,
    )


def _table(event: Break) -> dict[str, Any]:
    return {
        "date_from": event.date_from.isoformat(),
        **({"date_to": event.date_to.isoformat()} if event.date_to else {}),
        "date_precision": event.date_precision,
        "kind": event.kind,
        "effect": event.effect,
        "areas": list(event.areas),
        "indicators": list(event.indicators),
        "source": event.source,
        "name": {language: event.names[language] for language in LANGUAGES},
    }


def _matches(patterns: tuple[str, ...], text: str) -> bool:
    return "*" in patterns or any(fnmatchcase(text, pattern) for pattern in patterns)
