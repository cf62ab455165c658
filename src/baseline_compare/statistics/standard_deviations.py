"""Standard deviations from sums of values and of squares, without the loss of digits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, checked, refuse

_RESOLUTION = 4e-16
_ROUNDED = 1e-9
_SPLIT = 2.0**27 + 1


def sd_from_sums(n: npt.ArrayLike, total: npt.ArrayLike, sum_squares: npt.ArrayLike) -> Floats:
    """Give the standard deviation of n values from their sum and their sum of squares.

    Parameters
    ----------
    n
        At least 2.
    total, sum_squares
        Of the values, and of the squared values (not of deviations).

    Returns
    -------
    Floats
        With the divisor n - 1; 0 where the sums as given cannot tell the spread from none.

    Raises
    ------
    ValueError
        Unless n >= 2, and n times the sum of squares reaches the square of the sum.

    Notes
    -----
    n * sum_squares - total^2 is formed in double length (Dekker), so that only the rounding of the
    two sums themselves is lost.

    References
    ----------
    Dekker 1971, Numer Math 18:224.

    Examples
    --------
    >>> sd_from_sums([3, 2], [6, 2e8 + 1], [14, 2e16 + 2e8 + 1]).round(4)
    array([1., 0.])
    """
    size, linear, square = checked(n=n, total=total, sum_squares=sum_squares)
    refuse(size < 2, "n of at least 2", n=size)
    refuse(square < 0, "a sum of squares of at least 0", sum_squares=square)
    scale = np.frexp(np.maximum(np.abs(linear), np.sqrt(square)))[1]
    linear, square = np.ldexp(linear, -scale), np.ldexp(np.ldexp(square, -scale), -scale)
    high, low = _product(size, square)
    other_high, other_low = _product(linear, linear)
    excess = (high - other_high) + (low - other_low)
    wrong = excess < -_ROUNDED * high
    refuse(wrong, "n times the sum of squares at least the squared sum", n=size, sum_squares=square)
    squared = np.where(excess > _RESOLUTION * high, excess, 0.0) / size / (size - 1)
    return np.asarray(np.ldexp(np.sqrt(squared), scale), dtype=np.float64)


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Give a * b as a rounded product and the exact rest."""
    high = a * b
    a1, b1 = (_SPLIT * x - (_SPLIT * x - x) for x in (a, b))
    a2, b2 = a - a1, b - b1
    return high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2
