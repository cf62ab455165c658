"""The library's own layout: one measurement a row, comma, decimal point, UTF-8."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.measurements import COLUMNS, KEY, NUMBERS, Draft, Origin, Remark
from baseline_compare.sources.cells import parse_numbers
from baseline_compare.sources.opening import Limits, OpenedText
from baseline_compare.sources.records import read_records

TRANSFORMATION = "tidy@1"
_HEADER = "Correct the header, or name another source."
_SEMICOLONS = (
    "Save it with commas and decimal points, or take it by pandas.read_csv(file, sep=';', "
    "decimal=',') and measurements.from_frame()."
)
_TAKEN = tuple(name for name in COLUMNS if name not in ("file", "place"))


def read_tidy(opened: OpenedText, limits: Limits, columns: Sequence[str] = _TAKEN) -> Draft:
    """Read the tidy layout: ``indicator``, ``area``, ``period`` and the columns a figure needs.

    Optional columns: ``state`` (else value), ``status`` (else published) and ``source`` (else the
    name
    of the file).  Area codes only: a name is refused with the code it may mean.  A sealed release
    also has the columns ``file`` and ``place``, which say where each row came from.
    """

    def header_problem(header: Sequence[str]) -> Problem | None:
        unknown = [name for name in header if name not in columns]
        missing = [name for name in KEY if name not in header]
        if not unknown and not missing:
            return None
        return Problem(
            code="header.unexpected",
            expected=f"{', '.join(KEY)} and any of {', '.join(columns[3:])}, split by commas",
            found=", ".join([*(repr(n) for n in unknown), *(f"no {n}" for n in missing)]),
            remedy=_SEMICOLONS if ";" in "".join(header) else _HEADER,
            file=opened.name,
            row=1,
        )

    records = read_records(opened, delimiter=",", limits=limits, header_problem=header_problem)
    problems, remarks = ProblemList(), [*opened.remarks, *records.remarks]
    size = len(records.rows)
    defaults = {
        "state": "value", "status": "published", "source": opened.name, "file": opened.name,
    }  # fmt: skip
    texts, numbers, decimals = {}, {}, {}
    for name in COLUMNS:
        column = records.columns.get(name)
        if name in NUMBERS:
            if column is None:
                continue
            parsed = parse_numbers(
                column, name=name, file=opened.name, rows=records.rows,
                most_digits=limits.digits, problems=problems, remarks=remarks,
            )  # fmt: skip
            numbers[name], decimals[name] = parsed.values, parsed.decimals
            continue
        default = defaults.get(name, "")
        if name == "place" and column is None:
            texts[name] = np.array([str(row) for row in records.rows], dtype=object)
        elif column is None:
            texts[name] = np.full(size, default, dtype=object)
        else:
            texts[name] = np.where(column == "", default, column) if default else column
    problems.raise_if_any(InputError)
    remarks.extend(_blank_remarks(records.quarantine, opened.name))
    return Draft(
        texts=texts,
        numbers=numbers,
        decimals=decimals,
        rows=records.rows,
        origin=Origin(
            file=opened.name,
            sha256=opened.sha256,
            transformation=TRANSFORMATION,
            sources=tuple(sorted(set(texts["source"]))),
        ),
        remarks=remarks,
        quarantine=list(records.quarantine),
    )


def _blank_remarks(quarantine: Sequence[Problem], file: str) -> list[Remark]:
    return [
        Remark("row.blank", "warning", "a blank row, set aside", file, p.row) for p in quarantine
    ]
