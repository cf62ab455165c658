"""Least squares and the dependence of residuals: published values, statsmodels, and symmetries."""

from math import floor

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.stattools import durbin_watson as library_durbin_watson

from baseline_compare.statistics.least_squares import least_squares, newey_west, usual_lags
from baseline_compare.statistics.serial_dependence import (
    durbin_watson,
    effective_size,
    ljung_box,
)

# Longley 1967, J Am Stat Assoc 62:819
EMPLOYMENT = [
    60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761,
    66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551,
]  # fmt: skip
ECONOMY = [
    [83.0, 234289, 2356, 1590, 107608, 1947], [88.5, 259426, 2325, 1456, 108632, 1948],
    [88.2, 258054, 3682, 1616, 109773, 1949], [89.5, 284599, 3351, 1650, 110929, 1950],
    [96.2, 328975, 2099, 3099, 112075, 1951], [98.1, 346999, 1932, 3594, 113270, 1952],
    [99.0, 365385, 1870, 3547, 115094, 1953], [100.0, 363112, 3578, 3350, 116219, 1954],
    [101.2, 397469, 2904, 3048, 117388, 1955], [104.6, 419180, 2822, 2857, 118734, 1956],
    [108.4, 442769, 2936, 2798, 120445, 1957], [110.8, 444546, 4681, 2637, 121950, 1958],
    [112.6, 482704, 3813, 2552, 123366, 1959], [114.2, 502601, 3931, 2514, 125368, 1960],
    [115.7, 518173, 4806, 2572, 127852, 1961], [116.9, 554894, 4007, 2827, 130081, 1962],
]  # fmt: skip

# Greene 1993, Econometric Analysis, 2nd ed., p. 468: investment, national product, interest
INVESTMENT = [
    133.8463653, 152.6358257, 163.7571652, 155.3250696, 161.4974558, 172.0244268, 157.6817933,
    173.3152797, 195.0, 217.3049645, 198.7313173, 163.8445027, 194.8768324, 231.4173509,
    257.013695, 258.842247, 225.2550163, 243.3637389, 200.3576953,
]  # fmt: skip
PRODUCT = [
    876.3226604, 929.3975256, 984.8879625, 1011.3837592, 1058.1536225, 1087.6829128, 1085.5112083,
    1122.3830851, 1185.9, 1254.2789598, 1246.2634689, 1231.5764369, 1298.1713768, 1369.7250982,
    1438.5719984, 1479.5006731, 1475.0028024, 1513.8362201, 1485.4021655,
]  # fmt: skip
INTEREST = [
    2.01518766569, 1.85503366772, 1.27245831092, 1.19364773319, 0.7582797875, 0.72098134238,
    0.58071782463, -0.10633132859, 0.34418289761, 0.69, -0.99269503546, -3.05656934307,
    0.29290881628, -0.36590297718, 0.05550160657, 1.63753224305, 2.59119691592, 4.04885326757,
    5.0038064979,
]  # fmt: skip


def segmented(n=48, before=36):
    time = np.arange(1.0, n + 1)
    after = time > before
    return np.column_stack([np.ones(n), time, after, (time - before) * after])


def errors_of(fit):
    return np.sqrt(np.diagonal(fit.covariance, axis1=-2, axis2=-1))


def test_least_squares_reaches_the_certified_values_of_longley():
    # NIST Statistical Reference Datasets, Longley: nearly dependent columns
    found = least_squares(EMPLOYMENT, np.column_stack([np.ones(16), ECONOMY]))
    coefficients = [
        -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683,
        -1.03322686717359, -0.0511041056535807, 1829.15146461355,
    ]  # fmt: skip
    errors = [
        890420.383607373, 84.9149257747669, 0.0334910077722432, 0.488399681651699,
        0.214274163161675, 0.226073200069370, 455.478499142212,
    ]  # fmt: skip
    assert found.coefficients == pytest.approx(coefficients, rel=1e-8)
    assert errors_of(found) == pytest.approx(errors, rel=1e-8)
    assert found.df == 9


def test_newey_west_reaches_the_published_errors():
    # Greene 1993, p. 468, with four lags, without a correction for the sample; R sandwich
    design = np.column_stack([np.ones(19), PRODUCT, INTEREST])
    found = newey_west(INVESTMENT, design, lags=4, small_sample=False)
    published = [-12.5336006, 0.16913645, -1.00143801]
    assert found.coefficients == pytest.approx(published, abs=6e-8)
    published = [18.9582981, 0.01675079, 3.34237535]
    assert errors_of(found) == pytest.approx(published, abs=6e-8)


