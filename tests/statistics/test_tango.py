"""Tango's interval: published limits, the likelihood of the table, and its test."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.pairs import mcnemar
from baseline_compare.statistics.tango import tango

Z = stats.norm.isf(0.025)
ALPHAS = np.array([0.3, 0.1, 0.05, 0.01, 0.002, 1e-5])


@pytest.mark.parametrize(
    ("table", "confidence", "published"),
    [
        ((43, 1, 0, 0), 0.9, (-0.096, 0.037)),  # Tango 1998, Stat Med 17:891, Table V
        ((53, 8, 16, 9), 0.95, (-0.020, 0.207)),  # Agresti and Min 2005
        ((1, 7, 1, 12), 0.95, (-0.517, -0.026)),  # Fagerland, Lydersen and Laake 2014
    ],
)
def test_tango_reaches_the_published_limits(table, confidence, published):
    found = tango(*table, stats.norm.isf((1 - confidence) / 2))
    assert [found.lower, found.upper] == pytest.approx(published, abs=6e-4)


def test_the_limits_of_tango_are_where_the_statistic_crosses_q(paired_tables):
    a, b, c, d = paired_tables(73, 3000)
    n = a + b + c + d
    for q in (0.5, Z, 6.0):
        found = tango(a, b, c, d, q)
        near = 1e-8 * (found.upper - found.lower)
        for limit, aim in ((found.lower, q), (found.upper, -q)):
            inside = np.abs(limit) < 1 - 1e-6
            assert inside.sum() > 2000
            for side in (-1, 1):
                difference = (limit + side * near)[inside]
                z = _constrained_z(difference, b[inside], c[inside], (a + d)[inside])
                assert ((z - aim) * side < 0).all()
        assert ((found.upper == 1) == (c == n)).all()
        assert ((found.lower == -1) == (b == n)).all()


def _constrained_z(difference, less, more, rest):
    """Score over standard error, p(2 only) - p(1 only) = difference, by bisection."""
    n = less + more + rest
    low, high = np.maximum(0, -difference), (1 - difference) / 2
    for _ in range(200):
        p1 = (low + high) / 2
        p2 = p1 + difference
        slope = np.zeros_like(p1)
        for count, share in ((less, p1), (more, p2), (-2 * rest, 1 - p1 - p2)):
            some = (count != 0) & (share > 0)
            slope += np.divide(count, share, out=np.zeros_like(slope), where=some)
            slope += np.where((count != 0) & (share <= 0), np.copysign(np.inf, count), 0)
        low, high = np.where(slope > 0, p1, low), np.where(slope > 0, high, p1)
    variance = (2 * p1 + difference - difference**2) / n
    return ((more - less) / n - difference) / np.sqrt(variance)


def test_tango_excludes_no_change_exactly_where_mcnemar_is_below_alpha(paired_tables):
    random = np.random.default_rng(75)
    a, b, c, d = paired_tables(76, 100_000)
    alpha = random.choice(ALPHAS, 100_000)
    found = tango(a, b, c, d, stats.norm.isf(alpha / 2))
    excluded = (found.lower > 0) | (found.upper < 0)
    assert np.count_nonzero(excluded != (mcnemar(b, c).asymptotic < alpha)) == 0
    b, c, alpha = np.meshgrid(np.arange(41.0), np.arange(21.0), ALPHAS, indexing="ij")
    found = tango(7, b, c, 3, stats.norm.isf(alpha / 2))
    excluded = (found.lower > 0) | (found.upper < 0)
    assert np.count_nonzero(excluded != (mcnemar(b, c).asymptotic < alpha)) == 0
    assert 0.1 < excluded.mean() < 0.9
