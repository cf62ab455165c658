"""Published limits of a single count, exact coverage, and a second implementation."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.rates import confint_poisson

from baseline_compare.statistics.counts import (
    byar,
    byar_half,
    compound_poisson,
    garwood,
    garwood_or_byar,
    jeffreys_gamma,
    observed_to_expected,
)
from baseline_compare.statistics.mid_p_counts import mid_p

Z = stats.norm.isf(0.025)
ALL = [garwood, byar, byar_half, mid_p, jeffreys_gamma, garwood_or_byar]
LIBRARY = {garwood: "exact-c", jeffreys_gamma: "jeff"}

PUBLISHED = [
    # Garwood 1936, Biometrika 28:437; Ulm 1990, Am J Epidemiol 131:373; Altman et al. 2000
    (garwood, 0, 0.95, (0, 3.6889), 6e-4),
    (garwood, 1, 0.95, (0.0253, 5.5716), 6e-4),
    (garwood, 5, 0.95, (1.6235, 11.6683), 6e-4),
    (garwood, 18, 0.95, (10.668, 28.448), 6e-4),
    # Test data of PHEindicatormethods (OHID); Breslow and Day 1987, IARC Sci Publ 82:69
    (byar, 65, 0.95, (50.163187710459454, 82.84913854593984), 1e-10),
    (byar, 1, 0.95, (0.01307213290150435, 5.5637555824752605), 1e-10),
    (byar, 65, 0.998, (42.8802614714802, 94.00029084431802), 1e-10),
    # The other formula, as in the R package epitools
    (byar_half, 65, 0.95, (50.60246681, 82.28862502), 1e-7),
    # Cohen and Yang 1994, Stat Med 13:2189, recomputed
    (mid_p, 0, 0.95, (0.0, 2.995732), 1e-6),
    (mid_p, 5, 0.95, (1.831995, 11.082416), 1e-6),
]


@pytest.mark.parametrize(("rule", "x", "confidence", "published", "tolerance"), PUBLISHED)
def test_published_limits_are_reached(rule, x, confidence, published, tolerance):
    found = rule(x, stats.norm.isf((1 - confidence) / 2))
    assert [found.lower, found.upper] == pytest.approx(published, rel=0, abs=tolerance)


@pytest.mark.parametrize(
    ("x", "n", "published"),
    [
        (1, 100, (0.025317807984289897, 5.571643390938898)),
        (5, 100, (1.62348639011842, 11.668332079322669)),
        (65, 100, (50.163187710459454, 82.84913854593984)),
        (9856, 12345, (78.26949058976757, 81.4300165427214)),
    ],
)
def test_rates_are_exact_below_ten_events_and_byars_from_ten_on(x, n, published):
    # Test data of PHEindicatormethods (OHID), rates per 100
    found = garwood_or_byar(x, Z)
    assert [found.lower / n * 100, found.upper / n * 100] == pytest.approx(published, abs=1e-9)


def test_ratios_to_expected_events_reach_the_published_figures():
    # Test data of PHEindicatormethods (OHID), indirectly standardised ratios
    expected = 835.8835612311743
    found = observed_to_expected(895, expected, Z, limits="byar")
    assert [found.ratio, found.interval.lower, found.interval.upper] == pytest.approx(
        [1.0707232939020275, 1.0017147712553987, 1.143233287249895], abs=1e-12
    )
    found = observed_to_expected(9, expected, Z, limits="garwood")
    assert [found.ratio, found.interval.lower, found.interval.upper] == pytest.approx(
        [0.010767049882813684, 0.004923380825095776, 0.02043921455549973], abs=1e-12
    )


def test_byars_limits_are_near_the_exact_ones_from_ten_events_on():
    x = np.arange(10, 2000)

    def largest_error(q):
        near, exact = byar(x, q), garwood(x, q)
        sides = (near.lower / exact.lower, near.upper / exact.upper)
        return max(np.abs(side - 1).max() for side in sides)

    assert largest_error(Z) == pytest.approx(0.0016555, abs=1e-6)
    assert largest_error(stats.norm.isf(0.001)) == pytest.approx(0.0149, abs=1e-4)


@pytest.mark.parametrize("rule", [garwood, garwood_or_byar])
def test_the_exact_limits_and_the_rule_never_cover_too_little(rule):
    x = np.arange(260)
    limits, means = rule(x, Z), np.arange(0.5, 100.0, 0.05)[:, None]
    hit = (limits.lower <= means) & (means <= limits.upper)
    covered = (stats.poisson.pmf(x, means) * hit).sum(axis=1)
    assert covered.min() >= 0.95
    assert covered.min() < 0.951


def test_a_sum_of_euros_varies_with_the_number_of_payments():
    # Panjer and Willmot 1992, Insurance Risk Models
    found = compound_poisson(4321, 512.4, 388.1)
    assert found.total == pytest.approx(2214080.4, abs=0.01)
    assert found.standard_error == pytest.approx(42253.1747, abs=1e-4)
    assert compound_poisson(100, 1, 0).standard_error == pytest.approx(10.0, rel=1e-14)


def test_the_error_of_a_sum_is_that_of_simulated_sums():
    random = np.random.default_rng(1)
    numbers = random.poisson(50, 20_000)
    sums = random.gamma(4 * numbers, 25.0)  # payments of mean 100, standard deviation 50
    found = compound_poisson(50, 100, 50)
    assert sums.std() == pytest.approx(found.standard_error, rel=0.02)


def events(seed, size=5000):
    random = np.random.default_rng(seed)
    return np.floor(10 ** random.uniform(0, 4.8, size))


@pytest.mark.parametrize("rule", [garwood, jeffreys_gamma])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998, 0.999999])
def test_a_library_gives_the_same_limits(rule, confidence):
    x = events(2)
    reference = confint_poisson(x, 1, method=LIBRARY[rule], alpha=1 - confidence)
    found = rule(x, stats.norm.isf((1 - confidence) / 2))
    assert found.lower == pytest.approx(reference[0], rel=1e-9)
    assert found.upper == pytest.approx(reference[1], rel=1e-9)


@pytest.mark.parametrize("rule", [mid_p, jeffreys_gamma, garwood])
def test_limits_of_a_billion_events_are_those_of_the_normal_distribution(rule):
    found = rule(1e9, 6.0)
    shift = {mid_p: (0.5, 0.5), jeffreys_gamma: (0.5, 0.5), garwood: (0, 1)}[rule]
    for limit, side, more in ((found.lower, -1, shift[0]), (found.upper, 1, shift[1])):
        expected = 1e9 + more + side * 6 * np.sqrt(1e9) + (6**2 - 1) / 3
        assert limit == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("rule", ALL)
def test_limits_hold_the_count_and_widen_with_q_far_into_the_tails(rule):
    x = np.concatenate([[0, 0.05, 0.5, 1, 2, 3.7, 9, 10, 99_999, 1e5, 1e9], events(6, 100)])
    q = np.concatenate([np.linspace(0.5, 4, 30), np.linspace(5, 40, 36), [1e6, 1e200]])[:, None]
    found = rule(x, q)
    assert np.isfinite(found.lower).all()
    assert np.isfinite(found.upper).all()
    assert (found.lower >= 0).all()
    assert (found.lower <= x * (1 + 1e-12)).all()
    assert (found.upper >= x * (1 - 1e-12)).all()
    assert (np.diff(found.lower, axis=0) <= 1e-10 * found.lower[1:]).all()
    assert (np.diff(found.upper, axis=0) >= -1e-10 * found.upper[1:]).all()


@pytest.mark.parametrize("rule", ALL)
def test_no_event_has_no_lower_limit(rule):
    for q in (0.0, 0.3, Z, 37.0):
        assert rule(0, q).lower == 0.0
        assert rule(0, q).upper >= 0.0


@pytest.mark.parametrize("rule", ALL)
def test_arguments_of_any_shape_are_joined(rule):
    found = rule(np.array([0.0, 3.5, 40.0]), np.full((4, 1), Z))
    assert found.lower.shape == found.upper.shape == (4, 3)
    single = rule(3.5, Z)
    assert np.shape(single.lower) == np.shape(single.upper) == ()
    assert [single.lower, single.upper] == [found.lower[2, 1], found.upper[2, 1]]
    assert rule([], []).lower.shape == (0,)


@pytest.mark.parametrize("rule", ALL)
def test_impossible_numbers_are_refused(rule):
    message = r"x events with x of at least 0, found x = -1.0 in cell \(1,\)"
    with pytest.raises(ValueError, match=message):
        rule([3, -1], Z)
    with pytest.raises(ValueError, match=r"q of at least 0, found q = -0.1"):
        rule(3, -0.1)
    with pytest.raises(ValueError, match=r"finite numbers, found x = inf"):
        rule(np.inf, Z)


def test_a_ratio_needs_expected_events_and_a_sum_needs_payments():
    with pytest.raises(ValueError, match=r"expected events above 0, found expected = 0.0"):
        observed_to_expected(3, 0, Z, limits="byar")
    with pytest.raises(ValueError, match=r"n payments with n above 0, found n = 0.0"):
        compound_poisson(0, 1, 1)
    with pytest.raises(ValueError, match=r"a standard deviation of at least 0, found sd = -1.0"):
        compound_poisson(5, 1, -1)
