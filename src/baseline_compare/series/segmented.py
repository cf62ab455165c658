"""Level and slope of series before and after a date that was fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, check_language
from baseline_compare.periods import Period, compact, parse_period
from baseline_compare.series.panels import Panel, panel_of
from baseline_compare.series.wording import segmented_sentences, segmented_texts
from baseline_compare.statistics.autoregression import prais_winsten, reml
from baseline_compare.statistics.count_regression import quasi_poisson
from baseline_compare.statistics.intervals import Floats, beyond, two_sided_p
from baseline_compare.statistics.least_squares import least_squares, newey_west
from baseline_compare.statistics.segments import (
    YEARS_FOR_SEASON,
    Possible,
    possible_claims,
    segmented_design,
)

Method = Literal["reml", "prais_winsten", "newey_west", "least_squares"]
METHODS: tuple[Method, ...] = get_args(Method)
SMALL = 30
"""Counts of a period below which a series is not taken on logs."""

ROUNDING = 1e-6
"""Counts are taken from rates times what these are over, which may lose the last digit."""

HARMONICS = 2
CONFIDENCE = 0.95
SEGMENTED_COLUMNS = (
    "indicator", "area", "term", "unit", "scale", "estimate", "low", "high", "p_value", "df",
    "rho", "dispersion", "method", "role", "at", "points_before", "points_after", "periods",
    "source", "reason",
)  # fmt: skip
ROLES: Mapping[str, str] = {
    "reml": "default",
    "quasi_poisson": "default",
    "prais_winsten": "second",
    "newey_west": "sensitivity",
    "least_squares": "sensitivity",
}


@dataclass(frozen=True)
class Segmented:
    """Changes of level and slope, one row an area, term and method.

    ``table`` has the columns ``SEGMENTED_COLUMNS``: on the scale ``ratio`` an estimate is the
    relative change of the level, or of the level a period (slope); on ``difference`` a change in
    the unit of the indicator. Rows of the role ``sensitivity`` are for comparison only. Where there
    is no estimate, ``reason`` says why.
    """

    comparison: Comparison = field(repr=False)
    indicator: str
    at: Period
    _table: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the table."""
        return self._table.copy()

    def summary(self, language: Language = "en") -> list[str]:
        """Say in sentences what changed at the date, and what that does not show."""
        check_language(language)
        return list(segmented_sentences(self._table, self.comparison, self.at, language))

    def display_table(self, language: Language = "en") -> pd.DataFrame:
        """Give the table as text for readers."""
        check_language(language)
        return segmented_texts(self._table, self.comparison, language)

    def __repr__(self) -> str:
        texts = self.display_table().to_string(index=False)
        return "\n".join([*self.summary(), "", texts, "", self.comparison.provenance_line()])


