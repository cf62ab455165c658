"""Full registers against what happens between years anyway: default, ranks, breaks and bridges."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.breaks import Bridge
from baseline_compare.errors import ComparisonError, DefinitionError
from baseline_compare.measurements import from_frame

KEY = "basic_sa_households"
MONTHS = [f"{month:02d}" for month in range(1, 12)]


def rows(frame, key, area):
    found = frame[(frame["indicator"] == key) & (frame["area"] == area)]
    assert len(found) == 1
    return found.iloc[0]


def sums(frame, regions, year):
    """Mean of January-November over the sum of regions, computed plainly."""
    own = frame[(frame["indicator"] == KEY) & frame["area"].isin(regions)]
    wanted = [f"{year}-{month}" for month in MONTHS]
    return own[own["period"].isin(wanted)]["value"].sum() / 11


@pytest.mark.parametrize("area", ["YTA2", "YTA3"])
def test_ranges_and_ranks_are_those_of_the_earlier_years(result, baseline, area):
    row = rows(result.table, KEY, area)
    regions = result.plans[KEY].parts_of(list(result.targets).index(area))
    frame = baseline.measurements.table
    means = {year: sums(frame, regions, year) for year in range(2019, 2023)}
    earlier = [np.log(means[year + 1] / means[year]) for year in (2019, 2020, 2021)]
    assert row["usual_range_low"] == pytest.approx(np.expm1(min(earlier)), rel=1e-12)
    assert row["usual_range_high"] == pytest.approx(np.expm1(max(earlier)), rel=1e-12)
    own = abs(np.log1p(row["relative_change"]))
    rank = (1 + sum(abs(change) >= own for change in earlier)) / 4
    assert row["placebo_rank"] == rank
    assert row["method"].endswith("; earlier_changes=3")
    assert rows(result.table, KEY, "FI-MAINLAND")["placebo_rank"] == 1.0


def test_what_was_registered_stays_exact_beside_the_verdict(result, registered):
    assert result.table["change"].equals(registered.table["change"])
    assert result.table["registered"].equals(registered.table["verdict"])
    assert set(result.table["verdict"]) == {"undecided"}


def test_both_answers_are_said(result):
    text = result.summary("en")[0]
    assert "In the register – decreased: Eastern Finland (−3.9%), Inland Finland (−4.0%)" in text
    assert (
        "Undecided, as changes at least this large were also seen between earlier years: "
        "all areas." in text
    )
    assert (
        "Only a rise of 63% or a fall of 39% at least would, with a chance of 80 per cent" in text
    )
    told = result.explain(KEY, "YTA3", "en")
    assert "In the register the change is −4.0% (decreased)" in told
    assert (
        "In earlier pairs of years (3) the change between the same periods lay between −7.5% and "
        "+3.3%; by size, whatever the direction, this one has rank 3 of 4 (1 = largest)." in told
    )


def test_a_change_that_only_went_the_other_way_before_is_said_to_be_that(result):
    text = result.summary("en")[2]
    assert "between earlier years changes this large went the other way only: Mainland" in text
    assert "were also seen between earlier years: Eastern Finland." in text


def test_the_expected_path_is_the_base_year_and_its_range_that_of_earlier_months(result, baseline):
    series = result.series
    own = series[(series["indicator"] == KEY) & (series["area"] == "YTA2")].set_index("period")
    later = own[own["window"] == "follow_up"]
    assert own.loc[own["window"] != "follow_up", "expected"].isna().all()
    assert later["expected"].tolist() == [own.loc[f"2022-{m}", "value"] for m in MONTHS]
    logs = [
        np.log(own.loc[f"{y + 1}-{m}", "value"] / own.loc[f"{y}-{m}", "value"])
        for y in (2019, 2020, 2021)
        for m in MONTHS
    ]
    reach = 3.182446305284263 * np.sqrt(np.mean(np.square(logs)))  # t with three degrees, 97.5 %
    assert np.allclose(later["expected_high"], later["expected"] * np.exp(reach), rtol=1e-9)
    assert np.allclose(later["expected_low"], later["expected"] * np.exp(-reach), rtol=1e-9)


def synthetic(years, factor, seed=5):
    """Households of every region in every month: what years differ by is known."""
    regions = [a.code for a in bc.areas.registry().at_level("region", vintage=2022)]
    rng = np.random.default_rng(seed)
    size = np.linspace(2_000, 9_000, len(regions))
    table = []
    for year in years:
        common = np.exp(rng.normal(0, 0.01))
        for month in range(1, 13):
            counts = rng.poisson(size * common * factor.get(year, 1.0))
            table += [
                (KEY, code, f"{year}-{month:02d}", int(x))
                for code, x in zip(regions, counts, strict=True)
                if code != "MK21"
            ]
    frame = pd.DataFrame(table, columns=["indicator", "area", "period", "value"])
    return from_frame(frame, source="synthetic-history")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A synthetic baseline whose years differ by about one per cent."""
    folder = tmp_path_factory.mktemp("quiet")
    return bc.seal(synthetic(range(2014, 2023), {}), folder, name="quiet", base_year=2022)


