"""Systems of codes that tables of Finnish areas use, and what a text means in each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from baseline_compare.areas.model import LEVELS, Area, Level
from baseline_compare.areas.registry import registry
from baseline_compare.areas.suggesting import folded
from baseline_compare.language import LANGUAGES, Language

System = Literal[
    "library_code",
    "name",
    "municipality_number",
    "county_number",
    "old_sotkanet_code",
    "region_number",
    "sotkanet_id",
    "old_sotkanet_id",
    "collaboration_area_number",
    "kela_district_number",
]
SYSTEM_NAMES: dict[str, str] = {
    "library_code": "codes with their prefix",
    "name": "names",
    "municipality_number": "municipality numbers",
    "county_number": "county numbers",
    "old_sotkanet_code": "old Sotkanet county numbers",
    "region_number": "region numbers",
    "sotkanet_id": "Sotkanet region ids",
    "old_sotkanet_id": "old Sotkanet region ids",
    "collaboration_area_number": "collaboration area numbers",
    "kela_district_number": "Kela district numbers",
}
_NUMBERED: tuple[Level, ...] = ("municipality", "county", "region")
YEARS = (2022, 2023, 2024, 2025, 2026)
WHOLE: tuple[Level, ...] = ("mainland", "country")
"""Levels of a total row, which does not make a column one of several levels."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What texts mean in one system: the code of each text that fits.

    ``official`` is how many of them are full names (of a system of numbers or codes: all).
    """

    system: System
    level: Level | None
    codes: Mapping[str, str]
    official: int


def readings(texts: Iterable[str]) -> list[Reading]:
    """Read texts by every system in which at least one of them has a meaning."""
    asked = list(texts)
    found = [_by_code("library_code", {text: text.strip().upper() for text in asked})]
    for system, table in _number_tables().items():
        found.append(_by_code(system, {text: table.get(text.strip(), "") for text in asked}))
    spelled = {text: folded(text) for text in asked}
    found += [_by_name(level, spelled) for level in LEVELS if level != "workshop_area"]
    return [reading for reading in found if reading.codes]


def _by_code(system: System, meant: Mapping[str, str]) -> Reading:
    codes = {text: code for text, code in meant.items() if code in registry()}
    return Reading(system, level_of(codes.values()), codes, len(codes))


def _by_name(level: Level, spelled: Mapping[str, str]) -> Reading:
    """Read names of one level; the mainland and the whole country may stand beside it."""
    codes, official, own = {}, 0, False
    for text, name in spelled.items():
        for name_level in dict.fromkeys((level, *WHOLE)):
            hit = _names(name_level).get(name)
            if hit is not None:
                codes[text] = hit[0]
                official += hit[1]
                own |= name_level == level
                break
    return Reading("name", level, codes if own else {}, official)


def level_of(codes: Iterable[str]) -> Level | None:
    """Give the one level of some codes, a total row aside; None if there are several."""
    levels = {registry().get(code).level for code in set(codes)}
    parts = levels - set(WHOLE) or levels
    return next(iter(parts)) if len(parts) == 1 else None


def languages_of(names: Mapping[str, str]) -> tuple[Language, ...]:
    """Give the language that most of the names of some codes are in; several if they are alike."""
    counts = {
        language: sum(folded(text) in _spelled(code, language) for text, code in names.items())
        for language in LANGUAGES
    }
    most = max(counts.values())
    return tuple(language for language, count in counts.items() if count == most)


@cache
def spellings(code: str) -> frozenset[str]:
    """Give all names of an area as they are compared, in every language."""
    own = {name for language in LANGUAGES for name in _spelled(code, language)}
    return frozenset(own.union(folded(alias) for area in _versions(code) for alias in area.aliases))


@cache
def _spelled(code: str, language: Language) -> frozenset[str]:
    names = [name for a in _versions(code) for name in (a.name(language), a.short_name(language))]
    return frozenset(map(folded, names))


def _versions(code: str) -> list[Area]:
    level = registry().get(code).level
    found = [area for year in YEARS for area in registry().at_level(level, vintage=year)]
    return [area for area in found if area.code == code] or [registry().get(code)]


@cache
def _names(level: Level) -> dict[str, tuple[str, bool]]:
    """Give, by name, the code and whether the name is a full one; full ones win."""
    found: dict[str, tuple[str, bool]] = {}
    areas = [area for year in YEARS for area in registry().at_level(level, vintage=year)]
    for area in areas:
        for name in (*area.short_names.values(), *area.aliases):
            found.setdefault(folded(name), (area.code, False))
    for area in areas:
        for name in area.names.values():
            found[folded(name)] = (area.code, True)
    return found


@cache
def _number_tables() -> dict[System, dict[str, str]]:
    """Give, by system, what each bare number means, with and without its leading zeros."""
    known = {
        level: sorted({a.code for y in YEARS for a in registry().at_level(level, vintage=y)})
        for level in _NUMBERED
    }
    sotkanet = _sotkanet()
    return {
        "municipality_number": _both({code[2:]: code for code in known["municipality"]}),
        "county_number": _both({code[3:]: code for code in known["county"]}),
        "old_sotkanet_code": _both({row["old_code"]: row["area"] for row in sotkanet}),
        "region_number": _both({code[2:]: code for code in known["region"]}),
        "sotkanet_id": {row["id"]: row["area"] for row in sotkanet},
        "old_sotkanet_id": {row["old_id"]: row["area"] for row in sotkanet if row["old_id"]},
        "collaboration_area_number": {str(n): f"YTA{n}" for n in range(1, 6)},
        "kela_district_number": {str(n): f"KELA{n}" for n in range(1, 6)},
    }


def _both(table: Mapping[str, str]) -> dict[str, str]:
    filled = {number: code for number, code in table.items() if number}
    return {str(int(number)): code for number, code in filled.items()} | filled


def _sotkanet() -> list[dict[str, str]]:
    """Give the ids and codes of Sotkanet's regions: now, and before they changed."""
    path = resources.files("baseline_compare").joinpath("data", "sotkanet_regions.csv")
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
