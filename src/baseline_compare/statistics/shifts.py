"""The shift of measurements of the same units, from the means of all pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, refuse, tail_beyond
from baseline_compare.statistics.observations import one_sample
from baseline_compare.statistics.signed_ranks import SignedRanks, doubled_ranks, rank_sums

_MOST_RANKS = 500
"""Differences up to which the law of the rank sum is computed."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A signed-rank test with the Hodges-Lehmann estimate of the shift and its limits."""

    test: SignedRanks
    estimate: float
    interval: Interval


def wilcoxon_exact(differences: npt.ArrayLike, q: float) -> Shift:
    """Estimate the shift of measurements of the same units, with exact limits.

    For measurements in which zeros are accidents; ratings take ``pratt``.

    Parameters
    ----------
    differences
        Second minus first of each unit, at most 500, none of them 0.
    q
        The two-sided quantile.

    Returns
    -------
    Shift
        The estimate is the median of the means of all pairs (Walsh averages, each unit paired with
        itself too); the limits are two of them, infinite if so few units have none at this level.

    Raises
    ------
    ValueError
        If there is no difference or more than 500, or one is 0 or not a finite number.

    Notes
    -----
    p counts the sign patterns of the tied ranks.  The limits are those without ties; where sizes
    are tied they keep at least their confidence, and p may disagree with them.

    References
    ----------
    Wilcoxon 1945, Biometrics Bull 1:80; Hodges and Lehmann 1963, Ann Math Stat 34:598.

    Examples
    --------
    >>> before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
    >>> after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    >>> found = wilcoxon_exact(np.subtract(before, after), 1.959963985)
    >>> found.test.p, found.interval.lower.round(3).item(), found.interval.upper.round(3).item()
    (0.0390625, 0.01, 0.786)
    """
    values = one_sample(differences)
    refuse(values == 0, "differences that are not 0", differences=values)
    if values.size > _MOST_RANKS:
        message = f"expected at most {_MOST_RANKS} differences, found {values.size}"
        raise ValueError(message)
    signs, ranks = doubled_ranks(values)
    positive, negative = rank_sums(signs, ranks)
    tail = float(_rank_sum_law(ranks)[: min(positive, negative) + 1].sum())
    first, second = np.triu_indices(values.size)
    walsh = np.sort((values[first] + values[second]) / 2)
    untied = np.cumsum(_rank_sum_law(np.arange(1, values.size + 1)))
    outside = int(np.count_nonzero(untied <= tail_beyond(q)))
    padded = np.concatenate(([-np.inf], walsh, [np.inf]))
    return Shift(
        test=SignedRanks(
            positive=positive / 2,
            negative=negative / 2,
            nonzero=values.size,
            p=min(1.0, 2 * tail),
            method="exact",
        ),
        estimate=float(np.median(walsh)),
        interval=Interval(np.asarray(padded[outside]), np.asarray(padded[-1 - outside])),
    )


def _rank_sum_law(ranks: npt.NDArray[np.int64]) -> Floats:
    """Give the probability of each sum 0, 1, ... of whole ranks that count with chance 1/2."""
    law = np.zeros(int(ranks.sum()) + 1)
    law[0] = 1.0
    for rank in ranks:
        law /= 2
        law[rank:] += law[:-rank].copy()
    return law
