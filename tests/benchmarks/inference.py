"""Benchmarks of intervals, p-values and verdicts, against bare numpy and other libraries."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special
from statsmodels.stats.proportion import confint_proportions_2indep

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.comparison.claims import Claim
from baseline_compare.comparison.deciding import decide
from baseline_compare.indicators import Catalogue, Margin, catalogue
from baseline_compare.measurements import from_frame
from baseline_compare.statistics.counts import garwood_or_byar
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.kinds import proportions
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.scores import miettinen_nurminen_difference

try:
    import PHStatsMethods
except ImportError:
    PHStatsMethods = None

Floats = npt.NDArray[np.float64]
Timer = Callable[[int, Callable[[], object]], float]
Row = tuple[str, float, str]
MARGIN = 0.01
LEVELS = ("county", "collaboration_area", "mainland")
OWN = Margin(
    id="one_point",
    scale="difference",
    value=str(MARGIN),
    declared_on="2022-12-31",
    declared_by="a benchmark",
    follow_up_known=False,
    reasons=dict.fromkeys(("fi", "sv", "en"), "-"),
)


def cells(size: int) -> tuple[Floats, ...]:
    """Draw synthetic x of n in two periods."""
    rng = np.random.default_rng(11)
    n1, n2 = (rng.integers(200, 20_000, size) for _ in range(2))
    share = rng.uniform(0.02, 0.5, size)
    x1, x2 = (rng.binomial(n, share) for n in (n1, n2))
    return tuple(array.astype(np.float64) for array in (x1, n1, x2, n2))


def bare_wilson(x: Floats, n: Floats, q: Floats | float) -> tuple[Floats, Floats]:
    """Give Wilson's limits, written out."""
    middle, half = 2 * x + q * q, q * np.sqrt(q * q + 4 * x * (1 - x / n))
    return (middle - half) / (2 * (n + q * q)), (middle + half) / (2 * (n + q * q))


def bare_limits(cell: tuple[Floats, ...], q: Floats | float) -> tuple[Floats, Floats]:
    """Give Newcombe's limits, written out."""
    x1, n1, x2, n2 = cell
    p1, p2 = x1 / n1, x2 / n2
    (l1, u1), (l2, u2) = bare_wilson(x1, n1, q), bare_wilson(x2, n2, q)
    change = p2 - p1
    low = change - np.sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2)
    return low, change + np.sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2)


def bare_ratio(cell: tuple[Floats, ...], q: float) -> tuple[Floats, Floats]:
    """Give the limits of the ratio, written out."""
    x1, n1, x2, n2 = cell
    p1, p2 = x1 / n1, x2 / n2
    (l1, u1), (l2, u2) = bare_wilson(x1, n1, q), bare_wilson(x2, n2, q)
    product, top, bottom = p1 * p2, l2 * (2 * p2 - l2), l1 * (2 * p1 - l1)
    with np.errstate(invalid="ignore"):  # nothing in both periods has no ratio
        low = top / (product + np.sqrt((u1 - p1) ** 2 * top + (p1 * (p2 - l2)) ** 2))
        high = product + np.sqrt((u2 - p2) ** 2 * bottom + (p2 * (p1 - l1)) ** 2)
        return low, high / bottom


def bare_p(cell: tuple[Floats, ...], target: float) -> Floats:
    """Give the p-value of a change of ``target`` by the secant method, written out."""
    x1, n1, x2, n2 = cell
    change = x2 / n2 - x1 / n1
    up = change >= target

    def gap(q: Floats) -> Floats:
        low, high = bare_limits(cell, q)
        return np.where(up, low - target, target - high)

    first, last = np.zeros_like(change), np.full_like(change, 2.0)
    at_first, at_last = np.abs(change - target), gap(last)
    for _ in range(7):
        slope = at_last - at_first
        step = np.where(slope == 0, 0.0, at_last * (last - first) / np.where(slope == 0, 1, slope))
        first, at_first, last = last, at_last, np.clip(last - step, 0.0, 40.0)
        at_last = gap(last)
    return np.minimum(2 * special.ndtr(-last), 1.0)


