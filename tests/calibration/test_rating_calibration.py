"""A small copy of the study of ratings: its p-values are the library's, and it sees the same."""

import numpy as np
import pytest

from baseline_compare.statistics.ratings import rating_groups
from ratings import (
    CHANGES,
    WORLDS,
    all_tables,
    called,
    called_nation,
    called_pairs,
    chances,
    groups,
    mapping,
    pairs,
)

OURS = "this library"
UNCHANGED = [name for name in WORLDS if not name.startswith("*")]


@pytest.mark.parametrize("size", [(4, 5), (6, 8)])
def test_the_study_judges_tables_as_the_library_does(size):
    first, second = map(all_tables, size)
    rng = np.random.default_rng(sum(size))
    places = rng.integers(0, len(first), 300), rng.integers(0, len(second), 300)
    cells = [
        [mapping(tables[at]) for at in own]
        for tables, own in zip((first, second), places, strict=True)
    ]
    found = groups(*size)[OURS].reshape(len(first), -1)[places]
    assert found == pytest.approx(rating_groups(*cells).p, abs=1.1e-8)


def test_the_chances_of_all_tables_add_up():
    for shares in (*WORLDS["skewed"], *CHANGES.values()):
        assert chances(all_tables(7), shares).sum() == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("world", UNCHANGED)
def test_different_raters_are_called_changed_no_oftener_than_told(world):
    equal = WORLDS[world][0] == WORLDS[world][1]
    assert called(6, 6, OURS, WORLDS[world]) <= (0.05 if equal else 0.0365)
    assert called(8, 8, OURS, WORLDS[world]) <= (0.05 if equal else 0.07)


def test_a_rule_that_ignores_unequal_spread_is_worse():
    world = WORLDS["uniform, then nearly constant"]
    assert called(6, 12, "Wilcoxon-Mann-Whitney, normal, ties ignored", world) > 0.1
    assert called(6, 12, OURS, world) < 0.058


def test_the_same_raters_are_called_changed_no_oftener_than_told():
    for name, shares in CHANGES.items():
        for raters in (6, 8):
            share = called_pairs(raters, OURS, shares)
            assert share <= 0.05 or name.startswith("*")
            others = [called_pairs(raters, rule, shares) for rule in list(pairs(raters))[1:3]]
            assert share <= min(others) + 1e-12
    assert called_pairs(8, OURS, CHANGES["*up one step*"]) > 0.5


def test_joined_areas_are_not_misled_by_a_change_of_composition():
    found = called_nation("two low, one middle, two high", runs=400, seed=4)
    assert found["this library, areas joined"] <= 0.05 + 3 * 0.011
    assert found["Brunner-Munzel, all raters together"] > 0.1
