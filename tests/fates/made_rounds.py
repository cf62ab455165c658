"""Small made-up rounds for the tests of fates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from baseline_compare.findings import Finding, Rating, Round, Theme

THEMES = (Theme("one", {"en": "One"}), Theme("two", {"en": "Two"}))
FIVE = tuple(f"YTA{number}" for number in range(1, 6))


def finding(key: str, kind: str = "weakness", area: str = "FI-MAINLAND", **more: Any) -> Finding:
    theme = more.pop("theme", "one")
    return Finding(key, kind, theme, area, {"en": f"Text of {key}."}, "s", "workshop", **more)


def made(
    year: int, findings: Iterable[Finding] = (), ratings: Iterable[Rating] = (), **more: Any
) -> Round:
    settings: dict[str, Any] = {"themes": THEMES, "scheme": "2022"} | more
    return Round(
        id=f"synthetic-{year}", names={"en": f"Synthetic {year}"}, stage="final",
        covers={"en": "made up"}, synthetic=True, findings=tuple(findings), ratings=tuple(ratings),
        **settings,
    )  # fmt: skip


def ballots(
    key: str, area: str, counts: Mapping[int, int], question: str = "state"
) -> list[Rating]:
    """Ratings of people without a code."""
    return [
        Rating(key, area, value, "ballot", question, number=number)
        for value, number in counts.items()
        if number
    ]


def coded(
    key: str, area: str, values: Sequence[int], question: str = "state", start: int = 0
) -> list[Rating]:
    """Ratings of people whose code stays the same."""
    return [
        Rating(key, area, value, "ballot", question, rater=f"R{number}")
        for number, value in enumerate(values, start)
    ]


def joint(key: str, area: str, value: int, question: str = "state") -> Rating:
    """A rating that a group gave together."""
    return Rating(key, area, value, "consensus", question)
