"""The one door for rows: every check, then the canonical order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from baseline_compare.areas import vintage_day
from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.indicators import Catalogue, catalogue
from baseline_compare.measurements.draft import Draft, draft_of_frame
from baseline_compare.measurements.faults import where
from baseline_compare.measurements.keys import check_gaps, check_keys
from baseline_compare.measurements.layout import (
    CATEGORIES,
    COLUMNS,
    NUMBERS,
    TEXTS,
    Remark,
    canonical,
)
from baseline_compare.measurements.model import Measurements
from baseline_compare.measurements.values import check_values


def from_frame(
    frame: pd.DataFrame,
    *,
    source: str,
    indicators: Catalogue | None = None,
    vintage: int | None = None,
) -> Measurements:
    """Check a table that is in memory already; it has the columns of the tidy layout.

    ``vintage`` is the year whose areas all rows are of, whatever their period; unless given, an
    area is that of the first day of its period.

    Raises
    ------
    InputError
        All problems at once, rows counted from 1.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "indicator": ["basic_sa_households"] * 2,
    ...         "area": ["MK06", "MK07"],
    ...         "period": ["2023-01", "2023-01"],
    ...         "value": [11_000, 5_000],
    ...     }
    ... )
    >>> from_frame(table, source="my-register")
    2 measurements: 1 indicator, 2 areas, 2023-01 to 2023-01
    """
    draft = draft_of_frame(frame, source=source)
    return check(draft, indicators or catalogue(), vintage=vintage)


def check(draft: Draft, indicators: Catalogue, *, vintage: int | None = None) -> Measurements:
    """Check the meaning of every row and give the measurements in canonical order.

    With a ``vintage`` all area codes have to hold in that year, else in that of their period.

    Raises
    ------
    InputError
        Up to 100 problems at once, each with its code, file, row and column.
    """
    problems = ProblemList()
    frame = _frame(draft)
    year = None if vintage is None else vintage_day(vintage).year
    check_keys(frame, draft, indicators, problems, vintage=year)
    problems.raise_if_any(InputError)
    check_values(frame, draft, indicators, problems)
    ordered, repeated = canonical(frame)
    for index in np.flatnonzero(repeated):
        twin = ordered.iloc[index]
        problems.add(
            Problem(
                code="key.duplicate",
                expected="each indicator, area and period once",
                found=f"{twin['indicator']}, {twin['area']}, {twin['period']} a second time",
                remedy="Keep one of the rows.",
                file=draft.origin.file,
                row=int(twin["row"]),
            )
        )
    check_gaps(ordered, draft, indicators, problems)
    problems.raise_if_any(InputError)
    integral = _drop_empty_decimals(ordered, indicators)
    if integral:
        note = f"{integral} counts written with a decimal part of zero"
        draft.remarks.append(Remark("number.integral", "normalised", note, draft.origin.file))
    return Measurements(
        ordered.drop(columns="row"),
        indicators=indicators,
        origins=(draft.origin,),
        remarks=tuple(draft.remarks),
        quarantine=tuple(draft.quarantine),
        vintage=year,
    )


def _frame(draft: Draft) -> pd.DataFrame:
    size = len(draft.rows)
    columns: dict[str, object] = {}
    for name in COLUMNS:
        if name in TEXTS:
            columns[name] = pd.Series(draft.texts[name], dtype=object)
        else:
            columns[name] = draft.numbers.get(name, np.full(size, np.nan))
    for name in NUMBERS:
        columns[f"{name}_decimals"] = draft.decimals.get(name, np.zeros(size, dtype=np.int8))
    columns["row"] = draft.rows
    frame = pd.DataFrame(columns)
    for name in CATEGORIES:
        known = sorted(set(draft.texts[name]))
        frame[name] = pd.Categorical(frame[name], categories=known, ordered=True)
    return frame


def _drop_empty_decimals(frame: pd.DataFrame, indicators: Catalogue) -> int:
    """Write counts such as 5.0 without their decimals; give how many there were."""
    counts = where(frame["indicator"], lambda key: indicators[key].kind == "count")
    decimals = frame["value_decimals"].to_numpy()
    written = counts & (decimals > 0)
    if written.any():
        frame["value_decimals"] = np.where(written, 0, decimals).astype(np.int8)
    return int(written.sum())
