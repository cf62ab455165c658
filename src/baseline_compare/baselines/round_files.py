"""The tables of a mapping round as the canonical files of a release, and back."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline_compare.baselines.canonical import canonical_csv
from baseline_compare.errors import Problem, ProblemList, ReleaseError
from baseline_compare.findings.cells import parse_columns
from baseline_compare.findings.forms import ABOUT, FORMS, TABLES, Form, TableName, about_round
from baseline_compare.findings.model import Rating
from baseline_compare.findings.rounds import Round

ABOUT_FILE = "round.csv"
ROUND_KEYS: Mapping[str, tuple[str, ...]] = {
    ABOUT_FILE: ABOUT.key,
    **{f"{name}.csv": FORMS[name].key for name in TABLES},
    "ratings.csv": FORMS["ratings"].headings[:-1],
}
"""The columns that tell the rows of each file apart; equal ratings are one row."""


def round_files(found: Round) -> dict[str, bytes]:
    """Give the files of a round: what it is, and each table that has rows."""
    about = [ABOUT.texts_of(found)]
    files = {ABOUT_FILE: canonical_csv(ABOUT.headings, about, key=ABOUT.key, file=ABOUT_FILE)}
    for name in TABLES:
        if found.rows(name):
            files[f"{name}.csv"] = table_file(name, found.rows(name))
    return files


def table_file(name: TableName, records: tuple[Any, ...]) -> bytes:
    """Give the bytes of one table."""
    form, file = FORMS[name], f"{name}.csv"
    rows = [form.texts_of(record) for record in records]
    if name == "ratings":
        counted: Counter[tuple[str, ...]] = Counter()
        for *told, number in rows:
            counted[tuple(told)] += int(number)
        rows = [[*told, str(number)] for told, number in counted.items()]
    return canonical_csv(form.headings, rows, key=ROUND_KEYS[file], file=file)


def round_from(text: Mapping[str, str]) -> Round:
    """Make a round of the texts of its files.

    Raises
    ------
    ReleaseError
        ``header.unexpected`` if a file has other columns, ``row.width`` or ``csv.quote`` if it is
        no table, ``round.missing``, or what a cell is refused for.
    """
    about = _records(ABOUT, text[ABOUT_FILE], ABOUT_FILE)
    if len(about) != 1:
        raise _refusal("round.missing", "one round", f"{len(about)} rows", ABOUT_FILE)
    tables: dict[str, Any] = {
        name: tuple(_records(FORMS[name], text[f"{name}.csv"], f"{name}.csv"))
        for name in TABLES
        if f"{name}.csv" in text
    }
    if "ratings" in tables:
        tables["ratings"] = tuple(_apart(tables["ratings"]))
    return Round(**about_round(about[0]), **tables)


def table_rows(text: str, header: tuple[str, ...], file: str) -> list[list[str]]:
    """Give the rows of a sealed table below its header.

    Raises
    ------
    ReleaseError
        ``header.unexpected``, ``row.width`` or ``csv.quote``.
    """
    try:
        found, *rows = list(csv.reader(io.StringIO(text), strict=True)) or [[]]
    except csv.Error as error:
        raise _refusal("csv.quote", "a table", str(error), file) from None
    if tuple(found) != header:
        raise _refusal("header.unexpected", ", ".join(header), ", ".join(found), file, 1)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise _refusal("row.width", f"{len(header)} fields", f"{len(row)} fields", file, number)
    return rows


def _apart(ratings: tuple[Rating, ...]) -> Iterator[Rating]:
    """Give each consensus as a row of its own: those of several groups may be equal."""
    for row in ratings:
        if row.mode == "consensus":
            yield from [replace(row, number=1)] * row.number
        else:
            yield row


def _refusal(
    code: str, expected: str, found: str, file: str, row: int | None = None
) -> ReleaseError:
    remedy = "Take the release from where it was published."
    return ReleaseError(
        Problem(code=code, expected=expected, found=found, remedy=remedy, file=file, row=row)
    )


def _records(form: Form, text: str, file: str) -> list[Any]:
    rows = table_rows(text, form.headings, file)
    cells = dict(zip(form.headings, zip(*rows, strict=True), strict=True)) if rows else {}
    problems = ProblemList()
    columns = parse_columns(
        form, cells, file=file, rows=range(2, len(rows) + 2), titles={}, problems=problems
    )
    problems.raise_if_any(ReleaseError)
    return list(map(form.record, *columns))
