"""Ratings of two groups: published values, groups without variance, errors, and properties."""

import itertools

import numpy as np
import pytest
from scipy import special, stats

from baseline_compare.statistics.ratings import rating_groups

FIRST, SECOND = {1: 300, 2: 500, 3: 150, 4: 50}, {1: 900, 2: 1500, 3: 450, 4: 150}
PAIN = {1: 11, 2: 2, 4: 1}, {1: 3, 2: 1, 3: 4, 4: 2, 5: 1}
LOW, HIGH = {1: 3, 2: 3}, {4: 4, 5: 2}


def drawn(size, seed):
    """Draw frequency tables of two to six raters who use few values, so that all cases occur."""
    rng = np.random.default_rng(seed)
    return [
        [
            {int(v) + low: int(c) for v, c in zip(*np.unique(own, return_counts=True), strict=True)}
            for own, low in (
                (rng.integers(1, rng.integers(2, 6), n), rng.integers(0, 4))
                for n in rng.integers(2, 7, size)
            )
        ]
        for _ in range(2)
    ]


@pytest.fixture(scope="module")
def many():
    earlier, later = drawn(10_000, 55)
    return earlier, later, rating_groups(earlier, later)


def test_the_pain_scores_have_the_published_p_values_and_limits():
    # Brunner and Munzel 2000, Biom J 42:17; permuted: Neubert and Brunner 2007, CSDA 51:5192
    asymptotic = rating_groups([PAIN[0]], [PAIN[1]], most_tables=0)
    assert asymptotic.p.item() == pytest.approx(0.005786, abs=6e-7)
    found = rating_groups([PAIN[0]], [PAIN[1]])
    assert found.p.item() == pytest.approx(0.008038, abs=6e-7)
    limits = found.interval(0.05)
    assert limits.lower.item() + 0.5 == pytest.approx(0.5952169, abs=6e-7)
    assert limits.upper.item() + 0.5 == pytest.approx(0.9827052, abs=6e-7)


def test_groups_fully_apart_have_the_exact_limit_of_the_smaller_group():
    found = rating_groups([LOW, HIGH, {1: 2, 2: 2}], [HIGH, LOW, {3: 9}])
    assert found.estimate.tolist() == [0.5, -0.5, 0.5]
    assert found.p.tolist() == [2**-5, 2**-5, 2**-3]
    limits = found.interval(0.05)
    # Clopper and Pearson's limit of 6 of 6
    six = stats.beta.ppf(0.025, 6, 1) - 0.5
    assert limits.lower == pytest.approx([six, -0.5, stats.beta.ppf(0.025, 4, 1) - 0.5])
    assert limits.upper == pytest.approx([0.5, -six, 0.5])
    assert found.equivalence_p(0.3).tolist() == [1, 1, 1]
    assert found.error == pytest.approx(0.5 / np.sqrt([6, 6, 4]))
    assert np.isposinf(found.df).all()
    assert not found.varied.any()


def all_tables(raters):
    rows = itertools.product(range(raters + 1), repeat=5)
    return np.array([row for row in rows if sum(row) == raters])


def chances(tables, shares):
    logs = special.xlogy(tables, shares) - special.gammaln(tables + 1)
    return np.exp(logs.sum(axis=1) + special.gammaln(tables[0].sum() + 1))


def test_the_chance_of_groups_apart_and_the_variance_are_bounded_as_the_notes_say():
    rng = np.random.default_rng(1963)
    first, second = all_tables(3), all_tables(4)
    each = np.triu(np.ones((5, 5)), 1) + np.eye(5) / 2
    seen = first @ each @ second.T / 12
    for _ in range(200):
        shares = rng.dirichlet(np.full(5, 0.3), 2)
        true = shares[0] @ each @ shares[1]
        joint = chances(first, shares[0])[:, None] * chances(second, shares[1])
        assert joint[seen == 1].sum() <= true**3 + 1e-12
        assert (joint * (seen - true) ** 2).sum() <= true * (1 - true) / 3 + 1e-12
    # both are reached where the larger group is of one mind
    shares = np.array([[0.7, 0, 0, 0, 0.3], [0, 0, 1, 0, 0]])
    joint = chances(first, shares[0])[:, None] * chances(second, shares[1])
    assert joint[seen == 1].sum() == pytest.approx(0.7**3)
    assert (joint * (seen - 0.7) ** 2).sum() == pytest.approx(0.7 * 0.3 / 3)


def test_ratings_that_are_all_equal_show_nothing():
    found = rating_groups([{3: 6}], [{3: 9}])
    limits = found.interval([0.05, 0.9])
    assert (found.estimate.item(), found.p.item(), found.varied.item()) == (0, 1, False)
    assert (limits.lower.tolist(), limits.upper.tolist()) == ([-0.5] * 2, [0.5] * 2)
    assert found.equivalence_p(0.49).item() == 1
    assert found.null_error.item() == pytest.approx(np.sqrt(16 / (12 * 6 * 9)))


