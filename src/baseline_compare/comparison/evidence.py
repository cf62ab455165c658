"""What a change rests on, by kind of indicator: the choice of method, made here and nowhere else.

Each kind knows which rows it can judge and why not the others, the evidence on their change, its
variance by counting alone, and its standard error if nothing had changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.totals import Level
from baseline_compare.indicators import Indicator, Scale
from baseline_compare.statistics.intervals import Floats, Interval, Mask
from baseline_compare.statistics.kinds import proportions, rates
from baseline_compare.statistics.observations import FEW
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
    def counting_variance(self) -> Floats:
        """Give the variance of every change by counting alone; missing where it is not known."""

    @abstractmethod
    def comparable(self, at: Places) -> Mask:
        """Say whether rows can be compared with the rest; not where a ratio has no logarithm."""

    @abstractmethod
    def weights(self) -> Floats:
        """Give what the parts of an area weigh in its change: what they held in the baseline."""

    def moments(self) -> tuple[Floats, Floats]:
        """Give change (of ratios its logarithm) and counting variance; missing where not usable."""
        at = np.flatnonzero(self.usable)
        change = np.full(len(self.usable), np.nan)
        blank = np.zeros(len(at))
        found = self.change(at, variance=blank, df=np.full(len(at), np.inf)).estimate
        positive = found > 0 if self.scale == "ratio" else np.ones(len(at), dtype=bool)
        logs = np.log(np.where(positive, found, 1.0)) if self.scale == "ratio" else found
        change[at] = np.where(positive & np.isfinite(found), logs, np.nan)
        return change, np.where(np.isfinite(change), self.counting_variance(), np.nan)


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

    def counting_variance(self) -> Floats:
        """Give one over each count on logs, else the rate over the exposure."""
        parts = zip(self._x, self._n, strict=True)
        if self.scale == "ratio":
            first, second = (1 / np.maximum(x, 0.5) for x, _ in parts)
        else:
            first, second = (np.maximum(x, 0.5) / n**2 for x, n in parts)
        return np.asarray(first + second, dtype=np.float64)

    def null_error(self, at: Places) -> Floats:
        """Take the baseline's rate in both periods; of 0 as if half an event had been."""
        x1, n1, _, n2 = self._cells(at)
        level = np.maximum(x1, 0.5) / n1
        unit = unit_variance(level, kind="log_rate" if self.scale == "ratio" else "rate")
        return standard_error_at_baseline(unit, n1, n2)

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

    def counting_variance(self) -> Floats:
        """Give the binomial variance of each period; of 0 and n as if half a person differed."""
        first, second = map(self._binomial, self._x, self._n)
        return first + second

    def _binomial(self, x: Floats, n: Floats) -> Floats:
        share = _inside(x, n)
        unit = (1 - share) / share if self.scale == "ratio" else share * (1 - share)
        return np.asarray(unit / n, dtype=np.float64)

    def null_error(self, at: Places) -> Floats:
        """Take the baseline's share in both periods; of 0 and n as if half a person differed."""
        x1, n1, _, n2 = self._cells(at)
        share = _inside(x1, n1)
        unit = unit_variance(share, kind="proportion")
        if self.scale == "ratio":
            unit = unit / share**2
        return standard_error_at_baseline(unit, n1, n2)

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


def _inside(x: Floats, n: Floats) -> Floats:
    """Give the share x of n, half a person away from 0 and 1."""
    half = np.minimum(0.5, n / 2)
    return np.asarray(np.clip(x, half, n - half) / n, dtype=np.float64)
