"""Qualitative findings of the analysis: what worked, what did not, and what was recommended."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from baseline_compare.areas import registry
from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.files import read_text
from baseline_compare.language import LANGUAGES, Language

FindingKind = Literal["strength", "weakness", "recommendation"]
FindingStatus = Literal["summary", "press", "report"]
COLUMNS = (
    "id", "kind", "theme", "area", "term_fi",
    "statement_fi", "statement_sv", "statement_en", "source", "status",
)  # fmt: skip
_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement: ``status`` says whether the publisher, the press or the report made it."""

    id: str
    kind: FindingKind
    theme: str
    area: str
    term_fi: str
    statements: Mapping[Language, str]
    source: str
    status: FindingStatus

    def statement(self, language: Language = "en") -> str:
        """Give the statement in a language; it is the project's wording, not a quotation."""
        return self.statements[language]


def read_findings(path: str | Path) -> tuple[Finding, ...]:
    """Read findings from a CSV file with the columns of the shipped one.

    Raises
    ------
    InputError
        ``header.unexpected``, ``row.width``, ``mark.unknown``, ``area.unknown``, ``key.missing`` or
        ``key.duplicate``.

    Examples
    --------
    >>> findings = read_findings("fixtures/baseline_2022/findings.csv")
    >>> len(findings), findings[-3].statement("sv")
    (13, 'Klientens servicebehov upptäcks ibland inte.')
    """
    return parse_findings(read_text(Path(path), _LARGEST), file=Path(path).name)


def parse_findings(text: str, *, file: str) -> tuple[Finding, ...]:
    """Read findings from the text of a CSV file."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        found = ", ".join(reader.fieldnames or ()) or "nothing"
        raise InputError(_problem(file, 1, "", "header.unexpected", ", ".join(COLUMNS), found))
    problems, seen, findings = ProblemList(), set(), []
    for number, row in enumerate(_rows(reader, file), start=2):
        if None in row or None in row.values():
            told = f"{len(row)} fields" if None in row else "fewer"
            expected = f"{len(COLUMNS)} fields"
            problems.add(_problem(file, number, "", "row.width", expected, told))
            continue
        for column, choices in (
            ("kind", get_args(FindingKind)),
            ("status", get_args(FindingStatus)),
        ):
            if row[column] not in choices:
                expected = " or ".join(choices)
                problems.add(
                    _problem(file, number, column, "mark.unknown", expected, repr(row[column]))
                )
        for column in COLUMNS:
            if column != "term_fi" and not row[column]:
                problems.add(_problem(file, number, column, "key.missing", "a text", "nothing"))
        if row["id"] in seen:
            problems.add(_problem(file, number, "id", "key.duplicate", "each id once", row["id"]))
        seen.add(row["id"])
        if row["area"]:
            registry().get(row["area"])
        findings.append(_finding(row))
    problems.raise_if_any(InputError)
    return tuple(findings)


def _rows(reader: csv.DictReader[str], file: str) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        row = reader.line_num
        raise InputError(
            _problem(file, row, "", "csv.quote", "closed quotes", str(error))
        ) from None


def findings_rows(findings: Iterable[Finding]) -> list[list[str]]:
    """Give findings as the rows of their CSV file."""
    return [
        [
            finding.id, finding.kind, finding.theme, finding.area, finding.term_fi,
            *(finding.statements[language] for language in LANGUAGES),
            finding.source, finding.status,
        ]
        for finding in findings
    ]  # fmt: skip


def _finding(row: dict[str, str]) -> Finding:
    return Finding(
        id=row["id"],
        kind=cast(FindingKind, row["kind"]),
        theme=row["theme"],
        area=row["area"],
        term_fi=row["term_fi"],
        statements={language: row[f"statement_{language}"] for language in LANGUAGES},
        source=row["source"],
        status=cast(FindingStatus, row["status"]),
    )


def _problem(file: str, row: int, column: str, code: str, expected: str, found: str) -> Problem:
    return Problem(
        code=code,
        expected=expected,
        found=found,
        remedy="Correct the row.",
        file=file,
        row=row,
        column=column or None,
    )
