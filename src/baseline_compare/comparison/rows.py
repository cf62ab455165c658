"""Rows of a comparison, and what was not compared, collected indicator by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.breaks import Break, Bridge
from baseline_compare.comparison.aggregation import Levels, aggregate
from baseline_compare.comparison.bounds import with_bounds
from baseline_compare.comparison.bridging import bridged, cross
from baseline_compare.comparison.claims import Claim, Claims
from baseline_compare.comparison.columns import (
    COLUMN_KINDS,
    TABLE_COLUMNS,
    end_levels,
    part_of_table,
)
from baseline_compare.comparison.contrasting import Claimant
from baseline_compare.comparison.deciding import decide
from baseline_compare.comparison.enveloping import enveloped
from baseline_compare.comparison.grids import (
    ABSENT,
    BOUND,
    SUPPRESSED,
    VALUE,
    Floats,
    Grid,
    GridMaker,
)
from baseline_compare.comparison.judging import (
    DEPENDS,
    Judgement,
    judge_registered,
    judge_states,
)
from baseline_compare.comparison.methods import method_names
from baseline_compare.comparison.obstacles import Obstacles
from baseline_compare.comparison.outcome import fill
from baseline_compare.comparison.pairing import Pairing, pair
from baseline_compare.comparison.plans import Plan, Planner, same_areas
from baseline_compare.comparison.targets import Target
from baseline_compare.comparison.verdicts import STATES
from baseline_compare.comparison.wording import unmatched_sentence
from baseline_compare.indicators import Estimand, Indicator
from baseline_compare.measurements import Measurements
from baseline_compare.periods import Period, compact

UNMATCHED_COLUMNS = ("indicator", "area", "periods", "reason", "detail", "explanation")


class Rows:
    """Collects rows.

    ``breaks`` and ``plans`` keep what bears on them and what they are made of, ``claims`` the
    evidence of each row, by indicator and area, with its place in it.
    """

    def __init__(
        self,
        baseline: Baseline,
        measurements: Measurements,
        targets: Sequence[Target],
        claimant: Claimant,
        estimand: Estimand | None,
        events: Sequence[Break],
        bridges: Mapping[str, Bridge],
    ) -> None:
        self._baseline = baseline
        self._claimant = claimant
        self._estimand = estimand
        self._obstacles = Obstacles(baseline, measurements, events)
        self._bridges = bridges
        self._codes = [target.code for target in targets]
        self._parts: list[Mapping[str, Sequence[object]]] = []
        self._size = 0
        self._claims: list[tuple[Claim, Indicator]] = []
        self.claims: dict[tuple[str, str], tuple[Claim, int]] = {}
        self._families = baseline.indicators.families
        self._unmatched: list[tuple[str, str, str, str, str]] = []
        self.breaks: dict[str, tuple[Break, ...]] = {}
        self.plans: dict[str, Plan] = {}

    def add(
        self, indicator: Indicator, base: Grid | None, follow_up: Grid | None, planner: Planner
    ) -> None:
        """Compare one indicator, or say why it cannot be compared."""
        if base is None:
            self._miss(indicator.id, "", "", "no_baseline")
            return
        if not np.isin(base.state, (VALUE, SUPPRESSED)).any():
            self._miss(indicator.id, "", "", "baseline_not_available")
            return
        if follow_up is None:
            self._miss(indicator.id, "", "", "no_follow_up")
            return
        registry, vintage = self._baseline.areas, self._baseline.vintage
        twins = same_areas(follow_up.areas, base.areas, registry, vintage)
        follow_up = follow_up.renamed(twins)
        pairing = pair(base, follow_up, indicator)
        self._miss_periods(indicator, "", pairing.only_base, "only_in_baseline")
        self._miss_periods(indicator, "", pairing.only_follow_up, "only_in_follow_up")
        if not pairing.base.periods:
            self._miss(indicator.id, "", "", "no_common_period")
            return
        there = []
        for grid in (pairing.base, pairing.follow_up):
            some = (grid.state != ABSENT).any(axis=1).tolist()
            there.append({code for code, flag in zip(pairing.areas, some, strict=True) if flag})
        over_population = indicator.computed and indicator.denominator_period != "same"
        if not there[0] & there[1]:
            reason = "no_population" if over_population else "no_common_area"
            self._miss(indicator.id, "", "", reason)
            return
        partial = "no_population" if over_population else ""
        plan = planner.plan(there[0], there[1], partial=partial)
        for index, refusal in plan.refused.items():
            detail = ",".join(refusal.detail)
            self._miss(indicator.id, self._codes[index], "", refusal.reason, detail)
        if not over_population:
            self._miss_areas(indicator, there[1] - set(plan.members))
        if plan.targets:
            self.plans[indicator.id] = plan
            sealed = self._baseline.indicators
            counted = sealed[indicator.numerator] if indicator.computed else indicator
            exact = aggregate(pairing, plan, indicator)
            levels = with_bounds(exact, pairing, plan, indicator, counted, planner)
            self._add_rows(indicator, pairing, plan, levels)

    def add_early(self, maker: GridMaker) -> None:
        """List periods of the follow-up that are not after the base year."""
        for key in maker.indicators:
            known = self._baseline.indicators.get(key)
            if known is None or known.family == "denominator":
                continue
            grid = maker.grid(key, lambda period: period.year <= self._baseline.base_year)
            if grid is not None:
                self._miss_periods(known, "", grid.periods, "not_after_baseline")

    def add_undefined(self, indicators: Iterable[str]) -> None:
        """List what the follow-up holds and the baseline does not define."""
        for key in indicators:
            if key not in self._baseline.indicators:
                self._miss(key, "", "", "no_baseline")

    def table(self, catalogue: Mapping[str, Indicator]) -> pd.DataFrame:
        """Put the rows together in the fixed columns, and decide what is still undecided."""
        if not self._parts:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in TABLE_COLUMNS})
        table = pd.DataFrame(
            {
                name: np.concatenate([np.asarray(part[name], dtype=kind) for part in self._parts])
                for name, kind in COLUMN_KINDS.items()
            }
        )
        families = table["indicator"].map({key: item.family for key, item in catalogue.items()})
        registered = table["method"].str.startswith("finite")
        counted = registered & ~table["verdict"].isin(STATES)
        sizes = families[counted].value_counts()
        table["family_size"] = families.map(sizes).where(registered, 0).fillna(0).astype(np.int64)
        claims, owners = [claim for claim, _ in self._claims], [item for _, item in self._claims]
        fill(table, claims, owners, decide(claims, owners, len(table), self._families))
        return table[list(TABLE_COLUMNS)]

    def unmatched(self) -> pd.DataFrame:
        """Put what was not compared together, each with a sentence."""
        rows = [(*row, unmatched_sentence(row[3], row[4], row[2], "en")) for row in self._unmatched]
        return pd.DataFrame(rows, columns=list(UNMATCHED_COLUMNS))

    def _add_rows(self, indicator: Indicator, pairing: Pairing, plan: Plan, levels: Levels) -> None:
        codes = [self._codes[index] for index in plan.targets]
        shown = levels.suppressed | levels.used.any(axis=1)
        for position, code in enumerate(codes):
            if not shown[position]:
                self._miss_target(indicator, code, pairing, plan.parts_of(position)[0])
            elif not levels.suppressed[position]:
                unused = [
                    period
                    for period, used in zip(
                        pairing.follow_up.periods, levels.used[position], strict=True
                    )
                    if not used
                ]
                self._miss_periods(indicator, code, unused, "cell_not_available")
        if not shown.any():
            return
        places = np.flatnonzero(shown)
        judgements = judge_states(
            (levels.known | levels.vague)[places],
            levels.suppressed[places],
            [levels.reasons[place] for place in places],
        )
        areas = {
            place: frozenset({self._codes[plan.targets[place]], *plan.parts_of(place)})
            for place in places.tolist()
        }
        hindered, events = self._obstacles.find(indicator, pairing, levels, areas)
        self.breaks[indicator.id] = events
        estimand = self._estimand or self._claimant.usual_estimand(indicator, pairing)
        crossing = cross(hindered, self._bridges, events, pairing, levels, indicator, estimand)
        levels = bridged(levels, crossing.factors)
        for place, judgement in zip(places.tolist(), judgements, strict=True):
            if place in crossing.hindered:
                reason = ",".join(crossing.hindered[place])
                judgement.verdict, judgement.reason = "not_comparable", reason
            elif place in crossing.crossed:
                judgement.reason = ",".join(f"bridged:{key}" for key in crossing.crossed[place])
        registered = [replace(judgement) for judgement in judgements]
        for place, judgement in zip(places.tolist(), registered, strict=True):
            if place in crossing.crossed:
                judgement.verdict = "not_comparable"
        judge_registered(registered, indicator, end_levels(levels, places))
        if estimand == "finite":
            judgements = registered
            if not self._estimand and self._claimant.lacks_pairs(indicator, pairing):
                for judgement in judgements:
                    judgement.reason = judgement.reason or "few_pairs"
        else:
            claimed = levels, crossing.variances
            self._claim(indicator, pairing, plan, claimed, places, judgements, estimand)
        methods = [
            method_names(
                indicator,
                plan.origins[place],
                estimand,
                (crossing.factors[place], crossing.variances[place]),
                bounded=bool(levels.bounded[place]),
            )
            for place in places.tolist()
        ]
        part = part_of_table(indicator, pairing, levels, places, codes, judgements)
        if indicator.usual_estimand == "finite":
            part |= {"registered": [judgement.verdict for judgement in registered]}
        self._parts.append({**part, "method": methods})
        self._size += len(places)

    def _claim(
        self,
        indicator: Indicator,
        pairing: Pairing,
        plan: Plan,
        claimed: tuple[Levels, Floats],
        places: npt.NDArray[np.intp],
        judgements: list[Judgement],
        estimand: Estimand,
    ) -> None:
        """Make the claims about the rows that nothing forbids; say why where there is none.

        ``claimed`` holds the levels and the variance that bridges bring to them.
        """
        row = {int(place): number for number, place in enumerate(places)}
        open_rows = {
            int(place): self._codes[plan.targets[place]]
            for place, judgement in zip(places, judgements, strict=True)
            if judgement.verdict == "undecided"
        }
        vague = {place for place in open_rows if claimed[0].vague[place]}
        if indicator.dependence == "same_persons":
            for place in vague:  # persons counted twice cannot be set against a hidden count
                judgements[row[place]] = Judgement("suppressed", "suppressed_cells")
                del open_rows[place]
        everything, hanging = self._claims_about(
            indicator, pairing, plan, claimed, open_rows, estimand
        )
        for place in hanging:
            kept = judgements[row[place]].reason
            judgements[row[place]].reason = f"{kept},{DEPENDS}" if kept else DEPENDS
        for found in everything:
            for place, reason in found.reasons.items():
                judgements[row[place]].verdict = "insufficient"
                judgements[row[place]].reason = reason
            for claim in found.made:
                at = np.array([row[place] for place in claim.at.tolist()], dtype=np.intp)
                self._claims.append((replace(claim, at=at + self._size), indicator))
                for number, place in enumerate(claim.at.tolist()):
                    self.claims[indicator.id, open_rows[place]] = (claim, number)

    def _claims_about(
        self,
        indicator: Indicator,
        pairing: Pairing,
        plan: Plan,
        claimed: tuple[Levels, Floats],
        open_rows: Mapping[int, str],
        estimand: Estimand,
    ) -> tuple[list[Claims], frozenset[int]]:
        """Make the claims about exact rows, and those about rows known within bounds only.

        The second gives rows of these that can be judged at one end only.
        """
        levels, variances = claimed

        def claims(levels: Levels, rows: Mapping[int, str]) -> Claims:
            return self._claimant.claims(
                indicator, pairing, plan, levels, rows, estimand, variances
            )

        vague = {place: code for place, code in open_rows.items() if levels.vague[place]}
        exact = {place: code for place, code in open_rows.items() if place not in vague}
        found = [claims(levels, exact)]
        if not vague or levels.ends is None:
            return found, frozenset()
        low, high = (claims(end, vague) for end in levels.ends)
        joined, hanging = enveloped(low, high, vague)
        return [*found, joined], hanging

    def _miss_target(self, indicator: Indicator, code: str, pairing: Pairing, part: str) -> None:
        row = pairing.areas.index(part)
        states = (pairing.base.state[row], pairing.follow_up.state[row])
        reason = "cell_not_available"
        if any((state == BOUND).any() for state in states):
            reason = "only_a_bound"
        elif not (states[0] == VALUE).any():
            reason = "baseline_not_available"
        self._miss(indicator.id, code, compact(pairing.follow_up.periods), reason)

    def _miss_areas(self, indicator: Indicator, areas: set[str]) -> None:
        """List areas of the follow-up that no target is taken from."""
        if areas:
            self._miss(indicator.id, "", "", "area_not_used", ",".join(sorted(areas)))

    def _miss_periods(
        self, indicator: Indicator, area: str, periods: Sequence[Period], reason: str
    ) -> None:
        if periods:
            self._miss(indicator.id, area, compact(periods), reason)

    def _miss(self, indicator: str, area: str, periods: str, reason: str, detail: str = "") -> None:
        self._unmatched.append((indicator, area, periods, reason, detail))
