"""Ratings of two periods by different raters: the change with an interval and a p-value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, Mask, beyond, one_tail
from baseline_compare.statistics.permutations import brunner_munzel_permutation, count_tables
from baseline_compare.statistics.sign_flips import smallest_p
from baseline_compare.statistics.two_groups import brunner_munzel, placements

MOST_TABLES = 200_000
"""Distinct arrangements of raters up to which they are all listed."""


@dataclass(frozen=True, slots=True)
class RatingGroups:
    """The evidence on the change of ratings: P(later > earlier) + P(equal) / 2 - 1/2.

    A direction needs both tests: ``p`` is the larger of the p-values of the interval and of the
    studentised permutation test, and where the latter does not reject, the interval is widened to
    include no change. ``permuted`` says where it could be computed; ``error`` is the standard error
    of the change, ``null_error`` that of two groups with the ratings of the first; ``n1`` and
    ``n2`` are the numbers of raters.

    ``varied`` says where the limits are those of Brunner and Munzel. Where it is false there is no
    variance to estimate: the groups are fully apart (change of 1/2 or -1/2), or all their ratings
    are equal (0). ``error`` is then the largest possible one and ``df`` infinite.

    Notes
    -----
    The change averages over ways of pairing m raters of each group, m the smaller number, so with
    P the true probability its variance is at most P(1 - P) / m, and groups are fully apart with
    a chance of at most P^m; both are reached where the larger group is of one mind. So groups
    fully apart have the exact limit of m successes of m, (level / 2)^(1 / m), and p = 2^(1 - m),
    whatever the spreads. Groups that overlap are no stronger evidence, so no p-value is smaller
    than theirs. Ratings that are all equal have the whole range, as their spread is not
    known.

    References
    ----------
    Hoeffding 1963, JASA 58:13 (section 5, pairing); Clopper and Pearson 1934, Biometrika 26:404.
    """

    estimate: Floats
    error: Floats
    df: Floats
    p: Floats
    permuted: Mask
    null_error: Floats
    n1: Floats
    n2: Floats
    varied: Mask

    @property
    def scale(self) -> Literal["difference"]:
        """Always a difference, of probabilities."""
        return "difference"

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval of the change in [-1/2, 1/2], each tail with level / 2."""
        alpha = np.asarray(level, dtype=np.float64)
        reach = beyond(alpha / 2, self.df) * self.error
        nearest = (alpha / 2) ** (1 / np.minimum(self.n1, self.n2)) - 0.5
        lower = np.where(self.varied, self.estimate - reach, self._unvaried(nearest, 1))
        upper = np.where(self.varied, self.estimate + reach, -self._unvaried(nearest, -1))
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
        """Give the p-value of two one-sided tests against a margin, by the t approximation.

        It is 1 where ratings have no variance.
        """
        distance = np.asarray(margin, dtype=np.float64) - np.abs(self.estimate)
        tail = one_tail(distance / self.error, self.df)
        return np.where((distance > 0) & self.varied, tail, 1.0)

    def _unvaried(self, nearest: Floats, way: int) -> Floats:
        """Give the limit towards 0 of groups apart in one way, and -1/2 of all others."""
        return np.where(way * self.estimate > 0.25, nearest, -0.5)


def rating_groups(
    earlier: Sequence[Mapping[float, int]],
    later: Sequence[Mapping[float, int]],
    *,
    most_tables: int = MOST_TABLES,
) -> RatingGroups:
    """Compare the ratings of two periods by different raters.

    Parameters
    ----------
    earlier, later
        One frequency table a cell: how many raters gave each rating.
    most_tables
        Groups with more distinct arrangements are judged by the t approximation alone.

    Returns
    -------
    RatingGroups

    Raises
    ------
    ValueError
        If a count is impossible, or a group has fewer than two raters.

    References
    ----------
    Brunner and Munzel 2000, Biom J 42:17; Neubert and Brunner 2007, CSDA 51:5192.

    Examples
    --------
    The pain scores of Neubert and Brunner: .0058 by the t approximation, .0080 permuted.

    >>> found = rating_groups([{1: 11, 2: 2, 4: 1}], [{1: 3, 2: 1, 3: 4, 4: 2, 5: 1}])
    >>> found.estimate.round(3), found.p.round(4), found.permuted
    (array([0.289]), array([0.008]), array([ True]))

    Six raters who all rate higher than six others before them:

    >>> found = rating_groups([{1: 3, 2: 3}], [{4: 4, 5: 2}])
    >>> found.estimate, found.p, found.interval(0.05).lower.round(4)
    (array([0.5]), array([0.03125]), array([0.0407]))
    """
    values = sorted({value for table in (*earlier, *later) for value in table})
    first, second = (
        np.array([[table.get(value, 0) for value in values] for table in tables], dtype=np.float64)
        for tables in (earlier, later)
    )
    placed = placements(first, second)
    smaller = np.minimum(placed.n1, placed.n2)
    varied = placed.variance1 + placed.variance2 > 0
    error, df = 0.5 / np.sqrt(smaller), np.full(smaller.shape, np.inf)
    p = np.where(placed.equal < 1, smallest_p(smaller), 1.0)
    error[varied], df[varied], tested = _by_brunner_munzel(first[varied], second[varied])
    p[varied] = np.maximum(tested, p[varied])
    permuted = np.array(
        [count_tables(a, b) <= most_tables for a, b in zip(first, second, strict=True)], dtype=bool
    )
    for place in np.flatnonzero(permuted):
        p[place] = max(p[place], brunner_munzel_permutation(first[place], second[place]).p)
    return RatingGroups(
        estimate=placed.probability - 0.5,
        error=error,
        df=df,
        p=p,
        permuted=permuted,
        null_error=_null_error(first, second),
        n1=placed.n1,
        n2=placed.n2,
        varied=varied,
    )


def _by_brunner_munzel(first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
    """Give standard error, degrees of freedom and p-value of groups with a variance."""
    found = brunner_munzel(first, second, 1.0)
    reach = (found.interval.upper - found.interval.lower) / 2
    return reach / beyond(one_tail(np.ones_like(reach)), found.df), found.df, found.p


def _null_error(first: Floats, second: Floats) -> Floats:
    """Give the standard error of P between two groups that both have the ratings of the first.

    Where the first ratings are all equal, those of the second stand for both; where these are all
    equal, too, the error is that without ties, the largest one.

    Notes
    -----
    The variance of the Mann-Whitney statistic with ties, for shares of ties in large groups.
    """
    n1, n2 = first.sum(axis=-1), second.sum(axis=-1)
    groups = ((first, n1), (second, n2))
    spreads = [1 - ((group / size[..., None]) ** 3).sum(axis=-1) for group, size in groups]
    ties = np.where(spreads[0] > 0, *spreads)
    ties = np.where(ties > 0, ties, 1.0)
    return np.asarray(np.sqrt((n1 + n2 + 1) / (12 * n1 * n2) * ties), dtype=np.float64)
