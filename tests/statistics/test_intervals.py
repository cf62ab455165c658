"""What all intervals share: quantiles, refusals and inversion."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.intervals import (
    beyond,
    checked,
    inverted_p,
    one_tail,
    refuse,
    two_sided,
)


@pytest.mark.parametrize("df", [np.inf, 1.0, 2.5, 40.0])
def test_quantile_and_tail_are_inverse_and_agree_with_scipy_stats(df):
    tails = np.array([0.4, 0.025, 1e-6, 1e-20])
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


@pytest.mark.parametrize("df", [np.inf, 2.0, 17.0])
def test_inverting_a_symmetric_interval_gives_the_p_value_of_its_test(df):
    estimate = np.array([[0.0, 0.3, 5.0], [-2.0, 30.0, 1e-9]])
    found = inverted_p(lambda q, size: size - q, (np.abs(estimate),), df)
    law = stats.norm if np.isinf(df) else stats.t(df)
    expected = np.maximum(2 * law.sf(np.abs(estimate)), 2e-300)
    assert found == pytest.approx(expected, rel=1e-8)
    assert found.shape == estimate.shape


def test_an_interval_that_excludes_at_every_level_gives_the_smallest_p_value():
    found = inverted_p(lambda q, size: size + 0 * q, (np.array([1.0, 0.0]),))
    assert found[0] <= 2e-299
    assert found[1] == 1.0
