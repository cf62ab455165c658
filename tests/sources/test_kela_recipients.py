"""Kela's file of recipients: what it gives, and the ways in which it can be broken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.errors import InputError
from baseline_compare.sources import Limits

HEADER = ("alue", "etuus", "vuosi", "kuukausi", "paiva", "variable", "val", "type")
REGIONS = [
    area.names["fi"] for area in registry().at_level("region", vintage=2022) if area.role != "aland"
]
KINDS = [
    (variable, unit)
    for variable in ("uudet saajat", "aiemmin tukea saaneet")
    for unit in ("Saajat", "Saajakotitaloudet")
]
NEW, OLD = KINDS[0][0], KINDS[2][0]


@dataclass(frozen=True)
class Refused:
    """A file that must be refused: the row of the contract, the code and words of the message."""

    row: int
    name: str
    content: bytes
    code: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """A file that is taken with a remark, and one cell of what comes of it."""

    row: int
    name: str
    content: bytes
    code: str
    kind: str
    words: str
    cell: tuple[str, float]


def line(region: str, variable: str, number: object, unit: str, month: str = "1") -> list[str]:
    day = f"2023-{month.zfill(2)}-01"
    return [region, "Perustoimeentulotuki", "2023", month, day, variable, str(number), unit]


def region(name: str, number: object = 10, month: str = "1") -> list[list[str]]:
    return [line(name, variable, number, unit, month) for variable, unit in KINDS]


def file(*rows: list[str], header: tuple[str, ...] = HEADER, mark: str = ";") -> bytes:
    lines = [mark.join(f'"{cell}"' for cell in row) for row in (header, *rows)]
    return b"\xef\xbb\xbf" + ("\n".join(lines) + "\n").encode()


def changed(column: str, text: str) -> bytes:
    """Give a file of one region whose third row has another text in one column."""
    rows = region("Kainuu")
    rows[2][HEADER.index(column)] = text
    return file(*rows)


def country(total: object, name: str = "Koko maa", number: int = 10) -> bytes:
    rows = [row for name in REGIONS for row in region(name, number)]
    return file(*rows, *(line(name, variable, total, unit) for variable, unit in KINDS))


def at(row: int, column: str, code: str) -> str:
    return f"recipients.csv, row {row}, column {column}: [{code}] expected "


ALL = 10 * len(REGIONS)
REFUSED = [
    Refused(1, "no-bytes", b"", "file.empty", ("recipients.csv: [file.empty] expected a table",)),
    Refused(2, "header-only", file(), "table.no_rows", ("found none",)),
    Refused(2, "totals-only", file(*region("Koko maa")), "table.no_rows", ("found none",)),
    Refused(6, "utf-16", file(*region("Kainuu")).decode().encode("utf-16"), "encoding.undeclared",
        ("expected UTF-8, found UTF-16",)),
    Refused(7, "latin-1", file(*region("Päijät-Häme")).decode("utf-8-sig").encode("latin-1"),
        "encoding.invalid", ("row 2", "byte 0xe4 at offset 68")),
    Refused(9, "mojibake", file(*region("PÃ¤ijÃ¤t-HÃ¤me")), "encoding.mojibake",
        ("row 2", "found U+00C3 U+00A4")),
    Refused(10, "two-encodings", file(*region("Päijät-Häme"))
        + b'"Etel\xe4-Savo";"Perustoimeentulotuki"\n', "encoding.mixed", ("row 6", "byte 0xe4")),
    Refused(13, "unterminated", file(*region("Kainuu"))[:-2] + b"\n", "csv.quote",
        ("row 5: [csv.quote]",)),
    Refused(14, "commas", file(*region("Kainuu"), mark=","), "header.unexpected",
        ("row 1: [header.unexpected] expected alue;etuus;vuosi;kuukausi;paiva;variable;val;type "
        "(without alue: the country), split by semicolons",)),
    Refused(14, "commas-without-quotes", file(*region("Kainuu"), mark=",").replace(b'"', b""),
        "header.unexpected", ("the fields seem to be split by ',', not ';'",)),
    Refused(14, "tidy-layout", b"indicator,area,period,value\nbasic_sa_households,MK06,2023-01,5\n",
        "header.unexpected", ("the fields seem to be split by ',', not ';'. Check that this is "
        "Kela's file of recipients of basic social assistance.",)),
    Refused(14, "column-missing", file(*(row[:-1] for row in region("Kainuu")),
        header=HEADER[:-1]), "header.unexpected", ("found alue;etuus;vuosi;kuukausi;paiva;variable"
        ";val.",)),
    Refused(15, "every-row", file(*([*row, "0"] for row in region("Kainuu"))), "row.width",
        ("row 2: [row.width] expected 8 fields, found 9 fields.", "row 5: [row.width]")),
    Refused(16, "one-row", file(*region("Kainuu"), region("Lappi")[0][:-1]), "row.width",
        ("row 6: [row.width] expected 8 fields, found 7 fields.",)),
    Refused(18, "title", b'"Saajat 2023"\n' + file(*region("Kainuu"))[3:], "row.not_data",
        ("expected the header in row 1, found it in row 2",)),
    Refused(18, "footer", file(*region("Kainuu")) + "Lähde: Kela\n".encode(), "row.not_data",
        ("row 6", "found 'Lähde: Kela'")),
    Refused(18, "footer-as-wide", file(*region("Kainuu"), ["Lähde: Kela", *[""] * 7]),
        "row.not_data", ("row 6", "found 'Lähde: Kela'")),
    Refused(19, "mismatch", country(ALL + 100), "total.mismatch", (at(74, "val", "total.mismatch")
        + f"a total within 5 of the sum of the regions, found {ALL + 100}, while the regions sum "
        f"to {ALL}.",)),
    Refused(19, "too-small", country(ALL - 6), "total.mismatch", (f"found {ALL - 6}, while",)),
    Refused(19, "mismatch-of-the-second-name", country(1, "Koko Suomi"), "total.mismatch",
        (f"found 1, while the regions sum to {ALL}",)),
    Refused(29, "5000-digits", changed("val", "9" * 5000), "number.range", (at(4, "val",
        "number.range") + "at most 30 digits",)),
    Refused(29, "year-of-5000-digits", changed("vuosi", "2" * 5000), "period.unknown", ("row 4",)),
    Refused(45, "composed-and-decomposed", file(*region("Päijät-Häme"),
        *region("Pa\u0308ija\u0308t-Ha\u0308me")), "key.duplicate", ("MK07 2023-01 persons new a "
        "second time (first in row 2)",)),
    Refused(46, "zero-width-space", file(*region("Kai\u200bnuu")), "text.invisible",
        ("found U+200B",)),
    Refused(47, "cyrillic", file(*region("Kаinuu")), "area.unknown", (at(2, "alue",
        "area.unknown") + "a region (maakunta) of mainland Finland, found 'Kаinuu' with Cyrillic "
        "letters.",)),
    Refused(48, "override", file(*region("\u202eKainuu")), "text.bidi", ("found U+202E",)),
    Refused(49, "swedish-and-finnish", file(*region("Pirkanmaa"), *region("Birkaland")),
        "key.duplicate", ("row 6", "MK06 2023-01 persons new a second time (first in row 2)")),
    Refused(49, "misspelt", file(*region("Birkland")), "area.unknown", ("found 'Birkland'",
        "MK06 Pirkanmaa")),
    Refused(49, "municipality", file(*region("Tammerfors")), "area.unknown",
        ("found 'Tammerfors'",)),
    *(
        Refused(50, text.lower(), file(*region(text)), "area.unknown", (at(2, "alue",
            "area.unknown"), f"found {text!r}"))
        for text in ("NA", "None", "null", "NaN")
    ),
    Refused(51, "row-twice", file(*region("Kainuu"), region("Kainuu")[3]), "key.duplicate",
        ("recipients.csv, row 6: [key.duplicate] expected each row once, found MK18 2023-01 "
        "households previous a second time (first in row 5).",)),
    Refused(51, "padded-month", file(*region("Kainuu"), *region("Kainuu", month="01")),
        "key.duplicate", ("row 6",)),
    Refused(54, "unknown", file(*region("Atlantis")), "area.unknown", ("found 'Atlantis'",)),
    Refused(56, "empty", changed("alue", ""), "key.missing", (at(4, "alue", "key.missing")
        + "a region, found an empty cell.",)),
    Refused(57, "åland", file(*region("Ahvenanmaa")), "area.role", (at(2, "area", "area.role"),
        "Leave Åland out")),
    Refused(59, "count", changed("val", "7,5"), "number.ambiguous", (at(4, "val",
        "number.ambiguous") + "a number with a decimal point, found '7,5'.",)),
    Refused(60, "thousands-point", changed("val", "1.234"), "number.ambiguous", ("row 4",)),
    Refused(60, "zeros", changed("val", "12.000"), "number.ambiguous", ("row 4",)),
    Refused(63, "decimals", changed("val", "1.9"), "number.not_integer", ("row 4",)),
    Refused(63, "exponent", changed("val", "1e3"), "number.exponent", (at(4, "val",
        "number.exponent"),)),
    Refused(64, "above-2^53", changed("val", "9007199254740993"), "number.precision", (at(4, "val",
        "number.precision"),)),
    Refused(65, "nan", changed("val", "NaN"), "number.nonfinite", (at(4, "val",
        "number.nonfinite"),)),
    Refused(66, "negative", changed("val", "-1"), "number.negative", ("row 4",)),
    Refused(71, "two-points", changed("val", ".."), "mark.unknown", (at(4, "val", "mark.unknown"),
        "found '..'")),
    Refused(71, "less-than-5", changed("val", "<5"), "mark.unknown", ("found '<5'",)),
    Refused(71, "empty", changed("val", ""), "mark.unknown", ("row 4",)),
    Refused(79, "year-2202", file(["Kainuu", "Perustoimeentulotuki", "2202", "1", "2202-01-01",
        NEW, "1", "Saajat"], ["Kainuu", "Perustoimeentulotuki", "2202", "1", "2202-01-01", OLD,
        "1", "Saajat"]), "period.unknown", ("row 2", "found '2202-01'")),
    Refused(79, "text-month", changed("kuukausi", "tammikuu"), "period.unknown", (at(4, "paiva",
        "period.unknown") + "the first day of that month in paiva, found vuosi '2023', kuukausi "
        "'tammikuu', paiva '2023-01-01'.",)),
    Refused(79, "serial", changed("paiva", "44927"), "period.unknown", ("paiva '44927'",)),
    Refused(79, "month-against-day", changed("kuukausi", "2"), "period.unknown",
        ("kuukausi '2', paiva '2023-01-01'",)),
    Refused(80, "month-missing", file(*region("Kainuu"), *region("Kainuu", month="3")),
        "period.missing", ("found nothing for 2023-02",)),
    Refused(106, "benefit", changed("etuus", "Työttömyysturva"), "indicator.unknown", (at(4,
        "etuus", "indicator.unknown") + "Perustoimeentulotuki, found 'Työttömyysturva'.",)),
    Refused(106, "variable", changed("variable", "saajat"), "indicator.unknown", (at(4,
        "variable", "indicator.unknown"),)),
    Refused(106, "type", changed("type", "Saaja"), "indicator.unknown", (at(4, "type",
        "indicator.unknown") + "Saajat or Saajakotitaloudet, found 'Saaja'.",)),
    Refused(53, "new-without-previous", file(*region("Kainuu")[:2]), "coverage.missing", (at(2,
        "variable", "coverage.missing") + "new and previous recipients of each area and month, "
        "found only new persons of MK18 in 2023-01.",)),
    Refused(53, "previous-without-new", file(*region("Kainuu")[2:]), "coverage.missing",
        ("found only previous persons of MK18 in 2023-01",)),
]  # fmt: skip

BOTH = "basic_sa_persons"
TAKEN = [
    Taken(5, "bom", file(*region("Kainuu")), "text.bom", "normalised", "a byte order mark",
        ("MK18", 20)),
    Taken(12, "cr-only", file(*region("Kainuu")).replace(b"\n", b"\r"), "text.newlines",
        "warning", "line ends that are mixed or CR alone", ("MK18", 20)),
    Taken(17, "blank-row", file(*region("Kainuu"), [""] * 8, *region("Lappi")), "row.blank",
        "warning", "a blank row, set aside", ("MK18", 20)),
    Taken(19, "koko-maa", country(ALL), "row.total", "normalised", "the total of 2023-01 persons "
        "new checked and left out", ("MK18", 20)),
    Taken(19, "koko-suomi", country(ALL, "Koko Suomi"), "row.total", "normalised",
        "checked and left out", ("MK18", 20)),
    Taken(19, "inside-the-gap", country(ALL + 5), "row.total", "normalised",
        "checked and left out", ("MK18", 20)),
    Taken(19, "not-all-regions", file(*region("Kainuu"), *region("Koko maa", 900)), "row.total",
        "warning", "left out unchecked: not all regions are there", ("MK18", 20)),
    Taken(45, "decomposed", file(*region("Pa\u0308ija\u0308t-Ha\u0308me")), "text.nfc",
        "normalised", "composed (NFC)", ("MK07", 20)),
    Taken(46, "space", file(*region("Kainuu ")), "text.trimmed", "normalised", "Kainuu",
        ("MK18", 20)),
    Taken(46, "no-break-space", file(*region("Kainuu\u00a0")), "text.trimmed", "normalised",
        "Kainuu", ("MK18", 20)),
    Taken(49, "birkaland", file(*region("Birkaland")), "area.alias", "normalised",
        "'Birkaland' taken for MK06 Pirkanmaa", ("MK06", 20)),
    Taken(49, "egentliga-finland", file(*region("Egentliga Finland")), "area.alias", "normalised",
        "'Egentliga Finland' taken for MK02 Varsinais-Suomi", ("MK02", 20)),
    Taken(49, "genitive", file(*region("Uudenmaan maakunta")), "area.alias", "normalised",
        "'Uudenmaan maakunta' taken for MK01 Uusimaa", ("MK01", 20)),
    Taken(49, "upper-case", file(*region("KAINUU")), "area.alias", "normalised",
        "'KAINUU' taken for MK18 Kainuu", ("MK18", 20)),
    Taken(61, "grouped", file(*region("Kainuu", "1\u00a0234")), "number.grouping", "normalised",
        "1\\xa0234", ("MK18", 2468)),
    Taken(63, "integral", file(*region("Kainuu", "10.0")), "number.integral", "normalised",
        "counts written with a decimal part of zero", ("MK18", 20)),
]  # fmt: skip

ROW_VARIANTS = [(case.row, f"kela-{case.name}") for case in (*REFUSED, *TAKEN)]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "recipients.csv"
    path.write_bytes(content)
    return path


def case_id(case: Refused | Taken) -> str:
    return f"row-{case.row}-{case.name}"


@pytest.mark.parametrize("case", REFUSED, ids=case_id)
def test_a_broken_file_is_refused_with_its_code_and_words(case: Refused, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        bc.read_measurements(written(tmp_path, case.content), source="kela-recipients")
    assert caught.value.code == case.code
    for words in case.words:
        assert words in str(caught.value)


@pytest.mark.parametrize("case", TAKEN, ids=case_id)
def test_a_harmless_fault_is_taken_and_noted(case: Taken, tmp_path: Path) -> None:
    rows = bc.read_measurements(written(tmp_path, case.content), source="kela-recipients")
    notes = [remark for remark in rows.remarks if remark.code == case.code]
    assert notes, [remark.code for remark in rows.remarks]
    assert {remark.kind for remark in notes} == {case.kind}
    assert case.words in notes[0].found
    own = rows.table.query("indicator == @BOTH").set_index("area")["value"]
    assert own[case.cell[0]] == case.cell[1]
    assert not set(rows.frame["area"]) & {"total", "FI", "FI-MAINLAND"}


def test_a_file_as_kela_writes_it_gives_totals_and_their_places(tmp_path: Path) -> None:
    content = file(*region("Kainuu"), *region("Kainuu", 7, month="2"))
    rows = bc.read_measurements(written(tmp_path, content), source="kela-recipients").table
    assert rows["indicator"].nunique() == 6
    totals = rows.query("indicator == 'basic_sa_households'")
    assert totals["value"].tolist() == [20, 14]
    assert totals["status"].tolist() == ["derived", "derived"]
    assert totals["place"].tolist() == ["3+5", "7+9"]
    assert rows.query("indicator == 'basic_sa_households_new'")["place"].tolist() == ["3", "7"]


def test_the_country_without_alue_is_the_mainland(tmp_path: Path) -> None:
    content = file(*(row[1:] for row in region("")), header=HEADER[1:])
    rows = bc.read_measurements(written(tmp_path, content), source="kela-recipients")
    assert set(rows.frame["area"]) == {"FI-MAINLAND"}


def test_a_blank_row_is_set_aside_and_keeps_the_rows_from_being_sealed(tmp_path: Path) -> None:
    content = file(*region("Kainuu"), [""] * 8, *region("Lappi"))
    rows = bc.read_measurements(written(tmp_path, content), source="kela-recipients")
    assert [(problem.code, problem.row) for problem in rows.quarantine] == [("row.blank", 6)]
    with pytest.raises(bc.BaselineCompareError, match=r"row\.blank"):
        bc.seal(rows, tmp_path / "releases", name="mine")


def test_limits_hold_for_this_layout(tmp_path: Path) -> None:
    content = file(*region("Kainuu"))
    with pytest.raises(InputError) as caught:
        bc.read_measurements(
            written(tmp_path, content),
            source="kela-recipients",
            limits=Limits(bytes=len(content) - 1),
        )
    assert caught.value.code == "limit.bytes"
