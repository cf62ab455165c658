"""Directly standardised rates: published values, plain formulas, and the edges."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.counts import byar, garwood, garwood_or_byar
from baseline_compare.statistics.standardisation import dobson, fay_feuer

Z = stats.norm.isf(0.025)
BOTH = [dobson, fay_feuer]


def per_100_000(found):
    return [1e5 * value for value in (found.rate, found.interval.lower, found.interval.upper)]


def test_dobsons_limits_are_the_published_ones():
    # Test data of PHEindicatormethods (OHID), directly standardised rates
    count = [127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91]
    people = [636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288]
    people += [153, 123, 207]
    standard = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000]
    standard += [5500, 5000, 4000, 2500, 1500, 1000]
    found = dobson(count, people, standard, Z)
    expected = [10430.247991469423, 9717.709067985681, 11178.94091547925]
    assert per_100_000(found) == pytest.approx(expected, abs=1e-6)


def test_the_gamma_limits_are_the_published_ones():
    # Fay and Feuer 1997, Stat Med 16:791, table I: Down syndrome by birth order
    count, births = [0, 8, 63, 112, 262, 295], [327, 30666, 123419, 149919, 104088, 34392]
    standard = [319933, 931318, 786511, 488235, 237863, 61313]
    found = fay_feuer(count, births, standard, Z)
    assert per_100_000(found) == pytest.approx([75.529, 67.7021, 188.3002], abs=6e-4)


def strata(seed, largest):
    random = np.random.default_rng(seed)
    count = random.integers(0, largest, (300, 4, 7)).astype(float)
    count[..., 0] += 1
    return count, random.integers(50, 5000, (300, 4, 7)), random.integers(1, 90, 7)


@pytest.mark.parametrize("largest", [2, 40])
def test_many_rates_at_once_are_as_the_plain_formulas(largest):
    count, people, weight = strata(1, largest)
    one, two = dobson(count, people, weight, Z), fay_feuer(count, people, weight, Z)
    for cell in np.ndindex(300, 4):
        x, n, w = count[cell], people[cell], weight / weight.sum()
        rate, variance, total = (w * x / n).sum(), (w**2 * x / n**2).sum(), x.sum()
        rule = garwood if total < 10 else byar
        around = rule(total, Z)
        limits = [rate + np.sqrt(variance / total) * (around.lower - total)]
        limits += [rate + np.sqrt(variance / total) * (around.upper - total)]
        found = [one.rate[cell], one.interval.lower[cell], one.interval.upper[cell]]
        assert found == pytest.approx([rate, *limits], rel=1e-9)
        assert one.variance[cell] == pytest.approx(variance, rel=1e-12)
        more, spread = rate + (w / n).max(), variance + (w / n).max() ** 2
        limits = [variance / (2 * rate) * stats.chi2.ppf(0.025, 2 * rate**2 / variance)]
        limits += [spread / (2 * more) * stats.chi2.ppf(0.975, 2 * more**2 / spread)]
        found = [two.rate[cell], two.interval.lower[cell], two.interval.upper[cell]]
        assert found == pytest.approx([rate, *limits], rel=1e-9)


@pytest.mark.parametrize("rule", BOTH)
def test_one_stratum_gives_the_limits_of_its_count(rule):
    found = rule([[7], [300]], [[1000], [1000]], [1], Z)
    expected = (garwood_or_byar if rule is dobson else garwood)([7, 300], Z)
    assert 1000 * found.interval.lower == pytest.approx(expected.lower, rel=1e-12)
    assert 1000 * found.interval.upper == pytest.approx(expected.upper, rel=1e-12)


@pytest.mark.parametrize("rule", BOTH)
def test_units_and_the_size_of_the_standard_scale_out(rule):
    count, people, weight = strata(2, 40)
    found = rule(count, people, weight, Z)
    scaled = rule(count, people / 1000, weight * 3.7, Z)
    for one, two in (
        (found.rate, scaled.rate),
        (found.interval.lower, scaled.interval.lower),
        (found.interval.upper, scaled.interval.upper),
    ):
        assert 1000 * one == pytest.approx(two, rel=1e-12)


@pytest.mark.parametrize("rule", BOTH)
def test_limits_widen_with_q_and_hold_the_rate(rule):
    q = np.linspace(0.5, 40, 80)
    found = rule([3, 5, 40], [100, 200, 900], [1, 2, 3], q)
    assert found.interval.lower.shape == (80,)
    assert (np.diff(found.interval.lower) <= 0).all()
    assert (np.diff(found.interval.upper) >= 0).all()
    assert (found.interval.lower < found.rate).all()
    assert (found.interval.upper > found.rate).all()


def test_without_events_only_the_gamma_limits_are_there():
    found = fay_feuer([[0, 0], [1, 2]], [10, 20], [1, 1], Z)
    assert found.rate[0] == found.variance[0] == found.interval.lower[0] == 0.0
    assert found.interval.upper[0] == pytest.approx(0.05 * garwood(0, Z).upper, rel=1e-12)
    with pytest.raises(ValueError, match=r"an event in a stratum with weight, .* cell \(0,\)"):
        dobson([[0, 0], [1, 2]], [10, 20], [1, 1], Z)
    with pytest.raises(ValueError, match=r"an event in a stratum with weight"):
        dobson([0, 2], [10, 20], [1, 0], Z)


@pytest.mark.parametrize("rule", BOTH)
@pytest.mark.parametrize(
    ("count", "people", "weight", "message"),
    [
        ([-1, 2], [10, 20], [1, 1], "counts of at least 0, found counts = -1.0"),
        ([1, 2], [10, 0], [1, 1], r"a population above 0 in every stratum, .* cell \(1,\)"),
        ([1, 2], [10, 20], [1, -1], "weights of at least 0, found weights = -1.0"),
        ([1, 2], [10, 20], [0, 0], "weights that are not all 0"),
    ],
)
def test_impossible_strata_are_refused(rule, count, people, weight, message):
    with pytest.raises(ValueError, match=message):
        rule(count, people, weight, Z)
