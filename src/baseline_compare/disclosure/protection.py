"""``protect`` and ``audit``: what leaves is safe, and what left is looked at together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import overload

import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.disclosure.auditing import Audit, attack
from baseline_compare.disclosure.comparisons import figures_shown, protect_comparison
from baseline_compare.disclosure.figures import Figure, Key, Places, figures_of
from baseline_compare.disclosure.ledger import Entry, Ledger
from baseline_compare.disclosure.masking import masked, terms_of
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.indicators import Catalogue, Rule
from baseline_compare.measurements import Measurements

Release = Measurements | Comparison | Entry | Ledger


@overload
def protect(
    what: Measurements,
    *,
    rule: Rule | None = None,
    ledger: Ledger | None = None,
    contributions: pd.DataFrame | None = None,
) -> Measurements: ...


@overload
def protect(
    what: Comparison,
    *,
    rule: Rule | None = None,
    ledger: Ledger | None = None,
    contributions: pd.DataFrame | None = None,
) -> Comparison: ...


def protect(
    what: Measurements | Comparison,
    *,
    rule: Rule | None = None,
    ledger: Ledger | None = None,
    contributions: pd.DataFrame | None = None,
) -> Measurements | Comparison:
    """Hide what must not be published, and what it could be computed from.

    Small counts and small rests are hidden, then as few further figures as are found to be needed
    over all areas, periods and breakdowns, so that nobody can compute a small one too closely: not
    from this release, not together with former ones, and not the only member of a group either.
    One mark stands for all of them, beside it what anybody can compute. A comparison is made again
    from what is left, so that no verdict, interval or rank rests on anything else.

    Parameters
    ----------
    what
        Measurements, all of whose rows are published, or a comparison, of which its areas are.
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
        ``sdc.*`` with the names of figures that would still be told, where hiding more was not
        found to help; ``total.mismatch`` if a total is not the sum of its parts.

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
    if not isinstance(ledger, Ledger | None):
        raise DisclosureError(
            Problem(
                code="argument.type",
                expected="a Ledger",
                found=type(ledger).__name__,
                remedy="Say ledger=Ledger(folder).",
            )
        )
    if isinstance(what, Comparison):
        return protect_comparison(what, rule=rule, ledger=ledger, contributions=contributions)
    if not isinstance(what, Measurements):
        raise DisclosureError(
            Problem(
                code="argument.type",
                expected="Measurements or a Comparison",
                found=type(what).__name__,
                remedy="Protect what read_measurements() or compare() gave.",
            )
        )
    rule = rule or what.indicators.rule
    (table,), remarks = masked([what], rule, ledger=ledger, contributions=contributions)
    return table.with_remarks([*table.remarks, *remarks])


def audit(
    releases: Release | Iterable[Release],
    *,
    rule: Rule | None = None,
    indicators: Catalogue | None = None,
    truth: Measurements | None = None,
) -> Audit:
    """Attack everything that was published, and say what can be computed of hidden figures.

    Parameters
    ----------
    releases
        Tables and comparisons as they were published, entries of a ledger, or whole ledgers.
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
        definitions, ``table.no_rows`` without any figure.
    """
    given = [releases] if isinstance(releases, Release) else list(releases)
    tables = [release for release in given if isinstance(release, Measurements)]
    tables += [release.measurements for release in given if isinstance(release, Comparison)]
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
    figures: dict[tuple[Key, Places], Figure] = {}
    for release in given:
        for figure in _figures(release):
            place = figure.key, figure.places
            figures[place] = _both(figures.get(place, figure), figure)
    known = None if truth is None else {figure.key: figure.low for figure in figures_of(truth)}
    if not figures:
        raise DisclosureError(
            Problem(
                code="table.no_rows",
                expected="something that was published",
                found="no figure, as in a ledger that does not exist",
                remedy="Check the path of the ledger, or name files.",
            )
        )
    terms = terms_of(tables, rule or catalogue.rule, indicators=catalogue)
    return attack(list(figures.values()), terms, truth=known)


def record(
    release: Measurements | Comparison, ledger: Ledger, *, date: str, files: Mapping[str, bytes]
) -> Entry:
    """Enter in a ledger what a protected release shows, and the files that show it.

    Raises
    ------
    DisclosureError
        ``sdc.leak`` for a comparison that is not protected, and what ``Ledger.append`` raises.
    """
    if isinstance(release, Comparison) and release.protection is None:
        raise DisclosureError(
            Problem(
                code="sdc.leak",
                expected="a comparison that may be shown",
                found="one that is not protected",
                remedy="Record what baseline_compare.protect(result, ledger=...) gives.",
            )
        )
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    baseline = release.baseline.id if isinstance(release, Comparison) else ""
    return ledger.append(_figures(release), date=date, baseline=baseline, files=hashes)


def _figures(release: Release) -> tuple[Figure, ...]:
    if isinstance(release, Measurements):
        return figures_of(release)
    if isinstance(release, Comparison):
        return figures_shown(release)
    return release.figures


def _both(earlier: Figure, later: Figure) -> Figure:
    """Give what two releases say of one figure; of two figures the later one, a revision."""
    if not later.hidden:
        return later
    if not earlier.hidden:
        return earlier
    return replace(later, low=max(earlier.low, later.low), high=min(earlier.high, later.high))
