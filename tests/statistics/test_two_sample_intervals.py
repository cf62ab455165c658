"""Limits of 449 tables by four methods, two contrasts and two distributions, at 95 %.

``two_sample_intervals.csv`` holds the figures of the R package ratesci by P. Laud, each recomputed
a second time from its table. They are p1 - p2 and p1 / p2, so group 2 is the baseline here. The
package rounds the constrained estimate to ten decimals, hence 1e-6 for binomial score limits.
"""

import csv
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.intervals import Interval
from baseline_compare.statistics.jeffreys_mover import (
    mover_jeffreys_difference,
    mover_jeffreys_ratio,
)
from baseline_compare.statistics.joining import ratio_form, square_and_add
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.scores import (
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    rate_difference_score,
    rate_ratio_score,
)
from baseline_compare.statistics.skewness import laud_difference, laud_ratio

FIGURES = Path(__file__).with_name("two_sample_intervals.csv")
Z = stats.norm.isf(0.025)
DISTRIBUTIONS = {"bin": "binomial", "poi": "poisson"}


def rao(x, t, q):
    middle, reach = x + q**2 / 2, q * np.sqrt(x + q**2 / 4)
    return Interval((middle - reach) / t, (middle + reach) / t)


def joined(join, single, x1, n1, x2, n2, q):
    before, after = single(x1, n1, q), single(x2, n2, q)
    return join(x1 / n1, before.lower, before.upper, x2 / n2, after.lower, after.upper)


METHODS = {
    ("RD", "bin", "MN"): miettinen_nurminen_difference,
    ("RR", "bin", "MN"): miettinen_nurminen_ratio,
    ("RD", "poi", "MN"): rate_difference_score,
    ("RR", "poi", "MN"): rate_ratio_score,
}
for short, distribution in DISTRIBUTIONS.items():
    single = {"bin": wilson, "poi": rao}[short]
    METHODS |= {
        ("RD", short, "SCAS"): partial(laud_difference, distribution=distribution),
        ("RR", short, "SCAS"): partial(laud_ratio, distribution=distribution),
        ("RD", short, "MOVERJ"): partial(mover_jeffreys_difference, distribution=distribution),
        ("RR", short, "MOVERJ"): partial(mover_jeffreys_ratio, distribution=distribution),
        ("RD", short, "MOVERW"): partial(joined, square_and_add, single),
        ("RR", short, "MOVERW"): partial(joined, ratio_form, single),
    }


@pytest.fixture(scope="module")
def figures():
    found = {}
    with FIGURES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["contrast"], row["distrib"], row["method"]
            numbers = [float(row[name]) for name in ("x1", "n1", "x2", "n2", "lower", "upper")]
            found.setdefault(key, []).append(numbers)
    return {key: np.array(rows).T for key, rows in found.items()}


def test_all_figures_are_tested(figures):
    assert figures.keys() == METHODS.keys()
    assert sum(columns.shape[1] for columns in figures.values()) == 7183


@pytest.mark.parametrize("key", METHODS, ids=" ".join)
def test_the_limits_agree_with_those_of_ratesci(figures, key):
    x1, n1, x2, n2, lower, upper = figures[key]
    found = METHODS[key](x2, n2, x1, n1, Z)
    tolerance = 1e-12 if key[2].startswith("MOVER") else {"bin": 1e-6, "poi": 1e-8}[key[1]]
    for limit, reference in ((found.lower, lower), (found.upper, upper)):
        finite = np.isfinite(reference)
        assert (np.isposinf(limit) == ~finite).all()
        scale = np.maximum(1.0, np.abs(reference[finite]))
        np.testing.assert_array_less(np.abs(limit[finite] - reference[finite]), tolerance * scale)


def test_a_limit_near_zero_is_right_where_the_package_rounds():
    # 0/10 against 0/20,000 has -.00016 there. Below 0 the constrained shares are p1 = d and
    # p2 = 0, so that the equation of the limit -d is explicit.
    found = laud_difference(0, 20_000, 0, 10, Z, distribution="binomial").lower
    d, n = -found, 20_000
    variance = d * (1 - d) / n * 20_010 / 20_009
    third = -d * (1 - d) * (1 - 2 * d) / n**2
    assert found == pytest.approx(-0.00014073213, abs=5e-12)
    assert d / variance**0.5 - (Z**2 - 1) * third / (6 * variance**1.5) == pytest.approx(
        Z, rel=1e-9
    )


@pytest.mark.parametrize(
    ("table", "published"),
    [  # Newcombe 1998, Stat Med 17:873, Table II, method 10: contrasts a, b, d, f, g
        ((48, 80, 56, 70), (0.0524, 0.3339)),
        ((3, 10, 9, 10), (0.1705, 0.8090)),
        ((0, 29, 5, 56), (-0.0381, 0.1926)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((0, 20, 10, 10), (0.6791, 1.0)),
    ],
)
def test_square_and_add_on_wilson_limits_reaches_newcombe(table, published):
    found = joined(square_and_add, wilson, *table, Z)
    assert [found.lower, found.upper] == pytest.approx(published, abs=6e-5)


def test_the_ratio_form_on_wilson_limits_reaches_the_published_one():
    # Fagerland, Lydersen and Laake 2017, ch. 4 (Perondi 2004): 7/34 against 1/34
    found = joined(ratio_form, wilson, 1, 34, 7, 34, Z)
    assert [found.lower, found.upper] == pytest.approx([1.1537, 41.9763], abs=6e-5)


def test_overlapping_intervals_are_no_test():
    # Schenker and Gentleman 2001, Am Stat 55:182, on Newcombe's contrast a
    after, before = wilson(56, 70, Z), wilson(48, 80, Z)
    assert [after.lower, after.upper] == pytest.approx([0.6918, 0.8769], abs=6e-5)
    assert [before.lower, before.upper] == pytest.approx([0.4905, 0.7004], abs=6e-5)
    assert after.lower < before.upper
    assert joined(square_and_add, wilson, 48, 80, 56, 70, Z).lower > 0
