"""From evidence to verdicts: families, decision levels, classes, and what could have been seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.claims import Claim
from baseline_compare.comparison.evidence import Change, Places
from baseline_compare.indicators import ComparedFamily, Indicator
from baseline_compare.statistics.adjustment import benjamini_hochberg, decision_levels, holm
from baseline_compare.statistics.classes import classify, settled
from baseline_compare.statistics.envelopes import Envelope
from baseline_compare.statistics.intervals import Floats, Mask, beyond
from baseline_compare.statistics.power import detectable_change
from baseline_compare.statistics.relative import LogRatio, joined_ratios
from baseline_compare.statistics.two_periods import TwoPeriods, joined, margin_limits

PRINTED_LEVEL = 0.05
"""Of the intervals in the table; the level that decides depends on the family."""

NUMBERS = (
    "estimate", "low", "high", "other_low", "other_high", "p_value", "p_adjusted", "detectable",
    "decision_level", "equivalence_level", "df", "variance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided on each row of a table, missing where nothing was.

    ``numbers`` holds ``NUMBERS`` on the primary scale (ratios as ratios), ``classes`` the place in
    ``CHANGE_CLASSES`` or -1, ``family_size`` the comparisons adjusted together, and ``tried`` the
    class at other correlations. ``hanging`` marks what is inconclusive for want of hidden figures.
    """

    numbers: Mapping[str, Floats]
    classes: npt.NDArray[np.int8]
    family_size: npt.NDArray[np.int64]
    tried: Mapping[float, npt.NDArray[np.int8]]
    hanging: Mask


@dataclass(slots=True)
class _Batch:
    """Claims by one method, put together."""

    at: Places
    change: Change
    null_error: Floats
    variance: Floats
    tried: Mapping[float, Change] = field(default_factory=dict)


def decide(
    claims: Sequence[Claim],
    owners: Sequence[Indicator],
    rows: int,
    families: Mapping[str, ComparedFamily],
) -> Decisions:
    """Adjust all claims within their families and give each row its class.

    Parameters
    ----------
    claims
        Their ``at`` are rows of the whole table.
    owners
        The indicator of each claim.
    rows
        How many rows the table has.
    families
        How each family is adjusted.
    """
    numbers = {name: np.full(rows, np.nan) for name in NUMBERS}
    margins = np.full(rows, np.nan)
    family = np.full(rows, "", dtype=object)
    for claim, indicator in zip(claims, owners, strict=True):
        family[claim.at] = indicator.family
        margins[claim.at] = indicator.margin.size if indicator.margin else np.nan
    batches = list(_batches(claims))
    equivalence = np.full(rows, np.nan)
    for batch in batches:
        numbers["p_value"][batch.at] = batch.change.p_value()
        has_margin = np.isfinite(margins[batch.at])
        safe = np.where(has_margin, margins[batch.at], 1.0)
        found = batch.change.equivalence_p(safe)
        equivalence[batch.at] = np.where(has_margin, found, np.nan)
    sizes = np.zeros(rows, dtype=np.int64)
    for key, rule in families.items():
        own = np.flatnonzero(family == key)
        sizes[own] = len(own)
        if len(own):
            p = numbers["p_value"][own]
            numbers["p_adjusted"][own] = _ADJUSTED[rule.adjustment](p)
            numbers["decision_level"][own] = decision_levels(
                p, method=rule.adjustment, rate=rule.size
            )
        judged = own[np.isfinite(equivalence[own])]
        if len(judged):
            numbers["equivalence_level"][judged] = decision_levels(
                equivalence[judged], method=rule.adjustment, rate=rule.size
            )
    classes = np.full(rows, -1, dtype=np.int8)
    tried: dict[float, npt.NDArray[np.int8]] = {}
    hanging = np.zeros(rows, dtype=bool)
    for batch in batches:
        at = batch.at
        _fill(numbers, batch)
        classes[at], hanging[at] = _decided(batch.change, at, numbers, margins)
        for rho, change in batch.tried.items():
            known = tried.setdefault(rho, np.full(rows, -1, dtype=np.int8))
            known[at], _ = _decided(change, at, numbers, margins)
    return Decisions(numbers, classes, sizes, tried, hanging)


_ADJUSTED = {"holm": holm, "benjamini_hochberg": benjamini_hochberg}


def _fill(numbers: Mapping[str, Floats], batch: _Batch) -> None:
    change, at = batch.change, batch.at
    printed, other = change.interval(PRINTED_LEVEL), change.other_interval(PRINTED_LEVEL)
    numbers["estimate"][at] = change.estimate
    numbers["low"][at], numbers["high"][at] = printed.lower, printed.upper
    if other is not None:
        numbers["other_low"][at], numbers["other_high"][at] = other.lower, other.upper
    numbers["df"][at], numbers["variance"][at] = change.df, batch.variance
    q = beyond(numbers["decision_level"][at] / 2, change.df)
    seen = detectable_change(batch.null_error, q, variance=batch.variance)
    numbers["detectable"][at] = np.exp(seen) if change.scale == "ratio" else seen


def _decided(
    change: Change, at: Places, numbers: Mapping[str, Floats], margins: Floats
) -> tuple[npt.NDArray[np.int8], Mask]:
    """Classify changes; those known within bounds over all of these and at both ends."""
    found = _classes(change, at, numbers, margins)
    if not isinstance(change, Envelope):
        return found, np.zeros(at.shape, dtype=bool)
    low, high = (_classes(end, at, numbers, margins) for end in (change.low, change.high))
    return settled(found, low, high)


def _classes(
    change: Change, at: Places, numbers: Mapping[str, Floats], margins: Floats
) -> npt.NDArray[np.int8]:
    """Classify at the levels of the family, which do not depend on a correlation tried."""
    decision = change.interval(numbers["decision_level"][at])
    has_margin = np.isfinite(margins[at])
    level = np.where(has_margin, numbers["equivalence_level"][at], PRINTED_LEVEL)
    equivalence = change.interval(np.minimum(2 * level, 1.0))
    band = margin_limits(change.scale, np.where(has_margin, margins[at], 1.0), at.shape)
    return classify(
        decision,
        equivalence,
        band.low,
        band.high,
        neutral=1.0 if change.scale == "ratio" else 0.0,
        has_margin=has_margin,
    )


def _batches(claims: Iterable[Claim]) -> Iterable[_Batch]:
    """Put claims by one method together, so that each method runs once over all its cells."""
    groups: dict[tuple[object, ...], list[Claim]] = {}
    for place, claim in enumerate(claims):
        change = claim.change
        engine = change.logs if isinstance(change, LogRatio) else change
        how = engine.lower if isinstance(engine, TwoPeriods) else place
        groups.setdefault((type(change), how, change.scale, *claim.tried), []).append(claim)
    for group in groups.values():
        yield _Batch(
            at=np.concatenate([claim.at for claim in group]),
            change=_together([claim.change for claim in group]),
            null_error=np.concatenate([claim.null_error for claim in group]),
            variance=np.concatenate([claim.variance for claim in group]),
            tried={rho: _together([c.tried[rho] for c in group]) for rho in group[0].tried},
        )


def _together(changes: Sequence[Change]) -> Change:
    if len(changes) == 1:
        return changes[0]
    engines = [change for change in changes if isinstance(change, TwoPeriods)]
    if engines:
        return joined(engines)
    return joined_ratios([change for change in changes if isinstance(change, LogRatio)])
