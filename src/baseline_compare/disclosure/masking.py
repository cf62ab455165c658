"""Tables in which small figures, and what they could be computed from, give way to ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from baseline_compare.disclosure.figures import Key, Places, figures_of, is_euros
from baseline_compare.disclosure.hiding import Range, hide
from baseline_compare.disclosure.ledger import Ledger
from baseline_compare.disclosure.rests import with_rests
from baseline_compare.disclosure.worlds import Terms
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.files import WITHHELD
from baseline_compare.indicators import Catalogue, Rule
from baseline_compare.measurements import DECIMALS, NUMBERS, Measurements, Origin, Remark
from baseline_compare.measurements.layout import CATEGORIES

_CONTRIBUTIONS = ("indicator", "area", "period", "largest", "second")


def masked(
    tables: Sequence[Measurements],
    rule: Rule,
    *,
    ledger: Ledger | None,
    contributions: pd.DataFrame | None = None,
    groups: Mapping[str, Places] | None = None,
) -> tuple[list[Measurements], list[Remark]]:
    """Hide what must not be told in tables that are published together.

    Parameters
    ----------
    groups
        The municipalities of areas of one's own.

    Returns
    -------
    tuple
        The tables, and what a reader should know of all of them.
    """
    terms = terms_of(tables, rule, indicators=tables[0].indicators, contributions=contributions)
    own = [figures_of(table, groups) for table in tables]
    figures = [(number, figure) for number, found in enumerate(own) for figure in found]
    open_sums = {
        (figure.indicator, figure.periods)
        for _, figure in figures
        if is_euros(terms.catalogue[figure.indicator])
        and not figure.hidden
        and figure.key not in terms.contributions
    }
    undeclared = [
        (number, figure.row)
        for number, figure in figures
        if (figure.indicator, figure.periods) in open_sums and not figure.hidden
    ]
    left_out = set(undeclared)
    judged = [pair for pair in figures if (pair[0], pair[1].row) not in left_out]
    before = () if ledger is None else ledger.figures
    found = hide([figure for _, figure in judged], terms, before=before)
    ranges: list[dict[tuple[int, str], Range]] = [{} for _ in tables]
    rows: list[set[int]] = [set() for _ in tables]
    for place, ends in found.items():
        number, figure = judged[place]
        ranges[number][figure.row, figure.part] = ends
        rows[number].add(figure.row)
    for number, row in undeclared:
        rows[number].add(row)
    remarks = list(_remarks(sum(map(len, rows)), len(undeclared), audited=ledger is not None))
    return [
        _without(table, hidden, known)
        for table, hidden, known in zip(tables, rows, ranges, strict=True)
    ], remarks


def _remarks(hidden: int, undeclared: int, *, audited: bool) -> list[Remark]:
    found = []
    if hidden:
        found.append(Remark("sdc.protected", "warning", str(hidden)))
    if undeclared:
        found.append(Remark("sdc.dominance", "warning", str(undeclared)))
    return found if audited else [*found, *unaudited()]


def unaudited() -> list[Remark]:
    """Say that nobody looked at former releases."""
    return [Remark("sdc.no_ledger", "warning", "former releases were not looked at")]


def _without(
    table: Measurements, rows: set[int], ranges: Mapping[tuple[int, str], Range]
) -> Measurements:
    """Take the figures out of rows, and give what a reader can compute of them instead."""
    frame = table.frame.astype(dict.fromkeys(CATEGORIES, object))
    places = np.array(sorted(rows), dtype=np.intp)
    denominators = frame["denominator"].to_numpy(copy=True)
    gone = dict.fromkeys(NUMBERS, np.nan) | dict.fromkeys(DECIMALS, 0)
    for name, nothing in (gone | {"state": "suppressed", "frequencies": ""}).items():
        column = frame[name].to_numpy(copy=True)
        column[places] = nothing
        frame[name] = column
    for name in ("low", "high", "denominator"):
        column = frame[name].to_numpy(copy=True)
        for row in places.tolist():
            column[row] = _left(name, row, ranges, denominators)
        frame[name] = column
    safe = table.with_frame(frame).with_remarks(r for r in table.remarks if r.kind == "warning")
    if rows:
        safe = without_hashes(safe)
    return safe


def without_hashes(table: Measurements) -> Measurements:
    """Withhold the hashes of the files of a table."""
    return table.with_origins(map(_without_hash, table.origins))


def _without_hash(origin: Origin) -> Origin:
    known = origin.sha256 != "not_available"
    return replace(origin, sha256=WITHHELD) if known else origin


def _left(
    name: str, row: int, ranges: Mapping[tuple[int, str], Range], denominators: np.ndarray
) -> float:
    """Give what stays of a hidden row: the range of its count, and a denominator that is shown."""
    if name == "denominator":
        return float(np.nan if (row, "denominator") in ranges else denominators[row])
    ends = ranges.get((row, "value")) or ranges.get((row, "numerator"))
    if ends is None or np.isinf(ends[1]):
        return float(np.nan)
    return ends[0] if name == "low" else ends[1]


def terms_of(
    tables: Sequence[Measurements],
    rule: Rule,
    *,
    indicators: Catalogue,
    contributions: pd.DataFrame | None = None,
) -> Terms:
    """Give what a rule hides in tables: of all their sources the strictest threshold holds."""
    catalogue = indicators
    sources: dict[str, set[str]] = {}
    for table in tables:
        own = [item for key, item in table.indicators.items() if key not in catalogue]
        catalogue = catalogue.add(*own)
        names = table.frame.groupby("indicator", observed=True)["source"].unique()
        for key, found in names.items():
            sources.setdefault(str(key), set()).update(found)
    catalogue = with_rests(catalogue)
    everywhere = set().union(*sources.values())
    thresholds = {
        key: rule.threshold_of(item.unit, sorted(sources.get(key, everywhere)))
        for key, item in catalogue.items()
    }
    return Terms(
        catalogue=catalogue,
        rule=rule,
        thresholds=thresholds,
        contributions=_contributions(contributions),
    )


def _contributions(table: pd.DataFrame | None) -> dict[Key, tuple[float, float]]:
    """Read the largest and the second contribution to sums of euros."""
    if table is None:
        return {}
    keys = list(_CONTRIBUTIONS[:3])
    numbers = table.reindex(columns=_CONTRIBUTIONS[3:]).apply(pd.to_numeric, errors="coerce")
    largest, second = numbers["largest"], numbers["second"]
    fits = set(table.columns) == set(_CONTRIBUTIONS) and not table.duplicated(keys).any()
    if not (fits and (largest >= second).all() and (second >= 0).all()):
        raise DisclosureError(
            Problem(
                code="sdc.dominance",
                expected=f"{', '.join(_CONTRIBUTIONS)}, each key once, largest >= second >= 0",
                found="another table",
                remedy="Give the two largest contributions to each sum of euros.",
            )
        )
    return {
        (str(indicator), "value", str(area), str(period)): (float(first), float(other))
        for indicator, area, period, first, other in zip(
            *(table[name] for name in keys), largest, second, strict=True
        )
    }
