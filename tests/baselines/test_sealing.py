"""Sealing a release of one's own: what is refused, what is kept, and what a crash leaves behind."""

import csv
import errno
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.baselines.verification import MANIFEST, SEAL, verify
from baseline_compare.errors import BaselineCompareError, ReleaseError, WriteError
from baseline_compare.findings import SCHEME, Finding, Round, shipped_themes
from baseline_compare.language import LANGUAGES

KILLS = 40
NAME = "own"
TITLE = {"fi": "Oma", "sv": "Egen", "en": "Own"}
FINDING = Finding(
    id="first", kind="weakness", theme="digital", area="FI-MAINLAND", term_fi="",
    statements={"fi": "Yksi.", "sv": "Ett.", "en": "One."}, source="own-study", status="report",
)  # fmt: skip


def mapping(*found):
    """A round of one's own with these findings."""
    return Round(
        id="own", names=TITLE, scheme=SCHEME, stage="final", covers=TITLE,
        themes=shipped_themes(), findings=found,
    )  # fmt: skip


def table(*, first=100, areas=("MK06", "MK07"), months=("2022-01", "2022-02"), **columns):
    keys = [(area, month) for area in areas for month in months]
    return pd.DataFrame(
        {
            "indicator": "basic_sa_households",
            "area": [area for area, _ in keys],
            "period": [month for _, month in keys],
            "value": range(first, first + len(keys)),
            **columns,
        }
    )


def rows(*, source="own-register", **columns):
    return bc.measurements.from_frame(table(**columns), source=source)