@pytest.mark.parametrize(
    ("lags", "small_sample", "errors"),
    [
        (3, True, [0.5064948851, 0.0204652428, 0.4930365935, 0.0508312252]),
        (0, False, [0.3958195696, 0.0166377841, 0.5148752242, 0.05495611]),
    ],
)
def test_newey_west_of_a_segmented_series_is_that_of_r(months, lags, small_sample, errors):
    # Synthetic months, recomputed with R sandwich
    found = newey_west(months, segmented(), lags=lags, small_sample=small_sample)
    coefficients = [21.8403738095, -0.0204003861, 1.7896279689, 0.3719189176]
    assert found.coefficients == pytest.approx(coefficients, abs=6e-11)
    assert errors_of(found) == pytest.approx(errors, abs=6e-11)


def test_the_dependence_of_the_residuals_is_that_of_r(months):
    # Synthetic months; Durbin and Watson 1950, Ljung and Box 1978; R lmtest and stats
    residuals = least_squares(months, segmented()).residuals
    assert durbin_watson(residuals) == pytest.approx(1.4067492381, abs=6e-11)
    found = ljung_box(residuals, 12)
    assert found.statistic == pytest.approx(18.73044871, abs=6e-9)
    assert found.p == pytest.approx(0.0952444803, abs=6e-11)
    assert found.df == 12


def test_effective_sizes_are_those_of_the_formula():
    # Bayley and Hammersley 1946, J R Stat Soc Suppl 8:184, for long series
    assert effective_size([60, 12, 7, 10], [0.5, 0.6, 0, -0.5]).tolist() == pytest.approx(
        [20, 3, 7, 30], rel=1e-15
    )


def test_the_effective_size_is_that_of_the_mean_of_a_long_series():
    n, rho = 20000, 0.7
    apart = np.arange(1, n)
    inflation = 1 + 2 * ((1 - apart / n) * rho**apart).sum()
    assert effective_size(n, rho) == pytest.approx(n / inflation, rel=2e-4)


def test_the_usual_lags_are_those_of_the_rule():
    # From Newey and West 1994: 100 points are the unit of the rule
    assert [usual_lags(n) for n in (2, 24, 48, 99, 100, 101, 300)] == [1, 2, 3, 3, 4, 4, 5]
    assert all(usual_lags(n) == floor(4 * (n / 100) ** (2 / 9)) < n for n in range(2, 500))


