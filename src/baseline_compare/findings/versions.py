"""What became of the findings between two versions of a round, and why."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from baseline_compare.findings.model import Finding
from baseline_compare.findings.rounds import Round
from baseline_compare.language import LANGUAGES

Change = Literal[
    "added", "dropped", "merged", "split", "reworded", "rethemed", "rekinded", "moved", "amended"
]
CHANGES: tuple[Change, ...] = get_args(Change)
COLUMNS = ("change", "earlier", "later", "before", "after", "reason")
_ACTED = ("accepted", "partly")
_MORE = (
    "source", "status", "term_fi", "key_target", "course", "responsible_before_2023",
    "responsible_from_2023", "indicators", "social_security_reform",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One change: which findings it took and which it gave, the texts, and why."""

    change: Change
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """All changes between two versions of a round, dropped and added ones included."""

    rows: tuple[FindingChange, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The changes as a frame of text, ids parted by semicolons."""
        return pd.DataFrame(self.texts(), columns=list(COLUMNS), dtype=str)

    def texts(self) -> list[list[str]]:
        """Give each change as the texts of its row."""
        return [
            [
                row.change, ";".join(row.earlier), ";".join(row.later),
                row.before, row.after, row.reason,
            ]
            for row in self.rows
        ]  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[FindingChange]:
        return iter(self.rows)

    def __repr__(self) -> str:
        if not self.rows:
            return "no changes"
        lines = []
        for row in self.rows:
            ids = " -> ".join(", ".join(side) for side in (row.earlier, row.later) if side)
            texts = f": {row.before} -> {row.after}" if row.before and row.after else ""
            why = f" ({row.reason})" if row.reason else ""
            lines.append(f"{row.change} {ids}{texts}{why}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def changes(
    earlier: Round, later: Round, *, reasons: Mapping[str, str] | None = None
) -> FindingChanges:
    """Say what became of each finding between two versions of a round.

    A finding continues another one if it has its id or names it under ``continues``.

    Parameters
    ----------
    earlier, later
        Two versions, such as a draft and the final one.
    reasons
        Why, by the id of the later finding (of a dropped one by its own). Comments on a finding
        that were accepted say why by what was done, unless given here.

    Returns
    -------
    FindingChanges
        One row for each change, in the order of ``Change``; it prints itself, and ``table`` is a
        frame.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from baseline_compare import load_baseline
    >>> final = load_baseline("2022").round
    >>> draft = replace(final, stage="draft", findings=final.findings[1:])
    >>> print(changes(draft, final, reasons={final.findings[0].id: "asked for in comments"}))
    added recommendation-digital-follow-up (asked for in comments)
    """
    old = {item.id: item for item in earlier.findings}
    new = {item.id: item for item in later.findings}
    before = {
        key: tuple(dict.fromkeys(k for k in (key, *item.continues) if k in old))
        for key, item in new.items()
    }
    after = {key: tuple(k for k, keys in before.items() if key in keys) for key in old}
    why = _reasons(later, reasons or {})
    rows = [
        *_parted(old, new, before, after, why),
        *(
            row
            for key, keys in before.items()
            if len(keys) == 1 and len(after[keys[0]]) == 1
            for row in _altered(old[keys[0]], new[key], _why(why, key, *keys))
        ),
    ]
    order = {change: place for place, change in enumerate(CHANGES)}
    return FindingChanges(tuple(sorted(rows, key=lambda row: order[row.change])))


def _parted(
    old: Mapping[str, Finding],
    new: Mapping[str, Finding],
    before: Mapping[str, tuple[str, ...]],
    after: Mapping[str, tuple[str, ...]],
    why: Mapping[str, str],
) -> Iterator[FindingChange]:
    """Give what was added, dropped, merged or split."""
    for key, keys in before.items():
        texts = " | ".join(_statement(old[k]) for k in keys)
        if not keys:
            yield FindingChange("added", (), (key,), "", _statement(new[key]), why.get(key, ""))
        elif len(keys) > 1:
            reason = _why(why, key, *keys)
            yield FindingChange("merged", keys, (key,), texts, _statement(new[key]), reason)
    for key, keys in after.items():
        texts = " | ".join(_statement(new[k]) for k in keys)
        reason = _why(why, key, *keys)
        if not keys:
            yield FindingChange("dropped", (key,), (), _statement(old[key]), "", reason)
        elif len(keys) > 1:
            yield FindingChange("split", (key,), keys, _statement(old[key]), texts, reason)


def _altered(one: Finding, other: Finding, why: str) -> Iterator[FindingChange]:
    """Give how a finding differs from the one that it continues."""
    pairs: list[tuple[Change, str, str]] = [
        ("reworded", _texts(one), _texts(other)),
        ("rethemed", one.theme, other.theme),
        ("rekinded", one.kind, other.kind),
        ("moved", one.area, other.area),
        *(("amended", _told(one, name), _told(other, name)) for name in _MORE),
    ]
    differing = [pair for pair in pairs if pair[1] != pair[2]]
    if not differing and one.id != other.id:
        differing = [("amended", _told(one, "id"), _told(other, "id"))]
    for change, first, second in differing:
        yield FindingChange(change, (one.id,), (other.id,), first, second, why)


def _reasons(later: Round, given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for comment in later.comments:
        if comment.finding and comment.action in _ACTED and comment.done:
            found.setdefault(comment.finding, []).append(comment.done)
    return {key: "; ".join(dict.fromkeys(texts)) for key, texts in found.items()} | dict(given)


def _why(why: Mapping[str, str], *keys: str) -> str:
    """Join the reasons given for any of the findings that a change takes or gives."""
    return "; ".join(dict.fromkeys(why[key] for key in keys if why.get(key)))


def _statement(finding: Finding) -> str:
    return next(text for text in map(finding.statements.get, LANGUAGES) if text)


def _texts(finding: Finding) -> str:
    return " / ".join(text for text in map(finding.statements.get, LANGUAGES) if text)


def _told(finding: Finding, name: str) -> str:
    value = getattr(finding, name)
    text = ";".join(value) if isinstance(value, tuple) else value
    return f"{name}: {text or 'not available'}"