def tidy(folder, text, name="own.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return bc.read_measurements(path)


def state(folder):
    """Every file below a folder with its bytes and the time of its last change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def loaded(folder):
    """The id of the release, or the code of the reason why there is none."""
    try:
        return bc.load_baseline(folder / NAME).id
    except ReleaseError as error:
        return error.code


def visible(folder):
    return sorted(path.name for path in (folder / NAME).glob("*") if path.name[0] != ".")


def refused(measurements, folder, **options):
    """Sealing is refused, in the library's own words, and no release is there afterwards."""
    options = {"name": NAME} | options
    with pytest.raises(BaselineCompareError) as caught:
        bc.seal(measurements, folder, **options)
    assert not list(folder.rglob(SEAL))
    return caught.value


class TestOwnRelease:
    def test_from_a_table_in_memory(self, tmp_path):
        made = bc.seal(rows(), tmp_path, name=NAME, title=TITLE, findings=mapping(FINDING))
        assert (made.name, made.version, made.base_year, made.vintage) == (NAME, 0, 2022, 2022)
        assert made.titles == TITLE
        assert made.findings == (FINDING,)
        assert made.measurements.table["value"].tolist() == [100.0, 101.0, 102.0, 103.0]
        assert made.not_available == {}
        lead = made.provenance("basic_sa_households", "MK07", "2022-01")
        assert lead["source"] == "own-register"
        assert lead["place"] == "3"
        assert lead["sha256"] == lead["retrieved"] == "not_available"

    def test_from_a_file(self, tmp_path, fixtures):
        source = fixtures / "baseline_2022" / "recipients_mainland.csv"
        read = bc.read_measurements(source, source="kela-recipients").select(first="2021")
        made = bc.seal(read, tmp_path, name=NAME, base_year=2022)
        assert made.measurements.table.equals(read.table)
        lead = made.provenance("basic_sa_persons", "FI-MAINLAND", "2022-12")
        assert lead["file"] == source.name
        assert lead["transformation"] == "kela-recipients@1"
        assert lead["place"].count("+") == 1

    def test_it_can_be_compared_with(self, tmp_path):
        made = bc.seal(rows(), tmp_path, name=NAME)
        later = rows(first=200, months=("2023-01", "2023-02"))
        result = bc.compare(made, later, areas=["MK06", "MK07"])
        assert result.table["baseline"].tolist() == [100.5, 102.5]
        assert result.settings.baseline_id == made.id

    def test_loading_by_name_and_by_version(self, tmp_path):
        made = bc.seal(rows(), tmp_path, name=NAME)
        for path in (tmp_path / NAME, tmp_path / NAME / "0", str(tmp_path / NAME)):
            loaded = bc.load_baseline(path, expected_id=made.id)
            assert loaded.id == made.id
            assert loaded.measurements.table.equals(made.measurements.table)
        for path in (tmp_path, tmp_path / NAME / "1", tmp_path / "other"):
            with pytest.raises(ReleaseError) as caught:
                bc.load_baseline(path)
            assert caught.value.code == "release.not_found"

    def test_it_verifies_and_nothing_else_is_there(self, tmp_path):
        made = bc.seal(rows(), tmp_path, name=NAME)
        assert verify(tmp_path / NAME / "0", expected_id=made.id).id == made.id
        assert visible(tmp_path) == ["0"]

    def test_the_last_year_may_be_left_out_only_if_it_is_the_only_one(self, tmp_path):
        later = rows(months=("2021-12", "2022-01"))
        assert refused(later, tmp_path).code == "baseline.window"
        assert refused(later, tmp_path, base_year=2020).code == "baseline.lookahead"
        assert bc.seal(later, tmp_path, name=NAME, base_year=2022).base_year == 2022

    def test_a_base_year_without_figures(self, tmp_path):
        assert refused(rows(), tmp_path, base_year=2023).code == "baseline.window"


class TestSameContent:
    """Same content, same id, everywhere (P1)."""

    def test_sealing_again_changes_no_file(self, tmp_path):
        made = bc.seal(rows(), tmp_path, name=NAME, findings=mapping(FINDING))
        before = state(tmp_path)
        again = bc.seal(rows(), tmp_path, name=NAME, findings=mapping(FINDING))
        assert again.id == made.id
        assert state(tmp_path) == before

    def test_another_folder_gives_the_same_bytes(self, tmp_path):
        for folder in ("a", "b/c"):
            bc.seal(rows(), tmp_path / folder, name=NAME)
        made, again = (
            {path.name: path.read_bytes() for path in (tmp_path / folder / NAME / "0").iterdir()}
            for folder in ("a", "b/c")
        )
        assert made == again

    def test_the_order_of_rows_does_not_matter(self, tmp_path):
        places = {"place": ["a1", "a2", "a3", "a4"]}
        frame = table(**places)
        ids = set()
        for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
            part = bc.measurements.from_frame(frame.iloc[order], source="own")
            ids.add(bc.seal(part, tmp_path / str(order[0]), name=NAME).id)
        assert len(ids) == 1

    def test_the_order_of_files_does_not_matter(self, tmp_path):
        head = "indicator,area,period,value\n"
        first = tidy(tmp_path, f"{head}basic_sa_households,MK06,2022-01,1\n", "a.csv")
        second = tidy(tmp_path, f"{head}basic_sa_persons,MK06,2022-01,2\n", "b.csv")
        one = bc.seal(first.combine(second), tmp_path / "x", name=NAME)
        other = bc.seal(second.combine(first), tmp_path / "y", name=NAME)
        assert one.id == other.id

    @pytest.mark.parametrize(
        "options",
        [
            lambda turn: {"title": dict(turn(TITLE.items()))},
            lambda turn: {"findings": mapping(*turn([FINDING, replace(FINDING, id="second")]))},
            lambda turn: {"breaks": turn(bc.load_baseline("2022").breaks)},
            lambda turn: {
                "not_available": {
                    key: dict(turn(TITLE.items()))
                    for key in turn(["basic_sa_expenditure_net", "kela_notification_count"])
                }
            },
        ],
        ids=["title", "findings", "breaks", "not_available"],
    )
    def test_the_order_of_options_does_not_matter(self, tmp_path, options):
        one = bc.seal(rows(), tmp_path / "a", name=NAME, **options(list))
        other = bc.seal(rows(), tmp_path / "b", name=NAME, **options(lambda x: list(x)[::-1]))
        assert one.id == other.id

    @pytest.mark.parametrize(
        "options",
        [
            {"title": TITLE},
            {"findings": mapping(FINDING)},
            {"breaks": []},
            {"not_available": {"kela_notification_count": TITLE}},
        ],
        ids=lambda options: next(iter(options)),
    )
    def test_every_option_is_part_of_the_content(self, tmp_path, options):
        made = bc.seal(rows(), tmp_path, name=NAME)
        with pytest.raises(ReleaseError) as caught:
            bc.seal(rows(), tmp_path, name=NAME, **options)
        assert caught.value.code == "release.taken"
        assert bc.load_baseline(tmp_path / NAME).id == made.id

    def test_composed_and_decomposed_text_are_the_same_content(self, tmp_path):
        one = bc.seal(rows(), tmp_path / "a", name=NAME, title={**TITLE, "fi": "Ä"})
        other = bc.seal(rows(), tmp_path / "b", name=NAME, title={**TITLE, "fi": "A\u0308"})
        assert one.id == other.id


class TestOtherContent:
    @pytest.mark.parametrize(
        "other", [{"first": 101}, {"source": "other"}, {"areas": ("MK06",)}], ids=str
    )
    def test_a_name_that_is_taken(self, tmp_path, other):
        made = bc.seal(rows(), tmp_path, name=NAME)
        before = state(tmp_path)
        with pytest.raises(ReleaseError) as caught:
            bc.seal(rows(**other), tmp_path, name=NAME)
        assert caught.value.code == "release.taken"
        assert made.id[:12] in str(caught.value)
        assert state(tmp_path) == before

    def test_another_name_is_free(self, tmp_path):
        made = bc.seal(rows(), tmp_path, name=NAME)
        other = bc.seal(rows(first=7), tmp_path, name="other")
        assert bc.load_baseline(tmp_path / NAME).id == made.id != other.id

    def test_a_damaged_release_is_not_repaired(self, tmp_path):
        bc.seal(rows(), tmp_path, name=NAME)
        (tmp_path / NAME / "0" / "areas.csv").write_text("x")
        before = state(tmp_path)
        with pytest.raises(ReleaseError) as caught:
            bc.seal(rows(), tmp_path, name=NAME)
        assert caught.value.code == "hash.mismatch"
        assert state(tmp_path) == before


class TestRefusals:
    @pytest.mark.parametrize(
        "name",
        [
            "", " ", "Own", "öwn", "my own", "a/b", "a\\b", "/a", ".", "..", "../a", ".own", "-own",
            "own.", "con", "nul.2022", "com1", "own\n", "own\x00", "a" * 101, "C:", "٣",
        ],
        ids=ascii,
    )  # fmt: skip
    def test_a_name_that_is_no_name(self, tmp_path, name):
        folder = tmp_path / "releases"
        folder.mkdir()
        assert refused(rows(), folder, name=name).code == "path.name"
        assert sorted(tmp_path.rglob("*")) == [folder]

    @pytest.mark.parametrize("name", ["a", "0", "own-2022.1_b", "a" * 100])
    def test_a_name_that_is_one(self, tmp_path, name):
        assert bc.seal(rows(), tmp_path, name=name).name == name
        assert bc.load_baseline(tmp_path / name).name == name

    def test_a_later_measurement(self, tmp_path):
        later = rows(months=("2022-12", "2023-01"))
        error = refused(later, tmp_path, base_year=2022)
        assert error.code == "baseline.lookahead"
        assert "2023" in str(error)
        kept = later.select(last="2022-12")
        assert bc.seal(kept, tmp_path, name=NAME).base_year == 2022

    def test_a_later_population(self, tmp_path):
        frame = table()
        frame.loc[len(frame)] = ["population", "MK06", "2023", 200_000]
        later = bc.measurements.from_frame(frame, source="own")
        assert refused(later, tmp_path, base_year=2022).code == "baseline.lookahead"

    def test_an_earlier_population(self, tmp_path):
        frame = table()
        frame.loc[len(frame)] = ["population", "MK06", "2021", 200_000]
        earlier = bc.measurements.from_frame(frame, source="own")
        assert bc.seal(earlier, tmp_path, name=NAME).base_year == 2022

    def test_a_cell_without_a_row(self, tmp_path):
        part = bc.measurements.from_frame(table().iloc[:3], source="own")
        error = refused(part, tmp_path)
        assert error.code == "coverage.missing"
        assert "MK07" in error.problems[0].expected
        assert "2022-02" in error.problems[0].found

    def test_a_cell_without_a_figure_is_a_state(self, tmp_path):
        frame = table()
        frame["state"] = ["value"] * 3 + ["not_available"]
        frame["value"] = [1.0, 2.0, 3.0, None]
        made = bc.seal(bc.measurements.from_frame(frame, source="own"), tmp_path, name=NAME)
        assert made.measurements.table["state"].tolist()[-1] == "not_available"

    def test_a_blank_row(self, tmp_path):
        read = tidy(
            tmp_path,
            "indicator,area,period,value\n"
            "basic_sa_households,MK06,2022-01,1\n"
            ",,,\n"
            "basic_sa_households,MK06,2022-02,2\n",
        )
        error = refused(read, tmp_path)
        assert error.code == "row.blank"
        assert (error.problems[0].file, error.problems[0].row) == ("own.csv", 3)

    @pytest.mark.parametrize("text", ["=1+1", "+1 a", "-a", "@a", " =1", "'=1"])
    def test_a_text_that_begins_a_formula(self, tmp_path, text):
        assert refused(rows(source=text), tmp_path).code == "text.formula"

    def test_a_formula_in_a_finding(self, tmp_path):
        wrong = replace(FINDING, statements=FINDING.statements | {"sv": '=HYPERLINK("a")'})
        assert refused(rows(), tmp_path, findings=mapping(wrong)).code == "text.formula"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a\x00b", "text.control_char"),
            ("a\tb", "text.control_char"),
            ("a\u202eb", "text.bidi"),
            ("a\u200bb", "text.invisible"),
            ("a\x85b", "encoding.c1_control"),
        ],
        ids=ascii,
    )
    def test_a_control_or_invisible_character(self, tmp_path, text, code):
        assert refused(rows(source=text), tmp_path).code == code

    def test_two_findings_of_one_id(self):
        with pytest.raises(BaselineCompareError, match=r"key\.duplicate"):
            mapping(FINDING, FINDING)


