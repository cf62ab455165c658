"""Rows of a comparison, and what was not compared, collected indicator by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.breaks import Break
from baseline_compare.comparison.aggregation import Levels, aggregate, used_periods
from baseline_compare.comparison.grids import ABSENT, BOUND, VALUE, Grid, GridMaker
from baseline_compare.comparison.judging import Judgement, judge, obstacles
from baseline_compare.comparison.pairing import Pairing, pair
from baseline_compare.comparison.planning import Plan, Planner, same_areas
from baseline_compare.comparison.targets import Target
from baseline_compare.comparison.wording import unmatched_sentence
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import Measurements
from baseline_compare.periods import Period, compact
from baseline_compare.statistics.contrasts import contrast

TABLE_COLUMNS = (
    "indicator", "area", "unit", "scale", "statistic", "baseline", "current",
    "change", "change_low", "change_high", "relative_change", "relative_low", "relative_high",
    "p_value", "p_adjusted", "verdict", "verdict_class", "detectable_change",
    "usual_range_low", "usual_range_high", "placebo_rank", "periods", "coverage", "family_size",
    "method", "source", "reason",
)  # fmt: skip
UNMATCHED_COLUMNS = ("indicator", "area", "periods", "reason", "detail", "explanation")
_ABSENT_NUMBERS = (
    "change_low", "change_high", "relative_low", "relative_high", "p_value", "p_adjusted",
    "detectable_change", "usual_range_low", "usual_range_high", "placebo_rank",
)  # fmt: skip
_WITHOUT_VERDICT = ("not_comparable", "suppressed", "insufficient")


class Rows:
    """Collects rows; ``breaks`` and ``plans`` keep what bears on them and what they are made of."""

    def __init__(
        self, baseline: Baseline, measurements: Measurements, targets: Sequence[Target]
    ) -> None:
        self._baseline = baseline
        self._later = measurements.indicators
        self._codes = [target.code for target in targets]
        self._parts: list[pd.DataFrame] = []
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
        if not (base.state == VALUE).any():
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
            self._add_rows(indicator, pairing, plan, aggregate(pairing, plan, indicator))

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
        """Put the rows together in the fixed columns."""
        if not self._parts:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in TABLE_COLUMNS})
        table = pd.concat(self._parts, ignore_index=True)
        families = table["indicator"].map({key: item.family for key, item in catalogue.items()})
        sizes = families[~table["verdict"].isin(_WITHOUT_VERDICT)].value_counts()
        table["family_size"] = families.map(sizes).fillna(0).astype(np.int64)
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
        if shown.any():
            places = np.flatnonzero(shown)
            judgements = judge(
                indicator,
                levels.base[places],
                levels.follow_up[places],
                levels.known[places],
                levels.suppressed[places],
                [levels.reasons[place] for place in places],
            )
            self._look_for_obstacles(indicator, pairing, plan, levels, places.tolist(), judgements)
            self._parts.append(_part(indicator, pairing, plan, levels, places, codes, judgements))

    def _look_for_obstacles(
        self,
        indicator: Indicator,
        pairing: Pairing,
        plan: Plan,
        levels: Levels,
        places: Sequence[int],
        judgements: Sequence[Judgement],
    ) -> None:
        """Turn rows into ``not_comparable`` where an event or a definition demands it."""
        sealed = self._baseline.indicators
        keys = [indicator.id]
        if indicator.computed:
            keys += [indicator.numerator, indicator.denominator]
        pairs = [(sealed[key], self._later.get(key)) for key in keys]
        near: dict[bytes, list[Break]] = {}
        seen: dict[str, Break] = {}
        for place, judgement in zip(places, judgements, strict=True):
            used = levels.used[place]
            base, follow_up = (_window(g, used) for g in (pairing.base, pairing.follow_up))
            if used.tobytes() not in near:
                near[used.tobytes()] = [
                    event for event in self._baseline.breaks if event.touches(base, follow_up)
                ]
            areas = {self._codes[plan.targets[place]], *plan.parts_of(place)}
            events = [event for event in near[used.tobytes()] if event.concerns(keys, areas)]
            seen |= {event.id: event for event in events}
            found = obstacles(pairs, areas, events, (base[0], follow_up[1]))
            if found:
                judgement.verdict, judgement.reason = "not_comparable", ",".join(found)
        self.breaks[indicator.id] = tuple(
            sorted(seen.values(), key=lambda event: (event.date_from, event.id))
        )

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


def _part(
    indicator: Indicator,
    pairing: Pairing,
    plan: Plan,
    levels: Levels,
    places: npt.NDArray[np.intp],
    codes: Sequence[str],
    judgements: Sequence[Judgement],
) -> pd.DataFrame:
    known = levels.known[places]
    base, follow_up = levels.base[places], levels.follow_up[places]
    found = contrast(np.where(known, base, 1.0), np.where(known, follow_up, 1.0))
    columns: Mapping[str, object] = {
        "indicator": indicator.id,
        "area": [codes[place] for place in places],
        "unit": indicator.unit,
        "scale": indicator.margin.scale if indicator.margin else None,
        "statistic": [levels.statistics[place] for place in places],
        "baseline": np.where(known, base, np.nan),
        "current": np.where(known, follow_up, np.nan),
        "change": np.where(known, found.change, np.nan),
        "relative_change": np.where(known & found.has_relative, found.relative_change, np.nan),
        **dict.fromkeys(_ABSENT_NUMBERS, np.full(len(places), np.nan)),
        "verdict": [judgement.verdict for judgement in judgements],
        "verdict_class": None,
        "periods": _spans(pairing, levels.used[places]),
        "coverage": 1.0,
        "method": [_method(indicator, plan.origins[place]) for place in places],
        "source": ", ".join(sorted({*pairing.base.sources, *pairing.follow_up.sources})),
        "reason": [judgement.reason or None for judgement in judgements],
    }
    return pd.DataFrame(columns)


def _window(grid: Grid, used: npt.NDArray[np.bool_]) -> tuple[Period, Period]:
    """Give the first and the last period that a row uses; all of them if it uses none."""
    periods = [p for p, flag in zip(grid.periods, used, strict=True) if flag] or grid.periods
    return min(periods), max(periods)


def _spans(pairing: Pairing, used: npt.NDArray[np.bool_]) -> list[str]:
    """Write the periods of both sides that each row uses; all where hidden cells left none."""
    known: dict[bytes, str] = {}
    spans = []
    for flags in used:
        row = flags if flags.any() else np.ones_like(flags)
        key = row.tobytes()
        if key not in known:
            known[key] = " | ".join(
                used_periods(grid, row) for grid in (pairing.base, pairing.follow_up)
            )
        spans.append(known[key])
    return spans


def _method(indicator: Indicator, origin: str) -> str:
    """Name how a row was made; ``language`` has a sentence for each name."""
    names = ["finite_change", "own_rows" if origin == "own" else f"sum_of_{origin}"]
    if indicator.computed and indicator.denominator_period == "end_of_previous_year":
        names.append("population_end_of_previous_year")
    if indicator.margin is not None:
        names.append(f"margin_{indicator.margin.scale}_{indicator.margin.value}")
    return "; ".join(names)
