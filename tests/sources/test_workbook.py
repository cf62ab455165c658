"""Workbooks that people filled in: golden files, hostile ones, and what the errors say."""

from __future__ import annotations

import io
import os
import random
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline_compare.errors import MOST_PROBLEMS, InputError
from baseline_compare.sources import Limits, archive
from baseline_compare.sources.workbook import Sheet, Workbook, open_workbook
from baseline_compare.texts import find_unseen

GOLDEN = Path(__file__).parents[2] / "fixtures" / "workbooks"

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>rating</v></c></row>'
DTD = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@dataclass(frozen=True)
class Refused:
    """A workbook that must be refused: the row of the contract, the code, words of the message."""

    row: int
    name: str
    make: Callable[[], bytes]
    code: str
    words: str


def parts(
    rows: str = "",
    *,
    head: str = HEAD,
    before: str = "",
    after: str = "",
    book: str = "",
    sheets: tuple[tuple[str, str], ...] = (("Coding", ""),),
    kind: str = f"{TYPE}.sheet.main+xml",
) -> dict[str, str]:
    """Give the parts of the smallest workbook that holds the cells given as XML."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}" {more}/>'
        for n, (name, more) in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    sheet = (
        f'<worksheet xmlns="{SPREADSHEET}">{before}<sheetData>{head}{rows}</sheetData>{after}'
        "</worksheet>"
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override '
        f'PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">{book}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
        **{f"xl/worksheets/sheet{n}.xml": sheet for n in numbers},
    }


def zipped(
    members: dict[str, str] | dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def xlsx(rows: str = "", **more: object) -> bytes:
    return zipped(parts(rows, **more))  # type: ignore[arg-type]


def with_parts(**members: str | bytes) -> bytes:
    """Give a valid workbook with more parts; two underscores stand for a slash."""
    extra = {name.replace("__", "/").replace("_dot_", "."): c for name, c in members.items()}
    return zipped({**parts(cell("4")), **extra})  # type: ignore[dict-item]


def cell(value: str, *, row: int = 2, more: str = "", formula: str = "") -> str:
    """Give a row with one cell in column B; an empty value is a cell with an empty ``v``."""
    return f'<row r="{row}"><c r="B{row}" {more}>{formula}<v>{value}</v></c></row>'


def text(value: str) -> str:
    return f'<row r="2"><c r="B2" t="inlineStr"><is><t>{value}</t></is></c></row>'


def replaced(part: str, old: str, new: str) -> bytes:
    members = parts(cell("4"))
    assert old in members[part]
    return zipped({**members, part: members[part].replace(old, new)})


def cut_xml(part: str) -> bytes:
    members = parts(cell("4"))
    return zipped({**members, part: members[part][:-20]})


def damaged_part() -> bytes:
    content = bytearray(zipped(parts(cell("4")), zipfile.ZIP_STORED))
    content[content.index(b"<v>4</v>") + 3] = ord("5")
    return bytes(content)


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def lying() -> bytes:
    """Pack 30 MB and say that they are 10 bytes, in both headers."""
    content = with_parts(xl__theme_dot_xml=b" " * 30_000_000)
    return content.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 10))


def named(name: str, *, link: bool = False) -> Callable[[], bytes]:
    def make() -> bytes:
        buffer = io.BytesIO(xlsx(cell("4")))
        with zipfile.ZipFile(buffer, "a") as made:
            info = zipfile.ZipInfo("placeholder")
            info.filename = info.orig_filename = name
            if link:
                info.external_attr = 0o120777 << 16
            made.writestr(info, "x")
        return buffer.getvalue()

    return make


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["id", "rating"])
    book.active.append(["1", "=1+1"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_xlsxwriter() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "rating"])
    sheet.write_formula("B2", "=1+1")
    book.close()
    return buffer.getvalue()


def hidden(row: str = "", *, before: str = "", after: str = "") -> bytes:
    rows = f'<row r="2" {row}><c r="A2"><v>1</v></c><c r="B2"><v>4</v></c></row>'
    return xlsx(rows, before=before, after=after)


def merged(reference: str) -> bytes:
    return xlsx(cell("4"), after=f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>')


AT = "hostile.xlsx, sheet Coding, row 2, column B (rating): "
SAVE = "Open it in a spreadsheet program and save it as Excel workbook (.xlsx)."
AGAIN = "Open it in a spreadsheet program, save it once more, or send it again."
NOBODY = "No spreadsheet program writes this: do not open it, and ask who sent it."
SHOW = "Show the rows: clear any filter, select all rows, then Format > Row > Show (or Unhide)."
COMPUTED = "Open the workbook in a spreadsheet program and save it, or type the value itself."
FORMULA = "<f>1+1</f>"

REFUSED = [
    Refused(1, "xlsx-no-bytes", lambda: b"", "file.empty",
        "hostile.xlsx: [file.empty] expected an Excel workbook (.xlsx), found 0 bytes. Send or "
        "save the file again."),
    Refused(3, "xlsx-half", lambda: xlsx(cell("4"))[:600], "file.corrupt", "hostile.xlsx: "
        "[file.corrupt] expected an undamaged workbook, found a part of one (the end is missing "
        f"or damaged). {AGAIN}"),
    Refused(3, "xlsx-first-bytes", lambda: xlsx()[:5], "file.corrupt", "the end is missing"),
    Refused(3, "xlsx-last-byte", lambda: xlsx()[:-1], "file.corrupt", "the end is missing"),
    Refused(3, "xlsx-checksum", damaged_part, "file.corrupt",
        "found the part 'xl/worksheets/sheet1.xml' missing or damaged"),
    Refused(3, "xlsx-sheet-cut", lambda: cut_xml("xl/worksheets/sheet1.xml"), "file.corrupt",
        "found the part 'xl/worksheets/sheet1.xml' broken at line 1"),
    Refused(3, "xlsx-book-cut", lambda: cut_xml("xl/workbook.xml"), "file.corrupt",
        "found the part 'xl/workbook.xml' broken at line 1"),
    Refused(3, "xlsx-no-sheet-part", lambda: replaced("xl/_rels/workbook.xml.rels", "sheet1",
        "sheet9"), "file.corrupt", "found the part 'xl/worksheets/sheet9.xml' missing or damaged"),
    Refused(3, "xlsx-no-relation", lambda: replaced("xl/workbook.xml", 'r:id="r1"', 'r:id="r9"'),
        "file.corrupt", "found no cells of the sheet 'Coding'"),
    Refused(3, "xlsx-two-sheets-of-one-part", lambda: replaced("xl/workbook.xml", "</sheets>",
        '<sheet name="B" r:id="r1"/></sheets>'), "file.corrupt", "found two sheets of one part"),
    Refused(3, "xlsx-cell-twice", lambda: xlsx(cell("4") + cell("5")), "file.corrupt",
        "expected each cell once, found a cell that is there twice"),
    Refused(3, "xlsx-cell-of-another-row", lambda: xlsx(cell("4").replace("B2", "B3")),
        "file.corrupt", "broken at line 1"),
    Refused(3, "xlsx-row-ten-million", lambda: xlsx(cell("4", row=10_000_000)), "file.corrupt",
        "broken at line 1"),
    Refused(3, "xlsx-column-beyond-the-last", lambda: xlsx(cell("4").replace("B2", "ZZZ2")),
        "file.corrupt", "broken at line 1"),
    Refused(3, "xlsx-no-such-text", lambda: xlsx(cell("7", more='t="s"')), "file.corrupt",
        "broken at line 1"),
    Refused(3, "xlsx-number-that-is-none", lambda: xlsx(cell("four")), "file.corrupt",
        "broken at line 1"),
    Refused(3, "xlsx-size-that-lies", lying, "file.corrupt", "'xl/theme.xml' missing or damaged"),
    Refused(3, "xlsx-foreign-encoding", lambda: zipped({**parts(), "xl/workbook.xml":
        ('<?xml version="1.0" encoding="cp037"?>' + DTD + parts()["xl/workbook.xml"]).encode(
        "cp037")}), "file.corrupt", "'xl/workbook.xml' broken at line 1"),
    Refused(11, "xlsx-escaped-nul", lambda: xlsx(text("a_x0000_b")), "text.control_char",
        f"{AT}[text.control_char] expected text without control characters, found U+0000. "
        "Remove the character."),
    Refused(11, "xlsx-tab", lambda: xlsx(text("a&#9;b")), "text.control_char", "found U+0009"),
    Refused(11, "xlsx-vertical-tab", lambda: xlsx(text("a_x000B_b")), "text.control_char",
        "found U+000B"),
    Refused(24, "xlsx-parent", named("../../evil.xml"), "archive.unsafe_member", "hostile.xlsx: "
        "[archive.unsafe_member] expected parts that stay inside the workbook, found "
        f"'../../evil.xml'. {NOBODY}"),
    Refused(24, "xlsx-parent-inside", named("xl/../../evil"), "archive.unsafe_member", "found 'xl"),
    Refused(24, "xlsx-absolute", named("/etc/evil"), "archive.unsafe_member", "found '/etc/evil'"),
    Refused(24, "xlsx-drive", named("C:evil"), "archive.unsafe_member", "found 'C:evil'"),
    Refused(24, "xlsx-backslash", named("..\\evil"), "archive.unsafe_member", "evil'"),
    Refused(24, "xlsx-link", named("xl/link", link=True), "archive.unsafe_member",
        "found a link 'xl/link'"),
    Refused(24, "xlsx-one-name-twice", named("XL/Workbook.xml"), "archive.unsafe_member",
        "expected each part once, found two parts of one name"),
    Refused(25, "xlsx-ratio", lambda: with_parts(xl__theme_dot_xml=b" " * 30_000_000),
        "limit.unzipped", "hostile.xlsx: [limit.unzipped] expected at most 200000000 bytes "
        "unzipped, and 100 times the file, found 3000"),
    Refused(25, "xlsx-bomb-beside-noise", lambda: with_parts(xl__theme_dot_xml=b" " * 30_000_000,
        xl__media__a_dot_png=noise(400_000)), "limit.unzipped", "Copy the cells that are filled "
        "in to a new workbook and send that."),
    Refused(25, "xlsx-many-parts", lambda: with_parts(**{f"xl__{n}_dot_bin": bytes(19_000_000)
        for n in range(11)}), "limit.unzipped", "found 2090"),
    Refused(26, "xlsx-entities", lambda: zipped({**parts(), "xl/worksheets/sheet1.xml": DTD
        + parts(text("&b;"))["xl/worksheets/sheet1.xml"]}), "xml.dtd", "hostile.xlsx: [xml.dtd] "
        "expected XML without definitions, found a document type or entity in "
        f"'xl/worksheets/sheet1.xml'. {NOBODY}"),
    Refused(26, "xlsx-external-entity", lambda: zipped({**parts(), "xl/workbook.xml":
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + parts()["xl/workbook.xml"]}), "xml.dtd",
        "in 'xl/workbook.xml'"),
    Refused(26, "xlsx-in-a-part-not-read", lambda: with_parts(docProps__core_dot_xml=DTD + "<x/>"),
        "xml.dtd", "in 'docprops/core.xml'"),
    Refused(26, "xlsx-utf-16", lambda: with_parts(xl__theme_dot_xml=(DTD + "<x/>").encode(
        "utf-16")), "xml.dtd", "in 'xl/theme.xml'"),
    Refused(48, "xlsx-override", lambda: xlsx(text("a\u202eb")), "text.bidi",
        f"{AT}[text.bidi] expected text without direction marks, found U+202E."),
    Refused(46, "xlsx-zero-width-space", lambda: xlsx(text("a\u200bb")), "text.invisible",
        "found U+200B"),
    Refused(46, "xlsx-zero-width-space-at-the-end", lambda: xlsx(text("a\u200b")),
        "text.invisible", "found U+200B"),
    Refused(79, "xlsx-before-the-calendar", lambda: dated("-1"), "period.unknown",
        f"{AT}[period.unknown] expected a date of the calendar, found -1, shown as a date. Type "
        "the date again, as 2024-09-12."),
    Refused(79, "xlsx-after-the-calendar", lambda: dated("3000000"), "period.unknown", "3000000"),
    Refused(79, "xlsx-29-february-1900", lambda: dated("60"), "period.unknown", "found 60"),
    Refused(85, "xlsx-none", lambda: xlsx('<row r="2"><c r="B2"><f>1+1</f></c></row>'),
        "xlsx.no_cached_value", f"{AT}[xlsx.no_cached_value] expected a value, found a formula "
        f"without its result. {COMPUTED}"),
    Refused(85, "xlsx-empty", lambda: xlsx(cell("", formula=FORMULA)), "xlsx.no_cached_value",
        AT),
    Refused(85, "xlsx-to-be-computed", lambda: xlsx(cell("0", formula=FORMULA),
        book='<calcPr fullCalcOnLoad="1"/>'), "xlsx.no_cached_value", AT),
    Refused(85, "xlsx-by-openpyxl", by_openpyxl, "xlsx.no_cached_value", "row 2, column B"),
    Refused(85, "xlsx-by-xlsxwriter", by_xlsxwriter, "xlsx.no_cached_value", "row 2, column B"),
    Refused(86, "xlsx-division", lambda: xlsx(cell("#DIV/0!", more='t="e"', formula=FORMULA)),
        "xlsx.error_cell", f"{AT}[xlsx.error_cell] expected a value, found #DIV/0!. Correct the "
        "formula, or type the value itself."),
    Refused(86, "xlsx-not-available", lambda: xlsx(cell("#N/A", more='t="e"')), "xlsx.error_cell",
        "found #N/A."),
    Refused(86, "xlsx-reference", lambda: xlsx(cell("#REF!", more='t="e"')), "xlsx.error_cell",
        "found #REF!."),
    Refused(86, "xlsx-in-the-header", lambda: xlsx(head=cell("#NAME?", row=1, more='t="e"')),
        "xlsx.error_cell", "row 1, column B: [xlsx.error_cell] expected a value, found #NAME?."),
    Refused(87, "xlsx-row", lambda: hidden('hidden="1"'), "xlsx.hidden", "hostile.xlsx, sheet "
        "Coding, row 2: [xlsx.hidden] expected rows that show, found hidden rows: 2. " + SHOW),
    Refused(87, "xlsx-row-in-words", lambda: hidden('hidden="true"'), "xlsx.hidden", "rows: 2."),
    Refused(87, "xlsx-row-without-height", lambda: hidden('ht="0"'), "xlsx.hidden", "rows: 2."),
    Refused(87, "xlsx-filter", lambda: hidden('hidden="1"', after='<autoFilter ref="A1:B2"/>'),
        "xlsx.hidden", "clear any filter"),
    Refused(87, "xlsx-column", lambda: hidden(before='<cols><col min="2" max="9" hidden="1"/>'
        "</cols>"), "xlsx.hidden", "hostile.xlsx, sheet Coding, column B (rating): [xlsx.hidden] "
        "expected columns that show, found a hidden one. Show the columns: select all of them, "
        "then Format > Column > Show (or Unhide)."),
    Refused(87, "xlsx-column-without-width", lambda: hidden(before='<cols><col min="1" max="1" '
        'width="0"/></cols>'), "xlsx.hidden", "column A (id)"),
    Refused(87, "xlsx-sheet", lambda: xlsx(sheets=(("Coding", 'state="hidden"'),)), "xlsx.hidden",
        "hostile.xlsx, sheet Coding: [xlsx.hidden] expected sheets that show, found a hidden one. "
        "Show the sheet (right-click on a sheet's tab, then Show or Unhide) or delete it."),
    Refused(87, "xlsx-very-hidden-sheet", lambda: xlsx(sheets=(("Rest", ""), ("Coding",
        'state="veryHidden"'))), "xlsx.hidden", "sheet Coding: [xlsx.hidden]"),
    Refused(88, "xlsx-body", lambda: merged("B2:B3"), "xlsx.merged", f"{AT}[xlsx.merged] expected "
        "one cell for each value, found B2:B3 merged. Select the cells, undo Merge Cells, and fill "
        "in each cell by itself."),
    Refused(88, "xlsx-header", lambda: merged("A1:B1"), "xlsx.merged", "row 1, column A (id)"),
    Refused(88, "xlsx-across", lambda: merged("A2:B2"), "xlsx.merged", "found A2:B2 merged"),
    Refused(88, "xlsx-all-of-it", lambda: merged("A1:XFD1048576"), "xlsx.merged", "row 1"),
    Refused(89, "xlsx-last-row", lambda: xlsx(cell("4", row=1_048_576)), "xlsx.row_limit",
        "hostile.xlsx, sheet Coding, row 1048576: [xlsx.row_limit] expected a table that ends "
        "before the last possible row, found its end in row 1048576. Rows may have been cut off: "
        "check against the original, and split the table."),
    Refused(89, "xlsx-last-row-of-xls", lambda: xlsx(cell("4", row=65_536)), "xlsx.row_limit",
        "found its end in row 65536"),
    Refused(89, "xlsx-full-to-the-last-row-of-xls", lambda: xlsx("".join(cell("4", row=row)
        for row in range(2, 65_537))), "xlsx.row_limit", "found its end in row 65536"),
    Refused(91, "xlsx-macro", lambda: with_parts(xl__vbaProject_dot_bin=b"x"), "xlsx.macro",
        "hostile.xlsx: [xlsx.macro] expected a workbook without macros, found macros. Save it as "
        "Excel workbook (.xlsx), which keeps the cells and drops the macros."),
    Refused(91, "xlsx-type", lambda: xlsx(kind="application/vnd.ms-excel.sheet.macroEnabled"
        ".main+xml"), "xlsx.macro", "found macros"),
    Refused(91, "xlsx-macro-sheet", lambda: with_parts(xl__macrosheets__a_dot_xml="<x/>"),
        "xlsx.macro", "found macros"),
]  # fmt: skip


def dated(serial: str, *, code: str = "d.m.yyyy", book: str = "") -> bytes:
    """Give a workbook with a number in B2 that is shown as a date or a time."""
    members = parts(cell(serial, more='s="1"'), book=book)
    rels = "xl/_rels/workbook.xml.rels"
    link = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="/xl/styles.xml"/></Relationships>'
    members[rels] = members[rels].replace("</Relationships>", link)
    members["xl/styles.xml"] = (
        f'<styleSheet xmlns="{SPREADSHEET}"><numFmts><numFmt numFmtId="164" formatCode="{code}"/>'
        '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    return zipped(members)


OTHER_FORMATS = [
    ("old", b"\xd0\xcf\x11\xe0" + bytes(512), "found an old workbook (.xls) or one with a "
        "password. Remove the password if there is one; save it as Excel workbook (.xlsx)."),
    ("csv", b"id;rating\n1;4\n", "found a text file (CSV?) under the name of a workbook. " + SAVE),
    ("bytes", bytes(100), f"found a file of another kind. {SAVE}"),
    ("ods", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        f"found an OpenDocument file (.ods). {SAVE}"),
    ("ods-with-a-dtd", zipped({"mimetype": "x", "Basic/script-lb.xml": DTD}),
        f"found an OpenDocument file (.ods). {SAVE}"),
    ("zip", zipped({"a.txt": "a"}), f"found a zip archive of another kind. {SAVE}"),
    ("xlsb", xlsx(kind="application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        f"found a binary workbook (.xlsb). {SAVE}"),
    ("docx", xlsx(kind="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        ".main+xml"), f"found a document of another kind. {SAVE}"),
]  # fmt: skip

TAKEN = [
    (45, "xlsx-nfd", text("Ja\u0308msa\u0308"), "text.nfc", "Jämsä"),
    (46, "xlsx-trailing-space", text("Jämsä "), "text.trimmed", "Jämsä"),
    (46, "xlsx-no-break-space", text("\u00a0Jämsä\u00a0"), "text.trimmed", "Jämsä"),
    (46, "xlsx-tab-at-the-end", text("Jämsä&#9;"), "text.trimmed", "Jämsä"),
    (12, "xlsx-carriage-return", text("a_x000D_&#10;b"), "text.newlines", "a\nb"),
    (92, "xlsx-hyperlink-formula", cell("a", more='t="str"', formula="<f>HYPERLINK(1)</f>"),
        "xlsx.formula", "a"),
    (92, "xlsx-formula-whose-result-is-one", cell("=1+1", more='t="str"', formula="<f>A1</f>"),
        "xlsx.formula", "=1+1"),
]  # fmt: skip

LINKS = [
    ("xlsx-external-link", "xl__externalLinks__externalLink1_dot_xml", "xlsx.external_link"),
    ("xlsx-connection", "xl__connections_dot_xml", "xlsx.external_link"),
    ("xlsx-note", "xl__comments1_dot_xml", "xlsx.note"),
]

ROW_VARIANTS = [
    *((case.row, case.name) for case in REFUSED),
    *((row, name) for row, name, *_ in TAKEN),
    *((91, name) for name, *_ in LINKS[:2]),
]


def read(folder: Path, content: bytes, limits: Limits | None = None, **more: object) -> Workbook:
    path = folder / "hostile.xlsx"
    path.write_bytes(content)
    return open_workbook(path, limits or Limits(), **more)  # type: ignore[arg-type]


def told(folder: Path, content: bytes, **more: object) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, content, **more)  # type: ignore[arg-type]
    return str(caught.value)


def texts_of(sheet: Sheet) -> dict[str, list[str]]:
    return {name: column.tolist() for name, column in sheet.columns.items()}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"row-{case.row}-{case.name}")
def test_a_hostile_workbook_is_refused_with_its_code_and_words(
    case: Refused, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, case.make())
    assert caught.value.code == case.code
    assert case.words in str(caught.value)


@pytest.mark.parametrize(("content", "words"), [case[1:] for case in OTHER_FORMATS])
def test_another_format_is_named_and_told_how_to_save(
    content: bytes, words: str, tmp_path: Path
) -> None:
    start = "hostile.xlsx: [file.format] expected an Excel workbook (.xlsx), "
    assert told(tmp_path, content) == start + words


@pytest.mark.parametrize(
    ("rows", "code", "expected"), [pytest.param(*case, id=name) for _, name, *case in TAKEN]
)
def test_a_harmless_fault_is_taken_and_noted(
    rows: str, code: str, expected: str, tmp_path: Path
) -> None:
    book = read(tmp_path, xlsx(rows))
    assert texts_of(book.sheets["Coding"])["rating"] == [expected]
    assert code in [remark.code for remark in book.remarks]
    assert {remark.row for remark in book.remarks} == {2}


@pytest.mark.parametrize(("name", "part", "code"), LINKS)
def test_what_is_not_read_is_told(name: str, part: str, code: str, tmp_path: Path) -> None:
    book = read(tmp_path, with_parts(**{part: "<x/>"}))
    assert [(remark.code, remark.kind) for remark in book.remarks] == [(code, "warning")]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.symlink_to(GOLDEN / "excel.xlsx"), "path.not_regular"),
        (os.mkfifo, "path.not_regular"),
        (os.mkdir, "path.not_regular"),
        (lambda path: None, "path.not_found"),
    ],
)
def test_only_a_regular_file_is_opened(
    make: Callable[[Path], None], code: str, tmp_path: Path
) -> None:
    make(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as caught:
        open_workbook(tmp_path / "a.xlsx", Limits())
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(bytes=10), "[limit.bytes] expected at most 10 bytes"),
        (Limits(rows=1), "sheet Coding: [limit.rows] expected at most 1 rows, found 2."),
        (Limits(columns=1), "sheet Coding: [limit.columns] expected at most 1 columns, found 2."),
        (Limits(field=5), f"{AT}[limit.field] expected at most 5 characters, found 6."),
    ],
)
def test_limits_hold(limits: Limits, words: str, tmp_path: Path) -> None:
    assert words in told(tmp_path, xlsx(cell("123456") + cell("4", row=3)), limits=limits)


def test_more_cells_than_can_be_read_quickly_are_refused_before_parsing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_ELEMENTS", 10)
    assert told(tmp_path, xlsx(cell("4"))) == (
        "hostile.xlsx: [limit.cells] expected at most 10 cells and texts, found more. Copy the "
        "cells that are filled in to a new workbook and send that."
    )


@pytest.mark.parametrize("name", ["excel.xlsx", "excel_1904.xlsx", "libreoffice.xlsx"])
def test_a_golden_file_is_read_as_a_person_reads_it(name: str) -> None:
    book = open_workbook(GOLDEN / name, Limits(), skip={"Instructions"})
    sheet = book.sheets["Coding"]
    assert sheet.header == ("id", "quote", "share", "date")
    assert sheet.rows.tolist() == [2, 3, 5]
    assert texts_of(sheet) == {
        "id": ["1", "2", "3"],
        "quote": ["Päätös tuli nopeasti 🙂", "Jämsän ryhmä", "first line\nsecond line"],
        "share": ["3.5", "3,5", "0.3"],
        "date": ["2024-09-12", "2024-09-13", ""],
    }
    remarks = [str(remark) for remark in book.remarks if "Coding" in remark.file]
    place = f"{name}, sheet Coding, row"
    assert remarks[:2] == [
        f"{place} 3: [text.nfc] column B (quote), 1 cell: letters with combining accents, "
        "composed (NFC)",
        f"{place} 3: [text.trimmed] column B (quote), 2 cells: white space around the text, left "
        "out",
    ]
    assert remarks[-1] == f"{place} 4: [row.blank] 1 blank row, left out"
    formula = (
        f"{place} 5: [xlsx.formula] column C (share), 1 cell: the saved result of a formula is "
        "taken"
    )
    assert (formula in remarks) == (name == "libreoffice.xlsx")


@pytest.mark.parametrize("name", ["excel.xlsx", "excel_1904.xlsx", "libreoffice.xlsx"])
def test_dates_and_texts_are_those_of_another_reader(name: str) -> None:
    ours = open_workbook(GOLDEN / name, Limits(), skip={"Instructions"}).sheets["Coding"]
    sheet = openpyxl.load_workbook(GOLDEN / name, data_only=True)["Coding"]
    for column, values in zip("ABCD", texts_of(ours).values(), strict=True):
        for row, value in zip(ours.rows.tolist(), values, strict=True):
            theirs = sheet[f"{column}{row}"].value
            if isinstance(theirs, datetime):
                theirs = theirs.date().isoformat()
            theirs = "" if theirs is None else str(theirs)
            assert unicodedata.normalize("NFC", theirs).strip() in (value, f"{value}0000000000004")


def test_times_truth_values_and_families_of_emoji() -> None:
    book = open_workbook(GOLDEN / "excel.xlsx", Limits(), skip={"Instructions"})
    assert texts_of(book.sheets["Times"]) == {
        "when": ["2024-09-12T14:30:00"],
        "done": ["TRUE"],
        "family": ["\U0001f469\U0001f467 ❤"],
    }


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("4", "4"),
        ("4.0", "4"),
        ("-3", "-3"),
        ("-0", "0"),
        ("0.0", "0"),
        ("007", "7"),
        ("3.50", "3.5"),
        ("0.1", "0.1"),
        ("1E-3", "0.001"),
        ("1e3", "1000"),
        ("1.5E+2", "150"),
        ("2.5000000000000001E-2", "0.025"),
        ("0.30000000000000004", "0.3"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_number_is_its_shortest_decimal_text(stored: str, expected: str, tmp_path: Path) -> None:
    assert texts_of(read(tmp_path, xlsx(cell(stored))).sheets["Coding"])["rating"] == [expected]


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("1E400", "number.nonfinite"),
        ("1234567890123456", "number.precision"),
        ("1E300", "number.precision"),
        ("-1e15", "number.precision"),
        ("9" * 5_000, "number.nonfinite"),
    ],
)
def test_a_number_that_lost_digits_is_refused(stored: str, code: str, tmp_path: Path) -> None:
    assert told(tmp_path, xlsx(cell(stored))).startswith(f"{AT}[{code}] expected a number")


@pytest.mark.parametrize(
    ("serial", "code", "book", "expected"),
    [
        ("45547", "d.m.yyyy", "", "2024-09-12"),
        ("45547.6041666667", "d.m.yyyy h:mm", "", "2024-09-12T14:30:00"),
        ("44085", "d.m.yyyy", '<workbookPr date1904="1"/>', "2024-09-12"),
        ("0.5", "h:mm", "", "12:00:00"),
        ("1.0625", "[h]:mm", "", "25:30:00"),
        ("1", "yyyy-mm-dd", "", "1900-01-01"),
        ("45547", "[$-40B]d. mmmm yyyy", "", "2024-09-12"),
        ("45547", '0&quot; days&quot;', "", "45547"),
        ("45547", "[Red]0.00", "", "45547"),
    ],
)  # fmt: skip
def test_a_number_shown_as_a_date_is_an_iso_date(
    serial: str, code: str, book: str, expected: str, tmp_path: Path
) -> None:
    sheet = read(tmp_path, dated(serial, code=code, book=book)).sheets["Coding"]
    assert texts_of(sheet)["rating"] == [expected]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("🙂", "🙂"),
        ("hyvä 👍🏽!", "hyvä 👍🏽!"),
        ("❤\ufe0f", "❤"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("🏳\ufe0f\u200d🌈", "🏳🌈"),
        ("🇫🇮", "🇫🇮"),
    ],
)
def test_emoji_pass_without_their_invisible_parts(
    written: str, expected: str, tmp_path: Path
) -> None:
    sheet = read(tmp_path, xlsx(text(written))).sheets["Coding"]
    assert texts_of(sheet)["rating"] == [expected]


@pytest.mark.parametrize("written", ["a\u200db", "a\ufe0f", "👍\u200da", "1\ufe0f"])
def test_invisible_parts_without_an_emoji_are_refused(written: str, tmp_path: Path) -> None:
    assert "[text.invisible]" in told(tmp_path, xlsx(text(written)))


def test_piled_accents_are_refused_before_they_are_composed(tmp_path: Path) -> None:
    message = told(tmp_path, xlsx(text("a" + "\u0301\u0316" * 30_000)))
    assert message == (
        f"{AT}[text.marks] expected at most 30 accents on a letter, found more of them. Type the "
        "text again."
    )
    dashes = "–" * 40 + "🙂" * 40
    assert texts_of(read(tmp_path, xlsx(text(dashes))).sheets["Coding"])["rating"] == [dashes]


def test_rich_text_is_joined_and_a_guide_to_pronunciation_left_out(tmp_path: Path) -> None:
    runs = "<is><r><t>Ka</t></r><r><t>le</t></r><rPh><t>x</t></rPh><phoneticPr/></is>"
    rows = f'<row r="2"><c r="B2" t="inlineStr">{runs}</c></row>'
    assert texts_of(read(tmp_path, xlsx(rows)).sheets["Coding"])["rating"] == ["Kale"]


def test_cells_without_references_are_counted(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>4</v></c></row><row><c/><c><v>5</v></c></row>"
    sheet = read(tmp_path, xlsx(rows)).sheets["Coding"]
    assert sheet.rows.tolist() == [2, 3]
    assert texts_of(sheet) == {"id": ["1", ""], "rating": ["4", "5"]}


def test_a_sheet_not_filled_in_has_no_rows_and_an_empty_one_no_header(tmp_path: Path) -> None:
    sheet = read(tmp_path, xlsx()).sheets["Coding"]
    assert (sheet.header, sheet.rows.tolist(), texts_of(sheet)) == (
        ("id", "rating"), [], {"id": [], "rating": []},
    )  # fmt: skip
    assert read(tmp_path, xlsx(head="")).sheets["Coding"].header == ()


def test_what_is_formatted_but_empty_is_no_data(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{row}" s="1"><c r="F{row}" s="1"/></row>' for row in range(3, 90))
    blank = '<row r="1048576" hidden="1"><c r="A1048576" t="str"><v>\u00a0</v></c></row>'
    columns = '<cols><col min="6" max="16384" hidden="1"/></cols>'
    merge = '<mergeCells><mergeCell ref="H1:I2"/></mergeCells>'
    book = read(tmp_path, xlsx(cell("4") + empty + blank, before=columns, after=merge))
    assert book.sheets["Coding"].rows.tolist() == [2]
    assert book.remarks == ()


def test_blank_rows_are_counted_and_left_out(tmp_path: Path) -> None:
    book = read(tmp_path, xlsx(cell("4", row=3) + cell("5", row=7)))
    assert book.sheets["Coding"].rows.tolist() == [3, 7]
    assert [str(remark) for remark in book.remarks] == [
        "hostile.xlsx, sheet Coding, row 2: [row.blank] 4 blank rows, left out"
    ]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (HEAD.replace(">id<", "> rating <"), "row 1, column B (rating): [header.duplicate] "
            "expected each header once, found 'rating' in column A, too. Rename one of the "
            "columns."),
        (HEAD.replace(">rating<", "> <"), "row 1, column B: [header.missing] expected a header in "
            "row 1, found none above the text in row 2. Write a header, or clear the column."),
        ("", "row 1, column B: [header.missing]"),
        (HEAD.replace(">rating<", ">rat\u200bing<"), "row 1, column B: [text.invisible]"),
    ],
)  # fmt: skip
def test_a_header_that_does_not_name_its_columns_is_refused(
    head: str, words: str, tmp_path: Path
) -> None:
    assert words in told(tmp_path, xlsx(cell("4"), head=head))


def test_what_stands_above_the_header_is_not_read(tmp_path: Path) -> None:
    title = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'
    head = title + HEAD.replace('r="1"', 'r="3"').replace('1"', '3"').replace('r="3">', 'r="3">')
    merge = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    book = read(tmp_path, xlsx(cell("4", row=4), head=head, after=merge), header_rows={"Coding": 3})
    sheet = book.sheets["Coding"]
    assert (sheet.header, sheet.rows.tolist()) == (("id", "rating"), [4])
    assert book.remarks == ()


def test_a_sheet_that_is_skipped_is_not_looked_at(tmp_path: Path) -> None:
    content = xlsx(cell("#N/A", more='t="e"'), sheets=(("Choices", 'state="hidden"'),))
    assert dict(read(tmp_path, content, skip={"Choices"}).sheets) == {}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("Coding", "coding "), "hostile.xlsx: [sheet.duplicate] expected each sheet once, found "
            "'coding' twice. Rename one of the sheets."),
        (("Cod\u202eing",), "[text.bidi] expected sheet text without direction marks, found "
            "U+202E. Type the name of the sheet again."),
    ],
)  # fmt: skip
def test_the_names_of_sheets_are_checked(
    names: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    assert words in told(tmp_path, xlsx(sheets=tuple((name, "") for name in names)))


def test_all_sheets_are_heard_in_one_error_and_the_rest_counted(tmp_path: Path) -> None:
    rows = "".join(cell("#N/A", row=row, more='t="e"') for row in range(2, 82))
    with pytest.raises(InputError) as caught:
        read(tmp_path, xlsx(rows, sheets=(("One", ""), ("Two", ""))))
    assert len(caught.value.problems) == MOST_PROBLEMS
    assert caught.value.total == 160
    assert {problem.file for problem in caught.value.problems} == {
        "hostile.xlsx, sheet One",
        "hostile.xlsx, sheet Two",
    }


def written(texts: list[str]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Coding")
    sheet.write_string(0, 0, "text")
    for row, value in enumerate(texts, start=1):
        sheet.write_string(row, 0, value)
    book.close()
    return buffer.getvalue()


_SEEN = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])).filter(
    lambda text: find_unseen(text) is None
)


@given(st.lists(st.one_of(_SEEN, st.sampled_from(["_x0041_", "=1+1", "<a>&", " a ", "a\nb"]))))
@settings(max_examples=200, deadline=None)
def test_what_is_written_as_text_is_read_as_the_same_text(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    sheet = read(tmp_path_factory.getbasetemp(), written(texts)).sheets["Coding"]
    expected = [unicodedata.normalize("NFC", value).strip() for value in texts]
    rows = [row for row, value in enumerate(expected, start=2) if value]
    assert sheet.rows.tolist() == rows
    assert sheet.columns["text"].tolist() == [value for value in expected if value]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _survives(folder: Path, content: bytes) -> None:
    try:
        book = read(folder, content)
    except InputError as error:
        problems = error.problems
    else:
        assert book.sha256
        return
    assert all(p.code and p.expected and p.found and p.remedy for p in problems)


@pytest.mark.parametrize("name", ["excel.xlsx", "libreoffice.xlsx"])
def test_flipped_bits_and_lost_ends_give_an_error_or_a_clean_result(
    name: str, tmp_path: Path
) -> None:
    content, chance = (GOLDEN / name).read_bytes(), random.Random(7)
    for _ in range(300):
        _survives(tmp_path, _flipped(content, chance))
    for end in range(0, len(content), 97):
        _survives(tmp_path, content[:end])


@pytest.mark.parametrize("name", ["excel.xlsx", "libreoffice.xlsx"])
def test_parts_broken_inside_a_sound_archive_give_an_error_or_a_clean_result(
    name: str, tmp_path: Path
) -> None:
    chance = random.Random(8)
    with zipfile.ZipFile(GOLDEN / name) as opened:
        members = {part: opened.read(part) for part in opened.namelist()}
    for _ in range(300):
        part = chance.choice(sorted(members))
        _survives(tmp_path, zipped({**members, part: _flipped(members[part], chance)}))
        lost = {other: content for other, content in members.items() if other != part}
        _survives(tmp_path, zipped(lost, zipfile.ZIP_STORED))
