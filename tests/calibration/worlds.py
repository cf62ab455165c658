"""Worlds in which nothing changed, or one thing did: counties over some years.

Everything is synthetic. A world has ``reports`` reports of ``indicators`` indicators in the 21
counties of five areas; the last two years are baseline and follow-up, the years before are history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

AREAS = np.repeat(np.arange(5), (6, 4, 4, 3, 4))
"""The area of each county."""

SIZES = np.array(
    [6.6, 2.0, 3.0, 2.0, 2.1, 1.6, 2.4, 1.3, 1.5, 2.7, 5.3, 1.7, 2.0, 1.4, 1.9, 1.8, 0.7, 2.2, 4.2,
     0.9, 1.9]
)  # fmt: skip
"""Relative sizes of the counties."""

SHARE = 0.2
"""The share of all counties where shares are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What happens in a world.

    Attributes
    ----------
    expected
        Expected count of a county of relative size 1, or persons of whom a share is drawn.
    shares
        Draw shares of persons instead of counts.
    phi
        Dispersion of the counts of a county and year: 1 is Poisson.
    local, common
        Standard deviation of the change of a county, and of what all counties and ten indicators
        in a row share, from one year to the next; on logs for counts.
    autocorrelation
        Of a county's deviations from one year to the next.
    persistence
        Share of persons who are there again a month later; 0 counts every year anew.
    effect
        Change of the follow-up in area 0; on logs for counts.
    pairs
        Pairs of years in the history.
    """

    expected: float = 400.0
    shares: bool = False
    phi: float = 1.0
    local: float = 0.0
    common: float = 0.0
    autocorrelation: float = 0.0
    persistence: float = 0.0
    effect: float = 0.0
    pairs: int = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """Events x (reports, indicators, years, counties), of n persons where shares are drawn."""

    x: Floats
    n: Floats | None

    def last(self, years: int) -> Drawn:
        """Keep the last years alone."""
        return Drawn(self.x[:, :, -years:], self.n)


def draw(world: World, reports: int, indicators: int, rng: np.random.Generator) -> Drawn:
    """Draw counts, mean monthly counts, or shares; the base year is the last of the history."""
    years = world.pairs + 2
    shape = (reports, indicators, years, len(SIZES))
    moves = _deviations(world, shape, rng)
    if world.common:
        steps = rng.normal(0.0, world.common, (reports, -(-indicators // 10), years, 1))
        moves = moves + np.cumsum(np.repeat(steps, 10, axis=1)[:, :indicators], axis=2)
    mean = world.expected * SIZES
    if world.phi > 1:
        moves = moves + rng.normal(0.0, 1.0, shape) * np.sqrt((world.phi - 1) / mean)
    moves[..., -1, AREAS < 1] += world.effect
    if world.shares:
        n = np.round(mean)
        share = np.clip(SHARE + moves, 0.0, 1.0)
        return Drawn(rng.binomial(n.astype(np.int64), share).astype(np.float64), n)
    rates = mean * np.exp(moves)
    if world.persistence:
        return Drawn(_monthly(rates, world.persistence, rng), None)
    return Drawn(rng.poisson(rates).astype(np.float64), None)


def _deviations(world: World, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw deviations of counties whose change from year to year has the local variance."""
    if not world.local:
        return np.zeros(shape)
    rho = world.autocorrelation
    found = rng.normal(0.0, 1.0, shape)
    for year in range(1, shape[2]):
        found[:, :, year] = rho * found[:, :, year - 1] + np.sqrt(1 - rho**2) * found[:, :, year]
    return np.asarray(found * world.local / np.sqrt(2 * (1 - rho)))


def _monthly(rates: Floats, persistence: float, rng: np.random.Generator) -> Floats:
    """Let persons stay from month to month, over the ends of years; give the mean of 11 months."""
    years = rates.shape[2]
    present = rng.poisson(rates[:, :, 0])
    found = np.empty(rates.shape)
    for year in range(years):
        total = np.zeros(present.shape)
        for month in range(12):
            new = rng.poisson(rates[:, :, year] * (1 - persistence))
            present = rng.binomial(present, persistence) + new
            total += present if month < 11 else 0
        found[:, :, year] = total / 11
    return found
