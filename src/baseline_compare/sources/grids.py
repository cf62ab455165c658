"""The XML of a sheet to cells: one streaming pass, nothing computed.

Dates are converted by openpyxl. Its readers are not used: they do not tell hidden, merged and never
computed cells, fill every gap up to the last row named, and lose texts that look like an escape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from math import isinf

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from baseline_compare.sources.archive import Archive
from baseline_compare.sources.book_parts import Book, Place, says, unescaped

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_EXACT = 1e15
"""From here on digits are lost: a spreadsheet keeps fifteen."""

_SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_PLAIN = re.compile(r"0|-?[1-9]\d{0,14}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken: the code of the problem and what was found."""

    row: int
    column: int
    code: str
    found: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A range of cells that are shown as one; its corners count."""

    text: str
    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(slots=True)
class Grid:
    """The cells of a sheet that hold anything, in the order of the file, and what hides them."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


def read_grid(archive: Archive, place: Place, book: Book) -> Grid:
    """Read the cells of a sheet.

    Raises
    ------
    InputError
        ``file.corrupt`` or ``xml.dtd``.
    """
    reader = _SheetReader(book)
    archive.parse(place.part, reader.start, end=reader.end, text=reader.text)
    return reader.grid


class _SheetReader:
    """Takes the elements of a sheet one by one; only the open cell is kept beside the grid."""

    def __init__(self, book: Book) -> None:
        self.grid = Grid()
        self._book = book
        self._space = ""
        self._names = ("", "", "", "", "")
        self._row = self._column = 0
        self._row_text = ""
        self._columns: dict[str, int] = {}
        self._numbers: dict[str, str] = {}
        self._kind = self._style = ""
        self._value: str | None = None
        self._formula = self._spoken = False
        self._into = ""
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._space:
            self._begin(name)
        cell, value, row, formula, text = self._names
        if name == cell:
            self._open_cell(attributes)
        elif name == value:
            self._into = "v"
        elif name == row:
            self._open_row(attributes)
        elif name == formula:
            self._formula = True
        elif name == text:
            self._into = "" if self._spoken else "t"
        else:
            self._other(name, attributes)

    def end(self, name: str) -> None:
        if self._into:
            self._value = (self._value or "") + "".join(self._pieces)
            self._pieces.clear()
            self._into = ""
        if name == self._names[0]:
            self._close_cell()

    def text(self, data: str) -> None:
        if self._into:
            self._pieces.append(data)

    def _begin(self, name: str) -> None:
        self._space, _, local = name.rpartition(" ")
        if self._space not in _SPREADSHEET or local != "worksheet":
            raise ValueError(name)
        c, v, row, f, t = (f"{self._space} {local}" for local in ("c", "v", "row", "f", "t"))
        self._names = (c, v, row, f, t)

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._row = _whole(attributes.get("r", str(self._row + 1)), MOST_ROWS)
        self._row_text, self._column = str(self._row), 0
        if says(attributes, "hidden") or attributes.get("ht") == "0":
            self.grid.hidden_rows.add(self._row)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value, self._formula, self._spoken = None, False, False
        place = attributes.get("r")
        if place is None:
            self._column += 1
            return
        letters = place.removesuffix(self._row_text)
        column = self._columns.get(letters)
        if column is None:
            if _reference(place)[1] != self._row:
                raise ValueError(place)
            column = self._columns[letters] = column_index_from_string(letters)
        self._column = column

    def _close_cell(self) -> None:
        row, column, value = self._row, self._column, self._value
        if not 0 < column <= MOST_COLUMNS or not row:
            raise ValueError(column)
        if self._formula:
            never = value is None or (not value and self._kind != "str")
            if never or not self._book.computed:
                self._fault("xlsx.no_cached_value", "a formula without its result")
                return
            self.grid.formulas.append((row, column))
        if value is None:
            return
        text = self._text_of(value)
        if text:
            self.grid.rows.append(row)
            self.grid.columns.append(column)
            self.grid.texts.append(text)

    def _text_of(self, value: str) -> str:
        kind = self._kind
        if kind == "s":
            index = int(value)
            if index < 0:
                raise ValueError(value)
            return self._book.strings[index]
        if kind == "n":
            if not value.strip():
                return ""
            if self._style in self._book.dates:
                return self._date(float(value), duration=self._book.dates[self._style])
            return self._numbers.get(value) or self._number(value)
        if kind in ("str", "inlineStr"):
            return unescaped(value)
        if kind == "b":
            return _TRUTHS[value]
        if kind == "d":
            return _moment(datetime.fromisoformat(value))
        if kind == "e":
            self._fault("xlsx.error_cell", value[:20] or "an error")
            return ""
        raise ValueError(kind)

    def _number(self, value: str) -> str:
        if _PLAIN.fullmatch(value):
            text = value
        elif not _NUMBER.fullmatch(value):
            raise ValueError(value)
        else:
            number = float(value)
            if abs(number) >= _EXACT:
                code = "number.nonfinite" if isinf(number) else "number.precision"
                self._fault(code, value[:40])
                return ""
            text = f"{Decimal(f'{number:.15g}'):f}"
            text = "0" if not number else text
        self._numbers[value] = text
        return text

    def _date(self, number: float, *, duration: bool) -> str:
        leap_day_that_was_none = int(number) == 60 and self._book.epoch == WINDOWS_EPOCH
        try:
            if number < 0 or (leap_day_that_was_none and not duration):
                raise OverflowError
            moment = from_excel(number, self._book.epoch, timedelta=duration)
        except (OverflowError, ValueError):
            self._fault("period.unknown", f"{number:.15g}, shown as a date")
            return ""
        if duration:
            minutes, seconds = divmod(int(moment.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        return _moment(moment)

    def _fault(self, code: str, found: str) -> None:
        self.grid.faults.append(Fault(self._row, self._column, code, found))

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space != self._space:
            return
        if local == "rPh":
            self._spoken = True
        elif local == "r":
            self._spoken = False
        elif local == "col" and (says(attributes, "hidden") or attributes.get("width") == "0"):
            least, most = (_whole(attributes[end], MOST_COLUMNS) for end in ("min", "max"))
            self.grid.hidden_columns.append((least, most))
        elif local == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            left, top = _reference(first)
            right, bottom = _reference(last or first)
            self.grid.merges.append(Merge(attributes["ref"], (top, bottom), (left, right)))


def _reference(text: str) -> tuple[int, int]:
    """Give column and row of a reference such as ``B12``."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return column_index_from_string(match[1]), _whole(match[2], MOST_ROWS)


def _whole(text: str, most: int) -> int:
    number = int(text[:20])
    if not 0 < number <= most:
        raise ValueError(text)
    return number


def _moment(moment: datetime | time) -> str:
    if isinstance(moment, datetime) and moment.time() == time():
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")
