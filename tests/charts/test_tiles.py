"""The map of counties by its artists: where tiles lie, how they are filled, what stands in them."""

import copy
import tempfile

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

import baseline_compare as bc
from baseline_compare.charts.frame import CHANGED, QUIET
from baseline_compare.charts.map_marks import HATCH
from baseline_compare.charts.shades import contrast, round_bounds, shades, text_on
from baseline_compare.charts.shapes import CELL, grid
from baseline_compare.comparison.ranges import change_label
from baseline_compare.errors import ComparisonError
from baseline_compare.language import value_text

LANGUAGES = ("fi", "sv", "en")
KEY = "basic_sa_rejected_decisions_share"
UUSIMAA = ("HVA01", "HVA02", "HVA03", "HVA04", "HVA90")
COUNTIES = [code for code in grid() if code != "HVA91"]


def shares(year, factor, hidden=(1, 4)):
    """Synthetic shares of each county; HVA20 has a hidden cell, HVA18 no follow-up."""
    rows = []
    for place, code in enumerate(COUNTIES):
        for month in range(1, 13):
            total = 4000 + 311 * place
            hit = round(total * (0.12 + 0.01 * place) * factor(place))
            row = {"numerator": hit, "denominator": total, "state": "value"}
            if year == 2023 and code == "HVA20" and month == 3:
                row = {"state": "suppressed", "low": hidden[0], "high": hidden[1]}
            if year == 2022 or code != "HVA18":
                rows.append({"indicator": KEY, "area": code, "period": f"{year}-{month:02}", **row})
    return bc.measurements.from_frame(pd.DataFrame(rows), source="synthetic-example")


@pytest.fixture(scope="module")
def sealed():
    with tempfile.TemporaryDirectory() as folder:
        yield bc.seal(shares(2022, lambda _: 1), folder, name="synthetic", base_year=2022)


@pytest.fixture(scope="module")
def synthetic(sealed):
    later = shares(2023, lambda place: 1 + (-1) ** place * 0.03 * (place % 4))
    return bc.compare(sealed, later, areas="county", estimand="finite")


@pytest.fixture(scope="module")
def regions(baseline, regional):
    return bc.compare(baseline, regional, areas="region", estimand="finite")


@pytest.fixture(scope="module")
def usual(baseline, regional):
    return bc.compare(baseline, regional, areas="county")


def by_code(figure):
    return dict(zip(grid(), figure.axes[0].patches, strict=True))


def texts_in(figure, patch):
    box = patch.get_path().get_extents()
    return [text for text in figure.axes[0].texts if box.contains(*text.get_position())]


def side_texts(figure):
    return [text.get_text().replace("\n", " ") for text in figure.axes[1].texts]


