"""The same raters twice: published value, all sign patterns, Tango's limits, and properties."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.pairs import mcnemar
from baseline_compare.statistics.rating_pairs import rating_pairs
from baseline_compare.statistics.sign_flips import smallest_p
from baseline_compare.statistics.tango import tango, tango_z

Q = two_sided(0.95).item()


def tabled(differences):
    values, counts = np.unique(differences, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(54)
    cells = [
        tabled(rng.choice(np.arange(-3, 4), rng.integers(1, 13), p=rng.dirichlet(np.full(7, 0.5))))
        for _ in range(10_000)
    ]
    return cells, rating_pairs(cells)


def test_ratings_with_zeros_and_ties_have_the_exact_p_value_of_all_signs():
    pre = np.array([2, 3, 3, 2, 4, 3, 2, 1, 3, 2, 3, 4])
    post = np.array([3, 3, 4, 4, 4, 3, 3, 2, 4, 2, 4, 4])
    found = rating_pairs([tabled(post - pre)])
    assert found.p.item() == pytest.approx(0.015625, abs=1e-12)  # Pratt 1959, JASA 54:655
    assert (found.n.item(), found.up.item(), found.down.item()) == (12, 7, 0)
    assert (found.nonzero.item(), found.estimate.item()) == (7, pytest.approx(7 / 12))
    limits, plain = found.interval(0.05), tango(0, 0, 7, 5, Q)
    assert limits.lower.item() == pytest.approx(plain.lower.item(), rel=1e-9)
    assert limits.upper.item() == pytest.approx(plain.upper.item(), rel=1e-9)


def enumerated(differences):
    """Give the p-value of both tests in fractions and by the normal distribution."""
    sizes = [abs(d) for d in differences]
    ranks = [
        Fraction(sum(o < size for o in sizes) * 2 + sizes.count(size) + 1, 2) for size in sizes
    ]
    used = [(d, rank) for d, rank in zip(differences, ranks, strict=True) if d]
    seen = sum(rank * (1 if d > 0 else -1) for d, rank in used)
    sums = [
        sum(sign * rank for sign, (_, rank) in zip(signs, used, strict=True))
        for signs in itertools.product([-1, 1], repeat=len(used))
    ]
    by_ranks = Fraction(sum(abs(total) >= abs(seen) for total in sums), len(sums))
    signs = sum(1 if d > 0 else -1 for d, _ in used)
    if seen * signs < 0:
        return 1.0
    by_number = 2 * stats.norm.sf(abs(signs) / np.sqrt(len(used))) if used else 1.0
    return max(float(by_ranks), by_number)


def test_p_is_the_larger_of_both_tests_and_1_where_they_contradict_each_other(many):
    cells, found = many
    for place in range(0, 10_000, 60):
        raters = [d for d, count in cells[place].items() for _ in range(count)]
        assert found.p[place] == pytest.approx(enumerated(raters), rel=1e-12)
    contrary = rating_pairs([{1: 900, -4: 600}])
    assert contrary.pratt_p.item() < 1e-6
    assert mcnemar(600, 900).asymptotic.item() < 1e-6
    limits = contrary.interval(0.05)
    assert (contrary.p.item(), limits.lower.item()) == (1, 0)


def test_an_interval_excludes_no_change_exactly_where_p_is_below_its_level(many):
    _, found = many
    for level in (0.01, 0.05, 0.1, 0.32):
        limits = found.interval(level)
        assert (((limits.lower > 0) | (limits.upper < 0)) == (found.p < level)).all()
        assert (limits.lower <= found.estimate + 1e-12).all()
        assert (found.estimate - 1e-12 <= limits.upper).all()
        assert ((limits.lower >= -1) & (limits.upper <= 1)).all()
    assert (found.null_error > 0).all()
    assert found.other_interval(0.05) is None
    assert (found.scale, found.df.max()) == ("difference", np.inf)
    assert found.p_value() is found.p


def test_equivalence_is_shown_exactly_where_the_interval_lies_within_the_margin(many):
    _, found = many
    for level, margin in ((0.05, 0.3), (0.2, 0.15)):
        limits = found.interval(2 * level)
        inside = (limits.lower > -margin) & (limits.upper < margin)
        assert (inside == (found.equivalence_p(margin) < level)).all()


def test_fewer_than_six_raters_who_moved_show_no_direction(many):
    _, found = many
    assert (found.p >= smallest_p(found.nonzero) - 1e-15).all()
    few = found.nonzero < 6
    assert few.sum() > 1000
    limits = found.interval(0.05)
    assert ((limits.lower <= 0) & (limits.upper >= 0))[few].all()


def test_turning_all_differences_turns_the_change_and_stretching_them_leaves_it(many):
    cells, found = many
    turned = rating_pairs([{-d: count for d, count in own.items()} for own in cells])
    assert turned.p == pytest.approx(found.p, rel=1e-12)
    assert (turned.estimate == -found.estimate).all()
    limits, mirrored = found.interval(0.05), turned.interval(0.05)
    assert mirrored.lower == pytest.approx(-limits.upper, abs=1e-12)
    cubes = rating_pairs([{d**3: count for d, count in own.items()} for own in cells])
    assert (cubes.p == found.p).all()


def test_raters_who_all_say_unchanged_show_nothing_and_come_closer_to_it_with_their_number():
    found = rating_pairs([{0: 6}, {0: 60}])
    limits = found.interval(0.05)
    assert (found.p == 1).all()
    assert (found.estimate == 0).all()
    assert limits.upper == pytest.approx(Q**2 / (np.array([6, 60]) + Q**2), rel=1e-9)
    assert found.equivalence_p(0.1)[1] < 0.01 < found.equivalence_p(0.1)[0]


def test_the_score_statistic_is_that_of_the_restricted_likelihood():
    rng = np.random.default_rng(1998)
    for _ in range(100):
        b, c, same = rng.integers(0, 9, 3) + np.array([0, 0, 1])
        change = rng.uniform(-0.9, 0.9)
        n = b + c + same
        # the likelihood over the share of those who went down, the change held
        low = np.linspace(max(0, -change), (1 - change) / 2, 200_001)[1:-1]
        logs = b * np.log(low) + c * np.log(low + change) + same * np.log(1 - 2 * low - change)
        spread = 2 * low[np.argmax(logs)] + change - change**2
        known = (c - b - n * change) / np.sqrt(n * spread)
        assert tango_z(b, c, n, change) == pytest.approx(known, rel=2e-3, abs=2e-3)


def test_impossible_differences_are_refused():
    with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts = -1.0"):
        rating_pairs([{0: 3}, {1: -1}])
    with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts = 0.5"):
        rating_pairs([{1: 0.5}])
    with pytest.raises(ValueError, match=r"one row of differences, found shape \(0,\)"):
        rating_pairs([{}])
    with pytest.raises(ValueError, match=r"finite numbers, found differences = nan"):
        rating_pairs([{float("nan"): 2}])
    with pytest.raises(ValueError, match=r"a change between -1 and 1, found change = 1.0"):
        rating_pairs([{1: 3}]).equivalence_p(1.0)
