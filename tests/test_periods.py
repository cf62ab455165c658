"""The calendar: forms, order, neighbours and names."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baseline_compare.errors import InputError
from baseline_compare.periods import (
    Period,
    compact,
    expand,
    missing_between,
    parse_period,
    span_label,
)

periods = st.one_of(
    st.builds(lambda y: f"{y}", st.integers(1990, 2098)),
    st.builds(lambda y, q: f"{y}-Q{q}", st.integers(1990, 2098), st.integers(1, 4)),
    st.builds(lambda y, m: f"{y}-{m:02d}", st.integers(1990, 2098), st.integers(1, 12)),
    st.builds(lambda y, w: f"{y}-W{w:02d}", st.integers(1990, 2098), st.integers(1, 52)),
)


@given(periods)
def test_a_period_reads_as_it_is_written_and_the_next_one_follows_at_once(text):
    period = parse_period(text)
    assert str(period) == text
    assert period.next.first_day == period.last_day + datetime.timedelta(days=1)
    assert period < period.next


@pytest.mark.parametrize(
    "text",
    ["2202", "44562", "2022-13", "2022-00", "2022-W00", "2022-W53", "2022-Q5", "22-01", "2022/01",
     "tammikuu 2022", "2022-1", "1904-01-01", "1989", "2100", "", "٢٠٢٢", "2022-01-01"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text):
    with pytest.raises(InputError) as caught:
        parse_period(text)
    assert caught.value.code == "period.unknown"
    assert repr(text) in str(caught.value)


def test_iso_weeks_follow_the_iso_year():
    assert parse_period("2020-W53").last_day == datetime.date(2021, 1, 3)
    assert parse_period("2022-W01").first_day == datetime.date(2022, 1, 3)
    assert parse_period("2022-W52").last_day == datetime.date(2023, 1, 1)
    assert parse_period("2022-W52").next == Period("week", 2023, 1)


@given(st.sets(st.integers(0, 80), min_size=1))
def test_ranges_keep_every_period(numbers):
    some = [Period("month", 2019 + n // 12, n % 12 + 1) for n in sorted(numbers)]
    assert list(expand(compact(some))) == some
    assert set(missing_between(some)).isdisjoint(some)
    span = max(numbers) - min(numbers) + 1
    assert len(missing_between(some)) + len(some) == span


@pytest.mark.parametrize(
    ("text", "fi", "sv", "en"),
    [
        ("2023-01..2023-11", "tammi–marraskuu 2023", "januari–november 2023",
         "January–November 2023"),
        ("2022-12", "joulukuu 2022", "december 2022", "December 2022"),
        ("2022-11..2023-01", "marraskuu 2022 – tammikuu 2023", "november 2022 – januari 2023",
         "November 2022 – January 2023"),
        ("2022-W01..2022-W51", "viikot 1–51/2022", "veckorna 1–51/2022", "weeks 1–51/2022"),
        ("2022-W05", "viikko 5/2022", "vecka 5/2022", "week 5/2022"),
        ("2022", "2022", "2022", "2022"),
        ("2019..2022", "2019–2022", "2019–2022", "2019–2022"),
        ("2022-04, 2022-10", "huhtikuu 2022, lokakuu 2022", "april 2022, oktober 2022",
         "April 2022, October 2022"),
    ],
)  # fmt: skip
def test_people_read_periods_in_their_language(text, fi, sv, en):
    found = [span_label(expand(text), language) for language in ("fi", "sv", "en")]
    assert found == [fi, sv, en]


def test_quarters_have_names():
    labels = [span_label([parse_period("2022-Q3")], language) for language in ("sv", "en")]
    assert labels == ["kvartal 3/2022", "quarter 3/2022"]
