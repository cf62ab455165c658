"""The areas a comparison is made for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from baseline_compare.areas import Group, Level, Registry
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
Groups = Mapping[str, Sequence[str] | Group]
Areas = str | Sequence[str | Groups] | Groups


@dataclass(frozen=True, slots=True)
class Target:
    """One area of a comparison: an area of the registry or a group of one's own (``parts``).

    ``named`` says that the caller asked for it by itself and not by its level; ``source`` who drew
    the borders of a group.
    """

    code: str
    names: Mapping[Language, str]
    short_names: Mapping[Language, str]
    level: str
    members: frozenset[str]
    parts: tuple[str, ...] = ()
    named: bool = False
    source: str = ""


def resolve_targets(areas: Areas, registry: Registry, vintage: int) -> tuple[Target, ...]:
    """Turn what the caller asked for into targets.

    Raises
    ------
    AreaError
        ``area.role`` for Åland or the whole country, ``area.partition`` for workshop areas, for
        groups that overlap or are empty, and the errors of the registry.
    """
    asked: list[object] = [areas] if isinstance(areas, str | Mapping) else list(areas)
    targets: dict[str, Target] = {}
    seen: dict[str, str] = {}
    for item in asked:
        if isinstance(item, Mapping):
            found = _own_groups(item, registry, vintage, seen)
        elif isinstance(item, str):
            found = _of_registry(item, registry, vintage)
        else:
            expected = "a level, the code of an area, or groups by name"
            remedy = "Write a group as {'name': Group(codes=[...])}."
            raise AreaError(_problem("area.partition", expected, repr(item), remedy))
        for target in found:
            if target.level == "own_group" and target.code in targets:
                remedy = "Give one of the groups another name."
                raise AreaError(_problem("area.partition", "each name once", target.code, remedy))
            targets[target.code] = target
    return tuple(targets.values())


def _of_registry(name: str, registry: Registry, vintage: int) -> Iterator[Target]:
    """Give the areas of a level, or one area by its code."""
    if name == "workshop_area":
        raise AreaError(
            _problem(
                "area.partition", f"{' or '.join(COMPARED_LEVELS)}", "workshop_area",
                "Name single areas: the six may overlap, as the sources do not say whether the "
                "southern one left the capital region out.",
            )
        )  # fmt: skip
    if name not in COMPARED_LEVELS:
        yield _target(_single(name, registry, vintage), registry, vintage, named=True)
        return
    found = registry.at_level(cast(Level, name), vintage=vintage)
    if not found:
        told = f"{name}, which did not exist in {vintage}"
        raise AreaError(_problem("area.vintage", "a level of that time", told, "Name another."))
    for area in found:
        if area.role != "aland":
            yield _target(area.code, registry, vintage, named=False)


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
    groups: Groups, registry: Registry, vintage: int, seen: dict[str, str]
) -> Iterator[Target]:
    """Turn groups into targets; ``seen`` says in which group each municipality is already."""
    for name, given in groups.items():
        group = _group(name, given, registry)
        members: set[str] = set()
        for code in group.codes:
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
        label = group.names or dict.fromkeys(LANGUAGES, name)
        yield Target(
            name, label, label, "own_group", frozenset(members), tuple(group.codes), named=True,
            source=group.source,
        )  # fmt: skip


def _group(name: str, given: Sequence[str] | Group, registry: Registry) -> Group:
    """Give a group whose name and list are such that it can be compared."""
    if not isinstance(given, Group):
        if not given or isinstance(given, str):
            told = f"{name}: {given!r}"
            raise AreaError(
                _problem("area.partition", "a list of area codes", told, "List the codes.")
            )
        given = Group(codes=given)
    if not printable(name).strip():
        remedy = "Give the group a name that can be read."
        raise AreaError(_problem("area.partition", "a name", ascii(name), remedy))
    if name in registry or name in COMPARED_LEVELS:
        remedy = "Give the group a name that is no code."
        raise AreaError(_problem("area.partition", "a name of one's own", name, remedy))
    return given


def mainland_members(code: str, registry: Registry, vintage: int) -> frozenset[str]:
    """Give the municipalities of an area without those of Åland."""
    members = registry.municipalities(code, vintage=vintage)
    return frozenset(m for m in members if registry.get(m).role != "aland")


def _problem(code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, column="areas")
