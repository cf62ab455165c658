"""Gamma quantiles against the library where it is right, and a second way where it is not."""

import numpy as np
import pytest
from scipy import special, stats

from baseline_compare.statistics.gamma_quantiles import (
    LARGE_SHAPE,
    gamma_above,
    gamma_at,
    gamma_below,
)


def test_gamma_quantiles_are_the_librarys_below_the_large_shapes():
    random = np.random.default_rng(3)
    tail, shape = special.ndtr(-random.uniform(0, 37, 5000)), 10 ** random.uniform(0, 4.9, 5000)
    assert gamma_below(tail, shape) == pytest.approx(
        special.gammaincinv(shape, tail), rel=1e-12, abs=0
    )
    assert gamma_above(tail, shape) == pytest.approx(
        special.gammainccinv(shape, tail), rel=1e-12, abs=0
    )
    assert special.gammainc(shape, gamma_below(tail, shape)) == pytest.approx(tail, rel=1e-8, abs=0)


def test_the_expansion_meets_the_library_at_the_first_large_shape():
    q = np.linspace(-4, 37, 200)
    tail = special.ndtr(-q)
    below, above = gamma_at(-q, LARGE_SHAPE), gamma_at(q, LARGE_SHAPE)
    assert special.gammaincinv(LARGE_SHAPE, tail) == pytest.approx(below, rel=1e-12, abs=0)
    assert special.gammainccinv(LARGE_SHAPE, tail) == pytest.approx(above, rel=1e-12, abs=0)


def test_the_lower_gamma_quantile_of_a_large_shape_is_right_where_the_library_is_not():
    # The mirrored upper tail is right in the library: both tails share the normal quantile, and a
    # negative binomial with a huge number of trials is a second way to the lower one.
    shape, q = 1e8, 6.0
    tail = stats.norm.sf(q)
    found = gamma_below(np.array(tail), np.array(shape)).item()
    many = 1e17
    second = many * special.betaincinv(shape, many - shape + 1, tail)
    assert found == pytest.approx(second, rel=1e-8, abs=0)
    assert abs(special.gammaincinv(shape, tail) / found - 1) > 1e-6
