"""Statistical process control between evaluations: limits frozen on the base year, and signals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, check_language
from baseline_compare.periods import compact
from baseline_compare.series.panels import Panel, panel_of
from baseline_compare.series.wording import control_sentences
from baseline_compare.statistics.control_charts import (
    ControlLimits,
    beyond_limits,
    individuals,
    laney_p,
    laney_u,
)
from baseline_compare.statistics.intervals import Floats
from baseline_compare.statistics.runs import runs
from baseline_compare.statistics.seasons import seasonal_factors

ControlChart = Literal["individuals", "laney_p", "laney_u"]
FEWEST = 10
"""Periods that limits are computed from."""

YEARS_FOR_FACTORS = 3
POINT_COLUMNS = (
    "indicator", "area", "unit", "period", "value", "charted", "centre", "lower", "upper",
    "beyond", "in_base", "phase", "chart", "source",
)  # fmt: skip
PHASE_COLUMNS = (
    "indicator", "area", "phase", "periods", "base", "chart", "sigma_z", "beyond", "useful",
    "longest_run", "longest_allowed", "crossings", "crossings_needed", "judged", "signal",
    "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Control:
    """A control chart of each area.

    ``table`` has one row an area and period: ``value`` as measured and ``charted`` as drawn
    (without the season where three whole years tell it), the limits, and whether it lies
    ``beyond`` them. ``phases`` has one row an area and phase: the periods that limits rest on
    (``base``), and the rules for runs and crossings on the periods after them.
    """

    comparison: Comparison = field(repr=False)
    indicator: str
    season_years: int
    _table: pd.DataFrame = field(repr=False)
    _phases: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the points."""
        return self._table.copy()

    @property
    def phases(self) -> pd.DataFrame:
        """A copy of the phases."""
        return self._phases.copy()

    def summary(self, language: Language = "en") -> list[str]:
        """Say in sentences where there are signals."""
        check_language(language)
        return list(
            control_sentences(
                self._table, self._phases, self.comparison, self.season_years, language
            )
        )

    def __repr__(self) -> str:
        text = self._phases.drop(columns=["indicator"]).to_string(index=False)
        return "\n".join([*self.summary(), "", text, "", self.comparison.provenance_line()])


def control(
    result: Comparison, indicator: str | None = None, *, rebase: Sequence[str] = ()
) -> Control:
    """Chart each area against limits that are frozen on the base year.

    Counts become a chart of individual values (XmR), rates Laney's U' chart, both without their
    season where three whole years of months up to the base year tell it; shares his P' chart.

    Parameters
    ----------
    indicator
        The first headline one unless given.
    rebase
        Ids of events (``result.events``) after which a new phase begins, with limits from its own
        first year.

    Returns
    -------
    Control

    Raises
    ------
    ComparisonError
        ``indicator.unknown``, ``series.gap``, ``series.frequency``, or ``series.event`` for an
        event that is not known or lies outside the series.

    Notes
    -----
    Runs and crossings are judged on the periods of a phase that limits do not rest on. Limits of
    individual values assume independent periods; where neighbours are alike they are too narrow.

    References
    ----------
    Wheeler and Chambers 1992; Laney 2002, Qual Eng 14:531; Anhøj and Olesen 2014, PLoS ONE
    9:e113825.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> found = control(compare(load_baseline("2022"), later))
    >>> found.phases[["area", "base", "beyond", "longest_run", "signal"]]
       area              base  beyond  longest_run  signal
    0  YTA1  2022-01..2022-12       1            7    True
    1  YTA2  2022-01..2022-12       7            9    True
    2  YTA3  2022-01..2022-12       5            9    True
    3  YTA4  2022-01..2022-12       3            8    True
    4  YTA5  2022-01..2022-12       5            9    True
    """
    panel, gaps = panel_of(result, indicator)
    chart = _chart_of(panel)
    factors, years = _season(panel)
    charted = panel.values / factors
    points, phases = [], []
    for number, (span, base) in enumerate(_phases(result, panel, rebase)):
        found = _limits(panel, factors, chart, base)
        shared = {"indicator": panel.indicator.id, "chart": chart, "phase": number}
        told = {"periods": compact(panel.periods[i] for i in np.flatnonzero(span))}
        told["base"] = compact(panel.periods[i] for i in np.flatnonzero(base))
        if isinstance(found, str):
            phases += [{**shared, **told, "area": code, "reason": found} for code in panel.areas]
            continue
        limits, sigma_z = found
        points += list(_points(panel, charted, limits, span, base, shared))
        phases += list(_judged(panel, charted, limits, sigma_z, span & ~base, {**shared, **told}))
    phases += [
        {"indicator": panel.indicator.id, "area": code, "chart": chart, "reason": f"gap:{periods}"}
        for code, periods in gaps.items()
    ]
    return Control(
        result,
        panel.indicator.id,
        years,
        pd.DataFrame(points, columns=list(POINT_COLUMNS)),
        pd.DataFrame(phases, columns=list(PHASE_COLUMNS)),
    )


