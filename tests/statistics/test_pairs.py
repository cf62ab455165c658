"""The same persons in two periods: published limits, the likelihood of the table, and edges."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as library_test

from baseline_compare.statistics.joining import square_and_add
from baseline_compare.statistics.pairs import mcnemar, newcombe_paired, paired_correlation
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.tango import tango

Z = stats.norm.isf(0.025)


# The sources give period 1 minus 2: here their period 2 is the baseline.
@pytest.mark.parametrize(
    ("table", "method", "published"),
    [
        ((20, 2, 12, 16), 8, (0.0618, 0.3242)),  # Newcombe 1998, Stat Med 17:2635
        ((20, 2, 12, 16), 10, (0.0562, 0.3292)),
        ((1, 7, 1, 12), 10, (-0.5069, -0.0256)),  # Fagerland, Lydersen and Laake 2017, ch. 8
    ],
)
def test_newcombe_reaches_the_published_limits(table, method, published):
    found = newcombe_paired(*table, Z, method=method)
    assert [found.lower, found.upper] == pytest.approx(published, abs=6e-5)


def test_mcnemar_reaches_the_published_p_values():
    # Fagerland, Lydersen and Laake 2017, ch. 8 (Cavo 2012)
    found = mcnemar(16, 6)
    numbers = [found.mid_p, found.exact, found.asymptotic]
    assert numbers == pytest.approx([0.03469, 0.052479, 0.033006], abs=6e-6)


def test_a_positive_correlation_narrows_the_interval():
    # Newcombe 1998, Stat Med 17:2635 and 17:873 on the margins 22/50 and 32/50
    paired = newcombe_paired(20, 2, 12, 16, Z)
    before, after = wilson(22, 50, Z), wilson(32, 50, Z)
    apart = square_and_add(0.44, before.lower, before.upper, 0.64, after.lower, after.upper)
    assert paired.upper - paired.lower == pytest.approx(0.2731, abs=6e-5)
    assert apart.upper - apart.lower == pytest.approx(0.3696, abs=6e-5)


def test_newcombe_is_square_and_add_with_the_correlation(paired_tables):
    a, b, c, d = paired_tables(71, 10_000)
    n = a + b + c + d
    before, after = wilson(a + b, n, Z), wilson(a + c, n, Z)
    periods = (a + b) / n, before.lower, before.upper, (a + c) / n, after.lower, after.upper
    joined = square_and_add(*periods, rho=paired_correlation(a, b, c, d))
    found = newcombe_paired(a, b, c, d, Z)
    np.testing.assert_allclose(found.lower, joined.lower, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.upper, joined.upper, rtol=1e-9, atol=1e-15)


def test_the_correlation_agrees_with_exact_fractions(paired_tables):
    for a, b, c, d in paired_tables(72, 2000).T:
        cells = [Fraction(int(cell)) for cell in (a, b, c, d)]
        numerator = cells[0] * cells[3] - cells[1] * cells[2]
        if numerator > 0:
            numerator = max(numerator - sum(cells) / 2, Fraction(0))
        margins = (a + b) * (c + d) * (a + c) * (b + d)
        expected = float(numerator) / margins**0.5 if margins else 0.0
        assert paired_correlation(a, b, c, d) == pytest.approx(expected, rel=1e-12, abs=1e-300)


def test_mcnemar_agrees_with_binomial_tails_and_a_library():
    random = np.random.default_rng(74)
    for _ in range(200):
        b, c = random.integers(0, random.integers(2, 500), 2)
        found = mcnemar(b, c)
        exact = library_test([[0, b], [c, 0]], exact=True).pvalue
        assert found.exact == pytest.approx(exact, rel=1e-9)
        low = min(b, c)
        tail = stats.binom.cdf(low, b + c, 0.5) - stats.binom.pmf(low, b + c, 0.5) / 2
        assert found.mid_p == pytest.approx(2 * tail if b + c else 1.0, rel=1e-9)
        if b + c:
            plain = library_test([[0, b], [c, 0]], exact=False, correction=False).pvalue
            assert found.asymptotic == pytest.approx(plain, rel=1e-9)


@pytest.mark.parametrize("function", [newcombe_paired, tango])
def test_swapping_the_periods_or_counting_the_others_negates_the_interval(function, paired_tables):
    a, b, c, d = paired_tables(77, 3000)
    one, two = function(a, b, c, d, Z), function(a, c, b, d, Z)
    np.testing.assert_allclose(one.lower, -two.upper, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(one.upper, -two.lower, rtol=1e-12, atol=1e-15)
    others = function(d, c, b, a, Z)
    np.testing.assert_allclose(one.lower, -others.upper, rtol=1e-9, atol=1e-14)


def test_nobody_changing_leaves_an_explicit_interval():
    # Without changers Tango's limits are +-q^2 / (n + q^2).
    found = tango([5, 0, 7e8], 0, 0, [5, 3, 3e8], Z)
    n = np.array([10.0, 3.0, 1e9])
    np.testing.assert_allclose(found.upper, Z**2 / (n + Z**2), rtol=1e-12)
    np.testing.assert_allclose(found.lower, -(Z**2) / (n + Z**2), rtol=1e-12)
    p = mcnemar(0, 0)
    assert (p.mid_p, p.exact, p.asymptotic) == (1.0, 1.0, 1.0)
    assert mcnemar(4, 4).mid_p == 1.0


def test_a_thousand_million_persons_are_no_trouble():
    found = tango(4e8, 1e8, 1.0002e8, 4e8, Z)
    n = 1e9 + 2e4
    error = np.sqrt(2.0002e8 - 2e4**2 / n) / n
    middle = 2e4 / n
    assert [found.lower, found.upper] == pytest.approx(
        [middle - Z * error, middle + Z * error], rel=1e-6
    )
    newcombe = newcombe_paired(4e8, 1e8, 1.0002e8, 4e8, Z)
    assert [newcombe.lower, newcombe.upper] == pytest.approx([found.lower, found.upper], rel=1e-4)


def test_impossible_tables_are_refused():
    for function in (newcombe_paired, tango):
        with pytest.raises(
            ValueError, match=r"persons not below 0 and somebody, found both = -1.0"
        ):
            function(-1, 2, 3, 4, Z)
        with pytest.raises(ValueError, match=r"somebody, .* neither = 0.0 in cell \(1,\)"):
            function([1, 0], [1, 0], 0, 0, Z)
    with pytest.raises(ValueError, match=r"expected q of at least 0, found q = -1.0"):
        tango(1, 2, 3, 4, -1)
    with pytest.raises(ValueError, match=r"persons not below 0, found only1 = -2.0, only2 = 3.0"):
        mcnemar(-2, 3)


def test_shapes_broadcast_and_scalars_work():
    a = np.array([[3], [4]])
    for function in (newcombe_paired, tango):
        found = function(a, [2, 5, 0], 6, 7, Z)
        assert found.lower.shape == found.upper.shape == (2, 3)
        single = function(4, 5, 6, 7, Z)
        assert single.upper == pytest.approx(found.upper[1, 1], rel=1e-12)
        levels = function(4, 5, 6, 7, np.array([0.0, 0.5, 2.0, 9.0, 40.0]))
        assert [levels.lower[0], levels.upper[0]] == pytest.approx([1 / 22, 1 / 22], rel=1e-12)
        assert (np.diff(levels.upper) > 0).all()
    assert paired_correlation(a, [2, 5, 0], 6, 7).shape == (2, 3)
    assert mcnemar(a, [2, 5, 0]).mid_p.shape == (2, 3)
