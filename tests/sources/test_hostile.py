"""Broken files and cells in the tidy layout, each under the row of the contract it belongs to."""

from __future__ import annotations

import os
import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import baseline_compare as bc
from baseline_compare.errors import MOST_PROBLEMS, InputError
from baseline_compare.measurements import COLUMNS, Measurements
from baseline_compare.sources import SOURCES, Limits

BROKEN = Path(__file__).parents[2] / "fixtures" / "broken"

HEADER = "indicator,area,period,value"
COUNT = "basic_sa_households"
SHARE = "basic_sa_electronic_applications_share"
EUROS = "basic_sa_expenditure_net"
NEW, OLD = "uudet saajat", "aiemmin tukea saaneet"
GOOD = f"{COUNT},MK06,2023-01,11000"
NEXT = f"{COUNT},MK06,2023-02,12000"
PARTS = "indicator,area,period,numerator,denominator"
SOURCE = "indicator,area,period,value,source"


@dataclass(frozen=True)
class Refused:
    """A file that must be refused: the row of the contract, the code and words of the message."""

    row: int
    name: str
    content: bytes
    code: str
    words: tuple[str, ...]
    total: int | None = None


@dataclass(frozen=True)
class Taken:
    """A file that is taken with a remark: its code and kind, and the values that come of it."""

    row: int
    name: str
    content: bytes
    code: str
    kind: str
    words: str
    values: tuple[float, ...]


