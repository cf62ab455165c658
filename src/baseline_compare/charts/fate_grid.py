"""A ledger of findings: what became of each, area by area."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from baseline_compare.charts.grids import Cell, add_round_footer, word_grid
from baseline_compare.disclosure import Disclosure
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates.courses import direction
from baseline_compare.fates.protecting import cleared_findings
from baseline_compare.fates.result import FindingsComparison
from baseline_compare.fates.wording import area_names, fate_word, finding_label
from baseline_compare.findings.model import FindingKind
from baseline_compare.language import Language, check_language, printable, word

SIGNS: Mapping[str, str] = {
    "resolved": "✓", "carried_out": "✓", "eased": "▲", "strengthened": "▲", "advanced": "▲",
    "unchanged": "=", "worsened": "▼", "weakened": "▼", "set_back": "▼", "turned_strength": "⇧",
    "turned_weakness": "⇩", "new": "+", "named_again": "↻", "undecided": "?", "insufficient": "–",
    "suppressed": "▨", "not_assessed": "·",
}  # fmt: skip
_TONES = {1: "better", -1: "worse", 0: "same", None: "quiet"}


def fates(
    found: FindingsComparison,
    *,
    kind: FindingKind = "weakness",
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw the findings of one kind as rows and areas as columns, with the fate in each cell.

    Parameters
    ----------
    kind
        ``weakness``, ``strength`` or ``recommendation``.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small groups of raters are hidden unless it is ``"off"``; then the chart says so.

    Raises
    ------
    ComparisonError
        ``finding.missing`` if there is no finding of that kind, ``chart.limit`` for more areas than
        can be read.

    Examples
    --------
    >>> from baseline_compare import compare_findings, load_baseline, read_round
    >>> followup = read_round("fixtures/INTERNAL-synthetic-2025.xlsx")
    >>> found = compare_findings(load_baseline("2022"), followup)
    >>> figure = fates(found, language="fi")
    >>> figure.texts[0].get_text()
    'Miten heikkouksien on käynyt'
    """
    check_language(language)
    shown = cleared_findings(found, disclosure)
    table = shown.table[shown.table["kind"] == kind]
    if table.empty:
        raise ComparisonError(
            Problem(
                code="finding.missing",
                expected=f"findings of the kind {kind}",
                found="none",
                remedy="See found.table.",
            )
        )
    names = area_names(table["area"], language)
    keys = list(dict.fromkeys(zip(table["finding"], table["later_finding"], strict=True)))
    codes = list(names)
    cells: dict[tuple[int, int], Cell] = {}
    for row in table.to_dict("records"):
        place = keys.index((row["finding"], row["later_finding"])), codes.index(row["area"])
        fate = row["fate"]
        cells[place] = (
            SIGNS[fate], word(f"fate_short.{fate}", language), _TONES[direction(fate)]
        )  # fmt: skip
    firsts = table.drop_duplicates(["finding", "later_finding"])
    labels = [finding_label(shown.finding(row), language) for _, row in firsts.iterrows()]
    title = word(f"chart.fates_{kind}", language, round=printable(shown.earlier.name(language)))
    figure = word_grid(
        labels, [names[code] for code in codes], cells, title=title,
        captions=[
            word(f"chart.fates_{fate}", language)
            for fate in ("suppressed", "not_assessed", "named_again")
            if fate in set(table["fate"])
        ],
    )  # fmt: skip
    internal = shown.protection is None
    add_round_footer(figure, (shown.earlier, shown.later), language, internal=internal)
    figure.set_label(f"{title}. {_alternative(shown, kind, language)}")
    return figure


def _alternative(shown: FindingsComparison, kind: str, language: Language) -> str:
    table = shown.table[shown.table["kind"] == kind]
    names = area_names(table["area"], language)
    parts = []
    for _, rows in table.groupby(["finding", "later_finding"], sort=False):
        told = ", ".join(
            f"{names[area]} {fate_word(fate, language)}"
            for area, fate in zip(rows["area"], rows["fate"], strict=True)
        )
        parts.append(f"{finding_label(shown.finding(rows.iloc[0]), language)}: {told}")
    return "; ".join(parts)
