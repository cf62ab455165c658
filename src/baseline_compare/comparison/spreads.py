"""Evidence on means, medians, sums of euros and ratings: kinds with a spread of their own."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.evidence import Change, Evidence, Parted, Places
from baseline_compare.comparison.totals import Level
from baseline_compare.statistics.intervals import Floats, Mask
from baseline_compare.statistics.kinds import estimates
from baseline_compare.statistics.means import welch_df
from baseline_compare.statistics.medians import median_standard_error
from baseline_compare.statistics.power import unit_variance
from baseline_compare.statistics.ratings import RatingGroups, rating_groups
from baseline_compare.statistics.relative import LogRatio
from baseline_compare.statistics.standard_deviations import sd_from_sums
from baseline_compare.statistics.two_periods import TwoPeriods


class Means(Parted):
    """Means with their spread."""

    def _prepare(self) -> None:
        self._n = [side.below for side in self._sides]
        self._m = [side.values for side in self._sides]
        self.usable = np.isfinite(self._sides[0].squares + self._sides[1].squares)
        for m, n in zip(self._m, self._n, strict=True):
            self.usable &= (n >= 2) & ((m > 0) | (self.scale == "difference"))
        self._sd = [np.full(len(self.usable), np.nan) for _ in range(2)]
        at = self.usable
        for sd, side in zip(self._sd, self._sides, strict=True):
            sd[at] = sd_from_sums(side.below[at], side.top[at], side.squares[at])
        self.usable &= self._sd[0] + self._sd[1] > 0

    def comparable(self, at: Places) -> Mask:
        """Say yes: means of 0 have no ratio and are not usable."""
        return np.ones(len(at), dtype=bool)

    def _errors(self, at: Places | Mask) -> list[Floats]:
        return [sd[at] / np.sqrt(n[at]) for sd, n in zip(self._sd, self._n, strict=True)]

    def reason(self, place: int) -> str:
        """Say what is missing."""
        del place
        return "no_spread"

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Join t limits with Welch's degrees of freedom, or fewer."""
        errors = self._errors(at)
        welch = welch_df(errors[0], self._n[0][at], errors[1], self._n[1][at])
        return estimates(
            self._m[0][at], errors[0], self._m[1][at], errors[1],
            rho=rho, variance=variance, df=np.minimum(welch, df), scale=self.scale,
        )  # fmt: skip

    def unit_variances(self, at: Places) -> tuple[Floats, Floats]:
        """Square the standard deviations; of ratios those relative to the mean."""
        first, second = (
            sd[at] / (m[at] if self.scale == "ratio" else 1.0)
            for sd, m in zip(self._sd, self._m, strict=True)
        )
        return unit_variance(first, kind="mean"), unit_variance(second, kind="mean")

    def sizes(self, at: Places) -> tuple[Floats, Floats]:
        """Give the numbers of observations."""
        return self._n[0][at], self._n[1][at]

    def weights(self) -> Floats:
        """Give the numbers of observations."""
        return self._n[0]

    def methods(self, at: Places) -> list[str]:
        """Welch's."""
        return ["welch"] * len(at)


class Amounts(Evidence):
    """Sums of euros whose single payments are known by their number and sum of squares."""

    correlated = False

    def _prepare(self) -> None:
        self.scale = "ratio"
        self._total = [side.top for side in self._sides]
        self._periods = [side.periods for side in self._sides]
        self._squares = [side.squares for side in self._sides]
        self.usable = (self._squares[0] > 0) & (self._squares[1] > 0)
        self.usable &= (self._total[0] > 0) & (self._total[1] > 0)

    def _errors(self, at: Places) -> list[Floats]:
        """Give the standard error of the logarithm of each sum, sqrt((1 + cv^2) / n)."""
        pairs = zip(self._squares, self._total, strict=True)
        return [np.sqrt(squares[at]) / total[at] for squares, total in pairs]

    def reason(self, place: int) -> str:
        """Say what is missing."""
        del place
        return "no_unit_payments"

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> LogRatio:
        """Compare the logarithms of two compound Poisson sums."""
        errors, (before, after) = self._errors(at), (total[at] for total in self._total)
        logs = estimates(
            np.log(before), errors[0], np.log(after), errors[1],
            rho=rho, variance=variance, df=df,
        )  # fmt: skip
        first, second = (periods[at] for periods in self._periods)
        return LogRatio(logs=logs, expected=before / first, current=after / second)

    def null_error(self, at: Places) -> Floats:
        """As if the baseline's payments came again."""
        return np.asarray(np.sqrt(2.0) * self._errors(at)[0], dtype=np.float64)

    def methods(self, at: Places) -> list[str]:
        """Compound Poisson."""
        return ["compound_poisson"] * len(at)


