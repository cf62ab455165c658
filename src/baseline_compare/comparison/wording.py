"""Rows of a comparison in words: sentences, labels and a table of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from baseline_compare.areas import registry
from baseline_compare.breaks import Break
from baseline_compare.comparison.ranges import (
    change_cells,
    change_label,
    detectable_words,
    level_label,
    range_words,
)
from baseline_compare.comparison.targets import Target
from baseline_compare.comparison.usual import (
    any_years,
    registered_label,
    sentences,
    verdict_label,
)
from baseline_compare.comparison.verdicts import STATES, VERDICTS
from baseline_compare.errors import AreaError
from baseline_compare.files import WITHHELD
from baseline_compare.indicators import Indicator
from baseline_compare.language import (
    Language,
    capital,
    number_text,
    percent_text,
    printable,
    significant_text,
    word,
)
from baseline_compare.periods import expand, span_label

_COLUMNS = (
    "indicator", "unit", "area", "baseline", "current", "change", "relative_change", "verdict",
)  # fmt: skip


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
        _sentence(rows, indicators[key], targets, language, whole=len(rows) == len(own))
        for key in headline or present
        for own in [table[table["indicator"] == key]]
        for _, rows in own.groupby("periods", sort=False)
    ]


def _sentence(
    rows: pd.DataFrame,
    indicator: Indicator,
    targets: Mapping[str, Target],
    language: Language,
    *,
    whole: bool,
) -> str:
    if any_years(rows):
        parts = list(sentences(rows, targets, language, whole=whole))
    else:
        parts = list(_verdict_parts(rows, targets, language))
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


def _verdict_parts(
    rows: pd.DataFrame, targets: Mapping[str, Target], language: Language
) -> Iterator[str]:
    if any_rest(rows):
        yield word("result.relative", language)
    for verdict in VERDICTS:
        own = rows[rows["verdict"] == verdict]
        if own.empty:
            continue
        areas = []
        for row in own.to_dict("records"):
            parts_of = [range_words(row, language) or change_label(row, language)]
            if verdict == "undecided":
                parts_of.append(detectable_words(row, language))
            change = "; ".join(part for part in parts_of if part)
            name = area_name(row["area"], targets, language)
            areas.append(f"{name} ({change})" if change else name)
        yield word(
            "result.verdict_areas",
            language,
            verdict=capital(verdict_label(own.iloc[0].to_dict(), language)),
            areas=", ".join(areas),
        )


def display_table(
    table: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    targets: Mapping[str, Target],
    language: Language,
) -> pd.DataFrame:
    """Give the rows as text: indicator, unit, area, both values, the changes and the verdict."""
    rows = []
    for row in table.to_dict("records"):
        unit = row["unit"]
        change, relative, rest = change_cells(row, language)
        rows.append(
            {
                "indicator": printable(indicators[row["indicator"]].name(language)),
                "unit": unit_label(unit, row["statistic"], language),
                "area": area_name(row["area"], targets, language),
                "baseline": level_label(row, "baseline", language),
                "current": level_label(row, "current", language),
                "change": change,
                "relative_change": relative,
                "against_rest": rest,
                "registered": registered_label(row, language),
                "verdict": verdict_label(row, language),
            }
        )
    columns = [*_COLUMNS[:-1], *extra_columns(table), _COLUMNS[-1]]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.rename(columns={name: word(f"column.{name}", language) for name in columns})


def family_sentence(
    table: pd.DataFrame, indicators: Mapping[str, Indicator], language: Language
) -> str:
    """Say how many comparisons there are in each family, and how many were decided together."""
    families = table["indicator"].map({key: item.family for key, item in indicators.items()})
    judged = ~table["verdict"].isin(STATES)
    sizes = _family_sizes(families[judged], language)
    together = _family_sizes(families[judged & table["p_value"].notna()], language)
    sentences = []
    if sizes and sizes != together:
        sentences.append(word("result.comparisons", language, sizes=sizes))
    if together:
        sentences.append(word("result.family", language, sizes=together))
    return " ".join(sentences)


def _family_sizes(families: pd.Series, language: Language) -> str:
    return "; ".join(
        word(
            "result.family_size",
            language,
            number=number_text(size, 0, language),
            family=word(f"family_of.{family}", language),
        )
        for family, size in families.value_counts(sort=False).items()
    )


def extra_columns(table: pd.DataFrame) -> list[str]:
    """Name the columns that a table needs only for some claims."""
    there = {"against_rest": any_rest(table), "registered": any_years(table)}
    return [name for name, flag in there.items() if flag]


def any_rest(table: pd.DataFrame) -> bool:
    """Whether any row is compared with the rest of the mainland."""
    return bool(table["scale"].astype(str).str.endswith("_to_rest").any())


def publisher_label(sources: Mapping[str, Mapping[str, str]], key: str, language: Language) -> str:
    """Name the publisher of a source; a source of one's own by its id."""
    publisher = sources.get(key, {}).get("publisher", "")
    return word(f"publisher.{publisher}", language) if publisher else printable(key)


def shown_hash(text: str, language: Language) -> str:
    """Give a hash as it is, or say that it is withheld."""
    return word("report.withheld", language) if text == WITHHELD else text


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
        name, _, value = key.partition("=")
        if key in names:
            sentences.append(word("reason.break", language, name=names[key]))
        elif key == "bridged":
            sentences.append(word("reason.bridged", language, name=names.get(detail, detail)))
        elif name == "correlation":
            told = word(f"verdict.{detail}", language)
            at = number_text(float(value), 1, language)
            sentences.append(word("reason.correlation", language, value=at, verdict=told))
        else:
            sentences.append(word(f"reason.{key}", language, detail=_named(detail, language)))
    return sentences


def method_sentences(method: str, unit: str, language: Language) -> list[str]:
    """Say how a row was made, one phrase a step."""
    return [method_phrase(name, unit, language) for name in method.split("; ")]


def origin_sentence(method: str, unit: str, language: Language) -> str:
    """Say what a row is taken from."""
    names = method.split("; ")
    told = [names[1], *(name for name in names if name == "bounds")]
    return "; ".join(method_phrase(name, unit, language) for name in told)


def shared_methods(methods: Iterable[str], unit: str, language: Language) -> list[str]:
    """Say the steps that all rows of a table share, apart from what each is taken from.

    That is the first step, and whether hidden figures are in it: ``origin_sentence``.
    """
    steps = [method.split("; ") for method in methods]
    others = [set(step) for step in steps]
    return [
        method_phrase(name, unit, language)
        for place, name in enumerate(steps[0])
        if place != 1 and name != "bounds" and all(name in other for other in others)
    ]


def method_phrase(name: str, unit: str, language: Language) -> str:
    """Say one step of how a row was made."""
    key, _, value = name.partition("=")
    if key.startswith("margin_"):
        return margin_rule(key.removeprefix("margin_"), float(value), unit, language)
    if key == "level_of":
        value = word(f"level.{value}", language)
    elif key == "pairs":
        value = value.replace("-", "\u2013").replace(" ", ", ")
    elif value:
        value = significant_text(float(value), language)
    return word(f"method.{key}", language, value=value)


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
