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

DEPENDS = "depends_on_suppressed"
"""Why a row is undecided that some possible values of hidden cells would decide."""


@dataclass(slots=True)
class Judgement:
    """The verdict of a row and why it is one of the states, if it is."""

    verdict: Verdict
    reason: str


def judge_states(known: Mask, suppressed: Mask, reasons: Sequence[str]) -> list[Judgement]:
    """Give each row its state and the reason; rows with numbers are undecided until they are.

    ``known`` says where there are numbers, or bounds of them.
    """
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
    judgements: Iterable[Judgement], indicator: Indicator, ends: Sequence[tuple[Floats, Floats]]
) -> None:
    """Decide the undecided rows by what was registered: change, margin and polarity alone.

    ``ends`` holds baseline and follow-up where the change is smallest and where it is largest,
    which is the same but for rows that rest on hidden cells. What the change means rises with it,
    so it is the same for all possible values where it is so at both ends.
    """
    told = [_registered(indicator, base, follow_up) for base, follow_up in ends]
    for judgement, low, high in zip(judgements, *told, strict=True):
        if judgement.verdict != "undecided":
            continue
        found = low if low == high else Judgement("undecided", DEPENDS)
        judgement.verdict, judgement.reason = found.verdict, found.reason or judgement.reason


def _registered(indicator: Indicator, base: Floats, follow_up: Floats) -> list[Judgement]:
    margin = None if indicator.kind == "rating" else indicator.margin
    known = np.isfinite(base) & np.isfinite(follow_up)
    ways = np.zeros(len(base), dtype=np.int8)
    if margin is not None:
        safe = [np.where(known, side, 1.0) for side in (base, follow_up)]
        ways = direction(*safe, scale=margin.scale, margin=margin.size)
    judgements = []
    for way, before in zip(ways.tolist(), base.tolist(), strict=True):
        if margin is None:
            judgements.append(Judgement("insufficient", "no_margin"))
        elif margin.scale == "ratio" and before <= 0:
            judgements.append(Judgement("insufficient", "zero_baseline"))
        else:
            judgements.append(Judgement(verdict(way, indicator.polarity), ""))
    return judgements
