"""Findings of two rounds side by side, over the theme schemes of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    known = {item.id for item in (*earlier.findings, *later.findings)}
    problems = ProblemList()
    for key in dict.fromkeys(rating.finding for rating in later.ratings):
        if key not in known:
            problems.add(
                Problem(
                    code="key.unknown",
                    expected="ratings of findings of one of the two rounds",
                    found=repr(key),
                    remedy="Correct the id of the finding; `baseline-compare forms` lists them.",
                )
            )
    problems.raise_if_any(ComparisonError)
    return tuple(_matches(earlier, later, bridge))


def _matches(earlier: Round, later: Round, bridge: dict[str, tuple[str, ...]]) -> Iterator[Match]:
    after: dict[str, list[Finding]] = {item.id: [] for item in earlier.findings}
    for item in later.findings:
        for key in dict.fromkeys((item.id, *item.continues)):
            if key in after:
                after[key].append(item)
    for old in earlier.findings:
        items = after[old.id]
        for new in items:
            own = (old.id, new.id) if len(items) == 1 else (new.id,)
            yield Match(old, new, old.theme, own)
        if not items or (len(items) > 1 and _rated(later, old.id)):
            yield Match(old, None, old.theme, (old.id,))
    taken = {item.id for items in after.values() for item in items}
    for new in later.findings:
        if new.id not in taken:
            themes = bridge.get(new.theme, ())
            yield Match(None, new, themes[0] if len(themes) == 1 else new.theme, (new.id,))


def _rated(later: Round, key: str) -> bool:
    return any(rating.finding == key for rating in later.ratings)


def _bridge(earlier: Round, later: Round) -> dict[str, tuple[str, ...]]:
    """Give for each later theme those of the earlier scheme that it continues."""
    if earlier.scheme == later.scheme:
        return {theme.id: (theme.id,) for theme in later.themes}
    bridge = {theme.id: theme.continues for theme in later.themes}
    continued = {key for keys in bridge.values() for key in keys}
    problems = ProblemList()
    for key in _used(earlier.findings):
        if key not in continued:
            problems.add(
                Problem(
                    code="theme.unbridged",
                    expected=f"a theme of the scheme {later.scheme} that continues {key!r}",
                    found=f"none, and the earlier scheme is {earlier.scheme}",
                    remedy="Say under `continues` of a theme which earlier ones it takes up.",
                )
            )
    problems.raise_if_any(ComparisonError)
    return bridge


def _used(findings: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(item.theme for item in findings))