def test_a_change_beyond_what_years_differ_by_is_more_than_usual(quiet):
    found = bc.compare(quiet, synthetic([2023], {2023: 1.2}, seed=6))
    assert set(found.table["verdict"]) == {"increased"}
    assert (found.table["placebo_rank"] == 1 / 7).all()  # without the two pairs across 2017
    (text,) = found.summary("en")
    assert "Increased more than what happens between years anyway: all areas." in text
    cells = found.display_table("fi")["Tulkinta"]
    assert set(cells) == {"kasvanut tavallista enemmän"}


def test_the_largest_change_among_few_years_is_said_to_be_that(quiet):
    weak = bc.compare(quiet, synthetic([2023], {2023: 1.045}, seed=6), areas="mainland")
    assert weak.table["placebo_rank"].item() == 1 / 7
    assert weak.table["verdict"].item() in ("undecided", "increased")
    row = {**weak.table.iloc[0].to_dict(), "verdict": "undecided"}
    assert bc.comparison.usual.verdict_label(row, "en") == (
        "undecided: larger than before, but the earlier years are few"
    )


def test_a_follow_up_shorter_than_three_months_says_so(quiet):
    short = synthetic([2023], {}).select(last="2023-02")
    found = bc.compare(quiet, short)
    assert set(found.table["verdict"]) == {"insufficient"}
    assert set(found.table["reason"]) == {"short_follow_up"}
    assert set(found.table["registered"]) <= {"no_relevant_change", "increased", "decreased"}
    told = found.explain(KEY, "YTA1", "en")
    assert "too short to be told apart from what happens between years anyway" in told
    (line,) = found.summary("fi")
    assert "Rekisterin mukaan – " in line
    assert "Aineisto ei riitä: Etelä-Suomi" in line


def test_parts_of_two_years_say_so(quiet):
    later = synthetic([2023, 2024], {}).select(first="2023-07", last="2024-03")
    found = bc.compare(quiet, later)
    assert set(found.table["reason"]) == {"two_years"}


def test_a_follow_up_years_later_takes_the_variation_of_that_distance(quiet):
    found = bc.compare(quiet, synthetic([2024], {}, seed=8))
    method = found.table["method"].iloc[0]
    assert "pairs=2014-2016 2018-2020 2019-2021 2020-2022;" in method
    assert "stretched" not in method
    far = bc.compare(quiet, synthetic([2025], {}, seed=8)).table["method"].iloc[0]
    assert "stretched=3" in far
    assert far.endswith("; earlier_changes=2")


def test_without_three_pairs_of_years_the_register_alone_is_judged(tmp_path):
    few = bc.seal(synthetic(range(2020, 2023), {}), tmp_path, name="few", base_year=2022)
    later = synthetic([2023], {}, seed=6)
    assert bc.compare(few, later).table["method"].str.startswith("finite").all()
    asked = bc.compare(few, later, estimand="history").table
    assert set(asked["reason"]) == {"no_dispersion"}


def event(**changes):
    known = {item.id: item for item in bc.load_baseline("2022").breaks}["total-reform-2026"]
    return replace(known, id="own-reform", date_from=date(2023, 1, 1), **changes)


BRIDGE = Bridge(factor=1.2, standard_error=0.02, source="a synthetic double count")


