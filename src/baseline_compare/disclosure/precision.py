"""Which counts a printed share admits: decimals and limits may tell a count that is not printed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.proportions import wilson_lower, wilson_upper

_NOISE = 1e-9


def counts_admitted(
    n: int,
    share: float | None = None,
    *,
    limits: tuple[float, float] | None = None,
    decimals: int,
) -> npt.NDArray[np.int64]:
    """Give the counts of ``n`` that fit a share and its 95 % Wilson limits as they are printed.

    Parameters
    ----------
    n
        The denominator.
    share, limits
        As printed, in [0, 1].
    decimals
        Of what is printed, in [0, 1]: 4.3 % has three.

    Returns
    -------
    array
        All that are possible; a count is told where there is one.

    Examples
    --------
    >>> counts_admitted(70, 0.043, decimals=3), counts_admitted(2417, 0.001, decimals=3)
    (array([3]), array([2, 3]))
    """
    counts = np.arange(n + 1)
    fits = np.ones(n + 1, dtype=bool)
    printed: list[tuple[npt.NDArray[np.float64], float]] = []
    if share is not None:
        printed.append((counts / n, share))
    if limits is not None:
        q, x = two_sided(0.95), counts.astype(np.float64)
        below = np.full(n + 1, float(n))
        ends = (wilson_lower(q, x, below), wilson_upper(q, x, below))
        printed += zip(ends, limits, strict=True)
    half = 0.5 * 10.0**-decimals
    for values, value in printed:
        fits &= np.abs(values - value) <= half + _NOISE
    return counts[fits]


def bounds_of(share: float, decimals: int, n: float) -> tuple[float, float]:
    """Give the smallest and the largest count of ``n`` that a printed share admits.

    Examples
    --------
    >>> bounds_of(0.043, 3, 70)
    (3.0, 3.0)
    """
    half = 0.5 * 10.0**-decimals + _NOISE
    low, high = np.ceil((share - half) * n), np.floor((share + half) * n)
    return float(max(low, 0.0)), float(min(high, n))
