"""Canonical bytes: one way to write each value, so that the same content has the same hash."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from baseline_compare.errors import Problem, ReleaseError
from baseline_compare.texts import begins_formula, find_unseen

LARGEST_INTEGER = 2**53 - 1
DEEPEST_JSON = 64
MOST_DIGITS = 30

_NUMBER = re.compile(r"(?!-0(\.0+)?\Z)-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def canonical_json(value: Any) -> bytes:
    r"""Write JSON with sorted keys, no spaces, NFC text and a final line feed.

    Raises
    ------
    ReleaseError
        ``json.nonfinite`` or ``number.precision`` for a number that is not an exact integer.

    Examples
    --------
    >>> canonical_json({"b": "1.10", "a": [1, True]})
    b'{"a":[1,true],"b":"1.10"}\n'
    """
    text = json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return f"{text}\n".encode()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        if abs(value) <= LARGEST_INTEGER:
            return value
        raise _refusal("number.precision", "integers up to 2^53 - 1", str(value))
    if isinstance(value, Mapping):
        table = {_plain(key): _plain(item) for key, item in value.items()}
        if len(table) == len(value):
            return table
        raise _refusal("json.duplicate_key", "each key once", "keys that are equal in NFC")
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise _refusal("json.nonfinite", "numbers other than integers as text", repr(value))


def canonical_text(text: str, *, file: str | None = None) -> str:
    """Compose a text (NFC) and refuse characters that nobody sees.

    Raises
    ------
    ReleaseError
        ``text.control_char``, ``encoding.c1_control``, ``text.bidi`` or ``text.invisible``.
    """
    unseen = find_unseen(text)
    if unseen is not None:
        found = f"{unseen.found} at {unseen.start}"
        raise _refusal(unseen.code, unseen.expected, found, file)
    return unicodedata.normalize("NFC", text)


def parse_json(content: bytes, *, file: str) -> Any:
    """Read JSON strictly: no key twice, no NaN, at most 64 levels.

    Raises
    ------
    ReleaseError
        ``json.depth``, ``json.duplicate_key``, ``json.nonfinite``, ``json.syntax``,
        ``number.range`` or ``schema.type``.
    """
    if _depth(content) > DEEPEST_JSON:
        raise _refusal("json.depth", f"at most {DEEPEST_JSON} levels", "more", file)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(items)
        if len(table) < len(items):
            names = [key for key, _ in items]
            twice = next(key for key in names if names.count(key) > 1)
            raise _refusal("json.duplicate_key", "each key once", repr(twice), file)
        return table

    def constant(name: str) -> Any:
        raise _refusal("json.nonfinite", "finite numbers", name, file)

    def integer(digits: str) -> int:
        if len(digits) > MOST_DIGITS:
            raise _refusal("number.range", f"at most {MOST_DIGITS} digits", f"{len(digits)}", file)
        return int(digits)

    def broken(digits: str) -> Any:
        raise _refusal("schema.type", "whole numbers, any other as text", digits[:40], file)

    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=pairs,
            parse_constant=constant,
            parse_int=integer,
            parse_float=broken,
        )
    except UnicodeDecodeError as error:
        raise _refusal("encoding.invalid", "UTF-8", f"offset {error.start}", file) from None
    except json.JSONDecodeError as error:
        raise _refusal("json.syntax", "JSON", str(error), file) from None


def _depth(content: bytes) -> int:
    deepest = depth = 0
    for mark in re.finditer(rb'"(?:\\.|[^"\\])*"|[\[{]|[\]}]', content):
        start = mark.group()[:1]
        depth += (start in b"[{") - (start in b"]}")
        deepest = max(deepest, depth)
    return deepest


def canonical_csv(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, key: Sequence[str], file: str
) -> bytes:
    r"""Write a table sorted by its key, quoting only what needs it.

    Raises
    ------
    ReleaseError
        ``text.formula`` for a text that a spreadsheet would run, ``text.control_char`` for a
        control, invisible or direction character, ``key.duplicate`` for a key that stands twice.

    Examples
    --------
    >>> canonical_csv(["id", "name"], [["b", "x, y"], ["a", "z"]], key=["id"], file="t.csv")
    b'id,name\na,z\nb,"x, y"\n'
    """
    places = [header.index(name) for name in key]
    known: dict[str, str] = {}
    clean = [[_clean(cell, known, file) for cell in row] for row in rows]
    keyed = sorted(([row[place] for place in places], row) for row in clean)
    for (first, _), (second, _) in itertools.pairwise(keyed):
        if first == second:
            raise _refusal("key.duplicate", "each key once", ", ".join(first), file)
    quoted = {text: _quoted(text) for text in known.values()}
    lines = [",".join(header), *(",".join([quoted[cell] for cell in row]) for _, row in keyed)]
    return ("\n".join(lines) + "\n").encode()


def _clean(cell: str, known: dict[str, str], file: str) -> str:
    """Give a cell in NFC, refused if it would not stay what it is; each distinct text once."""
    if cell not in known:
        text = canonical_text(cell, file=file)
        if not _NUMBER.fullmatch(text) and begins_formula(text):
            expected = "text that no spreadsheet runs"
            raise _refusal("text.formula", expected, repr(text[:60]), file)
        known[cell] = text
    return known[cell]


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def toml_bytes(document: Mapping[str, Any]) -> bytes:
    r"""Write nested tables of text, truth values and lists of text as TOML.

    Examples
    --------
    >>> toml_bytes({"schema": "1.0", "names": {"a": {"fi": "ä", "n": ["x"]}}}).decode()
    'schema = "1.0"\n\n[names.a]\nfi = "ä"\nn = ["x"]\n'
    """
    lines = _toml_lines((), document)
    return ("\n".join(lines).strip("\n") + "\n").encode()


def _toml_lines(path: tuple[str, ...], table: Mapping[str, Any]) -> list[str]:
    own = {key: item for key, item in table.items() if not isinstance(item, Mapping)}
    lines = []
    if path and (own or not table):
        lines += ["", f"[{'.'.join(_toml_key(part) for part in path)}]"]
    lines += [f"{_toml_key(key)} = {_toml_value(item)}" for key, item in own.items()]
    for key, item in table.items():
        if isinstance(item, Mapping):
            lines += _toml_lines((*path, key), item)
    return lines


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _toml_value(key)


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(canonical_text(value), ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    raise _refusal("schema.type", "text, true, false or a list", repr(value))


def _refusal(code: str, expected: str, found: str, file: str | None = None) -> ReleaseError:
    remedy = "Correct it; a sealed file has one form only."
    return ReleaseError(
        Problem(code=code, expected=expected, found=found, remedy=remedy, file=file)
    )
