"""Control charts of areas: values, centre and limits, and the periods beyond them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import BAND, CHANGED, INK, QUIET, WORSE, add_footer, wrapped
from baseline_compare.charts.time_axis import COLUMNS, draw_years, position, time_panels
from baseline_compare.comparison.wording import area_name
from baseline_compare.disclosure import Disclosure, cleared_evidence
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import Language, capital, check_language, value_text, word
from baseline_compare.periods import parse_period
from baseline_compare.series import Control
from baseline_compare.series.wording import control_notes

_TITLE_CHARACTERS = 38
_CAPTION_CHARACTERS = 125
_LINE_HEIGHT = 0.16


def control(found: Control, *, language: Language = "en", disclosure: Disclosure = "on") -> Figure:
    """Draw the control chart of each area in a panel of its own.

    Parameters
    ----------
    found
        Of ``series.control``.
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the chart says that it is internal.

    Raises
    ------
    ComparisonError
        ``series.no_limits`` if no area has limits.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements, series
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> figure = control(series.control(compare(load_baseline("2022"), later)), language="fi")
    >>> [axes.get_title(loc="left") for axes in figure.axes][:2]
    ['Etelä-Suomi', 'Itä-Suomi']
    """
    check_language(language)
    table, result = found.table, cleared_evidence(found.comparison, disclosure)
    if table["centre"].isna().all():
        raise ComparisonError(
            Problem(
                code="series.no_limits",
                expected="an area with limits",
                found="none: " + "; ".join(found.phases["reason"].dropna().unique()),
                remedy="See the phases for the reasons; charts.trend draws the series alone.",
            )
        )
    codes = list(dict.fromkeys(table["area"]))
    captions = [
        word("series.control_caption", language),
        *control_notes(found.season_years, language),
    ]
    lines = [
        line
        for caption in captions
        for line in wrapped(caption, _CAPTION_CHARACTERS, whole_words=True).split("\n")
    ]
    foot = 0.35 + _LINE_HEIGHT * len(lines)
    figure, panels = time_panels(len(codes), foot=foot)
    years = [parse_period(text).year for text in table["period"]]
    for place, (code, axes) in enumerate(zip(codes, panels, strict=True)):
        _draw(axes, table[table["area"] == code], language)
        draw_years(axes, range(min(years), max(years) + 1), named=place >= len(codes) - COLUMNS)
        title = wrapped(area_name(code, result.targets, language), _TITLE_CHARACTERS)
        axes.set_title(title, fontsize=9, color=INK, loc="left", pad=5)
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.27 / height, _title(found, language), fontsize=10.5, color=INK)
    figure.text(
        0.01, (foot - 0.02) / height, "\n".join(lines), fontsize=8, color=INK, va="top",
        linespacing=1.3,
    )  # fmt: skip
    rows = result.table
    add_footer(figure, result, rows[rows["indicator"] == found.indicator], language)
    figure.set_label(" ".join(found.summary(language)))
    return figure


def _title(found: Control, language: Language) -> str:
    indicator = found.comparison.indicators[found.indicator]
    told = [word(f"series.chart_{found.table['chart'].iloc[0]}", language)]
    if indicator.unit not in ("per_inhabitant", "share"):
        told.insert(0, word(f"unit.{indicator.unit}", language))
    if found.season_years:
        told.append(word("series.control_adjusted", language))
    return f"{capital(indicator.name(language))} ({', '.join(told)})"


def _draw(axes: Axes, own: pd.DataFrame, language: Language) -> None:
    days = [parse_period(text) for text in own["period"]]
    own = own.assign(at=[position(day.first_day) for day in days])
    base = own[own["in_base"]]
    for _, phase in base.groupby("phase"):
        axes.axvspan(phase["at"].iloc[0], phase["at"].iloc[-1], color=BAND, linewidth=0, zorder=0)
    for _, phase in own.groupby("phase"):
        axes.plot(phase["at"], phase["centre"], color=QUIET, linewidth=1.0, zorder=1)
        for side in ("lower", "upper"):
            axes.plot(
                phase["at"], phase[side], color=QUIET, linewidth=0.9, linestyle=(0, (4, 2)),
                zorder=1,
            )  # fmt: skip
    axes.plot(
        own["at"], own["charted"], color=CHANGED, linewidth=0.9, marker="o", markersize=2.6,
        zorder=3,
    )  # fmt: skip
    out = own[own["beyond"]]
    axes.plot(
        out["at"], out["charted"], linestyle="none", marker="X", markersize=6, color=WORSE, zorder=4
    )
    limited = own[own["centre"].notna()]
    ticks = limited.iloc[-1][["lower", "centre", "upper"]].tolist() if len(limited) else []
    unit = str(own["unit"].iloc[0])
    axes.set_yticks(ticks, [value_text(value, unit, language) for value in ticks])
