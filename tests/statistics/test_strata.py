"""Areas joined: van Elteren's statistic by ranks, composition, and areas without variance."""

from dataclasses import fields

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.ratings import RatingGroups, rating_groups
from baseline_compare.statistics.strata import joined_ratings

LOW, HIGH = {1: 3, 2: 3, 3: 1}, {3: 2, 4: 3, 5: 3}


def tabled(ratings):
    values, counts = np.unique(ratings, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def drawn(seed, areas=5):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(4, 13, (2, areas))
    return [[rng.integers(1, 6, n) for n in row] for row in sizes]


def test_the_joined_change_is_the_statistic_of_van_elteren():
    # van Elteren 1960: rank sums of the later raters, each divided by its area's raters + 1
    for seed in range(50):
        earlier, later = drawn(seed)
        summed = weights = 0.0
        for a, b in zip(earlier, later, strict=True):
            size = a.size + b.size
            ranks = stats.rankdata(np.concatenate((a, b)))[a.size :].sum()
            summed += (ranks - b.size * (size + 1) / 2) / (size + 1)
            weights += a.size * b.size / (size + 1)
        groups = rating_groups(*[[tabled(own) for own in side] for side in (earlier, later)])
        found = joined_ratings(groups)
        assert found.estimate.item() == pytest.approx(summed / weights, rel=1e-12, abs=1e-15)
        assert (found.n1.item(), found.n2.item()) == (groups.n1.sum(), groups.n2.sum())
        assert 1 <= groups.df.min() <= found.df.item() <= groups.df.sum()


def test_one_area_joined_is_itself_without_permutation():
    area = rating_groups([{1: 2, 2: 3, 3: 3, 4: 1}], [{2: 3, 3: 2, 4: 3, 5: 1}], most_tables=0)
    found = joined_ratings(area)
    for field in fields(RatingGroups):
        assert getattr(found, field.name) == pytest.approx(getattr(area, field.name), rel=1e-9)


def test_a_change_of_composition_is_no_change_of_ratings():
    rare, common = ({v: k * c for v, c in own.items()} for own, k in ((LOW, 1), (HIGH, 4)))
    earlier = [{v: 4 * c for v, c in LOW.items()}, HIGH]
    found = joined_ratings(rating_groups(earlier, [rare, common]))
    assert found.estimate.item() == pytest.approx(0, abs=1e-15)
    assert found.p.item() == pytest.approx(1)
    together = [
        {v: sum(own.get(v, 0) for own in side) for v in range(1, 6)}
        for side in (earlier, (rare, common))
    ]
    assert rating_groups(*[[own] for own in together]).p.item() < 0.001


def test_areas_without_variance_enter_with_the_largest_one():
    apart, equal = ({1: 6}, {4: 6}), ({3: 6}, {3: 6})
    five = rating_groups([apart[0]] * 5, [apart[1]] * 5)
    found = joined_ratings(five)
    known = (0.5, 0.5 / np.sqrt(30))
    assert (found.estimate.item(), found.error.item()) == pytest.approx(known, rel=1e-12)
    assert (found.p < 1e-6).all()
    assert np.isposinf(found.df).all()
    limits = found.interval(0.05)
    assert 0.3 < limits.lower.item() < limits.upper.item() == 0.5
    still = joined_ratings(rating_groups([equal[0]] * 5, [equal[1]] * 5))
    assert (still.estimate.item(), still.p.item()) == (0, 1)
    assert still.interval(0.05).upper.item() == pytest.approx(1.959964 * 0.5 / np.sqrt(30))
    ordinary = joined_ratings(rating_groups([LOW], [HIGH], most_tables=0))
    more = joined_ratings(rating_groups([LOW, equal[0]], [HIGH, equal[1]], most_tables=0))
    assert (more.estimate / more.error < ordinary.estimate / ordinary.error).all()


def test_swapping_the_periods_turns_the_joined_change_and_order_does_not_matter():
    for seed in range(30):
        earlier, later = ([tabled(own) for own in side] for side in drawn(seed))
        found = joined_ratings(rating_groups(earlier, later, most_tables=0))
        turned = joined_ratings(rating_groups(later, earlier, most_tables=0))
        other = joined_ratings(rating_groups(earlier[::-1], later[::-1], most_tables=0))
        assert turned.estimate.item() == pytest.approx(-found.estimate.item(), abs=1e-12)
        assert turned.p.item() == pytest.approx(found.p.item(), rel=1e-9)
        assert other.p.item() == pytest.approx(found.p.item(), rel=1e-9)
        limits = found.interval(0.1)
        assert ((limits.lower > 0) | (limits.upper < 0)) == (found.p < 0.1)


def test_no_area_is_refused():
    area = rating_groups([LOW], [HIGH])
    none = RatingGroups(**{field.name: getattr(area, field.name)[:0] for field in fields(area)})
    with pytest.raises(ValueError, match="the ratings of one area or more, found none"):
        joined_ratings(none)
