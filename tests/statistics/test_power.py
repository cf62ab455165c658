"""Detectable changes: published values, their inversion, and the power they are seen with."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.power import (
    detectable_change,
    minimum_detectable_proportion,
    settling_size,
    standard_error_at_baseline,
    unit_variance,
)

Q = two_sided(0.95)


@pytest.mark.parametrize(
    ("p", "n", "expected"), [(0.08, 20_000, 0.00760051), (0.05, 3_000, 0.0157654)]
)
def test_the_smallest_share_that_is_seen_is_that_of_the_formula_of_bloom(p, n, expected):
    found = minimum_detectable_proportion(p, n, n, Q)  # Bloom 1995, Eval Rev 19:547
    assert found == pytest.approx(expected, abs=6e-8)


def test_each_kind_has_the_variance_of_its_law():
    assert unit_variance(0.08, kind="proportion") == pytest.approx(stats.bernoulli.var(0.08))
    assert unit_variance(12.5, kind="rate") == stats.poisson.var(12.5)
    assert unit_variance(12.5, kind="log_rate") == pytest.approx(1 / 12.5)
    assert unit_variance([2.0, 3.0], kind="mean").tolist() == [4.0, 9.0]


def test_logarithms_of_shares_vary_as_enumeration_says():
    n, p = 40_000, 0.3
    x = np.arange(1, n + 1)
    chance = stats.binom.pmf(x, n, p)
    logs = np.log(x / n)
    spread = (chance * logs**2).sum() - (chance * logs).sum() ** 2
    assert unit_variance(p, kind="log_proportion") / n == pytest.approx(spread, rel=1e-3)


def test_the_standard_error_of_counts_is_that_of_the_expected_events():
    x, t1, t2 = 240.0, 12.0, 6.0
    log = standard_error_at_baseline(unit_variance(x / t1, kind="log_rate"), t1, t2)
    assert log == pytest.approx(np.sqrt(1 / x + 1 / (x * t2 / t1)), rel=1e-12)
    rate = standard_error_at_baseline(unit_variance(x / t1, kind="rate"), t1, t2)
    assert rate == pytest.approx(np.sqrt(x / t1**2 + x * t2 / t1 / t2**2), rel=1e-12)


def test_a_change_of_that_size_is_seen_with_the_power():
    rng = np.random.default_rng(547)
    error, q, power = (
        rng.uniform(1e-6, 10, 1000),
        rng.uniform(1, 6, 1000),
        rng.uniform(0.5, 1, 1000),
    )
    extra = rng.uniform(0, 5, 1000) * rng.integers(0, 2, 1000)
    found = detectable_change(error, q, power=power, variance=extra)
    spread = np.sqrt(error**2 + extra)
    assert stats.norm.sf(q * spread, loc=found, scale=spread) == pytest.approx(power, rel=1e-9)


def test_the_settling_size_makes_the_detectable_change_equal_to_the_margin():
    rng = np.random.default_rng(80)
    unit, margin = rng.uniform(0.01, 10, 2000), rng.uniform(0.001, 2, 2000)
    q, extra = rng.uniform(1, 5, 2000), rng.uniform(0, 0.1, 2000) ** 2
    found = settling_size(unit, q, margin, power=0.9, variance=extra)
    seen = np.isfinite(found)
    assert 0.1 < seen.mean() < 0.9
    error = standard_error_at_baseline(unit[seen], found[seen], found[seen])
    back = detectable_change(error, q[seen], power=0.9, variance=extra[seen])
    assert back == pytest.approx(margin[seen], rel=1e-9)
    alone = detectable_change(0, q[~seen], power=0.9, variance=extra[~seen])
    assert (alone >= margin[~seen]).all()


def test_no_size_settles_a_margin_below_the_usual_movement_of_years():
    margin = detectable_change(0, Q, variance=0.0004).item()
    found = settling_size(1, Q, [0.9 * margin, 1.1 * margin], variance=0.0004)
    assert np.isinf(found).tolist() == [True, False]


def test_numbers_broadcast_and_extremes_stay_finite():
    assert detectable_change([[1.0], [2.0]], [2.0, 3.0, 40.0]).shape == (2, 3)
    assert minimum_detectable_proportion(1e-9, 1e9, 1e9, 40).item() == pytest.approx(
        (40 + stats.norm.ppf(0.8)) * np.sqrt(2e-18), rel=1e-8
    )


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match=r"a share below 1, found level = 1.0"):
        unit_variance(1.0, kind="proportion")
    for kind in ("proportion", "log_proportion", "rate", "log_rate"):
        with pytest.raises(ValueError, match=r"a level above 0, found level = 0.0"):
            unit_variance(0.0, kind=kind)
    with pytest.raises(ValueError, match=r"a standard deviation of at least 0, found level = -1"):
        unit_variance(-1.0, kind="mean")
    with pytest.raises(ValueError, match=r"sizes above 0, found n1 = 0.0, n2 = 4.0"):
        standard_error_at_baseline(1, 0, 4)
    with pytest.raises(ValueError, match=r"a variance above 0, found variance = 0.0"):
        standard_error_at_baseline(0, 4, 4)
    with pytest.raises(ValueError, match=r"a power between 0 and 1, found power = 1.0"):
        detectable_change(1, 2, power=1)
    with pytest.raises(ValueError, match=r"of at least 0, found variance = -1.0"):
        detectable_change(1, 2, variance=-1)
    with pytest.raises(ValueError, match=r"a quantile and a power that exceed chance, found q"):
        detectable_change(1, 0.5, power=0.1)
    with pytest.raises(ValueError, match=r"a variance above 0, found unit = 0.0"):
        settling_size(0, 2, 1)
    with pytest.raises(ValueError, match=r"a margin above 0, found margin = 0.0"):
        settling_size(1, 2, 0)
