"""Strengths and weaknesses of a round by theme and area, as bars to either side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from baseline_compare.charts.frame import BETTER, INK, QUIET, WORSE, panels, quiet_axes
from baseline_compare.charts.grids import add_round_footer
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates.wording import area_names, theme_name
from baseline_compare.findings import Round
from baseline_compare.language import Language, check_language, number_text, printable, word

MOST_AREAS = 6


def balance(found: Round, *, language: Language = "en") -> Figure:
    """Draw how many weaknesses (left) and strengths (right) a round found in each theme.

    Findings are counted, not people: no rating is averaged. Each area with findings of its own has
    a panel; what was found for a whole stands in the panel of that whole.

    Parameters
    ----------
    language
        ``fi``, ``sv`` or ``en``.

    Raises
    ------
    ComparisonError
        ``finding.missing`` for a round without findings, ``chart.limit`` for more areas than can be
        read.

    Examples
    --------
    >>> from baseline_compare import load_baseline
    >>> figure = balance(load_baseline("2022").round, language="sv")
    >>> figure.axes[0].get_title(loc="left")
    'Fastlandsfinland'
    """
    check_language(language)
    if not found.findings:
        raise ComparisonError(
            Problem(
                code="finding.missing", expected="a round with findings", found="none",
                remedy="Fill in the sheet on findings.",
            )
        )  # fmt: skip
    counts = _counts(found)
    names = area_names([item.area for item in found.findings], language)
    if len(names) > MOST_AREAS:
        raise ComparisonError(
            Problem(
                code="chart.limit", expected=f"at most {MOST_AREAS} areas in one chart",
                found=str(len(names)), remedy="Draw several charts.",
            )
        )  # fmt: skip
    order = Counter(item.theme for item in found.findings)
    themes = sorted(order, key=lambda key: (-order[key], key))
    figure, axes_of = panels(
        [theme_name([found], theme, language) for theme in themes],
        list(names.values()),
        row_height=0.32,
        captions=[word("chart.balance_caption", language, round=printable(found.name(language)))],
    )
    most = max([1, *(n for (_, _, kind), n in counts.items() if kind != "recommendation")])
    for axes, code in zip(axes_of, names, strict=True):
        _draw(axes, themes, code, counts, most, language)
    add_round_footer(figure, [found], language)
    figure.set_label(_alternative(found, language))
    return figure


def _counts(found: Round) -> Counter[tuple[str, str, str]]:
    """Count the findings of each area, theme and kind."""
    return Counter((item.area, item.theme, str(item.kind)) for item in found.findings)


def _draw(
    axes: Axes,
    themes: Sequence[str],
    code: str,
    counts: Counter[tuple[str, str, str]],
    most: int,
    language: Language,
) -> None:
    places = range(len(themes))
    for kind, way, colour, hatch in (
        ("weakness", -1, WORSE, "///"), ("strength", 1, BETTER, ""),
    ):  # fmt: skip
        sizes = [counts[code, theme, kind] for theme in themes]
        axes.barh(
            places, [way * size for size in sizes], height=0.6, color=colour, hatch=hatch,
            edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        for place, size in zip(places, sizes, strict=True):
            if size:
                axes.text(
                    way * (size + 0.12 * most), place, number_text(size, 0, language),
                    ha="center", va="center", fontsize=8.5, color=INK,
                )  # fmt: skip
    for place, theme in enumerate(themes):
        number = counts[code, theme, "recommendation"]
        if number:
            text = word("chart.balance_recommendations", language, number=number)
            axes.text(1.75 * most, place, text, ha="right", va="center", fontsize=7.5, color=QUIET)
    axes.axvline(0, color=QUIET, linewidth=0.8)
    axes.set_xlim(-1.35 * most, 1.8 * most)
    axes.set_xticks(
        [-0.65 * most, 0.65 * most],
        [word("fates.kinds_weakness", language), word("fates.kinds_strength", language)],
    )
    quiet_axes(axes)


def _alternative(found: Round, language: Language) -> str:
    counts = _counts(found)
    names = area_names([area for area, _, _ in counts], language)
    items = "; ".join(
        f"{names[area]}, {theme_name([found], theme, language)}, "
        f"{word(f'fates.kinds_{kind}', language)} {number}"
        for (area, theme, kind), number in counts.items()
    )
    return f"{printable(found.name(language))}. {items}"
