"""Statistical process control between evaluations: limits frozen on the base year, and signals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.breaks import Break
from baseline_compare.comparison import Comparison
from baseline_compare.language import Language, check_language
from baseline_compare.periods import compact
from baseline_compare.series.panels import Panel, panel_of, soft_events
from baseline_compare.series.phases import broken_areas, clean_from, phases_of, season_factors
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

ControlChart = Literal["individuals", "laney_p", "laney_u"]
FEWEST = 10
"""Periods that limits are computed from."""

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

    ``table`` has one row an area and period from the base year on: ``value`` as measured and
    ``charted`` as drawn (without the season where three whole years tell it), the limits, missing
    where a phase has none, and whether it lies ``beyond`` them. ``phases`` has one row an area and
    phase: the periods that limits rest on (``base``), and the rules for runs and crossings on the
    periods after them.
    """

    comparison: Comparison = field(repr=False)
    indicator: str
    season_years: int
    events: tuple[Break, ...] = field(repr=False)
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
                self._table,
                self._phases,
                self.comparison,
                self.season_years,
                self.events,
                language,
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
    last_day = panel.periods[panel.first_later - 1].last_day
    factors, years = season_factors(panel, clean_from(result, panel, last_day))
    charted = panel.values / factors
    points: list[dict[str, object]] = []
    phases: list[dict[str, object]] = []
    for number, (span, base) in enumerate(phases_of(result, panel, rebase)):
        told = {
            "indicator": panel.indicator.id,
            "chart": chart,
            "phase": number,
            "periods": compact(panel.periods[i] for i in np.flatnonzero(span)),
            "base": compact(panel.periods[i] for i in np.flatnonzero(base)),
        }
        limits, sigma_z, reasons = _limits(panel, factors, chart, base)
        reasons |= broken_areas(result, panel, span)
        phases += [{**told, "area": panel.areas[i], "reason": why} for i, why in reasons.items()]
        points += list(_points(panel, charted, limits, span, base, told))
        judged = _judged(panel, charted, limits, sigma_z, span & ~base, told)
        phases += [row for place, row in enumerate(judged) if place not in reasons]
    phases += [
        {"indicator": panel.indicator.id, "area": code, "chart": chart, "reason": f"gap:{periods}"}
        for code, periods in gaps.items()
    ]
    return Control(
        result,
        panel.indicator.id,
        years,
        tuple(soft_events(result, panel)),
        pd.DataFrame(points)[list(POINT_COLUMNS)],
        pd.DataFrame(phases, columns=list(PHASE_COLUMNS)).astype(_WHOLE),
    )


_WHOLE = dict.fromkeys(
    ("phase", "beyond", "useful", "longest_run", "longest_allowed", "crossings",
     "crossings_needed"),
    "Int64",
) | {"judged": "boolean", "signal": "boolean"}  # fmt: skip
"""Columns that stay whole numbers and flags where a row has none."""

Flags = npt.NDArray[np.bool_]


def _chart_of(panel: Panel) -> ControlChart:
    if panel.indicator.kind == "proportion":
        return "laney_p"
    return "laney_u" if panel.indicator.kind == "rate" else "individuals"


def _limits(
    panel: Panel, factors: Floats, chart: ControlChart, base: Flags
) -> tuple[ControlLimits, Floats, dict[int, str]]:
    """Give limits and Laney's sigma_z, missing where an area has none, and why it has none."""
    size = len(panel.areas)
    nothing = np.full(panel.values.shape, np.nan)
    missing = ControlLimits(nothing, nothing.copy(), nothing.copy(), nothing.copy())
    sigma_z = np.full(size, np.nan)
    if base.sum() < FEWEST:
        return missing, sigma_z, dict.fromkeys(range(size), "few_base")
    if chart == "individuals":
        return individuals(panel.values / factors, base=base).limits, sigma_z, {}
    events, below = panel.events, panel.denominators * factors
    shares = events[:, base].sum(axis=1) / below[:, base].sum(axis=1)
    usable = (shares > 0) & ((shares < 1) | (chart == "laney_u"))
    if usable.any():
        found = (laney_p if chart == "laney_p" else laney_u)(
            events[usable], below[usable], base=base
        )
        sigma_z[usable] = found.sigma_z
        for name in ("centre", "lower", "upper", "sigma"):
            getattr(missing, name)[usable] = getattr(found.limits, name)
    return missing, sigma_z, dict.fromkeys(np.flatnonzero(~usable).tolist(), "no_share")


def _points(
    panel: Panel,
    charted: Floats,
    limits: ControlLimits,
    span: Flags,
    base: Flags,
    shared: dict[str, object],
) -> Iterator[dict[str, object]]:
    beyond = _beyond(charted, limits, span)
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


def _beyond(charted: Floats, limits: ControlLimits, span: Flags) -> Flags:
    """Say which periods of a span lie beyond the limits; none where there are none."""
    known = np.isfinite(limits.centre)
    centre, lower, upper = (
        np.where(known, side, 0.0) for side in (limits.centre, limits.lower, limits.upper)
    )
    safe = ControlLimits(centre, lower, upper, limits.sigma)
    return beyond_limits(charted, safe, among=known & span)


def _judged(
    panel: Panel,
    charted: Floats,
    limits: ControlLimits,
    sigma_z: Floats,
    after: Flags,
    told: dict[str, object],
) -> Iterator[dict[str, object]]:
    known = np.isfinite(limits.centre)
    centre = np.where(known, limits.centre, 0.0)
    found = runs(charted, centre, among=known & after)
    beyond = _beyond(charted, limits, after).sum(axis=1)
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
