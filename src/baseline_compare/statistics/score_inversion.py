"""Limits and p-values from a score statistic, plain or corrected for skewness."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import elementwise

from baseline_compare.statistics.constrained_fits import REACH, Fit
from baseline_compare.statistics.intervals import Floats, Interval, quantile
from baseline_compare.statistics.observations import Cells

_CELLS_AT_ONCE = 16_384
"""Blocks of this size stay in the cache of a processor."""
_NEAR = 0.5
"""First bracket around a place guessed from q; other cells are searched over the full reach."""


def small_sample_factor(n1: Floats, n2: Floats) -> Floats:
    """Give N / (N - 1) with N = n1 + n2, the factor of the variance of Miettinen & Nurminen."""
    return (n1 + n2) / (n1 + n2 - 1)


def statistic(fit: Fit, factor: Floats, *, skewness: bool) -> Floats:
    """Give the score over its standard error; 0 where the constrained fit leaves no variance.

    With ``skewness`` it is the z that solves z + (z^2 - 1) k = score / standard error, k a sixth
    of the skewness of the score.
    """
    variance = fit.variance * factor
    spread, free = np.sqrt(variance), variance > 0
    z = np.zeros(np.shape(spread))
    np.divide(fit.score, spread, out=z, where=free)
    if not skewness:
        return z
    cube = 6 * variance * spread
    sixth = np.divide(fit.third_moment, cube, out=np.zeros(z.shape), where=cube > 0)
    total = z + sixth
    root = np.sqrt(np.maximum(1 + 4 * sixth * total, 0))
    return np.asarray(2 * total / (1 + root), dtype=np.float64)


def score_limits(
    fitted: Callable[..., Fit],
    cells: Cells,
    factor: Floats,
    q: npt.ArrayLike,
    *,
    skewness: bool,
    ends: tuple[float, float],
) -> Interval:
    """Give the contrasts at which the statistic is q and -q.

    Parameters
    ----------
    fitted
        One of the fits; its statistic falls as its place grows.
    cells, factor
        Both periods, and what multiplies the variance.
    q
        Two-sided quantile, 0 or above.
    skewness
        Whether the statistic is corrected.
    ends
        The range of the contrast; its ends are the limits where the statistic does not reach q.

    Raises
    ------
    ValueError
        If q is below 0 or not finite.
    """
    arrays = np.broadcast_arrays(quantile(q), factor, *cells)
    flat = [np.ascontiguousarray(array).ravel() for array in arrays]

    def excess(place: Floats, aim: Floats, scale: Floats, *counts: Floats) -> Floats:
        return statistic(fitted(place, *counts), scale, skewness=skewness) - aim

    limits = np.empty((2, flat[0].size))
    for start in range(0, flat[0].size, _CELLS_AT_ONCE):
        part = slice(start, start + _CELLS_AT_ONCE)
        target, *cell = (array[part] for array in flat)
        for side, (aim, outer) in enumerate(((target, -np.inf), (-target, np.inf))):
            place = _crossing(excess, [aim, *cell], outer)
            inside = fitted(np.clip(place, -REACH, REACH), *cell[1:]).contrast
            limit = np.where(np.isfinite(place), inside, np.where(place > 0, ends[1], ends[0]))
            limits[side, part] = limit
    lower, upper = limits.reshape(2, *arrays[0].shape)
    return Interval(lower, upper)


def pooled_proportions(cells: Cells, factor: Floats, *, skewness: bool) -> Floats:
    """Give the statistic of no change between two proportions, positive where p2 is larger."""
    x1, n1, x2, n2 = cells
    persons_in_all = n1 + n2
    p, other = (x1 + x2) / persons_in_all, (n1 - x1 + n2 - x2) / persons_in_all
    variance = p * other * (1 / n1 + 1 / n2)
    third = p * other * (other - p) * (1 / n2**2 - 1 / n1**2)
    score = (x2 * n1 - x1 * n2) / (n1 * n2)
    return statistic(Fit(np.zeros_like(p), score, variance, third), factor, skewness=skewness)


def pooled_rates(cells: Cells, *, skewness: bool) -> Floats:
    """Give the statistic of no change between two rates, positive where the second is larger."""
    x1, t1, x2, t2 = cells
    rate = (x1 + x2) / (t1 + t2)
    third = rate * (1 / t2**2 - 1 / t1**2)
    score = (x2 * t1 - x1 * t2) / (t1 * t2)
    fit = Fit(np.zeros_like(rate), score, rate * (1 / t1 + 1 / t2), third)
    return statistic(fit, np.ones_like(rate), skewness=skewness)


def _crossing(excess: Callable[..., Floats], arguments: list[Floats], outer: float) -> Floats:
    """Give the place where a falling function is 0.

    Places of -inf or inf stand for functions that are below or above 0 throughout, and ``outer``
    for one that is 0 at both ends.
    """
    found = np.full_like(arguments[0], outer)
    guess = np.arcsinh(-arguments[0])
    pending = np.arange(found.size)
    for width in (_NEAR, 2 * REACH):
        part = [array[pending] for array in arguments]
        first = np.clip(guess[pending] - width, -REACH, REACH)
        last = np.clip(guess[pending] + width, -REACH, REACH)
        at_first, at_last = excess(first, *part), excess(last, *part)
        met = (at_first > 0) & (at_last < 0)
        if met.any():
            bracket, args = (first[met], last[met]), tuple(array[met] for array in part)
            found[pending[met]] = elementwise.find_root(excess, bracket, args=args).x
        pending, at_first, at_last = pending[~met], at_first[~met], at_last[~met]
    found[pending[at_first > 0]] = np.inf
    found[pending[at_last < 0]] = -np.inf
    return found
