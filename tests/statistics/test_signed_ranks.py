"""Signed ranks of the same raters: published values, enumeration of all signs, SciPy's laws."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.shifts import wilcoxon_exact
from baseline_compare.statistics.sign_flips import sign_flip, smallest_p
from baseline_compare.statistics.signed_ranks import pratt, signed_ranks_normal

PRE = np.array([2, 3, 3, 2, 4, 3, 2, 1, 3, 2, 3, 4])
POST = np.array([3, 3, 4, 4, 4, 3, 3, 2, 4, 2, 4, 4])
TABLE = np.repeat([-4, -3, -2, -1, 0, 1, 2, 3, 4], [1, 4, 16, 15, 8, 4, 5, 1, 2])
"""SciPy's test data for zeros in signed ranks."""
Q = two_sided(0.95).item()


def test_ratings_with_zeros_and_ties_have_the_p_value_of_all_sign_patterns():
    # SciPy 1.17.1 gives .0640 for Pratt and .0122 for zsplit with method="exact"
    found = pratt(POST - PRE)
    assert found.p == pytest.approx(0.015625, abs=1e-12)
    assert (found.method, found.nonzero, found.negative) == ("exact", 7, 0.0)


def test_normal_p_values_are_those_of_r_coin_and_of_scipy():
    differences = POST - PRE
    assert signed_ranks_normal(differences, zeros="pratt").p == pytest.approx(
        0.008752098599, abs=1e-10
    )
    assert signed_ranks_normal(differences, zeros="drop").p == pytest.approx(
        0.01141203639, abs=1e-10
    )
    one = signed_ranks_normal(np.subtract([1, 2, 3, 4], [1, 2, 3, 5]), zeros="pratt")
    assert one.p == pytest.approx(0.31731050786291415, abs=1e-12)
    split = signed_ranks_normal(TABLE, zeros="zsplit")
    assert min(split.positive, split.negative) == 441.0
    assert split.p == pytest.approx(0.0032145343172473055, abs=1e-12)
    dropped = signed_ranks_normal(TABLE, zeros="drop")
    assert min(dropped.positive, dropped.negative) == 327.0
    assert dropped.p == pytest.approx(0.00641346115861, abs=1e-12)


def test_few_signed_differences_cannot_reach_a_small_p_value():
    assert smallest_p([3, 5, 6]).tolist() == [0.25, 0.0625, 0.03125]
    assert smallest_p([0, 1]).tolist() == [1.0, 1.0]
    for number in range(1, 9):
        assert pratt(np.arange(1, number + 1)).p == smallest_p(number)
        assert sign_flip(np.arange(1, number + 1)).p == smallest_p(number)


def enumerated(differences):
    """Give Pratt's exact p-value in fractions, pattern by pattern."""
    sizes = [abs(d) for d in differences]
    ranks = [
        Fraction(sum(other < size for other in sizes) * 2 + sizes.count(size) + 1, 2)
        for size in sizes
    ]
    used = [(d, rank) for d, rank in zip(differences, ranks, strict=True) if d != 0]
    seen = sum(rank * (1 if d > 0 else -1) for d, rank in used)
    sums = [
        sum(sign * rank for sign, (_, rank) in zip(signs, used, strict=True))
        for signs in itertools.product([-1, 1], repeat=len(used))
    ]
    return Fraction(sum(abs(total) >= abs(seen) for total in sums), len(sums))


def test_the_exact_p_value_agrees_with_fractions_on_random_ratings():
    rng = np.random.default_rng(655)
    for _ in range(150):
        differences = rng.integers(-4, 5, rng.integers(1, 9)) / rng.choice([1, 2])
        assert pratt(differences).p == float(enumerated(differences.tolist()))


def test_without_zeros_and_ties_the_exact_p_value_is_that_of_scipy():
    rng = np.random.default_rng(80)
    for _ in range(200):
        differences = rng.normal(0.3, 1, rng.integers(1, 21))
        known = stats.wilcoxon(differences, method="exact").pvalue
        assert pratt(differences).p == pytest.approx(known, rel=1e-12)
        assert wilcoxon_exact(differences, Q).test.p == pytest.approx(known, rel=1e-12)


@pytest.mark.parametrize(("zeros", "name"), [("pratt",) * 2, ("zsplit",) * 2, ("drop", "wilcox")])
def test_normal_p_values_agree_with_scipy(zeros, name):
    rng = np.random.default_rng(1967)
    for _ in range(300):
        differences = rng.integers(-4, 5, rng.integers(1, 200)) / rng.choice([1, 2])
        differences[0] = 1
        known = stats.wilcoxon(differences, zero_method=name, method="asymptotic")
        found = signed_ranks_normal(differences, zeros=zeros)
        assert found.p == pytest.approx(known.pvalue, rel=1e-9)
        assert min(found.positive, found.negative) == known.statistic


def test_more_than_twenty_signed_differences_have_a_normal_p_value():
    twenty = np.r_[np.arange(1, 16), -np.arange(1, 6), np.zeros(30)]
    assert pratt(twenty).method == "exact"
    more = np.r_[twenty, 3]
    assert pratt(more) == signed_ranks_normal(more, zeros="pratt")
    assert pratt(twenty).p == pytest.approx(signed_ranks_normal(twenty, zeros="pratt").p, abs=0.01)


def test_turning_all_signs_leaves_the_p_values():
    rng = np.random.default_rng(5)
    for _ in range(100):
        differences = rng.integers(-4, 5, rng.integers(1, 25))
        one, two = pratt(differences), pratt(-differences)
        assert (one.p, one.positive, one.negative) == (two.p, two.negative, two.positive)
        short = differences[:12]
        assert sign_flip(short).p == sign_flip(-short).p


def test_differences_that_are_all_zero_show_nothing():
    assert pratt([0, 0]).p == 1.0
    assert sign_flip([0.0]).p == 1.0
    assert [signed_ranks_normal([0], zeros=how).p for how in ("pratt", "zsplit", "drop")] == [1] * 3


def test_many_zeros_do_not_matter_for_the_time(within):
    with within(5):
        assert pratt(np.r_[np.zeros(10**6), np.ones(20)]).p == smallest_p(20)


def test_impossible_differences_are_refused():
    for test in (pratt, sign_flip, lambda d: wilcoxon_exact(d, Q)):
        with pytest.raises(ValueError, match=r"one row of differences, found shape \(0,\)"):
            test([])
        with pytest.raises(ValueError, match=r"one row of differences, found shape \(1, 2\)"):
            test([[1, 2]])
        with pytest.raises(ValueError, match=r"finite numbers, found differences = nan in cell"):
            test([1, np.nan])
