"""A comparison made again from what may be published, so that nothing in it tells more."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.comparison import Comparison, compare
from baseline_compare.comparison.plans import PARTITIONS
from baseline_compare.comparison.result import Protection
from baseline_compare.comparison.target_rows import target_measurements
from baseline_compare.disclosure.clearing import is_plainly_safe, tells_nobody
from baseline_compare.disclosure.figures import (
    Figure,
    Places,
    figures_of,
    is_protected,
    origins,
)
from baseline_compare.disclosure.ledger import Ledger
from baseline_compare.disclosure.masking import masked, terms_of, unaudited, without_hashes
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.files import WITHHELD
from baseline_compare.indicators import Rule
from baseline_compare.measurements import KEY, Measurements, Remark
from baseline_compare.measurements.layout import CATEGORIES
from baseline_compare.periods import parse_period

Disclosure = Literal["on", "off"]

_ORIGIN = re.compile(r"; (own_rows|sum_of_\w+)")


def cleared(
    result: Comparison, disclosure: Disclosure, *, ledger: Ledger | None = None
) -> Comparison:
    """Give a comparison as it may be shown: protected, unless that is switched off.

    What is switched off stays without protection, and says so wherever it is shown.

    Raises
    ------
    DisclosureError
        ``sdc.*`` for figures that cannot be kept; ``chain.conflict`` if the ledger is not the one
        that a comparison was protected with, or if nothing is protected.
    """
    if disclosure not in get_args(Disclosure):
        raise DisclosureError(
            Problem(
                code="argument.type",
                expected=" or ".join(get_args(Disclosure)),
                found=repr(disclosure),
                remedy='Leave it out; disclosure="off" is for internal use only.',
            )
        )
    if disclosure == "on" and result.protection is None:
        return protect_comparison(result, ledger=ledger)
    told = result.protection.ledger if result.protection else "nothing that is protected"
    if ledger is not None and told != ledger.head:
        raise DisclosureError(
            Problem(
                code="chain.conflict",
                expected=f"a comparison that was protected with the ledger at {ledger.head[:12]}…",
                found=told[:26] or "one without a ledger",
                remedy="Say ledger= when protecting; what is internal is not recorded.",
            )
        )
    return result


def cleared_evidence(result: Comparison, disclosure: Disclosure) -> Comparison:
    """Give the comparison that evidence was made from, if the evidence may be shown.

    Raises
    ------
    DisclosureError
        ``sdc.leak`` if it rests on figures that are hidden where the comparison is protected.
    """
    safe = cleared(result, disclosure)
    if safe.protection is not None and result.protection is None and safe.protection.hidden:
        raise DisclosureError(
            Problem(
                code="sdc.leak",
                expected="evidence from a comparison that may be shown",
                found="that from one with small figures",
                remedy="Make it again from baseline_compare.protect(result).",
            )
        )
    return safe


def protect_comparison(
    result: Comparison,
    *,
    rule: Rule | None = None,
    ledger: Ledger | None = None,
    contributions: pd.DataFrame | None = None,
) -> Comparison:
    """Make a comparison again from those of its figures that may be published."""
    if result.protection is not None:
        if rule is not None or ledger is not None or contributions is not None:
            raise DisclosureError(
                Problem(
                    code="argument.type",
                    expected="a comparison as compare() gave it",
                    found="one that is protected already",
                    remedy="Say rule=, ledger= and contributions= when it is protected first.",
                )
            )
        return result
    rule = rule or result.baseline.indicators.rule
    inputs, files = _inputs(result), _files(result)
    limits = terms_of(files, rule, indicators=result.baseline.indicators).thresholds
    if ledger is None and contributions is None and is_plainly_safe(result, files, limits, rule):
        return _stamped(result, rule, hidden=0, ledger=None, remarks=unaudited())
    shown = [_shown(result, table) for table in inputs]
    tables, remarks = masked(
        shown, rule, ledger=ledger, contributions=contributions, groups=_groups(result)
    )
    hidden = sum(int((table.frame["state"] == "suppressed").sum()) for table in tables)
    risky = [not tells_nobody(table, frozenset(), limits, rule) for table in files]
    tables = [
        without_hashes(table) if flag else table for table, flag in zip(tables, risky, strict=True)
    ]
    arguments = dict(result.arguments)
    if isinstance(arguments["same_persons"], pd.DataFrame):
        year = result.baseline.base_year
        arguments["same_persons"] = _safe_pairs(arguments["same_persons"], tables, limits, year)
    baseline = replace(result.baseline, measurements=tables[0])
    again = compare(
        _without_identity(baseline) if risky[0] else baseline,
        tables[1],
        between=tables[2] if len(tables) > 2 else None,
        **arguments,
    )
    again = replace(
        again,
        remarks=result.remarks,
        _table=_with_origins(again.table, result.table),
        _unmatched=result.unmatched,
    )
    return _stamped(again, rule, hidden=hidden, ledger=ledger, remarks=remarks)


def _without_identity(baseline: Baseline) -> Baseline:
    """Withhold what a baseline with small figures could be told by: its id, and hashes of files."""
    hashes = ("sha256", "original_sha256")
    lineage = {
        name: {key: WITHHELD if key in hashes else text for key, text in row.items()}
        for name, row in baseline.lineage.items()
    }
    return replace(baseline, id=WITHHELD, lineage=lineage)


def _stamped(
    result: Comparison,
    rule: Rule,
    *,
    hidden: int,
    ledger: Ledger | None,
    remarks: Iterable[Remark],
) -> Comparison:
    """Say that a comparison may be shown, and keep of its remarks those for readers."""
    kept = (remark for remark in result.remarks if remark.kind == "warning")
    head = ledger.head if ledger else ""
    return replace(
        result,
        protection=Protection(threshold=rule.threshold, hidden=hidden, ledger=head),
        remarks=(*kept, *remarks),
    )


def figures_shown(result: Comparison) -> tuple[Figure, ...]:
    """Give every figure of a protected comparison, hidden ones included, as it is shown."""
    groups = _groups(result)
    return tuple(
        figure
        for table in _inputs(result)
        for figure in figures_of(_targets(result, table), groups)
    )


def _inputs(result: Comparison) -> list[Measurements]:
    """Give the tables of a comparison with the years that it uses of each; populations of all."""
    year = result.baseline.base_year
    first, *later = _files(result)
    return [
        _of_years(first, lambda found: found <= year),
        *(_of_years(table, lambda found: found > year) for table in later),
    ]


def _files(result: Comparison) -> list[Measurements]:
    """Give the tables of a comparison as they were brought."""
    tables = [result.baseline.measurements, result.measurements]
    return tables if result.between is None else [*tables, result.between]


def _of_years(table: Measurements, wanted: Callable[[int], bool]) -> Measurements:
    frame = table.frame
    fits = frame["period"].map(lambda text: wanted(parse_period(text).year)).astype(bool)
    public = frame["indicator"].map(lambda key: not is_protected(table.indicators[key]))
    kept = fits | public.astype(bool)
    if kept.all():
        return table
    return table.with_frame(frame.astype(dict.fromkeys(CATEGORIES, object))[kept])


def _groups(result: Comparison) -> dict[str, Places]:
    """Give the municipalities of groups of one's own."""
    day = datetime.date(result.baseline.vintage, 1, 1)
    return {
        code: origins(target.members, day)
        for code, target in result.targets.items()
        if target.level == "own_group"
    }


