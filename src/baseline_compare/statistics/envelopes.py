"""The change of levels that are known within bounds only: from one end of them to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval
from baseline_compare.statistics.relative import LogRatio
from baseline_compare.statistics.two_periods import Scale, TwoPeriods


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The evidence on some changes at the two ends of what their levels can be.

    Attributes
    ----------
    low
        The evidence where the change is smallest: the largest baseline, the smallest follow-up.
    high
        Where it is largest.

    References
    ----------
    Manski 2003, Partial Identification of Probability Distributions; the union of the intervals of
    all possible values covers the truth at least as often as the interval of the true value.

    Examples
    --------
    43 to 46 of 1,360 after 60 of 1,360; no change lies within:

    >>> from baseline_compare.statistics.kinds import proportions
    >>> ends = [proportions([60.0], 1360, [x], 1360, scale="difference") for x in (43.0, 46.0)]
    >>> found = Envelope(low=ends[0], high=ends[1])
    >>> limits = found.interval(0.05)
    >>> limits.lower.round(4), limits.upper.round(4), found.p_value().round(3)
    (array([-0.0272]), array([0.0044]), array([0.166]))
    """

    low: TwoPeriods | LogRatio
    high: TwoPeriods | LogRatio

    @property
    def scale(self) -> Scale:
        """The primary scale."""
        return self.low.scale

    @property
    def estimate(self) -> Floats:
        """Missing: there is no single value."""
        return np.full(self.low.estimate.shape, np.nan)

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """The changes at both ends."""
        return self.low.estimate, self.high.estimate

    @property
    def df(self) -> Floats:
        """The fewer degrees of freedom of the two."""
        return np.minimum(self.low.df, self.high.df)

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give the lower limit at the low end, and the upper limit at the high end."""
        return Interval(self.low.interval(level).lower, self.high.interval(level).upper)

    def other_interval(self, level: npt.ArrayLike) -> Interval:
        """Give the same on the other scale."""
        return Interval(self.low.other_interval(level).lower, self.high.other_interval(level).upper)

    def p_value(self) -> Floats:
        """Give the larger p-value of no change; 1 where no change lies between the ends."""
        neutral = 1.0 if self.scale == "ratio" else 0.0
        low, high = self.ends
        largest = np.maximum(self.low.p_value(), self.high.p_value())
        return np.where((low <= neutral) & (high >= neutral), 1.0, largest)

    def equivalence_p(self, margin: npt.ArrayLike) -> Floats:
        """Give the larger p-value of two one-sided tests."""
        return np.maximum(self.low.equivalence_p(margin), self.high.equivalence_p(margin))
