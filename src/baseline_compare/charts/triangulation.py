"""A grid of themes and areas: do indicators and findings say the same."""

from __future__ import annotations

from matplotlib.figure import Figure

from baseline_compare.charts.grids import Cell, add_round_footer, word_grid
from baseline_compare.disclosure import Disclosure
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates.triangulation import Triangulation
from baseline_compare.fates.wording import area_names, theme_name
from baseline_compare.language import Language, check_language, word

_SIDES = {"better": "▲", "worse": "▼", "same": "=", "mixed": "▲▼", "silent": "·"}
_TONES = {"conflict": "conflict", "agree": "better"}


def triangulation(
    found: Triangulation, *, language: Language = "en", disclosure: Disclosure = "on"
) -> Figure:
    """Draw for each theme and area the direction of its indicators and of its findings.

    Themes with a conflict come first.

    Parameters
    ----------
    language
        ``fi``, ``sv`` or ``en``.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the chart says so.

    Raises
    ------
    ComparisonError
        ``finding.missing`` if there is no theme, ``chart.limit`` for more areas than can be read.

    Examples
    --------
    >>> from baseline_compare import compare, read_measurements, triangulate
    >>> from baseline_compare import compare_findings, load_baseline, read_round
    >>> followup = read_round("fixtures/INTERNAL-synthetic-2025.xlsx")
    >>> found = compare_findings(load_baseline("2022"), followup)
    >>> later = read_measurements("fixtures/follow_up_2023.csv")
    >>> beside = triangulate(found, compare(load_baseline("2022"), later))
    >>> triangulation(beside, language="en").texts[0].get_text()
    'Indicators and findings side by side'
    """
    check_language(language)
    shown = found.cleared(disclosure)
    table = shown.table
    if table.empty:
        raise ComparisonError(
            Problem(
                code="finding.missing",
                expected="themes with findings or indicators",
                found="none",
                remedy="See found.table.",
            )
        )
    names = area_names(table["area"], language)
    themes, codes = list(dict.fromkeys(table["theme"])), list(names)
    cells: dict[tuple[int, int], Cell] = {}
    for row in table.to_dict("records"):
        place = themes.index(row["theme"]), codes.index(row["area"])
        sign = f"{_SIDES[row['indicators']]} | {_SIDES[row['findings']]}"
        text = word(f"triangulation_short.{row['agreement']}", language)
        cells[place] = (sign, text, _TONES.get(row["agreement"], "quiet"))
    rounds = (shown.findings.earlier, shown.findings.later)
    title = word("chart.triangulation", language)
    figure = word_grid(
        [theme_name(rounds, theme, language) for theme in themes],
        [names[code] for code in codes],
        cells,
        title=title,
        captions=[word("chart.triangulation_caption", language)],
    )
    internal = shown.findings.protection is None
    add_round_footer(figure, rounds, language, internal=internal)
    figure.set_label(f"{title}. {'. '.join(shown.summary(language))}")
    return figure
