"""The verdict from change, margin and polarity; states first."""

from __future__ import annotations

from typing import Literal, get_args

from baseline_compare.indicators import Polarity

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
