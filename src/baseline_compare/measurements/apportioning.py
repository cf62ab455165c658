"""Whole numbers and frequency tables divided by shares, without losing or making anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

Shares = Mapping[str, Fraction]


def exact_shares(shares: Mapping[str, float]) -> dict[str, Fraction]:
    """Give shares that sum to 1 exactly, in the order of their codes; 0.1 is one tenth."""
    exact = {code: Fraction(repr(float(share))) for code, share in sorted(shares.items())}
    whole = sum(exact.values(), Fraction())
    return {code: share / whole for code, share in exact.items()}


def apportion(total: int, shares: Shares) -> dict[str, int]:
    """Divide a whole number by largest remainder; equal remainders go by code.

    Examples
    --------
    >>> apportion(10, exact_shares({"KU507": 0.5, "KU588": 0.25, "KU213": 0.25}))
    {'KU213': 3, 'KU507': 5, 'KU588': 2}
    """
    parts = _rounded(abs(total), {code: abs(total) * share for code, share in shares.items()})
    return {code: -part if total < 0 else part for code, part in parts.items()}


def apportion_table(table: Mapping[float, int], shares: Shares) -> dict[str, dict[float, int]]:
    """Divide a frequency table; what one value was rounded by is made good at the next.

    Examples
    --------
    >>> apportion_table({1.0: 1, 2.0: 1}, exact_shares({"KU507": 0.5, "KU588": 0.5}))
    {'KU507': {1.0: 1}, 'KU588': {2.0: 1}}
    """
    owed = dict.fromkeys(shares, Fraction())
    parts: dict[str, dict[float, int]] = {code: {} for code in shares}
    for value, count in sorted(table.items()):
        ideal = {code: count * share + owed[code] for code, share in shares.items()}
        for code, part in _rounded(count, ideal).items():
            owed[code] = ideal[code] - part
            if part:
                parts[code][value] = part
    return parts


def _rounded(total: int, ideal: Mapping[str, Fraction]) -> dict[str, int]:
    """Round to whole numbers, none below 0, that sum to the total."""
    parts = {code: max(0, math.floor(share)) for code, share in ideal.items()}
    left = total - sum(parts.values())
    while left:
        step = 1 if left > 0 else -1
        able = [code for code in sorted(parts) if step > 0 or parts[code]]
        chosen = max(able, key=lambda code: step * (ideal[code] - parts[code]))
        parts[chosen] += step
        left -= step
    return parts
