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
from baseline_compare.periods import Period
from baseline_compare.statistics.contrasts import direction

Mask = npt.NDArray[np.bool_]
_DEFINING = (
    "kind", "unit", "period_types", "numerator", "denominator", "denominator_period", "computed",
    "definitions",
)  # fmt: skip


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
    indicators: Iterable[tuple[Indicator, Indicator | None]],
    areas: Iterable[str],
    events: Iterable[Break],
    window: tuple[Period, Period],
) -> list[str]:
    """Say what makes a row incomparable: hard events, a grown area, another definition.

    ``indicators`` are the one of the row and, if it is computed, its parts, each as the baseline
    and as the follow-up define it; ``areas`` are those the row is taken from.
    """
    found = [event.id for event in events if event.effect == "not_comparable"]
    found += [
        f"area.composition:{change.from_area}"
        for change in registry().changes(window[0].first_day, window[1].last_day)
        if change.kind == "merger" and change.to_area in areas and change.from_area not in areas
    ]
    if any(
        getattr(later, name) != getattr(sealed, name)
        for sealed, later in indicators
        if later is not None
        for name in _DEFINING
    ):
        found.append("definition")
    return found
