"""Random small worlds in the real division of Finland: what is counted, and what is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

import baseline_compare as bc
from attacker import MERGER, Breakdowns, Unknown, municipalities
from baseline_compare.areas import registry
from baseline_compare.measurements import Measurements, from_frame

Kind = Literal["plain", "ages", "shares", "later", "re-based", "re-based shares"]
KINDS: tuple[Kind, ...] = (
    "ages",
    "plain",
    "shares",
    "re-based",
    "ages",
    "later",
    "re-based shares",
)

SMALL = ("HVA01", "HVA02", "HVA04", "HVA07", "HVA10", "HVA11", "HVA18", "HVA20", "HVA12")
PERIODS = ("2022-03", "2023-03", "2024-03", "2025-03")
AGES = ("p_young", "p_middle", "p_old")
TOTAL, SHARE, PLAIN = "p_all", "p_share", "p_plain"
MERGED, GONE = MERGER[1:]
COLUMNS = ["indicator", "area", "period", "state", "value", "numerator", "denominator"]


@cache
def catalogue(ages: int) -> bc.indicators.Catalogue:
    shipped = bc.indicators.catalogue()
    model = replace(shipped["basic_sa_persons"], breakdowns=(), continuous=False)
    share = shipped["basic_sa_rejected_decisions_share"]
    share = replace(share, id=SHARE, margin=None, continuous=False)
    total = replace(model, id=TOTAL, breakdowns=(AGES[:ages],))
    counts = [replace(model, id=key) for key in (PLAIN, *AGES[:ages])]
    return shipped.add(*counts, total, share)


@dataclass(frozen=True)
class World:
    """What is counted, and the tables in the order in which they are to leave."""

    kind: Kind
    truth: dict[Unknown, int]
    tables: tuple[Measurements, ...]
    breakdowns: Breakdowns
    shares: frozenset[str]


def draw(seed: int) -> World:
    """Draw a world: two counties, some municipalities of each, and some levels above them."""
    rng = np.random.default_rng([20220101, seed])
    kind = KINDS[seed % len(KINDS)]
    ages = int(rng.integers(2, 4))
    counties = [str(code) for code in rng.choice(SMALL, 2, replace=False)]
    if kind.startswith("re-based"):
        counties = ["HVA12", counties[0]] if counties[0] != "HVA12" else counties
    if rng.random() < 0.5:
        counties = counties[:1]
    most = 6 if kind == "plain" else 3
    printed: list[str] = []
    for county in counties:
        inside = sorted(registry().municipalities(county, vintage=2022))
        first = [MERGED, GONE] if county == "HVA12" else []
        others = [code for code in inside if code not in first]
        number = min(len(others), int(rng.integers(2, most + 1)) - len(first))
        printed += [*first, *rng.choice(others, max(0, number), replace=False).tolist()]
    printed += [county for county in counties if rng.random() < 0.85]
    above = {area.code for c in counties for area in registry().parents(c, vintage=2022)}
    printed += sorted(code for code in above if code.startswith("YTA") and rng.random() < 0.4)
    printed += ["FI-MAINLAND"] * int(rng.random() < 0.3)
    leaves = {
        "plain": [PLAIN], "later": list(AGES[:ages]), "ages": list(AGES[:ages]),
        "re-based": [PLAIN] if rng.random() < 0.5 else list(AGES[:2]),
    }.get(kind, [f"{SHARE}/numerator", f"{SHARE}/complement"])  # fmt: skip
    ages = 2 if kind == "re-based" else ages
    indicators = {PLAIN: [PLAIN], f"{SHARE}/numerator": [SHARE]}.get(leaves[0], [*leaves, TOTAL])
    if TOTAL in indicators and rng.random() < 0.2:
        indicators.remove(TOTAL)
    lately = PERIODS[:2] if kind in ("re-based", "re-based shares", "later") else PERIODS
    near = {name for county in counties for name in registry().municipalities(county, vintage=2022)}
    everywhere = sorted(near.union(*(municipalities(area, PERIODS[0], None) for area in printed)))
    means = rng.choice([0.7, 1.5, 3.0, 6.0], (len(everywhere), 1)) * rng.uniform(0.6, 1.4)
    means = np.where([[name in near] for name in everywhere], means, 3.0)
    truth: dict[Unknown, int] = {}
    for period in lately:
        drawn = rng.poisson(means, (len(everywhere), len(leaves))).tolist()
        truth |= {
            (leaf, name, period): drawn[row][column]
            for row, name in enumerate(everywhere)
            for column, leaf in enumerate(leaves)
        }

    def table(periods: tuple[str, ...], vintage: int | None, kept: float) -> Measurements:
        rows = []
        for period in periods:
            new = period >= "2025" or vintage == 2025
            for area in dict.fromkeys(printed):
                for indicator in indicators:
                    if rng.random() < kept and not (new and area == GONE):
                        own = municipalities(area, period, vintage)
                        rows.append((indicator, area, period, *counted(indicator, own, period)))
        frame = pd.DataFrame(rows, columns=COLUMNS)
        return from_frame(
            frame, source="synthetic-world", indicators=catalogue(ages), vintage=vintage
        )

    def counted(
        indicator: str, own: frozenset[str], period: str
    ) -> tuple[str, float, float, float]:
        top = sum(truth[leaves[0], name, period] for name in own)
        whole = sum(truth[leaf, name, period] for name in own for leaf in leaves)
        if indicator == SHARE:
            return ("value", np.nan, top, whole) if whole else ("not_applicable", *[np.nan] * 3)
        value = sum(truth[indicator, name, period] for name in own) if indicator != TOTAL else whole
        return "value", value, np.nan, np.nan

    if kind.startswith("re-based"):
        tables = (table(PERIODS[:1], None, 0.95), table(PERIODS[:2], 2025, 0.9))
    elif kind == "later":
        tables = (table(PERIODS[:1], None, 0.7), table(PERIODS[:2], None, 0.9))
    else:
        tables = (table(PERIODS, None, 0.93),)
    breakdowns = {TOTAL: (tuple(leaves),)} if leaves[0] in AGES else {}
    return World(kind, truth, tables, breakdowns, frozenset({SHARE}))
