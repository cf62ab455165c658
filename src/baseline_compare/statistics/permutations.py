"""Permutation tests of two groups of ratings, over all distinct tables."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import Floats, checked, refuse
from baseline_compare.statistics.two_groups import Placements, placements

_MOST_TABLES = 2_000_000
_BLOCK = 50_000
_TIE = 1e-9
"""Statistics that differ by less are equal: rounding must not turn a tie into a difference."""


@dataclass(frozen=True, slots=True)
class Permutation:
    """A two-sided permutation p-value, over so many distinct tables of n1 and n2 raters."""

    p: float
    tables: int
    n1: int
    n2: int

    @property
    def arrangements(self) -> int:
        """In how many ways the raters can fall into the two groups."""
        return math.comb(self.n1 + self.n2, self.n1)


def brunner_munzel_permutation(counts1: npt.ArrayLike, counts2: npt.ArrayLike) -> Permutation:
    """Test whether one group of ratings tends to be higher, exact for small groups.

    Parameters
    ----------
    counts1, counts2
        Frequency tables of the first and the second group on one ordered scale, at least 2 raters
        each.

    Returns
    -------
    Permutation

    Raises
    ------
    ValueError
        If counts are impossible, a group has fewer than 2 raters, or there are more than 2,000,000
        distinct tables; ``brunner_munzel`` serves groups of that size.

    Notes
    -----
    The statistic of Brunner and Munzel over all assignments of the raters to the groups, compared
    with tolerance 1e-9.  Arrangements with the same table are one case, weighted by their number
    (multivariate hypergeometric).  Where the variance is 0 the statistic is infinite with the sign
    of the change (groups fully apart, also the observed ones), or 0 if all ratings are equal.

    References
    ----------
    Neubert and Brunner 2007, CSDA 51:5192.

    Examples
    --------
    >>> found = brunner_munzel_permutation([11, 2, 0, 1, 0], [3, 1, 4, 2, 1])
    >>> round(found.p, 6), found.arrangements
    (0.008038, 4457400)
    """
    first, second = checked(counts1=counts1, counts2=counts2)
    statistics, chances = _all_statistics(first, second)
    observed = abs(float(_studentised(placements(first, second))))
    p = math.fsum(chances[statistics >= observed - _TIE])
    return Permutation(min(p, 1.0), len(chances), int(first.sum()), int(second.sum()))


def smallest_table_p(counts1: npt.ArrayLike, counts2: npt.ArrayLike) -> float:
    """Give the smallest p-value that any division of these ratings into two groups can reach.

    Ties make it larger than ``smallest_permutation_p``: where nearly all ratings are equal, no
    division could show a change.  With two groups of different size it can also be half of that.

    Parameters
    ----------
    counts1, counts2
        Frequency tables of the first and the second group on one ordered scale, at least 2 raters
        each; what counts is their sum and the sizes of the groups.

    Returns
    -------
    float
        The p-value of ``brunner_munzel_permutation`` for the tables farthest from no change.

    Raises
    ------
    ValueError
        As ``brunner_munzel_permutation`` does.

    Examples
    --------
    >>> round(smallest_table_p([1, 2, 2, 1], [0, 2, 2, 2]), 4), smallest_table_p([0, 6], [1, 5])
    (0.0087, 1.0)
    """
    first, second = checked(counts1=counts1, counts2=counts2)
    statistics, chances = _all_statistics(first, second)
    return min(math.fsum(chances[statistics >= statistics.max() - _TIE]), 1.0)


def count_tables(counts1: npt.ArrayLike, counts2: npt.ArrayLike) -> int:
    """Count the distinct tables that assigning the raters anew can give, before listing them.

    Parameters
    ----------
    counts1, counts2
        Frequency tables of the first and the second group on one ordered scale.

    Returns
    -------
    int
        Exact up to 2,000,000; any larger number stands for more.

    Raises
    ------
    ValueError
        If counts are impossible, or there is more than one table a group.

    Examples
    --------
    >>> count_tables([11, 2, 0, 1, 0], [3, 1, 4, 2, 1])
    160
    """
    first, second = checked(counts1=counts1, counts2=counts2)
    if first.ndim != 1:
        message = f"expected one frequency table a group, found shape {first.shape}"
        raise ValueError(message)
    for name, counts in (("counts1", first), ("counts2", second)):
        wrong = (counts < 0) | (counts != np.floor(counts))
        refuse(wrong, "whole counts of at least 0", **{name: counts})
    low = high = int(first.sum())
    rest = low + int(second.sum())
    ways = np.ones(1)  # to have low, ..., high raters of the first group still to place
    for total in sorted((first + second).astype(np.int64).tolist(), reverse=True):
        rest -= total
        lowest, highest = max(low - total, 0), min(high, rest)
        if highest - lowest >= _MOST_TABLES:
            return _MOST_TABLES + 1
        sums = np.concatenate(([0.0], np.cumsum(ways)))
        left = np.arange(lowest, highest + 1) - low
        upto = np.clip(left + total + 1, 0, ways.size)
        ways = np.minimum(sums[upto] - sums[np.clip(left, 0, ways.size)], _MOST_TABLES + 1)
        low, high = lowest, highest
    return int(ways.sum())


def smallest_permutation_p(n1: npt.ArrayLike, n2: npt.ArrayLike) -> Floats:
    """Give the smallest two-sided p-value that a permutation test of two groups can reach.

    Parameters
    ----------
    n1, n2
        Raters of the two groups, at least 1.

    Returns
    -------
    Floats
        Two arrangements, the groups fully apart either way, of all: 2 / C(n1 + n2, n1), at most 1.
        That is without ties; ``smallest_table_p`` knows those of some ratings.

    Raises
    ------
    ValueError
        If a group is empty.

    Examples
    --------
    >>> smallest_permutation_p([3, 4], [3, 4]).round(5)
    array([0.1    , 0.02857])
    """
    first, second = checked(n1=n1, n2=n2)
    refuse((first < 1) | (second < 1), "at least 1 rater a group", n1=first, n2=second)
    one = (first + second + 1) * special.beta(first + 1, second + 1)
    return np.asarray(np.minimum(2 * one, 1.0), dtype=np.float64)


def _all_statistics(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Give the size of the statistic of all tables, and the chance of each."""
    if count_tables(first, second) > _MOST_TABLES:
        message = f"expected at most {_MOST_TABLES:,} distinct tables, found more"
        raise ValueError(message)
    totals = (first + second).astype(np.int64)
    totals = totals[totals > 0]
    n1, n2 = int(first.sum()), int(second.sum())
    tables = _all_tables(totals, n1)
    weights = _weights(tables, totals, n1 / (n1 + n2))
    statistics = np.empty(len(tables))
    for start in range(0, len(tables), _BLOCK):
        part = tables[start : start + _BLOCK]
        statistics[start : start + _BLOCK] = _studentised(placements(part, totals - part))
    return np.abs(statistics), weights / math.fsum(weights)


