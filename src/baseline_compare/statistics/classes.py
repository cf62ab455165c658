"""The class of a change: its direction and its relevance, from intervals and margin alone."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, Mask

ChangeClass = Literal[
    "relevant_increase",
    "increase",
    "small_increase",
    "relevant_decrease",
    "decrease",
    "small_decrease",
    "no_relevant_change",
    "inconclusive",
]
CHANGE_CLASSES: tuple[ChangeClass, ...] = get_args(ChangeClass)


def classify(
    decision: Interval,
    equivalence: Interval,
    low: Floats,
    high: Floats,
    *,
    neutral: float,
    has_margin: Mask | None = None,
) -> npt.NDArray[np.int8]:
    """Give the place in ``CHANGE_CLASSES`` of each change.

    Parameters
    ----------
    decision
        The interval at the decision level; it shows a direction where it excludes ``neutral``, and
        relevance where it lies beyond ``low`` or ``high``.
    equivalence
        The interval at twice the level of the two one-sided tests; it excludes relevance where it
        lies between ``low`` and ``high``.
    low, high
        The margin: changes strictly between them do not count.
    neutral
        No change: 0 for a difference, 1 for a ratio.
    has_margin
        Where there is no margin, relevance is open.

    Notes
    -----
    Both intervals hold the estimate, so relevance is never shown and excluded at once, and where
    it is shown there is a direction: the eight classes exclude each other and leave nothing out.

    References
    ----------
    Schuirmann 1987, J Pharmacokinet Biopharm 15:657; Lakens 2017, SPPS 8:355.

    Examples
    --------
    >>> decision = Interval(np.array([0.02, 0.001, -0.2]), np.array([0.04, 0.03, 0.3]))
    >>> equivalence = Interval(np.array([0.025, 0.003, -0.1]), np.array([0.035, 0.008, 0.2]))
    >>> low, high = np.full(3, -0.01), np.full(3, 0.01)
    >>> [CHANGE_CLASSES[i] for i in classify(decision, equivalence, low, high, neutral=0)]
    ['relevant_increase', 'small_increase', 'inconclusive']
    """
    known = np.ones(decision.lower.shape, dtype=bool) if has_margin is None else has_margin
    up, down = decision.lower > neutral, decision.upper < neutral
    shown = known & ((decision.lower > high) | (decision.upper < low))
    excluded = known & (low < equivalence.lower) & (equivalence.upper < high)
    conditions = [
        up & shown, up & ~shown & ~excluded, up & excluded,
        down & shown, down & ~shown & ~excluded, down & excluded,
        excluded,
    ]  # fmt: skip
    inconclusive = CHANGE_CLASSES.index("inconclusive")
    return np.select(conditions, list(range(inconclusive)), inconclusive).astype(np.int8)
