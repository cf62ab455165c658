"""Observations by their rank, from frequency tables.

A frequency table holds values in ascending order and how often each occurs, on the last axis.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, checked, refuse


def cumulated(values: npt.ArrayLike, frequencies: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give the values and the cumulated frequencies of every table.

    Raises
    ------
    ValueError
        If values do not ascend, or frequencies are not whole numbers of at least 0.

    Examples
    --------
    >>> cumulated([1, 2, 5], [2, 0, 3])[1]
    array([2., 2., 5.])
    """
    table, counts = checked(values=values, frequencies=frequencies)
    ordered = np.diff(table, axis=-1, prepend=-np.inf) > 0
    refuse(~ordered, "values in ascending order", values=table)
    wrong = (counts < 0) | (counts != np.floor(counts))
    refuse(wrong, "whole frequencies of at least 0", frequencies=counts)
    return table, np.cumsum(counts, axis=-1)


def order_statistic(table: Floats, cumulative: Floats, rank: Floats) -> Floats:
    """Give the value of the rank-th smallest observation.

    Examples
    --------
    >>> order_statistic(*cumulated([1, 2, 5], [2, 0, 3]), np.array(3)).item()
    5.0
    """
    place = (cumulative < rank[..., None]).sum(axis=-1)
    shape = (*place.shape, table.shape[-1])
    found = np.take_along_axis(np.broadcast_to(table, shape), place[..., None], axis=-1)
    return np.asarray(found[..., 0], dtype=np.float64)