def test_23_tiles_lie_at_their_places_on_the_grid(synthetic):
    patches = by_code(bc.charts.tiles(synthetic))
    assert len(patches) == 23
    for code, (row, column) in grid().items():
        box = patches[code].get_path().get_extents()
        middle = (box.x0 + box.x1) / 2 / CELL[0], (box.y0 + box.y1) / 2 / CELL[1]
        assert (int(middle[0]) + 1, 7 - int(middle[1])) == (column, row)
    assert len({places for places in grid().values()}) == 23
    assert set(grid()) == {
        area.code for area in bc.areas.registry().at_level("county", vintage=2022)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tile_shows_its_verdict_by_fill_mark_and_words(synthetic, language):
    figure = bc.charts.tiles(synthetic, language=language)
    patches, table = by_code(figure), synthetic.table.set_index("area")
    marks = {tuple(np.round(line.get_xydata()[0], 6)): line for line in figure.axes[0].lines}
    for code, row in table.drop("HVA20").iterrows():
        changed = row["verdict"] in ("increased", "decreased")
        assert to_hex(patches[code].get_facecolor()) == (CHANGED if changed else "#ffffff")
        assert patches[code].get_hatch() is None
        box = patches[code].get_path().get_extents()
        mark = marks[tuple(np.round((box.x1 - 0.09, box.y1 - 0.09), 6))]
        direction = {"increased": "^", "decreased": "v"}.get(row["verdict"], "o")
        assert mark.get_marker() == direction
        assert to_hex(mark.get_color()) == ("#ffffff" if changed else QUIET)
        texts = [text.get_text() for text in texts_in(figure, patches[code])]
        assert change_label(row.to_dict(), language) in texts
    verdicts = {"fi": "vähentynyt", "sv": "minskat", "en": "decreased"}
    inside = [text.get_text() for text in texts_in(figure, patches["HVA04"])]
    assert inside[-1] == verdicts[language]
    assert verdicts[language].capitalize() in side_texts(figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tile_shows_its_level_by_a_shade_and_in_figures(synthetic, language):
    figure = bc.charts.tiles(synthetic, show="value", language=language)
    patches = by_code(figure)
    rows = synthetic.table.dropna(subset=["current"]).sort_values("current")
    light = [contrast(to_hex(patches[code].get_facecolor()), "black") for code in rows["area"]]
    assert light == sorted(light, reverse=True)
    assert len(set(light)) == 5
    for row in rows.to_dict("records"):
        texts = texts_in(figure, patches[row["area"]])
        assert texts[-1].get_text() == value_text(row["current"], "share", language)
        fill = to_hex(patches[row["area"]].get_facecolor())
        assert min(contrast(to_hex(text.get_color()), fill) for text in texts) >= 4.5
    space = "" if language == "en" else "\u00a0"
    bounds = [f"{size}{space}%" for size in (35, 30, 25, 20, 15, 10)]
    assert side_texts(figure)[1:7] == bounds


def test_text_can_be_read_on_every_shade_of_every_length():
    for number in range(1, 10):
        colours = shades(number)
        assert len(set(colours)) == number
        assert min(contrast(text_on(colour), colour) for colour in colours) >= 4.5


@pytest.mark.parametrize(
    ("values", "decimals"),
    [([0.0], 0), ([5.0, 5.0], 0), ([3.02, 3.03], 1), ([0, 1e9], 0), ([-4, 3], 0), ([1e-9], 2)],
)
def test_bounds_are_round_and_each_is_written_differently(values, decimals):
    bounds = round_bounds(values, lambda value: f"{value:.{decimals}f}")
    assert bounds[0] <= min(values)
    assert bounds[-1] >= max(values)
    assert len({f"{bound:.{decimals}f}" for bound in bounds}) == len(bounds) <= 12
    assert min(values) < 0 or bounds[0] >= 0


@pytest.mark.parametrize("show", ["verdict", "value"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_county_without_a_figure_is_hatched_and_says_why(synthetic, show, language):
    figure = bc.charts.tiles(synthetic, show=show, language=language)
    patches = by_code(figure)
    hatched = {code for code, patch in patches.items() if patch.get_hatch() == HATCH}
    assert hatched == {"HVA18", "HVA20"}
    assert all(to_hex(patches[code].get_facecolor()) == "#ffffff" for code in hatched)
    legend = side_texts(figure)
    foot = figure.texts[1].get_text()
    for told in {
        "fi": ("Peitetty tietosuojan vuoksi", "Ei verrattu"),
        "sv": ("Dold av dataskyddsskäl", "Inte jämfört"),
        "en": ("Suppressed", "Not compared"),
    }[language]:
        assert told in legend
    assert {"fi": "Seurannassa ei ole lukuja", "sv": "Uppföljningen saknar", "en": "no figures"}[
        language
    ] in foot


def test_aland_is_no_part_and_helsinki_is_a_city(synthetic):
    figure = bc.charts.tiles(synthetic, language="fi")
    patches = by_code(figure)
    aland = patches["HVA91"]
    assert aland.get_hatch() is None
    assert aland.get_linestyle() != "solid"
    assert [text.get_text() for text in texts_in(figure, aland)] == ["Ahvenanmaa", "ei mukana"]
    inside = [text.get_text() for text in texts_in(figure, patches["HVA90"])]
    assert inside[:2] == ["Helsinki", "(kaupunki)"]
    assert "Ahvenanmaa: ei mukana" in side_texts(figure)


@pytest.mark.parametrize("show", ["verdict", "value"])
def test_what_is_hidden_changes_nothing(sealed, show):
    pictures = set()
    for hidden in ((1, 4), (900, 5000)):
        later = shares(2023, lambda _: 1.1, hidden)
        found = bc.compare(sealed, later, areas="county", estimand="finite")
        figure = bc.charts.tiles(found, show=show)
        pictures.add((bc.charts.svg_text(figure), str(figure.get_label())))
    assert len(pictures) == 1


def test_regions_stand_for_the_counties_with_the_same_municipalities(regions):
    figure = bc.charts.tiles(regions, language="fi")
    patches = by_code(figure)
    hatched = {code for code, patch in patches.items() if patch.get_hatch()}
    assert hatched == set(UUSIMAA)
    row = regions.table.query("indicator == 'basic_sa_households' and area == 'MK06'")
    texts = [text.get_text() for text in texts_in(figure, patches["HVA08"])]
    assert change_label(row.iloc[0].to_dict(), "fi") in texts
    foot = figure.texts[1].get_text().replace("\n", " ")
    assert "Helsinki. Aluetta ei voi muodostaa aineiston alueista" in foot
    assert "Uusimaa MK01" in foot


def test_regions_and_counties_give_the_same_map(baseline, regional, regions):
    counties = bc.compare(baseline, regional, areas="county", estimand="finite")
    maps = [bc.charts.tiles(found, show="value") for found in (regions, counties)]
    assert bc.charts.svg_text(maps[0]) == bc.charts.svg_text(maps[1])


def test_kinds_of_undecided_have_letters_and_are_explained(usual):
    figure = bc.charts.tiles(usual)
    short = [text.get_text() for text in figure.axes[0].texts if "undecided" in text.get_text()]
    assert {text[-3:] for text in short} == {"(a)", "(b)", "(c)"}
    told = [text for text in side_texts(figure) if text.startswith("Undecided")]
    assert "Undecided (a): changes as large also between earlier years" in told
    assert len(told) == 3


def test_a_verdict_that_is_a_state_has_a_cross_and_its_change(baseline, regional):
    found = bc.compare(baseline, regional.select(last="2023-02"), areas="county")
    figure = bc.charts.tiles(found)
    rows = found.table.query("indicator == 'basic_sa_households'")
    assert set(rows["verdict"]) == {"insufficient"}
    assert [line.get_marker() for line in figure.axes[0].lines] == ["x"] * len(rows)
    for row in rows.to_dict("records"):
        patch = by_code(figure)[row["area"]]
        assert (to_hex(patch.get_facecolor()), patch.get_hatch()) == ("#ffffff", None)
        texts = [text.get_text() for text in texts_in(figure, patch)]
        assert texts[-2:] == [change_label(row, "en"), "insufficient data"]


def test_changes_against_the_rest_say_so(baseline, regional):
    found = bc.compare(baseline, regional, areas="county", estimand="process")
    assert side_texts(bc.charts.tiles(found, language="sv"))[0] == "Mot övriga landet, %"
    row = found.table.query("indicator == 'basic_sa_households' and area == 'HVA08'").iloc[0]
    figure = bc.charts.tiles(found, show="value")
    texts = [text.get_text() for text in texts_in(figure, by_code(figure)["HVA08"])]
    assert texts[-1] == value_text(row["current"], "households", "en")


def test_thick_borders_lie_between_collaboration_areas(synthetic):
    axes = bc.charts.tiles(synthetic, language="sv").axes[0]
    (lines,) = [item for item in axes.collections if isinstance(item, LineCollection)]
    assert lines.get_linewidths()[0] > 1.5
    edges = {tuple(map(tuple, np.round(edge / CELL, 3).tolist())) for edge in lines.get_segments()}
    assert ((1.0, 4.0), (1.0, 5.0)) in edges  # South Ostrobothnia | Central Finland
    assert ((2.0, 4.0), (2.0, 5.0)) not in edges  # Central Finland | North Savo
    assert ((0.0, 1.0), (0.0, 2.0)) not in edges  # Åland is in no group
    names = [text.get_text() for text in axes.texts if text.get_ha() == "left"]
    assert sorted(names) == [
        "Inre Finland", "Inre Finland", "Norra Finland", "Södra Finland", "Västra Finland",
        "Västra Finland", "Östra Finland",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("show", ["verdict", "value"])
@pytest.mark.parametrize("name", ["synthetic", "regions", "usual"])
def test_no_text_leaves_its_tile_or_lies_on_another(request, name, show, language):
    figure = bc.charts.tiles(request.getfixturevalue(name), show=show, language=language)
    figure.draw_without_rendering()
    for patch in by_code(figure).values():
        frame = patch.get_window_extent()
        inside = texts_in(figure, patch)
        assert inside
        for text in inside:
            box = text.get_window_extent()
            assert frame.x0 < box.x0 < box.x1 < frame.x1, text.get_text()
            assert frame.y0 < box.y0 < box.y1 < frame.y1, text.get_text()
    assert_apart(figure)


def assert_apart(figure):
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    marks = [line.get_window_extent() for axes in figure.axes for line in axes.lines]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for place, (text, box) in enumerate(boxes):
        assert -1 <= box.x0 < box.x1 <= figure.bbox.width + 1, text
        assert -1 <= box.y0 < box.y1 <= figure.bbox.height + 1, text
        for other, second in [*boxes[place + 1 :], *(("mark", mark) for mark in marks)]:
            across = min(box.x1, second.x1) - max(box.x0, second.x0)
            down = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert across < 2 or down < 2.5, (text, other)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("show", ["verdict", "value"])
def test_the_figure_says_in_a_text_what_it_shows(synthetic, show, language):
    figure = bc.charts.tiles(synthetic, show=show, language=language)
    label = str(figure.get_label())
    row = synthetic.table.query("area == 'HVA08'").iloc[0].to_dict()
    shown = {"verdict": change_label(row, language)}
    shown["value"] = value_text(row["current"], "share", language)
    name = synthetic.targets["HVA08"].short_names[language]
    assert f"{name} {shown[show]}" in label
    assert synthetic.baseline.id[:12] in figure.texts[-1].get_text()
    assert "synthetic-example" in figure.texts[-1].get_text()


def test_collaboration_areas_alone_are_refused(result):
    with pytest.raises(ComparisonError) as caught:
        bc.charts.tiles(result)
    assert caught.value.code == "chart.areas"
    assert "Compare with areas='county' (or 'region')." in str(caught.value)


def test_other_views_and_indicators_are_refused(synthetic):
    with pytest.raises(ComparisonError, match=r"chart\.show.*verdict or value"):
        bc.charts.tiles(synthetic, show="change")
    with pytest.raises(ComparisonError, match=r"indicator\.unknown"):
        bc.charts.tiles(synthetic, "basic_sa_households")


def test_drawing_changes_nothing_of_the_result(synthetic):
    table = synthetic.table
    before = copy.deepcopy(table)
    bc.charts.tiles(synthetic, show="value")
    pd.testing.assert_frame_equal(synthetic.table, before)


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "peitetty"), ("sv", "dold av"), ("en", "suppressed")]
)
def test_a_hidden_level_is_called_hidden_and_not_undecided(tmp_path, language, words):
    frames = []
    for year in (2022, 2023):
        frame = pd.DataFrame(
            {"indicator": "basic_sa_households", "area": ["HVA05", "HVA06", "HVA07"],
             "period": f"{year}-01", "value": [500.0, 400.0, np.nan],
             "state": ["value", "value", "suppressed"], "low": [np.nan, np.nan, 1],
             "high": [np.nan, np.nan, 4]}
        )  # fmt: skip
        frames.append(bc.measurements.from_frame(frame, source="synthetic-hidden"))
    sealed = bc.seal(frames[0], tmp_path, name="hidden", base_year=2022)
    result = bc.compare(sealed, frames[1], areas=["HVA05", "HVA06", "HVA07"])
    assert result.table.iloc[2]["verdict"] == "undecided"
    figure = bc.charts.tiles(result, show="value", language=language)
    told = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
    assert any(words in text for text in told)
    changes = bc.charts.change(result, language=language)
    assert len([text for text in changes.axes[0].texts if text.get_text()]) == 3