def test_cells_without_variance_leave_the_others_as_they_are():
    mixed = rating_groups([LOW, PAIN[0], {3: 6}], [HIGH, PAIN[1], {3: 6}])
    alone = rating_groups([PAIN[0]], [PAIN[1]])
    for name in ("estimate", "error", "df", "p", "null_error"):
        assert getattr(mixed, name)[1] == getattr(alone, name).item()
    assert mixed.interval(0.01).lower[1] == alone.interval(0.01).lower.item()


def test_an_interval_excludes_no_change_exactly_where_p_is_below_its_level(many):
    *_, found = many
    kinds = (found.varied.sum(), (~found.varied & (found.p < 1)).sum(), (found.p == 1).sum())
    assert min(kinds) > 50
    for level in (0.001, 0.05, 0.1, 0.32):
        limits = found.interval(level)
        excluded = (limits.lower > 0) | (limits.upper < 0)
        assert (excluded == (found.p < level)).all()
        assert ((limits.lower <= found.estimate) & (found.estimate <= limits.upper)).all()
        assert ((limits.lower >= -0.5) & (limits.upper <= 0.5)).all()
    numbers = np.stack([found.estimate, found.error, found.p, found.null_error])
    assert np.isfinite(numbers).all()
    assert (found.error > 0).all()
    assert (found.null_error > 0).all()
    assert (found.df > 0).all()


def test_equivalence_is_shown_exactly_where_the_interval_lies_within_the_margin(many):
    *_, found = many
    for level, margin in ((0.05, 0.2), (0.2, 0.1)):
        limits = found.interval(2 * level)
        inside = (limits.lower > -margin) & (limits.upper < margin)
        assert (inside == (found.equivalence_p(margin) < level)).all()


def test_swapping_the_periods_turns_the_change(many):
    earlier, later = (side[:2_000] for side in many[:2])
    found, turned = rating_groups(earlier, later), rating_groups(later, earlier)
    assert turned.estimate == pytest.approx(-found.estimate, abs=1e-12)
    assert turned.p == pytest.approx(found.p, rel=1e-9)
    limits, mirrored = found.interval(0.05), turned.interval(0.05)
    assert mirrored.lower == pytest.approx(-limits.upper, abs=1e-12)


def test_a_monotone_change_of_the_scale_changes_nothing(many):
    earlier, later = (side[:2_000] for side in many[:2])
    found = rating_groups(earlier, later)
    stretched = [[{3.0**v: c for v, c in own.items()} for own in side] for side in (earlier, later)]
    other = rating_groups(*stretched)
    for name in ("estimate", "error", "p"):
        assert getattr(other, name) == pytest.approx(getattr(found, name), rel=1e-12, abs=1e-15)


def test_impossible_ratings_are_refused():
    with pytest.raises(ValueError, match=r"at least 2 raters a group, found n1 = 1.0"):
        rating_groups([{3: 1}], [{3: 4}])
    with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts1 = 0.5"):
        rating_groups([{3: 0.5, 4: 4}], [{3: 4}])


def test_the_error_without_change_is_that_of_the_mann_whitney_statistic_with_ties():
    found = rating_groups([FIRST], [SECOND]).null_error.item()
    n1, n2 = sum(FIRST.values()), sum(SECOND.values())
    size = n1 + n2
    ties = np.array(list(FIRST.values())) + np.array(list(SECOND.values()))
    corrected = size + 1 - (ties**3 - ties).sum() / (size * (size - 1))
    assert found == pytest.approx(np.sqrt(corrected / (12 * n1 * n2)), rel=1e-3)


def test_the_error_without_change_is_that_of_drawn_groups():
    rng = np.random.default_rng(17)
    first = np.repeat(list(FIRST), list(FIRST.values()))
    draws = rng.choice(first, (4_000, 90))
    earlier, later = draws[:, :40, None], draws[:, None, 40:]
    chance = ((later > earlier) + 0.5 * (later == earlier)).mean(axis=(1, 2))
    found = rating_groups([{1: 12, 2: 20, 3: 6, 4: 2}], [{1: 15, 2: 25, 3: 8, 4: 2}]).null_error
    assert found.item() == pytest.approx(chance.std(ddof=1), rel=0.04)


def test_equal_first_ratings_borrow_the_spread_of_the_second():
    lone = rating_groups([{2: 40}], [{1: 20, 2: 20, 3: 10}]).null_error
    other = rating_groups([{1: 16, 2: 16, 3: 8}], [{1: 20, 2: 20, 3: 10}]).null_error
    assert lone == pytest.approx(other, rel=1e-12)