def test_an_own_hard_break_is_not_comparable_and_a_bridge_crosses_it(quiet):
    later = synthetic([2023], {2023: 1.2}, seed=6)
    without = bc.compare(quiet, later, breaks=[event()])
    assert set(without.table["verdict"]) == {"not_comparable"}
    assert set(without.table["reason"]) == {"own-reform"}
    plain = bc.compare(quiet, later)
    found = bc.compare(quiet, later, breaks=[event()], bridges={"own-reform": BRIDGE})
    table = found.table
    assert table["current"].tolist() == pytest.approx((plain.table["current"] / 1.2).tolist())
    assert set(table["registered"]) == {"not_comparable"}
    assert set(table["verdict"]) <= {"undecided", "no_relevant_change"}
    assert table["method"].str.contains("bridge=1.2; bridge_error=0.02", regex=False).all()
    for one, other in zip(table["method"], plain.table["method"], strict=True):
        variances = [float(m.partition("; variance=")[2].partition(";")[0]) for m in (one, other)]
        assert variances[0] == pytest.approx(variances[1] + 0.0004, rel=1e-3)
    assert found.settings.bridges == {"own-reform": BRIDGE}
    assert "Bridged across: Total reform of social assistance" in found.explain(KEY, "YTA1", "en")
    wide = table["relative_high"] - table["relative_low"]
    assert (wide > 4 * 0.02 * 0.95).all()


@pytest.mark.parametrize(
    ("changes", "estimand", "reason"),
    [
        ({}, "finite", "own-reform,bridge_estimand"),
        ({}, "process", "own-reform,bridge_estimand"),
        ({"date_to": date(2023, 6, 30)}, None, "own-reform,bridge_inside"),
    ],
)
def test_a_bridge_is_used_only_where_it_can_be(quiet, changes, estimand, reason):
    later = synthetic([2023], {}, seed=6)
    found = bc.compare(
        quiet, later, breaks=[event(**changes)], bridges={"own-reform": BRIDGE}, estimand=estimand
    )
    assert set(found.table["reason"]) == {reason}


def test_a_bridge_is_no_difference(baseline, regional):
    found = bc.compare(
        baseline,
        regional,
        indicators="basic_sa_households_new_share",
        breaks=[event(indicators=("basic_sa_*",))],
        bridges={"own-reform": BRIDGE},
    )
    assert set(found.table["reason"]) == {"own-reform,bridge_scale"}


def test_soft_events_of_ones_own_are_printed_and_marked(quiet):
    soft = event(effect="remark")
    found = bc.compare(quiet, synthetic([2023], {}, seed=6), breaks=[soft])
    assert soft in found.touching_breaks
    texts = [text.get_text() for text in bc.charts.trend(found).texts]
    assert any("Total reform" in text for text in texts)
    assert found.settings.own_breaks == ("own-reform",)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"breaks": ["counties-start"]},
            "expected events (baseline_compare.breaks.Break) with ids of their own, found "
            "'counties-start'. Give it another id: a sealed event stays as it is.",
        ),
        ({"bridges": {"nothing": BRIDGE}}, "expected a Bridge for one of the events"),
        ({"bridges": {"counties-start": 1.2}}, "found 1.2 for 'counties-start'"),
    ],
)
def test_wrong_events_and_bridges_are_refused(baseline, regional, arguments, told):
    with pytest.raises(ComparisonError) as caught:
        bc.compare(baseline, regional, **arguments)
    assert caught.value.code == "definition.invalid"
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("factor", 0.0, "expected a number above 0 as factor of a bridge, found 0.0"),
        ("standard_error", 0.0, "expected a number above 0 as standard_error of a bridge"),
        ("standard_error", float("nan"), "as standard_error of a bridge, found nan"),
        ("source", " ", "expected where factor and standard error come from as source"),
    ],
)
def test_a_bridge_has_an_uncertainty_and_a_source(field, value, told):
    with pytest.raises(DefinitionError) as caught:
        replace(BRIDGE, **{field: value})
    assert told in str(caught.value)


def test_years_between_stand_in_the_series_and_are_not_compared(quiet):
    later, between = synthetic([2024], {}, seed=8), synthetic([2023], {}, seed=9)
    plain, found = bc.compare(quiet, later), bc.compare(quiet, later, between=between)
    assert found.table.equals(plain.table)
    series = found.series
    own = series[series["area"] == "YTA2"]
    assert own["window"].tolist() == [
        *["history"] * 96, *["base"] * 12, *["between"] * 12, *["follow_up"] * 12,
    ]  # fmt: skip
    assert own["expected"].notna().tolist() == [False] * 120 + [True] * 12
    with pytest.raises(ComparisonError, match=r"series\.gap"):
        bc.series.control(plain)
    charted = bc.series.control(found).table
    assert charted["period"].max() == "2024-12"
    assert len(charted[charted["area"] == "YTA2"]) == 36
    fitted = bc.series.segmented(found).table
    assert fitted["estimate"].notna().all()
    assert set(fitted["periods"]) == {"2017-04..2024-12"}  # the transfer ended in March 2017
    ranks = [bc.series.placebo(result).ranks for result in (plain, found)]
    assert ranks[0].equals(ranks[1])
