"""Standard deviations from sums against exact fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest

from baseline_compare.statistics.standard_deviations import sd_from_sums


@pytest.mark.parametrize("shift", [0, 10**6, 10**9])
def test_the_standard_deviation_keeps_its_digits_when_the_mean_is_large(shift):
    random = np.random.default_rng(7)
    for _ in range(200):
        values = [shift + int(value) for value in random.integers(0, 1000, random.integers(2, 30))]
        n, total, squares = len(values), sum(values), sum(value**2 for value in values)
        exact = Fraction(n * int(float(squares)) - total**2, n * (n - 1))
        found = sd_from_sums(n, float(total), float(squares))
        noise = n * int(float(squares)) * 4e-16
        if n * int(float(squares)) - total**2 > noise:
            assert found == pytest.approx(math.sqrt(exact), rel=1e-12)
        else:
            assert found == 0


def test_the_standard_deviation_from_sums_is_that_of_the_values():
    random = np.random.default_rng(8)
    values = np.round(random.gamma(2, 250, (2000, 40)), 2)
    found = sd_from_sums(40, values.sum(axis=1), (values**2).sum(axis=1))
    assert found == pytest.approx(values.std(axis=1, ddof=1), rel=1e-11)
    scaled = sd_from_sums(40, values.sum(axis=1) * 2.0**400, (values**2).sum(axis=1) * 2.0**800)
    assert scaled == pytest.approx(found * 2.0**400, rel=1e-14)


def test_equal_values_have_no_spread_whatever_the_rounding():
    for value in (0.1, 1 / 3, 1e-9, 123456.789, 0.0):
        total, squares = math.fsum([value] * 7), math.fsum([value**2] * 7)
        assert sd_from_sums(7, total, squares) == 0


def test_impossible_sums_are_refused():
    with pytest.raises(ValueError, match=r"n of at least 2, found n = 1.0"):
        sd_from_sums(1, 3, 9)
    with pytest.raises(ValueError, match=r"a sum of squares of at least 0"):
        sd_from_sums(3, 0, -1)
    with pytest.raises(ValueError, match=r"n times the sum of squares at least the squared sum"):
        sd_from_sums(3, 6, 11.9)
