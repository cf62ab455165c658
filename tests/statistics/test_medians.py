"""Standard error and change of medians: published values, the observations one by one, edges."""

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.medians import bonett_price, median_standard_error

Z = stats.norm.isf(0.025)


def plain_standard_error(ordered):
    n = len(ordered)
    c = max(1, round((n + 1) / 2 - np.sqrt(n)))
    a = 2 * stats.binom.cdf(c - 1, n, 0.5)
    return (ordered[n - c] - ordered[c - 1]) / (2 * stats.norm.isf(a / 2))


def test_the_error_and_the_change_of_medians_are_those_of_the_observations(frequency_tables):
    values, counts = frequency_tables(5)
    other = values + 0.5
    first, second = counts, counts[::-1]
    error = median_standard_error(values, first)
    assert (
        median_standard_error(values, first.reshape(2, 150, 12)).tolist()
        == error.reshape(2, 150).tolist()
    )
    for row, table in enumerate(first):
        assert error[row] == pytest.approx(plain_standard_error(np.repeat(values, table)), rel=1e-9)
    some = np.hypot(error, median_standard_error(other, second)) > 0
    found = bonett_price(values, first[some], other, second[some], Z)
    for row, (one, two) in enumerate(zip(first[some], second[some], strict=True)):
        before, after = np.repeat(values, one), np.repeat(other, two)
        change = np.median(after) - np.median(before)
        together = np.hypot(plain_standard_error(before), plain_standard_error(after))
        assert found.change[row] == change
        assert found.standard_error[row] == pytest.approx(together, rel=1e-9)
        assert found.interval.lower[row] == pytest.approx(change - Z * together, abs=1e-9)
        assert found.interval.upper[row] == pytest.approx(change + Z * together, abs=1e-9)
        assert found.p[row] == pytest.approx(2 * stats.norm.sf(abs(change) / together), rel=1e-9)


def test_the_change_of_medians_is_the_published_one():
    # Example of ci.median2 in the R package statpsych (Bonett), its groups exchanged
    first = [26, 27, 29, 32, 34, 35, 37, 39, 40, 43]
    second = [31, 33, 36, 39, 42, 44, 46, 47, 48, 49]
    found = bonett_price(first, [1] * 10, second, [1] * 10, Z)
    assert found.change == 8.5
    assert found.standard_error == pytest.approx(4.316291, abs=6e-7)
    assert found.interval.lower == pytest.approx(0.04022524, abs=6e-9)
    assert found.interval.upper == pytest.approx(16.95977, abs=6e-6)
    assert found.p < 0.05
    one = median_standard_error(first, [1] * 10)
    two = median_standard_error(second, [1] * 10)
    assert [one, two] == pytest.approx([2.826871, 3.261774], abs=6e-7)


def test_exchanging_the_periods_turns_the_change_of_medians_round(frequency_tables):
    values, counts = frequency_tables(6)
    error = median_standard_error(values, counts)
    first, second = counts[error > 0][:100], counts[error > 0][100:200]
    one = bonett_price(values, first, values * 2, second, Z)
    two = bonett_price(values * 2, second, values, first, Z)
    assert one.change.tolist() == (-two.change).tolist()
    assert one.interval.lower == pytest.approx(-two.interval.upper, rel=1e-12)
    assert one.p == pytest.approx(two.p, rel=1e-12)


def test_halves_are_rounded_to_the_even_rank():
    # n = 16: (16 + 1) / 2 - 4 = 4.5, so ranks 4 and 13
    values = np.arange(1.0, 17.0)
    a = 2 * stats.binom.cdf(3, 16, 0.5)
    expected = 9 / (2 * stats.norm.isf(a / 2))
    assert median_standard_error(values, np.ones(16)) == pytest.approx(expected, rel=1e-12)


def test_impossible_tables_are_refused():
    with pytest.raises(
        ValueError, match=r"whole frequencies of at least 0, found frequencies = 1.5"
    ):
        median_standard_error([2, 3], [1.5, 1])
    with pytest.raises(ValueError, match=r"at least 2 observations, found n = 1.0"):
        median_standard_error([2, 3], [0, 1])
    with pytest.raises(ValueError, match=r"a spread, not a standard error of 0"):
        bonett_price([1], [9], [2], [9], Z)
    with pytest.raises(ValueError, match=r"q of at least 0, found q = -1.0"):
        bonett_price([1, 2], [9, 9], [2, 3], [9, 9], -1)
