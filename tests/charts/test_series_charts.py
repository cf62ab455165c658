"""Charts of series by their artists: placebo changes, control charts and the expected path."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection

import baseline_compare as bc
from baseline_compare import series
from baseline_compare.errors import ComparisonError
from baseline_compare.language import value_text, word
from baseline_compare.measurements import from_frame

LANGUAGES = ("fi", "sv", "en")
KEY = "basic_sa_households"
SHARE = "basic_sa_households_new_share"
SYNTHETIC = {"fi": "Synteettinen aineisto", "sv": "Syntetiskt material", "en": "Synthetic data"}


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A synthetic comparison without a year before the base year."""
    rng = np.random.default_rng(3)
    names = [str(period) for period in pd.period_range("2022-01", "2023-12", freq="M")]
    rows = [(KEY, area, name, int(rng.poisson(900))) for name in names for area in ("MK01", "MK12")]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    late = frame["period"] >= "2023"
    early, later = (from_frame(f, source="synthetic-charts") for f in (frame[~late], frame[late]))
    baseline = bc.seal(early, tmp_path_factory.mktemp("short"), name="short", base_year=2022)
    return bc.compare(baseline, later, areas=["MK01", "MK12"])


def drawn(kind, result, language="en", key=KEY):
    if kind == "trend":
        return bc.charts.trend(result, indicator=key, language=language)
    return getattr(bc.charts, kind)(getattr(series, kind)(result, key), language=language)


def marked(axes, marker):
    (line,) = [line for line in axes.lines if line.get_marker() == marker]
    return line


def places(names):
    """Months on a scale of years."""
    days = pd.PeriodIndex(names, freq="M").start_time
    return days.year + (days.day_of_year - 1) / np.where(days.is_leap_year, 366, 365)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [KEY, SHARE])
def test_a_diamond_stands_at_the_real_change_among_circles_and_ranks(result, language, key):
    found = series.placebo(result, key)
    (axes,) = drawn("placebo", result, language, key).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [result.targets[code].short_names[language] for code in result.targets]
    for kind, marker, number, lift in (
        ("real", "D", 6, 0),
        ("years", "o", 18, 0),
        ("dates", "|", 156, 0.22),
    ):
        rows = found.table[found.table["kind"] == kind]
        line = marked(axes, marker)
        assert len(line.get_xdata()) == number
        assert np.allclose(line.get_xdata(), 100 * rows["change"])
        rank = [list(result.targets).index(code) + lift for code in rows["area"]]
        assert np.allclose(line.get_ydata(), rank)
    assert marked(axes, "o").get_markerfacecolor() == "white"
    assert marked(axes, "D").get_markerfacecolor() != "white"
    real = found.table[found.table["kind"] == "real"].set_index("area")["change"]
    ranks = found.ranks[found.ranks["kind"] == "years"].set_index("area")["rank"]
    texts = [text.get_text() for text in axes.texts]
    for code, text in zip(result.targets, texts, strict=False):
        digits = f"{100 * real[code]:+.{1 if key == KEY else 2}f}".replace("-", "−")
        assert text.startswith(digits if language == "en" else digits.replace(".", ","))
        assert text.endswith(f"  {round(4 * ranks[code])}/4")
    assert len(texts) == 7


def test_a_chart_without_earlier_years_has_no_circle_and_no_rank(short):
    (axes,) = drawn("placebo", short).axes
    assert len(marked(axes, "o").get_xdata()) == 0
    assert len(marked(axes, "D").get_xdata()) == 2
    assert not any("/" in text.get_text() for text in axes.texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [KEY, SHARE, KEY + "_per_1000"])
def test_a_control_chart_draws_points_limits_and_crosses(result, language, key):
    found = series.control(result, key)
    figure = drawn("control", result, language, key)
    assert len(figure.axes) == 6
    for axes, (code, target) in zip(figure.axes, result.targets.items(), strict=True):
        rows = found.table[found.table["area"] == code]
        assert axes.get_title(loc="left") == target.short_names[language]
        line = marked(axes, "o")
        assert np.allclose(line.get_xdata(), places(rows["period"]))
        assert np.array_equal(line.get_ydata(), rows["charted"])
        cross = marked(axes, "X")
        assert np.allclose(cross.get_xdata(), places(rows.loc[rows["beyond"], "period"]))
        assert np.array_equal(cross.get_ydata(), rows.loc[rows["beyond"], "charted"])
        centre, lower, upper = (item.get_ydata() for item in axes.lines[:3])
        assert np.array_equal([centre, lower, upper], rows[["centre", "lower", "upper"]].T)
        last = rows.iloc[-1][["lower", "centre", "upper"]].tolist()
        assert axes.get_yticks().tolist() == last
        unit = rows["unit"].iloc[0]
        ticks = [label.get_text() for label in axes.get_yticklabels()]
        assert ticks == [value_text(value, unit, language) for value in last]
        (grey,) = axes.patches
        ends = places(["2022-01", "2022-12"])
        assert (grey.get_x(), grey.get_x() + grey.get_width()) == pytest.approx(tuple(ends))
    name = result.indicators[key].name(language)
    title = figure.texts[0].get_text()
    assert title.startswith(name[0].upper() + name[1:] + " (")


