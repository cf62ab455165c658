"""Forms that the library writes: every table comes back, the same forms are the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import baseline_compare as bc
from baseline_compare.errors import DisclosureError, WriteError
from baseline_compare.findings import (
    AGREED,
    TABLES,
    Coding,
    Comment,
    Finding,
    Participants,
    Rating,
    Round,
    Statement,
    Theme,
    Workshop,
)
from baseline_compare.findings.forms import ABOUT, FORMS
from baseline_compare.findings.personal import contact_in
from baseline_compare.language import LANGUAGES, word
from baseline_compare.texts import begins_formula, find_unseen

TEXTS = {"fi": "Keksitty; kierros", "sv": "Påhittad, omgång", "en": 'Made "up" round'}
WHOLE = Round(
    id="synthetic-1", names=TEXTS, scheme="own", stage="in_comment", covers=TEXTS,
    first_day="2024-09-12", last_day="2024-10", organisers=("Kunta A", "Kunta, B"), synthetic=True,
    sources=("s1", "s2"),
    themes=(Theme("t1", TEXTS, ("access", "digital")), Theme("t2", {"sv": "tema"})),
    workshops=(Workshop("w1", "YTA2", "2024-09-12", 0), Workshop("w2", "WS6")),
    participants=(Participants("w1", "kela", "customer_service", 4),),
    statements=(
        Statement("S1", "w1", "Rivi; on, \"kaikkea\" 🙂\ntoinen rivi", "fi", "kela", "public"),
        Statement("S2", "w2", "\u2013 jono", "sv"),
        Statement("S3", "w2", "'hipsut'", "en", "client_organisation"),
    ),
    codings=(
        Coding("S1", "K1", "strength", "t1", "h1"),
        Coding("S1", "K2", "weakness", "t2"),
        Coding("S1", AGREED, "recommendation", "t2"),
    ),
    findings=(
        Finding(
            "h1", "weakness", "t1", "FI-MAINLAND", TEXTS, "s1", "workshop", "termi", "yes",
            "worsened", ("weakness-access",), ("kela", "municipalities"),
            ("kela", "wellbeing_services_counties"), ("basic_sa_households",), "no",
        ),
        Finding("h2", "strength", "t2", "HVA05", {"fi": "Yksi."}, "s2", "report"),
    ),
    ratings=(
        Rating("h1", "YTA2", 1, "ballot", "change", "municipality", "R1"),
        Rating("h1", "YTA2", 5, "consensus"),
        Rating("h1", "YTA2", 3, number=7),
    ),
    comments=(
        Comment("c1", "research", "Hyvä.", "fi", "partly", "muutettu", "h1", "public"),
        Comment("c2", "other", "Bra.", "sv", "noted"),
    ),
)  # fmt: skip
FORMATS = ("forms.xlsx", "forms")


def written(folder: Path, name: str, language: bc.Language, found: Round) -> Path:
    return bc.write_forms(folder / name, language=language, filled=found, disclosure="off")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_table_comes_back(name: str, language: bc.Language, tmp_path: Path) -> None:
    assert all(WHOLE.rows(table) for table in TABLES)
    path = written(tmp_path, name, language, WHOLE)
    assert path.name == f"INTERNAL-{name}"
    assert bc.read_round(path) == WHOLE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_published_round_comes_back(
    name: str, language: bc.Language, tmp_path: Path, baseline: bc.Baseline
) -> None:
    path = bc.write_forms(tmp_path / name, language=language, filled=baseline.round)
    assert path.name == name
    assert bc.read_round(path) == baseline.round


_WORDS = (
    st.text(
        st.one_of(
            st.sampled_from(",;\"'|\n -5aä🙂"),
            st.characters(categories=["L", "N"], exclude_characters="ÂÃâ"),
        )
    )
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(lambda text: text and find_unseen(text) is None and not begins_formula(text))
    .filter(lambda text: contact_in(text) is None)
)


@given(st.lists(_WORDS, min_size=1, max_size=4), st.sampled_from(LANGUAGES))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], language: bc.Language
) -> None:
    rows = tuple(Statement(f"S{n}", "w1", text, "fi") for n, text in enumerate(texts))
    found = replace(WHOLE, statements=rows, codings=())
    folder = tmp_path_factory.mktemp("any")
    for name in FORMATS:
        again = bc.read_round(written(folder, name, language, found)).statements
        assert [item.text for item in again] == texts


class TestTemplate:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_sheets_headings_and_lists(
        self, language: bc.Language, tmp_path: Path, baseline: bc.Baseline
    ) -> None:
        path = bc.write_forms(tmp_path / "a.xlsx", language=language, base=baseline.round)
        book = openpyxl.load_workbook(path)
        names = [word(f"form.{n}", language) for n in ("guide", "round", *TABLES, "choices")]
        assert book.sheetnames == names
        for name, form in (("round", ABOUT), *FORMS.items()):
            sheet = book[word(f"form.{name}", language)]
            assert [cell.value for cell in sheet[1]] == [
                word(f"form_column.{heading}", language) for heading in form.headings
            ]
            assert sheet.max_row == (len(baseline.round.themes) + 1 if name == "themes" else 1)
        guide = [row[0].value for row in book[names[0]].iter_rows()]
        assert len(guide) == 10
        choices = book[names[-1]]
        assert choices.max_row >= len(baseline.findings) + 1

    def test_lists_offer_what_the_reader_takes(self, tmp_path: Path, baseline: bc.Baseline) -> None:
        book = openpyxl.load_workbook(
            bc.write_forms(tmp_path / "a.xlsx", language="sv", base=baseline.round)
        )
        for sheet in book:
            for rule in sheet.data_validations.dataValidation:
                name, _, cells = rule.formula1.replace("$", "").partition("!")
                offered = [row[0].value for row in book[name.strip("'")][cells]]
                strict = rule.showErrorMessage
                assert offered[0] or not strict
                if strict:
                    assert None not in offered

    def test_the_shipped_themes_are_filled_in_without_a_base(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(bc.write_forms(tmp_path / "a.xlsx", language="fi"))
        assert book["Teemat"]["A2"].value == "access"
        assert book["Teemat"]["B2"].value == "saavutettavuus"

    def test_the_words_of_all_lists_are_on_the_sheet_of_choices(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(bc.write_forms(tmp_path / "a.xlsx", language="fi"))
        words = {cell.value for row in book["Valinnat"].iter_rows() for cell in row}
        assert {"hyvinvointialueet", "kyllä", "ryhmän yhteinen arvio", "YTA2 Itä-Suomi"} <= words

    @pytest.mark.parametrize("name", FORMATS)
    def test_the_same_forms_are_the_same_bytes(self, name: str, tmp_path: Path) -> None:
        code = (
            "import sys, baseline_compare as bc\n"
            "bc.write_forms(sys.argv[1], language='fi', base=bc.load_baseline('2022').round)"
        )
        found = set()
        for number, zone in enumerate(("UTC", "Pacific/Auckland")):
            path = tmp_path / f"{number}" / name
            path.parent.mkdir()
            env = os.environ | {"TZ": zone, "PYTHONHASHSEED": str(number + 1)}
            subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=env)
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            whole = b"".join(file.read_bytes() for file in files)
            found.add(hashlib.sha256(whole).hexdigest())
        assert len(found) == 1

    def test_a_workbook_for_internal_use_says_so_on_every_page(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(written(tmp_path, "a.xlsx", "fi", WHOLE))
        assert {sheet.oddHeader.center.text for sheet in book} == {"INTERNAL"}
        book = openpyxl.load_workbook(bc.write_forms(tmp_path / "a.xlsx"))
        assert {sheet.oddHeader.center.text for sheet in book} == {None}

    def test_no_formula_and_no_link(self, tmp_path: Path) -> None:
        said = replace(WHOLE, statements=(Statement("S1", "w1", "http://a.fi =1", "fi"),))
        path = written(tmp_path, "a.xlsx", "fi", replace(said, codings=WHOLE.codings[:1]))
        with zipfile.ZipFile(path) as book:
            sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
            assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)


class TestCsv:
    @pytest.mark.parametrize(("language", "mark"), [("fi", ";"), ("sv", ";"), ("en", ",")])
    def test_as_a_spreadsheet_of_the_language_opens_it(
        self, language: bc.Language, mark: str, tmp_path: Path
    ) -> None:
        folder = written(tmp_path, "a", language, WHOLE)
        name = word("form.codings", language)
        content = (folder / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=mark))
        assert rows[0] == [word(f"form_column.{h}", language) for h in FORMS["codings"].headings]
        assert rows[1] == ["S1", "K1", word("choice.strength", language), "t1", "h1"]
        assert rows[3][1] == word("choice.agreed", language)

    def test_what_a_spreadsheet_would_run_is_made_harmless(self, tmp_path: Path) -> None:
        said = replace(WHOLE, statements=(Statement("S1", "w1", "=1+1", "fi"),))
        path = written(tmp_path, "a", "en", replace(said, codings=WHOLE.codings[:1]))
        assert "'=1+1" in (path / "Statements.csv").read_text(encoding="utf-8")


class TestRefusals:
    @pytest.mark.parametrize(
        "name", ["participants", "statements", "codings", "ratings", "comments"]
    )
    def test_what_people_said_one_by_one_stays_inside(self, name: str, tmp_path: Path) -> None:
        bare = {table: () for table in ("participants", "codings", "ratings", "comments")}
        parts = bare | {"statements": ()} | {name: WHOLE.rows(name)}
        if name == "codings":
            parts["statements"] = WHOLE.statements
        with pytest.raises(DisclosureError) as caught:
            bc.write_forms(tmp_path / "a.xlsx", filled=replace(WHOLE, **parts))
        assert caught.value.code == "sdc.round"
        assert name in str(caught.value)
        assert list(tmp_path.iterdir()) == []

    def test_no_file_is_replaced_unless_asked(self, tmp_path: Path) -> None:
        for name in FORMATS:
            path = bc.write_forms(tmp_path / name)
            with pytest.raises(WriteError, match=r"path\.exists"):
                bc.write_forms(tmp_path / name)
            assert bc.write_forms(tmp_path / name, overwrite=True) == path

    def test_nothing_is_written_if_one_of_the_files_is_there(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "Themes.csv").write_text("mine")
        with pytest.raises(WriteError, match=r"path\.exists"):
            bc.write_forms(tmp_path / "a")
        assert [path.name for path in (tmp_path / "a").iterdir()] == ["Themes.csv"]

    def test_a_file_where_the_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("mine")
        with pytest.raises(WriteError, match=r"write\.failed"):
            bc.write_forms(tmp_path / "a")

    def test_a_text_that_no_workbook_holds(self, tmp_path: Path) -> None:
        said = replace(WHOLE, statements=(Statement("S1", "w1", "a" * 32_768, "fi"),), codings=())
        with pytest.raises(WriteError) as caught:
            written(tmp_path, "a.xlsx", "sv", said)
        assert str(caught.value) == (
            "Utsagor, row 2, column text: [limit.field] expected at most 32767 characters in a "
            "cell of a workbook, and 1048576 rows, found more. Write the forms as CSV: give a "
            "folder."
        )
        assert list(tmp_path.iterdir()) == []
        assert bc.read_round(written(tmp_path, "a", "sv", said)) == said

    def test_a_language_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="de"):
            bc.write_forms(tmp_path / "a", language="de")
