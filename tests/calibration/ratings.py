"""How often ratings by few raters are called changed: exact, over all tables, and simulated.

``python tests/calibration/ratings.py`` writes its tables into the README. All data are synthetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import special

from baseline_compare.statistics.intervals import two_sided_p
from baseline_compare.statistics.pairs import mcnemar
from baseline_compare.statistics.rating_pairs import rating_pairs
from baseline_compare.statistics.ratings import RatingGroups, rating_groups
from baseline_compare.statistics.signed_ranks import signed_ranks_normal
from baseline_compare.statistics.strata import joined_ratings
from baseline_compare.statistics.two_groups import placements

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- ratings -->", "<!-- end of ratings -->")
SEED = 20261128
RUNS = 4_000
BLOCK = 100_000
TIE = 1e-9
GROUPS = ((6, 6), (8, 8), (6, 12), (12, 12))
PAIRS = (6, 8, 12)
STEPS = np.arange(5.0)

UNIFORM = (0.2, 0.2, 0.2, 0.2, 0.2)
SKEWED = (0.05, 0.1, 0.2, 0.35, 0.3)
LOW = (0.3, 0.35, 0.2, 0.1, 0.05)
BIMODAL = (0.35, 0.15, 0.0, 0.15, 0.35)
CONSTANT = (0.0, 0.05, 0.9, 0.05, 0.0)
MIDDLE = (0.1, 0.2, 0.4, 0.2, 0.1)
WORLDS = {
    "uniform": (UNIFORM, UNIFORM),
    "skewed": (SKEWED, SKEWED),
    "bimodal": (BIMODAL, BIMODAL),
    "nearly constant": (CONSTANT, CONSTANT),
    "uniform, then nearly constant": (UNIFORM, CONSTANT),
    "bimodal, then nearly constant": (BIMODAL, CONSTANT),
    "*up one step*": (MIDDLE, (0.0, 0.1, 0.2, 0.4, 0.3)),
}
"""Shares of the ratings 1 to 5 in both rounds; P = 1/2 in all but the last."""
CHANGES = {
    "a fifth moved": (0.0, 0.1, 0.8, 0.1, 0.0),
    "half moved": (0.05, 0.2, 0.5, 0.2, 0.05),
    "all moved": (0.2, 0.3, 0.0, 0.3, 0.2),
    "two steps down, one up": (0.4, 0.0, 0.2, 0.4, 0.0),
    "*up one step*": (0.0, 0.05, 0.2, 0.5, 0.25),
}
"""Shares of the changes -2 to 2 of a rater; as many up as down in all but the last."""


def all_tables(raters: int) -> Whole:
    """Give all ways in which raters can use five values, one a row."""
    grid = np.indices((raters + 1,) * 4).reshape(4, -1).T
    grid = grid[grid.sum(axis=1) <= raters]
    return np.column_stack((grid, raters - grid.sum(axis=1)))


def chances(tables: Whole, shares: Sequence[float]) -> Floats:
    """Give the chance of each table."""
    logs = special.xlogy(tables, np.array(shares)).sum(axis=1)
    logs -= special.gammaln(tables + 1).sum(axis=1)
    return np.exp(logs + special.gammaln(tables[0].sum() + 1))


@cache
def groups(n1: int, n2: int) -> Mapping[str, Floats]:
    """Give the p-values of all pairs of tables of different raters by every rule."""
    first, second = all_tables(n1), all_tables(n2)
    statistic, bm, whitney, welch = (np.empty(len(first) * len(second)) for _ in range(4))
    unvaried = np.zeros(len(statistic), dtype=bool)
    at_first, at_second = np.divmod(np.arange(len(statistic)), len(second))
    for start in range(0, len(statistic), BLOCK):
        own = slice(start, start + BLOCK)
        a, b = first[at_first[own]], second[at_second[own]]
        placed = placements(a, b)
        change = placed.probability - 0.5
        parts = (placed.variance1 / n1, placed.variance2 / n2)
        statistic[own], bm[own] = _student(change, parts, n1, n2)
        unvaried[own] = parts[0] + parts[1] == 0
        whitney[own] = two_sided_p(change * np.sqrt(12 * n1 * n2 / (n1 + n2 + 1)))
        means, variances = zip(_moments(a, n1), _moments(b, n2), strict=True)
        _, welch[own] = _student(
            means[1] - means[0], (variances[0] / n1, variances[1] / n2), n1, n2
        )
    permuted = _permuted(statistic, first, second, at_first, at_second)
    least = np.where(unvaried & (statistic == 0), 1.0, 2.0 ** (1 - min(n1, n2)))
    ours = np.where(unvaried, least, np.maximum(bm, least))
    return {
        "this library": np.maximum(permuted, ours),
        "Brunner-Munzel, t alone": bm,
        "its permutation test alone": permuted,
        "Wilcoxon-Mann-Whitney, normal, ties ignored": whitney,
        "t test of two means (Welch)": welch,
    }


def _student(change: Floats, parts: Sequence[Floats], n1: int, n2: int) -> tuple[Floats, Floats]:
    """Give size and p-value of a statistic; without variance any change is one."""
    variance = parts[0] + parts[1]
    certain = np.where(np.abs(change) > TIE, np.inf, 0.0)
    there = variance > TIE**2
    found = np.divide(np.abs(change), np.sqrt(variance), out=certain, where=there)
    squares = parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1)
    df = np.divide(variance**2, squares, out=np.full_like(variance, np.inf), where=there)
    return found, two_sided_p(found, df)


def _moments(tables: Whole, raters: int) -> tuple[Floats, Floats]:
    mean = tables @ STEPS / raters
    return mean, (tables * (STEPS - mean[:, None]) ** 2).sum(axis=1) / (raters - 1)


def _permuted(
    statistic: Floats, first: Whole, second: Whole, at_first: Whole, at_second: Whole
) -> Floats:
    """Give permutation p-values: sums of chances among all tables with the same ratings pooled."""
    base = first[0].sum() + second[0].sum() + 1
    codes = [tables @ base ** np.arange(5) for tables in (first, second)]
    pooled = codes[0][at_first] + codes[1][at_second]
    ways = [np.exp(-special.gammaln(tables + 1).sum(axis=1)) for tables in (first, second)]
    far = np.where(np.isinf(statistic), 1e9, statistic).round(9)
    order = np.lexsort((-far, pooled))
    pooled, far = pooled[order], far[order]
    weight = (ways[0][at_first] * ways[1][at_second])[order]
    other = pooled[1:] != pooled[:-1]
    ends = np.append(other | (far[1:] < far[:-1] - TIE), True)
    end = np.flatnonzero(ends)[np.cumsum(ends) - ends]
    group = np.cumsum(np.append(False, other))
    weight /= np.bincount(group, weight)[group]
    p = np.empty_like(far)
    p[order] = (np.cumsum(weight)[end] - group).round(8)
    return np.minimum(p, 1.0)


@cache
def pairs(raters: int) -> Mapping[str, Floats]:
    """Give the p-values of all tables of changes of the same raters by every rule."""
    tables = all_tables(raters)
    found = rating_pairs([mapping(row, first=-2) for row in tables])
    moves = [np.repeat(STEPS - 2, row) for row in tables]
    mean, variance = _moments(tables, raters)
    alone = [variance / raters, np.zeros_like(variance)]
    return {
        "this library": found.p,
        "Tango's interval alone": mcnemar(found.down, found.up).asymptotic,
        "Pratt's exact test alone": found.pratt_p,
        "Wilcoxon, zeros dropped, normal": np.array(
            [signed_ranks_normal(own, zeros="drop").p for own in moves]
        ),
        "t test of the mean change": _student(mean - 2, alone, raters, raters)[1],
    }


def mapping(row: Whole, *, first: int = 1) -> dict[float, int]:
    """Give one table as the library takes it."""
    return {float(value): count for value, count in enumerate(row.tolist(), first) if count}


def called(n1: int, n2: int, rule: str, shares: tuple[Sequence[float], Sequence[float]]) -> float:
    """Give the probability that different raters' ratings are called changed at 5 %."""
    first, second = (
        chances(all_tables(size), own) for size, own in zip((n1, n2), shares, strict=True)
    )
    found = groups(n1, n2)[rule].reshape(len(first), -1) < 0.05
    return float(first @ found @ second)


