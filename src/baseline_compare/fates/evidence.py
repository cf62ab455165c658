"""Ratings of a finding in two rounds: which may be compared, and what they say of a change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from baseline_compare.areas import registry
from baseline_compare.findings import Rating, Round
from baseline_compare.findings.model import MIDDLE, Mode, Question
from baseline_compare.statistics.rating_pairs import RatingPairs, rating_pairs
from baseline_compare.statistics.ratings import RatingGroups, rating_groups
from baseline_compare.statistics.sign_flips import smallest_p
from baseline_compare.statistics.strata import joined_ratings

Method = Literal[
    "different_raters", "same_raters", "areas_joined", "ratings_of_change", "consensus_pairs",
    "consensus_of_change",
]  # fmt: skip
Reason = Literal["", "few_raters", "few_moved", "areas_differ", "one_area", "several_groups"]
Table = Mapping[int, int]
Change = RatingGroups | RatingPairs

FEWEST_RATERS = 5
"""Raters a side that an area needs to be joined with others."""
LEVEL = 0.05
"""Where so few cannot reach a smaller p-value, nothing is tested."""
MOST_TABLES = 20_000
"""Arrangements up to which a permutation test is made: groups of about twenty."""
_VINTAGE = 2023
_ORDER: tuple[tuple[Mode, Question], ...] = (
    ("ballot", "state"), ("ballot", "change"), ("consensus", "state"), ("consensus", "change"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ratings of one finding and area say of a change.

    ``change`` is missing where nothing can be tested; ``reason`` says why, and what else is to be
    known. ``n1`` and ``n2`` are
    those who rated in the two rounds (0 and so many for ratings of change), ``smallest`` is the
    smallest p-value that they could reach, ``earlier`` and ``later`` are the ratings of those who
    are compared, by area.
    """

    method: Method
    mode: Mode
    question: Question
    change: Change | None
    reason: Reason
    n1: int
    n2: int
    smallest: float
    earlier: Mapping[str, Table]
    later: Mapping[str, Table]


class Book:
    """The ratings of one round, to be looked up by finding, mode and question."""

    def __init__(self, found: Round) -> None:
        self._rows: dict[tuple[str, Mode, Question], list[Rating]] = defaultdict(list)
        for rating in found.ratings:
            self._rows[rating.finding, rating.mode, rating.question].append(rating)

    def rows(self, keys: Sequence[str], mode: Mode, question: Question) -> list[Rating]:
        """Give the ratings of a finding under the first of its ids that has any."""
        return next((own for key in keys if (own := self._rows.get((key, mode, question)))), [])

    def areas(self, keys: Sequence[str]) -> list[str]:
        """Give the areas in which a finding was rated."""
        rows = (row for mode, question in _ORDER for row in self.rows(keys, mode, question))
        return sorted({row.area for row in rows})


@cache
def lies_in(code: str, area: str) -> bool:
    """Say whether an area lies in another one; one without members lies in none.

    Examples
    --------
    >>> lies_in("YTA2", "FI-MAINLAND"), lies_in("FI-MAINLAND", "YTA2")
    (True, False)
    """
    parts, whole = (registry().municipalities(key, vintage=_VINTAGE) for key in (code, area))
    return bool(parts) and parts < whole


def parts_of(area: str, rated: Iterable[str]) -> list[str]:
    """Give the area itself if it was rated, else the largest rated areas within it.

    An area within another one that was rated is left out: nobody is counted twice.

    Examples
    --------
    >>> parts_of("FI-MAINLAND", ["YTA2", "YTA4", "HVA05"])
    ['YTA2', 'YTA4']
    """
    codes = set(rated)
    if area in codes:
        return [area]
    inside = {code for code in codes if lies_in(code, area)}
    return sorted(code for code in inside if not any(lies_in(code, other) for other in inside))


def evidence(
    earlier: Book,
    first: Sequence[str],
    later: Book,
    second: Sequence[str],
    area: str,
) -> Evidence | None:
    """Give what the ratings say of a finding in an area; nothing if it was not rated twice.

    Of the kinds of ratings that can be tested the one from most areas is taken; of equal ones,
    ratings of the state in both rounds before ratings of change, and those of single persons before
    those that groups gave together.

    Parameters
    ----------
    first, second
        The ids of the finding in the earlier and in the later round, the first one that was rated
        counts.
    """
    found = list(_kinds(earlier, first, later, second, area))
    tested = [item for item in found if item.change is not None]
    if tested:
        return max(tested, key=lambda item: len(item.later))
    return found[0] if found else None


def _kinds(
    earlier: Book,
    first: Sequence[str],
    later: Book,
    second: Sequence[str],
    area: str,
) -> Iterator[Evidence]:
    """Give the evidence of each kind of ratings that there is."""
    for mode, question in _ORDER:
        before = tables_of(earlier.rows(first, mode, question)) if question == "state" else {}
        after = tables_of(later.rows(second, mode, question))
        if question == "change":
            parts = parts_of(area, after)
        else:
            parts = parts_of(area, before.keys() & after.keys())
        one, two = ({code: own[code] for code in parts if code in own} for own in (before, after))
        if not parts:
            if question == "state" and parts_of(area, before) and parts_of(area, after):
                method: Method = "different_raters" if mode == "ballot" else "consensus_pairs"
                yield Evidence(method, mode, question, None, "areas_differ", 0, 0, 1.0, {}, {})
            continue
        if len(parts) == 1 and parts != [area]:
            method = _METHODS[mode, question]
            n1, n2 = _total(one), _total(two)
            yield Evidence(method, mode, question, None, "one_area", n1, n2, 1.0, one, two)
        elif mode == "consensus":
            yield _of_groups(question, one, two)
        elif question == "change":
            moves = Counter(_moves(two))
            yield _paired("ratings_of_change", moves, one, two)
        else:
            was = _named(earlier.rows(first, mode, question), parts)
            now = _named(later.rows(second, mode, question), parts)
            yield _same_raters(was, now, one, two) or _other_raters(one, two)


