"""Benchmarks of disclosure: a synthetic municipal year, hidden and attacked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.measurements import from_frame

LEVELS = ("county", "collaboration_area", "mainland")
AGES = ("synthetic_young", "synthetic_middle", "synthetic_old")
TOTAL = "synthetic_all"
SEED = 11


def municipal(months: int) -> bc.Measurements:
    """Make counts of three age groups and their total by municipality and up to the mainland."""
    areas, rng = registry(), np.random.default_rng(SEED)
    places = [a.code for a in areas.at_level("municipality", vintage=2022) if a.role != "aland"]
    inhabitants = rng.lognormal(8.6, 1.2, len(places))
    members = {place: [number] for number, place in enumerate(places)}
    for level in LEVELS:
        for area in areas.at_level(level, vintage=2022):
            own = areas.municipalities(area.code, vintage=2022)
            inside = [number for number, place in enumerate(places) if place in own]
            members |= {area.code: inside} if inside else {}
    rows = []
    for month in range(1, months + 1):
        counts = rng.poisson(np.outer(inhabitants, (0.010, 0.008, 0.004)))
        for code, inside in members.items():
            sums = counts[inside].sum(axis=0)
            told = dict(zip(AGES, sums, strict=True)) | {TOTAL: sums.sum()}
            rows += [(key, code, f"2023-{month:02d}", int(value)) for key, value in told.items()]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    pattern = replace(bc.indicators.catalogue()["basic_sa_persons"], breakdowns=())
    parts = [replace(pattern, id=name) for name in AGES]
    whole = replace(pattern, id=TOTAL, breakdowns=(AGES,))
    own = bc.indicators.catalogue().add(*parts, whole)
    return from_frame(frame, source="synthetic-year", indicators=own)


def disclosure(
    median_of: Callable[[int, Callable[[], object]], float], root: Path
) -> list[tuple[str, float, str]]:
    """Time what is hidden and attacked against reading the same table, and against its size."""
    month, year = municipal(1), municipal(12)
    reading = median_of(1, lambda: from_frame(year.table, source="s", indicators=year.indicators))
    one = median_of(3, lambda: bc.protect(month))
    safe = bc.protect(year)
    twelve = median_of(1, lambda: bc.protect(year))
    attacking = median_of(1, lambda: bc.audit(safe))
    later = bc.read_measurements(root / "fixtures" / "follow_up_2023.csv")
    baseline = bc.load_baseline("2022")
    comparing = median_of(5, lambda: bc.compare(baseline, later))
    result = bc.compare(baseline, later)
    clearing = median_of(5, lambda: bc.protect(result))
    cells = f"{len(year):,} figures"
    return [
        (f"protect / read, municipal year, {cells}", twelve / reading, ""),
        ("protect, 12 months / 1 month, per month", twelve / one / 12, "about 1"),
        ("audit / protect, municipal year", attacking / twelve, ""),
        ("protect / compare, no small figure", clearing / comparing, "at most 1"),
    ]
