"""How raters answered about one finding: counts of each rating, low ones left, high ones right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import INK, QUIET, panels, quiet_axes
from baseline_compare.charts.grids import add_round_footer
from baseline_compare.disclosure import Disclosure
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates.protecting import cleared_findings
from baseline_compare.fates.result import CLASSES, SCALE, FindingsComparison
from baseline_compare.fates.wording import area_names, finding_label
from baseline_compare.language import Language, check_language, number_text, word

_PARTS = {
    "1": ("1", "#b35806", "white"), "2": ("2", "#f1a340", INK), "3": ("3", "#dddddd", INK),
    "4": ("4", "#998ec3", INK), "5": ("5", "#542788", "white"), "low": ("1–2", "#f1a340", INK),
    "middle": ("3", "#dddddd", INK), "high": ("4–5", "#998ec3", INK),
}  # fmt: skip
"""Of each part of a bar: what it is called, its colour, and the colour of its text."""


def ratings(
    found: FindingsComparison,
    *,
    finding: str,
    language: Language = "en",
    disclosure: Disclosure = "on",
) -> Figure:
    """Draw how many gave each rating of one finding, by area and round; nothing is averaged.

    Parameters
    ----------
    finding
        The id of an earlier finding that was rated.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small groups of raters are hidden unless it is ``"off"``; then the chart says so.

    Raises
    ------
    ComparisonError
        ``finding.missing`` for a finding without ratings that were compared.

    Examples
    --------
    >>> from baseline_compare import compare_findings, load_baseline, read_round
    >>> followup = read_round("fixtures/INTERNAL-synthetic-2025.xlsx")
    >>> found = compare_findings(load_baseline("2022"), followup)
    >>> figure = ratings(found, finding="weakness-access", language="sv")
    >>> figure.axes[0].get_title(loc="left")
    'Det måste bli lättare att få tjänster och att nå de anställda'
    """
    check_language(language)
    shown = cleared_findings(found, disclosure)
    table = _own(shown, finding)
    if table.empty:
        known = ", ".join(dict.fromkeys(shown.ratings["finding"])) or "none"
        raise ComparisonError(
            Problem(
                code="finding.missing", expected=f"a finding with ratings: {known}",
                found=repr(finding), remedy="See found.ratings.",
            )
        )  # fmt: skip
    names = area_names(table["area"], language)
    order = list(names)
    rows = cast(list[dict[str, Any]], table.to_dict("records"))
    rows.sort(key=lambda row: (order.index(row["area"]), row["round"]))
    sides = [word(f"ratings.{row['round']}_{_mode(row)}", language) for row in rows]
    labels = [f"{names[row['area']]}, {side}" for row, side in zip(rows, sides, strict=True)]
    item = next(item for item in shown.earlier.findings if item.id == finding)
    asked = "change" if rows[0]["method"].endswith("of_change") else "state"
    question = word(f"ratings.{asked}", language)
    figure, (axes,) = panels(
        labels, [finding_label(item, language)], row_height=0.34, captions=[question]
    )
    reach = max([1, *(_reach(row) for row in rows if _parts(row))])
    for place, row in enumerate(rows):
        _draw(axes, place, row, language)
    axes.set_xlim(-reach - 0.5, reach + 0.5)
    axes.set_xticks([])
    axes.axvline(0, color=QUIET, linewidth=0.6, zorder=0)
    quiet_axes(axes)
    internal = shown.protection is None
    add_round_footer(figure, (shown.earlier, shown.later), language, internal=internal)
    told = "; ".join(
        f"{label}: {_told(row, language)}" for label, row in zip(labels, rows, strict=True)
    )
    figure.set_label(f"{finding_label(item, language)}. {question} {told}")
    return figure


def _own(shown: FindingsComparison, finding: str) -> pd.DataFrame:
    """Give the distributions of a finding, of each area those that its row rests on."""
    rows = shown.table[shown.table["finding"] == finding]
    used = set(zip(rows["area"], rows["method"], strict=True))
    table = shown.ratings[shown.ratings["finding"] == finding]
    keep = [pair in used for pair in zip(table["area"], table["method"], strict=True)]
    own: pd.DataFrame = table[keep]
    return own


def _mode(row: Mapping[str, Any]) -> str:
    return "consensus" if row["method"].startswith("consensus") else "ballot"


def _parts(row: Mapping[str, Any]) -> dict[str, float]:
    """Give the parts of a bar that may be told: single ratings, else classes, else none."""
    for names in (tuple(map(str, SCALE)), tuple(CLASSES)):
        if pd.notna(row[names[0]]):
            return {name: float(row[name]) for name in names}
    return {}


def _below(parts: Mapping[str, float]) -> float:
    """Give how many lie left of the middle of the middle rating."""
    low = parts["low"] if "low" in parts else parts["1"] + parts["2"]
    return low + parts.get("middle", parts.get("3", 0.0)) / 2


def _reach(row: Mapping[str, Any]) -> float:
    """Give how far a bar reaches from the middle of the middle rating."""
    parts = _parts(row)
    below = _below(parts)
    return max(below, sum(parts.values()) - below)


def _draw(axes: Axes, place: int, row: Mapping[str, Any], language: Language) -> None:
    parts = _parts(row)
    if not parts:
        text = word("ratings.hidden", language)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(
            0, place, text, ha="center", va="center", fontsize=8, color=QUIET, style="italic",
            bbox=box,
        )  # fmt: skip
        return
    left = -_below(parts)
    for name, width in parts.items():
        if width:
            label, colour, ink = _PARTS[name]
            axes.barh(place, width, left=left, height=0.62, color=colour, edgecolor="white")
            axes.text(
                left + width / 2, place, f"{label}: {number_text(width, 0, language)}",
                ha="center", va="center", fontsize=7, color=ink,
            )  # fmt: skip
        left += width


def _told(row: Mapping[str, Any], language: Language) -> str:
    parts = {name: number for name, number in _parts(row).items() if number}
    if not parts:
        return word("ratings.hidden", language)
    return ", ".join(
        f"{_PARTS[name][0]}: {number_text(number, 0, language)}" for name, number in parts.items()
    )
