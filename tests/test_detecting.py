"""What a column of areas holds: told where it can be told, ambiguous where it cannot."""

from __future__ import annotations

import csv
import io
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline_compare.areas import Level, detect, registry
from baseline_compare.errors import AreaError

AREAS = registry()
MAP = "Put the library's codes in: column.astype(str).map(detect(column).codes)."
NO_VINTAGE = (
    "The vintage cannot be told: the column holds neither KU588, which merged later, nor all other "
    "municipalities."
)
EVERY_YEAR = (2022, 2023, 2024, 2025, 2026)


def codes(level: Level, year: int = 2022, *, aland: bool = True) -> list[str]:
    areas = AREAS.at_level(level, vintage=year)
    return [area.code for area in areas if aland or area.role != "aland"]


def numbers(level: Level, *, aland: bool = True) -> list[str]:
    return [code.lstrip("KUMHVA") for code in codes(level, aland=aland)]


def names(level: Level, language: str) -> list[str]:
    return [area.name(language) for area in AREAS.at_level(level, vintage=2022)]


@pytest.mark.parametrize(
    ("cells", "system", "level", "vintages"),
    [
        (codes("municipality"), "library_code", "municipality", (2022, 2023, 2024)),
        (codes("municipality", 2025), "library_code", "municipality", (2025, 2026)),
        (sorted(AREAS.municipalities("FI-MAINLAND", vintage=2026)), "library_code", "municipality",
         (2025, 2026)),
        (["KU588"], "library_code", "municipality", (2022, 2023, 2024)),
        (["KU091", "KU837", "FI-MAINLAND"], "library_code", "municipality", EVERY_YEAR),
        (["ku091", " KU837"], "library_code", "municipality", EVERY_YEAR),
        (codes("region"), "library_code", "region", EVERY_YEAR),
        (["YTA1", "YTA2"], "library_code", "collaboration_area", EVERY_YEAR),
        (["KELA1", "KELA4"], "library_code", "insurance_district", (2022, 2023, 2024)),
        (["KELASA2"], "library_code", "service_area", (2025, 2026)),
        (["AVI1", "AVI2"], "library_code", "regional_state_agency", (2022, 2023, 2024, 2025)),
        (["HVA08", "MK06"], "library_code", None, EVERY_YEAR),
        (["KU588", "KELASA1"], "library_code", None, ()),
        (["091", "049"], "municipality_number", "municipality", EVERY_YEAR),
        (numbers("municipality"), "municipality_number", "municipality", (2022, 2023, 2024)),
        ([91, 837, 5], "municipality_number", "municipality", EVERY_YEAR),
        ([91.0, 837.0, np.nan, None, pd.NA, pd.NaT], "municipality_number", "municipality",
         EVERY_YEAR),
        (numbers("county"), "county_number", "county", EVERY_YEAR),
        (["01", "90"], "county_number", "county", EVERY_YEAR),
        (["01", "91"], "county_number", "county", EVERY_YEAR),
        ([f"{number:02d}" for number in range(1, 23)], "old_sotkanet_code", "county", EVERY_YEAR),
        (["01", "22"], "old_sotkanet_code", "county", EVERY_YEAR),
        (numbers("region"), "region_number", "region", EVERY_YEAR),
        (numbers("region", aland=False), "region_number", "region", EVERY_YEAR),
        ([str(number) for number in range(956, 979)], "sotkanet_id", "county", EVERY_YEAR),
        (["658", *map(str, range(877, 899))], "old_sotkanet_id", "county", EVERY_YEAR),
        (["658", "957", "958"], "sotkanet_id", "county", EVERY_YEAR),
    ],
)  # fmt: skip
def test_a_column_of_codes_is_told(cells, system, level, vintages):
    found = detect(cells)
    assert (found.system, found.level, found.vintages) == (system, level, vintages)
    assert found.candidates == found.unknown == ()
    assert set(found.codes) == {
        str(int(c)) if isinstance(c, float) else str(c) for c in cells if not pd.isna(c)
    }
    assert set(found.codes.values()) <= set(AREAS._by_code)


