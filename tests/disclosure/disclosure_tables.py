"""Small published tables for the tests of disclosure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

import baseline_compare as bc
from baseline_compare.disclosure.figures import Figure
from baseline_compare.disclosure.worlds import Terms
from baseline_compare.indicators import Catalogue, Rule, catalogue

KEY = "basic_sa_applications_received"
"""A count that adds up over areas and periods."""


def terms(rule: Rule | None = None, threshold: int = 5, own: Catalogue | None = None) -> Terms:
    known = own or catalogue()
    rule = rule or Rule(zero_disclosive=False, threshold=threshold)
    return Terms(catalogue=known, rule=rule, thresholds=dict.fromkeys(known, rule.threshold))


def figure(
    places: str, said: float | tuple[float, float] | None, *periods: str, indicator: str = KEY
) -> Figure:
    """Give a figure of letters, each a municipality: a number, bounds of a hidden one, None."""
    low, high = (0.0, np.inf) if said is None else said if isinstance(said, tuple) else (said, said)
    return Figure(
        indicator=indicator,
        part="value",
        area=places,
        places=frozenset(places),
        periods=periods or ("2023-01",),
        low=low,
        high=high,
        hidden=not isinstance(said, int | float),
    )


def broken_down(columns: str, *others: str) -> Catalogue:
    """Give a count named ``all`` that is the sum of one-letter counts, in one way or several."""
    item = catalogue()["basic_sa_persons"]
    parts = [
        replace(item, id=f"part_{letter}", breakdowns=()) for letter in "".join([columns, *others])
    ]
    breakdowns = tuple(tuple(f"part_{letter}" for letter in way) for way in (columns, *others))
    return catalogue().add(*parts, replace(item, id="all", breakdowns=breakdowns))


def measurements(
    values: Mapping[tuple[str, str, str], float],
    *,
    own: Catalogue | None = None,
    source: str = "synthetic-table",
    vintage: int | None = None,
) -> bc.Measurements:
    """Give counts by indicator, area and period."""
    rows = [(*key, value) for key, value in values.items()]
    table = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    return bc.measurements.from_frame(table, source=source, indicators=own, vintage=vintage)


def hidden(safe: bc.Measurements) -> list[tuple[str, str, str]]:
    """List what is hidden."""
    rows = safe.table[safe.table["state"] == "suppressed"]
    return list(zip(rows["indicator"], rows["area"], rows["period"], strict=True))


def bounds(safe: bc.Measurements) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Give what is said of each hidden figure."""
    rows = safe.table[safe.table["state"] == "suppressed"]
    keys = zip(rows["indicator"], rows["area"], rows["period"], strict=True)
    return dict(zip(keys, zip(rows["low"], rows["high"], strict=True), strict=True))
