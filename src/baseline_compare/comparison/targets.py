"""The areas a comparison is made for, and what each of them is taken from."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from baseline_compare.areas import Level, Registry
from baseline_compare.errors import AreaError, ComparisonError, Problem
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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a target cannot be taken from the areas that have rows."""

    reason: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """For some targets, the areas each is summed from.

    ``members`` lists them one target after the other, ``starts`` where each target begins, and
    ``origins`` says ``own`` or the level of the parts.
    """

    targets: tuple[int, ...]
    members: tuple[str, ...]
    starts: npt.NDArray[np.intp]
    origins: tuple[str, ...]
    refused: Mapping[int, Refusal]

    def parts_of(self, position: int) -> tuple[str, ...]:
        """Give the areas that the target at this position of ``targets`` is summed from."""
        ends = [*self.starts[1:], len(self.members)]
        return self.members[self.starts[position] : ends[position]]


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
        members=_mainland(code, registry, vintage),
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
            for municipality in sorted(_mainland(code, registry, vintage)):
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


def _mainland(code: str, registry: Registry, vintage: int) -> frozenset[str]:
    """Give the municipalities of an area without those of Åland."""
    members = registry.municipalities(code, vintage=vintage)
    return frozenset(m for m in members if registry.get(m).role != "aland")


