"""What all intervals share: quantiles, refusals and inversion."""

import numpy as np
import pytest
from scipy import special, stats

from baseline_compare.statistics.intervals import (
    beyond,
    checked,
    inverted_p,
    one_tail,
    refuse,
    tail_beyond,
    two_sided,
)


@pytest.mark.parametrize("df", [np.inf, 1.0, 2.5, 5.7, 10.0, 40.0, 1e5, 3e6])
def test_quantile_and_tail_are_inverse_and_agree_with_scipy_stats(df):
    tails = np.array([0.9, 0.4, 0.025, 1e-6, 1e-20])
    q = beyond(tails, df)
    known = stats.norm.isf(tails) if np.isinf(df) else stats.t.isf(tails, df)
    assert q == pytest.approx(known, rel=1e-9)
    assert one_tail(q, df) == pytest.approx(tails, rel=1e-9)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.1])
def test_a_confidence_level_lies_between_0_and_1(level):
    with pytest.raises(ValueError, match=r"a confidence level between 0 and 1, found confidence"):
        two_sided(level)


def test_no_nan_comes_in():
    with pytest.raises(ValueError, match=r"finite numbers, found x = nan in cell \(1,\)"):
        checked(x=[1.0, np.nan], n=3)


def test_a_refusal_names_the_first_cell_of_a_scalar_too():
    with pytest.raises(ValueError, match=r"found x = 3.0 in cell \(\)"):
        refuse(np.array(True), "less", x=np.array(3.0))


@pytest.mark.parametrize("df", [np.inf, 2.0, 2.5, 5.7, 10.0, 17.0])
def test_inverting_a_symmetric_interval_gives_the_p_value_of_its_test(df):
    estimate = np.array([[0.0, 0.3, 5.0], [-2.0, 30.0, 1e-9]])
    found = inverted_p(lambda q, size: size - q, (np.abs(estimate),), df)
    law = stats.norm if np.isinf(df) else stats.t(df)
    expected = np.maximum(2 * law.sf(np.abs(estimate)), 2e-150)
    assert found == pytest.approx(expected, rel=1e-8)
    assert found.shape == estimate.shape


def test_an_interval_that_excludes_at_every_level_gives_the_smallest_p_value():
    found = inverted_p(lambda q, size: size + 0 * q, (np.array([1.0, 0.0]),))
    assert found[0] <= 2.1e-150
    assert found[1] == 1.0


@pytest.mark.parametrize("df", [1.0, 2.5, 5.7, 10.0, 100.0, 3e6, np.inf])
def test_far_tails_have_a_finite_quantile(df):
    tails = 10.0 ** -np.arange(1, 151)
    q = beyond(tails, df)
    assert (np.diff(q) > 0).all()
    assert one_tail(q, df) == pytest.approx(tails, rel=1e-11)


def test_a_tail_lies_between_0_and_1():
    with pytest.raises(ValueError, match=r"a tail between 0 and 1, found tail = 0\.0"):
        beyond(0.0)


def test_t_quantiles_have_their_closed_forms():
    tail = special.ndtr(-np.linspace(0.01, 37, 400))
    two = (1 - 2 * tail) / np.sqrt(2 * tail * (1 - tail))
    assert beyond(tail, 2.0) == pytest.approx(two, rel=1e-10, abs=0)
    cauchy = 1 / np.tan(np.pi * np.maximum(tail, 1e-150))  # smaller tails count as that
    assert beyond(tail, 1.0) == pytest.approx(cauchy, rel=1e-10, abs=0)


@pytest.mark.parametrize("df", [0.3, 1.0, 1.5, 2.0, 5.7, 1e5, 3e6, np.inf])
def test_the_quantile_of_any_tail_has_a_square(df):
    q = beyond(10.0 ** -np.arange(1, 301), df)
    assert (np.diff(q) >= 0).all()
    assert np.isfinite(q**2).all()


def test_t_quantiles_reach_their_tail():
    random = np.random.default_rng(4)
    q, df = random.uniform(0, 37, 5000), 10 ** random.uniform(0.4, 9, 5000)
    tail = special.ndtr(-q)
    reached = special.stdtr(df, -beyond(tail, df))
    assert (np.abs(reached / tail - 1) <= 1e-8 * np.maximum(q, 1)).all()


def test_tails_stop_at_the_smallest_one():
    assert tail_beyond([40.0, 1e300]).tolist() == [1e-200, 1e-200]
    assert tail_beyond(30.0) == stats.norm.sf(30.0)
    with pytest.raises(
        ValueError, match=r"expected q of at least 0, found q = -1.0 in cell \(1,\)"
    ):
        tail_beyond([1.0, -1.0])
