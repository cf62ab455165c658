"""Ranks and ranges among earlier changes: definitions, enumeration, error texts."""

import itertools

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.placebos import (
    placebo_rank,
    smallest_rank_in_space,
    usual_path,
)


def test_the_largest_change_has_the_smallest_rank_and_ties_count_against_it():
    assert placebo_rank(0.09, [0.06, -0.03, 0.01]) == pytest.approx(1 / 4)
    assert placebo_rank(-0.06, [0.06, -0.03, 0.01]) == pytest.approx(2 / 4)
    assert placebo_rank(0.0, [0.06, -0.03, 0.01]) == 1.0


def test_where_every_order_is_as_likely_the_rank_is_a_p_value():
    sizes = (0.01, -0.02, 0.03, 0.05)
    ranks = [placebo_rank(order[0], list(order[1:])) for order in itertools.permutations(sizes)]
    for level in (0.25, 0.5, 0.75, 1.0):
        assert np.mean(np.array(ranks) <= level) == pytest.approx(level)


def test_many_ranks_at_once_are_each_by_itself():
    rng = np.random.default_rng(2)
    real, others = rng.normal(size=(3, 4)), rng.normal(size=(3, 4, 7))
    together = placebo_rank(real, others)
    for place in np.ndindex(3, 4):
        assert together[place] == placebo_rank(real[place], others[place])


@pytest.mark.parametrize(("treated", "controls", "ways"), [(5, 1, 6), (21, 2, 253), (3, 3, 20)])
def test_the_smallest_rank_over_areas_counts_the_assignments(treated, controls, ways):
    # Abadie, Diamond and Hainmueller 2010: one over the number of assignments
    listed = list(itertools.combinations(range(treated + controls), controls))
    assert len(listed) == ways
    assert smallest_rank_in_space(treated, controls) == pytest.approx(1 / ways, rel=1e-15)


@pytest.mark.parametrize("scale", ["ratio", "difference"])
def test_the_usual_path_is_recomputed_by_hand(scale):
    rng = np.random.default_rng(3)
    base, moves = rng.uniform(50, 90, 11), rng.normal(0, 0.05, (3, 11))
    found = usual_path(base, moves, scale=scale, level=0.05, stretched=2)
    reach = stats.t.ppf(0.975, 3) * np.sqrt(2 * sum(x * x for x in moves.ravel()) / moves.size)
    if scale == "ratio":
        expected = base * np.exp(-reach), base * np.exp(reach)
    else:
        expected = base - reach, base + reach
    assert found.lower == pytest.approx(expected[0], rel=1e-12)
    assert found.upper == pytest.approx(expected[1], rel=1e-12)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: placebo_rank(0.1, []), r"expected placebo changes, found shape \(0,\)"),
        (lambda: placebo_rank(0.1, 0.2), r"expected placebo changes, found shape \(\)"),
        (lambda: placebo_rank(np.nan, [0.1]), "expected finite numbers, found change = nan"),
        (
            lambda: smallest_rank_in_space(5, 0),
            "expected areas of both kinds, found 5 treated and 0 controls",
        ),
        (
            lambda: usual_path([1.0], np.empty((0, 1)), scale="ratio", level=0.05),
            r"expected changes between earlier years, found shape \(0, 1\)",
        ),
    ],
)
def test_without_anything_to_rank_among_there_is_no_rank(call, told):
    with pytest.raises(ValueError, match=told):
        call()
