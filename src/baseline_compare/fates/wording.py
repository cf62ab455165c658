"""Fates in words."""

from __future__ import annotations

from collections.abc import Iterable

from baseline_compare.areas import registry
from baseline_compare.findings import Finding, Round
from baseline_compare.language import Language, capital, printable, word


def fate_word(fate: str, language: Language) -> str:
    """Name a fate as it stands in a table."""
    return word(f"fate.{fate}", language)


def finding_label(finding: Finding, language: Language) -> str:
    """Give what a finding says, without the full stop."""
    return printable(finding.statement(language)).rstrip(".")


def kind_heading(kind: str, earlier: Round, language: Language) -> str:
    """Head the findings of a kind with the round in which they were made."""
    kinds = word(f"fates.kinds_{kind}", language)
    return word("fates.heading", language, kinds=kinds, round=printable(earlier.name(language)))


def area_names(codes: Iterable[str], language: Language) -> dict[str, str]:
    """Give the short name of each area, the widest areas first."""
    ordered = sorted(set(codes), key=lambda code: (not code.startswith("FI"), code))
    return {code: registry().get(code).short_name(language) for code in ordered}


def theme_name(themes: Iterable[Round], key: str, language: Language) -> str:
    """Name a theme of one of two rounds."""
    for found in themes:
        for theme in found.themes:
            if theme.id == key:
                return capital(printable(theme.name(language)))
    return key
