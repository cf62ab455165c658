"""Ratings of two periods by different raters: the change with an interval and a p-value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, Mask, beyond, one_tail
from baseline_compare.statistics.permutations import brunner_munzel_permutation, count_tables
from baseline_compare.statistics.two_groups import brunner_munzel

MOST_TABLES = 200_000
"""Groups with more distinct arrangements are judged by the t approximation alone."""


@dataclass(frozen=True, slots=True)
class RatingGroups:
    """The evidence on the change of ratings: P(later > earlier) + P(equal) / 2 - 1/2.

    A direction needs both tests: ``p`` is the larger of the p-values of Brunner and Munzel's
    interval and of the studentised permutation test, and where the latter does not reject, the
    interval is widened to include no change. ``permuted`` says where it could be computed;
    ``error`` is the standard error of the change, ``null_error`` that of two groups with the
    ratings of the first; ``n1`` and ``n2`` are the numbers of raters.
    """

    estimate: Floats
    error: Floats
    df: Floats
    p: Floats
    permuted: Mask
    null_error: Floats
    n1: Floats
    n2: Floats

    @property
    def scale(self) -> Literal["difference"]:
        """Always a difference, of probabilities."""
        return "difference"

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval of the change in [-1/2, 1/2], each tail with level / 2."""
        alpha = np.asarray(level, dtype=np.float64)
        reach = beyond(alpha / 2, self.df) * self.error
        lower, upper = self.estimate - reach, self.estimate + reach
        undecided = self.p >= alpha
        return Interval(
            np.maximum(np.where(undecided, np.minimum(lower, 0.0), lower), -0.5),
            np.minimum(np.where(undecided, np.maximum(upper, 0.0), upper), 0.5),
        )

    def other_interval(self, level: npt.ArrayLike) -> None:
        """Give nothing: ordinal ratings have no ratio."""
        del level

    def p_value(self) -> Floats:
        """Give the two-sided p-value of no change."""
        return self.p

    def equivalence_p(self, margin: npt.ArrayLike) -> Floats:
        """Give the p-value of two one-sided tests against a margin, by the t approximation."""
        distance = np.asarray(margin, dtype=np.float64) - np.abs(self.estimate)
        tail = one_tail(distance / self.error, self.df)
        return np.where(distance > 0, tail, 1.0)


def rating_groups(
    earlier: Sequence[Mapping[float, int]], later: Sequence[Mapping[float, int]]
) -> RatingGroups:
    """Compare the ratings of two periods, one frequency table a cell and period.

    Raises
    ------
    ValueError
        If a group has fewer than two raters, or all ratings of a cell leave no variance.

    References
    ----------
    Brunner and Munzel 2000, Biom J 42:17; Neubert and Brunner 2007, CSDA 51:5192.

    Examples
    --------
    The pain scores of Neubert and Brunner: .0058 by the t approximation, .0080 permuted.

    >>> found = rating_groups([{1: 11, 2: 2, 4: 1}], [{1: 3, 2: 1, 3: 4, 4: 2, 5: 1}])
    >>> found.estimate.round(3), found.p.round(4), found.permuted
    (array([0.289]), array([0.008]), array([ True]))
    """
    values = sorted({value for table in (*earlier, *later) for value in table})
    first, second = (
        np.array([[table.get(value, 0) for value in values] for table in tables], dtype=np.float64)
        for tables in (earlier, later)
    )
    found = brunner_munzel(first, second, 1.0)
    permuted = np.array(
        [count_tables(a, b) <= MOST_TABLES for a, b in zip(first, second, strict=True)], dtype=bool
    )
    p = found.p.copy()
    for place in np.flatnonzero(permuted):
        p[place] = max(p[place], brunner_munzel_permutation(first[place], second[place]).p)
    reach = (found.interval.upper - found.interval.lower) / 2
    return RatingGroups(
        estimate=found.change,
        error=reach / beyond(one_tail(np.ones_like(reach)), found.df),
        df=found.df,
        p=p,
        permuted=permuted,
        null_error=_null_error(first, second),
        n1=first.sum(axis=-1),
        n2=second.sum(axis=-1),
    )


def _null_error(first: Floats, second: Floats) -> Floats:
    """Give the standard error of P between two groups that both have the ratings of the first.

    Where the first ratings are all equal, those of the second stand for both.

    Notes
    -----
    The variance of the Mann-Whitney statistic with ties, for shares of ties in large groups.
    """
    n1, n2 = first.sum(axis=-1), second.sum(axis=-1)
    groups = ((first, n1), (second, n2))
    spreads = [1 - ((group / size[..., None]) ** 3).sum(axis=-1) for group, size in groups]
    ties = np.where(spreads[0] > 0, *spreads)
    return np.asarray(np.sqrt((n1 + n2 + 1) / (12 * n1 * n2) * ties), dtype=np.float64)
