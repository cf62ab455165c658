"""Kela's monthly file of recipients: by region, or for the country when there is no ``alue``.

UTF-8 with a byte order mark, semicolons, every field quoted. Each row is one of new or previous
recipients, persons or households; the totals are their sums and are made here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from baseline_compare.areas import registry
from baseline_compare.errors import AreaError, InputError, Problem, ProblemList
from baseline_compare.measurements import Draft, Origin, Remark, no_rows
from baseline_compare.sources.cells import parse_numbers
from baseline_compare.sources.gaps import KELA, MONTHLY
from baseline_compare.sources.opening import Limits, OpenedText
from baseline_compare.sources.records import Records, read_records

TRANSFORMATION = "kela-recipients@1"
SOURCE = KELA
MAINLAND = "FI-MAINLAND"

_COLUMNS = ("alue", "etuus", "vuosi", "kuukausi", "paiva", "variable", "val", "type")
_BENEFIT = "Perustoimeentulotuki"
_TYPES = {"Saajat": "persons", "Saajakotitaloudet": "households"}
_VARIABLES = {"uudet saajat": "new", "aiemmin tukea saaneet": "previous"}
_TOTALS = ("Koko maa", "Koko Suomi")

_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Cell:
    value: float
    row: int
    decimals: int = 0


def read_kela_recipients(opened: OpenedText, limits: Limits) -> Draft:
    """Read the layout; area names become regions, a total row is checked and left out."""

    def header_problem(header: Sequence[str]) -> Problem | None:
        if set(header) == set(_COLUMNS) or set(header) == set(_COLUMNS[1:]):
            return None
        return Problem(
            code="header.unexpected",
            expected=f"{';'.join(_COLUMNS)} (without alue: the country), split by semicolons",
            found=";".join(header)[:200] or "an empty line",
            remedy="Check that this is Kela's file of recipients of basic social assistance.",
            file=opened.name,
            row=1,
        )

    records = read_records(opened, delimiter=";", limits=limits, header_problem=header_problem)
    problems, remarks = ProblemList(), [*opened.remarks, *records.remarks]
    numbers = parse_numbers(
        records.columns["val"], name="val", file=opened.name, rows=records.rows,
        most_digits=limits.digits, problems=problems, remarks=remarks,
    )  # fmt: skip
    areas = _areas(records, opened.name, problems, remarks)
    periods = _periods(records, opened.name, problems)
    _check_words(records, opened.name, problems)
    problems.raise_if_any(InputError)
    cells: dict[_Key, _Cell] = {}
    for index, row in enumerate(records.rows.tolist()):
        variable = _VARIABLES[records.columns["variable"][index]]
        unit = _TYPES[records.columns["type"][index]]
        key = (areas[index], periods[index], unit, variable)
        if key in cells:
            found = f"{' '.join(key)} a second time (first in row {cells[key].row})"
            problems.add(_problem(opened.name, row, "", "key.duplicate", "each row once", found))
        cells[key] = _Cell(float(numbers.values[index]), row, int(numbers.decimals[index]))
    problems.raise_if_any(InputError)
    cells = _without_totals(cells, opened.name, problems, remarks)
    problems.raise_if_any(InputError)
    return _draft(cells, opened, records, remarks, problems)


def _areas(records: Records, file: str, problems: ProblemList, remarks: list[Remark]) -> list[str]:
    if "alue" not in records.columns:
        return [MAINLAND] * len(records.rows)
    codes: dict[str, str] = dict.fromkeys(_TOTALS, "total")
    column = records.columns["alue"]
    for name in sorted(set(column) - set(codes)):
        row = int(records.rows[column == name][0])
        codes[name] = ""
        if not name:
            problems.add(_problem(file, row, "alue", "key.missing", "a region", "an empty cell"))
            continue
        try:
            area = registry().find(name, level="region")
        except AreaError as error:
            told = error.problems[0]
            expected = "a region (maakunta) of mainland Finland"
            problems.add(_problem(file, row, "alue", told.code, expected, told.found, told.remedy))
            continue
        codes[name] = area.code
        if name != area.names["fi"]:
            note = f"{name!r} taken for {area.code} {area.names['fi']}"
            remarks.append(Remark("area.alias", "normalised", note, file, row))
    return [codes[name] for name in column]


def _periods(records: Records, file: str, problems: ProblemList) -> list[str]:
    periods = []
    columns = (records.columns[name] for name in ("vuosi", "kuukausi", "paiva"))
    for row, year, month, day in zip(records.rows.tolist(), *columns, strict=True):
        period = f"{year}-{month.zfill(2)}"
        if day != f"{period}-01":
            found = f"vuosi {year!r}, kuukausi {month!r}, paiva {day!r}"
            expected = "the first day of that month in paiva"
            problems.add(_problem(file, row, "paiva", "period.unknown", expected, found))
        periods.append(period)
    return periods


def _check_words(records: Records, file: str, problems: ProblemList) -> None:
    for name, known in (("etuus", [_BENEFIT]), ("variable", _VARIABLES), ("type", _TYPES)):
        column = records.columns[name]
        for text in sorted(set(column) - set(known)):
            row = int(records.rows[column == text][0])
            expected = " or ".join(known)
            problems.add(_problem(file, row, name, "indicator.unknown", expected, repr(text)))


def _without_totals(
    cells: dict[_Key, _Cell], file: str, problems: ProblemList, remarks: list[Remark]
) -> dict[_Key, _Cell]:
    """Check total rows against the sum of all regions of the month, then leave them out."""
    regions = {area.code for area in registry().at_level("region", vintage=2022)}
    regions -= {
        area.code for area in registry().at_level("region", vintage=2022) if area.role == "aland"
    }
    kept = {key: cell for key, cell in cells.items() if key[0] != "total"}
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    members: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for key, cell in kept.items():
        sums[key[1:]] += cell.value
        members[key[1:]].add(key[0])
    for key, cell in cells.items():
        if key[0] != "total":
            continue
        if members[key[1:]] != regions:
            note = f"the total of {' '.join(key[1:])} left out unchecked: not all regions are there"
            remarks.append(Remark("row.total", "warning", note, file, cell.row))
            continue
        if abs(cell.value - sums[key[1:]]) > MONTHLY:
            found = f"{cell.value:.0f}, while the regions sum to {sums[key[1:]]:.0f}"
            expected = f"a total within {MONTHLY} of the sum of the regions"
            problems.add(_problem(file, cell.row, "val", "total.mismatch", expected, found))
        note = f"the total of {' '.join(key[1:])} checked and left out"
        remarks.append(Remark("row.total", "normalised", note, file, cell.row))
    return kept


def _draft(
    cells: dict[_Key, _Cell],
    opened: OpenedText,
    records: Records,
    remarks: list[Remark],
    problems: ProblemList,
) -> Draft:
    rows: list[tuple[str, str, str, str, str, float, int, int]] = []
    for (area, period, unit, variable), cell in cells.items():
        name = f"basic_sa_{unit}"
        place = str(cell.row)
        rows.append(
            (
                f"{name}_{variable}",
                area,
                period,
                "published",
                place,
                cell.value,
                cell.decimals,
                cell.row,
            )
        )
        if variable == "new":
            other = cells.get((area, period, unit, "previous"))
            if other is None:
                found = f"only new {unit} of {area} in {period}"
                expected = "new and previous recipients of each area and month"
                problems.add(
                    _problem(opened.name, cell.row, "variable", "coverage.missing", expected, found)
                )
                continue
            place, decimals = f"{cell.row}+{other.row}", max(cell.decimals, other.decimals)
            total = cell.value + other.value
            rows.append((name, area, period, "derived", place, total, decimals, cell.row))
        elif (area, period, unit, "new") not in cells:
            found = f"only previous {unit} of {area} in {period}"
            expected = "new and previous recipients of each area and month"
            problems.add(
                _problem(opened.name, cell.row, "variable", "coverage.missing", expected, found)
            )
    if not rows:
        problems.add(no_rows(opened.name))
    problems.raise_if_any(InputError)
    *columns, values, written, lines = zip(*rows, strict=True)
    names = ("indicator", "area", "period", "status", "place")
    texts = {
        name: np.array(column, dtype=object) for name, column in zip(names, columns, strict=True)
    }
    fixed = {"state": "value", "frequencies": "", "source": SOURCE, "file": opened.name}
    texts |= {name: np.full(len(rows), text, dtype=object) for name, text in fixed.items()}
    remarks.extend(
        Remark("row.blank", "warning", "a blank row, set aside", opened.name, problem.row)
        for problem in records.quarantine
    )
    return Draft(
        texts=texts,
        numbers={"value": np.array(values, dtype=np.float64)},
        decimals={"value": np.array(written, dtype=np.int8)},
        rows=np.array(lines, dtype=np.int64),
        origin=Origin(
            file=opened.name,
            sha256=opened.sha256,
            transformation=TRANSFORMATION,
            sources=(SOURCE,),
        ),
        remarks=remarks,
        quarantine=list(records.quarantine),
    )


def _problem(
    file: str,
    row: int,
    column: str,
    code: str,
    expected: str,
    found: str,
    remedy: str = "Correct the file, or ask its producer.",
) -> Problem:
    return Problem(
        code=code,
        expected=expected,
        found=found,
        remedy=remedy,
        file=file,
        row=row,
        column=column or None,
    )
