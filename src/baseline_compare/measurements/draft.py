"""Columns as a reader hands them over, before any check of their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.measurements.layout import COLUMNS, KEY, NUMBERS, TEXTS, Origin, Remark

Floats = npt.NDArray[np.float64]
IN_MEMORY = "in-memory-table"
MOST_DECIMALS = 29


@dataclass(slots=True, kw_only=True)
class Draft:
    """Columns as a reader hands them over, before any check of their meaning.

    ``texts`` holds the text columns and ``numbers`` the numeric ones (NaN where empty), all of one
    length; ``decimals`` the decimals each number was written with; ``rows`` the line of the file.
    """

    texts: dict[str, npt.NDArray[np.object_]]
    numbers: dict[str, Floats]
    decimals: dict[str, npt.NDArray[np.int8]]
    rows: npt.NDArray[np.int64]
    origin: Origin
    remarks: list[Remark] = field(default_factory=list)
    quarantine: list[Problem] = field(default_factory=list)


def draft_of_frame(frame: pd.DataFrame, *, source: str) -> Draft:
    """Turn a table in memory into a draft; unknown columns and text among numbers are refused."""
    problems, source = ProblemList(), source.strip()
    if not source:
        problems.add(
            Problem(
                code="key.missing",
                expected="the id of the source",
                found="nothing",
                remedy="Say where the figures are from, for example source='my-register'.",
            )
        )
    for name in sorted({str(name) for name in frame.columns[frame.columns.duplicated()]}):
        problems.add(
            Problem(
                code="header.duplicate",
                expected="each column once",
                found=name,
                remedy="Drop or rename one of them.",
                file=IN_MEMORY,
                column=name,
            )
        )
    rows = np.arange(1, len(frame) + 1, dtype=np.int64)
    for name in [
        *(n for n in frame.columns if n not in COLUMNS),
        *(n for n in KEY if n not in frame),
    ]:
        problems.add(
            Problem(
                code="header.unexpected",
                expected=f"the columns {', '.join(KEY)} and any of {', '.join(COLUMNS[3:])}",
                found=f"{name!r} {'missing' if name in KEY else 'besides'}",
                remedy="Rename, add or drop the column.",
                column=str(name),
            )
        )
    if not len(frame):
        problems.add(no_rows(None))
    problems.raise_if_any(InputError)
    texts = {}
    for name in TEXTS:
        defaults = {"state": "value", "status": "published", "source": source, "file": IN_MEMORY}
        default = defaults.get(name, "")
        if name not in frame:
            texts[name] = np.full(len(frame), default, dtype=object)
            continue
        cells = frame[name].astype(object).where(frame[name].notna(), "")
        column = cells.astype(str).str.strip().str.normalize("NFC").to_numpy(dtype=object)
        texts[name] = np.where(column == "", default, column)
    numbers, decimals = {}, {}
    for name in NUMBERS:
        if name not in frame:
            continue
        problems.extend(_cell_problems(frame[name], name))
        problems.raise_if_any(InputError)
        try:
            values = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise InputError(
                Problem(
                    code="number.nonfinite",
                    expected="numbers, and nothing where there is none",
                    found=str(error),
                    remedy="Turn the column into numbers first.",
                    column=name,
                )
            ) from error
        numbers[name], decimals[name] = values, _shortest_decimals(values, name)
    if "place" not in frame:
        texts["place"] = rows.astype(str).astype(object)
    origin = Origin(
        file=IN_MEMORY, sha256="not_available", transformation="from_frame@1", sources=(source,)
    )
    return Draft(texts=texts, numbers=numbers, decimals=decimals, rows=rows, origin=origin)


def _cell_problems(column: pd.Series, name: str) -> Iterator[Problem]:
    """Refuse text and truth values, which would turn into numbers without a word."""
    kinds = {type(cell) for cell in column}
    for kind, code, found in (
        (str, "number.ambiguous", "text"),
        (bool, "number.boolean", "truth values"),
        (np.bool_, "number.boolean", "truth values"),
    ):
        if kind in kinds:
            yield Problem(
                code=code,
                expected="numbers, and nothing where there is none",
                found=found,
                remedy="Turn the column into numbers first.",
                file=IN_MEMORY,
                column=name,
            )


def _shortest_decimals(values: Floats, name: str) -> npt.NDArray[np.int8]:
    """Give the decimals of the shortest text that reads back as the same number."""
    decimals = np.zeros(len(values), dtype=np.int8)
    broken = np.isfinite(values) & (values != np.floor(values))
    for index in np.flatnonzero(broken):
        text = np.format_float_positional(values[index], trim="-")
        digits = len(text.partition(".")[2])
        if digits > MOST_DECIMALS:
            raise InputError(
                Problem(
                    code="number.range",
                    expected=f"at most {MOST_DECIMALS} decimals",
                    found=repr(float(values[index])),
                    remedy="Round the number, or use a smaller unit.",
                    file=IN_MEMORY,
                    row=int(index) + 1,
                    column=name,
                )
            )
        decimals[index] = digits
    return decimals


def no_rows(file: str | None) -> Problem:
    """Say that a table holds a header at most."""
    return Problem(
        code="table.no_rows",
        expected="at least one measurement",
        found="none",
        remedy="Check that the file was saved with its rows.",
        file=file,
    )
