"""What every score interval keeps: roots, coherence with its p-value, swaps, units and edges."""

from functools import partial

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics import scores, skewness

Z = stats.norm.isf(0.025)
ALPHAS = np.array([0.3, 0.1, 0.05, 0.01, 0.002, 1e-5])


def laud(function, distribution):
    return partial(function, distribution=distribution)


# name: interval, p-value, scale, distribution, N/(N-1), skewness
METHODS = {
    "mn difference": (
        scores.miettinen_nurminen_difference,
        scores.miettinen_nurminen_p,
        "difference",
        "binomial",
        True,
        False,
    ),
    "mn ratio": (
        scores.miettinen_nurminen_ratio,
        scores.miettinen_nurminen_p,
        "ratio",
        "binomial",
        True,
        False,
    ),
    "koopman": (scores.koopman_ratio, scores.koopman_p, "ratio", "binomial", False, False),
    "rate difference": (
        scores.rate_difference_score,
        scores.rate_score_p,
        "difference",
        "poisson",
        False,
        False,
    ),
    "rate ratio": (scores.rate_ratio_score, scores.rate_score_p, "ratio", "poisson", False, False),
} | {
    f"laud {distribution} {scale}": (
        laud(function, distribution),
        laud(skewness.laud_p, distribution),
        scale,
        distribution,
        distribution == "binomial",
        True,
    )
    for distribution in ("binomial", "poisson")
    for scale, function in (
        ("difference", skewness.laud_difference),
        ("ratio", skewness.laud_ratio),
    )
}
every_method = pytest.mark.parametrize("name", METHODS)


def tables(seed, size, largest=20_000.0):
    """Random tables with many cells at and near 0 and n, and very unequal groups."""
    random = np.random.default_rng(seed)
    columns = []
    for _ in range(2):
        n = np.floor(np.exp(random.uniform(np.log(5), np.log(largest), size)))
        share = random.beta(0.5, 0.5, size) ** random.choice([1, 3], size)
        x = random.binomial(n.astype(int), share).astype(float)
        near = random.integers(0, 4, size).astype(float)
        x = np.where(random.random(size) < 0.15, np.minimum(near, n), x)
        x = np.where(random.random(size) < 0.15, np.maximum(n - near, 0), x)
        columns += [x, n]
    return columns


def fitted(scale, distribution, contrast, x1, n1, x2, n2):
    """Constrained proportions or rates by bisection of the derivative of the log-likelihood."""
    one = np.ones_like(x1)
    if scale == "difference":
        low = np.maximum(0.0, -contrast)
        top = one if distribution == "binomial" else 2 * (x1 / n1 + x2 / n2 + 1 / n1 + 1 / n2) + low
        high = np.minimum(top, top - contrast) if distribution == "binomial" else top

        def second(p):
            return p + contrast
    else:
        low = 0 * one
        top = one if distribution == "binomial" else 2 * (x1 / n1 + x2 / n2 / contrast + 1 / n1)
        high = np.minimum(one, 1 / contrast) if distribution == "binomial" else top

        def second(p):
            return p * contrast

    weight = one if scale == "difference" else contrast
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(200):
            middle = (low + high) / 2
            p1, p2 = middle, second(middle)
            slope = np.where(x1 > 0, x1 / p1, 0) + np.where(x2 > 0, weight * x2 / p2, 0)
            if distribution == "binomial":
                slope -= np.where(n1 > x1, (n1 - x1) / (1 - p1), 0)
                slope -= np.where(n2 > x2, weight * (n2 - x2) / (1 - p2), 0)
            else:
                slope -= n1 + weight * n2
            low, high = np.where(slope > 0, middle, low), np.where(slope > 0, high, middle)
    return middle, second(middle)


