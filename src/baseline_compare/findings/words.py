"""The words of the forms in fi, sv and en: what a table, a column and a choice is called."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

from baseline_compare.findings.forms import TABLES, Form, TableName
from baseline_compare.language import LANGUAGES, Language, word

Sheet = Literal["guide", "choices", "round"] | TableName
SHEETS: tuple[Sheet, ...] = ("guide", "round", *TABLES, "choices")


@cache
def choice_named(choice: str) -> frozenset[str]:
    """Give what a choice may be called in a cell, folded: its words and its id.

    Examples
    --------
    >>> sorted(choice_named("weakness"))
    ['heikkous', 'svaghet', 'weakness']
    """
    names = (choice_word(choice, language) for language in LANGUAGES)
    return frozenset({choice, *(name.casefold() for name in names)})


def choice_word(choice: str, language: Language) -> str:
    """Give the word for a choice as it stands in a list."""
    return word(f"form.{choice}" if choice in TABLES else f"choice.{choice}", language)


def sheet_title(sheet: Sheet, language: Language) -> str:
    """Give the name of a sheet."""
    return word(f"form.{sheet}", language)


def column_title(heading: str, language: Language) -> str:
    """Give what a column is called at its head."""
    return word(f"form_column.{heading}", language)


def folded(title: str) -> str:
    """Give a title as it is compared: composed, and without regard to case, spaces and dashes.

    Examples
    --------
    >>> folded(" Arvio  1-5") == folded("arvio 1–5")
    True
    """
    composed = unicodedata.normalize("NFC", title).casefold()
    return " ".join(composed.replace("\u2013", "-").split())


@cache
def sheets_named() -> dict[str, Sheet]:
    """Give the sheet of each title, folded, in every language."""
    titles: dict[str, Sheet] = {sheet: sheet for sheet in SHEETS}
    for sheet in SHEETS:
        titles |= {folded(sheet_title(sheet, language)): sheet for language in LANGUAGES}
    return titles


def columns_named(form: Form) -> dict[str, str]:
    """Give the heading that each title of a form's columns stands for, folded."""
    titles = {}
    for heading in form.headings:
        titles[folded(heading)] = heading
        for language in LANGUAGES:
            titles[folded(column_title(heading, language))] = heading
    return titles


def language_of(heading: str, title: str) -> Language:
    """Give the language in which a column was headed.

    Examples
    --------
    >>> language_of("kind", "Laji"), language_of("kind", "kind")
    ('fi', 'en')
    """
    fits = (own for own in LANGUAGES if folded(column_title(heading, own)) == folded(title))
    return "en" if title == heading else next(fits, "en")
