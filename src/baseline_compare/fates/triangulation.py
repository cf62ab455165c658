"""Indicators beside findings: where they agree, where not, and where one side is silent."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.fates.courses import direction
from baseline_compare.fates.protecting import cleared_findings
from baseline_compare.fates.result import FindingsComparison
from baseline_compare.fates.wording import area_names, theme_name
from baseline_compare.language import Language, word

Agreement = Literal["conflict", "agree", "findings_silent", "indicators_silent", "both_silent"]
AGREEMENTS: tuple[Agreement, ...] = get_args(Agreement)
Side = Literal["better", "worse", "same", "mixed", "silent"]
COLUMNS = ("theme", "area", "agreement", "indicators", "findings", "verdicts", "fates")
_VERDICTS = {"improved": 1, "worsened": -1, "no_relevant_change": 0}
_SIDES: Mapping[int, Side] = {1: "better", -1: "worse", 0: "same"}


@dataclass(frozen=True)
class Triangulation:
    """For each theme and area what the indicators say beside what the findings say.

    Attributes
    ----------
    table
        One row a theme and area, conflicts first: ``agreement``; the direction of both sides
        (``better``, ``worse``, ``same``, ``mixed`` or ``silent``); each verdict and each fate.
    findings, comparison
        What was put side by side.
    """

    table: pd.DataFrame
    findings: FindingsComparison
    comparison: Comparison

    def cleared(self, disclosure: Disclosure) -> Triangulation:
        """Give the same from what may leave."""
        return triangulate(
            cleared_findings(self.findings, disclosure), cleared(self.comparison, disclosure)
        )

    def summary(self, language: Language = "en") -> list[str]:
        """Say in words where both agree, conflicts first."""
        return [*self._lines(language)]

    def _lines(self, language: Language) -> Iterator[str]:
        names = area_names(self.table["area"], language)
        rounds = (self.findings.earlier, self.findings.later)
        number = self.table.groupby("theme")["area"].nunique()
        for agreement, rows in self.table.groupby("agreement", sort=False):
            told = []
            for theme, own in rows.groupby("theme", sort=False):
                areas = ", ".join(names[code] for code in own["area"])
                if 1 < len(own) == number[theme]:
                    areas = word("report.all_areas", language)
                told.append(f"{theme_name(rounds, str(theme), language)} ({areas})")
            yield f"{word(f'triangulation.{agreement}', language)}: {'; '.join(told)}"

    def __repr__(self) -> str:
        return "\n".join(self._lines("en")) or "no theme in common"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def triangulate(findings: FindingsComparison, comparison: Comparison) -> Triangulation:
    """Put the verdicts of the indicators of each theme beside the fates of its findings.

    Only indicators with a direction speak: that there are more recipients is by itself neither
    better nor worse. An undecided verdict or fate, one without enough data, and a finding that is
    named again without being assessed are silent.

    Parameters
    ----------
    findings, comparison
        A comparison of rounds and one of measurements; areas are matched by their codes.

    Returns
    -------
    Triangulation
        A conflict is a theme and area in which both sides speak and do not say the same.

    Examples
    --------
    >>> from baseline_compare import compare, read_measurements
    >>> from baseline_compare import compare_findings, load_baseline, read_round
    >>> followup = read_round("fixtures/INTERNAL-synthetic-2025.xlsx")
    >>> found = compare_findings(load_baseline("2022"), followup)
    >>> later = read_measurements("fixtures/follow_up_2023.csv")
    >>> beside = triangulate(found, compare(load_baseline("2022"), later))
    >>> sorted(set(beside.table["agreement"]))  # all that was compared is neutral
    ['both_silent', 'indicators_silent']
    """
    fates, verdicts = findings.table, comparison.table
    linked: dict[str, set[str]] = defaultdict(set)
    for row in fates.to_dict("records"):
        for item in findings.findings_of(row):
            linked[row["theme"]] |= set(item.indicators)
    for key in dict.fromkeys(verdicts["indicator"]):
        if comparison.indicators[key].theme:
            linked[comparison.indicators[key].theme].add(key)
    areas = list(dict.fromkeys([*verdicts["area"], *fates["area"]]))
    themes = list(dict.fromkeys([*fates["theme"], *linked]))
    rows = []
    for theme in themes:
        of_theme = fates[fates["theme"] == theme]
        measured = verdicts[verdicts["indicator"].isin(linked[theme])]
        for area in areas:
            own = of_theme[of_theme["area"] == area]
            known = measured[measured["area"] == area]
            if own.empty and known.empty:
                continue
            rows.append(_row(theme, area, known, own, comparison))
    rows.sort(key=lambda row: AGREEMENTS.index(cast(Agreement, row[2])))
    return Triangulation(pd.DataFrame(rows, columns=list(COLUMNS)), findings, comparison)


def _row(
    theme: str, area: str, known: pd.DataFrame, own: pd.DataFrame, comparison: Comparison
) -> list[str]:
    speaking = [
        _VERDICTS.get(verdict)
        for key, verdict in zip(known["indicator"], known["verdict"], strict=True)
        if comparison.indicators[key].polarity != "neutral"
    ]
    one, two = _side(speaking), _side([direction(fate) for fate in own["fate"]])
    names = own["finding"].where(own["finding"] != "", own["later_finding"])
    return [
        theme,
        area,
        _agreement(one, two),
        one,
        two,
        _told(known["indicator"], known["verdict"]),
        _told(names, own["fate"]),
    ]


def _side(directions: Sequence[int | None]) -> Side:
    said = {way for way in directions if way is not None}
    if not said:
        return "silent"
    if {1, -1} <= said:
        return "mixed"
    return _SIDES[next((way for way in (1, -1) if way in said), 0)]


def _agreement(indicators: Side, findings: Side) -> Agreement:
    """Compare two sides; one that says both things conflicts with whatever the other says."""
    if "silent" in (indicators, findings):
        if indicators == findings:
            return "both_silent"
        return "indicators_silent" if indicators == "silent" else "findings_silent"
    return "agree" if indicators == findings != "mixed" else "conflict"


def _told(keys: Iterable[str], words: Iterable[str]) -> str:
    return "; ".join(f"{key}: {text}" for key, text in zip(keys, words, strict=True))
