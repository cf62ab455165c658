"""The report as a frozen model: every text is ready, the template only places it."""

from __future__ import annotations

from dataclasses import dataclass

from baseline_compare.language import (
    Language,
)


@dataclass(frozen=True, slots=True)
class Table:
    """One indicator: caption, the two windows, rows of text, and a note that holds for all rows."""

    caption: str
    definition: str
    windows: tuple[str, str]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What was not compared for one reason."""

    indicators: str
    areas: str
    reason: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Findings of one theme with its indicators."""

    name: str
    findings: tuple[str, ...]
    indicators: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: text and, if it may be linked, its address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSection:
    """What became of the findings of the baseline, and where indicators say the same."""

    synthetic: str
    triangulation: tuple[str, ...]
    charts: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the page shows."""

    language: Language
    title: str
    internal: str
    subtitle: str
    main: tuple[str, ...]
    main_note: str
    comment: tuple[str, ...]
    charts: tuple[str, ...]
    tables: tuple[Table, ...]
    headings: tuple[str, ...]
    numbers: int
    unmatched: tuple[Unmatched, ...]
    themes: tuple[Theme, ...]
    other_findings: tuple[str, ...]
    mapped: RoundSection | None
    breaks: tuple[str, ...]
    remarks: tuple[str, ...]
    methods: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    hashes: tuple[str, ...]
