"""Small groups of raters are hidden before a comparison of rounds leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd

from baseline_compare.disclosure import Disclosure
from baseline_compare.fates.courses import COURSES, Fate
from baseline_compare.fates.result import NUMBERS, RATERS, SCALE, FindingsComparison
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
    """Hide what could be traced to a rater.

    A group of fewer raters than the threshold is hidden whole: their number, their ratings and the
    fate that rests on them. Of a larger one the ratings are hidden unless every rating that was
    given was given by so many; then its change, interval and p-values are hidden with them, and its
    number and fate stay: a fate tells the direction of a group and no single rating. That a finding
    is resolved is told as eased where only raters of one mind could lead to it. The number of
    raters of several areas stays only if that of each does, so no difference gives a hidden one.

    What groups rated together is not hidden: it is of no person.
    """
    rule = rule or found.rule
    limit = rule.threshold_of("persons", ())
    ratings = found.ratings.copy()
    ballots = ratings["mode"] == "ballot"
    counts = ratings[_COUNTS]
    n = counts.sum(axis=1)
    least = counts.where(counts > 0, np.inf).min(axis=1)
    zero = (counts == 0).any(axis=1) & bool(rule.zero_disclosive)
    ratings["small"] = ballots & (n < limit)
    ratings["hidden"] = ballots & ((least < limit) | zero)
    rows = [_protected(row, ratings) for row in cast(list[Row], found.table.to_dict("records"))]
    table = pd.DataFrame(rows, columns=found.table.columns).astype(dict.fromkeys(RATERS, "Int64"))
    for column in NUMBERS:
        table[column] = table[column].astype(float)
    ratings[_COUNTS] = counts.astype("Int64")
    ratings.loc[ratings["hidden"], _COUNTS] = pd.NA
    return replace(
        found,
        table=table,
        ratings=ratings.drop(columns=["small", "hidden"]),
        protection=rule,
    )


def _protected(row: Row, ratings: pd.DataFrame) -> Row:
    """Give a row with what its raters could be traced by left out."""
    mine = _behind(row, ratings)
    safe = dict(row)
    paired = row["method"] == "same_raters"
    if mine["small"].any():
        safe |= dict.fromkeys(RATERS, pd.NA)
        if row["basis"] == "ratings":
            safe["fate"] = "suppressed"
    if mine["hidden"].any() or (paired and mine["mode"].eq("ballot").any()):
        safe |= {**dict.fromkeys(NUMBERS, np.nan), "smallest_p": np.nan}
        if row["basis"] == "ratings" and safe["fate"] != "suppressed":
            safe["fate"] = _not_of_one_mind(row)
    return safe


def _behind(row: Row, ratings: pd.DataFrame) -> pd.DataFrame:
    """Give the ratings that a row rests on."""
    same = (ratings["finding"] == row["finding"]) & (
        ratings["later_finding"] == row["later_finding"]
    )
    behind: pd.DataFrame = ratings[same & ratings["area"].isin(row["areas"].split(";"))]
    return behind


def _not_of_one_mind(row: Row) -> Fate:
    """Give a fate that raters who differ could have led to as well."""
    courses, n = COURSES[row["kind"]], int(row["raters_later"])
    if row["fate"] != courses.top or wilson(n - 1, n, two_sided(0.95)).lower.item() > 0.5:
        return cast(Fate, row["fate"])
    return courses.up
