"""The sheets of a filled-in form, from a workbook or a folder of CSV files, told apart by title."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import numpy.typing as npt

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.findings.forms import TABLES, TableName
from baseline_compare.findings.words import SHEETS, Sheet, folded, sheet_title, sheets_named
from baseline_compare.language import LANGUAGES
from baseline_compare.measurements import Remark
from baseline_compare.sources.opening import Limits, open_text
from baseline_compare.sources.records import read_records
from baseline_compare.sources.workbook import open_workbook

_UNREAD: tuple[Sheet, ...] = ("guide", "choices")


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet or file by its own titles, with the row of each."""

    place: str
    rows: Sequence[int]
    cells: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grids:
    """The sheet on the round itself and those of its tables, as far as they are there."""

    about: Grid | None
    tables: Mapping[TableName, Grid]
    remarks: tuple[Remark, ...]


def open_forms(path: Path, limits: Limits) -> Grids:
    """Open the forms and tell which sheet is which.

    Raises
    ------
    InputError
        ``sheet.unknown``, ``sheet.duplicate``, and those of opening a file.
    """
    found, remarks = _folder(path, limits) if path.is_dir() else _workbook(path, limits)
    problems = ProblemList()
    grids: dict[Sheet, Grid] = {}
    known = sheets_named()
    for title, grid in found:
        sheet = known.get(folded(title))
        if sheet in _UNREAD or not grid.cells:
            continue
        if sheet is None:
            problems.add(_unknown(title, grid.place))
        elif sheet in grids:
            found_too = f"this and {grids[sheet].place}"
            problems.add(
                problem_in(
                    grid.place, "sheet.duplicate", "each table once", found_too, "Join them."
                )
            )
        else:
            grids[sheet] = grid
    problems.raise_if_any(InputError)
    if not grids:
        remedy = "Fill in the forms that `baseline-compare forms` writes."
        raise InputError(problem_in(path.name, "sheet.unknown", "a form", "none", remedy))
    tables = {name: grids[name] for name in TABLES if name in grids}
    return Grids(grids.get("round"), tables, tuple(remarks))


def _unknown(title: str, place: str) -> Problem:
    """Refuse a sheet that nobody knows: it may hold what must not be lost."""
    titles = {
        folded(sheet_title(sheet, language)): sheet_title(sheet, language)
        for language in LANGUAGES
        for sheet in SHEETS
    }
    near = get_close_matches(folded(title), titles, n=1, cutoff=0.6)
    hint = f"Did you mean {titles[near[0]]!r}? " if near else ""
    remedy = f"{hint}Use the names of the form, or take the sheet out."
    return problem_in(place, "sheet.unknown", "the sheets of the form", repr(title), remedy)


def _workbook(path: Path, limits: Limits) -> tuple[list[tuple[str, Grid]], list[Remark]]:
    unread = {sheet_title(sheet, language) for sheet in _UNREAD for language in LANGUAGES}
    book = open_workbook(path, limits, skip=unread)
    grids = [
        (title, _grid(f"{book.name}, sheet {title}", sheet.rows, sheet.columns))
        for title, sheet in book.sheets.items()
    ]
    return grids, list(book.remarks)


def _folder(path: Path, limits: Limits) -> tuple[list[tuple[str, Grid]], list[Remark]]:
    """Open the CSV files of a folder; of what else is there a remark says that it is not read."""
    grids, remarks, problems = [], [], ProblemList()
    for file in sorted(path.iterdir()):
        if file.name.startswith("."):
            continue
        if file.suffix.lower() != ".csv":
            remarks.append(
                Remark("file.not_read", "warning", "not a CSV file, left out", file.name)
            )
            continue
        try:
            grid, noted = _csv_grid(file, limits)
        except InputError as error:
            problems.extend(error.problems)
            continue
        grids.append((file.stem, grid))
        remarks += noted
    problems.raise_if_any(InputError)
    return grids, remarks


def _csv_grid(path: Path, limits: Limits) -> tuple[Grid, list[Remark]]:
    opened = open_text(path, limits)
    header, _, body = opened.text.partition("\n")
    delimiter = max(",;", key=header.count)
    if not body.strip(f" \n{delimiter}"):
        titles = next(csv.reader([header], delimiter=delimiter))
        return Grid(path.name, [], {title.strip(): [] for title in titles}), [*opened.remarks]
    try:
        records = read_records(
            opened, delimiter=delimiter, limits=limits, header_problem=_any_header
        )
    except InputError as error:
        raise InputError([_of_a_form(problem) for problem in error.problems]) from None
    remarks = [*opened.remarks, *records.remarks]
    remarks += [
        Remark("row.blank", "warning", "a blank row, set aside", path.name, problem.row)
        for problem in records.quarantine
    ]
    return _grid(path.name, records.rows, records.columns), remarks


def _of_a_form(problem: Problem) -> Problem:
    if problem.code != "row.not_data":
        return problem
    remedy = "Fill in the other cells of the row, or take it out."
    return replace(problem, expected="a row of the form", remedy=remedy)


def _grid(
    place: str, rows: npt.NDArray[np.int64], columns: Mapping[str, npt.NDArray[np.object_]]
) -> Grid:
    return Grid(place, rows.tolist(), {name: cells.tolist() for name, cells in columns.items()})


def _any_header(names: Sequence[str]) -> Problem | None:
    """Take the header as it is: it is judged with those of workbooks."""
    del names
    return None


def problem_in(
    file: str, code: str, expected: str, found: str, remedy: str, *, column: str | None = None
) -> Problem:
    """Give a problem of a sheet, or of a heading in its first row."""
    row = None if column is None else 1
    return Problem(
        code=code, expected=expected, found=found, remedy=remedy, file=file, row=row, column=column
    )
