"""Sign patterns: published counts, enumeration in cents."""

import itertools

import numpy as np
import pytest

from baseline_compare.statistics.sign_flips import sign_flip, smallest_p

MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
"""Darwin's crossed less self-fertilised plants, Fisher 1935, section 21."""


def test_the_maize_has_863_of_32768_sign_patterns_as_far():
    found = sign_flip(MAIZE)
    assert (found.total, found.as_far, found.patterns) == (314.0, 863, 32768)
    assert found.p_one == pytest.approx(0.02633667, abs=6e-9)
    assert found.p == pytest.approx(0.05267334, abs=6e-9)


def test_sign_patterns_agree_with_enumeration_in_cents():
    rng = np.random.default_rng(1935)
    for _ in range(100):
        cents = rng.integers(-30, 31, rng.integers(1, 11))
        found = sign_flip(cents / 100)
        used = [int(cent) for cent in cents if cent]
        sums = [
            sum(sign * cent for sign, cent in zip(signs, used, strict=True))
            for signs in itertools.product([-1, 1], repeat=len(used))
        ]
        as_far = sum(total >= abs(sum(used)) for total in sums)
        assert (found.as_far, found.patterns) == (as_far, len(sums))
        assert found.p == min(1.0, 2 * as_far / len(sums))


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match=r"at most 20 differences that are not 0, found 21"):
        sign_flip(np.arange(22))
    with pytest.raises(ValueError, match=r"a number of at least 0, found nonzero = -1.0"):
        smallest_p(-1)
