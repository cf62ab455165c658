"""Charts by their artists: what is where, how long, and which words stand beside it."""

import re
import struct
import zlib
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

import baseline_compare as bc
from baseline_compare.charts.frame import BAND, CHANGED, QUIET
from baseline_compare.errors import ComparisonError, WriteError
from baseline_compare.language import change_text, percent_text, value_text

LANGUAGES = ("fi", "sv", "en")
FIRST = {"fi": "Manner-Suomi", "sv": "Fastlandsfinland", "en": "Mainland Finland"}


def marks(axes):
    return [
        line for line in axes.lines if len(line.get_xdata()) == 1 and line.get_marker() != "None"
    ]


def rows_of(result, key):
    table = result.table
    return table[table["indicator"] == key].reset_index(drop=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_change_shows_each_area_at_its_change(result, language):
    figure = bc.charts.change(result, language=language)
    keys = ["basic_sa_households", "basic_sa_persons", "basic_sa_applications_received"]
    assert len(figure.axes) == 3
    for axes, key in zip(figure.axes, keys, strict=True):
        rows = rows_of(result, key)
        found = [line.get_xdata()[0] for line in marks(axes)]
        assert np.allclose(found, 100 * rows["relative_change"])
        texts = [text.get_text() for text in axes.texts]
        assert texts == [percent_text(v, 1, language, sign=True) for v in rows["relative_change"]]
        filled = [to_hex(line.get_markerfacecolor()) == CHANGED for line in marks(axes)]
        assert filled == (rows["verdict"] == "decreased").tolist()
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names[0] == FIRST[language]


def test_change_draws_the_band_of_the_margin(result):
    axes = bc.charts.change(result).axes[0]
    band = next(patch for patch in axes.patches if to_hex(patch.get_facecolor()) == BAND)
    left, right = band.get_x(), band.get_x() + band.get_width()
    assert left == pytest.approx(100 * (1 / 1.03 - 1))
    assert right == pytest.approx(3)


def test_panels_of_one_axis_share_their_scale(result):
    limits = {axes.get_xlim() for axes in bc.charts.change(result).axes}
    assert len(limits) == 1


def test_shares_are_drawn_in_percentage_points(result):
    key = "basic_sa_households_new_share"
    axes = bc.charts.change(result, indicators=[key], language="sv").axes[0]
    rows = rows_of(result, key)
    assert np.allclose([line.get_xdata()[0] for line in marks(axes)], 100 * rows["change"])
    assert axes.get_xlabel() == "förändring, procentenheter"
    texts = [text.get_text() for text in axes.texts]
    assert texts == [change_text(change, "share", "sv") for change in rows["change"]]


def test_a_mark_that_counts_differs_in_fill_and_not_in_colour_alone(registered):
    axes = bc.charts.change(registered).axes[0]
    colours = {to_hex(line.get_color()) for line in marks(axes)}
    fills = {to_hex(line.get_markerfacecolor()) for line in marks(axes)}
    assert colours == {CHANGED, QUIET}
    assert fills == {CHANGED, "#ffffff"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_join_baseline_and_follow_up(result, language):
    key = "basic_sa_households_per_1000"
    axes = bc.charts.levels(result, indicators=[key], language=language).axes[0]
    rows = rows_of(result, key)
    joined = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2]
    assert np.allclose(joined, rows[["baseline", "current"]])
    texts = [text.get_text() for text in axes.texts]
    for value in [*rows["baseline"], *rows["current"]]:
        assert value_text(value, "per_inhabitant", language) in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_trend_draws_the_series_of_each_area(result, language):
    figure = bc.charts.trend(result, indicator="basic_sa_households", language=language)
    series = result.series
    assert figure.axes[0].get_title(loc="left") == FIRST[language]
    for axes, area in zip(figure.axes, result.targets, strict=True):
        own = series[(series["indicator"] == "basic_sa_households") & (series["area"] == area)]
        line = axes.lines[0]
        assert np.array_equal(line.get_ydata(), own["value"])
        assert line.get_xdata()[0] == 2019.0
        assert line.get_xdata()[-1] == pytest.approx(2023 + 10 / 12, abs=0.01)
        shaded = axes.patches[0]
        assert (shaded.get_x(), shaded.get_width()) == (2022, 1)


def test_trend_marks_and_names_the_transfer_and_the_events(result):
    figure = bc.charts.trend(result, language="fi")
    texts = "\n".join(text.get_text() for text in figure.texts)
    assert "1.1.2023, hyvinvointialueet aloittivat" in texts
    assert "Koronaepidemia" in texts
    assert "Hyvinvointialueet aloittivat" in texts
    assert "Joka vuosi: Veronpalautukset elo–syyskuussa" in texts
    lines = [item for item in figure.axes[0].collections if isinstance(item, LineCollection)]
    solid = lines[1]
    assert solid.get_segments()[0][0][0] == 2023.0
    numbers = [text.get_text() for text in figure.axes[0].texts]
    assert numbers == ["1", "2", "3", "4"]


def test_weeks_are_placed_in_their_year(result):
    figure = bc.charts.trend(result, indicator="basic_sa_applications_received")
    assert figure.axes[0].get_xlim()[1] == 2024


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["change", "levels", "trend"])
def test_every_figure_has_an_alternative_text_source_and_baseline(result, kind, language):
    figure = getattr(bc.charts, kind)(result, language=language)
    label = str(figure.get_label())
    assert FIRST[language] in label
    assert len(label) > 150
    foot = figure.texts[-1].get_text()
    assert "kela-koronamittarit" in foot
    assert result.baseline.id[:12] in foot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["change", "levels", "trend"])
