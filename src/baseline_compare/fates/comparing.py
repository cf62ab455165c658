"""Two rounds compared: what became of each finding, in each area, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.baselines.rounds import SealedRound
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates.courses import COURSES, TURNED, Fate
from baseline_compare.fates.matching import Match, matched
from baseline_compare.fates.ratings import Book, Change, Evidence, Table, evidence, lies_in
from baseline_compare.fates.result import (
    CLASSES,
    COLUMNS,
    MOVED,
    RATERS,
    RATING_COLUMNS,
    SCALE,
    FindingsComparison,
    Settings,
)
from baseline_compare.findings import Finding, Round
from baseline_compare.findings.model import HIGHEST
from baseline_compare.indicators.declarations import USUAL_RULE
from baseline_compare.statistics.adjustment import benjamini_hochberg, decision_levels
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.proportions import wilson
from baseline_compare.statistics.rating_pairs import RatingPairs
from baseline_compare.version import VERSION

RATE = 0.05
WORKS = 4
"""Ratings from here on say that a thing works."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One finding in one area with the evidence that its ratings give."""

    match: Match
    area: str
    evidence: Evidence | None


def compare_findings(
    baseline: Baseline | SealedRound | Round,
    later: SealedRound | Round,
    *,
    margin: float | None = None,
) -> FindingsComparison:
    """Say what became of each finding of a round, from what a later round says and rates.

    A finding that the later round does not take up is ``not_assessed``: silence is no cure. Where
    both rounds, or ratings of change, can be tested, the ratings decide; else the course that the
    later round states; else only that it was ``named_again``.

    Parameters
    ----------
    baseline
        A baseline with its round, or a round.
    later
        The round to compare with it. Its findings say under ``continues`` which earlier ones they
        take up, unless they have their ids.
    margin
        The change that would not matter: of different raters on the scale of the chance that a
        later rating is higher, less one half; of the same raters as a share of them. Without it
        nothing is called unchanged by its ratings.

    Raises
    ------
    ComparisonError
        ``round.missing`` for a baseline without findings, ``theme.unbridged``, ``key.unknown``,
        ``margin.invalid``.

    Notes
    -----
    Different raters: P(later > earlier) + P(equal) / 2 - 1/2 by Brunner and Munzel with the
    studentised permutation test; several areas joined by van Elteren's weights. The same raters,
    joint ratings of the same areas, and ratings of change: (up - down) / n with Tango's limits and
    Pratt's exact signed ranks. All tests of one call are one exploratory family (Benjamini and
    Hochberg 1995 at 5 %).
    """
    earlier = _round_of(baseline)
    later = later.round if isinstance(later, SealedRound) else later
    if margin is not None and not 0 < margin < 0.5:
        raise ComparisonError(
            Problem(
                code="margin.invalid",
                expected="a margin between 0 and 0.5",
                found=repr(margin),
                remedy="Say which change would not matter, or leave the margin out.",
            )
        )
    cells = list(_cells(earlier, later))
    tested = [cell.evidence.change for cell in cells if cell.evidence and cell.evidence.change]
    decisions = iter(_decisions(tested, margin))
    rows = []
    for cell in cells:
        own = next(decisions) if cell.evidence and cell.evidence.change else None
        rows.append(_row(cell, own))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        dict.fromkeys((*RATERS, *MOVED), "Int64")
    )
    return FindingsComparison(
        table=table,
        ratings=_ratings(cells),
        earlier=earlier,
        later=later,
        rule=baseline.indicators.rule if isinstance(baseline, Baseline) else USUAL_RULE,
        settings=Settings(
            baseline_id=baseline.id if isinstance(baseline, Baseline | SealedRound) else "",
            margin=margin,
            family_size=len(tested),
            rate=RATE,
            library_version=VERSION,
        ),
    )


def _round_of(baseline: Baseline | SealedRound | Round) -> Round:
    if isinstance(baseline, Round):
        return baseline
    if baseline.round is None:
        raise ComparisonError(
            Problem(
                code="round.missing",
                expected="a baseline with a mapping round",
                found=f"none in {baseline.name}" if isinstance(baseline, Baseline) else "none",
                remedy="Seal the baseline with findings=, or pass a round.",
            )
        )
    return baseline.round


def _cells(earlier: Round, later: Round) -> Iterator[_Cell]:
    """Give every finding in its own area and in each in which it was rated."""
    before, after = Book(earlier), Book(later)
    for match in matched(earlier, later):
        own = (match.either.id,) if match.earlier else ()
        areas = [match.either.area]
        if match.later is not None:
            areas.append(match.later.area)
        areas += [*before.areas(own), *after.areas(match.rated)]
        for area in sorted(dict.fromkeys(areas), key=lambda code: _order(code, match.either.area)):
            found = evidence(before, own, after, match.rated, area) if match.earlier else None
            yield _Cell(match, area, found)


def _order(code: str, own: str) -> tuple[bool, bool, str]:
    """Put the finding's own area first, then those within it."""
    return code != own, not lies_in(code, own), code