def called_pairs(raters: int, rule: str, shares: Sequence[float]) -> float:
    """Give the probability that the same raters' ratings are called changed at 5 %."""
    return float(chances(all_tables(raters), shares) @ (pairs(raters)[rule] < 0.05))


AREAS: Mapping[str, tuple[Sequence[Sequence[float]], Sequence[Sequence[float]]]] = {
    "uniform": ([UNIFORM] * 5, [UNIFORM] * 5),
    "nearly constant": ([CONSTANT] * 5, [CONSTANT] * 5),
    "bimodal, then nearly constant": ([BIMODAL] * 5, [CONSTANT] * 5),
    "two low, one middle, two high": ([LOW, LOW, MIDDLE, SKEWED, SKEWED],) * 2,
    "*up one step*": ([MIDDLE] * 5, [WORLDS["*up one step*"][1]] * 5),
}
RATERS = ((12, 10, 9, 7, 6), (6, 7, 9, 10, 12))
"""Raters of five areas in both rounds: fewer in the first areas, more in the last ones."""


def called_nation(world: str, *, runs: int, seed: int) -> dict[str, float]:
    """Give how often five areas are called changed at 5 %: joined, and all raters together."""
    rng = np.random.default_rng(seed)
    drawn = [
        np.stack([rng.multinomial(n, own, runs) for n, own in zip(sizes, shares, strict=True)], 1)
        for sizes, shares in zip(RATERS, AREAS[world], strict=True)
    ]
    cells = [[mapping(row) for row in side.reshape(-1, 5)] for side in drawn]
    areas = rating_groups(*cells, most_tables=0)
    joined = np.array([joined_ratings(own).p.item() for own in _nations(areas, runs)])
    wholes = [side.sum(axis=1) for side in drawn]
    together = rating_groups(*[[mapping(row) for row in side] for side in wholes], most_tables=0)
    means, variances = zip(*[_moments(side, int(side[0].sum())) for side in wholes], strict=True)
    n1, n2 = (sum(sizes) for sizes in RATERS)
    parts = (variances[0] / n1, variances[1] / n2)
    found = {
        "this library, areas joined": joined,
        "Brunner-Munzel, all raters together": together.p,
        "t test of two means, all raters together": _student(means[1] - means[0], parts, n1, n2)[1],
    }
    return {rule: float((p < 0.05).mean()) for rule, p in found.items()}


