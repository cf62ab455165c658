"""Conversion between vintages: sums are kept, splits are declared, the rest is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.errors import BaselineCompareError, InputError
from baseline_compare.measurements import Measurements, Remark, from_frame

COUNT = "basic_sa_households"
EUROS = "supplementary_sa_gross_expenditure"
UNIQUE = "supplementary_sa_households"
SHARE = "basic_sa_rejected_decisions_share"
MEAN = "basic_sa_throughput_time_mean"
RATING = "satisfaction"
LEVELS = "price_level"
RATE = "decisions_rate"
WEIGHTS = {"KU507": {"KU507": 0.9, "KU588": 0.1}}
KELA_WEIGHTS = {
    "KELA4": {"KELASA3": 0.3, "KELASA4": 0.7},
    "KELA5": {"KELASA2": 0.2, "KELASA5": 0.8},
}
NAMES = dict.fromkeys(("fi", "sv", "en"), "Something")


def _own(key: str, kind: str, unit: str) -> bc.indicators.Indicator:
    model = bc.indicators.catalogue()[SHARE]
    return replace(
        model, id=key, kind=kind, unit=unit, names=NAMES, definitions=NAMES, numerator="",
        denominator="", margin=None,
    )  # fmt: skip


CATALOGUE = bc.indicators.catalogue().add(
    _own(RATING, "rating", "points"),
    _own(LEVELS, "index", "points"),
    _own(RATE, "rate", "per_inhabitant"),
)


def entered(
    indicator: str = COUNT,
    areas: tuple[str, ...] = ("KU507", "KU588"),
    period: str = "2022-01",
    *,
    vintage: int | None = None,
    **columns: object,
) -> Measurements:
    frame = pd.DataFrame({"indicator": indicator, "area": list(areas), "period": period, **columns})
    return from_frame(frame, source="my-register", indicators=CATALOGUE, vintage=vintage)


def only(measurements: Measurements) -> dict[str, object]:
    assert len(measurements) == 1
    return measurements.table.iloc[0].dropna().to_dict()


def by_area(measurements: Measurements, column: str = "value") -> dict[str, float]:
    table = measurements.table
    return dict(zip(table["area"], table[column], strict=True))


def merged(indicator: str, **columns: object) -> dict[str, object]:
    return only(entered(indicator, **columns).at_vintage(2025))


def split(weights: object = None, **columns: object) -> Measurements:
    rows = entered(areas=("KU507",), period="2025-01", **({"value": [105]} | columns))
    return rows.at_vintage(2022, weights=WEIGHTS if weights is None else weights)


def test_merged_municipalities_are_summed():
    found = entered(value=[90, 10]).at_vintage(2025)
    row = only(found)
    assert (row["area"], row["value"], row["status"], row["place"]) == (
        "KU507", 100, "derived", "1+2",
    )  # fmt: skip
    assert found.vintage == 2025
    assert found.remarks == (Remark("area.rebased", "warning", "KU588 → KU507 (2025-01-01): 2"),)
    assert repr(found).startswith(
        "1 measurements: 1 indicator, 1 area, 2022-01 to 2022-01, areas of 2025"
    )


def test_areas_that_did_not_change_stay_as_they_are():
    rows = entered(areas=("KU091", "MK10", "HVA12"), value=[5, 6, 7])
    found = rows.at_vintage(2026)
    pd.testing.assert_frame_equal(found.table, rows.table)
    assert found.remarks == ()
    assert (rows.vintage, found.vintage) == (None, 2026)


def test_periods_after_the_change_are_not_converted():
    later = entered(areas=("KU507",), period="2025-01", value=[120])
    both = entered(value=[90, 10]).combine(later).at_vintage(2025)
    assert by_area(both.select(first="2025-01")) == {"KU507": 120}
    assert both.table["status"].tolist() == ["derived", "published"]


def test_euros_are_summed_with_their_cents_and_squares():
    row = merged(EUROS, period="2022", value=[10.15, 0.2], sum_squares=[100.5, 0.25])
    assert (row["value"], row["sum_squares"]) == (10.35, 100.75)


def test_a_sum_of_squares_that_one_part_lacks_is_not_made_up():
    assert "sum_squares" not in merged(
        EUROS, period="2022", value=[10.15, 0.2], sum_squares=[100.5, np.nan]
    )


def test_shares_are_summed_by_numerator_and_denominator():
    row = merged(SHARE, value=[0.2, np.nan], numerator=[2, 3], denominator=[10, 10])
    assert (row["numerator"], row["denominator"]) == (5, 20)
    assert "value" not in row


def test_means_are_summed_by_n_sum_and_squares():
    row = merged(MEAN, n=[2, 3], sum=[4.5, 9], sum_squares=[12, 30])
    assert (row["n"], row["sum"], row["sum_squares"]) == (5, 13.5, 42)


def test_frequency_tables_are_put_together():
    row = merged(RATING, frequencies=["1:4;2.5:10", "2.5:1;5:3"])
    assert row["frequencies"] == "1:4;2.5:11;5:3"


def test_nobody_to_count_in_one_part_of_a_share_adds_nothing():
    row = merged(
        SHARE, state=["value", "not_applicable"], numerator=[2, np.nan], denominator=[9, np.nan]
    )
    assert (row["state"], row["numerator"], row["denominator"]) == ("value", 2, 9)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("value", "not_available"), "not_available"),
        (("value", "not_applicable"), "not_available"),
        (("not_applicable", "not_applicable"), "not_applicable"),
        (("not_available", "not_applicable"), "not_available"),
    ],
)
def test_a_part_without_a_figure_makes_the_sum_absent(states, expected):
    values = [5 if state == "value" else np.nan for state in states]
    assert merged(COUNT, state=states, value=values)["state"] == expected


def test_a_hidden_part_makes_the_sum_hidden_with_added_bounds():
    row = merged(
        COUNT, state=["value", "suppressed"], value=[90, np.nan], low=[np.nan, 1], high=[np.nan, 4]
    )
    assert (row["state"], row["low"], row["high"]) == ("suppressed", 91, 94)
    assert "value" not in row


def test_a_share_with_a_hidden_part_lies_between_its_parts():
    row = merged(
        SHARE, state=["value", "suppressed"], numerator=[1, np.nan], denominator=[4, np.nan],
        low=[np.nan, 0.5], high=[np.nan, 1],
    )  # fmt: skip
    assert (row["state"], row["low"], row["high"]) == ("suppressed", 0.25, 1)


@pytest.mark.parametrize("status", ["provisional", "approximate", "bound"])
def test_a_sum_takes_over_what_is_weak_in_a_part(status):
    assert merged(COUNT, value=[1, 2], status=["published", status])["status"] == status


def test_parts_of_two_files_say_which():
    first = entered(areas=("KU507",), value=[90])
    frame = first.table.assign(area="KU588", file="other.csv", place="7", source="other-register")
    both = first.combine(from_frame(frame, source="other-register", indicators=CATALOGUE))
    row = only(both.at_vintage(2025))
    assert (row["place"], row["source"]) == ("1+other.csv:7", "my-register, other-register")


def test_a_split_gives_whole_numbers_that_sum_to_the_whole():
    found = split()
    assert by_area(found) == {"KU507": 95, "KU588": 10}
    assert set(found.table["status"]) == {"approximate"}
    assert found.remarks[0].found == "KU507 → KU588 (2025-01-01): 1"


def test_equal_remainders_go_by_code():
    half = {"KU507": {"KU507": 0.5, "KU588": 0.5}}
    assert by_area(split(half)) == {"KU507": 53, "KU588": 52}


def test_kelas_districts_are_renamed_or_split_by_weights():
    codes = tuple(f"KELA{number}" for number in range(1, 6))
    rows = entered(areas=codes, period="2024-01", value=[100, 200, 300, 400, 500])
    found = rows.at_vintage(2025, weights=KELA_WEIGHTS)
    assert by_area(found) == {
        "KELASA1": 100, "KELASA2": 300, "KELASA3": 420, "KELASA4": 280, "KELASA5": 400,
    }  # fmt: skip
    assert by_area(found, "status") == {
        "KELASA1": "published", "KELASA2": "approximate", "KELASA3": "approximate",
        "KELASA4": "approximate", "KELASA5": "approximate",
    }  # fmt: skip
    assert found.remarks[0].found == (
        "KELA1 → KELASA1, KELA2 → KELASA2, KELA3 → KELASA3, KELA4 → KELASA3, KELA4 → KELASA4, "
        "KELA5 → KELASA2, KELA5 → KELASA5 (2024-11-01): 5"
    )


numbers = st.integers(min_value=0, max_value=10**9)
shares = st.floats(min_value=0, max_value=1)


@settings(max_examples=40, deadline=None)
@given(first=numbers, second=numbers, size=st.integers(1, 1000), other=st.integers(1, 1000))
def test_merging_preserves_sums(first, second, size, other):
    assert merged(COUNT, value=[first, second])["value"] == first + second
    row = merged(SHARE, numerator=[min(first, size), min(second, other)], denominator=[size, other])
    assert row["numerator"] == min(first, size) + min(second, other)
    assert row["denominator"] == size + other


@settings(max_examples=40, deadline=None)
@given(whole=numbers, share=shares)
def test_a_count_split_and_merged_again_is_the_whole(whole, share):
    weights = {"KU507": {"KU507": share, "KU588": 1 - share}}
    parts = split(weights, value=[whole])
    assert parts.table["value"].sum() == whole
    assert abs(by_area(parts)["KU507"] - share * whole) <= 1
    assert only(parts.at_vintage(2025))["value"] == whole


@settings(max_examples=40, deadline=None)
@given(top=st.integers(0, 500), more=st.integers(0, 500), share=shares)
def test_a_share_split_and_merged_again_is_the_whole(top, more, share):
    weights = {"KU507": {"KU507": share, "KU588": 1 - share}}
    size = top + more + 1
    rows = entered(SHARE, ("KU507",), "2025-01", numerator=[top], denominator=[size])
    parts = rows.at_vintage(2022, weights=weights)
    frame = parts.table
    there = frame[frame["state"] == "value"]
    assert (there["numerator"] <= there["denominator"]).all()
    assert (there["denominator"] > 0).all()
    row = only(parts.at_vintage(2025))
    assert (row["numerator"], row["denominator"]) == (top, size)
    from_frame(
        frame.drop(columns=["file", "place"]), source="x", indicators=CATALOGUE, vintage=2022
    )


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.floats(-50, 50).map(lambda x: round(x, 2)), min_size=1, max_size=20),
    share=shares,
)
def test_a_mean_split_and_merged_again_is_the_whole(values, share):
    total, squares = math.fsum(values), math.fsum(value**2 for value in values)
    rows = entered(MEAN, ("KU507",), "2025-01", n=[len(values)], sum=[total], sum_squares=[squares])
    parts = rows.at_vintage(2022, weights={"KU507": {"KU507": share, "KU588": 1 - share}})
    row = only(parts.at_vintage(2025))
    assert row["n"] == len(values)
    assert row["sum"] == pytest.approx(total, abs=1e-9)
    assert row["sum_squares"] == pytest.approx(squares, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=9).filter(any),
    share=shares,
)
def test_a_rating_split_and_merged_again_is_the_whole(counts, share):
    text = ";".join(f"{value}:{count}" for value, count in enumerate(counts, 1) if count)
    rows = entered(RATING, ("KU507",), "2025-01", frequencies=[text])
    parts = rows.at_vintage(2022, weights={"KU507": {"KU507": share, "KU588": 1 - share}})
    assert only(parts.at_vintage(2025))["frequencies"] == text


def test_a_hidden_count_is_split_by_its_bounds():
    found = split(value=[np.nan], state=["suppressed"], low=[11], high=[14])
    assert by_area(found, "low") == {"KU507": 9, "KU588": 1}
    assert by_area(found, "high") == {"KU507": 13, "KU588": 2}


def test_a_rate_keeps_its_ratio_when_it_is_split():
    rows = entered(RATE, ("KU507",), "2025-01", numerator=[30], denominator=[7])
    table = rows.at_vintage(2022, weights=WEIGHTS).table
    assert (table["numerator"] / table["denominator"]).tolist() == pytest.approx([30 / 7] * 2)


def test_an_area_of_a_fixed_vintage_is_that_of_every_period():
    rows = entered(areas=("KU507",), period="2022-05", value=[120], vintage=2025)
    assert rows.vintage == 2025
    assert rows.at_vintage(2025).remarks == ()
    assert rows.select(areas="KU507").vintage == 2025
    assert rows.with_origins(rows.origins).vintage == 2025
    other = entered(areas=("KU213",), period="2022-05", value=[1], vintage=2025)
    assert rows.combine(other).vintage == 2025
    assert by_area(rows.at_vintage(2024, weights=WEIGHTS)) == {"KU507": 108, "KU588": 12}


def test_a_file_is_read_at_a_vintage(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(f"indicator,area,period,value\n{COUNT},KU507,2022-05,5\n", encoding="utf-8")
    assert bc.read_measurements(path, vintage=2025).vintage == 2025
    assert bc.read_measurements(path).vintage is None


@dataclass(frozen=True)
class Refused:
    """A conversion that must be refused: the row of the contract, the code and the words."""

    row: int
    name: str
    make: Callable[[], object]
    code: str
    words: tuple[str, ...]


def two_months() -> Measurements:
    full = entered(value=[90, 10])
    return full.combine(entered(areas=("KU507",), period="2022-02", value=[91]))


REFUSED = [
    Refused(52, "merged-code-at-a-later-vintage", lambda: entered(value=[1, 2], vintage=2025),
        "area.vintage", ("in-memory-table, row 2, column area: [area.vintage] expected an area of "
        "2025-01-01, found KU588 (Pertunmaa), which is valid from 2022-01-01 to 2024-12-31. Use "
        "the area of that time: KU588 merged into KU507 on 2025-01-01.",)),
    Refused(52, "later-code-at-an-earlier-vintage", lambda: entered(areas=("KELASA1",),
        period="2025-01", value=[1], vintage=2022), "area.vintage", ("found KELASA1",)),
    Refused(52, "two-vintages-combined", lambda: entered(value=[1, 2]).combine(entered(areas=(
        "KU507",), period="2022-02", value=[3], vintage=2025)), "area.vintage", ("[area.vintage] "
        "expected measurements of one vintage of areas, found areas of each period and areas of "
        "2025. Convert one of them with at_vintage() first.",)),
    Refused(52, "vintage-that-is-none", lambda: entered(value=[1, 2], vintage="newest"),
        "period.unknown", ("found 'newest'",)),
    Refused(52, "vintage-of-the-far-future", lambda: entered(value=[1, 2], vintage=2202),
        "period.unknown", ("found 2202",)),
    Refused(54, "kelas-2-or-collaboration-area-2", lambda: entered(areas=("2",), value=[1]),
        "area.unknown", ("found '2'. A bare number is never a code", "YTA2 (Eastern Finland "
        "collaboration area), KELA2 (Western Insurance District).")),
    Refused(54, "kelas-4-or-collaboration-area-4", lambda: entered(areas=("4",), value=[1]),
        "area.unknown", ("YTA4 (Western Finland collaboration area), KELA4 (Eastern Insurance "
        "District).",)),
    Refused(54, "district-that-never-was", lambda: entered(areas=("KELA6",), value=[1]),
        "area.unknown", ("found 'KELA6'. The nearest: KELA1 Southern Insurance District",)),
    Refused(54, "districts-in-a-later-vintage", lambda: entered(areas=("KELA2",), value=[1],
        vintage=2025), "area.retired", ("KELA2 continued as KELASA2 on 2024-11-01",)),
    Refused(53, "part-without-a-row", lambda: entered(areas=("KU507",), value=[90]).at_vintage(
        2025), "coverage.missing", ("column area: [coverage.missing] expected rows of all parts of "
        "KU507 (KU507, KU588) for basic_sa_households in 2022-01, found no row of KU588. Add the "
        "rows, as a sum without them would be too small; an absent figure is a row with state "
        "not_available.",)),
    Refused(53, "other-part-without-a-row", lambda: entered(areas=("KU588",), value=[9]).at_vintage(
        2025), "coverage.missing", ("found no row of KU507",)),
    Refused(53, "part-without-one-month", lambda: two_months().at_vintage(2025),
        "coverage.missing", ("in 2022-02, found no row of KU588",)),
    Refused(53, "district-without-a-row", lambda: entered(areas=("KELA4",), period="2024-01",
        value=[9]).at_vintage(2025, weights=KELA_WEIGHTS), "coverage.missing",
        ("expected rows of all parts of KELASA3 (KELA3, KELA4)", "found no row of KELA3")),
    Refused(54, "state-agency-that-ended", lambda: entered(areas=("AVI1",), value=[1]).at_vintage(
        2026), "area.retired", ("found AVI1", "no area of this registry follows it")),
    Refused(54, "service-area-before-its-time", lambda: entered(areas=("KELASA3",), period=
        "2025-01", value=[9]).at_vintage(2022), "area.composition", ("found KELASA3 (Service area "
        "of the Central customer service unit): KELA3 continued as it on 2024-11-01, KELA4 gave "
        "members to it on 2024-11-01",)),
    Refused(58, "split-without-weights", lambda: split({}), "area.composition", ("column area: "
        "[area.composition] expected areas that need not be split to be those of 2022, found KU507 "
        "(Mäntyharju): KU588 merged into it on 2025-01-01. Bring the municipalities of that time, "
        "or declare weights={'KU507': {'KU507': ..., 'KU588': ...}} that sum to 1.",)),
    Refused(58, "district-that-gave-members-away", lambda: entered(areas=("KELA4",), period=
        "2024-01", value=[9]).at_vintage(2025), "area.composition", ("found KELA4 (Eastern "
        "Insurance District): it gave members to KELASA3 on 2024-11-01, it continued as KELASA4 on "
        "2024-11-01. Bring the municipalities of that time, or declare weights={'KELA4': "
        "{'KELASA3': ..., 'KELASA4': ...}}",)),
    Refused(58, "weights-below-1", lambda: split({"KU507": {"KU507": 0.9, "KU588": 0.05}}),
        "area.composition", ("column weights: [area.composition] expected shares of KU507 that sum "
        "to 1, found KU507 0.9, KU588 0.05. Declare weights such as {'KU507': {'KU507': 0.9, "
        "'KU588': 0.1}}.",)),
    Refused(58, "negative-weights", lambda: split({"KU507": {"KU507": 1.1, "KU588": -0.1}}),
        "area.composition", ("shares of KU507 that are not negative",)),
    Refused(58, "weights-of-another-part", lambda: split({"KU507": {"KU507": 0.9, "KU213": 0.1}}),
        "area.composition", ("the share of each part of KU507: KU507, KU588, found KU213, KU507",)),
    Refused(58, "weights-of-an-area-that-did-not-change", lambda: split({"KU091": {"KU091": 1}}),
        "area.composition", ("found 'KU091'",)),
    Refused(81, "merged-unique-persons", lambda: entered(UNIQUE, period="2022", value=[90,
        10]).at_vintage(2025), "aggregate.unique_persons", ("column area: "
        "[aggregate.unique_persons] expected a count that adds up over areas to convert "
        "supplementary_sa_households to KU507, found one of different persons or households in "
        "KU507 and KU588: between 90 and 100 of them in KU507 in 2022. Bring the figure of KU507 "
        "itself: whoever was counted in several areas counts once in it.",)),
    Refused(81, "merged-unique-persons-partly-hidden", lambda: entered(UNIQUE, period="2022",
        value=[90, np.nan], state=["value", "suppressed"], low=[np.nan, 1], high=[np.nan, 4],
        ).at_vintage(2025), "aggregate.unique_persons", ("between 90 and 94 of them",)),
    Refused(81, "merged-unique-persons-not-known", lambda: entered(UNIQUE, period="2022",
        value=[90, np.nan], state=["value", "not_available"]).at_vintage(2025),
        "aggregate.unique_persons", ("an unknown number of them",)),
    Refused(81, "split-unique-persons", lambda: entered(UNIQUE, ("KU507",), "2025",
        value=[90]).at_vintage(2022, weights=WEIGHTS), "aggregate.unique_persons", ("between 0 and "
        "90 of them in KU588 in 2025",)),
    Refused(106, "bare-share", lambda: entered(SHARE, value=[0.1, 0.2]).at_vintage(2025),
        "aggregate.no_counts", ("column value: [aggregate.no_counts] expected numerator and "
        "denominator of basic_sa_rejected_decisions_share, found a value alone for KU507 in "
        "2022-01. Bring what it is made from: neither shares and means nor indices add up.",)),
    Refused(106, "bare-mean", lambda: entered(MEAN, value=[3, 4]).at_vintage(2025),
        "aggregate.no_counts", ("expected n and sum of",)),
    Refused(106, "bare-rating", lambda: entered(RATING, value=[3, 4]).at_vintage(2025),
        "aggregate.no_counts", ("expected a frequency table of",)),
    Refused(106, "index", lambda: entered(LEVELS, value=[3, 4]).at_vintage(2025),
        "aggregate.no_counts", ("found a value alone",)),
    Refused(106, "bare-share-split", lambda: entered(SHARE, ("KU507",), "2025-01",
        value=[0.1]).at_vintage(2022, weights=WEIGHTS), "aggregate.no_counts", ("found a value "
        "alone for KU507 in 2025-01",)),
]  # fmt: skip

ROW_VARIANTS = [(case.row, f"vintage-{case.name}") for case in REFUSED]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"row-{case.row}-{case.name}")
def test_a_conversion_that_would_mislead_is_refused(case: Refused) -> None:
    with pytest.raises(BaselineCompareError) as caught:
        case.make()
    assert caught.value.code == case.code
    for words in case.words:
        assert words in str(caught.value)


def test_all_problems_are_told_at_once():
    rows = entered(areas=("KU507",), value=[90])
    rows = rows.combine(entered(areas=("KU507",), period="2022-02", value=[90]))
    with pytest.raises(InputError) as caught:
        rows.at_vintage(2025)
    assert len(caught.value.problems) == 2


# Baselines


MUNICIPALITIES = {
    year: sorted(
        code
        for code in registry().municipalities("FI-MAINLAND", vintage=year)
        if registry().get(code).role != "aland"
    )
    for year in (2022, 2025)
}


def everywhere(year: int, period: str, value: int) -> Measurements:
    codes = tuple(MUNICIPALITIES[year])
    return entered(areas=codes, period=period, value=[value] * len(codes))


def sealed(rows: Measurements, folder: object, year: int = 2022) -> bc.Baseline:
    return bc.seal(rows, str(folder), name="mine", base_year=year)


def test_a_baseline_of_2022_meets_the_municipalities_of_2025(tmp_path):
    baseline = sealed(everywhere(2022, "2022-01", 100), tmp_path)
    converted = baseline.at_vintage(2025)
    assert (converted.id, converted.vintage, baseline.vintage) == (baseline.id, 2025, 2022)
    later = everywhere(2025, "2025-01", 110)
    result = bc.compare(converted, later, areas=["mainland", "county", "KU507"])
    table = result.table.set_index("area")
    assert table.loc["KU507", ["baseline", "current"]].tolist() == [200, 110]
    assert "area.composition" not in " ".join(map(str, table["reason"]))
    assert table.loc["FI-MAINLAND", "baseline"] == 100 * len(MUNICIPALITIES[2022])
    assert [r.code for r in result.remarks] == ["area.rebased"]


def test_a_merged_municipality_of_both_vintages_is_compared(tmp_path):
    baseline = sealed(entered(value=[60, 40]), tmp_path).at_vintage(2025)
    later = entered(areas=("KU507",), period="2025-01", value=[150])
    row = bc.compare(baseline, later, areas=["KU507"]).table.iloc[0]
    assert (row["baseline"], row["current"], row["verdict"]) == (100, 150, "increased")
    older = entered(areas=("KU507",), period="2024-01", value=[150], vintage=2025)
    assert bc.compare(baseline, older, areas=["KU507"]).table.iloc[0]["verdict"] == "increased"


def test_a_follow_up_of_the_wrong_vintage_keeps_its_error(tmp_path):
    baseline = sealed(entered(value=[60, 40]), tmp_path)
    later = entered(areas=("KU507", "KU588"), period="2024-01", value=[100, 50])
    with pytest.raises(BaselineCompareError) as caught:
        bc.compare(baseline.at_vintage(2025), later, areas=["KU507"])
    assert str(caught.value) == (
        "column areas: [area.composition] expected areas of 2025 both times, found KU588 merged "
        "into KU507 on 2025-01-01. Convert the later measurements: "
        "measurements.at_vintage(2025)."
    )
    converted = bc.compare(baseline.at_vintage(2025), later.at_vintage(2025), areas=["KU507"])
    assert converted.table["current"].tolist() == [150]
    old = later.select(areas="KU507")
    row = bc.compare(baseline.at_vintage(2025), old, areas=["KU507"]).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "area.composition:KU588")
    good = entered(areas=("KU507",), period="2025-01", value=[150])
    with pytest.raises(BaselineCompareError, match=r"area\.composition.*KU588 merged into KU507"):
        bc.compare(baseline.at_vintage(2025), good, areas=["KU507"], between=later)
    grown = entered(areas=("KU507",), period="2024-01", value=[150], vintage=2025)
    row = bc.compare(baseline, grown, areas=["KU507"]).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_comparable", "area.composition:KU588")


def test_converted_rows_are_sealed_and_loaded_with_their_vintage(tmp_path):
    rows = entered(value=[60, 40]).at_vintage(2025)
    again = bc.load_baseline(tmp_path / "mine", expected_id=sealed(rows, tmp_path).id)
    assert (again.vintage, again.measurements.vintage) == (2025, 2025)
    assert again.measurements.table["value"].tolist() == [100]
    plain = sealed(entered(value=[60, 40]), tmp_path / "plain")
    assert (plain.vintage, plain.measurements.vintage) == (2022, None)


def test_a_part_of_two_sources_has_its_provenance(tmp_path):
    first = entered(areas=("KU507",), value=[60])
    frame = first.table.assign(area="KU588", source="other-register")
    both = first.combine(from_frame(frame, source="other-register", indicators=CATALOGUE))
    baseline = sealed(both, tmp_path).at_vintage(2025)
    lead = baseline.provenance(COUNT, "KU507", "2022-01")
    assert (lead["source"], lead["title"]) == ("my-register, other-register",) * 2 or (
        lead["title"] == "my-register; other-register"
    )
    assert (lead["place"], lead["vintage"], lead["status"]) == ("1+1", "2025", "derived")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "muunnettiin toisen vuoden aluejakoon"),
        ("sv", "räknades om till ett annat års områdesindelning"),
        ("en", "were converted to the areas of another year"),
    ],
)
def test_the_report_says_what_was_converted(language, words, tmp_path):
    baseline = sealed(entered(value=[60, 40]), tmp_path).at_vintage(2025)
    later = entered(areas=("KU507",), period="2025-01", value=[150])
    result = bc.compare(baseline, later, areas=["KU507"])
    page = bc.write_report(result, tmp_path / "report.html", language=language)
    text = page.read_text(encoding="utf-8")
    assert words in text
    assert "KU588 → KU507 (2025-01-01): 2." in text
