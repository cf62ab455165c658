"""Two rounds compared: what became of each finding, in each area, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.baselines.rounds import SealedRound
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates.courses import COURSES, TURNED, Fate, direction
from baseline_compare.fates.evidence import Book, Change, Evidence, Table, evidence, lies_in
from baseline_compare.fates.matching import Match, matched
from baseline_compare.fates.result import (
    COLUMNS,
    MOVED,
    RATERS,
    SCALE,
    FindingsComparison,
    Settings,
    classes_of,
    rating_frame,
)
from baseline_compare.findings import Round
from baseline_compare.findings.model import FindingKind
from baseline_compare.indicators import Rule
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
    """One finding in one area with the evidence that its ratings give.

    ``named`` says whether the later round takes the finding up in this very area.
    """

    match: Match
    area: str
    evidence: Evidence | None
    named: bool

    @property
    def change(self) -> Change | None:
        """What can be tested."""
        return None if self.evidence is None else self.evidence.change


@dataclass(frozen=True, slots=True)
class _Decision:
    """Numbers of one tested change, and whether it rose, fell or is shown not to matter."""

    change: float
    change_low: float
    change_high: float
    p_value: float
    p_adjusted: float
    level: float
    way: int
    same: bool


def compare_findings(
    baseline: Baseline | SealedRound | Round,
    later: SealedRound | Round,
    *,
    margin: float | None = None,
    rule: Rule | None = None,
) -> FindingsComparison:
    """Say what became of each finding of a round, from what a later round says and rates.

    A finding that the later round does not take up is ``not_assessed``: silence is no cure. Where
    ratings can be tested they decide; else the course that the later round states for that very
    area; else only that the finding was ``named_again``. A wider area is judged by its own ratings,
    or by those of two areas within it or more.

    Parameters
    ----------
    baseline
        A baseline with its round, or a round.
    later
        The round to compare with it. Its findings say under ``continues`` which earlier ones they
        take up, unless they have their ids.
    margin
        The change that would not matter: of different raters on the scale of the chance that a
        later rating is higher, less one half; of the same raters, and of ratings of change, as a
        share of them. Without it nothing is called unchanged by its ratings.
    rule
        By which small groups of raters are hidden in all that leaves; that of the baseline unless
        given.

    Returns
    -------
    FindingsComparison
        Unprotected, for the evaluator; what draws, writes or reports it protects it.

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

    Examples
    --------
    Nothing of 2022 is taken up by itself, so nothing is assessed:

    >>> from dataclasses import replace
    >>> from baseline_compare import load_baseline
    >>> baseline = load_baseline("2022")
    >>> later = replace(baseline.round, id="2025", findings=())
    >>> set(compare_findings(baseline, later).table["fate"])
    {'not_assessed'}
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
    tested = [cell.change for cell in cells if cell.change is not None]
    decisions = iter(_decisions(tested, margin))
    rows = [_row(cell, None if cell.change is None else next(decisions)) for cell in cells]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        dict.fromkeys((*RATERS, *MOVED), "Int64")
    )
    own = baseline.indicators.rule if isinstance(baseline, Baseline) else USUAL_RULE
    return FindingsComparison(
        table=table,
        ratings=_ratings(cells),
        earlier=earlier,
        later=later,
        rule=rule or own,
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
        own = () if match.earlier is None else (match.earlier.id,)
        areas = {match.either.area, *before.areas(own), *after.areas(match.rated)}
        if match.later is not None:
            areas.add(match.later.area)
        for area in sorted(areas, key=lambda code: _order(code, match.either.area)):
            found = None
            if match.earlier is not None:
                found = evidence(before, own, after, match.rated, area)
            named = match.later is not None and match.later.area == area
            yield _Cell(match, area, found, named)


def _order(code: str, own: str) -> tuple[bool, bool, str]:
    """Put the finding's own area first, then those within it."""
    return code != own, not lies_in(code, own), code


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
        way = int(decided.lower.item() > 0) - int(decided.upper.item() < 0)
        yield _Decision(
            change=change.estimate.item(),
            change_low=limits.lower.item(),
            change_high=limits.upper.item(),
            p_value=change.p.item(),
            p_adjusted=float(own),
            level=float(level),
            way=way,
            same=bool(alike <= RATE) and way == 0,
        )


def _row(cell: _Cell, decision: _Decision | None) -> dict[str, Any]:
    old, new, found = cell.match.earlier, cell.match.later, cell.evidence
    fate, basis, reason = _fate(cell, decision)
    row: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    row |= dict.fromkeys(("change", "change_low", "change_high", "p_value", "p_adjusted"), np.nan)
    row |= dict.fromkeys(("level", "smallest_p"), np.nan)
    row |= {**dict.fromkeys(RATERS, 0), **dict.fromkeys(MOVED, pd.NA)}
    row |= {
        "theme": cell.match.theme,
        "kind": cell.match.either.kind,
        "area": cell.area,
        "fate": fate,
        "basis": basis,
        "reason": reason,
        "source": "; ".join(dict.fromkeys(item.source for item in (old, new) if item)),
    }
    if old is not None:
        row["finding"] = old.id
    if new is not None:
        row |= {"later_finding": new.id, "later_kind": new.kind}
        row["stated"] = new.course if cell.named else ""
    if found is not None:
        row["areas"] = ";".join(sorted({*found.earlier, *found.later}))
        row |= {"method": found.method, "smallest_p": found.smallest}
        row |= {"raters_earlier": found.n1, "raters_later": found.n2}
        if isinstance(found.change, RatingPairs):
            row["raters_up"] = int(found.change.up.item())
            row["raters_down"] = int(found.change.down.item())
    if decision is not None:
        row |= {name: getattr(decision, name) for name in row if hasattr(decision, name)}
    return row


def _fate(cell: _Cell, decision: _Decision | None) -> tuple[Fate, str, str]:
    """Say what became of a finding, what that rests on, and what else is to be known."""
    old, new, found = cell.match.earlier, cell.match.later, cell.evidence
    if old is None:
        return "new", "named", ""
    reason = "" if found is None else found.reason
    turned = TURNED.get((old.kind, new.kind)) if new is not None and cell.named else None
    course = new.course if new is not None and cell.named and new.kind == old.kind else ""
    told = turned or cast(Fate | None, course or None)
    settled = decision is not None and (decision.same or reason != "few_moved")
    if settled and decision is not None and found is not None:
        fate = _rated(old.kind, found, decision)
        reason = "" if decision.same else reason
        if told is None:
            return fate, "ratings", reason
        if decision.way == 0 and not decision.same and turned is not None:
            return turned, "kind", reason
        conflict = decision.way != direction(told) and (decision.way != 0 or decision.same)
        what = "kind_conflicts" if turned else "stated_conflicts"
        return fate, "ratings", what if conflict else reason
    if told is not None:
        return told, "kind" if turned else "stated", reason
    if reason in ("few_raters", "few_moved"):
        return "insufficient", "ratings", reason
    if new is not None and cell.named:
        return "named_again", "named", reason
    return "not_assessed", "", reason


def _rated(kind: FindingKind, found: Evidence, decision: _Decision) -> Fate:
    courses = COURSES[kind]
    if decision.way < 0:
        return courses.down
    if decision.way == 0:
        return "unchanged" if decision.same else "undecided"
    works = found.question == "state" and _works(found.later.values())
    return courses.top if works else courses.up


def _works(tables: Iterable[Table]) -> bool:
    """Say whether more than half of all raters of such a kind find that a thing works."""
    n = sum(count for table in tables for count in table.values())
    x = sum(count for table in tables for value, count in table.items() if value >= WORKS)
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
                rows[old.id, later, area, side, found.method] = table
    counted = {key: [table.get(value, 0) for value in SCALE] for key, table in rows.items()}
    return rating_frame((key, counts, classes_of(counts)) for key, counts in counted.items())
