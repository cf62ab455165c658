"""The same units twice: what the sign patterns of their differences can show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, checked, refuse
from baseline_compare.statistics.observations import one_sample

MOST_PATTERNS = 20
"""Differences up to which all 2^m sign patterns are written out."""
_TIE = 1e-9
"""Sums that differ by less than this share of the sum of sizes are one sum in decimals."""


@dataclass(frozen=True, slots=True)
class SignFlip:
    """A permutation test of a mean difference of 0.

    Of ``patterns`` equally likely sign patterns, ``as_far`` have a sum at least as far from 0 as
    ``total``, in its direction; ``p_one`` is their share and ``p`` the two-sided p-value.
    """

    total: float
    as_far: int
    patterns: int
    p_one: float
    p: float


def sign_flip(differences: npt.ArrayLike) -> SignFlip:
    """Test whether the mean difference of the same units is 0, whatever their distribution.

    Parameters
    ----------
    differences
        Second minus first of each unit, at most 20 of them not 0; zeros have no sign to flip.

    Returns
    -------
    SignFlip

    Raises
    ------
    ValueError
        If there is no difference, one is not a finite number, or more than 20 are not 0.

    Notes
    -----
    Sums within 1e-9 of the sum of sizes count as equal.

    References
    ----------
    Fisher 1935, The Design of Experiments, section 21.

    Examples
    --------
    >>> maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    >>> found = sign_flip(maize)
    >>> found.as_far, found.patterns, round(found.p, 6)
    (863, 32768, 0.052673)
    """
    values = one_sample(differences)
    sizes = np.abs(values[values != 0])
    if sizes.size > MOST_PATTERNS:
        message = f"expected at most {MOST_PATTERNS} differences that are not 0, found {sizes.size}"
        raise ValueError(message)
    total, whole = float(values.sum()), float(sizes.sum())
    sums = 2 * subset_sums(sizes) - whole
    as_far = int(np.count_nonzero(sums >= abs(total) - _TIE * whole))
    p_one = as_far / sums.size
    return SignFlip(total, as_far, sums.size, p_one, min(1.0, 2 * p_one))


def smallest_p(nonzero: npt.ArrayLike) -> Floats:
    """Give the smallest two-sided p-value that so many signed differences can reach.

    Parameters
    ----------
    nonzero
        Differences that are not 0.

    Returns
    -------
    Floats
        2^(1 - nonzero), at most 1.  Below 6 differences p < 0.05 is out of reach.

    Raises
    ------
    ValueError
        If a number is negative.

    Examples
    --------
    >>> smallest_p([3, 5, 6])
    array([0.25   , 0.0625 , 0.03125])
    """
    number = checked(nonzero=nonzero)[0]
    refuse(number < 0, "a number of at least 0", nonzero=number)
    return np.minimum(np.exp2(1 - number), 1.0)


def subset_sums(numbers: npt.NDArray[np.number]) -> npt.NDArray[np.number]:
    """Give the sums of all 2^m subsets.

    Examples
    --------
    >>> subset_sums(np.array([1, 2, 4]))
    array([0, 1, 2, 3, 4, 5, 6, 7])
    """
    sums = np.zeros(1, dtype=numbers.dtype)
    for number in numbers:
        sums = np.concatenate((sums, sums + number))
    return sums
