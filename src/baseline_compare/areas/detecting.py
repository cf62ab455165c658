"""What a column of area codes or names holds: level, system of codes, vintages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from baseline_compare.areas.model import Level, vintage_day
from baseline_compare.areas.registry import registry
from baseline_compare.areas.suggesting import folded
from baseline_compare.areas.systems import (
    SYSTEM_NAMES,
    YEARS,
    Reading,
    System,
    languages_of,
    readings,
    spellings,
)
from baseline_compare.errors import AreaError, Problem
from baseline_compare.language import Language

_KELA_IS_NOT = (
    "Kela's district 2 is collaboration area 4, and Kela's district 4 is collaboration area 2"
)

_MISSING = ("None", "nan", "NaT", "<NA>")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the first text of an ambiguous column would be in one system."""

    system: System
    level: Level | None
    text: str
    code: str

    def __str__(self) -> str:
        return f"{self.text} is {registry().get(self.code)} by {SYSTEM_NAMES[self.system]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a column of area codes or names holds.

    Attributes
    ----------
    system
        How the areas are written (``areas.System``), or ``ambiguous`` or ``unknown``.
    level
        The level of the areas, total rows aside; ``None`` if there are several or it is not known.
    vintages
        The years, 2022 to 2026, whose areas all of them are.
    language
        Of names: their language; ``None`` where they are spelled alike in several.
    candidates
        Of an ambiguous column: what its first text would be in each system that fits.
    unknown
        What fits nothing.
    advice
        What to do, in English.
    codes
        From what was in the column to the library's code; empty unless the answer is clear.
    """

    system: System | str
    advice: str
    level: Level | None = None
    vintages: tuple[int, ...] = ()
    language: Language | None = None
    candidates: tuple[Candidate, ...] = ()
    unknown: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        name = SYSTEM_NAMES.get(self.system, self.system)
        parts = [name, f"level {self.level}" if self.level else ""]
        parts.append(f"language {self.language}" if self.language else "")
        parts.append(f"areas of {_years(self.vintages)}" if self.vintages else "")
        lines = ["; ".join(part for part in parts if part)]
        lines += [f"  {candidate}" for candidate in self.candidates]
        if self.unknown:
            more = f" and {len(self.unknown) - 10} more" if len(self.unknown) > 10 else ""
            lines.append(f"  fits nothing: {', '.join(map(repr, self.unknown[:10]))}{more}")
        return "\n".join([*lines, self.advice])


def detect(codes: Iterable[object], *, names: Iterable[object] | None = None) -> Detected:
    """Say what a column of area codes or names holds, and what to do with it.

    Bare numbers of counties, of counties in old Sotkanet files and of regions overlap. They are
    told apart by a number that only one of them has (90 and 91, 22, 03 and 20), by the complete
    list of the regions, or by the names beside them; otherwise the answer is ``ambiguous``, never a
    guess.

    Parameters
    ----------
    codes
        The cells of the column; empty ones are left out.
    names
        The names of the same rows.

    Raises
    ------
    AreaError
        ``argument.type`` if there are not as many names as codes.

    Examples
    --------
    >>> detect(["01", "02", "90"])
    county numbers; level county; areas of 2022-2026
    Put the library's codes in: column.astype(str).map(detect(column).codes).
    >>> detect(["01", "02"]).system
    'ambiguous'
    >>> detect(["01", "02"], names=["Uusimaa", "Varsinais-Suomi"]).codes
    {'01': 'MK01', '02': 'MK02'}
    """
    cells = [_text(cell) for cell in codes]
    beside = None if names is None else [_text(cell) for cell in names]
    if beside is not None and len(beside) != len(cells):
        raise AreaError(
            Problem(
                code="argument.type",
                expected="a name for each code",
                found=f"{len(cells)} codes and {len(beside)} names",
                remedy="Give the two columns of one table.",
            )
        )
    texts = list(dict.fromkeys(text for text in cells if text.strip()))
    pairs = dict(zip(cells, beside, strict=True)) if beside else {}
    fits = _settled(_fitting(texts), pairs)
    if not fits:
        advice = "No area is written so: list the areas with `baseline-compare areas`."
        return Detected(system="unknown", unknown=tuple(texts), advice=advice)
    if len(fits) > 1:
        return _ambiguous(fits, texts)
    return _clear(fits[0], texts)


def _text(cell: object) -> str:
    """Write a cell as text; a missing one is empty, and a whole number has no decimals."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return "" if text in _MISSING else text


def _fitting(texts: Sequence[str]) -> list[Reading]:
    """Give the readings that most texts fit, if at least half of them do."""
    found = readings(texts)
    most = max((len(reading.codes) for reading in found), default=0)
    if 2 * most < max(len(texts), 1):
        return []
    best = [reading for reading in found if len(reading.codes) == most]
    official = max(reading.official for reading in best)
    best = [reading for reading in best if reading.official == official]
    regions = [reading for reading in best if _all_regions(reading)]
    return regions if len(regions) == 1 else best