_METHODS: Mapping[tuple[Mode, Question], Method] = {
    ("ballot", "state"): "different_raters",
    ("ballot", "change"): "ratings_of_change",
    ("consensus", "state"): "consensus_pairs",
    ("consensus", "change"): "consensus_of_change",
}


def _same_raters(
    was: Mapping[tuple[str, str], int],
    now: Mapping[tuple[str, str], int],
    one: Mapping[str, Counter[int]],
    two: Mapping[str, Counter[int]],
) -> Evidence | None:
    """Compare those who rated in both rounds, if they are half of either round at least."""
    both = sorted(was.keys() & now.keys())
    if not both or 2 * len(both) < max(_total(one), _total(two)):
        return None
    moves = Counter(float(now[who] - was[who]) for who in both)
    first, second = (_tabled((who[0], own[who]) for who in both) for own in (was, now))
    return _paired("same_raters", moves, first, second)


def _other_raters(one: Mapping[str, Counter[int]], two: Mapping[str, Counter[int]]) -> Evidence:
    """Compare ballots of two groups, several areas each within itself."""
    if len(one) == 1:
        small = _smallest(min(_total(one), _total(two)))
        groups = _groups(one, two) if small < LEVEL else None
        return _grouped("different_raters", groups, "" if groups else "few_raters", small, one, two)
    left = [code for code in one if min(one[code].total(), two[code].total()) >= FEWEST_RATERS]
    if len(left) < 2:
        small = _smallest(min(max(own[code].total() for code in one) for own in (one, two)))
        return _grouped("areas_joined", None, "one_area" if left else "few_raters", small, one, two)
    one, two = ({code: own[code] for code in left} for own in (one, two))
    small = _smallest(sum(min(one[code].total(), two[code].total()) for code in left))
    return _grouped("areas_joined", joined_ratings(_groups(one, two)), "", small, one, two)


def _grouped(
    method: Method,
    change: Change | None,
    reason: Reason,
    small: float,
    one: Mapping[str, Counter[int]],
    two: Mapping[str, Counter[int]],
) -> Evidence:
    sizes = _total(one), _total(two)
    return Evidence(method, "ballot", "state", change, reason, *sizes, small, one, two)


def _of_groups(
    question: Question,
    one: Mapping[str, Counter[int]],
    two: Mapping[str, Counter[int]],
) -> Evidence:
    """Compare joint ratings; an area is one unit, and one with several of them is left out."""
    sides = [own for own in (one, two) if own]
    single = [code for code in two if all(own[code].total() == 1 for own in sides)]
    reason: Reason = "several_groups" if len(single) < len(two) else ""
    one, two = ({code: own[code] for code in single if code in own} for own in (one, two))
    if question == "change":
        moves = Counter(_moves(two))
    else:
        moves = Counter(float(next(iter(two[c])) - next(iter(one[c]))) for c in single)
    return _paired(_METHODS["consensus", question], moves, one, two, reason=reason)


def _paired(
    method: Method,
    moves: Counter[float],
    one: Mapping[str, Table],
    two: Mapping[str, Table],
    *,
    reason: Reason = "",
) -> Evidence:
    """Judge differences: of enough raters always, though few of them may have moved."""
    units, moved = moves.total(), moves.total() - moves[0.0]
    enough, small = _smallest(units) < LEVEL, _smallest(moved)
    if not enough:
        reason, small = "few_raters", _smallest(units)
    elif small >= LEVEL:
        reason = "few_moved"
    change = rating_pairs([moves]) if enough else None
    mode: Mode = "consensus" if method.startswith("consensus") else "ballot"
    question: Question = "change" if method.endswith("of_change") else "state"
    n1 = units if question == "state" else 0
    return Evidence(method, mode, question, change, reason, n1, units, small, one, two)


def tables_of(rows: Iterable[Rating]) -> dict[str, Counter[int]]:
    """Count the ratings of each area."""
    return _tabled((row.area, row.rating) for row in rows for _ in range(row.number))


def _tabled(pairs: Iterable[tuple[str, int]]) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for area, rating in pairs:
        found[area][rating] += 1
    return dict(sorted(found.items()))


def _named(rows: Iterable[Rating], parts: Sequence[str]) -> dict[tuple[str, str], int]:
    """Give the ratings of raters with a code, which stands for one person in one area."""
    return {(r.area, r.rater): r.rating for r in rows if r.rater and r.area in parts}


def _moves(tables: Mapping[str, Counter[int]]) -> Iterator[float]:
    """Give how far each rating of change is from none."""
    for table in tables.values():
        yield from (float(value - MIDDLE) for value in table.elements())


def _groups(one: Mapping[str, Table], two: Mapping[str, Table]) -> RatingGroups:
    sides = (
        [{float(value): count for value, count in table.items()} for table in own.values()]
        for own in (one, two)
    )
    return rating_groups(*sides, most_tables=MOST_TABLES)


def _smallest(units: int) -> float:
    """Give the smallest p-value that so many raters, or the smaller of two groups, can reach."""
    return float(smallest_p(np.asarray(units)))


def _total(tables: Mapping[str, Counter[int]]) -> int:
    return sum(table.total() for table in tables.values())
