"""Published limits of a single share, exact coverage, and a second implementation."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from baseline_compare.statistics.exact_proportions import clopper_pearson, jeffreys, mid_p
from baseline_compare.statistics.proportions import upper_bound_of_none, wilson, wilson_corrected

Z = stats.norm.isf(0.025)
ALL = [wilson, wilson_corrected, clopper_pearson, mid_p, jeffreys]
ITERATIVE = [mid_p]
LIBRARY = {wilson: "wilson", clopper_pearson: "beta", jeffreys: "jeffreys"}

PUBLISHED = [
    # Newcombe 1998, Stat Med 17:857, table I
    (wilson, 81, 263, 0.95, (0.2553, 0.3662), 6e-5),
    (wilson, 0, 20, 0.95, (0.0, 0.1611), 6e-5),
    (wilson, 1, 29, 0.95, (0.0061, 0.1718), 6e-5),
    (wilson_corrected, 81, 263, 0.95, (0.2535, 0.3682), 6e-5),
    (clopper_pearson, 81, 263, 0.95, (0.2527, 0.3676), 6e-5),
    (clopper_pearson, 0, 20, 0.95, (0.0, 0.1684), 6e-5),
    (mid_p, 15, 148, 0.95, (0.0601, 0.1581), 6e-5),
    (mid_p, 1, 29, 0.95, (0.0017, 0.1585), 6e-5),
    # Test data of PHEindicatormethods (OHID)
    (wilson, 65, 100, 0.95, (0.5525444329688797, 0.7363575175690247), 1e-12),
    (wilson, 65, 100, 0.998, (0.4954946574070431, 0.7783540614089697), 1e-12),
    (wilson, 7776456, 7564336677, 0.95, (0.0010273201001641094, 0.0010287644578977231), 1e-12),
    # Fagerland, Lydersen and Laake 2017, Statistical Analysis of Contingency Tables, ch. 2
    (wilson_corrected, 13, 16, 0.95, (0.5369, 0.9503), 6e-5),
    (clopper_pearson, 13, 16, 0.95, (0.5435, 0.9595), 6e-5),
    (mid_p, 13, 16, 0.95, (0.5699, 0.95), 6e-5),
    (jeffreys, 13, 16, 0.95, (0.5792, 0.9442), 6e-5),
    # Brown, Cai and DasGupta 2001, Stat Sci 16:101, table 5; the last one recomputed
    (jeffreys, 1, 7, 0.95, (0.016, 0.501), 6e-4),
    (jeffreys, 3, 7, 0.95, (0.139, 0.765), 6e-4),
    (jeffreys, 0, 29, 0.95, (0.0, 0.082286483), 1e-8),
    # Levels of Newcombe 1998, Stat Med 17:873, contrast (a)
    (wilson, 56, 70, 0.95, (0.6918, 0.8769), 6e-5),
    (wilson, 48, 80, 0.95, (0.4905, 0.7004), 6e-5),
]


@pytest.mark.parametrize(("rule", "x", "n", "confidence", "published", "tolerance"), PUBLISHED)
def test_published_limits_are_reached(rule, x, n, confidence, published, tolerance):
    found = rule(x, n, stats.norm.isf((1 - confidence) / 2))
    assert [found.lower, found.upper] == pytest.approx(published, rel=0, abs=tolerance)


def test_the_bound_of_none_reaches_the_published_figures():
    # Hanley and Lippman-Hand 1983, J Am Med Assoc 249:1743
    assert upper_bound_of_none([10, 300], 0.05) == pytest.approx([0.258866, 0.009936], abs=1e-6)
    assert upper_bound_of_none(3.5e15, 0.05) == pytest.approx(
        -np.log(0.05) / 3.5e15, rel=1e-14, abs=0
    )
    assert upper_bound_of_none(40, 0.05) == pytest.approx(
        clopper_pearson(0, 40, stats.norm.isf(0.05)).upper, rel=1e-12
    )


def coverage(lower, upper, n, p):
    hit = (lower <= p[:, None]) & (p[:, None] <= upper)
    return (stats.binom.pmf(np.arange(n + 1), n, p[:, None]) * hit).sum(axis=1)


@pytest.mark.parametrize(
    ("p", "n", "published"), [(0.2, 98, 0.928), (0.5, 40, 0.919), (0.005, 592, 0.792)]
)
def test_the_interval_of_wald_misses_more_than_it_says(p, n, published):
    # Brown, Cai and DasGupta 2001, Stat Sci 16:101, sec. 2
    share = np.arange(n + 1) / n
    reach = Z * np.sqrt(share * (1 - share) / n)
    found = coverage(share - reach, share + reach, n, np.array([p])).item()
    assert found == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize(
    ("rule", "n", "mean", "minimum"),
    [
        (wilson, 10, 0.9553, 0.9044),
        (wilson, 30, 0.9524, 0.9298),
        (wilson, 100, 0.9492, 0.9206),
        (clopper_pearson, 10, 0.9835, 0.9623),
    ],
)
def test_the_exact_coverage_is_that_of_full_enumeration(rule, n, mean, minimum):
    limits = rule(np.arange(n + 1), n, Z)
    found = coverage(limits.lower, limits.upper, n, np.arange(1, 100) / 100)
    assert [found.mean(), found.min()] == pytest.approx([mean, minimum], abs=6e-5)


@pytest.mark.parametrize("n", [5, 10, 30, 100, 300])
def test_clopper_and_pearson_never_cover_too_little(n):
    limits = clopper_pearson(np.arange(n + 1), n, Z)
    p = np.linspace(0.0005, 0.9995, 1999)
    assert coverage(limits.lower, limits.upper, n, p).min() >= 0.95


def tables(seed, size=5000):
    random = np.random.default_rng(seed)
    n = np.floor(10 ** random.uniform(0.3, 9, size))
    near_an_end = random.uniform(size=size) ** random.choice([1, 8], size)
    x = np.floor(near_an_end * (n + 1))
    x = np.where(random.uniform(size=size) < 0.5, x, n - x)
    return np.clip(x, 0, n), n


@pytest.mark.parametrize("rule", LIBRARY)
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998, 0.999999])
def test_a_library_gives_the_same_limits_inside(rule, confidence):
    x, n = tables(1)
    inside = (x > 0) & (x < n)
    x, n = x[inside], n[inside]
    reference = proportion_confint(x, n, alpha=1 - confidence, method=LIBRARY[rule])
    found = rule(x, n, stats.norm.isf((1 - confidence) / 2))
    # The library loses digits: Wilson's by its form, beta quantiles where one shape is huge.
    slack = 4e-16 * n / (x + 1) if rule is wilson else np.where(n > 1e7, 5e-8, 0)
    for limit, expected in zip((found.lower, found.upper), reference, strict=True):
        assert (np.abs(limit - expected) <= (1e-9 + slack) * expected).all()


def test_a_second_library_gives_the_same_limits():
    random = np.random.default_rng(2)
    for n in random.integers(1, 5000, 150):
        x = random.integers(0, n + 1)
        test = stats.binomtest(x, n)
        for rule, method in (
            (wilson, "wilson"),
            (wilson_corrected, "wilsoncc"),
            (clopper_pearson, "exact"),
        ):
            reference = test.proportion_ci(0.95, method=method)
            found = rule(x, n, Z)
            expected = [reference.low, reference.high]
            assert [found.lower, found.upper] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_corrected_limits_solve_their_equation():
    x, n = tables(4)
    n = np.minimum(n, 1e6)
    x = np.minimum(x, n)
    found = wilson_corrected(x, n, Z)
    for limit, side, free in ((found.lower, 1, x > 0.5), (found.upper, -1, n - x > 0.5)):
        p, share, size = limit[free], (x / n)[free], n[free]
        distance = side * (share - p) - 1 / (2 * size)
        expected = Z * np.sqrt(p * (1 - p) / size)
        assert distance == pytest.approx(expected, rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("rule", ALL)
def test_counting_the_others_mirrors_the_limits(rule):
    x, n = tables(5)
    found, mirrored = rule(x, n, Z), rule(n - x, n, Z)
    tolerance = 1e-8 if rule in ITERATIVE else 1e-12
    assert found.lower == pytest.approx(1 - mirrored.upper, rel=0, abs=tolerance)
    assert found.upper == pytest.approx(1 - mirrored.lower, rel=0, abs=tolerance)


@pytest.mark.parametrize("rule", ALL)
def test_limits_hold_the_share_and_widen_with_q_far_into_the_tails(rule):
    x, n = tables(6, 150)
    q = np.concatenate([np.linspace(0.5, 4, 30), np.linspace(5, 40, 36), [1e6, 1e200]])[:, None]
    found = rule(x, n, q)
    assert np.isfinite(found.lower).all()
    assert np.isfinite(found.upper).all()
    assert (found.lower >= 0).all()
    assert (found.upper <= 1).all()
    assert (found.lower <= x / n * (1 + 1e-12)).all()
    assert (found.upper >= x / n * (1 - 1e-12)).all()
    assert (np.diff(found.lower, axis=0) <= 1e-10 * found.lower[1:]).all()
    assert (np.diff(found.upper, axis=0) >= -1e-10 * found.upper[1:]).all()


@pytest.mark.parametrize("rule", ALL)
def test_the_ends_are_exact_and_a_quantile_of_zero_is_no_trouble(rule):
    n = np.array([1.0, 7.0, 1e9])
    for q in (0.0, 1e-9, Z, 37.0):
        assert rule(0, n, q).lower.tolist() == [0, 0, 0]
        assert rule(n, n, q).upper.tolist() == [1, 1, 1]
        assert (rule(0, n, q).upper >= 0).all()
        assert (rule(n, n, q).lower <= 1).all()


def test_limits_of_a_billion_are_accurate():
    # One of 10^9 is Poisson: exact limits 0.025318 and 5.571643 (Garwood 1936)
    found = clopper_pearson(1, 1e9, Z)
    assert [1e9 * found.lower, 1e9 * found.upper] == pytest.approx([0.0253178, 5.5716434], rel=1e-6)
    found = wilson(1, 1e9, Z)
    root = Z * np.sqrt(Z**2 + 4)
    expected = [2 / (2 + Z**2 + root), (2 + Z**2 + root) / 2]
    assert [1e9 * found.lower, 1e9 * found.upper] == pytest.approx(expected, rel=1e-7)
    found = mid_p(5, 1e9, Z)
    assert [1e9 * found.lower, 1e9 * found.upper] == pytest.approx([1.831995, 11.082416], abs=1e-6)
    found = jeffreys(5e8, 1e9, Z)
    assert found.lower == pytest.approx(0.5 - Z / 2 / np.sqrt(1e9), rel=1e-9)


@pytest.mark.parametrize("rule", ALL)
def test_arguments_of_any_shape_are_joined(rule):
    x, n, q = np.array([[0.0], [3.5]]), np.array([7.0, 9.0, 12.0]), np.full((4, 1, 1), Z)
    found = rule(x, n, q)
    assert found.lower.shape == found.upper.shape == (4, 2, 3)
    single = rule(3.5, 12, Z)
    assert np.shape(single.lower) == np.shape(single.upper) == ()
    assert [single.lower, single.upper] == [found.lower[2, 1, 2], found.upper[2, 1, 2]]
    assert rule([], [], []).lower.shape == (0,)


@pytest.mark.parametrize("rule", ALL)
@pytest.mark.parametrize(
    ("x", "n", "q", "message"),
    [
        ([1, 8], 5, Z, r"x of n with 0 <= x <= n and n > 0, found x = 8.0, n = 5.0 in cell \(1,\)"),
        (-1, 5, Z, r"x of n with 0 <= x <= n and n > 0, found x = -1.0"),
        (0, 0, Z, r"x of n with 0 <= x <= n and n > 0, found x = 0.0, n = 0.0"),
        (np.nan, 5, Z, "finite numbers, found x = nan"),
        (1, 5, -0.1, "q of at least 0, found q = -0.1"),
        (1, 5, np.inf, "finite numbers, found q = inf"),
    ],
)
def test_impossible_numbers_are_refused(rule, x, n, q, message):
    with pytest.raises(ValueError, match=message):
        rule(x, n, q)


def test_a_bound_of_none_needs_persons_and_a_level():
    with pytest.raises(ValueError, match=r"expected n above 0, found n = 0.0"):
        upper_bound_of_none(0, 0.05)
    with pytest.raises(ValueError, match=r"alpha between 0 and 1, found alpha = 1.0"):
        upper_bound_of_none(5, 1.0)
