"""What is said around a map of counties: how to read it, and the text that stands for it."""

from __future__ import annotations

from baseline_compare.charts.counties import County, View
from baseline_compare.charts.frame import window_captions
from baseline_compare.comparison.ranges import change_label
from baseline_compare.comparison.usual import verdict_label
from baseline_compare.comparison.wording import unit_label, window_labels
from baseline_compare.language import capital, value_text, word

_RATES = ("share", "per_inhabitant", "days", "calendar_days", "points")


def captions(view: View, *, tiled: bool) -> list[str]:
    """Say which periods are shown, how to read the map, and why counties have no figure."""
    language = view.language
    how = ["tiles_grid", "tiles_groups"] if tiled else ["tiles_groups"]
    if view.show == "verdict":
        how.append("tiles_filled")
        shown = {view.indicator: view.rows}
        windows = window_captions("chart.change_windows", shown, language)
    else:
        how.append("tiles_shade")
        windows = [f"{capital(_windows(view)[1])}."]
        if view.unit not in _RATES:
            how.append("tiles_counts")
    reasons: dict[str, list[str]] = {}
    for county in view.counties:
        if county.row is None:
            reasons.setdefault(county.reason, []).append(county.name)
    missing = [
        word("chart.tiles_no_figure", language, areas=", ".join(names), reason=reason)
        for reason, names in reasons.items()
    ]
    return [*windows, " ".join(word(f"chart.{name}", language) for name in how), *missing]


def alternative(view: View) -> str:
    """Say in a text what the map shows of each county."""
    before, after = _windows(view)
    items = ", ".join(f"{county.name} {_told(county, view)}" for county in view.counties)
    name = capital(view.result.indicators[view.indicator].name(view.language))
    if view.show == "value":
        name = f"{name} ({unit_label(view.unit, view.statistic, view.language)})"
    text = word(
        f"chart.tiles_{view.show}_alt", view.language, baseline=before, current=after, items=items
    )
    return f"{name}. {text}"


def _told(county: County, view: View) -> str:
    """Say what a county shows, in one breath."""
    if county.row is None:
        return f"({county.told})"
    if view.show == "value":
        return value_text(county.row["current"], view.unit, view.language)
    change = change_label(county.row, view.language)
    return f"{change} ({verdict_label(county.row, view.language)})".strip()


def _windows(view: View) -> tuple[str, str]:
    return window_labels(view.rows.iloc[0]["periods"], view.language)
