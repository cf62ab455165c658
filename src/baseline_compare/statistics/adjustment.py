"""Several comparisons at once: adjusted p-values, and the level at which each interval decides."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, beyond, checked, refuse


def bonferroni(p: npt.ArrayLike) -> Floats:
    """Give Bonferroni's adjusted p-values: p times the size of the family.

    Parameters
    ----------
    p
        Two-sided p-values; the last axis is one family.

    Returns
    -------
    Floats
        Of the shape of ``p``; at most 1.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1] or a family is empty.

    Examples
    --------
    >>> bonferroni([0.0019, 0.0095, 0.324])
    array([0.0057, 0.0285, 0.972 ])
    """
    families = _families(p)
    return np.asarray(np.minimum(families * families.shape[-1], 1.0), dtype=np.float64)


def holm(p: npt.ArrayLike) -> Floats:
    """Give Holm's adjusted p-values, for families in which no false claim is to be made.

    Valid under any dependence, and never less powerful than Bonferroni.

    Parameters
    ----------
    p
        Two-sided p-values; the last axis is one family.

    Returns
    -------
    Floats
        Of the shape and order of ``p``; equal p-values get equal ones.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1] or a family is empty.

    References
    ----------
    Holm 1979, Scand J Stat 6:65.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    families = _families(p)
    order = np.argsort(families, axis=-1)
    ordered = np.take_along_axis(families, order, axis=-1)
    steps = np.arange(families.shape[-1], 0, -1)
    return _unsorted(np.maximum.accumulate(ordered * steps, axis=-1), order)


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Give p-values adjusted for the share of false claims among the claims (the FDR).

    For exploratory families whose p-values are independent or positively dependent.

    Parameters
    ----------
    p
        Two-sided p-values; the last axis is one family.

    Returns
    -------
    Floats
        Of the shape and order of ``p``; equal p-values get equal ones.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1] or a family is empty.

    References
    ----------
    Benjamini and Hochberg 1995, JRSS B 57:289.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    array([0.03, 0.04, 0.04])
    """
    families = _families(p)
    order = np.argsort(families, axis=-1)
    ordered = np.take_along_axis(families, order, axis=-1)
    size = families.shape[-1]
    steps = ordered * size / np.arange(1, size + 1)
    falling = np.minimum.accumulate(steps[..., ::-1], axis=-1)[..., ::-1]
    return _unsorted(falling, order)


def benjamini_yekutieli(p: npt.ArrayLike) -> Floats:
    """Give p-values adjusted for the FDR under any dependence.

    They are those of Benjamini and Hochberg times 1 + 1/2 + ... + 1/m for a family of m.

    Parameters
    ----------
    p
        Two-sided p-values; the last axis is one family.

    Returns
    -------
    Floats
        Of the shape and order of ``p``.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1] or a family is empty.

    References
    ----------
    Benjamini and Yekutieli 2001, Ann Stat 29:1165.

    Examples
    --------
    >>> benjamini_yekutieli([0.01, 0.04, 0.03]).round(4)
    array([0.055 , 0.0733, 0.0733])
    """
    adjusted = benjamini_hochberg(p)
    harmonic = (1 / np.arange(1, adjusted.shape[-1] + 1)).sum()
    return np.asarray(np.minimum(adjusted * harmonic, 1.0), dtype=np.float64)


def decision_levels(
    p: npt.ArrayLike, *, method: Literal["holm", "benjamini_hochberg"], rate: float
) -> Floats:
    """Give the level at which the interval of each comparison decides.

    An interval at this level excludes no change exactly where the adjusted p-value is at most
    ``rate``.

    Parameters
    ----------
    p
        Two-sided p-values; the last axis is one family.
    method
        How the family is adjusted.
    rate
        The error rate of the family, in (0, 1).

    Returns
    -------
    Floats
        Two-sided levels of the shape of ``p``; the quantile of one is ``beyond(level / 2)``.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1], a family is empty, or ``rate`` is not in (0, 1).

    Notes
    -----
    Holm, with r of m rejected: rate / (m - k + 1) for the k-th smallest p-value if rejected (equal
    ones share the smallest k), rate / (m - r) for the others.  Benjamini and Hochberg, with R
    selected: rate * max(R, 1) / m for all.

    The adjusted p-value decides.  Where rounding puts a level on the other side of its p-value, the
    level becomes that p-value, or the next number below it, so that ``adjusted <= rate`` and
    ``p <= level`` agree in every cell.

    References
    ----------
    Holm 1979, Scand J Stat 6:65; Benjamini and Yekutieli 2005, JASA 100:71.

    Examples
    --------
    >>> decision_levels([0.01, 0.04, 0.03], method="holm", rate=0.05).round(4)
    array([0.0167, 0.025 , 0.025 ])
    >>> decision_levels([0.01, 0.04, 0.03], method="benjamini_hochberg", rate=0.05).round(4)
    array([0.05, 0.05, 0.05])
    """
    families = _families(p)
    refuse(np.asarray(not 0 < rate < 1), "a rate between 0 and 1", rate=np.asarray(rate))
    size = families.shape[-1]
    adjusted = holm(families) if method == "holm" else benjamini_hochberg(families)
    rejected = adjusted <= rate
    count = rejected.sum(axis=-1, keepdims=True)
    if method == "holm":
        level = rate / (size - np.where(rejected, _smaller(families), count))
    else:
        level = np.broadcast_to(rate * np.maximum(count, 1) / size, families.shape)
    above, below = np.maximum(level, families), np.minimum(level, np.nextafter(families, -1.0))
    return np.asarray(np.where(rejected, above, below), dtype=np.float64)


def fcr_level(selected: npt.ArrayLike, m: npt.ArrayLike, rate: npt.ArrayLike) -> Floats:
    """Give the confidence level of the intervals of selected comparisons.

    At it, the expected share of selected intervals that miss their value (the false coverage
    statement rate) is at most ``rate``.

    Parameters
    ----------
    selected
        How many of the family were selected, 1 to m.
    m
        The size of the family.
    rate
        In (0, 1).

    Returns
    -------
    Floats
        1 - rate * selected / m.

    Raises
    ------
    ValueError
        If the numbers are impossible.

    References
    ----------
    Benjamini and Yekutieli 2005, JASA 100:71.

    Examples
    --------
    >>> fcr_level(4, 15, 0.05).round(6).item()
    0.986667
    """
    chosen, size, share = checked(selected=selected, m=m, rate=rate)
    refuse((chosen < 1) | (chosen > size), "1 <= selected <= m", selected=chosen, m=size)
    refuse(~((share > 0) & (share < 1)), "a rate between 0 and 1", rate=share)
    return 1 - share * chosen / size


def bonferroni_quantile(m: npt.ArrayLike, alpha: npt.ArrayLike) -> Floats:
    """Give the two-sided normal quantile of one of ``m`` comparisons at joint level ``alpha``.

    Parameters
    ----------
    m
        The size of the family, at least 1.
    alpha
        In (0, 1).

    Returns
    -------
    Floats
        The normal quantile of 1 - alpha / (2 m).

    Raises
    ------
    ValueError
        If the numbers are impossible.

    Examples
    --------
    >>> bonferroni_quantile([1, 5, 250], 0.05).round(5)
    array([1.95996, 2.57583, 3.71902])
    """
    size, level = checked(m=m, alpha=alpha)
    refuse(size < 1, "a family of at least 1", m=size)
    refuse(~((level > 0) & (level < 1)), "a level between 0 and 1", alpha=level)
    return beyond(level / (2 * size))


def _families(p: npt.ArrayLike) -> Floats:
    families = checked(p=p)[0]
    if families.ndim == 0 or families.shape[-1] == 0:
        message = f"expected a family of p-values on the last axis, found shape {families.shape}"
        raise ValueError(message)
    refuse((families < 0) | (families > 1), "p-values in [0, 1]", p=families)
    return families


def _unsorted(ordered: Floats, order: npt.NDArray[np.intp]) -> Floats:
    """Put adjusted p-values back into the order of the family, cut at 1."""
    adjusted = np.empty_like(ordered)
    np.put_along_axis(adjusted, order, np.minimum(ordered, 1.0), axis=-1)
    return adjusted


def _smaller(families: Floats) -> npt.NDArray[np.intp]:
    """Count, for each p-value, the smaller ones of its family."""
    order = np.argsort(families, axis=-1)
    ordered = np.take_along_axis(families, order, axis=-1)
    places = np.broadcast_to(np.arange(families.shape[-1]), families.shape).copy()
    places[..., 1:][ordered[..., 1:] == ordered[..., :-1]] = 0
    count = np.empty_like(places)
    np.put_along_axis(count, order, np.maximum.accumulate(places, axis=-1), axis=-1)
    return count
