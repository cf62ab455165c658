"""Variance beyond counting, estimated from pairs of years before the follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from baseline_compare.baselines.release import Baseline
from baseline_compare.breaks import Break
from baseline_compare.comparison.aggregation import Levels, Mask, aggregate
from baseline_compare.comparison.choosing import evidence_of
from baseline_compare.comparison.evidence import Parted
from baseline_compare.comparison.grids import Floats, Grid, GridMaker
from baseline_compare.comparison.pairing import Like, Pairing, Side, like, pair
from baseline_compare.comparison.plans import Plan, Planner
from baseline_compare.indicators import Indicator
from baseline_compare.statistics.dispersion import (
    common_variance,
    disjoint_pairs,
    local_df,
    local_variance,
)

Years = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How much areas, and years, differ without any reform.

    Attributes
    ----------
    local
        Variance of the change of one of the finest areas beyond counting (tau squared).
    common
        Variance of the movement that all areas share from one year to another.
    phi
        Dispersion of the changes against counting alone; a diagnostic.
    df
        Degrees of freedom of ``local``.
    level
        The level of the finest areas.
    areas, indicators
        How many areas there are, and how many indicators were pooled.
    pairs
        The pairs of years.
    left_out
        Pairs that could not be used, with the event that forbids it or ``incomplete``.
    """

    local: float
    common: float
    phi: float
    df: float
    level: str
    areas: int
    indicators: int
    pairs: tuple[Years, ...]
    left_out: Mapping[Years, str]
    stretched: int = 1
    """Pairs of years lie one year apart and were taken so many times, for want of longer ones."""