def _studentised(placed: Placements) -> Floats:
    """Give the statistic of Brunner and Munzel, infinite or 0 where the variance is 0."""
    change = placed.probability - 0.5
    error = np.sqrt(placed.variance1 / placed.n1 + placed.variance2 / placed.n2)
    certain = np.where(np.abs(change) > _TIE, np.copysign(np.inf, change), 0.0)
    return np.divide(change, error, out=certain, where=error > 0)


def _all_tables(totals: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Write out the first groups of all tables, one a row."""
    after = np.cumsum(totals[::-1])[::-1] - totals
    rows, left = np.zeros((1, 0), dtype=np.int64), np.array([size])
    for total, rest in zip(totals.tolist(), after.tolist(), strict=True):
        low, high = np.maximum(left - rest, 0), np.minimum(left, total)
        repeats = high - low + 1
        starts = np.cumsum(repeats) - repeats
        chosen = np.arange(repeats.sum()) - np.repeat(starts - low, repeats)
        rows = np.column_stack((np.repeat(rows, repeats, axis=0), chosen))
        left = np.repeat(left, repeats) - chosen
    return rows


def _weights(tables: npt.NDArray[np.int64], totals: npt.NDArray[np.int64], share: float) -> Floats:
    """Give the chance of each table up to a common factor: a product of binomial chances."""
    logs = np.zeros(len(tables))
    for column, total in zip(tables.T, totals.tolist(), strict=True):
        chosen = np.arange(total + 1)
        ways = -np.log1p(total) - special.betaln(chosen + 1, total - chosen + 1)
        chance = ways + chosen * np.log(share) + (total - chosen) * np.log1p(-share)
        logs += chance[column]
    return np.exp(logs)