def test_numbers_of_every_system_lead_to_their_area():
    assert detect(["01", "90"]).codes == {"01": "HVA01", "90": "HVA90"}
    assert detect(["01", "22"]).codes == {"01": "HVA05", "22": "HVA90"}
    assert detect(numbers("region")).codes["05"] == "MK05"
    assert detect(["978", "956", "658"]).codes == {"978": "HVA05", "956": "HVA91", "658": "FI"}
    assert detect(["898", "658"]).codes == {"898": "HVA05", "658": "FI"}
    assert detect([91, 5, 837]).codes == {"91": "KU091", "5": "KU005", "837": "KU837"}


def test_counties_without_a_telltale_number_are_ambiguous():
    found = detect([f"{number:02d}" for number in range(1, 22)])
    assert (found.system, found.level, found.codes) == ("ambiguous", None, {})
    assert str(found) == (
        "ambiguous\n"
        "  01 is HVA01 East Uusimaa wellbeing services county (county) by county numbers\n"
        "  01 is HVA05 Southwest Finland wellbeing services county (county) by old Sotkanet county "
        "numbers\n"
        "Give the names beside them (names=), or write each code with its prefix."
    )


def test_what_01_would_be_in_each_of_three_systems():
    found = detect(["01", "02", "21"])
    assert [(c.system, c.text, c.code) for c in found.candidates] == [
        ("county_number", "01", "HVA01"),
        ("old_sotkanet_code", "01", "HVA05"),
        ("region_number", "01", "MK01"),
    ]
    for telltale in ("03", "20"):
        systems = [c.system for c in detect(["01", telltale]).candidates]
        assert systems == ["county_number", "old_sotkanet_code"]


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        (["Uusimaa", "Varsinais-Suomi"], "MK01"),
        (["Nyland", "Egentliga Finland"], "MK01"),
        (["Itä-Uusimaa", "Keski-Uusimaa"], "HVA01"),
        (["Itä-Uudenmaan hyvinvointialue", None], "HVA01"),
        (["Varsinais-Suomen hyvinvointialue", "Satakunnan hyvinvointialue"], "HVA05"),
        (["Egentliga Finlands välfärdsområde", "Satakunta välfärdsområde"], "HVA05"),
    ],
)
def test_names_beside_the_numbers_settle_it(beside, code):
    found = detect(["01", "02"], names=beside)
    assert found.codes["01"] == code


@pytest.mark.parametrize("beside", [["x", "y"], ["Uusimaa", "Satakunta"], [None, ""]])
def test_names_that_say_nothing_or_contradict_settle_nothing(beside):
    assert detect(["01", "02"], names=beside).system == "ambiguous"


def test_as_many_names_as_codes():
    with pytest.raises(AreaError) as caught:
        detect(["01", "02"], names=["Uusimaa"])
    assert str(caught.value) == (
        "[argument.type] expected a name for each code, found 2 codes and 1 names. Give the two "
        "columns of one table."
    )


@pytest.mark.parametrize("cells", [["1", "2", "3", "4", "5"], [2, 4], ["2"], ["4", "1"]])
def test_bare_1_to_5_are_always_ambiguous(cells):
    found = detect(cells)
    assert found.system == "ambiguous"
    assert {"collaboration_area_number", "kela_district_number"} <= {
        c.system for c in found.candidates
    }
    assert found.advice == (
        "Kela's district 2 is collaboration area 4, and Kela's district 4 is collaboration area 2: "
        "write YTA2 or KELA2."
    )
    assert found.codes == {}


def test_a_number_of_a_municipality_and_of_a_county_or_sotkanet_is_ambiguous():
    assert [c.code for c in detect(["91"]).candidates] == ["KU091", "HVA91"]
    assert [c.code for c in detect(["890"]).candidates] == ["KU890", "HVA08"]


@pytest.mark.parametrize(
    ("level", "language"),
    [(level, language) for level in ("county", "collaboration_area", "region", "municipality")
     for language in ("fi", "sv", "en")],
)  # fmt: skip
def test_names_are_told_with_their_level_and_language(level, language):
    cells = names(level, language)
    found = detect(cells)
    assert (found.system, found.level, found.unknown) == ("name", level, ())
    assert sorted(found.codes.values()) == sorted(codes(level))
    assert found.language == language


def test_names_that_are_alike_in_two_languages_say_so():
    found = detect(["Espoo", "Tampere"])
    assert found.language is None
    assert "The names are spelled alike in fi and en." in found.advice


