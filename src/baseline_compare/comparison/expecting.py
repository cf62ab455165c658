"""The path that a follow-up would take if it differed from the base year as earlier years did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from baseline_compare.comparison.claims import Usual
from baseline_compare.comparison.deciding import PRINTED_LEVEL
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.pairing import like
from baseline_compare.comparison.variation import Years
from baseline_compare.indicators import Scale
from baseline_compare.periods import parse_period
from baseline_compare.statistics.placebos import usual_path

EXPECTED = ("expected", "expected_low", "expected_high")


def add_expected_path(
    table: pd.DataFrame,
    usual: Mapping[tuple[str, str], Usual],
    scales: Mapping[str, Scale],
    base_year: int,
) -> pd.DataFrame:
    """Add the expected path to a table of periods; missing where there is none.

    Parameters
    ----------
    table
        ``indicator``, ``area``, ``period``, ``value`` and ``window``.
    usual
        What was seen between earlier years, of the rows that have a path.
    scales
        The scale of each indicator.
    base_year
        The year that is expected to come again.
    """
    found = table.assign(**dict.fromkeys(EXPECTED, np.nan))
    columns = {name: found[name].to_numpy(dtype=np.float64).copy() for name in EXPECTED}
    keys = list(zip(table["indicator"], table["area"], strict=True))
    chosen = np.array([key in usual for key in keys], dtype=bool)
    for key, rows in table[chosen].groupby(["indicator", "area"], sort=False):
        indicator, area = str(key[0]), str(key[1])
        periods = [parse_period(text) for text in rows["period"]]
        values = dict(zip(periods, rows["value"], strict=True))
        followed = rows["window"].eq("follow_up").tolist()
        later = [period for period, flag in zip(periods, followed, strict=True) if flag]
        by_year: dict[int, dict[tuple[str, int], float]] = {}
        for period, value in values.items():
            by_year.setdefault(period.year, {})[like(period)] = value
        base = by_year.get(base_year, {})
        window = [like(period) for period in later if like(period) in base]
        seen = usual[indicator, area]
        changes = _earlier(by_year, window, scales[indicator], seen.variation.pairs)
        if not len(changes):
            continue
        level = np.array([base[key] for key in window])
        band = usual_path(
            level,
            changes,
            scale=scales[indicator],
            stretched=seen.variation.stretched,
            level=PRINTED_LEVEL,
        )
        place = dict(zip(window, zip(level, band.lower, band.upper, strict=True), strict=True))
        for row, period in zip(rows.index, periods, strict=True):
            if period in later and like(period) in place:
                for name, number in zip(EXPECTED, place[like(period)], strict=True):
                    columns[name][row] = number
    return found.assign(**columns)


def _earlier(
    by_year: Mapping[int, Mapping[tuple[str, int], float]],
    window: list[tuple[str, int]],
    scale: Scale,
    pairs: Sequence[Years],
) -> Floats:
    """Give the changes of like periods between the pairs of years that the claim rests on."""
    found = []
    for years in pairs:
        sides = [by_year.get(year, {}) for year in years]
        if not all(key in side for side in sides for key in window):
            continue
        first, second = (np.array([side[key] for key in window]) for side in sides)
        if scale != "ratio":
            found.append(second - first)
        elif (first > 0).all() and (second > 0).all():
            found.append(np.log(second / first))
    return np.array(found)
