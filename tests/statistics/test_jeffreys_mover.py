"""Square-and-add on Jeffreys limits; most figures are in test_two_sample_intervals."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.jeffreys_mover import (
    mover_jeffreys_difference,
    mover_jeffreys_ratio,
)

Z = stats.norm.isf(0.025)
every_distribution = pytest.mark.parametrize("distribution", ["binomial", "poisson"])


def tables(seed, size):
    random = np.random.default_rng(seed)
    n = np.floor(np.exp(random.uniform(np.log(2), np.log(1e6), (2, size))))
    x = np.floor((n + 1) * random.beta(0.4, 0.4, (2, size)))
    x = np.minimum(x, n)
    return x[0], n[0], x[1], n[1]


def test_the_difference_of_rates_is_near_the_published_one():
    # Li, Tang, Poon and Tang 2011: 30 in 54.3087 against 60 in 51.4775, 90 %, as printed there
    q = stats.norm.isf(0.05)
    found = mover_jeffreys_difference(60, 51.4775, 30, 54.3087, q, distribution="poisson")
    assert [found.lower, found.upper] == pytest.approx([-0.9195, -0.3193], abs=0.005)
    # and by the R package ratesci
    assert [found.lower, found.upper] == pytest.approx([-0.91833, -0.31886], abs=6e-6)


@every_distribution
def test_both_forms_agree_with_their_published_algebra(distribution):
    x1, n1, x2, n2 = tables(81, 5000)
    for q in (1.0, Z, 3.3):
        tail = stats.norm.sf(q)
        if distribution == "binomial":
            laws = stats.beta(x1 + 0.5, n1 - x1 + 0.5), stats.beta(x2 + 0.5, n2 - x2 + 0.5)
        else:
            laws = stats.gamma(x1 + 0.5, scale=1 / n1), stats.gamma(x2 + 0.5, scale=1 / n2)
        m1, l1, u1, m2, l2, u2 = (
            value for law in laws for value in (law.ppf(0.5), law.ppf(tail), law.isf(tail))
        )
        found = mover_jeffreys_difference(x1, n1, x2, n2, q, distribution=distribution)
        lower = m2 - m1 - np.hypot(m2 - l2, u1 - m1)
        upper = m2 - m1 + np.hypot(u2 - m2, m1 - l1)
        np.testing.assert_allclose(found.lower, lower, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.upper, upper, rtol=1e-9, atol=1e-12)
        many = (x1 > 20) & (x2 > 20)
        m1, l1, u1, m2, l2, u2 = (value[many] for value in (m1, l1, u1, m2, l2, u2))
        found = mover_jeffreys_ratio(x1, n1, x2, n2, q, distribution=distribution)
        root = np.sqrt((m1 * m2) ** 2 - l2 * u1 * (2 * m2 - l2) * (2 * m1 - u1))
        lower = (m1 * m2 - root) / (u1 * (2 * m1 - u1))
        np.testing.assert_allclose(found.lower[many], lower, rtol=1e-7)
        assert many.sum() > 1000


@every_distribution
def test_swapping_the_periods_turns_the_intervals_round(distribution):
    x1, n1, x2, n2 = tables(82, 5000)
    forth, back = (x1, n1, x2, n2, Z), (x2, n2, x1, n1, Z)
    one = mover_jeffreys_difference(*forth, distribution=distribution)
    two = mover_jeffreys_difference(*back, distribution=distribution)
    np.testing.assert_allclose(one.lower, -two.upper, rtol=1e-12, atol=1e-15)
    one = mover_jeffreys_ratio(*forth, distribution=distribution)
    two = mover_jeffreys_ratio(*back, distribution=distribution)
    np.testing.assert_allclose(one.lower, 1 / two.upper, rtol=1e-9)
    np.testing.assert_allclose(one.upper, 1 / two.lower, rtol=1e-9)


@every_distribution
def test_the_ratio_stays_finite_at_the_ends_and_far_out(distribution):
    q = np.array([0.0, 1.96, 5.0, 20.0, 37.0, 40.0])
    for x1, x2 in ((0, 0), (0, 10), (10, 0), (10, 10), (3, 4)):
        for form in (mover_jeffreys_ratio, mover_jeffreys_difference):
            found = form(x1, 10, x2, 10, q, distribution=distribution)
            upper = np.minimum(found.upper, 1e300)  # beyond that a limit of q = 37 is infinite
            assert np.isfinite(found.upper[:4]).all()
            assert np.isfinite(found.lower).all()
            assert (np.diff(found.lower) <= 1e-12 * np.abs(found.lower[1:])).all()
            assert (np.diff(upper) >= -1e-12 * np.abs(upper[1:])).all()


@every_distribution
def test_a_thousand_million_persons_are_no_trouble(distribution):
    found = mover_jeffreys_difference(2e8, 1e9, 2e8, 1e9, Z, distribution=distribution)
    error = np.sqrt(0.2 * (0.8 if distribution == "binomial" else 1) * 2e-9)
    assert found.upper == pytest.approx(Z * error, rel=1e-4)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match=r"expected x2 of n2 .*, found x2 = 7.0, n2 = 5.0"):
        mover_jeffreys_difference(1, 5, 7, 5, Z, distribution="binomial")
    with pytest.raises(ValueError, match=r"expected x1 >= 0 events in t1 > 0, found x1 = -1.0"):
        mover_jeffreys_ratio(-1, 5, 7, 5, Z, distribution="poisson")
    with pytest.raises(ValueError, match=r"expected q of at least 0, found q = -1.0"):
        mover_jeffreys_ratio(1, 5, 7, 5, -1, distribution="poisson")


@every_distribution
def test_shapes_broadcast_and_scalars_work(distribution):
    found = mover_jeffreys_ratio(
        np.array([[3], [4]]), 10, [2, 5, 0], 20, Z, distribution=distribution
    )
    assert found.lower.shape == found.upper.shape == (2, 3)
    single = mover_jeffreys_ratio(4, 10, 5, 20, Z, distribution=distribution)
    assert single.lower == pytest.approx(found.lower[1, 1], rel=1e-12)