def _targets(result: Comparison, table: Measurements) -> Measurements:
    """Give the figures of the areas that a comparison is made for."""
    baseline = result.baseline
    return target_measurements(
        table,
        result.plans,
        tuple(result.targets),
        {**baseline.indicators, **result.indicators},
        baseline.areas,
        baseline.vintage,
    )


def _shown(result: Comparison, table: Measurements) -> Measurements:
    """Give the targets' figures, and with them those that variances are told from.

    These are the finest areas that partition the country. They are taken for published, so that
    nothing follows from them either; populations are public.
    """
    baseline, targets = result.baseline, _targets(result, table)
    plain = dict.fromkeys(CATEGORIES, object)
    frame = table.frame.astype(plain)
    public = [not is_protected(table.indicators[key]) for key in frame["indicator"]]
    finest = frame["area"].isin(
        [
            area.code
            for level in PARTITIONS
            for area in baseline.areas.at_level(level, vintage=baseline.vintage)
        ]
    )
    used = frame["indicator"].isin(targets.frame["indicator"].unique().tolist())
    more = frame[np.array(public, dtype=bool) | (finest & used).to_numpy()]
    both = pd.concat([targets.frame.astype(plain), more], ignore_index=True)
    return table.with_frame(both.drop_duplicates(list(KEY)))


def _safe_pairs(
    pairs: pd.DataFrame, tables: Sequence[Measurements], limits: Mapping[str, int], base_year: int
) -> pd.DataFrame:
    """Keep of the persons counted twice those of rows that are shown, if no group of them is few.

    The groups are those who count both times, in one period only, and in neither.
    """
    keys = ["indicator", "area"]
    base, later = (table.frame.astype(dict.fromkeys(CATEGORIES, object)) for table in tables[:2])
    base = base[base["period"].str[:4] == str(base_year)]
    shut = [side[side["state"] != "value"].set_index(keys).index for side in (base, later)]
    sums = [side.groupby(keys)[["numerator", "denominator"]].sum() for side in (base, later)]
    at = pd.MultiIndex.from_frame(pairs[keys])
    first, second = (side.reindex(at) for side in sums)
    both = pairs["both"].to_numpy(dtype=float)
    x1, x2 = first["numerator"].to_numpy(), second["numerator"].to_numpy()
    neither = first["denominator"].to_numpy() - x1 - x2 + both
    limit = pairs["indicator"].map(limits).to_numpy(dtype=float)
    kept = ~(at.isin(shut[0]) | at.isin(shut[1]))
    for group in (both, x1 - both, x2 - both, neither):
        kept &= (group == 0) | (group >= limit)
    found: pd.DataFrame = pairs[kept]
    return found


def _with_origins(table: pd.DataFrame, original: pd.DataFrame) -> pd.DataFrame:
    """Say of each row what it was made of before its area had a row of its own."""
    keys = ["indicator", "area", "method"]
    made: dict[tuple[str, str], str] = {}
    for indicator, area, method in original[keys].itertuples(index=False):
        found = _ORIGIN.search(method)
        made[indicator, area] = found.group() if found else "; own_rows"
    if table.empty:
        return table
    table["method"] = [
        method.replace("; own_rows", made.get((indicator, area), "; own_rows"), 1)
        for indicator, area, method in table[keys].itertuples(index=False)
    ]
    return table
