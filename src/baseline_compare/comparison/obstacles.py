"""What makes a row incomparable: hard events, a grown area, another definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from baseline_compare.areas import AreaChange, registry, vintage_day
from baseline_compare.baselines.release import Baseline
from baseline_compare.breaks import Break
from baseline_compare.comparison.aggregation import Levels, Mask
from baseline_compare.comparison.grids import Grid
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import Measurements
from baseline_compare.periods import Period

_DEFINING = (
    "kind", "unit", "period_types", "numerator", "denominator", "denominator_period", "computed",
    "definitions",
)  # fmt: skip
Window = tuple[Period, Period]


class Obstacles:
    """Finds events and changes that bear on rows; what holds for a window is found once."""

    def __init__(
        self, baseline: Baseline, measurements: Measurements, events: Sequence[Break]
    ) -> None:
        self._baseline = baseline
        self._all_events = tuple(events)
        self._later = measurements.indicators
        self._vintages = (baseline.measurements.vintage, measurements.vintage)
        self._events: dict[tuple[Window, Window], tuple[Break, ...]] = {}
        self._mergers: dict[tuple[Window, Window], tuple[AreaChange, ...]] = {}

    def find(
        self,
        indicator: Indicator,
        pairing: Pairing,
        levels: Levels,
        areas: Mapping[int, frozenset[str]],
    ) -> tuple[dict[int, list[str]], tuple[Break, ...]]:
        """Give why rows cannot be compared, and all events that bear on them.

        ``areas`` holds, for each row, its area and those it is taken from.
        """
        keys = [indicator.id]
        if indicator.computed:
            keys += [indicator.numerator, indicator.denominator]
        redefined = self._redefined(keys)
        reasons: dict[int, list[str]] = {}
        seen: dict[str, Break] = {}
        near: dict[bytes, tuple[list[Break], tuple[AreaChange, ...]]] = {}
        for place, own in areas.items():
            used = levels.used[place]
            if used.tobytes() not in near:
                both = _window(pairing.base, used), _window(pairing.follow_up, used)
                about = [event for event in self._touching(both) if event.is_about(keys)]
                near[used.tobytes()] = about, self._merged(both)
            about, mergers = near[used.tobytes()]
            events = [event for event in about if event.lies_in(own)]
            seen |= {event.id: event for event in events}
            found = [event.id for event in events if event.effect == "not_comparable"]
            found += [
                f"area.composition:{change.from_area}"
                for change in mergers
                if change.to_area in own and change.from_area not in own
            ]
            if redefined:
                found.append("definition")
            if found:
                reasons[place] = found
        return reasons, tuple(sorted(seen.values(), key=lambda e: (e.date_from, e.id)))

    def _redefined(self, keys: Iterable[str]) -> bool:
        sealed = self._baseline.indicators
        return any(
            getattr(self._later[key], name) != getattr(sealed[key], name)
            for key in keys
            if key in self._later
            for name in _DEFINING
        )

    def _touching(self, windows: tuple[Window, Window]) -> tuple[Break, ...]:
        if windows not in self._events:
            touching = (event for event in self._all_events if event.touches(*windows))
            self._events[windows] = tuple(touching)
        return self._events[windows]

    def _merged(self, windows: tuple[Window, Window]) -> tuple[AreaChange, ...]:
        """Give the mergers between the areas of the baseline and those of the follow-up."""
        if windows not in self._mergers:
            ends = (windows[0][0].first_day, windows[1][1].last_day)
            days = [
                day if vintage is None else vintage_day(vintage)
                for day, vintage in zip(ends, self._vintages, strict=True)
            ]
            changes = registry().changes(min(days), max(days))
            self._mergers[windows] = tuple(c for c in changes if c.kind == "merger")
        return self._mergers[windows]


def _window(grid: Grid, used: Mask) -> Window:
    """Give the first and the last period that a row uses; all of them if it uses none."""
    periods = [p for p, flag in zip(grid.periods, used, strict=True) if flag] or grid.periods
    return min(periods), max(periods)
