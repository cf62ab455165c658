"""Small groups of raters are hidden before a comparison of rounds leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from baseline_compare.disclosure import Disclosure
from baseline_compare.fates.courses import COURSES, Fate
from baseline_compare.fates.result import (
    CHANCES,
    CHANGE,
    CLASSES,
    MOVED,
    RATERS,
    SCALE,
    FindingsComparison,
)
from baseline_compare.indicators import Rule
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.proportions import wilson

_COUNTS = [str(value) for value in SCALE]
Row = dict[str, Any]


def cleared_findings(found: FindingsComparison, disclosure: Disclosure) -> FindingsComparison:
    """Give a comparison of rounds as it may leave: protected unless that is switched off."""
    if disclosure == "off" or found.protection is not None:
        return found
    return protect_findings(found)


def protect_findings(found: FindingsComparison, *, rule: Rule | None = None) -> FindingsComparison:
    """Hide what could be traced to a rater, and give the rounds without what people said.

    A group of fewer raters than the threshold is hidden whole: their number, their ratings and the
    fate that rests on them. Of a larger one the ratings are hidden unless every rating that was
    given was given by so many (low, middle and high ones taken together may stay), and with them
    p-values and the change of different raters. The change of the same raters stays if those who
    went up, those who went down and the others are so many each, also less those of areas within
    whose change is shown.

    The fate stays: it tells the direction of a group and no single rating. That a finding is
    resolved is told as eased where only raters of one mind could lead to it. What groups rated
    together is of no person and stays.
    """
    rule = rule or found.rule
    limit = _Limit(rule.threshold_of("persons", ()), zeros=bool(rule.zero_disclosive))
    ratings = found.ratings.copy()
    ballots = ratings["mode"] == "ballot"
    counts = ratings[_COUNTS].to_numpy(dtype=np.int64)
    ratings["small"] = ballots & (counts.sum(axis=1) < limit.threshold)
    classes = ratings[list(CLASSES)].to_numpy(dtype=np.int64)
    ratings["hidden"] = ballots & ~np.array([limit.allows(row) for row in counts], dtype=bool)
    apart = ballots & ~np.array([limit.allows(row) for row in classes], dtype=bool)
    rows = cast(list[Row], found.table.reset_index(names="place").to_dict("records"))
    shown: list[Row] = []
    for row in sorted(rows, key=lambda row: row["areas"].count(";")):
        shown.append(_protected(row, _behind(row, ratings), shown, limit))
    shown.sort(key=lambda row: row["place"])
    table = pd.DataFrame(shown, columns=found.table.columns).astype(found.table.dtypes.to_dict())
    ratings = ratings.astype(dict.fromkeys((*_COUNTS, *CLASSES), "Int64"))
    ratings.loc[ratings["hidden"], _COUNTS] = pd.NA
    ratings.loc[apart, list(CLASSES)] = pd.NA
    return replace(
        found,
        table=table,
        ratings=ratings.drop(columns=["small", "hidden"]),
        earlier=found.earlier.published(),
        later=found.later.published(),
        protection=rule,
    )


@dataclass(frozen=True, slots=True)
class _Limit:
    """How many have to share what is told of them, and whether it tells that nobody does."""

    threshold: int
    zeros: bool

    def allows(self, counts: Iterable[int]) -> bool:
        """Say whether counts of one group may be told."""
        return all(n >= self.threshold or (n == 0 and not self.zeros) for n in counts)


def _behind(row: Row, ratings: pd.DataFrame) -> pd.DataFrame:
    """Give the ratings that a row rests on."""
    same = (ratings["finding"] == row["finding"]) & (
        ratings["later_finding"] == row["later_finding"]
    )
    behind: pd.DataFrame = ratings[same & ratings["area"].isin(row["areas"].split(";"))]
    return behind


def _protected(row: Row, behind: pd.DataFrame, shown: Sequence[Row], limit: _Limit) -> Row:
    """Give a row without what its raters could be traced by; ``shown`` are the rows before it."""
    safe = dict(row)
    if behind["small"].any():
        safe |= dict.fromkeys(RATERS, pd.NA)
        if row["basis"] == "ratings":
            safe["fate"] = "suppressed"
    if behind["hidden"].any():
        safe |= dict.fromkeys(CHANCES, np.nan)
        if not _moves_allowed(row, shown, limit):
            safe |= {**dict.fromkeys(CHANGE, np.nan), **dict.fromkeys(MOVED, pd.NA)}
        if row["basis"] == "ratings" and safe["fate"] != "suppressed":
            safe["fate"] = _not_of_one_mind(row)
    return safe


def _moves_allowed(row: Row, shown: Sequence[Row], limit: _Limit) -> bool:
    """Say whether it may be told how many of the same raters went up and down.

    What is left of them without the areas within for which it is told has to be as many, too.
    """
    if not _has_moves(row):
        return False
    own = _moves(row)
    parts = [
        _moves(part)
        for part in shown
        if part["finding"] == row["finding"]
        and part["later_finding"] == row["later_finding"]
        and part["areas"] in row["areas"].split(";")
        and _has_moves(part)
    ]
    left = [whole - sum(known) for whole, *known in zip(own, *parts, strict=True)]
    return limit.allows(own) and limit.allows(left)


def _has_moves(row: Row) -> bool:
    return bool(pd.notna(row["raters_up"]))


def _moves(row: Row) -> tuple[int, int, int]:
    """Give how many went up, down and nowhere."""
    up, down = int(row["raters_up"]), int(row["raters_down"])
    return up, down, int(row["raters_later"]) - up - down


def _not_of_one_mind(row: Row) -> Fate:
    """Give a fate that raters who differ could have led to as well."""
    courses, n = COURSES[row["kind"]], int(row["raters_later"])
    if row["fate"] != courses.top or wilson(n - 1, n, two_sided(0.95)).lower.item() > 0.5:
        return cast(Fate, row["fate"])
    return courses.up
