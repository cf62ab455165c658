"""Published limits of score intervals, and the cells on which a trusted library is wrong."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep
from statsmodels.stats.rates import confint_poisson_2indep

from baseline_compare.statistics.scores import (
    koopman_p,
    koopman_ratio,
    miettinen_nurminen_difference,
    miettinen_nurminen_p,
    miettinen_nurminen_ratio,
    rate_difference_score,
    rate_ratio_score,
    rate_score_p,
)

test_proportions_2indep.__test__ = False
Z = stats.norm.isf(0.025)

# The sources give group 1 minus 2 and group 1 over 2: group 2 is the baseline here.
DIFFERENCES = [  # Newcombe 1998, Stat Med 17:873, Table II, method 6: contrasts a, b, f, h
    ((48, 80, 56, 70), (0.0528, 0.3382)),
    ((3, 10, 9, 10), (0.1700, 0.8406)),
    ((0, 10, 0, 10), (-0.2879, 0.2879)),
    ((0, 10, 10, 10), (0.6636, 1.0)),
    # Fagerland, Lydersen and Laake 2017, ch. 4 (Ritland 2007)
    ((15, 72, 0, 16), (-0.3164, -0.0056)),
]


@pytest.mark.parametrize(("table", "published"), DIFFERENCES)
def test_miettinen_and_nurminen_reach_the_published_differences(table, published):
    found = miettinen_nurminen_difference(*table, Z)
    assert [found.lower, found.upper] == pytest.approx(published, abs=6e-5)


def test_the_ratio_scores_reach_the_published_limits():
    # Fagerland, Lydersen and Laake 2017, ch. 4 (Perondi 2004): 7/34 against 1/34
    found = koopman_ratio(1, 34, 7, 34, Z)
    assert [found.lower, found.upper] == pytest.approx([1.2209, 42.5757], abs=6e-5)
    found = miettinen_nurminen_ratio(1, 34, 7, 34, Z)
    assert [found.lower, found.upper] == pytest.approx([1.2086, 43.0330], abs=6e-5)
    # Gart and Nam 1988, Biometrics 44:323: 8/15 against 4/15
    found = koopman_ratio(4, 15, 8, 15, Z)
    assert [found.lower, found.upper] == pytest.approx([0.815, 5.336], abs=6e-4)


def test_the_rate_scores_reach_the_published_limits():
    # Data of Gu et al. 2008, Biom J 50:283; limits in Li, Tang and Wong 2014, Comput Stat 29:869
    found = rate_difference_score(30, 54.3087, 60, 51.4775, Z)
    assert [found.lower, found.upper] == pytest.approx([0.265796, 0.989192], abs=6e-6)
    found = rate_ratio_score(30, 54308.7, 60, 51477.5, Z)
    assert [found.lower, found.upper] == pytest.approx([1.365962, 3.259306], abs=6e-6)


def test_koopman_agrees_with_a_library_where_that_is_right():
    random = np.random.default_rng(11)
    for _ in range(60):
        n1, n2 = random.integers(5, 400, 2)
        x1, x2 = random.integers(1, n1), random.integers(1, n2)
        reference = confint_proportions_2indep(
            x2, n2, x1, n1, method="score", compare="ratio", correction=False
        )
        found = koopman_ratio(x1, n1, x2, n2, Z)
        assert [found.lower, found.upper] == pytest.approx(reference, rel=1e-6)


def test_the_rate_ratio_score_agrees_with_a_library():
    random = np.random.default_rng(12)
    for _ in range(200):
        x1, x2 = random.integers(1, 500, 2)
        t1, t2 = random.uniform(1, 1e5, 2)
        reference = confint_poisson_2indep(x2, t2, x1, t1, method="score", compare="ratio")
        found = rate_ratio_score(x1, t1, x2, t2, Z)
        # the library searches a root to about 1e-9
        assert [found.lower, found.upper] == pytest.approx(reference, rel=1e-7, abs=1e-8)


def test_the_p_values_agree_with_pearson_and_with_a_library():
    random = np.random.default_rng(13)
    for _ in range(200):
        n1, n2 = random.integers(5, 5000, 2)
        x1, x2 = random.integers(1, n1), random.integers(1, n2)
        counts = [[x1, n1 - x1], [x2, n2 - x2]]
        pearson = stats.chi2_contingency(counts, correction=False).pvalue
        assert koopman_p(x1, n1, x2, n2) == pytest.approx(pearson, rel=1e-9, abs=1e-290)
        library = test_proportions_2indep(x2, n2, x1, n1, method="score", correction=True).pvalue
        found = miettinen_nurminen_p(x1, n1, x2, n2)
        assert found == pytest.approx(library, rel=1e-9, abs=1e-290)


def test_small_p_values_are_relatively_right():
    pearson = stats.chi2_contingency([[1, 999], [300, 700]], correction=False).pvalue
    assert 0 < pearson < 1e-70
    assert koopman_p(1, 1000, 300, 1000) == pytest.approx(pearson, rel=1e-9, abs=0)


def test_where_nothing_can_differ_the_p_value_is_one():
    for none in (koopman_p, miettinen_nurminen_p):
        assert none([0, 10], 10, [0, 20], 20).tolist() == [1.0, 1.0]
    assert rate_score_p(0, 3.0, 0, 4.0) == 1.0


@pytest.mark.parametrize(
    "limits", [miettinen_nurminen_difference, miettinen_nurminen_ratio, koopman_ratio]
)
def test_impossible_persons_are_refused(limits):
    with pytest.raises(ValueError, match=r"expected x2 of n2 .* found x2 = 6.0, n2 = 5.0"):
        limits(1, 5, 6, 5, Z)
    with pytest.raises(ValueError, match=r"expected x1 of n1 .* n1 = 0.0 in cell \(1,\)"):
        limits([1, 0], [5, 0], 3, 5, Z)
    with pytest.raises(ValueError, match=r"expected q of at least 0, found q = -1.0"):
        limits(1, 5, 3, 5, -1.0)
    with pytest.raises(ValueError, match=r"expected finite numbers, found x1 = nan"):
        limits(np.nan, 5, 3, 5, Z)


@pytest.mark.parametrize("limits", [rate_difference_score, rate_ratio_score])
def test_impossible_events_are_refused(limits):
    with pytest.raises(ValueError, match=r"expected x1 >= 0 events in t1 > 0, found x1 = -1.0"):
        limits(-1, 5, 6, 5, Z)
    with pytest.raises(ValueError, match=r"expected x2 >= 0 events in t2 > 0, .* t2 = 0.0"):
        limits(1, 5, 6, 0, Z)
