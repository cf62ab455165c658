"""Ratings: the planned standard error against its law with ties, and against drawing."""

import numpy as np
import pytest

from baseline_compare.statistics.ratings import rating_groups

FIRST, SECOND = {1: 300, 2: 500, 3: 150, 4: 50}, {1: 900, 2: 1500, 3: 450, 4: 150}


def test_the_error_without_change_is_that_of_the_mann_whitney_statistic_with_ties():
    found = rating_groups([FIRST], [SECOND]).null_error.item()
    n1, n2 = sum(FIRST.values()), sum(SECOND.values())
    size = n1 + n2
    ties = np.array(list(FIRST.values())) + np.array(list(SECOND.values()))
    corrected = size + 1 - (ties**3 - ties).sum() / (size * (size - 1))
    assert found == pytest.approx(np.sqrt(corrected / (12 * n1 * n2)), rel=1e-3)


def test_the_error_without_change_is_that_of_drawn_groups():
    rng = np.random.default_rng(17)
    first = np.repeat(list(FIRST), list(FIRST.values()))
    draws = rng.choice(first, (4_000, 90))
    earlier, later = draws[:, :40, None], draws[:, None, 40:]
    chance = ((later > earlier) + 0.5 * (later == earlier)).mean(axis=(1, 2))
    found = rating_groups([{1: 12, 2: 20, 3: 6, 4: 2}], [{1: 15, 2: 25, 3: 8, 4: 2}]).null_error
    assert found.item() == pytest.approx(chance.std(ddof=1), rel=0.04)


def test_equal_first_ratings_borrow_the_spread_of_the_second():
    lone = rating_groups([{2: 40}], [{1: 20, 2: 20, 3: 10}]).null_error
    other = rating_groups([{1: 16, 2: 16, 3: 8}], [{1: 20, 2: 20, 3: 10}]).null_error
    assert lone == pytest.approx(other, rel=1e-12)
