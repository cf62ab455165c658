"""Like with like: the same months or weeks of the base year and of the follow-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.grids import (
    ABSENT,
    SUPPRESSED,
    VALUE,
    Codes,
    Floats,
    Grid,
    GridMaker,
)
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Indicator
from baseline_compare.periods import Period

Like = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Side:
    """The measurements of one side, base year or follow-up, cut into grids on demand.

    ``population`` holds the makers that denominators of the year before are looked up in, the first
    that has a figure wins.
    """

    maker: GridMaker
    years: range
    population: tuple[GridMaker, ...]

    def grid(self, indicator: Indicator) -> Grid | None:
        """Give the grid of an indicator; a computed one has its numerator and denominator."""
        if not indicator.computed:
            return self.maker.grid(indicator.id, lambda period: period.year in self.years)
        top = self.maker.grid(indicator.numerator, lambda period: period.year in self.years)
        if top is None:
            return None
        if indicator.denominator_period == "end_of_previous_year":
            return self._over_population(top, indicator)
        bottom = self.maker.grid(indicator.denominator, lambda period: period.year in self.years)
        if bottom is None:
            return None
        areas, periods = _places(top.areas, bottom.areas), _places(top.periods, bottom.periods)
        below = bottom.take(areas, periods)
        return _over(top, below, bottom.sources)

    def _over_population(self, top: Grid, indicator: Indicator) -> Grid:
        """Give every month the population at the end of the year before, of the same area."""
        years = [period.year - 1 for period in top.periods]
        sources: set[str] = set()
        below: Floats = np.full(top.state.shape, np.nan)
        state: npt.NDArray[np.int8] = np.full(top.state.shape, ABSENT, dtype=np.int8)
        for maker in self.population:
            found = maker.grid(indicator.denominator, lambda period: period.year in years)
            if found is None:
                continue
            columns = _places(years, [period.year for period in found.periods])
            taken = found.take(_places(top.areas, found.areas), columns)
            fresh = (state == ABSENT) & (taken.state != ABSENT)
            below = np.where(fresh, taken.column("value"), below)
            state = np.where(fresh, taken.state, state).astype(np.int8)
            sources |= set(found.sources) if fresh.any() else set()
        return _over(top, replace(top, state=state, numbers={"value": below}), sources)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two grids of the same shape: areas of either side by the periods both sides have."""

    areas: tuple[str, ...]
    base: Grid
    follow_up: Grid
    only_base: tuple[Period, ...]
    only_follow_up: tuple[Period, ...]


def pair(
    base: Grid,
    follow_up: Grid,
    indicator: Indicator,
    window: frozenset[Like] | None = None,
) -> Pairing:
    """Pair the periods of two grids by their place in the year; within a window, if one is given.

    Raises
    ------
    ComparisonError
        ``period.duplicate`` if the follow-up holds the same month or week of two years, or if
        months and years of one indicator are mixed.
    """
    earlier = {like(period): place for place, period in enumerate(base.periods)}
    later: dict[Like, int] = {}
    for place, period in enumerate(follow_up.periods):
        if like(period) in later:
            twin = follow_up.periods[later[like(period)]]
            raise ComparisonError(
                Problem(
                    code="period.duplicate",
                    expected=f"each month or week of {indicator.id} in one follow-up year",
                    found=f"{twin} and {period}",
                    remedy="Compare one year at a time: measurements.select(first=..., last=...).",
                )
            )
        later[like(period)] = place
    common = [key for key in earlier if key in later and (window is None or key in window)]
    types = sorted({kind for kind, _ in common})
    if len(types) > 1:
        raise ComparisonError(
            Problem(
                code="period.duplicate",
                expected=f"one kind of period for {indicator.id}",
                found=" and ".join(types),
                remedy="Leave one of them out of the follow-up: they would be counted twice.",
            )
        )
    areas = tuple(sorted({*base.areas, *follow_up.areas}))
    return Pairing(
        areas=areas,
        base=base.take(_places(areas, base.areas), _codes(earlier[key] for key in common)),
        follow_up=follow_up.take(
            _places(areas, follow_up.areas), _codes(later[key] for key in common)
        ),
        only_base=tuple(base.periods[earlier[key]] for key in earlier if key not in later),
        only_follow_up=tuple(follow_up.periods[later[key]] for key in later if key not in earlier),
    )


def like(period: Period) -> Like:
    """Give the place of a period in its year: the month, the week."""
    return period.type, period.number


def _over(top: Grid, below: Grid, sources: Iterable[str]) -> Grid:
    """Join a numerator's grid with that of the denominators of the same cells."""
    lacking = (top.state == VALUE) & (below.state != VALUE)
    both = np.where(lacking, below.state, top.state).astype(np.int8)
    numbers = {"numerator": top.column("value"), "denominator": below.column("value")}
    if (both == SUPPRESSED).any():
        for side in ("low", "high"):
            numbers[side] = top.bound(side, "value")
            numbers[f"denominator_{side}"] = below.bound(side, "value")
    named = tuple(sorted({*top.sources, *sources}))
    return Grid(top.areas, top.periods, both, numbers, {}, named)


def _places(wanted: Sequence[object], known: Sequence[object]) -> Codes:
    """Give the place of each wanted item among the known ones, -1 where it is not there."""
    place: dict[object, int] = defaultdict(lambda: -1, {item: i for i, item in enumerate(known)})
    return _codes(place[item] for item in wanted)


def _codes(items: Iterable[int]) -> Codes:
    return np.fromiter(items, dtype=np.int64)