class TestWhatIsSealedCanBeRead:
    """Nothing is sealed that the library then refuses to load, for the name would be taken."""

    def sealed_or_refused(self, measurements, folder, **options):
        try:
            made = bc.seal(measurements, folder, name=NAME, **options)
        except BaselineCompareError:
            assert not list(folder.rglob(SEAL))
            return None
        assert bc.load_baseline(folder / NAME).id == made.id
        return made

    @pytest.mark.parametrize("value", [1 / 3, 0.1 + 0.2, 2 / 7, 1e-7, 0.1234567890123456])
    def test_a_share_with_all_the_digits_of_a_float(self, tmp_path, value):
        frame = pd.DataFrame(
            {
                "indicator": ["basic_sa_rejected_decisions_share"],
                "area": ["FI-MAINLAND"],
                "period": ["2022"],
                "value": [value],
            }
        )
        part = bc.measurements.from_frame(frame, source="own")
        made = self.sealed_or_refused(part, tmp_path)
        assert made is None or made.measurements.table["value"].tolist() == [value]

    @pytest.mark.parametrize("value", [10**15, 2**53 - 4, 10**14 + 1])
    def test_a_large_count(self, tmp_path, value):
        made = self.sealed_or_refused(rows(first=value), tmp_path)
        assert made is None or made.measurements.table["value"].tolist()[0] == value

    def test_a_month_that_is_missing_everywhere(self, tmp_path):
        parts = [rows(months=(month,)) for month in ("2022-01", "2022-03")]
        assert refused(parts[0].combine(parts[1]), tmp_path).code in {
            "period.missing",
            "coverage.missing",
        }

    def test_a_finding_without_a_text(self, tmp_path):
        wrong = replace(FINDING, statements=dict.fromkeys(LANGUAGES, ""))
        assert refused(rows(), tmp_path, findings=mapping(wrong)).code == "key.missing"

    @pytest.mark.parametrize(
        ("field", "text"), [("area", "KU000"), ("kind", "opinion"), ("status", "rumour")]
    )
    def test_a_finding_that_does_not_fit(self, tmp_path, field, text):
        refused(rows(), tmp_path, findings=mapping(replace(FINDING, **{field: text})))

    @pytest.mark.parametrize("text", ["a\x7fb", "a\x00b", "a\x1bb", "a\nb", "\ud800"], ids=ascii)
    def test_a_title_with_a_control_character(self, tmp_path, text):
        self.sealed_or_refused(rows(), tmp_path, title={**TITLE, "fi": text})

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_title_without_a_language(self, tmp_path, language):
        title = {key: text for key, text in TITLE.items() if key != language}
        refused(rows(), tmp_path, title=title)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_reason_without_a_language(self, tmp_path, language):
        reason = {key: text for key, text in TITLE.items() if key != language}
        refused(rows(), tmp_path, not_available={"kela_notification_count": reason})

    @pytest.mark.parametrize("source", [" own ", "own\n", "o\u0308wn", "a,b", 'a"b', "ä b"])
    def test_a_source_leads_to_its_description(self, tmp_path, source):
        made = self.sealed_or_refused(rows(source=source), tmp_path)
        assert made is None or made.provenance("basic_sa_households", "MK06", "2022-01")

    def test_a_place_that_is_too_long_to_read(self, tmp_path):
        self.sealed_or_refused(rows(place="x" * 70_000), tmp_path)

    def test_a_file_of_ones_own_leads_to_its_lineage(self, tmp_path):
        made = self.sealed_or_refused(rows(file="mine.csv"), tmp_path)
        lead = made.provenance("basic_sa_households", "MK06", "2022-01") if made else None
        assert lead is None or lead["sha256"] == "not_available"

    def test_two_tables_in_memory_of_two_sources(self, tmp_path):
        both = rows().combine(rows(months=("2022-03", "2022-04"), source="other-register"))
        made = bc.seal(both, tmp_path, name=NAME)
        found = {
            made.provenance("basic_sa_households", "MK06", month)["source"]
            for month in ("2022-01", "2022-03")
        }
        assert found == {"own-register", "other-register"}

    def test_a_sealed_release_is_sealed_again(self, tmp_path):
        first = bc.seal(rows(), tmp_path / "a", name=NAME)
        again = bc.seal(first.measurements, tmp_path / "b", name=NAME)
        assert again.measurements.table.equals(first.measurements.table)
        assert again.provenance("basic_sa_households", "MK06", "2022-01")


