"""Small groups of raters are hidden before a comparison of rounds leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import DisjointSet

from baseline_compare.disclosure import Disclosure
from baseline_compare.fates.courses import COURSES, TURNED, direction
from baseline_compare.fates.evidence import MOST_TABLES, lies_in
from baseline_compare.fates.result import (
    CHANGE,
    FAMILY,
    MOVED,
    RATERS,
    SCALE,
    Distribution,
    FindingsComparison,
    classes_of,
    rating_frame,
)
from baseline_compare.findings import Round
from baseline_compare.indicators import Rule
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.rating_pairs import rating_pairs
from baseline_compare.statistics.ratings import rating_groups

Counts = npt.NDArray[np.int64]
Row = dict[str, Any]
Shown = Literal["whole", "direction"]
"""What of a row is told: all of it, or which way alone."""
_COUNTS = [str(value) for value in SCALE]


def cleared_findings(found: FindingsComparison, disclosure: Disclosure) -> FindingsComparison:
    """Give a comparison of rounds as it may leave: protected unless that is switched off."""
    if disclosure == "off" or found.protection is not None:
        return found
    return protect_findings(found)


def protect_findings(found: FindingsComparison, *, rule: Rule | None = None) -> FindingsComparison:
    """Hide what could be traced to a rater, and give the rounds without what people said.

    A distribution may be told if two ratings or more were given and each of them by as many as the
    threshold: neither a few nor all of a group are singled out. Ratings of a finding are told, with
    change, interval and p-value, if those of all its areas may be, and of all findings that share
    them; else none of them. Adjusted p-values, which mix all, are told only if none is hidden, and
    else a fate only if it holds at the strictest level of the family.

    Elsewhere the fate alone is told, and how many rated if that is so many in each area: a fate
    only if so many raters could have answered otherwise than most, and that a thing works only if
    so many could have found otherwise. A group below the threshold is hidden whole.

    Joint ratings are of a group and stay, unless the round says that too few took part in it.

    Parameters
    ----------
    rule
        Another rule than that of the comparison; its threshold for persons counts.

    Examples
    --------
    >>> from baseline_compare import compare_findings, load_baseline, read_round
    >>> followup = read_round("fixtures/INTERNAL-synthetic-2025.xlsx")
    >>> found = compare_findings(load_baseline("2022"), followup)
    >>> safe = protect_findings(found)
    >>> few = safe.table["area"] == "YTA4"
    >>> set(safe.table.loc[few, "fate"]), safe.later.ratings
    ({'suppressed'}, ())
    """
    rule = rule or found.rule
    limit = rule.threshold_of("persons", ())
    rows = cast(list[Row], found.table.to_dict("records"))
    groups = _grouped(found.ratings)
    named = {(item.id, item.area) for item in found.later.findings}
    safe: list[Row] = [
        {**row, "named": (row["later_finding"], row["area"]) in named} for row in rows
    ]
    told: list[Distribution] = []
    public = found.settings.rate / max(found.settings.family_size, 1)
    whole = _whole_findings(safe, groups, limit)
    for key, tables in groups.items():
        own = [row for row in safe if _family(row) == key]
        if key[2].startswith("consensus"):
            told += _joint(key, own, tables, found, limit)
        elif {key[0], key[1]} <= whole:
            told += _distributions(key, own, tables)
        else:
            told += _hidden(key, own, tables)
            for row in own:
                _tell(row, tables, limit, public)
    if sum(_has(row, "p_value") for row in rows) > sum(_has(row, "p_value") for row in safe):
        for row, known in zip(safe, rows, strict=True):
            row |= dict.fromkeys(FAMILY, np.nan)
            rated = row["basis"] == "ratings" and direction(row["fate"]) is not None
            if rated and not (known["p_value"] <= public and known["fate"] != "unchanged"):
                row["fate"] = "undecided"
    table = pd.DataFrame(safe, columns=found.table.columns).astype(found.table.dtypes.to_dict())
    return replace(
        found,
        table=table,
        ratings=rating_frame(told),
        earlier=found.earlier.published(),
        later=found.later.published(),
        protection=rule,
    )


@dataclass(frozen=True, slots=True)
class _Tables:
    """The ratings of one finding by one method: by area, of each round that was rated."""

    sides: Mapping[str, Mapping[str, Counts]]

    def pooled(self, areas: Sequence[str]) -> list[tuple[str, Counts]]:
        """Give the ratings of areas taken together, of each round."""
        return [
            (side, np.sum([own[area] for area in areas if area in own], axis=0))
            for side, own in self.sides.items()
        ]

    def sizes(self, areas: Sequence[str]) -> list[int]:
        """Give the size of each group behind some areas."""
        return [int(own[a].sum()) for own in self.sides.values() for a in areas if a in own]


def _family(row: Row) -> tuple[str, str, str]:
    return row["finding"], row["later_finding"], row["method"]


def _grouped(ratings: pd.DataFrame) -> dict[tuple[str, str, str], _Tables]:
    """Sort the ratings by finding and method."""
    found: dict[tuple[str, str, str], dict[str, dict[str, Counts]]] = {}
    for row in cast(list[Row], ratings.to_dict("records")):
        counts = np.array([row[name] for name in _COUNTS], dtype=np.int64)
        found.setdefault(_family(row), {}).setdefault(row["round"], {})[row["area"]] = counts
    return {key: _Tables(sides) for key, sides in found.items()}


def _has(row: Row, name: str) -> bool:
    return bool(pd.notna(row[name]))


def _open(counts: Sequence[int] | Counts, limit: int) -> bool:
    """Say whether counts of one group may be told: several kinds, each of so many."""
    given = [int(count) for count in counts if count]
    return len(given) > 1 and min(given) >= limit


def _whole_findings(
    rows: Sequence[Row], groups: Mapping[tuple[str, str, str], _Tables], limit: int
) -> set[str]:
    """Give the findings all of whose ratings may be told, and those of all that share them."""
    linked: DisjointSet = DisjointSet([""])
    shut = {
        key[0]
        for key, tables in groups.items()
        if not key[2].startswith("consensus")
        and not all(_open(own, limit) for side in tables.sides.values() for own in side.values())
    }
    for row in rows:
        keys = [key for key in (row["finding"], row["later_finding"]) if key]
        for key in keys:
            linked.add(key)
            linked.merge(keys[0], key)
        tables = groups.get(_family(row))
        if row["reason"] in ("one_area", "areas_differ"):
            continue
        single = tables is None or row["method"].startswith("consensus")
        if tables is not None and not single and _level(row, tables, limit) != "whole":
            shut.add(keys[0])
    return {""} | {key for own in linked.subsets() if not own & shut for key in own}


def _distributions(
    key: tuple[str, str, str], rows: Sequence[Row], tables: _Tables
) -> Iterator[Distribution]:
    """Give the distributions of each area that was rated."""
    for row in rows:
        if row["areas"] == row["area"]:
            for side, counts in tables.pooled([row["area"]]):
                own = [int(count) for count in counts]
                yield (*key[:2], row["area"], side, key[2]), own, classes_of(own)


def _hidden(
    key: tuple[str, str, str], rows: Sequence[Row], tables: _Tables
) -> Iterator[Distribution]:
    """Say of each area that was rated that its distribution is not told."""
    for key_, _, classes in _distributions(key, rows, tables):
        yield key_, [None] * len(SCALE), [None] * len(classes)


def _level(row: Row, tables: _Tables, limit: int) -> Shown:
    """Say how much of a row may be told by itself."""
    areas = row["areas"].split(";")
    if not _has(row, "change") or any(0 < size < limit for size in tables.sizes(areas)):
        return "direction"
    pooled = [counts for _, counts in tables.pooled(areas)]
    moved = _has(row, "raters_up")
    moves = _open(_moves(row), limit) if moved else True
    if moves and all(_open(counts, limit) for counts in pooled):
        return "whole"
    return "direction"


def _moves(row: Row) -> tuple[int, int, int]:
    """Give how many went up, down and nowhere."""
    up, down = int(row["raters_up"]), int(row["raters_down"])
    return up, down, int(row["raters_later"]) - up - down


def _tell(row: Row, tables: _Tables, limit: int, public: float) -> None:
    """Leave of a row its direction at most."""
    paired = _has(row, "raters_up") or row["reason"] == "few_moved"
    if row["basis"] == "ratings" or row["reason"] == "few_moved":
        row |= _told_fate(row, limit, public)
    row["p_value"] = np.nan
    row |= {**dict.fromkeys(CHANGE, np.nan), **dict.fromkeys(MOVED, pd.NA)}
    small = any(0 < size < limit for size in tables.sizes(row["areas"].split(";")))
    if paired or small:
        row["smallest_p"] = np.nan
    if small:
        row |= {**dict.fromkeys(RATERS, pd.NA), "areas": ""}


def _told_fate(row: Row, limit: int, public: float) -> Row:
    """Give a fate that so many raters could have answered otherwise to.

    Where so many could not, no fate of the ratings is told: to hide one and not another would tell
    it. What the round says without them stays.
    """
    said = row["stated"] or TURNED.get((row["kind"], row["later_kind"]), "")
    sizes = _sizes(row)
    if (
        not sizes
        or min(sizes) < limit
        or (_has(row, "level") and not _may_be_told(row, limit, public))
    ):
        if row["named"] and said:
            return {"fate": said, "basis": "stated" if row["stated"] else "kind", "reason": ""}
        return {"fate": "suppressed", "basis": "ratings", "reason": ""}
    if row["reason"] == "few_moved":
        fate = "undecided" if row["basis"] == "ratings" else row["fate"]
        return {"fate": fate, "reason": ""}
    n, courses = sizes[-1], COURSES[row["kind"]]
    if row["fate"] == courses.top and wilson(n - limit, n, two_sided(0.95)).lower.item() <= 0.5:
        return {"fate": courses.up}
    return {}


def _sizes(row: Row) -> tuple[int, ...]:
    """Give how many rated in each round that was rated."""
    return tuple(int(row[name]) for name in RATERS if row[name])


def _may_be_told(row: Row, limit: int, public: float) -> bool:
    """Say whether a change would still be found if so many raters of either group saw none of it.

    Else a fate would tell that fewer than so many did.
    """
    sizes = _sizes(row)
    if not _has(row, "level") or not sizes or min(sizes) <= limit:
        return False
    paired = row["method"] in ("ratings_of_change", "same_raters")
    return all(p <= public for p in _otherwise(sizes[-1:] if paired else sizes, limit))


@cache
def _otherwise(sizes: tuple[int, ...], limit: int) -> tuple[float, ...]:
    """Give p-values of a change that so many raters of one group do not see.

    One of them answers in a way of its own, so that the distribution is one of those that are not
    told.
    """
    if len(sizes) == 1:
        moved = rating_pairs([{1: sizes[0] - limit, 0: limit - 1, -1: 1}])
        return (moved.p.item(),)
    first, second = sizes
    low, middle, high = SCALE[0], SCALE[2], SCALE[-1]
    groups = rating_groups(
        [{low: first - limit, middle: 1, high: limit - 1}, {low: first}],
        [{high: second}, {high: second - limit, middle: 1, low: limit - 1}],
        most_tables=MOST_TABLES,
    )
    return tuple(groups.p.tolist())


def _joint(
    key: tuple[str, str, str],
    rows: list[Row],
    tables: _Tables,
    found: FindingsComparison,
    limit: int,
) -> Iterator[Distribution]:
    """Tell joint ratings, unless a round says that fewer than so many took part in one."""
    rounds = {"earlier": found.earlier, "later": found.later}
    few = {
        area
        for side, own in tables.sides.items()
        for area in own
        if _too_few(rounds[side], area, limit)
    }
    for row in rows:
        if few & set(row["areas"].split(";")):
            row |= {**dict.fromkeys((*CHANGE, "p_value", "smallest_p"), np.nan), "areas": ""}
            row |= dict.fromkeys((*MOVED, *RATERS), pd.NA)
            row["fate"] = "suppressed" if row["basis"] == "ratings" else row["fate"]
    for side, own in tables.sides.items():
        for area, counts in own.items():
            if area not in few:
                whole = [int(count) for count in counts]
                yield (*key[:2], area, side, key[2]), whole, classes_of(whole)


def _too_few(found: Round, area: str, limit: int) -> bool:
    """Say whether a round tells of fewer participants in an area than may be shown.

    Those of one organisation are counted where it rated by itself.
    """
    places = {w.id for w in found.workshops if w.area == area or lies_in(w.area, area)}
    own = [p for p in found.participants if p.workshop in places]
    bodies = {r.organisation for r in found.ratings if r.area == area and r.mode == "consensus"}
    numbers = [
        sum(p.number for p in own if body in ("", p.organisation)) for body in bodies or {""}
    ]
    return bool(own) and min(numbers) < limit
