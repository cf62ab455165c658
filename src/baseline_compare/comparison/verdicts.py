"""The verdict from change, margin and polarity; states first."""

from __future__ import annotations

from typing import Literal, get_args

from baseline_compare.indicators import Polarity
from baseline_compare.statistics.classes import ChangeClass

Verdict = Literal[
    "improved",
    "worsened",
    "increased",
    "decreased",
    "no_relevant_change",
    "undecided",
    "not_comparable",
    "insufficient",
    "suppressed",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
STATES = ("not_comparable", "suppressed", "insufficient")
"""Verdicts that say why nothing was decided."""


def verdict(direction: int, polarity: Polarity) -> Verdict:
    """Name a change that reaches its margin (1 up, -1 down) or does not (0).

    Examples
    --------
    >>> verdict(-1, "neutral"), verdict(-1, "lower_is_better"), verdict(0, "neutral")
    ('decreased', 'improved', 'no_relevant_change')
    """
    if direction == 0:
        return "no_relevant_change"
    if polarity == "neutral":
        return "increased" if direction > 0 else "decreased"
    better = (direction > 0) == (polarity == "higher_is_better")
    return "improved" if better else "worsened"


def verdict_of(change_class: ChangeClass, polarity: Polarity) -> Verdict:
    """Give the verdict that readers see for a class of change.

    A change whose direction is shown counts unless it is shown to be smaller than the margin.

    Examples
    --------
    >>> verdict_of("increase", "lower_is_better"), verdict_of("small_decrease", "neutral")
    ('worsened', 'no_relevant_change')
    """
    if change_class == "inconclusive":
        return "undecided"
    directions = {
        "relevant_increase": 1, "increase": 1, "relevant_decrease": -1, "decrease": -1,
    }  # fmt: skip
    return verdict(directions.get(change_class, 0), polarity)
