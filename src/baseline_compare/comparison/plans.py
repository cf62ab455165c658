"""What each target is taken from: its own rows, or the fewest areas that make it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from baseline_compare.areas import Level, Registry
from baseline_compare.comparison.mergers import became, refuse_merged
from baseline_compare.comparison.partitions import Partition, partitions
from baseline_compare.comparison.targets import Target, mainland_members
from baseline_compare.errors import AreaError, ComparisonError, Problem

PARTITIONS: tuple[Level, ...] = ("county", "region")
"""Levels that variance beyond counting may be estimated on, the finest first."""


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

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many areas each target is summed from."""
        return np.diff([*self.starts, len(self.members)])

    def parts_of(self, position: int) -> tuple[str, ...]:
        """Give the areas that the target at this position of ``targets`` is summed from."""
        ends = [*self.starts[1:], len(self.members)]
        return self.members[self.starts[position] : ends[position]]


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
        self._known_leaves: dict[str, frozenset[str]] = {}
        self._partitions: dict[frozenset[str], tuple[Partition, ...]] = {}

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

    def finest(self, available: Iterable[str]) -> Plan | None:
        """Plan the areas that partition the mainland, each by itself: counties, else regions.

        None if neither level has rows everywhere.
        """
        there = frozenset(available)
        for level in PARTITIONS:
            codes = self._expected(level, self._mainland())
            if codes and there.issuperset(codes):
                starts = np.arange(len(codes), dtype=np.intp)
                return Plan(tuple(starts.tolist()), tuple(codes), starts, ("own",) * len(codes), {})
        return None

    def partitions(self, available: Iterable[str]) -> tuple[Partition, ...]:
        """Give every area that others of one level make up, for each such level."""
        there = frozenset(available)
        if there not in self._partitions:
            leaves = {code: self._leaves(code) for code in sorted(there)}
            levels = {code: self._registry.get(code).level for code, own in leaves.items() if own}
            self._partitions[there] = tuple(partitions(leaves, levels))
        return self._partitions[there]

    def made_of(self, plan: Plan, parts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Say which parts each target of a plan is made of; none where they do not fill it."""
        inside = np.zeros((len(plan.targets), len(parts)), dtype=bool)
        for row, index in enumerate(plan.targets):
            members = self._targets[index].members
            own = [self._leaves(code) <= members for code in parts]
            filled = frozenset().union(
                *(self._leaves(code) for code, flag in zip(parts, own, strict=True) if flag)
            )
            inside[row] = np.array(own) & (filled == members)
        return inside

    def _mainland(self) -> frozenset[str]:
        return self._leaves("FI-MAINLAND")

    def _make(self, in_base: frozenset[str], in_follow_up: frozenset[str], partial: str) -> Plan:
        refuse_merged(in_base | in_follow_up, self._later, self._vintage)
        chosen: list[int] = []
        members: list[str] = []
        starts: list[int] = []
        origins: list[str] = []
        refused: dict[int, Refusal] = {}
        for index, target in enumerate(self._targets):
            found: list[tuple[str, ...]] = []
            levels: list[str] = []
            for code, leaves in self._pieces(target, in_base & in_follow_up):
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

    def _pieces(
        self, target: Target, available: frozenset[str]
    ) -> list[tuple[str, frozenset[str]]]:
        """Take a group of one's own apart, unless it has rows of its own."""
        if not target.parts or target.code in available:
            return [(target.code, target.members)]
        return [
            (code, mainland_members(code, self._registry, self._vintage)) for code in target.parts
        ]

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
        if code not in self._known_leaves:
            self._known_leaves[code] = _leaves(code, self._registry, self._vintage)
        return self._known_leaves[code]

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
            year = max(change.date for change in gone).year
            raise ComparisonError(
                _problem(
                    "area.composition", f"the same members of {target.code} both times",
                    became(gone), "Bring the follow-up by region or county, whose borders did not "
                    f"change, or convert the baseline: baseline.at_vintage({year}).",
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


def same_areas(
    codes: Iterable[str], known: Iterable[str], registry: Registry, vintage: int
) -> dict[str, str]:
    """Give, for codes that are not known, the known code of the same municipalities.

    Seventeen counties have the municipalities of a region, so figures of one meet those of the
    other; a code whose twin is among the codes itself keeps its name.
    """
    own, others = set(codes), set(known)
    if own <= others:
        return {}
    places = {_leaves(code, registry, vintage): code for code in sorted(others - own)}
    places.pop(frozenset(), None)
    twins = {code: places.get(_leaves(code, registry, vintage)) for code in sorted(own - others)}
    return {code: twin for code, twin in twins.items() if twin is not None}


def _leaves(code: str, registry: Registry, vintage: int) -> frozenset[str]:
    """Give the municipalities of an area; none if it does not hold at the vintage."""
    try:
        return mainland_members(code, registry, vintage)
    except AreaError:
        return frozenset()


def _problem(code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, column="areas")
