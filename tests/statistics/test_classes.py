"""Each change has exactly one class."""

import numpy as np

from baseline_compare.statistics.classes import CHANGE_CLASSES, classify
from baseline_compare.statistics.intervals import Interval


def definitions(decision, equivalence, low, high, neutral):
    """The table of the contract, each class by its own condition."""
    up, down = decision.lower > neutral, decision.upper < neutral
    none = ~up & ~down
    shown = (decision.lower > high) | (decision.upper < low)
    excluded = (low < equivalence.lower) & (equivalence.upper < high)
    still = ~shown & ~excluded
    return [
        up & shown, up & still, up & excluded, down & shown, down & still, down & excluded,
        none & excluded, none & still,
    ]  # fmt: skip


def drawn(rng, size):
    estimate = rng.normal(0, 1, size)
    sides = [rng.exponential(1, size) * rng.choice([0.05, 1, 5], size) for _ in range(4)]
    decision = Interval(estimate - sides[0], estimate + sides[1])
    equivalence = Interval(estimate - sides[2], estimate + sides[3])
    margin = rng.exponential(1, size) * rng.choice([0.01, 1, 3], size) + 1e-9
    return decision, equivalence, margin


def test_a_million_draws_have_exactly_one_class_each():
    decision, equivalence, margin = drawn(np.random.default_rng(20261126), 10**6)
    conditions = definitions(decision, equivalence, -margin, margin, 0.0)
    assert (np.sum(conditions, axis=0) == 1).all()
    found = classify(decision, equivalence, -margin, margin, neutral=0.0)
    assert (found == np.argmax(conditions, axis=0)).all()
    assert len(np.unique(found)) == len(CHANGE_CLASSES)


def test_ratios_are_classified_on_either_scale_alike():
    decision, equivalence, margin = drawn(np.random.default_rng(3), 10**4)
    plain = classify(decision, equivalence, -margin, margin, neutral=0.0)
    exponents = [Interval(np.exp(i.lower), np.exp(i.upper)) for i in (decision, equivalence)]
    found = classify(*exponents, np.exp(-margin), np.exp(margin), neutral=1.0)
    assert (found == plain).all()


def test_exchanging_the_periods_exchanges_increase_and_decrease():
    decision, equivalence, margin = drawn(np.random.default_rng(5), 10**4)
    found = classify(decision, equivalence, -margin, margin, neutral=0.0)
    turned = [Interval(-i.upper, -i.lower) for i in (decision, equivalence)]
    mirrored = classify(*turned, -margin, margin, neutral=0.0)
    exchange = np.array([3, 4, 5, 0, 1, 2, 6, 7])
    assert (exchange[found] == mirrored).all()


def test_without_a_margin_relevance_is_open():
    decision, equivalence, margin = drawn(np.random.default_rng(7), 10**4)
    nowhere = np.zeros(len(margin), dtype=bool)
    found = classify(decision, equivalence, -margin, margin, neutral=0.0, has_margin=nowhere)
    assert {CHANGE_CLASSES[i] for i in np.unique(found)} == {"increase", "decrease", "inconclusive"}
