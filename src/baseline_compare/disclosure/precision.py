"""Which counts a printed share admits: its decimals may tell a count that is not printed."""

from __future__ import annotations

import numpy as np

_NOISE = 1e-9


def bounds_of(share: float, decimals: int, n: float) -> tuple[float, float]:
    """Give the smallest and the largest count of ``n`` that a printed share admits.

    If it admits none, as one of another denominator, these are the counts on both sides of it.

    Parameters
    ----------
    share, decimals
        As printed, in [0, 1]: 4.3 % has three decimals.
    n
        The denominator.

    Examples
    --------
    >>> bounds_of(0.043, 3, 70), bounds_of(0.001, 3, 2417)
    ((3.0, 3.0), (2.0, 3.0))
    """
    half = 0.5 * 10.0**-decimals + _NOISE
    low, high = sorted((np.ceil((share - half) * n), np.floor((share + half) * n)))
    return float(max(low, 0.0)), float(min(high, n))
