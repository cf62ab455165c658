"""Cells of a form to values: what a person typed is taken, or refused in words that help."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baseline_compare.areas import registry
from baseline_compare.errors import BaselineCompareError, Problem, ProblemList
from baseline_compare.findings.forms import Column, Form
from baseline_compare.findings.model import HIGHEST, LOWEST
from baseline_compare.findings.personal import contact_in
from baseline_compare.findings.words import choice_named, choice_word, language_of
from baseline_compare.language import LANGUAGES, Language
from baseline_compare.texts import neutral_text

_ID = re.compile(r"[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö._-]{0,99}")
_CODE = re.compile(r"[A-Za-z]{0,3}[-_]?[0-9]{1,6}", re.ASCII)
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0)?", re.ASCII)
_BROKEN_NUMBER = re.compile(r"[+-]?[0-9]+[.,][0-9]+", re.ASCII)
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)
_NORDIC = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", re.ASCII)
_AREA = re.compile(r"([A-Za-z]+-?[A-Za-z0-9]+)(?:\s+(.+))?", re.ASCII)
_YEARS = range(1990, 2100)
_SPLIT = re.compile(r"\s*[;,]\s*")


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """Why a cell is not taken: code, what was expected, what to do."""

    code: str
    expected: str
    remedy: str
    found: str = ""


def parse_columns(
    form: Form,
    cells: Mapping[str, Sequence[str]],
    *,
    file: str,
    rows: Sequence[int],
    titles: Mapping[str, str],
    problems: ProblemList,
) -> list[Sequence[Any]]:
    """Give the values of each column of a form; each distinct cell is looked at once.

    Parameters
    ----------
    cells
        The text of each cell by heading; a heading that is not there is empty throughout.
    titles
        What each heading is called in the file.
    """
    empty = [""] * len(rows)
    values: list[Sequence[Any]] = []
    for column in form.columns:
        parts = [cells.get(name, empty) for name in column.headings]
        keys = list(zip(*parts, strict=True)) if len(parts) > 1 else parts[0]
        heading = next((name for name in column.headings if name in titles), column.headings[0])
        title = titles.get(heading, heading)
        known: dict[Any, Any] = {}
        wrong: dict[Any, Refused] = {}
        for key in dict.fromkeys(keys):
            try:
                known[key] = _value(column, key, language_of(heading, title))
            except Refused as refused:
                wrong[key] = refused
        if wrong:
            problems.extend(_problems(keys, wrong, file, rows, title))
        values.append([known.get(key, column.default) for key in keys])
    return values


def _problems(
    keys: Sequence[Any], wrong: Mapping[Any, Refused], file: str, rows: Sequence[int], title: str
) -> Iterator[Problem]:
    for key, row in zip(keys, rows, strict=True):
        refused = wrong.get(key)
        if refused is None:
            continue
        text = " ".join(filter(None, key)) if isinstance(key, tuple) else key
        personal = refused.code.startswith("person.") or contact_in(text)
        shown = "personal data" if personal else _short(refused.found or text)
        yield Problem(
            code=refused.code, expected=refused.expected, found=shown, remedy=refused.remedy,
            file=file, row=int(row), column=title,
        )  # fmt: skip


def _short(text: str) -> str:
    if not text:
        return "an empty cell"
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _value(column: Column, key: Any, language: Language) -> Any:
    """Turn a cell, or the three cells of a text, into the value of the record."""
    if column.kind == "texts":
        texts = {own: _text(text) for own, text in zip(LANGUAGES, key, strict=True) if text}
        if column.required and not texts:
            raise Refused("key.missing", "a text in one language at least", "Write it.")
        return texts
    if not key:
        if column.required:
            raise Refused("key.missing", _EXPECTED[column.kind], "Fill the cell in.")
        return column.default
    if column.kind in _CHOOSING:
        return _CHOOSING[column.kind](column.choices, key, language)
    return _PLAIN[column.kind](key)


def _text(text: str) -> str:
    """Take a text as it is, but for signs that a spreadsheet could take for a formula."""
    contact = contact_in(text)
    if contact:
        raise Refused(
            "person.contact",
            f"text without {contact}",
            "Take it out: names and contact data of participants are not kept.",
        )
    marked = neutral_text(text)
    if marked == text:
        return text
    plain: list[str] = []
    place, begins = 0, False
    for letter in marked:
        if letter != text[place]:
            begins = True  # the apostrophe that neutral_text puts before a sign
            continue
        plain.append(_harmless(text, place) if begins else letter)
        place, begins = place + 1, False
    return "".join(plain)


def _harmless(text: str, place: int) -> str:
    """Give what stands for a sign that could begin a formula: a dash, a minus, a hyphen, a break.

    Workshop notes begin with hyphens and hold blank lines; both stay what they are to a reader.
    """
    before, after = text[max(0, place - 80) : place].rstrip(" "), text[place + 1 : place + 2]
    sign = unicodedata.normalize("NFKC", text[place])
    if sign == "-":
        return "\u2212" if after.isdigit() else "\u2010" if after.isalpha() else "\u2013"
    if sign == "\n":
        return "" if before.endswith("\n") else " "
    raise Refused(
        "text.formula",
        "text that no spreadsheet takes for a formula",
        "Put a word before the sign (=, + or @) that begins the text, a line or what follows a "
        "comma or semicolon.",
        text[place:],
    )


def _id(text: str) -> str:
    if contact_in(text):
        raise Refused("person.code", "an id that names nobody", "Give each row a number.")
    if not _ID.fullmatch(text):
        expected = "an id of letters, digits, hyphens, points and underscores"
        raise Refused("key.invalid", expected, "Use a short id such as weakness-access.")
    return text


def _ids(text: str) -> tuple[str, ...]:
    return tuple(_id(part) for part in _SPLIT.split(text) if part)


def _list(text: str) -> tuple[str, ...]:
    return tuple(_text(part.strip()) for part in text.split(";") if part.strip())


def _code(choices: tuple[str, ...], text: str, language: Language) -> str:
    """Take a code that stands for a person without naming one, in capitals."""
    del language
    for choice in choices:
        if text.casefold() in choice_named(choice):
            return choice
    if not _CODE.fullmatch(text):
        raise Refused(
            "person.code",
            "a code such as K1 or R12",
            "Give each person a number; names are not kept.",
        )
    return text.upper()


def _choice(choices: tuple[str, ...], text: str, language: Language) -> str:
    for choice in choices:
        if text.casefold() in choice_named(choice):
            return choice
    words = ", ".join(choice_word(choice, language) for choice in choices)
    raise Refused("mark.unknown", f"one of: {words}", "Choose a word of the list.")


def _choices(choices: tuple[str, ...], text: str, language: Language) -> tuple[str, ...]:
    return tuple(_choice(choices, part, language) for part in _SPLIT.split(text) if part)


def _count(text: str) -> int:
    whole = _WHOLE.fullmatch(text)
    if not whole:
        raise Refused("number.not_integer", "a whole number", "Write how many, in digits.")
    return int(whole[1])


def _rating(text: str) -> int:
    whole = _WHOLE.fullmatch(text)
    if not whole or not LOWEST <= int(whole[1]) <= HIGHEST:
        half = not whole and _BROKEN_NUMBER.fullmatch(text)
        remedy = "Half points are not part of the scale." if half else "Use the scale of the form."
        raise Refused("rating.scale", f"a whole number from {LOWEST} to {HIGHEST}", remedy)
    return int(whole[1])


def _date(text: str) -> str:
    """Take a day, a month or a year as ISO text, or a day as 12.9.2024."""
    nordic = _NORDIC.fullmatch(text)
    iso = f"{nordic[3]}-{int(nordic[2]):02}-{int(nordic[1]):02}" if nordic else text
    try:
        if not _ISO.fullmatch(iso):
            raise ValueError
        day = datetime.date.fromisoformat(f"{iso}-01-01"[:10] if len(iso) < 10 else iso)
        if day.year not in _YEARS:
            raise ValueError
    except ValueError:
        raise Refused(
            "period.unknown", "a day such as 12.9.2024 or 2024-09-12", "Write the date so."
        ) from None
    return iso


def _area(text: str) -> str:
    """Take a code, alone or with the name behind it, or the name of an area of rounds."""
    coded = _AREA.fullmatch(text)
    areas = registry()
    if coded and coded[1].upper() in areas:
        area = areas.find(coded[1])
        names = {n.casefold() for o in LANGUAGES for n in (area.name(o), area.short_name(o))}
        if coded[2] and coded[2].casefold() not in names:
            remedy = "Leave the code alone, or the name."
            raise Refused("area.unknown", f"the code with its name ({area.name()})", remedy)
        return area.code
    for level in ("collaboration_area", "workshop_area", "county", "mainland"):
        try:
            return areas.find(text, level=level).code
        except BaselineCompareError:
            continue
    raise Refused(
        "area.unknown",
        "the code of an area, such as YTA2",
        "Choose it from the list of the form, or see `baseline-compare areas`.",
    )


_CHOOSING: Mapping[str, Callable[[tuple[str, ...], str, Language], Any]] = {
    "code": _code,
    "choice": _choice,
    "choices": _choices,
}
_PLAIN: Mapping[str, Callable[[str], Any]] = {
    "id": _id,
    "ids": _ids,
    "text": _text,
    "list": _list,
    "count": _count,
    "rating": _rating,
    "date": _date,
    "area": _area,
}
_EXPECTED = {
    "id": "an id",
    "ids": "ids",
    "code": "a code such as K1",
    "text": "a text",
    "list": "texts",
    "choice": "a word of the list",
    "choices": "words of the list",
    "count": "a whole number",
    "rating": "a whole number from 1 to 5",
    "date": "a date",
    "area": "an area",
}
