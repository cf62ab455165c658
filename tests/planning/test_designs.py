"""Which designs the data allow: controls, dates, smallest p-values, and the panel for others."""

import math
import re
import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import baseline_compare as bc
from baseline_compare.errors import ComparisonError
from baseline_compare.measurements import from_frame
from baseline_compare.planning import DESIGNS, designs
from baseline_compare.planning.designs import CAUSAL

KEY = "basic_sa_households"
LANGUAGES = ("fi", "sv", "en")
REGIONS = [a.code for a in bc.areas.registry().at_level("region", vintage=2022)]
REGIONS.remove("MK21")
START = date(2023, 1, 1)
ARGUMENT = "the same benefits and the same labour market"
REFUSED = (
    "column controls: [design.control] expected controls that have figures and did not meet the "
    "event, found {found}. Declare areas of the comparison that were not reformed, and say why "
    "they would have gone the way of the others."
)


def event(treated, start=START):
    known = {item.id: item for item in bc.load_baseline("2022").breaks}
    changes = {"id": "own-event", "areas": tuple(treated), "date_from": start}
    return replace(known["total-reform-2026"], effect="remark", **changes)


@pytest.fixture(scope="module")
def compared(baseline, regional):
    """Compare the regions where the first of them met an event of one's own."""

    def made(treated=5, start=START, areas="region", beside=()):
        own = [event(REGIONS[:treated], start)]
        own += [replace(event(beside, start), id="another-event")] if beside else []
        return bc.compare(baseline, regional, areas=areas, indicators=[KEY], breaks=own)

    return made


def reasons(found):
    return found.table.set_index("design")["reason"].to_dict()


def designed(result, controls, argument=ARGUMENT, **arguments):
    return designs(result, event="own-event", controls=controls, argument=argument, **arguments)


def test_everyone_on_one_day_leaves_descriptions_only(result):
    found = designs(result)
    assert found.table["design"].tolist() == list(DESIGNS)
    descriptions = dict.fromkeys(("before_after", "relative_change", "interrupted_series"), "")
    assert reasons(found) == {
        **descriptions,
        "difference_in_differences": "no_control",
        "synthetic_control": "no_control",
        "placebo_in_space": "no_control",
    }
    assert (found.table["possible"] == (found.table["reason"] == "")).all()
    assert found.table.loc[found.table["causal"], "design"].tolist() == list(CAUSAL)
    assert found.table["smallest_p"].isna().all()
    assert found.dates == dict.fromkeys(["YTA1", "YTA2", "YTA3", "YTA4", "YTA5"], START)
    assert not found.claimable


NO_SERIES = "which has no series among YTA1, YTA2, YTA3, YTA4, YTA5"
ALAND = "Kela pays no social assistance on Åland, which has its own act"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("MK21", f"MK21: {ALAND}"),
        ("HVA91", f"HVA91: {ALAND}"),
        ("MK01", "MK01, which met counties-start, too"),
        ("MK06", "MK06, which met counties-start, too"),
        ("YTA1", "YTA1, which met counties-start, too"),
        ("HVA90", f"HVA90, {NO_SERIES}"),
        ("nowhere", f"nowhere, {NO_SERIES}"),
    ],
)
def test_what_cannot_be_a_control_is_refused_with_its_reason(result, code, told):
    with pytest.raises(ComparisonError) as caught:
        designs(result, controls=[code], argument=ARGUMENT)
    assert caught.value.code == "design.control"
    assert str(caught.value) == REFUSED.format(found=told)


def test_an_area_of_the_country_without_figures_is_no_control(compared):
    with pytest.raises(ComparisonError) as caught:
        designed(compared(1, areas=["MK01", "MK07"]), ["MK08"])
    told = "MK08, which has no series among MK01, MK07"
    assert str(caught.value) == REFUSED.format(found=told)


