"""A workbook that people filled in: sheets of text cells, or errors that tell them where and what.

Every cell becomes the text a person reads in it: whole numbers without a decimal part, other
numbers with a decimal point and at most fifteen digits (no spreadsheet shows more), dates as
``2024-09-12``, truth values as ``TRUE`` and ``FALSE``. Nothing is computed: of a formula the result
that was saved with it is taken, as a text like any other, and a remark names its cells.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from baseline_compare.errors import InputError, ProblemList
from baseline_compare.measurements import Remark
from baseline_compare.sources.archive import Archive, open_archive, refusal
from baseline_compare.sources.book_parts import Place, read_book
from baseline_compare.sources.grids import read_grid
from baseline_compare.sources.opening import Limits
from baseline_compare.sources.sheet_checks import find_problems, find_remarks, problem_at
from baseline_compare.sources.sheet_tables import Places, Table, Texts, read_table
from baseline_compare.texts import find_unseen

_SHOW_SHEET = "Show the sheet (right-click on a sheet's tab, then Show or Unhide) or delete it."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as columns of text; ``rows`` are the row numbers that a spreadsheet shows."""

    name: str
    header: tuple[str, ...]
    rows: Places
    columns: Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook, the hash of its bytes, and what was noted while reading."""

    name: str
    sha256: str
    sheets: Mapping[str, Sheet]
    remarks: tuple[Remark, ...]


def open_workbook(
    path: str | Path,
    limits: Limits,
    *,
    header_rows: Mapping[str, int] | None = None,
    skip: Container[str] = (),
) -> Workbook:
    """Read the sheets of an Excel workbook (.xlsx) as text.

    Parameters
    ----------
    path
        The workbook.
    limits
        How large it may be.
    header_rows
        Sheets whose header is not in row 1, by name; what stands above it is not read.
    skip
        Names of sheets that hold no data (instructions, choices); their cells are not looked at.

    Raises
    ------
    InputError
        Up to 100 problems at once: ``path.*``, ``file.*``, ``archive.*``, ``limit.*``, ``xml.*``,
        ``xlsx.*``, ``header.*``, ``text.*``, ``number.*``, ``period.unknown`` or
        ``sheet.duplicate``, with sheet, row, column and header where there are any.

    Examples
    --------
    >>> book = open_workbook("fixtures/workbooks/excel.xlsx", Limits(), skip={"Instructions"})
    >>> sheet = book.sheets["Coding"]
    >>> sheet.header, sheet.rows.tolist(), sheet.columns["date"].tolist()
    (('id', 'quote', 'share', 'date'), [2, 3, 5], ['2024-09-12', '2024-09-13', ''])
    """
    archive = open_archive(path, limits.bytes)
    book = read_book(archive)
    problems, remarks = ProblemList(), _linked(archive)
    sheets: dict[str, Sheet] = {}
    names: set[str] = set()
    for place in book.places:
        name = _sheet_name(archive, place, names)
        if name in skip:
            continue
        where = f"{archive.name}, sheet {name}"
        if place.hidden:
            problems.add(problem_at("xlsx.hidden", "sheets that show", where, "a hidden one",
                remedy=_SHOW_SHEET))  # fmt: skip
            continue
        grid = read_grid(archive, place, book)
        table = read_table(where, grid, (header_rows or {}).get(name, 1))
        problems.extend(find_problems(table, limits))
        remarks += find_remarks(table)
        sheets[name] = _sheet(name, table)
    problems.raise_if_any(InputError)
    return Workbook(archive.name, archive.sha256, sheets, tuple(remarks))


def _sheet_name(archive: Archive, place: Place, names: set[str]) -> str:
    name = unicodedata.normalize("NFC", place.name).strip()
    unseen = find_unseen(name)
    if unseen is not None:
        remedy = "Type the name of the sheet again."
        raise refusal(archive.name, unseen.code, "sheet " + unseen.expected, unseen.found, remedy)
    if name.casefold() in names:
        found = f"{name[:60]!r} twice"
        remedy = "Rename one of the sheets."
        raise refusal(archive.name, "sheet.duplicate", "each sheet once", found, remedy)
    names.add(name.casefold())
    return name


def _linked(archive: Archive) -> list[Remark]:
    """Remark on what belongs to the workbook but is not read."""
    kinds = (
        ("xlsx.external_link", ("xl/externallinks/", "xl/connections"), "links to other files"),
        ("xlsx.note", ("xl/comments", "xl/threadedcomments/"), "notes or comments on cells"),
    )
    return [
        Remark(code, "warning", f"{told}, which are not read", archive.name)
        for code, starts, told in kinds
        if any(part.startswith(starts) for part in archive.parts)
    ]


def _sheet(name: str, table: Table) -> Sheet:
    body = np.flatnonzero(table.rows > table.header_row)
    used, place = np.unique(table.rows[body], return_inverse=True)
    order = np.argsort(table.columns[body], kind="stable")
    columns, place, texts = table.columns[body][order], place[order], table.texts[body][order]
    of_column = {}
    for column, header in table.header.items():
        start, end = np.searchsorted(columns, [column, column + 1])
        filled = np.full(len(used), "", dtype=object)
        filled[place[start:end]] = texts[start:end]
        of_column[header] = filled
    return Sheet(name, tuple(table.header.values()), used, of_column)
