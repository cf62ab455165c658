"""The engine of every change: published values, coherence of interval and p, symmetry, edges."""

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep

from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.joining import ratio_form, square_and_add
from baseline_compare.statistics.kinds import estimates, proportions, rates
from baseline_compare.statistics.means import welch
from baseline_compare.statistics.pairs import newcombe_paired, paired_correlation
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.relative import LogRatio, relative_to
from baseline_compare.statistics.two_periods import joined, margin_limits

LEVELS = (0.2, 0.05, 0.01, 1e-4)


def grid():
    """All 861 tables with n1 = 40 and n2 = 20."""
    x1, x2 = np.meshgrid(np.arange(41.0), np.arange(21.0), indexing="ij")
    return x1.ravel(), x2.ravel()


def random_cells(size, seed):
    rng = np.random.default_rng(seed)
    n1, n2 = (np.round(10 ** rng.uniform(0.5, 5, size)) for _ in range(2))
    share = rng.beta(0.7, 3, size)
    x1 = rng.binomial(n1.astype(int), share).astype(float)
    x2 = rng.binomial(n2.astype(int), np.clip(share * rng.uniform(0.7, 1.4, size), 0, 1))
    variance = rng.choice([0, 1e-6, 1e-3], size)
    df = rng.choice([np.inf, 3.0, 5.7, 10.0, 34.0], size)
    return x1, n1, x2.astype(float), n2, variance, df


# Newcombe 1998, Stat Med 17:873, table II, method 10; group 1 less group 2.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
]


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "lower", "upper"), NEWCOMBE)
def test_newcombes_published_limits(x1, n1, x2, n2, lower, upper):
    found = proportions(x2, n2, x1, n1).interval(0.05)
    assert float(found.lower) == pytest.approx(lower, abs=6e-5)
    assert float(found.upper) == pytest.approx(upper, abs=6e-5)


def test_differences_agree_with_statsmodels_on_all_tables_of_a_grid():
    x1, x2 = grid()
    found = proportions(x1, 40, x2, 20).interval(0.05)
    for place in range(0, len(x1), 7):
        known = confint_proportions_2indep(x2[place], 20, x1[place], 40, method="newcomb")
        assert (found.lower[place], found.upper[place]) == pytest.approx(known, abs=1e-12)


def test_the_ratio_form_is_the_published_one():
    rng = np.random.default_rng(5)
    m1, m2 = rng.uniform(0.2, 0.9, 1000), rng.uniform(0.2, 0.9, 1000)
    l1, l2 = m1 * rng.uniform(0.6, 1, 1000), m2 * rng.uniform(0.6, 1, 1000)
    u1, u2 = m1 * rng.uniform(1, 1.9, 1000), m2 * rng.uniform(1, 1.9, 1000)
    found = ratio_form(m1, l1, u1, m2, l2, u2)
    root = np.sqrt((m1 * m2) ** 2 - l2 * u1 * (2 * m2 - l2) * (2 * m1 - u1))
    assert found.lower == pytest.approx((m1 * m2 - root) / (u1 * (2 * m1 - u1)), rel=1e-9)
    root = np.sqrt((m1 * m2) ** 2 - u2 * l1 * (2 * m2 - u2) * (2 * m1 - l1))
    assert found.upper == pytest.approx((m1 * m2 + root) / (l1 * (2 * m1 - l1)), rel=1e-9)


def test_an_added_variance_widens_the_ratio_by_its_square_on_logs():
    plain, wide = (
        rates(200.0, 1, 240.0, 1, variance=variance).interval(0.05) for variance in (0, 0.01)
    )
    q = float(two_sided(0.95))
    for side in ("lower", "upper"):
        before, after = (abs(np.log(getattr(i, side) / 1.2)) for i in (plain, wide))
        assert after == pytest.approx(np.sqrt(before**2 + q**2 * 0.01), rel=1e-12)


