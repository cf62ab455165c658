"""By how much published totals exceed the sum of their areas, as seen in each source."""

from __future__ import annotations

from baseline_compare.periods import PeriodType

KELA = "kela-koronamittarit"
MONTHLY = 5
"""Persons or households by which the regions of a month may fall short of the country."""

WEEKLY = 0.015
"""Share of a week's applications that has no region."""


def total_gap(source: str, period: PeriodType, total: float) -> float:
    """Give by how much the areas of a total may fall short of it; 0 unless a source is known to.

    Examples
    --------
    >>> total_gap("kela-koronamittarit", "month", 129_000), total_gap("my-register", "month", 9)
    (5.0, 0.0)
    """
    if source != KELA:
        return 0.0
    return {"month": float(MONTHLY), "week": WEEKLY * total}.get(period, 0.0)
