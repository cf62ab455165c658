"""Agreement of coders: published values, coincidences of pairs, a jackknife and simulations."""

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest

from baseline_compare.statistics.agreement import Agreement, gwet_ac1, krippendorff_alpha
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.proportions import wilson

Numbers = npt.NDArray[np.float64]
Codings = list[list[int | None]]

Q = two_sided(0.95)
N = None

FOUR_CODERS: Codings = [
    [1, 1, N, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [N, 5, 5, 5], [N, N, 1, 1], [N, N, 3, N],
]  # fmt: skip
"""Krippendorff 2011, example C; cac.raw4raters of Gwet's R package irrCAC."""

THREE_CODERS: Codings = [
    [N, 1, N], [N, N, N], [N, 2, 2], [N, 1, 1], [N, 3, 3], [3, 3, 4], [4, 4, 4], [1, 3, N],
    [2, N, 2], [1, N, 1], [1, N, 1], [3, N, 3], [3, N, 3], [N, N, N], [3, N, 4],
]  # fmt: skip
"""The example of the tests of the Python package krippendorff."""

FIVE_OBSERVERS: Codings = [
    [1, 1, 2, N, 2], [1, 1, 0, 1, N], [2, 3, 3, 3, N], [N, 0, 0, N, 0], [0, 0, 0, N, 0],
    [0, 0, 0, N, 0], [1, 0, 2, N, 1], [1, N, 2, 0, N], [2, 2, 2, N, 2], [2, 1, 1, 1, N],
    [N, 1, 0, 0, N], [0, 0, 0, 0, N], [1, 2, 2, 2, N], [3, 3, 2, 2, 3], [1, 1, 1, N, 1],
    [1, 1, 1, N, 1], [2, 1, 2, N, 2], [1, 2, 3, 3, N], [1, 1, 0, 1, N], [0, 0, 0, N, 0],
    [0, 0, 1, 1, N], [0, 0, N, 0, 0], [2, 3, 3, 3, N], [0, 0, 0, 0, N], [1, 2, N, 2, 2],
    [0, 1, 1, 1, N], [0, 0, 0, 1, 0], [1, 2, 1, 2, N], [1, 1, 2, 2, N], [1, 1, 2, N, 2],
    [1, 1, 0, N, 0], [2, 1, 2, 1, N], [2, 2, N, 2, 2], [3, 2, 2, 2, N], [2, 2, 2, N, 2],
    [2, 2, 3, N, 2], [2, 2, 2, N, 2], [2, 2, N, 1, 2], [2, 2, 2, 2, N], [1, 1, 1, N, 1],
]  # fmt: skip
"""The tone of 40 articles, Hayes and Krippendorff 2007, table 1."""

SIX_PSYCHIATRISTS = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
]  # fmt: skip
"""distrib.6raters of irrCAC, 15 of the patients of Fleiss 1971."""

ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
"""cont3x3abstractors of irrCAC: 100 records by the category of either abstractor."""


def ordinal_alpha(counts: npt.ArrayLike, q: npt.ArrayLike) -> Agreement:
    return krippendorff_alpha(counts, q, level="ordinal")


COEFFICIENTS = (krippendorff_alpha, gwet_ac1, ordinal_alpha)


def tabulated(codings: Codings, categories: range) -> Numbers:
    return np.array([[unit.count(value) for value in categories] for unit in codings], dtype=float)


def random_codings(seed: int, number: int, fewest: int = 0) -> Iterator[Codings]:
    rng = np.random.default_rng(seed)
    for _ in range(number):
        units, coders, categories = rng.integers([6, 3, 2], [25, 6, 6])
        truth = rng.integers(0, categories, (units, 1))
        own = rng.integers(0, categories, (units, coders))
        drawn = np.where(rng.random((units, coders)) < rng.random(), truth, own)
        seen = rng.permuted(np.tile(np.arange(coders), (units, 1)), axis=1)
        shown = seen < rng.integers(fewest, coders + 1, (units, 1))
        yield [
            [int(value) if there else None for value, there in zip(*unit, strict=True)]
            for unit in zip(drawn, shown, strict=True)
        ]


def drawn_counts(
    rng: np.random.Generator, units: int, shares: Numbers, right: float, fewest: int = 2
) -> Numbers:
    """Up to 4 coders a unit who see the truth or else guess: alpha is right squared."""
    truth = rng.choice(len(shares), (units, 1), p=shares)
    guess = rng.choice(len(shares), (units, 4), p=shares)
    drawn = np.where(rng.random((units, 4)) < right, truth, guess)
    seen = np.arange(4) < rng.integers(fewest, 5, (units, 1))
    return np.stack([((drawn == k) & seen).sum(axis=1) for k in range(len(shares))], axis=1) * 1.0