def departure(name, contrast, cells, q):
    """(score - skewness term) / standard error, by moments of scipy's distributions."""
    _, _, scale, distribution, small_sample, skewed = METHODS[name]
    x1, n1, x2, n2 = cells
    p1, p2 = fitted(scale, distribution, contrast, *cells)
    weight = 1.0 if scale == "difference" else contrast
    score = x2 / n2 - weight * x1 / n1 - (contrast if scale == "difference" else 0)
    if distribution == "binomial":
        second, first = stats.binom(n2, p2), stats.binom(n1, p1)
    else:
        second, first = stats.poisson(n2 * p2), stats.poisson(n1 * p1)
    variance = second.var() / n2**2 + weight**2 * first.var() / n1**2
    third = second.stats("s") * second.var() ** 1.5 / n2**3
    third = third - weight**3 * first.stats("s") * first.var() ** 1.5 / n1**3
    if small_sample:
        variance = variance * (n1 + n2) / (n1 + n2 - 1)
    z = score / np.sqrt(variance)
    return z - (q**2 - 1) * third / (6 * variance**1.5) if skewed else z


@every_method
def test_the_limits_are_where_the_statistic_crosses_q(name):
    interval, _, scale, *_ = METHODS[name]
    for seed, q, largest in ((1, Z, 20_000.0), (2, 3.09, 300.0), (3, 1.2, 1e6)):
        cells = tables(seed, 600, largest)
        inner = (cells[0] > 0) & (cells[2] > 0) & (cells[0] < cells[1]) & (cells[2] < cells[3])
        cells = [column[inner] for column in cells]
        found = interval(*cells, q)
        ends = (-1.0, 1.0) if scale == "difference" else (0.0, np.inf)
        for limit, aim in ((found.lower, q), (found.upper, -q)):
            inside = (limit > ends[0]) & (limit < ends[1]) & np.isfinite(found.upper)
            inside &= found.lower > ends[0]
            if scale == "difference":
                near = 1e-7 * (found.upper - found.lower)[inside]
                low, high = limit[inside] - near, limit[inside] + near
            else:
                near = np.exp(1e-7 * np.log(found.upper[inside] / found.lower[inside]))
                low, high = limit[inside] / near, limit[inside] * near
            part = [column[inside] for column in cells]
            before, after = (departure(name, contrast, part, q) - aim for contrast in (low, high))
            assert inside.sum() > 100
            assert (before > 0).all()
            assert (after < 0).all()


@every_method
def test_the_interval_excludes_no_change_exactly_where_p_is_below_alpha(name):
    interval, p_value, scale, *_ = METHODS[name]
    neutral = 0.0 if scale == "difference" else 1.0
    x1, x2, alpha = np.meshgrid(np.arange(41.0), np.arange(21.0), ALPHAS, indexing="ij")
    grid = (x1, np.full_like(x1, 40.0), x2, np.full_like(x1, 20.0))
    random = tables(4, 40_000)
    levels = np.random.default_rng(5).choice(ALPHAS, 40_000)
    for cells, level in ((grid, alpha), (random, levels)):
        found = interval(*cells, stats.norm.isf(level / 2))
        excluded = (found.lower > neutral) | (found.upper < neutral)
        rejected = p_value(*cells) < level
        assert np.count_nonzero(excluded != rejected) == 0
        assert excluded.mean() > 0.1


@every_method
def test_swapping_the_periods_turns_the_interval_round(name):
    interval, p_value, scale, *_ = METHODS[name]
    x1, n1, x2, n2 = tables(6, 4000)
    one, two = interval(x1, n1, x2, n2, Z), interval(x2, n2, x1, n1, Z)
    if scale == "difference":
        np.testing.assert_allclose(one.lower, -two.upper, rtol=1e-8, atol=1e-14)
        np.testing.assert_allclose(one.upper, -two.lower, rtol=1e-8, atol=1e-14)
    else:
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(one.lower, 1 / two.upper, rtol=1e-8)
            np.testing.assert_allclose(one.upper, 1 / two.lower, rtol=1e-8)
    np.testing.assert_allclose(p_value(x1, n1, x2, n2), p_value(x2, n2, x1, n1), rtol=1e-11)


