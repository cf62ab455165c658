"""Checks of the key: indicator, area and period, each known and fitting the others."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from baseline_compare.areas import registry, vintage_day
from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.indicators import Catalogue
from baseline_compare.measurements.draft import Draft
from baseline_compare.measurements.faults import Faults, where
from baseline_compare.measurements.layout import KEY, STATES, STATUSES
from baseline_compare.periods import PERIOD_TYPES, Period, missing_between, parse_period


def check_keys(
    frame: pd.DataFrame,
    draft: Draft,
    indicators: Catalogue,
    problems: ProblemList,
    *,
    vintage: int | None = None,
) -> None:
    """Check that each key is there, known, and fits: period to indicator, area to period.

    With a ``vintage`` the areas have to be those of that year in every period.
    """
    faults = Faults(frame, draft, problems)
    for name in KEY:
        faults.add(
            where(frame[name], lambda text: not text),
            "key.missing",
            name,
            expected=f"the {name}",
            remedy="Fill in the cell; a row without its key cannot be placed.",
        )
    _check_choices(faults)
    known = set(indicators)
    faults.add(
        where(frame["indicator"], lambda text: bool(text) and text not in known),
        "indicator.unknown",
        "indicator",
        expected="the id of an indicator of the catalogue",
        found=lambda i: (
            f"{frame['indicator'].iloc[i]!r}{_nearest(frame['indicator'].iloc[i], known)}"
        ),
        remedy="Use an id of indicators.catalogue(), or add a definition of your own.",
    )
    faults.add(
        where(frame["indicator"], lambda text: text in known and indicators[text].computed),
        "indicator.unknown",
        "indicator",
        expected="an indicator that is measured",
        found=lambda i: f"{frame['indicator'].iloc[i]}, which is computed from two others",
        remedy="Give its numerator and its denominator instead.",
    )
    for category in frame["period"].cat.categories:
        try:
            parse_period(category or "2022")
        except InputError as error:
            told = error.problems[0]
            faults.add(
                where(frame["period"], {category}.__contains__),
                told.code,
                "period",
                expected=told.expected,
                remedy=told.remedy,
            )
    problems.raise_if_any(InputError)
    _check_period_types(faults, indicators)
    _check_areas(faults, indicators, vintage)


def _nearest(text: str, known: set[str]) -> str:
    near = difflib.get_close_matches(text, sorted(known), n=2)
    return f" (nearest: {', '.join(near)})" if near else ""


def _check_choices(faults: Faults) -> None:
    for name, choices in (("state", STATES), ("status", STATUSES)):
        faults.add(
            ~where(faults.frame[name], set(choices).__contains__),
            "mark.unknown",
            name,
            expected=f"{name} as one of {', '.join(choices)}",
            remedy="Use one of these words.",
        )


def _check_period_types(faults: Faults, indicators: Catalogue) -> None:
    frame = faults.frame
    periods = [parse_period(text) for text in frame["period"].cat.categories]
    types = np.array([PERIOD_TYPES.index(period.type) for period in periods], dtype=np.int64)
    keys = [indicators[key] for key in frame["indicator"].cat.categories]
    fits = np.array([[kind in key.period_types for kind in PERIOD_TYPES] for key in keys])
    codes = frame["indicator"].cat.codes.to_numpy()
    row_types = types[frame["period"].cat.codes.to_numpy()]
    misfits = ~fits[codes, row_types]
    long = np.isin(row_types, [PERIOD_TYPES.index("year"), PERIOD_TYPES.index("quarter")])
    for code in np.unique(codes[misfits]).tolist():
        indicator = keys[code]
        wrong = misfits & (codes == code)
        cumulative = wrong & long & indicator.counts_unique
        asked = " or ".join(indicator.period_types)
        faults.add(
            cumulative,
            "aggregate.unique_persons",
            "period",
            expected=f"{indicator.id} by {asked}",
            remedy="Bring the monthly figures: a cumulative one counts everyone once for the whole "
            "period and is never compared with them.",
        )
        faults.add(
            wrong & ~cumulative,
            "period.unknown",
            "period",
            expected=f"{indicator.id} by {asked}",
            remedy="Bring the figures for that kind of period.",
        )


def _check_areas(faults: Faults, indicators: Catalogue, vintage: int | None) -> None:
    frame, areas = faults.frame, registry()
    fixed = None if vintage is None else vintage_day(vintage)
    days = np.array(
        [
            (fixed or parse_period(text).first_day).toordinal()
            for text in frame["period"].cat.categories
        ]
    )[frame["period"].cat.codes.to_numpy()]
    codes = frame["area"].cat.codes.to_numpy()
    kela = where(frame["indicator"], lambda key: indicators[key].is_kelas)
    judged = where(frame["indicator"], lambda key: indicators[key].family != "denominator")
    for code, text in enumerate(frame["area"].cat.categories):
        own = codes == code
        for day, problem in areas.problems_between(text, np.unique(days[own]).tolist()):
            faults.add(
                own & (days == day),
                problem.code,
                "area",
                expected=problem.expected,
                found=problem.found,
                remedy=problem.remedy,
            )
            if problem.code == "area.unknown":
                break
        else:
            role = areas.get(text).role
            outside = judged if role == "aland" else kela if text == "FI" else np.zeros_like(own)
            faults.add(
                own & outside,
                "area.role",
                "area",
                expected="an area of mainland Finland (FI-MAINLAND for the whole)",
                remedy="Leave Åland out: it has its own act, and Kela pays nothing there.",
            )


def check_gaps(
    frame: pd.DataFrame, draft: Draft, indicators: Catalogue, problems: ProblemList
) -> None:
    """Refuse a series that lacks a period between its first and its last one."""
    periods = [parse_period(text) for text in frame["period"].cat.categories]
    ordinals = np.array([_ordinal(period) for period in periods], dtype=np.int64)
    codes = [frame[name].cat.codes.to_numpy() for name in KEY]
    types = np.array([PERIOD_TYPES.index(period.type) for period in periods], dtype=np.int64)
    rows, kinds = ordinals[codes[2]], types[codes[2]]
    order = np.lexsort((rows, kinds, codes[1], codes[0]))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for keys in (kinds, codes[1], codes[0]):
        same &= np.diff(keys[order]) == 0
    jumps = np.flatnonzero(same & (np.diff(rows[order]) > 1))
    for before_index, index in zip(order[jumps], order[jumps + 1], strict=True):
        key = frame["indicator"].iloc[index]
        before, here = periods[codes[2][before_index]], periods[codes[2][index]]
        if not indicators[key].continuous:
            continue
        gap = missing_between([before, here])
        problems.add(
            Problem(
                code="period.missing",
                expected=f"every {here.type} of {key} in {frame['area'].iloc[index]} without a gap",
                found=f"nothing for {', '.join(map(str, gap[:6]))}",
                remedy="Add the rows; an absent figure is a row with state not_available.",
                file=draft.origin.file,
                row=int(frame["row"].iloc[index]),
                column="period",
            )
        )


def _ordinal(period: Period) -> int:
    if period.type == "week":
        return period.first_day.toordinal() // 7
    per_year = {"year": 1, "quarter": 4, "month": 12}[period.type]
    return period.year * per_year + max(period.number - 1, 0)