def _nations(areas: RatingGroups, runs: int) -> Iterator[RatingGroups]:
    names = [field.name for field in fields(areas)]
    parts = [getattr(areas, name).reshape(runs, -1) for name in names]
    for own in zip(*parts, strict=True):
        yield RatingGroups(**dict(zip(names, own, strict=True)))


def _tabulated(
    head: str, worlds: Sequence[str], rules: Sequence[str], cell: Callable[[str, str], str]
) -> list[str]:
    lines = [f"| {head} | " + " | ".join(worlds) + " |", "|---|" + "---|" * len(worlds)]
    for rule in rules:
        lines.append(f"| {rule} | " + " | ".join(cell(rule, world) for world in worlds) + " |")
    return lines


def table(runs: int) -> str:
    """Give the tables for the README."""
    many = {
        world: called_nation(world, runs=runs, seed=SEED + place)
        for place, world in enumerate(AREAS)
    }
    sizes = " / ".join(f"{n1}:{n2}" for n1, n2 in GROUPS)
    error = (0.05 * 0.95 / runs) ** 0.5
    return "\n".join(
        [
            "Probability that a rating from 1 to 5 is called changed at 5 %, exact over all "
            "tables. Nothing changed but for the last column (power). Different raters, "
            f"{sizes} of them:",
            "",
            *_tabulated(
                "different raters", list(WORLDS), list(groups(6, 6)),
                lambda rule, world: " / ".join(
                    f"{called(*size, rule, WORLDS[world]):.3f}" for size in GROUPS
                ),
            ),
            "",
            f"The same raters twice, or a rating of change, {' / '.join(map(str, PAIRS))} of them:",
            "",
            *_tabulated(
                "same raters", list(CHANGES), list(pairs(6)),
                lambda rule, world: " / ".join(
                    f"{called_pairs(size, rule, CHANGES[world]):.3f}" for size in PAIRS
                ),
            ),
            "",
            f"Five areas rated in both rounds by different raters ({', '.join(map(str, RATERS[0]))}"
            f" and {', '.join(map(str, RATERS[1]))}), seed {SEED}, {runs:,} synthetic rounds a "
            f"cell (standard error of .05: {error:.4f}):",
            "",
            *_tabulated(
                "five areas", list(AREAS), list(many["uniform"]),
                lambda rule, world: f"{many[world][rule]:.3f}",
            ),
        ]
    )  # fmt: skip


def main() -> None:
    """Write the tables into the README."""
    page, text = README.read_text(encoding="utf-8"), table(RUNS)
    pattern = re.compile(f"(?<={re.escape(MARKS[0])}\n).*(?={re.escape(MARKS[1])})", re.DOTALL)
    README.write_text(pattern.sub(lambda _: text + "\n", page), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