def test_no_text_leaves_the_figure_or_lies_on_another(result, kind, language):
    figure = getattr(bc.charts, kind)(result, language=language)
    figure.draw_without_rendering()
    width, height = figure.bbox.width, figure.bbox.height
    boxes = []
    for axes in [None, *figure.axes]:
        owners = figure.texts if axes is None else [*axes.texts, axes.title, axes._left_title,
                 *axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]  # fmt: skip
        boxes += [(t.get_text(), t.get_window_extent()) for t in owners if t.get_text().strip()]
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= height + 1, text
    for place, (text, box) in enumerate(boxes):
        for other, second in boxes[place + 1 :]:
            overlap = min(box.x1, second.x1) - max(box.x0, second.x0)
            depth = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert overlap < 2 or depth < 2, (text, other)


def test_charts_set_no_global_state(result):
    before = dict(mpl.rcParams)
    for kind in (bc.charts.change, bc.charts.levels, bc.charts.trend):
        bc.charts.svg_text(kind(result))
    assert dict(mpl.rcParams) == before


def test_a_chart_of_something_that_was_not_compared_is_refused(result):
    for kind in (bc.charts.change, bc.charts.levels):
        with pytest.raises(ComparisonError, match=r"indicator\.unknown"):
            kind(result, indicators=["basic_sa_expenditure_net"])
    with pytest.raises(ComparisonError, match="that were compared"):
        bc.charts.trend(result, indicator="nothing")


def test_synthetic_data_say_so(baseline):
    frame = pd.DataFrame(
        {"indicator": ["basic_sa_households"], "area": "MK06", "period": "2023-01", "value": [9]}
    )
    later = bc.measurements.from_frame(frame, source="synthetic-example")
    figure = bc.charts.change(bc.compare(baseline, later, areas=["MK06"]), language="fi")
    assert figure.texts[-1].get_text().startswith("Synteettinen aineisto")


def test_png_svg_and_pdf_carry_the_alternative_text(result, tmp_path):
    figure = bc.charts.change(result, language="sv")
    label = str(figure.get_label())
    png = bc.charts.save(figure, tmp_path / "ä.png").read_bytes()
    assert label in png_texts(png)["Description"]
    pdf = bc.charts.save(figure, tmp_path / "ä.pdf").read_bytes()
    assert b"/Subject" in pdf
    assert b"CreationDate" not in pdf
    svg = bc.charts.save(figure, tmp_path / "ä.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == label
    assert root.get("aria-labelledby") == title.get("id")


def png_texts(content: bytes) -> dict[str, str]:
    texts, place = {}, 8
    while place < len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        data = content[place + 8 : place + 8 + size]
        if kind == b"tEXt":
            key, _, value = data.partition(b"\0")
            texts[key.decode("latin-1")] = value.decode("latin-1")
        if kind == b"iTXt":
            key, _, rest = data.partition(b"\0")
            packed, body = rest[0], rest[2:].split(b"\0", 2)[2]
            texts[key.decode("latin-1")] = (zlib.decompress(body) if packed else body).decode()
        place += size + 12
    return texts


def test_ids_of_embedded_charts_do_not_meet(result):
    figure = bc.charts.levels(result)
    texts = [bc.charts.svg_text(figure, prefix=name) for name in ("one", "two")]
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in texts]
    assert ids[0]
    assert ids[0].isdisjoint(ids[1])
    for text, own in zip(texts, ids, strict=True):
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= own


