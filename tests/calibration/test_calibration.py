"""A small copy of the calibration study: enough to see a rule that has gone wrong."""

import re

import numpy as np
import pytest

from baseline_compare.statistics.dispersion import common_variance, local_variance
from exact import COUNTS, SHARES, probability_counts, probability_shares
from rules import moments, spread
from study import MARKS, README, REPORTS, SEED, WORLDS, null_reports
from worlds import World, draw

NEWCOMBE, SCORE, OVERLAP, FIXED = SHARES.values()


@pytest.fixture(scope="module")
def additive():
    return null_reports(World(local=0.03), 100, seed=1)


@pytest.mark.parametrize("shares", [False, True])
def test_the_study_estimates_variances_as_the_library_does(shares):
    world = World(local=0.05, common=0.04, shares=shares)
    drawn = draw(world, 2, 20, np.random.default_rng(3))
    found = spread(drawn, 10)
    change, variance = moments(drawn)
    for report in range(2):
        for start in (0, 10):
            own = slice(start, start + 10)
            local = local_variance(change[report, own], variance[report, own])
            assert found.local[report, start] == pytest.approx(local.tau2, rel=1e-10)
            common = common_variance(local).mean()
            assert found.common[report, start] == pytest.approx(common, rel=1e-10)


def test_reports_in_which_nothing_changed_seldom_make_a_false_claim(additive):
    ours = additive["area against the rest, class of 10, 3 pairs"]
    assert ours.report_level <= 0.05 + 3 * 0.022
    assert 0.04 <= ours.level <= 0.06


def test_rules_that_ignore_variation_make_false_claims_in_most_reports(additive):
    assert additive["Holm on counting variation alone"].report_level > 0.3
    assert additive["two 95 % intervals that do not overlap"].report_level > 0.9
    assert additive["95 % interval against a fixed baseline"].level > 0.2


def test_movement_that_all_areas_share_does_not_reach_the_claim_against_the_rest():
    found = null_reports(World(local=0.03, common=0.05), 50, seed=2)
    assert found["area against the rest, class of 10, 3 pairs"].level <= 0.06
    assert found["own change, local variance only, class of 10, 3 pairs"].level > 0.2
    assert found["own change, class of 10, 3 pairs"].level <= 0.06


@pytest.mark.parametrize(
    ("n", "share"), [(300, 0.08), (1_000, 0.02), (1_000, 0.08), (20_000, 0.02), (50, 0.5)]
)
def test_the_default_for_shares_holds_its_level(n, share):
    assert 0.04 <= probability_shares(NEWCOMBE, n, share, share) <= 0.0575


@pytest.mark.parametrize(
    ("n", "before", "after", "loss"),
    [(100, 0.05, 0.08, 0.03), (300, 0.05, 0.08, 0.03), (20_000, 0.02, 0.024, 0.005)],
)
def test_the_default_for_shares_sees_nearly_what_the_score_test_sees(n, before, after, loss):
    ours = probability_shares(NEWCOMBE, n, before, after)
    assert ours >= probability_shares(SCORE, n, before, after) - loss


@pytest.mark.parametrize("exposure", [1.0, 3.0])
@pytest.mark.parametrize("expected", [1, 3, 5, 8, 12, 20, 50, 300])
def test_the_default_for_counts_never_passes_its_level(expected, exposure):
    ours = probability_counts(
        COUNTS["this library (counts)"], expected, expected * exposure, exposure
    )
    assert ours <= 0.0515
    assert expected < 20 or ours >= 0.04


def test_overlap_and_fixed_baseline_are_no_tests():
    assert probability_shares(OVERLAP, 20_000, 0.02, 0.02) < 0.006
    assert probability_shares(FIXED, 20_000, 0.02, 0.02) > 0.16
    assert probability_shares(OVERLAP, 20_000, 0.02, 0.024) < 0.5


def test_the_readme_shows_the_whole_study_with_its_seed():
    page = README.read_text(encoding="utf-8")
    table = page.partition(MARKS[0])[2].partition(MARKS[1])[0]
    assert f"seed {SEED}, {REPORTS:,} reports a world" in table
    row = re.search(r"\| area against the rest, class of 10, 3 pairs \|(.*)\|", table)
    levels = [float(text) for text in re.findall(r"/ (0\.\d+)", row.group(1))]
    assert len(levels) == 2 * len(WORLDS)
    assert max(levels) <= 0.055
