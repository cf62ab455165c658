"""The change between two periods with its uncertainty: one engine for every kind of indicator.

A ``TwoPeriods`` holds the evidence of many cells at once and gives, at any level, the interval of
the change, and the p-values that belong to the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval, Mask, beyond, inverted_p, refuse
from baseline_compare.statistics.joining import ratio_form, square_and_add

Scale = Literal["difference", "ratio"]
Data = tuple[Floats, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPeriods:
    """The evidence on the change of many cells, all arrays of one shape.

    Attributes
    ----------
    baseline, current
        The two estimates.
    first, second
        What the limits of the baseline and of the follow-up are made from.
    lower, upper
        ``lower(q, *first)`` gives the lower limit of a single period at the quantile q.
    scale
        The primary scale: that of the margin; it alone decides.
    rho
        Correlation of the two estimates; only on the scale ``difference``.
    variance
        Variance beyond that of the two periods, on the primary scale (of the logarithm of a ratio).
    df
        Degrees of freedom of the quantile; infinite where no variance was estimated.
    """

    baseline: Floats
    current: Floats
    first: Data
    second: Data
    lower: Callable[..., Floats]
    upper: Callable[..., Floats]
    scale: Scale
    rho: Floats
    variance: Floats
    df: Floats

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval of the change on the primary scale, each tail with level / 2.

        Parameters
        ----------
        level
            One minus the confidence, a number or one for each cell.
        """
        q = beyond(np.asarray(level, dtype=np.float64) / 2, self.df)
        return self._at(q, self.scale, self.variance)

    def levels(self, level: npt.ArrayLike) -> tuple[Interval, Interval]:
        """Give the limits of each period by itself, as they enter the interval of the change."""
        q = beyond(np.asarray(level, dtype=np.float64) / 2, self.df)
        return self._level(q, self.first), self._level(q, self.second)

    def _level(self, q: Floats, data: Data) -> Interval:
        return Interval(self.lower(q, *data), self.upper(q, *data))

    def other_interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval on the scale that is shown and not judged.

        Notes
        -----
        A variance of the logarithm becomes one of the difference, and the other way round, with the
        logarithmic mean of the two levels, by which difference and log ratio differ exactly. The
        correlation has no published ratio form and is left out, which is wider.
        """
        q = beyond(np.asarray(level, dtype=np.float64) / 2, self.df)
        factor = logarithmic_mean(self.baseline, self.current) ** 2
        if self.scale == "ratio":
            return self._at(q, "difference", self.variance * factor)
        safe = np.where(factor > 0, factor, 1.0)
        return self._at(q, "ratio", self.variance / safe)

    def p_value(self) -> Floats:
        """Give the two-sided p-value of no change: below a level where its interval excludes it."""
        neutral = 0.0 if self.scale == "difference" else 1.0
        everywhere = np.ones(self.baseline.shape, dtype=bool)
        found = self._inverted(np.full(everywhere.sum(), neutral), everywhere)
        return found.reshape(self.baseline.shape)

    def equivalence_p(self, margin: npt.ArrayLike) -> Floats:
        """Give the p-value of two one-sided tests against a margin.

        Below a level where the interval at twice that level lies inside the margin; 1 where the
        estimate itself does not.

        Parameters
        ----------
        margin
            Above 0: a difference, or d for the ratios between 1 / (1 + d) and 1 + d.

        References
        ----------
        Schuirmann 1987, J Pharmacokinet Biopharm 15:657.
        """
        band = margin_limits(self.scale, margin, self.baseline.shape)
        found = np.ones(self.baseline.shape)
        inside = (self.estimate > band.low) & (self.estimate < band.high)
        if inside.any():
            sides = (self._inverted(target[inside], inside) for target in (band.low, band.high))
            found[inside] = np.maximum(*sides) / 2
        return found

    @property
    def estimate(self) -> Floats:
        """The change on the primary scale; infinite where a ratio has a baseline of 0."""
        if self.scale == "ratio":
            return ratios(self.baseline, self.current)
        return self.current - self.baseline

    def taken(self, at: npt.NDArray[np.intp]) -> TwoPeriods:
        """Give some of the cells; each array has one axis."""
        first, second = (tuple(array[at] for array in side) for side in (self.first, self.second))
        return replace(
            self,
            baseline=self.baseline[at],
            current=self.current[at],
            first=first,
            second=second,
            rho=self.rho[at],
            variance=self.variance[at],
            df=self.df[at],
        )

    def _at(self, q: Floats, scale: Scale, variance: Floats) -> Interval:
        before, after = self._level(q, self.first), self._level(q, self.second)
        places = (self.baseline, before.lower, before.upper)
        others = (self.current, after.lower, after.upper)
        added = q**2 * variance
        if scale == "ratio":
            return ratio_form(*places, *others, added=added)
        return square_and_add(*places, *others, rho=self.rho, added=added)

    def _inverted(self, target: Floats, at: Mask) -> Floats:
        """Give the two-sided p-values of a change of ``target`` for the cells at ``at``.

        Periods are exchanged where the estimate lies below the target, so that it is always the
        lower limit that is asked for.
        """
        before, after = self.baseline[at], self.current[at]
        flip = self.estimate[at] < target
        turned = np.divide(1.0, target) if self.scale == "ratio" else -target
        goal = np.where(flip, turned, target)
        pairs = [(one[at], two[at]) for one, two in zip(self.first, self.second, strict=True)]
        first = tuple(np.where(flip, two, one) for one, two in pairs)
        second = tuple(np.where(flip, one, two) for one, two in pairs)
        levels = (np.where(flip, after, before), np.where(flip, before, after))
        size = len(first)

        def clearance(q: Floats, *cell: Floats) -> Floats:
            goal, before, after, rho, variance = cell[:5]
            own = self.upper(q, *cell[5 : 5 + size])
            later = self.lower(q, *cell[5 + size :])
            sides = (before, before, own, after, later, after)
            if self.scale == "difference":
                return square_and_add(*sides, rho=rho, added=q**2 * variance).lower - goal
            ratio = ratio_form(*sides, added=q**2 * variance).lower
            return 0.5 - goal / (goal + ratio)

        arguments = (goal, *levels, self.rho[at], self.variance[at], *first, *second)
        return inverted_p(clearance, arguments, self.df[at])


@dataclass(frozen=True, slots=True)
class Margins:
    """The changes that do not count lie strictly between ``low`` and ``high``."""

    low: Floats
    high: Floats


def margin_limits(scale: Scale, margin: npt.ArrayLike, shape: tuple[int, ...]) -> Margins:
    """Give the band of changes below a margin: (-D, D), or 1 / (1 + d) to 1 + d for ratios.

    Examples
    --------
    >>> band = margin_limits("ratio", 0.03, (1,))
    >>> band.low.round(4), band.high
    (array([0.9709]), array([1.03]))
    """
    size = np.broadcast_to(np.asarray(margin, dtype=np.float64), shape)
    refuse(~(size > 0), "a margin above 0", margin=size)
    return Margins(1 / (1 + size), 1 + size) if scale == "ratio" else Margins(-size, size)


def ratios(baseline: Floats, current: Floats) -> Floats:
    """Give current / baseline: infinite where only the baseline is 0, 1 where both are."""
    neutral = np.where(current > 0, np.inf, 1.0)
    return np.divide(current, baseline, out=neutral, where=baseline > 0)


def logarithmic_mean(first: Floats, second: Floats) -> Floats:
    """Give (b - a) / log(b / a), by which a difference and a log ratio differ; 0 at 0.

    Examples
    --------
    >>> logarithmic_mean(np.array([1.0, 2.0, 0.0]), np.array([np.e, 2.0, 5.0])).round(4)
    array([1.7183, 2.    , 0.    ])
    """
    both = (first > 0) & (second > 0)
    a, b = np.where(both, first, 1.0), np.where(both, second, 1.0)
    logs = np.log1p((b - a) / a)
    near = np.abs(logs) < 1e-6
    exact = (b - a) / np.where(near, 1.0, logs)
    return np.where(both, np.where(near, (a + b) / 2, exact), 0.0)


def joined(parts: Sequence[TwoPeriods]) -> TwoPeriods:
    """Put cells of one method and scale one after the other; each array has one axis."""
    first, second = (
        tuple(map(np.concatenate, zip(*sides, strict=True)))
        for sides in ([part.first for part in parts], [part.second for part in parts])
    )
    return replace(
        parts[0],
        baseline=np.concatenate([part.baseline for part in parts]),
        current=np.concatenate([part.current for part in parts]),
        first=first,
        second=second,
        rho=np.concatenate([part.rho for part in parts]),
        variance=np.concatenate([part.variance for part in parts]),
        df=np.concatenate([part.df for part in parts]),
    )
