"""The registry of areas: lookup by any name, dated memberships, changes."""

from __future__ import annotations

import bisect
import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import cast

from baseline_compare.areas.model import (
    COVERED_FROM,
    OPEN_END,
    Area,
    AreaChange,
    Level,
    Role,
    Vintage,
    vintage_day,
)
from baseline_compare.areas.suggesting import folded, suggestion
from baseline_compare.areas.words import BECAME, ambiguous, foreign_script, in_role
from baseline_compare.errors import AreaError, Problem
from baseline_compare.language import LANGUAGES


class Registry:
    """All areas and their dated memberships, from the tables of a release or of the package.

    Examples
    --------
    >>> registry().find("Etelä-Suomi").code
    'YTA1'
    >>> registry().find("åland", level="county").code
    'HVA91'
    >>> len(registry().municipalities("YTA2", vintage=2025))
    65
    """

    def __init__(self, areas: str, memberships: str, changes: str = "date\n") -> None:
        rows = list(csv.DictReader(io.StringIO(areas)))
        self._areas = tuple(_area(row) for row in rows)
        self._by_code: dict[str, list[Area]] = defaultdict(list)
        for area in self._areas:
            self._by_code[area.code].append(area)
        self._parents: dict[str, list[tuple[str, datetime.date, datetime.date]]] = defaultdict(list)
        self._children: dict[str, list[tuple[str, datetime.date, datetime.date]]] = defaultdict(
            list
        )
        for row in csv.DictReader(io.StringIO(memberships)):
            span = (_date(row["valid_from"]), _date(row["valid_to"]))
            self._parents[row["child"]].append((row["parent"], *span))
            self._children[row["parent"]].append((row["child"], *span))
        self._changes = tuple(
            AreaChange(_date(row["date"]), row["kind"], row["from_area"], row["to_area"])
            for row in csv.DictReader(io.StringIO(changes))
        )
        self._names = self._index_names()
        spans = [(area.valid_from, area.valid_to) for area in self._areas]
        spans += [link[1:] for links in self._parents.values() for link in links]
        after = {end + datetime.timedelta(days=1) for _, end in spans if end != OPEN_END}
        self._days = sorted({COVERED_FROM, *(start for start, _ in spans), *after})
        self._members: dict[tuple[str, datetime.date], frozenset[str]] = {}

    def _index_names(self) -> tuple[dict[str, list[Area]], dict[str, list[Area]]]:
        official: dict[str, list[Area]] = defaultdict(list)
        other: dict[str, list[Area]] = defaultdict(list)
        for area in self._areas:
            for name in dict.fromkeys(folded(name) for name in area.names.values()):
                official[name].append(area)
            shorter = (*area.short_names.values(), *area.aliases)
            for name in dict.fromkeys(folded(name) for name in shorter):
                other[name].append(area)
        return official, other

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str, *, vintage: Vintage | None = None) -> Area:
        """Look an area up by its code, at a vintage or as it was last named.

        Raises
        ------
        AreaError
            ``area.unknown`` with the nearest codes or names; ``area.vintage`` or ``area.retired``
            with what became of a code that does not hold at the vintage.
        """
        versions = self._by_code.get(code)
        if not versions:
            raise AreaError(self._unknown(code, expected="the code of an area"))
        if vintage is None:
            return versions[-1]
        day = vintage_day(vintage)
        for area in versions:
            if area.valid_from <= day <= area.valid_to:
                return area
        raise AreaError(self._outside(versions[-1], day))

    def find(
        self,
        text: str,
        *,
        level: Level | None = None,
        vintage: Vintage | None = None,
        role: Role | None = None,
    ) -> Area:
        """Look an area up by code or name, in any of the three languages and any case.

        An official name wins over a short form or an inflected one: "Pirkanmaa" is the region
        ``MK06`` unless ``level="county"`` asks for the county of that short name.

        Raises
        ------
        AreaError
            ``area.unknown``, ``area.ambiguous`` (lists codes and levels; settle it by ``level`` or
            ``vintage``), ``area.vintage``, ``area.retired``, or ``area.role`` when the area is not
            in the role asked for: Åland and Helsinki are not reform counties.

        Examples
        --------
        >>> registry().find("södra finlands samarbetsområde").name("en")
        'Southern Finland collaboration area'
        >>> registry().find("Ahvenanmaa", level="region").code
        'MK21'
        """
        wanted = folded(text)
        official, other = self._names
        by_code = self._by_code.get(text.strip().upper(), [])
        all_fits: list[Area] = []
        for tier in (by_code, official.get(wanted, []), other.get(wanted, [])):
            fits = [area for area in tier if level in (None, area.level)]
            all_fits.extend(fits)
            if vintage is not None:
                day = vintage_day(vintage)
                fits = [area for area in fits if area.valid_from <= day <= area.valid_to]
            codes = sorted({area.code for area in fits})
            if len(codes) > 1:
                raise AreaError(ambiguous(text, fits))
            if codes:
                return in_role(fits[-1], role)
        if all_fits and vintage is not None:
            raise AreaError(self._outside(all_fits[-1], vintage_day(vintage)))
        raise AreaError(self._unknown(text))

    def at_level(self, level: Level, *, vintage: Vintage) -> tuple[Area, ...]:
        """Give the areas of a level at a vintage, in the order of their codes."""
        day = vintage_day(vintage)
        return tuple(
            area
            for area in self._areas
            if area.level == level and area.valid_from <= day <= area.valid_to
        )

    def reform_counties(self, *, vintage: Vintage) -> tuple[Area, ...]:
        """Give the 21 counties that took over on 1 January 2023; Helsinki and Åland are none.

        Examples
        --------
        >>> len(registry().reform_counties(vintage=2023))
        21
        """
        counties = self.at_level("county", vintage=vintage)
        return tuple(area for area in counties if area.role == "wellbeing_services_county")

    def parents(self, code: str, *, vintage: Vintage) -> tuple[Area, ...]:
        """Give every area that contains this one at a vintage, directly or through others."""
        return self._walk(code, self._parents, vintage)

    def children(
        self, code: str, *, vintage: Vintage, level: Level | None = None
    ) -> tuple[Area, ...]:
        """Give every area that lies in this one at a vintage, of one level or of all.

        Examples
        --------
        >>> [area.code for area in registry().children("YTA3", vintage=2022, level="county")]
        ['HVA07', 'HVA08', 'HVA16']
        """
        found = self._walk(code, self._children, vintage)
        return tuple(area for area in found if level in (None, area.level))

    def municipalities(self, code: str, *, vintage: Vintage) -> frozenset[str]:
        """Give the codes of the municipalities that make up an area at a vintage."""
        day = vintage_day(vintage)
        if (code, day) not in self._members:
            area = self.get(code, vintage=day)
            if area.level == "municipality":
                members = frozenset({code})
            else:
                children = self.children(code, vintage=day, level="municipality")
                members = frozenset(child.code for child in children)
            self._members[code, day] = members
        return self._members[code, day]

    def since(self, vintage: Vintage) -> datetime.date:
        """Give the day since which areas and memberships have been as they are at a vintage.

        Examples
        --------
        >>> registry().since("2024-12-24"), registry().since(2026).isoformat()[:4]
        (datetime.date(2024, 11, 1), '2026')
        """
        return self._days[bisect.bisect_right(self._days, vintage_day(vintage)) - 1]

    def changes(self, first: Vintage, last: Vintage) -> tuple[AreaChange, ...]:
        """Give what changed after the first vintage and not after the last one.

        Examples
        --------
        >>> [change.from_area for change in registry().changes(2025, 2026)]
        []
        >>> [change.to_area for change in registry().changes("2024-12-31", 2025)]
        ['KU507']
        """
        start, end = vintage_day(first), vintage_day(last)
        return tuple(change for change in self._changes if start < change.date <= end)

    def problems_between(self, code: str, days: Sequence[int]) -> list[tuple[int, Problem]]:
        """Say on which of the days (proleptic ordinals) a code does not hold, and why."""
        found = []
        for ordinal in days:
            day = max(datetime.date.fromordinal(ordinal), COVERED_FROM)
            versions = self._by_code.get(code)
            if versions and any(area.valid_from <= day <= area.valid_to for area in versions):
                continue
            unknown = "the code of an area"
            told = self._outside(versions[-1], day) if versions else self._unknown(code, unknown)
            found.append((ordinal, told))
        return found

    def _walk(
        self,
        code: str,
        links: dict[str, list[tuple[str, datetime.date, datetime.date]]],
        vintage: Vintage,
    ) -> tuple[Area, ...]:
        day = vintage_day(vintage)
        self.get(code, vintage=day)
        seen: set[str] = set()
        pending = [code]
        while pending:
            for other, valid_from, valid_to in links.get(pending.pop(), []):
                if valid_from <= day <= valid_to and other not in seen:
                    seen.add(other)
                    pending.append(other)
        return tuple(self.get(other, vintage=day) for other in sorted(seen))

    def _outside(self, area: Area, day: datetime.date) -> Problem:
        became = [change for change in self._changes if change.from_area == area.code]
        merged = any(change.kind == "merger" for change in became)
        told = "; ".join(
            f"{change.from_area} {BECAME[change.kind]} {change.to_area} on {change.date}"
            for change in became
        )
        first = min(version.valid_from for version in self._by_code[area.code])
        span = f"from {first}"
        if area.valid_to != OPEN_END:
            span += f" to {area.valid_to}"
        after = told or "no area of this registry follows it"
        early = day < area.valid_from
        return Problem(
            code="area.vintage" if merged or early else "area.retired",
            expected=f"an area of {day}",
            found=f"{area.code} ({area.name()}), which is valid {span}",
            remedy=(
                "Use the area that was there before."
                if early
                else f"Use the area of that time: {after}."
            ),
        )

    def _unknown(self, text: str, expected: str = "the code or the name of an area") -> Problem:
        return Problem(
            code="area.unknown",
            expected=expected,
            found=f"{text!r}{foreign_script(text)}",
            remedy=suggestion(text, self._by_code, self._names),
        )


@cache
def registry() -> Registry:
    """Give the registry that is shipped with the package."""
    return Registry(_shipped("areas.csv"), _shipped("memberships.csv"), shipped_changes())


def shipped_changes() -> str:
    """Give the table of what became of areas, which grows after a release was sealed."""
    return _shipped("area_changes.csv")


def _shipped(name: str) -> str:
    return resources.files("baseline_compare").joinpath("data", name).read_text(encoding="utf-8")


def _area(row: dict[str, str]) -> Area:
    return Area(
        code=row["code"],
        level=cast(Level, row["level"]),
        names={language: row[f"name_{language}"] for language in LANGUAGES},
        short_names={language: row[f"short_{language}"] for language in LANGUAGES},
        aliases=tuple(name for name in row["aliases"].split(";") if name),
        role=cast(Role, row["role"]),
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        note=row["note"],
    )


def _date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text) if text else OPEN_END
