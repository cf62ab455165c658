"""What is compared with what, and what is said of the rest."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.comparison import TABLE_COLUMNS, VERDICTS
from baseline_compare.errors import AreaError, ComparisonError
from baseline_compare.indicators import Margin, catalogue
from baseline_compare.measurements import from_frame

KEY = "basic_sa_households"


def own_baseline(tmp_path, rows, **more):
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    return bc.seal(from_frame(frame, source="synthetic"), tmp_path, name="synthetic", **more)


def later_rows(rows, **more):
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    return from_frame(frame, source="synthetic", **more)


def test_the_table_has_its_fixed_columns_and_known_verdicts(result):
    assert tuple(result.table.columns) == TABLE_COLUMNS
    assert set(result.table["verdict"]) <= set(VERDICTS)
    assert result.table["method"].notna().all()
    assert (result.table["coverage"] == 1).all()


def test_settings_name_everything_a_row_rests_on(result, baseline):
    settings = result.settings
    assert settings.baseline_id == baseline.id
    assert (settings.estimand, settings.baseline_version) == ("by_indicator", 0)
    assert settings.areas == "mainland, collaboration_area"
    assert "id " + baseline.id in repr(result)


def test_families_are_counted_where_there_is_a_verdict(result):
    sizes = result.table.groupby("indicator")["family_size"].first()
    assert sizes[KEY] == 18
    assert sizes["basic_sa_households_new"] == 48


def test_december_is_only_unpaired(result):
    unmatched = result.unmatched
    own = unmatched[(unmatched["indicator"] == KEY) & (unmatched["reason"] == "only_in_baseline")]
    assert own["periods"].tolist() == ["2022-12"]
    periods = result.table.set_index("indicator").loc[KEY, "periods"].unique()
    assert periods.tolist() == ["2022-01..2022-11 | 2023-01..2023-11"]


def test_weeks_are_compared_with_the_same_iso_weeks(result):
    row = result.table[result.table["indicator"] == "basic_sa_applications_received"].iloc[0]
    assert row["periods"] == "2022-W01..2022-W51 | 2023-W01..2023-W51"
    assert row["statistic"] == "mean_per_week"


def test_counties_that_equal_a_region_are_compared_and_the_rest_is_listed(baseline, regional):
    found = bc.compare(baseline, regional, areas="county", indicators=[KEY])
    assert len(found.table) == 17
    refused = found.unmatched[found.unmatched["reason"] == "not_divisible"]
    assert refused["area"].tolist() == ["HVA01", "HVA02", "HVA03", "HVA04", "HVA90"]
    assert refused["explanation"].iloc[0] == (
        "Cannot be made from the areas of the data, which cannot be split: Uusimaa MK01."
    )


def test_only_one_insurance_district_is_a_union_of_regions(baseline, regional):
    found = bc.compare(baseline, regional, areas="insurance_district", indicators=[KEY])
    assert found.table["area"].tolist() == ["KELA1"]
    details = found.unmatched.set_index("area")["explanation"]
    assert "Kronoby KU288" in details["KELA2"]
    assert "Kuhmoinen KU291" in details["KELA3"]
    assert "Kuhmoinen KU291" in details["KELA4"]
    assert "Kronoby KU288" in details["KELA5"]


def test_the_first_district_and_the_first_collaboration_area_agree(baseline, regional):
    found = bc.compare(baseline, regional, areas=["KELA1", "YTA1"], indicators=[KEY]).table
    assert len(set(found["baseline"])) == 1


def test_groups_of_ones_own(baseline, regional):
    groups = {"South-east": ["MK08", "MK09"], "Lapland and Kainuu": ["MK18", "MK19"]}
    found = bc.compare(baseline, regional, areas=groups, indicators=[KEY])
    single = bc.compare(baseline, regional, areas="region", indicators=[KEY]).table
    by_area = single.set_index("area")["current"]
    assert found.table["current"].tolist() == pytest.approx(
        [by_area["MK08"] + by_area["MK09"], by_area["MK18"] + by_area["MK19"]]
    )
    assert found.settings.areas == "South-east: MK08+MK09; Lapland and Kainuu: MK18+MK19"


def test_a_group_may_mix_levels(baseline, regional):
    found = bc.compare(baseline, regional, areas={"both": ["YTA3", "HVA21"]}, indicators=[KEY])
    single = bc.compare(baseline, regional, areas=["YTA3", "MK19"], indicators=[KEY]).table
    assert found.table["baseline"].item() == pytest.approx(single["baseline"].sum())


def test_population_of_a_later_year_is_brought_as_rows(baseline, tmp_path):
    months = [f"2024-{month:02d}" for month in range(1, 3)]
    rows = [(KEY, "MK19", month, 2_500) for month in months]
    without = bc.compare(baseline, later_rows(rows), areas=["MK19"])
    rates = without.unmatched[without.unmatched["indicator"] == "basic_sa_households_per_1000"]
    assert rates["reason"].tolist() == ["only_in_baseline", "no_population"]
    assert without.table["indicator"].tolist() == [KEY]
    people = ("population", "MK19", "2023", 176_000)
    found = bc.compare(baseline, later_rows([*rows, people]), areas=["MK19"]).table
    rate = found.set_index("indicator").loc["basic_sa_households_per_1000"]
    assert rate["current"] == pytest.approx(2_500 / 176_000)
    assert rate["baseline"] == pytest.approx((2_955 + 2_951) / 2 / 176_494, rel=0.05)


def test_a_later_figure_of_an_indicator_without_baseline_goes_to_unmatched(baseline):
    key = "basic_sa_applications_over_7_working_days_share"
    later = later_rows([(key, "FI-MAINLAND", "2023-10", 0.002)])
    found = bc.compare(baseline, later, areas="mainland", indicators=[key])
    assert found.table.empty
    reasons = found.unmatched["reason"].tolist()
    assert "baseline_not_available" in reasons


def test_polarity_turns_direction_into_better_and_worse(tmp_path):
    key = "basic_sa_applications_over_7_working_days_share"
    baseline = own_baseline(tmp_path, [(key, "FI-MAINLAND", "2022-10", 0.059)])
    cases = ((0.049, "improved"), (0.069, "worsened"), (0.0591, "no_relevant_change"))
    for value, verdict in cases:
        later = later_rows([(key, "FI-MAINLAND", "2023-10", value)])
        found = bc.compare(baseline, later, areas="mainland", estimand="finite").table
        assert found["verdict"].item() == verdict


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (1030, "increased"),
        (1029, "no_relevant_change"),
        (971, "no_relevant_change"),
        (970, "decreased"),
    ],
)
def test_the_ratio_margin_is_symmetric_on_logs(tmp_path, after, verdict):
    baseline = own_baseline(tmp_path, [(KEY, "MK06", "2022-01", 1000)])
    later = later_rows([(KEY, "MK06", "2023-01", after)])
    assert bc.compare(baseline, later, areas=["MK06"]).table["verdict"].item() == verdict


def test_a_margin_of_ones_own_changes_the_verdict_and_the_method(baseline, regional):
    own = Margin(
        id="mine",
        scale="ratio",
        value="0.001",
        declared_on="2026-11-25",
        declared_by="an evaluator",
        follow_up_known=True,
        reasons=dict.fromkeys(("fi", "sv", "en"), "-"),
    )
    found = bc.compare(baseline, regional, indicators=[KEY], margins={KEY: own}).table
    assert set(found["registered"]) == {"decreased"}
    assert found["method"].str.contains("margin_ratio=0.001", regex=False).all()


def test_without_a_margin_the_change_stands_and_nothing_is_judged(tmp_path):
    key = "basic_sa_throughput_time_mean"
    baseline = own_baseline(tmp_path, [(key, "FI-MAINLAND", "2022", 9.5)])
    later = later_rows([(key, "FI-MAINLAND", "2023", 8.0)])
    row = bc.compare(baseline, later, areas="mainland", estimand="finite").table.iloc[0]
    assert (row["verdict"], row["reason"], row["change"]) == ("insufficient", "no_margin", -1.5)


def test_a_baseline_of_zero_has_no_ratio(tmp_path):
    baseline = own_baseline(tmp_path, [(KEY, "MK06", "2022-01", 0)])
    later = later_rows([(KEY, "MK06", "2023-01", 5)])
    row = bc.compare(baseline, later, areas=["MK06"]).table.iloc[0]
    assert (row["verdict"], row["reason"], row["change"]) == ("insufficient", "zero_baseline", 5)
    assert pd.isna(row["relative_change"])


def test_shares_are_ratios_of_sums_and_means_are_pooled(tmp_path):
    share, mean = "basic_sa_rejected_decisions_share", "basic_sa_throughput_time_mean"
    columns = ["indicator", "area", "period", "numerator", "denominator", "n", "sum"]

    def rows(year, first, second):
        return from_frame(
            pd.DataFrame(
                [
                    (share, "MK05", f"{year}-01", *first, None, None),
                    (share, "MK06", f"{year}-01", *second, None, None),
                    (mean, "MK05", f"{year}-01", None, None, 10, 100),
                    (mean, "MK06", f"{year}-01", None, None, 90, 450),
                ],
                columns=columns,
            ),
            source="synthetic",
        )

    baseline = bc.seal(rows(2022, (1, 10), (30, 100)), tmp_path, name="synthetic")
    groups = {"both": ["MK05", "MK06"]}
    table = bc.compare(baseline, rows(2023, (1, 10), (60, 100)), areas=groups).table
    table = table.set_index("indicator")
    assert table.loc[share, "baseline"] == pytest.approx(31 / 110)
    assert table.loc[share, "current"] == pytest.approx(61 / 110)
    assert table.loc[mean, "baseline"] == pytest.approx(5.5)
    assert table.loc[share, "verdict"] == "increased"


def test_bare_shares_are_not_averaged(tmp_path):
    key = "basic_sa_rejected_decisions_share"
    rows = [(key, area, "2022-01", 0.2) for area in ("MK05", "MK06")]
    later = [(key, area, "2023-01", 0.4) for area in ("MK05", "MK06")]
    baseline = own_baseline(tmp_path, rows)
    groups = {"both": ["MK05", "MK06"]}
    row = bc.compare(baseline, later_rows(later), areas=groups).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("insufficient", "no_counts")
    assert pd.isna(row["change"])


def test_a_share_or_mean_without_its_count_is_what_it_says_and_is_not_judged(tmp_path):
    share, mean = "basic_sa_rejected_decisions_share", "basic_sa_throughput_time_mean"
    columns = ["indicator", "value", "denominator", "n"]

    def rows(year, *values):
        cells = [(share, values[0], 2417, None), (mean, values[1], None, 90)]
        frame = pd.DataFrame(cells, columns=columns).assign(area="MK05", period=f"{year}-01")
        return from_frame(frame, source="synthetic")

    baseline = bc.seal(rows(2022, 0.043, 5), tmp_path, name="synthetic")
    table = bc.compare(baseline, rows(2023, 0.083, 6), areas=["MK05"]).table.set_index("indicator")
    assert table.loc[share, ["baseline", "current"]].tolist() == [0.043, 0.083]
    assert table.loc[mean, ["baseline", "current"]].tolist() == [5, 6]
    assert table["reason"].to_dict() == {share: "no_counts", mean: "no_spread"}
    ends = ["baseline_low", "current_high", "change_low", "change_high", "p_value"]
    assert table[ends].isna().all(axis=None)


def test_a_hidden_cell_gives_bounds_and_never_a_point(tmp_path):
    baseline = own_baseline(tmp_path, [(KEY, a, "2022-01", 100) for a in ("MK05", "MK06")])
    frame = pd.DataFrame(
        {
            "indicator": KEY,
            "area": ["MK05", "MK06"],
            "period": "2023-01",
            "value": [100, None],
            "state": ["value", "suppressed"],
            "low": [None, 1],
            "high": [None, 4],
        }
    )
    later = from_frame(frame, source="synthetic")
    table = bc.compare(baseline, later, areas={"both": ["MK05", "MK06"]}).table
    assert (table["verdict"].item(), table["reason"].item()) == ("decreased", None)
    assert table[["current", "change", "relative_change"]].isna().all(axis=None)
    assert table[["baseline", "current_low", "current_high"]].iloc[0].tolist() == [200, 101, 104]
    assert table[["change_low", "change_high"]].iloc[0].tolist() == [-99, -96]
    assert "; bounds; " in table["method"].item()


def test_a_bound_never_enters_arithmetic(tmp_path):
    baseline = own_baseline(tmp_path, [(KEY, "MK05", "2022-01", 100)])
    frame = pd.DataFrame(
        {"indicator": [KEY], "area": "MK05", "period": "2023-01", "value": [100], "status": "bound"}
    )
    found = bc.compare(baseline, from_frame(frame, source="synthetic"), areas=["MK05"])
    assert found.table.empty
    assert "only_a_bound" in found.unmatched["reason"].tolist()


def test_a_break_of_definition_is_not_comparable(tmp_path):
    key = "supplementary_sa_households"
    baseline = own_baseline(tmp_path, [(key, "MK06", "2022", 500)])
    found = bc.compare(baseline, later_rows([(key, "MK06", "2023", 400)]), areas=["MK06"])
    row = found.table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "rehabilitative-work-2023")
    assert row["change"] == -100
    assert row["reason"] in [event.id for event in found.touching_breaks]


def test_another_definition_is_not_comparable(tmp_path):
    baseline = own_baseline(tmp_path, [(KEY, "MK06", "2022-01", 500)])
    other = replace(
        catalogue()[KEY],
        definitions=dict.fromkeys(("fi", "sv", "en"), "Something else."),
        breakdowns=(),
    )
    changed = bc.indicators.Catalogue([other])
    later = later_rows([(KEY, "MK06", "2023-01", 400)], indicators=changed)
    row = bc.compare(baseline, later, areas=["MK06"]).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "definition")


def test_an_area_that_has_grown_by_a_merger_is_not_comparable(tmp_path):
    baseline = own_baseline(tmp_path, [(KEY, "KU507", "2022-01", 100)])
    row = bc.compare(
        baseline, later_rows([(KEY, "KU507", "2025-01", 120)]), areas=["KU507"]
    ).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "area.composition:KU588")


def test_quantiles_come_from_frequency_tables(tmp_path):
    item = replace(
        catalogue()["basic_sa_throughput_time_mean"], id="synthetic_median", kind="quantile"
    )
    own = bc.indicators.Catalogue([item])

    def rows(year, first, second):
        frame = pd.DataFrame(
            {
                "indicator": "synthetic_median",
                "area": ["MK05", "MK06"],
                "period": f"{year}-01",
                "frequencies": [first, second],
            }
        )
        return from_frame(frame, source="synthetic", indicators=own)

    baseline = bc.seal(rows(2022, "1:1;2:1", "9:3"), tmp_path, name="synthetic")
    later = rows(2023, "1:5", "2:1;9:3")
    row = bc.compare(baseline, later, areas={"both": ["MK05", "MK06"]}).table.iloc[0]
    assert (row["baseline"], row["current"], row["statistic"]) == (9.0, 1.0, "median")


def test_a_follow_up_of_two_years_is_compared_one_year_at_a_time(baseline):
    months = [*(f"2023-{month:02d}" for month in range(1, 13)), "2024-01"]
    rows = [(KEY, "MK06", month, 12_000) for month in months]
    with pytest.raises(ComparisonError, match=r"period\.duplicate") as caught:
        bc.compare(baseline, later_rows(rows), areas=["MK06"])
    assert "2023-01 and 2024-01" in str(caught.value)


def test_a_window_may_cross_the_turn_of_a_year(baseline):
    months = [*(f"2023-{month:02d}" for month in range(7, 13)), "2024-01", "2024-02"]
    later = later_rows([(KEY, "MK06", month, 12_000) for month in months])
    found = bc.compare(baseline, later, areas=["MK06"], indicators=[KEY]).table
    assert found["periods"].item() == "2022-01..2022-02, 2022-07..2022-12 | 2023-07..2024-02"


@pytest.mark.parametrize("level", ["workshop_area", "country", "YTA6", "MK99", "service_area"])
def test_levels_that_are_not_offered(baseline, regional, level):
    codes = {
        "workshop_area": "area.partition",
        "country": "area.role",
        "YTA6": "area.role",
        "MK99": "area.unknown",
        "service_area": "area.vintage",
    }
    with pytest.raises(AreaError) as caught:
        bc.compare(baseline, regional, areas=level)
    assert caught.value.code == codes[level]


def test_unknown_indicators_and_estimands_are_refused(baseline, regional):
    own = catalogue()[KEY].margin
    for more in (
        {"indicators": "nothing"},
        {"indicators": ["population"]},
        {"margins": {"x": own}},
    ):
        with pytest.raises(ComparisonError, match=r"indicator\.unknown"):
            bc.compare(baseline, regional, **more)
    with pytest.raises(ComparisonError, match=r"estimand\.unknown"):
        bc.compare(baseline, regional, estimand="census")


def test_the_series_holds_history_base_and_follow_up(result):
    series = result.series
    own = series[(series["indicator"] == KEY) & (series["area"] == "YTA2")]
    assert own["period"].iloc[0] == "2019-01"
    assert own["period"].iloc[-1] == "2023-11"
    assert own["window"].value_counts().to_dict() == {"history": 36, "base": 12, "follow_up": 11}
    row = result.table[(result.table["indicator"] == KEY) & (result.table["area"] == "YTA2")].iloc[
        0
    ]
    later = own[own["window"] == "follow_up"]["value"]
    assert later.mean() == pytest.approx(row["current"])


def test_summary_speaks_three_languages(registered):
    assert registered.summary("fi")[0] == (
        "Perustoimeentulotukea saaneet kotitaloudet (keskimäärin kuukaudessa). Vähentynyt: "
        "Itä-Suomi (−3,9\u00a0%), Sisä-Suomi (−4,0\u00a0%). Ei olennaista muutosta: "
        "Manner-Suomi (−2,0\u00a0%), Etelä-Suomi (−0,7\u00a0%), Länsi-Suomi (−1,5\u00a0%), "
        "Pohjois-Suomi (−2,7\u00a0%). Tammi–marraskuu 2023 verrattuna jaksoon tammi–marraskuu 2022."
    )
    assert "Minskat: Östra Finland (−3,9\u00a0%)" in registered.summary("sv")[0]
    assert "Decreased: Eastern Finland (−3.9%)" in registered.summary("en")[0]


def test_it_prints_itself_in_a_notebook(result):
    text = result._repr_html_()
    assert "<table" in text
    assert "Eastern Finland" in text
    assert result.settings.baseline_id in text


def with_break(baseline, **changes):
    """The baseline with one more event, in memory."""
    event = replace(baseline.breaks[0], id="own-event", effect="not_comparable", **changes)
    return replace(baseline, breaks=(*baseline.breaks, event))


def test_a_hard_break_in_a_member_reaches_every_sum_it_enters(baseline, regional):
    day = date(2023, 1, 1)
    broken = with_break(
        baseline, date_from=day, date_to=None, areas=("MK06",), indicators=("basic_sa_*",)
    )
    groups = {"with": ["MK06", "MK07"], "without": ["MK18", "MK19"]}
    for areas, hit in (("region", {"MK06"}), ("collaboration_area", {"YTA3"}), (groups, {"with"})):
        table = bc.compare(broken, regional, areas=areas).table
        marked = table[table["verdict"] == "not_comparable"]
        assert set(marked["area"]) == hit
        assert set(marked["reason"]) == {"own-event"}


def test_a_hard_break_in_a_part_reaches_the_computed_indicator(baseline, regional):
    broken = with_break(
        baseline, date_from=date(2023, 1, 1), date_to=None, areas=("*",), indicators=(KEY,)
    )
    table = bc.compare(broken, regional).table
    hit = set(table.loc[table["verdict"] == "not_comparable", "indicator"])
    assert hit == {KEY, "basic_sa_households_per_1000", "basic_sa_households_new_share"}


def test_another_definition_of_a_part_reaches_the_computed_indicator(baseline, fixtures):
    other = dict.fromkeys(("fi", "sv", "en"), "Something else.")
    items = {**catalogue(), KEY: replace(catalogue()[KEY], definitions=other)}
    later = bc.read_measurements(
        fixtures / "recipients_2023.csv",
        source="kela-recipients",
        indicators=bc.indicators.Catalogue(items.values()),
    )
    table = bc.compare(baseline, later).table
    hit = set(table.loc[table["verdict"] == "not_comparable", "indicator"])
    assert hit == {KEY, "basic_sa_households_per_1000", "basic_sa_households_new_share"}


def test_a_merged_municipality_in_a_group_is_not_comparable(tmp_path):
    baseline = own_baseline(tmp_path, [(KEY, "KU507", "2022-01", 100)])
    later = later_rows([(KEY, "KU507", "2025-01", 150)])
    row = bc.compare(baseline, later, areas={"own": ["KU507"]}).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "area.composition:KU588")


def test_a_break_within_a_window_across_the_turn_of_a_year_is_found(baseline):
    months = [*(f"2023-{month:02d}" for month in range(7, 13)), "2024-01", "2024-02", "2024-03"]
    later = later_rows([(KEY, "MK06", month, 12_000) for month in months])
    broken = with_break(
        baseline, date_from=date(2024, 2, 1), date_to=None, areas=("*",), indicators=(KEY,)
    )
    row = bc.compare(broken, later, areas=["MK06"], indicators=KEY).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "own-event")


def test_one_bare_share_does_not_spoil_the_shares_of_others(tmp_path):
    key = "basic_sa_rejected_decisions_share"

    def rows(year):
        return from_frame(
            pd.DataFrame(
                {
                    "indicator": key,
                    "area": ["MK06", "MK07", "MK18"],
                    "period": f"{year}-01",
                    "numerator": [1, 2, None],
                    "denominator": [10, 10, None],
                    "value": [None, None, 0.3],
                }
            ),
            source="synthetic",
        )

    baseline = bc.seal(rows(2022), tmp_path, name="synthetic")
    table = bc.compare(baseline, rows(2023), areas="region", estimand="finite").table
    assert table["baseline"].tolist() == [0.1, 0.2, 0.3]
    assert table["statistic"].tolist() == ["ratio_of_sums", "ratio_of_sums", "value"]
    assert set(table["verdict"]) == {"no_relevant_change"}


def test_counts_on_one_side_meet_a_bare_share_on_the_other(tmp_path):
    key = "basic_sa_rejected_decisions_share"
    frame = pd.DataFrame(
        {"indicator": [key], "area": "MK06", "period": "2022-01", "numerator": 1, "denominator": 4}
    )
    baseline = bc.seal(from_frame(frame, source="synthetic"), tmp_path, name="synthetic")
    row = bc.compare(baseline, later_rows([(key, "MK06", "2023-01", 0.5)]), areas=["MK06"]).table
    assert (row["baseline"].item(), row["current"].item()) == (0.25, 0.5)


def test_a_share_of_nothing_has_a_reason(tmp_path):
    columns = ["indicator", "area", "period", "value"]

    def rows(year, new, every):
        return [(f"{KEY}_new", "MK06", f"{year}-01", new), (KEY, "MK06", f"{year}-01", every)]

    frame = pd.DataFrame(rows(2022, 0, 0), columns=columns)
    baseline = bc.seal(from_frame(frame, source="synthetic"), tmp_path, name="synthetic")
    table = bc.compare(baseline, later_rows(rows(2023, 1, 2)), areas=["MK06"]).table
    row = table.set_index("indicator").loc[f"{KEY}_new_share"]
    assert (row["verdict"], row["reason"]) == ("insufficient", "zero_denominator")
    assert pd.isna(row["baseline"])


def test_rows_of_the_base_year_in_the_follow_up_are_listed(baseline):
    months = [*(f"2022-{month:02d}" for month in range(1, 13)), "2023-01"]
    later = later_rows([(KEY, "MK06", month, 12_000) for month in months])
    found = bc.compare(baseline, later, areas=["MK06"], indicators=KEY)
    early = found.unmatched[found.unmatched["reason"] == "not_after_baseline"]
    assert early["periods"].tolist() == ["2022-01..2022-12"]
    assert len(found.table) == 1


@pytest.mark.parametrize("status", ["provisional", "approximate"])
def test_statuses_that_weaken_a_figure_are_remarked(baseline, status, tmp_path):
    frame = pd.DataFrame(
        {"indicator": [KEY], "area": "MK06", "period": "2023-01", "value": 9, "status": status}
    )
    found = bc.compare(baseline, from_frame(frame, source="synthetic"), areas=["MK06"])
    assert f"status.{status}" in {remark.code for remark in found.remarks}
    page = bc.write_report(found, tmp_path / "page.html", language="sv").read_text(encoding="utf-8")
    words = {"provisional": "preliminära", "approximate": "ungefärliga"}
    assert words[status] in page


def test_population_of_some_regions_leaves_counts_and_other_areas_standing(baseline):
    regions = [area.code for area in baseline.areas.at_level("region", vintage=2022)][:18]
    rows = [(KEY, code, "2024-01", 1_000) for code in regions]
    rows += [("population", code, "2023", 100_000) for code in regions if code != "MK05"]
    found = bc.compare(baseline, later_rows(rows))
    rates = found.table[found.table["indicator"] == "basic_sa_households_per_1000"]
    assert len(found.table[found.table["indicator"] == KEY]) == 5
    assert rates["area"].tolist() == ["YTA1", "YTA2", "YTA4", "YTA5"]
    missing = found.unmatched[found.unmatched["reason"] == "no_population"]
    assert missing[["area", "detail"]].to_numpy().tolist() == [["YTA3", "MK05"]]


def test_figures_of_a_county_meet_those_of_its_region(baseline):
    rows = [(KEY, "HVA08", f"2023-{month:02d}", 12_000) for month in (1, 2)]
    found = bc.compare(baseline, later_rows(rows), areas=["HVA08", "MK06"], indicators=KEY)
    single = bc.compare(
        baseline,
        later_rows([(KEY, "MK06", r[2], r[3]) for r in rows]),
        areas=["MK06"],
        indicators=KEY,
    )
    assert found.table["area"].tolist() == ["HVA08", "MK06"]
    assert found.table["baseline"].tolist() == [single.table["baseline"].item()] * 2
    assert found.series["window"].value_counts()["follow_up"] == 4


def test_areas_that_nothing_is_taken_from_are_listed(baseline, follow_up):
    found = bc.compare(baseline, follow_up, areas=["YTA5"], indicators=KEY)
    unused = found.unmatched[found.unmatched["reason"] == "area_not_used"]["detail"].item()
    assert "FI-MAINLAND" in unused
    assert "MK19" not in unused


def test_a_rate_names_the_source_of_its_population(result):
    sources = result.table.set_index("indicator")["source"]
    assert set(sources["basic_sa_households_per_1000"]) == {"geofi, kela-koronamittarit"}
    assert set(sources[KEY]) == {"kela-koronamittarit"}


def test_different_windows_have_a_sentence_each(baseline):
    rows = [
        (KEY, "MK06", "2023-01", None, "not_available"),
        (KEY, "MK06", "2023-02", 10_000, "value"),
    ]
    rows += [(KEY, "MK18", f"2023-{month:02d}", 1_000, "value") for month in (1, 2)]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value", "state"])
    later = from_frame(frame, source="synthetic")
    found = bc.compare(baseline, later, areas=["MK06", "MK18"], indicators=KEY)
    first, second = found.summary("en")
    assert "Pirkanmaa" in first
    assert "February 2023 compared with February 2022." in first
    assert "Kainuu" in second
    assert "January–February 2023" in second


def test_a_hidden_follow_up_can_be_printed_and_reported(baseline, tmp_path):
    frame = pd.DataFrame(
        {
            "indicator": KEY, "area": ["MK06", "MK18"], "period": "2023-01", "value": [None, 1_000],
            "state": ["suppressed", "value"], "low": [1, None], "high": [4, None],
        }
    )  # fmt: skip
    found = bc.compare(baseline, from_frame(frame, source="synthetic"), areas=["MK06", "MK18"])
    assert "decreased: Pirkanmaa (−100.0%)" in repr(found)
    page = bc.write_report(found, tmp_path / "page.html", language="fi").read_text(encoding="utf-8")
    assert "1–4" in page
    assert "peitetyt luvut ovat mukana ala- ja ylärajoinaan" in page


def test_means_have_a_report_with_their_trend(tmp_path):
    key = "basic_sa_throughput_time_mean"

    def rows(year):
        frame = pd.DataFrame(
            {
                "indicator": key, "area": "MK06", "n": 10, "sum": [90 + year % 100, 120],
                "period": [f"{year}-01", f"{year}-02"],
            }
        )  # fmt: skip
        return from_frame(frame, source="synthetic")

    baseline = bc.seal(rows(2022), tmp_path, name="synthetic")
    found = bc.compare(baseline, rows(2023), areas=["MK06"])
    assert found.series["value"].tolist() == pytest.approx([11.2, 12.0, 11.3, 12.0])
    page = bc.write_report(found, tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "koronamittarit" not in page


@pytest.mark.parametrize(
    "groups",
    [
        {"": ["MK06"]},
        {"\u200b ": ["MK06"]},
        {"MK18": ["MK06"]},
        {"a": "MK06"},
        {"a": []},
    ],
)
def test_groups_with_unreadable_names_or_without_members_are_refused(baseline, regional, groups):
    with pytest.raises(AreaError, match=r"area\.partition"):
        bc.compare(baseline, regional, areas=groups)


def test_wrong_arguments_are_told(baseline, regional):
    with pytest.raises(ComparisonError, match="a Baseline and then Measurements"):
        bc.compare(regional, baseline)
    with pytest.raises(AreaError, match="Did you mean 'collaboration_area'"):
        bc.compare(baseline, regional, areas="collaboration_areas")
    with pytest.raises(AreaError, match="The levels are collaboration_area"):
        bc.compare(baseline, regional, areas="maakunta")
    with pytest.raises(AreaError, match="Codes are written in capitals: MK06"):
        bc.compare(baseline, regional, areas="mk06")
    with pytest.raises(ComparisonError, match="expected a Margin"):
        bc.compare(baseline, regional, margins={KEY: 0.05})


def test_a_follow_up_of_hidden_figures_alone_is_no_crash(baseline):
    frame = pd.DataFrame(
        {
            "indicator": [KEY], "area": "MK06", "period": "2023-01", "state": "suppressed",
            "low": 1, "high": 4, "status": "provisional",
        }
    )  # fmt: skip
    found = bc.compare(baseline, from_frame(frame, source="synthetic"), areas=["MK06"])
    assert set(found.table["registered"]) == {"decreased"}
    assert found.table["current"].isna().all()
    assert "status.provisional" not in {remark.code for remark in found.remarks}
