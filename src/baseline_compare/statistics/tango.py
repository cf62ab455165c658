"""The score interval of the change of a share of the same persons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.crossings import root
from baseline_compare.statistics.intervals import Floats, Interval, checked, quantile, refuse
from baseline_compare.statistics.observations import persons_twice


def tango(
    both: npt.ArrayLike,
    only1: npt.ArrayLike,
    only2: npt.ArrayLike,
    neither: npt.ArrayLike,
    q: npt.ArrayLike,
) -> Interval:
    """Give Tango's score interval of p2 - p1 of the same persons.

    Its p-value is the asymptotic one of ``mcnemar``.

    Parameters
    ----------
    both, only1, only2, neither
        Persons by the periods in which they are counted.
    q
        Two-sided quantile, 0 or above.

    Returns
    -------
    Interval
        Differences of shares; -1 or 1 where all persons changed that way.

    Raises
    ------
    ValueError
        If a cell is below 0 or nobody was counted, or q is below 0.

    References
    ----------
    Tango 1998, Stat Med 17:891.

    Examples
    --------
    Agresti and Min 2005, turned round:

    >>> found = tango(53, 8, 16, 9, 1.959963985)
    >>> round(found.lower.item(), 3), round(found.upper.item(), 3)
    (-0.020, 0.207)
    """
    a, b, c, d = persons_twice(both, only1, only2, neither)
    less, more, total, target = np.broadcast_arrays(b, c, a + b + c + d, quantile(q))
    upper = _upper(less, more, total, target)
    return Interval(-_upper(more, less, total, target), upper)


def tango_z(
    only1: npt.ArrayLike, only2: npt.ArrayLike, total: npt.ArrayLike, change: npt.ArrayLike
) -> Floats:
    """Give the score statistic of a change p2 - p1 of the same persons, which ``tango`` inverts.

    Parameters
    ----------
    only1, only2
        Persons counted in the baseline only and in the follow-up only.
    total
        All persons.
    change
        The change that is tested, above -1 and below 1.

    Returns
    -------
    Floats
        Standard normal where the change is true; above 0 where the observed one is larger.

    Raises
    ------
    ValueError
        If a cell is below 0, nobody was counted, or the change is not between -1 and 1.

    References
    ----------
    Tango 1998, Stat Med 17:891.

    Examples
    --------
    Of no change, McNemar's z, and of a limit the quantile of its interval:

    >>> tango_z(8, 16, 86, [0.0, -0.019659]).round(3)
    array([1.633, 1.96 ])
    """
    whole, b, c, target = checked(total=total, only1=only1, only2=only2, change=change)
    persons_twice(0.0, b, c, whole - b - c)
    refuse(np.abs(target) >= 1, "a change between -1 and 1", change=target)
    observed = (c - b) / whole
    below = target <= observed
    less, more = np.where(below, c, b), np.where(below, b, c)
    away = np.abs(target - observed)
    share = _excess(away, less, more, whole, np.zeros_like(away))
    z = np.sqrt(whole / (1 - share**2)) * share
    return np.asarray(np.where(below, z, -z), dtype=np.float64)


def _upper(less: Floats, more: Floats, total: Floats, q: Floats) -> Floats:
    """Give the largest difference (more - less) / total that the score test does not reject."""
    change = np.asarray((more - less) / total)
    return change + root(_excess, np.zeros_like(change), 1 - change, less, more, total, q)


def _excess(distance: Floats, less: Floats, more: Floats, total: Floats, q: Floats) -> Floats:
    """Give by how much a difference is beyond q, a distance above the observed one.

    With z = distance / sqrt(variance / N), compared is z / sqrt(N + z^2), which stays below 1.
    """
    difference = (more - less) / total + distance
    size = np.abs(difference)
    against = np.where(difference >= 0, less, more)
    along = less + more - against
    slope = (2 * total - along + against) * size - less - more
    product = against * size * (1 - size)
    surd = np.sqrt(slope**2 + 8 * total * product)
    risen = np.divide(2 * product, slope + surd, out=np.zeros_like(surd), where=slope > 0)
    contrary = np.where(slope > 0, risen, (surd - slope) / (4 * total))
    both = np.sqrt(distance**2 + 2 * contrary + size * (1 - size))
    reached = np.divide(distance, both, out=np.zeros_like(both), where=both > 0)
    return np.asarray(reached - q / np.sqrt(total + q**2), dtype=np.float64)
