"""Factors of months and waves of a year: values of R, statsmodels, and symmetries."""

from math import cos, pi, sin

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

from baseline_compare.statistics.seasons import harmonics, seasonal_factors


def test_the_factors_of_months_are_those_of_r(months):
    # Synthetic months, classical decomposition by R decompose
    expected = [
        1.009563263, 1.010189291, 1.037917262, 0.990671885, 1.02853256, 1.004075984,
        1.026449288, 1.019481549, 0.984420369, 0.960127719, 0.953181453, 0.975389377,
    ]  # fmt: skip
    assert seasonal_factors(months, period=12) == pytest.approx(expected, abs=6e-10)


@pytest.mark.parametrize(
    ("period", "n"), [(2, 6), (3, 9), (4, 15), (5, 17), (7, 21), (12, 36), (12, 41), (52, 170)]
)
def test_factors_agree_with_statsmodels_on_random_series(period, n):
    series = np.random.default_rng(1).uniform(1, 3, (4, n)).cumsum(axis=1)
    found = seasonal_factors(series, period=period)
    assert found.shape == (4, period)
    for cell, values in enumerate(series):
        library = seasonal_decompose(values, model="multiplicative", period=period)
        assert found[cell] == pytest.approx(library.seasonal[:period], rel=1e-11)


@pytest.mark.parametrize("period", [4, 7, 12])
def test_a_season_on_a_constant_level_is_found_exactly(period):
    random = np.random.default_rng(2)
    season = random.uniform(0.5, 1.5, period)
    season /= season.mean()
    found = seasonal_factors(300 * np.tile(season, 3), period=period)
    assert found == pytest.approx(season, rel=1e-12)


def test_factors_have_mean_one_and_no_unit(months):
    series = np.array(months)
    found = seasonal_factors([series, 1e-6 * series, 1e6 * series], period=12)
    assert found.mean(axis=-1) == pytest.approx(np.ones(3), rel=1e-14)
    assert found[1:] == pytest.approx(np.stack([found[0]] * 2), rel=1e-12)


def test_the_first_factor_belongs_to_the_first_value():
    season = np.array([0.7, 0.9, 1.0, 1.1, 1.3])
    series = np.tile(season, 4)
    for start in range(5):
        found = seasonal_factors(series[start:], period=5)
        assert found == pytest.approx(np.roll(season, -start), rel=1e-12)


def test_many_series_at_once_are_as_each_by_itself():
    series = np.random.default_rng(3).uniform(5, 9, (2, 3, 40))
    found = seasonal_factors(series, period=12)
    assert found.shape == (2, 3, 12)
    for cell in np.ndindex(2, 3):
        assert found[cell] == pytest.approx(seasonal_factors(series[cell], period=12), rel=1e-12)


def test_impossible_seasons_are_refused(months):
    with pytest.raises(
        ValueError, match=r"^expected at least 3 whole years of 12 points, found 35 points$"
    ):
        seasonal_factors(months[:35], period=12)
    with pytest.raises(
        ValueError, match=r"^expected at least 3 whole years of 4 points, found 1 points$"
    ):
        seasonal_factors(5.0, period=4)
    with pytest.raises(ValueError, match=r"^expected a period of at least 2 points, found 1$"):
        seasonal_factors(months, period=1)
    with pytest.raises(
        ValueError, match=r"^expected values above 0, found value = 0.0 in cell \(1, 5\)$"
    ):
        seasonal_factors([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]], period=2)
    with pytest.raises(
        ValueError, match=r"^expected finite numbers, found values = nan in cell \(5,\)$"
    ):
        seasonal_factors([1, 1, 1, 1, 1, np.nan], period=2)


def test_waves_are_sines_and_cosines_in_pairs():
    found = harmonics(np.arange(1, 25) / 12, pairs=3)
    assert found.shape == (24, 6)
    for month in range(1, 25):
        expected = [wave(2 * pi * h * month / 12) for h in (1, 2, 3) for wave in (sin, cos)]
        assert found[month - 1] == pytest.approx(expected, abs=1e-14)


def test_waves_of_a_year_are_orthogonal_and_without_mean():
    columns = np.column_stack([np.ones(12), harmonics(np.arange(12) / 12, pairs=5)])
    expected = np.diag([12.0] + [6.0] * 10)
    assert columns.T @ columns == pytest.approx(expected, abs=1e-13)


def test_whole_years_make_no_difference():
    place = np.array([0.0, 0.125, 0.5, 0.75])  # exact in binary
    for years in (-3, 1, 2022):
        assert np.array_equal(harmonics(place + years, pairs=4), harmonics(place, pairs=4))


def test_no_wave_is_no_column():
    assert harmonics([0.0, 0.5], pairs=0).shape == (2, 0)
    assert harmonics([], pairs=2).shape == (0, 4)


def test_impossible_waves_are_refused():
    with pytest.raises(ValueError, match=r"^expected at least 0 pairs of waves, found -1$"):
        harmonics([0.5], pairs=-1)
    with pytest.raises(
        ValueError, match=r"^expected positions of shape \(n,\), found shape \(1, 2\)$"
    ):
        harmonics([[0.5, 0.6]], pairs=1)
    with pytest.raises(
        ValueError, match=r"^expected finite numbers, found position = nan in cell \(0,\)$"
    ):
        harmonics([np.nan], pairs=1)