def segmented(
    result: Comparison,
    indicator: str | None = None,
    *,
    at: str | None = None,
    methods: Sequence[Method] = ("reml",),
    calendar: pd.DataFrame | None = None,
) -> Segmented:
    """Fit level and slope before and after a date to the series behind a comparison.

    Parameters
    ----------
    indicator
        The first headline one unless given.
    at
        The first period after the change; that after the base year unless given. It is declared,
        never searched.
    methods
        ``reml`` (the default), ``prais_winsten`` (second), and for sensitivity only ``newey_west``
        and ``least_squares``. Series with counts below 30 a period are fitted by quasi-Poisson in
        place of all of them.
    calendar
        Declared effects of the calendar, one column each, the periods (``2019-01``) as index.

    Returns
    -------
    Segmented

    Raises
    ------
    ComparisonError
        ``indicator.unknown``, ``series.date``, ``series.gap``, ``series.frequency``,
        ``series.calendar`` or ``series.method``.

    Notes
    -----
    y_t = b0 + b1 t + b2 1[t >= T] + b3 (t - T + 1) 1[t >= T] + harmonics (two pairs, from two years
    on) + calendar; y is the logarithm of counts and rates, and shares as they are. The level needs
    three periods on either side and twelve in all, the slope 24. A change at a date is no effect.

    References
    ----------
    Wagner et al. 2002, J Clin Pharm Ther 27:299; Turner et al. 2021, BMC Med Res Methodol 21:181.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> found = segmented(compare(load_baseline("2022"), later))
    >>> found.table.query("term == 'level'")[["area", "estimate", "low", "high"]].round(3)
       area  estimate    low   high
    0  YTA1    -0.002 -0.109  0.117
    2  YTA2    -0.007 -0.103  0.100
    4  YTA3     0.001 -0.103  0.117
    6  YTA4     0.005 -0.108  0.133
    8  YTA5     0.003 -0.107  0.127
    """
    known = _checked(methods)
    panel, gaps = panel_of(result, indicator)
    first = panel.periods[min(panel.first_later, len(panel.periods) - 1)]
    start = first if at is None else parse_period(at)
    before = panel.index(start)
    columns = _calendar(calendar, panel)
    possible = possible_claims(before, len(panel.periods) - before)
    parts = [_absent(code, f"gap:{periods}") for code, periods in gaps.items()]
    if possible in ("few_points_a_side", "few_points"):
        parts += [_absent(code, possible) for code in panel.areas]
    else:
        parts += _fitted(panel, before, possible, columns, known)
    common = {
        "indicator": panel.indicator.id,
        "unit": panel.indicator.unit,
        "at": str(start),
        "points_before": before,
        "points_after": len(panel.periods) - before,
        "periods": compact(panel.periods),
        "source": panel.sources,
    }
    table = pd.DataFrame([{**common, **part} for part in parts], columns=list(SEGMENTED_COLUMNS))
    order = {code: place for place, code in enumerate(result.targets)}
    table = table.sort_values("area", key=lambda area: area.map(order), kind="stable")
    return Segmented(result, panel.indicator.id, start, table.reset_index(drop=True))


def _fitted(
    panel: Panel,
    before: int,
    possible: Possible,
    calendar: Floats | None,
    methods: Sequence[Method],
) -> list[dict[str, object]]:
    years = len(panel.periods) / panel.a_year
    design = segmented_design(
        len(panel.periods),
        break_after=before,
        slope=possible == "level_and_slope",
        position=panel.place_in_year,
        pairs=HARMONICS if years >= YEARS_FOR_SEASON and panel.a_year > 2 * HARMONICS else 0,
        calendar=calendar,
    )
    if len(panel.periods) <= design.shape[1]:
        return [_absent(code, "few_points") for code in panel.areas]
    terms = ["level", "slope"] if possible == "level_and_slope" else ["level"]
    counted = panel.indicator.kind in ("count", "rate")
    logs = counted & (panel.events >= SMALL - ROUNDING).all(axis=1)
    small = np.full(len(panel.areas), counted) & ~logs
    reasons = dict.fromkeys(
        np.flatnonzero(small & ~_countable(panel.events, before)).tolist(), "no_counts_a_side"
    )
    y = _outcome(panel, ~small)
    exact = ~small & ~np.any(least_squares(y, design).residuals, axis=1)
    reasons |= dict.fromkeys(np.flatnonzero(exact).tolist(), "no_error")
    reasons |= dict.fromkeys(np.flatnonzero(np.ptp(panel.values, axis=1) <= 0).tolist(), "constant")
    rows = [_absent(panel.areas[place], reason) for place, reason in reasons.items()]
    left = np.array([place not in reasons for place in range(len(panel.areas))], dtype=bool)
    for method in methods:
        rows += _linear(panel, y, design, terms, np.flatnonzero(~small & left), method)
    rows += _counts(panel, design, terms, np.flatnonzero(small & left))
    if possible == "level":
        rows += [_absent(code, "short_for_slope", term="slope") for code in panel.areas]
    return rows


def _outcome(panel: Panel, logs: npt.NDArray[np.bool_]) -> Floats:
    """Give what is fitted: logarithms of counts and rates where there are any, shares as such."""
    if panel.indicator.kind not in ("count", "rate"):
        return panel.values
    safe = np.where(logs[:, None], panel.values, 1.0)
    return np.where(logs[:, None], np.log(safe), panel.values)


