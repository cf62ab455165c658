"""The tables of a round: which columns each has, and what a cell of them may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from baseline_compare.findings.model import (
    AGREED,
    Action,
    Answer,
    Body,
    Coding,
    Comment,
    Course,
    Finding,
    FindingKind,
    FindingStatus,
    Mode,
    Organisation,
    Participants,
    Question,
    Rating,
    Role,
    Statement,
    Theme,
    Visibility,
    Workshop,
)
from baseline_compare.language import LANGUAGES, Language

TableName = Literal[
    "themes", "workshops", "participants", "statements", "codings", "findings", "ratings",
    "comments",
]  # fmt: skip
TABLES: tuple[TableName, ...] = get_args(TableName)
ColumnKind = Literal[
    "id", "ids", "code", "text", "texts", "list", "choice", "choices", "count", "rating", "date",
    "area",
]  # fmt: skip
Stage = Literal["draft", "in_comment", "final", "amended"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; of ``texts`` there is one for each language.

    A cell that is ``required`` may not be empty; of ``texts`` one language is enough. An empty
    cell that is not is ``default``.
    """

    name: str
    kind: ColumnKind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: Any = ""
    field: str = ""

    @property
    def attribute(self) -> str:
        """The field of the record that the column fills."""
        return self.field or self.name

    @property
    def headings(self) -> tuple[str, ...]:
        """The names under which the column stands in a file."""
        if self.kind == "texts":
            return tuple(f"{self.name}_{language}" for language in LANGUAGES)
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Form:
    """One table: its record, its columns, and the columns that tell its rows apart."""

    record: Callable[..., Any]
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of all columns in a file, in order."""
        return tuple(name for column in self.columns for name in column.headings)

    def texts_of(self, record: object) -> list[str]:
        """Give a record as the texts of its row."""
        return [
            text
            for column in self.columns
            for text in cell_texts(column, getattr(record, column.attribute))
        ]


def cell_texts(column: Column, value: Any) -> tuple[str, ...]:
    """Give a value as the texts of its cells."""
    if column.kind == "texts":
        return tuple(value.get(language, "") for language in LANGUAGES)
    if column.kind in ("ids", "choices", "list"):
        return ("; ".join(value) if column.kind == "list" else ";".join(value),)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return ("" if value is None else str(value),)


def _choice(name: str, choices: Iterable[str], *, default: str | None = None) -> Column:
    plain = tuple(choice for choice in choices if choice)
    return Column(name, "choice", default is None, plain, default or "")


def about_round(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments of a round from the one row about it."""
    return {**row, "synthetic": row["synthetic"] == "yes"}


def _dict(*values: Any) -> dict[str, Any]:
    """Give the values of the one row about the round itself."""
    return {column.attribute: value for column, value in zip(ABOUT.columns, values, strict=True)}


_ID = Column("id", "id", required=True)
_LANGUAGE = _choice("language", get_args(Language))
_VISIBILITY = _choice("visibility", get_args(Visibility), default="team")
_CONTINUES = Column("continues", "ids", default=())
_ORGANISATIONS = get_args(Organisation)

FORMS: Mapping[TableName, Form] = {
    "themes": Form(
        Theme,
        (_ID, Column("name", "texts", required=True, field="names"), _CONTINUES),
        ("id",),
    ),
    "workshops": Form(
        Workshop,
        (
            _ID,
            Column("area", "area", required=True),
            Column("date", "date"),
            Column("advance_assignments", "count", default=None),
        ),
        ("id",),
    ),
    "participants": Form(
        Participants,
        (
            Column("workshop", "id", required=True),
            _choice("organisation", _ORGANISATIONS),
            _choice("role", get_args(Role)),
            Column("number", "count", required=True),
        ),
        ("workshop", "organisation", "role"),
    ),
    "statements": Form(
        Statement,
        (
            _ID,
            Column("workshop", "id", required=True),
            Column("text", required=True),
            _LANGUAGE,
            _choice("organisation", _ORGANISATIONS, default=""),
            _VISIBILITY,
        ),
        ("id",),
    ),
    "codings": Form(
        Coding,
        (
            Column("statement", "id", required=True),
            Column("coder", "code", required=True, choices=(AGREED,)),
            _choice("kind", get_args(FindingKind)),
            Column("theme", "id", required=True),
            Column("finding", "id"),
        ),
        ("statement", "coder"),
    ),
    "findings": Form(
        Finding,
        (
            _ID,
            _choice("kind", get_args(FindingKind)),
            Column("theme", "id", required=True),
            Column("area", "area", required=True),
            Column("statement", "texts", required=True, field="statements"),
            Column("source", required=True),
            _choice("status", get_args(FindingStatus)),
            Column("term_fi"),
            _choice("key_target", get_args(Answer), default=""),
            _choice("course", get_args(Course), default=""),
            _CONTINUES,
            Column("responsible_before_2023", "choices", choices=get_args(Body), default=()),
            Column("responsible_from_2023", "choices", choices=get_args(Body), default=()),
            Column("indicators", "ids", default=()),
            _choice("social_security_reform", get_args(Answer), default=""),
        ),
        ("id",),
    ),
    "ratings": Form(
        Rating,
        (
            Column("finding", "id", required=True),
            Column("area", "area", required=True),
            Column("rating", "rating", required=True),
            _choice("mode", get_args(Mode), default="ballot"),
            _choice("question", get_args(Question), default="state"),
            _choice("organisation", _ORGANISATIONS, default=""),
            Column("rater", "code"),
            Column("number", "count", default=1),
        ),
        (),
    ),
    "comments": Form(
        Comment,
        (
            _ID,
            _choice("organisation", _ORGANISATIONS),
            Column("text", required=True),
            _LANGUAGE,
            _choice("action", get_args(Action)),
            Column("done"),
            Column("finding", "id"),
            _VISIBILITY,
        ),
        ("id",),
    ),
}

ABOUT = Form(
    _dict,
    (
        _ID,
        Column("name", "texts", required=True, field="names"),
        Column("scheme", "id", required=True),
        _choice("stage", STAGES),
        Column("covers", "texts", required=True),
        Column("first_day", "date"),
        Column("last_day", "date"),
        Column("organisers", "list", default=()),
        _choice("synthetic", ("yes", "no"), default="no"),
        Column("not_available", "choices", choices=TABLES, default=()),
        Column("sources", "ids", default=()),
    ),
    ("id",),
)
"""The one row about the round itself."""