def test_an_added_variance_moves_the_one_limit_of_a_ratio_of_zero():
    plain, wide = (rates(20.0, 1, 0.0, 1, variance=v).interval(0.05) for v in (0, 0.04))
    assert wide.lower == plain.lower == 0
    assert wide.upper == pytest.approx(plain.upper * np.exp(float(two_sided(0.95)) * 0.2))


@pytest.mark.parametrize("scale", ["difference", "ratio"])
@pytest.mark.parametrize("rho", [0.0, 0.4])
def test_interval_and_p_value_agree_on_every_table_of_the_grid(scale, rho):
    x1, x2 = grid()
    if scale == "ratio":
        x1, x2, rho = x1[x1 > 0], x2[x1 > 0], 0.0
    found = proportions(x1, 40, x2, 20, rho=rho, scale=scale)
    violations = 0
    for level in LEVELS:
        interval, neutral = found.interval(level), float(scale == "ratio")
        excludes = (interval.lower > neutral) | (interval.upper < neutral)
        violations += int((excludes != (found.p_value() < level)).sum())
    assert violations == 0


@pytest.mark.parametrize("kind", ["difference", "ratio", "counts", "count difference"])
def test_interval_and_p_value_agree_on_random_cells_with_estimated_variances(kind):
    x1, n1, x2, n2, variance, df = random_cells(100_000 if kind == "difference" else 20_000, 11)
    extra = {"variance": variance, "df": df}
    if kind == "difference":
        found = proportions(x1, n1, x2, n2, scale="difference", **extra)
    else:
        x1 = np.maximum(x1, 1)
        scale = "difference" if kind == "count difference" else "ratio"
        make = proportions if kind == "ratio" else rates
        found = make(x1, n1, x2, n2, scale=scale, **extra)
    neutral = 1.0 if found.scale == "ratio" else 0.0
    p = found.p_value()
    assert ((p > 0) & (p <= 1)).all()
    for level in LEVELS:
        interval = found.interval(level)
        excludes = (interval.lower > neutral) | (interval.upper < neutral)
        assert (excludes == (p < level)).all()


def test_p_values_are_the_level_at_which_the_interval_touches_no_change():
    for x1, n1, x2, n2, variance, df in zip(*random_cells(40, 13), strict=True):
        found = proportions(x1, n1, x2, n2, variance=variance, df=df)
        p = float(found.p_value())
        if x1 / n1 == x2 / n2:
            assert p == 1
            continue

        def touching(logit, found=found):
            interval = found.interval(np.exp(logit))
            rising = found.current > found.baseline
            return float(interval.lower if rising else -interval.upper)

        if 1e-12 < p < 0.999:
            known = np.exp(optimize.brentq(touching, np.log(p) - 3, min(np.log(p) + 3, -1e-9)))
            assert p == pytest.approx(known, rel=1e-6)


def test_difference_and_ratio_agree_in_direction_on_every_table():
    x1, x2 = grid()
    some = (x1 > 0) & (x2 > 0)
    difference = proportions(x1[some], 40, x2[some], 20).interval(0.05)
    ratio = proportions(x1[some], 40, x2[some], 20, scale="ratio").interval(0.05)
    assert ((difference.lower > 0) == (ratio.lower > 1)).all()
    assert ((difference.upper < 0) == (ratio.upper < 1)).all()


def test_exchanging_the_periods_turns_the_interval_round():
    x1, n1, x2, n2, variance, df = random_cells(5_000, 17)
    there = proportions(x1, n1, x2, n2, variance=variance, df=df)
    back = proportions(x2, n2, x1, n1, variance=variance, df=df)
    first, second = there.interval(0.05), back.interval(0.05)
    assert first.lower == pytest.approx(-second.upper, abs=1e-12)
    assert there.p_value() == pytest.approx(back.p_value(), rel=1e-8)
    positive = (x1 > 0) & (x2 > 0)
    cells = [array[positive] for array in (x1, n1, x2, n2, variance, df)]
    there = rates(*cells[:4], variance=cells[4], df=cells[5])
    back = rates(*cells[2:4], *cells[:2], variance=cells[4], df=cells[5])
    assert there.interval(0.05).lower == pytest.approx(1 / back.interval(0.05).upper, rel=1e-12)
    assert there.p_value() == pytest.approx(back.p_value(), rel=1e-8)


