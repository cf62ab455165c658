"""Figures of the main job: published ones, and every one of them computed a second way."""

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import baseline_compare as bc

HOUSEHOLDS = {  # mean per month January-November, 2022 and 2023 (Kela, koronamittarit; sums)
    "FI-MAINLAND": (129_129, 126_566),
    "YTA1": (61_799, 61_379),
    "YTA2": (19_678, 18_906),
    "YTA3": (20_015, 19_208),
    "YTA4": (15_189, 14_960),
    "YTA5": (12_447, 12_112),
}
RATES = {  # households per 1,000, populations of 31.12.2021 and 31.12.2022
    "FI-MAINLAND": (23.40, 22.87),
    "YTA1": (28.00, 27.62),
    "YTA2": (24.12, 23.25),
    "YTA3": (22.50, 21.51),
    "YTA4": (17.38, 17.11),
    "YTA5": (17.02, 16.58),
}
REGIONS_OF = {
    "YTA1": ("01", "07", "08", "09"),
    "YTA2": ("10", "11", "12", "13"),
    "YTA3": ("05", "06", "14"),
    "YTA4": ("02", "04", "15"),
    "YTA5": ("16", "17", "18", "19"),
}


def row_of(result: bc.Comparison, indicator: str, area: str):
    table = result.table
    return table[(table["indicator"] == indicator) & (table["area"] == area)].iloc[0]


@pytest.mark.parametrize("area", HOUSEHOLDS)
def test_households_are_the_published_ones(result, area):
    row = row_of(result, "basic_sa_households", area)
    assert (round(row["baseline"]), round(row["current"])) == HOUSEHOLDS[area]


@pytest.mark.parametrize("area", RATES)
def test_rates_use_the_population_at_the_end_of_the_year_before(result, area):
    row = row_of(result, "basic_sa_households_per_1000", area)
    found = (round(1000 * row["baseline"], 2), round(1000 * row["current"], 2))
    assert found == RATES[area]
    assert "population_end_of_previous_year" in row["method"]


def test_the_mainland_is_taken_from_its_own_rows_or_summed_but_never_mixed(
    baseline, follow_up, regional
):
    own, summed = (
        row_of(bc.compare(baseline, later, areas="mainland"), "basic_sa_households", "FI-MAINLAND")
        for later in (follow_up, regional)
    )
    assert (round(own["baseline"]), round(own["current"])) == (129_129, 126_566)
    assert (round(summed["baseline"]), round(summed["current"])) == (129_128, 126_565)
    assert "own_rows" in own["method"]
    assert "sum_of_region" in summed["method"]


