"""Score intervals of a change: all values that a score test does not reject.

The second methods beside square-and-add, closer to their level with few events. Their p-values are
closed: at no change the constrained fit is the pooled one, and difference and ratio share a test.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.constrained_fits import (
    binomial_difference,
    binomial_ratio,
    poisson_difference,
)
from baseline_compare.statistics.intervals import Floats, Interval, two_sided_p
from baseline_compare.statistics.observations import events_of_periods, persons_of_periods
from baseline_compare.statistics.rate_ratios import conditional, conditional_p
from baseline_compare.statistics.score_inversion import (
    pooled_proportions,
    score_limits,
    small_sample_factor,
)


def miettinen_nurminen_difference(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the score interval of p2 - p1 for two independent proportions.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons, in the baseline and in the follow-up.
    q
        Two-sided quantile, 0 or above.

    Returns
    -------
    Interval
        Differences of shares, -1 to 1; the limit is -1 or 1 where no value inside is rejected.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 in both periods.

    References
    ----------
    Miettinen and Nurminen 1985, Stat Med 4:213 (variance times N / (N - 1)).

    Examples
    --------
    56/70 after 48/80 (Newcombe 1998, Stat Med 17:873, contrast a):

    >>> found = miettinen_nurminen_difference(48, 80, 56, 70, 1.959963985)
    >>> round(found.lower.item(), 4), round(found.upper.item(), 4)
    (0.0528, 0.3382)
    """
    cells = persons_of_periods(x1, n1, x2, n2)
    factor = small_sample_factor(cells[1], cells[3])
    return score_limits(binomial_difference, cells, factor, q, skewness=False, ends=(-1.0, 1.0))


