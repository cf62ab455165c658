"""Families of p-values: published adjustments, definitions, and levels that agree with them."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from baseline_compare.statistics.adjustment import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    bonferroni_quantile,
    decision_levels,
    fcr_level,
    holm,
)
from baseline_compare.statistics.intervals import two_sided

NEUHAUS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
    0.6528, 0.759, 1.0,
]  # fmt: skip
"""15 p-values of Neuhaus 1992, in Benjamini and Hochberg 1995, JRSS B 57:289."""

ADJUSTED = [
    (bonferroni, 3, [0.0015, 0.006, 0.0285, 0.1425, 0.3015, 0.417, 0.447, 0.516, 0.6885]),
    (holm, 3, [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213]),
    (
        benjamini_hochberg,
        4,
        [
            0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486,
            0.581182, 0.714875, 0.753231, 0.813214,
        ],
    ),
    (
        benjamini_yekutieli,
        3,
        [
            0.004977, 0.009955, 0.031523, 0.118212, 0.200089, 0.211893, 0.211893, 0.214026,
            0.253845,
        ],
    ),
]  # fmt: skip

SECOND = {
    bonferroni: "bonferroni",
    holm: "holm",
    benjamini_hochberg: "fdr_bh",
    benjamini_yekutieli: "fdr_by",
}
METHODS = ["holm", "benjamini_hochberg"]


@pytest.mark.parametrize(("adjust", "claims", "expected"), ADJUSTED)
def test_the_fifteen_published_p_values_are_adjusted_as_published(adjust, claims, expected):
    found = adjust(NEUHAUS)
    assert found == pytest.approx(expected + [1.0] * (15 - len(expected)), abs=6e-7)
    assert (found <= 0.05).sum() == claims


@pytest.mark.parametrize(("adjust", "name"), SECOND.items(), ids=SECOND.values())
def test_adjusted_p_values_agree_with_statsmodels_on_random_families(adjust, name):
    rng = np.random.default_rng(19790065)
    for size in [1, 2, 3, 7, 40, 250]:
        families = rng.uniform(size=(8, size)) ** rng.integers(1, 8)
        families[::3] = families[::3].round(2)
        expected = [multipletests(family, method=name)[1] for family in families]
        assert adjust(families) == pytest.approx(np.array(expected), rel=1e-12)


@pytest.mark.parametrize("adjust", SECOND)
def test_the_order_of_a_family_does_not_matter_and_ties_are_adjusted_alike(adjust):
    rng = np.random.default_rng(57289)
    families = rng.integers(0, 6, (500, 9)) / 50
    order = rng.permuted(np.broadcast_to(np.arange(9), (500, 9)), axis=1)
    shuffled = np.take_along_axis(families, order, axis=1)
    found = adjust(families)
    assert adjust(shuffled) == pytest.approx(np.take_along_axis(found, order, axis=1), rel=1e-15)
    tied = families[:, :, None] == families[:, None, :]
    assert (np.abs(found[:, :, None] - found[:, None, :])[tied] <= 1e-15).all()


@pytest.mark.parametrize("adjust", SECOND)
def test_families_lie_on_the_last_axis(adjust):
    families = np.random.default_rng(1).uniform(size=(2, 3, 4)) / 10
    assert adjust(families)[1, 2].tolist() == adjust(families[1, 2]).tolist()
    assert adjust(families).shape == (2, 3, 4)


def families_with_ties(rng, number, size):
    """Draw p-values, half of them on the very boundaries of the steps, with many ties."""
    rate = rng.choice([0.05, 0.01, 0.1, 0.2])
    boundary = rate / rng.integers(1, size + 1, (number, size))
    boundary = np.where(rng.uniform(size=boundary.shape) < 0.5, boundary, rate - rate * boundary)
    steps = rate * rng.integers(1, size + 1, (number, size)) / size
    edge = np.where(rng.uniform(size=boundary.shape) < 0.5, boundary, steps)
    moved = np.nextafter(edge, rng.choice([0.0, 1.0], edge.shape))
    edge = np.where(rng.uniform(size=edge.shape) < 0.3, moved, edge)
    free = rng.uniform(size=edge.shape) ** 3
    return np.where(rng.uniform(size=edge.shape) < 0.7, edge, free), float(rate)


@pytest.mark.parametrize("method", METHODS)
def test_adjusted_p_values_and_decision_levels_agree_on_every_cell(method):
    rng = np.random.default_rng(6565)
    adjust = {"holm": holm, "benjamini_hochberg": benjamini_hochberg}[method]
    claims = cells = 0
    for size in np.repeat([1, 2, 3, 5, 8, 12, 20], 6):
        families, rate = families_with_ties(rng, 2_400, size)
        levels = decision_levels(families, method=method, rate=rate)
        claimed = adjust(families) <= rate
        assert (claimed == (families <= levels)).all()
        claims, cells = claims + claimed.sum(), cells + claimed.size
    assert 0.1 < claims / cells < 0.9


@pytest.mark.parametrize("method", METHODS)
def test_decision_levels_follow_the_steps_in_exact_fractions(method):
    rng = np.random.default_rng(71)
    for _ in range(300):
        size = int(rng.integers(1, 9))
        family = np.array([int(k) / 512 for k in rng.integers(0, 40, size)])
        found = decision_levels(family, method=method, rate=0.0625)
        exact = [Fraction(p) for p in family.tolist()]
        rate, ordered = Fraction(1, 16), sorted(exact)
        if method == "holm":
            steps = [p <= rate / (size - k) for k, p in enumerate(ordered)]
            rejected = steps.index(False) if False in steps else size
            expected = [
                rate / (size - (ordered.index(p) if ordered.index(p) < rejected else rejected))
                for p in exact
            ]
        else:
            chosen = [k for k, p in enumerate(ordered, 1) if p <= rate * k / size]
            expected = [rate * max(chosen, default=1) / size] * size
        assert found == pytest.approx([float(level) for level in expected], rel=1e-14)


def test_selected_intervals_of_the_published_family_have_level_98_7_per_cent():
    level = fcr_level(4, 15, 0.05)  # Benjamini and Yekutieli 2005, JASA 100:71
    assert level == pytest.approx(0.986667, abs=1e-6)
    assert two_sided(level) == pytest.approx(2.47474, abs=1e-5)
    levels = decision_levels(NEUHAUS, method="benjamini_hochberg", rate=0.05)
    assert 1 - levels == pytest.approx(np.full(15, level), rel=1e-14)


def test_the_quantile_grows_with_the_family():
    found = bonferroni_quantile([1, 5, 250], 0.05)
    assert found == pytest.approx([1.959964, 2.575829, 3.719016], abs=1e-6)
    sizes = np.array([1, 10, 1e3, 1e6, 1e9])
    assert bonferroni_quantile(sizes, 0.05) == pytest.approx(
        stats.norm.isf(0.025 / sizes), rel=1e-12
    )


@pytest.mark.parametrize("adjust", SECOND)
def test_impossible_families_are_refused(adjust):
    with pytest.raises(ValueError, match=r"p-values in \[0, 1\], found p = 1.5 in cell \(0, 1\)"):
        adjust([[0.5, 1.5]])
    with pytest.raises(ValueError, match=r"finite numbers, found p = nan in cell \(0,\)"):
        adjust([np.nan])
    with pytest.raises(ValueError, match=r"family of p-values on the last axis, found shape \(0,"):
        adjust([])
    with pytest.raises(ValueError, match=r"family of p-values on the last axis, found shape \(\)"):
        adjust(0.5)


@pytest.mark.parametrize("rate", [0.0, 1.0, 5.0, -0.1])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(ValueError, match="a rate between 0 and 1"):
        decision_levels([0.5], method="holm", rate=rate)
    with pytest.raises(ValueError, match="a rate between 0 and 1"):
        fcr_level(1, 2, rate)
    with pytest.raises(ValueError, match="a level between 0 and 1"):
        bonferroni_quantile(2, rate)


def test_impossible_sizes_are_refused():
    with pytest.raises(ValueError, match=r"1 <= selected <= m, found selected = 3.0, m = 2.0"):
        fcr_level(3, 2, 0.05)
    with pytest.raises(ValueError, match=r"a family of at least 1, found m = 0.0"):
        bonferroni_quantile(0, 0.05)
