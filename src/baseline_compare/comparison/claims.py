"""What is claimed about rows, and what a claim rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from baseline_compare.comparison.evidence import Change, Places
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.variation import Variation, Years


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim about some rows of an indicator and what it rests on.

    Attributes
    ----------
    at
        The rows it is about.
    about
        ``own`` change against all variation, change ``relative`` to the rest of the mainland, or
        own change against ``counting`` variation only.
    change, null_error, variance
        The evidence, its standard error if nothing had changed, and the variance beyond counting
        in it.
    methods
        The name of the method of each row.
    variation
        Where the variance beyond counting comes from.
    tried
        The evidence at other correlations of the two periods.
    usual
        What was seen between earlier pairs of years.
    """

    at: Places
    about: Literal["own", "relative", "counting"]
    change: Change
    null_error: Floats
    variance: Floats
    methods: Sequence[str]
    variation: Variation | None = None
    tried: Mapping[float, Change] = field(default_factory=dict)
    usual: Usual | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """The changes of the rows of a claim between earlier pairs of years.

    ``changes`` has pairs by rows, on the primary scale (of ratios the logarithm); ``variation`` is
    what the claim rests on, whose pairs are others where it was stretched.
    """

    variation: Variation
    pairs: tuple[Years, ...]
    changes: Floats

    def of(self, place: int) -> Floats:
        """Give the changes of one row that are known."""
        own = self.changes[:, place]
        return np.asarray(own[np.isfinite(own)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims about the rows of one indicator; for the other rows why there is none."""

    made: tuple[Claim, ...]
    reasons: Mapping[int, str]