@pytest.mark.parametrize(
    ("controls", "areas"),
    [
        (["MK07", "MK07"], "region"),
        (["HVA06"], ["region", "county"]),
        (["FI-MAINLAND"], ["region", "mainland"]),
        (["MK07", "HVA07"], ["region", "county"]),
    ],
    ids=["named twice", "a treated area by another code", "the whole", "one place by two codes"],
)
def test_a_control_is_a_place_of_its_own(compared, controls, areas):
    with pytest.raises(ComparisonError, match=r"design\.control"):
        designed(compared(areas=areas), controls)


def synthetic(areas, years, treated_from=None, effect=0.0):
    """Households by area and month: level, season and trend known, a change of the logarithm."""
    table = []
    for place, code in enumerate(areas):
        start = (treated_from or {}).get(code, date.max)
        for year in years:
            for month in range(1, 13):
                common = 0.05 * math.sin(month) + 0.03 * (year - 2019)
                met = effect * (date(year, month, 1) >= start)
                value = round((20_000 + 3_000 * place) * math.exp(common + met))
                table.append((KEY, code, f"{year}-{month:02d}", value))
    frame = pd.DataFrame(table, columns=["indicator", "area", "period", "value"])
    return from_frame(frame, source="synthetic-areas")


CITIES = ["KU091", "KU049", "KU837", "KU853"]


@pytest.fixture(scope="module")
def cities(tmp_path_factory):
    """Compare Helsinki and three cities that became part of counties."""
    folder = tmp_path_factory.mktemp("cities")
    own = bc.seal(synthetic(CITIES, range(2019, 2023)), folder, name="cities", base_year=2022)
    later = synthetic(CITIES, [2023])
    return lambda areas: bc.compare(own, later, areas=areas)


def test_helsinki_was_not_reformed(cities, baseline, regional):
    counties = bc.compare(baseline, regional, areas="county", indicators=[KEY])
    assert "HVA90" not in designs(counties).dates
    found = designs(cities(CITIES), controls=["KU091"], argument=ARGUMENT)
    assert list(found.dates) == CITIES[1:]
    assert reasons(found)["difference_in_differences"] == ""


def test_a_group_of_helsinki_alone_was_not_reformed_either(cities):
    groups = {"capital": ["KU091"], "others": CITIES[1:]}
    assert list(designs(cities(groups)).dates) == ["others"]


def test_every_place_that_has_figures_is_a_treated_area_once(baseline, regional):
    both = bc.compare(baseline, regional, areas=["region", "county"], indicators=[KEY])
    places = [both.targets[code].members for code in designs(both).dates]
    assert both.targets["MK01"].members in places  # of its counties there are no figures
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("treated", "controls", "ways", "possible"),
    [(5, 1, 6, False), (4, 2, 15, False), (5, 2, 21, True), (16, 2, 153, True), (1, 17, 18, False)],
)
def test_placebo_in_space_cannot_go_below_one_over_the_assignments(
    compared, treated, controls, ways, possible
):
    found = designed(compared(treated), REGIONS[treated : treated + controls])
    row = found.table.set_index("design").loc["placebo_in_space"]
    assert ways == math.comb(treated + controls, controls)
    assert row["smallest_p"] == pytest.approx(1 / ways, rel=1e-12)
    assert row["possible"] == possible
    assert row["reason"] == ("" if possible else "smallest_p")
    assert found.claimable == possible
    sentence = (
        f"with {treated} treated and {controls} control areas the smallest possible p-value "
        f"is 1/{ways}."
    )
    assert any(sentence in line for line in found.summary()) == (not possible)


def test_one_control_is_no_synthetic_one(compared):
    found = reasons(designed(compared(), REGIONS[5:6]))
    assert found["synthetic_control"] == "few_donors"
    assert found["difference_in_differences"] == ""


def test_an_event_of_the_same_day_that_did_not_meet_the_controls_cannot_be_told_apart(compared):
    found = designed(compared(beside=REGIONS[:1]), REGIONS[5:7])
    assert {reasons(found)[name] for name in CAUSAL} == {"coinciding"}
    assert not found.claimable
    both = designed(compared(beside=[*REGIONS[:1], *REGIONS[5:7]]), REGIONS[5:7])
    assert {reasons(both)[name] for name in CAUSAL} == {""}