def bare_decisions(cell: tuple[Floats, ...]) -> npt.NDArray[np.int64]:
    """Interval, p, Benjamini-Hochberg, equivalence and class of one family in bare numpy."""
    p = bare_p(cell, 0.0)
    outside = np.abs(cell[2] / cell[3] - cell[0] / cell[1]) >= MARGIN
    tails = np.maximum(bare_p(cell, -MARGIN), bare_p(cell, MARGIN)) / 2
    equivalence = np.where(outside, 1.0, tails)
    size = len(p)
    levels = []
    for family in (p, equivalence):
        order = np.sort(family)
        passed = np.flatnonzero(order <= 0.05 * np.arange(1, size + 1) / size)
        levels.append(0.05 * max(len(passed) and passed[-1] + 1, 1) / size)
    bare_limits(cell, float(two_sided(0.95)))
    bare_ratio(cell, float(two_sided(0.95)))
    share = cell[0] / cell[1]
    error = np.sqrt(share * (1 - share) * (1 / cell[1] + 1 / cell[3]))
    (special.ndtri(1 - levels[0] / 2) + special.ndtri(0.8)) * error
    low, high = bare_limits(cell, -special.ndtri(levels[0] / 2))
    low_e, high_e = bare_limits(cell, -special.ndtri(levels[1]))
    up, down = low > 0, high < 0
    shown = (low > MARGIN) | (high < -MARGIN)
    excluded = (low_e > -MARGIN) & (high_e < MARGIN)
    return np.select(
        [up & shown, up & ~shown & ~excluded, up & excluded, down & shown,
         down & ~shown & ~excluded, down & excluded, excluded],
        [0, 1, 2, 3, 4, 5, 6],
        7,
    )  # fmt: skip


def library_decisions(cell: tuple[Floats, ...]) -> npt.NDArray[np.int8]:
    """Do the same by the library."""
    change = proportions(*cell)
    share = cell[0] / cell[1]
    claim = Claim(
        at=np.arange(len(share)),
        about="counting",
        change=change,
        null_error=np.sqrt(share * (1 - share) * (1 / cell[1] + 1 / cell[3])),
        variance=np.zeros_like(share),
        methods=(),
    )
    item = replace(catalogue()["basic_sa_rejected_decisions_share"], margin=OWN)
    return decide([claim], [item], len(share), catalogue().families).classes


def decisions(median_of: Timer, sizes: list[int]) -> list[Row]:
    """Time interval, p, adjustment and verdict of many cells."""
    found: list[Row] = []
    library_decisions(cells(10))
    previous = None
    for size in sizes:
        cell = cells(size)
        runs = 5 if size <= 100_000 else 1
        ours = median_of(runs, lambda c=cell: library_decisions(c))
        theirs = median_of(runs, lambda c=cell: bare_decisions(c))
        if size <= 100_000:
            assert (library_decisions(cell) == bare_decisions(cell)).mean() > 0.9999
        label = f"interval, p, adjustment, verdict / bare numpy, {size:,} cells"
        found.append((label, ours / theirs, "at most 1.3"))
        if previous is not None:
            label = f"the same, {size:,} / {previous[0]:,} cells, per cell"
            found.append((label, ours / size / (previous[1] / previous[0]), "linear: about 1"))
        previous = size, ours
    tracemalloc.start()
    cell = cells(100_000)
    library_decisions(cell)
    peak = tracemalloc.get_traced_memory()[1] / sum(array.nbytes for array in cell)
    tracemalloc.stop()
    found.append(("peak memory / memory of the cells, 100,000 cells", peak, ""))
    return found


