"""Variance beyond counting: published meta-analysis, definitions, simulated worlds."""

import itertools

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from baseline_compare.statistics.dispersion import (
    area_variance,
    common_variance,
    disjoint_pairs,
    local_df,
    local_variance,
    own_change_df,
)

BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
        [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892],
        [29, 7470, 45, 7232], [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)  # fmt: skip
"""Tuberculosis (yes, no) with and without vaccine in 13 trials, Colditz et al. 1994."""


def bcg():
    x1, other1, x2, other2 = BCG.T
    change = np.log(x1 / (x1 + other1)) - np.log(x2 / (x2 + other2))
    return change, 1 / x1 - 1 / (x1 + other1) + 1 / x2 - 1 / (x2 + other2)


def test_the_thirteen_trials_give_the_published_variance():
    found = local_variance(*bcg())  # DerSimonian and Laird 1986; R metafor
    assert found.tau2 == pytest.approx(0.3087602629, abs=1e-9)
    assert found.cochran_q == pytest.approx(152.2330081, abs=1e-7)
    assert found.mean == pytest.approx(-0.7141172221, abs=1e-9)
    reach = 1.959963984540054 * np.sqrt(found.mean_variance)
    assert found.mean - reach == pytest.approx(-1.06444528, abs=1e-8)
    assert found.mean + reach == pytest.approx(-0.3637891641, abs=1e-9)
    assert found.phi == pytest.approx(152.2330081 / 12, abs=1e-7)
    assert found.areas == 13


def test_one_pair_agrees_with_statsmodels():
    rng = np.random.default_rng(177)
    for _ in range(300):
        size = int(rng.integers(2, 40))
        variance = rng.uniform(1e-4, 1, size) ** 2
        change = rng.normal(rng.normal(), np.sqrt(variance + rng.uniform(0, 0.3)))
        found = local_variance(change, variance)
        with np.errstate(invalid="ignore"):  # it takes roots of negative tau2
            known = combine_effects(change, variance, method_re="dl")
        mean = known.mean_effect_re if known.tau2 > 0 else known.mean_effect_fe
        assert found.tau2 == pytest.approx(max(0.0, known.tau2), rel=1e-9, abs=1e-12)
        assert found.cochran_q == pytest.approx(known.q, rel=1e-9)
        assert found.mean == pytest.approx(mean, rel=1e-9, abs=1e-12)


def plain(change, variance, present):
    """Sum the moments cell by cell."""
    top = bottom = spread = freedom = 0.0
    for y, s2, used in zip(change, variance, present, strict=True):
        w = 1 / s2[used]
        if w.size > 1:
            middle = (w * y[used]).sum() / w.sum()
            q = (w * (y[used] - middle) ** 2).sum()
            top += q - (w.size - 1)
            bottom += w.sum() - (w**2).sum() / w.sum()
            spread, freedom = spread + q, freedom + w.size - 1
    tau2 = max(0.0, top / bottom)
    means = [
        np.average(y[used], weights=1 / (s2[used] + tau2)) if used.any() else 0.0
        for y, s2, used in zip(change, variance, present, strict=True)
    ]
    return tau2, spread / freedom, np.array(means)


def test_pairs_and_indicators_are_pooled_and_absent_cells_are_not_read():
    rng = np.random.default_rng(347)
    for _ in range(200):
        shape = tuple(rng.integers(2, 6, 3))
        variance = rng.uniform(0.01, 1, shape)
        change = rng.normal(0.1, np.sqrt(variance + 0.1))
        present = rng.uniform(size=shape) < 0.6
        present[0, 0, :2] = True
        flat = [array.reshape(-1, shape[-1]) for array in (change, variance, present)]
        expected = plain(*flat)
        change[~present], variance[~present] = np.nan, 0.0
        found = local_variance(change, variance, present=present)
        assert found.tau2 == pytest.approx(expected[0], rel=1e-9)
        assert found.phi == pytest.approx(expected[1], rel=1e-9)
        assert found.mean.ravel() == pytest.approx(expected[2], rel=1e-9, abs=1e-14)
        assert found.areas.tolist() == present.sum(axis=-1).tolist()
        assert found.mean.shape == found.cochran_q.shape == shape[:2]


def test_an_absent_pair_counts_neither_for_the_local_nor_for_the_common_variance():
    change = [[0.1, -0.2, 0.4], [0.3, 0.1, 0.2], [np.nan] * 3]
    present = np.isfinite(change)
    whole = local_variance(change, np.full((3, 3), 0.01), present=present)
    part = local_variance(change[:2], np.full((2, 3), 0.01))
    assert whole.tau2 == part.tau2
    assert common_variance(whole) == common_variance(part)
    assert whole.mean[2] == whole.mean_variance[2] == whole.cochran_q[2] == 0.0


def test_the_common_variance_is_that_of_each_indicator_about_zero():
    rng = np.random.default_rng(21)
    change, variance = rng.normal(0.2, 0.1, (4, 3, 18)), rng.uniform(0.001, 0.01, (4, 3, 18))
    found = local_variance(change, variance)
    weight = 1 / (variance + found.tau2)
    means = (weight * change).sum(axis=-1) / weight.sum(axis=-1)
    assert common_variance(found) == pytest.approx((means**2).mean(axis=-1), rel=1e-12)
    flat = local_variance(change.reshape(12, 18), variance.reshape(12, 18))
    assert common_variance(flat) == pytest.approx((means**2).mean(), rel=1e-12)


