"""Frequency tables in one cell: ``1:4;2:10;5:3`` is four ones, ten twos and three fives."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

_PAIR = r"-?\d{1,15}(?:\.\d{1,15})?:\d{1,15}"
_FORM = re.compile(rf"{_PAIR}(?:;{_PAIR})*", re.ASCII)


def parse_frequencies(text: str) -> dict[float, int]:
    """Read a frequency table: value to count.

    Examples
    --------
    >>> parse_frequencies("1:4;2.5:10")
    {1.0: 4, 2.5: 10}
    """
    pairs = (pair.split(":") for pair in text.split(";"))
    return {float(value): int(count) for value, count in pairs}


def frequencies_text(table: Mapping[float, int]) -> str:
    """Write a frequency table, its values with all their digits.

    Examples
    --------
    >>> frequencies_text({2.5: 10, 1.0: 4, 1234567.5: 1})
    '1:4;2.5:10;1234567.5:1'
    """
    return ";".join(
        f"{np.format_float_positional(value, trim='-')}:{table[value]}" for value in sorted(table)
    )


def frequencies_problem(text: str) -> str | None:
    """Say what is wrong with a frequency table, if anything is.

    Examples
    --------
    >>> frequencies_problem("2:10;1:4")
    'values that do not rise'
    """
    if not _FORM.fullmatch(text):
        return "another form"
    values = [float(pair.split(":")[0]) for pair in text.split(";")]
    if values != sorted(set(values)):
        return "values that do not rise"
    if sum(parse_frequencies(text).values()) == 0:
        return "no observation"
    return None
