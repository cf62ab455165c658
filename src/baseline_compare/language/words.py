"""The catalogue of words: one TOML file a language, the same keys in each."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal, get_args

from baseline_compare.errors import BaselineCompareError, Problem

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def check_language(language: str) -> Language:
    """Return the language if the library speaks it.

    Raises
    ------
    BaselineCompareError
        With code ``language.unknown`` for any other text.

    Examples
    --------
    >>> check_language("sv")
    'sv'
    """
    if language not in LANGUAGES:
        raise BaselineCompareError(
            Problem(
                code="language.unknown",
                expected=" or ".join(LANGUAGES),
                found=repr(language),
                remedy="Choose one of these languages.",
            )
        )
    return language


@cache
def _catalogue(language: Language) -> dict[str, str]:
    text = (
        resources.files("baseline_compare.language")
        .joinpath(f"{check_language(language)}.toml")
        .read_text(encoding="utf-8")
    )
    flat: dict[str, str] = {}
    pending: list[tuple[str, object]] = [("", tomllib.loads(text))]
    while pending:
        prefix, node = pending.pop()
        if isinstance(node, dict):
            start = f"{prefix}." if prefix else ""
            pending.extend((f"{start}{key}", item) for key, item in node.items())
        else:
            flat[prefix] = str(node)
    return flat


def word(key: str, language: Language, **values: object) -> str:
    """Look up a word or a sentence by its dotted key and fill in its places.

    Examples
    --------
    >>> word("verdict.decreased", "fi")
    'vähentynyt'
    >>> word("verdict.decreased", "sv")
    'minskat'
    """
    text = _catalogue(language)[key]
    return text.format(**values) if values else text


def month_names(language: Language) -> tuple[str, ...]:
    """Give the twelve names of the months.

    Examples
    --------
    >>> month_names("sv")[4]
    'maj'
    """
    return tuple(_catalogue(language)["period.months"].split())


def printable(text: str) -> str:
    r"""Drop control, direction and other invisible characters.

    Examples
    --------
    >>> printable("a\x1b[2Jb\u202ec")
    'a[2Jbc'
    """
    unseen = ("Cc", "Cf", "Zl", "Zp")
    return "".join(letter for letter in text if unicodedata.category(letter) not in unseen)


def capital(text: str) -> str:
    """Begin a text with a capital letter.

    Examples
    --------
    >>> capital("äkta")
    'Äkta'
    """
    return text[:1].upper() + text[1:]


def join_words(items: Sequence[str], language: Language) -> str:
    """Join items as a sentence does: commas, and the word for "and" before the last.

    Examples
    --------
    >>> join_words(["a", "b", "c"], "fi")
    'a, b ja c'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word('sentence.and', language)} {items[-1]}"
