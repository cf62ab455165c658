"""The catalogue: complete, argued, checked on the way in."""

import re
import tomllib
from dataclasses import replace

import pytest

import baseline_compare as bc
from baseline_compare.baselines.canonical import toml_bytes
from baseline_compare.errors import DefinitionError
from baseline_compare.indicators import (
    Catalogue,
    Rule,
    catalogue,
    document,
    parse_catalogue,
    read_catalogue,
)

OWN = """
schema = "1.0"

[margins.two_points]
scale = "difference"
value = "0.02"
declared_on = "2026-01-31"
declared_by = "an evaluator"
follow_up_known = false
reason.fi = "Oma raja."
reason.sv = "Egen gräns."
reason.en = "A margin of our own."

[indicators.reached_by_phone_share]
kind = "proportion"
unit = "share"
polarity = "higher_is_better"
polarity_reason = "People who call want an answer."
period_types = ["month"]
additive_over_areas = false
additive_over_periods = false
denominator = "calls"
margin = "two_points"
family = "exploratory"
theme = "access"
responsible_from_2023 = "wellbeing_services_counties"
source = "own-survey"
name.fi = "vastattujen puhelujen osuus"
name.sv = "andel besvarade samtal"
name.en = "share of calls answered"
definition.fi = "Vastatut puhelut kaikista puheluista."
definition.sv = "Besvarade samtal av alla samtal."
definition.en = "Calls answered, of all calls."
"""


def test_the_catalogue_holds_what_an_evaluation_of_the_reform_needs():
    needed = {
        "basic_sa_households", "basic_sa_households_new", "basic_sa_households_previous",
        "basic_sa_households_new_share", "basic_sa_households_per_1000", "basic_sa_persons",
        "basic_sa_persons_new", "basic_sa_persons_previous", "basic_sa_persons_new_share",
        "basic_sa_persons_per_1000", "basic_sa_applications_received", "population",
        "basic_sa_applications_over_7_working_days_share",
        "basic_sa_information_requests_over_7_working_days_share",
        "county_sa_applications_over_7_working_days_share",
        "county_sa_information_requests_over_7_working_days_share",
        "basic_sa_urgent_decisions_next_working_day_share", "basic_sa_rejected_decisions_share",
        "basic_sa_review_claims_decided", "basic_sa_review_claims_changed_share",
        "basic_sa_expenditure_gross", "basic_sa_expenditure_net", "supplementary_sa_households",
        "preventive_sa_households", "basic_sa_households_applicant_under25_share",
        "kela_notification_count", "kela_notification_type_share_social_work_need",
        "basic_sa_electronic_applications_share",
        "basic_sa_ready_applications_processing_time_mean",
    }  # fmt: skip
    assert needed <= set(catalogue())


def test_every_indicator_is_argued_and_named_in_three_languages():
    for indicator in catalogue().values():
        assert indicator.polarity_reason.endswith(".")
        assert len({*indicator.names.values()}) >= 2 or indicator.id == "population"
        assert all(text.endswith(".") for text in indicator.definitions.values())
        if indicator.margin is not None:
            assert indicator.margin.declared_on == "2026-11-25"
            assert indicator.margin.follow_up_known


def test_recipients_applications_and_euros_are_neutral():
    for key, indicator in catalogue().items():
        if indicator.kind in ("count", "amount") or "per_1000" in key:
            assert indicator.polarity == "neutral"


def test_only_the_shares_of_processing_time_know_better_and_worse():
    lower = {k for k, i in catalogue().items() if i.polarity == "lower_is_better"}
    assert "basic_sa_applications_over_7_working_days_share" in lower
    assert "basic_sa_rejected_decisions_share" not in lower


def test_margins_are_three_per_cent_and_one_point():
    margins = {
        i.margin.id: (i.margin.scale, i.margin.size) for i in catalogue().values() if i.margin
    }
    assert margins == {
        "counts_3_percent": ("ratio", 0.03),
        "shares_1_point": ("difference", 0.01),
    }


