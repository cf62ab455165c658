"""Level and power of single comparisons by enumeration: no simulation, no error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import stats

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.kinds import proportions, rates
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.scores import miettinen_nurminen_p, rate_score_p

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
ALPHA = 0.05
_WIDE = 8.5
"""Standard deviations on either side that are enumerated; what lies beyond is below 1e-15."""

Rule = Callable[[Floats, Floats, Floats, Floats], Mask]


def engine(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Mask:
    """Decide by the library's default for shares."""
    found = proportions(x1, n1, x2, n2).interval(ALPHA)
    return (found.lower > 0) | (found.upper < 0)


def score(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Mask:
    """Decide by Miettinen and Nurminen's score test."""
    return miettinen_nurminen_p(x1, n1, x2, n2) < ALPHA


def overlap(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Mask:
    """Decide by two 95 % intervals that do not overlap."""
    first, second = (wilson(x, n, two_sided(0.95)) for x, n in ((x1, n1), (x2, n2)))
    return (first.lower > second.upper) | (second.lower > first.upper)


def fixed_baseline(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Mask:
    """Decide by a 95 % interval of the follow-up that leaves out the baseline's share."""
    second = wilson(x2, n2, two_sided(0.95))
    return (second.lower > x1 / n1) | (second.upper < x1 / n1)


SHARES: dict[str, Rule] = {
    "this library (Newcombe)": engine,
    "Miettinen-Nurminen score": score,
    "overlap rule": overlap,
    "fixed baseline": fixed_baseline,
}


def counts_engine(x1: Floats, t1: Floats, x2: Floats, t2: Floats) -> Mask:
    """Decide by the library's default for counts; without a ratio, at 0, by the difference."""
    ratio = rates(x1, t1, x2, t2).interval(ALPHA)
    difference = rates(x1, t1, x2, t2, scale="difference").interval(ALPHA)
    by_ratio = (ratio.lower > 1) | (ratio.upper < 1)
    by_difference = (difference.lower > 0) | (difference.upper < 0)
    return np.where(x1 > 0, by_ratio, by_difference)


def counts_score(x1: Floats, t1: Floats, x2: Floats, t2: Floats) -> Mask:
    """Decide by the score test of two rates."""
    return rate_score_p(x1, t1, x2, t2) < ALPHA


COUNTS: dict[str, Rule] = {"this library (counts)": counts_engine, "score": counts_score}


def probability_shares(rule: Rule, n: int, p1: float, p2: float) -> float:
    """Give the probability that a rule calls n and n persons with shares p1 and p2 changed."""
    laws = [stats.binom(n, p) for p in (p1, p2)]
    return _enumerate(rule, laws, (n, n), n)


def probability_counts(rule: Rule, first: float, second: float, exposure: float) -> float:
    """Give the probability that a rule calls Poisson counts of these expectations changed."""
    laws = [stats.poisson(first), stats.poisson(second)]
    return _enumerate(rule, laws, (1.0, exposure), np.inf)


def _enumerate(
    rule: Rule, laws: list[stats.rv_frozen], sizes: tuple[float, float], most: float
) -> float:
    outcomes = []
    for law in laws:
        middle, wide = law.mean(), _WIDE * law.std() + 12
        low, high = max(0, int(middle - wide)), int(min(most, middle + wide))
        outcomes.append(np.arange(low, high + 1, dtype=np.float64))
    x1, x2 = np.meshgrid(*outcomes, indexing="ij")
    weight = np.outer(laws[0].pmf(outcomes[0]), laws[1].pmf(outcomes[1]))
    changed = rule(x1, np.full_like(x1, sizes[0]), x2, np.full_like(x2, sizes[1]))
    return float(weight[changed].sum())