def miettinen_nurminen_ratio(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the score interval of p2 / p1 for two independent proportions.

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons, in the baseline and in the follow-up.
    q
        Two-sided quantile, 0 or above.

    Returns
    -------
    Interval
        Ratios; the lower limit is 0 at x2 = 0, the upper one infinite at x1 = 0.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 in both periods.

    References
    ----------
    Miettinen and Nurminen 1985, Stat Med 4:213 (variance times N / (N - 1)).

    Examples
    --------
    7/34 after 1/34 (Fagerland, Lydersen and Laake 2017, ch. 4):

    >>> found = miettinen_nurminen_ratio(1, 34, 7, 34, 1.959963985)
    >>> round(found.lower.item(), 4), round(found.upper.item(), 3)
    (1.2086, 43.033)
    """
    cells = persons_of_periods(x1, n1, x2, n2)
    factor = small_sample_factor(cells[1], cells[3])
    return score_limits(binomial_ratio, cells, factor, q, skewness=False, ends=(0.0, np.inf))


def koopman_ratio(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give Koopman's score interval of p2 / p1, without N / (N - 1).

    Parameters
    ----------
    x1, n1, x2, n2
        Persons of all persons, in the baseline and in the follow-up.
    q
        Two-sided quantile, 0 or above.

    Returns
    -------
    Interval
        Ratios; the lower limit is 0 at x2 = 0, the upper one infinite at x1 = 0.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 in both periods.

    References
    ----------
    Koopman 1984, Biometrics 40:513.

    Examples
    --------
    7/34 after 1/34 (Fagerland, Lydersen and Laake 2017, ch. 4):

    >>> found = koopman_ratio(1, 34, 7, 34, 1.959963985)
    >>> round(found.lower.item(), 4), round(found.upper.item(), 4)
    (1.2209, 42.5757)
    """
    cells = persons_of_periods(x1, n1, x2, n2)
    one = np.ones_like(cells[0])
    return score_limits(binomial_ratio, cells, one, q, skewness=False, ends=(0.0, np.inf))


def rate_difference_score(
    x1: npt.ArrayLike, t1: npt.ArrayLike, x2: npt.ArrayLike, t2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the score interval of x2/t2 - x1/t1 for two independent Poisson counts.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, in the baseline and in the follow-up; one unit of exposure for both.
    q
        Two-sided quantile, 0 or above.

    Returns
    -------
    Interval
        Differences of rates per unit of exposure; no N / (N - 1).

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods.

    References
    ----------
    Ng, Gu and Tang 2007, Comput Stat Data Anal 51:3085; Li, Tang and Wong 2014, Comput Stat 29:869.

    Examples
    --------
    60 events in 51.4775 after 30 in 54.3087 (data of Gu et al. 2008):

    >>> found = rate_difference_score(30, 54.3087, 60, 51.4775, 1.959963985)
    >>> round(found.lower.item(), 6), round(found.upper.item(), 6)
    (0.265796, 0.989192)
    """
    cells = events_of_periods(x1, t1, x2, t2)
    one = np.ones_like(cells[0])
    ends = (-np.inf, np.inf)
    return score_limits(poisson_difference, cells, one, q, skewness=False, ends=ends)


def rate_ratio_score(
    x1: npt.ArrayLike, t1: npt.ArrayLike, x2: npt.ArrayLike, t2: npt.ArrayLike, q: npt.ArrayLike
) -> Interval:
    """Give the score interval of (x2/t2) / (x1/t1) for two independent Poisson counts.

    It is closed: the score interval given both counts equals the one given their sum, with Wilson
    limits of the follow-up's share.

    Parameters
    ----------
    x1, t1, x2, t2
        Events and exposure, in the baseline and in the follow-up; one unit of exposure for both.
    q
        Two-sided quantile, 0 or above.

    Returns
    -------
    Interval
        Ratios; the lower limit is 0 at x2 = 0, the upper one infinite at x1 = 0.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods.

    References
    ----------
    Graham, Mengersen and Morton 2003, Stat Med 22:2071.

    Examples
    --------
    60 events in 51,477.5 after 30 in 54,308.7 (data of Gu et al. 2008):

    >>> found = rate_ratio_score(30, 54308.7, 60, 51477.5, 1.959963985)
    >>> round(found.lower.item(), 6), round(found.upper.item(), 6)
    (1.365962, 3.259306)
    """
    return conditional(x1, t1, x2, t2, q, limits="score")


def miettinen_nurminen_p(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike
) -> Floats:
    """Give the p-value of no change that belongs to both Miettinen-Nurminen intervals.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 in both periods.

    Notes
    -----
    Two-sided; 1 where nobody or everybody is counted in both periods.

    References
    ----------
    Miettinen and Nurminen 1985, Stat Med 4:213.

    Examples
    --------
    >>> miettinen_nurminen_p(48, 80, 56, 70).item()
    0.0082
    """
    cells = persons_of_periods(x1, n1, x2, n2)
    factor = small_sample_factor(cells[1], cells[3])
    return two_sided_p(pooled_proportions(cells, factor, skewness=False))


def koopman_p(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> Floats:
    """Give the p-value of no change that belongs to Koopman's interval: Pearson's chi-square.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1 in both periods.

    Notes
    -----
    Two-sided; 1 where nobody or everybody is counted in both periods.

    References
    ----------
    Koopman 1984, Biometrics 40:513.

    Examples
    --------
    >>> koopman_p(48, 80, 56, 70).item()
    0.0080
    """
    cells = persons_of_periods(x1, n1, x2, n2)
    return two_sided_p(pooled_proportions(cells, np.ones_like(cells[0]), skewness=False))


def rate_score_p(
    x1: npt.ArrayLike, t1: npt.ArrayLike, x2: npt.ArrayLike, t2: npt.ArrayLike
) -> Floats:
    """Give the p-value of no change that belongs to both score intervals of rates.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0 in both periods.

    Notes
    -----
    Two-sided; 1 without any event.

    References
    ----------
    Ng, Gu and Tang 2007, Comput Stat Data Anal 51:3085.

    Examples
    --------
    41 events in 28,010 after 15 in 19,017, twice the one-sided .0187 of Ng et al.:

    >>> rate_score_p(15, 19017, 41, 28010).item()
    0.0374
    """
    return conditional_p(x1, t1, x2, t2, limits="score")