def test_names_of_regions_and_counties_are_regions_only_where_they_are_full_names():
    assert detect(["Pirkanmaa", "Kainuu"]).level == "region"
    assert detect(["Pirkanmaan hyvinvointialue"]).level == "county"
    assert detect(["Ahvenanmaa"]).system == "ambiguous"


def test_what_fits_nothing_is_listed():
    found = detect(["Espoo", "Tampere", "Koko maa"])
    assert found.unknown == ("Koko maa",)
    assert found.codes == {"Espoo": "KU049", "Tampere": "KU837"}
    assert "  fits nothing: 'Koko maa'\n" in str(found)
    many = detect(["KU091"] * 3 + [f"KU{n:03d}" for n in AREAS_OF_NO_ONE] + codes("municipality"))
    assert " and 2 more\n" in str(many)


AREAS_OF_NO_ONE = [n for n in range(1, 999) if f"KU{n:03d}" not in AREAS][:12]


@pytest.mark.parametrize("cells", [["foo", "bar"], ["2022", "2023"], ["a", "b", "KU091"], []])
def test_a_column_of_something_else_is_unknown(cells):
    found = detect(cells)
    assert (found.system, found.codes) == ("unknown", {})
    assert found.unknown == tuple(cells)
    assert found.advice == "No area is written so: list the areas with `baseline-compare areas`."


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        (codes("region"), "Use them as they are."),
        (["ku091"], f"{MAP} {NO_VINTAGE}"),
        (["KU507", "KU588"], "KU588 is among them: measurements.at_vintage(2025) gives areas of "
         "2025."),
        (codes("municipality", 2026), "KU588 has merged: compare them with "
         "baseline.at_vintage(2025)."),
        (["KELA4"], "Do not take them for collaboration areas: Kela's district 2 is collaboration "
         "area 4, and Kela's district 4 is collaboration area 2."),
        (["HVA08", "MK06"], "There are areas of several levels, which overlap: do not add them "
         "up."),
        (["KU588", "KELASA1"], "There are areas of several levels, which overlap: do not add them "
         "up. No year has all of these areas: convert the rows of each period by itself."),
    ],
)  # fmt: skip
def test_the_advice_says_what_to_do(cells, advice):
    assert detect(cells).advice == advice


def test_a_detection_prints_itself():
    assert repr(detect(["01", "90"])) == (
        f"county numbers; level county; areas of 2022-2026\n{MAP}"
    )
    assert str(detect(names("county", "sv"))).startswith(
        "names; level county; language sv; areas of 2022-2026\n"
    )


def test_the_codes_map_a_column_of_a_table():
    table = pd.DataFrame({"county": ["01 ", "90", "01 "], "n": [1, 2, 3]})
    found = detect(table["county"])
    assert table["county"].astype(str).map(found.codes).tolist() == ["HVA01", "HVA90", "HVA01"]


def test_the_table_of_sotkanet_holds_every_county_once():
    path = resources.files("baseline_compare").joinpath("data/sotkanet_regions.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert sorted(row["area"] for row in rows) == ["FI", *codes("county")]
    counties = [row for row in rows if row["code"]]
    assert all(row["area"] == f"HVA{row['code']}" for row in counties)
    assert sorted(row["id"] for row in counties) == [str(n) for n in range(956, 979)]
    old = [row for row in counties if row["old_id"]]
    assert sorted(row["old_id"] for row in old) == [str(n) for n in range(877, 899)]
    assert sorted(row["old_code"] for row in old) == [f"{n:02d}" for n in range(1, 23)]


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=8), st.integers(0, 999), st.none(), st.floats())))
def test_any_column_is_answered(cells):
    found = detect(cells)
    assert str(found)
    assert all(code in AREAS for code in found.codes.values())
    assert not (found.candidates and found.codes)


def test_readings_that_share_no_cell_are_shown_by_cells_of_their_own():
    found = detect([1, 260])
    assert found.system == "ambiguous"
    shown = {candidate.system: (candidate.text, candidate.code) for candidate in found.candidates}
    assert shown["municipality_number"] == ("260", "KU260")
    assert shown["kela_district_number"] == ("1", "KELA1")
