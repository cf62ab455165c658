"""The cells of a sheet to texts as a person reads them, with the header that names them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from openpyxl.utils.cell import get_column_letter

from baseline_compare.sources.grids import Grid
from baseline_compare.texts import Unseen, find_unseen

Texts = npt.NDArray[np.object_]
Places = npt.NDArray[np.int64]

_OUTER = " \t\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_OUTER += "\u202f\u205f\u3000"
_ORDINARY = re.compile("[\n -~\u00a1-\u00ac\u00ae-\u02ff\u2013\u2014\u2018-\u201e\u2026\u20ac]+")
"""Texts that need no look at each character: composed, and all of them seen."""

_EMOJI = "\u00a9\u00ae\u203c\u2049\u20e3\u2122-\u3299\U0001f000-\U0001faff"
_STYLE_OF_EMOJI = re.compile(rf"(?<=[{_EMOJI}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)")
_TIE_OF_EMOJI = re.compile(rf"(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])")

_FEW_LETTERS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
_PILED = Unseen(
    "text.marks", "at most 30 accents on a letter", "Type the text again.", 0, "more of them"
)


@dataclass(frozen=True, slots=True)
class Clean:
    """A text as a person reads it, the codes of what was changed, and what nobody sees in it."""

    text: str
    notes: tuple[str, ...] = ()
    unseen: Unseen | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The cells from the header on that hold a text, as aligned arrays; ``used`` are their rows.

    ``marked`` holds the texts of the file that asked for a closer look.
    """

    where: str
    grid: Grid
    header_row: int
    header: dict[int, str]
    rows: Places
    columns: Places
    texts: Texts
    used: Places
    marked: dict[str, Clean]

    def label(self, column: int) -> str:
        """Give letter and header of a column, as far as there is one that can be shown."""
        header = self.header.get(column, "")
        shown = header and find_unseen(header) is None
        return (
            f"{get_column_letter(column)} ({header[:40]})" if shown else get_column_letter(column)
        )


def read_table(where: str, grid: Grid, header_row: int) -> Table:
    """Clean the texts of a sheet, drop the cells that hold none, and find the header."""
    marked = {text: _clean(text) for text in set(grid.texts) if not _is_ordinary(text)}
    rows = np.array(grid.rows, dtype=np.int64)
    columns = np.array(grid.columns, dtype=np.int64)
    plain = [marked[text].text if text in marked else text for text in grid.texts]
    texts = np.array(plain, dtype=object)
    kept = (texts != "") & (rows >= header_row)
    rows, columns, texts = rows[kept], columns[kept], texts[kept]
    first = rows == header_row
    header = dict(sorted(zip(columns[first].tolist(), texts[first], strict=True)))
    return Table(where, grid, header_row, header, rows, columns, texts, np.unique(rows), marked)


def _is_ordinary(text: str) -> bool:
    """Say at one glance that a text is taken as it is: composed, seen, and not to be trimmed."""
    return bool(_ORDINARY.fullmatch(text)) and text[0] not in _OUTER and text[-1] not in _OUTER


def _are_marks_piled(text: str) -> bool:
    """Say whether more than 30 accents follow each other: to compose them takes very long."""
    for match in _FEW_LETTERS.finditer(text):
        marks = "".join("m" if unicodedata.combining(letter) else " " for letter in match.group())
        if "m" * 31 in marks:
            return True
    return False


def _clean(raw: str) -> Clean:
    """Give the text of a cell as a person reads it, and what was changed for that."""
    if _are_marks_piled(raw):
        return Clean(raw, (), _PILED)
    notes, text = [], raw
    for code, change in (
        ("text.newlines", lambda text: text.replace("\r\n", "\n").replace("\r", "\n")),
        ("text.nfc", lambda text: unicodedata.normalize("NFC", text)),
        ("text.emoji", lambda text: _TIE_OF_EMOJI.sub("", _STYLE_OF_EMOJI.sub("", text))),
        ("text.trimmed", lambda text: text.strip(_OUTER)),
    ):
        changed = change(text)
        if changed != text:
            notes.append(code)
        text = changed
    return Clean(text, tuple(notes) if text else (), find_unseen(text))
