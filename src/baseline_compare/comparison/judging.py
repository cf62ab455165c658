"""What a row may say: the verdict, and the events or definitions that forbid one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.areas import registry
from baseline_compare.breaks import Break
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.verdicts import Verdict, verdict
from baseline_compare.indicators import Indicator
from baseline_compare.periods import LAST_YEAR, Period
from baseline_compare.statistics import direction

Mask = npt.NDArray[np.bool_]
_DEFINING = ("kind", "unit", "period_types", "numerator", "denominator", "computed", "definitions")


@dataclass(slots=True)
class Judgement:
    """The verdict of a row and why it is one of the states, if it is."""

    verdict: Verdict
    reason: str


def judge(
    indicator: Indicator,
    base: Floats,
    follow_up: Floats,
    known: Mask,
    suppressed: Mask,
    reasons: Sequence[str],
) -> list[Judgement]:
    """Give each row its verdict from change, margin and polarity, or its state and the reason."""
    margin = indicator.margin
    ways = np.zeros(len(base), dtype=np.int8)
    if margin is not None:
        safe = [np.where(known, side, 1.0) for side in (base, follow_up)]
        ways = direction(*safe, scale=margin.scale, margin=margin.size)
    judgements = []
    for index, way in enumerate(ways.tolist()):
        if suppressed[index]:
            judgements.append(Judgement("suppressed", "suppressed_cells"))
        elif not known[index]:
            judgements.append(Judgement("insufficient", reasons[index]))
        elif margin is None:
            judgements.append(Judgement("insufficient", "no_margin"))
        elif margin.scale == "ratio" and base[index] <= 0:
            judgements.append(Judgement("insufficient", "zero_baseline"))
        else:
            judgements.append(Judgement(verdict(way, indicator.polarity), ""))
    return judgements


def obstacles(
    indicator: Indicator,
    defined_later: Indicator | None,
    code: str,
    events: Iterable[Break],
    window: tuple[Period, Period],
    *,
    own_rows: bool,
) -> list[str]:
    """Say what makes a row incomparable: hard events, a grown area, another definition."""
    found = [event.id for event in events if event.effect == "not_comparable"]
    if own_rows:
        found += [
            f"area.composition:{change.from_area}"
            for change in registry().changes(window[0].first_day, LAST_YEAR)
            if change.kind == "merger"
            and change.to_area == code
            and change.date <= window[1].last_day
        ]
    if defined_later is not None and any(
        getattr(defined_later, name) != getattr(indicator, name) for name in _DEFINING
    ):
        found.append("definition")
    return found
