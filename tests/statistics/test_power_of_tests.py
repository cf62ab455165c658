"""The power of tests of two groups: published values, SciPy's laws, simulation of none."""

import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.rates import power_poisson_diff_2indep

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.power_of_tests import (
    power_two_means,
    power_two_proportions,
    power_two_rates,
    sample_size_two_means,
)

Q = two_sided(0.95)


def test_powers_are_those_of_r_and_of_the_published_rates():
    assert power_two_proportions(0.5, 0.75, 50, Q) == pytest.approx(0.7401659, abs=6e-8)
    assert power_two_means(1, 1, 20, Q) == pytest.approx(0.8689528, abs=1e-6)
    assert sample_size_two_means(1, 1, Q, power=0.9) == pytest.approx(22.0211, abs=1e-4)
    # statsmodels' test value (PASS, chapter 436): 15 and 10 in 6 and 8 units, one-sided at 5 %
    assert power_two_rates(10, 15, 8, 6, two_sided(0.9)) == pytest.approx(0.82566, abs=6e-6)


def test_the_power_of_t_agrees_with_statsmodels():
    rng = np.random.default_rng(869)
    for _ in range(300):
        n, effect = rng.uniform(2, 300), rng.uniform(0, 1.5)
        alpha = rng.choice([0.05, 0.01, 0.2, 0.001])
        known = TTestIndPower().power(effect, n, alpha)
        if np.isfinite(known):
            found = power_two_means(effect * 3, 3.0, n, two_sided(1 - alpha))
            assert found == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "effect", "q"),
    [(2, 3.0, 1.96), (2.3, 0.4, 1.96), (3, 40.0, 5.0), (1e6, 0.004, 4.0),
     (1e9, 1e-4, 2.0), (11, 10.0, 1.96), (50, 0.0, 3.0), (7, 2.0, 8.0)],
)  # fmt: skip
def test_the_power_of_t_agrees_with_an_adaptive_integral_in_hard_places(n, effect, q):
    df, shift = 2 * (n - 1), effect * np.sqrt(n / 2)
    t = stats.t.isf(stats.norm.sf(q), df)

    def tails(u):
        s = np.sqrt(stats.chi2.isf(u, df) / df)
        return stats.norm.sf(t * s - shift) + stats.norm.sf(t * s + shift)

    turn = stats.chi2.sf(df * (shift / t) ** 2, df)
    points = np.clip(turn * np.array([0.5, 0.9, 1, 1.1, 2]), 1e-12, 1 - 1e-12)
    known = integrate.quad(tails, 0, 1, points=points, limit=2000, epsabs=1e-12, epsrel=1e-11)[0]
    assert power_two_means(effect, 1, n, q) == pytest.approx(known, abs=1e-9)


def test_the_power_of_t_with_two_degrees_of_freedom_has_a_closed_form():
    # S^2 is then exponential: P(S < s) = 1 - exp(-s^2), which the normal density integrates
    effect = np.array([30.0, 900.0, 2e3, 1e4, 1e5, 1e6])
    for q in [3.0, 6.0, 8.0]:
        a = stats.t.isf(stats.norm.sf(q), 2) ** -2
        known = -np.expm1(-a * effect**2 / (1 + 2 * a) - np.log1p(2 * a) / 2)
        assert power_two_means(effect, 1, 2, q) == pytest.approx(known, abs=1e-11)


def test_the_size_reaches_the_power():
    rng = np.random.default_rng(22)
    delta, sd = rng.uniform(-4, 4, 500), rng.uniform(0.2, 8, 500)
    q, power = rng.uniform(0.7, 5, 500), rng.uniform(0.5, 0.999, 500)
    found = sample_size_two_means(delta, sd, q, power=power)
    reached = power_two_means(delta, sd, found, q)
    assert (found >= 2).all()
    inner = found > 2
    assert 0.5 < inner.mean() < 1
    assert reached[inner] == pytest.approx(power[inner], rel=1e-8)
    assert (reached[~inner] >= power[~inner]).all()