def table(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\n".join([header, *rows, ""]).encode(encoding)


def value(text: str, *, indicator: str = COUNT, period: str = "2023-01") -> bytes:
    area = "FI-MAINLAND" if indicator in (SHARE, EUROS) else "MK06"
    return table(f'{indicator},{area},{period},"{text}"')


def area(text: str, *, period: str = "2023-01") -> bytes:
    return table(GOOD.replace("2023-01", period), f'{COUNT},"{text}",{period},5')


def period(text: str) -> bytes:
    return table(f"{COUNT},MK06,{text},5")


def label(text: str) -> bytes:
    return table(f'{GOOD},"{text}"', header=SOURCE)


def at(row: int, column: str, code: str) -> str:
    return f"hostile.csv, row {row}, column {column}: [{code}] expected "


class Trap:
    """An object that leaves a trace if anything unpickles it."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, ("unpickled",)


_LOST_ZERO = "Did it lose a leading zero? KU091 is Helsinki."
_BARE = "A bare number is never a code; codes carry their prefix: KU091 (Helsinki)"
_KEEP_ONE = "expected each indicator, area and period once, found"
_POINT = "expected a number with a decimal point, found"
_COMMA_WORDS = "Write 7.5 for seven and a half; a comma could be either."
_SAY_STATE = "Say in the column state what the mark means (suppressed, not_available, ...)."
_CALENDAR = "expected a period of 1990-2099: 2022, 2022-Q3, 2022-09, 2022-W36, found"

FILES = [
    Refused(1, "no-bytes", b"", "file.empty", ("hostile.csv: [file.empty] expected a table, found "
        "0 bytes. Send or save the file again.",)),
    Refused(1, "bom-alone", b"\xef\xbb\xbf", "file.empty", ("expected a table",)),
    Refused(1, "newlines-alone", b"\n\n\n", "file.empty", ("expected a table",)),
    Refused(2, "header", table(), "table.no_rows", ("hostile.csv: [table.no_rows] expected at "
        "least one measurement, found none. Check that the file was saved with its rows.",)),
    Refused(2, "header-without-newline", HEADER.encode(), "table.no_rows", ("found none",)),
    Refused(2, "header-and-blank-rows", table(",,,", "", ",,,"), "table.no_rows", ("found none",)),
    Refused(6, "little-endian", b"\xff\xfe" + table(GOOD, encoding="utf-16-le"),
        "encoding.undeclared", ("expected UTF-8, found UTF-16. Save the file as UTF-8.",)),
    Refused(6, "big-endian", b"\xfe\xff" + table(GOOD, encoding="utf-16-be"),
        "encoding.undeclared", ("expected UTF-8, found UTF-16. Save the file as UTF-8.",)),
    Refused(6, "without-bom", table(GOOD, encoding="utf-16-le"), "encoding.undeclared",
        ("expected UTF-8", "Save the file as UTF-8.")),
    Refused(7, "label", table(f"{GOOD},Jämsä", header=SOURCE, encoding="latin-1"),
        "encoding.invalid", ("hostile.csv, row 2: [encoding.invalid] expected UTF-8, found byte "
        "0xe4 at offset 75. Save the file as UTF-8; it looks like Latin-1 or Windows-1252.",)),
    Refused(7, "later-row", table(GOOD, "basic_sa_households,Hämeenlinna,2023-01,1",
        encoding="latin-1"), "encoding.invalid", ("row 3", "byte 0xe4 at offset 88")),
    Refused(7, "header", table(GOOD, header=f"{HEADER},lähde", encoding="latin-1"),
        "encoding.invalid", ("row 1", "byte 0xe4 at offset 29")),
    Refused(7, "cp1252-euro", table(f"{GOOD},1 €", header=SOURCE, encoding="cp1252"),
        "encoding.invalid", ("row 2", "byte 0x80")),
    Refused(8, "euro", label("1 \x80"), "encoding.c1_control", ("hostile.csv, row 2: "
        "[encoding.c1_control] expected text without C1 controls, found U+0080. "
        "Windows-1252 was read as Latin-1 somewhere: export the file again.",)),
    Refused(8, "en-dash", label("2022\x962023"), "encoding.c1_control", ("found U+0096",)),
    Refused(8, "apostrophe", label("Kela\x92s"), "encoding.c1_control", ("found U+0092",)),
    Refused(8, "s-caron", table(GOOD, header=f"{HEADER},\x9aource"), "encoding.c1_control",
        ("row 1", "found U+009A")),
    Refused(9, "jämsä", label("JÃ¤msÃ¤"), "encoding.mojibake", ("hostile.csv, row 2: "
        "[encoding.mojibake] expected letters such as ä and ö, found U+00C3 U+00A4. "
        "UTF-8 was read as Latin-1 somewhere: export the file again.",)),
    Refused(9, "åland", label("Ã…land"), "encoding.mojibake", ("found U+00C3 U+2026",)),
    Refused(9, "österbotten", label("Ã–sterbotten"), "encoding.mojibake", ("found U+00C3 U+2013",)),
    Refused(9, "en-dash", label("2022â€“2023"), "encoding.mojibake", ("export the file again",)),
    Refused(10, "second-row-latin-1", table(f"{GOOD},Jämsä", header=SOURCE)
        + f"{NEXT},Jämsä\n".encode("latin-1"), "encoding.mixed", ("hostile.csv, row 3: "
        "[encoding.mixed] expected UTF-8 throughout, found byte 0xe4", "Parts of the file are in "
        "two encodings: join them again as UTF-8.")),
    Refused(10, "first-row-latin-1", table(f"{GOOD},Jämsä", header=SOURCE, encoding="latin-1")
        + f"{NEXT},Jämsä\n".encode(), "encoding.mixed", ("row 2", "byte 0xe4")),
    Refused(10, "same-row", table(f"{GOOD},Jä", header=SOURCE).rstrip() + b"ms\xe4\n",
        "encoding.mixed", ("row 2", "byte 0xe4")),
    Refused(11, "nul-in-label", label("a\x00b"), "text.control_char", ("hostile.csv, row 2: "
        "[text.control_char] expected text without control characters, found U+0000. Remove the "
        "character.",)),
    Refused(11, "nul-in-area", area("MK\x0006"), "text.control_char", ("row 3", "found U+0000")),
    Refused(11, "nul-in-number", value("1\x00"), "text.control_char", ("row 2", "found U+0000")),
    Refused(11, "escape", label("\x1b[2J"), "text.control_char", ("found U+001B",)),
    Refused(11, "nul-in-header", table(GOOD, header=f"\x00{HEADER}"), "text.control_char",
        ("row 1",)),
    Refused(13, "last-row", table(GOOD, f'"{NEXT}'), "csv.quote", ("hostile.csv, row 3: "
        "[csv.quote] expected quotes that are closed and doubled inside, found", "in a record that "
        "begins here. Correct the row in the file.")),
    Refused(13, "first-row-of-many", table(GOOD.replace("MK06", '"MK06'), NEXT, NEXT),
        "csv.quote", ("row 2:", "begins here")),
    Refused(13, "header", table(GOOD, header='indicator,area,period,"value'), "csv.quote",
        ("row 1:",)),
    Refused(13, "text-after-quote", table(GOOD.replace("MK06", '"MK06"x')), "csv.quote",
        ("row 2:",)),
    Refused(14, "semicolons", table(GOOD, NEXT).replace(b",", b";"), "header.unexpected",
        ("hostile.csv, row 1: [header.unexpected] expected indicator, area, period and any of",
        "the fields seem to be split by ';', not ','. Save it with commas and decimal points, or "
        "take it by pandas.read_csv(file, sep=';', decimal=',') and measurements.from_frame().")),
    Refused(14, "tabs", table(GOOD).replace(b",", b"\t"), "header.unexpected",
        ("the fields seem to be split by '\\t', not ','",)),
    Refused(14, "semicolons-and-decimal-commas", table("x;y;z;7,5", header="indicator;area;period"),
        "header.unexpected", ("the fields seem to be split by ';', not ','",)),
    Refused(14, "kelas-layout", b'"alue";"etuus"\n"Kainuu";"Perustoimeentulotuki"\n',
        "header.unexpected", ("split by ';'", "pandas.read_csv(file, sep=';', decimal=',')")),
    Refused(15, "at-the-end", table(f"{GOOD},7", f"{NEXT},8"), "row.width",
        ("hostile.csv, row 2: [row.width] expected 4 fields, found 5 fields. Correct the row in "
        "the file.", "hostile.csv, row 3: [row.width]"), 2),
    Refused(15, "index-in-front", table(f"0,{GOOD}", f"1,{NEXT}"), "row.width",
        ("row 2: [row.width]", "row 3: [row.width]"), 2),
    Refused(15, "empty-field", table(f"{GOOD},", f"{NEXT},"), "row.width",
        ("expected 4 fields, found 5 fields",), 2),
    Refused(15, "decimal-commas", table(f"{SHARE},FI-MAINLAND,2023-01,0,5",
        f"{SHARE},FI-MAINLAND,2023-02,0,6"), "row.width", ("found 5 fields",), 2),
    Refused(16, "too-long", table(GOOD, f"{NEXT},7"), "row.width", ("hostile.csv, row 3: "
        "[row.width] expected 4 fields, found 5 fields.",), 1),
    Refused(16, "too-short", table(GOOD, "basic_sa_households,MK06,2023-02"), "row.width",
        ("row 3: [row.width] expected 4 fields, found 3 fields.",), 1),
    Refused(16, "joined-rows", table(GOOD + GOOD, NEXT), "row.width",
        ("row 2: [row.width] expected 4 fields, found 7 fields.",), 1),
    Refused(16, "after-a-field-of-two-lines", table(f'{GOOD},"a\nb"', NEXT, header=SOURCE),
        "row.width", ("row 4: [row.width] expected 5 fields, found 4 fields.",), 1),
    Refused(18, "title", b"Toimeentulotuki 2023\n" + table(GOOD), "row.not_data",
        ("hostile.csv, row 1: [row.not_data] expected the header in row 1, found it in row 2. "
        "Remove the lines above the header.",)),
    Refused(18, "title-of-three-lines", b"Toimeentulotuki, kuukausittain\n\nKela\n" + table(GOOD),
        "row.not_data", ("found it in row 4",)),
    Refused(18, "footer", table(GOOD, "Lähde: Kela"), "row.not_data", ("hostile.csv, row 3: "
        "[row.not_data] expected a measurement, found 'Lähde: Kela'. Remove titles, notes and "
        "sources from the table.",)),
    Refused(18, "footer-as-wide", table(GOOD, "Lähde: Kela,,,"), "row.not_data",
        ("row 3", "'Lähde: Kela'")),
    Refused(18, "note-in-the-middle", table(GOOD, "Vuosi 2023", NEXT), "row.not_data",
        ("row 3", "'Vuosi 2023'")),
    Refused(19, "in-the-tidy-layout", area("Koko maa"), "area.unknown", (at(3, "area",
        "area.unknown"), "found 'Koko maa'")),
    Refused(32, "pickle-4", pickle.dumps(Trap(), protocol=4), "file.format", ("hostile.csv: "
        "[file.format] expected a CSV text file, found a pickle. Save the table as CSV in UTF-8; "
        "other formats are not read.",)),
    Refused(32, "pickle-2", pickle.dumps(Trap(), protocol=2), "file.format", ("found a pickle",)),
    Refused(32, "pickle-5", pickle.dumps(Trap(), protocol=5), "file.format", ("found a pickle",)),
    Refused(32, "joblib-compressed", zlib.compress(pickle.dumps(Trap(), protocol=4)),
        "file.format", ("Save the table as CSV in UTF-8; other formats are not read.",)),
    Refused(32, "npy", b"\x93NUMPY\x01\x00v\x00" + pickle.dumps(Trap()), "file.format",
        ("found a NumPy file",)),
    Refused(3, "gzip", b"\x1f\x8b\x08\x00", "file.format", ("found a gzip file",)),
    Refused(3, "parquet", b"PAR1\x15\x04", "file.format", ("found a Parquet file",)),
    Refused(3, "xlsx", b"PK\x03\x04\x14", "file.format", ("found a zip archive (an Excel workbook "
        "is one)",)),
    Refused(42, "column-twice", table(f"{GOOD},1", header=f"{HEADER},value"), "header.duplicate",
        ("hostile.csv, row 1: [header.duplicate] expected each column once, found value.",)),
]  # fmt: skip

AREAS = [
    Refused(44, "ku91", area("KU91"), "area.unknown", (at(3, "area", "area.unknown")
        + f"the code of an area, found 'KU91'. {_LOST_ZERO}",)),
    Refused(44, "bare-91", area("91"), "area.unknown", (at(3, "area", "area.unknown"),
        f"found '91'. {_BARE}")),
    Refused(44, "bare-091", area("091"), "area.unknown", ("found '091'", _BARE)),
    Refused(44, "both-in-one-column", table(f"{COUNT},KU091,2023-01,5", f"{COUNT},KU91,2023-01,5"),
        "area.unknown", ("row 3", _LOST_ZERO), 1),
    Refused(44, "region-mk6", area("MK6"), "area.unknown", ("Did it lose a leading zero? MK06 is "
        "Pirkanmaa.",)),
    Refused(44, "lower-case", area("ku091"), "area.unknown", ("found 'ku091'",)),
    Refused(45, "nfc-and-nfd-twins", table(f"{COUNT},Ääne,2023-01,5", f"{COUNT},A\u0308a\u0308ne,"
        "2023-01,5"), "area.unknown", ("found 'Ääne'",), 2),
    Refused(46, "zero-width-space", area("MK\u200b06"), "text.invisible", ("hostile.csv, row 3: "
        "[text.invisible] expected text without invisible characters, found U+200B. Remove the "
        "character.",)),
    Refused(46, "soft-hyphen", label("Kela\u00adn"), "text.invisible", ("found U+00AD",)),
    Refused(46, "word-joiner", value("1\u2060000"), "text.invisible", ("found U+2060",)),
    Refused(46, "second-bom", b"\xef\xbb\xbf" * 2 + table(GOOD), "text.invisible",
        ("row 1", "found U+FEFF")),
    Refused(47, "akaa", area("Аkaa"), "area.unknown", ("found 'Аkaa' with Cyrillic letters",)),
    Refused(47, "prefix-of-a-code", area("МK06"), "area.unknown", (at(3, "area", "area.unknown"),
        "found 'МK06' with Cyrillic letters")),
    Refused(47, "greek-kappa", area("MΚ06"), "area.unknown", ("with Greek letters",)),
    Refused(48, "override", label("\u202eKela"), "text.bidi", ("hostile.csv, row 2: [text.bidi] "
        "expected text without direction marks, found U+202E. Remove the character.",)),
    Refused(48, "isolate-in-area", area("MK06\u2066"), "text.bidi", ("row 3", "found U+2066")),
    Refused(48, "mark-in-header", table(GOOD, header=f"\u200f{HEADER}"), "text.bidi",
        ("row 1", "found U+200F")),
    Refused(49, "name-in-a-code-column", area("Birkaland"), "area.unknown",
        ("found 'Birkaland'. The nearest: MK06 Pirkanmaa",)),
    Refused(50, "na", area("NA"), "area.unknown", (at(3, "area", "area.unknown"), "found 'NA'")),
    Refused(50, "none", area("None"), "area.unknown", ("found 'None'",)),
    Refused(50, "null", area("null"), "area.unknown", ("found 'null'",)),
    Refused(50, "nan", area("nan"), "area.unknown", ("found 'nan'",)),
    Refused(51, "equal-values", table(GOOD, NEXT, GOOD), "key.duplicate", ("hostile.csv, row 4: "
        f"[key.duplicate] {_KEEP_ONE} basic_sa_households, MK06, 2023-01 a second time. Keep one "
        "of the rows.",), 1),
    Refused(51, "other-value", table(GOOD, f"{COUNT},MK06,2023-01,5"), "key.duplicate",
        ("row 3", _KEEP_ONE), 1),
    Refused(51, "state-beside-value", table(f"{GOOD},", f"{COUNT},MK06,2023-01,,not_available",
        header=f"{HEADER},state"), "key.duplicate", ("row 3", _KEEP_ONE), 1),
    Refused(51, "three-times", table(GOOD, GOOD, GOOD), "key.duplicate", ("row 3", "row 4"), 2),
    Refused(52, "pertunmaa-2025", area("KU588", period="2025-01"), "area.vintage", (at(3, "area",
        "area.vintage") + "an area of 2025-01-01, found KU588 (Pertunmaa), which is valid from "
        "2022-01-01 to 2024-12-31. Use the area of that time: KU588 merged into KU507 on "
        "2025-01-01.",)),
    Refused(52, "pertunmaa-2026", area("KU588", period="2026-03"), "area.vintage",
        ("an area of 2026-03-01", "KU588 merged into KU507")),
    Refused(52, "population", table("population,KU588,2024,1600", "population,KU588,2025,1600"),
        "area.vintage", ("row 3", "an area of 2025-01-01"), 1),
    Refused(52, "later-area-early", area("KELASA1", period="2022-05"), "area.vintage",
        ("which is valid from 2024-11-01", "Use the area that was there before.")),
    Refused(54, "avi-2026", area("AVI1", period="2026-01"), "area.retired", (at(3, "area",
        "area.retired") + "an area of 2026-01-01, found AVI1 (Southern Finland AVI), which is "
        "valid from 2022-01-01 to 2025-12-31. Use the area of that time: no area of this registry "
        "follows it.",)),
    Refused(54, "kela-district-2025", area("KELA1", period="2025-01"), "area.retired",
        ("KELA1 continued as KELASA1 on 2024-11-01",)),
    Refused(54, "split-district", area("KELA5", period="2025-01"), "area.retired",
        ("KELA5 gave members to KELASA2 on 2024-11-01; KELA5 continued as KELASA5",)),
    Refused(54, "unknown-code", area("KU999"), "area.unknown", (at(3, "area", "area.unknown"),
        "found 'KU999'")),
    Refused(54, "name-of-nothing", area("Atlantis"), "area.unknown", ("found 'Atlantis'",)),
    Refused(56, "empty", table(GOOD, f"{COUNT},,2023-01,5"), "key.missing", (at(3, "area",
        "key.missing") + "the area, found an empty cell. Fill in the cell; a row without its key "
        "cannot be placed.",)),
    Refused(56, "quoted-empty", table(f'{COUNT},"",2023-01,5'), "key.missing", (at(2, "area",
        "key.missing"),)),
    Refused(56, "spaces", area("\u00a0 "), "key.missing", (at(3, "area", "key.missing"),)),
    Refused(56, "empty-period", period(""), "key.missing", (at(2, "period", "key.missing"),
        "the period")),
    Refused(56, "empty-indicator", table(",MK06,2023-01,5"), "key.missing", (at(2, "indicator",
        "key.missing"), "the indicator")),
    Refused(57, "åland-region", area("MK21"), "area.role", (at(3, "area", "area.role")
        + "an area of mainland Finland (FI-MAINLAND for the whole), found 'MK21'. Leave Åland "
        "out: it has its own act, and Kela pays nothing there.",)),
    Refused(57, "åland-county", area("HVA91"), "area.role", ("found 'HVA91'",)),
    Refused(57, "mariehamn", area("KU478"), "area.role", ("found 'KU478'",)),
    Refused(57, "whole-country", area("FI"), "area.role", ("found 'FI'", "FI-MAINLAND for the "
        "whole")),
]  # fmt: skip

NUMBERS = [
    Refused(29, "5000-digits", value("9" * 5000), "number.range", (at(2, "value", "number.range")
        + "at most 30 digits, found '999", "...'. Correct the number.")),
    Refused(29, "31-digits", value("1" * 31), "number.range", ("at most 30 digits",)),
    Refused(29, "5000-decimals", value("0." + "1" * 5000, indicator=SHARE), "number.range",
        ("at most 30 digits",)),
    Refused(29, "negative", value("-" + "9" * 5000), "number.range", ("at most 30 digits",)),
    Refused(29, "grouped", value("1" + " 000" * 12), "number.range", ("at most 30 digits",)),
    Refused(59, "count", value("7,5"), "number.ambiguous", (at(2, "value", "number.ambiguous")
        + f"a number with a decimal point, found '7,5'. {_COMMA_WORDS}",)),
    Refused(59, "share", value("0,059", indicator=SHARE), "number.ambiguous", ("found '0,059'",)),
    Refused(59, "thousands-comma", value("1,234,567"), "number.ambiguous", ("found '1,234,567'",)),
    Refused(59, "after-a-group", value("12 345,6", indicator=EUROS), "number.ambiguous",
        ("found '12 345,6'", _COMMA_WORDS)),
    Refused(60, "count", value("1.234"), "number.ambiguous", (at(2, "value", "number.ambiguous")
        + "a whole number, found 1.234. Three decimals may be a thousands point: write 1234 "
        "without any mark.",)),
    Refused(60, "two-points", value("1.234.567"), "number.ambiguous", ("found '1.234.567'",)),
    Refused(60, "point-and-comma", value("1.234,5", indicator=EUROS), "number.ambiguous",
        ("found '1.234,5'", _COMMA_WORDS)),
    Refused(60, "zeros", value("12.000"), "number.ambiguous", ("found 12", "Three decimals may be "
        "a thousands point")),
    Refused(63, "decimals", value("1.9"), "number.not_integer", (at(2, "value",
        "number.not_integer") + "a whole number, found 1.9. A count has no decimals; give the "
        "exact count.",)),
    Refused(63, "exponent", value("1e3"), "number.exponent", (at(2, "value", "number.exponent")
        + "a number with a decimal point, found '1e3'. Write all digits.",)),
    Refused(63, "exponent-in-a-share", value("5E-2", indicator=SHARE), "number.exponent",
        ("found '5E-2'",)),
    Refused(63, "true", value("True"), "number.boolean", (at(2, "value", "number.boolean")
        + "a number with a decimal point, found 'True'. Write the count or the value itself.",)),
    Refused(63, "kyllä", value("kyllä"), "number.boolean", ("found 'kyllä'",)),
    Refused(63, "leading-zero", value("007"), "number.ambiguous", ("Write the number without "
        "leading zeros or plus.",)),
    Refused(63, "plus", value("+7"), "number.ambiguous", ("without leading zeros or plus",)),
    Refused(64, "above-2^53", value("9007199254740993"), "number.precision", (at(2, "value",
        "number.precision"), "found '9007199254740993'. Use a larger unit:")),
    Refused(64, "long-share", value("0.12345678901234567891", indicator=SHARE),
        "number.precision", (at(2, "value", "number.precision"), "Use a larger unit:")),
    Refused(64, "beside-a-missing-cell", table(f"{COUNT},MK06,2023-01,9007199254740993,",
        f"{COUNT},MK06,2023-02,,not_available", header=f"{HEADER},state"), "number.precision",
        ("row 2",), 1),
    Refused(65, "inf", value("inf"), "number.nonfinite", (at(2, "value", "number.nonfinite")
        + "a number with a decimal point, found 'inf'. Say state not_available if there is no "
        "figure.",)),
    Refused(65, "minus-infinity", value("-Infinity", indicator=EUROS), "number.nonfinite",
        ("found '-Infinity'",)),
    Refused(65, "1e400", value("1e400"), "number.nonfinite", ("found '1e400'",)),
    Refused(65, "nan", value("NaN"), "number.nonfinite", ("found 'NaN'", "Say state "
        "not_available")),
    Refused(66, "count", value("-1"), "number.negative", (at(2, "value", "number.negative")
        + "a number that is not negative, found -1. Correct the figure.",)),
    Refused(66, "denominator", table(f"{SHARE},FI-MAINLAND,2023-01,5,-10", header=PARTS),
        "number.negative", (at(2, "denominator", "number.negative"), "found -10")),
    Refused(66, "numerator", table(f"{SHARE},FI-MAINLAND,2023-01,-5,10", header=PARTS),
        "number.negative", (at(2, "numerator", "number.negative"), "found -5")),
    Refused(66, "typographic-minus", value("\u22125"), "number.negative", ("found -5",)),
    Refused(67, "share", table(f"{SHARE},FI-MAINLAND,2023-01,0,0", header=PARTS),
        "denominator.zero", (at(2, "denominator", "denominator.zero") + "a denominator above 0, "
        "found 0. Say state not_applicable if there was nobody to count.",)),
    Refused(67, "numerator-above-it", table(f"{SHARE},FI-MAINLAND,2023-01,5,0", header=PARTS),
        "denominator.zero", (at(2, "denominator", "denominator.zero"),)),
    Refused(67, "minus-zero", table(f"{SHARE},FI-MAINLAND,2023-01,0,-0", header=PARTS),
        "denominator.zero", (at(2, "denominator", "denominator.zero"),)),
    Refused(68, "persons", table(f"{SHARE},FI-MAINLAND,2023-01,11,10", header=PARTS),
        "numerator.exceeds", (at(2, "numerator", "numerator.exceeds") + "a numerator that is not "
        "above its denominator, found 11 of 10. Check whether the two were exchanged.",)),
    Refused(68, "exchanged", table(f"{SHARE},FI-MAINLAND,2023-01,9,10",
        f"{SHARE},FI-MAINLAND,2023-02,10,9", header=PARTS), "numerator.exceeds",
        ("row 3", "found 10 of 9"), 1),
    Refused(68, "with-a-true-ratio", table(f"{SHARE},FI-MAINLAND,2023-01,11,10,1.1",
        header=f"{PARTS},value"), "value.range", (at(2, "value", "value.range"),
        "[numerator.exceeds]"), 2),
    Refused(68, "share-above-1", value("1.2", indicator=SHARE), "value.range", (at(2, "value",
        "value.range") + "a share between 0 and 1, found 1.2. Write 5.9 % as 0.059.",)),
    *(
        Refused(71, name, value(text), "mark.unknown", (at(2, "value", "mark.unknown")
            + f"a number with a decimal point, found {text!r}. {_SAY_STATE}",))
        for name, text in (
            ("two-points", ".."), ("three-points", "..."), ("point", "."), ("hyphen", "-"),
            ("asterisk", "*"), ("less-than-5", "<5"), ("alle-5", "alle 5"), ("en-dash", "–"),
            ("minus", "\u2212"), ("n-a", "#N/A"), ("per-cent", "7.5 %"),
        )
    ),
    Refused(71, "empty-cell", value(""), "mark.unknown", (at(2, "value", "mark.unknown"),
        "found no figure", "or say state suppressed, not_available or not_applicable.")),
    Refused(71, "unknown-state", table(f"{COUNT},MK06,2023-01,hidden",
        header="indicator,area,period,state"), "mark.unknown", (at(2, "state", "mark.unknown")
        + "state as one of value, suppressed, not_available, not_applicable, found 'hidden'.",)),
    Refused(71, "figure-beside-a-state", table(f"{GOOD},suppressed", header=f"{HEADER},state"),
        "mark.unknown", ("Give either the figure or the state.",)),
    Refused(71, "suppressed-with-one-bound", table(f"{COUNT},MK06,2023-01,suppressed,1",
        header="indicator,area,period,state,low"), "interval.order", (at(2, "low",
        "interval.order"), "found low 1, high nothing")),
    Refused(79, "year-2202", period("2202-01"), "period.unknown", (at(2, "period",
        "period.unknown") + "a period of 1990-2099: 2022, 2022-Q3, 2022-09, 2022-W36, found "
        "'2202-01'. Write it in one of these forms, with a month or week of that year; no date.",)),
    *(
        Refused(79, name, period(text), "period.unknown", (at(2, "period", "period.unknown"),
            f"{_CALENDAR} {text!r}"))
        for name, text in (
            ("serial", "44562"), ("serial-1904", "43100"), ("text-month", "tammikuu 2023"),
            ("month-13", "2023-13"), ("month-0", "2023-00"), ("week-53", "2023-W53"),
            ("day", "2023-01-01"), ("slash", "2023/01"), ("wide-digits", "２０２３-01"),
            ("one-digit", "2023-1"), ("before-1990", "1904-01"),
        )
    ),
    Refused(79, "year-of-a-weekly-count", table("basic_sa_applications_received,FI-MAINLAND,2023,"
        "5"), "period.unknown", (at(2, "period", "period.unknown"), "by week")),
    Refused(80, "month-missing", table(GOOD, f"{COUNT},MK06,2023-03,5"), "period.missing",
        (at(3, "period", "period.missing") + "every month of basic_sa_households in MK06 without "
        "a gap, found nothing for 2023-02. Add the rows; an absent figure is a row with state "
        "not_available.",), 1),
    Refused(80, "over-the-turn-of-the-year", table(f"{COUNT},MK06,2023-11,5",
        f"{COUNT},MK06,2024-02,5"), "period.missing", ("found nothing for 2023-12, 2024-01",), 1),
    Refused(80, "week-missing", table(*(f"basic_sa_applications_received,FI-MAINLAND,2020-W{week}"
        ",5" for week in ("51", "52")), "basic_sa_applications_received,FI-MAINLAND,2021-W01,5"),
        "period.missing", ("row 4", "found nothing for 2020-W53"), 1),
    Refused(80, "in-one-of-two-areas", table(GOOD, NEXT, f"{COUNT},MK06,2023-03,5",
        f"{COUNT},MK07,2023-01,5", f"{COUNT},MK07,2023-03,5"), "period.missing",
        ("row 6", "in MK07 without a gap"), 1),
    Refused(80, "month-twice", table(GOOD, NEXT, NEXT), "key.duplicate", ("2023-02 a second "
        "time",), 1),
    Refused(81, "year-of-households", period("2023"), "aggregate.unique_persons", (at(2, "period",
        "aggregate.unique_persons") + "basic_sa_households by month, found '2023'. Bring the "
        "monthly figures: a cumulative one counts everyone once for the whole period and is never "
        "compared with them.",)),
    Refused(81, "quarter", period("2023-Q1"), "aggregate.unique_persons", ("found '2023-Q1'",)),
    Refused(81, "year-of-persons", table("basic_sa_persons,FI-MAINLAND,2023,400000"),
        "aggregate.unique_persons", ("basic_sa_persons by month",)),
    Refused(81, "among-months", table(GOOD, f"{COUNT},MK06,2023,90000"),
        "aggregate.unique_persons", ("row 3",), 1),
    Refused(106, "indicator-unknown", table("basic_sa_houses,MK06,2023-01,5"),
        "indicator.unknown", (at(2, "indicator", "indicator.unknown") + "the id of an indicator "
        "of the catalogue, found 'basic_sa_houses' (nearest: basic_sa_households",)),
    Refused(106, "indicator-computed", table("basic_sa_households_per_1000,MK06,2023-01,5"),
        "indicator.unknown", ("found basic_sa_households_per_1000, which is computed from two "
        "others. Give its numerator and its denominator instead.",)),
    Refused(106, "indicator-in-other-case", table("Basic_SA_households,MK06,2023-01,5"),
        "indicator.unknown", ("found 'Basic_SA_households'",)),
]  # fmt: skip

REFUSED = [*FILES, *AREAS, *NUMBERS]

TAKEN = [
    Taken(5, "bom", b"\xef\xbb\xbf" + table(GOOD), "text.bom", "normalised",
        "a byte order mark at the start", (11000,)),
    Taken(5, "bom-and-crlf", b"\xef\xbb\xbf" + table(GOOD, NEXT).replace(b"\n", b"\r\n"),
        "text.bom", "normalised", "a byte order mark at the start", (11000, 12000)),
    Taken(5, "bom-and-quotes", b'\xef\xbb\xbf"indicator"' + table(GOOD)[9:], "text.bom",
        "normalised", "a byte order mark at the start", (11000,)),
    Taken(12, "cr-only", table(GOOD, NEXT).replace(b"\n", b"\r"), "text.newlines", "warning",
        "line ends that are mixed or CR alone", (11000, 12000)),
    Taken(12, "crlf-then-lf", table(GOOD, NEXT).replace(b"\n", b"\r\n", 1), "text.newlines",
        "warning", "line ends that are mixed or CR alone", (11000, 12000)),
    Taken(12, "lf-then-cr", table(GOOD, NEXT).replace(b"0\n", b"0\r"), "text.newlines", "warning",
        "line ends that are mixed or CR alone", (11000, 12000)),
    Taken(12, "all-three", table(GOOD) + f"{NEXT}\r\n".encode() + f"{COUNT},MK06,2023-03,7\r"
        .encode(), "text.newlines", "warning", "line ends that are mixed or CR alone",
        (11000, 12000, 7)),
    Taken(17, "empty-line", table(GOOD, "", NEXT), "row.blank", "warning",
        "a blank row, set aside", (11000, 12000)),
    Taken(17, "commas", table(GOOD, ",,,", NEXT), "row.blank", "warning",
        "a blank row, set aside", (11000, 12000)),
    Taken(17, "line-of-spaces", table(GOOD, "   ", NEXT), "row.blank", "warning",
        "a blank row, set aside", (11000, 12000)),
    Taken(17, "two-blank-lines", table(GOOD, "", "", NEXT), "row.blank", "warning",
        "a blank row, set aside", (11000, 12000)),
    Taken(45, "label", label("Ja\u0308msa\u0308"), "text.nfc", "normalised",
        "letters with combining accents, composed (NFC)", (11000,)),
    Taken(45, "one-of-two-labels", table(f"{GOOD},Jämsä", f"{NEXT},Ja\u0308msa\u0308",
        header=SOURCE), "text.nfc", "normalised", "composed (NFC)", (11000, 12000)),
    Taken(46, "space-after-the-code", table(GOOD.replace("MK06", "MK06 ")), "text.trimmed",
        "normalised", "MK06", (11000,)),
    Taken(46, "no-break-space", table(GOOD.replace("MK06", "\u00a0MK06")), "text.trimmed",
        "normalised", "MK06", (11000,)),
    Taken(46, "space-in-the-header", table(GOOD, header="indicator, area,period ,value"),
        "text.trimmed", "normalised", "area", (11000,)),
    *(
        Taken(61, name, value(f"12{mark}345"), "number.grouping", "normalised",
            f"12{mark}345".replace("\u00a0", "\\xa0").replace("\u202f", "\\u202f"), (12345,))
        for name, mark in (
            ("space", " "), ("no-break-space", "\u00a0"), ("narrow-space", "\u202f"),
            ("apostrophe", "\u2019"),
        )
    ),
    Taken(61, "two-groups", value("1 234 567"), "number.grouping", "normalised", "'1 234 567'",
        (1234567,)),
    Taken(61, "with-decimals", value("1 234.5", indicator=EUROS), "number.grouping", "normalised",
        "'1 234.5'", (1234.5,)),
    Taken(62, "minus", value("\u22125", indicator=EUROS), "number.minus", "normalised",
        "'−5'", (-5,)),
    Taken(62, "en-dash", value("–5.25", indicator=EUROS), "number.minus", "normalised",
        "'–5.25'", (-5.25,)),
    Taken(62, "minus-and-group", value("\u221212 345", indicator=EUROS), "number.minus",
        "normalised", "'−12 345'", (-12345,)),
    Taken(63, "integral", value("5.0"), "number.integral", "normalised",
        "1 counts written with a decimal part of zero", (5,)),
    Taken(63, "integral-twice", table(f"{COUNT},MK06,2023-01,5.00", f"{COUNT},MK06,2023-02,6.0"),
        "number.integral", "normalised", "2 counts", (5, 6)),
]  # fmt: skip


def _too_large(folder: Path) -> tuple[Path, Limits]:
    path = folder / "hostile.csv"
    with path.open("wb") as file:
        file.truncate(Limits().bytes + 1)
    return path, Limits()


def _written(content: bytes, limits: Limits | None = None) -> Callable[[Path], tuple[Path, Limits]]:
    def make(folder: Path) -> tuple[Path, Limits]:
        path = folder / "hostile.csv"
        path.write_bytes(content)
        return path, limits or Limits()

    return make


def _link(folder: Path) -> tuple[Path, Limits]:
    (folder / "real.csv").write_bytes(table(GOOD))
    path = folder / "hostile.csv"
    path.symlink_to(folder / "real.csv")
    return path, Limits()


def _dangling_link(folder: Path) -> tuple[Path, Limits]:
    path = folder / "hostile.csv"
    path.symlink_to(folder / "nothing.csv")
    return path, Limits()


def _pipe(folder: Path) -> tuple[Path, Limits]:
    path = folder / "hostile.csv"
    os.mkfifo(path)
    return path, Limits()


def _folder(folder: Path) -> tuple[Path, Limits]:
    path = folder / "hostile.csv"
    path.mkdir()
    return path, Limits()


def _device(_: Path) -> tuple[Path, Limits]:
    return Path(os.devnull), Limits()


_LONG = "x" * 10_000_000
_LINES = "a line of a note\n" * 5_000
PATHS = [
    (20, "default-limit", _too_large, "limit.bytes", ("hostile.csv: [limit.bytes] expected at most "
        "536870912 bytes, found 536870913. Split the file, or raise the limit if you trust it.",)),
    (20, "limit-of-ten", _written(table(GOOD), Limits(bytes=10)), "limit.bytes",
        ("expected at most 10 bytes",)),
    (20, "one-byte-over", _written(table(GOOD), Limits(bytes=len(table(GOOD)) - 1)),
        "limit.bytes", (f"found {len(table(GOOD))}.",)),
    (20, "rows", _written(table(GOOD, NEXT), Limits(rows=1)), "limit.rows",
        ("expected at most 1 rows",)),
    (21, "100000-columns", _written(table(header=",".join(["c"] * 100_000))), "limit.columns",
        ("hostile.csv, row 1: [limit.columns] expected at most 2000 columns, found 100000.",)),
    (21, "2001-columns", _written(table(header=HEADER + "," * 1997)), "limit.columns",
        ("found 2001",)),
    (21, "field-of-10-mb", _written(table(GOOD, f"{NEXT},{_LONG}", header=SOURCE)), "limit.field",
        ("row 3: [limit.field] expected fields up to 65536",)),
    (21, "quoted-field-of-10-mb", _written(table(f'{GOOD},"{_LONG}"', header=SOURCE)),
        "limit.field", ("row 2: [limit.field]",)),
    (21, "header-of-10-mb", _written(table(GOOD, header=f"{HEADER},{_LONG}")), "limit.field",
        ("row 1: [limit.field]",)),
    (21, "field-of-many-lines", _written(table(f'{GOOD},"{_LINES}"', header=SOURCE)),
        "limit.field", ("row 2: [limit.field]",)),
    (21, "just-over", _written(label("x" * (64 * 1024 + 1))), "limit.field", ("row 2",)),
    (21, "header-just-over", _written(table(GOOD, header=f"{HEADER},{'x' * 70_000}")),
        "limit.field", ("row 1",)),
    (22, "link", _link, "path.not_regular", ("hostile.csv: [path.not_regular] expected a regular "
        "file, found a symbolic link. Give the path of the file itself.",)),
    (22, "dangling-link", _dangling_link, "path.not_regular", ("found a symbolic link",)),
    (22, "pipe", _pipe, "path.not_regular", ("found a directory, pipe or device",)),
    (22, "device", _device, "path.not_regular", ("found a directory, pipe or device",)),
    (22, "folder", _folder, "path.not_regular", ("expected a regular file",)),
    (22, "nothing", lambda folder: (folder / "hostile.csv", Limits()), "path.not_found",
        ("expected a file, found nothing there. Check the path.",)),
]  # fmt: skip

ROW_VARIANTS = [
    *((case.row, case.name) for case in REFUSED),
    *((case.row, case.name) for case in TAKEN),
    *((row, name) for row, name, *_ in PATHS),
]

VALID = [
    ("plain", table(GOOD, NEXT), (11000, 12000)),
    ("quoted", table('"basic_sa_households","MK06","2023-01","11000"'), (11000,)),
    ("crlf", table(GOOD).replace(b"\n", b"\r\n"), (11000,)),
    ("no-newline-at-the-end", table(GOOD).rstrip(), (11000,)),
    ("blank-rows-at-the-end", table(GOOD, "", ",,,"), (11000,)),
    ("columns-in-another-order", table("2023-01,5,MK06," + COUNT,
        header="period,value,area,indicator"), (5,)),
    ("swedish-letters", label("Åland och Österbotten: på – “€”"), (11000,)),
    ("a-field-of-64-kib", label("x" * 64 * 1024), (11000,)),
    ("municipality-of-its-time", table(f"{COUNT},KU588,2024-12,5", f"{COUNT},KU507,2025-01,6"),
        (6, 5)),
    ("district-of-its-time", table(f"{COUNT},KELA1,2024-10,5", f"{COUNT},KELASA1,2025-01,6"),
        (5, 6)),
    ("åland-among-denominators", table("population,MK21,2022,30359", "population,FI,2022,5563970"),
        (5563970, 30359)),
    ("largest-exact", value("999999999999999"), (999999999999999,)),
    ("zero", value("0"), (0,)),
    ("negative-euros", value("-5.25", indicator=EUROS), (-5.25,)),
    ("share-of-1", value("1", indicator=SHARE), (1,)),
    ("share-with-three-decimals", value("0.059", indicator=SHARE), (0.059,)),
    ("long-week-year", table("basic_sa_applications_received,FI-MAINLAND,2020-W53,5"), (5,)),
    ("turn-of-the-year", table(f"{COUNT},MK06,2023-12,5", f"{COUNT},MK06,2024-01,6"), (5, 6)),
    ("april-and-october", table("basic_sa_additional_information_request_share,FI-MAINLAND,"
        "2023-04,0.2", "basic_sa_additional_information_request_share,FI-MAINLAND,2023-10,0.3"),
        (0.2, 0.3)),
]  # fmt: skip


def written(folder: Path, content: bytes) -> Path:
    path = folder / "hostile.csv"
    path.write_bytes(content)
    return path


def values_of(measurements: Measurements) -> list[float]:
    return measurements.frame["value"].tolist()


def case_id(case: Refused | Taken) -> str:
    return f"row-{case.row}-{case.name}"


@pytest.mark.parametrize("case", REFUSED, ids=case_id)
def test_a_broken_file_is_refused_with_its_code_and_words(
    case: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        bc.read_measurements(written(tmp_path, case.content))
    assert caught.value.code == case.code
    for words in case.words:
        assert words in str(caught.value)
    if case.total is not None:
        assert caught.value.total == case.total
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.csv"], "something was executed"


@pytest.mark.parametrize("case", TAKEN, ids=case_id)
def test_a_harmless_fault_is_taken_and_noted(case: Taken, tmp_path: Path) -> None:
    measurements = bc.read_measurements(written(tmp_path, case.content))
    assert values_of(measurements) == list(case.values)
    notes = [remark for remark in measurements.remarks if remark.code == case.code]
    assert notes, [remark.code for remark in measurements.remarks]
    assert {remark.kind for remark in notes} == {case.kind}
    assert case.words in notes[0].found
    assert notes[0].file == "hostile.csv"


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [pytest.param(*case, id=f"row-{row}-{name}") for row, name, *case in PATHS],
)
def test_a_path_or_size_that_cannot_be_taken_is_refused(
    make: Callable[[Path], tuple[Path, Limits]],
    code: str,
    words: tuple[str, ...],
    tmp_path: Path,
) -> None:
    path, limits = make(tmp_path)
    with pytest.raises(InputError) as caught:
        bc.read_measurements(path, limits=limits)
    assert caught.value.code == code
    for text in words:
        assert text in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"), [pytest.param(*case, id=name) for name, *case in VALID]
)
def test_a_valid_twin_is_taken_without_a_remark(
    content: bytes, expected: tuple[float, ...], tmp_path: Path
) -> None:
    measurements = bc.read_measurements(written(tmp_path, content))
    assert values_of(measurements) == list(expected)
    assert measurements.remarks == ()
    assert measurements.quarantine == ()


@pytest.mark.parametrize("content", [case.content for case in TAKEN if case.row == 17])
def test_sealing_refuses_while_a_blank_row_is_set_aside(content: bytes, tmp_path: Path) -> None:
    measurements = bc.read_measurements(written(tmp_path, content))
    places = [problem.row for problem in measurements.quarantine]
    assert places[0] == 3
    assert {problem.code for problem in measurements.quarantine} == {"row.blank"}
    assert [remark.row for remark in measurements.remarks] == places
    assert "row 3: [row.blank]" in repr(measurements)
    with pytest.raises(bc.BaselineCompareError, match=r"row\.blank"):
        bc.seal(measurements, tmp_path / "releases", name="mine")
    assert not (tmp_path / "releases").exists()


def test_the_same_rows_without_the_blank_one_are_sealed(tmp_path: Path) -> None:
    measurements = bc.read_measurements(written(tmp_path, table(GOOD, NEXT)))
    assert bc.seal(measurements, tmp_path / "releases", name="mine").base_year == 2023


def test_the_bytes_of_a_composed_and_of_a_decomposed_label_mean_the_same(tmp_path: Path) -> None:
    for text in ("Jämsä", "Ja\u0308msa\u0308"):
        measurements = bc.read_measurements(written(tmp_path, label(text)))
        assert measurements.frame["source"].tolist() == ["Jämsä"]


STATES = "indicator,area,period,state,value,numerator,denominator,low,high"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (f"{COUNT},MK06,2023-01,suppressed,,,,1,4", "suppressed"),
        (f"{COUNT},MK06,2023-01,suppressed,,,,0,0", "suppressed"),
        (f"{COUNT},MK06,2023-01,not_available,,,,,", "not_available"),
        (f"{SHARE},FI-MAINLAND,2023-01,not_applicable,,,,,", "not_applicable"),
        (f"{SHARE},FI-MAINLAND,2023-01,value,,10,10,,", "value"),
        (f"{SHARE},FI-MAINLAND,2023-01,,0.33,1,3,,", "value"),
    ],
)
def test_a_state_takes_the_place_of_a_mark(row: str, state: str, tmp_path: Path) -> None:
    measurements = bc.read_measurements(written(tmp_path, table(row, header=STATES)))
    assert measurements.frame["state"].tolist() == [state]
    assert measurements.remarks == ()


def test_numbers_beside_a_missing_cell_stay_exact(tmp_path: Path) -> None:
    rows = (
        f"{COUNT},MK06,2023-01,value,123456789012345,,,,",
        f"{COUNT},MK06,2023-02,not_available,,,,,",
        f"{COUNT},MK06,2023-03,value,999999999999999,,,,",
    )
    measurements = bc.read_measurements(written(tmp_path, table(*rows, header=STATES)))
    numbers = measurements.frame["value"].tolist()
    assert [numbers[0], numbers[2]] == [123456789012345, 999999999999999]
    assert np.isnan(numbers[1])


def test_several_problems_come_in_one_error(tmp_path: Path) -> None:
    content = table(f"{COUNT},MK06,2023-01,7,5".replace("7,5", '"7,5"'), f"{COUNT},MK07,2023-01,*")
    with pytest.raises(InputError) as caught:
        bc.read_measurements(written(tmp_path, content))
    assert [problem.code for problem in caught.value.problems] == [
        "number.ambiguous",
        "mark.unknown",
    ]


def test_problems_beyond_the_hundredth_are_counted(tmp_path: Path) -> None:
    rows = [f"{COUNT},MK06,2023-01,-{number}" for number in range(1, 151)]
    with pytest.raises(InputError) as caught:
        bc.read_measurements(written(tmp_path, table(*rows)))
    assert len(caught.value.problems) == MOST_PROBLEMS
    assert caught.value.total > MOST_PROBLEMS
    more = caught.value.total - MOST_PROBLEMS
    assert str(caught.value).endswith(f"... and {more} more problems of the same file.")


def test_an_unknown_layout_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        bc.read_measurements(written(tmp_path, table(GOOD)), source="excel")
    assert str(caught.value) == (
        "[source.unknown] expected tidy or kela-recipients, found 'excel'. "
        "Name one of these layouts."
    )


def _named_codes() -> dict[str, str]:
    """Read the README of the broken files: each line names a file and its code."""
    lines = (BROKEN / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("`") for line in lines if line.startswith("* `")]
    return {parts[1]: parts[3] for parts in cells}


def test_the_readme_names_every_broken_file_and_no_other() -> None:
    files = {path.name for path in BROKEN.iterdir()} - {"README.md"}
    assert set(_named_codes()) == files
    assert len(files) >= 16


@pytest.mark.parametrize("name", sorted(path.name for path in BROKEN.glob("*.csv")))
def test_a_broken_file_of_the_folder_gives_the_code_of_its_line(name: str) -> None:
    with pytest.raises(InputError) as caught:
        bc.read_measurements(BROKEN / name)
    assert {problem.code for problem in caught.value.problems} == {_named_codes()[name]}
    assert all(problem.file == name for problem in caught.value.problems)
    assert all(problem.remedy for problem in caught.value.problems)


_LETTERS = st.characters(exclude_categories=["Cs"])
_KELA_HEADER = ("alue", "etuus", "vuosi", "kuukausi", "paiva", "variable", "val", "type")
_PLAUSIBLE = {
    "indicator": [COUNT, SHARE, EUROS, "population", "basic_sa_throughput_time_mean"],
    "area": ["MK06", "KU588", "FI", "FI-MAINLAND", "HVA91"],
    "period": ["2023-01", "2023-02", "2023", "2023-W01", "2025-12"],
    "state": ["", "value", "suppressed", "not_available"],
    "frequencies": ["", "1:4;2:10"],
    "status": ["", "published", "bound"],
    "source": ["", "kela"],
    "alue": ["Kainuu", "Birkaland", "Koko maa"],
    "etuus": ["Perustoimeentulotuki"],
    "vuosi": ["2023"],
    "kuukausi": ["1"],
    "paiva": ["2023-01-01"],
    "variable": [NEW, OLD],
    "type": ["Saajat", "Saajakotitaloudet"],
}
_NUMBERS = ["", "1", "0.5", "5.0"]
_ODD = st.one_of(
    st.sampled_from(sorted({text for texts in _PLAUSIBLE.values() for text in texts})),
    st.sampled_from(["", "0", "1 234", "\u22125", "7,5", "1e400", "nan", "-0", ".."]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(st.characters(exclude_categories=["C"]), max_size=12),
)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[bytes, str]:
    """Draw a table of either layout that is right but for a few cells."""
    optional = st.lists(st.sampled_from(COLUMNS[3:-2]), unique=True, max_size=5)
    header = draw(st.one_of(st.just(_KELA_HEADER), optional.map(lambda n: (*COLUMNS[:3], *n))))
    cells = [st.sampled_from(_PLAUSIBLE.get(name, _NUMBERS)) for name in header]
    rows = draw(st.lists(st.tuples(*cells).map(list), min_size=1, max_size=6))
    for _ in range(draw(st.integers(0, 2))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(header) - 1))] = draw(_ODD)
    mark, source = (";", "kela-recipients") if header == _KELA_HEADER else (",", "tidy")
    quoted = [mark.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    return "\n".join([mark.join(header), *quoted]).encode("utf-8"), source


_BYTES = st.one_of(st.binary(max_size=200), st.text(_LETTERS).map(str.encode))
_FILES = st.one_of(_tables(), _tables(), st.tuples(_BYTES, st.sampled_from(SOURCES)))


@given(file=_FILES)
@settings(max_examples=2_000, deadline=None)
def test_whatever_comes_in_nothing_but_the_one_family_of_errors_goes_out(
    file: tuple[bytes, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content, source = file
    path = written(tmp_path_factory.getbasetemp(), content)
    try:
        measurements = bc.read_measurements(path, source=source)
    except bc.BaselineCompareError as error:
        problems = error.problems
    else:
        assert len(measurements) > 0
        return
    assert problems
    for problem in problems:
        assert all((problem.code, problem.expected, problem.found, problem.remedy))
