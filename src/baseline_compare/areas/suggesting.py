"""What somebody may have meant by a text that is no area: the nearest codes or names."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from baseline_compare.areas.model import Area

_PREFIX_WIDTHS = {"KU": 3, "MK": 2, "HVA": 2}
_BARE_WIDTHS = {**_PREFIX_WIDTHS, "YTA": 1, "KELA": 1}
_CODE = re.compile(r"([A-Z]{2,6})[0-9]+|[A-Z]{2,6}-[A-Z]+", re.ASCII)
_FEW = 6

Versions = Mapping[str, Sequence[Area]]
Named = Mapping[str, Sequence[Area]]


def folded(text: str) -> str:
    """Give a text as names are compared: composed, without outer or double spaces, in one case.

    Examples
    --------
    >>> folded("  Etelä-SUOMI ")
    'etelä-suomi'
    """
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def suggestion(text: str, by_code: Versions, names: tuple[Named, Named]) -> str:
    """Say what may have been meant: a code written otherwise, or the nearest codes or names."""
    written = text.strip().upper()
    if written in by_code:
        return f"Codes are written in capitals: {written} is {by_code[written][-1].name()}."
    for prefix, width in _PREFIX_WIDTHS.items():
        number = written.removeprefix(prefix)
        padded = f"{prefix}{number.zfill(width)}"
        if number.isdecimal() and number != written and padded in by_code:
            return f"Did it lose a leading zero? {padded} is {by_code[padded][-1].name()}."
    if written.isdecimal():
        return _bare(written, by_code)
    near = _near_codes(written, by_code)
    if near:
        return f"The nearest: {', '.join(f'{code} {by_code[code][-1].name()}' for code in near)}."
    official, other = names
    close = difflib.get_close_matches(folded(text), [*official, *other], n=3, cutoff=0.6)
    if not close:
        return "List the areas with `baseline-compare areas`."
    areas = [(official.get(name) or other[name])[-1] for name in dict.fromkeys(close)]
    listed = dict.fromkeys(f"{area.code} {area.name('fi')}" for area in areas)
    return f"The nearest: {', '.join(listed)}."


def _bare(digits: str, by_code: Versions) -> str:
    meant = [f"{prefix}{digits.zfill(width)}" for prefix, width in _BARE_WIDTHS.items()]
    known = [by_code[code][-1] for code in meant if code in by_code]
    fits = ", ".join(f"{area.code} ({area.name()})" for area in known)
    return f"A bare number is never a code; codes carry their prefix: {fits or 'KU091, MK01'}."


def _near_codes(written: str, by_code: Versions) -> list[str]:
    """Give the codes near to what looks like one: all of a short list, else the closest."""
    form = _CODE.fullmatch(written)
    if form is None:
        return []
    alike = [code for code in by_code if code.rstrip("0123456789") == form[1]]
    if 1 < len(alike) <= _FEW:
        return alike
    return difflib.get_close_matches(written, alike or list(by_code), n=3, cutoff=0.6)
