"""The areas a comparison is made for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from baseline_compare.areas import Level, Registry
from baseline_compare.errors import AreaError, Problem
from baseline_compare.language import LANGUAGES, Language, printable

ComparedLevel = Literal[
    "collaboration_area",
    "region",
    "county",
    "insurance_district",
    "mainland",
    "municipality",
    "service_area",
    "regional_state_agency",
]
COMPARED_LEVELS: tuple[ComparedLevel, ...] = get_args(ComparedLevel)
Areas = str | Sequence[str] | Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """One area of a comparison: an area of the registry or a group of one's own (``parts``).

    ``named`` says that the caller asked for it by itself and not by its level.
    """

    code: str
    names: Mapping[Language, str]
    short_names: Mapping[Language, str]
    level: str
    members: frozenset[str]
    parts: tuple[str, ...] = ()
    named: bool = False


def resolve_targets(areas: Areas, registry: Registry, vintage: int) -> tuple[Target, ...]:
    """Turn what the caller asked for into targets.

    Raises
    ------
    AreaError
        ``area.role`` for Åland or the whole country, ``area.partition`` for workshop areas, for
        groups that overlap or are empty, and the errors of the registry.
    """
    if isinstance(areas, Mapping):
        return _own_groups(areas, registry, vintage)
    asked = [areas] if isinstance(areas, str) else list(areas)
    targets: dict[str, Target] = {}
    for name in asked:
        if name == "workshop_area":
            raise AreaError(
                _problem(
                    "area.partition", f"{' or '.join(COMPARED_LEVELS)}", "workshop_area",
                    "Name single areas: the six may overlap, as the sources do not say whether the "
                    "southern one left the capital region out.",
                )
            )  # fmt: skip
        if name in COMPARED_LEVELS:
            found = registry.at_level(cast(Level, name), vintage=vintage)
            if not found:
                told = f"{name}, which did not exist in {vintage}"
                raise AreaError(
                    _problem("area.vintage", "a level of that time", told, "Name another.")
                )
            codes = [area.code for area in found if area.role != "aland"]
        else:
            codes = [_single(name, registry, vintage)]
        for code in codes:
            targets[code] = _target(code, registry, vintage, named=name not in COMPARED_LEVELS)
    return tuple(targets.values())


def _single(name: str, registry: Registry, vintage: int) -> str:
    if name in ("country", "FI"):
        raise AreaError(
            _problem(
                "area.role", "an area of the mainland", name,
                "Use 'mainland': Kela pays no social assistance on Åland.",
            )
        )  # fmt: skip
    try:
        area = registry.get(name, vintage=vintage)
    except AreaError as error:
        told = error.problems[0]
        near = difflib.get_close_matches(name, COMPARED_LEVELS, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else told.remedy
        remedy = f"{remedy} The levels are {', '.join(COMPARED_LEVELS)}."
        raise AreaError(replace(told, remedy=remedy)) from None
    if area.role == "aland":
        remedy = "Åland has its own act and is left out of every comparison."
        raise AreaError(_problem("area.role", "an area of the mainland", str(area), remedy))
    return area.code


def _target(code: str, registry: Registry, vintage: int, *, named: bool) -> Target:
    area = registry.get(code, vintage=vintage)
    return Target(
        code=code,
        names=area.names,
        short_names=area.short_names,
        level=area.level,
        members=mainland_members(code, registry, vintage),
        named=named,
    )


def _own_groups(
    groups: Mapping[str, Sequence[str]], registry: Registry, vintage: int
) -> tuple[Target, ...]:
    targets: list[Target] = []
    seen: dict[str, str] = {}
    for name, codes in groups.items():
        if not codes or isinstance(codes, str):
            told = f"{name}: {codes!r}"
            raise AreaError(
                _problem("area.partition", "a list of area codes", told, "List the codes.")
            )
        if not printable(name).strip():
            remedy = "Give the group a name that can be read."
            raise AreaError(_problem("area.partition", "a name", ascii(name), remedy))
        if name in registry:
            remedy = "Give the group a name that is no code."
            raise AreaError(_problem("area.partition", "a name of one's own", name, remedy))
        members: set[str] = set()
        for code in codes:
            _single(code, registry, vintage)
            for municipality in sorted(mainland_members(code, registry, vintage)):
                if municipality in seen or municipality in members:
                    other = seen.get(municipality, name)
                    raise AreaError(
                        _problem(
                            "area.partition", "each municipality in one group once",
                            f"{municipality} in {name} ({code}) and in {other}",
                            "Take it out of one of them.",
                        )
                    )  # fmt: skip
                members.add(municipality)
        seen |= dict.fromkeys(members, name)
        label = dict.fromkeys(LANGUAGES, name)
        targets.append(
            Target(name, label, label, "own_group", frozenset(members), tuple(codes), named=True)
        )
    return tuple(targets)


def mainland_members(code: str, registry: Registry, vintage: int) -> frozenset[str]:
    """Give the municipalities of an area without those of Åland."""
    members = registry.municipalities(code, vintage=vintage)
    return frozenset(m for m in members if registry.get(m).role != "aland")


def _problem(code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, column="areas")
