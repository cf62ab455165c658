"""Quantiles of the beta distribution, right in tails where a library's are not.

``scipy.special`` 1.15 to 1.17 gives NaN or wrong numbers in tails below 1e-60.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from baseline_compare.statistics.crossings import root
from baseline_compare.statistics.intervals import Floats

_NEAR = 1e-10
_SMALLEST = 1e-307
_FARTHEST_LOGIT = 720.0


def beta_below(tail: Floats, a: Floats, b: Floats) -> Floats:
    """Give the number that a Beta(a, b) variable falls below with probability ``tail``.

    Parameters
    ----------
    tail
        Between 1e-250 and 1.
    a, b
        Above 0.

    Examples
    --------
    >>> beta_below(np.array([0.025, 1e-240]), np.array(3.0), np.array(1.0))
    array([0.29240177, 1e-80])
    """
    tail, a, b = np.broadcast_arrays(tail, a, b)
    found = np.asarray(special.betaincinv(a, b, tail), dtype=np.float64)
    low = special.betainc(a, b, found * (1 - _NEAR))
    high = special.betainc(a, b, np.minimum(found * (1 + _NEAR), 1.0))
    wrong = ~((low <= tail) & (high >= tail))
    if wrong.any():
        found = np.atleast_1d(found)
        found[np.atleast_1d(wrong)] = special.expit(_logit_below(tail[wrong], a[wrong], b[wrong]))
    return found.reshape(tail.shape)


def beta_above(tail: Floats, a: Floats, b: Floats) -> Floats:
    """Give the number that a Beta(a, b) variable exceeds with probability ``tail``.

    Parameters
    ----------
    tail
        Between 1e-250 and 1.
    a, b
        Above 0.

    Examples
    --------
    >>> beta_above(np.array([0.025, 1e-240]), np.array(1.0), np.array(3.0))
    array([0.70759823, 1.        ])
    """
    tail, a, b = np.broadcast_arrays(tail, a, b)
    found = np.asarray(special.betainccinv(a, b, tail), dtype=np.float64)
    low = special.betaincc(a, b, found * (1 - _NEAR))
    high = special.betaincc(a, b, np.minimum(found * (1 + _NEAR), 1.0))
    wrong = ~((low >= tail) & (high <= tail))
    if wrong.any():
        found = np.atleast_1d(found)
        found[np.atleast_1d(wrong)] = special.expit(-_logit_below(tail[wrong], b[wrong], a[wrong]))
    return found.reshape(tail.shape)


def _logit_below(tail: Floats, a: Floats, b: Floats) -> Floats:
    """Search the logit of the quantile; the end of the search where the quantile lies beyond."""
    end = np.full_like(tail, _FARTHEST_LOGIT)
    return root(_log_excess, -end, end, np.log(tail), a, b)


def _log_excess(logit: Floats, aim: Floats, a: Floats, b: Floats) -> Floats:
    left = special.betainc(a, b, special.expit(np.minimum(logit, 0.0)))
    right = special.betaincc(b, a, special.expit(-np.maximum(logit, 0.0)))
    reached = np.maximum(np.where(logit < 0, left, right), _SMALLEST)
    return np.asarray(np.log(reached) - aim, dtype=np.float64)
