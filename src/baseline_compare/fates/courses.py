"""What can become of a finding, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from baseline_compare.findings.model import FindingKind

Fate = Literal[
    "resolved", "eased", "strengthened", "carried_out", "advanced", "unchanged", "worsened",
    "weakened", "set_back", "turned_strength", "turned_weakness", "new", "named_again", "undecided",
    "insufficient", "suppressed", "not_assessed",
]  # fmt: skip
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True)
class Courses:
    """What it is called when ratings of a kind of finding rise, reach the top or fall."""

    up: Fate
    top: Fate
    down: Fate


COURSES: Mapping[FindingKind, Courses] = {
    "weakness": Courses("eased", "resolved", "worsened"),
    "strength": Courses("strengthened", "strengthened", "weakened"),
    "recommendation": Courses("advanced", "carried_out", "set_back"),
}
TURNED: Mapping[tuple[FindingKind, FindingKind], Fate] = {
    ("weakness", "strength"): "turned_strength",
    ("strength", "weakness"): "turned_weakness",
}
_UP = {"resolved", "eased", "strengthened", "carried_out", "advanced", "turned_strength"}
_DOWN = {"worsened", "weakened", "set_back", "turned_weakness"}


def direction(fate: str) -> int | None:
    """Say whether a fate is for the better (1), for the worse (-1), none (0), or unknown.

    Examples
    --------
    >>> direction("eased"), direction("named_again")
    (1, None)
    """
    if fate in _UP:
        return 1
    if fate in _DOWN:
        return -1
    return 0 if fate == "unchanged" else None
