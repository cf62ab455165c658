"""The change since the baseline among those at dates at which nothing was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.comparison.pairing import like
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, check_language
from baseline_compare.periods import Period, compact
from baseline_compare.series.panels import Panel, panel_with_gaps
from baseline_compare.series.wording import placebo_sentences
from baseline_compare.statistics.intervals import Floats
from baseline_compare.statistics.placebos import placebo_rank

Kind = Literal["real", "years", "dates"]
PLACEBO_COLUMNS = (
    "indicator", "area", "unit", "scale", "kind", "baseline", "current", "change", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Placebo:
    """The real change of each area and the placebo ones, in time.

    ``table`` has a row for each change: its ``kind`` is ``real``, ``years`` (the same periods of an
    earlier pair of years) or ``dates`` (windows of the same length that begin at an earlier date,
    each against the same periods before it), ``baseline`` and ``current`` its two windows.
    ``ranks`` has the rank of the real change among those of each kind, as a share (1 / (k + 1) is
    the largest of k and itself), by area and for all areas together (``pooled``). Dates overlap: a
    rank among them describes and tests nothing.
    """

    comparison: Comparison = field(repr=False)
    indicator: str
    _table: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the table."""
        return self._table.copy()

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Ranks by area and kind: ``area``, ``kind``, ``change``, ``placebos``, ``rank``."""
        sizes = self._table.assign(size=self._table["change"])
        if self._table["scale"].eq("ratio").all():
            sizes["size"] = np.log1p(self._table["change"])
        rows = [
            row
            for code, own in sizes.groupby("area", sort=False)
            for row in _ranked(str(code), own)
        ]
        parts = self._pooled_codes()
        if len(parts) > 1:
            pooled = (
                sizes[sizes["area"].isin(parts)]
                .groupby(["kind", "baseline", "current"], sort=False)["size"]
                .agg(lambda size: float(np.sqrt(np.mean(np.square(size)))))
            )
            rows += _ranked("pooled", pooled.reset_index(name="size").assign(change=np.nan))
        return pd.DataFrame(rows, columns=["area", "kind", "change", "placebos", "rank"])

    def _pooled_codes(self) -> list[str]:
        """Give the areas that are not made of others among them."""
        targets = self.comparison.targets
        codes = list(dict.fromkeys(self._table["area"]))
        return [
            code
            for code in codes
            if not any(targets[other].members < targets[code].members for other in codes)
        ]

    def summary(self, language: Language = "en") -> list[str]:
        """Say in sentences how the real change ranks, and how little that proves."""
        check_language(language)
        return list(placebo_sentences(self._table, self.ranks, self.comparison, language))

    def __repr__(self) -> str:
        ranks = self.ranks.round(3).to_string(index=False)
        return "\n".join([*self.summary(), "", ranks, "", self.comparison.provenance_line()])


def placebo(result: Comparison, indicator: str | None = None) -> Placebo:
    """Compare the change of each area with changes at dates at which nothing was done.

    Parameters
    ----------
    indicator
        The first headline one unless given.

    Returns
    -------
    Placebo

    Raises
    ------
    ComparisonError
        ``indicator.unknown``, ``series.frequency``, ``series.short`` if the follow-up lies in
        parts of two years, ``series.no_change`` if no area has a change that can be ranked.

    Notes
    -----
    Changes are those of the table: of the mean of counts, and of the ratio of sums of shares and
    rates. A date needs a whole year before it (or as many years as the follow-up lies later) and as
    many periods after it as the follow-up has, all of them before the follow-up. Windows that a
    hard event touches are left out. Areas are no controls of each other here: all of them were
    reformed on one day.

    References
    ----------
    Abadie, Diamond and Hainmueller 2010, J Am Stat Assoc 105:493.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> found = placebo(compare(load_baseline("2022"), later))
    >>> found.ranks.query("kind == 'years'")[["area", "placebos", "rank"]]
          area  placebos  rank
    0     YTA1         3  1.00
    2     YTA2         3  0.75
    4     YTA3         3  0.75
    6     YTA4         3  1.00
    8     YTA5         3  0.75
    10  pooled         3  1.00
    """
    panel = panel_with_gaps(result, indicator)
    table = result.series
    own = (table["indicator"] == panel.indicator.id) & (table["window"] == "follow_up")
    followed = set(table.loc[own, "period"])
    later = tuple(period for period in panel.periods if str(period) in followed)
    if not later or len({period.year for period in later}) > 1:
        raise ComparisonError(
            Problem(
                code="series.short",
                expected="a follow-up within one year after the base year",
                found=compact(later) if later else "no period after the base year",
                remedy="Compare one year at a time: measurements.select(first=..., last=...).",
            )
        )
    ratio = panel.indicator.primary_scale == "ratio"
    rows: list[dict[str, object]] = []
    for kind, first, second in _windows(panel, later):
        if kind != "real" and _touched(result, panel, first, second):
            continue
        change = _changes(panel, first, second, ratio=ratio)
        if kind == "real":
            change = _real(result, panel, ratio=ratio)
        rows += [
            {
                "indicator": panel.indicator.id,
                "area": panel.areas[place],
                "unit": panel.indicator.unit,
                "scale": "ratio" if ratio else "difference",
                "kind": kind,
                "baseline": compact(first),
                "current": compact(second),
                "change": change[place],
                "source": panel.sources,
            }
            for place in np.flatnonzero(np.isfinite(change)).tolist()
        ]
    table = pd.DataFrame(rows, columns=list(PLACEBO_COLUMNS))
    if not (table["kind"] == "real").any():
        raise ComparisonError(
            Problem(
                code="series.no_change",
                expected=f"an area with a change of {panel.indicator.id} that can be ranked",
                found="none: no figures on one side, or no ratio of them",
                remedy="See result.table and its reasons.",
            )
        )
    real = set(table.loc[table["kind"] == "real", "area"])
    return Placebo(result, panel.indicator.id, table[table["area"].isin(real)])


Window = tuple[Period, ...]


def _windows(panel: Panel, later: Window) -> Iterator[tuple[Kind, Window, Window]]:
    """Give the real windows, the same periods of earlier pairs of years, and earlier dates."""
    there = set(panel.periods)
    lag = later[0].year - panel.base_year
    before = [period for period in panel.periods if period.year <= panel.base_year]
    base = {like(period) for period in before if period.year == panel.base_year}
    numbers = {like(period) for period in later} & base
    years: dict[int, Window] = {}
    for period in [*before, *later]:
        if like(period) in numbers:
            years[period.year] = (*years.get(period.year, ()), period)
    length = len(numbers)
    for year, first in sorted(years.items()):
        second = years.get(year + lag, ())
        if not len(first) == len(second) == length:
            continue
        yield ("real" if year == panel.base_year else "years"), first, second
    for start in range(len(before) - length + 1):
        moved = tuple(before[start : start + length])
        first = tuple(Period(p.type, p.year - lag, p.number) for p in moved)
        if set(first) <= there:
            yield "dates", first, moved


def _touched(result: Comparison, panel: Panel, first: Window, second: Window) -> bool:
    """Say whether an event after which series are not comparable bears on two windows."""
    windows = (first[0], first[-1]), (second[0], second[-1])
    indicator = panel.indicator
    keys = [indicator.id, indicator.numerator, indicator.denominator]
    parts = result.plans[indicator.id].members
    return any(
        event.effect == "not_comparable"
        and event.touches(*windows)
        and event.concerns(keys, [*panel.areas, *parts])
        for event in result.events
    )


def _real(result: Comparison, panel: Panel, *, ratio: bool) -> Floats:
    """Give the own change of each area as the comparison has it, bridged if it is."""
    rows = result.table[result.table["indicator"] == panel.indicator.id].set_index("area")
    before, after = (
        rows[name].reindex(list(panel.areas)).to_numpy(dtype=np.float64)
        for name in ("baseline", "current")
    )
    return _difference(before, after, ratio=ratio)


def _changes(panel: Panel, first: Window, second: Window, *, ratio: bool) -> Floats:
    """Give the change of each area; missing where a period or the logarithm of a ratio lacks."""
    return _difference(_level(panel, first), _level(panel, second), ratio=ratio)


def _difference(before: Floats, after: Floats, *, ratio: bool) -> Floats:
    if not ratio:
        return np.asarray(after - before, dtype=np.float64)
    possible = (before > 0) & (after > 0)
    quotient = np.divide(after, before, out=np.full(len(before), np.nan), where=possible)
    return np.asarray(quotient - 1, dtype=np.float64)


def _level(panel: Panel, window: Window) -> Floats:
    """Give the level of each area in a window: means of counts, else ratios of sums."""
    at = [panel.periods.index(period) for period in window]
    if panel.indicator.kind in ("count", "amount"):
        return np.asarray(panel.values[:, at].mean(axis=1), dtype=np.float64)
    below = panel.denominators[:, at].sum(axis=1)
    return np.asarray(panel.events[:, at].sum(axis=1) / below, dtype=np.float64)


def _ranked(code: str, own: pd.DataFrame) -> Iterator[dict[str, object]]:
    real = own[own["kind"] == "real"].iloc[0]
    for kind in ("years", "dates"):
        others = own[own["kind"] == kind]["size"].to_numpy(dtype=np.float64)
        if len(others):
            rank = float(placebo_rank(real["size"], others))
            yield {
                "area": code,
                "kind": kind,
                "change": real["change"],
                "placebos": len(others),
                "rank": rank,
            }
