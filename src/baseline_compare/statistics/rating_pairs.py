"""Ratings by the same raters twice, or ratings of change: who rates higher and who lower."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import (
    Floats,
    Interval,
    beyond,
    one_tail,
    refuse,
)
from baseline_compare.statistics.pairs import mcnemar
from baseline_compare.statistics.signed_ranks import pratt
from baseline_compare.statistics.tango import tango, tango_z


@dataclass(frozen=True, slots=True)
class RatingPairs:
    """The evidence on a change: the share of raters who went up less that of those who went down.

    Of ``n`` raters ``up`` went up and ``down`` went down, ``nonzero`` together; ``pratt_p`` is the
    p-value of their signed ranks. A direction needs the interval and the ranks, and both must point
    the same way: ``p`` is the larger of the p-values of both, 1 where they contradict each other,
    and where it does not reject, the interval is widened to include no change.

    With fewer than 6 raters who moved no p-value is below 0.05 (``smallest_p``).
    """

    n: Floats
    up: Floats
    down: Floats
    pratt_p: Floats
    p: Floats

    @property
    def scale(self) -> Literal["difference"]:
        """Always a difference, of shares of raters."""
        return "difference"

    @property
    def estimate(self) -> Floats:
        """The change (up - down) / n, -1 to 1."""
        return np.asarray((self.up - self.down) / self.n)

    @property
    def nonzero(self) -> Floats:
        """Raters who went up or down."""
        return self.up + self.down

    @property
    def df(self) -> Floats:
        """Infinite: the quantile is a normal one."""
        return np.full_like(self.n, np.inf)

    @property
    def null_error(self) -> Floats:
        """Standard error if as many raters moved, each up or down by chance; of none as of half."""
        return np.asarray(np.sqrt(np.maximum(self.nonzero, 0.5)) / self.n)

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give Tango's interval of the change in [-1, 1], each tail with level / 2."""
        alpha = np.asarray(level, dtype=np.float64)
        same = self.n - self.nonzero
        found = tango(np.zeros_like(same), self.down, self.up, same, beyond(alpha / 2))
        undecided = self.p >= alpha
        return Interval(
            np.where(undecided, np.minimum(found.lower, 0.0), found.lower),
            np.where(undecided, np.maximum(found.upper, 0.0), found.upper),
        )

    def other_interval(self, level: npt.ArrayLike) -> None:
        """Give nothing: ordinal ratings have no ratio."""
        del level

    def p_value(self) -> Floats:
        """Give the two-sided p-value of no change."""
        return self.p

    def equivalence_p(self, margin: npt.ArrayLike) -> Floats:
        """Give the p-value of two one-sided score tests against a margin between 0 and 1."""
        size = np.asarray(margin, dtype=np.float64)
        below = -tango_z(self.down, self.up, self.n, size)
        above = tango_z(self.down, self.up, self.n, -size)
        return one_tail(np.minimum(above, below))


def rating_pairs(differences: Sequence[Mapping[float, int]]) -> RatingPairs:
    """Judge the changes of the same raters, one frequency table of differences a cell.

    Parameters
    ----------
    differences
        How many raters have each difference: later less earlier rating, or a rating of change less
        the value that says "unchanged".

    Returns
    -------
    RatingPairs

    Raises
    ------
    ValueError
        If a difference or a count is impossible, or a cell has no rater.

    Notes
    -----
    The interval counts raters and knows no sizes; the signed ranks compare sizes of differences, so
    two steps up must mean more than one step down wherever on the scale they start.

    References
    ----------
    Tango 1998, Stat Med 17:891; Pratt 1959, JASA 54:655.

    Examples
    --------
    Twelve raters, seven of them higher than before:

    >>> found = rating_pairs([{0: 5, 1: 6, 2: 1}])
    >>> found.estimate.round(4), found.p, found.interval(0.05).lower.round(4)
    (array([0.5833]), array([0.015625]), array([0.1994]))
    """
    for cell in differences:
        counts = np.array(list(cell.values()), dtype=np.float64)
        wrong = ~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))
        refuse(wrong, "whole counts of at least 0", counts=counts)
    moved = [
        np.repeat(np.array(list(cell), dtype=np.float64), list(cell.values()))
        for cell in differences
    ]
    ranks = [pratt(own) for own in moved]
    up, down = (
        np.array([np.count_nonzero(way * own > 0) for own in moved], dtype=np.float64)
        for way in (1, -1)
    )
    along = np.array([found.positive - found.negative for found in ranks])
    pratt_p = np.array([found.p for found in ranks])
    p = np.maximum(pratt_p, mcnemar(down, up).asymptotic)
    return RatingPairs(
        n=np.array([own.size for own in moved], dtype=np.float64),
        up=up,
        down=down,
        pratt_p=pratt_p,
        p=np.where(along * (up - down) < 0, 1.0, p),
    )
