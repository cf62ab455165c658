"""``protect`` and ``audit``: what leaves is safe, and what left is looked at together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from baseline_compare.disclosure.auditing import Audit, attack
from baseline_compare.disclosure.figures import Figure, Key, figures_of, is_euros
from baseline_compare.disclosure.ledger import Entry, Ledger
from baseline_compare.disclosure.protecting import hide
from baseline_compare.disclosure.worlds import Terms
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.indicators import Catalogue, Rule
from baseline_compare.measurements import DECIMALS, NUMBERS, Measurements, Remark
from baseline_compare.measurements.layout import CATEGORIES, canonical

Release = Measurements | Entry | Ledger

WITHHELD = "withheld"
"""In place of the hash of a file with hidden figures: who knows the rest could try them out."""


def protect(
    measurements: Measurements,
    *,
    rule: Rule | None = None,
    ledger: Ledger | None = None,
    contributions: pd.DataFrame | None = None,
) -> Measurements:
    """Hide what must not be published, and what it could be computed from.

    Small counts and small rests are hidden, then as few further figures as are found to be needed
    over all areas, periods and breakdowns, so that nobody can compute a small one too closely: not
    from this release, not together with former ones, and not the only member of a group either.
    One mark stands for all of them, beside it what anybody can compute.

    Parameters
    ----------
    rule
        What must not be published; that of the definitions unless given.
    ledger
        What was published before. Without it the result carries the remark ``sdc.no_ledger``.
    contributions
        For sums of euros the two largest contributions: a table of ``indicator``, ``area``,
        ``period``, ``largest`` and ``second``. Sums without them are hidden.

    Raises
    ------
    DisclosureError
        ``sdc.*`` with the names of the figures that cannot be kept, as what was published before
        tells them; ``total.mismatch`` if a total is not the sum of its parts.

    Examples
    --------
    >>> from baseline_compare.measurements import from_frame
    >>> rows = pd.DataFrame(
    ...     {
    ...         "indicator": "basic_sa_households",
    ...         "area": ["HVA10", "KU075", "KU285", "KU286", "KU489", "KU624", "KU935"],
    ...         "period": "2023-01",
    ...         "value": [163, 30, 70, 50, 2, 3, 8],
    ...     }
    ... )
    >>> safe = protect(from_frame(rows, source="synthetic-example"))
    >>> safe.table[["area", "state", "value", "low", "high"]]
        area       state  value  low  high
    0  HVA10       value  163.0  NaN   NaN
    1  KU075       value   30.0  NaN   NaN
    2  KU285       value   70.0  NaN   NaN
    3  KU286       value   50.0  NaN   NaN
    4  KU489  suppressed    NaN  0.0   5.0
    5  KU624  suppressed    NaN  0.0   5.0
    6  KU935       value    8.0  NaN   NaN
    """
    figures = figures_of(measurements)
    terms = terms_of(measurements, rule or measurements.indicators.rule, contributions)
    open_ones = [
        place
        for place, figure in enumerate(figures)
        if is_euros(measurements.indicators[figure.indicator])
        and not figure.hidden
        and figure.key not in terms.contributions
    ]
    judged = [figure for place, figure in enumerate(figures) if place not in set(open_ones)]
    found = hide(judged, terms, before=ledger.figures if ledger else ())
    ranges = {(judged[place].row, judged[place].part): ends for place, ends in found.items()}
    rows = {row for row, _ in ranges} | {figures[place].row for place in open_ones}
    return _masked(measurements, rows, ranges, len(open_ones), audited=ledger is not None)


def audit(
    releases: Iterable[Release] | Release,
    *,
    rule: Rule | None = None,
    indicators: Catalogue | None = None,
    truth: Measurements | None = None,
) -> Audit:
    """Attack everything that was published, and say what can be computed of hidden figures.

    Parameters
    ----------
    releases
        Tables as they were published, entries of a ledger, or whole ledgers.
    rule
        By which figures must not be told; that of the definitions unless given.
    indicators
        Definitions, where only ledgers are given.
    truth
        The table without anything hidden; with it the only member of a group is taken for a reader,
        too, who knows the own figure.

    Raises
    ------
    DisclosureError
        ``total.mismatch`` if what was published contradicts itself, ``definition.invalid`` without
        definitions.
    """
    given = [releases] if isinstance(releases, Measurements | Entry | Ledger) else list(releases)
    tables = [release for release in given if isinstance(release, Measurements)]
    catalogue = indicators or (tables[0].indicators if tables else None)
    if catalogue is None:
        raise DisclosureError(
            Problem(
                code="definition.invalid",
                expected="the definitions of the indicators",
                found="ledgers alone",
                remedy="Say indicators=, for example those of the baseline.",
            )
        )
    for table in tables:
        own = [item for key, item in table.indicators.items() if key not in catalogue]
        catalogue = catalogue.add(*own)
    figures: dict[tuple[Key, frozenset[str]], Figure] = {}
    for release in given:
        for figure in figures_of(release) if isinstance(release, Measurements) else release.figures:
            key = figure.key, figure.places
            known = figures.get(key)
            if known is None or (known.hidden and not figure.hidden):
                figures[key] = figure
    used = rule or catalogue.rule
    limits = [terms_of(table, used).thresholds for table in tables]
    thresholds = {
        key: max([item.get(key, 1) for item in limits] + [used.threshold_of(definition.unit, ())])
        for key, definition in catalogue.items()
    }
    known_truth = {figure.key: figure.low for figure in figures_of(truth)} if truth else None
    terms = Terms(catalogue=catalogue, rule=used, thresholds=thresholds)
    return attack(list(figures.values()), terms, truth=known_truth)


def terms_of(
    measurements: Measurements, rule: Rule, contributions: pd.DataFrame | None = None
) -> Terms:
    """Give what is hidden by a rule in a table: the strictest threshold of all its sources."""
    frame = measurements.frame
    sources = frame.groupby("indicator", observed=True)["source"].unique()
    thresholds = {
        key: rule.threshold_of(item.unit, sources.get(key, ()))
        for key, item in measurements.indicators.items()
    }
    return Terms(
        catalogue=measurements.indicators,
        rule=rule,
        thresholds=thresholds,
        contributions=_contributions(contributions),
    )


def _contributions(table: pd.DataFrame | None) -> dict[Key, tuple[float, float]]:
    """Read the largest and the second contribution to sums of euros."""
    if table is None:
        return {}
    columns = ["indicator", "area", "period", "largest", "second"]
    numbers = table.reindex(columns=columns[3:]).apply(pd.to_numeric, errors="coerce")
    wrong = (
        set(table.columns) != set(columns)
        or table.duplicated(columns[:3]).any()
        or not (numbers["largest"] >= numbers["second"]).all()
        or not (numbers["second"] >= 0).all()
    )
    if wrong:
        raise DisclosureError(
            Problem(
                code="sdc.dominance",
                expected=f"{', '.join(columns)}, each key once, largest >= second >= 0",
                found="another table",
                remedy="Give the two largest contributions to each sum of euros.",
            )
        )
    keys = table[columns[:3]].astype(str).itertuples(index=False)
    pairs = zip(numbers["largest"], numbers["second"], strict=True)
    return {
        (indicator, "value", area, period): (float(largest), float(second))
        for (indicator, area, period), (largest, second) in zip(keys, pairs, strict=True)
    }


def _masked(
    measurements: Measurements,
    rows: set[int],
    ranges: Mapping[tuple[int, str], tuple[float, float]],
    undeclared: int,
    *,
    audited: bool,
) -> Measurements:
    """Take the figures out of rows, and give what a reader can compute of them instead."""
    frame = measurements.frame
    places = np.array(sorted(rows), dtype=np.intp)
    denominators = frame["denominator"].to_numpy(copy=True)
    for name in (*NUMBERS, *DECIMALS):
        column = frame[name].to_numpy(copy=True)
        column[places] = np.nan if name in NUMBERS else 0
        frame[name] = column
    state = frame["state"].astype(object).to_numpy(copy=True)
    state[places] = "suppressed"
    frame["state"] = state
    tables = frame["frequencies"].to_numpy(dtype=object, copy=True)
    tables[places] = ""
    frame["frequencies"] = tables
    low, high = frame["low"].to_numpy(copy=True), frame["high"].to_numpy(copy=True)
    below = frame["denominator"].to_numpy(copy=True)
    for row in places.tolist():
        for part in ("value", "numerator"):
            ends = ranges.get((row, part))
            if ends is not None and np.isfinite(ends[1]):
                low[row], high[row] = ends
        if (row, "denominator") not in ranges:
            below[row] = denominators[row]
    frame["low"], frame["high"], frame["denominator"] = low, high, below
    remarks = [remark for remark in measurements.remarks if remark.kind == "warning"]
    if rows:
        remarks.append(Remark("sdc.protected", "warning", f"{len(rows)} figures hidden"))
    if undeclared:
        note = f"{undeclared} sums of euros hidden, whose largest contributions nobody declared"
        remarks.append(Remark("sdc.dominance", "warning", note))
    if not audited:
        remarks.append(Remark("sdc.no_ledger", "warning", "former releases were not looked at"))
    origins = measurements.origins
    if rows:
        origins = tuple(replace(origin, sha256=WITHHELD) for origin in origins)
    return Measurements(
        canonical(frame.astype(dict.fromkeys(CATEGORIES, object)))[0],
        indicators=measurements.indicators,
        origins=origins,
        remarks=tuple(remarks),
        quarantine=measurements.quarantine,
        vintage=measurements.vintage,
    )
