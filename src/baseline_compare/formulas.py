"""Text that a spreadsheet would run: found when sealing, made harmless when exporting."""

from __future__ import annotations

import re
import unicodedata

_TRIGGERS = "=+-@\t\r\n"
_STARTS = ",;\t|\r\n"
_SKIPPED = ("Zs", "Zl", "Zp", "Cf")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


def begins_formula(text: str) -> bool:
    r"""Say whether a spreadsheet could take a text for a formula.

    Judged after compatibility folding and without leading white space, invisible characters and
    quotes.

    Examples
    --------
    >>> begins_formula(" \uff1d1+1"), begins_formula("a=1")
    (True, False)
    """
    head = re.split("[,;|]", text, maxsplit=1)[0]
    return neutral_text(head) != head


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