def test_least_squares_agrees_with_statsmodels_on_random_series():
    random = np.random.default_rng(1)
    for n, p in [(5, 1), (8, 7), (24, 4), (96, 8)]:
        design = random.normal(size=(n, p))
        series = random.normal(size=(6, n)).cumsum(axis=1)
        found = least_squares(series, design)
        assert found.df == n - p
        for cell, y in enumerate(series):
            library = OLS(y, design).fit()
            assert found.coefficients[cell] == pytest.approx(library.params, rel=1e-9)
            assert found.residuals[cell] == pytest.approx(library.resid, abs=1e-11)
            own = found.covariance[cell]
            assert own == pytest.approx(library.cov_params(), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("small_sample", [False, True])
@pytest.mark.parametrize("lags", [None, 0, 1, 5, 35])
def test_newey_west_agrees_with_statsmodels_on_random_series(lags, small_sample):
    random = np.random.default_rng(2)
    design = segmented(36, 20)
    series = random.normal(size=(6, 36)).cumsum(axis=1)
    found = newey_west(series, design, lags=lags, small_sample=small_sample)
    options = {"maxlags": 3 if lags is None else lags, "use_correction": small_sample}
    for cell, y in enumerate(series):
        library = OLS(y, design).fit(cov_type="HAC", cov_kwds=options)
        assert found.coefficients[cell] == pytest.approx(library.params, rel=1e-9)
        own = found.covariance[cell]
        assert own == pytest.approx(library.cov_params(), rel=1e-8, abs=1e-12)


def test_lags_and_correction_left_out_are_the_usual_ones(months):
    left_out = newey_west(months, segmented())
    assert np.array_equal(
        left_out.covariance, newey_west(months, segmented(), lags=3, small_sample=True).covariance
    )


def test_dependence_agrees_with_statsmodels_on_random_residuals():
    random = np.random.default_rng(3)
    residuals = random.normal(size=(5, 40)) + random.normal(size=(5, 1))
    assert durbin_watson(residuals) == pytest.approx(library_durbin_watson(residuals, axis=1))
    for lags in (1, 4, 39):
        found = ljung_box(residuals, lags)
        for cell, errors in enumerate(residuals):
            library = acorr_ljungbox(errors, [lags]).iloc[0]
            assert found.statistic[cell] == pytest.approx(library["lb_stat"], rel=1e-10)
            assert found.p[cell] == pytest.approx(library["lb_pvalue"], rel=1e-9)


def test_small_p_values_of_dependence_keep_their_digits():
    residuals = np.tile([1.0, -1.0], 60)
    found = ljung_box(residuals, 1)
    expected = 120 * 122 * (119 / 120) ** 2 / 119
    assert found.statistic == pytest.approx(expected, rel=1e-12)
    assert found.p == pytest.approx(stats.chi2.sf(expected, 1), rel=1e-9, abs=0)


def test_residuals_are_orthogonal_to_the_design():
    random = np.random.default_rng(4)
    series = 1e4 + random.normal(size=(3, 2, 48))
    found = least_squares(series, segmented())
    assert found.residuals @ segmented() == pytest.approx(np.zeros((3, 2, 4)), abs=1e-7)
    rebuilt = found.coefficients @ segmented().T + found.residuals
    assert rebuilt == pytest.approx(series, rel=1e-12)


def test_many_series_at_once_are_as_each_by_itself():
    random = np.random.default_rng(5)
    series = random.normal(size=(3, 4, 48)).cumsum(axis=-1)
    fits = (least_squares(series, segmented()), newey_west(series, segmented()))
    watson = durbin_watson(fits[0].residuals)
    box = ljung_box(fits[0].residuals, 6)
    assert watson.shape == box.statistic.shape == box.p.shape == (3, 4)
    for cell in np.ndindex(3, 4):
        alone = (least_squares(series[cell], segmented()), newey_west(series[cell], segmented()))
        for many, one in zip(fits, alone, strict=True):
            assert one.coefficients.shape == (4,)
            assert one.covariance.shape == (4, 4)
            assert many.coefficients[cell] == pytest.approx(one.coefficients, rel=1e-10)
            assert many.covariance[cell] == pytest.approx(one.covariance, rel=1e-10, abs=1e-14)
            assert many.residuals[cell] == pytest.approx(one.residuals, abs=1e-12)
        residuals = alone[0].residuals
        assert watson[cell] == pytest.approx(durbin_watson(residuals), rel=1e-10)
        assert box.p[cell] == pytest.approx(ljung_box(residuals, 6).p, rel=1e-10)


@pytest.mark.parametrize("fit", [least_squares, newey_west])
def test_fits_follow_a_change_of_unit_and_an_added_line(months, fit):
    series, added = np.array(months), np.array([3.0, -0.25, 2.0, 0.5])
    before = fit(series, segmented())
    after = fit(-1000 * series + segmented() @ added, segmented())
    assert after.coefficients == pytest.approx(added - 1000 * before.coefficients, rel=1e-9)
    assert after.covariance == pytest.approx(1e6 * before.covariance, rel=1e-9)
    assert after.residuals == pytest.approx(-1000 * before.residuals, abs=1e-9)
    assert durbin_watson(after.residuals) == pytest.approx(durbin_watson(before.residuals))
    assert ljung_box(after.residuals, 5).p == pytest.approx(ljung_box(before.residuals, 5).p)


@pytest.mark.parametrize("fit", [least_squares, newey_west])
def test_fits_follow_a_change_of_the_columns(months, fit):
    # Months of the calendar instead of 1 to 48, and shares instead of persons
    change = np.array([[1.0, 24000, 0, 0], [0, 1, 0, 0], [0, 0, 1e-6, 0], [0, 0, 0, 1e5]])
    before, after = fit(months, segmented()), fit(months, segmented() @ change)
    back = np.linalg.inv(change)
    assert after.coefficients == pytest.approx(back @ before.coefficients, rel=1e-7)
    expected = back @ before.covariance @ back.T
    assert after.covariance == pytest.approx(expected, rel=1e-6, abs=1e-14)


def test_an_exact_fit_has_no_variance(months):
    random = np.random.default_rng(6)
    series = random.normal(size=(200, 4)) * 10 ** random.uniform(-6, 6, (200, 1)) @ segmented().T
    series[0] = 5.1
    for found in (least_squares(series, segmented()), newey_west(series, segmented())):
        assert not found.residuals.any()
        assert not found.covariance.any()
    close = least_squares(
        series + 1e-9 * np.abs(series).max(axis=1, keepdims=True) * months, segmented()
    )
    assert (errors_of(close) > 0).all()


def test_impossible_designs_are_refused():
    for fit in (least_squares, newey_west):
        with pytest.raises(
            ValueError, match=r"^expected a design of points by columns, found shape \(3,\)$"
        ):
            fit([1, 2, 4], [1, 1, 1])
        with pytest.raises(
            ValueError, match=r"^expected a design of points by columns, found shape \(3, 0\)$"
        ):
            fit([1, 2, 4], np.ones((3, 0)))
        with pytest.raises(
            ValueError, match=r"^expected series of the design's 48 points, found shape \(2, 47\)$"
        ):
            fit(np.ones((2, 47)), segmented())
        with pytest.raises(
            ValueError, match=r"^expected series of the design's 48 points, found shape \(\)$"
        ):
            fit(1.0, segmented())
        with pytest.raises(
            ValueError, match=r"^expected more points than columns, found 2 points and 2 columns$"
        ):
            fit([1, 2], [[1, 0], [1, 1]])
        with pytest.raises(
            ValueError,
            match=r"^expected 2 columns that do not depend on each other, found rank 1$",
        ):
            fit([1, 2, 4], [[1, 3], [1, 3], [1, 3]])
        with pytest.raises(
            ValueError, match=r"^expected finite numbers, found y = nan in cell \(1,\)$"
        ):
            fit([1, np.nan, 4], [[1], [1], [1]])
        with pytest.raises(
            ValueError, match=r"^expected finite numbers, found design = inf in cell \(2, 0\)$"
        ):
            fit([1, 2, 4], [[1], [1], [np.inf]])


def test_a_column_of_rounding_is_no_column(months):
    # The sixth sine of months is 0 at every month but for rounding
    sine = np.sin(2 * np.pi * 6 * np.arange(48) / 12)
    assert sine.any()
    with pytest.raises(ValueError, match=r"^expected 2 columns .*, found rank 1$"):
        least_squares(months, np.column_stack([np.ones(48), sine]))


@pytest.mark.parametrize("lags", [-1, 48])
def test_lags_beyond_the_series_are_refused(months, lags):
    message = rf"^expected lags from 0 to 47 for 48 points, found {lags}$"
    with pytest.raises(ValueError, match=message):
        newey_west(months, segmented(), lags=lags)


def test_impossible_residuals_are_refused():
    with pytest.raises(ValueError, match=r"^expected lags from 1 to 2 for 3 points, found 0$"):
        ljung_box([1, 2, 4], 0)
    with pytest.raises(ValueError, match=r"^expected lags from 1 to 2 for 3 points, found 3$"):
        ljung_box([1, 2, 4], 3)
    for describe in (durbin_watson, lambda residuals: ljung_box(residuals, 1)):
        with pytest.raises(
            ValueError, match=r"^expected at least 2 points on the last axis, found shape \(1,\)$"
        ):
            describe([1])
        with pytest.raises(
            ValueError, match=r"^expected at least 2 points on the last axis, found shape \(\)$"
        ):
            describe(1)
        with pytest.raises(
            ValueError, match=r"^expected finite numbers, found residuals = nan in cell \(0,\)$"
        ):
            describe([np.nan, 1])
    with pytest.raises(
        ValueError,
        match=r"^expected residuals that are not all 0, found sum_of_squares = 0.0 in cell \(1,\)$",
    ):
        durbin_watson([[1, 2], [0, 0]])
    with pytest.raises(
        ValueError,
        match=r"^expected residuals that differ, found sum_of_squares = 0.0 in cell \(1,\)$",
    ):
        ljung_box([[1, 2, 4], [0.1, 0.1, 0.1]], 1)


def test_impossible_effective_sizes_are_refused():
    with pytest.raises(ValueError, match=r"^expected n above 0, found n = 0.0 in cell \(\)$"):
        effective_size(0, 0.5)
    for rho in (-1.0, 1.0):
        message = rf"^expected a correlation between -1 and 1, found rho = {rho} in cell \(\)$"
        with pytest.raises(ValueError, match=message):
            effective_size(12, rho)
