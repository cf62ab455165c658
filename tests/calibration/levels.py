"""How often a change of level is claimed where there is none: series with dependent errors.

``python tests/calibration/levels.py`` writes its table into the README. All data are synthetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.autoregression import prais_winsten, reml
from baseline_compare.statistics.control_charts import beyond_limits, individuals
from baseline_compare.statistics.count_regression import quasi_poisson
from baseline_compare.statistics.intervals import two_sided_p
from baseline_compare.statistics.least_squares import least_squares, newey_west
from baseline_compare.statistics.runs import runs as rules_for_runs
from baseline_compare.statistics.segments import segmented_design

Floats = npt.NDArray[np.float64]
README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- levels -->", "<!-- end of levels -->")
SEED = 20261127
RUNS = 10_000
LEVEL = 2
"""The column of the level."""


def dependent(rng: np.random.Generator, rho: float, runs: int, points: int) -> Floats:
    """Draw series whose errors depend on those before."""
    errors = rng.normal(size=(runs, points))
    errors[:, 0] /= np.sqrt(1 - rho**2)
    for place in range(1, points):
        errors[:, place] += rho * errors[:, place - 1]
    return errors


def _reml(y: Floats, design: Floats) -> Floats:
    fit = reml(y, design)
    return two_sided_p(fit.coefficients[:, LEVEL] / fit.errors[:, LEVEL], fit.df[:, LEVEL])


def _reml_plain(y: Floats, design: Floats) -> Floats:
    fit = reml(y, design)
    df = float(np.subtract(*design.shape))
    return two_sided_p(fit.coefficients[:, LEVEL] / fit.errors[:, LEVEL], df)


def _prais_winsten(y: Floats, design: Floats) -> Floats:
    fit = prais_winsten(y, design)
    return two_sided_p(fit.coefficients[:, LEVEL] / fit.errors[:, LEVEL], fit.df[:, LEVEL])


def _newey_west(y: Floats, design: Floats) -> Floats:
    fit = newey_west(y, design)
    errors = np.sqrt(fit.covariance[:, LEVEL, LEVEL])
    return two_sided_p(fit.coefficients[:, LEVEL] / errors, float(fit.df))


def _least_squares(y: Floats, design: Floats) -> Floats:
    fit = least_squares(y, design)
    errors = np.sqrt(fit.covariance[:, LEVEL, LEVEL])
    return two_sided_p(fit.coefficients[:, LEVEL] / errors, float(fit.df))


RULES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "**REML AR(1), Satterthwaite (default)**": _reml,
    "REML AR(1), n − p degrees of freedom": _reml_plain,
    "Prais-Winsten (second)": _prais_winsten,
    "Newey-West (sensitivity)": _newey_west,
    "least squares (sensitivity)": _least_squares,
}


def small_counts(points: int, rho: float, *, runs: int, seed: int) -> float:
    """Give the share of series of small counts that quasi-Poisson calls changed at 5 %."""
    rng = np.random.default_rng(seed)
    noise = 0.25 * dependent(rng, rho, runs, points) * np.sqrt(1 - rho**2)
    counts = rng.poisson(15 * np.exp(noise))
    design = segmented_design(
        points, break_after=points // 2, slope=True, position=np.arange(points) / 12, pairs=2
    )
    fit = quasi_poisson(counts, design)
    spread = np.maximum(fit.dispersion, 1.0) * fit.covariance[:, LEVEL, LEVEL]
    p = two_sided_p(fit.coefficients[:, LEVEL] / np.sqrt(spread), float(fit.df))
    return float((p < 0.05).mean())


def signals(rho: float, *, runs: int, seed: int) -> float:
    """Give the share of quiet series with a signal: limits from 12 months, 11 months later."""
    values = dependent(np.random.default_rng(seed), rho, runs, 23)
    base = np.broadcast_to(np.arange(23) < 12, values.shape)
    limits = individuals(values, base=base).limits
    beyond = beyond_limits(values, limits, among=~base).any(axis=1)
    return float((beyond | rules_for_runs(values, limits.centre, among=~base).signal).mean())


def levels(points: int, rho: float, *, pairs: int, runs: int, seed: int) -> dict[str, float]:
    """Give the share of series without a change that each rule calls changed at 5 %."""
    y = dependent(np.random.default_rng(seed), rho, runs, points)
    design = segmented_design(
        points, break_after=points // 2, slope=True, position=np.arange(points) / 12, pairs=pairs
    )
    return {name: float((rule(y, design) < 0.05).mean()) for name, rule in RULES.items()}


def table(runs: int) -> str:
    """Give the table for the README."""
    cases = [(24, 2), (48, 0), (48, 2), (96, 2)]
    found = [
        [levels(points, rho, pairs=pairs, runs=runs, seed=SEED + place) for rho in (0.0, 0.3, 0.6)]
        for place, (points, pairs) in enumerate(cases)
    ]
    heads = [f"n = {points}, {pairs} pairs of harmonics" for points, pairs in cases]
    lines = [
        f"Seed {SEED}, {runs:,} synthetic series a cell, ρ = 0 / .3 / .6 (standard error of .05: "
        f"{(0.05 * 0.95 / runs) ** 0.5:.4f}):",
        "",
        "| no change of level, called changed at 5 % | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(cases),
    ]
    for name in RULES:
        cells = [" / ".join(f"{each[name]:.3f}" for each in case) for case in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    rhos = (0.0, 0.3, 0.6)
    few = " / ".join(f"{small_counts(48, rho, runs=runs, seed=SEED + 9):.3f}" for rho in rhos)
    quiet = " / ".join(f"{signals(rho, runs=runs, seed=SEED + 10):.2f}" for rho in rhos)
    return "\n".join(
        [
            *lines,
            "",
            f"Counts of about 15 by quasi-Poisson, n = 48, two pairs: {few}. Series in which "
            "nothing happens and whose control chart (limits from 12 months) has a signal within "
            f"11 months: {quiet}.",
        ]
    )


def main() -> None:
    """Write the table into the README."""
    page, text = README.read_text(encoding="utf-8"), table(RUNS)
    pattern = re.compile(f"(?<={re.escape(MARKS[0])}\n).*(?={re.escape(MARKS[1])})", re.DOTALL)
    README.write_text(pattern.sub(lambda _: text + "\n", page), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
