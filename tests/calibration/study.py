"""How often the rules are wrong, how much they see: a seeded simulation and exact enumeration.

``python tests/calibration/study.py`` runs the whole study and writes its tables into the README;
``--reports 200`` is a small one that prints only. All data are synthetic.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy

from baseline_compare.statistics.classes import CHANGE_CLASSES, classify
from baseline_compare.statistics.two_periods import margin_limits
from exact import COUNTS, SHARES, probability_counts, probability_shares
from rules import ENGINES, Mask, excludes, fixed_baseline, overlap
from worlds import World, draw

SEED = 20261126
REPORTS = 10_000
INDICATORS = 50
ALPHA = 0.05
BLOCK = 50
README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- calibration -->", "<!-- end of calibration -->")

WORLDS = {
    "counts, φ = 2": World(phi=2.0),
    "counts, τ = .03": World(local=0.03),
    "few (30 a county), τ = .03": World(local=0.03, expected=30.0),
    "τ = .03, common .03": World(local=0.03, common=0.03),
    "τ = .03, autocorrelation .5": World(local=0.03, autocorrelation=0.5),
    "τ = .03, persistence .7": World(local=0.03, persistence=0.7),
    "shares, τ = .01, common .01": World(shares=True, expected=1_500.0, local=0.01, common=0.01),
}
RULES = (
    ("area against the rest, class of 10, 3 pairs", "relative", 10, 3),
    ("area against the rest, each alone, 3 pairs", "relative", 1, 3),
    ("area against the rest, class of 10, 1 pair", "relative", 10, 1),
    ("own change, class of 10, 3 pairs", "own", 10, 3),
    ("own change, each alone, 3 pairs", "own", 1, 3),
    ("own change, local variance only, class of 10, 3 pairs", "local", 10, 3),
    ("Holm on counting variation alone", "counting", 1, 1),
)
OTHERS = {
    "two 95 % intervals that do not overlap": overlap,
    "95 % interval against a fixed baseline": fixed_baseline,
}
FEW = 5
"""Indicators of a small report: 25 comparisons."""


@dataclass(slots=True)
class Tally:
    """False claims counted over reports.

    Of single comparisons at 5 %, and of reports with one or more: of all indicators, and of few.
    """

    comparisons: int = 0
    single: int = 0
    reports: int = 0
    wrong: int = 0
    wrong_of_few: int = 0

    def add(self, single: Mask, report: Mask, report_of_few: Mask) -> None:
        """Count one block: ``single`` by comparison, the others by report."""
        self.comparisons += single.size
        self.single += int(single.sum())
        self.reports += len(report)
        self.wrong += int(report.sum())
        self.wrong_of_few += int(report_of_few.sum())

    @property
    def level(self) -> float:
        """Share of single comparisons called changed at 5 %."""
        return self.single / self.comparisons

    @property
    def report_level(self) -> float:
        """Share of reports with one false claim or more."""
        return self.wrong / self.reports

    @property
    def level_of_few(self) -> float:
        """The same of small reports."""
        return self.wrong_of_few / self.reports


def null_reports(world: World, reports: int, seed: int) -> dict[str, Tally]:
    """Judge reports in which nothing changed by every rule.

    Holm makes a false claim in such a report exactly where the smallest p-value is below its first
    step, 5 % over the number of comparisons, so the interval at that level is enough.
    """
    rng = np.random.default_rng(seed)
    tallies: dict[str, Tally] = {}
    for _ in range(reports // BLOCK):
        drawn = draw(world, BLOCK, INDICATORS, rng)
        for label, engine, pooled, pairs in RULES:
            found = ENGINES[engine](drawn.last(pairs + 2), pooled)
            single = excludes(found, ALPHA)
            claims = [excludes(found, ALPHA / (5 * size)) for size in (INDICATORS, FEW)]
            tallies.setdefault(label, Tally()).add(
                single, claims[0].any(axis=(1, 2)), claims[1][:, :FEW].any(axis=(1, 2))
            )
            if engine == "counting":
                tallies.setdefault("the same, not adjusted", Tally()).add(
                    single, single.any(axis=(1, 2)), single[:, :FEW].any(axis=(1, 2))
                )
        for label, rule in OTHERS.items():
            changed = rule(drawn)
            tallies.setdefault(label, Tally()).add(
                changed, changed.any(axis=(1, 2)), changed[:, :FEW].any(axis=(1, 2))
            )
    return tallies


def effects(reports: int, seed: int) -> Iterator[tuple[str, float, dict[str, float]]]:
    """Give, for true changes of one area of five, what one comparison with a margin of 3 % says."""
    for effect in (0.0, -0.03, -0.06, -0.10):
        for label, engine in (("against the rest", "relative"), ("own change", "own")):
            common = 0.03 if engine == "own" else 0.0
            world = World(local=0.03, common=common, effect=effect)
            rng = np.random.default_rng(seed)
            said = np.zeros(len(CHANGE_CLASSES))
            covered, total = 0, 0
            for _ in range(reports // BLOCK):
                drawn = draw(world, BLOCK, INDICATORS, rng)
                found = ENGINES[engine](drawn, 10)
                interval = found.interval(ALPHA)
                band = margin_limits("ratio", 0.03, interval.lower.shape)
                classes = classify(
                    interval, found.interval(2 * ALPHA), band.low, band.high, neutral=1.0
                )[:, :, 0]
                said += np.bincount(classes.ravel(), minlength=len(CHANGE_CLASSES))
                inside = (interval.lower <= np.exp(effect)) & (interval.upper >= np.exp(effect))
                covered += int(inside[:, :, 0].sum())
                total += classes.size
            share = dict(zip(CHANGE_CLASSES, said / total, strict=True))
            down = share["relevant_decrease"] + share["decrease"]
            up = share["relevant_increase"] + share["increase"]
            small = share["small_increase"] + share["small_decrease"] + share["no_relevant_change"]
            yield (
                label,
                effect,
                {
                    "decreased": down,
                    "increased": up,
                    "no relevant change": small,
                    "undecided": share["inconclusive"],
                    "covered": covered / total,
                },
            )


def null_table(reports: int) -> list[str]:
    """Tabulate false claims in worlds in which nothing changed."""
    results = {}
    for place, (name, world) in enumerate(WORLDS.items()):
        few = reports // 10 if world.persistence else reports
        results[name] = null_reports(world, max(few, BLOCK), SEED + place)
    lines = [
        "| rule | " + " | ".join(results) + " |",
        "|---|" + "---|" * len(results),
    ]
    for label in next(iter(results.values())):
        cells = []
        for tallies in results.values():
            tally = tallies[label]
            cells.append(f"{tally.level:.3f} / {tally.level_of_few:.3f} / {tally.report_level:.3f}")
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return lines


def effect_table(reports: int) -> list[str]:
    """Tabulate what is said of true changes."""
    lines = [
        "| claim, true change | decreased | increased | no relevant change | undecided | covered |",
        "|---|---|---|---|---|---|",
    ]
    for label, effect, share in effects(reports, SEED + 100):
        numbers = " | ".join(f"{value:.3f}" for value in share.values())
        lines.append(f"| {label}, {np.expm1(effect):+.1%} | {numbers} |")
    return lines


def exact_tables() -> list[str]:
    """Tabulate level and power of single comparisons."""
    cases = [
        ("n = 300, 2 %", 300, 0.02, 0.02),
        ("n = 300, 8 %", 300, 0.08, 0.08),
        ("n = 1,000, 8 %", 1_000, 0.08, 0.08),
        ("n = 20,000, 2 %", 20_000, 0.02, 0.02),
        ("n = 100, 5 to 8 %", 100, 0.05, 0.08),
        ("n = 300, 5 to 8 %", 300, 0.05, 0.08),
        ("n = 20,000, 2.0 to 2.4 %", 20_000, 0.02, 0.024),
    ]
    lines = [
        "| shares, both periods | " + " | ".join(SHARES) + " |",
        "|---|" + "---|" * len(SHARES),
    ]
    for label, n, p1, p2 in cases:
        cells = [f"{probability_shares(rule, n, p1, p2):.4f}" for rule in SHARES.values()]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    lines += ["", "| counts, expected, exposures | " + " | ".join(COUNTS) + " |"]
    lines.append("|---|" + "---|" * len(COUNTS))
    for first, factor, exposure in (
        (3, 1.0, 1.0), (10, 1.0, 1.0), (20, 1.0, 1.0), (20, 1.0, 3.0), (100, 1.0, 1.0),
        (1_000, 1.0, 1.0), (40, 1.5, 1.0), (400, 1.15, 1.0),
    ):  # fmt: skip
        label = f"{first} and {first * factor * exposure:g}, 1:{exposure:g}"
        cells = [
            f"{probability_counts(rule, first, first * factor * exposure, exposure):.4f}"
            for rule in COUNTS.values()
        ]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return lines


def report(reports: int) -> str:
    """Run everything and give the text for the README."""
    start = time.perf_counter()
    null, exact = null_table(reports), exact_tables()
    said = effect_table(max(reports // 50, BLOCK))
    minutes = (time.perf_counter() - start) / 60
    versions = (
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    )
    error = (0.05 * 0.95 / reports) ** 0.5
    return "\n".join(
        [
            f"`make calibration`, {datetime.date.today().isoformat()}, seed {SEED}, "
            f"{reports:,} reports a world ({reports // 10:,} with persistence), {versions}, "
            f"{minutes:.0f} minutes. Synthetic data.",
            "",
            "**Nothing changed**: share of single comparisons called changed at 5 %, of reports of "
            f"{5 * FEW} comparisons with one false claim or more, and of reports of "
            f"{5 * INDICATORS} (Holm at 5 % for the library's rules; overlap and fixed baseline "
            f"know no adjustment). The standard error of .05 is {error:.4f}, with persistence "
            f"{error * 10**0.5:.4f}:",
            "",
            *null,
            "",
            "**One area of five changed** (τ = .03, class of 10, 3 pairs, margin 3 %, one "
            "comparison): what is said of it, and how often the interval covers the truth:",
            "",
            *said,
            "",
            "**One comparison, exact** (enumerated; probability of a claim at nominal 5 %):",
            "",
            *exact,
        ]
    )


def main() -> None:
    """Run the study; the whole one writes the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS)
    reports = parser.parse_args().reports
    text = report(reports)
    print(text)
    if reports == REPORTS:
        page = README.read_text(encoding="utf-8")
        pattern = re.compile(f"(?<={re.escape(MARKS[0])}\n).*(?={re.escape(MARKS[1])})", re.DOTALL)
        README.write_text(pattern.sub(lambda _: text + "\n", page), encoding="utf-8")


if __name__ == "__main__":
    main()
