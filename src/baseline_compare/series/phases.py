"""Phases of a control chart: what limits rest on, what ends a phase, and the season."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison import Comparison
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.series.panels import Panel, hard_events
from baseline_compare.statistics.intervals import Floats
from baseline_compare.statistics.seasons import seasonal_factors

YEARS_FOR_FACTORS = 3
Flags = npt.NDArray[np.bool_]


def clean_from(result: Comparison, panel: Panel, last: datetime.date) -> int:
    """Give the place of the first period after the last hard event up to a day began or ended.

    0 without one.
    """
    days = [
        day
        for code in panel.areas
        for event in hard_events(result, panel, code, 0, len(panel.periods) - 1)
        for day in event.boundaries
        if day <= last
    ]
    if not days:
        return 0
    return next(i for i, period in enumerate(panel.periods) if period.first_day >= max(days))


def broken_areas(result: Comparison, panel: Panel, span: Flags) -> dict[int, str]:
    """Say which areas have an event inside a phase after which they are not comparable."""
    places = np.flatnonzero(span)
    found = {}
    for row, code in enumerate(panel.areas):
        events = hard_events(result, panel, code, int(places[0]), int(places[-1]))
        if events:
            found[row] = f"break:{events[0].id}"
    return found


def season_factors(panel: Panel, first: int) -> tuple[Floats, int]:
    """Give the factor of every period, from whole years up to the base year if they are enough.

    Counts are divided by it, and of rates what they are over is multiplied; shares keep theirs.
    Years before the period ``first`` are not used.
    """
    length = panel.a_year
    whole = (panel.first_later - first) // length
    known = panel.values[:, panel.first_later - whole * length : panel.first_later]
    monthly = panel.type == "month" and panel.indicator.kind in ("count", "rate")
    if not monthly or whole < YEARS_FOR_FACTORS or (known <= 0).any():
        return np.ones_like(panel.values), 0
    start = panel.first_later - whole * length
    places = (np.arange(len(panel.periods)) - start) % length
    return seasonal_factors(known, period=length)[:, places], whole


def phases_of(
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