class Planner:
    """Finds what each target is taken from; the same set of areas is planned once."""

    def __init__(
        self, targets: Sequence[Target], registry: Registry, *, vintage: int, later: Registry
    ) -> None:
        self._targets = tuple(targets)
        self._registry = registry
        self._vintage = vintage
        self._later = later
        self._plans: dict[tuple[frozenset[str], frozenset[str], str], Plan] = {}

    def plan(
        self, in_base: Iterable[str], in_follow_up: Iterable[str], *, partial: str = ""
    ) -> Plan:
        """Plan all targets from the areas that have rows in both periods.

        ``partial`` is the reason to give for a target of which only some members have rows; without
        it that is an error.

        Raises
        ------
        ComparisonError
            ``coverage.missing`` if some members of a target have rows and others have none;
            ``area.composition`` if those others no longer exist in the follow-up.
        """
        key = (frozenset(in_base), frozenset(in_follow_up), partial)
        if key not in self._plans:
            self._plans[key] = self._make(*key)
        return self._plans[key]

    def same_area(self, codes: Iterable[str], known: Iterable[str]) -> dict[str, str]:
        """Give, for codes that are not known, the known code of the same municipalities."""
        found: dict[str, str] = {}
        if set(codes) <= set(known):
            return found
        places = {self._leaves(code): code for code in known if self._leaves(code)}
        taken = set(codes)
        for code in taken - set(known):
            twin = places.get(self._leaves(code))
            if twin is not None and twin not in taken:
                found[code] = twin
        return found

    def _make(self, in_base: frozenset[str], in_follow_up: frozenset[str], partial: str) -> Plan:
        chosen: list[int] = []
        members: list[str] = []
        starts: list[int] = []
        origins: list[str] = []
        refused: dict[int, Refusal] = {}
        for index, target in enumerate(self._targets):
            found: list[tuple[str, ...]] = []
            levels: list[str] = []
            for code, leaves in self._pieces(target):
                taken = self._taken(target, code, leaves, in_base, in_follow_up, partial)
                if isinstance(taken, Refusal):
                    refused[index] = taken
                    break
                found.append(taken[0])
                levels.append(taken[1])
            if index in refused:
                continue
            chosen.append(index)
            starts.append(len(members))
            members.extend(code for codes in found for code in codes)
            origins.append(levels[0] if len(levels) == 1 else "own_group")
        refused = {
            index: refusal
            for index, refusal in refused.items()
            if refusal.reason != "no_parts" or self._targets[index].named
        }
        return Plan(
            tuple(chosen), tuple(members), np.array(starts, dtype=np.intp), tuple(origins), refused
        )

    def _pieces(self, target: Target) -> list[tuple[str, frozenset[str]]]:
        if not target.parts:
            return [(target.code, target.members)]
        return [(code, _mainland(code, self._registry, self._vintage)) for code in target.parts]

    def _taken(
        self,
        target: Target,
        code: str,
        leaves: frozenset[str],
        in_base: frozenset[str],
        in_follow_up: frozenset[str],
        partial: str,
    ) -> tuple[tuple[str, ...], str] | Refusal:
        """Take an area from its own rows, else from the fewest areas that make it up."""
        available = in_base & in_follow_up
        if code in available:
            return (code,), "own"
        incomplete: list[tuple[str, list[str]]] = []
        one_sided: Refusal | None = None
        inside = self._inside(leaves, in_base | in_follow_up)
        for level, codes in sorted(inside.items(), key=lambda item: len(item[1])):
            expected = self._expected(level, leaves)
            if frozenset().union(*map(self._leaves, expected)) != leaves:
                continue
            if available.issuperset(expected):
                return tuple(expected), level
            if available.intersection(expected):
                incomplete.append((level, expected))
            side = "no_follow_up" if set(codes) & in_base else "no_baseline"
            one_sided = one_sided or Refusal(side, tuple(codes[:3]))
        if incomplete and partial:
            absent = [code for code in incomplete[0][1] if code not in available]
            return Refusal(partial, tuple(absent))
        if incomplete:
            self._raise_missing(target, *incomplete[0], in_base, in_follow_up)
        return one_sided or self._why_not(code, leaves, in_base, in_follow_up)

    def _inside(self, leaves: frozenset[str], areas: frozenset[str]) -> dict[str, list[str]]:
        levels: dict[str, list[str]] = {}
        for code in sorted(areas):
            own = self._leaves(code)
            if own and own <= leaves:
                levels.setdefault(self._registry.get(code).level, []).append(code)
        return levels

    def _expected(self, level: str, leaves: frozenset[str]) -> list[str]:
        areas = self._registry.at_level(cast(Level, level), vintage=self._vintage)
        return [
            area.code
            for area in areas
            if area.role != "aland" and self._leaves(area.code) <= leaves
        ]

    def _leaves(self, code: str) -> frozenset[str]:
        try:
            return _mainland(code, self._registry, self._vintage)
        except AreaError:
            return frozenset()

    def _why_not(
        self,
        code: str,
        leaves: frozenset[str],
        in_base: frozenset[str],
        in_follow_up: frozenset[str],
    ) -> Refusal:
        if code in in_base or code in in_follow_up:
            return Refusal("no_follow_up" if code in in_base else "no_baseline", (code,))
        around, across = [], []
        for other in sorted(in_base | in_follow_up):
            own = self._leaves(other)
            if not own & leaves or self._registry.get(other).level == "mainland":
                continue
            if leaves < own:
                around.append(other)
            elif own - leaves:
                few = min((own - leaves, own & leaves), key=len)
                across.append(f"{other}:{'+'.join(sorted(few)[:3])}")
        detail = tuple(across or around)
        return Refusal("not_divisible" if detail else "no_parts", detail)

    def _raise_missing(
        self,
        target: Target,
        level: str,
        expected: Sequence[str],
        in_base: frozenset[str],
        in_follow_up: frozenset[str],
    ) -> None:
        absent = {
            "the baseline": [code for code in expected if code not in in_base],
            "the follow-up": [code for code in expected if code not in in_follow_up],
        }
        told = "; ".join(
            f"no row of {', '.join(codes[:10])} in {side}"
            for side, codes in absent.items()
            if codes
        )
        gone = [
            change
            for change in self._later.changes(self._vintage, 2099)
            if change.kind == "merger" and change.from_area in absent["the follow-up"]
        ]
        if gone:
            became = ", ".join(f"{c.from_area} merged into {c.to_area} on {c.date}" for c in gone)
            raise ComparisonError(
                _problem(
                    "area.composition", f"the same members of {target.code} both times", became,
                    "Bring the follow-up by region or county, whose borders did not change.",
                )
            )  # fmt: skip
        raise ComparisonError(
            _problem(
                "coverage.missing", f"all {len(expected)} members ({level}) of {target.code}",
                told,
                "Add the rows, as a sum without them would be too small, or ask for smaller areas, "
                "for example areas='region' (--areas region).",
            )
        )  # fmt: skip


def _problem(code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, column="areas")
