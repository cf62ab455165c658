"""A comparison put into the words and charts of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from baseline_compare import series
from baseline_compare.charts import change, forest, levels, placebo, svg_text, trend
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.ranges import change_cells, detectable_words, level_label
from baseline_compare.comparison.usual import any_years, registered_label, verdict_label
from baseline_compare.comparison.wording import (
    area_name,
    extra_columns,
    family_sentence,
    origin_sentence,
    reason_sentences,
    shared_methods,
    source_label,
    unit_label,
    unmatched_sentence,
    window_labels,
)
from baseline_compare.disclosure import Disclosure
from baseline_compare.fates import FindingsComparison
from baseline_compare.indicators import Indicator
from baseline_compare.language import (
    Language,
    capital,
    printable,
    word,
)
from baseline_compare.periods import expand, parse_period
from baseline_compare.planning import Designs
from baseline_compare.reports.model import Report, Table, Unmatched
from baseline_compare.reports.notes import (
    break_line,
    claims,
    findings_by_theme,
    hashes,
    indicator_name,
    methods,
    protection,
    remarks,
    sources,
)
from baseline_compare.reports.rounds import round_section
from baseline_compare.reports.uncertainty import uncertainty


def build_report(
    result: Comparison,
    language: Language,
    *,
    comment: str = "",
    designs: Designs | None = None,
    findings: FindingsComparison | None = None,
) -> Report:
    """Put a comparison, and what the evaluator adds, into the words and charts of a report."""
    table = result.table
    title, subtitle = _titles(result, table, language)
    themes, others = findings_by_theme(result, language)
    return Report(
        language=language,
        title=title,
        subtitle=subtitle,
        main=tuple(result.summary(language)),
        main_note=_main_note(result, table, language),
        comment=tuple(_paragraphs(comment)),
        charts=tuple(_charts(result, table, language)),
        tables=tuple(
            _table(result, key, rows, language, columns=_columns(table))
            for (key, _), rows in table.groupby(["indicator", "periods"], sort=False)
        ),
        headings=tuple(word(f"column.{name}", language) for name in _columns(table)),
        numbers=sum(name not in _WORDS for name in _columns(table)),
        unmatched=tuple(_unmatched(result, language)),
        themes=themes,
        other_findings=others,
        mapped=None if findings is None else round_section(findings, result, language),
        breaks=tuple(break_line(result, event, language) for event in result.touching_breaks),
        remarks=tuple(remarks(result, language)),
        internal=word("report.internal", language) if result.protection is None else "",
        methods=(
            *protection(result, language),
            *uncertainty(result, table, language),
            *methods(result, table, language),
            *claims(result, designs, language),
        ),
        sources=tuple(sources(result, table, language)),
        hashes=tuple(hashes(result, table, language)),
    )


def _paragraphs(comment: str) -> Iterable[str]:
    """Part a text at its empty lines; white space within a paragraph is of one kind."""
    lines: list[str] = []
    for line in [*comment.splitlines(), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            yield printable(" ".join(" ".join(lines).split()))
            lines = []


def _titles(result: Comparison, table: pd.DataFrame, language: Language) -> tuple[str, str]:
    spans = [text.split(" | ")[1] for text in table["periods"].unique()]
    years = {period.year for text in spans for period in expand(text)}
    if not years:
        texts = result.measurements.frame["period"].cat.categories
        years = {parse_period(text).year for text in texts}
    current = ", ".join(str(year) for year in sorted(years))
    title = word("report.title", language, current=current, baseline=result.baseline.base_year)
    return title, printable(result.baseline.titles[language])


def _main_note(result: Comparison, table: pd.DataFrame, language: Language) -> str:
    sentence = family_sentence(table, result.indicators, language)
    if table["p_value"].isna().all():
        return f"{sentence} {word('report.exact_note', language)}"
    if any_years(table):
        sentence = f"{word('usual.two_verdicts', language)} {sentence}"
    return f"{sentence} {word('report.verdict_note', language)}"


def _charts(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[str]:
    how: Disclosure = "off" if result.protection is None else "on"
    exact = table["change"].notna()
    known = table[exact | table["change_low"].notna()]
    present = list(dict.fromkeys(known["indicator"]))
    if not present:
        return
    rates = [key for key in present if result.indicators[key].kind == "rate"][:2]
    headline = [key for key in present if result.indicators[key].family == "headline"]
    figures = [change(result, language=language, disclosure=how)]
    tested = list(dict.fromkeys(known.loc[known["p_value"].notna(), "indicator"]))
    ranked = set(table.loc[exact & table["placebo_rank"].notna(), "indicator"])
    for key in [key for key in tested if key in headline] or tested[:1]:
        if key in ranked:
            figures.append(placebo(series.placebo(result, key), language=language, disclosure=how))
        else:
            figures.append(forest(result, indicator=key, language=language, disclosure=how))
    figures.append(levels(result, indicators=rates or None, language=language, disclosure=how))
    shown: set[str] = set()
    first = result.series.groupby("indicator")["period"].first()
    drawn = set(table.loc[exact, "indicator"])
    for key in [key for key in headline or present[:1] if key in drawn]:
        kind = parse_period(first[key]).type
        if kind not in shown:
            shown.add(kind)
            figures.append(trend(result, indicator=key, language=language, disclosure=how))
    for number, figure in enumerate(figures, start=1):
        yield svg_text(figure, prefix=f"chart{number}")


_WORDS = ("area", "registered", "verdict", "method")
"""Columns that hold words and no number."""


def _columns(table: pd.DataFrame) -> tuple[str, ...]:
    extra = extra_columns(table)
    numbers = ("baseline", "current", "change", "relative_change")
    return ("area", *numbers, *extra, "verdict", "method")


def _table(
    result: Comparison,
    key: object,
    rows: pd.DataFrame,
    language: Language,
    *,
    columns: Sequence[str],
) -> Table:
    indicator = result.indicators[str(key)]
    events = result.breaks.get(indicator.id, ())
    lines = []
    for row in rows.to_dict("records"):
        unit = row["unit"]
        cells = change_cells(row, language)
        why = reason_sentences(row["reason"], events, language)
        seen = detectable_words(row, language) if row["verdict"] == "undecided" else ""
        verdict = verdict_label(row, language)
        told = {
            "area": area_name(row["area"], result.targets, language),
            "baseline": level_label(row, "baseline", language),
            "current": level_label(row, "current", language),
            "change": cells[0],
            "relative_change": cells[1],
            "against_rest": cells[2],
            "registered": registered_label(row, language),
            "verdict": "; ".join(part for part in (verdict, seen, *why) if part),
            "method": origin_sentence(row["method"], unit, language),
        }
        lines.append(tuple(told[name] or "–" for name in columns))
    first = rows.iloc[0]
    sources = "; ".join(
        source_label(result.baseline.sources, name, language)
        for name in first["source"].split(", ")
    )
    name = indicator.name(language)
    if indicator.unit not in ("share", "per_inhabitant"):
        name = f"{name} ({unit_label(indicator.unit, first['statistic'], language)})"
    caption = word(
        "report.table_caption",
        language,
        name=capital(name),
        source=sources,
    )
    shared = shared_methods(rows["method"], indicator.unit, language)
    return Table(
        caption=caption,
        definition=_definition(indicator, language),
        windows=window_labels(first["periods"], language),
        rows=tuple(lines),
        note=capital("; ".join(shared)) + ".",
    )


def _definition(indicator: Indicator, language: Language) -> str:
    parts = [indicator.definition(language)]
    before, after = indicator.responsible_before_2023, indicator.responsible_from_2023
    if before != after:
        bodies = [word(f"responsible.{body}", language) for body in (before, after)]
        parts.append(word("report.responsible", language, before=bodies[0], after=bodies[1]))
    if indicator.polarity != "neutral":
        parts.append(word(f"report.polarity_{indicator.polarity}", language))
    if indicator.statute:
        parts.append(word("report.statute", language, statute=indicator.statute))
    return " ".join(printable(part) for part in parts)


def _unmatched(result: Comparison, language: Language) -> Iterable[Unmatched]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in result.unmatched.to_dict("records"):
        sentence = unmatched_sentence(row["reason"], row["detail"], row["periods"], language)
        own = result.baseline.not_available.get(row["indicator"], {})
        if row["reason"] == "baseline_not_available" and own:
            sentence = own[language]
        groups[sentence, row["area"]].append(indicator_name(result, row["indicator"], language))
    merged: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (sentence, area), items in groups.items():
        name = area_name(area, result.targets, language) if area else ""
        merged[sentence, "; ".join(dict.fromkeys(items))].append(name)
    for (sentence, names), areas in merged.items():
        yield Unmatched(
            indicators=capital(names),
            areas=", ".join(area for area in areas if area) or word("report.all_areas", language),
            reason=sentence,
        )