@pytest.mark.parametrize("day", [date(2023, 1, 2), date(2030, 1, 2)])
def test_a_day_that_changes_no_period_or_lies_outside_is_no_other_date(compared, day):
    found = designed(compared(), (), argument="", dates={REGIONS[0]: day})
    sham = reasons(found)["difference_in_differences"]
    assert sham == ("" if day.year == 2023 else "no_control")  # 2 January begins in February


def test_controls_are_argued(compared):
    found = designed(compared(), REGIONS[5:7], argument=" ")
    assert {reasons(found)[name] for name in CAUSAL} == {"no_argument"}
    assert reasons(found)["placebo_in_space"] == ""
    assert not found.claimable


@pytest.mark.parametrize(
    ("start", "reason"), [(date(2019, 12, 1), "short_before"), (date(2020, 1, 1), "")]
)
def test_twelve_periods_before_the_event_are_needed(compared, start, reason):
    found = designed(compared(start=start), REGIONS[5:7])
    assert {reasons(found)[name] for name in CAUSAL} == {reason}
    assert found.claimable == (not reason)


STAGGERED = {"MK01": date(2021, 3, 1), "MK02": date(2022, 6, 1)}


def test_staggered_days_allow_differences_but_no_placebo_in_space(compared):
    found = designed(compared(), (), argument="", dates=STAGGERED)
    assert found.dates == {**dict.fromkeys(REGIONS[:5], START), **STAGGERED}
    assert reasons(found)["difference_in_differences"] == ""
    assert reasons(found)["synthetic_control"] == "no_control"
    assert reasons(found)["placebo_in_space"] == "no_control"
    assert not found.claimable


def test_staggered_days_without_controls_are_told_as_such(compared):
    text = " ".join(designed(compared(), (), argument="", dates=STAGGERED).summary("en"))
    assert "on one day, and" not in text
    assert "with the controls declared" not in text


@pytest.mark.parametrize("code", ["MK6", "MK07"])
def test_a_day_of_an_area_that_did_not_meet_the_event_is_refused(compared, code):
    with pytest.raises(ComparisonError):
        designed(compared(), (), dates={code: date(2022, 1, 1)})


def test_events_that_are_not_known_or_bear_on_nothing_are_refused(result, baseline, regional):
    with pytest.raises(ComparisonError) as caught:
        designs(result, event="reform")
    known = ", ".join(item.id for item in result.events)
    see = "See result.events; bring your own by compare(..., breaks=...)."
    told = f"[series.event] expected one of the events {known}, found 'reform'. {see}"
    assert str(caught.value) == told
    other = bc.compare(baseline, regional, indicators=[KEY], breaks=[event(["MK06"])])
    with pytest.raises(ComparisonError) as caught:
        designs(other, event="own-event")
    assert str(caught.value) == (
        "[series.event] expected an event that bears on areas of the comparison, found "
        f"'own-event'. {see}"
    )


def test_what_began_on_the_same_day_is_named(result):
    found = designs(result)
    names = [item.id for item in found.coinciding]
    assert "act-1023-2022" in names
    assert "counties-start" not in names  # the event itself
    assert "energy-support" not in names  # a month earlier
    assert "rehabilitative-work-2023" not in names  # other indicators
    for language in LANGUAGES:
        line = next(x for x in found.summary(language) if found.coinciding[0].name(language) in x)
        assert all(item.name(language) in line for item in found.coinciding)


