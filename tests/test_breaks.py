"""Events: when one touches a comparison, and which indicators and areas it concerns."""

import pytest

from baseline_compare.baselines.canonical import toml_bytes
from baseline_compare.breaks import document, parse_breaks, shipped_breaks
from baseline_compare.errors import DefinitionError
from baseline_compare.periods import parse_period

EVENTS = {event.id: event for event in shipped_breaks()}


def window(first, last=None):
    return parse_period(first), parse_period(last or first)


@pytest.mark.parametrize(
    ("event", "base", "later", "expected"),
    [
        ("counties-start", ("2022-01", "2022-11"), ("2023-01", "2023-11"), True),
        ("counties-start", ("2023-01", "2023-11"), ("2024-01", "2024-11"), False),
        ("counties-start", ("2022-W01", "2022-W52"), ("2023-W01", "2023-W51"), True),
        ("tax-refunds", ("2022-01", "2022-12"), ("2023-01", "2023-12"), False),
        ("epidemic-2020", ("2021-01", "2021-12"), ("2022-01", "2022-12"), True),
        ("epidemic-2020", ("2022-01", "2022-12"), ("2023-01", "2023-12"), False),
        ("index-2022-08", ("2022-01", "2022-12"), ("2023-01", "2023-12"), True),
        ("children-amount-2023", ("2022", "2022"), ("2023", "2023"), True),
        ("children-amount-2023", ("2022", "2022"), ("2024", "2024"), True),
        ("total-reform-2026", ("2022-01", "2022-01"), ("2026-01", "2026-01"), False),
        ("total-reform-2026", ("2022-02", "2022-02"), ("2026-02", "2026-02"), True),
        ("kela-transfer", ("2022-01", "2022-12"), ("2023-01", "2023-12"), False),
        ("kela-transfer", ("2017-01", "2017-12"), ("2018-01", "2018-12"), True),
    ],
)
def test_an_event_touches_what_it_falls_between_or_into(event, base, later, expected):
    assert EVENTS[event].touches(window(*base), window(*later)) is expected


def test_patterns_name_indicators_and_areas():
    event = EVENTS["kela-areas-2024-11"]
    assert event.concerns(["basic_sa_households"], ["KELA4"])
    assert event.concerns(["basic_sa_households"], ["KELASA1"])
    assert not event.concerns(["basic_sa_households"], ["YTA4"])
    assert EVENTS["rehabilitative-work-2023"].concerns(["supplementary_sa_households"], ["MK06"])
    assert not EVENTS["rehabilitative-work-2023"].concerns(["basic_sa_households"], ["MK06"])


def test_events_of_a_comparison_come_in_the_order_of_their_dates(result):
    assert [event.id for event in result.breaks["basic_sa_households"]] == [
        "index-2022-08",
        "energy-support",
        "act-1023-2022",
        "amounts-2023",
        "children-amount-2023",
        "counties-start",
        "ukrainians-2023",
    ]
    assert {event.effect for event in result.touching_breaks} == {"remark"}


def test_several_ids_or_areas_are_looked_at_together():
    event = EVENTS["pertunmaa-2025"]
    assert event.concerns(["basic_sa_households"], ["YTA2", "KU507"])
    assert not event.concerns(["basic_sa_households"], ["YTA2"])


def test_events_read_as_they_are_written():
    text = toml_bytes(document(shipped_breaks())).decode()
    assert parse_breaks(text, file="again.toml") == shipped_breaks()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('effect = "remark"', 'effect = "maybe"'),
        ('date_from = "2022-08-01"', 'date_from = "August"'),
        ("name.sv", "name.de"),
        ('kind = "benefit_level"', "kin = 1"),
        ('date_from = "2022-08-01"\n', ""),
    ],
)
def test_a_broken_event_is_refused(old, new):
    own = (
        toml_bytes(document([EVENTS["index-2022-08"]]))
        .decode()
        .replace("[breaks.index-2022-08.name]", "")
    )
    own = own.replace("fi =", "name.fi =").replace("sv =", "name.sv =").replace("en =", "name.en =")
    assert parse_breaks(own, file="own.toml")
    assert old in own
    with pytest.raises(DefinitionError, match=r"definition\.invalid"):
        parse_breaks(own.replace(old, new), file="own.toml")
