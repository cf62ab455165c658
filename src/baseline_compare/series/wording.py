"""What series say, in words: changes at a date, ranks among earlier changes, signals."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

import pandas as pd

from baseline_compare.breaks import Break
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import area_name
from baseline_compare.language import (
    Language,
    capital,
    change_text,
    number_text,
    percent_text,
    printable,
    scaled,
    unit_form,
    word,
)
from baseline_compare.periods import Period, expand, parse_period, span_label

Row = Mapping[Hashable, object]


def change_words(
    value: float, scale: str, unit: str, language: Language, *, digits: int = 1
) -> str:
    """Write a change on its scale: per cent of a ratio, else in its unit."""
    if scale == "ratio":
        return percent_text(value, digits, language, sign=True)
    return change_text(value, unit, language)


def estimate_words(row: Row, language: Language) -> str:
    """Write an estimate with its limits: "−3.1% (−9.0 to +3.2%)"."""
    digits = 2 if row["term"] == "slope" else 1
    scale, unit = str(row["scale"]), str(row["unit"])
    change, high = (
        change_words(float(str(row[name])), scale, unit, language, digits=digits)
        for name in ("estimate", "high")
    )
    decimals, factor = (digits, 100) if scale == "ratio" else unit_form(unit)
    low = number_text(scaled(float(str(row["low"])), factor), decimals, language, sign=True)
    return word("interval.short", language, change=change, low=low, high=high)


def segmented_sentences(
    table: pd.DataFrame,
    result: Comparison,
    at: Period,
    events: Sequence[Break],
    language: Language,
) -> Iterator[str]:
    """Say of each term by how much it changed, why there is none, and that no cause is shown."""
    roles = table["role"].dropna()
    first = "default" if (roles == "default").any() else next(iter(roles), "default")
    rows = table[table["role"].isna() | (table["role"] == first)]
    name = capital(printable(result.indicators[str(rows["indicator"].iloc[0])].name(language)))
    date = span_label([at], language)
    kind = word(f"series.per_{at.type}", language)
    for term in ("level", "slope"):
        own = rows[(rows["term"] == term) & rows["estimate"].notna()]
        if not own.empty:
            items = "; ".join(
                f"{area_name(row['area'], result.targets, language)} "
                f"{estimate_words(row, language)}"
                for row in own.to_dict("records")
            )
            key = f"{term}_no_season" if term == "level" and not own["harmonics"].any() else term
            yield word(f"series.{key}", language, name=name, date=date, period=kind, items=items)
    for reason, own in rows[rows["reason"].notna()].groupby("reason", sort=False):
        areas = ", ".join(area_name(code, result.targets, language) for code in own["area"])
        told = reason_words(str(reason), language, result)
        yield word(
            "series.none",
            language,
            term=word(f"series.term_{own['term'].iloc[0]}", language),
            areas=areas,
            reason=told,
        )
    if (rows["method"] == "quasi_poisson").any():
        yield word("series.small_counts", language)
    if rows["estimate"].notna().any():
        yield word("series.alone", language)
    yield from events_words(events, language)
    yield no_cause(result, language)


def events_words(events: Sequence[Break], language: Language) -> Iterator[str]:
    """Name the events that a series holds, if there are any."""
    if events:
        names = "; ".join(printable(event.name(language)) for event in events)
        yield word("series.events", language, events=names)


def no_cause(result: Comparison, language: Language) -> str:
    """Say that a difference of before and after shows no cause."""
    known = any(event.id == "counties-start" for event in result.touching_breaks)
    return word(f"report.no_cause{'_2023' if known else ''}", language)


def reason_words(reason: str, language: Language, result: Comparison) -> str:
    """Say why a series has no answer."""
    key, _, detail = reason.partition(":")
    if key == "break":
        names = {event.id: event.name(language) for event in result.events}
        return word("reason.break", language, name=printable(names[detail]))
    span = span_label(expand(detail), language) if detail else ""
    return word(f"series.reason_{key}", language, periods=span)


def placebo_sentences(
    table: pd.DataFrame, ranks: pd.DataFrame, result: Comparison, language: Language
) -> Iterator[str]:
    """Say how the real change of each area ranks among the placebo ones."""
    first = table.iloc[0]
    key, scale, unit = str(first["indicator"]), str(first["scale"]), str(first["unit"])
    real = table[table["kind"] == "real"].iloc[0]
    years = [expand(str(real[name]))[0].year for name in ("baseline", "current")]
    name = capital(printable(result.indicators[key].name(language)))
    for kind in ("years", "dates"):
        own = ranks[(ranks["kind"] == kind) & (ranks["area"] != "pooled")]
        if own.empty:
            if kind == "years":
                yield word("series.placebo_none", language)
            continue
        number = int(own["placebos"].max())
        items = "; ".join(
            word(
                "series.placebo_item",
                language,
                area=area_name(row["area"], result.targets, language),
                change=change_words(row["change"], scale, unit, language),
                **rank_words(row, language),
            )
            for row in own.to_dict("records")
        )
        told = {"name": name, "years": f"{years[0]}–{years[1]}", "items": items}
        yield word(
            f"series.placebo_{kind}", language, number=number_text(number, 0, language), **told
        )
        pooled = ranks[(ranks["kind"] == kind) & (ranks["area"] == "pooled")]
        if len(pooled):
            yield word(
                "series.placebo_pooled", language, **rank_words(pooled.iloc[0].to_dict(), language)
            )
        if kind == "years":
            floor = percent_text(1 / (number + 1), 0, language)
            yield word(
                "series.placebo_floor",
                language,
                number=number_text(number, 0, language),
                floor=floor,
            )
    yield no_cause(result, language)


def control_sentences(
    table: pd.DataFrame,
    phases: pd.DataFrame,
    result: Comparison,
    season_years: int,
    events: Sequence[Break],
    language: Language,
) -> Iterator[str]:
    """Say of each phase in which areas there are signals, and which."""
    name = capital(printable(result.indicators[phases["indicator"].iloc[0]].name(language)))
    known = phases[phases["reason"].isna()]
    for (_, chart, base), own in known.groupby(["phase", "chart", "base"], sort=False):
        yield word(
            "series.control",
            language,
            name=name,
            chart=word(f"series.chart_{chart}", language),
            base=span_label(expand(str(base)), language),
        )
        for row in own.to_dict("records"):
            area = area_name(row["area"], result.targets, language)
            signals = _signals(row, table, language)
            yield word("series.control_item", language, area=area, signals=signals)
    for _, own in phases[phases["reason"].notna()].groupby(
        ["reason", "periods"], sort=False, dropna=False
    ):
        areas = ", ".join(area_name(code, result.targets, language) for code in own["area"])
        term = word(f"series.chart_{own['chart'].iloc[0]}", language)
        periods = own["periods"].iloc[0]
        if isinstance(periods, str):
            term = f"{term}, {span_label(expand(periods), language)}"
        told = reason_words(str(own["reason"].iloc[0]), language, result)
        yield word("series.none", language, term=term, areas=areas, reason=told)
    yield from control_notes(season_years, language)
    yield from events_words(events, language)


def control_notes(season_years: int, language: Language) -> Iterator[str]:
    """Say what holds of all charts: where the season went, and how little a signal proves."""
    if season_years:
        years = number_text(season_years, 0, language)
        yield word("series.control_season", language, years=years)
    else:
        yield word("series.control_no_season", language)
    yield word("series.control_autocorrelation", language)


def _signals(row: Row, table: pd.DataFrame, language: Language) -> str:
    own = table[(table["area"] == row["area"]) & (table["phase"] == row["phase"])]
    periods = [parse_period(text) for text in own[own["beyond"] & ~own["in_base"]]["period"]]
    told = []
    if periods:
        told.append(word("series.control_beyond", language, periods=span_label(periods, language)))
    if not row["judged"]:
        return "; ".join([*told, word("series.control_few", language)])
    if int(str(row["longest_run"])) > int(str(row["longest_allowed"])):
        run, allowed = row["longest_run"], row["longest_allowed"]
        told.append(word("series.control_run", language, run=run, allowed=allowed))
    if int(str(row["crossings"])) < int(str(row["crossings_needed"])):
        crossings, needed = row["crossings"], row["crossings_needed"]
        told.append(word("series.control_crossings", language, crossings=crossings, needed=needed))
    return "; ".join(told) or word("series.control_quiet", language)


def rank_words(row: Row, language: Language) -> dict[str, str]:
    """Write the rank of a change and the number of all, itself included."""
    total = int(str(row["placebos"])) + 1
    rank = round(float(str(row["rank"])) * total)
    return {"rank": number_text(rank, 0, language), "total": number_text(total, 0, language)}


def segmented_texts(table: pd.DataFrame, result: Comparison, language: Language) -> pd.DataFrame:
    """Give the table as text."""
    rows = []
    for row in table.to_dict("records"):
        known = row["estimate"] == row["estimate"]
        rows.append(
            {
                word("column.area", language): area_name(row["area"], result.targets, language),
                word("series.column_term", language): word(f"series.term_{row['term']}", language),
                word("column.change", language): estimate_words(row, language) if known else "–",
                "p": _probability(row["p_value"], language) if known else "–",
                word("column.method", language): word(f"series.method_{row['method']}", language)
                if known
                else reason_words(row["reason"], language, result),
            }
        )
    return pd.DataFrame(rows)


def _probability(p: float, language: Language) -> str:
    small = 0.001
    return f"< {number_text(small, 3, language)}" if p < small else number_text(p, 3, language)
