"""Which areas are places of their own, which of them met an event, and which can be controls."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from baseline_compare.areas import registry
from baseline_compare.breaks import Break
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.targets import Target, mainland_members
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import LANGUAGES

COUNTIES = "counties-start"
"""The event that Helsinki did not meet."""


def units(result: Comparison, areas: Sequence[str]) -> list[str]:
    """Give the areas that are places of their own: none twice, and none made of others."""
    units: list[str] = []
    for code in areas:
        own = result.targets[code].members
        others = [result.targets[other].members for other in areas]
        twin = any(result.targets[unit].members == own for unit in units)
        if not twin and not any(other < own for other in others):
            units.append(code)
    return units


def met(target: Target, event: Break) -> bool:
    """Say whether an area met an event; Helsinki did not become part of a county."""
    if not event.lies_in([target.code, *target.parts]):
        return False
    if event.id != COUNTIES:
        return True
    year = event.date_from.year
    counties = registry().reform_counties(vintage=year)
    reformed = [registry().municipalities(county.code, vintage=year) for county in counties]
    return any(target.members & municipalities for municipalities in reformed)


def check_dates(dates: Mapping[str, datetime.date], touched: Sequence[str]) -> None:
    """Refuse days of areas that did not meet the event."""
    for code in dates:
        if code not in touched:
            raise ComparisonError(
                Problem(
                    code="design.date",
                    expected=f"days of areas that met the event: {', '.join(touched[:25])}",
                    found=repr(code),
                    remedy="Name the areas of the comparison that the event is about.",
                    column="dates",
                )
            )


def check_controls(
    result: Comparison,
    controls: Sequence[str],
    places: Mapping[str, Target],
    touched: Sequence[str],
    event: Break,
) -> None:
    """Refuse controls that are no places of their own, or that met the event."""
    reached = frozenset().union(*(places[code].members for code in touched))
    seen: frozenset[str] = frozenset()
    for code in controls:
        found = ""
        members = _members(result, code)
        if code in registry() and registry().get(code).role == "aland":
            found = f"{code}: Kela pays no social assistance on Åland, which has its own act"
        elif (code in result.targets and members & reached) or _would_have_met(code, event):
            found = f"{code}, which met {event.id}, too"
        elif code not in places:
            found = f"{code}, which has no series among {', '.join(list(places)[:25])}"
        elif members & seen:
            found = f"{code}, whose place is named twice"
        if found:
            raise ComparisonError(
                Problem(
                    code="design.control",
                    expected="controls that have figures and did not meet the event",
                    found=found,
                    remedy="Declare areas of the comparison that were not reformed, and say why "
                    "they would have gone the way of the others.",
                    column="controls",
                )
            )
        seen |= members


def _members(result: Comparison, code: str) -> frozenset[str]:
    if code in result.targets:
        return result.targets[code].members
    if code in registry():
        return mainland_members(code, registry(), result.baseline.vintage)
    return frozenset()


def _would_have_met(code: str, event: Break) -> bool:
    """Say whether an area of the registry that is not compared met the event all the same."""
    if code not in registry():
        return False
    year = event.date_from.year
    names = dict.fromkeys(LANGUAGES, code)
    members = mainland_members(code, registry(), year)
    return met(Target(code, names, names, "", members), event)