def alpha_of_coincidences(codings: Codings, level: Literal["nominal", "ordinal"]) -> float:
    together: dict[tuple[int, int], float] = {}
    for unit in codings:
        present = [value for value in unit if value is not None]
        for i, one in enumerate(present):
            for j, other in enumerate(present):
                if i != j:
                    weight = together.get((one, other), 0.0)
                    together[one, other] = weight + 1 / (len(present) - 1)
    values = sorted({one for one, _ in together})
    sums = {c: sum(together.get((c, k), 0.0) for k in values) for c in values}

    def distance(c: int, k: int) -> float:
        if level == "nominal":
            return float(c != k)
        low, high = min(c, k), max(c, k)
        between = sum(sums[g] for g in values if low <= g <= high)
        return (between - (sums[c] + sums[k]) / 2) ** 2

    observed = sum(o * distance(c, k) for (c, k), o in together.items())
    expected = sum(sums[c] * sums[k] * distance(c, k) for c in values for k in values)
    return 1 - (sum(sums.values()) - 1) * observed / expected


def ac1_of_pairs(codings: Codings, categories: int) -> float:
    agreeing, shares = [], np.zeros(categories)
    coded = [[value for value in unit if value is not None] for unit in codings]
    coded = [unit for unit in coded if unit]
    for unit in coded:
        pairs = [a == b for i, a in enumerate(unit) for b in unit[:i]]
        if pairs:
            agreeing.append(sum(pairs) / len(pairs))
        for value in unit:
            shares[value] += 1 / len(unit) / len(coded)
    chance = sum(share * (1 - share) for share in shares) / (categories - 1)
    return float((np.mean(agreeing) - chance) / (1 - chance))


def left_out(coefficient: Callable[..., Agreement], counts: Numbers) -> Numbers:
    """How much each unit moves the coefficient, times units, by leaving it out."""
    size = len(counts)
    kept = [coefficient(np.delete(counts, i, axis=0), Q).coefficient for i in range(size)]
    return np.asarray((size - 1) * (np.mean(kept) - np.array(kept)), dtype=np.float64)


def test_four_coders_have_the_published_values() -> None:
    counts = tabulated(FOUR_CODERS, range(1, 6))
    # AC1, error, lower limit and both agreements as printed in the README of irrCAC
    found = gwet_ac1(counts, Q)
    assert found.coefficient == pytest.approx(0.77544, abs=6e-6)
    assert found.error == pytest.approx(0.14295, abs=6e-6)
    assert (found.observed, found.expected) == pytest.approx((0.8181818, 0.1903212), abs=6e-8)
    assert found.interval.lower == pytest.approx(0.461, abs=6e-4)
    assert found.interval.upper == 1.0
    assert (found.df, found.units) == (11, 12)
    # alpha there: its agreements count each coding as agreeing with itself, 1 of 40; its error
    # 0.14557 came from a version with a slip in the linear terms, corrected in its later source
    found = krippendorff_alpha(counts, Q)
    assert found.coefficient == pytest.approx(0.74342, abs=6e-6)
    assert found.error == pytest.approx(0.14557, abs=1e-4)
    assert found.observed * 39 / 40 + 1 / 40 == pytest.approx(0.805, abs=1e-12)
    assert found.expected * 39 / 40 + 1 / 40 == pytest.approx(0.24, abs=1e-12)
    assert found.interval.lower == pytest.approx(0.419, abs=6e-4)
    assert found.interval.upper == 1.0
    assert (found.df, found.units) == (10, 11)


def test_ordered_categories_have_the_published_alpha() -> None:
    # 0.815: Krippendorff 2011, as quoted in the tests of the Python package krippendorff
    found = krippendorff_alpha(tabulated(FOUR_CODERS, range(1, 6)), Q, level="ordinal")
    assert found.coefficient == pytest.approx(0.815, abs=6e-4)
    # Hayes and Krippendorff 2007 as quoted in a repository that checks another program by them
    tone = tabulated(FIVE_OBSERVERS, range(4))
    assert krippendorff_alpha(tone, Q, level="ordinal").coefficient == pytest.approx(
        0.7598, abs=6e-5
    )
    assert krippendorff_alpha(tone, Q).coefficient == pytest.approx(0.477, abs=6e-4)


def test_three_coders_have_the_alpha_of_another_package() -> None:
    found = krippendorff_alpha(tabulated(THREE_CODERS, range(1, 5)), Q)
    assert found.coefficient == pytest.approx(0.691358, abs=6e-7)


