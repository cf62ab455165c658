"""Limits and overdispersion of funnels: published values and plain formulas."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.counts import garwood
from baseline_compare.statistics.funnels import (
    funnel_poisson,
    funnel_proportion,
    overdispersion_of_change,
    overdispersion_winsorised,
)
from baseline_compare.statistics.proportions import wilson

Q = stats.norm.isf([0.025, 0.001])
FIRST = np.array([108, 112, 165, 95, 100, 220])
SECOND = np.array([100, 150, 180, 80, 120, 225])


def test_the_limits_of_a_funnel_of_ratios_are_the_published_ones():
    # Test values of FunnelPlotR
    found = funnel_poisson(15, Q)
    limits = [found.lower[0], found.upper[0], found.lower[1], found.upper[1]]
    assert limits == pytest.approx([0.5596924, 1.649348, 0.386265, 2.082907], abs=6e-7)


def test_the_limits_of_a_funnel_of_shares_are_the_published_ones():
    # Test data of PHEindicatormethods (OHID), funnel limits
    found = funnel_proportion(110000, 0.8064244785714955, Q)
    limits = 100 * np.array([found.lower[0], found.upper[0], found.lower[1], found.upper[1]])
    assert limits == pytest.approx([80.408963, 80.875933, 80.274317, 81.010578], abs=6e-7)


def test_the_wilson_limit_of_a_share_on_the_funnel_is_the_average():
    random = np.random.default_rng(1)
    size, average = 10 ** random.uniform(2, 7, 2000), random.uniform(0.2, 0.8, 2000)
    found = funnel_proportion(size, average, Q[0])
    assert wilson(found.lower * size, size, Q[0]).upper == pytest.approx(average, rel=1e-12)
    assert wilson(found.upper * size, size, Q[0]).lower == pytest.approx(average, rel=1e-12)


def test_funnels_stay_within_what_is_possible():
    found = funnel_proportion([1, 1, 5], [0.0, 1.0, 0.5], 30.0)
    assert found.lower.tolist() == [0, 1, 0]
    assert found.upper.tolist() == [0, 1, 1]
    few = funnel_poisson(0.01, Q[0])
    assert few.lower >= 0
    assert few.upper == pytest.approx(garwood(0.01, Q[0]).upper / 0.01)


def test_the_overdispersion_of_funnels_is_that_of_the_published_method():
    # Spiegelhalter 2005, Qual Saf Health Care 14:347 and Stat Med 24:1185, as in FunnelPlotR
    found = overdispersion_winsorised(SECOND, FIRST, winsorise=0.1)
    assert [found.phi, found.tau2] == pytest.approx([2.149053099, 0.01211849146], abs=6e-10)
    found = overdispersion_of_change(FIRST, SECOND, winsorise=0.1)
    assert [found.phi, found.tau2] == pytest.approx([0.9204353657, 0.001548674763], abs=6e-10)


def plain(z, w, share):
    low, high = np.percentile(z, [100 * share, 100 - 100 * share])
    phi = sum(min(max(score, low), high) ** 2 for score in z) / len(z)
    room = sum(w) - sum(weight**2 for weight in w) / sum(w)
    return phi, max(0.0, (len(z) * phi - (len(z) - 1)) / room)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25])
def test_many_funnels_at_once_are_as_each_by_itself(share):
    random = np.random.default_rng(2)
    first, second = random.integers(1, 400, (2, 50, 4, 9)).astype(float)
    one = overdispersion_winsorised(second, first, winsorise=share)
    two = overdispersion_of_change(first, second, winsorise=share)
    assert one.phi.shape == one.tau2.shape == two.phi.shape == (50, 4)
    for cell in np.ndindex(50, 4):
        a, b = first[cell], second[cell]
        expected = plain(np.log(b / a) * np.sqrt(a), a, share)
        assert [one.phi[cell], one.tau2[cell]] == pytest.approx(expected, rel=1e-9)
        variance = b / (b + 0.5) ** 2 + a / (a + 0.5) ** 2
        y = np.log((b + 0.5) / (a + 0.5)) - np.log(b.sum() / a.sum())
        expected = plain(y / np.sqrt(variance), 1 / variance, share)
        assert [two.phi[cell], two.tau2[cell]] == pytest.approx(expected, rel=1e-9)


def test_impossible_funnels_are_refused():
    with pytest.raises(ValueError, match=r"expected events above 0"):
        funnel_poisson(0, Q[0])
    with pytest.raises(ValueError, match=r"a population above 0, found population = 0.0"):
        funnel_proportion(0, 0.5, Q[0])
    with pytest.raises(ValueError, match=r"an average between 0 and 1, found average = 1.1"):
        funnel_proportion(5, 1.1, Q[0])
    with pytest.raises(ValueError, match=r"observed and expected above 0, found observed = 0.0"):
        overdispersion_winsorised([0, 3], [1, 2], winsorise=0.1)
    with pytest.raises(ValueError, match=r"at least 2 areas on the last axis, found 1"):
        overdispersion_winsorised([3], [2], winsorise=0.1)
    with pytest.raises(ValueError, match=r"at least 2 areas on the last axis, found 0"):
        overdispersion_of_change(3, 2, winsorise=0.1)
    with pytest.raises(ValueError, match=r"winsorise in \[0, 0.5\), found winsorise = 0.5"):
        overdispersion_winsorised([1, 3], [1, 2], winsorise=0.5)
    with pytest.raises(ValueError, match=r"not both 0, found baseline = 0.0, later = 0.0"):
        overdispersion_of_change([0, 3], [0, 2], winsorise=0.1)
    with pytest.raises(ValueError, match=r"events in both periods, found baseline = 0.0"):
        overdispersion_of_change([0, 0], [3, 2], winsorise=0.1)
