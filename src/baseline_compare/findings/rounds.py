"""A mapping round: what was asked of whom, what was said, and what was made of it."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import pandas as pd

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.findings.consistency import inconsistencies
from baseline_compare.findings.forms import FORMS, STAGES, TABLES, Stage, TableName
from baseline_compare.findings.model import (
    Coding,
    Comment,
    Finding,
    Participants,
    Rating,
    Statement,
    Theme,
    Workshop,
    in_language,
)
from baseline_compare.language import Language
from baseline_compare.measurements import Remark

SYNTHETIC = "synthetic"


@dataclass(frozen=True, kw_only=True)
class Round:
    """One mapping round with all its tables.

    Attributes
    ----------
    id
        What the round is called in files; that of a synthetic round begins with ``synthetic``.
    names, covers
        Its name and what it covers, in each language.
    first_day, last_day
        From when to when it was made, as it is known (2022-09 or 2022-09-12).
    organisers
        Who made it.
    stage
        draft, in_comment, final or amended.
    scheme
        The version of the theme scheme.
    synthetic
        Whether the round is made up to show the way; every chart and page of it says so.
    not_available
        Tables of which nothing was published.
    sources
        The sources of what is said of the round itself.
    remarks
        What was noted when the round was read.
    """

    id: str
    names: Mapping[Language, str]
    scheme: str
    stage: Stage
    covers: Mapping[Language, str]
    first_day: str = ""
    last_day: str = ""
    organisers: tuple[str, ...] = ()
    synthetic: bool = False
    not_available: tuple[TableName, ...] = ()
    sources: tuple[str, ...] = ()
    themes: tuple[Theme, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    participants: tuple[Participants, ...] = ()
    statements: tuple[Statement, ...] = ()
    codings: tuple[Coding, ...] = ()
    findings: tuple[Finding, ...] = ()
    ratings: tuple[Rating, ...] = ()
    comments: tuple[Comment, ...] = ()
    remarks: tuple[Remark, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        problems = ProblemList()
        problems.extend(_round_problems(self))
        problems.extend(_not_available(self))
        problems.extend(inconsistencies({name: self.rows(name) for name in TABLES}))
        problems.raise_if_any(InputError)

    def name(self, language: Language = "en") -> str:
        """Give the name of the round."""
        return in_language(self.names, language)

    def rows(self, name: TableName) -> tuple[Any, ...]:
        """Give the records of a table."""
        found: tuple[Any, ...] = getattr(self, name)
        return found

    def table(self, name: TableName) -> pd.DataFrame:
        """Give a table as a frame of text, one column for each of its form."""
        form = FORMS[name]
        rows = [form.texts_of(record) for record in self.rows(name)]
        return pd.DataFrame(rows, columns=list(form.headings), dtype=str)

    def adding(self, **tables: Iterable[Any]) -> Self:
        """Give the round with more rows; a table that has some is available."""
        more: dict[str, Any] = {
            name: (*getattr(self, name), *rows) for name, rows in tables.items()
        }
        absent = tuple(name for name in self.not_available if not more.get(name))
        return replace(self, **more, not_available=absent)

    def published(self) -> Self:
        """Give the round without what people said one by one.

        Participants, codings and ratings are left out; of statements and comments those stay that
        may be published, without the organisation of who made them.
        """
        return replace(
            self,
            workshops=tuple(replace(item, advance_assignments=None) for item in self.workshops),
            participants=(),
            statements=tuple(
                replace(item, organisation="")
                for item in self.statements
                if item.visibility == "public"
            ),
            codings=(),
            ratings=(),
            comments=tuple(
                replace(item, organisation="other")
                for item in self.comments
                if item.visibility == "public"
            ),
        )

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"

    def _lines(self) -> Iterator[str]:
        synthetic = "SYNTHETIC, " if self.synthetic else ""
        yield f"{self.name()}: {synthetic}{self.stage}, theme scheme {self.scheme}"
        for name in TABLES:
            rows = self.rows(name)
            if name in self.not_available:
                yield f"  {name}: not available"
            elif name == "findings":
                kinds = Counter(item.kind for item in self.findings)
                told = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
                yield f"  findings: {len(rows)}" + (f" ({told})" if told else "")
            elif rows:
                yield f"  {name}: {len(rows):,}"


def _round_problems(found: Round) -> Iterator[Problem]:
    if found.synthetic != found.id.startswith(SYNTHETIC):
        yield _problem(
            "round.synthetic",
            f"an id that begins with {SYNTHETIC} if, and only if, the round is made up",
            f"{found.id!r} with synthetic={found.synthetic}",
            "Change the id, or say synthetic: yes.",
        )
    if found.stage not in STAGES:
        yield _problem("mark.unknown", " or ".join(STAGES), repr(found.stage), "Choose a stage.")
    for name in ("names", "covers"):
        if not any(getattr(found, name).values()):
            yield _problem("key.missing", f"a text for {name}", "nothing", "Write one.")
    first, last = found.first_day, found.last_day
    if last and last < first[: len(last)]:
        yield _problem("period.order", f"a last day from {first} on", last, "Correct the days.")


def _not_available(found: Round) -> Iterator[Problem]:
    for name in found.not_available:
        if found.rows(name):
            yield _problem(
                "round.not_available",
                f"no rows, as {name} are said not to be available",
                f"{len(found.rows(name))} rows",
                "Leave the table out of not_available.",
            )


def _problem(code: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, file="round")
