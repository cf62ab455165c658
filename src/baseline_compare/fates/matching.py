"""Findings of two rounds side by side, over the theme schemes of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from baseline_compare.errors import ComparisonError, Problem, ProblemList
from baseline_compare.findings import Finding, Round


@dataclass(frozen=True, slots=True)
class Match:
    """A finding of the earlier round, of the later one, or both.

    ``theme`` is of the earlier scheme; ``rated`` are the ids under which the later round may have
    rated the finding.
    """

    earlier: Finding | None
    later: Finding | None
    theme: str
    rated: tuple[str, ...]

    @property
    def either(self) -> Finding:
        """The earlier finding, or the later one if it is new."""
        found = self.earlier or self.later
        if found is None:
            message = "a match without a finding"
            raise ValueError(message)
        return found


def matched(earlier: Round, later: Round) -> tuple[Match, ...]:
    """Match the findings of two rounds, by id and by what the later ones say they continue.

    Raises
    ------
    ComparisonError
        ``theme.unbridged`` if the theme schemes differ and a theme in use is not continued;
        ``key.unknown`` if a rating is of a finding that neither round has.
    """
    bridge = _bridge(earlier, later)
    known = sorted({item.id for item in (*earlier.findings, *later.findings)})
    problems = ProblemList()
    problems.extend(_misspelt(earlier, later))
    for key in dict.fromkeys(rating.finding for rating in later.ratings):
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            problems.add(
                Problem(
                    code="key.unknown",
                    expected="ratings of findings of one of the two rounds",
                    found=repr(key),
                    remedy=f"{hint}The sheet of choices of the form lists all ids.",
                )
            )
    problems.raise_if_any(ComparisonError)
    return tuple(_matches(earlier, later, bridge))


def _matches(earlier: Round, later: Round, bridge: dict[str, str]) -> Iterator[Match]:
    after: dict[str, list[Finding]] = {item.id: [] for item in earlier.findings}
    for item in later.findings:
        for key in dict.fromkeys((item.id, *item.continues)):
            if key in after:
                after[key].append(item)
    for old in earlier.findings:
        items = after[old.id]
        for new in items:
            own = (new.id, old.id) if len(items) == 1 else (new.id,)
            yield Match(old, new, old.theme, own)
        if not items or (len(items) > 1 and _rated(later, old.id)):
            yield Match(old, None, old.theme, (old.id,))
    taken = {item.id for items in after.values() for item in items}
    for new in later.findings:
        if new.id not in taken:
            yield Match(None, new, bridge[new.theme], (new.id,))


def _misspelt(earlier: Round, later: Round) -> Iterator[Problem]:
    """Give what a finding continues that is nearly the id of an earlier one.

    Other unknown ids may be those of the later round's own draft.
    """
    known = [item.id for item in earlier.findings]
    for item in later.findings:
        for key in item.continues:
            near = get_close_matches(key, known, n=1, cutoff=0.85)
            if key not in known and near:
                yield Problem(
                    code="key.unknown",
                    expected=f"the id of an earlier finding under `continues` of {item.id}",
                    found=repr(key),
                    remedy=f"Did you mean {near[0]}?",
                )


def _rated(later: Round, key: str) -> bool:
    return any(rating.finding == key for rating in later.ratings)


def _bridge(earlier: Round, later: Round) -> dict[str, str]:
    """Give for each later theme the one of the earlier scheme that it continues, or itself.

    A theme that joins several, or none, is itself, unless the earlier scheme has another of that
    name.
    """
    if earlier.scheme == later.scheme:
        return {theme.id: theme.id for theme in later.themes}
    continued = {key for theme in later.themes for key in theme.continues}
    problems = ProblemList()
    for key in _used(earlier.findings):
        if key not in continued:
            problems.add(
                _unbridged(
                    f"a theme of the scheme {later.scheme} that continues {key!r}",
                    f"none, and the earlier scheme is {earlier.scheme}",
                )
            )
    known = {theme.id for theme in earlier.themes}
    bridge = {}
    for theme in later.themes:
        single = len(theme.continues) == 1
        bridge[theme.id] = theme.continues[0] if single else theme.id
        if not single and theme.id in known and theme.id not in theme.continues:
            expected = f"a new name for {theme.id!r}, which is another theme of {earlier.scheme}"
            problems.add(_unbridged(expected, "the same id"))
    problems.raise_if_any(ComparisonError)
    return bridge


def _unbridged(expected: str, found: str) -> Problem:
    remedy = "Say under `continues` of a theme which earlier ones it takes up."
    return Problem(code="theme.unbridged", expected=expected, found=found, remedy=remedy)


def _used(findings: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(item.theme for item in findings))
