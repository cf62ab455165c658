"""The figures that a comparison shows, as measurements: each target in each period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.areas import Registry
from baseline_compare.comparison.plans import Plan, same_areas
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import Measurements, frequencies_text, parse_frequencies
from baseline_compare.measurements.layout import CATEGORIES, DECIMALS

_SUMMED = ("value", "numerator", "denominator", "n", "sum", "sum_squares")
_ADDITIVE = ("count", "amount")


def target_measurements(
    measurements: Measurements,
    plans: Mapping[str, Plan],
    codes: Sequence[str],
    indicators: Mapping[str, Indicator],
    registry: Registry,
    vintage: int,
) -> Measurements:
    """Give each target of a comparison the sum of its members, period by period.

    Of computed indicators these are their two parts. A sum that lacks a member is left out, one
    with a hidden member has the bounds of that, and one with a member without figure has none.
    """
    frame = measurements.frame.astype(dict.fromkeys(CATEGORIES, object))
    order = sorted(plans, key=lambda key: indicators[key].computed)
    parts: list[pd.DataFrame] = []
    seen: set[tuple[str, str]] = set()
    for key in order:
        item, plan = indicators[key], plans[key]
        for name in (item.numerator, item.denominator) if item.computed else (key,):
            rows = frame[frame["indicator"] == name]
            links = _links(plan, codes, seen, name)
            if rows.empty or links.empty:
                continue
            areas = rows["area"].unique().tolist()
            twins = same_areas(areas, plan.members, registry, vintage)
            rows = rows.assign(member=rows["area"].replace(twins)).merge(links, on="member")
            if len(rows):
                parts.append(_summed(rows, measurements.indicators[name]))
    found = pd.concat(parts, ignore_index=True) if parts else frame.iloc[:0]
    return measurements.with_frame(found[list(frame.columns)])


def _links(plan: Plan, codes: Sequence[str], seen: set[tuple[str, str]], name: str) -> pd.DataFrame:
    """List the members of each target that has no rows of this indicator yet."""
    found: list[tuple[str, str, int]] = []
    for position, index in enumerate(plan.targets):
        if (name, codes[index]) not in seen:
            members = plan.parts_of(position)
            found += [(codes[index], member, len(members)) for member in members]
            seen.add((name, codes[index]))
    return pd.DataFrame(found, columns=["target", "member", "size"])


def _summed(rows: pd.DataFrame, item: Indicator) -> pd.DataFrame:
    """Sum the rows of members to their targets."""
    keys = ["indicator", "target", "period"]
    hidden = (rows["state"] == "suppressed").to_numpy()
    known = "value" if item.kind in _ADDITIVE else "numerator"
    for side in ("low", "high"):
        rows[side] = np.where(hidden, rows[side], rows[known])
    groups = rows.groupby(keys, sort=False)
    first = groups.first().reset_index()
    number = groups.size().to_numpy()
    single = number == 1
    for name in (*_SUMMED, "low", "high"):
        first[name] = groups[name].sum(min_count=1).where(groups[name].count() == number).to_numpy()
    if item.kind not in _ADDITIVE:
        first["value"] = np.where(single, first["value"], np.nan)
    for name in DECIMALS:
        first[name] = groups[name].max().to_numpy()
    states = groups["state"].agg(_state).to_numpy()
    first["state"] = states
    for name in ("low", "high"):
        first[name] = np.where(states == "suppressed", first[name], np.nan)
    told = np.array([state == "value" for state in states])
    for name in ("value", "numerator", "n", "sum", "sum_squares"):
        first[name] = np.where(told, first[name], np.nan)
    first["denominator"] = np.where(told | (states == "suppressed"), first["denominator"], np.nan)
    first["frequencies"] = groups["frequencies"].agg(_merged).to_numpy()
    first["status"] = np.where(single, first["status"], "derived")
    first["place"] = groups["place"].agg("+".join).to_numpy()
    whole = (number == first["size"].to_numpy()) & _has_figure(first)
    found: pd.DataFrame = first.assign(area=first["target"])[whole]
    return found


def _has_figure(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which rows have a state, or the figures that one needs."""
    names = ["value", "numerator", "n"]
    figure = rows[names].notna().any(axis=1) | (rows["frequencies"] != "")
    return np.asarray((rows["state"] != "value") | figure)


def _state(states: Iterable[str]) -> str:
    """Give the state of a sum: that of the member that stands most in its way."""
    found = set(states)
    order = ("not_applicable", "not_available", "suppressed", "value")
    return next(state for state in order if state in found)


def _merged(texts: Iterable[str]) -> str:
    """Add up frequency tables, where each member has one."""
    table: Counter[float] = Counter()
    for text in texts:
        if not text:
            return ""
        table.update(parse_frequencies(text))
    return frequencies_text(table)