def test_counting_the_others_mirrors_the_difference():
    x1, n1, x2, n2, variance, df = random_cells(5_000, 19)
    plain = proportions(x1, n1, x2, n2, variance=variance, df=df).interval(0.05)
    mirror = proportions(n1 - x1, n1, n2 - x2, n2, variance=variance, df=df).interval(0.05)
    assert plain.lower == pytest.approx(-mirror.upper, abs=1e-12)


def test_units_of_exposure_cancel_in_a_ratio_and_scale_a_difference():
    x1, t1, x2, t2, _, _ = random_cells(2_000, 23)
    x1 = np.maximum(x1, 1)
    plain, scaled = (rates(x1, t1 * unit, x2, t2 * unit).interval(0.05) for unit in (1, 1000))
    assert plain.upper == pytest.approx(scaled.upper, rel=1e-12)
    plain, scaled = (
        rates(x1, t1 * unit, x2, t2 * unit, scale="difference").interval(0.05) for unit in (1, 1000)
    )
    assert plain.upper == pytest.approx(1000 * scaled.upper, rel=1e-12)


@pytest.mark.parametrize("kind", ["difference", "ratio"])
def test_equivalence_is_shown_exactly_where_the_doubled_level_lies_inside_the_margin(kind):
    x1, n1, x2, n2, variance, df = random_cells(4_000, 29)
    if kind == "difference":
        found = proportions(x1, n1, x2, n2, variance=variance, df=df)
    else:
        found = rates(np.maximum(x1, 1), n1, x2, n2, variance=variance, df=df)
    margin = np.random.default_rng(31).choice([0.01, 0.05, 0.3], len(x1))
    band, p = margin_limits(found.scale, margin, x1.shape), found.equivalence_p(margin)
    for level in (0.2, 0.05, 0.001):
        interval = found.interval(2 * level)
        inside = (band.low < interval.lower) & (interval.upper < band.high)
        assert (inside == (p < level)).all()


def test_means_are_welchs():
    rng = np.random.default_rng(37)
    first, second = rng.normal(10, 3, 30), rng.normal(11, 5, 19)
    known = welch(first.mean(), first.std(ddof=1), 30, second.mean(), second.std(ddof=1), 19, 1.96)
    errors = first.std(ddof=1) / np.sqrt(30), second.std(ddof=1) / np.sqrt(19)
    found = estimates(first.mean(), errors[0], second.mean(), errors[1], df=known.df)
    scipys = stats.ttest_ind(second, first, equal_var=False)
    assert float(found.p_value()) == pytest.approx(scipys.pvalue, rel=1e-9)
    limits, sure = found.interval(0.05), scipys.confidence_interval(0.95)
    assert (float(limits.lower), float(limits.upper)) == pytest.approx(tuple(sure), rel=1e-9)


def test_the_same_persons_give_newcombes_paired_interval():
    table = (20.0, 12.0, 2.0, 16.0)
    known = newcombe_paired(*table, two_sided(0.95))
    found = proportions(32, 50, 22, 50, rho=paired_correlation(*table)).interval(0.05)
    assert float(found.lower) == pytest.approx(float(known.lower), rel=1e-12)
    independent = proportions(32, 50, 22, 50).interval(0.05)
    assert float(found.upper - found.lower) == pytest.approx(0.2731, abs=6e-5)
    assert float(independent.upper - independent.lower) == pytest.approx(0.3696, abs=6e-5)