class Medians(Evidence):
    """Medians from frequency tables."""

    def _prepare(self) -> None:
        self._m = [side.values for side in self._sides]
        self._errors = [_median_errors(side) for side in self._sides]
        self.usable = self._errors[0] + self._errors[1] > 0
        if self.scale == "ratio":
            self.usable &= (self._m[0] > 0) & (self._m[1] > 0)

    def reason(self, place: int) -> str:
        """Say what is missing."""
        del place
        return "few_observations"

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> TwoPeriods:
        """Join the limits of two medians after Bonett and Price."""
        cells = [array[at] for pair in zip(self._m, self._errors, strict=True) for array in pair]
        return estimates(*cells, rho=rho, variance=variance, df=df, scale=self.scale)

    def null_error(self, at: Places) -> Floats:
        """As if the baseline's spread held in both periods."""
        level = self._m[0][at] if self.scale == "ratio" else np.ones(len(at))
        first, second = (errors[at] for errors in self._errors)
        error = np.where(first > 0, first, second)
        return np.asarray(np.sqrt(2.0) * error / level, dtype=np.float64)

    def methods(self, at: Places) -> list[str]:
        """Bonett and Price's."""
        return ["bonett_price"] * len(at)


class Ratings(Evidence):
    """Ordinal ratings by different raters, from frequency tables."""

    correlated = False

    def _prepare(self) -> None:
        self.scale = "difference"
        size = len(self._sides[0].values)
        self._tables = [[side.tables.get(place) for place in range(size)] for side in self._sides]
        self.usable = np.array(
            [_judgeable(before, after) for before, after in zip(*self._tables, strict=True)],
            dtype=bool,
        )

    def reason(self, place: int) -> str:
        """Say what is missing."""
        del place
        return "few_raters"

    def change(
        self, at: Places, *, variance: Floats, df: Floats, rho: npt.ArrayLike = 0.0
    ) -> Change:
        """Compare P(later > earlier) + P(equal) / 2 with one half."""
        del variance, df, rho
        return self._groups(at)

    def _groups(self, at: Places) -> RatingGroups:
        pairs = [[dict(side[place] or {}) for place in at.tolist()] for side in self._tables]
        return rating_groups(*pairs)

    def null_error(self, at: Places) -> Floats:
        """As if all ratings came from the baseline's distribution."""
        return self._groups(at).null_error

    def methods(self, at: Places) -> list[str]:
        """Brunner and Munzel's, permuted where there are not too many arrangements to list.

        Where there is no variance: exact for groups apart, nothing for ratings that are all equal.
        """
        found = self._groups(at)
        flags = zip(found.varied.tolist(), found.permuted.tolist(), found.p.tolist(), strict=True)
        return [
            f"brunner_munzel_{'permuted' if permuted else 'asymptotic'}"
            if varied
            else ("groups_apart" if p < 1 else "ratings_equal")
            for varied, permuted, p in flags
        ]


def _median_errors(level: Level) -> Floats:
    found = np.full(len(level.values), np.nan)
    for place, table in level.tables.items():
        values = sorted(table)
        counts = np.array([table[value] for value in values], dtype=np.float64)
        if counts.sum() >= 6:
            found[place] = median_standard_error(np.array(values), counts)
    return found


def _judgeable(before: Counter[float] | None, after: Counter[float] | None) -> bool:
    """Four raters a side at least: three against three cannot show a change."""
    if not before or not after:
        return False
    return min(before.total(), after.total()) >= 4