def test_a_catalogue_reads_as_it_is_written():
    tables = document(catalogue())
    again = parse_catalogue(toml_bytes(tables).decode(), file="again.toml")
    assert dict(again) == dict(catalogue())
    assert toml_bytes(document(again)) == toml_bytes(tables)


def test_a_subset_takes_the_parts_of_computed_indicators_along():
    found = catalogue().subset(["basic_sa_persons_per_1000"])
    parts = {"basic_sa_persons", "basic_sa_persons_new", "basic_sa_persons_previous"}
    assert set(found) == {"basic_sa_persons_per_1000", "population"} | parts


def test_own_indicators_from_a_file(tmp_path):
    path = tmp_path / "ömin.toml"
    path.write_text(OWN, encoding="utf-8")
    own = read_catalogue(path)
    assert own["reached_by_phone_share"].margin.size == 0.02
    assert len(own) == len(catalogue()) + 1
    later = bc.measurements.from_frame(
        __import__("pandas").DataFrame(
            {
                "indicator": ["reached_by_phone_share"],
                "area": ["HVA08"],
                "period": ["2023-01"],
                "numerator": [80],
                "denominator": [100],
            }
        ),
        source="own-survey",
        indicators=own,
    )
    assert len(later) == 1


def test_own_indicators_in_python():
    extra = replace(catalogue()["basic_sa_households"], id="my_households")
    assert "my_households" in catalogue().add(extra)
    with pytest.raises(DefinitionError, match="an id of its own"):
        catalogue().add(catalogue()["population"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "proportion"', 'kind = "share"', "expected count or proportion"),
        ('unit = "share"', 'unit = "per cent"', "expected households or persons"),
        ('polarity = "higher_is_better"', 'polarity = "up"', "higher_is_better or lower_is_better"),
        ('value = "0.02"', "value = 0.02", "numbers and dates are written as text"),
        ('value = "0.02"', 'value = "two"', "Correct value of margin two_points"),
        ('declared_on = "2026-01-31"', 'declared_on = "yesterday"', "Correct declared_on"),
        ('margin = "two_points"', 'margin = "three"', "one of ['two_points']"),
        ('family = "exploratory"', 'famly = "exploratory"', "famly"),
        ('name.sv = "andel besvarade samtal"\n', "", "Correct name of indicator"),
        ('period_types = ["month"]', 'period_types = ["day"]', "year or quarter or month or week"),
        ("additive_over_areas = false", "additive_over_areas = true", "false for a share"),
        ("additive_over_areas = false", 'additive_over_areas = "no"', "a valid bool"),
        ('denominator = "calls"', 'denominator = "calls"\ncomputed = true', "that is measured"),
        ("[indicators.reached_by_phone_share]", "[indicators.Reached]", "lower-case letters"),
        ('schema = "1.0"', "schema = ", "expected TOML"),
    ],
)  # fmt: skip
def test_a_definition_that_does_not_hold_together_is_refused(tmp_path, old, new, words):
    assert old in OWN
    path = tmp_path / "mine.toml"
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_catalogue(path)
    assert caught.value.code == "definition.invalid"
    assert words in str(caught.value)


def test_all_problems_of_a_catalogue_are_told_at_once():
    broken = OWN.replace('kind = "proportion"', "kind = 1").replace('unit = "share"', "unit = 2")
    with pytest.raises(DefinitionError) as caught:
        parse_catalogue(broken, file="mine.toml")
    assert len(caught.value.problems) == 2


def test_a_catalogue_prints_its_ids():
    assert "basic_sa_households" in repr(catalogue())
    assert tomllib.loads(toml_bytes(document(Catalogue([]))).decode())["schema"] == "1.0"


