"""How often each rule calls years changed between which nothing was reformed: the real series.

``python tests/calibration/years.py`` writes its table into the README.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import baseline_compare as bc
from baseline_compare.statistics.counts import garwood_or_byar
from baseline_compare.statistics.dispersion import (
    LocalVariance,
    common_variance,
    disjoint_pairs,
    local_df,
    local_variance,
    own_change_df,
)
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.kinds import rates
from baseline_compare.statistics.relative import relative_to

Floats = npt.NDArray[np.float64]
README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- years -->", "<!-- end of years -->")
ALPHA = 0.05
PAIRS = ((2019, 2020), (2020, 2021), (2021, 2022))
SERIES = {
    "basic_sa_households": "households",
    "basic_sa_households_new": "new households",
    "basic_sa_households_previous": "previous households",
    "basic_sa_persons": "persons",
    "basic_sa_persons_new": "new persons",
    "basic_sa_persons_previous": "previous persons",
    "basic_sa_applications_received": "applications",
}
WEEKS = "basic_sa_applications_received"


@dataclass(frozen=True, slots=True)
class Years:
    """Sums over like periods of each year and region, (years, regions), and how many periods."""

    sums: Floats
    periods: int
    weekly: bool

    @property
    def counted(self) -> Floats:
        """What counts once: the mean month of persons who return, all applications."""
        return self.sums if self.weekly else self.sums / self.periods


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair of years, with the variances of the other pairs."""

    before: Floats
    after: Floats
    years: Years
    local: LocalVariance
    df: float
    pairs: int

    @property
    def counting(self) -> Floats:
        """Counting variance of the change."""
        return 1 / self.before + 1 / self.after


def years_of(key: str) -> Years:
    """Take January-November, or weeks 1-51, of 2019-2022 from the shipped baseline."""
    table = bc.load_baseline("2022").measurements.table
    own = table[(table["indicator"] == key) & table["area"].str.startswith("MK")]
    weekly = key == WEEKS
    numbers = own["period"].str[-2:].astype(int)
    own = own[numbers <= (51 if weekly else 11)]
    sums = own.groupby([own["period"].str[:4].astype(int), "area"])["value"].sum().unstack()
    assert sums.shape == (4, 18)
    return Years(sums.to_numpy(dtype=np.float64), 51 if weekly else 11, weekly)


def judged(years: Years) -> Iterator[Judged]:
    """Give each pair of years with the variances of the other two."""
    x = years.counted
    change = np.log(x[1:] / x[:-1])
    variance = 1 / x[1:] + 1 / x[:-1]
    for place in range(3):
        others = [other for other in range(3) if other != place]
        local = local_variance(change[others], variance[others])
        disjoint = disjoint_pairs([PAIRS[other] for other in others])
        df = float(local_df(x.shape[1], disjoint))
        yield Judged(x[place], x[place + 1], years, local, df, len(others))


def overlap(case: Judged) -> Floats:
    """Two 95 % intervals of the sums that do not overlap."""
    q, scale = two_sided(0.95), 1 if case.years.weekly else case.years.periods
    first, second = (garwood_or_byar(x * scale, q) for x in (case.before, case.after))
    return (first.upper < second.lower) | (second.upper < first.lower)


def poisson_sum(case: Judged) -> Floats:
    """All monthly counts as independent."""
    scale = 1 if case.years.weekly else case.years.periods
    return rates(case.before * scale, 1, case.after * scale, 1).p_value() < ALPHA


def poisson_month(case: Judged) -> Floats:
    """The mean month as a Poisson count."""
    return rates(case.before, 1, case.after, 1).p_value() < ALPHA


def local_own(case: Judged) -> Floats:
    """Counting and local variance, own change."""
    found = rates(case.before, 1, case.after, 1, variance=case.local.tau2, df=case.df)
    return found.p_value() < ALPHA


def local_relative(case: Judged) -> Floats:
    """Counting and local variance, change against the rest."""
    sides = [case.before, case.after]
    rest = [x.sum() - x for x in sides]
    weights = np.tile(case.before, (len(case.before), 1))
    np.fill_diagonal(weights, 0.0)
    shares = weights / weights.sum(axis=1, keepdims=True)
    variance = case.local.tau2 * (1 + (shares**2).sum(axis=1))
    area, others = rates(sides[0], 1, sides[1], 1), rates(rest[0], 1, rest[1], 1)
    found = relative_to(area, others, variance=variance, df=case.df)
    return found.p_value() < ALPHA


def history(case: Judged) -> Floats:
    """Counting, local and common variance, own change: this library's default."""
    common = float(common_variance(case.local))
    tau2 = case.local.tau2
    df = own_change_df(case.counting, tau2, case.df, common, case.pairs)
    found = rates(case.before, 1, case.after, 1, variance=tau2 + common, df=df)
    return found.p_value() < ALPHA


RULES: dict[str, Callable[[Judged], Floats]] = {
    "two 95 % intervals that do not overlap, sums": overlap,
    "independent Poisson, sums": poisson_sum,
    "independent Poisson, mean month": poisson_month,
    "counting and local variance, own change": local_own,
    "counting and local variance, against the rest": local_relative,
    "**this library's default: local and common variance**": history,
}


def called() -> dict[str, dict[str, int]]:
    """Count, by rule and series, the pairs of years and regions that are called changed."""
    cases = {key: list(judged(years_of(key))) for key in SERIES}
    return {
        name: {key: sum(int(np.sum(rule(case))) for case in own) for key, own in cases.items()}
        for name, rule in RULES.items()
    }


def table() -> str:
    """Give the table for the README."""
    size = 3 * 18
    lines = [
        "| rule | " + " | ".join(SERIES.values()) + " | all |",
        "|---|" + "---|" * (len(SERIES) + 1),
    ]
    for name, counts in called().items():
        total = sum(counts.values())
        share = f"{total} of {size * len(SERIES)} ({total / size / len(SERIES):.0%})"
        lines.append(f"| {name} | " + " | ".join(map(str, counts.values())) + f" | {share} |")
    return "\n".join(lines)


def main() -> None:
    """Write the table into the README."""
    page = README.read_text(encoding="utf-8")
    pattern = re.compile(f"(?<={re.escape(MARKS[0])}\n).*(?={re.escape(MARKS[1])})", re.DOTALL)
    README.write_text(pattern.sub(lambda _: table() + "\n", page), encoding="utf-8")
    print(table())


if __name__ == "__main__":
    main()
