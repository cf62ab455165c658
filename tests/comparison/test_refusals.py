"""What a comparison refuses: gaps, overlaps, wrong roles, other members, sums of persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.areas import Group, registry
from baseline_compare.baselines.release import Baseline
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.targets import Areas
from baseline_compare.measurements import Measurements, from_frame

FIXTURES = Path(__file__).parents[2] / "fixtures"
COUNT = "basic_sa_households"
CLAIMS = "basic_sa_review_claims_decided"
SUPPLEMENTARY = "supplementary_sa_households"
REGIONS = [
    area.code for area in registry().at_level("region", vintage=2022) if area.role != "aland"
]
NORTH = ["MK16", "MK17", "MK18", "MK19"]
SOUTH_SAVO = sorted(registry().municipalities("HVA12", vintage=2022))
SOUTH_SAVO_LATER = [code for code in SOUTH_SAVO if code != "KU588"]


@cache
def shipped() -> Baseline:
    return bc.load_baseline("2022")


@cache
def later() -> Measurements:
    return bc.read_measurements(FIXTURES / "recipients_2023.csv", source="kela-recipients")


def rows(indicator: str, areas: list[str], periods: list[str], number: float = 100) -> pd.DataFrame:
    keys = [(indicator, area, period) for area in areas for period in periods]
    return pd.DataFrame(keys, columns=["indicator", "area", "period"]).assign(value=number)


def months(year: int, *numbers: int) -> list[str]:
    return [f"{year}-{number:02d}" for number in numbers]


def entered(*tables: pd.DataFrame) -> Measurements:
    return from_frame(pd.concat(tables, ignore_index=True), source="my-register")


def sealed(folder: Path, *tables: pd.DataFrame, base_year: int = 2022) -> Baseline:
    return bc.seal(entered(*tables), folder, name="mine", base_year=base_year)


def without(area: str, period: str = "") -> Measurements:
    """Give the follow-up without the rows of an area, or without one of its months."""
    table = later().table
    table = table[table["indicator"] == COUNT]
    gone = (table["area"] == area) & (table["period"].str.startswith(period))
    return from_frame(table[~gone].drop(columns=["file", "place"]), source="my-register")


def without_both() -> Measurements:
    table = without("MK06").table
    kept = table[table["area"] != "MK19"].drop(columns=["file", "place"])
    return from_frame(kept, source="my-register")


def against_shipped(measurements: Callable[[], Measurements], areas: Areas) -> Comparison:
    return bc.compare(shipped(), measurements(), areas=areas, indicators=[COUNT])


def municipal(
    folder: Path, areas: Areas, *, codes: list[str] = SOUTH_SAVO_LATER, year: int = 2025
) -> Comparison:
    """Compare the municipalities of South Savo in 2022 with those of 2025: one has merged."""
    baseline = sealed(folder, rows(COUNT, SOUTH_SAVO, months(2022, 1, 2)))
    follow_up = entered(rows(COUNT, codes, months(year, 1, 2)))
    return bc.compare(baseline, follow_up, areas=areas)


def two_years(indicator: str, area: str, periods: list[str], base: list[str], folder: Path) -> None:
    baseline = sealed(folder, rows(indicator, [area], base))
    bc.compare(baseline, entered(rows(indicator, [area], periods)), areas=[area])


def persons(folder: Path, areas: Areas) -> Comparison:
    baseline = sealed(folder, rows(SUPPLEMENTARY, REGIONS, ["2022"]))
    follow_up = entered(rows(SUPPLEMENTARY, REGIONS, ["2023"], 110))
    return bc.compare(baseline, follow_up, areas=areas)


@dataclass(frozen=True)
class Refused:
    """A comparison that must be refused: the row of the contract, the code and the words."""

    row: int
    name: str
    make: Callable[[Path], object]
    code: str
    words: tuple[str, ...]


GROUPS: Mapping[str, object] = {
    "same-region-twice": {"North": ["MK19", "MK19"]},
    "region-in-two-groups": {"North": ["MK19"], "Lapland": ["MK19"]},
    "county-inside-a-region": {"Tampere": ["MK06"], "County": ["HVA08"]},
    "municipality-inside-a-region": {"Uusimaa": ["MK01"], "Helsinki": ["KU091"]},
}
REFUSED = [
    Refused(53, "region-missing", lambda _: against_shipped(lambda: without("MK06"),
        "collaboration_area"), "coverage.missing", ("column areas: [coverage.missing] expected all "
        "3 members (region) of YTA3, found no row of MK06 in the follow-up. Add the rows, as a sum "
        "without them would be too small, or ask for smaller areas, for example areas='region' "
        "(--areas region).",)),
    Refused(53, "last-month-of-one-region", lambda _: against_shipped(lambda: without("MK19",
        "2023-11"), "collaboration_area"), "coverage.missing", ("rows of all", "members in 2023-11"
        ", found no row of MK19 in the follow-up")),
    Refused(53, "two-regions", lambda _: against_shipped(without_both, "mainland"),
        "coverage.missing", ("found no row of MK06, MK19 in the follow-up",)),
    Refused(53, "region-of-an-own-group", lambda _: against_shipped(lambda: without("MK06",
        "2023-11"), {"Inland": ["MK06", "MK13"]}), "coverage.missing", ("rows of all 2 members in "
        "2023-11, found no row of MK06 in the follow-up",)),
    Refused(53, "municipality-of-a-county", lambda folder: municipal(folder, ["HVA12"],
        codes=SOUTH_SAVO[1:], year=2024), "coverage.missing",
        (f"found no row of {SOUTH_SAVO[0]} in the follow-up",)),
    *(
        Refused(55, name, lambda _, groups=groups: against_shipped(later, groups),
            "area.partition", ("column areas: [area.partition] expected each municipality in one "
            "group once, found KU", "Take it out of one of them."))
        for name, groups in GROUPS.items()
    ),
    Refused(55, "workshop-areas", lambda _: against_shipped(later, "workshop_area"),
        "area.partition", ("found workshop_area. Name single areas: the six may overlap",)),
    Refused(55, "workshop-areas-among-others", lambda _: against_shipped(later, ["region",
        "workshop_area"]), "area.partition", ("found workshop_area",)),
    Refused(55, "empty-group", lambda _: against_shipped(later, {"Nothing": []}),
        "area.partition", ("expected a list of area codes, found Nothing: []. List the codes.",)),
    Refused(55, "text-for-a-list", lambda _: against_shipped(later, {"North": "MK19"}),
        "area.partition", ("found North: 'MK19'",)),
    Refused(55, "two-mappings-overlap", lambda _: against_shipped(later, ["region", {"A": Group(
        codes=["MK06"])}, {"B": ["HVA08"]}]), "area.partition", ("expected each municipality in "
        "one group once, found KU", "in B (HVA08) and in A. Take it out of one of them.")),
    Refused(55, "twice-in-one-named-group", lambda _: against_shipped(later, {"North": Group(
        codes=["MK19", "KU698"])}), "area.partition", ("found KU698 in North (KU698) and in "
        "North.",)),
    Refused(55, "name-of-two-groups", lambda _: against_shipped(later, [{"A": ["MK06"]}, {"A": [
        "MK07"]}]), "area.partition", ("expected each name once, found A. Give one of the groups "
        "another name.",)),
    Refused(55, "name-that-is-a-code", lambda _: against_shipped(later, {"MK06": Group(codes=[
        "MK07"])}), "area.partition", ("expected a name of one's own, found MK06. Give the group "
        "a name that is no code.",)),
    Refused(55, "name-that-is-a-level", lambda _: against_shipped(later, {"county": ["MK07"]}),
        "area.partition", ("a name of one's own, found county",)),
    Refused(55, "group-without-codes", lambda _: Group(codes=[]), "area.partition",
        ("expected a list of area codes, found []. List the codes.",)),
    Refused(55, "group-of-text", lambda _: Group(codes="MK06"), "area.partition",
        ("found 'MK06'",)),
    Refused(55, "group-without-a-swedish-name", lambda _: Group(codes=["MK06"], names={"fi":
        "A", "en": "B", "sv": " "}), "area.partition", ("expected a name in fi, sv, en, found none "
        "in sv. Name the group in each language, or leave names out.",)),
    Refused(55, "group-with-a-norwegian-name", lambda _: Group(codes=["MK06"], names=dict.fromkeys(
        ("fi", "sv", "en", "no"), "A")), "area.partition", ("found fi, sv, en, no",)),
    Refused(55, "group-without-a-key", lambda _: against_shipped(later, [Group(codes=["MK06"])]),
        "area.partition", ("expected a level, the code of an area, or groups by name", "Write a "
        "group as {'name': Group(codes=[...])}.")),
    Refused(57, "åland-in-a-named-group", lambda _: against_shipped(later, {"A": Group(codes=[
        "KU478"])}), "area.role", ("found KU478",)),
    Refused(54, "unknown-area-in-a-named-group", lambda _: against_shipped(later, {"A": Group(
        codes=["MK99"])}), "area.unknown", ("found 'MK99'. The nearest: MK19 Lapland",)),
    Refused(57, "åland-county", lambda _: against_shipped(later, "HVA91"), "area.role",
        ("expected an area of the mainland, found HVA91", "Åland has its own act and is left out "
        "of every comparison.")),
    Refused(57, "åland-region-in-a-group", lambda _: against_shipped(later, {"Islands": ["MK21"]}),
        "area.role", ("found MK21",)),
    Refused(57, "mariehamn", lambda _: against_shipped(later, ["MK19", "KU478"]), "area.role",
        ("found KU478",)),
    Refused(57, "whole-country", lambda _: against_shipped(later, "FI"), "area.role",
        ("found FI. Use 'mainland': Kela pays no social assistance on Åland.",)),
    Refused(57, "level-country", lambda _: against_shipped(later, "country"), "area.role",
        ("found country",)),
    Refused(57, "helsinki-as-a-county", lambda _: registry().find("HVA90",
        role="wellbeing_services_county"), "area.role", ("[area.role] expected an area in the role "
        "'wellbeing_services_county', found HVA90", "whose role is 'city'. Helsinki is a city and "
        "Åland has its own act: neither is a reform county.")),
    Refused(57, "åland-as-a-county", lambda _: registry().find("Ahvenanmaa", level="county",
        role="wellbeing_services_county"), "area.role", ("found HVA91", "whose role is 'aland'")),
    Refused(54, "unknown-area", lambda _: against_shipped(later, "HVA99"), "area.unknown",
        ("found 'HVA99'",)),
    Refused(54, "area-of-a-later-year", lambda _: against_shipped(later, "KELASA1"),
        "area.vintage", ("found KELASA1",)),
    Refused(54, "level-of-a-later-year", lambda _: against_shipped(later, "service_area"),
        "area.vintage", ("found service_area, which did not exist in 2022",)),
    Refused(58, "county", lambda folder: municipal(folder, ["HVA12"]), "area.composition",
        ("column areas: [area.composition] expected the same members of HVA12 both times, found "
        "KU588 merged into KU507 on 2025-01-01. Bring the follow-up by region or county, whose "
        "borders did not change, or convert the baseline: baseline.at_vintage(2025).",)),
    Refused(58, "region", lambda folder: municipal(folder, ["MK10"]), "area.composition",
        ("the same members of MK10 both times", "KU588 merged into KU507")),
    Refused(58, "own-group", lambda folder: municipal(folder, {"Savo": ["HVA12"]}),
        "area.composition", ("the same members of Savo both times",)),
    Refused(58, "every-county", lambda folder: municipal(folder, "county"), "area.composition",
        ("the same members of HVA12 both times",)),
    Refused(80, "month-of-two-years", lambda folder: two_years(COUNT, "MK06", months(2023, *range(1,
        13)) + months(2024, 1), months(2022, 1), folder), "period.duplicate", ("[period.duplicate] "
        "expected each month or week of basic_sa_households in one follow-up year, found 2023-01 "
        "and 2024-01. Compare one year at a time: measurements.select(first=..., last=...).",)),
    Refused(80, "week-of-two-years", lambda folder: two_years("basic_sa_applications_received",
        "FI-MAINLAND", [f"2023-W{week:02d}" for week in range(1, 53)] + ["2024-W01"], ["2022-W01"],
        folder), "period.duplicate", ("found 2023-W01 and 2024-W01",)),
    Refused(80, "two-years-of-an-annual-count", lambda folder: two_years(SUPPLEMENTARY, "MK06",
        ["2023", "2024"], ["2022"], folder), "period.duplicate", ("found 2023 and 2024",)),
    Refused(80, "months-and-the-year", lambda folder: two_years(CLAIMS, "FI-MAINLAND", ["2023",
        "2023-01"], ["2022", "2022-01"], folder), "period.duplicate", ("expected one kind of "
        f"period for {CLAIMS}, found month and year. Leave one of them out of the follow-up",)),
    Refused(81, "collaboration-areas", lambda folder: persons(folder, "collaboration_area"),
        "aggregate.unique_persons", ("[aggregate.unique_persons] expected rows of the areas "
        f"themselves for {SUPPLEMENTARY}, found rows of their parts (region). Bring the figure of "
        "the larger area: a household or person counts in every area it lived in, so areas do not "
        "add up; of MK01, MK07, MK08, MK09 together it lies between 110, the largest part, and "
        "440, their sum, in 2023.",)),
    Refused(81, "mainland", lambda folder: persons(folder, "mainland"),
        "aggregate.unique_persons", ("found rows of their parts (region)",)),
    Refused(81, "own-group", lambda folder: persons(folder, {"Inland": ["MK06", "MK13"]}),
        "aggregate.unique_persons", ("found rows of their parts",)),
    Refused(106, "indicator-unknown", lambda _: bc.compare(shipped(), later(),
        indicators=["basic_sa_houses"]), "indicator.unknown", ("found 'basic_sa_houses'. Choose "
        "among these; a denominator is not compared by itself.",)),
    Refused(106, "indicator-a-denominator", lambda _: bc.compare(shipped(), later(),
        indicators=["population"]), "indicator.unknown", ("found 'population'",)),
]  # fmt: skip

ROW_VARIANTS = [(case.row, f"compare-{case.name}") for case in REFUSED]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"row-{case.row}-{case.name}")
def test_a_comparison_that_would_mislead_is_refused(case: Refused, tmp_path: Path) -> None:
    with pytest.raises(bc.BaselineCompareError) as caught:
        case.make(tmp_path)
    assert caught.value.code == case.code
    for words in case.words:
        assert words in str(caught.value)


def test_the_whole_follow_up_gives_the_sum_of_its_regions() -> None:
    table = against_shipped(later, "collaboration_area").table
    own = later().table.query("indicator == @COUNT and area in @NORTH")
    north = table.query("area == 'YTA5'").iloc[0]
    assert north["current"] == pytest.approx(own["value"].sum() / 11)
    assert table["coverage"].tolist() == [1.0] * 5


def test_a_collaboration_area_without_any_row_is_listed_and_not_summed() -> None:
    follow_up = later().select(areas=[code for code in REGIONS if code not in NORTH])
    result = against_shipped(lambda: follow_up, "collaboration_area")
    assert "YTA5" not in result.table["area"].tolist()
    listed = result.unmatched.query("area == 'YTA5'")
    assert listed["reason"].tolist() == ["no_follow_up"]


def test_a_month_that_one_region_has_not_published_is_left_out_of_both_sides() -> None:
    table = later().table.query("indicator == @COUNT").drop(columns=["file", "place"])
    hidden = (table["area"] == "MK19") & (table["period"] == "2023-11")
    table.loc[hidden, "value"] = np.nan
    table.loc[hidden, "state"] = "not_available"
    result = against_shipped(lambda: from_frame(table, source="my-register"), "collaboration_area")
    periods = result.table.set_index("area")["periods"]
    assert periods["YTA5"] == "2022-01..2022-10 | 2023-01..2023-10"
    assert periods["YTA1"] == "2022-01..2022-11 | 2023-01..2023-11"
    assert "cell_not_available" in result.unmatched.query("area == 'YTA5'")["reason"].tolist()


def test_groups_that_touch_without_overlap_are_compared() -> None:
    groups = {"North": ["MK19", "MK18"], "South": ["MK01"]}
    assert against_shipped(later, groups).table["area"].tolist() == ["North", "South"]


def test_åland_is_left_out_of_every_level() -> None:
    table = against_shipped(later, "region").table
    assert table["area"].tolist() == REGIONS


def test_helsinki_is_found_as_a_city() -> None:
    assert registry().find("HVA90", role="city").code == "HVA90"
    assert registry().find("Pirkanmaa", level="county", role="wellbeing_services_county")


def test_a_municipality_that_has_grown_is_not_comparable(tmp_path: Path) -> None:
    result = municipal(tmp_path, ["KU507", "KU213"])
    verdicts = result.table.set_index("area")[["verdict", "reason"]]
    assert verdicts.loc["KU507"].tolist() == ["not_comparable", "area.composition:KU588"]
    assert verdicts.loc["KU213", "verdict"] == "no_relevant_change"


def test_a_group_that_lost_a_member_is_listed_and_not_summed(tmp_path: Path) -> None:
    result = municipal(tmp_path, {"Both": ["KU507", "KU588"]})
    assert result.table.empty
    listed = result.unmatched.query("area == 'Both'")
    assert listed[["reason", "detail"]].to_numpy().tolist() == [["no_follow_up", "KU588"]]


def test_the_same_municipalities_of_2024_are_compared(tmp_path: Path) -> None:
    baseline = sealed(tmp_path, rows(COUNT, SOUTH_SAVO, ["2022-01"]))
    follow_up = entered(rows(COUNT, SOUTH_SAVO, ["2024-01"], 110))
    table = bc.compare(baseline, follow_up, areas=["HVA12"]).table
    assert table["current"].tolist() == [110 * len(SOUTH_SAVO)]


def test_one_year_of_two_is_compared_when_it_is_selected(tmp_path: Path) -> None:
    baseline = sealed(tmp_path, rows(COUNT, ["MK06"], months(2022, 1)))
    both = entered(rows(COUNT, ["MK06"], months(2023, *range(1, 13)) + months(2024, 1)))
    result = bc.compare(baseline, both.select(first="2024-01"), areas=["MK06"])
    assert result.table["periods"].tolist() == ["2022-01 | 2024-01"]


def test_households_that_do_not_add_up_are_compared_area_by_area(tmp_path: Path) -> None:
    table = persons(tmp_path, "region").table
    assert table["area"].tolist() == REGIONS
    assert set(table["current"]) == {110}
    assert table["method"].str.contains("own_rows").all()


def test_named_groups_among_levels_are_named_in_every_language(tmp_path: Path) -> None:
    names = {"fi": "Kaksoset", "sv": "Tvillingar", "en": "Twins"}
    twins = Group(codes=["MK18", "MK19"], names=names, source="the evaluator")
    result = against_shipped(later, ["collaboration_area", {"TWIN": twins, "WEST": ["MK02"]}])
    assert result.table["area"].tolist()[-2:] == ["TWIN", "WEST"]
    assert result.settings.areas == "collaboration_area, TWIN: MK18+MK19; WEST: MK02"
    for language, name in names.items():
        assert name in result.display_table(language).to_string()
        page = bc.write_report(result, tmp_path / f"{language}.html", language=language)
        text = page.read_text(encoding="utf-8")
        assert name in text
        assert "the evaluator" in text
        assert "MK18, MK19" in text
    own = result.table.set_index("area")["current"]
    plain = against_shipped(later, {"TWIN": ["MK18", "MK19"]}).table.set_index("area")["current"]
    assert own["TWIN"] == plain["TWIN"]


def test_a_group_of_another_baseline_vintage_has_its_members_of_then(tmp_path: Path) -> None:
    baseline = sealed(tmp_path, rows(COUNT, SOUTH_SAVO, ["2022-01"])).at_vintage(2025)
    follow_up = entered(rows(COUNT, SOUTH_SAVO_LATER, ["2025-01"], 110))
    result = bc.compare(baseline, follow_up, areas={"A": Group(codes=["HVA12"])})
    assert result.table["baseline"].tolist() == [100 * len(SOUTH_SAVO)]
    with pytest.raises(bc.BaselineCompareError, match=r"area\.vintage.*found KU588"):
        bc.compare(baseline, follow_up, areas={"A": ["KU588", "KU507"]})
