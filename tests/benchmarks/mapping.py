"""Benchmarks of mapping rounds: ten thousand synthetic statements, twenty coders, many raters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import baseline_compare as bc
from baseline_compare.findings import Coding, Rating, Round, Statement

AREAS = ("YTA1", "YTA2", "YTA3", "YTA4", "YTA5")
SEED = 13
Timer = Callable[[int, Callable[[], object]], float]


def coded(statements: int, coders: int) -> Round:
    """Make a round whose statements are sorted by coders who agree on most."""
    rng = np.random.default_rng(SEED)
    base = bc.load_baseline("2022").round
    findings = base.findings
    true = rng.integers(0, len(findings), statements)
    codings = []
    for coder in range(coders):
        other = rng.integers(0, len(findings), statements)
        chosen = np.where(rng.random(statements) < 0.8, true, other)
        codings += [
            Coding(f"s{n}", f"K{coder}", findings[p].kind, findings[p].theme, findings[p].id)
            for n, p in enumerate(chosen)
        ]
    said = [Statement(f"s{n}", "workshop-1", f"Lausuma {n}", "fi") for n in range(statements)]
    return replace(
        base, id="synthetic-coded", synthetic=True, not_available=(), statements=tuple(said),
        codings=tuple(codings),
    )  # fmt: skip


def rated(raters: int) -> Round:
    """Make a round in which the findings of 2022 are rated in five areas."""
    rng = np.random.default_rng(SEED)
    base = bc.load_baseline("2022").round
    rows = [
        Rating(item.id, area, int(value))
        for item in base.findings
        for area in AREAS
        for value in rng.integers(1, 6, raters)
    ]
    return replace(
        base, id="synthetic-rated", synthetic=True, not_available=(), ratings=tuple(rows)
    )


def rounds(median_of: Timer, folder: Path) -> list[tuple[str, float, str]]:
    """Time reading, agreement, comparison and drawing against plain pandas and against size."""
    big, small = coded(10_000, 20), coded(1_000, 20)
    files = bc.write_forms(folder / "forms", filled=big, disclosure="off")
    reading = median_of(1, lambda: bc.read_round(files))
    plain = median_of(3, lambda: [pd.read_csv(file) for file in files.glob("*.csv")])
    frame = big.table("codings")
    agreeing = median_of(3, lambda: bc.findings.agreement(big))
    fewer = median_of(3, lambda: bc.findings.agreement(small))
    counting = median_of(
        3, lambda: frame.groupby("statement")[["kind", "theme", "finding"]].nunique()
    )
    first, second = rated(12), rated(12)
    comparing = median_of(3, lambda: bc.compare_findings(first, second))
    more = rated(48)
    much = median_of(3, lambda: bc.compare_findings(more, more))
    found = bc.compare_findings(first, second)
    drawing = median_of(3, lambda: bc.charts.svg_text(bc.charts.fates(found)))
    return [
        ("read_round / read_csv, 10,000 statements, 20 coders", reading / plain, ""),
        ("agreement and differences / groupby, 200,000 codings", agreeing / counting, ""),
        ("agreement, 10,000 / 1,000 statements, per statement", agreeing / fewer / 10, "about 1"),
        ("compare_findings, 48 / 12 raters an area, per rater", much / comparing / 4, "at most 1"),
        ("draw the ledger / compare_findings, 65 cells", drawing / comparing, ""),
    ]
