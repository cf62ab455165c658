"""Whether the tables of a round hold together: keys once, and every reference known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from baseline_compare.errors import Problem
from baseline_compare.findings.forms import FORMS, TABLES, TableName
from baseline_compare.findings.model import COURSES_OF, HIGHEST, LOWEST, Finding, Rating

Tables = Mapping[TableName, Sequence[Any]]
Place = Callable[[TableName, int], tuple[str | None, int | None]]
"""Gives file and row of a record, by its table and its number."""

_REFERENCES: Mapping[TableName, Mapping[str, TableName]] = {
    "participants": {"workshop": "workshops"},
    "statements": {"workshop": "workshops"},
    "codings": {"statement": "statements", "theme": "themes", "finding": "findings"},
    "findings": {"theme": "themes"},
}
"""Ratings and comments may be of findings of an earlier round or draft."""
_MOST_HINTS = 20


def nowhere(table: TableName, number: int) -> tuple[str | None, int | None]:
    """Give no place: the records were made in Python."""
    del number
    return table, None


def inconsistencies(tables: Tables, place: Place = nowhere) -> Iterator[Problem]:
    """Give what does not hold together within and between the tables of a round."""
    for name in TABLES:
        yield from _duplicates(name, tables[name], place)
        for column, target in _REFERENCES.get(name, {}).items():
            yield from _unknown(name, column, tables[name], tables[target], target, place)
    yield from _courses(tables["findings"], place)
    yield from _ratings(tables["ratings"], place)


def _duplicates(name: TableName, rows: Sequence[Any], place: Place) -> Iterator[Problem]:
    key = FORMS[name].key
    seen: set[tuple[Any, ...]] = set()
    for number, row in enumerate(rows if key else ()):
        own = tuple(getattr(row, column) for column in key)
        if own in seen:
            yield _problem(
                place(name, number), "key.duplicate", key[0], f"each {', '.join(key)} once",
                f"{', '.join(own)} again", "Keep one of the rows.",
            )  # fmt: skip
        seen.add(own)


def _unknown(
    name: TableName,
    column: str,
    rows: Sequence[Any],
    targets: Sequence[Any],
    target: TableName,
    place: Place,
) -> Iterator[Problem]:
    known = sorted({row.id for row in targets})
    missing = {getattr(row, column) for row in rows}.difference(known, [""])
    if not missing:
        return
    remedies: dict[str, str] = {}
    for number, row in enumerate(rows):
        key = getattr(row, column)
        if key not in missing:
            continue
        if key not in remedies:
            # To look for what is near is slow: a hint for the first ones is enough.
            near = get_close_matches(key, known, n=3) if len(remedies) < _MOST_HINTS else []
            hint = f"Did you mean {' or '.join(near)}?"
            remedies[key] = hint if near else f"Add it to {target} first."
        yield _problem(
            place(name, number), "key.unknown", column, f"an id of the table {target}",
            repr(key), remedies[key],
        )  # fmt: skip


def _courses(rows: Sequence[Finding], place: Place) -> Iterator[Problem]:
    for number, row in enumerate(rows):
        courses = COURSES_OF.get(row.kind, ())
        if row.course and courses and row.course not in courses:
            yield _problem(
                place("findings", number), "course.kind", "course",
                f"what can become of a {row.kind}: {', '.join(courses)}", row.course,
                "Choose one of these words, or leave the cell empty.",
            )  # fmt: skip


def _ratings(rows: Sequence[Rating], place: Place) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows):
        at = place("ratings", number)
        if not LOWEST <= row.rating <= HIGHEST:
            expected = f"a whole number from {LOWEST} to {HIGHEST}"
            yield _problem(
                at,
                "rating.scale",
                "rating",
                expected,
                str(row.rating),
                "Use the scale of the form.",
            )
        if row.number < 1 or (row.number > 1 and (row.rater or row.mode == "consensus")):
            yield _problem(
                at, "rating.number", "number", "1 for one rater or one consensus, else 1 or more",
                str(row.number), "Give one row for each rater or group.",
            )  # fmt: skip
        if row.rater:
            own = (row.finding, row.area, row.mode, row.question, row.rater)
            if own in seen:
                yield _problem(
                    at, "key.duplicate", "rater", "one rating of a finding by each rater",
                    f"{row.rater} again", "Keep one of the rows.",
                )  # fmt: skip
            seen.add(own)


def _problem(
    at: tuple[str | None, int | None],
    code: str,
    column: str,
    expected: str,
    found: str,
    remedy: str,
) -> Problem:
    return Problem(
        code=code, expected=expected, found=found, remedy=remedy, file=at[0], row=at[1],
        column=column,
    )  # fmt: skip
