"""Ratings of a finding in two rounds: which groups there are, and the evidence on a change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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

Basis = Literal[
    "different_raters", "same_raters", "areas_joined", "ratings_of_change", "consensus_pairs",
    "consensus_of_change",
]  # fmt: skip
FEWEST_RATERS = 4
"""Raters a side that an area needs to be joined with others."""
LEVEL = 0.05
"""Where so few raters cannot reach a smaller p-value, nothing is tested."""
_VINTAGE = 2023

Table = Mapping[int, int]
Change = RatingGroups | RatingPairs


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ratings of one finding and area say of a change.

    ``change`` is missing where there are too few raters; ``n1`` and ``n2`` are those of the two
    rounds (of one, and 0, for ratings of change), ``smallest`` is the smallest p-value that so many
    could reach, ``later`` the ratings of the later round by area.
    """

    basis: Basis
    change: Change | None
    n1: int
    n2: int
    smallest: float
    earlier: Mapping[str, Table]
    later: Mapping[str, Table]

    @property
    def mode(self) -> Mode:
        """Whether single persons rated, or groups together."""
        return "consensus" if self.basis.startswith("consensus") else "ballot"

    @property
    def question(self) -> Question:
        """Whether the state was rated or its change."""
        return "change" if self.basis.endswith("of_change") else "state"


class Book:
    """The ratings of one round, to be looked up by finding, mode and question."""

    def __init__(self, found: Round) -> None:
        self._rows: dict[tuple[str, Mode, Question], list[Rating]] = defaultdict(list)
        for rating in found.ratings:
            self._rows[rating.finding, rating.mode, rating.question].append(rating)

    def rows(self, keys: Iterable[str], mode: Mode, question: Question) -> list[Rating]:
        """Give the ratings of a finding under any of its ids."""
        return [row for key in dict.fromkeys(keys) for row in self._rows[key, mode, question]]

    def areas(self, keys: Iterable[str]) -> list[str]:
        """Give the areas in which a finding was rated."""
        wanted = set(keys)
        found = {r.area for (key, _, _), rows in self._rows.items() if key in wanted for r in rows}
        return sorted(found)


def tables(rows: Iterable[Rating]) -> dict[str, Counter[int]]:
    """Count the ratings of each area."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        found[row.area][row.rating] += row.number
    return dict(sorted(found.items()))


def within(rows: Iterable[Rating], area: str) -> list[Rating]:
    """Give the ratings of an area and of those that lie in it."""
    rows = list(rows)
    inside = {code for code in {row.area for row in rows} if code == area or lies_in(code, area)}
    return [row for row in rows if row.area in inside]


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


def evidence(
    earlier: Book, first: Sequence[str], later: Book, second: Sequence[str], area: str
) -> Evidence | None:
    """Give what the ratings say of a finding in an area; nothing if they cannot be compared.

    Ratings of the state in both rounds come before ratings of change, and those of single persons
    before those that groups gave together.

    Parameters
    ----------
    first, second
        The ids of the finding in the earlier and in the later round.
    """

    def rows(mode: Mode, question: Question) -> tuple[list[Rating], list[Rating]]:
        return (
            within(earlier.rows(first, mode, "state"), area) if question == "state" else [],
            within(later.rows(second, mode, question), area),
        )

    before, after = rows("ballot", "state")
    if before and after:
        return _of_states(before, after)
    changed = rows("ballot", "change")[1]
    if changed:
        return _of_changes(changed, "ratings_of_change")
    before, after = rows("consensus", "state")
    if before and after:
        return _of_consensus(before, after)
    changed = rows("consensus", "change")[1]
    return _of_changes(changed, "consensus_of_change") if changed else None


def _of_states(before: Sequence[Rating], after: Sequence[Rating]) -> Evidence:
    """Compare ballots of two rounds: of the same raters if half of the smaller round are, else not.

    What was rated in several areas is compared within each.
    """
    one, two = tables(before), tables(after)
    n1, n2 = _total(one), _total(two)
    first, second = ({_who(r): r.rating for r in rows if r.rater} for rows in (before, after))
    both = sorted(first.keys() & second.keys())
    if both and 2 * len(both) >= min(n1, n2):
        moved = Counter(float(second[who] - first[who]) for who in both)
        return _paired("same_raters", moved, one, two, len(both), len(both))
    judged = [
        code
        for code in one
        if code in two and min(one[code].total(), two[code].total()) >= FEWEST_RATERS
    ]
    if len(judged) < 2:
        small = _smallest(min(n1, n2))
        single = judged and len(one) == len(two) == 1 and small < LEVEL
        groups = rating_groups(_floats(one.values()), _floats(two.values())) if single else None
        return Evidence("different_raters", groups, n1, n2, small, one, two)
    left = {code: one[code] for code in judged}, {code: two[code] for code in judged}
    groups = rating_groups(_floats(left[0].values()), _floats(left[1].values()))
    sizes = _total(left[0]), _total(left[1])
    return Evidence("areas_joined", joined_ratings(groups), *sizes, float("nan"), *left)


def _of_changes(rows: Sequence[Rating], basis: Basis) -> Evidence:
    """Compare ratings of change with no change."""
    two = tables(rows)
    moved: Counter[float] = Counter()
    for row in rows:
        moved[float(row.rating - MIDDLE)] += row.number
    return _paired(basis, moved, {}, two, 0, moved.total())


def _of_consensus(before: Sequence[Rating], after: Sequence[Rating]) -> Evidence:
    """Compare the joint ratings of areas that gave one in each round; an area is one unit."""
    one, two = tables(before), tables(after)
    units = [code for code in one if code in two and one[code].total() == two[code].total() == 1]
    moved = Counter(float(next(iter(two[c])) - next(iter(one[c]))) for c in units)
    return _paired("consensus_pairs", moved, one, two, len(units), len(units))


def _paired(
    basis: Basis,
    moved: Counter[float],
    one: Mapping[str, Table],
    two: Mapping[str, Table],
    n1: int,
    n2: int,
) -> Evidence:
    nonzero = moved.total() - moved[0.0]
    small = _smallest(nonzero)
    return Evidence(
        basis, rating_pairs([moved]) if small < LEVEL else None, n1, n2, small, one, two
    )


def _smallest(units: int) -> float:
    """Give the smallest p-value that so many raters, or the smaller of two groups, can reach."""
    return float(smallest_p(np.asarray(units)))


def _who(row: Rating) -> tuple[str, str]:
    return row.area, row.rater


def _total(tables: Mapping[str, Counter[int]]) -> int:
    return sum(table.total() for table in tables.values())


def _floats(tables: Iterable[Counter[int]]) -> list[dict[float, int]]:
    return [{float(value): count for value, count in table.items()} for table in tables]