def test_a_control_chart_without_any_limits_is_refused(baseline, regional, tmp_path):
    base = baseline.measurements.select(first="2022-04", last="2022-12")
    few = bc.seal(base, tmp_path, name="few", base_year=2022)
    found = series.control(bc.compare(few, regional), KEY)
    assert set(found.phases["reason"]) == {"few_base"}
    with pytest.raises(ComparisonError):
        bc.charts.control(found)


def test_the_path_to_be_expected_is_a_band_and_a_dashed_line(result):
    figure = drawn("trend", result)
    table = result.series[result.series["indicator"] == KEY]
    for axes, code in zip(figure.axes, result.targets, strict=True):
        rows = table[(table["area"] == code) & table["expected"].notna()]
        assert len(rows) == 11
        (line,) = [line for line in axes.lines if line.get_linestyle() == "--"]
        assert np.array_equal(line.get_ydata(), rows["expected"])
        assert np.allclose(line.get_xdata(), places(rows["period"]))
        (band,) = [item for item in axes.collections if isinstance(item, PolyCollection)]
        corners = {(round(x, 6), round(y, 3)) for x, y in band.get_paths()[0].vertices}
        for name in ("expected_low", "expected_high"):
            edge = zip(places(rows["period"]).round(6), rows[name].round(3), strict=True)
            assert set(edge) <= corners
        low, high = axes.get_ylim()
        assert low < rows["expected_low"].min() < rows["expected_high"].max() < high


def test_without_history_there_is_no_path_to_be_expected(short):
    assert short.series["expected"].isna().all()
    for axes in drawn("trend", short).axes:
        assert not [item for item in axes.collections if isinstance(item, PolyCollection)]
        assert not [line for line in axes.lines if line.get_linestyle() == "--"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_alternative_text_says_what_is_drawn(result, short, language):
    for kind in ("placebo", "control"):
        label = str(drawn(kind, result, language).get_label())
        for sentence in getattr(series, kind)(result).summary(language):
            assert sentence.rstrip(".") in label, kind
    told = word("chart.trend_expected", language)
    assert told in str(drawn("trend", result, language).get_label())
    assert told not in str(drawn("trend", short, language).get_label())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["placebo", "control", "trend"])
def test_synthetic_data_say_so_and_real_data_do_not(result, short, kind, language):
    foot = drawn(kind, short, language).texts[-1].get_text()
    assert foot.startswith(SYNTHETIC[language] + ". ")
    foot = drawn(kind, result, language).texts[-1].get_text()
    assert SYNTHETIC[language] not in foot
    assert result.baseline.id[:12] in foot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "key"),
    [("placebo", KEY), ("placebo", SHARE), ("control", SHARE), ("control", KEY), ("trend", KEY)],
)
def test_no_text_leaves_the_figure_or_lies_on_another(result, kind, key, language):
    figure = drawn(kind, result, language, key)
    figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in figure.texts]
    for axes in figure.axes:
        owners = [*axes.texts, axes.title, axes._left_title, axes.xaxis.label,
                  *axes.get_xticklabels(), *axes.get_yticklabels()]  # fmt: skip
        boxes += [(t.get_text(), t.get_window_extent()) for t in owners if t.get_text().strip()]
    for text, box in boxes:
        assert min(box.x0, box.y0) >= -1, text
        assert box.x1 <= figure.bbox.width + 1, text
        assert box.y1 <= figure.bbox.height + 1, text
    for place, (text, box) in enumerate(boxes):
        for other, second in boxes[place + 1 :]:
            overlap = min(box.x1, second.x1) - max(box.x0, second.x0)
            depth = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert overlap < 2 or depth < 2, (text, other)
