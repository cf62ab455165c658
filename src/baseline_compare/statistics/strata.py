"""Ratings of several areas joined: one change that a change of composition cannot feign."""

from __future__ import annotations

import numpy as np

from baseline_compare.statistics.intervals import two_sided_p
from baseline_compare.statistics.ratings import RatingGroups
from baseline_compare.statistics.sign_flips import smallest_p


def joined_ratings(groups: RatingGroups) -> RatingGroups:
    """Join the changes of areas that were rated in both periods, each compared within itself.

    Parameters
    ----------
    groups
        The evidence on the areas, one cell each, by different raters.

    Returns
    -------
    RatingGroups
        One cell: the weighted mean of the changes with the p-value of its t approximation, which is
        not permuted; ``n1`` and ``n2`` are the raters of all areas.

    Raises
    ------
    ValueError
        If there is no area.

    Notes
    -----
    The weights n1 n2 / (n1 + n2 + 1) are best where the changes are small and alike. They depend on
    the raters' numbers alone; a change that differs between areas is averaged by them. The variance
    is that within the areas with the degrees of freedom of Welch and Satterthwaite. Areas without a
    variance of their own (``varied`` false) enter with the largest that they could have, 1 / (4 m),
    m the smaller group, so the interval is never too narrow for want of it. No p-value is below
    2^(1 - M), M the sum of the smaller groups.

    References
    ----------
    Van Elteren 1960, Bull Inst Int Stat 37:351; Satterthwaite 1946, Biom Bull 2:110.

    Examples
    --------
    Two areas, in each of which nothing changed; the later period has more raters where ratings are
    high, and all ratings taken together would seem to have risen.

    >>> from baseline_compare.statistics.ratings import rating_groups
    >>> areas = [[{1: 6, 2: 6}, {4: 2, 5: 2}], [{1: 2, 2: 2}, {4: 6, 5: 6}]]
    >>> joined_ratings(rating_groups(*areas)).estimate
    array([0.])
    >>> rating_groups([{1: 6, 2: 6, 4: 2, 5: 2}], [{1: 2, 2: 2, 4: 6, 5: 6}]).estimate
    array([0.25])
    """
    if not groups.estimate.size:
        message = "expected the ratings of one area or more, found none"
        raise ValueError(message)
    weights = groups.n1 * groups.n2 / (groups.n1 + groups.n2 + 1)
    weights = weights / weights.sum()
    parts = (weights * groups.error) ** 2
    estimate, variance = (weights * groups.estimate).sum(), parts.sum()
    with np.errstate(divide="ignore"):
        df = np.divide(variance**2, (parts**2 / groups.df).sum())
    error = np.sqrt(variance)
    least = smallest_p(np.minimum(groups.n1, groups.n2).sum())
    return RatingGroups(
        estimate=np.array([estimate]),
        error=np.array([error]),
        df=np.array([df]),
        p=np.atleast_1d(np.maximum(two_sided_p(np.asarray(estimate / error), df), least)),
        permuted=np.array([False]),
        null_error=np.sqrt(((weights * groups.null_error) ** 2).sum(keepdims=True)),
        n1=groups.n1.sum(keepdims=True),
        n2=groups.n2.sum(keepdims=True),
        varied=np.array([True]),
    )
