"""The registry: lookup by any name, dated memberships, and what became of an area."""

import csv
import io
import unicodedata
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baseline_compare.areas import LEVELS, registry, vintage_day
from baseline_compare.errors import AreaError

AREAS = registry()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Etelä-Suomen yhteistyöalue", "YTA1"),
        ("Etelä-Suomi", "YTA1"),
        ("ETELÄ-SUOMEN", "YTA1"),
        ("Södra Finlands samarbetsområde", "YTA1"),
        ("Södra Finland", "YTA1"),
        ("Southern Finland collaboration area", "YTA1"),
        ("Southern Finland collaborative area", "YTA1"),
        ("southern finland", "YTA1"),
        ("Inland Finland", "YTA3"),
        ("Pirkanmaa", "MK06"),
        ("Birkaland", "MK06"),
        ("Pirkanmaan maakunta", "MK06"),
        ("Pirkanmaan hyvinvointialue", "HVA08"),
        ("Birkalands välfärdsområde", "HVA08"),
        ("Uudenmaan", "MK01"),
        ("Vantaan ja Keravan hyvinvointialue", "HVA04"),
        ("Vanda och Kervo välfärdsområde", "HVA04"),
        ("Helsinki", "KU091"),
        ("Helsingfors stad", "HVA90"),
        ("Läntinen vakuutuspiiri", None),
        ("Kronoby", "KU288"),
        ("Kruunupyy", "KU288"),
        ("Åbo", "KU853"),
        ("pääkaupunkiseutu", "WS6"),
        ("huvudstadsregionen", "WS6"),
        ("Fastlandsfinland", "FI-MAINLAND"),
        ("  manner-suomi ", "FI-MAINLAND"),
        ("ku091", "KU091"),
    ],
)
def test_an_area_is_found_by_any_of_its_names(name, code):
    forms = [name, unicodedata.normalize("NFD", name), name.upper()]
    for form in forms:
        if code is None:
            with pytest.raises(AreaError, match=r"area\.ambiguous"):
                AREAS.find(form)
        else:
            assert AREAS.find(form).code == code


def test_an_ambiguous_name_lists_codes_and_levels_and_is_settled():
    with pytest.raises(AreaError) as caught:
        AREAS.find("Ahvenanmaa")
    assert str(caught.value) == (
        "[area.ambiguous] expected one area, found 'Ahvenanmaa', which is HVA91 (county), "
        "MK21 (region), YTA6 (collaboration_area). Say level= or vintage=, or use the code."
    )
    assert AREAS.find("Ahvenanmaa", level="county").code == "HVA91"
    assert AREAS.find("Västra försäkringsdistriktet", vintage=2022).code == "KELA2"
    assert AREAS.find("Västra försäkringsdistriktet", vintage="2024-11-15").code == "KELASA2"


def test_an_official_name_wins_over_a_short_form_unless_a_level_is_asked_for():
    assert AREAS.find("Satakunta").code == "MK04"
    assert AREAS.find("Satakunta", level="county").code == "HVA06"
    assert AREAS.find("Helsinki", level="county").code == "HVA90"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Pirkanma", "The nearest: MK06 Pirkanmaa"),
        ("KU91", "Did it lose a leading zero? KU091 is Helsinki."),
        ("MK6", "Did it lose a leading zero? MK06 is Pirkanmaa."),
        ("91", "codes carry their prefix: KU091 (Helsinki), HVA91 (Åland)."),
        ("2", "MK02 (Southwest Finland), HVA02"),
        ("2", "YTA2 (Eastern Finland collaboration area), KELA2 (Western Insurance District)."),
        ("FI-MANLAND", "The nearest: FI-MAINLAND Mainland Finland."),
        ("FI-Mainlnd", "The nearest: FI-MAINLAND Mainland Finland."),
        ("YTA9", "The nearest: YTA1 Southern Finland collaboration area, YTA2 Eastern"),
        ("KELA7", "The nearest: KELA1 Southern Insurance District, KELA2 Western"),
        ("HVA99", "The nearest: HVA91 Åland, HVA90 City of Helsinki"),
        ("KU999", "The nearest: KU"),
        ("X-9", "List the areas with"),
        ("Аkaa", "with Cyrillic letters"),
        ("None", "found 'None'"),
        ("", "found ''"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(text, words):
    with pytest.raises(AreaError) as caught:
        AREAS.find(text)
    assert caught.value.code == "area.unknown"
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("code", "vintage", "error", "words"),
    [
        ("KU588", 2025, "area.vintage", "KU588 merged into KU507 on 2025-01-01"),
        ("KELA4", 2025, "area.retired", "KELA4 gave members to KELASA3 on 2024-11-01"),
        ("KELA4", 2025, "area.retired", "KELA4 continued as KELASA4"),
        ("KELASA1", 2022, "area.vintage", "Use the area that was there before."),
        ("AVI1", 2026, "area.retired", "no area of this registry follows it"),
    ],
)
def test_a_code_at_a_wrong_vintage_says_what_became_of_it(code, vintage, error, words):
    with pytest.raises(AreaError) as caught:
        AREAS.get(code, vintage=vintage)
    assert caught.value.code == error
    assert words in str(caught.value)
    with pytest.raises(AreaError) as caught:
        AREAS.find(code, vintage=vintage)
    assert caught.value.code == error


