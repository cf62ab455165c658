"""Claims at both ends of what hidden cells can be, joined to claims about all that lies between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from baseline_compare.comparison.claims import Claim, Claims
from baseline_compare.comparison.evidence import Change, Places
from baseline_compare.statistics.envelopes import Envelope
from baseline_compare.statistics.relative import LogRatio
from baseline_compare.statistics.two_periods import TwoPeriods


def enveloped(low: Claims, high: Claims, rows: Iterable[int]) -> tuple[Claims, frozenset[int]]:
    """Join the claims about the same rows where their change is smallest and where it is largest.

    Returns
    -------
    tuple
        The claims, with the reasons of rows that can be judged at neither end; and the rows that
        can be judged at one end only.
    """
    made = tuple(
        claim
        for first in low.made
        for second in high.made
        if first.about == second.about and (claim := _joined(first, second)) is not None
    )
    claimed = {place for claim in made for place in claim.at.tolist()}
    reasons = {place: reason for place, reason in low.reasons.items() if place in high.reasons}
    return Claims(made, reasons), frozenset(rows) - claimed - set(reasons)


def _joined(low: Claim, high: Claim) -> Claim | None:
    """Join two claims about some rows; None where they have no row, or no interval, in common."""
    at, first, second = np.intersect1d(low.at, high.at, return_indices=True)
    change = _envelope(low.change, high.change, first, second)
    if change is None or not len(at):
        return None
    tried = {
        rho: found
        for rho, other in low.tried.items()
        if (found := _envelope(other, high.tried[rho], first, second)) is not None
    }
    return Claim(
        at=at,
        about=low.about,
        change=change,
        null_error=np.maximum(low.null_error[first], high.null_error[second]),
        variance=low.variance[first],
        methods=[
            "; ".join(dict.fromkeys((low.methods[i], high.methods[j])))
            for i, j in zip(first.tolist(), second.tolist(), strict=True)
        ],
        variation=low.variation,
        tried=tried,
        usual=low.usual and replace(low.usual, changes=low.usual.changes[:, first]),
    )


def _envelope(low: Change, high: Change, first: Places, second: Places) -> Envelope | None:
    known = TwoPeriods | LogRatio
    if not (isinstance(low, known) and isinstance(high, known)):
        return None
    return Envelope(low=low.taken(first), high=high.taken(second))
