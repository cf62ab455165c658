"""Shares of the same persons in two periods: the change from the persons who changed.

Tables hold the persons counted in both periods, in the baseline only (1), in the follow-up only
(2), and in neither. The difference is that of the shares, (only2 - only1) / N.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import Floats, Interval, checked, refuse, two_sided_p
from baseline_compare.statistics.joining import square_and_add
from baseline_compare.statistics.observations import persons_twice
from baseline_compare.statistics.proportions import wilson


@dataclass(frozen=True, slots=True)
class McNemar:
    """Two-sided p-values of no change: mid-P, exact binomial, and chi-square uncorrected."""

    mid_p: Floats
    exact: Floats
    asymptotic: Floats


def newcombe_paired(
    both: npt.ArrayLike,
    only1: npt.ArrayLike,
    only2: npt.ArrayLike,
    neither: npt.ArrayLike,
    q: npt.ArrayLike,
    *,
    method: Literal[8, 10] = 10,
) -> Interval:
    """Give the interval of p2 - p1 of the same persons: square-and-add on Wilson limits.

    Parameters
    ----------
    both, only1, only2, neither
        Persons by the periods in which they are counted.
    q
        Two-sided quantile, 0 or above.
    method
        Number in Newcombe's paper: 10 reduces a positive correlation for continuity, 8 does not.

    Returns
    -------
    Interval
        Differences of shares, -1 to 1.

    Raises
    ------
    ValueError
        If a cell is below 0 or nobody was counted.

    References
    ----------
    Newcombe 1998, Stat Med 17:2635.

    Examples
    --------
    22/50 before and 32/50 after, 20 of them the same persons (the paper's table, turned round):

    >>> found = newcombe_paired(20, 2, 12, 16, 1.959963985)
    >>> round(found.lower.item(), 4), round(found.upper.item(), 4)
    (0.0562, 0.3292)
    """
    a, b, c, d = persons_twice(both, only1, only2, neither)
    total = a + b + c + d
    rho = paired_correlation(a, b, c, d) if method == 10 else _phi(a, b, c, d, a * d - b * c)
    (p1, first), (p2, second) = ((x / total, wilson(x, total, q)) for x in (a + b, a + c))
    limits = (p1, first.lower, first.upper, p2, second.lower, second.upper)
    return square_and_add(*limits, rho=rho)


def paired_correlation(
    both: npt.ArrayLike, only1: npt.ArrayLike, only2: npt.ArrayLike, neither: npt.ArrayLike
) -> Floats:
    """Give the correlation of the two periods that square-and-add uses, corrected for continuity.

    Parameters
    ----------
    both, only1, only2, neither
        Persons by the periods in which they are counted.

    Returns
    -------
    Floats
        Phi, -1 to 1, a positive numerator ad - bc reduced by N/2 but not below 0; 0 where a margin
        is empty.

    Raises
    ------
    ValueError
        If a cell is below 0 or nobody was counted.

    References
    ----------
    Newcombe 1998, Stat Med 17:2635 (method 10).

    Examples
    --------
    >>> round(paired_correlation(20, 2, 12, 16).item(), 4)
    0.4550
    """
    a, b, c, d = persons_twice(both, only1, only2, neither)
    plain = a * d - b * c
    reduced = np.maximum(plain - (a + b + c + d) / 2, 0)
    return _phi(a, b, c, d, np.where(plain > 0, reduced, plain))


def mcnemar(only1: npt.ArrayLike, only2: npt.ArrayLike) -> McNemar:
    """Give the p-values of no change from the persons who are counted in one period only.

    Parameters
    ----------
    only1, only2
        Persons counted in the baseline only and in the follow-up only.

    Raises
    ------
    ValueError
        If one is below 0.

    Notes
    -----
    Exact and mid-P are twice the smaller binomial tail, at most 1; so mid-P is 1 where both
    counts are equal. All three are 1 where nobody changed.

    References
    ----------
    McNemar 1947, Psychometrika 12:153; Fagerland, Lydersen and Laake 2013, BMC Med Res Methodol
    13:91 (mid-P).

    Examples
    --------
    Fagerland, Lydersen and Laake 2017, ch. 8:

    >>> found = mcnemar(6, 16)
    >>> round(found.mid_p.item(), 5), round(found.exact.item(), 6)
    (0.03469, 0.052479)
    >>> round(found.asymptotic.item(), 6)
    0.033006
    """
    b, c = checked(only1=only1, only2=only2)
    refuse((b < 0) | (c < 0), "persons not below 0", only1=b, only2=c)
    low, high = np.minimum(b, c), np.maximum(b, c)
    changed = b + c > 0
    up_to = special.betainc(np.where(changed, high, 1.0), low + 1, 0.5)
    below = np.where(low > 0, special.betainc(high + 1, np.where(low > 0, low, 1.0), 0.5), 0.0)
    spread = np.sqrt(b + c)
    z = np.divide(c - b, spread, out=np.zeros_like(spread), where=changed)
    mid = np.where(changed, np.minimum(up_to + below, 1.0), 1.0)
    return McNemar(mid, np.where(changed, np.minimum(2 * up_to, 1.0), 1.0), two_sided_p(z))


def _phi(a: Floats, b: Floats, c: Floats, d: Floats, numerator: Floats) -> Floats:
    margins = np.sqrt((a + b) * (c + d)) * np.sqrt((a + c) * (b + d))
    phi = np.zeros(np.shape(margins))
    np.divide(numerator, margins, out=phi, where=margins > 0)
    return phi