def test_the_power_of_rates_agrees_with_statsmodels():
    rng = np.random.default_rng(436)
    for _ in range(100):
        rate1, rate2 = rng.uniform(1, 20, 2)
        n2, ratio = rng.uniform(5, 50), rng.uniform(0.3, 3)
        known = power_poisson_diff_2indep(
            rate2, rate1, nobs1=n2, nobs_ratio=ratio, alpha=0.05, alternative="larger",
            method_var="alt", return_results=False,
        )  # fmt: skip
        found = power_two_rates(rate1, rate2, n2 * ratio, n2, two_sided(0.9))
        assert found == pytest.approx(known, rel=1e-9, abs=1e-12)


def test_no_change_is_claimed_as_often_as_the_level_says():
    assert power_two_means(0, 5, [2, 20, 1e6], Q) == pytest.approx([0.05] * 3, rel=1e-9)
    assert power_two_proportions(0.3, 0.3, 50, Q) == pytest.approx(0.025, rel=1e-12)
    assert power_two_rates(4, 4, 1, 9, Q) == pytest.approx(0.025, rel=1e-12)


def test_power_does_not_depend_on_the_order_or_the_unit():
    assert power_two_means(-1, 2, 30, Q) == power_two_means(10, 20, 30, Q)
    assert power_two_proportions(0.2, 0.3, 90, Q) == pytest.approx(
        power_two_proportions(0.7, 0.8, 90, Q), rel=1e-12
    )
    assert power_two_rates(4, 6, 10, 20, Q) == pytest.approx(
        power_two_rates(400, 600, 0.1, 0.2, Q), rel=1e-12
    )


def test_powers_broadcast_and_lie_between_0_and_1():
    found = power_two_means(np.array([[0.0], [1e-9], [3.0], [1e9]]), 1, [2, 10, 1e9], [0.5, 9, 20])
    assert found.shape == (4, 3)
    assert ((found >= 0) & (found <= 1 + 1e-12)).all()
    assert power_two_proportions([0, 0.5], [[0.9], [0.2], [0.999]], 10, Q).shape == (3, 2)


def test_two_persons_are_enough_for_a_huge_difference():
    assert sample_size_two_means([1e6, 1.0], 1, Q, power=0.8)[0] == 2.0


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match=r"shares in \[0, 1\], found p2 = 1.5"):
        power_two_proportions(0.5, 1.5, 10, Q)
    with pytest.raises(ValueError, match=r"a share that is neither 0 nor 1, found p1 = 0.0"):
        power_two_proportions(0, 1, 10, Q)
    with pytest.raises(ValueError, match=r"a size above 0, found n = 0.0"):
        power_two_proportions(0.5, 0.6, 0, Q)
    with pytest.raises(ValueError, match=r"a standard deviation above 0, found sd = 0.0"):
        power_two_means(1, 0, 10, Q)
    with pytest.raises(ValueError, match=r"at least 2 persons a group, found n = 1.0"):
        power_two_means(1, 1, 1, Q)
    with pytest.raises(ValueError, match=r"a quantile above 0, found q = -1.0"):
        power_two_means(1, 1, 10, -1)
    with pytest.raises(ValueError, match=r"a difference that is not 0, found delta = 0.0"):
        sample_size_two_means(0, 1, Q, power=0.8)
    with pytest.raises(ValueError, match=r"a power between 0 and 1, found power = 1.0"):
        sample_size_two_means(1, 1, Q, power=1)
    with pytest.raises(ValueError, match=r"a standard deviation above 0, found sd = 0.0"):
        sample_size_two_means(1, 0, Q, power=0.8)
    with pytest.raises(ValueError, match=r"a quantile above 0, found q = 0.0"):
        sample_size_two_means(1, 1, 0, power=0.8)
    with pytest.raises(ValueError, match=r"a rate above 0, found rate1 = 0.0, rate2 = 0.0"):
        power_two_rates(0, 0, 1, 1, Q)
    with pytest.raises(ValueError, match=r"rates of at least 0, found rate1 = -1.0"):
        power_two_rates(-1, 1, 1, 1, Q)
    with pytest.raises(ValueError, match=r"exposures above 0, found t1 = 1.0, t2 = 0.0"):
        power_two_rates(1, 1, 1, 0, Q)
