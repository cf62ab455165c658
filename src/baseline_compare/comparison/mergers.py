"""Municipalities that merged: what became of them, and rows of a time before they did."""

from __future__ import annotations

from collections.abc import Iterable

from baseline_compare.areas import COVERED_FROM, AreaChange, Registry
from baseline_compare.errors import ComparisonError, Problem


def became(mergers: Iterable[AreaChange]) -> str:
    """Say what became of municipalities, and when."""
    return ", ".join(f"{m.from_area} merged into {m.to_area} on {m.date}" for m in mergers)


def refuse_merged(areas: Iterable[str], registry: Registry, vintage: int) -> None:
    """Refuse rows of municipalities that merged before the vintage of a comparison.

    Raises
    ------
    ComparisonError
        ``area.composition``: the area they merged into has other borders in the two periods.
    """
    there = frozenset(areas)
    gone = [
        change
        for change in registry.changes(COVERED_FROM, vintage)
        if change.kind == "merger" and change.from_area in there
    ]
    if gone:
        raise ComparisonError(
            Problem(
                code="area.composition",
                expected=f"areas of {vintage} both times",
                found=became(gone),
                remedy=f"Convert the later measurements: measurements.at_vintage({vintage}).",
                column="areas",
            )
        )
