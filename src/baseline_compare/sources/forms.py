"""Filled-in forms of a mapping round, as a workbook or a folder of CSV files, to a round."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.findings.cells import parse_columns
from baseline_compare.findings.consistency import inconsistencies
from baseline_compare.findings.forms import (
    ABOUT,
    FORMS,
    TABLES,
    Form,
    Stage,
    TableName,
    about_round,
)
from baseline_compare.findings.personal import personal_columns
from baseline_compare.findings.rounds import Round
from baseline_compare.findings.shipped import SCHEME, shipped_themes
from baseline_compare.findings.words import Sheet as SheetName
from baseline_compare.findings.words import columns_named, sheets_named
from baseline_compare.measurements import Remark
from baseline_compare.sources.opening import Limits, open_text
from baseline_compare.sources.records import read_records
from baseline_compare.sources.workbook import open_workbook

_UNREAD: tuple[SheetName, ...] = ("guide", "choices")


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of one sheet or file by its own titles, with the row of each."""

    place: str
    rows: Sequence[int]
    cells: Mapping[str, Sequence[str]]


def read_round(
    path: str | Path, *, base: Round | None = None, limits: Limits | None = None
) -> Round:
    """Read a mapping round from the forms that ``write_forms`` gives.

    Parameters
    ----------
    path
        A workbook (.xlsx), or a folder with one CSV file for each table, named as the sheets are.
        Titles, column headings and words of the lists may be Finnish, Swedish or English.
    base
        A round to which the tables add, such as that of a baseline; without it the sheet on the
        round itself has to be filled in.
    limits
        How large a file may be.

    Raises
    ------
    InputError
        Up to 100 problems at once, each with sheet, row and column: ``sheet.unknown``,
        ``header.unexpected``, ``person.column``, ``person.contact``, ``person.code``,
        ``key.missing``, ``key.unknown``, ``key.duplicate``, ``mark.unknown``, ``rating.scale``,
        ``area.unknown``, and those of opening a file.
    """
    found, remarks = _opened(Path(path), limits or Limits())
    about, grids = _sorted(found, Path(path).name)
    problems = ProblemList()
    tables: dict[TableName, list[Any]] = {}
    for name in TABLES:
        grid = grids.get(name)
        tables[name] = [] if grid is None else _records(grid, FORMS[name], problems)
    settings = [] if about is None else _records(about, ABOUT, problems)
    problems.raise_if_any(InputError)
    if len(settings) != 1 and (settings or base is None):
        told = f"{len(settings)} rows" if settings else "none"
        remedy = "Fill in one row of the sheet on the round, or pass base=."
        raise InputError(_problem(Path(path).name, "round.missing", "one round", told, remedy))
    given = about_round(settings[0]) if settings else {}
    if base is None and not tables["themes"] and given["scheme"] == SCHEME:
        tables["themes"] = list(shipped_themes())
    return _joined(given, tables, grids, base, remarks)


def _joined(
    given: Mapping[str, Any],
    tables: Mapping[TableName, Sequence[Any]],
    grids: Mapping[TableName, _Grid],
    base: Round | None,
    remarks: Sequence[Remark],
) -> Round:
    """Make the round, or the round before with what is added to it."""
    before = {name: () if base is None else base.rows(name) for name in TABLES}
    new = {name: _new(FORMS[name], before[name], tables[name]) for name in TABLES}

    def place(table: TableName, number: int) -> tuple[str | None, int | None]:
        own = number - len(before[table])
        if own < 0 or table not in grids:
            return table, None
        return grids[table].place, grids[table].rows[new[table][own]]

    whole = {name: (*before[name], *(tables[name][at] for at in new[name])) for name in TABLES}
    problems = ProblemList()
    problems.extend(inconsistencies(whole, place))
    problems.raise_if_any(InputError)
    filled: dict[str, Any] = {str(name): rows for name, rows in whole.items()}
    if base is None:
        return Round(**given, **filled, remarks=tuple(remarks))
    absent = tuple(name for name in base.not_available if not whole[name])
    stage: Stage = "amended"
    own = {"stage": stage, "not_available": absent, **given}
    return replace(base, **own, **filled, remarks=(*base.remarks, *remarks))


def _new(form: Form, before: Sequence[Any], rows: Sequence[Any]) -> list[int]:
    """Give the places of the rows that are not there before: forms may repeat what is."""

    def key(row: Any) -> tuple[str, ...]:
        return tuple(getattr(row, column) for column in form.key)

    known = {key(row): row for row in before} if form.key else {}
    return [place for place, row in enumerate(rows) if known.get(key(row)) != row]


