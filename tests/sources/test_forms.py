"""Forms that people filled in, well or badly: they come back as data, or as words that help."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import baseline_compare as bc
from baseline_compare.errors import InputError
from baseline_compare.findings import Coding, Rating, Round, Statement
from baseline_compare.findings.coders import agreement
from baseline_compare.findings.forms import ABOUT, FORMS
from baseline_compare.findings.personal import personal_columns
from baseline_compare.findings.words import columns_named, folded
from baseline_compare.language import LANGUAGES, word

GOLDEN = Path(__file__).parents[2] / "fixtures" / "workbooks" / "round_libreoffice.xlsx"

Rows = Sequence[Mapping[str, object]]
KIERROS = {
    "tunnus": "synthetic-1", "nimi suomeksi": "Keksitty", "teemojen versio": 2022,
    "vaihe": "luonnos", "kohde suomeksi": "Keksitty esimerkki", "keksitty esimerkki": "kyllä",
}  # fmt: skip
TYÖPAJA = {"tunnus": "w1", "alue": "YTA2 Itä-Suomi", "päivä": "12.9.2024"}
LAUSUMA = {"tunnus": "S1", "työpaja": "w1", "teksti": "Jonot ovat pitkiä.", "kieli": "suomi"}
LUOKITTELU = {"lausuma": "S1", "luokittelija": "K1", "laji": "heikkous", "teema": "access"}
HAVAINTO = {
    "tunnus": "h1", "laji": "heikkous", "teema": "access", "alue": "YTA2", "lähde": "oma",
    "havainto suomeksi": "Jonot.", "mistä tiedetään": "työpajat",
}  # fmt: skip
ARVIO = {"havainto": "h1", "alue": "YTA2", "arvio 1–5": 4}
KOMMENTTI = {
    "tunnus": "c1", "organisaatio": "kunta", "teksti": "Hyvä.", "kieli": "suomi",
    "mitä kommentille tehtiin": "merkitty tiedoksi",
}  # fmt: skip
FORM: dict[str, Rows] = {"Kierros": [KIERROS], "Työpajat": [TYÖPAJA], "Lausumat": [LAUSUMA]}


def workbook(folder: Path, sheets: Mapping[str, Rows]) -> Path:
    path = folder / "lomake.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, start=1):
                for heading, value in row.items():
                    sheet.write(number, headings.index(heading), value)
    return path


def read(folder: Path, changed: Mapping[str, Rows] | None = None, **options: Round) -> Round:
    return bc.read_round(workbook(folder, FORM | dict(changed or {})), **options)


def told(folder: Path, changed: Mapping[str, Rows], **options: Round) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, changed, **options)
    return [str(problem) for problem in caught.value.problems]


def codes(folder: Path, changed: Mapping[str, Rows], **options: Round) -> list[str]:
    return [line.partition("[")[2].partition("]")[0] for line in told(folder, changed, **options)]


class TestGolden:
    """A form that was filled in as people do and saved by LibreOffice."""

    def test_it_reads_as_data(self) -> None:
        found = bc.read_round(GOLDEN)
        assert (found.id, found.stage, found.synthetic) == ("synthetic-form", "draft", True)
        assert (found.first_day, found.last_day) == ("2024-09-12", "2024-09-13")
        assert found.organisers == ("Kunta A", "Kunta B")
        assert [item.text for item in found.statements] == [
            "– Jonot ovat pitkiä, myös klo 9-15.",
            "Päätös tuli nopeasti 🙂\n‐puhelu auttoi",
            "Maksusitoumus ei kelpaa apteekissa.",
        ]
        assert [item.visibility for item in found.statements] == ["public", "team", "team"]
        assert {item.workshop for item in found.statements} == {"w1"}
        assert found.workshops[0].advance_assignments == 7
        assert [item.number for item in found.participants] == [4, 3]
        assert [item.area for item in (*found.findings, *found.ratings)] == ["YTA2"] * 3
        assert [(item.rating, item.mode) for item in found.ratings] == [
            (4, "ballot"),
            (5, "consensus"),
        ]
        assert {item.coder for item in found.codings} == {"K1", "K2"}

    def test_what_was_changed_is_told(self) -> None:
        found = [str(remark) for remark in bc.read_round(GOLDEN).remarks]
        place = "round_libreoffice.xlsx, sheet"
        assert (
            f"{place} Lausumat, row 4: [xlsx.formula] column C (teksti), 1 cell: the saved result "
            "of a formula is taken"
        ) in found
        assert found[-1] == (
            f"{place} Lausumat, row 2: [text.sign] column teksti, 2 cells: hyphens or line breaks "
            "where a formula could begin, replaced"
        )

    def test_the_example_is_measured(self) -> None:
        assert agreement(bc.read_round(GOLDEN)).disagreements["statement"].tolist() == ["S3"]


class TestClumsy:
    """What a person would call right is taken."""

    @pytest.mark.parametrize(
        ("area", "code"),
        [
            ("YTA2 Itä-Suomi", "YTA2"),
            ("YTA2 Östra Finland", "YTA2"),
            ("Itä-Suomi", "YTA2"),
            ("itä-suomen yhteistyöalue", "YTA2"),
            ("yta2", "YTA2"),
            (" YTA2 ", "YTA2"),
            ("Östra Finlands samarbetsområde", "YTA2"),
            ("WS6 Pääkaupunkiseutu", "WS6"),
            ("HVA05", "HVA05"),
            ("Pirkanmaa", "HVA08"),
            ("Manner-Suomi", "FI-MAINLAND"),
            ("Fastlandsfinland", "FI-MAINLAND"),
        ],
    )
    def test_areas(self, area: str, code: str, tmp_path: Path) -> None:
        found = read(tmp_path, {"Työpajat": [TYÖPAJA | {"alue": area}]})
        assert found.workshops[0].area == code

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            ("12.9.2024", "2024-09-12"),
            ("12. 9. 2024", "2024-09-12"),
            ("1.12.2024", "2024-12-01"),
            ("2024-09-12", "2024-09-12"),
            ("2024-09", "2024-09"),
            (2024, "2024"),
            ("", ""),
        ],
    )
    def test_days(self, day: object, expected: str, tmp_path: Path) -> None:
        assert read(tmp_path, {"Työpajat": [TYÖPAJA | {"päivä": day}]}).workshops[0].date == (
            expected
        )

    @pytest.mark.parametrize("said", ["Kyllä", "KYLLÄ", "JA", "ja", "Yes", "yes"])
    def test_words_of_any_language_and_case(self, said: str, tmp_path: Path) -> None:
        assert read(tmp_path, {"Kierros": [KIERROS | {"keksitty esimerkki": said}]}).synthetic

    def test_a_swedish_sheet_with_finnish_words(self, tmp_path: Path) -> None:
        row = {
            "id": "S1", "workshop": "w1", "text": "Köerna är långa.", "språk": "ruotsi",
            "organisation": "Kunta", "vem får se": "saa julkaista",
        }  # fmt: skip
        sheets = {name: rows for name, rows in FORM.items() if name != "Lausumat"}
        found = bc.read_round(workbook(tmp_path, sheets | {"Utsagor": [row]}))
        assert found.statements == (
            Statement("S1", "w1", "Köerna är långa.", "sv", "municipality", "public"),
        )

    def test_columns_in_another_order_and_headings_typed_again(self, tmp_path: Path) -> None:
        row = {"ARVIO 1-5": 4, "  alue": "YTA2", "Havainto ": "h1"}
        found = read(tmp_path, {"Havainnot": [HAVAINTO], "Arviot": [row]})
        assert found.ratings == (Rating("h1", "YTA2", 4),)

    def test_long_and_many_lines(self, tmp_path: Path) -> None:
        long = "Hakija odotti päätöstä ja soitti. " * 600
        lines = "Ensin.\n\nSitten, \nlopuksi:\n- jono\n• puhelu\n-5 %"
        rows = [LAUSUMA | {"teksti": long}, LAUSUMA | {"tunnus": "S2", "teksti": lines}]
        found = read(tmp_path, {"Lausumat": rows}).statements
        assert found[0].text == long.strip()
        assert len(found[0].text) > 20_000
        assert found[1].text == "Ensin.\nSitten,  lopuksi:\n– jono\n• puhelu\n\u22125 %"

    def test_whole_numbers_with_a_decimal_nought(self, tmp_path: Path) -> None:
        rows = [ARVIO | {"arvio 1–5": value} for value in ("4,0", "4.0", 4.0, "4")]
        assert {item.rating for item in read(tmp_path, {"Arviot": rows}).ratings} == {4}

    def test_the_coder_agreed_in_every_language(self, tmp_path: Path) -> None:
        for coder in ("sovittu", "Överenskommet", "agreed"):
            rows = [LUOKITTELU | {"luokittelija": coder}]
            assert read(tmp_path, {"Luokittelu": rows}).codings[0].coder == "agreed"

    def test_codes_of_persons_are_one_in_any_case(self, tmp_path: Path) -> None:
        rows = [LUOKITTELU, LUOKITTELU | {"luokittelija": "k1"}]
        assert told(tmp_path, {"Luokittelu": rows}) == [
            "lomake.xlsx, sheet Luokittelu, row 3, column lausuma: [key.duplicate] expected each "
            "statement, coder once, found S1, K1 again. Keep one of the rows."
        ]

    def test_an_empty_sheet_of_the_program_is_no_matter(self, tmp_path: Path) -> None:
        assert read(tmp_path, {"Taul1": []}) == read(tmp_path)

    def test_the_shipped_themes_are_known_without_being_listed(self, tmp_path: Path) -> None:
        assert "access" in {theme.id for theme in read(tmp_path).themes}
        other = {"Kierros": [KIERROS | {"teemojen versio": "oma"}]}
        assert read(tmp_path, other).themes == ()


AT = "lomake.xlsx, sheet"
BROKEN: list[tuple[dict[str, Rows], str]] = [
    (
        {"Arviot": [ARVIO | {"arvio 1–5": "3,5"}]},
        f"{AT} Arviot, row 2, column arvio 1–5: [rating.scale] expected a whole number from 1 to "
        "5, found '3,5'. Half points are not part of the scale.",
    ),
    (
        {"Arviot": [ARVIO, ARVIO | {"arvio 1–5": 6}]},
        f"{AT} Arviot, row 3, column arvio 1–5: [rating.scale] expected a whole number from 1 to "
        "5, found '6'. Use the scale of the form.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"teksti": '=HYPERLINK("http://a.fi";"x")'}]},
        f"{AT} Lausumat, row 2, column teksti: [text.formula] expected text that no spreadsheet "
        "takes for a formula, found '=HYPERLINK(\"http://a.fi\";\"x\")'. Put a word before the "
        "sign (=, + or @) that begins the text, a line or what follows a comma or semicolon.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"teksti": "Kaksi riviä:\n+ hyvä"}]},
        f"{AT} Lausumat, row 2, column teksti: [text.formula] expected text that no spreadsheet "
        "takes for a formula, found '+ hyvä'. Put a word before the sign (=, + or @) that begins "
        "the text, a line or what follows a comma or semicolon.",
    ),
    (
        {"Luokittelu": [LUOKITTELU | {"luokittelija": "Matti"}]},
        f"{AT} Luokittelu, row 2, column luokittelija: [person.code] expected a code such as K1 or "
        "R12, found personal data. Give each person a number; names are not kept.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"teksti": "Soita 040 123 4567."}]},
        f"{AT} Lausumat, row 2, column teksti: [person.contact] expected text without a telephone "
        "number, found personal data. Take it out: names and contact data of participants are not "
        "kept.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"kieli": "maija@kunta.fi"}]},
        f"{AT} Lausumat, row 2, column kieli: [mark.unknown] expected one of: suomi, ruotsi, "
        "englanti, found personal data. Choose a word of the list.",
    ),
    (
        {"Luokittelu": [LUOKITTELU | {"laji": "ongelma"}]},
        f"{AT} Luokittelu, row 2, column laji: [mark.unknown] expected one of: vahvuus, heikkous, "
        "suositus, found 'ongelma'. Choose a word of the list.",
    ),
    (
        {"Lausumat": [LAUSUMA, LAUSUMA]},
        f"{AT} Lausumat, row 3, column tunnus: [key.duplicate] expected each id once, found S1 "
        "again. Keep one of the rows.",
    ),
    (
        {"Lausumat": [], "Luokittelu": [LUOKITTELU]},
        f"{AT} Luokittelu, row 2, column lausuma: [key.unknown] expected an id of the table "
        "statements, found 'S1'. Add it to statements first.",
    ),
    (
        {"Luokittelu": [LUOKITTELU | {"teema": "acces"}]},
        f"{AT} Luokittelu, row 2, column teema: [key.unknown] expected an id of the table themes, "
        "found 'acces'. Did you mean access?",
    ),
    (
        {"Työpajat": [TYÖPAJA | {"päivä": "12.–13.9.2024"}]},
        f"{AT} Työpajat, row 2, column päivä: [period.unknown] expected a day such as 12.9.2024 or "
        "2024-09-12, found '12.–13.9.2024'. Write the date so.",
    ),
    (
        {"Työpajat": [TYÖPAJA | {"alue": "YTA2 Länsi-Suomi"}]},
        f"{AT} Työpajat, row 2, column alue: [area.unknown] expected the code with its name "
        "(Eastern Finland collaboration area), found 'YTA2 Länsi-Suomi'. Leave the code alone, or "
        "the name.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"tunnus": ""}]},
        f"{AT} Lausumat, row 2, column tunnus: [key.missing] expected an id, found an empty cell. "
        "Fill the cell in.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"apusarake": "x"}]},
        f"{AT} Lausumat, row 1, column apusarake: [header.unexpected] expected a heading of the "
        "form, found 'apusarake'. Use the headings of the form, or delete the column.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"Puhelin": "x", "Nimi": "y"}]},
        f"{AT} Lausumat, row 1, column Puhelin: [person.column] expected numbers and roles only, "
        "found 'Puhelin'. Delete the column: names and contact data of participants are not taken.",
    ),
    (
        {"Lausumat": [LAUSUMA | {"id": "S2"}]},
        f"{AT} Lausumat, row 1, column tunnus: [header.duplicate] expected each heading once, "
        "found id in two languages. Keep one of the columns.",
    ),
    (
        {"Lausumatt": [LAUSUMA]},
        f"{AT} Lausumatt: [sheet.unknown] expected the sheets of the form, found 'Lausumatt'. Did "
        "you mean 'Lausumat'? Use the names of the form, or take the sheet out.",
    ),
    (
        {"Utsagor": [LAUSUMA]},
        f"{AT} Utsagor: [sheet.duplicate] expected each table once, found this and lomake.xlsx, "
        "sheet Lausumat. Join them.",
    ),
    (
        {"Kierros": []},
        "lomake.xlsx: [round.missing] expected one round, found none. Fill in one row of the sheet "
        "on the round, or pass base=.",
    ),
    (
        {"Kierros": [KIERROS, KIERROS | {"tunnus": "synthetic-2"}]},
        f"{AT} Kierros: [round.missing] expected one round, found 2 rows. Fill in one row of the "
        "sheet on the round, or pass base=.",
    ),
    (
        {"Kierros": [KIERROS | {"tunnus": "oma"}]},
        "round: [round.synthetic] expected an id that begins with synthetic if, and only if, the "
        "round is made up, found 'oma' with synthetic=True. Change the id, or say synthetic: yes.",
    ),
    (
        {"Osallistujamäärät": [
            {"työpaja": "w1", "organisaatio": "kunta", "rooli": "johto", "määrä": "monta"}
        ]},
        f"{AT} Osallistujamäärät, row 2, column määrä: [number.not_integer] expected a whole "
        "number, found 'monta'. Write how many, in digits.",
    ),
]  # fmt: skip


class TestBroken:
    @pytest.mark.parametrize(("changed", "message"), BROKEN)
    def test_the_first_error_names_sheet_row_and_column(
        self, changed: dict[str, Rows], message: str, tmp_path: Path
    ) -> None:
        assert told(tmp_path, changed)[0] == message

    def test_all_sheets_are_heard_in_one_error(self, tmp_path: Path) -> None:
        changed: dict[str, Rows] = {
            "Työpajat": [TYÖPAJA | {"alue": "Marsi"}],
            "Lausumat": [LAUSUMA | {"kieli": "x", "teksti": ""}],
            "Arviot": [ARVIO | {"arvio 1–5": 9}],
        }
        assert codes(tmp_path, changed) == [
            "rating.scale", "key.missing", "mark.unknown", "area.unknown"
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "column", ["Nimi", "Sähköposti", "Puh.", "Osallistujan nimi", "Namn", "Etu- ja sukunimi"]
    )
    def test_columns_for_names_are_refused(self, column: str, tmp_path: Path) -> None:
        assert codes(tmp_path, {"Lausumat": [LAUSUMA | {column: ""}]}) == ["person.column"]

    @pytest.mark.parametrize("key", ["040-1234567", "010190-123A", "S-131052-308T"])
    def test_ids_that_name_somebody_are_refused(self, key: str, tmp_path: Path) -> None:
        found = told(tmp_path, {"Lausumat": [LAUSUMA | {"tunnus": key}]})
        assert "[person.code]" in found[0]
        assert key not in found[0]

    @pytest.mark.parametrize("day", ["2202-09-12", "31.2.2024", "45547", "syyskuu", "9/2024"])
    def test_days_that_are_none(self, day: str, tmp_path: Path) -> None:
        assert codes(tmp_path, {"Työpajat": [TYÖPAJA | {"päivä": day}]}) == ["period.unknown"]

    def test_the_last_day_is_not_before_the_first(self, tmp_path: Path) -> None:
        days = {"ensimmäinen päivä": "2024-09-12", "viimeinen päivä": "2024-08"}
        assert codes(tmp_path, {"Kierros": [KIERROS | days]}) == ["period.order"]

    def test_merged_cells_and_hidden_rows(self, tmp_path: Path) -> None:
        path = workbook(tmp_path, FORM | {"Arviot": [ARVIO, ARVIO]})
        book = openpyxl.load_workbook(path)
        book["Lausumat"].merge_cells("A2:B2")
        book["Arviot"].row_dimensions[3].hidden = True
        book.save(path)
        with pytest.raises(InputError) as caught:
            bc.read_round(path)
        assert [(p.code, p.row, p.file) for p in caught.value.problems] == [
            ("xlsx.hidden", 3, f"{AT} Arviot"),
            ("xlsx.merged", 2, f"{AT} Lausumat"),
        ]

    def test_guide_and_choices_are_not_looked_at(self, tmp_path: Path) -> None:
        path = bc.write_forms(tmp_path / "a.xlsx", language="fi")
        book = openpyxl.load_workbook(path)
        book["Ohje"].merge_cells("A1:C1")
        book["Ohje"]["A9"] = "#N/A"
        book["Valinnat"].sheet_state = "hidden"
        heads = [cell.value for cell in book["Kierros"][1]]
        for heading, value in KIERROS.items():
            book["Kierros"].cell(2, heads.index(heading) + 1, value)
        book.save(path)
        assert bc.read_round(path).id == "synthetic-1"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_empty_template_is_no_round(self, language: bc.Language, tmp_path: Path) -> None:
        for name in ("a.xlsx", "folder"):
            path = bc.write_forms(tmp_path / name, language=language)
            with pytest.raises(InputError) as caught:
                bc.read_round(path)
            assert [problem.code for problem in caught.value.problems] == ["round.missing"]

    def test_another_workbook_is_no_form(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"found 'Sheet1'. Use the names of the form"):
            bc.read_round(workbook(tmp_path, {"Sheet1": [LAUSUMA]}))
        with pytest.raises(InputError, match=r"\[sheet\.unknown\] expected a form, found none"):
            bc.read_round(tmp_path)

    def test_many_unknown_ids_are_told_in_seconds(self, tmp_path: Path) -> None:
        known = [LAUSUMA | {"tunnus": f"S{n:05}"} for n in range(10_000)]
        wrong = [LUOKITTELU | {"lausuma": f"T{n:05}"} for n in range(2_000)]
        start = time.monotonic()
        assert len(told(tmp_path, {"Lausumat": known, "Luokittelu": wrong})) == 100
        assert time.monotonic() - start < 20


class TestFolder:
    @staticmethod
    def write(folder: Path, name: str, rows: Rows, *, mark: str = ";", code: str = "utf-8") -> None:
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(rows[0]), delimiter=mark, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / name).write_bytes(buffer.getvalue().encode(code))

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name, rows in FORM.items():
            self.write(tmp_path, f"{name}.csv", rows)
        return tmp_path

    def test_semicolons_or_commas(self, folder: Path) -> None:
        found = bc.read_round(folder)
        for name, rows in FORM.items():
            self.write(folder, f"{name}.csv", rows, mark=",", code="utf-8-sig")
        assert bc.read_round(folder) == found

    def test_file_names_of_other_systems(self, folder: Path) -> None:
        (folder / "Työpajat.csv").rename(folder / "Tyo\u0308pajat.CSV")
        assert bc.read_round(folder).workshops[0].id == "w1"

    def test_what_else_is_in_the_folder_is_told(self, folder: Path) -> None:
        (folder / "Lausumat.xlsx").write_bytes(b"x")
        (folder / ".DS_Store").write_bytes(b"x")
        assert [str(remark) for remark in bc.read_round(folder).remarks] == [
            "Lausumat.xlsx: [file.not_read] not a CSV file, left out"
        ]

    def test_every_file_is_heard(self, folder: Path) -> None:
        self.write(folder, "Lausumat.csv", [LAUSUMA], code="latin-1")
        self.write(folder, "Työpajat.csv", [{**TYÖPAJA, "alue": "", "päivä": ""}, TYÖPAJA])
        with pytest.raises(InputError) as caught:
            bc.read_round(folder)
        assert [str(problem) for problem in caught.value.problems] == [
            "Lausumat.csv, row 1: [encoding.invalid] expected UTF-8, found byte 0xf6 at offset 9. "
            "Save the file as UTF-8; it looks like Latin-1 or Windows-1252.",
            "Työpajat.csv, row 2: [row.not_data] expected a row of the form, found 'w1'. Fill in "
            "the other cells of the row, or take it out.",
        ]

    def test_a_file_that_is_no_workbook(self, folder: Path) -> None:
        with pytest.raises(InputError) as caught:
            bc.read_round(folder / "Lausumat.csv")
        assert caught.value.code == "file.format"


ADDED: dict[str, Rows] = {
    "Lausumat": [LAUSUMA | {"työpaja": "workshop-4"}],
    "Arviot": [ARVIO | {"havainto": "weakness-access", "arvioijan koodi": "R1"}],
}


class TestAdding:
    """Forms that add to what is known of a round."""

    @pytest.fixture
    def base(self, baseline: bc.Baseline) -> Round:
        assert baseline.round is not None
        return baseline.round

    @staticmethod
    def added(folder: Path, base: Round, sheets: dict[str, Rows]) -> Round:
        return bc.read_round(workbook(folder, sheets), base=base)

    def test_the_tables_are_joined(self, base: Round, tmp_path: Path) -> None:
        found = self.added(tmp_path, base, ADDED)
        assert (found.id, found.stage, found.names) == (base.id, "amended", base.names)
        assert found.not_available == ("participants", "codings", "comments")
        assert found.findings == base.findings
        assert len(found.statements) == len(found.ratings) == 1

    def test_rows_that_repeat_what_is_known_count_once(self, base: Round, tmp_path: Path) -> None:
        once = self.added(tmp_path, base, ADDED)
        assert self.added(tmp_path, once, ADDED | {"Arviot": []}) == once
        path = bc.write_forms(tmp_path / "all.xlsx", filled=base, language="sv")
        again = bc.read_round(path, base=base)
        assert again == base

    def test_a_row_that_was_changed_is_told(self, base: Round, tmp_path: Path) -> None:
        once = self.added(tmp_path, base, ADDED)
        rows = [LAUSUMA | {"työpaja": "workshop-4", "teksti": "Toinen."}]
        with pytest.raises(InputError) as caught:
            self.added(tmp_path, once, {"Lausumat": rows})
        assert [(p.code, p.row) for p in caught.value.problems] == [("key.duplicate", 2)]

    def test_ratings_are_not_counted_twice(self, base: Round, tmp_path: Path) -> None:
        rows = {"Arviot": [ARVIO | {"havainto": "weakness-access"}]}
        once = self.added(tmp_path, base, rows)
        with pytest.raises(InputError) as caught:
            self.added(tmp_path, once, rows)
        assert str(caught.value) == (
            "lomake.xlsx, sheet Arviot, row 2, column rater: [key.duplicate] expected ratings that "
            "are not there before, found the same rating. Take out what is known already; what is "
            "new needs a code for its rater."
        )

    def test_a_draft_stays_a_draft(self, base: Round, tmp_path: Path) -> None:
        assert self.added(tmp_path, replace(base, stage="draft"), ADDED).stage == "draft"

    def test_another_round_is_not_mixed_in(self, base: Round, tmp_path: Path) -> None:
        assert codes(tmp_path, {}, base=base) == ["baseline.mismatch"]


_CELLS = st.one_of(
    st.sampled_from(
        ["", "x", "=1", "-", "S1", "h1", "K1", "kyllä", "YTA2", "3,5", "5", "1e400", "12.9.2024",
         ";;", ",", "2022", "040 123 4567", "a" * 200, "\u200b", "'", "draft", "ja; nej"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=8),
)  # fmt: skip


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_typed_gives_a_round_or_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    whole = FORM | {
        "Luokittelu": [LUOKITTELU], "Havainnot": [HAVAINTO], "Arviot": [ARVIO],
        "Kommentit": [KOMMENTTI],
    }  # fmt: skip
    for name, (row, *_) in whole.items():
        typed = data.draw(st.dictionaries(st.sampled_from(sorted(row)), _CELLS, max_size=2))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row), delimiter=";")
            writer.writeheader()
            writer.writerow(row | typed)
    try:
        found = bc.read_round(folder)
    except InputError as error:
        problems = error.problems
    else:
        problems = ()
        assert bc.seal_round(found, folder, name="a").round.id == found.id
    assert all(p.code and p.expected and p.found and p.remedy for p in problems)


@pytest.mark.parametrize("kept", ["Lausumat", "Arviot", "Kierros"])
def test_one_sheet_alone(kept: str, tmp_path: Path, baseline: bc.Baseline) -> None:
    sheets: dict[str, Rows] = {
        "Kierros": [KIERROS],
        "Lausumat": [LAUSUMA | {"työpaja": "workshop-1"}],
        "Arviot": [ARVIO | {"havainto": "weakness-access"}],
    }
    path = workbook(tmp_path, {kept: sheets[kept]})
    if kept == "Kierros":
        assert bc.read_round(path).statements == ()
        return
    with pytest.raises(InputError, match=r"round\.missing"):
        bc.read_round(path)
    assert bc.read_round(path, base=baseline.round).stage == "amended"


def test_a_comment_may_be_on_a_finding_that_was_dropped(tmp_path: Path) -> None:
    found = read(tmp_path, {"Kommentit": [KOMMENTTI | {"havainto": "h9"}]})
    assert [str(remark) for remark in found.remarks] == [
        "lomake.xlsx, sheet Kommentit, row 2: [key.unknown] a comment on 'h9', which is not among "
        "the findings"
    ]


def test_no_heading_of_the_form_is_one_for_names() -> None:
    for form in (ABOUT, *FORMS.values()):
        assert personal_columns(columns_named(form)) == []


def test_no_heading_stands_for_two_columns() -> None:
    for form in (ABOUT, *FORMS.values()):
        columns = columns_named(form)
        assert set(columns.values()) == set(form.headings)
        for language in LANGUAGES:
            titles = [folded(word(f"form_column.{h}", language)) for h in form.headings]
            assert [columns[title] for title in titles] == list(form.headings)


def test_ten_thousand_statements_and_twenty_coders_in_seconds(tmp_path: Path) -> None:
    """From CSV to a round to agreement; about four seconds on a slow core."""
    folder = bc.write_forms(tmp_path / "forms", language="fi")

    def fill(name: str, rows: Sequence[Sequence[str]]) -> None:
        with (folder / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)

    kinds, themes = ("vahvuus", "heikkous", "suositus"), ("access", "payment", "digital")
    fill("Kierros", [["synthetic-1", "a", "", "", "2022", "luonnos", "b", *[""] * 5, "ja", "", ""]])
    fill("Työpajat", [["w1", "YTA2", "12.9.2024", ""]])
    rows = range(10_000)
    fill("Lausumat", [[f"S{n}", "w1", f"Lausuma {n}, sana", "suomi", "", ""] for n in rows])
    codings = [
        [f"S{n}", f"K{k}", kinds[(n + (k == n % 23)) % 3], themes[n % 3], ""]
        for n in rows
        for k in range(20)
    ]
    fill("Luokittelu", codings)
    start = time.monotonic()
    found = bc.read_round(folder)
    measured = agreement(found)
    assert time.monotonic() - start < 15
    assert found.codings[-1] == Coding("S9999", "K19", "strength", "access")
    assert measured.table["statements"].tolist() == [10_000] * 6
    differing = sum(n % 23 < 20 for n in rows)
    assert measured.disagreements["statement"].nunique() == differing
