"""What a change rests on, by kind of indicator: the choice of method, made here and nowhere else.

Each kind knows which rows it can judge and why not the others, the evidence on their change, its
variance by counting alone, and its standard error if nothing had changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.totals import Level
from baseline_compare.indicators import Indicator, Scale
from baseline_compare.statistics.intervals import Floats, Interval, Mask
from baseline_compare.statistics.kinds import proportions, rates
from baseline_compare.statistics.observations import FEW, off_the_ends
from baseline_compare.statistics.pairs import paired_correlation
from baseline_compare.statistics.power import standard_error_at_baseline, unit_variance
from baseline_compare.statistics.two_periods import TwoPeriods

Places = npt.NDArray[np.intp]


class Change(Protocol):
    """The evidence on some changes: the interval at a level and the p-values that belong to it."""

    @property
    def scale(self) -> Scale:
        """The primary scale."""
        ...

    @property
    def estimate(self) -> Floats:
        """The change on the primary scale."""
        ...

    @property
    def df(self) -> Floats:
        """Degrees of freedom of the quantile."""
        ...

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval on the primary scale."""
        ...

    def other_interval(self, level: npt.ArrayLike) -> Interval | None:
        """Give the interval on the other scale, if there is one."""
        ...

    def p_value(self) -> Floats:
        """Give the p-value of no change."""
        ...

    def equivalence_p(self, margin: npt.ArrayLike) -> Floats:
        """Give the p-value of two one-sided tests."""
        ...


class Evidence(ABC):
    """The two sides of all rows of an indicator.

    ``usable`` marks the rows that can be judged.
    """

    usable: Mask
    correlated = True
    """Whether a correlation of the two periods can enter."""

    def __init__(
        self, indicator: Indicator, first: Level, second: Level, *, persistent: bool
    ) -> None:
        self.scale = indicator.primary_scale
        self._sides = (first, second)
        self._kind = indicator.kind
        self._persistent = persistent
        self._prepare()

    @abstractmethod
    def _prepare(self) -> None:
        """Take from the two sides what the method needs, and say which rows have it."""

    @abstractmethod
    def reason(self, place: int) -> str:
        """Say why a row cannot be judged."""

    @abstractmethod
    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> Change:
        """Give the evidence on the change of some rows, with a variance beyond counting."""

    @abstractmethod
    def null_error(self, at: Places) -> Floats:
        """Give the standard error of the change if the baseline's level held in both periods."""

    @abstractmethod
    def methods(self, at: Places) -> list[str]:
        """Name the method of each row."""

    def _events(self, level: Level) -> Floats:
        """Give what was counted; of persons who return every month the mean month alone."""
        return level.top / level.periods if self._persistent else level.top

    def _exposure(self, level: Level) -> Floats:
        return level.below / level.periods if self._persistent else level.below


