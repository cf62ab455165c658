"""The column of areas of any CSV file, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from baseline_compare.areas import Detected, detect
from baseline_compare.errors import InputError, Problem
from baseline_compare.sources.opening import Limits, open_text
from baseline_compare.sources.records import read_records

USUAL = "area"
_PREFERRED = ("library_code", "name")

Columns = Mapping[str, npt.NDArray[np.object_]]


def detect_column(
    path: str | Path, *, column: str | None = None, limits: Limits | None = None
) -> tuple[str, Detected]:
    """Find the column of areas of a CSV file and say what it holds.

    Parameters
    ----------
    path
        A CSV file in UTF-8, with commas or semicolons.
    column
        Its name; unless given ``area``, else the column most of whose cells are areas.
    limits
        How large the file may be.

    Returns
    -------
    tuple
        The name of the column, and what ``areas.detect`` says of it.

    Raises
    ------
    InputError
        ``header.unexpected`` if there is no such column, ``area.unknown`` if none holds areas, and
        the errors of reading a file.

    Examples
    --------
    >>> name, found = detect_column("fixtures/follow_up_2023.csv")
    >>> name, found.system
    ('area', 'library_code')
    """
    limits = limits or Limits()
    opened = open_text(path, limits)
    header = opened.text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","

    def header_problem(names: Sequence[str]) -> Problem | None:
        if column is None or column in names:
            return None
        return Problem(
            code="header.unexpected",
            expected=f"a column named {column!r}",
            found=", ".join(names[:20]),
            remedy="Name one of these columns.",
            file=opened.name,
            row=1,
        )

    records = read_records(
        opened, delimiter=delimiter, limits=limits, header_problem=header_problem
    )
    chosen = column or (USUAL if USUAL in records.columns else _likeliest(records.columns))
    found = detect(records.columns[chosen])
    if found.system == "ambiguous":
        found = _with_names(chosen, records.columns) or found
    if found.system == "unknown":
        raise InputError(
            Problem(
                code="area.unknown",
                expected="a column of area codes or names",
                found=f"{chosen!r} with {', '.join(map(repr, found.unknown[:5]))}",
                remedy="Name the column (--column), or list the areas with "
                "`baseline-compare areas`.",
                file=opened.name,
                column=chosen,
            )
        )
    return chosen, found


def _likeliest(columns: Columns) -> str:
    """Name the column most of whose cells are areas; a column of numbers may be anything."""

    def rank(name: str) -> tuple[bool, bool, int]:
        found = detect(columns[name])
        preferred = found.system in _PREFERRED
        return found.system != "unknown", preferred, len(found.codes) - len(found.unknown)

    return max(columns, key=rank)


def _with_names(chosen: str, columns: Columns) -> Detected | None:
    """Read a column with the names in another one, if one holds names."""
    for name, cells in columns.items():
        if name != chosen and detect(cells).system == "name":
            return detect(columns[chosen], names=cells)
    return None