class TestNumbers:
    HEAD = "indicator,area,period,value\n"

    def sealed(self, folder, value, indicator="basic_sa_throughput_time_mean"):
        read = tidy(folder, f"{self.HEAD}{indicator},FI-MAINLAND,2022,{value}\n")
        bc.seal(read, folder, name=NAME)
        with (folder / NAME / "0" / "measurements.csv").open(newline="") as file:
            return next(csv.DictReader(file))["value"]

    @pytest.mark.parametrize("text", ["7.50", "7.5", "7", "7.000", "0.10", "12345678.123456", "0"])
    def test_a_number_stays_as_it_was_published(self, tmp_path, text):
        assert self.sealed(tmp_path, text) == text

    def test_trailing_zeros_survive_loading_and_sealing_again(self, tmp_path):
        self.sealed(tmp_path, "7.50")
        loaded = bc.load_baseline(tmp_path / NAME)
        again = bc.seal(loaded.measurements, tmp_path / "again", name=NAME)
        assert again.measurements.frame["value_decimals"].tolist() == [2]
        text = (tmp_path / "again" / NAME / "0" / "measurements.csv").read_text()
        assert ",7.50," in text

    @pytest.mark.parametrize("text", ["-0", "-0.00"])
    def test_there_is_no_minus_zero(self, tmp_path, text):
        assert self.sealed(tmp_path, text) == text.removeprefix("-")

    def test_counts_are_whole(self, tmp_path):
        assert self.sealed(tmp_path, "5.0", "kela_notification_count") == "5"


