"""What was registered, and whether it is more than what happens between years anyway, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

import pandas as pd

from baseline_compare.comparison.ranges import (
    Row,
    change_ends,
    change_label,
    detectable_label,
    is_against_rest,
    is_within,
    registered_change,
)
from baseline_compare.comparison.targets import Target
from baseline_compare.comparison.verdicts import STATES, VERDICTS
from baseline_compare.language import Language, capital, number_text, percent_text, printable, word

Outcome = Literal["seen", "opposite", "largest", "unknown"]
CHANGES = ("improved", "worsened", "increased", "decreased")
UNDECIDED: tuple[Outcome, ...] = get_args(Outcome)


_ASKED = ("history_change", "process_own")
"""How methods begin of rows that are asked whether they are more than usual."""


def is_against_years(row: Row) -> bool:
    """Whether a full register is judged against what happens between years anyway."""
    return isinstance(row["registered"], str) and str(row["method"]).startswith(_ASKED)


def any_years(table: pd.DataFrame) -> bool:
    """Whether any row of a table is."""
    own = table["method"].astype(str).str.startswith(_ASKED)
    return bool((own & table["registered"].notna()).any())


def outcome(row: Row) -> str:
    """Name what is known of a row: its verdict, or why that is undecided."""
    if row["verdict"] != "undecided":
        return str(row["verdict"])
    rank, earlier = float(str(row["placebo_rank"])), earlier_pairs(row)
    if math.isnan(rank):
        return "unknown"
    if rank * (earlier + 1) < 1.5:
        return "largest"
    low, high = (float(str(row[f"usual_range_{side}"])) for side in ("low", "high"))
    told = {
        "opposite" if change > max(high, 0) or change < min(low, 0) else "seen"
        for change in change_ends(row)
    }
    return told.pop() if len(told) == 1 else "unknown"


def earlier_pairs(row: Row) -> int:
    """Give the number of earlier pairs of years that the change of a row is ranked among."""
    names = dict(name.partition("=")[::2] for name in str(row["method"]).split("; "))
    return int(names.get("earlier_changes", "0"))


def verdict_label(row: Row, language: Language) -> str:
    """Name the verdict of a row, and against what it is if not against the baseline alone."""
    verdict = str(row["verdict"])
    if is_against_rest(row) and verdict in CHANGES:
        return word(f"verdict_rest.{verdict}", language)
    if is_against_years(row) and outcome(row) in (*CHANGES, "seen", "opposite", "largest"):
        return word(f"verdict_usual.{outcome(row)}", language)
    return word(f"verdict.{verdict}", language)


def registered_label(row: Row, language: Language) -> str:
    """Name the verdict on what was registered, of full registers; empty for others."""
    registered = row["registered"]
    if not isinstance(registered, str):
        return ""
    known = is_within(row) or not math.isnan(float(str(row["change"])))
    if registered == "insufficient" and known and "; margin_" not in str(row["method"]):
        return word("usual.no_margin", language)
    return word(f"verdict.{registered}", language)


def sentences(
    rows: pd.DataFrame, targets: Mapping[str, Target], language: Language, *, whole: bool
) -> Iterator[str]:
    """Say of the rows of an indicator what was registered, and whether it is more than usual.

    ``whole`` says that these are all areas of the indicator.
    """
    cells: list[Row] = [
        {**row, "outcome": outcome(row), "told": registered_label(row, language)}
        for row in rows.to_dict("records")
    ]
    yield from _registered(cells, targets, language)
    for found in (*UNDECIDED, *(verdict for verdict in VERDICTS if verdict not in STATES)):
        areas = _named(cells, "outcome", found, targets, language)
        if areas:
            same = whole and all(row["outcome"] == found for row in cells) and len(cells) > 1
            areas = word("usual.all_areas", language) if same else areas
            yield word(f"usual.{found}", language, areas=areas)
    for state in STATES:
        areas = _named(cells, "outcome", state, targets, language)
        if areas:
            told = capital(word(f"verdict.{state}", language))
            yield word("result.verdict_areas", language, verdict=told, areas=areas)
    tested = [
        row
        for row in cells
        if row["verdict"] == "undecided" and not math.isnan(float(str(row["detectable_change"])))
    ]
    if tested:
        least = min(tested, key=lambda row: float(str(row["detectable_change"])))
        yield _detectable(least, language)


def _registered(
    cells: Sequence[Row], targets: Mapping[str, Target], language: Language
) -> Iterator[str]:
    """Say what was registered; of rows across a bridged event, that they are bridged."""
    bridged = [row for row in cells if is_bridged(row)]
    states = [row["registered"] in STATES and row["registered"] == row["verdict"] for row in cells]
    exact = [
        row
        for row, told_below in zip(cells, states, strict=True)
        if not (told_below or is_bridged(row))
    ]
    labels = dict.fromkeys(
        str(row["told"]) for verdict in VERDICTS for row in exact if row["registered"] == verdict
    )
    items = [
        word("usual.group", language, verdict=label, areas=areas)
        for label in labels
        if (areas := _named(exact, "told", label, targets, language, sized=True))
    ]
    if items:
        yield word("usual.registered", language, items="; ".join(items))
    if bridged:
        told = str(bridged[0]["told"])
        areas = _named(bridged, "told", told, targets, language, sized=True)
        yield word("usual.bridged", language, areas=areas)


def is_bridged(row: Row) -> bool:
    """Whether a row is compared across an event by a bridge."""
    return "; bridge=" in str(row["method"])


def _detectable(row: Row, language: Language) -> str:
    """Say which change could have been told at best; of ratios a rise and a fall."""
    if row["scale"] != "ratio":
        return word("usual.detectable", language, size=detectable_label(row, language))
    up = float(str(row["detectable_change"]))
    rise, fall = (percent_text(size, 0, language) for size in (up, up / (1 + up)))
    return word("usual.detectable_ratio", language, rise=rise, fall=fall)


def earlier_words(row: Row, language: Language) -> str:
    """Say between which changes earlier pairs of years lie, and which rank this one has."""
    low, high = (float(str(row[f"usual_range_{side}"])) for side in ("low", "high"))
    if math.isnan(low):
        return ""
    number, rank = earlier_pairs(row), float(str(row["placebo_rank"]))
    told = {
        "low": _change(low, row, language),
        "high": _change(high, row, language),
        "number": number_text(number, 0, language),
    }
    if math.isnan(rank):
        return word("usual.earlier_range", language, **told)
    return word(
        "usual.earlier",
        language,
        **told,
        rank=number_text(round(rank * (number + 1)), 0, language),
        total=number_text(number + 1, 0, language),
    )


def _change(value: float, row: Row, language: Language) -> str:
    column = "relative_change" if row["scale"] == "ratio" else "change"
    if column == "relative_change":
        return percent_text(value, 1, language, sign=True)
    return change_label({**row, column: value}, language)


def _named(
    cells: Iterable[Row],
    column: str,
    value: str,
    targets: Mapping[str, Target],
    language: Language,
    *,
    sized: bool = False,
) -> str:
    """List the areas whose column has a value; with their change where that is asked for."""
    names = []
    for row in cells:
        if row[column] == value:
            name = printable(targets[str(row["area"])].short_names[language])
            change = registered_change(row, language) if sized else ""
            names.append(f"{name} ({change})" if change else name)
    return ", ".join(names)
