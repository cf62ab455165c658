"""Level and slope of series before and after a date that was fixed beforehand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from baseline_compare.breaks import Break
from baseline_compare.comparison import Comparison
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, check_language
from baseline_compare.periods import Period, compact, parse_period
from baseline_compare.series.fitting import METHODS, Method, absent_row, fitted_rows
from baseline_compare.series.panels import Panel, hard_events, panel_of, soft_events
from baseline_compare.series.phases import clean_from
from baseline_compare.series.wording import segmented_sentences, segmented_texts
from baseline_compare.statistics.intervals import Floats
from baseline_compare.statistics.segments import (
    possible_claims,
)

SEGMENTED_COLUMNS = (
    "indicator", "area", "term", "unit", "scale", "estimate", "low", "high", "p_value", "df",
    "rho", "dispersion", "harmonics", "method", "role", "at", "points_before", "points_after",
    "periods", "source", "reason",
)  # fmt: skip


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
    events: tuple[Break, ...] = field(repr=False)
    _table: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the table."""
        return self._table.copy()

    def summary(self, language: Language = "en") -> list[str]:
        """Say in sentences what changed at the date, and what that does not show."""
        check_language(language)
        return list(
            segmented_sentences(self._table, self.comparison, self.at, self.events, language)
        )

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
    y_t = b0 + b1 t + b2 1[t >= T] + b3 (t - T) 1[t >= T] + harmonics (two pairs, of quarters one,
    from two years on) + calendar; y is the logarithm of counts, rates and euros, and shares as they
    are. The level needs three periods on either side and twelve in all, the slope 24. A series
    begins after the last event before the date after which it is not comparable, and is refused
    across a later one. Quasi-Poisson takes periods as
    independent; a dispersion below 1 counts as 1.

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
    0  YTA1    -0.003 -0.101  0.104
    2  YTA2    -0.009 -0.096  0.087
    4  YTA3    -0.003 -0.097  0.102
    6  YTA4     0.004 -0.100  0.120
    8  YTA5     0.001 -0.099  0.112
    """
    known = _checked(methods)
    panel, gaps = panel_of(result, indicator)
    first = panel.periods[min(panel.first_later, len(panel.periods) - 1)]
    start = first if at is None else parse_period(at)
    panel.index(start)
    panel = panel.since(clean_from(result, panel, start.first_day - datetime.timedelta(days=1)))
    before = panel.index(start)
    columns = _calendar(calendar, panel)
    possible = possible_claims(before, len(panel.periods) - before)
    parts = [absent_row(code, f"gap:{periods}") for code, periods in gaps.items()]
    broken = {
        code: f"break:{hard[0].id}"
        for code in panel.areas
        if (hard := hard_events(result, panel, code, 0, len(panel.periods) - 1))
    }
    if possible in ("few_points_a_side", "few_points"):
        parts += [absent_row(code, possible) for code in panel.areas]
    else:
        parts += fitted_rows(panel, before, possible, columns, known, broken)
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
    events = tuple(soft_events(result, panel))
    return Segmented(result, panel.indicator.id, start, events, table.reset_index(drop=True))


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
