"""Controlled changes against a published example and the same figures in another way."""

import math

import numpy as np
import pytest

from baseline_compare.statistics.controlled_ratios import controlled_rate_ratio, ratio_of_ratios
from baseline_compare.statistics.rate_ratios import log_wald

Z = 1.959963984540054


def test_the_example_of_altman_and_bland():
    # 2003, BMJ 326:219: .67 (.46 to .98) against .88 (.71 to 1.08)
    found = ratio_of_ratios(0.88, 0.71, 1.08, 0.67, 0.46, 0.98, Z)
    numbers = [found.ratio, found.interval.lower, found.interval.upper, found.z]
    assert numbers == pytest.approx([0.76, 0.49, 1.17, -1.24], abs=0.006)


def test_the_controlled_ratio_is_closed():
    found = controlled_rate_ratio(1200, 15_000, 1080, 15_100, 5200, 65_000, 5300, 66_000)
    assert [found.ratio, found.log_error] == pytest.approx([0.890666, 0.046262795], abs=1e-6)
    exact = (1080 / 15_100) * (5200 / 65_000) / (1200 / 15_000) / (5300 / 66_000)
    assert found.ratio == pytest.approx(exact, rel=1e-14)


def test_intervals_of_both_changes_give_the_controlled_ratio():
    random = np.random.default_rng(51)
    x = random.integers(1, 5000, (4, 1000))
    t = np.exp(random.uniform(-5, 12, (4, 1000)))
    own = log_wald(x[0], t[0], x[1], t[1], Z)
    control = log_wald(x[2], t[2], x[3], t[3], Z)
    found = controlled_rate_ratio(x[0], t[0], x[1], t[1], x[2], t[2], x[3], t[3])
    middle, base = (np.sqrt(side.lower * side.upper) for side in (own, control))
    joined = ratio_of_ratios(base, control.lower, control.upper, middle, own.lower, own.upper, Z)
    np.testing.assert_allclose(joined.ratio, found.ratio, rtol=1e-10)
    np.testing.assert_allclose(joined.z, np.log(found.ratio) / found.log_error, rtol=1e-9)
    upper = found.ratio * np.exp(Z * found.log_error)
    np.testing.assert_allclose(joined.interval.upper, upper, rtol=1e-9)
    back = ratio_of_ratios(middle, own.lower, own.upper, base, control.lower, control.upper, Z)
    np.testing.assert_allclose(back.interval.lower, 1 / joined.interval.upper, rtol=1e-12)


def test_impossible_ratios_are_refused():
    with pytest.raises(ValueError, match=r"expected 0 < lower <= ratio <= upper .* ratio = 2.0"):
        ratio_of_ratios(2.0, 0.5, 1.5, 1.0, 0.5, 1.5, Z)
    with pytest.raises(ValueError, match=r"expected q above 0, found q = 0.0"):
        ratio_of_ratios(1.0, 0.5, 1.5, 1.0, 0.5, 1.5, 0.0)
    with pytest.raises(ValueError, match=r"events of the control in both periods, found x1 = 0.0"):
        controlled_rate_ratio(1, 1, 1, 1, 0, 1, 1, 1)
    with pytest.raises(ValueError, match=r"events of the treated in both periods, .* x2 = 0.0"):
        controlled_rate_ratio(1, 1, 0, 1, 1, 1, 1, 1)


def test_shapes_broadcast():
    found = controlled_rate_ratio(np.array([[3], [4]]), 1, [5, 6, 7], 1, 8, 1, 9, 1)
    assert found.ratio.shape == found.log_error.shape == (2, 3)
    assert found.log_error[1, 2] == pytest.approx(math.sqrt(1 / 4 + 1 / 7 + 1 / 8 + 1 / 9))
