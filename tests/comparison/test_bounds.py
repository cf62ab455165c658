"""Hidden cells as bounds: every completion of a table lies within, and tightly."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.comparison import bounds
from baseline_compare.indicators import Catalogue, catalogue
from baseline_compare.language import LANGUAGES, word
from baseline_compare.measurements import from_frame

COUNT = "basic_sa_households"
NEW = "basic_sa_households_new"
NEW_SHARE = "basic_sa_households_new_share"
SHARE = "basic_sa_rejected_decisions_share"
MEAN = "basic_sa_throughput_time_mean"
NORTH = ["MK16", "MK17", "MK18", "MK19"]
EXACT = ("baseline", "current", "change", "relative_change")
LOW, HIGH = 1, 4


def rows(key, year, cells, **more):
    """Rows of one indicator: an area has a count, a pair (x, n), or bounds [low, high]."""
    found = []
    for (area, month), cell in cells.items():
        row = {"indicator": key, "area": area, "period": f"{year}-{month:02d}"} | more
        if isinstance(cell, tuple):
            row["denominator"] = cell[1]
            cell = cell[0]
        if isinstance(cell, list):
            row |= {"state": "suppressed", "low": cell[0], "high": cell[1]}
        else:
            row["numerator" if "denominator" in row else "value"] = cell
        found.append(row)
    return found


def entered(*parts):
    return from_frame(pd.DataFrame([row for part in parts for row in part]), source="synthetic")


def sealed(folder, *parts):
    return bc.seal(entered(*parts), folder, name="synthetic", base_year=2022)


def hidden(cells):
    return [key for key, cell in cells.items() if isinstance(top(cell), list)]


def top(cell):
    return cell[0] if isinstance(cell, tuple) else cell


def completions(cells, total=None):
    """Every table that the one with hidden cells may be; ``total`` names the row that sums."""
    places = hidden(cells)
    spans = [range(top(cells[key])[0], top(cells[key])[1] + 1) for key in places]
    for numbers in itertools.product(*spans):
        filled = dict(cells)
        for key, number in zip(places, numbers, strict=True):
            cell = cells[key]
            filled[key] = (number, cell[1]) if isinstance(cell, tuple) else number
        months = {month for _, month in filled}
        if total is None or all(
            filled[total, month]
            == sum(filled[area, m] for area, m in filled if m == month and area != total)
            for month in months
        ):
            yield filled


def random_counts(rng, usual, *, parent=False):
    """Four regions in two months near what is usual, one or two cells of each table hidden."""
    cells = {key: number + int(rng.integers(-1, 2)) for key, number in usual.items()}
    truth = dict(cells)
    for place in rng.choice(len(cells), rng.integers(1, 3), replace=False):
        key = list(cells)[place]
        truth[key] = int(rng.integers(LOW, HIGH + 1))
        cells[key] = [LOW, HIGH]
    if parent:
        for month in (1, 2):
            cells["YTA5", month] = sum(truth[area, month] for area in NORTH)
    return cells


GROUPS = {"some": NORTH[:2], "others": NORTH[2:]}


def compared(folder, key, before, after, areas, estimand):
    """The comparison of two tables, and of every pair of their completions."""
    total = "YTA5" if ("YTA5", 1) in before else None
    whole = bc.compare(
        sealed(folder / "whole", rows(key, 2022, before)), entered(rows(key, 2023, after)),
        areas=areas, estimand=estimand, indicators=key,
    ).table.set_index("area")  # fmt: skip
    bases = [
        sealed(folder / str(number), rows(key, 2022, cells))
        for number, cells in enumerate(completions(before, total))
    ]
    laters = [entered(rows(key, 2023, cells)) for cells in completions(after, total)]
    tables = [
        bc.compare(base, later, areas=areas, estimand=estimand, indicators=key).table
        for base in bases
        for later in laters
    ]
    return whole, pd.concat(tables)


def holds_tightly(row, values):
    """The bounds, or the point, of each level and change are those of all completions."""
    for name, prefix in (
        ("baseline", "baseline"), ("current", "current"), ("change", "change"),
        ("relative_change", "relative"),
    ):  # fmt: skip
        low, high = values[name].min(), values[name].max()
        if not math.isnan(row[name]):
            assert (low, high) == (row[name], row[name])
            assert math.isnan(row[f"{prefix}_low"])
        elif values[name].isna().any():
            assert math.isnan(row[f"{prefix}_low"])
        else:
            found = row[f"{prefix}_low"], row[f"{prefix}_high"]
            assert found == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("parent", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_registered_changes_are_those_of_every_completion(tmp_path, seed, parent):
    rng = np.random.default_rng(100 * parent + seed)
    usual = {(area, month): int(rng.choice([2, 5, 20])) for area in NORTH for month in (1, 2)}
    before, after = (random_counts(rng, usual, parent=parent) for _ in range(2))
    areas = NORTH if seed % 2 else GROUPS
    whole, tables = compared(tmp_path, COUNT, before, after, areas, "finite")
    for area, values in tables.groupby("area"):
        row, verdicts = whole.loc[area], set(values["verdict"])
        holds_tightly(row, values)
        if len(verdicts) == 1:
            assert row["verdict"] == verdicts.pop()
            assert row["reason"] != "depends_on_suppressed"
        else:
            assert (row["verdict"], row["reason"]) == ("undecided", "depends_on_suppressed")


@pytest.mark.parametrize("seed", range(6))
def test_a_decided_verdict_on_a_share_is_that_of_every_completion(tmp_path, seed):
    rng = np.random.default_rng(seed)
    sizes = rng.choice([20, 60, 300], 3)

    def table(share):
        cells = {
            (area, 1): (int(rng.binomial(n, share)), int(n))
            for area, n in zip(NORTH[:3], sizes, strict=True)
        }
        cells["MK16", 1] = ([LOW, HIGH], int(sizes[0]))
        return cells

    before, after = table(0.3), table([0.3, 0.05, 0.55][seed % 3])
    groups = {"all": NORTH[:3]}
    whole, tables = compared(tmp_path, SHARE, before, after, groups, "process")
    row = whole.loc["all"]
    assert row["method"].startswith("process_counting")
    assert row[["change", "relative_change", "placebo_rank"]].isna().all()
    assert row["change_low"] == pytest.approx(tables["change_low"].min(), rel=1e-12)
    assert row["change_high"] == pytest.approx(tables["change_high"].max(), rel=1e-12)
    assert row["relative_low"] == pytest.approx(tables["relative_low"].min(), rel=1e-12)
    assert row["p_value"] >= tables["p_value"].max() - 1e-12
    assert row["detectable_change"] <= tables["detectable_change"].max() + 1e-12
    verdicts = set(tables["verdict"])
    if row["verdict"] != "undecided":
        assert verdicts == {row["verdict"]}
    if verdicts == {"undecided"}:
        assert (row["verdict"], row["reason"]) == ("undecided", None)
    elif len(verdicts) > 1:
        assert (row["verdict"], row["reason"]) == ("undecided", "depends_on_suppressed")


def example(folder, before=(60, 400), **more):
    """12 of 400, 1 to 4 of 60 and 30 of 900, after three known shares."""
    base = {("MK05", 1): before, ("MK06", 1): (9, 60), ("MK07", 1): (60, 900)}
    later = {("MK05", 1): (12, 400), ("MK06", 1): ([1, 4], 60), ("MK07", 1): (30, 900)}
    baseline = sealed(folder, rows(SHARE, 2022, base))
    groups = {"three": ["MK05", "MK06", "MK07"]}
    return bc.compare(baseline, entered(rows(SHARE, 2023, later)), areas=groups, **more)


def test_the_published_example_end_to_end(tmp_path):
    found = example(tmp_path)
    row = found.table.iloc[0]
    assert row["current_low"] == 43 / 1360
    assert row["current_high"] == 46 / 1360
    assert (round(row["current_low"], 6), round(row["current_high"], 6)) == (0.031618, 0.033824)
    assert row["baseline"] == 129 / 1360
    assert row[["current", "change", "baseline_low", "baseline_high"]].isna().all()
    assert (row["verdict"], row["coverage"]) == ("decreased", 1.0)
    told = found.explain(SHARE, "three")
    assert "9.5% (January 2022) and between 3.2% and 3.4% (January 2023)" in told
    assert "Where the change is smallest: Baseline x = 129 of n = 1,360, follow-up x = 43" in told
    assert "Where the change is largest: Baseline x = 129 of n = 1,360, follow-up x = 46" in told
    assert found.display_table("en")["Follow-up"].tolist() == ["3.2–3.4%"]


def test_a_hidden_count_is_said_in_words(tmp_path):
    base = sealed(tmp_path, rows(COUNT, 2022, {("MK05", 1): 30, ("MK06", 1): 20}))
    later = entered(rows(COUNT, 2023, {("MK05", 1): 42, ("MK06", 1): [1, 4]}))
    found = bc.compare(base, later, areas={"both": ["MK05", "MK06"]}, estimand="finite")
    assert "50 (January 2022) and between 43 and 46 (January 2023)" in found.explain(COUNT, "both")
    assert "between 8.0 and 14.0 per cent fewer" in found.summary("en")[0]
    assert "vähintään 43 ja enintään 46" in found.explain(COUNT, "both", "fi")
    assert "mellan 43 och 46" in found.explain(COUNT, "both", "sv")
    shown = found.display_table("en").iloc[0]
    assert (shown["Follow-up"], shown["Change"]) == ("43–46", "−7\u00a0to\u00a0−4")


def test_a_margin_within_the_bounds_leaves_the_verdict_open(tmp_path):
    base = sealed(tmp_path, rows(COUNT, 2022, {("MK05", 1): 30, ("MK06", 1): 15}))
    later = entered(rows(COUNT, 2023, {("MK05", 1): 42, ("MK06", 1): [1, 4]}))
    found = bc.compare(base, later, areas={"both": ["MK05", "MK06"]}, estimand="finite")
    row = found.table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("undecided", "depends_on_suppressed")
    assert "verdict would differ between values" in found.explain(COUNT, "both")


@pytest.mark.parametrize(
    ("cell", "verdict", "reason"),
    [([0, 4], "undecided", "depends_on_suppressed"), ([0, 0], "insufficient", "zero_baseline")],
)
def test_a_baseline_that_may_be_zero_has_no_ratio(tmp_path, cell, verdict, reason):
    base = sealed(tmp_path, rows(COUNT, 2022, {("MK05", 1): cell}))
    later = entered(rows(COUNT, 2023, {("MK05", 1): 50}))
    row = bc.compare(base, later, areas=["MK05"], estimand="finite").table.iloc[0]
    assert (row["verdict"], row["reason"]) == (verdict, reason)
    assert row[["relative_change", "relative_low", "relative_high"]].isna().all()
    process = bc.compare(base, later, areas=["MK05"], estimand="process").table.iloc[0]
    assert process["p_value"] != process["p_value"]


def made_share(new, everyone):
    """The computed share of one area from two counts, either of which may be hidden."""
    return rows(NEW, 2023, {("MK05", 1): new}), rows(COUNT, 2023, {("MK05", 1): everyone})


@pytest.mark.parametrize(
    ("new", "everyone"),
    [([1, 4], 20), (3, [4, 9]), (3, [1, 4]), ([1, 4], [1, 9]), ([1, 4], [2, 3]), ([2, 6], 4)],
)
def test_a_computed_share_takes_bounds_from_both_its_parts(tmp_path, new, everyone):
    known = rows(NEW, 2022, {("MK05", 1): 10}), rows(COUNT, 2022, {("MK05", 1): 40})
    found = bc.compare(
        sealed(tmp_path, *known), entered(*made_share(new, everyone)), areas=["MK05"],
        estimand="finite",
    )  # fmt: skip
    row = found.table.set_index("indicator").loc[NEW_SHARE]
    spans = [
        range(cell[0], cell[1] + 1) if isinstance(cell, list) else [cell]
        for cell in (new, everyone)
    ]
    shares = [x / n for x, n in itertools.product(*spans) if x <= n]
    if min(shares) == max(shares):
        assert row["current"] == shares[0]
    else:
        assert (row["current_low"], row["current_high"]) == (min(shares), max(shares))


def test_published_totals_of_any_level_tighten_what_they_contain(tmp_path):
    """Two hidden cells sum to 7 by the total of their area: both are 3 or 4."""
    before = {(area, 1): 10 for area in NORTH}
    after = {("MK16", 1): [1, 4], ("MK17", 1): [1, 4], ("MK18", 1): 10, ("MK19", 1): 10}
    base = sealed(tmp_path, rows(COUNT, 2022, before | {("YTA5", 1): 40}))
    later = entered(rows(COUNT, 2023, after | {("YTA5", 1): 27}))
    areas = ["MK16", "MK17"]
    table = bc.compare(base, later, areas=areas, estimand="finite").table
    assert table[["current_low", "current_high"]].to_numpy().tolist() == [[3, 4], [3, 4]]
    both = bc.compare(base, later, areas={"both": areas}, estimand="finite").table.iloc[0]
    assert (both["current"], both["change"], both["verdict"]) == (7, -13, "decreased")
    assert "; bounds; " in both["method"]
    loose = bc.compare(base, entered(rows(COUNT, 2023, after)), areas=areas, estimand="finite")
    assert loose.table[["current_low", "current_high"]].to_numpy().tolist() == [[1, 4], [1, 4]]


def test_a_hidden_total_is_tightened_by_its_parts_and_they_by_it(tmp_path):
    before = {(area, 1): 10 for area in NORTH} | {("YTA5", 1): 40}
    after = {("MK16", 1): [1, 4], ("MK17", 1): 10, ("MK18", 1): 10, ("MK19", 1): 10}
    base = sealed(tmp_path, rows(COUNT, 2022, before))
    later = entered(rows(COUNT, 2023, after | {("YTA5", 1): [33, 50]}))
    table = bc.compare(base, later, areas=["MK16", "YTA5"], estimand="finite").table
    table = table.set_index("area")
    assert table.loc["MK16", ["current_low", "current_high"]].tolist() == [3, 4]
    assert table.loc["YTA5", ["current_low", "current_high"]].tolist() == [33, 34]


@pytest.mark.parametrize(
    ("total", "ends"), [(33, [1, 4]), (34, [2, 4]), (35, [3, 4]), (90, [1, 4])]
)
def test_totals_that_miss_their_parts_elsewhere_tighten_less(tmp_path, total, ends):
    """In February the total is 2 above its parts, so in January it may miss them by 2, too.

    Where even that is impossible, the bounds beside the cells stand.
    """
    before = {(area, month): 10 for area in NORTH for month in (1, 2)}
    after = before | {("MK16", 1): [1, 4], ("YTA5", 1): total, ("YTA5", 2): 42}
    base = sealed(tmp_path, rows(COUNT, 2022, before))
    found = bc.compare(base, entered(rows(COUNT, 2023, after)), areas=["MK16"], estimand="finite")
    row = found.table.iloc[0]
    assert [2 * row["current_low"] - 10, 2 * row["current_high"] - 10] == ends


def test_without_hidden_cells_nothing_is_searched(tmp_path, monkeypatch):
    def refuse(*_args, **_more):
        raise AssertionError

    monkeypatch.setattr(bounds, "tightened", refuse)
    cells = {(area, 1): 10 for area in NORTH} | {("YTA5", 1): 40}
    base = sealed(tmp_path, rows(COUNT, 2022, cells))
    found = bc.compare(base, entered(rows(COUNT, 2023, cells)), areas=NORTH)
    assert len(found.table) == 4


def test_kinds_and_rows_without_usable_bounds_stay_suppressed(tmp_path):
    known = {("MK05", 1): (30, 100)}
    mean = {"indicator": MEAN, "area": "MK05", "period": "2022-01", "n": 10, "sum": 90}
    base = sealed(tmp_path, rows(SHARE, 2022, known), [mean])
    bare = rows(SHARE, 2023, {("MK05", 1): [1, 4]})
    vague = {
        "indicator": MEAN, "area": "MK05", "period": "2023-01", "state": "suppressed", "low": 1,
        "high": 4, "n": 10,
    }  # fmt: skip
    table = bc.compare(base, entered(bare, [vague]), areas=["MK05"]).table
    assert set(zip(table["verdict"], table["reason"], strict=True)) == {
        ("suppressed", "suppressed_cells")
    }
    assert table[[*EXACT, "current_low", "change_low"]].isna().all(axis=None)


def test_sums_of_euros_have_bounds_that_need_not_be_whole(tmp_path):
    key = "basic_sa_expenditure_gross"
    known = {(area, 1): 100.5 for area in NORTH} | {("YTA5", 1): 402}
    after = known | {("MK16", 1): [50.25, 90.0], ("MK17", 1): [0, 200], ("YTA5", 1): 301}
    later = entered(rows(key, 2023, after))
    table = bc.compare(sealed(tmp_path, rows(key, 2022, known)), later, areas=NORTH[:2]).table
    assert (table["verdict"] == "insufficient").all()
    found = table[["current_low", "current_high"]].to_numpy()
    assert found == pytest.approx(np.array([[50.25, 90.0], [10.0, 49.75]]), rel=1e-6)


def test_a_hidden_baseline_alone_is_compared(tmp_path):
    base = sealed(tmp_path, rows(COUNT, 2022, {("MK05", 1): [1, 4]}))
    later = entered(rows(COUNT, 2023, {("MK05", 1): 50}))
    row = bc.compare(base, later, areas=["MK05"], estimand="finite").table.iloc[0]
    assert row[["baseline_low", "baseline_high", "current"]].tolist() == [1, 4, 50]
    assert row[["change_low", "change_high"]].tolist() == [46, 49]
    assert row[["relative_low", "relative_high"]].tolist() == [11.5, 49]
    assert row["verdict"] == "increased"


@pytest.fixture(scope="module")
def mainland(tmp_path_factory):
    """The real follow-up with the hidden mainland figure of one month, as wide as it can be."""
    folder = tmp_path_factory.mktemp("mainland")
    later = bc.read_measurements("fixtures/follow_up_2023.csv")
    frame = later.select(indicators=COUNT, last="2023-11").table
    own = (frame["area"] == "FI-MAINLAND") & (frame["period"] == "2023-03")
    frame = frame.assign(state=frame["state"].mask(own, "suppressed"))
    frame.loc[own, "value"] = np.nan
    frame.loc[own, ["low", "high"]] = [0, 10**6]
    columns = ["indicator", "area", "period", "value", "state", "low", "high"]
    hidden_month = from_frame(frame[columns], source="kela-koronamittarit")
    baseline = bc.load_baseline("2022")
    return bc.compare(baseline, hidden_month, areas=["mainland", "YTA2"], indicators=COUNT), folder


def test_an_own_change_is_judged_over_all_values(mainland, result):
    found, _ = mainland
    row = found.table.set_index("area").loc["FI-MAINLAND"]
    known = result.table.set_index(["indicator", "area"]).loc[(COUNT, "FI-MAINLAND")]
    assert row["current_low"] <= known["current"] <= row["current_high"]
    assert row["current_high"] - row["current_low"] < 1
    assert row["method"].startswith("process_own; own_rows; bounds; ")
    assert row["relative_low"] <= known["relative_low"]
    assert row["relative_high"] >= known["relative_high"]
    assert row["p_value"] >= known["p_value"]
    assert row["verdict"] == known["verdict"] == "undecided"
    assert row["reason"] is None
    assert row["usual_range_low"] == known["usual_range_low"]
    assert row["placebo_rank"] == known["placebo_rank"]
    assert row["registered"] == known["registered"]
    assert row[["current", "change", "relative_change"]].isna().all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_bounds_are_printed_drawn_and_reported(mainland, language):
    found, folder = mainland
    assert word("usual.all_areas", language) in found.summary(language)[0]
    assert "{" not in found.explain(COUNT, "FI-MAINLAND", language)
    for chart in (bc.charts.change, bc.charts.levels):
        assert chart(found, language=language).get_label()
    assert bc.charts.forest(found, indicator=COUNT, language=language).get_label()
    path = bc.write_report(found, folder / f"{language}.html", language=language)
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"\bnan\b", page, flags=re.IGNORECASE)


def test_charts_draw_a_range_without_a_mark(tmp_path):
    found = example(tmp_path, estimand="finite")
    axes = bc.charts.change(found).axes[0]
    assert not [line for line in axes.lines if line.get_marker() in {"o", "^", "v", "x"}]
    row = found.table.iloc[0]
    ends = [line.get_xdata() for line in axes.lines if line.get_marker() == "|"]
    assert np.allclose(ends, [[100 * row["change_low"], 100 * row["change_high"]]])
    drawn = bc.charts.levels(found)
    assert any("Line without a mark" in text.get_text() for text in drawn.texts)
    levels = drawn.axes[0]
    ranges = [line.get_xdata() for line in levels.lines if line.get_marker() == "|"]
    assert np.allclose(ranges, [[43 / 1360, 46 / 1360]])
    assert "3.2–3.4%" in {text.get_text() for text in levels.texts}
    page = bc.write_report(found, tmp_path / "page.html", language="sv").read_text("utf-8")
    assert "dolda siffror ingår med sina nedre och övre gränser" in page


def test_a_range_beyond_the_edge_ends_there(tmp_path):
    """Of 1 to 4 households 20 were left: the change is drawn where a chart ends, and said."""
    base = sealed(tmp_path, rows(COUNT, 2022, {("MK05", 1): [1, 4], ("MK06", 1): 100}))
    later = entered(rows(COUNT, 2023, {("MK05", 1): 20, ("MK06", 1): 90}))
    found = bc.compare(base, later, areas=["MK05", "MK06"], estimand="finite")
    axes = bc.charts.change(found).axes[0]
    ends = [line.get_xdata() for line in axes.lines if line.get_marker() == "|"]
    assert np.allclose(ends, [[300, 300]])
    assert "+400.0\u00a0to\u00a0over 1,000%" in {text.get_text() for text in axes.texts}


def test_a_hidden_finest_area_is_shown_and_not_judged(baseline):
    """Its own variance cannot be scaled; the bounds stand, and nothing is estimated from it."""
    later = bc.read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    frame = later.select(indicators=COUNT, last="2023-11").table
    own = (frame["area"] == "MK18") & (frame["period"] == "2023-03")
    frame = frame.assign(state=frame["state"].mask(own, "suppressed"))
    frame.loc[own, ["value", "low", "high"]] = [np.nan, 1100, 1200]
    columns = ["indicator", "area", "period", "value", "state", "low", "high"]
    given = from_frame(frame[columns], source="synthetic")
    table = bc.compare(baseline, given, areas="region", indicators=COUNT).table.set_index("area")
    whole = bc.compare(baseline, later, areas="region", indicators=COUNT).table.set_index("area")
    row = table.loc["MK18"]
    assert (row["verdict"], row["reason"]) == ("insufficient", "parts_unknown")
    assert row["current_low"] < row["current_high"]
    others = ["relative_low", "relative_high", "p_value", "usual_range_low", "registered"]
    pd.testing.assert_frame_equal(table.drop("MK18")[others], whole.drop("MK18")[others])


def test_hidden_cells_of_the_same_persons_are_not_set_against_them(tmp_path):
    own = Catalogue([replace(catalogue()[SHARE], dependence="same_persons")])

    def made(cells, year):
        frame = pd.DataFrame(rows(SHARE, year, cells))
        return from_frame(frame, source="synthetic", indicators=own)

    base = bc.seal(made({("MK05", 1): (30, 100)}, 2022), tmp_path, name="synthetic")
    later = made({("MK05", 1): ([1, 4], 100)}, 2023)
    both = pd.DataFrame({"indicator": [SHARE], "area": "MK05", "both": 20})
    row = bc.compare(base, later, areas=["MK05"], same_persons=both).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("suppressed", "suppressed_cells")
