"""The columns of a comparison, and the part of the table that one indicator brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from baseline_compare.comparison.aggregation import Levels, used_periods
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.judging import Judgement
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.indicators import Indicator
from baseline_compare.statistics.contrasts import contrast

TABLE_COLUMNS = (
    "indicator", "area", "unit", "scale", "statistic", "baseline", "current",
    "baseline_low", "baseline_high", "current_low", "current_high",
    "change", "change_low", "change_high", "relative_change", "relative_low", "relative_high",
    "p_value", "p_adjusted", "registered", "verdict", "verdict_class", "detectable_change",
    "usual_range_low", "usual_range_high", "placebo_rank", "periods", "coverage", "family_size",
    "method", "source", "reason",
)  # fmt: skip
_TEXTS = (
    "indicator", "area", "unit", "scale", "statistic", "registered", "verdict", "verdict_class",
    "periods", "method", "source", "reason",
)  # fmt: skip
COLUMN_KINDS: Mapping[str, type] = {
    name: object if name in _TEXTS else float for name in TABLE_COLUMNS if name != "family_size"
}
_ABSENT_NUMBERS = (
    "baseline_low", "baseline_high", "current_low", "current_high",
    "change_low", "change_high", "relative_low", "relative_high", "p_value", "p_adjusted",
    "detectable_change", "usual_range_low", "usual_range_high", "placebo_rank",
)  # fmt: skip


def part_of_table(
    indicator: Indicator,
    pairing: Pairing,
    levels: Levels,
    places: npt.NDArray[np.intp],
    codes: Sequence[str],
    judgements: Sequence[Judgement],
) -> dict[str, Sequence[object]]:
    """Give the rows of an indicator as columns, before anything is claimed about them.

    ``places`` are the rows of the plan that are shown, ``codes`` names all of them.
    """
    size = len(places)
    known = levels.known[places]
    base, follow_up = levels.base.values[places], levels.follow_up.values[places]
    found = contrast(np.where(known, base, 1.0), np.where(known, follow_up, 1.0))
    relative = np.where(known & found.has_relative, found.relative_change, np.nan)
    told = known | levels.vague[places]
    source = ", ".join(sorted({*pairing.base.sources, *pairing.follow_up.sources}))
    return {
        **dict.fromkeys(_ABSENT_NUMBERS, [np.nan] * size),
        "indicator": [indicator.id] * size,
        "area": [codes[place] for place in places],
        "unit": [indicator.unit] * size,
        "scale": [indicator.margin.scale if indicator.margin else None] * size,
        "statistic": [levels.statistics[place] for place in places],
        "baseline": np.where(told, base, np.nan).tolist(),
        "current": np.where(told, follow_up, np.nan).tolist(),
        "change": np.where(known, found.change, np.nan).tolist(),
        "relative_change": relative.tolist(),
        **_within(levels, places),
        "registered": [None] * size,
        "verdict": [judgement.verdict for judgement in judgements],
        "verdict_class": [None] * size,
        "periods": _spans(pairing, levels.used[places]),
        "coverage": [1.0] * size,
        "source": [source] * size,
        "reason": [judgement.reason or None for judgement in judgements],
    }


def end_levels(
    levels: Levels, places: npt.NDArray[np.intp]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Give baseline and follow-up where the change is smallest, and where it is largest."""
    exact = levels.base.values[places], levels.follow_up.values[places]
    if levels.ends is None:
        return exact, exact
    vague = levels.vague[places]
    smallest, largest = (
        (
            np.where(vague, end.base.values[places], exact[0]),
            np.where(vague, end.follow_up.values[places], exact[1]),
        )
        for end in levels.ends
    )
    return smallest, largest


def _within(levels: Levels, places: npt.NDArray[np.intp]) -> dict[str, list[float]]:
    """Give the bounds of levels, and of the change between them, where these are all that is known.

    A ratio has bounds where the baseline cannot be 0.
    """
    vague = levels.vague[places]
    if not vague.any():
        return {}
    (most, later_least), (least, later_most) = end_levels(levels, places)
    columns: dict[str, Floats] = {
        "baseline_low": np.where(vague & (least < most), least, np.nan),
        "baseline_high": np.where(vague & (least < most), most, np.nan),
        "current_low": np.where(vague & (later_least < later_most), later_least, np.nan),
        "current_high": np.where(vague & (later_least < later_most), later_most, np.nan),
    }
    ratio = vague & (least > 0)
    for side, before, after in (("low", most, later_least), ("high", least, later_most)):
        found = contrast(np.where(vague, before, 1.0), np.where(vague, after, 1.0))
        columns[f"change_{side}"] = np.where(vague, found.change, np.nan)
        columns[f"relative_{side}"] = np.where(ratio, found.relative_change, np.nan)
    return {name: column.tolist() for name, column in columns.items()}


def _spans(pairing: Pairing, used: npt.NDArray[np.bool_]) -> list[str]:
    """Write the periods of both sides that each row uses; all where hidden cells left none."""
    known: dict[bytes, str] = {}
    spans = []
    for flags in used:
        row = flags if flags.any() else np.ones_like(flags)
        key = row.tobytes()
        if key not in known:
            known[key] = " | ".join(
                used_periods(grid, row) for grid in (pairing.base, pairing.follow_up)
            )
        spans.append(known[key])
    return spans
