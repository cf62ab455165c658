"""What is said of an area that is unknown, ambiguous, in another role or of another time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from baseline_compare.areas.model import Area, Role
from baseline_compare.errors import AreaError, Problem

BECAME = {"merger": "merged into", "moved": "gave members to", "continued": "continued as"}


def in_role(area: Area, role: Role | None) -> Area:
    """Give the area if it is in the role asked for."""
    if role is None or area.role == role:
        return area
    raise AreaError(
        Problem(
            code="area.role",
            expected=f"an area in the role {role!r}",
            found=f"{area.code} ({area.name()}), whose role is {area.role or 'none'!r}",
            remedy="Helsinki is a city and Åland has its own act: neither is a reform county.",
        )
    )


def ambiguous(text: str, fits: Sequence[Area]) -> Problem:
    """Say which areas a name fits."""
    listed = sorted({f"{area.code} ({area.level})" for area in fits})
    return Problem(
        code="area.ambiguous",
        expected="one area",
        found=f"{text!r}, which is {', '.join(listed)}",
        remedy="Say level= or vintage=, or use the code.",
    )


def foreign_script(text: str) -> str:
    """Name the scripts of letters that are not Latin."""
    scripts = _scripts(character for character in text if character.isalpha())
    return f" with {', '.join(scripts)} letters" if scripts else ""


def _scripts(letters: Iterable[str]) -> list[str]:
    found = {unicodedata.name(letter, "UNKNOWN").split()[0] for letter in letters}
    return sorted(script.capitalize() for script in found - {"LATIN"})
