"""What a text must not hold: characters that nobody sees, and what a spreadsheet would run."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_TRIGGERS = "=+-@\t\r\n"
_STARTS = ",;\t|\r\n"
_SKIPPED = ("Zs", "Zl", "Zp", "Cf", "Cc", "Cn")
_BLANK = re.compile("[\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A character that a text must not hold: where it is, and how that is told."""

    code: str
    expected: str
    remedy: str
    start: int
    found: str


_REMOVE = "Remove the character."
_EXPORT_AGAIN = "Windows-1252 was read as Latin-1 somewhere: export the file again."
_UNSEEN = (
    ("text.control_char", "[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]", "control characters", _REMOVE),
    ("encoding.c1_control", "[\x80-\x9f]", "C1 controls", _EXPORT_AGAIN),
    (
        "text.bidi",
        "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
        "direction marks",
        _REMOVE,
    ),
    (
        "text.invisible",
        "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2028\u2029"
        "\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff]",
        "invisible characters",
        _REMOVE,
    ),
)
_PATTERNS = tuple(re.compile(pattern) for _, pattern, _, _ in _UNSEEN)


def find_unseen(text: str) -> Unseen | None:
    r"""Give the first control, direction or invisible character of a text; line feeds may stay.

    Examples
    --------
    >>> find_unseen("a\u200bb").code, find_unseen("a\nb")
    ('text.invisible', None)
    """
    for pattern, (code, _, name, remedy) in zip(_PATTERNS, _UNSEEN, strict=True):
        match = pattern.search(text)
        if match:
            found = f"U+{ord(match.group()):04X}"
            return Unseen(code, f"text without {name}", remedy, match.start(), found)
    return None


def begins_formula(text: str) -> bool:
    r"""Say whether a spreadsheet could take a text, or a part after a separator, for a formula.

    Judged after compatibility folding and without leading white space, invisible characters and
    quotes.

    Examples
    --------
    >>> begins_formula(" \uff1d1+1"), begins_formula("a; =1"), begins_formula("a=1")
    (True, True, False)
    """
    return neutral_text(text) != text


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
        elif starting and not _is_skipped(letter):
            starting = False
        out.append(letter)
        if folded in _STARTS:
            starting = True
    return "".join(out)


def _is_skipped(letter: str) -> bool:
    skipped = letter in _QUOTES or unicodedata.category(letter) in _SKIPPED
    return skipped or _BLANK.match(letter) is not None
