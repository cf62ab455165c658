"""Segmented models of the series of a panel, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from baseline_compare.series.panels import Panel
from baseline_compare.statistics.autoregression import prais_winsten, reml
from baseline_compare.statistics.count_regression import quasi_poisson
from baseline_compare.statistics.intervals import Floats, beyond, two_sided_p
from baseline_compare.statistics.least_squares import least_squares, newey_west
from baseline_compare.statistics.segments import YEARS_FOR_SEASON, Possible, segmented_design

Method = Literal["reml", "prais_winsten", "newey_west", "least_squares"]
METHODS: tuple[Method, ...] = get_args(Method)
LOGARITHMIC = ("count", "rate", "amount")
SMALL = 30
"""Counts of a period below which a series is not taken on logs."""

ROUNDING = 1e-6
"""Counts are taken from rates times what these are over, which may lose the last digit."""

HARMONICS = 2
CONFIDENCE = 0.95
ROLES: Mapping[str, str] = {
    "reml": "default",
    "quasi_poisson": "default",
    "prais_winsten": "second",
    "newey_west": "sensitivity",
    "least_squares": "sensitivity",
}


def fitted_rows(
    panel: Panel,
    before: int,
    possible: Possible,
    calendar: Floats | None,
    methods: Sequence[Method],
    broken: Mapping[str, str],
) -> list[dict[str, object]]:
    """Fit every area by each method; areas that cannot be fitted have a row with the reason.

    ``broken`` holds, by area, the event that its series must not be taken across.
    """
    harmonics = 0
    if len(panel.periods) >= YEARS_FOR_SEASON * panel.a_year:
        harmonics = min(HARMONICS, (panel.a_year - 1) // 2)
    design = segmented_design(
        len(panel.periods),
        break_after=before,
        slope=possible == "level_and_slope",
        position=panel.place_in_year,
        pairs=harmonics,
        calendar=calendar,
    )
    if len(panel.periods) <= design.shape[1]:
        return [absent_row(code, "few_points") for code in panel.areas]
    terms = ["level", "slope"] if possible == "level_and_slope" else ["level"]
    counted = panel.indicator.kind in ("count", "rate")
    small = counted & (panel.events < SMALL - ROUNDING).any(axis=1)
    positive = np.asarray((panel.values > 0).all(axis=1))
    reasons = dict.fromkeys(
        np.flatnonzero(small & ~_countable(panel.events, before)).tolist(), "no_counts_a_side"
    )
    if panel.indicator.kind == "amount":
        reasons |= dict.fromkeys(np.flatnonzero(~positive).tolist(), "not_positive")
    y = _outcome(panel, ~small & positive)
    exact = ~small & ~np.any(least_squares(y, design).residuals, axis=1)
    reasons |= dict.fromkeys(np.flatnonzero(exact).tolist(), "no_error")
    reasons |= dict.fromkeys(np.flatnonzero(np.ptp(panel.values, axis=1) <= 0).tolist(), "constant")
    reasons |= {place: broken[code] for place, code in enumerate(panel.areas) if code in broken}
    rows = [absent_row(panel.areas[place], reason) for place, reason in reasons.items()]
    left = np.array([place not in reasons for place in range(len(panel.areas))], dtype=bool)
    for method in methods:
        rows += _linear(panel, y, design, terms, np.flatnonzero(~small & left), method)
    rows += _counts(panel, design, terms, np.flatnonzero(small & left))
    if possible == "level":
        rows += [absent_row(code, "short_for_slope", term="slope") for code in panel.areas]
    return [{**row, "harmonics": harmonics} for row in rows]


def _outcome(panel: Panel, logs: npt.NDArray[np.bool_]) -> Floats:
    """Give what is fitted: logarithms of counts and rates where there are any, shares as such."""
    if panel.indicator.kind not in LOGARITHMIC:
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
    ratio = panel.indicator.kind in LOGARITHMIC
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
    """Fit small counts together; if one has no estimate, each by itself."""
    if not at.size:
        return []
    rates = panel.indicator.kind == "rate"
    below = panel.denominators[at] if rates else np.ones((len(at), len(panel.periods)))
    try:
        fit = quasi_poisson(panel.events[at], design, exposure=below)
    except ValueError:
        if len(at) == 1:
            return [absent_row(panel.areas[at[0]], "no_finite_estimate")]
        return [row for place in at for row in _counts(panel, design, terms, np.array([place]))]
    return [
        {
            **_estimate(
                fit.coefficients[number],
                np.sqrt(np.maximum(fit.dispersion[number], 1.0) * np.diag(fit.covariance[number])),
                np.full(design.shape[1], float(fit.df)),
                2 + column,
                ratio=True,
            ),
            "area": panel.areas[place],
            "term": term,
            "dispersion": float(fit.dispersion[number]),
            "method": "quasi_poisson",
            "role": ROLES["quasi_poisson"],
        }
        for number, place in enumerate(at.tolist())
        for column, term in enumerate(terms)
    ]


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


def absent_row(area: str, reason: str, *, term: str = "level") -> dict[str, object]:
    """Give the row of an area without an estimate."""
    return {"area": area, "term": term, "reason": reason}