def test_a_change_of_unit_scales_the_variances_and_leaves_the_dispersion():
    change, variance = bcg()
    one, two = local_variance(change, variance), local_variance(1000 * change, 1e6 * variance)
    assert two.tau2 == pytest.approx(1e6 * one.tau2, rel=1e-12)
    assert two.phi == pytest.approx(one.phi, rel=1e-12)
    back = local_variance(-change, variance)
    assert back.tau2 == pytest.approx(one.tau2, rel=1e-12)
    assert back.mean == pytest.approx(-one.mean, rel=1e-12)


def test_counting_alone_gives_no_variance_and_a_known_variance_is_found():
    rng = np.random.default_rng(1995)
    variance = rng.uniform(0.0005, 0.002, (40, 3, 21))
    nothing = rng.normal(0, np.sqrt(variance))
    assert local_variance(nothing, variance).phi == pytest.approx(1, abs=0.1)
    found = local_variance(nothing + rng.normal(0, 0.03, variance.shape), variance)
    assert found.tau2 == pytest.approx(0.03**2, rel=0.1)
    assert local_variance([0.1, 0.1, 0.1], [1.0, 2.0, 3.0]).tau2 == 0.0


def test_an_area_made_of_equal_parts_has_the_variance_of_their_mean():
    assert area_variance(0.9, np.full(9, 1 / 9)) == pytest.approx(0.1, rel=1e-12)
    assert area_variance([0.9, 0.3], [[1, 0], [0.25, 0.75]]) == pytest.approx([0.9, 0.1875])
    assert area_variance(0, [1]) == 0


def test_degrees_of_freedom_are_areas_times_pairs_times_indicators():
    assert local_df(21, 2, 10) == 400
    assert local_df([18, 5], 1).tolist() == [17, 4]


def test_a_few_pairs_of_years_limit_an_own_change():
    found = own_change_df(0.001, [0.001, 0.0, 0.002, 0.0], 40, [0.003, 0.003, 0.0, 0.0], 3)
    by_hand = [
        0.005**2 / (0.001**2 / 40 + 0.003**2 / 3),
        0.004**2 / (0.003**2 / 3),
        40.0,
        40.0,
    ]
    assert found == pytest.approx(by_hand, rel=1e-12)
    assert own_change_df(0.0, 0.0, 17, 0.5, 3) == pytest.approx(3, rel=1e-12)


def test_disjoint_pairs_are_the_most_that_share_no_year():
    rng = np.random.default_rng(3)
    for _ in range(300):
        years = list(range(2010, 2010 + int(rng.integers(2, 7))))
        pairs = list(itertools.combinations(years, 2))
        size = int(rng.integers(0, min(len(pairs), 8) + 1))
        chosen = [pairs[k] for k in rng.choice(len(pairs), size, replace=False)]
        most = max(
            len(part)
            for number in range(len(chosen) + 1)
            for part in itertools.combinations(chosen, number)
            if len({year for pair in part for year in pair}) == 2 * number
        )
        assert disjoint_pairs(chosen) == most


def test_disjoint_pairs_of_long_series_are_found_at_once(within):
    with within(2):
        assert disjoint_pairs([(year, year + 1) for year in range(1900, 2022)]) == 61
        assert disjoint_pairs([(year, year + 3) for year in range(1900, 2000)]) == 51
        assert disjoint_pairs([(2019, 2020), (2020, 2019)]) == 1


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match=r"variances above 0, found variance = 0.0 in cell \(1,\)"):
        local_variance([1.0, 2.0], [1.0, 0.0])
    with pytest.raises(ValueError, match=r"finite numbers, found change = nan in cell \(0,\)"):
        local_variance([np.nan, 2.0], [1.0, 1.0])
    with pytest.raises(ValueError, match=r"a pair of years with at least 2 areas, found shape"):
        local_variance([[1.0, 2.0]], 1.0, present=[[True, False]])
    with pytest.raises(ValueError, match=r"\(\.\.\., pairs, areas\), found areas alone"):
        common_variance(local_variance(*bcg()))
    empty = local_variance(np.ones((2, 1, 2)), 1.0, present=[[[True, True]], [[False, False]]])
    with pytest.raises(ValueError, match=r"a pair of years for every indicator.* in cell \(1,\)"):
        common_variance(empty)
    with pytest.raises(ValueError, match=r"shares that add up to 1, found sum = 0.9"):
        area_variance(1, [0.5, 0.4])
    with pytest.raises(ValueError, match=r"shares of at least 0, found shares = -1.0"):
        area_variance(1, [2, -1])
    with pytest.raises(ValueError, match=r"a variance of at least 0, found tau2 = -1.0"):
        area_variance(-1, [1])
    with pytest.raises(ValueError, match=r"at least 2 areas, found areas = 1.0"):
        local_df(1, 2)
    with pytest.raises(ValueError, match=r"a pair and an indicator, found pairs = 0.0"):
        local_df(5, 0)
    with pytest.raises(ValueError, match=r"variances of at least 0, found sigma2_common = -1.0"):
        own_change_df(1, 1, 4, -1, 3)
    with pytest.raises(ValueError, match=r"at least 1, found df_local = 4.0, pairs = 0.0"):
        own_change_df(1, 1, 4, 1, 0)
    with pytest.raises(ValueError, match=r"two different years, found \(2020, 2020\)"):
        disjoint_pairs([(2019, 2020), (2020, 2020)])