class TestPackage:
    @pytest.fixture
    def folder(self, tmp_path):
        bc.seal(rows(), tmp_path, name=NAME, title=TITLE, findings=mapping(FINDING))
        return tmp_path / NAME / "0"

    def test_the_grid_is_declared(self, folder):
        settings = tomllib.loads((folder / "settings.toml").read_text(encoding="utf-8"))
        assert settings["grid"] == {
            "basic_sa_households": {"areas": ["MK06", "MK07"], "periods": ["2022-01/2022-02"]}
        }
        assert (settings["base_year"], settings["version"]) == ("2022", "0")

    def test_the_manifest_lists_every_file(self, folder):
        manifest = json.loads((folder / MANIFEST).read_bytes())
        listed = [entry["path"] for entry in manifest["resources"]]
        assert sorted([*listed, MANIFEST, SEAL]) == sorted(path.name for path in folder.iterdir())
        assert listed == sorted(listed)

    def test_an_unknown_source_is_named_and_nothing_is_made_up(self, folder):
        with (folder / "sources.csv").open(newline="", encoding="utf-8") as file:
            own = next(row for row in csv.DictReader(file) if row["id"] == "own-register")
        assert own["title"] == "own-register"
        assert own["publisher"] == own["url"] == own["licence"] == ""
        lead = bc.load_baseline(folder).provenance("basic_sa_households", "MK06", "2022-01")
        assert lead["publisher"] == lead["url"] == lead["licence"] == "not_available"

    def test_no_clock_is_sealed(self, folder):
        year = str(time.gmtime().tm_year)
        for name in ("settings.toml", "lineage.csv", MANIFEST):
            assert f'"{year}-' not in (folder / name).read_text(encoding="utf-8")


