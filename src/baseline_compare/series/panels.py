"""The series of one indicator, areas by periods without gaps, taken from a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.breaks import Break
from baseline_compare.comparison import Comparison
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Indicator
from baseline_compare.periods import Period, PeriodType, compact, missing_between, parse_period
from baseline_compare.statistics.intervals import Floats

POINTS_A_YEAR: Mapping[PeriodType, int] = {"month": 12, "week": 52, "quarter": 4, "year": 1}


@dataclass(frozen=True)
class Panel:
    """One indicator: areas by periods, every period from the first to the last.

    Values are missing only where a panel with gaps was asked for.

    Attributes
    ----------
    indicator
        What was measured.
    areas, periods
        The two axes.
    values
        Counts, shares or rates, (areas, periods).
    denominators
        What shares and rates are over; missing for counts.
    sources
        Where the figures come from.
    base_year
        The year of the baseline.
    first_later
        How many periods lie before the follow-up.
    """

    indicator: Indicator
    areas: tuple[str, ...]
    periods: tuple[Period, ...]
    values: Floats
    denominators: Floats
    sources: str
    base_year: int
    first_later: int

    @property
    def type(self) -> PeriodType:
        """Months, weeks, quarters or years."""
        return self.periods[0].type

    @property
    def a_year(self) -> int:
        """Points of a year, of weeks 52."""
        return POINTS_A_YEAR[self.type]

    @cached_property
    def events(self) -> Floats:
        """What was counted: the values of counts, the numerators of shares and rates."""
        if self.indicator.kind in ("count", "amount"):
            return self.values
        return np.asarray(self.values * self.denominators, dtype=np.float64)

    @cached_property
    def place_in_year(self) -> Floats:
        """The place of each period in its year as a fraction."""
        if self.type in ("month", "quarter"):
            return np.array([(period.number - 1) / self.a_year for period in self.periods])
        days = [period.first_day.timetuple().tm_yday - 1 for period in self.periods]
        return np.array(days) / 365.25

    def index(self, period: Period) -> int:
        """Give the place of a period.

        Raises
        ------
        ComparisonError
            ``series.date`` if the series has no such period.
        """
        if period not in self.periods:
            raise ComparisonError(
                Problem(
                    code="series.date",
                    expected=f"a period from {self.periods[0]} to {self.periods[-1]}",
                    found=str(period),
                    remedy="Name a period of the series, such as its first after the base year.",
                )
            )
        return self.periods.index(period)

    def since(self, first: int) -> Panel:
        """Give the panel from a period on, by its place."""
        return replace(
            self,
            periods=self.periods[first:],
            values=self.values[:, first:],
            denominators=self.denominators[:, first:],
            first_later=max(self.first_later - first, 0),
        )

    @cached_property
    def base(self) -> npt.NDArray[np.bool_]:
        """The periods of the base year."""
        return np.array([period.year == self.base_year for period in self.periods], dtype=bool)


def panel_of(result: Comparison, indicator: str | None = None) -> tuple[Panel, dict[str, str]]:
    """Take the series of an indicator without gaps from a comparison.

    Parameters
    ----------
    indicator
        The first headline one, or the first, unless given.

    Returns
    -------
    tuple
        The panel, and for areas that cannot be in it the periods they lack.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` if the comparison has no series of the indicator,
        ``series.frequency`` if it mixes kinds of periods, ``series.gap`` if every area has gaps.
    """
    panel = panel_with_gaps(result, indicator)
    lacking = np.isnan(panel.values)
    there = np.asarray(~lacking.any(axis=1))
    gaps = {
        code: compact(p for p, flag in zip(panel.periods, row, strict=True) if flag)
        for code, row in zip(panel.areas, lacking.tolist(), strict=True)
        if any(row)
    }
    if not there.any():
        raise ComparisonError(
            Problem(
                code="series.gap",
                expected=f"every period of {panel.indicator.id} from {panel.periods[0]} to "
                f"{panel.periods[-1]}",
                found=f"none in {next(iter(gaps.values()))} ({next(iter(gaps))})",
                remedy="Bring the missing periods: a series with gaps cannot be modelled.",
            )
        )
    codes = tuple(code for code, flag in zip(panel.areas, there.tolist(), strict=True) if flag)
    whole = replace(
        panel, areas=codes, values=panel.values[there], denominators=panel.denominators[there]
    )
    return whole, gaps


def panel_with_gaps(result: Comparison, indicator: str | None = None) -> Panel:
    """Take the series of an indicator from a comparison, missing where there is no figure.

    Raises
    ------
    ComparisonError
        ``indicator.unknown`` or ``series.frequency``.
    """
    key = _chosen(result, indicator)
    table = result.series
    own = table[table["indicator"] == key]
    periods = [parse_period(text) for text in own["period"].unique()]
    types = sorted({period.type for period in periods})
    if len(types) > 1:
        raise ComparisonError(
            Problem(
                code="series.frequency",
                expected=f"one kind of period for {key}",
                found=" and ".join(types),
                remedy="Compare months or weeks alone: seal a baseline of one kind.",
            )
        )
    whole = tuple(_every(periods))
    names = [str(period) for period in whole]
    cells = own.set_index(["area", "period"])
    values, below = (
        cells[name].unstack("period").reindex(columns=names)  # noqa: PD010 - one value a cell
        for name in ("value", "denominator")
    )
    codes = tuple(code for code in result.targets if code in values.index)
    rows = result.table[result.table["indicator"] == key]
    year = result.baseline.base_year
    return Panel(
        indicator=result.indicators[key],
        areas=codes,
        periods=whole,
        values=values.loc[list(codes)].to_numpy(dtype=np.float64),
        denominators=below.loc[list(codes)].to_numpy(dtype=np.float64),
        sources=_sources(rows),
        base_year=year,
        first_later=sum(period.year <= year for period in whole),
    )


def hard_events(result: Comparison, panel: Panel, area: str, first: int, last: int) -> list[Break]:
    """Give the events that make an area's series not comparable and begin or end in a span.

    ``first`` and ``last`` are places of periods; what begins on the first day of the span, or ended
    on the day before, is not inside it.
    """
    indicator = panel.indicator
    keys = [indicator.id, indicator.numerator, indicator.denominator]
    plan = result.plans[indicator.id]
    index = list(result.targets).index(area)
    parts = plan.parts_of(plan.targets.index(index)) if index in plan.targets else ()
    start, end = panel.periods[first].first_day, panel.periods[last].last_day
    return [
        event
        for event in result.events
        if event.effect == "not_comparable"
        and any(start < day <= end for day in event.boundaries)
        and event.concerns(keys, [area, *parts])
    ]


def soft_events(result: Comparison, panel: Panel) -> list[Break]:
    """Give the events of remark that begin within the series."""
    keys = [panel.indicator.id, panel.indicator.numerator, panel.indicator.denominator]
    start, end = panel.periods[0].first_day, panel.periods[-1].last_day
    return [
        event
        for event in result.events
        if event.effect == "remark"
        and start <= event.date_from <= end
        and event.concerns(keys, panel.areas)
    ]


def _chosen(result: Comparison, indicator: str | None) -> str:
    present = list(dict.fromkeys(result.series["indicator"]))
    headline = [key for key in result.indicators if result.indicators[key].family == "headline"]
    key = indicator
    if key is None:
        key = next((name for name in headline if name in present), present[0] if present else "")
    if key not in present:
        raise ComparisonError(
            Problem(
                code="indicator.unknown",
                expected=f"indicators that have series: {', '.join(present) or 'none'}",
                found=repr(key),
                remedy="See result.series.",
            )
        )
    return key


def _every(periods: list[Period]) -> Iterator[Period]:
    yield from sorted([*periods, *missing_between(periods)])


def _sources(rows: pd.DataFrame) -> str:
    return ", ".join(sorted({name for text in rows["source"] for name in text.split(", ")}))
