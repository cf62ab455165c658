"""Decisions written into the table: numbers, verdicts, methods and reasons of claimed rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from baseline_compare.comparison.claims import Claim
from baseline_compare.comparison.deciding import Decisions
from baseline_compare.comparison.evidence import Change
from baseline_compare.comparison.judging import DEPENDS
from baseline_compare.comparison.methods import claim_names, scale_name
from baseline_compare.comparison.verdicts import verdict_of
from baseline_compare.indicators import Indicator
from baseline_compare.statistics.classes import CHANGE_CLASSES
from baseline_compare.statistics.envelopes import Envelope
from baseline_compare.statistics.intervals import Floats
from baseline_compare.statistics.placebos import placebo_rank
from baseline_compare.statistics.relative import LogRatio

_TEXTS = ("scale", "verdict", "verdict_class", "method", "reason")
_VALUES = (
    "change", "change_low", "change_high", "relative_change", "relative_low", "relative_high",
    "p_value", "p_adjusted", "detectable_change", "usual_range_low", "usual_range_high",
    "placebo_rank",
)  # fmt: skip


FEWEST_EARLIER = 2
"""Earlier changes below which there is no range to speak of."""


def fill(
    table: pd.DataFrame,
    claims: Sequence[Claim],
    owners: Sequence[Indicator],
    decisions: Decisions,
) -> None:
    """Write what was decided into the rows of a new table, which nobody else holds yet."""
    numbers = decisions.numbers
    claimed = decisions.classes >= 0
    columns = {name: table[name].to_numpy(dtype=object).copy() for name in _TEXTS}
    values = {name: table[name].to_numpy(dtype=np.float64).copy() for name in _VALUES}
    for claim, indicator in zip(claims, owners, strict=True):
        at = claim.at
        _write_interval(values, numbers, claim, indicator)
        for name in ("p_value", "p_adjusted"):
            values[name][at] = numbers[name][at]
        shift = 1.0 if claim.change.scale == "ratio" else 0.0
        values["detectable_change"][at] = numbers["detectable"][at] - shift
        columns["scale"][at] = scale_name(claim, indicator)
        earlier = _write_usual(values, claim)
        for place, method, seen in zip(at.tolist(), claim.methods, earlier, strict=True):
            found = CHANGE_CLASSES[decisions.classes[place]]
            columns["verdict"][place] = verdict_of(found, indicator.polarity)
            columns["verdict_class"][place] = found
            columns["method"][place] = claim_names(
                columns["method"][place],
                claim,
                method,
                level=numbers["decision_level"][place],
                df=numbers["df"][place],
                variance=numbers["variance"][place],
                earlier=seen,
            )
            kept = columns["reason"][place]
            reasons = [kept] if isinstance(kept, str) else []
            reasons += [DEPENDS] if decisions.hanging[place] else []
            reasons += [
                f"correlation={rho}:{verdict_of(CHANGE_CLASSES[other[place]], indicator.polarity)}"
                for rho, other in decisions.tried.items()
                if other[place] >= 0 and other[place] != decisions.classes[place]
            ]
            columns["reason"][place] = ",".join(reasons) or None
    for name, column in (columns | values).items():
        table[name] = column
    table.loc[claimed, "family_size"] = decisions.family_size[claimed]


def _write_usual(values: Mapping[str, Floats], claim: Claim) -> list[int]:
    """Write between which changes earlier pairs of years lie, and the rank of this one.

    Gives the number of earlier changes of each row; 0 where there are too few.
    """
    numbers = [0] * len(claim.at)
    if claim.usual is None:
        return numbers
    ratio = claim.change.scale == "ratio"
    ends = [_primary(end, ratio=ratio) for end in _ends(claim.change)]
    for number, place in enumerate(claim.at.tolist()):
        seen = claim.usual.of(number)
        own = [end[number] for end in ends]
        if len(seen) < FEWEST_EARLIER or not np.isfinite(own).all():
            continue
        numbers[number] = len(seen)
        low, high = seen.min(), seen.max()
        values["usual_range_low"][place] = np.expm1(low) if ratio else low
        values["usual_range_high"][place] = np.expm1(high) if ratio else high
        ranks = {float(placebo_rank(end, seen)) for end in own}
        if len(ranks) == 1 and np.sign(own[0]) == np.sign(own[-1]):
            values["placebo_rank"][place] = ranks.pop()
    return numbers


def _primary(estimate: Floats, *, ratio: bool) -> Floats:
    """Give changes as they are ranked: of ratios the logarithm, missing where there is none."""
    if not ratio:
        return estimate
    return np.log(estimate, out=np.full_like(estimate, np.nan), where=estimate > 0)


def _ends(change: Change) -> tuple[Floats, ...]:
    """Give the estimate of each change, or the two ends of those that are known within bounds."""
    return change.ends if isinstance(change, Envelope) else (change.estimate,)


def _write_interval(
    values: Mapping[str, Floats],
    numbers: Mapping[str, Floats],
    claim: Claim,
    indicator: Indicator,
) -> None:
    """Write change and limits on both scales; claims against the rest replace the own change."""
    at, change = claim.at, claim.change
    own, other = ("relative", "change") if change.scale == "ratio" else ("change", "relative")
    shift = {"relative": 1.0, "change": 0.0}
    alone = claim.about == "relative" and change.scale == "difference"
    within = isinstance(change, Envelope)
    has_relative = np.isfinite(values["relative_low" if within else "relative_change"][at])
    for side in ("low", "high"):
        values[f"{own}_{side}"][at] = numbers[side][at] - shift[own]
        if alone:
            values[f"{other}_{side}"][at] = np.nan
        else:
            found = numbers[f"other_{side}"][at] - shift[other]
            values[f"{other}_{side}"][at] = np.where(has_relative, found, np.nan)
    if within:
        return
    if claim.about == "relative" and isinstance(change, LogRatio):
        values["relative_change"][at] = change.estimate - 1
        values["change"][at] = change.current - change.expected
    elif claim.about == "relative" or indicator.kind == "rating":
        values["change"][at] = change.estimate
        values["relative_change"][at] = np.nan
