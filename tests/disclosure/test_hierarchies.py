"""Random hierarchies: what protect lets through is attacked by code that shares nothing with it.

``HIERARCHIES=10000 pytest tests/disclosure/test_hierarchies.py`` is the long run.
"""

import os
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from attacker import Attack, Cell, Finding, Release
from baseline_compare.disclosure import Ledger
from baseline_compare.disclosure.figures import figures_of
from baseline_compare.errors import DisclosureError
from baseline_compare.measurements import Measurements, from_frame
from hierarchies import SHARE, World, draw

WORLDS = int(os.environ.get("HIERARCHIES", "300"))
CHUNK = 15
MANY = 1e6


@dataclass
class Tally:
    """What a run of worlds came to.

    ``before`` counts what was told just as closely before the last table left: a total of 5 tells
    the one young that there are at most 4 others, whether or not these are printed and hidden.
    """

    worlds: int = 0
    refused: int = 0
    primary: int = 0
    secondary: int = 0
    insiders: int = 0
    before: int = 0
    findings: list[tuple[int, Finding]] = field(default_factory=list)
    wrong: list[tuple[int, str, Cell]] = field(default_factory=list)


def published(world: World, folder) -> tuple[list[Measurements], DisclosureError | None]:
    """Let the tables leave one after the other, each protected against those before."""
    ledger = Ledger(folder)
    left: list[Measurements] = []
    for number, table in enumerate(world.tables):
        try:
            safe = bc.protect(table, ledger=ledger if len(world.tables) > 1 else None)
        except DisclosureError as refusal:
            return left, refusal
        left.append(safe)
        if len(left) < len(world.tables):
            files = {f"{number}.csv": "0" * 64}
            ledger.append(figures_of(safe), date="2026-11-26", baseline="2022", files=files)
    return left, None


def release(measurements: Measurements, world: World) -> Release:
    return world.release(measurements.table, measurements.vintage)


def all_hidden(measurements: Measurements, world: World) -> Release:
    table = measurements.table
    there = table["state"] == "value"
    for name in ("value", "numerator", "denominator"):
        table[name] = table[name].mask(there)
    table["state"] = table["state"].astype(object).mask(there, "suppressed")
    return world.release(table, measurements.vintage)


def examine(seed: int, folder, tally: Tally) -> None:
    """Protect a world, attack it, and count what was found."""
    world = draw(seed)
    left, refusal = published(world, folder)
    tally.worlds += 1
    if refusal is not None:
        tally.refused += 1
        codes = {problem.code for problem in refusal.problems}
        tally.wrong += [(seed, code, ("",) * 4) for code in codes if not code.startswith("sdc.")]
        least = [release(table, world) for table in left]
        least.append(all_hidden(world.tables[len(left)], world))
        if not Attack(least).findings(world.truth, everyone=True):
            tally.wrong.append((seed, "refused, though hiding everything keeps it", ("",) * 4))
    if not left:
        return
    attack = Attack([release(table, world) for table in left])
    found = attack.findings(world.truth)
    if found and len(left) > 1:
        least = [*(release(table, world) for table in left[:-1]), all_hidden(left[-1], world)]
        before = Attack(least).findings(world.truth)
        tally.before += sum(finding in before for finding in found)
        found = [finding for finding in found if finding not in before]
    tally.findings += [(seed, finding) for finding in found]
    counts = attack.counts(world.truth)
    small = {cell for cell in attack.said if 1 <= counts[cell] <= 4}
    hidden = {cell for cell, value in attack.said.items() if np.isnan(value)}
    tally.primary += len(small)
    tally.secondary += len(hidden - small)
    tally.insiders += sum(counts[cell] == 1 for cell in small)
    for cell, value in attack.said.items():
        if not np.isnan(value) and value != counts[cell]:
            tally.wrong.append((seed, "not true", cell))
    for cell, said, ends in bounds(attack, left[-1], world):
        if said != ends:
            tally.wrong.append((seed, f"bounds {said}, not {ends}", cell))


def bounds(attack: Attack, table: Measurements, world: World):
    """Give what the last table says of each hidden cell, and what the attack does."""
    said = {}
    rows = table.table[table.table["state"] == "suppressed"]
    for row in rows.itertuples():
        part = "numerator" if row.indicator == SHARE else "value"
        ends = (0.0, np.inf) if np.isnan(row.low) else (row.low, row.high)
        said[row.indicator, part, row.area, row.period, table.vintage] = ends
    found = attack.ranges(said)
    for cell, ends in said.items():
        low, high = found[cell]
        yield cell, ends, (low, high) if np.isfinite(high) else (0.0, np.inf)


