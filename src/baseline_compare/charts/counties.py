"""What a comparison says of each county, and why it says nothing of some."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from baseline_compare.areas import Area
from baseline_compare.charts.frame import chosen_rows
from baseline_compare.charts.scales import one_scale
from baseline_compare.charts.shades import round_bounds
from baseline_compare.charts.shapes import grid
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.plans import same_areas
from baseline_compare.comparison.usual import verdict_label
from baseline_compare.comparison.wording import unmatched_sentence
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, capital, printable, value_text, word

Show = Literal["verdict", "value"]
_HIDDEN = ("suppressed", "not_comparable")
_LETTERS = "abcdefgh"


@dataclass(frozen=True, slots=True)
class County:
    """A county of a map: its names, the collaboration area it lies in, and its row if it has one.

    Without a row ``told`` says so in a word and ``reason`` in a sentence.
    """

    code: str
    name: str
    role: str
    group: str
    row: Mapping[Hashable, Any] | None
    told: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows of a comparison, and how: an indicator, its rows that have numbers.

    ``counties`` are those of the grid, with or without a row.
    """

    result: Comparison
    indicator: str
    rows: pd.DataFrame
    counties: tuple[County, ...]
    show: Show
    language: Language

    @property
    def unit(self) -> str:
        """The unit of the indicator."""
        return str(self.rows.iloc[0]["unit"])

    @property
    def statistic(self) -> str:
        """How the periods were put together."""
        return str(self.rows.iloc[0]["statistic"])

    @property
    def shorts(self) -> dict[str, str]:
        """For each verdict that occurs its short name, with a letter where several share one."""
        found: dict[str, list[str]] = {}
        for county in self.counties:
            if county.row is not None:
                short = word(f"verdict.{county.row['verdict']}", self.language)
                label = verdict_label(county.row, self.language)
                if label not in found.setdefault(short, []):
                    found[short].append(label)
        return {
            label: f"{short} ({_LETTERS[place]})" if len(labels) > 1 else short
            for short, labels in found.items()
            for place, label in enumerate(labels)
        }

    @property
    def bounds(self) -> list[float]:
        """Round bounds of the classes of levels, from rows that have numbers alone."""
        return round_bounds(
            self.rows["current"].tolist(), lambda value: value_text(value, self.unit, self.language)
        )


def view_of(result: Comparison, indicator: str | None, show: Show, language: Language) -> View:
    """Gather what a map shows of each county.

    A row of a region stands for the county with the same municipalities.

    Raises
    ------
    ComparisonError
        ``indicator.unknown``, or ``chart.areas`` if no row is that of a county.
    """
    wanted = None if indicator is None else [indicator]
    chosen = chosen_rows(result, wanted, most=1)
    key, rows = next(iter((one_scale(chosen) if show == "verdict" else chosen).items()))
    rows = rows[~rows["verdict"].isin(_HIDDEN) & rows["current"].notna()]
    county_of = {code: code for code in grid()} | same_areas(
        result.targets, grid(), result.baseline.areas, result.baseline.vintage
    )
    rows = rows[rows["area"].isin(county_of)]
    if rows.empty:
        levels = sorted({result.targets[code].level for code in chosen[key]["area"]})
        raise ComparisonError(
            Problem(
                code="chart.areas",
                expected="rows of wellbeing services counties, or of regions that are like them",
                found=f"rows of another level only: {', '.join(levels)}",
                remedy="Compare with areas='county' (or 'region').",
            )
        )
    drawn = {county_of[row["area"]]: row for row in rows.to_dict("records")}
    counties = [_county(result, key, code, county_of, drawn, language) for code in grid()]
    return View(result, key, rows, tuple(counties), show, language)


def _county(
    result: Comparison,
    key: str,
    code: str,
    county_of: Mapping[str, str],
    drawn: Mapping[str, Mapping[Hashable, Any]],
    language: Language,
) -> County:
    areas, vintage = result.baseline.areas, result.baseline.vintage
    area = areas.get(code, vintage=vintage)
    parents = areas.parents(code, vintage=vintage)
    group = next(parent.code for parent in parents if parent.level == "collaboration_area")
    name, row = printable(area.short_name(language)), drawn.get(code)
    told, reason = "", ""
    if area.role == "aland":
        told, reason = word("chart.tiles_left_out", language), word("report.aland", language)
    elif row is None:
        own = [other for other, county in county_of.items() if county == code]
        told, reason = _why_not(result, key, own, parents, language)
    return County(code, name, area.role, group, row, told, reason)


def _why_not(
    result: Comparison, key: str, own: list[str], parents: Iterable[Area], language: Language
) -> tuple[str, str]:
    """Say in a word and in a sentence why a county has no number."""
    table, unmatched = result.table, result.unmatched
    told = word("chart.tiles_not_compared", language)
    rows = table[(table["indicator"] == key) & table["area"].isin(own)]
    for row in rows.to_dict("records"):
        ranged = row["current_low"] == row["current_low"]
        label = word("verdict.suppressed", language) if ranged else verdict_label(row, language)
        return label, f"{capital(label)}."
    missing = unmatched[(unmatched["indicator"] == key) & unmatched["area"].isin(own)]
    for row in missing.to_dict("records"):
        return told, unmatched_sentence(row["reason"], row["detail"], row["periods"], language)
    present = set(table.loc[table["indicator"] == key, "area"])
    for parent in parents:
        if parent.level == "region" and parent.code in present:
            return told, unmatched_sentence("not_divisible", parent.code, "", language)
    return told, f"{capital(told)}."
