"""What became of the findings, put into the words and charts of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pandas as pd

from baseline_compare.charts import fates, svg_text, triangulation
from baseline_compare.comparison import Comparison
from baseline_compare.disclosure import Disclosure
from baseline_compare.fates import FindingsComparison, triangulate
from baseline_compare.fates.wording import area_names, fate_word, finding_label, theme_name
from baseline_compare.findings.model import FindingKind
from baseline_compare.language import (
    Language,
    capital,
    number_text,
    printable,
    significant_text,
    word,
)
from baseline_compare.reports.model import RoundSection

HEADINGS = ("finding", "area", "fate", "basis", "raters", "change")
_KINDS: tuple[FindingKind, ...] = ("weakness", "strength", "recommendation")


def round_section(
    found: FindingsComparison, comparison: Comparison, language: Language
) -> RoundSection:
    """Put what became of the findings, and how it agrees with the indicators, into words."""
    how: Disclosure = "off" if found.protection is None else "on"
    beside = triangulate(found, comparison)
    present = [kind for kind in _KINDS if (found.table["kind"] == kind).any()]
    figures = [fates(found, kind=kind, language=language, disclosure=how) for kind in present]
    if len(beside.table):
        figures.append(triangulation(beside, language=language, disclosure=how))
    return RoundSection(
        synthetic=word("fates.synthetic", language) if found.synthetic else "",
        triangulation=tuple(beside.summary(language)),
        charts=tuple(
            svg_text(figure, prefix=f"round{number}") for number, figure in enumerate(figures, 1)
        ),
        headings=tuple(word(f"fates_column.{name}", language) for name in HEADINGS),
        rows=tuple(_rows(found, language)),
        notes=tuple(_notes(found, language)),
    )


def _rows(found: FindingsComparison, language: Language) -> Iterator[tuple[str, ...]]:
    names = area_names(found.table["area"], language)
    order = {kind: place for place, kind in enumerate(_KINDS)}
    table = found.table.sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable")
    before = None
    for row in cast(list[dict[str, Any]], table.to_dict("records")):
        finding = found.finding(row)
        same, before = before is finding, finding
        theme = theme_name((found.earlier, found.later), row["theme"], language)
        kind = word(f"choice.{row['kind']}", language)
        yield (
            "" if same else f"{theme} ({kind}): {finding_label(finding, language)}",
            names[row["area"]],
            capital(fate_word(row["fate"], language)),
            "; ".join(_basis(row, language)) or "–",
            _raters(row, language),
            _change(row, language),
        )


def _basis(row: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Say what a fate rests on, and what else is to be known."""
    if row["basis"]:
        key = row["method"] if row["basis"] == "ratings" and row["method"] else row["basis"]
        yield word(f"fates_basis.{key}", language)
    if row["stated"] and row["basis"] != "stated":
        yield word("fates.stated", language, course=fate_word(row["stated"], language))
    if row["reason"] == "few_raters" and not pd.isna(row["smallest_p"]):
        p = significant_text(row["smallest_p"], language, digits=2)
        yield word("fates.smallest_p", language, p=p)
    elif row["reason"]:
        yield word(f"fates_reason.{row['reason']}", language)


def _raters(row: Mapping[str, Any], language: Language) -> str:
    sides = [row["raters_earlier"], row["raters_later"]]
    if any(pd.isna(number) for number in sides):
        return word("fates.few_hidden", language)
    if not any(sides):
        return "–"
    texts = [number_text(number, 0, language) for number in sides]
    return texts[1] if not sides[0] else " / ".join(texts)


def _change(row: Mapping[str, Any], language: Language) -> str:
    """Write a change with its interval and adjusted p-value, unless they are hidden."""
    if pd.isna(row["change"]):
        return "–"
    change, low, high = (
        number_text(row[name], 2, language, sign=True)
        for name in ("change", "change_low", "change_high")
    )
    told = word("fates.change", language, change=change, low=low, high=high)
    if pd.isna(row["p_adjusted"]):
        return told
    p = significant_text(row["p_adjusted"], language, digits=2)
    return f"{told}; {word('fates.adjusted_p', language, p=p)}"


def _notes(found: FindingsComparison, language: Language) -> Iterator[str]:
    """Say how fates were decided, and what is hidden."""
    yield word("fates.note_fates", language)
    if found.settings.family_size:
        yield word("fates.note_ratings", language)
        number = number_text(found.settings.family_size, 0, language)
        yield word("fates.family", language, number=number)
        margin = found.settings.margin
        if margin is None:
            yield word("fates.note_no_margin", language)
        else:
            text = significant_text(margin, language)
            yield word("fates.note_margin", language, margin=text)
    if found.protection is not None and len(found.ratings):
        limit = number_text(found.protection.threshold_of("persons", ()), 0, language)
        yield word("fates.note_protection", language, limit=limit)
    yield printable(found.provenance_line(language))
