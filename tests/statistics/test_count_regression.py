"""Regression of counts: published values, statsmodels, closed forms and symmetries."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from baseline_compare.statistics.count_regression import quasi_poisson
from baseline_compare.statistics.seasons import harmonics

Q = stats.norm.isf(0.025)

# Synthetic: 24 months of counts, the rate changes after month 12
COUNTS = [
    30, 42, 45, 46, 39, 35, 44, 42, 47, 44, 47, 47, 33, 32, 24, 33, 37, 40, 37, 25, 29, 43, 31, 30,
]  # fmt: skip
PERSONS = np.repeat([5000.0, 5200.0], 12)


def step_and_trend(n=24, before=12):
    time = np.arange(1.0, n + 1)
    return np.column_stack([np.ones(n), time > before, time])


def ratio(fit, covariance, column=1):
    centre = fit.coefficients[column]
    reach = Q * np.sqrt(covariance[column, column])
    return np.exp([centre, centre - reach, centre + reach])


def library_fit(counts, design, exposure):
    model = GLM(counts, design, family=families.Poisson(), exposure=exposure)
    return model.fit(scale="X2", tol=1e-14, maxiter=200)


def random_series(seed, size=8, n=24):
    random = np.random.default_rng(seed)
    exposure = random.uniform(500, 2000, (size, n))
    level = 10 ** random.uniform(-3, 1, (size, 1))
    noise = random.gamma(3, 1 / 3, (size, n))
    return random.poisson(exposure * level * noise).astype(float), exposure


def test_coefficients_errors_and_dispersion_are_the_published_ones():
    # Dobson 1990, An Introduction to Generalized Linear Models, p. 93, as in R's help of glm
    outcome, treatment = np.tile(np.arange(3), 3), np.repeat(np.arange(3), 3)
    columns = [np.ones(9), outcome == 1, outcome == 2, treatment == 1, treatment == 2]
    found = quasi_poisson([18, 17, 15, 20, 10, 20, 25, 13, 12], np.column_stack(columns))
    published = [3.044522, -0.4542553, -0.2929871, 0, 0]
    assert found.coefficients == pytest.approx(published, abs=6e-7)
    errors = [0.1708987, 0.2021708, 0.1927423, 0.2, 0.2]
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(errors, abs=6e-8)
    assert found.dispersion == pytest.approx(1.2933, abs=6e-5)
    assert found.df == 4


def test_the_step_of_a_poisson_series_is_that_of_r():
    # Model of Lopez Bernal, Cummins and Gasparrini 2017, IJE 46:348; synthetic, R glm
    found = quasi_poisson(COUNTS, step_and_trend(), exposure=PERSONS)
    expected = [0.637812197, 0.490621546, 0.829161298]
    assert ratio(found, found.covariance) == pytest.approx(expected, abs=6e-10)


def test_the_step_of_a_quasi_poisson_series_is_that_of_r():
    # As above, with the dispersion
    found = quasi_poisson(COUNTS, step_and_trend(), exposure=PERSONS)
    assert found.dispersion == pytest.approx(0.781475, abs=6e-7)
    expected = [0.637812, 0.505782, 0.804308]
    assert ratio(found, found.quasi_covariance) == pytest.approx(expected, abs=2e-6)


def test_the_step_of_a_quasi_poisson_series_with_a_season_is_that_of_r():
    # As above, with two waves of the year
    waves = harmonics(np.arange(1, 25) / 12, pairs=2)
    design = np.column_stack([step_and_trend(), waves])
    found = quasi_poisson(COUNTS, design, exposure=PERSONS)
    assert found.dispersion == pytest.approx(0.893664, abs=6e-7)
    expected = [0.651966, 0.396322, 1.072512]
    assert ratio(found, found.quasi_covariance) == pytest.approx(expected, abs=2e-6)
    assert found.df == 17


@pytest.mark.parametrize("pairs", [0, 2])
def test_fits_agree_with_statsmodels_on_random_series(pairs):
    counts, exposure = random_series(1)
    waves = harmonics(np.arange(24) / 12, pairs=pairs)
    design = np.column_stack([step_and_trend(), waves])
    found = quasi_poisson(counts, design, exposure=exposure)
    for cell in range(len(counts)):
        library = library_fit(counts[cell], design, exposure[cell])
        assert found.coefficients[cell] == pytest.approx(library.params, rel=1e-8, abs=1e-9)
        assert found.dispersion[cell] == pytest.approx(library.scale, rel=1e-8)
        own, other = found.quasi_covariance[cell], library.cov_params()
        assert own == pytest.approx(other, rel=1e-6, abs=1e-9 * np.abs(other).max())


def test_sparse_series_agree_with_statsmodels():
    random = np.random.default_rng(2)
    counts = random.poisson(0.3, (40, 24)).astype(float)
    counts[:, [2, 5, 15, 20]] += 1
    found = quasi_poisson(counts, step_and_trend())
    for cell in range(40):
        library = library_fit(counts[cell], step_and_trend(), np.ones(24))
        assert found.coefficients[cell] == pytest.approx(library.params, rel=1e-7, abs=1e-8)


def test_a_level_alone_has_a_closed_form():
    counts, exposure = random_series(3)
    found = quasi_poisson(counts, np.ones((24, 1)), exposure=exposure)
    rate = counts.sum(axis=1) / exposure.sum(axis=1)
    assert found.coefficients[:, 0] == pytest.approx(np.log(rate), rel=1e-11)
    assert found.covariance[:, 0, 0] == pytest.approx(1 / counts.sum(axis=1), rel=1e-11)
    fitted = rate[:, None] * exposure
    pearson = ((counts - fitted) ** 2 / fitted).sum(axis=1)
    assert found.dispersion == pytest.approx(pearson / 23, rel=1e-11)


def test_fitted_and_observed_counts_have_the_same_sums_over_every_column():
    counts, exposure = random_series(4, size=30)
    found = quasi_poisson(counts, step_and_trend(), exposure=exposure)
    fitted = exposure * np.exp(found.coefficients @ step_and_trend().T)
    assert fitted @ step_and_trend() == pytest.approx(counts @ step_and_trend(), rel=1e-10)


def test_many_series_at_once_are_as_each_by_itself():
    counts, exposure = random_series(5, size=12)
    counts, exposure = counts.reshape(3, 4, 24), exposure.reshape(3, 4, 24)
    counts[0, 0] = [0] * 11 + [900, 1] + [0] * 11  # takes more rounds than the others
    found = quasi_poisson(counts, step_and_trend(), exposure=exposure)
    assert found.dispersion.shape == (3, 4)
    for cell in np.ndindex(3, 4):
        one = quasi_poisson(counts[cell], step_and_trend(), exposure=exposure[cell])
        assert one.coefficients.shape == (3,)
        assert one.covariance.shape == one.quasi_covariance.shape == (3, 3)
        assert one.dispersion.shape == ()
        assert found.coefficients[cell] == pytest.approx(one.coefficients, rel=1e-9)
        assert found.covariance[cell] == pytest.approx(one.covariance, rel=1e-9)
        assert found.dispersion[cell] == pytest.approx(one.dispersion, rel=1e-9)
        quasi = one.dispersion * one.covariance
        assert found.quasi_covariance[cell] == pytest.approx(quasi, rel=1e-9)


def test_one_exposure_serves_many_series_and_many_exposures_one_series():
    counts, exposure = random_series(6, size=3)
    common = quasi_poisson(counts, step_and_trend(), exposure=exposure[0])
    each = quasi_poisson(counts, step_and_trend(), exposure=np.tile(exposure[0], (3, 1)))
    assert np.array_equal(common.coefficients, each.coefficients)
    many = quasi_poisson(counts[0], step_and_trend(), exposure=exposure)
    assert many.coefficients.shape == (3, 3)
    last = quasi_poisson(counts[0], step_and_trend(), exposure=exposure[2])
    assert many.coefficients[2] == pytest.approx(last.coefficients, rel=1e-9)


def test_a_larger_exposure_moves_the_level_alone():
    before = quasi_poisson(COUNTS, step_and_trend(), exposure=PERSONS)
    after = quasi_poisson(COUNTS, step_and_trend(), exposure=1000 * PERSONS)
    level = [np.log(1000), 0, 0]
    assert after.coefficients == pytest.approx(before.coefficients - level, rel=1e-9)
    assert after.covariance == pytest.approx(before.covariance, rel=1e-9)
    assert after.dispersion == pytest.approx(before.dispersion, rel=1e-10)


def test_counts_in_batches_leave_the_quasi_covariance_as_it_is():
    before = quasi_poisson(COUNTS, step_and_trend(), exposure=PERSONS)
    after = quasi_poisson(100 * np.array(COUNTS), step_and_trend(), exposure=100 * PERSONS)
    assert after.coefficients == pytest.approx(before.coefficients, rel=1e-9)
    assert after.covariance == pytest.approx(before.covariance / 100, rel=1e-9)
    assert after.dispersion == pytest.approx(100 * before.dispersion, rel=1e-9)
    assert after.quasi_covariance == pytest.approx(before.quasi_covariance, rel=1e-9)


def test_a_calendar_on_the_time_axis_changes_the_level_alone():
    calendar = step_and_trend()
    calendar[:, 2] += 12 * 2021
    before = quasi_poisson(COUNTS, step_and_trend(), exposure=PERSONS)
    after = quasi_poisson(COUNTS, calendar, exposure=PERSONS)
    assert after.coefficients[1:] == pytest.approx(before.coefficients[1:], rel=1e-8)
    own, expected = after.covariance[1:, 1:], before.covariance[1:, 1:]
    assert own == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("counts", "degree"),
    [
        ([1000, 100000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 1),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1000], 1),
        ([10**9, 0, 10**9, 0, 1, 0, 0, 0, 0, 0, 10**9, 0], 1),
        ([0, 0, 0, 0, 379, 0, 5, 0], 3),  # full steps of Newton's method overflow
    ],
)
def test_wild_series_reach_the_maximum(counts, degree):
    design = np.vander(np.arange(len(counts)), degree + 1, increasing=True)
    found = quasi_poisson(counts, design)
    fitted = np.exp(design @ found.coefficients)
    assert fitted @ design == pytest.approx(np.array(counts) @ design, rel=1e-9)
    assert np.isfinite(found.dispersion)


def test_exact_counts_have_no_dispersion():
    coefficients = np.array([3.0, -0.4, 0.05])
    found = quasi_poisson(np.exp(step_and_trend() @ coefficients), step_and_trend())
    assert found.coefficients == pytest.approx(coefficients, rel=1e-12)
    assert found.dispersion == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("size", [1, 10**7])
def test_a_series_without_a_count_after_the_break_is_refused(size):
    counts = size * np.array([COUNTS, [3] * 12 + [0] * 12])
    message = (
        r"^expected counts that determine every coefficient, "
        rf"found total = {36.0 * size} in cell \(1,\)$"
    )
    with pytest.raises(ValueError, match=message):
        quasi_poisson(counts, step_and_trend())


@pytest.mark.parametrize(("counts", "degree"), [([7] + [0] * 11, 1), ([0] * 4 + [7] + [0] * 4, 3)])
def test_a_series_with_a_count_in_one_month_alone_is_refused(counts, degree):
    design = np.vander(np.arange(len(counts)), degree + 1, increasing=True)
    message = r"^expected counts that determine every coefficient, found total = 7.0 in cell \(\)$"
    with pytest.raises(ValueError, match=message):
        quasi_poisson(counts, design)


def test_impossible_counts_are_refused():
    level = np.ones((3, 1))
    with pytest.raises(
        ValueError, match=r"^expected counts of at least 0, found count = -1.0 in cell \(1,\)$"
    ):
        quasi_poisson([3, -1, 4], level)
    with pytest.raises(
        ValueError, match=r"^expected an exposure above 0, found exposure = 0.0 in cell \(2,\)$"
    ):
        quasi_poisson([3, 1, 4], level, exposure=[1, 1, 0])
    with pytest.raises(
        ValueError,
        match=r"^expected a series with a count above 0, found total = 0.0 in cell \(1,\)$",
    ):
        quasi_poisson([[3, 1, 4], [0, 0, 0]], level)
    with pytest.raises(
        ValueError, match=r"^expected finite numbers, found counts = nan in cell \(0,\)$"
    ):
        quasi_poisson([np.nan, 1, 4], level)
    with pytest.raises(
        ValueError, match=r"^expected finite numbers, found exposure = inf in cell \(\)$"
    ):
        quasi_poisson([3, 1, 4], level, exposure=np.inf)


def test_impossible_designs_are_refused():
    with pytest.raises(
        ValueError, match=r"^expected series of the design's 24 points, found shape \(23,\)$"
    ):
        quasi_poisson(COUNTS[:23], step_and_trend())
    with pytest.raises(
        ValueError, match=r"^expected more points than columns, found 3 points and 3 columns$"
    ):
        quasi_poisson([3, 1, 4], np.eye(3))
    with pytest.raises(
        ValueError, match=r"^expected 4 columns that do not depend on each other, found rank 3$"
    ):
        quasi_poisson(COUNTS, np.column_stack([step_and_trend(), np.ones(24)]))
