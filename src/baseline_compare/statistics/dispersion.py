"""Variance beyond counting: what years without a reform say about changes that happen anyway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, Mask, checked, refuse


@dataclass(frozen=True, slots=True)
class LocalVariance:
    """How much the changes of areas differ beyond counting, from pairs of years.

    ``tau2`` is the additive variance, in the squared unit of the change; ``phi`` the ratio of the
    spread to that of pure counting, a diagnostic.  Of each pair: Cochran's Q (``cochran_q``), the
    number of areas, the mean change weighted by 1 / (s2 + tau2) and the variance of that mean; the
    mean and its variance are 0 where a pair has no area.
    """

    tau2: float
    phi: float
    cochran_q: Floats
    areas: npt.NDArray[np.intp]
    mean: Floats
    mean_variance: Floats


def local_variance(
    change: npt.ArrayLike, variance: npt.ArrayLike, *, present: npt.ArrayLike | None = None
) -> LocalVariance:
    """Estimate the variance between areas that counting does not explain.

    Parameters
    ----------
    change
        Changes on the primary scale, (..., areas): one indicator's pairs by areas, or the
        indicators of a class by pairs by areas.  Everything is pooled into one variance.
    variance
        The counting variance of each change (on the log scale 1/x1 + 1/x2), above 0.
    present
        False where an area has no change in a pair; whatever stands there is not read.

    Returns
    -------
    LocalVariance
        Numbers of each pair have the shape of ``change`` without the areas.

    Raises
    ------
    ValueError
        If a variance is not above 0, or no pair has two areas.

    Notes
    -----
    tau2 = max(0, sum(Q - (I - 1)) / sum(sum w - sum w^2 / sum w)) over all pairs, w = 1/s2, I the
    areas of a pair; the additive form, nothing is trimmed.

    References
    ----------
    DerSimonian and Laird 1986, Control Clin Trials 7:177; Spiegelhalter 2005, Stat Med 24:1185.

    Examples
    --------
    >>> change = np.log([[1.10, 0.95, 1.02], [0.90, 1.08, 1.00]])
    >>> found = local_variance(change, np.full((2, 3), 0.001))
    >>> round(found.tau2, 5), round(found.phi, 2), found.mean.round(4)
    (0.00588, 6.88, array([ 0.0213, -0.0095]))
    """
    shape = np.broadcast_shapes(np.shape(change), np.shape(variance))
    there = np.broadcast_to(np.asarray(True if present is None else present, dtype=bool), shape)
    y, s2 = checked(change=np.where(there, change, 0.0), variance=np.where(there, variance, 1.0))
    refuse(s2 <= 0, "counting variances above 0", variance=s2)
    areas = np.asarray(there.sum(axis=-1), dtype=np.intp)
    if not np.any(areas > 1):
        message = f"expected a pair of years with at least 2 areas, found shape {shape}"
        raise ValueError(message)
    weight = np.where(there, 1 / s2, 0.0)
    fixed, total = _weighted_mean(y, weight)
    cochran_q = (weight * (y - fixed[..., None]) ** 2).sum(axis=-1)
    freedom = np.maximum(areas - 1, 0)
    squares = np.divide((weight**2).sum(axis=-1), total, out=np.zeros_like(total), where=areas > 0)
    excess = float((cochran_q - freedom).sum())
    tau2 = max(0.0, excess / float((total - squares)[areas > 1].sum()))
    mean, precision = _weighted_mean(y, np.where(there, 1 / (s2 + tau2), 0.0))
    return LocalVariance(
        tau2=tau2,
        phi=float(cochran_q.sum() / freedom.sum()),
        cochran_q=cochran_q,
        areas=areas,
        mean=mean,
        mean_variance=np.divide(1.0, precision, out=np.zeros_like(mean), where=areas > 0),
    )


def common_variance(local: LocalVariance) -> Floats:
    """Estimate how much all areas move together from one year to another.

    Parameters
    ----------
    local
        Of (..., pairs, areas).

    Returns
    -------
    Floats
        The mean over the pairs of the squared mean change, one for each indicator.  About zero, so
        a trend counts as usual movement.

    Raises
    ------
    ValueError
        If ``local`` has no axis of pairs, or an indicator has no pair.

    Examples
    --------
    >>> change = np.log([[1.10, 0.95, 1.02], [0.90, 1.08, 1.00]])
    >>> common_variance(local_variance(change, np.full((2, 3), 0.001))).round(6).item()
    0.000271
    """
    known = local.areas > 0
    if known.ndim == 0:
        message = "expected changes of (..., pairs, areas), found areas alone"
        raise ValueError(message)
    pairs = known.sum(axis=-1)
    refuse(pairs == 0, "a pair of years for every indicator", pairs=pairs)
    return np.asarray((local.mean**2).sum(axis=-1) / pairs, dtype=np.float64)


def area_variance(tau2: npt.ArrayLike, shares: npt.ArrayLike) -> Floats:
    """Give the local variance of an area that is made of the finest areas.

    Parameters
    ----------
    tau2
        The local variance of the finest areas.
    shares
        Shares of the parts on the last axis, adding up to 1: of the denominator, or of the
        baseline counts where changes are on the log scale.  Absent parts have share 0.

    Returns
    -------
    Floats
        tau2 times the sum of the squared shares; its shape is that of ``shares`` without the parts.

    Raises
    ------
    ValueError
        If tau2 is negative, or shares are negative or do not add up to 1.

    Examples
    --------
    >>> area_variance(0.0009, [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]).round(6)
    array([0.00045, 0.0009 ])
    """
    local, parts = checked(tau2=tau2)[0], checked(shares=shares)[0]
    sums = parts.sum(axis=-1)
    refuse(local < 0, "a variance of at least 0", tau2=local)
    refuse(parts < 0, "shares of at least 0", shares=parts)
    refuse(np.abs(sums - 1) > 1e-9, "shares that add up to 1", sum=sums)
    return np.asarray(local * (parts**2).sum(axis=-1), dtype=np.float64)


def local_df(areas: npt.ArrayLike, pairs: npt.ArrayLike, indicators: npt.ArrayLike = 1) -> Floats:
    """Give the degrees of freedom of a local variance.

    Parameters
    ----------
    areas
        The number of finest areas, at least 2.
    pairs
        The number of pairs that share no year (``disjoint_pairs``).
    indicators
        The number of indicators pooled.

    Returns
    -------
    Floats
        (areas - 1) * pairs * indicators.

    Raises
    ------
    ValueError
        If there are fewer than 2 areas, 1 pair or 1 indicator.

    Examples
    --------
    >>> local_df(21, 2, 10).item()
    400.0
    """
    size, disjoint, pooled = checked(areas=areas, pairs=pairs, indicators=indicators)
    refuse(size < 2, "at least 2 areas", areas=size)
    refuse((disjoint < 1) | (pooled < 1), "a pair and an indicator", pairs=disjoint, pooled=pooled)
    return (size - 1) * disjoint * pooled


def own_change_df(
    s2: npt.ArrayLike,
    tau2_area: npt.ArrayLike,
    df_local: npt.ArrayLike,
    sigma2_common: npt.ArrayLike,
    pairs: npt.ArrayLike,
) -> Floats:
    """Give the degrees of freedom for an area's own change, not relative to the country.

    Parameters
    ----------
    s2
        The counting variance of the change.
    tau2_area, df_local
        The local variance of the area (``area_variance``) and its degrees of freedom.
    sigma2_common, pairs
        The common variance (``common_variance``) and the number of pairs behind it.

    Returns
    -------
    Floats
        The smaller of ``df_local`` and Satterthwaite's approximation
        (s2 + tau2 + sigma2)^2 / (tau2^2 / df_local + sigma2^2 / pairs).

    Raises
    ------
    ValueError
        If a variance is negative, or ``df_local`` or ``pairs`` is not at least 1.

    References
    ----------
    Satterthwaite 1946, Biometrics Bull 2:110.

    Examples
    --------
    >>> own_change_df(0.001, 0.001, 40, 0.003, 3).round(3).item()
    8.264
    """
    counting, local, freedom, common, years = checked(
        s2=s2, tau2_area=tau2_area, df_local=df_local, sigma2_common=sigma2_common, pairs=pairs
    )
    for name, values in (("s2", counting), ("tau2_area", local), ("sigma2_common", common)):
        refuse(values < 0, "variances of at least 0", **{name: values})
    refuse((freedom < 1) | (years < 1), "at least 1", df_local=freedom, pairs=years)
    whole = counting + local + common
    estimated = local**2 / freedom + common**2 / years
    approximate = np.divide(whole**2, estimated, out=np.array(freedom), where=estimated > 0)
    return np.minimum(freedom, approximate)


def disjoint_pairs(years: Sequence[tuple[int, int]]) -> int:
    """Count the pairs of years that say something independent: the most that share no year.

    Parameters
    ----------
    years
        First and second year of each pair.

    Raises
    ------
    ValueError
        If a pair holds one year twice.

    Examples
    --------
    >>> disjoint_pairs([(2019, 2020), (2020, 2021), (2021, 2022)])
    2
    """
    for pair in years:
        if pair[0] == pair[1]:
            message = f"expected two different years, found {pair}"
            raise ValueError(message)
    return _most_disjoint(frozenset(frozenset(pair) for pair in years))


def _most_disjoint(pairs: frozenset[frozenset[int]]) -> int:
    if not pairs:
        return 0
    uses = Counter(year for pair in pairs for year in pair)
    chosen = min(pairs, key=lambda pair: (min(uses[year] for year in pair), sorted(pair)))
    taken = 1 + _most_disjoint(frozenset(pair for pair in pairs if not pair & chosen))
    if min(uses[year] for year in chosen) == 1:
        return taken  # a year that no other pair needs: taking its pair is never worse
    return max(taken, _most_disjoint(pairs - {chosen}))


def _weighted_mean(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Give mean and sum of weights over the last axis; the mean is 0 where no weight is."""
    total = np.asarray(weight.sum(axis=-1), dtype=np.float64)
    known: Mask = total > 0
    sums = (weight * values).sum(axis=-1)
    return np.divide(sums, total, out=np.zeros_like(total), where=known), total