@pytest.mark.parametrize("name", ["mn difference", "laud binomial difference"])
def test_counting_the_others_mirrors_a_difference(name):
    interval = METHODS[name][0]
    x1, n1, x2, n2 = tables(7, 4000)
    one, two = interval(x1, n1, x2, n2, Z), interval(n1 - x1, n1, n2 - x2, n2, Z)
    np.testing.assert_allclose(one.lower, -two.upper, rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(one.upper, -two.lower, rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("name", [name for name, row in METHODS.items() if row[3] == "poisson"])
def test_the_unit_of_exposure_scales_rates(name):
    interval, p_value, scale, *_ = METHODS[name]
    x1, t1, x2, t2 = tables(8, 2000)
    one, two = interval(x1, t1, x2, t2, Z), interval(x1, t1 / 1e5, x2, t2 / 1e5, Z)
    factor = 1e5 if scale == "difference" else 1.0
    np.testing.assert_allclose(one.lower * factor, two.lower, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(one.upper * factor, two.upper, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(
        p_value(x1, t1, x2, t2), p_value(x1, t1 / 1e5, x2, t2 / 1e5), rtol=1e-9
    )


@every_method
def test_a_larger_q_never_narrows_the_interval(name):
    interval = METHODS[name][0]
    cells = [column[:, None] for column in tables(9, 400)]
    found = interval(*cells, np.array([1.0, 1.2, 1.96, 2.6, 3.3, 5.0, 9.0, 20.0, 40.0]))
    slack = 1e-12
    finite = np.where(np.isfinite(found.upper), found.upper, 1e308)
    assert (np.diff(found.lower) <= slack * np.abs(found.lower[:, 1:])).all()
    assert (np.diff(finite) >= -slack * np.abs(finite[:, :-1])).all()


@every_method
def test_the_ends_of_a_table_give_the_ends_of_the_range(name):
    interval, _, scale, distribution, *_ = METHODS[name]
    found = interval([0, 3, 0], 10, [4, 0, 0], 20, Z)
    assert not np.isnan([found.lower, found.upper]).any()
    if scale == "ratio":
        assert np.isinf(found.upper).tolist() == [True, False, True]
        assert (found.lower == 0).tolist() == [False, True, True]
    elif distribution == "binomial":
        full = interval([0, 10], 10, [20, 0], 20, Z)
        assert (full.upper[0], full.lower[1]) == (1.0, -1.0)
        assert full.lower[0] > 0.6
        assert full.upper[1] < -0.6
    else:
        assert np.isfinite([found.lower, found.upper]).all()


@every_method
def test_a_thousand_million_persons_are_no_trouble(name):
    interval, p_value, scale, *_ = METHODS[name]
    n = 1e9
    found = interval([2e8, 2e8, 3, 5e8], n, [2e8, 2.001e8, 5, 4.999e8], n, Z)
    error = np.sqrt(0.2 * 0.8 * 2 / n if "binomial" in METHODS[name] else 0.2 * 2 / n)
    middle = 0.0 if scale == "difference" else 1.0
    expected = Z * error if scale == "difference" else np.exp(Z * error / 0.2) - 1
    assert found.upper[0] - middle == pytest.approx(expected, rel=1e-4)
    assert (found.lower[1] > middle) == (p_value(2e8, n, 2.001e8, n) < 0.05)
    assert (found.lower < found.upper).all()
    assert found.upper[3] < middle


@every_method
def test_shapes_broadcast_and_scalars_work(name):
    interval, p_value, *_ = METHODS[name]
    x1 = np.array([[3.0], [4.0]])
    found = interval(x1, 10, np.array([2.0, 5.0, 7.0]), 20, Z)
    assert found.lower.shape == found.upper.shape == p_value(x1, 10, [2, 5, 7], 20).shape == (2, 3)
    single = interval(4, 10, 7, 20, Z)
    assert single.lower.shape == single.upper.shape == ()
    assert single.lower == pytest.approx(found.lower[1, 2], rel=1e-12)
    empty = interval(np.array([]), 10, np.array([]), 20, Z)
    assert empty.lower.shape == empty.upper.shape == (0,)
