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


_READ_AS = np.array([1, 1, 0, -1, -1, 0, 0, 2], dtype=np.int8)
"""What readers see of each class: up, down, no relevant change (0) or undecided (2)."""


def settled(
    envelope: npt.NDArray[np.int8], low: npt.NDArray[np.int8], high: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int8], Mask]:
    """Give the class of changes whose levels are known within bounds, and what hangs on these.

    Parameters
    ----------
    envelope
        The class by the interval over all possible levels, as its place in ``CHANGE_CLASSES``.
    low, high
        The classes at both ends by themselves.

    Returns
    -------
    tuple
        The class of the envelope where both ends are read as it is, else inconclusive; and whether
        an inconclusive one depends on the bounds: it does unless both ends are inconclusive, too.

    Examples
    --------
    An increase at both ends whose size is open; small at one end and open at the other; two ends
    that are inconclusive by themselves:

    >>> places = [[CHANGE_CLASSES.index(name) for name in names] for names in (
    ...     ("increase", "increase", "inconclusive"),
    ...     ("increase", "small_increase", "inconclusive"),
    ...     ("relevant_increase", "increase", "inconclusive"),
    ... )]
    >>> found, hanging = settled(*np.array(places))
    >>> [CHANGE_CLASSES[place] for place in found], hanging
    (['increase', 'inconclusive', 'inconclusive'], array([False,  True, False]))
    """
    undecided = np.int8(CHANGE_CLASSES.index("inconclusive"))
    read = [_READ_AS[classes] for classes in (envelope, low, high)]
    same = (read[0] == read[1]) & (read[0] == read[2])
    found = np.where(same, envelope, undecided).astype(np.int8)
    return found, (found == undecided) & ~((low == undecided) & (high == undecided))
