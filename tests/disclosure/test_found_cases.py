"""The smallest tables that the attack on random worlds came down to."""

from dataclasses import replace

import pandas as pd
import pytest

import baseline_compare as bc
from attacker import Attack, Release
from baseline_compare.disclosure import Ledger
from baseline_compare.disclosure.figures import figures_of
from baseline_compare.measurements import Measurements, from_frame

SHARE = "basic_sa_rejected_decisions_share"
COUNT = "basic_sa_persons"
AGES = ("p_young", "p_middle", "p_old")
BREAKDOWNS = {"p_all": (AGES,)}


def entered(rows: list[tuple], *, vintage: int | None = None) -> Measurements:
    """Read rows of indicator, area, period and value, or numerator and denominator."""
    catalogue = bc.indicators.catalogue()
    model = replace(catalogue[COUNT], breakdowns=())
    parts = [replace(model, id=key) for key in BREAKDOWNS["p_all"][0]]
    total = replace(model, id="p_all", breakdowns=BREAKDOWNS["p_all"])
    numbers = ["value"] if len(rows[0]) == 4 else ["numerator", "denominator"]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", *numbers])
    return from_frame(
        frame, source="synthetic-x", indicators=catalogue.add(*parts, total), vintage=vintage
    )


def attacked(tables: list[Measurements]) -> Attack:
    shares = frozenset({SHARE})
    return Attack(
        [Release(table.table, BREAKDOWNS, shares, vintage=table.vintage) for table in tables]
    )


def left(tables: list[Measurements], folder) -> list[Measurements]:
    """Protect tables one after the other; one that is refused does not leave."""
    ledger, found = Ledger(folder), []
    for table in tables:
        try:
            safe = bc.protect(table, ledger=ledger)
        except bc.errors.DisclosureError:
            break
        ledger.append(figures_of(safe), date="2026-11-26", baseline="2022", files={})
        found.append(safe)
    return found


@pytest.mark.parametrize(
    "rows",
    [
        [(COUNT, "HVA02", "2023-01", 1), (COUNT, "KU505", "2023-01", 1)],
        [(SHARE, "KU753", "2025-03", 0, 1)],
    ],
)
def test_the_only_member_of_a_cell_learns_nothing_of_its_parts(rows):
    """Who is the one in a county is the one in its municipality: no reason to refuse a table."""
    safe = bc.protect(entered(rows))
    assert set(safe.table["state"]) == {"suppressed"}


def test_who_was_alone_in_a_former_release_reads_the_next_one(tmp_path):
    """The one of KU588 takes herself from the new KU507 and has the count of the old one."""
    old = [(COUNT, "KU507", "2022-03", 4), (COUNT, "KU588", "2022-03", 1)]
    new = [(COUNT, "KU507", "2022-03", 5)]
    truth = {(COUNT, "KU507", "2022-03"): 4, (COUNT, "KU588", "2022-03"): 1}
    safe = left([entered(old), entered(new, vintage=2025)], tmp_path)
    assert attacked(safe).findings(truth) == []


def test_who_was_alone_in_a_former_share_reads_the_next_one(tmp_path):
    old, new = [(SHARE, "KU588", "2022-03", 3, 4)], [(SHARE, "KU507", "2022-03", 3, 5)]
    truth = {
        (f"{SHARE}/complement", "KU507", "2022-03"): 1,
        (f"{SHARE}/numerator", "KU588", "2022-03"): 3,
        (f"{SHARE}/complement", "KU588", "2022-03"): 1,
    }
    safe = left([entered(old), entered(new, vintage=2025)], tmp_path)
    assert attacked(safe).findings(truth) == []


def test_who_is_all_that_a_former_share_left_reads_the_next_one(tmp_path):
    """All but one of KU588 were counted: she takes herself from what the new KU507 leaves."""
    old = [(SHARE, "KU507", "2022-03", 4, 8), (SHARE, "KU588", "2022-03", 5, 6)]
    new = [(SHARE, "KU507", "2022-03", 9, 14)]
    counts = {"KU507": (4, 4), "KU588": (5, 1)}
    truth = {
        (f"{SHARE}/{part}", area, "2022-03"): count
        for area, pair in counts.items()
        for part, count in zip(("numerator", "complement"), pair, strict=True)
    }
    safe = left([entered(old), entered(new, vintage=2025)], tmp_path)
    assert attacked(safe).findings(truth) == []


def test_a_small_difference_is_found_behind_figures_that_cross_it():
    """8 less 5 young and 0 between is 3 old, also if a municipality's total is printed."""
    figures = [("p_all", "HVA04", 8), ("p_all", "KU092", 7), ("p_young", "HVA04", 5)]
    figures += [("p_middle", "HVA04", 0)]
    rows = [(indicator, area, "2023-01", value) for indicator, area, value in figures]
    truth = {
        ("p_young", "KU092", "2023-01"): 5,
        ("p_old", "KU092", "2023-01"): 2,
        ("p_old", "KU245", "2023-01"): 1,
    }
    safe = bc.protect(entered(rows))
    assert attacked([safe]).findings(truth) == []
    assert bc.audit(safe).safe


def test_figures_may_hang_together_without_a_small_one_among_them():
    figures = [("p_all", "HVA04", 18), ("p_all", "KU092", 13), ("p_middle", "KU245", 0)]
    figures += [("p_old", "HVA04", 7), ("p_young", "HVA04", 6), ("p_young", "KU092", 2)]
    safe = bc.protect(entered([(key, area, "2024-03", value) for key, area, value in figures]))
    assert bc.audit(safe).safe


def test_a_share_that_is_not_applicable_is_a_count_of_none(tmp_path):
    """Nobody in KU588: the new KU507 is the old one, and so are the bounds of what is hidden."""
    old = entered([(SHARE, "KU507", "2022-03", 4, 9)])
    table = pd.concat([old.table, old.table.assign(area="KU588", state="not_applicable")])
    for name in ("numerator", "denominator"):
        table[name] = table[name].where(table["state"] == "value")
    old = from_frame(table.drop(columns=["file", "place"]), source="synthetic-x")
    new = entered([(SHARE, "KU507", "2022-03", 4, 9)], vintage=2025)
    safe = left([old, new], tmp_path)
    cell = (SHARE, "numerator", "KU507", "2022-03", 2025)
    low, high = safe[-1].table.loc[0, ["low", "high"]]
    assert attacked(safe).ranges([cell]) == {cell: (low, high)}