def test_the_change_against_the_rest_joins_two_changes():
    area, rest = (rates(x1, 1, x2, 1) for x1, x2 in ((1900.0, 1800.0), (9000.0, 9100.0)))
    found = relative_to(area, rest, variance=0.0002, df=30.0)
    assert isinstance(found, LogRatio)
    limits = found.interval(0.05)
    q = stats.t.isf(0.025, 30)
    alone = []
    for x1, x2 in ((1900.0, 1800.0), (9000.0, 9100.0)):
        level = 2 * stats.norm.sf(q)
        sides = rates(x1, 1, x2, 1).interval(level)
        alone.append((np.log(x2 / x1), np.log(float(sides.lower)), np.log(float(sides.upper))))
    expected = square_and_add(*map(np.array, (*alone[1], *alone[0])), added=q**2 * 0.0002)
    assert np.log(float(limits.lower)) == pytest.approx(float(expected.lower), rel=1e-9)
    p = float(found.p_value())
    at_p = found.interval(p)
    assert min(abs(np.log(float(at_p.lower))), abs(np.log(float(at_p.upper)))) < 1e-8
    shown = found.other_interval(0.05)
    assert np.sign(float(shown.lower)) == np.sign(float(limits.lower) - 1)


def test_a_change_that_all_areas_share_is_no_change_against_the_rest():
    area, rest = rates(1000.0, 1, 800.0, 1), rates(10_000.0, 1, 8_000.0, 1)
    found = relative_to(area, rest, variance=0.0, df=np.inf)
    assert float(found.estimate) == pytest.approx(1)
    assert float(found.p_value()) == pytest.approx(1)


def test_shares_against_the_rest_are_a_difference_of_differences():
    area, rest = proportions(50, 500, 70, 500), proportions(900, 9000, 920, 9000)
    found = relative_to(area, rest, variance=0.0, df=np.inf)
    assert float(found.estimate) == pytest.approx(0.04 - 20 / 9000)
    assert not isinstance(found, LogRatio)


def test_cells_put_together_keep_their_numbers():
    x1, n1, x2, n2, variance, df = random_cells(50, 41)
    whole = proportions(x1, n1, x2, n2, variance=variance, df=df)
    parts = [
        proportions(*(array[cut] for array in (x1, n1, x2, n2)), variance=variance[cut], df=df[cut])
        for cut in (slice(0, 20), slice(20, 50))
    ]
    assert (joined(parts).p_value() == whole.p_value()).all()


@pytest.mark.parametrize("n", [1, 10, 1e9])
def test_nothing_and_everything_have_finite_intervals(n):
    for x1, x2 in ((0, 0), (n, n), (0, n), (n, 0)):
        found = proportions(x1, n, x2, n)
        limits = found.interval(0.05)
        assert -1 <= float(limits.lower) <= float(limits.upper) <= 1
        assert 0 < float(found.p_value()) <= 1


def test_a_follow_up_of_nothing_is_a_ratio_of_zero_with_an_upper_limit():
    limits = rates(12.0, 1, 0.0, 1).interval(0.05)
    assert float(limits.lower) == 0
    assert 0 < float(limits.upper) < 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: proportions(5, 4, 1, 4), r"x not above n, found x1 = 5\.0, n1 = 4\.0"),
        (lambda: proportions(-1, 4, 1, 4), r"x not below 0, found x1 = -1\.0"),
        (lambda: rates(5, 0, 1, 4), r"n above 0, found n1 = 0\.0"),
        (lambda: rates(5, 1, np.nan, 4), r"finite numbers, found x2 = nan"),
        (lambda: rates(5, 1, 5, 4, variance=-1), r"a variance not below 0"),
        (lambda: rates(5, 1, 5, 4, df=0), r"degrees of freedom above 0"),
        (lambda: proportions(1, 4, 1, 4, rho=1.5), r"a correlation between -1 and 1"),
        (lambda: estimates(1, -1, 1, 1), r"standard errors not below 0"),
        (lambda: rates(5, 1, 5, 4).equivalence_p(0.0), r"a margin above 0"),
    ],
)
def test_impossible_numbers_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_overlapping_intervals_are_no_test():
    first, second = wilson(48, 80, two_sided(0.95)), wilson(56, 70, two_sided(0.95))
    assert float(first.upper) > float(second.lower)
    assert float(proportions(48, 80, 56, 70).interval(0.05).lower) > 0