def _all_regions(reading: Reading) -> bool:
    """Whether the numbers are those of all regions, with or without Åland, and no other."""
    every = registry().at_level("region", vintage=YEARS[0])
    mainland = {area.code for area in every if area.role != "aland"}
    whole = mainland | {area.code for area in every}
    return reading.system == "region_number" and set(reading.codes.values()) in (mainland, whole)


def _settled(fits: list[Reading], names: Mapping[str, str]) -> list[Reading]:
    """Keep the one reading that most names agree with, if there is one."""
    said = {text: folded(name) for text, name in names.items() if name.strip()}
    if len(fits) < 2 or not said:
        return fits
    agreed = [
        sum(said.get(text) in spellings(code) for text, code in reading.codes.items())
        for reading in fits
    ]
    most = max(agreed)
    best = [reading for reading, count in zip(fits, agreed, strict=True) if count == most]
    return best if len(best) == 1 and 2 * most > len(said) else fits


def _ambiguous(fits: Sequence[Reading], texts: Sequence[str]) -> Detected:
    shared = max(texts, key=lambda text: sum(text in reading.codes for reading in fits))
    shown = [shared if shared in reading.codes else next(iter(reading.codes)) for reading in fits]
    candidates = tuple(
        Candidate(reading.system, reading.level, text, reading.codes[text])
        for reading, text in zip(fits, shown, strict=True)
    )
    advice = "Give the names beside them (names=), or write each code with its prefix."
    if any(reading.system == "kela_district_number" for reading in fits):
        advice = f"{_KELA_IS_NOT}: write YTA2 or KELA2."
    unknown = tuple(text for text in texts if not any(text in r.codes for r in fits))
    return Detected(system="ambiguous", candidates=candidates, unknown=unknown, advice=advice)


def _clear(reading: Reading, texts: Sequence[str]) -> Detected:
    codes = set(reading.codes.values())
    vintages = tuple(year for year in YEARS if _hold(codes, year))
    languages = languages_of(reading.codes) if reading.system == "name" else ()
    advice = []
    if any(text != code for text, code in reading.codes.items()):
        advice = ["Put the library's codes in: column.astype(str).map(detect(column).codes)."]
    if len(languages) > 1:
        advice.append(f"The names are spelled alike in {' and '.join(languages)}.")
    if reading.level == "municipality":
        vintages = _complete(codes, vintages)
        advice += _municipal_advice(codes, vintages)
    elif reading.level in ("insurance_district", "service_area"):
        advice.append(f"Do not take them for collaboration areas: {_KELA_IS_NOT}.")
    elif reading.level is None:
        advice.append("There are areas of several levels, which overlap: do not add them up.")
    if not vintages:
        advice.append("No year has all of these areas: convert the rows of each period by itself.")
    return Detected(
        system=reading.system,
        level=reading.level,
        vintages=vintages,
        language=languages[0] if len(languages) == 1 else None,
        unknown=tuple(text for text in texts if text not in reading.codes),
        advice=" ".join(advice) or "Use them as they are.",
        codes=dict(reading.codes),
    )


def _hold(codes: Iterable[str], year: int) -> bool:
    day = [vintage_day(year).toordinal()]
    return not any(registry().problems_between(code, day) for code in codes)


def _complete(codes: set[str], vintages: tuple[int, ...]) -> tuple[int, ...]:
    """Keep the years of which all municipalities of the mainland are there, if there are any."""
    whole = [year for year in vintages if codes >= _mainland(year)]
    return tuple(whole) or vintages


def _mainland(year: int) -> frozenset[str]:
    return registry().municipalities("FI-MAINLAND", vintage=year)


def _municipal_advice(codes: set[str], vintages: tuple[int, ...]) -> list[str]:
    """Say from which municipalities the vintage is known, and how it is converted."""
    merged = _mainland(YEARS[0]) - _mainland(YEARS[-1])
    told = ", ".join(sorted(merged))
    if not vintages:
        return []
    if vintages == YEARS:
        return [
            f"The vintage cannot be told: the column holds neither {told}, which merged later, nor "
            "all other municipalities."
        ]
    if codes & merged:
        year = vintages[-1] + 1
        return [f"{told} is among them: measurements.at_vintage({year}) gives areas of {year}."]
    return [f"{told} has merged: compare them with baseline.at_vintage({vintages[0]})."]


def _years(vintages: Sequence[int]) -> str:
    return f"{vintages[0]}-{vintages[-1]}" if len(vintages) > 1 else str(vintages[0])
