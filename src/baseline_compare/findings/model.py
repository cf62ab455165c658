"""What a mapping round holds: workshops, what was said there, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from baseline_compare.language import LANGUAGES, Language

FindingKind = Literal["strength", "weakness", "recommendation"]
FindingStatus = Literal["summary", "press", "report", "workshop"]
Course = Literal[
    "", "resolved", "eased", "strengthened", "carried_out", "advanced", "unchanged", "worsened",
    "weakened", "set_back",
]  # fmt: skip
Body = Literal["kela", "municipalities", "wellbeing_services_counties"]
Organisation = Literal["kela", "municipality", "county", "client_organisation", "research", "other"]
Role = Literal["decisions", "customer_service", "social_work", "management", "other"]
Visibility = Literal["team", "public"]
Mode = Literal["ballot", "consensus"]
Question = Literal["state", "change"]
Action = Literal["accepted", "partly", "rejected", "noted"]
Answer = Literal["", "yes", "no"]

COURSES_OF: Mapping[FindingKind, tuple[Course, ...]] = {
    "weakness": ("resolved", "eased", "unchanged", "worsened"),
    "strength": ("strengthened", "unchanged", "weakened"),
    "recommendation": ("carried_out", "advanced", "unchanged", "set_back"),
}
"""What a round can say became of a finding of each kind."""
LOWEST, MIDDLE, HIGHEST = 1, 3, 5
"""The scale: of the state 1 works badly, 5 works well; of the change 3 is none, 5 much better."""
AGREED = "agreed"
"""In place of a coder: what the coders settled on together."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of a scheme; ``continues`` names the themes of the scheme before that it takes up."""

    id: str
    names: Mapping[Language, str]
    continues: tuple[str, ...] = ()

    def name(self, language: Language = "en") -> str:
        """Give the name."""
        return in_language(self.names, language)


@dataclass(frozen=True, slots=True)
class Workshop:
    """One workshop: its area, its day (or month), and how many advance assignments came in."""

    id: str
    area: str
    date: str = ""
    advance_assignments: int | None = None


@dataclass(frozen=True, slots=True)
class Participants:
    """How many of an organisation and role took part in a workshop; never who."""

    workshop: str
    organisation: Organisation
    role: Role
    number: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said or written, word for word; what is not ``public`` stays with the team."""

    id: str
    workshop: str
    text: str
    language: Language
    organisation: Organisation | Literal[""] = ""
    visibility: Visibility = "team"


@dataclass(frozen=True, slots=True)
class Coding:
    """How one coder sorted a statement; ``finding`` may stay empty.

    The coder ``agreed`` stands for what all settled on.
    """

    statement: str
    coder: str
    kind: FindingKind
    theme: str
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of the analysis, coded and merged from what was said.

    ``status`` says whether the publisher's summary, the press, the report or the workshops have it;
    ``key_target`` whether its publishers call it a key development target. ``continues`` names the
    findings of the draft or of an earlier round that this one takes up, ``course`` what the round
    says became of them. Empty bodies, indicators and ``social_security_reform`` are not available.
    """

    id: str
    kind: FindingKind
    theme: str
    area: str
    statements: Mapping[Language, str]
    source: str
    status: FindingStatus
    term_fi: str = ""
    key_target: Answer = ""
    course: Course = ""
    continues: tuple[str, ...] = ()
    responsible_before_2023: tuple[Body, ...] = ()
    responsible_from_2023: tuple[Body, ...] = ()
    indicators: tuple[str, ...] = ()
    social_security_reform: Answer = ""

    def statement(self, language: Language = "en") -> str:
        """Give the statement; where it is not given in a language, another one, marked."""
        return in_language(self.statements, language)


@dataclass(frozen=True, slots=True)
class Rating:
    """How well what a finding is about works, from 1 to 5, or how it changed.

    A ``ballot`` is one person's, a ``consensus`` that of a group taken together. ``number`` ballots
    may be given in one row; ``rater`` is a code that stays the same over rounds, if there is one.
    """

    finding: str
    area: str
    rating: int
    mode: Mode = "ballot"
    question: Question = "state"
    organisation: Organisation | Literal[""] = ""
    rater: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a draft and what was done with it; without a finding it is on the whole."""

    id: str
    organisation: Organisation
    text: str
    language: Language
    action: Action
    done: str = ""
    finding: str = ""
    visibility: Visibility = "team"


def in_language(texts: Mapping[Language, str], language: Language) -> str:
    """Give a text in a language, or the first there is with the mark of its own.

    Examples
    --------
    >>> in_language({"fi": "tiedonvaihto"}, "sv")
    'tiedonvaihto (fi)'
    """
    own = texts.get(language, "")
    if own:
        return own
    known = next((other for other in LANGUAGES if texts.get(other)), language)
    return f"{texts.get(known, '')} ({known})"
