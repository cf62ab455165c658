"""Cells to numbers: a column at a time, each distinct text looked at once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.errors import Problem, ProblemList
from baseline_compare.measurements import Remark

_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_SPACES = "\u0020\u00a0\u202f\u2009'\u2019"
_GROUPED = re.compile(rf"-?[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+(?:\.\d+)?", re.ASCII)
_LEADING_ZEROS = re.compile(r"-?0\d+(?:\.\d+)?", re.ASCII)
_COMMA = re.compile(rf"-?\d+(?:[.,{_SPACES}]\d+)+", re.ASCII)
_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d*)?[eE][+-]?\d+", re.ASCII)
_BOOLEANS = {"true", "false", "kyllä", "ei", "ja", "nej", "yes", "no"}
_NONFINITE = {"nan", "inf", "-inf", "+inf", "infinity", "-infinity"}

_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers (NaN where the cell was empty) and the decimals each was written with."""

    values: npt.NDArray[np.float64]
    decimals: npt.NDArray[np.int8]


def parse_numbers(
    column: npt.NDArray[np.object_],
    *,
    name: str,
    file: str,
    rows: npt.NDArray[np.int64],
    most_digits: int,
    problems: ProblemList,
    remarks: list[Remark],
) -> Numbers:
    """Read a column of numbers with a decimal point; what is not one becomes a problem.

    Spaces and apostrophes between groups of three digits and a typographic minus are taken and
    noted; a decimal comma, an exponent, a truth value or a mark is refused.
    """
    inverse, distinct = pd.factorize(column)
    values = np.full(len(distinct), np.nan)
    decimals = np.zeros(len(distinct), dtype=np.int8)
    for index, text in enumerate(distinct):
        if not text:
            continue
        plain, notes = _normalised(text)
        wrong = _problem_of(plain, most_digits)
        first_row = int(rows[np.flatnonzero(inverse == index)[0]]) if wrong or notes else 0
        if wrong:
            code, expected, remedy = wrong
            found = repr(text if len(text) <= 60 else f"{text[:57]}...")
            problems.extend(
                Problem(
                    code=code, expected=expected, found=found, remedy=remedy,
                    file=file, row=int(row), column=name,
                )
                for row in rows[inverse == index]
            )  # fmt: skip
            continue
        if notes:
            remarks.extend(
                Remark(code, "normalised", repr(text), file, first_row) for code in notes
            )
        values[index] = float(plain)
        decimals[index] = len(plain.partition(".")[2])
    return Numbers(values[inverse], decimals[inverse])


def _normalised(text: str) -> tuple[str, list[str]]:
    """Give a number without typographic minus and grouping, and what was changed."""
    signed, notes = text.translate(_MINUS_SIGNS), []
    if signed != text and len(signed) > 1:
        notes.append("number.minus")
    if _GROUPED.fullmatch(signed):
        notes.append("number.grouping")
        signed = re.sub(f"[{_SPACES}]", "", signed)
    return signed, notes


def _problem_of(text: str, most_digits: int) -> tuple[str, str, str] | None:
    """Give code, expectation and remedy for a text that is not a plain number."""
    number = "a number with a decimal point"
    digits = sum(character.isdigit() for character in text)
    if digits > most_digits:
        return "number.range", f"at most {most_digits} digits", "Correct the number."
    if _PLAIN.fullmatch(text):
        decimals = len(text.partition(".")[2])
        if f"{float(text):.{decimals}f}" != text and text.strip("-0."):
            remedy = "Use a larger unit: digits would be lost."
            return "number.precision", "a number that keeps all its digits", remedy
        return None
    lowered = text.lower()
    if lowered in _NONFINITE:
        return "number.nonfinite", number, "Say state not_available if there is no figure."
    if lowered in _BOOLEANS:
        return "number.boolean", number, "Write the count or the value itself."
    if _EXPONENT.fullmatch(text):
        code = "number.nonfinite" if math.isinf(float(text)) else "number.exponent"
        return code, number, "Write all digits."
    if _COMMA.fullmatch(text):
        return (
            "number.ambiguous",
            number,
            "Write 7.5 for seven and a half; a comma could be either.",
        )
    if _LEADING_ZEROS.fullmatch(text) or text.startswith("+"):
        return "number.ambiguous", number, "Write the number without leading zeros or plus."
    remedy = "Say in the column state what the mark means (suppressed, not_available, ...)."
    return "mark.unknown", number, remedy
