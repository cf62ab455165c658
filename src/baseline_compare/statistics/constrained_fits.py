"""Two periods fitted by maximum likelihood under a given difference or ratio.

Each fit takes a ``place`` instead of the contrast itself: an increasing function of the contrast,
0 near the observed one and about linear in standard errors around it, logarithmic far out, so that
a root is found as well among 20 persons as among 10^9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from baseline_compare.statistics.intervals import Floats

REACH = 40.0
"""Places beyond +-40 stand for the ends of the range of a contrast."""
_FARTHEST_LOG_RATIO = 300.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The score of a constrained fit, each field of one shape.

    ``score`` is observed minus constrained contrast (p2 - p1 - difference, or p2 - ratio * p1),
    ``variance`` and ``third_moment`` its central moments at the fit, without N / (N - 1).
    """

    contrast: Floats
    score: Floats
    variance: Floats
    third_moment: Floats


def binomial_difference(place: Floats, x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Fit:
    """Fit two proportions that differ by a given amount, in -1 to 1.

    Notes
    -----
    The multiplier m of the constraint solves x2 - n2 p2 = m p2 q2 and x1 - n1 p1 = -m p1 q1, two
    quadratics, and the score is m times its variance. So the fit is closed in m, and m falls as the
    difference grows.
    """
    guess1, guess2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    spread = guess1 * (1 - guess1) / n1 + guess2 * (1 - guess2) / n2
    multiplier = -np.sinh(place) / np.sqrt(spread)
    p1, q1 = _tilted(x1, n1, -multiplier), _tilted(n1 - x1, n1, multiplier)
    p2, q2 = _tilted(x2, n2, multiplier), _tilted(n2 - x2, n2, -multiplier)
    first, second = p1 * q1 / n1, p2 * q2 / n2
    variance = first + second
    third = second * (q2 - p2) / n2 - first * (q1 - p1) / n1
    return Fit(np.clip(p2 - p1, -1, 1), multiplier * variance, variance, third)


def binomial_ratio(place: Floats, x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Fit:
    """Fit two proportions of a given ratio, each at most 1."""
    ratio = _ratio(place, (x2 + 0.5) / (n2 + 1) / ((x1 + 0.5) / (n1 + 1)), x1, x2)
    persons, tilt = n1 + n2, n1 + x2 - ratio * (n2 + x1)
    root = np.sqrt(tilt**2 + 4 * ratio * (n1 - x1) * (n2 - x2))
    slope = n1 + x2 + ratio * (n2 + x1)
    p1 = 2 * (x1 + x2) / (slope + root)
    p2 = ratio * p1
    q1 = _complement(slope - 2 * persons * ratio, root, 1 - ratio, n1 - x1, persons * ratio)
    q2 = _complement(slope - 2 * persons, root, ratio - 1, n2 - x2, persons)
    variance = p2 * (q2 / n2 + ratio * q1 / n1)
    third = p2 * (q2 * (q2 - p2) / n2**2 - ratio**2 * q1 * (q1 - p1) / n1**2)
    return Fit(ratio, x2 / n2 - ratio * x1 / n1, variance, third)


def poisson_difference(place: Floats, x1: Floats, t1: Floats, x2: Floats, t2: Floats) -> Fit:
    """Fit two rates that differ by a given amount."""
    departure = np.sinh(place) * np.sqrt((x1 + 1) / t1**2 + (x2 + 1) / t2**2)
    difference = x2 / t2 - x1 / t1 + departure
    rate1, rate2 = constrained_rates(difference, x1, t1, x2, t2)
    third = rate2 / t2**2 - rate1 / t1**2
    return Fit(difference, -departure, rate1 / t1 + rate2 / t2, third)


def poisson_ratio(place: Floats, x1: Floats, t1: Floats, x2: Floats, t2: Floats) -> Fit:
    """Fit two rates of a given ratio."""
    ratio = _ratio(place, (x2 + 0.5) / t2 / ((x1 + 0.5) / t1), x1, x2)
    rate2 = ratio * (x1 + x2) / (t1 + ratio * t2)
    variance = rate2 * (1 / t2 + ratio / t1)
    third = rate2 * (1 / t2**2 - ratio**2 / t1**2)
    return Fit(ratio, x2 / t2 - ratio * x1 / t1, variance, third)


def constrained_rates(
    difference: Floats, x1: Floats, t1: Floats, x2: Floats, t2: Floats
) -> tuple[Floats, Floats]:
    """Give the maximum-likelihood rates of both periods under rate2 - rate1 = difference.

    Examples
    --------
    >>> rates = constrained_rates(np.array(0.0), *map(np.array, (15.0, 100.0, 41.0, 300.0)))
    >>> [rate.item() for rate in rates]
    [0.14, 0.14]
    """
    distance, upward = np.abs(difference), difference >= 0
    smaller = np.where(upward, x1, x2)
    time = t1 + t2
    slope = time * distance - x1 - x2
    root = np.sqrt(slope**2 + 4 * time * smaller * distance)
    product = 2 * smaller * distance
    risen = np.divide(product, slope + root, out=np.zeros_like(root), where=slope > 0)
    low = np.where(slope > 0, risen, (root - slope) / (2 * time))
    high = low + distance
    return np.where(upward, low, high), np.where(upward, high, low)


def _tilted(x: Floats, n: Floats, multiplier: Floats) -> Floats:
    """Solve x - n p = multiplier p (1 - p) for p in [0, 1] without cancellation."""
    total = multiplier + n
    square = np.where(
        multiplier > 0,
        (multiplier - n) ** 2 + 4 * multiplier * (n - x),
        total**2 - 4 * multiplier * x,
    )
    both, far = np.abs(total) + np.sqrt(square), total < 0
    p = np.zeros(np.shape(both))
    np.divide(2 * x, both, out=p, where=~far & (both > 0))
    np.divide(both, -2 * multiplier, out=p, where=far)
    return p


def _ratio(place: Floats, observed: Floats, x1: Floats, x2: Floats) -> Floats:
    """Give the ratio at a place around the observed one, from e^-300 to e^300."""
    log_ratio = np.log(observed) + np.sinh(place) * np.sqrt(1 / (x1 + 0.5) + 1 / (x2 + 0.5))
    ratio = np.exp(np.clip(log_ratio, -_FARTHEST_LOG_RATIO, _FARTHEST_LOG_RATIO))
    return np.asarray(ratio, dtype=np.float64)


def _complement(
    slope: Floats, root: Floats, below: Floats, others: Floats, scale: Floats
) -> Floats:
    """Give 1 - p of a ratio fit from the quadratic of 1 - p, without cancellation."""
    down = np.divide(2 * below * others, slope + root, out=np.zeros_like(root), where=slope > 0)
    return np.where(slope > 0, down, (root - slope) / (2 * scale))