@dataclass(frozen=True, slots=True)
class _Decision:
    """Numbers of one tested change, and whether it rose, fell or is shown not to matter."""

    change: float
    low: float
    high: float
    p: float
    adjusted: float
    way: int
    same: bool


def _decisions(tested: Sequence[Change], margin: float | None) -> Iterator[_Decision]:
    """Decide all changes of a call together."""
    if not tested:
        return
    p = np.array([change.p.item() for change in tested])
    adjusted = benjamini_hochberg(p)
    levels = decision_levels(p, method="benjamini_hochberg", rate=RATE)
    same = np.ones_like(p)
    if margin is not None:
        same = benjamini_hochberg([change.equivalence_p(margin).item() for change in tested])
    for change, own, level, alike in zip(tested, adjusted, levels, same, strict=True):
        limits, decided = change.interval(0.05), change.interval(level)
        rose, fell = decided.lower.item() > 0, decided.upper.item() < 0
        yield _Decision(
            change=change.estimate.item(),
            low=limits.lower.item(),
            high=limits.upper.item(),
            p=change.p.item(),
            adjusted=float(own),
            way=int(rose) - int(fell),
            same=bool(alike <= RATE) and not (rose or fell),
        )


def _row(cell: _Cell, decision: _Decision | None) -> list[object]:
    match, found = cell.match, cell.evidence
    fate, basis, reason = _fate(cell, decision)
    numbers = [np.nan] * 5
    if decision is not None:
        numbers = [decision.change, decision.low, decision.high, decision.p, decision.adjusted]
    later = match.later
    here = later is not None and (later.area == cell.area or match.either.area == cell.area)
    return [
        match.earlier.id if match.earlier else "",
        later.id if later else "",
        match.theme,
        match.either.kind,
        later.kind if later else "",
        cell.area,
        ";".join(sorted({*found.earlier, *found.later})) if found else "",
        fate,
        basis,
        later.course if later is not None and here else "",
        *numbers,
        found.smallest if found else np.nan,
        found.n1 if found else 0,
        found.n2 if found else 0,
        *_moved(found),
        found.basis if found and found.change is not None else "",
        reason,
        "; ".join(dict.fromkeys(item.source for item in (match.earlier, later) if item)),
    ]


def _moved(found: Evidence | None) -> tuple[object, object]:
    """Give how many of the same raters went up and down."""
    if found is None or not isinstance(found.change, RatingPairs):
        return pd.NA, pd.NA
    return int(found.change.up.item()), int(found.change.down.item())


def _fate(cell: _Cell, decision: _Decision | None) -> tuple[Fate, str, str]:
    """Say what became of a finding, what that rests on, and what else is to be known."""
    old, new = cell.match.earlier, cell.match.later
    if old is None:
        return "new", "named", ""
    here = new is not None and cell.area in (new.area, old.area)
    turned = TURNED.get((old.kind, new.kind)) if new is not None and here else None
    if decision is not None and cell.evidence is not None:
        fate = _rated(old, cell.evidence, decision)
        opposed = {"turned_strength": -1, "turned_weakness": 1}.get(turned or "", 0)
        if turned is None or decision.way == opposed:
            reason = "kind_conflicts" if turned else ""
            return fate, "ratings", reason
        return turned, "kind", ""
    few = "few_raters" if cell.evidence is not None else ""
    if turned is not None:
        return turned, "kind", few
    if new is not None and here and new.course:
        return cast(Fate, new.course), "stated", few
    if few:
        return "insufficient", "ratings", few
    if new is not None and here:
        return "named_again", "named", ""
    return "not_assessed", "", ""


def _rated(old: Finding, found: Evidence, decision: _Decision) -> Fate:
    courses = COURSES[old.kind]
    if decision.way < 0:
        return courses.down
    if decision.way == 0:
        return "unchanged" if decision.same else "undecided"
    works = found.question == "state" and _works(found.later.values())
    return courses.top if works else courses.up


def _works(tables: Iterable[Table]) -> bool:
    """Say whether more than half of all raters of such a kind find that a thing works."""
    joined: dict[int, int] = {}
    for table in tables:
        for value, count in table.items():
            joined[value] = joined.get(value, 0) + count
    n = sum(joined.values())
    x = sum(count for value, count in joined.items() if WORKS <= value <= HIGHEST)
    return bool(wilson(x, n, two_sided(0.95)).lower.item() > 0.5)


def _ratings(cells: Sequence[_Cell]) -> pd.DataFrame:
    """Give the distributions that the evidence rests on, one row an area and round."""
    rows: dict[tuple[str, ...], Mapping[int, int]] = {}
    for cell in cells:
        found, old = cell.evidence, cell.match.earlier
        if found is None or old is None:
            continue
        later = cell.match.later.id if cell.match.later else ""
        for side, tables in (("earlier", found.earlier), ("later", found.later)):
            for area, table in tables.items():
                rows[old.id, later, area, side, found.mode, found.question] = table
    counts = [
        [
            *key,
            *(table.get(value, 0) for value in SCALE),
            *(sum(table.get(value, 0) for value in values) for values in CLASSES.values()),
        ]
        for key, table in rows.items()
    ]
    return pd.DataFrame(counts, columns=list(RATING_COLUMNS))
