"""Measurements: read-only, in order, selected and combined without loss."""

from dataclasses import replace

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.errors import InputError
from baseline_compare.measurements import COLUMNS, from_frame

KEY = "basic_sa_households"


def rows(*values, **columns):
    frame = pd.DataFrame(values, columns=["indicator", "area", "period", "value"])
    return frame.assign(**columns)


def test_rows_come_in_the_order_of_their_keys_whatever_order_they_had():
    values = [
        (KEY, "MK06", "2023-02", 4), ("basic_sa_persons", "MK05", "2023-01", 9),
        (KEY, "MK05", "2023-01", 1), (KEY, "MK06", "2023-01", 3), (KEY, "MK05", "2023-02", 2),
    ]  # fmt: skip
    for order in (values, values[::-1]):
        table = from_frame(rows(*order), source="synthetic").table
        assert table["value"].tolist() == [1, 2, 3, 4, 9]
        assert tuple(table.columns) == COLUMNS


def test_the_table_is_a_copy(follow_up):
    table = follow_up.table
    table["value"] = 0
    assert follow_up.table["value"].sum() > 0


def test_selecting_keeps_what_is_asked_for(follow_up):
    found = follow_up.select(
        indicators=[KEY], areas=["MK06", "MK07"], first="2023-02", last="2023-04"
    )
    assert len(found) == 6
    assert repr(found) == "6 measurements: 1 indicator, 2 areas, 2023-02 to 2023-04"
    assert len(follow_up.select()) == len(follow_up)
    assert found.origins == follow_up.origins


def test_parts_put_together_are_the_whole(follow_up):
    early, late = follow_up.select(last="2023-06"), follow_up.select(first="2023-07")
    weeks = follow_up.select(indicators=["basic_sa_applications_received"])
    months = early.select(indicators=[KEY]).combine(late.select(indicators=[KEY]))
    both = months.combine(weeks)
    expected = follow_up.select(indicators=[KEY, "basic_sa_applications_received"])
    pd.testing.assert_frame_equal(both.table, expected.table)


def test_the_same_key_twice_is_refused_when_combining(follow_up):
    with pytest.raises(InputError, match=r"key\.duplicate"):
        follow_up.combine(follow_up.select(indicators=[KEY]))


def test_two_files_of_one_name_are_told_apart(tmp_path, fixtures):
    text = (fixtures / "follow_up_2023.csv").read_text(encoding="utf-8").splitlines()
    for folder, part in (("a", text[1:40]), ("b", text[40:60])):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "rows.csv"
        path.write_text("\n".join([text[0], *part]) + "\n", encoding="utf-8")
    first, second = (bc.read_measurements(tmp_path / name / "rows.csv") for name in "ab")
    with pytest.raises(InputError, match=r"two different files named rows\.csv"):
        first.combine(second)


def test_every_row_knows_its_file_and_place(regional):
    table = regional.table.set_index(["indicator", "area", "period"])
    row = table.loc[(KEY, "MK10", "2023-01")]
    assert row["file"] == "recipients_2023.csv"
    assert row["status"] == "derived"
    parts = [table.loc[(f"{KEY}_{part}", "MK10", "2023-01")] for part in ("new", "previous")]
    assert row["place"] == "+".join(part["place"] for part in parts)
    assert row["value"] == sum(part["value"] for part in parts)


def test_decimals_are_kept_as_they_were_written():
    found = from_frame(
        rows(("basic_sa_throughput_time_mean", "MK06", "2023-01", 7.25)), source="synthetic"
    )
    assert found.frame["value_decimals"].tolist() == [2]


def test_a_series_monitored_twice_a_year_has_no_gap():
    key = "basic_sa_applications_over_7_working_days_share"
    found = from_frame(
        rows((key, "MK06", "2023-04", 0.01), (key, "MK06", "2023-10", 0.02)), source="synthetic"
    )
    assert len(found) == 2


def test_warnings_show_when_measurements_are_printed(tmp_path, fixtures):
    text = (fixtures / "follow_up_2023.csv").read_text(encoding="utf-8").splitlines()[:5]
    path = tmp_path / "mixed.csv"
    path.write_bytes(("\r\n".join(text[:2]) + "\r\n" + "\n".join(text[2:]) + "\n").encode())
    found = bc.read_measurements(path)
    assert "[text.newlines]" in repr(found)


def test_selecting_what_is_not_there_is_refused(follow_up):
    assert len(follow_up.select(indicators=KEY, areas="MK06")) == 11
    for wrong in ({"indicators": "households"}, {"areas": ["MK6"]}):
        with pytest.raises(InputError, match=r"selection\.unknown"):
            follow_up.select(**wrong)


def test_two_definitions_of_one_indicator_are_not_put_together(follow_up):
    items = dict(follow_up.indicators)
    items[KEY] = replace(items[KEY], definitions=dict.fromkeys(("fi", "sv", "en"), "Another."))
    other = from_frame(
        rows((KEY, "MK06", "2024-01", 4)),
        source="synthetic",
        indicators=bc.indicators.Catalogue(items.values()),
    )
    with pytest.raises(InputError, match="two definitions of basic_sa_households"):
        follow_up.combine(other)


def test_the_checked_rows_cannot_be_written_to(follow_up):
    frame = follow_up.frame
    frame.loc[0, "value"] = -1.0
    assert follow_up.frame.loc[0, "value"] > 0
