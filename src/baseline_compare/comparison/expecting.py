"""The path that a follow-up would take if it differed from the base year as earlier years did."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from baseline_compare.comparison.contrasting import PAIRS_FOR_OWN
from baseline_compare.comparison.deciding import PRINTED_LEVEL
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.pairing import like
from baseline_compare.indicators import Scale
from baseline_compare.periods import parse_period
from baseline_compare.statistics.placebos import usual_path

EXPECTED = ("expected", "expected_low", "expected_high")


def add_expected_path(
    table: pd.DataFrame,
    lags: Mapping[tuple[str, str], int],
    scales: Mapping[str, Scale],
    base_year: int,
) -> pd.DataFrame:
    """Add the expected path to a table of periods; missing where there is none.

    Parameters
    ----------
    table
        ``indicator``, ``area``, ``period`` and ``value``.
    lags
        The years between base year and follow-up of the rows that have a path.
    scales
        The scale of each indicator.
    base_year
        The year that is expected to come again.
    """
    found = table.assign(**dict.fromkeys(EXPECTED, np.nan))
    columns = {name: found[name].to_numpy(dtype=np.float64).copy() for name in EXPECTED}
    keys = list(zip(table["indicator"], table["area"], strict=True))
    chosen = np.array([key in lags for key in keys], dtype=bool)
    for key, rows in table[chosen].groupby(["indicator", "area"], sort=False):
        indicator, area = str(key[0]), str(key[1])
        periods = [parse_period(text) for text in rows["period"]]
        values = dict(zip(periods, rows["value"], strict=True))
        later = [period for period in periods if period.year > base_year]
        by_year: dict[int, dict[tuple[str, int], float]] = {}
        for period, value in values.items():
            by_year.setdefault(period.year, {})[like(period)] = value
        base = by_year.get(base_year, {})
        window = [like(period) for period in later if like(period) in base]
        changes, stretched = _earlier(
            by_year, window, scales[indicator], lags[indicator, area], base_year
        )
        if not len(changes):
            continue
        level = np.array([base[key] for key in window])
        band = usual_path(
            level, changes, scale=scales[indicator], stretched=stretched, level=PRINTED_LEVEL
        )
        place = dict(zip(window, zip(level, band.lower, band.upper, strict=True), strict=True))
        for row, period in zip(rows.index, periods, strict=True):
            if period.year > base_year and like(period) in place:
                for name, number in zip(EXPECTED, place[like(period)], strict=True):
                    columns[name][row] = number
    return found.assign(**columns)


def _earlier(
    by_year: Mapping[int, Mapping[tuple[str, int], float]],
    window: list[tuple[str, int]],
    scale: Scale,
    lag: int,
    base_year: int,
) -> tuple[Floats, int]:
    """Give the changes of like periods between earlier years, and how often they are stretched."""
    for years, stretched in ((lag, 1), (1, lag)):
        found = []
        for year in sorted(by_year):
            first, second = by_year[year], by_year.get(year + years, {})
            whole = all(key in first and key in second for key in window)
            if year + years > base_year or not whole:
                continue
            pair = np.array([[side[key] for key in window] for side in (first, second)])
            if scale == "ratio" and not (pair > 0).all():
                continue
            found.append(np.log(pair[1] / pair[0]) if scale == "ratio" else pair[1] - pair[0])
        if len(found) >= PAIRS_FOR_OWN:
            return np.array(found), stretched
    return np.empty((0, 0)), 1