def test_a_catalogue_that_is_not_there_or_not_utf8_is_a_typed_error(tmp_path):
    with pytest.raises(bc.BaselineCompareError, match=r"path\.not_found"):
        read_catalogue(tmp_path / "nowhere.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(OWN.encode("latin-1", errors="replace").replace(b"samtal", b"s\xe4mtal"))
    with pytest.raises(bc.BaselineCompareError, match=r"encoding\.invalid"):
        read_catalogue(path)


@pytest.mark.parametrize(
    "wrong",
    [{"scale": "foo"}, {"value": "30 %"}, {"value": 0.3}, {"value": "0"}, {"declared_on": "soon"},
     {"reasons": {"fi": "x"}}],
)  # fmt: skip
def test_a_margin_made_in_python_is_checked_as_well(wrong):
    with pytest.raises(DefinitionError, match=r"definition\.invalid"):
        replace(catalogue()["basic_sa_households"].margin, **wrong)


def test_only_recipients_applications_and_shares_have_a_shipped_margin():
    without = {key for key, item in catalogue().items() if item.margin is None}
    assert {key for key in without if catalogue()[key].kind == "count"} == {
        "population", "basic_sa_review_claims_decided", "kela_notification_count",
    }  # fmt: skip
    assert {key for key, item in catalogue().items() if item.kind == "amount"} <= without


RULE = '[disclosure]\nthreshold = "{}"\nzero_disclosive = {}\nprotection = "{}"\n'


def with_rule(rule):
    own = document(catalogue())
    own.pop("disclosure")
    return parse_catalogue(f"{toml_bytes(own).decode()}\n{rule}", file="own.toml")


def test_a_rule_is_read_with_the_indicators():
    own = f'{RULE.format(10, "true", "exact")}by_unit = {{claims = "3"}}\n'
    found = with_rule(own).rule
    assert found == Rule(
        zero_disclosive=True, threshold=10, protection="exact", by_unit={"claims": 3}
    )
    assert document(with_rule(own))["disclosure"]["by_unit"] == {"claims": "3"}
    assert "p_percent" not in str(document(with_rule(own)))
    assert "p_percent" not in repr(found)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (RULE.format("x", "true", "exact"), "a valid str (numbers and dates are written as text)"),
        (RULE.format("0", "true", "exact"), "a whole number from 1 on, found 0"),
        (RULE.format("5", "true", "loose"), "expected strict or exact, found 'loose'"),
        (RULE.format("5", '"no"', "exact"), "expected a valid bool, found 'no'"),
        (
            '[disclosure]\nthreshold = "5"\nprotection = "strict"\n',
            "expected a bool, found nothing",
        ),
    ],
)
def test_a_rule_that_does_not_hold_is_refused(rule, message):
    with pytest.raises(DefinitionError, match=re.escape(message)):
        with_rule(rule)


def test_zeros_have_no_default():
    with pytest.raises(DefinitionError) as caught:
        Rule()
    assert str(caught.value) == (
        "[sdc.zero_policy] expected a word on whether a count of none, or of all, reveals "
        "something, found None. Say zero_disclosive=True or zero_disclosive=False."
    )


def test_the_strictest_threshold_of_all_sources_holds():
    rule = Rule(zero_disclosive=False, threshold=3, by_source={"a": 5, "b": 10})
    assert rule.threshold_of("persons", ["a", "c"]) == 5
    assert rule.threshold_of("persons", ["a", "b"]) == 10
    units = Rule(zero_disclosive=False, threshold=5, by_unit={"claims": 3}, by_source={"a": 4})
    assert [units.threshold_of("claims", [name]) for name in "xa"] == [3, 4]


@pytest.mark.parametrize(
    "breakdowns",
    [
        (("basic_sa_households_new", "basic_sa_households_new"),),
        (("unknown", "basic_sa_households_new"),),
        (("basic_sa_households_new_share",),),
        (("own_total",),),
        (("basic_sa_households",), ("loop",)),
    ],
)
def test_a_count_is_no_part_of_itself_and_has_counts_as_parts(breakdowns):
    item = catalogue()["basic_sa_households"]
    loop = replace(item, id="loop", breakdowns=(("own_total",),))
    plain = replace(item, id="own_total", breakdowns=(("basic_sa_households_new",),))
    assert catalogue().add(plain, loop)["loop"].breakdowns == (("own_total",),)
    with pytest.raises(DefinitionError, match="lists of other counts that sum to it, each once"):
        catalogue().add(replace(plain, breakdowns=breakdowns), loop)
