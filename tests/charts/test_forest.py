"""Intervals in charts: where they are, what stands beside them, and what has none."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_hex

import baseline_compare as bc
from baseline_compare.charts.frame import BAND
from baseline_compare.comparison.ranges import range_label
from baseline_compare.errors import ComparisonError

LANGUAGES = ("fi", "sv", "en")
KEY = "basic_sa_households"


@pytest.fixture(scope="module")
def sure(baseline, follow_up):
    areas = ["mainland", "collaboration_area"]
    return bc.compare(baseline, follow_up, areas=areas, estimand="process")


def judged(result, key=KEY):
    table = result.table
    return table[(table["indicator"] == key) & table["p_value"].notna()].reset_index(drop=True)


def intervals(axes):
    return [line for line in axes.lines if line.get_marker() == "|"]


def marks(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forest_shows_interval_estimate_and_figures_of_each_area(sure, language):
    (axes,) = bc.charts.forest(sure, indicator=KEY, language=language).axes
    rows = judged(sure)
    assert len(intervals(axes)) == len(rows) == 5
    for line, mark, (_, row) in zip(intervals(axes), marks(axes), rows.iterrows(), strict=True):
        low, high = line.get_xdata()
        assert (low, high) == pytest.approx((100 * row["relative_low"], 100 * row["relative_high"]))
        assert mark.get_xdata()[0] == pytest.approx(100 * row["relative_change"])
    texts = [text.get_text() for text in axes.texts]
    assert texts == [range_label(row, language) for row in rows.to_dict("records")]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [sure.targets[code].short_names[language] for code in rows["area"]]


def test_small_triangles_mark_what_could_have_been_detected(sure):
    (axes,) = bc.charts.forest(sure, indicator=KEY).axes
    seen = [line.get_xdata() for line in axes.lines if line.get_marker() == "^"]
    sizes = judged(sure)["detectable_change"]
    assert np.allclose([pair[1] for pair in seen], 100 * sizes)
    assert np.allclose([pair[0] for pair in seen], 100 * (1 / (1 + sizes) - 1))
    edge = axes.get_xlim()[1]
    assert max(pair[1] for pair in seen) < edge


def test_the_band_of_a_forest_is_the_margin(sure):
    (axes,) = bc.charts.forest(sure).axes
    band = next(patch for patch in axes.patches if to_hex(patch.get_facecolor()) == BAND)
    ends = band.get_x(), band.get_x() + band.get_width()
    assert ends == pytest.approx((100 * (1 / 1.03 - 1), 3))


def test_a_mainland_without_a_rest_is_not_drawn_on_the_axis_against_the_rest(sure):
    for figure in (bc.charts.forest(sure), bc.charts.change(sure)):
        names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert "Mainland Finland" not in names
        assert figure.axes[0].get_xlabel() == "against the rest, %"


def test_exact_changes_have_no_interval(registered):
    assert not intervals(bc.charts.change(registered).axes[0])
    (axes,) = bc.charts.forest(registered).axes
    assert not intervals(axes)
    assert len(marks(axes)) == 6


def test_the_change_chart_draws_intervals_beside_the_bars(sure):
    axes = bc.charts.change(sure).axes[0]
    lines = intervals(axes)
    rows = judged(sure)
    assert np.allclose([line.get_xdata()[0] for line in lines], 100 * rows["relative_low"])
    for text, line, value in zip(axes.texts, lines, rows["relative_change"], strict=True):
        place = text.get_position()[0]
        assert place > line.get_xdata()[1] if value > 0 else place < line.get_xdata()[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forest_says_how_many_comparisons_were_decided_together(sure, language):
    figure = bc.charts.forest(sure, language=language)
    captions = " ".join(text.get_text() for text in figure.texts)
    table = sure.table
    family = [key for key, item in sure.indicators.items() if item.family == "headline"]
    size = table[table["indicator"].isin(family)]["p_value"].notna().sum()
    assert re.search(rf"\b{size}\b", captions)
    assert sure.provenance_line(language).split(",")[0].split()[-1] in captions
    alternative = figure.get_label()
    assert str(sure.targets["YTA2"].short_names[language]) in alternative
    assert "nan" not in alternative


def test_texts_of_a_forest_lie_inside_the_figure(sure):
    for language in LANGUAGES:
        figure = bc.charts.forest(sure, language=language)
        figure.draw_without_rendering()
        width, height = figure.bbox.width, figure.bbox.height
        for text in [*figure.texts, *figure.axes[0].texts, figure.axes[0].title]:
            box = text.get_window_extent()
            assert box.x0 >= 0
            assert box.x1 <= width
            assert box.y1 <= height


def test_a_forest_of_an_indicator_without_a_number_is_refused(sure):
    with pytest.raises(ComparisonError, match=r"indicator\.unknown"):
        bc.charts.forest(sure, indicator="basic_sa_rejected_decisions_share")
