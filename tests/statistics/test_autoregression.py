"""Series with autocorrelated errors: values by R, dense second computations, simulated levels."""

import numpy as np
import pytest
from scipy import optimize, special

from baseline_compare.statistics.autoregression import prais_winsten, reml
from baseline_compare.statistics.least_squares import least_squares
from baseline_compare.statistics.segments import segmented_design

UNEMPLOYMENT = [
    3.8, 5.9, 5.3, 3.3, 3.0, 2.9, 5.5, 4.4, 4.1, 4.3, 6.8, 5.5, 5.5, 6.7, 5.5, 5.7, 5.2, 4.5, 3.8,
    3.8, 3.6, 3.5, 4.9, 5.9, 5.6, 4.9, 5.6, 8.5, 7.7, 7.1, 6.1, 5.8, 7.1, 7.6, 9.7, 9.6, 7.5, 7.2,
    7.0, 6.2, 5.5, 5.3, 5.6, 6.8, 7.5, 6.9, 6.1, 5.6, 5.4,
]  # fmt: skip
INFLATION = [
    8.1, -1.2, 1.3, 7.9, 1.9, 0.8, 0.7, -0.4, 1.5, 3.3, 2.8, 0.7, 1.7, 1.0, 1.0, 1.3, 1.3, 1.6,
    2.9, 3.1, 4.2, 5.5, 5.7, 4.4, 3.2, 6.2, 11.0, 9.1, 5.8, 6.5, 7.6, 11.3, 13.5, 10.3, 6.2, 3.2,
    4.3, 3.6, 1.9, 3.6, 4.1, 4.8, 5.4, 4.2, 3.0, 3.0, 2.6, 2.8, 3.0,
]  # fmt: skip
TIME = np.arange(1.0, 49)
AFTER = (TIME > 36).astype(float)
DESIGN = np.column_stack([np.ones(48), TIME, AFTER, (TIME - 36) * AFTER])


def autoregressive(rng, rho, shape):
    errors = rng.normal(size=(*shape[:-1], shape[-1] + 100))
    for place in range(1, errors.shape[-1]):
        errors[..., place] += rho * errors[..., place - 1]
    return errors[..., 100:]


def dense(y, design, rho):
    """Generalised least squares with the whole matrix of correlations."""
    n, p = design.shape
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    weight = np.linalg.inv(rho**lags / (1 - rho**2))
    inverse = np.linalg.inv(design.T @ weight @ design)
    beta = inverse @ design.T @ weight @ y
    left = y - design @ beta
    return beta, inverse, left, left @ weight @ left / (n - p)


def dense_deviance(y, design, rho, variance):
    n, p = design.shape
    _, inverse, _, mean_square = dense(y, design, rho)
    volume = -np.linalg.slogdet(inverse)[1]
    return (
        (n - p) * np.log(variance) - np.log(1 - rho**2) + volume + (n - p) * mean_square / variance
    )


def second_derivatives(function, point, steps):
    found = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            total = 0.0
            for a in (-1, 1):
                for b in (-1, 1):
                    moved = np.array(point, dtype=float)
                    moved[i] += a * steps[i]
                    moved[j] += b * steps[j]
                    total += a * b * function(*moved)
            found[i, j] = total / (4 * steps[i] * steps[j])
    return found


def test_restricted_likelihood_gives_the_values_of_r(months):
    # R nlme, gls with corAR1 and method "REML"
    fit = reml(months, DESIGN)
    assert fit.rho == pytest.approx(0.389897, abs=2e-6)
    assert fit.coefficients == pytest.approx([21.73155, -0.016087, 1.775418, 0.361039], abs=2e-6)
    assert fit.errors == pytest.approx([0.465751, 0.021671, 0.81382, 0.105154], abs=2e-6)


def test_restricted_likelihood_is_that_of_the_dense_matrix():
    rng = np.random.default_rng(3)
    for rho in (-0.4, 0.0, 0.5, 0.8):
        design = np.column_stack([DESIGN[:30], rng.normal(size=30)])
        design = design[:, [0, 1, 4]]
        y = design @ [3.0, 0.1, -1.0] + autoregressive(rng, rho, (30,))
        fit = reml(y, design)

        def profile(at, y=y, design=design):
            return dense_deviance(y, design, at, dense(y, design, at)[3])

        best = optimize.minimize_scalar(profile, bounds=(-0.99, 0.99), options={"xatol": 1e-10})
        assert fit.rho == pytest.approx(best.x, abs=1e-6)
        beta, inverse, _, variance = dense(y, design, float(fit.rho))
        assert fit.coefficients == pytest.approx(beta, rel=1e-9)
        assert fit.covariance == pytest.approx(variance * inverse, rel=1e-8)


def test_degrees_of_freedom_are_those_of_numerical_derivatives(months):
    y, design = np.array(months[:30]), DESIGN[:30, :2]
    fit = reml(y, design)
    rho = float(fit.rho)
    variance = dense(y, design, rho)[3]
    steps = (1e-4, 1e-4 * variance)
    curve = second_derivatives(lambda r, s: dense_deviance(y, design, r, s), (rho, variance), steps)
    spread = np.linalg.inv(curve / 2)
    for place in range(2):

        def v(r, s, place=place):
            return s * dense(y, design, r)[1][place, place]

        gradient = [
            (v(rho + 1e-5, variance) - v(rho - 1e-5, variance)) / 2e-5,
            v(rho, 1.0),
        ]
        expected = 2 * v(rho, variance) ** 2 / (gradient @ spread @ gradient)
        assert fit.df[place] == pytest.approx(min(max(expected, 1), 28), rel=1e-4)


