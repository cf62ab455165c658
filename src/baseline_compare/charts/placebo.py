"""The real change of each area among those at dates at which nothing was done."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import (
    BASE,
    CHANGED,
    INK,
    QUIET,
    add_footer,
    panels,
)
from baseline_compare.charts.scales import Scale, finish_axis
from baseline_compare.comparison.wording import area_name
from baseline_compare.disclosure import Disclosure, cleared_evidence
from baseline_compare.language import (
    Language,
    capital,
    check_language,
    unit_form,
    word,
)
from baseline_compare.periods import expand, span_label
from baseline_compare.series import Placebo
from baseline_compare.series.wording import change_words, rank_words

_ROOM = 1.15
_SHARE = 0.74
"""Share of the panel that is drawn on; change and rank stand in the rest."""

_STYLES = (
    ("dates", "|", 6.0, QUIET, 0.22),
    ("years", "o", 6.0, BASE, 0.0),
    ("real", "D", 6.5, CHANGED, 0.0),
)
"""Of each kind of change: marker, its size and colour, and how far below its line it stands."""


def placebo(found: Placebo, *, language: Language = "en", disclosure: Disclosure = "on") -> Figure:
    """Draw the real change of each area among the placebo ones.

    Parameters
    ----------
    found
        Of ``series.placebo``.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the chart says that it is internal.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements, series
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> figure = placebo(series.placebo(compare(load_baseline("2022"), later)), language="sv")
    >>> figure.axes[0].get_xlabel()
    'förändring, %'
    """
    check_language(language)
    table, result = found.table, cleared_evidence(found.comparison, disclosure)
    codes = list(dict.fromkeys(table["area"]))
    windows = _windows(table, language)
    figure, (axes,) = panels(
        [area_name(code, result.targets, language) for code in codes],
        [capital(result.indicators[found.indicator].name(language))],
        row_height=0.36,
        captions=[word("series.placebo_caption", language, **windows)],
    )
    _draw(axes, found, codes, language)
    rows = result.table
    add_footer(figure, result, rows[rows["indicator"] == found.indicator], language)
    items = " ".join(found.summary(language))
    figure.set_label(word("series.placebo_alt", language, items=items, **windows))
    return figure


def _windows(table: pd.DataFrame, language: Language) -> dict[str, str]:
    real = table[table["kind"] == "real"].iloc[0]
    return {name: span_label(expand(str(real[name])), language) for name in ("baseline", "current")}


def _draw(axes: Axes, found: Placebo, codes: list[str], language: Language) -> None:
    table, ranks = found.table, found.ranks
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, box.width * _SHARE, box.height))
    scale, unit = str(table["scale"].iloc[0]), str(table["unit"].iloc[0])
    factor = 100 if scale == "ratio" else unit_form(unit)[1]
    reach = _ROOM * max(float(table["change"].abs().max()) * factor, 1e-9)
    axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)
    for kind, marker, size, colour, lift in _STYLES:
        own = table[table["kind"] == kind]
        places = [codes.index(code) + lift for code in own["area"]]
        axes.plot(
            own["change"] * factor, places, linestyle="none", marker=marker, markersize=size,
            color=colour, markerfacecolor="white" if kind == "years" else colour,
        )  # fmt: skip
    years = ranks[ranks["kind"] == "years"]
    ranked = {row["area"]: rank_words(row, language) for row in years.to_dict("records")}
    for place, code in enumerate(codes):
        real = table[(table["kind"] == "real") & (table["area"] == code)].iloc[0]
        text = change_words(real["change"], scale, unit, language)
        if code in ranked:
            text = f"{text}  {ranked[code]['rank']}/{ranked[code]['total']}"
        axes.text(
            1.03, place, text, transform=axes.get_yaxis_transform(), ha="left", va="center",
            fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.text(
        1.03, -0.75, word("series.column_rank", language), transform=axes.get_yaxis_transform(),
        ha="left", va="center", fontsize=7.5, color=QUIET,
    )  # fmt: skip
    axes.set_xlim(-reach, reach)
    finish_axis(axes, reach / _ROOM, _scale(scale, unit, factor, language), language)


def _scale(scale: str, unit: str, factor: float, language: Language) -> Scale:
    name = "%"
    if scale != "ratio":
        name = word("interval.points" if unit == "share" else f"unit.{unit}", language)
    axis = word("chart.change_axis", language, unit=name)
    return Scale("change", "", "", factor, axis, relative=scale == "ratio")
