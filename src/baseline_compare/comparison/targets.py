"""The areas a comparison is made for, and what each of them is taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from baseline_compare.areas import Level, Registry
from baseline_compare.errors import AreaError, ComparisonError, Problem
from baseline_compare.language import LANGUAGES, Language

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
    """One area of a comparison: an area of the registry or a group of one's own (``parts``)."""

    code: str
    names: Mapping[Language, str]
    short_names: Mapping[Language, str]
    level: str
    members: frozenset[str]
    parts: tuple[str, ...] = ()


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
            targets[code] = _target(code, registry, vintage)
    return tuple(targets.values())


def _single(name: str, registry: Registry, vintage: int) -> str:
    if name in ("country", "FI"):
        raise AreaError(
            _problem(
                "area.role", "an area of the mainland", name,
                "Use 'mainland': Kela pays no social assistance on Åland.",
            )
        )  # fmt: skip
    area = registry.get(name, vintage=vintage)
    if area.role == "aland":
        remedy = "Åland has its own act and is left out of every comparison."
        raise AreaError(_problem("area.role", "an area of the mainland", str(area), remedy))
    return area.code


def _target(code: str, registry: Registry, vintage: int) -> Target:
    area = registry.get(code, vintage=vintage)
    return Target(
        code=code,
        names=area.names,
        short_names=area.short_names,
        level=area.level,
        members=_mainland(code, registry, vintage),
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
        targets.append(Target(name, label, label, "own_group", frozenset(members), tuple(codes)))
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
        self._plans: dict[tuple[frozenset[str], frozenset[str], frozenset[str]], Plan] = {}

    def plan(
        self, available: Iterable[str], in_base: Iterable[str], in_follow_up: Iterable[str]
    ) -> Plan:
        """Plan all targets from the areas that have rows in both periods.

        Raises
        ------
        ComparisonError
            ``coverage.missing`` if some members of a target have rows and others have none;
            ``area.composition`` if those others no longer exist in the follow-up.
        """
        key = (frozenset(available), frozenset(in_base), frozenset(in_follow_up))
        if key not in self._plans:
            self._plans[key] = self._make(*key)
        return self._plans[key]

    def _make(
        self, available: frozenset[str], in_base: frozenset[str], in_follow_up: frozenset[str]
    ) -> Plan:
        chosen: list[int] = []
        members: list[str] = []
        starts: list[int] = []
        origins: list[str] = []
        refused: dict[int, Refusal] = {}
        for index, target in enumerate(self._targets):
            found: list[tuple[str, ...]] = []
            levels: list[str] = []
            for code, leaves in self._pieces(target):
                taken = self._taken(target, code, leaves, available, in_base, in_follow_up)
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
        available: frozenset[str],
        in_base: frozenset[str],
        in_follow_up: frozenset[str],
    ) -> tuple[tuple[str, ...], str] | Refusal:
        if code in available:
            return (code,), "own"
        inside = self._inside(leaves, in_base | in_follow_up)
        best: Refusal | None = None
        for level, codes in sorted(inside.items(), key=lambda item: len(item[1])):
            expected = self._expected(level, leaves)
            whole = (
                frozenset().union(*(self._leaves(c) for c in expected)) if expected else frozenset()
            )
            if whole != leaves:
                continue
            there = [c for c in expected if c in available]
            if len(there) == len(expected):
                return tuple(expected), level
            if there:
                self._raise_missing(target, level, expected, in_base, in_follow_up)
            side = "no_follow_up" if set(codes) & in_base else "no_baseline"
            best = best or Refusal(side, tuple(codes[:3]))
        return best or self._why_not(code, leaves, in_base, in_follow_up)

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
                told, "Add the rows: a sum without them would be too small.",
            )
        )  # fmt: skip


def _problem(code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, column="areas")
