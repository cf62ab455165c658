"""The change of an area against that of the rest, and changes known by their logarithm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Interval
from baseline_compare.statistics.joining import ratio_form, square_and_add
from baseline_compare.statistics.two_periods import Scale, TwoPeriods, joined, logarithmic_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRatio:
    """A ratio whose uncertainty is that of a difference of logarithms.

    ``logs`` compares logarithms; the ratio is that of ``current`` to ``expected``, and differences
    follow from it with the logarithmic mean of the two.
    """

    logs: TwoPeriods
    expected: Floats
    current: Floats

    @property
    def scale(self) -> Scale:
        """Always a ratio."""
        return "ratio"

    @property
    def estimate(self) -> Floats:
        """The ratio."""
        return np.exp(self.logs.estimate)

    @property
    def df(self) -> Floats:
        """Degrees of freedom of the quantile."""
        return self.logs.df

    def interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval of the ratio."""
        found = self.logs.interval(level)
        return Interval(np.exp(found.lower), np.exp(found.upper))

    def other_interval(self, level: npt.ArrayLike) -> Interval:
        """Give the interval of the difference."""
        found, factor = self.logs.interval(level), logarithmic_mean(self.expected, self.current)
        return Interval(factor * found.lower, factor * found.upper)

    def p_value(self) -> Floats:
        """Give the two-sided p-value of no change."""
        return self.logs.p_value()

    def equivalence_p(self, margin: npt.ArrayLike) -> Floats:
        """Give the p-value of two one-sided tests against 1 / (1 + d) and 1 + d."""
        return self.logs.equivalence_p(np.log1p(np.asarray(margin, dtype=np.float64)))

    def taken(self, at: npt.NDArray[np.intp]) -> LogRatio:
        """Give some of the cells."""
        return LogRatio(
            logs=self.logs.taken(at), expected=self.expected[at], current=self.current[at]
        )


def joined_ratios(parts: Sequence[LogRatio]) -> LogRatio:
    """Put cells of one method one after the other."""
    return LogRatio(
        logs=joined([part.logs for part in parts]),
        expected=np.concatenate([part.expected for part in parts]),
        current=np.concatenate([part.current for part in parts]),
    )


def relative_to(
    area: TwoPeriods, rest: TwoPeriods, *, variance: npt.ArrayLike, df: npt.ArrayLike
) -> TwoPeriods | LogRatio:
    """Compare the change of an area with that of the rest: the claim that needs no history.

    Parameters
    ----------
    area, rest
        Two evidences of one kind and scale; their own variances are not used.
    variance
        Variance beyond counting of the two changes together.
    df
        Its degrees of freedom.

    Returns
    -------
    TwoPeriods or LogRatio
        The difference of the two changes, or the ratio of the two ratios.

    Examples
    --------
    A fall by a tenth where the rest did not change:

    >>> from baseline_compare.statistics.kinds import rates
    >>> found = relative_to(
    ...     rates([2000.0], 1, [1800.0], 1),
    ...     rates([90000.0], 1, [90000.0], 1),
    ...     variance=0.0,
    ...     df=np.inf,
    ... )
    >>> limits = found.interval(0.05)
    >>> found.estimate.round(3), limits.lower.round(3), limits.upper.round(3)
    (array([0.9]), array([0.844]), array([0.96]))
    """
    ratio = area.scale == "ratio"
    freedom = np.asarray(df, dtype=np.float64)
    changes = [np.log(side.estimate) if ratio else side.estimate for side in (rest, area)]
    both = TwoPeriods(
        baseline=changes[0],
        current=changes[1],
        first=(rest.baseline, rest.current, *rest.first, *rest.second),
        second=(area.baseline, area.current, *area.first, *area.second),
        lower=_limit_of_change(area.lower, area.upper, area.scale, "lower"),
        upper=_limit_of_change(area.lower, area.upper, area.scale, "upper"),
        scale="difference",
        rho=np.zeros_like(changes[0]),
        variance=np.broadcast_to(np.asarray(variance, dtype=np.float64), changes[0].shape),
        df=np.broadcast_to(freedom, changes[0].shape),
    )
    if not ratio:
        return both
    expected = area.baseline * rest.estimate
    return LogRatio(logs=both, expected=expected, current=area.current)


@cache
def _limit_of_change(
    lower: Callable[..., Floats],
    upper: Callable[..., Floats],
    scale: Scale,
    side: Literal["lower", "upper"],
) -> Callable[..., Floats]:
    """Give the function that makes one limit of a change, of a ratio its logarithm."""

    def limit(q: Floats, m1: Floats, m2: Floats, *data: Floats) -> Floats:
        first, second = data[: len(data) // 2], data[len(data) // 2 :]
        if side == "lower":
            levels = (m1, m1, upper(q, *first), m2, lower(q, *second), m2)
        else:
            levels = (m1, lower(q, *first), m1, m2, m2, upper(q, *second))
        if scale == "difference":
            found: Floats = getattr(square_and_add(*levels), side)
            return found
        return np.asarray(np.log(getattr(ratio_form(*levels), side)), dtype=np.float64)

    return limit
