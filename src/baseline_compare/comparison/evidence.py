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

    ``usable`` marks the rows that can be judged; ``reason`` says why the others cannot.
    """

    reason: str
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
    """Counts, and rates of events over inhabitants or time."""

    reason = "no_counts"
    correlated = False

    def _prepare(self) -> None:
        self._x = [self._events(side) for side in self._sides]
        if self._kind == "count":
            self._t = [np.ones_like(x) for x in self._x]
        else:
            self._t = [self._exposure(side) for side in self._sides]
        self.usable = np.isfinite(self._x[0] + self._x[1] + self._t[0] + self._t[1])
        if self.scale == "ratio":
            self.reason = "zero_baseline"
            self.usable &= self._x[0] > 0

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Join Garwood's or Jeffreys' limits; a correlation has no place in them."""
        del rho
        cells = [array[at] for pair in zip(self._x, self._t, strict=True) for array in pair]
        return rates(*cells, variance=variance, df=df, scale=self.scale)

    def counting_variance(self) -> Floats:
        """On logs one over each count, else the rate over the exposure."""
        (x1, x2), (t1, t2) = self._x, self._t
        if self.scale == "ratio":
            return _one_over(x1) + _one_over(x2)
        return x1 * _one_over(t1) ** 2 + x2 * _one_over(t2) ** 2

    def null_error(self, at: Places) -> Floats:
        """As if the baseline's rate held in both periods."""
        x1, t1, t2 = self._x[0][at], self._t[0][at], self._t[1][at]
        unit = unit_variance(x1 / t1, kind="log_rate" if self.scale == "ratio" else "rate")
        return standard_error_at_baseline(unit, t1, t2)

    def weights(self) -> Floats:
        """Events on the log scale, else the exposure."""
        return self._x[0] if self.scale == "ratio" else self._t[0]

    def methods(self, at: Places) -> list[str]:
        """Exact limits where either period has few events."""
        few = (self._x[0][at] < FEW) | (self._x[1][at] < FEW)
        return ["garwood" if flag else "jeffreys_gamma" for flag in few.tolist()]


class Shares(Parted):
    """Shares x of n."""

    reason = "no_counts"

    def _prepare(self) -> None:
        self._x = [self._events(side) for side in self._sides]
        self._n = [self._exposure(side) for side in self._sides]
        self.usable = np.isfinite(self._x[0] + self._x[1] + self._n[0] + self._n[1])
        if self.scale == "ratio":
            self.reason = "zero_baseline"
            self.usable &= self._x[0] > 0

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Join Wilson limits."""
        cells = [array[at] for pair in zip(self._x, self._n, strict=True) for array in pair]
        return proportions(*cells, rho=rho, variance=variance, df=df, scale=self.scale)

    def counting_variance(self) -> Floats:
        """Binomial in each period; missing where both shares are 0 or 1."""
        parts = []
        for x, n in zip(self._x, self._n, strict=True):
            below = x if self.scale == "ratio" else n
            inner = (1 - x * _one_over(n)) * (1.0 if self.scale == "ratio" else x * _one_over(n))
            parts.append(inner * _one_over(below))
        found = parts[0] + parts[1]
        return np.where(found > 0, found, np.nan)

    def null_error(self, at: Places) -> Floats:
        """As if the baseline's share held in both periods."""
        share = self._x[0][at] / self._n[0][at]
        unit = unit_variance(share, kind="proportion")
        if self.scale == "ratio":
            unit = unit / share**2
        return standard_error_at_baseline(unit, self._n[0][at], self._n[1][at])

    def weights(self) -> Floats:
        """Numerators on the log scale, else denominators."""
        return self._x[0] if self.scale == "ratio" else self._n[0]

    def methods(self, at: Places) -> list[str]:
        """Newcombe's hybrid score on either scale."""
        return ["newcombe" if self.scale == "difference" else "wilson_ratio"] * len(at)

    def possible(self, at: Places, both: Floats) -> Mask:
        """Say whether ``both`` persons can count in both periods, of the same n in each."""
        (x1, x2), (n1, n2) = ([side[at] for side in pair] for pair in (self._x, self._n))
        fits = (both >= np.maximum(x1 + x2 - n1, 0)) & (both <= np.minimum(x1, x2))
        return np.asarray(fits & (n1 == n2))

    def correlations(self, at: Places, both: Floats) -> Floats:
        """Give the correlation of the answers of the same persons, ``both`` of whom count twice."""
        first, second = self._x[0][at] - both, self._x[1][at] - both
        neither = self._n[0][at] - both - first - second
        return paired_correlation(both, first, second, neither)


def _one_over(values: Floats) -> Floats:
    """Give 1 / value, missing where the value is not above 0."""
    known = values > 0
    found = np.divide(1.0, values, out=np.full(values.shape, np.nan), where=known)
    return np.asarray(found, dtype=np.float64)
