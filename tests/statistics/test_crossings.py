"""Searches for the place where a function crosses a value."""

import numpy as np
import pytest

from baseline_compare.statistics.crossings import crossing


def test_a_search_without_a_crossing_gives_the_nearer_end():
    found = crossing(
        np.exp, np.array([1.0, 1.0, 1.0]), np.array([2.0, 2.0, 2.0]), np.exp([0, 1.5, 3])
    )
    assert found == pytest.approx([1.0, 1.5, 2.0])
