"""The same raters twice: signed ranks of their differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, two_sided_p
from baseline_compare.statistics.observations import one_sample
from baseline_compare.statistics.sign_flips import MOST_PATTERNS, subset_sums

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SignedRanks:
    """Rank sums of the positive and of the negative differences, and the two-sided p-value.

    ``nonzero`` counts the differences that are not 0; ``method`` says whether p is exact.
    """

    positive: float
    negative: float
    nonzero: int
    p: float
    method: Literal["exact", "normal"]


def pratt(differences: npt.ArrayLike) -> SignedRanks:
    """Test whether the ratings of the same raters moved; for ratings with zeros and ties.

    Parameters
    ----------
    differences
        Second minus first of each rater, ranked as given: decimals that are not exact in binary
        are rounded by the caller.

    Returns
    -------
    SignedRanks
        Exact up to 20 differences that are not 0, beyond that normal; p is 1 if all are 0.

    Raises
    ------
    ValueError
        If there is no difference, or one that is not a finite number.

    Notes
    -----
    The sizes are ranked with the zeros in, then the ranks of the zeros are dropped.  Exact: all
    sign patterns of the tied ranks.  Normal: variance sum(r^2) / 4, no continuity correction.

    References
    ----------
    Pratt 1959, JASA 54:655.

    Examples
    --------
    >>> pratt([1, 0, 1, 2, 0, 0, 1, 1, 1, 0, 1, 0]).p
    0.015625
    """
    signs, ranks = doubled_ranks(one_sample(differences))
    ranks = ranks[signs != 0]
    if ranks.size > MOST_PATTERNS:
        return signed_ranks_normal(differences, zeros="pratt")
    positive, negative = rank_sums(signs[signs != 0], ranks)
    sums = subset_sums(ranks)
    tail = int(np.count_nonzero(sums <= min(positive, negative))) / sums.size
    return SignedRanks(
        positive=positive / 2,
        negative=negative / 2,
        nonzero=ranks.size,
        p=min(1.0, 2 * tail),
        method="exact",
    )


def signed_ranks_normal(
    differences: npt.ArrayLike, *, zeros: Literal["pratt", "zsplit", "drop"]
) -> SignedRanks:
    """Give the signed-rank test with a normal p-value, for many differences.

    Parameters
    ----------
    differences
        Second minus first of each rater, ranked as given.
    zeros
        ``pratt``: ranked, then dropped.  ``zsplit``: half of their ranks on each side.  ``drop``:
        dropped before ranking (Wilcoxon).

    Returns
    -------
    SignedRanks
        p is 1 if all differences are 0.

    Raises
    ------
    ValueError
        If there is no difference, or one that is not a finite number.

    Notes
    -----
    Variance sum(r^2) / 4 over the ranks used, no continuity correction.

    References
    ----------
    Pratt 1959, JASA 54:655; Cureton 1967, JASA 62:1068.

    Examples
    --------
    >>> moved = np.repeat([-4, -3, -2, -1, 0, 1, 2, 3, 4], [1, 4, 16, 15, 8, 4, 5, 1, 2])
    >>> round(signed_ranks_normal(moved, zeros="zsplit").p, 7)
    0.0032145
    """
    values = one_sample(differences)
    if zeros == "drop":
        values = values[values != 0]
    signs, ranks = doubled_ranks(values)
    positive, negative = (side / 2 for side in rank_sums(signs, ranks))
    if zeros == "zsplit":
        half = int(ranks[signs == 0].sum()) / 4
        positive, negative = positive + half, negative + half
    else:
        ranks = ranks[signs != 0]
    squares = float((ranks.astype(np.float64) ** 2).sum())
    z = np.asarray(abs(positive - negative) * 2 / np.sqrt(squares) if squares else 0.0)
    return SignedRanks(
        positive=positive,
        negative=negative,
        nonzero=int(np.count_nonzero(signs)),
        p=float(two_sided_p(z)),
        method="normal",
    )


def doubled_ranks(values: Floats) -> tuple[Whole, Whole]:
    """Give the sign of each value and twice the mean rank of its size: whole in spite of ties.

    Examples
    --------
    >>> doubled_ranks(np.array([-1.0, 1.0, 3.0]))
    (array([-1,  1,  1]), array([3, 3, 6]))
    """
    _, place, count = np.unique(np.abs(values), return_inverse=True, return_counts=True)
    doubled = 2 * np.cumsum(count) - count + 1
    return np.sign(values).astype(np.int64), np.asarray(doubled[place], dtype=np.int64)


def rank_sums(signs: Whole, ranks: Whole) -> tuple[int, int]:
    """Give the sums of the ranks of the positive and of the negative differences."""
    return int(ranks[signs > 0].sum()), int(ranks[signs < 0].sum())
