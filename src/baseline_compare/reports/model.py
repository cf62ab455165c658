"""The report as a frozen model: every text is ready, the template only places it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from baseline_compare.areas import COVERED_FROM
from baseline_compare.baselines.findings import Finding
from baseline_compare.breaks import Break
from baseline_compare.charts import change, levels, svg_text, trend
from baseline_compare.charts.trend import event_date
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import (
    area_name,
    margin_rule,
    method_sentences,
    publisher_label,
    reason_sentences,
    source_label,
    unit_label,
    unmatched_sentence,
    window_labels,
)
from baseline_compare.indicators import Indicator, Margin
from baseline_compare.language import (
    Language,
    capital,
    change_text,
    date_text,
    join_words,
    percent_text,
    printable,
    value_text,
    word,
)
from baseline_compare.periods import Period, expand, parse_period, span_label


@dataclass(frozen=True, slots=True)
class Table:
    """One indicator: caption, the two windows, rows of text, and a note that holds for all rows."""

    caption: str
    definition: str
    windows: tuple[str, str]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What was not compared for one reason."""

    indicators: str
    areas: str
    reason: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Findings of one theme with its indicators."""

    name: str
    findings: tuple[str, ...]
    indicators: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: text and, if it may be linked, its address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the page shows."""

    language: Language
    title: str
    subtitle: str
    main: tuple[str, ...]
    main_note: str
    charts: tuple[str, ...]
    tables: tuple[Table, ...]
    headings: tuple[str, ...]
    unmatched: tuple[Unmatched, ...]
    themes: tuple[Theme, ...]
    other_findings: tuple[str, ...]
    breaks: tuple[str, ...]
    remarks: tuple[str, ...]
    methods: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    hashes: tuple[str, ...]


def build_report(result: Comparison, language: Language) -> Report:
    """Put a comparison into the words and charts of a report."""
    table = result.table
    title, subtitle = _titles(result, table, language)
    themes, others = _findings(result, language)
    return Report(
        language=language,
        title=title,
        subtitle=subtitle,
        main=tuple(result.summary(language)),
        main_note=_main_note(result, table, language),
        charts=tuple(_charts(result, table, language)),
        tables=tuple(
            _table(result, key, rows, language)
            for (key, _), rows in table.groupby(["indicator", "periods"], sort=False)
        ),
        headings=tuple(
            word(f"column.{name}", language)
            for name in (
                "area",
                "baseline",
                "current",
                "change",
                "relative_change",
                "verdict",
                "method",
            )
        ),
        unmatched=tuple(_unmatched(result, language)),
        themes=themes,
        other_findings=others,
        breaks=tuple(_break_line(result, event, language) for event in result.touching_breaks),
        remarks=tuple(_remarks(result, language)),
        methods=tuple(_methods(result, table, language)),
        sources=tuple(_sources(result, table, language)),
        hashes=tuple(_hashes(result, table, language)),
    )


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
    sizes = {"headline": 0, "exploratory": 0}
    for key, size in zip(table["indicator"], table["family_size"], strict=True):
        sizes[result.indicators[key].family] = int(size)
    return word("report.main_note", language, number=sizes["headline"], other=sizes["exploratory"])


