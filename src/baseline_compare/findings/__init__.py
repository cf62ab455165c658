"""Mapping rounds: workshops, statements, findings, ratings and comments, and their coding."""

from baseline_compare.findings.coders import CodingAgreement, agreement
from baseline_compare.findings.forms import TABLES, Stage, TableName
from baseline_compare.findings.model import (
    AGREED,
    Coding,
    Comment,
    Finding,
    Participants,
    Rating,
    Statement,
    Theme,
    Workshop,
)
from baseline_compare.findings.rounds import Round
from baseline_compare.findings.shipped import SCHEME, shipped_themes

__all__ = [
    "AGREED",
    "SCHEME",
    "TABLES",
    "Coding",
    "CodingAgreement",
    "Comment",
    "Finding",
    "Participants",
    "Rating",
    "Round",
    "Stage",
    "Statement",
    "TableName",
    "Theme",
    "Workshop",
    "agreement",
    "shipped_themes",
]