def test_only_counties_of_the_reform_are_reform_counties():
    assert len(AREAS.reform_counties(vintage=2023)) == 21
    for code in ("HVA90", "HVA91", "MK01"):
        with pytest.raises(AreaError, match=r"area\.role"):
            AREAS.find(code, role="wellbeing_services_county")


def test_parents_and_children_at_a_vintage():
    parents = {area.code for area in AREAS.parents("KU291", vintage=2022)}
    assert {"HVA08", "MK06", "YTA3", "KELA4", "WS4", "FI-MAINLAND", "FI"} <= parents
    assert "KELA4" not in {area.code for area in AREAS.parents("KU291", vintage=2025)}
    counties = AREAS.children("YTA1", vintage=2022, level="county")
    assert [area.code for area in counties] == [
        "HVA01", "HVA02", "HVA03", "HVA04", "HVA09", "HVA10", "HVA11", "HVA90",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "number"),
    [("YTA1", 51), ("YTA2", 66), ("YTA3", 52), ("YTA4", 57), ("YTA5", 67), ("YTA6", 16),
     ("FI", 309), ("FI-MAINLAND", 293), ("WS6", 4)],
)  # fmt: skip
def test_numbers_of_municipalities_in_2022(code, number):
    assert len(AREAS.municipalities(code, vintage=2022)) == number


@pytest.mark.parametrize(
    "day", ["2022-01-01", "2023-06-01", "2024-11-01", "2025-01-01", "2026-01-01"]
)
@pytest.mark.parametrize("level", LEVELS)
def test_levels_partition_the_municipalities(level, day):
    everything = AREAS.municipalities("FI", vintage=day)
    found = AREAS.at_level(level, vintage=day)
    members = [code for area in found for code in AREAS.municipalities(area.code, vintage=day)]
    if level == "workshop_area":
        assert len(members) - len(set(members)) == 4
    elif level == "mainland":
        assert everything - set(members) == AREAS.municipalities("HVA91", vintage=day)
    elif found:
        assert sorted(members) == sorted(everything)
    else:
        assert level in ("insurance_district", "service_area", "regional_state_agency")


def test_two_municipalities_break_the_match_of_districts_and_collaboration_areas():
    pairs = {1: 1, 2: 4, 3: 3, 4: 2, 5: 5}
    odd = set()
    for district, area in pairs.items():
        own = AREAS.municipalities(f"KELA{district}", vintage=2022)
        odd |= own ^ AREAS.municipalities(f"YTA{area}", vintage=2022)
    assert odd - AREAS.municipalities("HVA91", vintage=2022) == {"KU288", "KU291"}


def test_changes_between_two_vintages():
    assert [c.to_area for c in AREAS.changes("2024-12-31", 2025)] == ["KU507"]
    assert len(AREAS.changes(2022, 2026)) == 8
    assert AREAS.changes(2025, 2026) == ()


def test_vintages_before_the_registry_use_its_first_division():
    assert AREAS.municipalities("MK06", vintage=2019) == AREAS.municipalities("MK06", vintage=2022)
    assert vintage_day(2019).year == 2022
    with pytest.raises(AreaError, match=r"period\.unknown"):
        vintage_day("last year")


@pytest.mark.parametrize("name", ["areas.csv", "memberships.csv"])
def test_every_code_and_parent_resolves(name):
    text = resources.files("baseline_compare").joinpath(f"data/{name}").read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(text)):
        for column in ("code", "child", "parent"):
            if column in row:
                assert AREAS.get(row[column])


def test_every_full_name_leads_back_to_its_area_at_its_level():
    for level in LEVELS:
        for area in AREAS.at_level(level, vintage=2022):
            for language in ("fi", "sv", "en"):
                found = AREAS.find(area.name(language), level=level, vintage=2022)
                assert found.code == area.code


@given(st.text(max_size=40))
def test_any_text_is_an_area_or_a_typed_error(text):
    code = "found"
    try:
        AREAS.find(text)
    except AreaError as error:
        code = error.code
    assert code in ("found", "area.unknown", "area.ambiguous")