def test_the_panel_holds_the_series_and_who_was_treated_when(compared):
    result = compared()
    found = designed(result, REGIONS[5:7], dates=STAGGERED)
    panel = found.panel()
    assert list(panel.columns) == [
        "unit", "period", "time", "outcome", "log_outcome", "ever_treated", "first_treated",
        "treated",
    ]  # fmt: skip
    periods = panel["period"].unique().tolist()
    assert (len(periods), periods[0], periods[-1]) == (59, "2019-01", "2023-11")
    assert (panel.groupby("unit")["time"].apply(list).map(lambda x: x == list(range(59)))).all()
    assert set(panel["unit"]) >= set(REGIONS[:7])
    firsts = panel.drop_duplicates("unit").set_index("unit")["first_treated"]
    assert firsts[REGIONS[:5]].tolist() == [26, 41, 48, 48, 48]
    assert firsts[REGIONS[5:7]].isna().all()
    assert (panel["ever_treated"] == panel["first_treated"].notna()).all()
    from_then = panel["time"] >= panel["first_treated"].fillna(999)
    assert (panel["treated"] == from_then).all()
    assert panel["treated"].sum() == (59 - 26) + (59 - 41) + 3 * 11
    series = result.series[result.series["indicator"] == KEY].set_index(["area", "period"])
    wanted = series.loc[list(zip(panel["unit"], panel["period"], strict=True)), "value"]
    assert panel["outcome"].tolist() == wanted.tolist()
    assert np.exp(panel["log_outcome"]).to_numpy() == pytest.approx(panel["outcome"].to_numpy())


def test_controls_of_the_panel_are_those_that_were_declared(compared):
    panel = designed(compared(), REGIONS[5:7]).panel()
    assert set(panel.loc[panel["first_treated"].isna(), "unit"]) == set(REGIONS[5:7])


def test_a_mainland_of_treated_areas_is_no_control_of_the_panel(result):
    panel = designs(result).panel()
    assert panel["ever_treated"].all()


def test_fixed_effects_on_the_panel_recover_a_planted_effect(tmp_path):
    days = [date(2021, 3, 1), date(2022, 1, 1), date(2022, 9, 1), date(2023, 4, 1)]
    planted = {code: days[place % 4] for place, code in enumerate(REGIONS[:12])}
    earlier, later = (synthetic(REGIONS, y, planted, 0.15) for y in (range(2019, 2023), [2023]))
    own = bc.seal(earlier, tmp_path, name="staggered", base_year=2022)
    result = bc.compare(own, later, areas="region", breaks=[event(planted)])
    found = designed(result, REGIONS[12:], dates=planted)
    assert found.claimable
    panel = found.panel()
    dummies = pd.get_dummies(panel[["unit", "time"]].astype(str), drop_first=True, dtype=float)
    columns = sm.add_constant(dummies.assign(treated=panel["treated"].astype(float)))
    fit = sm.OLS(panel["log_outcome"], columns).fit()
    assert fit.params["treated"] == pytest.approx(0.15, abs=1e-4)  # values are whole numbers
    plain = panel.groupby("treated")["log_outcome"].mean()
    assert abs(plain[True] - plain[False] - 0.15) > 0.01


def keys(language):
    text = resources.files("baseline_compare.language").joinpath(f"{language}.toml")
    words = tomllib.loads(text.read_text(encoding="utf-8"))["design"]
    return {key.removeprefix("reason_"): words[key] for key in words if key.startswith("reason_")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_in_every_language(compared, language):
    known = [
        designed(compared(1, date(2018, 1, 1)), REGIONS[5:6], argument=""),
        designed(compared(1, date(2019, 6, 1)), REGIONS[5:7]),
        designed(compared(), (), argument=""),
        designed(compared(), REGIONS[5:7], argument=""),
        designed(compared(beside=REGIONS[:1]), REGIONS[5:7]),
    ]
    staggered = designed(compared(), (), argument="", dates=STAGGERED).summary(language)
    assert any(keys(language)["no_control_staggered"] in line for line in staggered)
    met = {"no_control_staggered"}.union(*(reasons(found).values() for found in known)) - {""}
    assert met == set(keys(language))
    for found in known:
        text = "\n".join(found.summary(language))
        assert not re.search(r"[{}]|reason_|design\.|_", text)
        for reason in set(reasons(found).values()) - {""}:
            assert keys(language)[reason].partition("{")[0] in text
    assert keys("en") != keys(language) or language == "en"