@pytest.mark.parametrize("first", range(0, WORLDS, CHUNK))
def test_nothing_that_leaves_tells_a_small_count(first, tmp_path):
    tally = Tally()
    for seed in range(first, min(first + CHUNK, WORLDS)):
        examine(seed, tmp_path / str(seed), tally)
    assert tally.worlds
    assert [f for f in tally.findings if f[1].exact] == []
    assert tally.findings == []
    assert tally.wrong == []


@pytest.mark.parametrize("seed", range(8))
def test_the_attack_tells_all_small_counts_that_nobody_protects(seed):
    world = draw(seed)
    attack = Attack([release(world.tables[0], world)])
    counts = attack.counts(world.truth)
    small = {attack.members[cell] for cell in attack.said if 1 <= counts[cell] <= 4}
    exact = {attack.members[f.cell] for f in attack.findings(world.truth) if f.exact}
    assert small <= exact


@pytest.mark.parametrize("seed", range(12))
def test_the_same_table_is_protected_in_the_same_way(seed, tmp_path):
    world = draw(seed)
    first, _ = published(world, tmp_path / "first")
    second, _ = published(draw(seed), tmp_path / "second")
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        assert one.table.equals(other.table)


@pytest.mark.parametrize("seed", range(12))
def test_publishing_more_never_widens_what_can_be_computed(seed, tmp_path):
    """One more figure never widens a range and one less never narrows one, audit's as ours."""
    world = draw(seed)
    left, _ = published(world, tmp_path)
    assert left
    left = [entered(table.table, table) for table in left]
    rng = np.random.default_rng(seed)
    states = left[-1].table["state"].to_numpy()
    shut, open_ = np.flatnonzero(states == "suppressed"), np.flatnonzero(states == "value")
    now = audited(left)
    ours = Attack([release(table, world) for table in left]).ranges()
    assert now
    assert all(ours[cell] == ends for cell, ends in now.items())
    if len(shut):
        place = rng.choice(shut)
        more = [*left[:-1], shown(left[-1], world.tables[len(left) - 1], place)]
        narrower(audited(more), now)
        narrower(Attack([release(table, world) for table in more]).ranges(), ours)
    if len(open_):
        place = rng.choice(open_)
        less = [*left[:-1], masked(left[-1], place)]
        narrower(now, audited(less))
        narrower(ours, Attack([release(table, world) for table in less]).ranges())


def audited(tables: list[Measurements]) -> dict[Cell, tuple[float, float]]:
    """Give what the library's own audit says of each hidden cell, by the cell of the attack."""
    vintages: dict[tuple[str, ...], set[int | None]] = {}
    for table in tables:
        for figure in figures_of(table):
            vintages.setdefault(figure.key, set()).add(table.vintage)
    found = {}
    for row in bc.audit(tables).table.itertuples():
        key = (row.indicator, row.part, row.area, row.periods)
        if len(vintages[key]) == 1:
            high = row.high if row.high < MANY / 10 else np.inf
            found[*key, *vintages[key]] = (row.low, high)
    return found


def narrower(inner: dict[Cell, tuple[float, float]], outer: dict[Cell, tuple[float, float]]):
    both = inner.keys() & outer.keys()
    for cell in both:
        assert outer[cell][0] <= inner[cell][0] <= inner[cell][1] <= outer[cell][1], cell


def shown(safe: Measurements, truth: Measurements, place: int) -> Measurements:
    """Give a protected table with one hidden row as it was."""
    table, whole = safe.table, truth.table
    key = ["indicator", "area", "period"]
    true = whole.set_index(key).loc[tuple(table.loc[place, key])]
    for name in ("state", "value", "numerator", "denominator", "low", "high"):
        table.loc[place, name] = true[name]
    return entered(table, safe)


def masked(safe: Measurements, place: int) -> Measurements:
    """Give a protected table with one more row hidden."""
    table = safe.table
    table.loc[place, "state"] = "suppressed"
    for name in ("value", "numerator", "denominator"):
        table.loc[place, name] = np.nan
    return entered(table, safe)


def entered(table: pd.DataFrame, like: Measurements) -> Measurements:
    """Read a table in which nothing is said of hidden figures but that nobody is that many."""
    frame = table.drop(columns=["file", "place"])
    shut = frame["state"] == "suppressed"
    frame["denominator"] = frame["denominator"].mask(shut)
    frame["low"] = frame["low"].where(~shut, 0.0)
    frame["high"] = frame["high"].where(~shut, MANY)
    return from_frame(
        frame, source="synthetic-world", indicators=like.indicators, vintage=like.vintage
    )
