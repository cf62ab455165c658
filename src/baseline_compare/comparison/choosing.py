"""The kind of evidence that an indicator is judged by."""

from __future__ import annotations

from collections.abc import Mapping

from baseline_compare.comparison.aggregation import Levels
from baseline_compare.comparison.evidence import Counted, Evidence, Shares
from baseline_compare.comparison.spreads import Amounts, Means, Medians, Ratings
from baseline_compare.indicators import Indicator, Kind

_KINDS: Mapping[Kind, type[Evidence]] = {
    "count": Counted,
    "rate": Counted,
    "proportion": Shares,
    "mean": Means,
    "quantile": Medians,
    "rating": Ratings,
    "amount": Amounts,
}


def evidence_of(
    indicator: Indicator, levels: Levels, catalogue: Mapping[str, Indicator]
) -> Evidence | None:
    """Give the evidence on an indicator; None for an index, whose error nobody states.

    Persons or households who return every month count once: the mean month stands for them.
    """
    kind = _KINDS.get(indicator.kind)
    if kind is None:
        return None
    counted = catalogue[indicator.numerator] if indicator.computed else indicator
    return kind(indicator, levels.base, levels.follow_up, persistent=counted.counts_unique)
