"""A group of areas of one's own, with names of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from baseline_compare.errors import AreaError, Problem
from baseline_compare.language import LANGUAGES, Language, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Areas that are compared as one: ``compare(areas={"TWIN": Group(codes=[...])})``.

    Attributes
    ----------
    codes
        The codes of the areas, of any level; each municipality once.
    names
        What charts and reports call it in ``fi``, ``sv`` and ``en``; its key unless given.
    source
        Who drew the borders; printed in the report.

    Raises
    ------
    AreaError
        ``area.partition`` for codes that are no list, or names that lack a language.

    Examples
    --------
    >>> Group(
    ...     codes=["HVA08", "HVA15"],
    ...     names={"fi": "Pari", "sv": "Paret", "en": "The pair"},
    ... ).name("sv")
    'Paret'
    """

    codes: Sequence[str]
    names: Mapping[Language, str] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.codes, str) or not self.codes:
            raise AreaError(_problem("a list of area codes", repr(self.codes), "List the codes."))
        lacking = [key for key in LANGUAGES if not printable(self.names.get(key, "")).strip()]
        if self.names and (lacking or len(self.names) > len(LANGUAGES)):
            found = f"none in {', '.join(lacking)}" if lacking else f"{', '.join(self.names)}"
            remedy = "Name the group in each language, or leave names out."
            raise AreaError(_problem(f"a name in {', '.join(LANGUAGES)}", found, remedy))
        object.__setattr__(self, "codes", tuple(self.codes))
        object.__setattr__(self, "names", dict(self.names))

    def name(self, language: Language = "en") -> str:
        """Give the name in a language; empty if it has none."""
        return self.names.get(language, "")


def _problem(expected: str, found: str, remedy: str) -> Problem:
    return Problem(
        code="area.partition", expected=expected, found=found, remedy=remedy, column="areas"
    )
