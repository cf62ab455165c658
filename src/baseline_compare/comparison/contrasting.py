"""The claim that is made about each row of an indicator, and the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from baseline_compare.comparison.aggregation import Levels, Mask, aggregate
from baseline_compare.comparison.choosing import evidence_of
from baseline_compare.comparison.claims import Claim, Claims, Usual
from baseline_compare.comparison.evidence import Evidence, Parted, Places, Shares
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.comparison.plans import Plan, Planner
from baseline_compare.comparison.variation import History, Variation
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Estimand, Indicator
from baseline_compare.statistics.dispersion import area_variance, own_change_df
from baseline_compare.statistics.relative import relative_to

CORRELATIONS = (0.3, 0.6)
"""Correlations at which a verdict is tried where the dependence of the periods is not known."""

PAIRS_FOR_OWN = 3
"""Pairs of years that a claim about an area's own change needs."""

FEWEST_PERIODS = {"month": 3, "week": 12}
"""Periods of a follow-up that is compared with what happens between years anyway."""


@dataclass(frozen=True, slots=True)
class _Makeup:
    """What the targets of a plan are made of.

    ``own`` and ``rest`` hold the shares of the finest areas in each target and in the rest of the
    mainland, rows of zeros where there is none; ``others`` is the evidence on the rest, which uses
    the same periods where ``alike``, and None where areas must not be added up or where the
    mainland is not ``whole``, as an area has no figures.
    """

    own: Floats
    rest: Floats
    others: Parted | None
    alike: Mask
    whole: bool

    @property
    def filled(self) -> Mask:
        """The targets that finest areas make up."""
        return np.asarray(self.own.any(axis=1))

    def comparable(self, evidence: Parted, at: Places) -> tuple[Mask, Mask]:
        """Say which rows have a rest, and which changes have the logarithm they need."""
        nothing = np.zeros(len(at), dtype=bool)
        if self.others is None:
            return nothing, ~nothing
        rest = self.alike[at] & self.others.usable[at]
        return rest, evidence.comparable(at) & self.others.comparable(at)


