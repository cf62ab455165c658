"""Random small worlds in the real division of Finland: what is counted, and what is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

import baseline_compare as bc
from attacker import MERGER, Breakdowns, Release, Unknown, months, municipalities
from baseline_compare.areas import registry
from baseline_compare.measurements import Measurements, from_frame

Kind = Literal["plain", "ages", "shares", "months", "later", "re-based", "re-based shares"]
KINDS: tuple[Kind, ...] = (
    *("ages", "plain", "shares", "re-based", "ages", "later", "re-based shares", "months"),
)

SMALL = ("HVA01", "HVA02", "HVA04", "HVA07", "HVA10", "HVA11", "HVA18", "HVA20", "HVA12")
PERIODS = ("2022-03", "2023-03", "2024-03", "2025-03")
AGES = ("p_young", "p_middle", "p_old")
TOTAL, SHARE, PLAIN, SUMS = "p_all", "p_share", "p_plain", "p_sums"
QUARTER = ("2023-Q1", "2023-01", "2023-02", "2023-03")
MERGED, GONE = MERGER[1:]
EMPTY = (np.nan, np.nan)
COLUMNS = ["indicator", "area", "period", "state", "value", "numerator", "denominator"]


@cache
def catalogue(ages: int) -> bc.indicators.Catalogue:
    shipped = bc.indicators.catalogue()
    model = replace(shipped["basic_sa_persons"], breakdowns=(), continuous=False)
    share = shipped["basic_sa_rejected_decisions_share"]
    share = replace(share, id=SHARE, margin=None, continuous=False)
    total = replace(model, id=TOTAL, breakdowns=(AGES[:ages],))
    counts = [replace(model, id=key) for key in (PLAIN, *AGES[:ages])]
    claims = replace(
        model, id=SUMS, unit="claims", counts_unique=False, additive_over_periods=True,
        period_types=("month", "quarter"),
    )  # fmt: skip
    return shipped.add(*counts, claims, total, share)


@dataclass(frozen=True)
class World:
    """What is counted, and the tables in the order in which they are to leave."""

    kind: Kind
    truth: dict[Unknown, int]
    tables: tuple[Measurements, ...]
    breakdowns: Breakdowns

    def release(self, table: pd.DataFrame, vintage: int | None) -> Release:
        """Give a table with what everybody knows of its indicators."""
        return Release(table, self.breakdowns, frozenset({SHARE}), frozenset({SUMS}), vintage)


def draw(seed: int) -> World:
    """Draw a world: one or two counties, some municipalities of each, and some levels above."""
    rng = np.random.default_rng([20220101, seed])
    kind = KINDS[seed % len(KINDS)]
    ages = int(rng.integers(2, 4)) if kind in ("ages", "later") else 2
    counties = _counties(kind, rng)
    printed = _printed(counties, 6 if kind == "plain" else 3, rng)
    leaves = _leaves(kind, ages, rng)
    truth = _truth(counties, printed, leaves, QUARTER[1:] if kind == "months" else PERIODS, rng)
    indicators = [SHARE] if leaves[0].startswith(SHARE) else leaves
    if leaves[0] in AGES and rng.random() < 0.8:
        indicators = [*leaves, TOTAL]

    def counted(indicator: str, area: str, period: str, vintage: int | None) -> tuple[object, ...]:
        own = municipalities(area, period, vintage)
        parts = [
            sum(truth[leaf, name, month] for name in own for month in months(period))
            for leaf in leaves
        ]
        if indicator == SHARE and not sum(parts):
            return "not_applicable", np.nan, np.nan, np.nan
        if indicator == SHARE:
            return "value", np.nan, parts[0], sum(parts)
        return "value", sum(parts) if indicator == TOTAL else parts[leaves.index(indicator)], *EMPTY

    def table(periods: tuple[str, ...], vintage: int | None, kept: float) -> Measurements:
        rows = [
            (indicator, area, period, *counted(indicator, area, period, vintage))
            for period in periods
            for area in printed
            for indicator in indicators
            if rng.random() < kept and not (area == GONE and (period >= "2025" or vintage == 2025))
        ]
        key = (indicators[0], printed[0], periods[0])
        rows = rows or [(*key, *counted(*key, vintage))]
        return from_frame(
            pd.DataFrame(rows, columns=COLUMNS),
            source="synthetic-world",
            indicators=catalogue(ages),
            vintage=vintage,
        )

    if kind.startswith("re-based"):
        tables = (table(PERIODS[:1], None, 0.95), table(PERIODS[:2], 2025, 0.9))
    elif kind == "later":
        tables = (table(PERIODS[:1], None, 0.7), table(PERIODS[:2], None, 0.9))
    else:
        tables = (table(QUARTER if kind == "months" else PERIODS, None, 0.93),)
    breakdowns = {TOTAL: (tuple(leaves),)} if leaves[0] in AGES else {}
    return World(kind, truth, tables, breakdowns)


def _counties(kind: Kind, rng: np.random.Generator) -> list[str]:
    counties = [str(code) for code in rng.choice(SMALL, 2, replace=False)]
    if kind.startswith("re-based"):
        counties = ["HVA12", *(code for code in counties if code != "HVA12")][:2]
    return counties[: 1 + int(rng.random() < 0.5)]


def _printed(counties: list[str], most: int, rng: np.random.Generator) -> list[str]:
    """Give the areas that have rows: not all municipalities, and not all that lies above."""
    printed: list[str] = []
    for county in counties:
        inside = registry().municipalities(county, vintage=2022)
        first = [MERGED, GONE] if county == "HVA12" else []
        others = sorted(inside - {*first})
        number = min(len(others), max(0, int(rng.integers(2, most + 1)) - len(first)))
        printed += [*first, *map(str, rng.choice(others, number, replace=False))]
    printed += [county for county in counties if rng.random() < 0.85]
    above = {area.code for c in counties for area in registry().parents(c, vintage=2022)}
    printed += [code for code in sorted(above) if code[:3] == "YTA" and rng.random() < 0.4]
    return [*printed, *["FI-MAINLAND"] * int(rng.random() < 0.3)]


def _leaves(kind: Kind, ages: int, rng: np.random.Generator) -> list[str]:
    if kind.endswith("shares"):
        return [f"{SHARE}/numerator", f"{SHARE}/complement"]
    if kind == "months":
        return [SUMS]
    whole = kind == "plain" or (kind == "re-based" and rng.random() < 0.5)
    return [PLAIN] if whole else list(AGES[:ages])


def _truth(
    counties: list[str],
    printed: list[str],
    leaves: list[str],
    periods: tuple[str, ...],
    rng: np.random.Generator,
) -> dict[Unknown, int]:
    """Draw small counts in the counties, and in all municipalities that a printed area holds."""
    near = frozenset().union(*(municipalities(code, PERIODS[0], None) for code in counties))
    held = near.union(*(municipalities(area, PERIODS[0], None) for area in printed))
    everywhere = sorted(held)
    means = rng.choice([0.7, 1.5, 3.0, 6.0], (len(everywhere), 1)) * rng.uniform(0.6, 1.4)
    means = np.where([[name in near] for name in everywhere], means, 3.0)
    drawn = {p: rng.poisson(means, (len(everywhere), len(leaves))).tolist() for p in periods}
    return {
        (leaf, name, period): rows[row][column]
        for period, rows in drawn.items()
        for row, name in enumerate(everywhere)
        for column, leaf in enumerate(leaves)
    }