Flags = npt.NDArray[np.bool_]


def _chart_of(panel: Panel) -> ControlChart:
    if panel.indicator.kind == "proportion":
        return "laney_p"
    return "laney_u" if panel.indicator.kind == "rate" else "individuals"


def _season(panel: Panel) -> tuple[Floats, int]:
    """Give the factor of every period, from whole years up to the base year if they are enough.

    Counts are divided by it, and of rates what they are over is multiplied; shares keep theirs.
    """
    length = panel.a_year
    whole = panel.first_later // length
    known = panel.values[:, panel.first_later - whole * length : panel.first_later]
    monthly = panel.type == "month" and panel.indicator.kind in ("count", "rate")
    if not monthly or whole < YEARS_FOR_FACTORS or (known <= 0).any():
        return np.ones_like(panel.values), 0
    start = panel.first_later - whole * length
    places = (np.arange(len(panel.periods)) - start) % length
    return seasonal_factors(known, period=length)[:, places], whole


def _phases(
    result: Comparison, panel: Panel, rebase: Sequence[str]
) -> Iterator[tuple[Flags, Flags]]:
    """Give the periods of each phase, and those that its limits rest on.

    The first phase rests on the base year; the series before that has no limits.
    """
    starts = [int(np.flatnonzero(panel.base)[0])]
    for name in rebase:
        event = next((item for item in result.events if item.id == name), None)
        place = next(
            (i for i, p in enumerate(panel.periods) if event and p.first_day >= event.date_from),
            None,
        )
        if place is None or place <= starts[0]:
            raise ComparisonError(
                Problem(
                    code="series.event",
                    expected=f"events within {panel.periods[starts[0]]} to {panel.periods[-1]}",
                    found=repr(name),
                    remedy="See result.events; bring your own by compare(..., breaks=...).",
                )
            )
        starts.append(place)
    ends = [*sorted(set(starts))[1:], len(panel.periods)]
    places = np.arange(len(panel.periods))
    for start, end in zip(sorted(set(starts)), ends, strict=True):
        span = (places >= start) & (places < end)
        base = span & panel.base if start == starts[0] else span & (places < start + panel.a_year)
        yield span, base


def _limits(
    panel: Panel, factors: Floats, chart: ControlChart, base: Flags
) -> tuple[ControlLimits, Floats] | str:
    """Give limits and Laney's sigma_z, or why there are none."""
    if base.sum() < FEWEST:
        return "few_base"
    if chart == "individuals":
        found = individuals(panel.values / factors, base=base)
        return found.limits, np.full(len(panel.areas), np.nan)
    events, below = panel.events, panel.denominators * factors
    shares = events[:, base].sum(axis=1) / below[:, base].sum(axis=1)
    if (shares <= 0).any() or (chart == "laney_p" and (shares >= 1).any()):
        return "no_share"
    laney = (laney_p if chart == "laney_p" else laney_u)(events, below, base=base)
    return laney.limits, laney.sigma_z


def _points(
    panel: Panel,
    charted: Floats,
    limits: ControlLimits,
    span: Flags,
    base: Flags,
    shared: dict[str, object],
) -> Iterator[dict[str, object]]:
    beyond = beyond_limits(charted, limits, among=np.broadcast_to(span, charted.shape))
    for row, code in enumerate(panel.areas):
        for place in np.flatnonzero(span).tolist():
            yield {
                **shared,
                "area": code,
                "unit": panel.indicator.unit,
                "period": str(panel.periods[place]),
                "value": panel.values[row, place],
                "charted": charted[row, place],
                "centre": limits.centre[row, place],
                "lower": limits.lower[row, place],
                "upper": limits.upper[row, place],
                "beyond": bool(beyond[row, place]),
                "in_base": bool(base[place]),
                "source": panel.sources,
            }


def _judged(
    panel: Panel,
    charted: Floats,
    limits: ControlLimits,
    sigma_z: Floats,
    after: Flags,
    told: dict[str, object],
) -> Iterator[dict[str, object]]:
    among = np.broadcast_to(after, charted.shape)
    found = runs(charted, limits.centre, among=among)
    beyond = beyond_limits(charted, limits, among=among).sum(axis=1)
    for row, code in enumerate(panel.areas):
        yield {
            **told,
            "area": code,
            "sigma_z": sigma_z[row],
            "beyond": int(beyond[row]),
            "useful": int(found.useful[row]),
            "longest_run": int(found.longest_run[row]),
            "longest_allowed": int(found.longest_allowed[row]),
            "crossings": int(found.crossings[row]),
            "crossings_needed": int(found.crossings_needed[row]),
            "judged": bool(found.judged[row]),
            "signal": bool(found.signal[row] or beyond[row] > 0),
        }