class Claimant:
    """Makes the claims about one indicator after the other.

    ``both`` holds, by indicator and area, how many of the same persons count in both periods.
    """

    def __init__(
        self,
        catalogue: Mapping[str, Indicator],
        planner: Planner,
        history: History,
        both: Mapping[tuple[str, str], float],
    ) -> None:
        self._catalogue = catalogue
        self._planner = planner
        self._history = history
        self._both = both

    def usual_estimand(self, indicator: Indicator, pairing: Pairing) -> Estimand:
        """Say how an indicator is judged unless a comparison says otherwise.

        A full register whose baseline has enough earlier years is judged against what happens
        between years anyway.
        """
        usual = indicator.usual_estimand
        countable = indicator.kind == "count" and indicator.primary_scale == "ratio"
        if usual == "process" or not (countable or indicator.kind in ("rate", "proportion")):
            return usual
        known = self._history.variation(indicator, pairing, pairs=PAIRS_FOR_OWN)
        return usual if known is None else "history"

    def lacks_pairs(self, indicator: Indicator, pairing: Pairing) -> bool:
        """Say whether earlier years are known, but too few pairs of them."""
        if not self._history.has(indicator):
            return False
        return self._history.variation(indicator, pairing, pairs=PAIRS_FOR_OWN) is None

    def claims(
        self,
        indicator: Indicator,
        pairing: Pairing,
        plan: Plan,
        levels: Levels,
        codes: Mapping[int, str],
        estimand: Estimand,
        bridges: Floats,
    ) -> Claims:
        """Make the claims about the rows of a plan that ``codes`` names; they have numbers.

        ``bridges`` holds the variance that a bridge brings to each row of the plan.
        """
        places = np.array(list(codes), dtype=np.intp)
        evidence = evidence_of(indicator, levels, self._catalogue)
        if evidence is None:
            return Claims((), dict.fromkeys(codes, "no_error"))
        unusable = places[~evidence.usable[places]].tolist()
        reasons = {place: evidence.reason(place) for place in unusable}
        left = places[evidence.usable[places]]
        rho, lacking = self._correlation(indicator, evidence, left, codes)
        reasons |= dict.fromkeys(left[lacking].tolist(), "no_overlap")
        left, rho = left[~lacking], rho[~lacking]
        made: list[Claim] = []
        own = estimand == "history" or indicator.usual_estimand == "process"
        usual = self._history.variation(indicator, pairing, pairs=PAIRS_FOR_OWN) if own else None
        if estimand == "history" and usual is None:
            return Claims((), reasons | dict.fromkeys(left.tolist(), "no_dispersion"))
        unfit = _unfit(pairing) if estimand == "history" else ""
        if unfit:
            return Claims((), reasons | dict.fromkeys(left.tolist(), unfit))
        variation = usual or self._history.variation(indicator, pairing)
        makeup = self._makeup(indicator, pairing, plan, levels) if variation else None
        if variation and indicator.kind == "count" and evidence.scale == "difference":
            return Claims((), reasons | dict.fromkeys(left.tolist(), "count_difference"))
        if variation and makeup is None:
            return Claims((), reasons | dict.fromkeys(left.tolist(), "parts_unknown"))
        if variation and makeup and isinstance(evidence, Parted):
            known = makeup.filled[left]
            at, left, own_rho, rho = left[known], left[~known], rho[known], rho[~known]
            if usual:
                claim = _own(indicator, evidence, at, own_rho, usual, makeup, bridges[at])
                pairs, changes = self._history.earlier_changes(indicator, pairing, plan)
                made.append(replace(claim, usual=Usual(usual, pairs, changes[:, at])))
            else:
                rest, counted = makeup.comparable(evidence, at)
                reasons |= dict.fromkeys(at[~counted].tolist(), "zero_follow_up")
                lacking_rest = "no_rest" if makeup.whole else "parts_unknown"
                reasons |= dict.fromkeys(at[~rest].tolist(), lacking_rest)
                if makeup.others is not None:
                    sides = evidence, makeup.others
                    made.append(_relative(sides, at[rest & counted], variation, makeup))
        unjudged = indicator.family == "headline" or indicator.usual_estimand == "finite"
        if variation:
            reasons |= dict.fromkeys(left.tolist(), "parts_unknown")
        elif unjudged or (isinstance(evidence, Parted) and self._history.has(indicator)):
            reasons |= dict.fromkeys(left.tolist(), "no_dispersion")
        elif len(left):
            made.append(_counting(indicator, evidence, left, rho))
        return Claims(tuple(claim for claim in made if len(claim.at)), reasons)

    def _correlation(
        self, indicator: Indicator, evidence: Evidence, places: Places, codes: Mapping[int, str]
    ) -> tuple[Floats, Mask]:
        """Give the correlation of the two periods, and where it is needed and not known."""
        rho = np.zeros(len(places))
        if indicator.dependence != "same_persons":
            return rho, np.zeros(len(places), dtype=bool)
        if not isinstance(evidence, Shares):
            return rho, np.ones(len(places), dtype=bool)
        keys = [(indicator.id, codes[place]) for place in places.tolist()]
        lacking = np.array([key not in self._both for key in keys], dtype=bool)
        both = np.array([self._both.get(key, 0.0) for key in keys])
        known = np.flatnonzero(~lacking)
        wrong = ~evidence.possible(places[known], both[known])
        if wrong.any():
            place = int(known[wrong][0])
            raise ComparisonError(
                Problem(
                    code="pairs.count",
                    expected="a whole number up to the smaller numerator, and equal denominators",
                    found=f"both = {both[place]:g} of {' in '.join(keys[place])}",
                    remedy="Give the persons of this indicator and area counted in both periods.",
                )
            )
        rho[known] = evidence.correlations(places[known], both[known])
        return rho, lacking

    def _makeup(
        self, indicator: Indicator, pairing: Pairing, plan: Plan, levels: Levels
    ) -> _Makeup | None:
        """Take targets apart into the finest areas, and add up the rest of the mainland."""
        finest = self._planner.finest(pairing.areas)
        if finest is None:
            return None
        parts = aggregate(pairing, finest, indicator)
        single = evidence_of(indicator, parts, self._catalogue)
        if not isinstance(single, Parted):
            return None
        weights: Floats = np.where(parts.known, single.weights(), 0.0)
        inside = self._planner.made_of(plan, finest.members)
        outside = ~inside & inside.any(axis=1, keepdims=True)
        known = ~(inside & ~parts.known).any(axis=1, keepdims=True)
        own, rest = _shares(weights * (inside & known)), _shares(weights * outside)
        additive = indicator.kind != "count" or indicator.additive_over_areas
        if not (additive and parts.known.all()):
            nothing = np.zeros(len(inside), dtype=bool)
            return _Makeup(own, rest, None, nothing, whole=bool(parts.known.all()))
        there = outside | ~outside.any(axis=1, keepdims=True)
        rows = aggregate(pairing, _plan_of(there, finest), indicator)
        others = evidence_of(indicator, rows, self._catalogue)
        if not isinstance(others, Parted):
            return None
        alike = outside.any(axis=1) & (rows.used == levels.used).all(axis=1)
        return _Makeup(own, rest, others, alike, whole=True)