def _charts(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[str]:
    known = table[table["change"].notna()]
    present = list(dict.fromkeys(known["indicator"]))
    if not present:
        return
    rates = [key for key in present if result.indicators[key].kind == "rate"][:2]
    headline = [key for key in present if result.indicators[key].family == "headline"]
    figures = [change(result, language=language)]
    figures.append(levels(result, indicators=rates or None, language=language))
    shown: set[str] = set()
    series = result.series.groupby("indicator")["period"].first()
    for key in headline or present[:1]:
        kind = parse_period(series[key]).type
        if kind not in shown:
            shown.add(kind)
            figures.append(trend(result, indicator=key, language=language))
    for number, figure in enumerate(figures, start=1):
        yield svg_text(figure, prefix=f"chart{number}")


def _table(result: Comparison, key: object, rows: pd.DataFrame, language: Language) -> Table:
    indicator = result.indicators[str(key)]
    events = result.breaks.get(indicator.id, ())
    lines = []
    for row in rows.to_dict("records"):
        known = row["baseline"] == row["baseline"]
        unit = row["unit"]
        relative = row["relative_change"]
        shown = relative == relative and unit != "share"
        why = reason_sentences(row["reason"], events, language)
        lines.append(
            (
                area_name(row["area"], result.targets, language),
                value_text(row["baseline"], unit, language) if known else "–",
                value_text(row["current"], unit, language) if known else "–",
                change_text(row["change"], unit, language) if known else "–",
                percent_text(relative, 1, language, sign=True) if shown else "–",
                "; ".join([word(f"verdict.{row['verdict']}", language), *why]),
                method_sentences(row["method"], unit, language)[1],
            )
        )
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
    phrases = method_sentences(first["method"], indicator.unit, language)
    shared = [*phrases[:1], *phrases[2:]]
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
        groups[sentence, row["area"]].append(_indicator_name(result, row["indicator"], language))
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


def _indicator_name(result: Comparison, key: str, language: Language) -> str:
    for catalogue in (result.baseline.indicators, result.measurements.indicators):
        if key in catalogue:
            return printable(catalogue[key].name(language))
    return printable(key)


def _findings(result: Comparison, language: Language) -> tuple[tuple[Theme, ...], tuple[str, ...]]:
    baseline = result.baseline
    by_theme = defaultdict(list)
    for indicator in baseline.indicators.values():
        if indicator.theme:
            by_theme[indicator.theme].append(indicator)
    compared = set(result.table["indicator"])
    themes: list[Theme] = []
    others: list[str] = []
    for key in dict.fromkeys(finding.theme for finding in baseline.findings):
        own = [item for item in baseline.findings if item.theme == key]
        lines = tuple(_finding_line(result, item, language) for item in own)
        if not by_theme[key]:
            others.extend(lines)
            continue
        names = []
        for indicator in by_theme[key]:
            name = printable(indicator.name(language))
            if indicator.id not in compared:
                name = f"{name} ({word('report.theme_not_compared', language)})"
            names.append(name)
        text = word("report.findings_indicators", language, items="; ".join(names))
        title = word("report.findings_theme", language, theme=baseline.themes[key][language])
        themes.append(Theme(title, lines, text))
    return tuple(themes), tuple(others)


def _finding_line(result: Comparison, finding: Finding, language: Language) -> str:
    kind = word(f"kind.{finding.kind}", language)
    status = word(f"status.{finding.status}", language)
    publisher = publisher_label(result.baseline.sources, finding.source, language)
    return f"{kind}: {printable(finding.statement(language))} ({status}, {publisher})"


def _break_line(result: Comparison, event: Break, language: Language) -> str:
    concerned = [key for key, events in result.breaks.items() if event in events]
    everything = len(concerned) == len(result.breaks)
    names = (
        word("report.break_all", language)
        if everything
        else join_words([_indicator_name(result, key, language) for key in concerned], language)
    )
    return word(
        "report.break_item",
        language,
        date=capital(event_date(event, language)),
        name=printable(event.name(language)),
        effect=word(f"effect.{event.effect}", language),
        indicators=names,
    )


def _remarks(result: Comparison, language: Language) -> Iterable[str]:
    groups = defaultdict(list)
    for remark in result.remarks:
        if remark.kind == "warning":
            groups[remark.code].append(remark)
    for code, remarks in groups.items():
        first = remarks[0]
        text = word(f"remark.{code}", language)
        if code.startswith("status."):
            names = dict.fromkeys(_indicator_name(result, r.found, language) for r in remarks)
            yield f"{text} {'; '.join(names)}."
            continue
        places = [printable(first.file)] if first.file else []
        if first.row is not None:
            places.append(word("remark.row", language, row=first.row))
        if places:
            place = ", ".join(places)
            text = word("remark.times", language, text=text, number=len(remarks), place=place)
        yield text


def _methods(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[str]:
    yield word("report.estimand", language)
    yield word("report.pairing", language)
    yield word("report.aggregation", language)
    rates = table[table["method"].str.contains("population_end", regex=False)]
    if len(rates):
        sides = zip(*(text.split(" | ") for text in rates["periods"].unique()), strict=True)
        days = [_population_days(texts, language) for texts in sides]
        yield word("report.population", language, baseline=days[0], current=days[1])
    margins: dict[str, tuple[Margin, list[Indicator]]] = {}
    for key in dict.fromkeys(table["indicator"]):
        indicator = result.indicators[key]
        if indicator.margin is not None:
            margins.setdefault(indicator.margin.id, (indicator.margin, []))[1].append(indicator)
    for margin, owners in margins.values():
        known = "report.known" if margin.follow_up_known else "report.not_known"
        by = margin.declared_by
        if by == "baseline_compare project":
            by = word("report.declared_by_project", language)
        yield word(
            "report.margin",
            language,
            names="; ".join(printable(owner.name(language)) for owner in owners),
            rule=margin_rule(margin.scale, margin.size, owners[0].unit, language),
            reason=printable(margin.reasons[language]),
            date=_source_date(margin.declared_on, language),
            by=printable(by),
            known=word(known, language),
        )
    if result.settings.own_margins:
        own = [_indicator_name(result, key, language) for key in result.settings.own_margins]
        yield word("report.own_margins", language, names="; ".join(own))
    yield word("report.polarity", language)
    yield word("report.aland", language)
    if (result.series["period"].str[:4] < str(COVERED_FROM.year)).any():
        yield word("report.division", language)
    yield word("report.rounding", language)
    if any(event.id == "counties-start" for event in result.touching_breaks):
        yield word("report.no_cause_2023", language)
    else:
        yield word("report.no_cause", language)


def _population_days(spans: Iterable[str], language: Language) -> str:
    years = sorted({period.year - 1 for text in spans for period in expand(text)})
    days = [Period("year", year, 0).last_day for year in years]
    return join_words([date_text(day, language) for day in days], language)


def _sources(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[SourceLine]:
    baseline = result.baseline
    used = {name for text in table["source"].unique() for name in text.split(", ")}
    used |= {finding.source for finding in baseline.findings}
    used |= {event.source for event in result.touching_breaks}
    used |= {result.indicators[key].source for key in set(table["indicator"])}
    for key in sorted(used):
        known = baseline.sources.get(key, {})
        date = _source_date(known.get("date", ""), language)
        url = known.get("url", "")
        yield SourceLine(
            text=f"{source_label(baseline.sources, key, language)}, {date}",
            url=url if url.startswith("https://") else "",
        )


def _source_date(text: str, language: Language) -> str:
    parts = text.split("-")
    if not parts[0].isdecimal():
        return word("report.no_date", language)
    numbers = [int(part) for part in parts]
    if len(numbers) == 3:
        first = Period("month", numbers[0], numbers[1]).first_day
        return date_text(first.replace(day=numbers[2]), language)
    if len(numbers) == 2:
        return span_label([Period("month", *numbers)], language)
    return parts[0]


def _hashes(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[str]:
    settings = result.settings
    yield word(
        "report.baseline_line",
        language,
        name=printable(settings.baseline_name),
        version=settings.baseline_version,
        id=settings.baseline_id,
    )
    estimand = word(f"estimand.{settings.estimand}", language)
    yield word("report.estimand_line", language, estimand=estimand)
    yield word("report.library", language, version=settings.library_version)
    for origin in result.measurements.origins:
        yield word("report.data_file", language, file=printable(origin.file), sha256=origin.sha256)
    for name, row in result.baseline.lineage.items():
        yield word("report.baseline_file", language, file=printable(name), sha256=row["sha256"])
    if table["source"].str.contains("kela-koronamittarit", regex=False).any():
        yield word("report.attribution", language)