class History:
    """The years of a baseline up to the base year; the variation of each class is found once."""

    def __init__(
        self,
        baseline: Baseline,
        maker: GridMaker,
        planner: Planner,
        events: Sequence[Break],
    ) -> None:
        self._baseline = baseline
        self._events = tuple(events)
        self._maker = maker
        self._planner = planner
        self._years = {p.year for p in maker.periods if p.year <= baseline.base_year}
        self._known: dict[tuple[object, ...], Variation | None] = {}
        self._grids: dict[tuple[str, int], Grid | None] = {}
        self._pairings: dict[tuple[str, Years, frozenset[Like]], Pairing | None] = {}

    def variation(
        self, indicator: Indicator, pairing: Pairing, *, pairs: int = 1
    ) -> Variation | None:
        """Estimate the variation of an indicator, pooled over its class; None without history.

        The months or weeks are those of the comparison, and the years lie as far apart. Where
        fewer such ``pairs`` of years are known, variation over one year is stretched.
        """
        window, lag = _window(pairing), lag_of(pairing)
        found = self._known_for(indicator, window, lag)
        if found is not None and len(found.pairs) >= pairs:
            return found
        near = self._known_for(indicator, window, 1) if lag > 1 else None
        if near is None or len(near.pairs) < pairs:
            return None
        return replace(near, local=lag * near.local, common=lag * near.common, stretched=lag)

    def earlier_changes(
        self, indicator: Indicator, pairing: Pairing, plan: Plan
    ) -> tuple[tuple[Years, ...], Floats]:
        """Give the changes of the targets of a plan between pairs of years before the follow-up.

        The months or weeks are those of the comparison, and the years lie as far apart.

        Returns
        -------
        tuple
            The pairs, and the changes, pairs by targets, on the primary scale (of ratios the
            logarithm); missing where a target has no figures.
        """
        window, found = _window(pairing), {}
        for years in self._pairs_of_years(lag_of(pairing)):
            compared = self._compared(indicator, years, window, plan)
            if not isinstance(compared, str):
                levels, evidence = compared
                whole = levels.used.all(axis=1)
                found[years] = np.where(whole, evidence.moments()[0], np.nan)
        changes = np.array(list(found.values())).reshape(len(found), len(plan.targets))
        return tuple(found), changes

    def _known_for(
        self, indicator: Indicator, window: frozenset[Like], lag: int
    ) -> Variation | None:
        group = indicator.dispersion_class or indicator.id
        key = (group, indicator.primary_scale, window, lag)
        if key not in self._known:
            self._known[key] = self._estimate(indicator, window, lag)
        return self._known[key]

    def _pairs_of_years(self, lag: int) -> list[Years]:
        return [(year, year + lag) for year in sorted(self._years) if year + lag in self._years]

    def has(self, indicator: Indicator) -> bool:
        """Whether the baseline holds years of an indicator before the base year."""
        counted = indicator.numerator if indicator.computed else indicator.id
        year = self._baseline.base_year
        return self._maker.grid(counted, lambda period: period.year < year) is not None

    def _estimate(
        self, indicator: Indicator, window: frozenset[Like], lag: int
    ) -> Variation | None:
        years = self._pairs_of_years(lag)
        plan = self._planner.finest(self._areas(indicator)) if years else None
        if plan is None:
            return None
        moments: list[tuple[Floats, Floats]] = []
        left_out: dict[Years, str] = {}
        used: set[Years] = set()
        pooled, df = 0, 0.0
        for member in self._class_of(indicator):
            found = {both: self._moments(member, both, window, plan) for both in years}
            left_out |= {both: item for both, item in found.items() if isinstance(item, str)}
            whole = {both: item for both, item in found.items() if not isinstance(item, str)}
            if whole:
                used |= set(whole)
                moments.extend(whole.values())
                pooled += 1
                areas = min(int(_present(*item).sum()) for item in whole.values())
                df += float(local_df(areas, disjoint_pairs(sorted(whole))))
        if not moments:
            return None
        changes, variances = (np.stack(column) for column in zip(*moments, strict=True))
        local = local_variance(changes, variances, present=_present(changes, variances))
        return Variation(
            local=local.tau2,
            common=float(common_variance(local)),
            phi=local.phi,
            df=df,
            level=self._baseline.areas.get(plan.members[0]).level,
            areas=len(plan.members),
            indicators=pooled,
            pairs=tuple(sorted(used)),
            left_out={both: why for both, why in left_out.items() if both not in used},
        )

    def _class_of(self, indicator: Indicator) -> list[Indicator]:
        if not indicator.dispersion_class:
            return [indicator]
        scale, group = indicator.primary_scale, indicator.dispersion_class
        items = self._baseline.indicators.values()
        return [i for i in items if (i.dispersion_class, i.primary_scale) == (group, scale)]

    def _areas(self, indicator: Indicator) -> tuple[str, ...]:
        year = self._baseline.base_year
        grid = self._grid(indicator, year)
        return () if grid is None else grid.areas

    def _moments(
        self, indicator: Indicator, years: Years, window: frozenset[Like], plan: Plan
    ) -> tuple[Floats, Floats] | str:
        """Give change and counting variance of every finest area, or why there is none."""
        compared = self._compared(indicator, years, window, plan)
        if isinstance(compared, str):
            return compared
        levels, evidence = compared
        moments = evidence.moments()
        enough = levels.used.all() and _present(*moments).sum() > 1
        return moments if enough else "incomplete"

    def _compared(
        self, indicator: Indicator, years: Years, window: frozenset[Like], plan: Plan
    ) -> tuple[Levels, Parted] | str:
        """Compare two earlier years, or say why that is not possible."""
        pairing = self._pairing(indicator, years, window)
        if pairing is None or not set(plan.members) <= set(pairing.areas):
            return "incomplete"
        keys = [indicator.id, indicator.numerator, indicator.denominator]
        spans = [(min(g.periods), max(g.periods)) for g in (pairing.base, pairing.follow_up)]
        for event in self._events:
            hard = event.effect == "not_comparable" and event.touches(*spans)
            if hard and event.concerns(keys, plan.members):
                return event.id
        levels = aggregate(pairing, plan, indicator)
        evidence = evidence_of(indicator, levels, self._baseline.indicators)
        return (levels, evidence) if isinstance(evidence, Parted) else "incomplete"

    def _pairing(
        self, indicator: Indicator, years: Years, window: frozenset[Like]
    ) -> Pairing | None:
        """Pair the like periods of two earlier years; None unless all of a window are there."""
        key = (indicator.id, years, window)
        if key not in self._pairings:
            early, late = (self._grid(indicator, year) for year in years)
            found = pair(early, late, indicator, window) if early and late else None
            complete = found is not None and len(found.base.periods) == len(window)
            self._pairings[key] = found if complete else None
        return self._pairings[key]

    def _grid(self, indicator: Indicator, year: int) -> Grid | None:
        key = (indicator.id, year)
        if key not in self._grids:
            side = Side(self._maker, range(year, year + 1), (self._maker,))
            self._grids[key] = side.grid(indicator)
        return self._grids[key]


def _window(pairing: Pairing) -> frozenset[Like]:
    return frozenset(like(period) for period in pairing.base.periods)


def lag_of(pairing: Pairing) -> int:
    """Give the years between the base year and the follow-up."""
    return pairing.follow_up.periods[0].year - pairing.base.periods[0].year


def _present(change: Floats, variance: Floats) -> Mask:
    """Say which areas have a change and a counting variance."""
    return np.asarray(np.isfinite(change) & np.isfinite(variance) & (variance > 0))
