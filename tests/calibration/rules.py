"""Rules that call an area changed: this library's, and those of others, on the same worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.counts import garwood_or_byar
from baseline_compare.statistics.dispersion import (
    area_variance,
    disjoint_pairs,
    local_df,
    own_change_df,
)
from baseline_compare.statistics.intervals import Interval, two_sided
from baseline_compare.statistics.kinds import proportions, rates
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.relative import LogRatio, relative_to
from baseline_compare.statistics.two_periods import TwoPeriods
from worlds import AREAS, SIZES, Drawn

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Engine = LogRatio | TwoPeriods

IN_AREA = (np.arange(5)[:, None] == AREAS).astype(np.float64)
OWN = IN_AREA * SIZES / (IN_AREA @ SIZES)[:, None]
REST = (1 - IN_AREA) * SIZES / ((1 - IN_AREA) @ SIZES)[:, None]


@dataclass(frozen=True, slots=True)
class Spread:
    """Local and common variance of each class of each report, as the library estimates them.

    The formulas of ``statistics.dispersion`` for many reports at once; the test of this study
    checks that both give the same numbers.
    """

    local: Floats
    common: Floats


def moments(drawn: Drawn) -> tuple[Floats, Floats]:
    """Give the changes of the pairs of years in the history and their counting variances."""
    history = drawn.x[:, :, :-1]
    if drawn.n is None:
        level, variance = np.log(np.maximum(history, 0.5)), 1 / np.maximum(history, 0.5)
    else:
        level = history / drawn.n
        variance = np.maximum(level * (1 - level), 1e-6) / drawn.n
    return np.diff(level, axis=2), variance[:, :, 1:] + variance[:, :, :-1]


def spread(drawn: Drawn, pooled: int) -> Spread:
    """Estimate from the years of the history; ``pooled`` indicators in a row are one class."""
    change, variance = moments(drawn)
    shape = (change.shape[0], change.shape[1] // pooled, -1, change.shape[3])
    change, weight = change.reshape(shape), 1 / variance.reshape(shape)
    total = weight.sum(axis=-1)
    mean = (weight * change).sum(axis=-1) / total
    excess = (weight * (change - mean[..., None]) ** 2).sum(axis=-1) - (shape[-1] - 1)
    scale = total - (weight**2).sum(axis=-1) / total
    local = np.maximum(excess.sum(axis=-1) / scale.sum(axis=-1), 0.0)
    full = 1 / (1 / weight + local[..., None, None])
    means = (full * change).sum(axis=-1) / full.sum(axis=-1)
    common = (means**2).mean(axis=-1)
    return Spread(np.repeat(local, pooled, axis=1), np.repeat(common, pooled, axis=1))


def evidence(drawn: Drawn, parts: Floats, variance: npt.ArrayLike, df: npt.ArrayLike) -> Engine:
    """Compare baseline and follow-up of the areas that ``parts`` adds up."""
    x1, x2 = (drawn.x[:, :, year] @ parts.T for year in (-2, -1))
    if drawn.n is None:
        return rates(x1, 1.0, x2, 1.0, variance=variance, df=df)
    n = parts @ drawn.n
    return proportions(x1, n, x2, n, variance=variance, df=df)


def _df(drawn: Drawn, pooled: int) -> float:
    years = [(year, year + 1) for year in range(drawn.x.shape[2] - 2)]
    return float(local_df(len(SIZES), disjoint_pairs(years), pooled))


def relative(drawn: Drawn, pooled: int) -> Engine:
    """Compare each area with the rest, as the library does for registers."""
    local = spread(drawn, pooled).local[..., None]
    area, rest = (evidence(drawn, parts, 0.0, np.inf) for parts in (IN_AREA, 1 - IN_AREA))
    variance = area_variance(local, OWN) + area_variance(local, REST)
    return relative_to(area, rest, variance=variance, df=_df(drawn, pooled))


def own(drawn: Drawn, pooled: int) -> Engine:
    """Judge the own change against local and common variance."""
    found, pairs = spread(drawn, pooled), drawn.x.shape[2] - 2
    local, common = area_variance(found.local[..., None], OWN), found.common[..., None]
    x1, x2 = (drawn.x[:, :, year] @ IN_AREA.T for year in (-2, -1))
    if drawn.n is None:
        counting = 1 / np.maximum(x1, 0.5) + 1 / np.maximum(x2, 0.5)
    else:
        n = IN_AREA @ drawn.n
        counting = sum(x / n * (1 - x / n) / n for x in (x1, x2))
    df = own_change_df(counting, local, _df(drawn, pooled), common, pairs)
    return evidence(drawn, IN_AREA, local + common, df)


def local_only(drawn: Drawn, pooled: int) -> Engine:
    """Judge the own change against local variance alone: right where nothing is common."""
    local = area_variance(spread(drawn, pooled).local[..., None], OWN)
    return evidence(drawn, IN_AREA, local, _df(drawn, pooled))


def counting_only(drawn: Drawn, pooled: int) -> Engine:
    """Judge the own change against counting variation alone."""
    del pooled
    return evidence(drawn, IN_AREA, 0.0, np.inf)


ENGINES: Mapping[str, Callable[[Drawn, int], Engine]] = {
    "relative": relative,
    "own": own,
    "local": local_only,
    "counting": counting_only,
}


def excludes(engine: Engine, level: float) -> Mask:
    """Say where the interval at a level excludes no change."""
    interval, neutral = engine.interval(level), 1.0 if engine.scale == "ratio" else 0.0
    return (interval.lower > neutral) | (interval.upper < neutral)


def _level(drawn: Drawn, year: int) -> tuple[Floats, Interval]:
    """Give the areas' level of a year and its 95 % interval by itself."""
    x = drawn.x[:, :, year] @ IN_AREA.T
    if drawn.n is None:
        return x, garwood_or_byar(x, two_sided(0.95))
    n = IN_AREA @ drawn.n
    return x / n, wilson(x, n, two_sided(0.95))


def overlap(drawn: Drawn) -> Mask:
    """Call changed where the 95 % intervals of the two years do not overlap (Fingertips)."""
    first, second = (_level(drawn, year)[1] for year in (-2, -1))
    return (second.lower > first.upper) | (second.upper < first.lower)


def fixed_baseline(drawn: Drawn) -> Mask:
    """Call changed where the follow-up's 95 % interval leaves out the baseline's value."""
    baseline, second = _level(drawn, -2)[0], _level(drawn, -1)[1]
    return (second.lower > baseline) | (second.upper < baseline)
