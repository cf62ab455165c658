"""Beta quantiles against exact binomial sums, and the library where it is right."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import special, stats

from baseline_compare.statistics.beta_quantiles import beta_above, beta_below


def exact_upper_tail(x, n, p):
    """P(X >= x) of x of n, from exact fractions."""
    share = Fraction(p)
    terms = (
        math.comb(n, k) * share.numerator**k * (share.denominator - share.numerator) ** (n - k)
        for k in range(x, n + 1)
    )
    return Fraction(sum(terms), share.denominator**n)


@pytest.mark.parametrize(
    ("x", "n", "q"),
    [(2, 5, 33.19), (3, 40, 30.84), (5, 40, 32.18), (1, 30, 5.0), (40, 40, 20.0), (20, 40, 33.0)],
)
def test_beta_quantiles_reach_their_tail_in_exact_arithmetic(x, n, q):
    tail = stats.norm.sf(q)
    found = beta_below(np.array(tail), np.array(float(x)), np.array(n - x + 1.0)).item()
    error = float(exact_upper_tail(x, n, found) / Fraction(tail)) - 1
    assert abs(error) < 1e-9 * x
    mirrored = beta_above(np.array(tail), np.array(n - x + 1.0), np.array(float(x))).item()
    assert mirrored == pytest.approx(1 - found, rel=1e-9, abs=0)


def test_beta_quantiles_agree_with_the_library_in_ordinary_tails():
    random = np.random.default_rng(1)
    tail = special.ndtr(-random.uniform(0, 6, 5000))
    a, b = 10 ** random.uniform(-0.3, 7, (2, 5000))
    assert beta_below(tail, a, b) == pytest.approx(stats.beta.ppf(tail, a, b), rel=1e-9, abs=0)
    assert beta_above(tail, a, b) == pytest.approx(stats.beta.isf(tail, a, b), rel=1e-9, abs=0)


def test_beta_quantiles_reach_their_tail_far_out():
    random = np.random.default_rng(2)
    tail = special.ndtr(-random.uniform(20, 33, 5000))
    a, b = 10 ** random.uniform(0, 5, (2, 5000))
    found = beta_below(tail, a, b)
    assert (special.betainc(a, b, found * (1 - 1e-9)) <= tail).all()
    assert (special.betainc(a, b, np.minimum(found * (1 + 1e-9), 1)) >= tail).all()
    found = beta_above(tail, a, b)
    assert (special.betaincc(a, b, found * (1 - 1e-9)) >= tail).all()
    assert (special.betaincc(a, b, np.minimum(found * (1 + 1e-9), 1)) <= tail).all()
