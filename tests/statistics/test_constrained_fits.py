"""Constrained fits against the likelihood equations and exact fractions."""

from fractions import Fraction

import numpy as np
import pytest

from baseline_compare.statistics.constrained_fits import (
    REACH,
    binomial_difference,
    binomial_ratio,
    constrained_rates,
    poisson_difference,
    poisson_ratio,
)

FITS = [binomial_difference, binomial_ratio, poisson_difference, poisson_ratio]


def tables(seed, size):
    random = np.random.default_rng(seed)
    n1, n2 = np.floor(np.exp(random.uniform(np.log(2), np.log(1e9), (2, size))))
    x1, x2 = np.floor(n1 * random.random(size) ** 4), np.floor(n2 * random.random(size) ** 4)
    return x1, n1, x2, n2


def test_the_rates_solve_the_likelihood_equation():
    x1, t1, x2, t2 = tables(31, 5000)
    difference = np.random.default_rng(32).normal(0, 1, 5000) * (x1 / t1 + x2 / t2 + 1 / t1)
    rate1, rate2 = constrained_rates(difference, x1, t1, x2, t2)
    np.testing.assert_allclose(rate2 - rate1, difference, rtol=1e-9, atol=1e-12)
    inner = (rate1 > 0) & (rate2 > 0) & (x1 > 0) & (x2 > 0)
    slope = x1[inner] / rate1[inner] + x2[inner] / rate2[inner]
    np.testing.assert_allclose(slope, (t1 + t2)[inner], rtol=1e-9)


def test_the_rates_agree_with_exact_fractions():
    # x1 = 3, t1 = 1, x2 = 5, t2 = 1, difference 7/2: 2 r^2 - r - 21/2 = 0 has no rational root, so
    # the sign of the derivative is checked on both sides of the rate that was found.
    rate1, rate2 = constrained_rates(*map(np.array, (3.5, 3.0, 1.0, 5.0, 1.0)))

    def slope(rate):
        return Fraction(3) / rate + Fraction(5) / (rate + Fraction(7, 2)) - 2

    step = Fraction(1, 10**15)
    assert slope(Fraction(rate1.item()) - step) > 0 > slope(Fraction(rate1.item()) + step)
    assert rate2 - rate1 == pytest.approx(3.5, rel=1e-15)


@pytest.mark.parametrize("fit", FITS)
def test_the_contrast_rises_with_the_place(fit):
    x1, n1, x2, n2 = (column[:, None] for column in tables(33, 500))
    found = fit(np.linspace(-REACH, REACH, 321), x1, n1, x2, n2).contrast
    assert np.isfinite(found).all()
    slack = 1e-14 * np.abs(found[:, 1:])
    assert (np.diff(found) >= -slack).all()


@pytest.mark.parametrize("fit", FITS)
def test_place_zero_is_near_the_observed_contrast(fit):
    x1, n1, x2, n2 = (column + 1000 for column in tables(34, 500))
    found = fit(np.zeros(500), x1, n1, x2, n2).contrast
    before, after = x1 / n1, x2 / n2
    expected = after - before if "difference" in fit.__name__ else after / before
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("fit", [binomial_difference, binomial_ratio])
def test_the_variance_is_that_of_the_most_likely_shares(fit):
    random = np.random.default_rng(35)
    n1, n2 = random.integers(20, 3000, (2, 500))
    x1, x2 = random.integers(1, n1), random.integers(1, n2)
    found = fit(random.normal(0, 1.5, 500), x1, n1, x2, n2)
    difference = fit is binomial_difference
    shift, factor = (found.contrast, 1.0) if difference else (0.0, found.contrast)
    low, high = np.maximum(0, -np.asarray(shift)), np.minimum(1, (1 - shift) / factor)
    p1 = low + (high - low) * np.linspace(0.0002, 0.9998, 4999)[:, None]
    p2 = p1 * factor + shift
    likelihood = x1 * np.log(p1) + (n1 - x1) * np.log1p(-p1)
    likelihood += x2 * np.log(p2) + (n2 - x2) * np.log1p(-p2)
    best = np.argmax(likelihood, axis=0), np.arange(500)
    first, second = p1[best], p2[best]
    weight = 1.0 if difference else found.contrast
    variance = second * (1 - second) / n2 + weight**2 * first * (1 - first) / n1
    third = second * (1 - second) * (1 - 2 * second) / n2**2
    third -= weight**3 * first * (1 - first) * (1 - 2 * first) / n1**2
    np.testing.assert_allclose(found.variance, variance, rtol=0.02, atol=1e-6)
    np.testing.assert_allclose(found.third_moment / variance**1.5, third / variance**1.5, atol=0.03)
    score = x2 / n2 - (x1 / n1 + found.contrast if difference else found.contrast * x1 / n1)
    np.testing.assert_allclose(found.score, score, rtol=1e-9, atol=1e-13)