def _unfit(pairing: Pairing) -> str:
    """Say why a follow-up cannot be compared with what happens between years; empty if it can."""
    periods = pairing.follow_up.periods
    if len({period.year for period in periods}) > 1:
        return "two_years"
    few = len(periods) < FEWEST_PERIODS.get(periods[0].type, 1)
    return "short_follow_up" if few else ""


def _own(
    indicator: Indicator,
    evidence: Parted,
    at: Places,
    rho: Floats,
    variation: Variation,
    makeup: _Makeup,
    bridges: Floats,
) -> Claim:
    """Claim an area's own change, against what happens between areas and between years."""
    local = area_variance(variation.local, makeup.own[at])
    df = own_change_df(
        evidence.counting_variance(at) + bridges,
        local,
        variation.df,
        variation.common,
        len(variation.pairs),
    )
    variance = local + variation.common + bridges
    return _claim(
        "own", indicator, evidence, at, rho=rho, variance=variance, df=df, variation=variation
    )


def _counting(indicator: Indicator, evidence: Evidence, at: Places, rho: Floats) -> Claim:
    """Claim an area's own change against counting variation only."""
    nothing, endless = np.zeros(len(at)), np.full(len(at), np.inf)
    return _claim("counting", indicator, evidence, at, rho=rho, variance=nothing, df=endless)


def _claim(
    about: Literal["own", "counting"],
    indicator: Indicator,
    evidence: Evidence,
    at: Places,
    *,
    rho: Floats,
    variance: Floats,
    df: Floats,
    variation: Variation | None = None,
) -> Claim:
    tried = {}
    if indicator.dependence == "unknown" and evidence.correlated:
        tried = {
            value: evidence.change(at, variance=variance, df=df, rho=value)
            for value in CORRELATIONS
        }
    return Claim(
        at=at,
        about=about,
        change=evidence.change(at, variance=variance, df=df, rho=rho),
        null_error=evidence.null_error(at),
        variance=variance,
        methods=evidence.methods(at),
        variation=variation,
        tried=tried,
    )


def _relative(
    parts: tuple[Parted, Parted], at: Places, variation: Variation, makeup: _Makeup
) -> Claim:
    """Claim the change of an area relative to that of the rest of the mainland."""
    blank, endless = np.zeros(len(at)), np.full(len(at), np.inf)
    sides = [part.change(at, variance=blank, df=endless) for part in parts]
    variance = area_variance(variation.local, makeup.own[at])
    variance = variance + area_variance(variation.local, makeup.rest[at])
    errors = [part.null_error(at) for part in parts]
    df = np.minimum(variation.df, np.minimum(sides[0].df, sides[1].df))
    return Claim(
        at=at,
        about="relative",
        change=relative_to(sides[0], sides[1], variance=variance, df=df),
        null_error=np.hypot(*errors),
        variance=variance,
        methods=parts[0].methods(at),
        variation=variation,
    )


def _shares(weights: Floats) -> Floats:
    total = weights.sum(axis=1, keepdims=True)
    found = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return np.asarray(found, dtype=np.float64)


def _plan_of(there: Mask, finest: Plan) -> Plan:
    """Plan one target a row from the finest areas that are there."""
    members = tuple(finest.members[column] for column in np.nonzero(there)[1].tolist())
    sizes = there.sum(axis=1)
    starts = (np.cumsum(sizes) - sizes).astype(np.intp)
    return Plan(tuple(range(len(there))), members, starts, ("own_group",) * len(there), {})
