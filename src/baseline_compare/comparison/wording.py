"""Rows of a comparison in words: sentences, labels and a table of text."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping

import pandas as pd

from baseline_compare.areas import registry
from baseline_compare.breaks import Break
from baseline_compare.comparison.targets import Target
from baseline_compare.comparison.verdicts import VERDICTS
from baseline_compare.errors import AreaError
from baseline_compare.indicators import Indicator
from baseline_compare.language import (
    Language,
    capital,
    change_text,
    number_text,
    percent_text,
    printable,
    value_text,
    word,
)
from baseline_compare.periods import expand, span_label


def area_name(code: str, targets: Mapping[str, Target], language: Language) -> str:
    """Give the short name of a target, without characters that a reader could not see."""
    return printable(targets[code].short_names[language])


def unit_label(unit: str, statistic: str, language: Language) -> str:
    """Give the unit with how the periods were put together: "households, mean per month"."""
    name = word(f"unit.{unit}", language)
    if statistic in ("ratio_of_sums", "value"):
        return name
    return f"{name}, {word(f'statistic.{statistic}', language)}"


def window_labels(periods: str, language: Language) -> tuple[str, str]:
    """Name the two windows of a row: "January–November 2022", "January–November 2023"."""
    before, after = periods.split(" | ")
    return span_label(expand(before), language), span_label(expand(after), language)


def change_label(row: Mapping[Hashable, object], language: Language) -> str:
    """Write the change on the scale of the indicator's margin; relative if there is no margin."""
    change, relative = float(str(row["change"])), float(str(row["relative_change"]))
    if math.isnan(change):
        return ""
    if row["scale"] == "difference" or row["unit"] == "share" or math.isnan(relative):
        return change_text(change, str(row["unit"]), language)
    return percent_text(relative, 1, language, sign=True)


def headline_sentences(
    table: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    targets: Mapping[str, Target],
    language: Language,
) -> list[str]:
    """Say of each headline indicator, or of each, where it changed and by how much."""
    if table.empty:
        return [word("result.nothing", language)]
    present = list(dict.fromkeys(table["indicator"]))
    headline = [key for key in present if indicators[key].family == "headline"]
    return [
        _sentence(rows, indicators[key], targets, language)
        for key in headline or present
        for _, rows in table[table["indicator"] == key].groupby("periods", sort=False)
    ]


def _sentence(
    rows: pd.DataFrame, indicator: Indicator, targets: Mapping[str, Target], language: Language
) -> str:
    parts = []
    for verdict in VERDICTS:
        own = rows[rows["verdict"] == verdict]
        if own.empty:
            continue
        areas = []
        for row in own.to_dict("records"):
            change = change_label(row, language)
            name = area_name(row["area"], targets, language)
            areas.append(f"{name} ({change})" if change else name)
        parts.append(
            word(
                "result.verdict_areas",
                language,
                verdict=capital(word(f"verdict.{verdict}", language)),
                areas=", ".join(areas),
            )
        )
    first = rows.iloc[0]
    before, after = window_labels(first["periods"], language)
    name = indicator.name(language)
    return word(
        "result.sentence",
        language,
        name=capital(name),
        how=word(f"statistic.{first['statistic']}", language),
        baseline=before,
        current=capital(after),
        verdicts=" ".join(parts),
    )


def display_table(
    table: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    targets: Mapping[str, Target],
    language: Language,
) -> pd.DataFrame:
    """Give the rows as text: indicator, unit, area, both values, both changes and the verdict."""
    rows = []
    for row in table.to_dict("records"):
        unit = row["unit"]
        known = not math.isnan(row["baseline"])
        rows.append(
            {
                "indicator": printable(indicators[row["indicator"]].name(language)),
                "unit": unit_label(unit, row["statistic"], language),
                "area": area_name(row["area"], targets, language),
                "baseline": value_text(row["baseline"], unit, language) if known else "",
                "current": value_text(row["current"], unit, language) if known else "",
                "change": change_text(row["change"], unit, language) if known else "",
                "relative_change": ""
                if math.isnan(row["relative_change"]) or unit == "share"
                else percent_text(row["relative_change"], 1, language, sign=True),
                "verdict": word(f"verdict.{row['verdict']}", language),
            }
        )
    columns = [
        "indicator",
        "unit",
        "area",
        "baseline",
        "current",
        "change",
        "relative_change",
        "verdict",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.rename(columns={name: word(f"column.{name}", language) for name in columns})


def publisher_label(sources: Mapping[str, Mapping[str, str]], key: str, language: Language) -> str:
    """Name the publisher of a source; a source of one's own by its id."""
    publisher = sources.get(key, {}).get("publisher", "")
    return word(f"publisher.{publisher}", language) if publisher else printable(key)


def source_label(sources: Mapping[str, Mapping[str, str]], key: str, language: Language) -> str:
    """Name a source: publisher, id and licence; a source of one's own by its id alone."""
    name = publisher_label(sources, key, language)
    if name != printable(key):
        name = f"{name} ({key})"
    licence = sources.get(key, {}).get("licence", "")
    return f"{name}, {licence}" if licence else name


def unmatched_sentence(reason: str, detail: str, periods: str, language: Language) -> str:
    """Say why something was not compared."""
    span = span_label(expand(periods), language) if periods else ""
    named = ", ".join(_area_detail(item, language) for item in detail.split(",") if item)
    return word(f"unmatched.{reason}", language, periods=span, detail=named)


def _area_detail(item: str, language: Language) -> str:
    """Write ``MK15:KU288`` as the area and the members that lie on the other side."""
    code, _, members = item.partition(":")
    text = _named(code, language)
    if members:
        text += f" ({', '.join(_named(member, language) for member in members.split('+'))})"
    return text


def _named(code: str, language: Language) -> str:
    try:
        return f"{registry().get(code).short_name(language)} {code}"
    except AreaError:
        return printable(code)


def reason_sentences(reason: str | None, breaks: Iterable[Break], language: Language) -> list[str]:
    """Say why a row has its state, one sentence a reason."""
    if not isinstance(reason, str):
        return []
    names = {event.id: event.name(language) for event in breaks}
    sentences = []
    for item in reason.split(","):
        key, _, detail = item.partition(":")
        if key in names:
            sentences.append(word("reason.break", language, name=names[key]))
        else:
            sentences.append(word(f"reason.{key}", language, detail=_named(detail, language)))
    return sentences


def method_sentences(method: str, unit: str, language: Language) -> list[str]:
    """Say how a row was made, one phrase a step."""
    phrases = []
    for name in method.split("; "):
        if name.startswith("margin_"):
            _, scale, value = name.split("_", 2)
            phrases.append(margin_rule(scale, float(value), unit, language))
        else:
            phrases.append(word(f"method.{name}", language))
    return phrases


def margin_rule(scale: str, size: float, unit: str, language: Language) -> str:
    """Say from which change on a margin is reached."""
    if scale == "ratio":
        return word(
            "method.margin_ratio",
            language,
            up=percent_text(size, 2, language, sign=True),
            down=percent_text(1 / (1 + size) - 1, 2, language, sign=True),
        )
    factor, name = {
        "share": (100, "unit.points_short"),
        "per_inhabitant": (1000, "unit.per_inhabitant"),
    }.get(unit, (1, f"unit.{unit}"))
    text = f"{number_text(factor * size, 2, language)} {word(name, language)}"
    return word("method.margin_difference", language, size=text)
