"""What a row may say by itself: its state, or the verdict on what was registered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.verdicts import Verdict, verdict
from baseline_compare.indicators import Indicator
from baseline_compare.statistics.contrasts import direction

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Judgement:
    """The verdict of a row and why it is one of the states, if it is."""

    verdict: Verdict
    reason: str


def judge_states(known: Mask, suppressed: Mask, reasons: Sequence[str]) -> list[Judgement]:
    """Give each row its state and the reason; rows with numbers are undecided until they are."""
    judgements = []
    for index, hidden in enumerate(suppressed.tolist()):
        if hidden:
            judgements.append(Judgement("suppressed", "suppressed_cells"))
        elif not known[index]:
            judgements.append(Judgement("insufficient", reasons[index]))
        else:
            judgements.append(Judgement("undecided", ""))
    return judgements


def judge_registered(
    judgements: Iterable[Judgement], indicator: Indicator, base: Floats, follow_up: Floats
) -> None:
    """Decide the undecided rows by what was registered: change, margin and polarity alone."""
    margin = None if indicator.kind == "rating" else indicator.margin
    known = np.isfinite(base) & np.isfinite(follow_up)
    ways = np.zeros(len(base), dtype=np.int8)
    if margin is not None:
        safe = [np.where(known, side, 1.0) for side in (base, follow_up)]
        ways = direction(*safe, scale=margin.scale, margin=margin.size)
    for index, judgement in enumerate(judgements):
        if judgement.verdict != "undecided":
            continue
        if margin is None:
            judgement.verdict, judgement.reason = "insufficient", "no_margin"
        elif margin.scale == "ratio" and base[index] <= 0:
            judgement.verdict, judgement.reason = "insufficient", "zero_baseline"
        else:
            judgement.verdict = verdict(int(ways[index]), indicator.polarity)
