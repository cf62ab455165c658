"""What a sheet must not hold, told with row, column and header, and what was changed in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

import numpy as np
from openpyxl.utils.cell import get_column_letter

from baseline_compare.errors import Problem
from baseline_compare.measurements import Remark
from baseline_compare.sources.grids import MOST_COLUMNS, MOST_ROWS
from baseline_compare.sources.opening import Limits
from baseline_compare.sources.sheet_tables import Clean, Table

_MOST_COUNTED = 20_000
_ROW_LIMITS = (65_536, MOST_ROWS)
_NOTES = {
    "text.newlines": "line breaks of another kind",
    "text.nfc": "letters with combining accents, composed (NFC)",
    "text.emoji": "invisible parts of emoji, left out",
    "text.trimmed": "white space around the text, left out",
}
_WORDS = {
    "xlsx.error_cell": ("a value", "Correct the formula, or type the value itself."),
    "xlsx.no_cached_value": (
        "a value",
        "Open the workbook in a spreadsheet program and save it, or type the value itself.",
    ),
    "number.nonfinite": ("a number", "Type the number again."),
    "number.precision": (
        "a number of at most 15 digits",
        "Digits were lost: format the cell as text and type all of them again.",
    ),
    "period.unknown": ("a date of the calendar", "Type the date again, as 2024-09-12."),
}
_SHOW_ROWS = (
    "Show the rows: clear any filter, select all rows, then Format > Row > Show (or Unhide)."
)
_SHOW_COLUMNS = "Show the columns: select all of them, then Format > Column > Show (or Unhide)."
_UNMERGE = "Select the cells, undo Merge Cells, and fill in each cell by itself."
_ALL_ROWS = "Rows may have been cut off: check against the original, and split the table."


def find_problems(table: Table, limits: Limits) -> Iterator[Problem]:
    """Find what cannot be taken in a sheet; of each kind no more than anybody would count."""
    for found in (
        _beyond_limits(table, limits),
        _wrong_header(table),
        _unseen_cells(table, limits),
        _not_shown(table),
        _faults(table),
    ):
        yield from islice(found, _MOST_COUNTED)


def _faults(table: Table) -> Iterator[Problem]:
    for fault in table.grid.faults:
        if fault.row >= table.header_row:
            expected, remedy = _WORDS[fault.code]
            yield problem_at(fault.code, expected, table.where, fault.found, fault.row,
                table.label(fault.column), remedy=remedy)  # fmt: skip


def _beyond_limits(table: Table, limits: Limits) -> Iterator[Problem]:
    where, used = table.where, table.used
    if not len(used):
        return
    if len(used) - 1 > limits.rows:
        yield problem_at("limit.rows", f"at most {limits.rows} rows", where, f"{len(used) - 1}",
            remedy="Split the sheet.")  # fmt: skip
    columns = len(np.unique(table.columns))
    if columns > limits.columns:
        yield problem_at("limit.columns", f"at most {limits.columns} columns", where, f"{columns}",
            remedy="Split the sheet.")  # fmt: skip
    last = int(used[-1])
    if last in _ROW_LIMITS:
        yield problem_at("xlsx.row_limit", "a table that ends before the last possible row", where,
            f"its end in row {last}", last, remedy=_ALL_ROWS)  # fmt: skip
    cells = table.rows * (2 * MOST_COLUMNS) + table.columns
    if (np.diff(cells) <= 0).any() and len(np.unique(cells)) < len(cells):
        yield problem_at("file.corrupt", "each cell once", where, "a cell that is there twice",
            remedy="Open it in a spreadsheet program and save it once more.")  # fmt: skip


def _wrong_header(table: Table) -> Iterator[Problem]:
    where, row = table.where, table.header_row
    first: dict[str, int] = {}
    for column, header in table.header.items():
        if header in first:
            yield problem_at("header.duplicate", "each header once", where,
                f"{header[:40]!r} in column {get_column_letter(first[header])}, too", row,
                table.label(column), remedy="Rename one of the columns.")  # fmt: skip
        first.setdefault(header, column)
    columns, cells = np.unique(table.columns, return_index=True)
    for column, cell in zip(columns.tolist(), cells.tolist(), strict=True):
        if column not in table.header:
            yield problem_at("header.missing", f"a header in row {row}", where,
                f"none above the text in row {table.rows[cell]}", row, table.label(column),
                remedy="Write a header, or clear the column.")  # fmt: skip


def _unseen_cells(table: Table, limits: Limits) -> Iterator[Problem]:
    """Find texts with characters that nobody sees, and texts that are too long."""
    for row, column, clean in _marked_cells(table):
        if clean.unseen is not None:
            unseen = clean.unseen
            yield problem_at(unseen.code, unseen.expected, table.where, unseen.found, row,
                table.label(column), remedy=unseen.remedy)  # fmt: skip
    long = [len(text) > limits.field for text in table.texts]
    for index in np.flatnonzero(long).tolist():
        yield problem_at("limit.field", f"at most {limits.field} characters", table.where,
            f"{len(table.texts[index])}", int(table.rows[index]),
            table.label(int(table.columns[index])), remedy="Shorten the text.")  # fmt: skip


def _marked_cells(table: Table) -> Iterator[tuple[int, int, Clean]]:
    if not table.marked:
        return
    grid = table.grid
    for row, column, text in zip(grid.rows, grid.columns, grid.texts, strict=True):
        if text in table.marked and row >= table.header_row:
            yield row, column, table.marked[text]


def _not_shown(table: Table) -> Iterator[Problem]:
    """Find rows and columns that hold something and are hidden, and cells shown as one."""
    where, used, grid = table.where, table.used, table.grid
    hidden = [row for row in used.tolist() if row in grid.hidden_rows]
    if hidden:
        more = "" if len(hidden) <= 10 else f" and {len(hidden) - 10} more"
        found = f"hidden rows: {', '.join(map(str, hidden[:10]))}{more}"
        yield problem_at("xlsx.hidden", "rows that show", where, found, hidden[0],
            remedy=_SHOW_ROWS)  # fmt: skip
    columns = np.unique(table.columns)
    hides = np.zeros(MOST_COLUMNS + 2, dtype=np.int64)
    for least, most in grid.hidden_columns:
        hides[least] += 1
        hides[most + 1] -= 1
    for column in columns[hides.cumsum()[columns] > 0].tolist():
        yield problem_at("xlsx.hidden", "columns that show", where, "a hidden one",
            column=table.label(column), remedy=_SHOW_COLUMNS)  # fmt: skip
    for merge in grid.merges if len(used) else ():
        rows_meet = merge.rows[1] >= used[0] and merge.rows[0] <= used[-1]
        if rows_meet and merge.columns[0] <= columns[-1] and merge.columns[1] >= columns[0]:
            yield problem_at("xlsx.merged", "one cell for each value", where,
                f"{merge.text} merged", merge.rows[0], table.label(merge.columns[0]),
                remedy=_UNMERGE)  # fmt: skip


def find_remarks(table: Table) -> list[Remark]:
    """Say what was changed or left out, once for each sheet and column."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row, column, clean in _marked_cells(table):
        for code in clean.notes:
            found[code, column].append(row)
    remarks = [
        Remark(code, "normalised", f"column {table.label(column)}, {_cells(rows)}: {_NOTES[code]}",
            table.where, rows[0])
        for (code, column), rows in found.items()
    ]  # fmt: skip
    formulas: dict[int, list[int]] = defaultdict(list)
    for row, column in table.grid.formulas:
        if row >= table.header_row:
            formulas[column].append(row)
    told = "the saved result of a formula is taken"
    remarks += [
        Remark("xlsx.formula", "warning", f"column {table.label(column)}, {_cells(rows)}: {told}",
            table.where, rows[0])
        for column, rows in formulas.items()
    ]  # fmt: skip
    used = table.used
    if len(used) and int(used[-1]) - table.header_row + 1 > len(used):
        expected = np.arange(len(used)) + table.header_row
        blank = int(expected[used != expected][0])
        count = int(used[-1]) - table.header_row + 1 - len(used)
        rows_told = "1 blank row" if count == 1 else f"{count} blank rows"
        remarks.append(Remark("row.blank", "warning", f"{rows_told}, left out", table.where, blank))
    return remarks


def _cells(rows: list[int]) -> str:
    return "1 cell" if len(rows) == 1 else f"{len(rows)} cells"


def problem_at(
    code: str,
    expected: str,
    where: str,
    found: str,
    row: int | None = None,
    column: str | None = None,
    *,
    remedy: str,
) -> Problem:
    """Give a problem of a sheet; ``column`` is its letter with its header."""
    return Problem(
        code=code, expected=expected, found=found, remedy=remedy, file=where, row=row, column=column
    )
