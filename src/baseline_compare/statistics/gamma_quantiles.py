"""Quantiles of the gamma distribution, right in tails where a library's are not.

``scipy.special`` 1.15 to 1.17 gives wrong ones for shapes above 1e6 from 4.5 standard deviations
below the mean on.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from baseline_compare.statistics.intervals import Floats

LARGE_SHAPE = 1e5
"""From this shape on gamma quantiles come from their expansion."""


def gamma_below(tail: Floats, shape: Floats) -> Floats:
    """Give the number that a Gamma(shape) variable of scale 1 falls below with probability tail.

    Parameters
    ----------
    tail
        Between 1e-250 and 1.
    shape
        Above 0.

    Examples
    --------
    >>> gamma_below(np.array(0.025), np.array([5.0, 18.0])).round(4)
    array([ 1.6235, 10.6679])
    """
    large = shape >= LARGE_SHAPE
    if not np.any(large):
        return np.asarray(special.gammaincinv(shape, tail), dtype=np.float64)
    small = np.asarray(special.gammaincinv(np.where(large, 1.0, shape), tail), dtype=np.float64)
    return np.where(large, gamma_at(special.ndtri(tail), np.maximum(shape, LARGE_SHAPE)), small)


def gamma_above(tail: Floats, shape: Floats) -> Floats:
    """Give the number that a Gamma(shape) variable of scale 1 exceeds with probability ``tail``.

    Parameters
    ----------
    tail
        Between 1e-250 and 1.
    shape
        Above 0.

    Examples
    --------
    >>> gamma_above(np.array(0.025), np.array([6.0, 1.0])).round(4)
    array([11.6683, 3.6889])
    """
    large = shape >= LARGE_SHAPE
    if not np.any(large):
        return np.asarray(special.gammainccinv(shape, tail), dtype=np.float64)
    small = np.asarray(special.gammainccinv(np.where(large, 1.0, shape), tail), dtype=np.float64)
    return np.where(large, gamma_at(-special.ndtri(tail), np.maximum(shape, LARGE_SHAPE)), small)


def gamma_at(z: Floats, shape: Floats) -> Floats:
    """Give the gamma quantile at a normal quantile, for shapes from 1e5 on.

    References
    ----------
    Goldberg and Levine 1946, Ann Math Stat 17:216 (the expansion of Cornish and Fisher for the
    chi-square distribution, to order 1 / shape^(5/2); its error is below 1e-12 for abs(z) < 38).

    Examples
    --------
    >>> gamma_at(np.array([-1.959963985, 0.0]), np.array(1e6)).round(3)
    array([998040.983, 999999.667])
    """
    root = np.sqrt(2 * shape)
    terms = (
        np.sqrt(2.0) * z,
        2 / 3 * (z**2 - 1),
        np.sqrt(2.0) * (z**3 - 7 * z) / 18,
        -(6 * z**4 + 14 * z**2 - 32) / 405,
        np.sqrt(2.0) * (9 * z**5 + 256 * z**3 - 433 * z) / 9720,
        (12 * z**6 - 243 * z**4 - 923 * z**2 + 1472) / 25515,
        -np.sqrt(2.0) * (3753 * z**7 + 4353 * z**5 - 289517 * z**3 - 289717 * z) / 18370800,
    )
    added = np.zeros(np.broadcast_shapes(np.shape(z), np.shape(shape)))
    for term in reversed(terms[1:]):
        added = (added + term) / root
    return np.asarray(shape + (root * terms[0] + added * root) / 2, dtype=np.float64)
