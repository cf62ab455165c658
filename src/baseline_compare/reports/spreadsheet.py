"""The table of a comparison as CSV: each row says what it rests on, and no text can run."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from pathlib import Path

from baseline_compare.comparison import TABLE_COLUMNS, Comparison
from baseline_compare.files import replace_file

_TRIGGERS = "=+-@\t\r\n"
_STARTS = ",;\t|\r\n"
_SKIPPED = ("Zs", "Zl", "Zp", "Cf")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


def write_table(result: Comparison, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write ``result.table`` as CSV; each row names baseline, estimand and library.

    Raises
    ------
    WriteError
        ``path.exists`` or ``write.failed``.
    """
    settings = result.settings
    provenance = {
        "baseline_name": settings.baseline_name,
        "baseline_version": settings.baseline_version,
        "baseline_id": settings.baseline_id,
        "estimand": settings.estimand,
        "library_version": settings.library_version,
    }
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*TABLE_COLUMNS, *provenance])
    for row in result.table.to_dict("records"):
        cells = [*(row[name] for name in TABLE_COLUMNS), *provenance.values()]
        writer.writerow([_cell(value) for value in cells])
    return replace_file(path, buffer.getvalue().encode(), overwrite=overwrite)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return neutral_text(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def neutral_text(text: str) -> str:
    """Put an apostrophe before every place at which a spreadsheet could begin a formula.

    A place is the start of the text, or what follows a mark that a reader with other settings could
    take for the end of a cell.

    Examples
    --------
    >>> neutral_text("=1+1"), neutral_text("a; -b"), neutral_text("a-b")
    ("'=1+1", "a; '-b", 'a-b')
    """
    out, starting = [], True
    for letter in text:
        folded = unicodedata.normalize("NFKC", letter)
        if starting and (folded[:1] or letter) in _TRIGGERS:
            out.append("'")
            starting = False
        elif starting and letter not in _QUOTES and unicodedata.category(letter) not in _SKIPPED:
            starting = False
        out.append(letter)
        if folded in _STARTS:
            starting = True
    return "".join(out)
