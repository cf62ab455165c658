"""Tables that tell of nobody at a glance: no count is small, nor any difference of areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np
import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.disclosure.figures import Places, is_euros, is_protected, origins, places_of
from baseline_compare.disclosure.groups import atoms
from baseline_compare.disclosure.rests import with_rests
from baseline_compare.indicators import Catalogue, Indicator, Rule
from baseline_compare.measurements import Measurements
from baseline_compare.periods import parse_period


def is_plainly_safe(
    result: Comparison, tables: Sequence[Measurements], limits: Mapping[str, int], rule: Rule
) -> bool:
    """Say whether no sum or difference of what a comparison shows can be small.

    It holds if every count in its tables is none or large, and every group of municipalities that
    its areas tell apart is one of their areas in every period: then each difference is a sum of
    large counts. Where it does not hold, nothing is said; the figures are looked at one by one.
    """
    if result.arguments["same_persons"] is not None:
        return False
    targets = {_of_vintage(target.members, result) for target in result.targets.values()}
    return all(tells_nobody(table, targets, limits, rule) for table in tables)


def _of_vintage(members: Places, result: Comparison) -> Places:
    return origins(members, result.baseline.areas.since(result.baseline.vintage))


def tells_nobody(
    table: Measurements, targets: Set[Places], limits: Mapping[str, int], rule: Rule
) -> bool:
    """Say whether no sum or difference of figures, and of areas of one's own, is small."""
    frame = table.frame
    if rule.zero_disclosive and (frame["state"] == "not_applicable").any():
        return False
    frame = frame[frame["state"].isin(["value", "suppressed"])]
    if not _are_whole(frame, table.indicators):
        return False
    for key, rows in frame.groupby("indicator", observed=True):
        item = table.indicators[str(key)]
        if not is_protected(item):
            continue
        if (
            (rows["state"] == "suppressed").any()
            or is_euros(item)
            or _is_small(rows, item, limits, rule)
        ):
            return False
        periods = rows["period"].nunique()
        kinds = {parse_period(str(period)).type for period in rows["period"].unique()}
        if item.additive_over_periods and len(kinds) > 1:
            return False
        areas = rows["area"].unique()
        if len(rows) != periods * len(areas):
            return False
        for period in (rows["period"].min(), rows["period"].max()):
            own = {places_of(str(area), str(period), table.vintage) for area in areas}
            found = atoms(
                frozenset(own | {places for places in targets if _is_inside(places, own)})
            )
            single = {members for places, members in found.items() if places in own}
            if any((group,) not in single for members in found.values() for group in members):
                return False
    return True


def _are_whole(frame: pd.DataFrame, catalogue: Catalogue) -> bool:
    """Say whether each count stands with all that it is broken down to, or with none of it."""
    sizes = frame["indicator"].value_counts().to_dict()
    for key, item in with_rests(catalogue).items():
        for parts in item.breakdowns:
            there = {sizes.get(name, 0) for name in (key, *parts)}
            if len(there) > 1 and any(sizes.get(name, 0) for name in parts):
                return False
    return True


def _is_inside(places: Places, own: set[Places]) -> bool:
    return any(places & other for other in own)


def _is_small(rows: pd.DataFrame, item: Indicator, limits: Mapping[str, int], rule: Rule) -> bool:
    """Say whether any count of an indicator is small, or none where that says something."""
    if item.has_parts and (rows["value"].notna() & rows["numerator"].isna()).any():
        return True
    counts = rows[["value", "numerator", "denominator", "n"]].to_numpy()
    if (
        item.kind not in ("count", "proportion", "rate", "mean")
        or (rows["frequencies"] != "").any()
    ):
        return True
    if item.kind != "count":
        counts = counts[:, 1:]
    if item.kind == "rate":
        counts = counts[:, :1]
    if item.kind == "proportion":
        counts = np.column_stack([counts, counts[:, 1] - counts[:, 0]])
    small = counts < limits[item.id]
    return bool((small & (counts > 0 if not rule.zero_disclosive else counts >= 0)).any())
