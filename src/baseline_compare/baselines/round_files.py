"""The tables of a mapping round as the canonical files of a release, and back."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from typing import Any

from baseline_compare.baselines.canonical import canonical_csv
from baseline_compare.errors import Problem, ProblemList, ReleaseError
from baseline_compare.findings.cells import parse_columns
from baseline_compare.findings.forms import ABOUT, FORMS, TABLES, Form, TableName, about_round
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
        ``header.unexpected`` if a file has other columns, or what a cell is refused for.
    """
    about = about_round(_records(ABOUT, text[ABOUT_FILE], ABOUT_FILE)[0])
    tables: dict[str, Any] = {
        name: tuple(_records(FORMS[name], text[f"{name}.csv"], f"{name}.csv"))
        for name in TABLES
        if f"{name}.csv" in text
    }
    return Round(**about, **tables)


def _records(form: Form, text: str, file: str) -> list[Any]:
    header, *rows = csv.reader(io.StringIO(text))
    if tuple(header) != form.headings:
        raise ReleaseError(
            Problem(
                code="header.unexpected", expected=", ".join(form.headings),
                found=", ".join(header), remedy="Take the release from where it was published.",
                file=file, row=1,
            )
        )  # fmt: skip
    cells = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    problems = ProblemList()
    columns = parse_columns(
        form, cells, file=file, rows=range(2, len(rows) + 2), titles={}, problems=problems
    )
    problems.raise_if_any(ReleaseError)
    return list(map(form.record, *columns))