def methods(median_of: Timer) -> list[Row]:
    """Time single methods against the libraries that people use for them."""
    few, many = cells(300), cells(100_000)
    per_cell = median_of(3, lambda: miettinen_nurminen_difference(*many, 1.959964)) / 100_000

    def loop() -> None:
        for x1, n1, x2, n2 in zip(*few, strict=True):
            with contextlib.suppress(ValueError):  # its search has no root on many tables
                confint_proportions_2indep(x2, n2, x1, n1, method="score", compare="diff")

    theirs = median_of(1, loop) / 300
    found = [("statsmodels loop / Miettinen-Nurminen, per cell", theirs / per_cell, "at least 50")]
    if PHStatsMethods is None:
        print("PHStatsMethods is not installed: two ratios are left out (make benchmarks has it).")
        return found
    frame = pd.DataFrame({"x": many[0].astype(int), "n": many[1].astype(int)})
    q = two_sided(0.95)
    for label, theirs_of, ours_of in (
        ("proportion", PHStatsMethods.ph_proportion, lambda: wilson(many[0], many[1], q)),
        ("rate", PHStatsMethods.ph_rate, lambda: garwood_or_byar(many[0], q)),
    ):
        start = time.perf_counter()
        theirs_of(frame, "x", "n")
        theirs = time.perf_counter() - start
        ratio = theirs / median_of(9, ours_of)
        found.append((f"PHStatsMethods {label} / ours, 100,000 rows", ratio, "at least 500"))
    return found


def table(rows: int) -> tuple[pd.DataFrame, Catalogue]:
    """Make synthetic monthly shares of two years for the municipalities and enough indicators."""
    areas = [a.code for a in registry().at_level("municipality", vintage=2022) if a.role != "aland"]
    count = max(1, round(rows / (len(areas) * 24)))
    pattern = catalogue()["basic_sa_rejected_decisions_share"]
    names = [f"synthetic_{number:04d}" for number in range(count)]
    items = Catalogue(replace(pattern, id=name, margin=OWN) for name in names)
    periods = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
    index = pd.MultiIndex.from_product(
        [names, areas, periods], names=["indicator", "area", "period"]
    )
    frame = index.to_frame(index=False)
    rng = np.random.default_rng(13)
    frame["denominator"] = rng.integers(50, 2_000, len(frame))
    frame["numerator"] = rng.binomial(frame["denominator"], 0.2)
    return frame, items


def plain_table(early: pd.DataFrame, later: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Match, add up to three levels, and decide, in plain vectorised pandas."""
    keys = ["indicator", "area", "month"]
    sides = [rows.assign(month=rows["period"].str[5:]) for rows in (early, later)]
    both = sides[0].merge(sides[1], on=keys, suffixes=("_1", "_2"), validate="one_to_one")
    parts = []
    for level in LEVELS:
        own = members[members["level"] == level]
        rows = both.merge(own, left_on="area", right_on="child")
        columns = ["numerator_1", "denominator_1", "numerator_2", "denominator_2"]
        parts.append(rows.groupby(["indicator", "parent"])[columns].sum())
    found = pd.concat(parts)
    cell = tuple(found[name].to_numpy(dtype=float) for name in found.columns)
    found["class"] = bare_decisions(cell)
    return found


def tables(median_of: Timer, folder: Path, sizes: list[int]) -> list[Row]:
    """Time the whole job on tables: match, add up 309 to 22 to 5 to 1, decide."""
    found: list[Row] = []
    parents = [
        (level, code, area.code)
        for level in LEVELS
        for area in registry().at_level(level, vintage=2022)
        if area.role != "aland"
        for code in registry().municipalities(area.code, vintage=2022)
    ]
    members = pd.DataFrame(parents, columns=["level", "child", "parent"])
    members = members[~members["child"].isin(["KU035", "KU043"])]
    for size in sizes:
        frame, items = table(size)
        early, late = (frame[frame["period"].str[:4] == year] for year in ("2022", "2023"))
        base = from_frame(early, source="synthetic", indicators=items)
        later = from_frame(late, source="synthetic", indicators=items)
        baseline = bc.seal(base, folder, name=f"shares-{size}")
        runs = 3 if size <= 100_000 else 1
        ours = median_of(runs, lambda b=baseline, x=later: bc.compare(b, x, areas=LEVELS).table)
        theirs = median_of(runs, lambda e=early, x=late: plain_table(e, x, members))
        result = bc.compare(baseline, later, areas=LEVELS).table
        plain = plain_table(early, late, members)
        assert len(result) == len(plain)
        merged = result.set_index(["indicator", "area"]).loc[plain.index]
        share = plain["numerator_2"] / plain["denominator_2"]
        assert np.allclose(merged["current"], share)
        label = f"plain pandas / compare with verdicts, {len(frame):,} rows"
        found.append((label, theirs / ours, "at least 3"))
    return found
