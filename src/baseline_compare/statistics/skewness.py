"""Score intervals of a change corrected for the skewness of the score (Laud 2017).

With few events, or very unequal groups, both tails keep their level better than without the
correction. In ordinary cells the intervals hardly differ from those of Miettinen and Nurminen.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.constrained_fits import (
    binomial_difference,
    binomial_ratio,
    poisson_difference,
    poisson_ratio,
)
from baseline_compare.statistics.intervals import Floats, Interval, checked, refuse, two_sided_p
from baseline_compare.statistics.observations import events_of_periods, persons_of_periods
from baseline_compare.statistics.score_inversion import (
    pooled_proportions,
    pooled_rates,
    score_limits,
    small_sample_factor,
)

Distribution = Literal["binomial", "poisson"]


def laud_difference(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    distribution: Distribution,
) -> Interval:
    """Give the skewness-corrected score interval of x2/n2 - x1/n1.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons (binomial) or events in an exposure (poisson), baseline first.
    q
        Two-sided quantile, 1 or above.
    distribution
        Of the counts; with "binomial" the variance is multiplied by N / (N - 1).

    Returns
    -------
    Interval
        Differences; of proportions -1 to 1, and -1 or 1 where no value inside is rejected.

    Raises
    ------
    ValueError
        If q is below 1, or unless 0 <= x <= n and n >= 1 (binomial), x >= 0 and n > 0 (poisson).

    Notes
    -----
    The corrected statistic falls steadily only where it is at least 1 in size, which is why smaller
    q are refused. With few events it stays below sqrt(6 x + 1), and the limits of a larger q lie at
    the end of the range.

    References
    ----------
    Laud 2017, Pharm Stat 16:334.

    Examples
    --------
    1/56 after 9/35 (limits of the R package ratesci):

    >>> found = laud_difference(9, 35, 1, 56, 1.959963985, distribution="binomial")
    >>> round(found.lower.item(), 6), round(found.upper.item(), 6)
    (-0.404267, -0.104725)
    """
    level = _level(q)
    if distribution == "binomial":
        cells = persons_of_periods(x1, n1, x2, n2)
        factor = small_sample_factor(cells[1], cells[3])
        ends = (-1.0, 1.0)
        return score_limits(binomial_difference, cells, factor, level, skewness=True, ends=ends)
    cells, ends = events_of_periods(x1, n1, x2, n2), (-np.inf, np.inf)
    one = np.ones_like(cells[0])
    return score_limits(poisson_difference, cells, one, level, skewness=True, ends=ends)


def laud_ratio(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    distribution: Distribution,
) -> Interval:
    """Give the skewness-corrected score interval of (x2/n2) / (x1/n1).

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons (binomial) or events in an exposure (poisson), baseline first.
    q
        Two-sided quantile, 1 or above.
    distribution
        Of the counts; with "binomial" the variance is multiplied by N / (N - 1).

    Returns
    -------
    Interval
        Ratios; the lower limit is 0 at x2 = 0, the upper one infinite at x1 = 0, and also where a
        larger q than sqrt(6 x + 1) finds no value that is rejected.

    Raises
    ------
    ValueError
        If q is below 1, or unless 0 <= x <= n and n >= 1 (binomial), x >= 0 and n > 0 (poisson).

    References
    ----------
    Laud 2017, Pharm Stat 16:334.

    Examples
    --------
    1/56 after 9/35 (limits of the R package ratesci):

    >>> found = laud_ratio(9, 35, 1, 56, 1.959963985, distribution="binomial")
    >>> round(found.lower.item(), 6), round(found.upper.item(), 6)
    (0.003813, 0.378159)
    """
    level, ends = _level(q), (0.0, np.inf)
    if distribution == "binomial":
        cells = persons_of_periods(x1, n1, x2, n2)
        factor = small_sample_factor(cells[1], cells[3])
        return score_limits(binomial_ratio, cells, factor, level, skewness=True, ends=ends)
    cells = events_of_periods(x1, n1, x2, n2)
    one = np.ones_like(cells[0])
    return score_limits(poisson_ratio, cells, one, level, skewness=True, ends=ends)


def laud_p(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    distribution: Distribution,
) -> Floats:
    """Give the p-value of no change that belongs to both skewness-corrected intervals.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons (binomial) or events in an exposure (poisson), baseline first.
    distribution
        Of the counts.

    Returns
    -------
    Floats
        Two-sided; 1 where nothing can differ (no events, or everybody in both periods).

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 (binomial), x >= 0 and n > 0 (poisson).

    References
    ----------
    Laud 2017, Pharm Stat 16:334.

    Examples
    --------
    Groups of one size leave no skewness, and the test is that of Miettinen and Nurminen:

    >>> laud_p(1, 34, 7, 34, distribution="binomial").item()
    0.0
    """
    if distribution == "binomial":
        cells = persons_of_periods(x1, n1, x2, n2)
        factor = small_sample_factor(cells[1], cells[3])
        return two_sided_p(pooled_proportions(cells, factor, skewness=True))
    return two_sided_p(pooled_rates(events_of_periods(x1, n1, x2, n2), skewness=True))


def _level(q: npt.ArrayLike) -> Floats:
    level = checked(q=q)[0]
    refuse(level < 1, "q of at least 1 (68 % confidence)", q=level)
    return level