def test_six_psychiatrists_have_the_published_values() -> None:
    # The README of irrCAC; the error of alpha in its krippen.alpha.dist, 0.0824, is another formula
    found = gwet_ac1(SIX_PSYCHIATRISTS, Q)
    assert found.coefficient == pytest.approx(0.4448007, abs=6e-8)
    assert found.error == pytest.approx(0.08418757, abs=6e-9)
    assert (found.observed, found.expected) == pytest.approx((0.5511111, 0.1914815), abs=6e-8)
    limits = (found.interval.lower, found.interval.upper)
    assert limits == pytest.approx((0.264, 0.625), abs=6e-4)
    assert krippendorff_alpha(SIX_PSYCHIATRISTS, Q).coefficient == pytest.approx(
        0.4204384, abs=6e-8
    )


def test_two_abstractors_have_the_published_values() -> None:
    # The README of irrCAC, where the variance of a table is divided by n, here by n - 1
    one, other = np.divmod(np.repeat(np.arange(9), np.ravel(ABSTRACTORS)), 3)
    counts = np.eye(3)[one] + np.eye(3)[other]
    by_n = np.sqrt(99 / 100)
    found = gwet_ac1(counts, Q)
    assert found.coefficient == pytest.approx(0.8493305, abs=6e-8)
    assert found.error * by_n == pytest.approx(0.04321747, abs=6e-9)
    found = krippendorff_alpha(counts, Q)
    assert found.coefficient == pytest.approx(0.7972585, abs=6e-8)
    assert found.error * by_n == pytest.approx(0.05905473, abs=6e-9)


def test_the_coefficients_are_those_of_all_pairs_of_coders() -> None:
    compared = 0
    for codings in random_codings(2011, 300):
        categories = 1 + max(value for unit in codings for value in unit if value is not None)
        counts = tabulated(codings, range(categories))
        paired = counts[counts.sum(axis=1) >= 2]
        if len(paired) < 2 or (paired.sum(axis=0) > 0).sum() < 2:
            continue
        nominal = krippendorff_alpha(counts, Q).coefficient
        ordinal = krippendorff_alpha(counts, Q, level="ordinal").coefficient
        assert nominal == pytest.approx(alpha_of_coincidences(codings, "nominal"), abs=1e-9)
        assert ordinal == pytest.approx(alpha_of_coincidences(codings, "ordinal"), abs=1e-9)
        ac1 = gwet_ac1(counts, Q).coefficient
        assert ac1 == pytest.approx(ac1_of_pairs(codings, categories), abs=1e-9)
        compared += 1
    assert compared > 250