class Parted(Evidence):
    """Kinds whose change can also be told for the areas that make up the country."""

    @abstractmethod
    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Give the evidence on the change of some rows."""

    @abstractmethod
    def unit_variances(self, at: Places) -> tuple[Floats, Floats]:
        """Give the variance that one unit brings to the level of each period; of ratios on logs."""

    @abstractmethod
    def sizes(self, at: Places) -> tuple[Floats, Floats]:
        """Give the units of each period: persons, exposure, observations."""

    def counting_variance(self, at: Places) -> Floats:
        """Give the variance of changes by counting alone."""
        (unit1, unit2), (n1, n2) = self.unit_variances(at), self.sizes(at)
        return np.asarray(unit1 / n1 + unit2 / n2, dtype=np.float64)

    def null_error(self, at: Places) -> Floats:
        """Take the baseline's variance in both periods, and the follow-up's where it has none."""
        unit1, unit2 = self.unit_variances(at)
        return standard_error_at_baseline(np.where(unit1 > 0, unit1, unit2), *self.sizes(at))

    @abstractmethod
    def comparable(self, at: Places) -> Mask:
        """Say whether rows can be compared with the rest; not where a ratio has no logarithm."""

    @abstractmethod
    def weights(self) -> Floats:
        """Give what the parts of an area weigh in its change: what they held in the baseline."""

    def moments(self) -> tuple[Floats, Floats]:
        """Give change (of ratios its logarithm) and counting variance; missing where not usable."""
        at = np.flatnonzero(self.usable)
        change, variance = (np.full(len(self.usable), np.nan) for _ in range(2))
        blank = np.zeros(len(at))
        found = self.change(at, variance=blank, df=np.full(len(at), np.inf)).estimate
        if self.scale == "ratio":
            found = np.log(found, out=np.full(len(at), np.nan), where=found > 0)
        change[at] = found
        variance[at] = np.where(np.isfinite(found), self.counting_variance(at), np.nan)
        return change, variance


class Counted(Parted):
    """Counts, and rates of events over inhabitants or time: x over n."""

    correlated = False

    def _prepare(self) -> None:
        self._x = [self._events(side) for side in self._sides]
        if self._kind == "count":
            self._n = [
                np.ones_like(x) if self._persistent else side.periods.astype(np.float64)
                for x, side in zip(self._x, self._sides, strict=True)
            ]
        else:
            self._n = [self._exposure(side) for side in self._sides]
        self._n = [n * side.divisor for n, side in zip(self._n, self._sides, strict=True)]
        self._known = np.isfinite(self._x[0] + self._x[1] + self._n[0] + self._n[1])
        self.usable = self._known & ((self._x[0] > 0) | (self.scale == "difference"))

    def reason(self, place: int) -> str:
        """Say that counts are missing, or that there is no ratio."""
        return "zero_baseline" if self._known[place] else "no_counts"

    def comparable(self, at: Places) -> Mask:
        """Say whether the logarithm of a ratio exists."""
        return np.asarray((self._x[1][at] > 0) | (self.scale == "difference"))

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Join Garwood's or Jeffreys' limits; a correlation has no place in them."""
        del rho
        return rates(*self._cells(at), variance=variance, df=df, scale=self.scale)

    def unit_variances(self, at: Places) -> tuple[Floats, Floats]:
        """Take Poisson counts; of none as if half an event had been."""
        x1, n1, x2, n2 = self._cells(at)
        kind: Literal["rate", "log_rate"] = "log_rate" if self.scale == "ratio" else "rate"
        first, second = (np.maximum(x, 0.5) / n for x, n in ((x1, n1), (x2, n2)))
        return unit_variance(first, kind=kind), unit_variance(second, kind=kind)

    def sizes(self, at: Places) -> tuple[Floats, Floats]:
        """Give the exposures."""
        return self._n[0][at], self._n[1][at]

    def weights(self) -> Floats:
        """Give events on the log scale, else the exposure."""
        return self._x[0] if self.scale == "ratio" else self._n[0]

    def methods(self, at: Places) -> list[str]:
        """Name exact limits where either period has few events."""
        few = (self._x[0][at] < FEW) | (self._x[1][at] < FEW)
        return ["garwood" if flag else "jeffreys_gamma" for flag in few.tolist()]

    def _cells(self, at: Places) -> tuple[Floats, Floats, Floats, Floats]:
        return self._x[0][at], self._n[0][at], self._x[1][at], self._n[1][at]


class Shares(Counted):
    """Shares x of n."""

    correlated = True

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Join Wilson limits."""
        return proportions(*self._cells(at), rho=rho, variance=variance, df=df, scale=self.scale)

    def unit_variances(self, at: Places) -> tuple[Floats, Floats]:
        """Take binomial counts; of 0 and n as if half a person differed."""
        x1, n1, x2, n2 = self._cells(at)
        kind: Literal["proportion", "log_proportion"] = "proportion"
        if self.scale == "ratio":
            kind = "log_proportion"
        first, second = off_the_ends(x1, n1), off_the_ends(x2, n2)
        return unit_variance(first, kind=kind), unit_variance(second, kind=kind)

    def methods(self, at: Places) -> list[str]:
        """Name Newcombe's hybrid score, or its ratio form."""
        return ["newcombe" if self.scale == "difference" else "wilson_ratio"] * len(at)

    def possible(self, at: Places, both: Floats) -> Mask:
        """Say whether ``both`` persons can count in both periods, of the same n in each."""
        x1, n1, x2, n2 = self._cells(at)
        fits = (both >= np.maximum(x1 + x2 - n1, 0)) & (both <= np.minimum(x1, x2))
        return np.asarray(fits & (n1 == n2))

    def correlations(self, at: Places, both: Floats) -> Floats:
        """Give the correlation of the answers of the same persons, ``both`` of whom count twice."""
        x1, n1, x2, _ = self._cells(at)
        return paired_correlation(both, x1 - both, x2 - both, n1 - x1 - x2 + both)