def broken_calls(monkeypatch, name, number, call):
    """Let one call of a function of ``os`` fail; a failing close does close."""
    real, calls = getattr(os, name), []

    def failing(*args, **options):
        calls.append(args)
        if len(calls) != call:
            return real(*args, **options)
        if name == "close":
            real(*args, **options)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, failing)
    return calls


@pytest.fixture(scope="module")
def content():
    return rows()


class TestFailures:
    """A full disk or a broken one is told, and no part of a release is left (row 101)."""

    def count(self, content, folder, name):
        with pytest.MonkeyPatch.context() as patch:
            calls = broken_calls(patch, name, errno.ENOSPC, -1)
            bc.seal(content, folder, name=NAME)
        return len(calls)

    def fails(self, content, folder, name, number, call):
        with pytest.MonkeyPatch.context() as patch:
            calls = broken_calls(patch, name, number, call)
            with pytest.raises(WriteError) as caught:
                bc.seal(content, folder, name=NAME)
        assert len(calls) >= call
        assert caught.value.code == "write.failed", call
        assert caught.value.problems[0].found == os.strerror(number)
        assert visible(folder) == [], call
        assert not list(folder.rglob(SEAL)), call
        with pytest.raises(ReleaseError) as caught:
            bc.load_baseline(folder / NAME)
        assert caught.value.code == "release.not_found"

    @pytest.mark.parametrize(
        ("name", "number", "at_least"),
        [
            ("write", errno.ENOSPC, 11), ("write", errno.EIO, 11), ("fsync", errno.EDQUOT, 13),
            ("close", errno.EIO, 12), ("rename", errno.ENOSPC, 1), ("mkdir", errno.EROFS, 2),
        ],
    )  # fmt: skip
    def test_any_call_that_fails(self, tmp_path, content, name, number, at_least):
        total = self.count(content, tmp_path / "whole", name)
        assert total >= at_least
        # The last sync is that of the parent folder, after the rename: see the next test.
        last = total - 1 if name in ("fsync", "close") else total
        middle = range(2, last, 3)
        for call in sorted({1, *middle, last}):
            folder = tmp_path / str(call)
            self.fails(content, folder, name, number, call)
            made = bc.seal(content, folder, name=NAME)
            assert made.id == bc.load_baseline(tmp_path / "whole" / NAME).id

    def test_a_parent_folder_that_cannot_be_synced(self, tmp_path, content):
        """Either the release is there and sealing says so, or it is not and an error says that."""
        total = self.count(content, tmp_path / "whole", "fsync")
        self.fails(content, tmp_path / "broken", "fsync", errno.EIO, total)

    def test_a_read_only_folder(self, tmp_path, content, monkeypatch):
        real = os.mkdir

        def read_only(path, *args, **options):
            if str(path).startswith(str(tmp_path)):
                raise OSError(errno.EACCES, os.strerror(errno.EACCES))
            return real(path, *args, **options)

        monkeypatch.setattr(os, "mkdir", read_only)
        with pytest.raises(WriteError) as caught:
            bc.seal(content, tmp_path, name=NAME)
        assert caught.value.code == "write.failed"
        assert os.listdir(tmp_path) == []

    def test_a_file_where_the_folder_should_be(self, tmp_path, content):
        (tmp_path / "file").write_text("x")
        for folder in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(WriteError) as caught:
                bc.seal(content, folder, name=NAME)
            assert caught.value.code == "write.failed"
        assert state(tmp_path).keys() == {"file"}

    @pytest.mark.parametrize("size", [1_000, 4_096])
    def test_short_writes(self, tmp_path, content, monkeypatch, size):
        whole = bc.seal(content, tmp_path / "whole", name=NAME)
        real = os.write
        monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:size]))
        assert bc.seal(content, tmp_path / "short", name=NAME).id == whole.id

    def test_bytes_that_the_disk_changed_are_found_before_the_release_is_there(
        self, tmp_path, content, monkeypatch
    ):
        real = os.write

        def rotten(handle, data):
            return real(handle, bytes(data).replace(b"Helsinki", b"Helsinkj"))

        monkeypatch.setattr(os, "write", rotten)
        with pytest.raises(BaselineCompareError):
            bc.seal(content, tmp_path, name=NAME)
        assert visible(tmp_path) == []

    @pytest.mark.parametrize("name", ["write", "fsync", "rename"])
    def test_an_interruption(self, tmp_path, content, monkeypatch, name):
        def interrupted(*_args, **_options):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(os, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                bc.seal(content, tmp_path, name=NAME)
        assert visible(tmp_path) == []
        assert bc.seal(content, tmp_path, name=NAME).id

    def test_the_order_of_steps(self, tmp_path, content, monkeypatch):
        """Power loss cannot be tested: that the seal is last, and synced before the rename, can."""
        steps = []
        for name in ("open", "fsync", "rename"):
            real = getattr(os, name)

            def noted(first, *args, _name=name, _real=real, **options):
                if _name == "open" and args and args[0] & os.O_CREAT:
                    assert args[0] & os.O_EXCL
                    steps.append(Path(first).name)
                elif _name != "open":
                    steps.append(_name)
                return _real(first, *args, **options)

            monkeypatch.setattr(os, name, noted)
        bc.seal(content, tmp_path, name=NAME)
        end = [MANIFEST, "fsync", SEAL, "fsync", "fsync", "rename", "fsync"]
        assert steps[-len(end) :] == end
        written = [step for step in steps if step not in ("fsync", "rename")]
        assert written.count(SEAL) == written.count(MANIFEST) == 1
        assert steps.count("fsync") == len(written) + 2


WORKER = """
import json, os, signal, sys
import pandas as pd
import baseline_compare as bc


def measured(first):
    keys = [(area, month) for area in ("MK06", "MK07") for month in ("2022-01", "2022-02")]
    frame = pd.DataFrame(
        {
            "indicator": "basic_sa_households",
            "area": [area for area, _ in keys],
            "period": [month for _, month in keys],
            "value": range(first, first + len(keys)),
        }
    )
    return bc.measurements.from_frame(frame, source="own-register")


calls = [0]


def die_at(step, half):
    for name in ("mkdir", "open", "write", "fsync", "close", "rename"):
        def call(*args, _real=getattr(os, name), _name=name, **options):
            calls[0] += 1
            if calls[0] == step:
                if half and _name == "write":
                    _real(args[0], args[1][: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return _real(*args, **options)

        setattr(os, name, call)


def work(job):
    content = measured(job["first"])
    if job.get("step"):
        die_at(job["step"], job["half"])
    try:
        told = {"id": bc.seal(content, job["folder"], name="own").id}
    except bc.BaselineCompareError as error:
        told = {"code": error.code}
    print(json.dumps(told | {"calls": calls[0]}), flush=True)


work({"first": 1, "folder": sys.argv[1]})
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(json.loads(line))
        os._exit(0)
    print(json.dumps({"pid": child}), flush=True)
    sys.stdin.readline()
    print(json.dumps({"status": os.waitpid(child, 0)[1]}), flush=True)
"""


class Worker:
    """A process that has the library loaded and seals in a new child of its own for each job.

    A child is waited for only on ``finish``, so that its number cannot go to another process.
    """

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        assert "id" in self._read()

    def _read(self):
        return json.loads(self.process.stdout.readline())

    def _write(self, text):
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def start(self, folder, *, first=100, step=0, half=False):
        job = {"folder": str(folder), "first": first, "step": step, "half": half}
        self._write(json.dumps(job))
        self.told = {}
        while "pid" not in self.told:
            self.told |= self._read()
        return self.told["pid"]

    def finish(self):
        self._write("finish")
        while "status" not in self.told:
            self.told |= self._read()
        return self.told

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    pair = [Worker(tmp_path_factory.mktemp("warm")) for _ in range(2)]
    yield pair
    for worker in pair:
        worker.close()


class TestKilled:
    """After SIGKILL a reader sees no release or the whole one, and the next writer works (G14)."""

    @staticmethod
    def check(folder, expected):
        """Give whether the release is there; fail if it is torn."""
        found = loaded(folder)
        assert found in ("release.not_found", expected)
        assert visible(folder) == (["0"] if found == expected else [])
        assert bc.seal(rows(), folder, name=NAME).id == expected
        hidden = [path.name for path in (folder / NAME).iterdir() if path.is_dir()]
        assert hidden == ["0"]
        return found == expected

    def test_at_random_moments(self, tmp_path, workers):
        worker = workers[0]
        spans = []
        for number in range(3):
            start = time.monotonic()
            worker.start(tmp_path / f"whole {number}")
            expected = worker.finish()["id"]
            spans.append(time.monotonic() - start)
        delays, killed = random.Random(2022), 0
        for number in range(KILLS):
            folder = tmp_path / str(number)
            child = worker.start(folder)
            time.sleep(delays.uniform(0, 1.1 * min(spans)))
            os.kill(child, signal.SIGKILL)
            killed += worker.finish()["status"] == signal.SIGKILL
            self.check(folder, expected)
        assert killed > KILLS / 4

    def test_at_every_step_of_writing(self, tmp_path, workers):
        worker = workers[0]
        worker.start(tmp_path / "whole", step=-1)
        expected = worker.finish()["id"]
        total = worker.told["calls"]
        assert total > 50
        # Early steps repeat file after file: one in six is enough; the last are all tried.
        steps = [*range(1, 6), *range(6, total - 10, 6), *range(total - 10, total + 1)]
        found = []
        for step in steps:
            folder = tmp_path / str(step)
            worker.start(folder, step=step, half=step % 2 == 0)
            assert worker.finish()["status"] == signal.SIGKILL
            found.append(self.check(folder, expected))
        assert found == sorted(found), "a release that was there is not there one step later"
        assert not found[0]
        assert found[-1]

    def test_a_dead_holder_of_the_lock_blocks_nobody(self, tmp_path, workers):
        first, second = workers
        child = first.start(tmp_path, step=4)
        assert first.finish()["status"] == signal.SIGKILL
        assert child
        assert (tmp_path / NAME / ".lock").exists()
        second.start(tmp_path)
        assert "id" in second.finish()


class TestAtOnce:
    def test_two_processes_with_different_content(self, tmp_path, workers):
        winners = []
        for number in range(10):
            folder = tmp_path / str(number)
            for worker, first in zip(workers, (100, 500), strict=True):
                worker.start(folder, first=first)
            told = [worker.finish() for worker in workers]
            won = [item["id"] for item in told if "id" in item]
            assert [item["code"] for item in told if "code" in item] == ["release.taken"], told
            assert bc.load_baseline(folder / NAME, expected_id=won[0]).id == won[0]
            assert visible(folder) == ["0"]
            winners.append("id" in told[0])
        assert len(winners) == 10

    def test_two_processes_with_the_same_content(self, tmp_path, workers):
        for number in range(5):
            folder = tmp_path / str(number)
            for worker in workers:
                worker.start(folder)
            told = [worker.finish() for worker in workers]
            assert told[0]["id"] == told[1]["id"]
            assert visible(folder) == ["0"]

    def test_threads_give_the_bytes_of_one(self, tmp_path):
        content, told = rows(), []

        def work(folder):
            told.append(bc.seal(content, folder, name=NAME).id)

        folders = [tmp_path / "shared"] * 3 + [tmp_path / str(number) for number in range(3)]
        threads = [threading.Thread(target=work, args=(folder,)) for folder in folders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert told == [bc.load_baseline(tmp_path / "shared" / NAME).id] * 6