def _opened(path: Path, limits: Limits) -> tuple[dict[str, _Grid], list[Remark]]:
    """Give the grids of a workbook or a folder by their titles."""
    if path.is_dir():
        grids, remarks = {}, []
        for file in sorted(path.glob("*.csv")):
            grids[file.stem], noted = _csv_grid(file, limits)
            remarks += noted
        return grids, remarks
    unread = {title for title, sheet in sheets_named().items() if sheet in _UNREAD}
    book = open_workbook(path, limits, skip=unread)
    return {
        title: _grid(f"{book.name}, sheet {title}", sheet.rows, sheet.columns)
        for title, sheet in book.sheets.items()
    }, list(book.remarks)


def _csv_grid(path: Path, limits: Limits) -> tuple[_Grid, list[Remark]]:
    opened = open_text(path, limits)
    header, _, body = opened.text.partition("\n")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    if not body.strip(f" \n{delimiter}"):
        titles = next(csv.reader([header], delimiter=delimiter))
        return _Grid(path.name, [], {title.strip(): [] for title in titles}), [*opened.remarks]
    records = read_records(opened, delimiter=delimiter, limits=limits, header_problem=_any_header)
    remarks = [*opened.remarks, *records.remarks]
    remarks += [
        Remark("row.blank", "warning", "a blank row, set aside", path.name, problem.row)
        for problem in records.quarantine
    ]
    return _grid(path.name, records.rows, records.columns), remarks


def _grid(
    place: str, rows: npt.NDArray[np.int64], columns: Mapping[str, npt.NDArray[np.object_]]
) -> _Grid:
    return _Grid(place, rows.tolist(), {name: cells.tolist() for name, cells in columns.items()})


def _any_header(names: Sequence[str]) -> Problem | None:
    """Take the header as it is: it is judged with those of workbooks."""
    del names
    return None


def _sorted(found: Mapping[str, _Grid], file: str) -> tuple[_Grid | None, dict[TableName, _Grid]]:
    """Tell which sheet is which; one that nobody knows may hold what must not be lost."""
    problems = ProblemList()
    grids: dict[SheetName, _Grid] = {}
    known = sheets_named()
    for title, grid in found.items():
        sheet = known.get(title.casefold().strip())
        if sheet is None:
            near = get_close_matches(title.casefold(), known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            problems.add(
                _problem(
                    grid.place, "sheet.unknown", "the sheets of the form", repr(title),
                    f"{hint}Use the names of the form, or take the sheet out.",
                )
            )  # fmt: skip
        elif sheet not in _UNREAD:
            if sheet in grids:
                problems.add(
                    _problem(
                        grid.place, "sheet.duplicate", "each table once", "it again", "Join them."
                    )
                )
            grids[sheet] = grid
    problems.raise_if_any(InputError)
    if not grids:
        remedy = "Fill in the forms that `baseline-compare forms` writes."
        raise InputError(_problem(file, "sheet.unknown", "a form", "none", remedy))
    about = grids.pop("round", None)
    return about, {name: grids[name] for name in TABLES if name in grids}


def _records(grid: _Grid, form: Form, problems: ProblemList) -> list[Any]:
    """Give the records of a sheet; what is wrong is added to the problems."""
    known = columns_named(form)
    cells, titles = {}, {}
    wrong = list(_heading_problems(grid, form, known))
    if wrong:
        problems.extend(wrong)
        return []
    for title, column in grid.cells.items():
        heading = known[title.casefold()]
        cells[heading], titles[heading] = column, title
    before = problems.total
    columns = parse_columns(
        form, cells, file=grid.place, rows=grid.rows, titles=titles, problems=problems
    )
    return [] if problems.total > before else list(map(form.record, *columns))


def _heading_problems(grid: _Grid, form: Form, known: Mapping[str, str]) -> Iterator[Problem]:
    personal = personal_columns(grid.cells)
    if personal:
        yield _problem(
            grid.place, "person.column", "numbers and roles only", ", ".join(map(repr, personal)),
            "Delete the columns: names and contact data of participants are not taken.",
        )  # fmt: skip
    for title in grid.cells:
        if title.casefold() not in known and title not in personal:
            near = get_close_matches(title.casefold(), known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            yield _problem(
                grid.place, "header.unexpected", f"the columns {', '.join(form.headings)}",
                repr(title), f"{hint}Use the headings of the form.",
            )  # fmt: skip
    have = {known.get(title.casefold()) for title in grid.cells}
    for column in form.columns:
        if column.required and not have & set(column.headings):
            yield _problem(
                grid.place, "header.unexpected", f"a column {column.headings[0]}", "none",
                "Use the headings of the form.",
            )  # fmt: skip


def _problem(file: str, code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, file=file)
