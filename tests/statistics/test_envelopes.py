"""The change of levels that are known within bounds."""

import numpy as np
import pytest

from baseline_compare.statistics.envelopes import Envelope
from baseline_compare.statistics.kinds import proportions, rates

LEVELS = (0.3, 0.05, 0.01)


def shares(later, scale="difference"):
    return proportions(np.full(len(later), 60.0), 400, np.array(later), 400, scale=scale)


@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_an_interval_reaches_from_the_low_end_to_the_high_end(scale):
    found = Envelope(low=shares([20.0, 58.0], scale), high=shares([30.0, 64.0], scale))
    for level in LEVELS:
        inside = [shares([x, y], scale).interval(level) for x, y in zip(range(20, 31),
            np.linspace(58, 64, 11), strict=True)]  # fmt: skip
        limits = found.interval(level)
        assert limits.lower == pytest.approx(np.min([i.lower for i in inside], axis=0))
        assert limits.upper == pytest.approx(np.max([i.upper for i in inside], axis=0))
        other = found.other_interval(level)
        assert (other.lower < other.upper).all()


@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_p_values_and_intervals_agree(scale):
    low, high = [10.0, 35.0, 50.0, 55.0, 70.0], [20.0, 45.0, 64.0, 60.0, 95.0]
    found = Envelope(low=shares(low, scale), high=shares(high, scale))
    neutral, p = (0.0 if scale == "difference" else 1.0), found.p_value()
    assert p[2] == p[3] == 1.0
    for level in LEVELS:
        limits = found.interval(level)
        assert ((limits.lower > neutral) | (limits.upper < neutral)).tolist() == (
            p < level
        ).tolist()


def test_equivalence_holds_at_both_ends():
    found = Envelope(low=shares([58.0, 58.0]), high=shares([61.0, 90.0]))
    both = np.array([side.equivalence_p(0.1) for side in (found.low, found.high)])
    assert found.equivalence_p(0.1).tolist() == both.max(axis=0).tolist()


def test_there_is_no_single_value_and_the_fewer_degrees_of_freedom_count():
    ends = [
        rates(np.array([60.0]), 1, np.array([x]), 1, df=df) for x, df in ((40.0, 7.0), (50.0, 5.0))
    ]
    found = Envelope(low=ends[0], high=ends[1])
    assert np.isnan(found.estimate).all()
    assert found.df.tolist() == [5.0]
    assert [end.tolist() for end in found.ends] == [[40 / 60], [50 / 60]]
