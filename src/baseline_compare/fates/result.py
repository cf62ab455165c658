"""The comparison of two rounds: one row a finding and area, and the ratings behind it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from baseline_compare.fates.wording import (
    area_names,
    fate_word,
    finding_label,
    kind_heading,
)
from baseline_compare.findings import Finding, Round
from baseline_compare.indicators import Rule
from baseline_compare.language import Language, number_text, printable, word

COLUMNS = (
    "finding", "later_finding", "theme", "kind", "later_kind", "area", "areas", "fate", "basis",
    "stated", "change", "change_low", "change_high", "p_value", "p_adjusted", "level",
    "smallest_p", "raters_earlier", "raters_later", "raters_up", "raters_down", "method", "reason",
    "source",
)  # fmt: skip
SCALE = (1, 2, 3, 4, 5)
CLASSES = {"low": (1, 2), "middle": (3,), "high": (4, 5)}
"""Ratings taken together, for groups whose single ratings are hidden."""
RATING_COLUMNS = (
    "finding", "later_finding", "area", "round", "method", *map(str, SCALE), *CLASSES
)  # fmt: skip
RATERS = ("raters_earlier", "raters_later")
MOVED = ("raters_up", "raters_down")
CHANGE = ("change", "change_low", "change_high")
FAMILY = ("p_adjusted", "level")
"""What depends on all tests of a call."""


Distribution = tuple[tuple[str, ...], Sequence[int | None], Sequence[int | None]]
"""The key of a distribution, the count of each rating, and of each class; some may not be told."""


def classes_of(counts: Sequence[int]) -> list[int]:
    """Give how many ratings of all are low, middle and high.

    Examples
    --------
    >>> classes_of([1, 2, 3, 4, 5])
    [3, 3, 9]
    """
    known = dict(zip(SCALE, counts, strict=True))
    return [sum(known[value] for value in values) for values in CLASSES.values()]


def rating_frame(rows: Iterable[Distribution]) -> pd.DataFrame:
    """Make the frame of ratings; counts that are not told are missing."""
    records = [[*key, *counts, *classes] for key, counts, classes in rows]
    frame = pd.DataFrame(records, columns=list(RATING_COLUMNS))
    return frame.astype(dict.fromkeys((*map(str, SCALE), *CLASSES), "Int64"))


@dataclass(frozen=True, slots=True)
class Settings:
    """With what two rounds were compared; ``family_size`` is the number of tests of one call."""

    baseline_id: str
    margin: float | None
    family_size: int
    rate: float
    library_version: str


@dataclass(frozen=True)
class FindingsComparison:
    """What became of the findings of a round.

    Attributes
    ----------
    table
        One row a finding and area: ``areas``, those whose ratings it rests on; ``fate`` and its
        ``basis`` (``ratings``, ``stated``, ``kind`` or ``named``); ``stated``, the course that the
        later round states; the change with its 95 per cent interval, p-value and p-value adjusted
        for the family, and the ``level`` at which it was decided; ``smallest_p``, the smallest
        p-value that so few raters can reach; the raters of both rounds, and how many of the same
        ones went up and down; ``method`` and ``reason``.
    ratings
        How many gave each rating, and low (1 or 2), middle (3) and high (4 or 5) ones, by finding,
        area and round.
    earlier, later
        The two rounds.
    settings
        With what they were compared.
    rule, protection
        The rule by which small groups of raters are to be hidden, and by which they are, if so.
    """

    table: pd.DataFrame
    ratings: pd.DataFrame
    earlier: Round
    later: Round
    settings: Settings
    rule: Rule
    protection: Rule | None = None

    @property
    def synthetic(self) -> bool:
        """Whether one of the rounds is made up."""
        return self.earlier.synthetic or self.later.synthetic

    def findings_of(self, row: Mapping[Any, Any] | pd.Series) -> list[Finding]:
        """Give the earlier and the later finding of a row, those that there are."""
        pairs = ((self.earlier, row["finding"]), (self.later, row["later_finding"]))
        return [item for found, key in pairs for item in found.findings if item.id == key]

    def finding(self, row: Mapping[Any, Any] | pd.Series) -> Finding:
        """Give the earlier finding of a row, or the later one if it is new."""
        return self.findings_of(row)[0]

    def summary(self, language: Language = "en") -> list[str]:
        """Say in words what became of the findings, weaknesses first."""
        return [*self._lines(language)]

    def _lines(self, language: Language) -> Iterator[str]:
        names = area_names(self.table["area"], language)
        if self.synthetic:
            yield word("fates.synthetic", language)
        for kind in ("weakness", "strength", "recommendation"):
            rows = self.table[self.table["kind"] == kind]
            if rows.empty:
                continue
            yield kind_heading(kind, self.earlier, language)
            for fate, own in rows.groupby("fate", sort=False):
                told = [
                    self._told(items, names, language)
                    for _, items in own.groupby(["finding", "later_finding"], sort=False)
                ]
                yield f"  {fate_word(str(fate), language)}: {'; '.join(told)}"
        if self.settings.family_size:
            number = number_text(self.settings.family_size, 0, language)
            yield word("fates.family", language, number=number)

    def _told(self, rows: pd.DataFrame, names: dict[str, str], language: Language) -> str:
        label = finding_label(self.finding(rows.iloc[0]), language)
        return f"{label} ({'; '.join(names[code] for code in rows['area'])})"

    def provenance_line(self, language: Language = "en") -> str:
        """Say which rounds were compared, by what."""
        identity = self.settings.baseline_id
        return word(
            "fates.provenance",
            language,
            earlier=printable(self.earlier.name(language)),
            later=printable(self.later.name(language)),
            id=identity or word("fates.not_sealed", language),
            library=self.settings.library_version,
        )

    def __repr__(self) -> str:
        return "\n".join([*self._lines("en"), self.provenance_line()])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"