@pytest.fixture(scope="module")
def raw(fixtures: Path) -> dict[str, dict[tuple[str, str], int]]:
    """The figures straight from the files, with the csv module and integers only."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    codes = {}
    areas = Path(bc.__file__).parent / "data" / "areas.csv"
    with areas.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["level"] == "region":
                codes[row["name_fi"]] = row["code"]
    for name in ("baseline_2022/recipients_by_region.csv", "recipients_2023.csv"):
        with (fixtures / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                unit = {"Saajat": "persons", "Saajakotitaloudet": "households"}[row["type"]]
                kind = "new" if row["variable"] == "uudet saajat" else "previous"
                key = (codes[row["alue"]], f"{row['vuosi']}-{int(row['kuukausi']):02d}")
                value = int(row["val"])
                found[f"basic_sa_{unit}_{kind}"][key] = value
                total = found[f"basic_sa_{unit}"]
                total[key] = total.get(key, 0) + value
    tidy = ("baseline_2022/applications.csv", "baseline_2022/population.csv", "follow_up_2023.csv")
    for name in tidy:
        with (fixtures / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["indicator"] in ("population", "basic_sa_applications_received"):
                    found[row["indicator"]][row["area"], row["period"]] = int(row["value"])
    return found


def second_way(raw, indicator: str, area: str, year: int) -> Fraction:
    """The value of an indicator in exact fractions, by loops."""
    regions = [f"MK{number}" for number in REGIONS_OF[area]]

    def total(key: str, period: str) -> int:
        return sum(raw[key][region, period] for region in regions)

    months = [f"{year}-{month:02d}" for month in range(1, 12)]
    if indicator == "basic_sa_applications_received":
        weeks = [f"{year}-W{week:02d}" for week in range(1, 52)]
        return Fraction(sum(total(indicator, week) for week in weeks), len(weeks))
    if indicator.endswith("_new_share"):
        base = indicator.removesuffix("_new_share")
        new = sum(total(f"{base}_new", month) for month in months)
        return Fraction(new, sum(total(base, month) for month in months))
    if indicator.endswith("_per_1000"):
        base = indicator.removesuffix("_per_1000")
        people = total("population", str(year - 1))
        return Fraction(sum(total(base, month) for month in months), people * len(months))
    return Fraction(sum(total(indicator, month) for month in months), len(months))


def test_every_row_agrees_with_a_second_computation(result, raw):
    table = result.table[result.table["area"].isin(REGIONS_OF)]
    assert table["indicator"].nunique() == 11
    for row in table.to_dict("records"):
        before, after = (second_way(raw, row["indicator"], row["area"], y) for y in (2022, 2023))
        assert row["baseline"] == pytest.approx(float(before), rel=1e-14)
        assert row["current"] == pytest.approx(float(after), rel=1e-14)
        assert row["change"] == pytest.approx(float(after - before), abs=1e-9)
        assert row["relative_change"] == pytest.approx(float(after / before - 1), abs=1e-13)
        expected = "no_relevant_change"
        if row["scale"] == "ratio":
            if after / before >= Fraction(103, 100):
                expected = "increased"
            elif after / before <= Fraction(100, 103):
                expected = "decreased"
        elif abs(after - before) >= Fraction(1, 100):
            expected = "increased" if after > before else "decreased"
        assert row["registered"] == expected, row


def test_twelve_months_of_the_baseline_year(baseline, raw):
    """Means of 2022 and populations as the domain's own check values have them."""
    expected = {
        "YTA1": (61_791.7, 95_653.1, 632_149, 27.99, 43.33),
        "YTA2": (19_673.8, 26_620.8, 205_037, 24.11, 32.62),
        "YTA3": (19_989.7, 27_721.5, 215_384, 22.47, 31.17),
        "YTA4": (15_196.5, 22_422.8, 169_082, 17.39, 25.66),
        "YTA5": (12_454.3, 17_040.1, 137_866, 17.03, 23.30),
    }
    frame = baseline.measurements.table
    frame = frame[(frame["period"] >= "2022") & (frame["period"] < "2023")]
    people = {"YTA1": 0}
    for area, (households, persons, applications, rate, person_rate) in expected.items():
        regions = [f"MK{number}" for number in REGIONS_OF[area]]
        own = frame[frame["area"].isin(regions)]
        sums = own.groupby("indicator")["value"].sum()
        people[area] = sum(raw["population"][region, "2021"] for region in regions)
        assert round(sums["basic_sa_households"] / 12, 1) == households
        assert round(sums["basic_sa_persons"] / 12, 1) == persons
        assert sums["basic_sa_applications_received"] == applications
        assert round(1000 * sums["basic_sa_households"] / 12 / people[area], 2) == rate
        assert round(1000 * sums["basic_sa_persons"] / 12 / people[area], 2) == person_rate


@pytest.mark.parametrize("month", [f"2022-{number:02d}" for number in range(1, 13)])
def test_regions_fall_at_most_five_short_of_the_country(baseline, month):
    frame = baseline.measurements.table
    own = frame[(frame["period"] == month) & (frame["state"] == "value")]
    regions = own[own["area"].str.startswith("MK")].groupby("indicator")["value"].sum()
    country = own[own["area"] == "FI-MAINLAND"].set_index("indicator")["value"]
    gap = country - regions
    assert ((gap >= 0) & (gap <= 5)).all()
    assert len(gap) == 6


def test_population_adds_up_at_every_level(baseline):
    frame = baseline.measurements.table
    people = frame[frame["indicator"] == "population"]
    for year in range(2018, 2023):
        own = people[people["period"] == str(year)]
        prefixes = own["area"].str.extract("^(KU|MK|HVA|YTA)")[0]
        sums = own.groupby(prefixes)["value"].sum()
        assert len(set(sums)) == 1
        assert sums["KU"] == own[own["area"] == "FI-MAINLAND"]["value"].item()
    assert sums["KU"] == 5_563_970 - 30_359


def test_nothing_in_a_result_changes_when_it_is_used(result):
    table = result.table
    before = table.copy(deep=True)
    table.loc[:, "baseline"] = 0.0
    unmatched = result.unmatched
    unmatched["reason"] = "gone"
    repr(result)
    assert np.array_equal(result.table["baseline"], before["baseline"])
    assert "gone" not in set(result.unmatched["reason"])
