"""Text to records: a header and rows of the same width, or a clear word about what is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.measurements import no_rows
from baseline_compare.sources.opening import Limits, OpenedText

_LOOK_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Records:
    """Columns of text by name, the line of each row, and rows that were set aside."""

    columns: dict[str, npt.NDArray[np.object_]]
    rows: npt.NDArray[np.int64]
    quarantine: tuple[Problem, ...]


def read_records(
    opened: OpenedText,
    *,
    delimiter: str,
    limits: Limits,
    header_problem: Callable[[Sequence[str]], Problem | None],
) -> Records:
    """Split a text into records and check its shape.

    Raises
    ------
    InputError
        ``csv.quote``, ``header.*``, ``row.width``, ``row.not_data``, ``limit.*`` or
        ``table.no_rows``.
    """
    lines = _split(opened, delimiter, limits)
    header = [name.strip() for name in lines[0][1]] if lines else []
    _check_header(opened, header, lines, delimiter, limits, header_problem)
    body, quarantine = _body(opened, lines[1:], len(header), limits)
    if not body:
        raise InputError(no_rows(opened.name))
    table = np.array([fields for _, fields in body], dtype=object)
    columns = {name: _trimmed(table[:, index]) for index, name in enumerate(header)}
    numbers = np.array([line for line, _ in body], dtype=np.int64)
    return Records(columns, numbers, tuple(quarantine))


def _trimmed(column: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Take white space off both ends; most columns repeat few texts, so each is looked at once."""
    short = {text: text.strip() for text in set(column)}
    if all(text == trimmed for text, trimmed in short.items()):
        return column
    return np.array([short[text] for text in column], dtype=object)


def _split(opened: OpenedText, delimiter: str, limits: Limits) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(opened.text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for fields in reader:
            lines.append((start, fields))
            start = reader.line_num + 1
            if len(lines) > limits.rows + 1:
                raise _problem(opened, "limit.rows", f"at most {limits.rows} rows", "more", start)
    except csv.Error as error:
        if "field larger" in str(error):
            found = "a longer one"
            raise _problem(
                opened, "limit.field", f"fields up to {limits.field}", found, start
            ) from None
        found = f"{error} in a record that begins here"
        raise _problem(
            opened, "csv.quote", "quotes that are closed and doubled inside", found, start
        ) from None
    return lines


def _check_header(
    opened: OpenedText,
    header: list[str],
    lines: list[tuple[int, list[str]]],
    delimiter: str,
    limits: Limits,
    header_problem: Callable[[Sequence[str]], Problem | None],
) -> None:
    if len(header) > limits.columns:
        expected = f"at most {limits.columns} columns"
        raise _problem(opened, "limit.columns", expected, str(len(header)), 1)
    wrong = header_problem(header)
    if wrong is not None:
        for line, fields in lines[1:_LOOK_AHEAD]:
            if header_problem([name.strip() for name in fields]) is None:
                raise _problem(
                    opened, "row.not_data", "the header in row 1", f"it in row {line}", 1,
                    "Remove the lines above the header.",
                )  # fmt: skip
        others = [mark for mark in ";,\t" if mark != delimiter and mark in "".join(header)]
        if others and len(header) == 1:
            found = (
                f"{wrong.found}; the fields seem to be split by {others[0]!r}, not {delimiter!r}"
            )
            wrong = Problem(
                code=wrong.code, expected=wrong.expected, found=found, remedy=wrong.remedy,
                file=wrong.file, row=1, column=wrong.column,
            )  # fmt: skip
        raise InputError(wrong)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _problem(opened, "header.duplicate", "each column once", ", ".join(twice), 1)


def _body(
    opened: OpenedText, lines: list[tuple[int, list[str]]], width: int, limits: Limits
) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    while lines and not any(field.strip() for field in lines[-1][1]):
        lines.pop()
    body, quarantine, problems = [], [], ProblemList()
    for line, fields in lines:
        if len(fields) == width and any(fields):
            if len(max(fields, key=len)) > limits.field:
                expected = f"fields up to {limits.field} characters"
                raise _problem(opened, "limit.field", expected, "a longer one", line)
            body.append((line, fields))
            continue
        filled = sum(bool(field.strip()) for field in fields)
        if filled == 0:
            quarantine.append(
                _problem(opened, "row.blank", "a measurement", "a blank row", line).problems[0]
            )
        elif filled == 1:
            note = "Remove titles, notes and sources from the table."
            problems.extend(
                _problem(
                    opened, "row.not_data", "a measurement", repr("".join(fields)[:60]), line, note
                ).problems
            )
        else:
            found = f"{len(fields)} fields"
            problems.extend(_problem(opened, "row.width", f"{width} fields", found, line).problems)
    problems.raise_if_any(InputError)
    return body, quarantine


def _problem(
    opened: OpenedText,
    code: str,
    expected: str,
    found: str,
    row: int,
    remedy: str = "Correct the row in the file.",
) -> InputError:
    return InputError(
        Problem(code=code, expected=expected, found=found, remedy=remedy, file=opened.name, row=row)
    )