def test_prais_winsten_is_the_iteration_with_the_dense_matrix():
    rng = np.random.default_rng(4)
    y = DESIGN @ [20.0, 0.1, 2.0, 0.2] + autoregressive(rng, 0.5, (6, 48))
    fits = prais_winsten(y, DESIGN)
    for own, rho, coefficients, covariance in zip(
        y, fits.rho, fits.coefficients, fits.covariance, strict=True
    ):
        at = 0.0
        for _ in range(300):
            _, _, left, _ = dense(own, DESIGN, at)
            at = (left[1:] @ left[:-1]) / (left[:-1] @ left[:-1])
        beta, inverse, _, variance = dense(own, DESIGN, at)
        assert rho == pytest.approx(at, abs=1e-8)
        assert coefficients == pytest.approx(beta, rel=1e-8)
        assert covariance == pytest.approx(variance * inverse, rel=1e-7)
    assert (fits.df == 44).all()


def test_prais_winsten_gives_the_published_phillips_curve():
    # Wooldridge, Introductory Econometrics, example 12.5 (rho .781, slope -.716), to more digits
    # as printed by R prais 1.1: annual inflation on unemployment, United States 1948-1996,
    # Economic Report of the President 2004, tables B-42 and B-64 (public domain)
    fit = prais_winsten(INFLATION, np.column_stack([np.ones(49), UNEMPLOYMENT]))
    assert fit.rho == pytest.approx(0.7805, abs=6e-5)
    assert fit.coefficients == pytest.approx([8.2959, -0.7157], abs=6e-5)
    assert fit.errors == pytest.approx([2.2314, 0.3135], abs=6e-5)


@pytest.mark.parametrize("fit", [reml, prais_winsten])
def test_many_series_at_once_are_each_by_itself(fit):
    rng = np.random.default_rng(5)
    y = 100 + autoregressive(rng, 0.3, (2, 3, 48))
    together = fit(y, DESIGN)
    assert together.rho.shape == (2, 3)
    assert together.df.shape == (2, 3, 4)
    for place in np.ndindex(2, 3):
        alone = fit(y[place], DESIGN)
        for name in ("rho", "coefficients", "covariance", "df", "errors"):
            expected = getattr(alone, name)
            assert getattr(together, name)[place] == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("fit", [reml, prais_winsten])
def test_another_unit_and_another_level_change_coefficients_alike(months, fit):
    y = np.array(months)
    plain, moved = fit(y, DESIGN), fit(1000 * y + 5, DESIGN)
    assert moved.rho == pytest.approx(plain.rho, abs=1e-7)
    assert moved.coefficients[1:] == pytest.approx(1000 * plain.coefficients[1:], rel=1e-6)
    assert moved.coefficients[0] == pytest.approx(1000 * plain.coefficients[0] + 5, rel=1e-6)
    assert moved.df == pytest.approx(plain.df, rel=1e-4)


def test_a_search_that_ends_at_the_edge_gives_finite_numbers():
    walk = np.cumsum(np.random.default_rng(6).normal(size=(50, 40)), axis=1)
    fit = reml(walk, np.column_stack([np.ones(40), np.arange(40) > 20]))
    assert (np.abs(fit.rho) <= 0.999 + 1e-12).all()
    assert fit.rho.max() > 0.95
    assert np.isfinite(fit.errors).all()
    assert ((fit.df >= 1) & (fit.df <= 38)).all()


def test_a_change_of_level_is_claimed_as_often_as_promised():
    # Small copy of the study: 48 points, two harmonics, no change; limits of the method contract
    rng = np.random.default_rng(7)
    design = segmented_design(48, break_after=24, slope=True, position=np.arange(48) / 12, pairs=2)
    for rho, most in ((0.0, 0.06), (0.3, 0.065), (0.6, 0.08)):
        fit = reml(autoregressive(rng, rho, (2000, 48)), design)
        t = np.abs(fit.coefficients[:, 2] / fit.errors[:, 2])
        rejected = (2 * special.stdtr(fit.df[:, 2], -t) < 0.05).mean()
        assert 0.03 < rejected < most + 0.012  # two standard errors of 2,000 runs


@pytest.mark.parametrize("fit", [reml, prais_winsten])
@pytest.mark.parametrize(
    ("y", "design", "told"),
    [
        (
            [1.0, 2.0, 3.0],
            np.ones((4, 1)),
            r"expected series of the design's 4 points, found shape \(3,\)",
        ),
        ([1.0, 2.0], np.eye(2), "expected more points than columns, found 2 points and 2 columns"),
        (
            [1.0, 2.0, 4.0, 3.0],
            np.ones((4, 2)),
            "expected 2 columns that do not depend on each other, found rank 1",
        ),
        (
            [5.0, 5.0, 5.0, 5.0],
            np.ones((4, 1)),
            r"expected series that vary about the model, found spread = .* in cell \(0,\)",
        ),
        ([1.0, np.nan, 2.0, 3.0], np.ones((4, 1)), r"expected finite numbers, found y = nan"),
    ],
)
def test_what_cannot_be_fitted_is_refused(fit, y, design, told):
    with pytest.raises(ValueError, match=told):
        fit(y, design)


@pytest.mark.parametrize("noise", [0.0, 1e-13, 1e-12, 1e-11, 1e-9])
def test_what_least_squares_calls_exact_has_no_autoregression_and_the_rest_has(noise):
    time = np.arange(60.0)
    design = np.column_stack([np.ones(60), time])
    y = 5 + 0.01 * time + noise * np.random.default_rng(1).normal(size=60)
    if np.any(least_squares(y, design).residuals):
        assert np.isfinite(reml(y, design).rho)
    else:
        with pytest.raises(ValueError, match="vary about the model"):
            reml(y, design)
