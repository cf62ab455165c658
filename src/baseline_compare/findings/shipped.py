"""The shipped theme scheme: themes of the project's own, under which the findings of 2022 stand."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources

from baseline_compare.findings.model import Theme
from baseline_compare.language import LANGUAGES

SCHEME = "2022"
"""The version of the shipped scheme."""


@cache
def shipped_themes() -> tuple[Theme, ...]:
    """Give the themes of the shipped scheme.

    Examples
    --------
    >>> shipped_themes()[0].name("sv")
    'tillgänglighet'
    """
    path = resources.files("baseline_compare").joinpath("data", "themes.csv")
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return tuple(
        Theme(row["id"], {language: row[f"name_{language}"] for language in LANGUAGES})
        for row in rows
    )
