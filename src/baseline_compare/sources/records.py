"""Text to records: a header and rows of the same width, or a clear word about what is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.measurements import Remark, no_rows
from baseline_compare.sources.opening import Limits, OpenedText

_LOOK_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Records:
    """Columns of text by name, the line of each row, rows set aside, and what was trimmed."""

    columns: dict[str, npt.NDArray[np.object_]]
    rows: npt.NDArray[np.int64]
    quarantine: tuple[Problem, ...]
    remarks: tuple[Remark, ...]


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
    lines, records = _split(opened, delimiter, limits, header_problem)
    header = [name.strip() for name in records[0]] if records else []
    _check_fields(opened, lines, records, limits)
    _check_header(opened, header, records, delimiter, limits, header_problem)
    if "\t" in opened.text:
        row = opened.text.count("\n", 0, opened.text.index("\t")) + 1
        expected = "text without control characters"
        raise InputError(
            _problem(opened, "text.control_char", expected, "U+0009", row, "Remove the tab.")
        )
    trimmed = [
        Remark("text.trimmed", "normalised", repr(n), opened.name, 1)
        for n in records[0]
        if n != n.strip()
    ]
    lines, records, quarantine = _body(opened, lines[1:], records[1:], len(header))
    if not records:
        raise InputError(no_rows(opened.name))
    columns = {}
    for name, column in zip(header, zip(*records, strict=True), strict=True):
        short = {text: text.strip() for text in set(column)}
        changed = sorted(text for text, plain in short.items() if text != plain and plain)
        for text in changed:
            row = int(lines[column.index(text)])
            trimmed.append(Remark("text.trimmed", "normalised", repr(text), opened.name, row))
        plain = [short[text] for text in column] if changed or "" in short.values() else column
        columns[name] = np.array(plain, dtype=object)
    numbers = np.array(lines, dtype=np.int64)
    return Records(columns, numbers, tuple(quarantine), tuple(trimmed))


def _split(
    opened: OpenedText,
    delimiter: str,
    limits: Limits,
    header_problem: Callable[[Sequence[str]], Problem | None],
) -> tuple[Sequence[int], list[list[str]]]:
    """Give the records and the line on which each begins."""
    if opened.text.count("\n") > limits.rows + 1:
        raise InputError(
            _problem(opened, "limit.rows", f"at most {limits.rows} rows", "more", limits.rows + 2)
        )
    reader = csv.reader(io.StringIO(opened.text, newline=""), delimiter=delimiter, strict=True)
    starts, records, start = [], [], 1
    try:
        if '"' not in opened.text:
            records = list(reader)
            return range(1, len(records) + 1), records
        for fields in reader:
            starts.append(start)
            records.append(fields)
            start = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            expected = f"fields up to {limits.field}"
            row = max(start, reader.line_num)
            raise InputError(
                _problem(opened, "limit.field", expected, "a longer one", row)
            ) from None
        if start == 1:
            first = opened.text.partition("\n")[0].replace('"', "")
            if delimiter not in first:
                _check_header(opened, [first], [], delimiter, limits, header_problem)
        found = f"{error} in a record that begins here"
        expected = "quotes that are closed and doubled inside"
        raise InputError(_problem(opened, "csv.quote", expected, found, start)) from None
    return starts, records


def _check_header(
    opened: OpenedText,
    header: list[str],
    records: list[list[str]],
    delimiter: str,
    limits: Limits,
    header_problem: Callable[[Sequence[str]], Problem | None],
) -> None:
    if len(header) > limits.columns:
        expected = f"at most {limits.columns} columns"
        raise InputError(_problem(opened, "limit.columns", expected, str(len(header)), 1))
    wrong = header_problem(header)
    if wrong is not None:
        for line, fields in enumerate(records[1:_LOOK_AHEAD], start=2):
            if header_problem([name.strip() for name in fields]) is None:
                expected, found = "the header in row 1", f"it in row {line}"
                note = "Remove the lines above the header."
                raise InputError(_problem(opened, "row.not_data", expected, found, 1, note))
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
        raise InputError(
            _problem(opened, "header.duplicate", "each column once", ", ".join(twice), 1)
        )


def _body(
    opened: OpenedText,
    lines: Sequence[int],
    records: list[list[str]],
    width: int,
) -> tuple[Sequence[int], list[list[str]], list[Problem]]:
    """Keep the rows that are measurements; set blank ones aside, refuse any other shape."""
    while records and not any(map(str.strip, records[-1])):
        records.pop()
    if all(len(fields) == width and fields[0] and fields[-1] for fields in records):
        return lines[: len(records)], records, []
    kept: tuple[list[int], list[list[str]]] = ([], [])
    quarantine: list[Problem] = []
    problems = ProblemList()
    for line, fields in zip(lines, records, strict=False):
        filled = sum(bool(field.strip()) for field in fields)
        if len(fields) == width and filled > 1:
            kept[0].append(line)
            kept[1].append(fields)
        elif filled == 0:
            quarantine.append(_problem(opened, "row.blank", "a measurement", "a blank row", line))
        elif filled == 1:
            note = "Remove titles, notes and sources from the table."
            text = repr("".join(fields)[:60])
            problems.add(_problem(opened, "row.not_data", "a measurement", text, line, note))
        else:
            found = f"{len(fields)} fields"
            problems.add(_problem(opened, "row.width", f"{width} fields", found, line))
    problems.raise_if_any(InputError)
    return kept[0], kept[1], quarantine


def _check_fields(
    opened: OpenedText, lines: Sequence[int], records: list[list[str]], limits: Limits
) -> None:
    """Refuse a field that is too long; a file of short lines without quotes has none."""
    if '"' not in opened.text and max(map(len, opened.text.split("\n"))) <= limits.field:
        return
    for line, fields in zip(lines, records, strict=True):
        if max(map(len, fields), default=0) > limits.field:
            expected = f"fields up to {limits.field} characters"
            raise InputError(_problem(opened, "limit.field", expected, "a longer one", line))


def _problem(
    opened: OpenedText,
    code: str,
    expected: str,
    found: str,
    row: int,
    remedy: str = "Correct the row in the file.",
) -> Problem:
    return Problem(
        code=code, expected=expected, found=found, remedy=remedy, file=opened.name, row=row
    )
