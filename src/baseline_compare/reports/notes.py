"""What stands below the tables of a report: findings, events, remarks, methods, sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from baseline_compare.areas import COVERED_FROM
from baseline_compare.breaks import Break
from baseline_compare.charts.trend import event_date
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import (
    margin_rule,
    publisher_label,
    shown_hash,
    source_label,
)
from baseline_compare.disclosure.ledger import START
from baseline_compare.errors import ComparisonError
from baseline_compare.findings import Finding
from baseline_compare.indicators import Indicator, Margin
from baseline_compare.language import (
    Language,
    capital,
    date_text,
    join_words,
    number_text,
    printable,
    significant_text,
    word,
)
from baseline_compare.periods import Period, expand, span_label
from baseline_compare.planning import Designs, designs
from baseline_compare.reports.model import SourceLine, Theme


def indicator_name(result: Comparison, key: str, language: Language) -> str:
    """Name an indicator as the baseline does, else as the follow-up does."""
    for catalogue in (result.baseline.indicators, result.measurements.indicators):
        if key in catalogue:
            return printable(catalogue[key].name(language))
    return printable(key)


def findings_by_theme(
    result: Comparison, language: Language
) -> tuple[tuple[Theme, ...], tuple[str, ...]]:
    """Give findings by theme with their indicators, and those without an indicator."""
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
    told = [word(f"status.{finding.status}", language)]
    told.append(publisher_label(result.baseline.sources, finding.source, language))
    if finding.key_target == "yes":
        told.append(word("report.key_target", language))
    line = f"{kind}: {printable(finding.statement(language))} ({', '.join(told)})"
    bodies = (finding.responsible_before_2023, finding.responsible_from_2023)
    if not all(bodies):
        return line
    before, after = (
        join_words([word(f"responsible.{body}", language) for body in own], language)
        for own in bodies
    )
    return f"{line} {word('report.responsible', language, before=before, after=after)}"


def break_line(result: Comparison, event: Break, language: Language) -> str:
    """Write one event: date, name, effect, and the indicators it bears on."""
    concerned = [key for key, events in result.breaks.items() if event in events]
    everything = len(concerned) == len(result.breaks)
    names = (
        word("report.break_all", language)
        if everything
        else join_words([indicator_name(result, key, language) for key in concerned], language)
    )
    return word(
        "report.break_item",
        language,
        date=capital(event_date(event, language)),
        name=printable(event.name(language)),
        effect=word(f"effect.{event.effect}", language),
        indicators=names,
    )


def remarks(result: Comparison, language: Language) -> Iterable[str]:
    """Write what a reader should know about the data."""
    groups = defaultdict(list)
    for remark in result.remarks:
        if remark.kind == "warning":
            groups[remark.code].append(remark)
    for code, remarks in groups.items():
        first = remarks[0]
        if code.startswith("sdc."):
            yield word(f"remark.{code}", language, number=first.found)
            continue
        text = word(f"remark.{code}", language)
        if code.startswith("status."):
            names = dict.fromkeys(indicator_name(result, r.found, language) for r in remarks)
            yield f"{text} {'; '.join(names)}."
            continue
        if code == "area.rebased":
            yield f"{text} {'; '.join(printable(remark.found) for remark in remarks)}."
            continue
        places = [printable(first.file)] if first.file else []
        if first.row is not None:
            places.append(word("remark.row", language, row=first.row))
        if places:
            place = ", ".join(places)
            text = word("remark.times", language, text=text, number=len(remarks), place=place)
        yield text


def protection(result: Comparison, language: Language) -> Iterable[str]:
    """Write by which rule figures are hidden, and which former releases were looked at."""
    rule = result.protection
    if rule is None:
        return
    yield word("report.protection", language, largest=number_text(rule.threshold - 1, 0, language))
    if rule.ledger == START:
        yield word("report.ledger_first", language)
    elif rule.ledger:
        yield word("report.ledger", language, head=rule.ledger)


def methods(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[str]:
    """Write how the comparison was made, one paragraph a step."""
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
        yield word(
            "report.margin",
            language,
            names="; ".join(printable(owner.name(language)) for owner in owners),
            rule=margin_rule(margin.scale, margin.size, owners[0].unit, language),
            reason=printable(margin.reasons[language]),
            date=source_date(margin.declared_on, language),
            by=declared_by(margin.declared_by, language),
            known=word(known, language),
        )
    if result.settings.own_breaks:
        own = [event.name(language) for event in result.events]
        names = own[len(own) - len(result.settings.own_breaks) :]
        yield word("report.own_breaks", language, names=printable("; ".join(names)))
    names_of = {event.id: event.name(language) for event in result.events}
    for key, bridge in result.settings.bridges.items():
        yield word(
            "report.bridge",
            language,
            name=printable(names_of[key]),
            factor=significant_text(bridge.factor, language),
            error=significant_text(bridge.standard_error, language),
            source=printable(bridge.source),
        )
    if result.settings.own_margins:
        own = [indicator_name(result, key, language) for key in result.settings.own_margins]
        yield word("report.own_margins", language, names="; ".join(own))
    for target in result.targets.values():
        if target.source:
            yield word(
                "report.own_group",
                language,
                name=printable(target.names[language]),
                areas=", ".join(target.parts),
                source=printable(target.source),
            )
    yield word("report.polarity", language)
    yield word("report.aland", language)
    if (result.series["period"].str[:4] < str(COVERED_FROM.year)).any():
        yield word("report.division", language)
    yield word("report.rounding", language)


def claims(result: Comparison, found: Designs | None, language: Language) -> Iterable[str]:
    """Write what may be claimed: which designs are possible, and that no cause is shown."""
    if found is None and any(event.id == "counties-start" for event in result.touching_breaks):
        yield word("report.no_cause_2023", language)
        found = _usual_designs(result)
    elif found is None:
        yield word("report.no_cause", language)
    if found is not None:
        yield from found.summary(language)


def _usual_designs(result: Comparison) -> Designs | None:
    """Look at the designs of the first indicator, where it has series that allow it."""
    try:
        return designs(result)
    except ComparisonError:
        return None


def _population_days(spans: Iterable[str], language: Language) -> str:
    years = sorted({period.year - 1 for text in spans for period in expand(text)})
    days = [Period("year", year, 0).last_day for year in years]
    return join_words([date_text(day, language) for day in days], language)


def sources(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[SourceLine]:
    """List the sources of figures, findings, events and definitions."""
    baseline = result.baseline
    used = {name for text in table["source"].unique() for name in text.split(", ")}
    used |= {finding.source for finding in baseline.findings}
    used |= {event.source for event in result.touching_breaks}
    used |= {result.indicators[key].source for key in set(table["indicator"])}
    for key in sorted(used):
        known = baseline.sources.get(key, {})
        date = source_date(known.get("date", ""), language)
        url = known.get("url", "")
        yield SourceLine(
            text=f"{source_label(baseline.sources, key, language)}, {date}",
            url=url if url.startswith("https://") else "",
        )


def declared_by(name: str, language: Language) -> str:
    """Name who declared a margin or a family."""
    if name == "baseline_compare project":
        return word("report.declared_by_project", language)
    return printable(name)


def source_date(text: str, language: Language) -> str:
    """Write a day, month or year as it is known; a source without one says so."""
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


def hashes(result: Comparison, table: pd.DataFrame, language: Language) -> Iterable[str]:
    """Say what the report rests on, byte for byte."""
    settings = result.settings
    yield word(
        "report.baseline_line",
        language,
        name=printable(settings.baseline_name),
        version=settings.baseline_version,
        id=shown_hash(settings.baseline_id, language),
    )
    estimand = word(f"estimand.{settings.estimand}", language)
    yield word("report.estimand_line", language, estimand=estimand)
    yield word("report.library", language, version=settings.library_version)
    for origin in result.measurements.origins:
        sha256 = shown_hash(origin.sha256, language)
        yield word("report.data_file", language, file=printable(origin.file), sha256=sha256)
    for name, row in result.baseline.lineage.items():
        sha256 = shown_hash(row["sha256"], language)
        yield word("report.baseline_file", language, file=printable(name), sha256=sha256)
    if table["source"].str.contains("kela-koronamittarit", regex=False).any():
        yield word("report.attribution", language)
