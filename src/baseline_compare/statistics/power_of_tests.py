"""The power of the usual tests of two groups, and the size that reaches a power."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import elementwise

from baseline_compare.statistics.intervals import (
    Floats,
    beyond,
    checked,
    refuse,
    tail_beyond,
)

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(100)
_REACH = 9.0
"""Standard deviations beyond which a normal variable has less than 1e-18 of its probability."""


def power_two_proportions(
    p1: npt.ArrayLike, p2: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike
) -> Floats:
    """Give the power to see a change of a share.

    Parameters
    ----------
    p1, p2
        The true shares before and after, in [0, 1].
    n
        Persons in each of the two groups.
    q
        The two-sided quantile of the decision.

    Returns
    -------
    Floats
        The probability of a claim in the direction of the change; at no change one tail.

    Raises
    ------
    ValueError
        If a number is impossible, or both shares are 0 or 1.

    Notes
    -----
    Normal approximation with the pooled variance under no change, as R's ``power.prop.test``.

    Examples
    --------
    >>> power_two_proportions(0.5, 0.75, 50, 1.959963985).round(7).item()
    0.7401659
    """
    first, second, size, quantile = checked(p1=p1, p2=p2, n=n, q=q)
    for name, share in (("p1", first), ("p2", second)):
        refuse((share < 0) | (share > 1), "shares in [0, 1]", **{name: share})
    refuse(size <= 0, "a size above 0", n=size)
    spread = first * (1 - first) + second * (1 - second)
    refuse(spread <= 0, "a share that is neither 0 nor 1", p1=first, p2=second)
    pooled = (first + second) / 2
    null = quantile * np.sqrt(2 * pooled * (1 - pooled))
    distance = np.sqrt(size) * np.abs(second - first)
    return np.asarray(special.ndtr((distance - null) / np.sqrt(spread)), dtype=np.float64)


def power_two_means(
    delta: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike, q: npt.ArrayLike
) -> Floats:
    """Give the power to see a difference of two means with the t test.

    Parameters
    ----------
    delta
        The true difference, of either sign.
    sd
        The standard deviation of one person, the same in both groups.
    n
        Persons in each of the two groups, at least 2.
    q
        The two-sided normal quantile of the decision; the test uses the t quantile of its tail.

    Returns
    -------
    Floats
        The probability of a claim in either direction.

    Raises
    ------
    ValueError
        If a number is impossible.

    Notes
    -----
    Non-central t with 2(n - 1) degrees of freedom and both tails, by quadrature to 1e-11: SciPy's
    ``nctdtr`` has no value (NaN) for some far tails.

    Examples
    --------
    >>> power_two_means(1, 1, 20, 1.959963985).round(6).item()
    0.868953
    """
    difference, spread, size, quantile = checked(delta=delta, sd=sd, n=n, q=q)
    refuse(spread <= 0, "a standard deviation above 0", sd=spread)
    refuse(size < 2, "at least 2 persons a group", n=size)
    refuse(quantile <= 0, "a quantile above 0", q=quantile)
    return _power_of_t(np.abs(difference) / spread, size, quantile)


def sample_size_two_means(
    delta: npt.ArrayLike, sd: npt.ArrayLike, q: npt.ArrayLike, *, power: npt.ArrayLike
) -> Floats:
    """Give the persons a group that see a difference of two means with a given power.

    Parameters
    ----------
    delta
        The true difference, of either sign, not 0.
    sd
        The standard deviation of one person, the same in both groups.
    q
        The two-sided normal quantile of the decision.
    power
        In (0, 1).

    Returns
    -------
    Floats
        Not rounded up; 2 where two persons are more than enough.

    Raises
    ------
    ValueError
        If a number is impossible.

    Examples
    --------
    >>> sample_size_two_means(1, 1, 1.959963985, power=0.9).round(4).item()
    22.0211
    """
    difference, spread, quantile, target = checked(delta=delta, sd=sd, q=q, power=power)
    refuse(difference == 0, "a difference that is not 0", delta=difference)
    refuse(spread <= 0, "a standard deviation above 0", sd=spread)
    refuse(quantile <= 0, "a quantile above 0", q=quantile)
    refuse(~((target > 0) & (target < 1)), "a power between 0 and 1", power=target)
    effect = np.abs(difference) / spread
    low = np.full(effect.shape, 2.0)
    enough = _power_of_t(effect, low, quantile) >= target
    high = low * 2
    while np.any(short := _power_of_t(effect, high, quantile) < target):
        high = np.where(short, 2 * high, high)
    found = elementwise.find_root(
        lambda size, *rest: _power_of_t(rest[0], size, rest[1]) - rest[2],
        (low, high),
        args=(effect, quantile, np.where(enough, 0.0, target)),
    )
    return np.where(enough, low, found.x)


def power_two_rates(
    rate1: npt.ArrayLike,
    rate2: npt.ArrayLike,
    t1: npt.ArrayLike,
    t2: npt.ArrayLike,
    q: npt.ArrayLike,
) -> Floats:
    """Give the power to see that a rate has become higher, by the one-sided Wald test.

    Parameters
    ----------
    rate1, rate2
        The true rates before and after, per unit of exposure; exchange them for a fall.
    t1, t2
        Exposures before and after.
    q
        The quantile of the one tail: 1.645 for a one-sided test at 5 %.

    Returns
    -------
    Floats
        The probability that (rate2 - rate1) / SE exceeds q.

    Raises
    ------
    ValueError
        If a rate is negative, both are 0, or an exposure is not above 0.

    Examples
    --------
    >>> power_two_rates(10, 15, 8, 6, 1.644853627).round(4).item()
    0.8257
    """
    first, second, e1, e2, quantile = checked(rate1=rate1, rate2=rate2, t1=t1, t2=t2, q=q)
    refuse((first < 0) | (second < 0), "rates of at least 0", rate1=first, rate2=second)
    refuse((first == 0) & (second == 0), "a rate above 0", rate1=first, rate2=second)
    refuse((e1 <= 0) | (e2 <= 0), "exposures above 0", t1=e1, t2=e2)
    error = np.sqrt(first / e1 + second / e2)
    return np.asarray(special.ndtr((second - first) / error - quantile), dtype=np.float64)


def _power_of_t(effect: Floats, n: Floats, q: Floats) -> Floats:
    df = 2 * (n - 1)
    t = beyond(tail_beyond(q), df)
    shift = effect * np.sqrt(n / 2)
    return _upper_tail(t, df, shift) + _upper_tail(t, df, -shift)


def _upper_tail(t: Floats, df: Floats, shift: Floats) -> Floats:
    """Give P(T > t) of the non-central t distribution, t > 0 and df >= 2.

    T = (Z + shift) / S exceeds t where S < (Z + shift) / t, so the tail is the integral over z of
    the normal density times the distribution of S, the root of a chi-square over its df.  It runs
    over the values of u = sqrt((z + shift) / t) for which both factors matter.
    """
    half = df / 2
    lowest = np.sqrt(special.gammaincinv(half, 1e-18) / half)
    highest = np.sqrt(special.gammainccinv(half, 1e-18) / half)
    start = np.sqrt(np.clip((shift - _REACH) / t, lowest, highest))
    end = np.sqrt(np.clip((shift + _REACH) / t, lowest, highest))
    u = (end + start)[..., None] / 2 + (end - start)[..., None] / 2 * _NODES
    z = t[..., None] * u**2 - shift[..., None]
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * 2 * u * t[..., None]
    below = special.gammainc(half[..., None], half[..., None] * u**4)
    inside = (end - start) / 2 * (density * below * _WEIGHTS).sum(axis=-1)
    return np.asarray(inside + special.ndtr(shift - t * end**2), dtype=np.float64)
