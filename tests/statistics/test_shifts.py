"""The shift of measurements: published limits, and its test."""

import numpy as np
import pytest

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.shifts import wilcoxon_exact

BEFORE = np.array([1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3])
AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
"""Depression before and after a therapy, Hollander and Wolfe 1973."""
Q = two_sided(0.95).item()


def test_the_shift_of_the_published_therapy_is_estimated_with_its_limits():
    found = wilcoxon_exact(BEFORE - AFTER, Q)
    assert found.test.positive == 40.0
    assert found.test.p == pytest.approx(0.0390625, abs=1e-12)
    assert found.estimate == pytest.approx(0.46, abs=1e-6)
    assert found.interval.lower == pytest.approx(0.01, abs=1e-6)
    assert found.interval.upper == pytest.approx(0.786, abs=1e-6)


def test_the_limits_exclude_no_shift_exactly_where_p_is_at_most_the_level():
    rng = np.random.default_rng(598)
    for _ in range(300):
        differences = rng.normal(rng.choice([0.0, 0.7]), 1, rng.integers(2, 40))
        level = rng.choice([0.05, 0.2, 0.011])
        found = wilcoxon_exact(differences, two_sided(1 - level).item())
        excluded = (found.interval.lower > 0) | (found.interval.upper < 0)
        assert excluded == (found.test.p <= level)
        assert found.interval.lower <= found.estimate <= found.interval.upper


def test_fewer_than_six_differences_have_no_95_per_cent_limits():
    five = wilcoxon_exact([1, 2, 3, 4, 5.5], Q).interval
    six = wilcoxon_exact([1, 2, 3, 4, 5.5, 7], Q).interval
    assert (five.lower, five.upper) == (-np.inf, np.inf)
    assert (six.lower, six.upper) == (1.0, 7.0)


def test_limits_widen_with_the_level_and_move_with_the_unit():
    differences = np.random.default_rng(34).normal(0.4, 1, 100)
    limits = [wilcoxon_exact(differences, q).interval for q in (0.5, 1, 2, 4, 8, 40)]
    assert (np.diff([interval.lower for interval in limits[:-1]]) < 0).all()
    assert (np.diff([interval.upper for interval in limits[:-1]]) > 0).all()
    assert limits[-1].lower == -np.inf
    moved = wilcoxon_exact(-1000 * differences, 2)
    assert moved.interval.upper == pytest.approx(-1000 * limits[2].lower, rel=1e-12)
    assert moved.test.p == pytest.approx(wilcoxon_exact(differences, 2).test.p, rel=1e-12)


def test_impossible_measurements_are_refused():
    with pytest.raises(ValueError, match=r"at most 500 differences, found 501"):
        wilcoxon_exact(np.arange(1, 502), Q)
    with pytest.raises(ValueError, match=r"differences that are not 0, found differences = 0.0"):
        wilcoxon_exact([1, 0], Q)