def _linear(
    panel: Panel,
    outcome: Floats,
    design: Floats,
    terms: list[str],
    at: npt.NDArray[np.intp],
    method: Method,
) -> list[dict[str, object]]:
    """Fit series on logs, or shares as they are."""
    if not at.size:
        return []
    ratio = panel.indicator.kind in ("count", "rate")
    y = outcome[at]
    rho = np.full(len(at), np.nan)
    if method in ("reml", "prais_winsten"):
        found = (reml if method == "reml" else prais_winsten)(y, design)
        rho, df = found.rho, found.df
        estimates, covariance = found.coefficients, found.covariance
    else:
        fit = (newey_west if method == "newey_west" else least_squares)(y, design)
        estimates, covariance = fit.coefficients, fit.covariance
        df = np.full_like(estimates, fit.df)
    errors = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    return [
        {
            **_estimate(estimates[row], errors[row], df[row], 2 + number, ratio=ratio),
            "area": panel.areas[place],
            "term": term,
            "rho": rho[row],
            "method": method,
            "role": ROLES[method],
        }
        for row, place in enumerate(at.tolist())
        for number, term in enumerate(terms)
    ]


def _counts(
    panel: Panel, design: Floats, terms: list[str], at: npt.NDArray[np.intp]
) -> list[dict[str, object]]:
    """Fit small counts, one series after the other: one that has no estimate must not stop it."""
    rows: list[dict[str, object]] = []
    rates = panel.indicator.kind == "rate"
    for place in at.tolist():
        below = panel.denominators[place] if rates else np.ones(len(panel.periods))
        try:
            fit = quasi_poisson(panel.events[place], design, exposure=below)
        except ValueError:
            rows.append(_absent(panel.areas[place], "no_finite_estimate"))
            continue
        errors = np.sqrt(np.diagonal(fit.quasi_covariance))
        df = np.full(len(errors), float(fit.df))
        rows += [
            {
                **_estimate(fit.coefficients, errors, df, 2 + number, ratio=True),
                "area": panel.areas[place],
                "term": term,
                "dispersion": float(fit.dispersion),
                "method": "quasi_poisson",
                "role": ROLES["quasi_poisson"],
            }
            for number, term in enumerate(terms)
        ]
    return rows


def _estimate(
    estimates: Floats, errors: Floats, df: Floats, column: int, *, ratio: bool
) -> dict[str, object]:
    value, error, freedom = estimates[column], errors[column], df[column]
    reach = beyond((1 - CONFIDENCE) / 2, freedom) * error
    numbers = np.array([value, value - reach, value + reach])
    if ratio:
        numbers = np.expm1(numbers)
    p = two_sided_p(np.asarray(value / error), freedom) if error > 0 else 1.0
    return {
        "scale": "ratio" if ratio else "difference",
        "estimate": numbers[0],
        "low": numbers[1],
        "high": numbers[2],
        "p_value": float(p),
        "df": float(freedom),
    }


def _countable(events: Floats, before: int) -> npt.NDArray[np.bool_]:
    """Say which series have counts on both sides, without which a step has no end."""
    sides = events[:, :before], events[:, before:]
    return np.asarray((sides[0].sum(axis=1) > 0) & (sides[1].sum(axis=1) > 0))


def _absent(area: str, reason: str, *, term: str = "level") -> dict[str, object]:
    return {"area": area, "term": term, "reason": reason}


def _checked(methods: Sequence[Method]) -> tuple[Method, ...]:
    wanted = tuple(methods)
    for method in wanted or ("",):
        if method not in METHODS:
            raise ComparisonError(
                Problem(
                    code="series.method",
                    expected=f"methods among {', '.join(METHODS)}",
                    found=repr(method),
                    remedy="Name some of these; reml is the default.",
                )
            )
    return wanted


def _calendar(calendar: pd.DataFrame | None, panel: Panel) -> Floats | None:
    """Give the declared effects of the calendar in the order of the periods."""
    if calendar is None:
        return None
    names = [str(period) for period in panel.periods]
    lacking = [name for name in names if name not in calendar.index]
    found = f"none for {', '.join(lacking[:5])}" if lacking else ""
    if not found and not calendar.index.is_unique:
        found = "a period twice"
    if not found:
        columns = calendar.loc[names].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
        if np.isfinite(columns).all():
            return np.asarray(columns, dtype=np.float64)
        found = "cells that are no finite numbers"
    raise ComparisonError(
        Problem(
            code="series.calendar",
            expected=f"a number for every period from {names[0]} to {names[-1]}, once",
            found=found,
            remedy="Give one row a period, the period as index.",
        )
    )