@pytest.mark.parametrize("right", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_the_error_is_nearly_that_of_a_jackknife(
    coefficient: Callable[..., Agreement], right: float
) -> None:
    counts = drawn_counts(np.random.default_rng(61), 200, np.array([0.5, 0.3, 0.15, 0.05]), right)
    moved = left_out(coefficient, counts)
    known = np.sqrt((moved**2).sum() / (200 * 199))
    assert coefficient(counts, Q).error == pytest.approx(known, rel=0.01)


def test_units_with_one_coding_widen_ac1_as_gwet_has_it_and_do_not_touch_alpha() -> None:
    shares = np.array([0.6, 0.3, 0.1])
    counts = drawn_counts(np.random.default_rng(29), 200, shares, 0.9, fewest=1)
    paired = counts.sum(axis=1) >= 2
    found = gwet_ac1(counts, Q)
    moved = left_out(gwet_ac1, counts)
    fixed = moved + found.coefficient * (paired / paired.mean() - 1)
    assert found.error == pytest.approx(np.sqrt((fixed**2).sum() / (200 * 199)), rel=0.01)
    assert found.error > 1.2 * np.sqrt((moved**2).sum() / (200 * 199))
    assert (found.units, found.df) == (200, 199)
    alpha, whole = krippendorff_alpha(counts[paired], Q), krippendorff_alpha(counts, Q)
    assert (alpha.coefficient, alpha.error) == (whole.coefficient, whole.error)
    assert whole.units == paired.sum()


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_the_order_of_units_does_not_matter_nor_that_of_the_scale(
    coefficient: Callable[..., Agreement],
) -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        counts = drawn_counts(rng, 25, np.array([0.4, 0.3, 0.2, 0.1]), rng.random(), fewest=0)
        one = coefficient(counts, Q)
        for two in (coefficient(rng.permutation(counts), Q), coefficient(counts[:, ::-1], Q)):
            assert two.coefficient == pytest.approx(one.coefficient, abs=1e-12)
            assert two.error == pytest.approx(one.error, rel=1e-11)
            assert (two.observed, two.expected) == pytest.approx(
                (one.observed, one.expected), abs=1e-12
            )


@pytest.mark.parametrize("coefficient", [krippendorff_alpha, gwet_ac1])
def test_names_of_unordered_categories_do_not_matter(
    coefficient: Callable[..., Agreement],
) -> None:
    rng = np.random.default_rng(4)
    counts = drawn_counts(rng, 40, np.array([0.4, 0.3, 0.2, 0.1]), 0.7)
    one, two = coefficient(counts, Q), coefficient(counts[:, [2, 0, 3, 1]], Q)
    assert two.coefficient == pytest.approx(one.coefficient, abs=1e-12)
    assert two.error == pytest.approx(one.error, rel=1e-12)


def test_two_ordered_categories_are_as_unordered() -> None:
    counts = drawn_counts(np.random.default_rng(8), 40, np.array([0.7, 0.3]), 0.6)
    nominal, ordinal = (krippendorff_alpha(counts, Q, level=x) for x in ("nominal", "ordinal"))
    assert ordinal.coefficient == pytest.approx(nominal.coefficient, abs=1e-12)
    assert ordinal.error == pytest.approx(nominal.error, rel=1e-12)
    assert ordinal.expected == pytest.approx(nominal.expected, abs=1e-12)


def test_categories_nobody_chose_change_ac1_only() -> None:
    counts = drawn_counts(np.random.default_rng(9), 40, np.array([0.5, 0.3, 0.2]), 0.7)
    wider = np.insert(counts, [0, 1, 3], 0.0, axis=1)
    for level in ("nominal", "ordinal"):
        one, two = (
            krippendorff_alpha(counts, Q, level=level),
            krippendorff_alpha(wider, Q, level=level),
        )
        assert two.coefficient == pytest.approx(one.coefficient, abs=1e-12)
        assert two.error == pytest.approx(one.error, rel=1e-12)
    chance = gwet_ac1(counts, Q).expected
    assert gwet_ac1(wider, Q).expected == pytest.approx(chance * 2 / 5, rel=1e-12)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_units_without_codings_change_nothing(coefficient: Callable[..., Agreement]) -> None:
    counts = tabulated(FOUR_CODERS, range(1, 6))
    one, two = coefficient(counts, Q), coefficient(np.insert(counts, [0, 5], 0.0, axis=0), Q)
    assert (one.coefficient, one.error, one.units) == (two.coefficient, two.error, two.units)


def test_all_units_twice_give_the_same_with_a_smaller_error() -> None:
    counts = drawn_counts(np.random.default_rng(10), 50, np.array([0.5, 0.3, 0.2]), 0.7)
    one, two = gwet_ac1(counts, Q), gwet_ac1(np.tile(counts, (2, 1)), Q)
    assert two.coefficient == pytest.approx(one.coefficient, abs=1e-12)
    assert two.error == pytest.approx(one.error * np.sqrt(49 / 99), rel=1e-12)
    codings = counts.sum()
    alpha, again = krippendorff_alpha(counts, Q), krippendorff_alpha(np.tile(counts, (2, 1)), Q)
    missing, twice = (1 - alpha.coefficient) / (1 - 1 / codings), 1 - again.coefficient
    assert twice == pytest.approx(missing * (1 - 1 / (2 * codings)), rel=1e-12)
    assert again.error == pytest.approx(alpha.error * np.sqrt(49 / 99), rel=1e-12)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_the_coefficient_is_the_agreement_beyond_chance(
    coefficient: Callable[..., Agreement],
) -> None:
    for right in (0.0, 0.5, 0.9):
        counts = drawn_counts(np.random.default_rng(11), 40, np.array([0.5, 0.3, 0.2]), right)
        found = coefficient(counts, Q)
        beyond_chance = (found.observed - found.expected) / (1 - found.expected)
        assert found.coefficient == pytest.approx(beyond_chance, abs=1e-12)
        assert 0 <= found.expected <= 1
        assert 0 <= found.observed <= 1


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_full_agreement_is_1_with_a_limit_of_wilson(coefficient: Callable[..., Agreement]) -> None:
    counts = np.diag([4.0, 3, 2])[[0] * 7 + [1] * 5 + [2] * 3]
    found = coefficient(counts, Q)
    t = 2.144787  # of 14 degrees of freedom
    lower = (wilson(15, 15, t).lower - found.expected) / (1 - found.expected)
    assert (found.coefficient, found.error, found.observed) == (1.0, 0.0, 1.0)
    assert found.interval.lower == pytest.approx(lower, abs=1e-6)
    assert found.interval.upper == 1.0
    assert found.interval.lower < 0.85


@pytest.mark.parametrize("coefficient", COEFFICIENTS[::2])
def test_guesses_have_an_alpha_of_about_0(coefficient: Callable[..., Agreement]) -> None:
    counts = drawn_counts(np.random.default_rng(12), 20_000, np.array([0.5, 0.3, 0.2]), 0.0)
    found = coefficient(counts, Q)
    assert found.coefficient == pytest.approx(0.0, abs=0.02)
    assert found.interval.lower < 0 < found.interval.upper


def test_even_guesses_have_an_ac1_of_about_0() -> None:
    counts = drawn_counts(np.random.default_rng(13), 20_000, np.full(4, 0.25), 0.0)
    assert gwet_ac1(counts, Q).coefficient == pytest.approx(0.0, abs=0.02)


def test_all_codings_in_one_category_have_an_ac1_of_1_and_no_alpha() -> None:
    found = gwet_ac1([[3, 0], [2, 0], [1, 0]], Q)
    assert (found.coefficient, found.expected) == (1.0, 0.0)
    assert 0 < found.interval.lower < 1
    for level in ("nominal", "ordinal"):
        with pytest.raises(ValueError, match=r"at least 2 categories, found one category only"):
            krippendorff_alpha([[3, 0], [2, 0], [0, 1]], Q, level=level)


def test_limits_widen_with_the_level_and_stay_between_minus_1_and_1() -> None:
    q = np.array([0.1, 1, 2, 5, 8, 40])
    for counts in (tabulated(FOUR_CODERS, range(1, 6)), [[2, 0], [0, 2]], [[1, 1], [1, 1], [2, 0]]):
        for coefficient in COEFFICIENTS:
            found = coefficient(counts, q)
            assert found.interval.lower.shape == q.shape
            assert (np.diff(found.interval.lower) <= 0).all()
            assert (np.diff(found.interval.upper) >= 0).all()
            assert (found.interval.lower >= -1).all()
            assert (found.interval.upper <= 1).all()


def test_intervals_cover_the_agreement_of_the_population() -> None:
    rng = np.random.default_rng(2008)
    shares, right, runs = np.array([0.5, 0.3, 0.2]), 0.75, 2_000
    alike = (shares**2).sum()
    chance = (1 - alike) / 2
    ac1 = (right**2 + (1 - right**2) * alike - chance) / (1 - chance)
    drawn = drawn_counts(rng, 60 * runs, shares, right).reshape(runs, 60, 3)
    for coefficient, truth in zip(COEFFICIENTS, (right**2, ac1, right**2), strict=True):
        limits = [coefficient(counts, Q).interval for counts in drawn]
        lower, upper = (np.array([getattr(x, side) for x in limits]) for side in ("lower", "upper"))
        assert 0.935 < ((lower <= truth) & (truth <= upper)).mean() < 0.965


def test_many_units_keep_their_digits() -> None:
    counts = drawn_counts(np.random.default_rng(14), 300, np.array([0.5, 0.3, 0.2]), 0.9)
    small, large = krippendorff_alpha(counts, Q), krippendorff_alpha(np.tile(counts, (300, 1)), Q)
    assert large.coefficient == pytest.approx(small.coefficient, abs=1e-3)
    assert large.error == pytest.approx(small.error / np.sqrt(300), rel=2e-3)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_impossible_counts_are_refused(coefficient: Callable[..., Agreement]) -> None:
    with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts = -1.0"):
        coefficient([[2, -1], [0, 2]], Q)
    with pytest.raises(ValueError, match=r"whole counts of at least 0, found counts = 0.5"):
        coefficient([[2, 0.5], [0, 2]], Q)
    with pytest.raises(ValueError, match=r"finite numbers, found counts = nan"):
        coefficient([[2, np.nan], [0, 2]], Q)
    with pytest.raises(ValueError, match=r"counts \(units, categories\), found shape \(2,\)"):
        coefficient([2, 1], Q)
    for few, number in (([[1, 0], [0, 1]], 0), ([[2, 1], [0, 1]], 1), (np.zeros((0, 3)), 0)):
        with pytest.raises(
            ValueError, match=rf"at least 2 units with 2 codings or more, found {number}"
        ):
            coefficient(few, Q)
    with pytest.raises(ValueError, match=r"q of at least 0"):
        coefficient([[2, 1], [0, 2]], -1.0)


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected at least 2 categories, found 1"):
        gwet_ac1([[3], [2]], Q)
    with pytest.raises(ValueError, match=r"expected a level of nominal, ordinal, found interval"):
        krippendorff_alpha([[2, 1], [0, 2]], Q, level="interval")  # type: ignore[arg-type]