def test_the_same_figure_gives_the_same_bytes(result, tmp_path):
    for form in ("png", "svg", "pdf"):
        paths = [
            bc.charts.save(bc.charts.trend(result), tmp_path / f"{number}.{form}")
            for number in range(2)
        ]
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_saving_does_not_overwrite_unless_asked(result, tmp_path):
    figure = bc.charts.change(result)
    path = bc.charts.save(figure, tmp_path / "chart.svg")
    with pytest.raises(WriteError, match=r"path\.exists"):
        bc.charts.save(figure, path)
    assert bc.charts.save(figure, path, overwrite=True) == path
    with pytest.raises(WriteError, match=r"file\.format"):
        bc.charts.save(figure, tmp_path / "chart.jpg")


@pytest.mark.parametrize("length", [34, 60, 95])
@pytest.mark.parametrize("kind", ["change", "levels", "trend"])
def test_long_names_of_groups_stay_within_the_figure(baseline, follow_up, kind, length):
    name = ("Päijät-Häme ja Kanta-Häme yhdessä sekä kaikki muut " * 3)[:length].strip()
    found = bc.compare(baseline, follow_up, areas={name: ["MK05", "MK07"], "Lappi": ["MK19"]})
    figure = getattr(bc.charts, kind)(found, language="fi")
    figure.draw_without_rendering()
    for axes in figure.axes:
        texts = [axes._left_title, *axes.get_yticklabels()]
        for text in texts:
            box = text.get_window_extent()
            assert box.x0 >= -1
            assert box.x1 <= figure.bbox.width + 1
    titles = [axes._left_title.get_window_extent() for axes in figure.axes]
    for place, box in enumerate(titles):
        for other in titles[place + 1 :]:
            assert not box.overlaps(other)


def test_the_band_is_on_the_scale_that_is_drawn(tmp_path):
    key = "basic_sa_throughput_time_mean"
    margin = replace(
        bc.indicators.catalogue()["basic_sa_households"].margin, scale="difference", value="1"
    )

    def rows(year, value):
        frame = pd.DataFrame(
            {"indicator": [key], "area": "MK06", "period": f"{year}-01", "value": [value]}
        )
        return bc.measurements.from_frame(frame, source="synthetic")

    baseline = bc.seal(rows(2022, 9.5), tmp_path, name="synthetic")
    found = bc.compare(baseline, rows(2023, 8.0), areas=["MK06"], margins={key: margin})
    axes = bc.charts.change(found, language="sv").axes[0]
    assert axes.get_xlabel() == "förändring, kalenderdagar"
    assert [text.get_text() for text in axes.texts] == ["−1,5"]
    band = next(patch for patch in axes.patches if to_hex(patch.get_facecolor()) == BAND)
    assert (band.get_x(), band.get_width()) == (-1, 2)
    assert found.summary("sv")[0].endswith("Januari 2023 jämfört med januari 2022.")


def test_more_indicators_than_are_readable_are_refused(result):
    with pytest.raises(ComparisonError, match=r"chart\.limit"):
        bc.charts.change(result, indicators=list(result.breaks)[:5])


def test_no_line_runs_over_periods_without_a_figure(baseline, follow_up):
    later = follow_up.select(indicators="basic_sa_households", areas="FI-MAINLAND")
    parts = [later.select(last="2023-04").table, later.select(first="2023-07").table]
    gap = later.table[later.table["period"].isin(["2023-05", "2023-06"])]
    gap = gap.assign(state="not_available", value=np.nan)
    frame = pd.concat([*parts, gap]).drop(columns=["file", "place"])
    holed = bc.measurements.from_frame(frame, source="synthetic-gap")
    figure = bc.charts.trend(bc.compare(baseline, holed, areas=["mainland"]))
    line = figure.axes[0].lines[0]
    assert np.isnan(line.get_ydata()).sum() == 1
    assert len(line.get_ydata()) == 48 + 9 + 1
