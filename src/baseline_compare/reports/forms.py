"""Forms of a mapping round: a workbook, or a folder of CSV files, that people fill in."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from baseline_compare.areas import LEVELS, registry
from baseline_compare.disclosure import Disclosure
from baseline_compare.errors import DisclosureError, Problem, WriteError
from baseline_compare.files import INTERNAL, check_free, failed_write, named, replace_file
from baseline_compare.findings import TABLES, Finding, Round, shipped_themes
from baseline_compare.findings.forms import ABOUT, FORMS, Column, Form
from baseline_compare.findings.words import (
    Sheet,
    choice_word,
    column_title,
    sheet_title,
)
from baseline_compare.language import Language, check_language, word
from baseline_compare.texts import neutral_text

_LEVELS = ("mainland", "collaboration_area", "workshop_area")
_PRIVATE = ("participants", "statements", "codings", "ratings", "comments")
_DAY = datetime.datetime(2000, 1, 1)
"""No clock: the same forms are the same bytes."""
_ROWS = 20_000
"""Down to which row a list of choices is offered."""
_GUIDE_WIDTH, _LINE_HEIGHT = 105, 15.5
"""Characters of a line of the guide, and its height in points."""
_WIDE = ("text", "texts", "list")
_REFERENCES: Mapping[str, Sheet] = {
    "workshop": "workshops", "statement": "statements", "theme": "themes", "finding": "findings",
}  # fmt: skip


def write_forms(
    path: str | Path,
    *,
    language: Language = "en",
    base: Round | None = None,
    filled: Round | None = None,
    disclosure: Disclosure = "on",
    overwrite: bool = False,
) -> Path:
    """Write the forms of a mapping round, empty or filled in, for ``read_round`` to read.

    Parameters
    ----------
    path
        A workbook if it ends in ``.xlsx``; else a folder, which gets one CSV file for each table.
    language
        The language of titles, headings, lists and guide.
    base
        The round before: its themes are filled in and its findings are offered for rating. Without
        it the themes are those that are shipped.
    filled
        A round to write out whole. One that holds participants, statements, codings, ratings or
        comments is for internal use: it takes ``disclosure="off"``, and its name says so.
    disclosure
        ``off`` to write what people said one by one.
    overwrite
        Whether files that are there may be replaced.

    Returns
    -------
    pathlib.Path
        What was written: the workbook or the folder.

    Raises
    ------
    DisclosureError
        ``sdc.round`` for a round that must not leave as it is.
    WriteError
        ``path.exists`` or ``write.failed``; ``limit.field`` for a text that no workbook holds.

    Examples
    --------
    >>> import tempfile
    >>> from baseline_compare import load_baseline
    >>> base = load_baseline("2022").round
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_forms(f"{folder}/lomake.xlsx", language="fi", base=base).name
    'lomake.xlsx'
    """
    check_language(language)
    private = [name for name in _PRIVATE if filled is not None and getattr(filled, name)]
    if private and disclosure != "off":
        raise DisclosureError(
            Problem(
                code="sdc.round",
                expected="a round without what people said one by one",
                found=", ".join(private),
                remedy='Say disclosure="off" to write it for internal use.',
            )
        )
    sheets = dict(_sheets(base, filled))
    target = named(path, internal=bool(private))
    if target.suffix.lower() == ".xlsx":
        content = _workbook(sheets, base, language, internal=bool(private))
        return replace_file(target, content, overwrite=overwrite)
    files = {
        target / f"{sheet_title(sheet, language)}.csv": _csv(form, rows, language)
        for sheet, (form, rows) in sheets.items()
    }
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failed_write(target, error.strerror or "an error") from error
    for file in files:
        check_free(file, overwrite=overwrite)
    for file, content in files.items():
        replace_file(file, content, overwrite=overwrite)
    return target


_Filled = tuple[Form, list[list[str]]]


def _sheets(base: Round | None, filled: Round | None) -> Iterator[tuple[Sheet, _Filled]]:
    """Give each sheet with the rows that it begins with."""
    yield "round", (ABOUT, [] if filled is None else [ABOUT.texts_of(filled)])
    themes = shipped_themes() if base is None else base.themes
    for name in TABLES:
        empty = themes if name == "themes" else ()
        records = empty if filled is None else filled.rows(name)
        yield name, (FORMS[name], [FORMS[name].texts_of(record) for record in records])


def _csv(form: Form, rows: Iterable[list[str]], language: Language) -> bytes:
    """Write a table as a spreadsheet of the language opens it: semicolons beside decimal commas."""
    buffer = io.StringIO()
    delimiter = "," if language == "en" else ";"
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column_title(heading, language) for heading in form.headings])
    columns = _columns(form)
    for row in rows:
        shown = (_shown(*cell, language) for cell in zip(columns, row, strict=True))
        writer.writerow([neutral_text(text) for text in shown])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _workbook(
    sheets: Mapping[Sheet, _Filled], base: Round | None, language: Language, *, internal: bool
) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _DAY, "title": word("form.guide", language)})
        texts = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bg_color": "#e8eef4", "text_wrap": True})
        guide = book.add_worksheet(sheet_title("guide", language))
        guide.set_column(0, 0, _GUIDE_WIDTH, texts)
        lines = (word("form_guide.title", language), word("form_guide.text", language))
        for number, line in enumerate("\n".join(lines).splitlines()):
            guide.set_row(number, _LINE_HEIGHT * (1 + len(line) // _GUIDE_WIDTH))
            guide.write_string(number, 0, line, texts if number else head)
        written = {name: book.add_worksheet(sheet_title(name, language)) for name in sheets}
        choices = book.add_worksheet(sheet_title("choices", language))
        for sheet in book.worksheets():
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            if internal:
                sheet.set_header(f"&C{INTERNAL}")
        lists = _write_choices(choices, base, language)
        for name, (form, rows) in sheets.items():
            sheet, columns = written[name], _columns(form)
            sheet.freeze_panes(1, 1)
            for place, (heading, column) in enumerate(zip(form.headings, columns, strict=True)):
                width = 45 if column.kind in _WIDE else 18
                sheet.set_column(place, place, width, texts)
                sheet.write_string(0, place, column_title(heading, language), head)
                _offer(sheet, place, column, _list_of(name, column, lists, language))
            for number, row in enumerate(rows, start=1):
                for place, (column, text) in enumerate(zip(columns, row, strict=True)):
                    shown = _shown(column, text, language)
                    if shown and sheet.write_string(number, place, shown, texts):
                        raise _too_large(sheet.name, number, form.headings[place])
    return buffer.getvalue()


def _columns(form: Form) -> list[Column]:
    """Give the column of each heading."""
    return [column for column in form.columns for _ in column.headings]


def _offer(sheet: Worksheet, place: int, column: Column, source: str | None) -> None:
    """Offer a list to choose from; codes and areas that are not on it may be typed."""
    if source:
        told = {"validate": "list", "source": source, "show_error": column.kind == "choice"}
        sheet.data_validation(1, place, _ROWS, place, told)


def _too_large(sheet: str, row: int, column: str) -> WriteError:
    return WriteError(
        Problem(
            code="limit.field", expected="at most 32767 characters in a cell of a workbook, and "
            "1048576 rows", found="more", remedy="Write the forms as CSV: give a folder.",
            file=sheet, row=row + 1, column=column,
        )
    )  # fmt: skip


def _shown(column: Column, text: str, language: Language) -> str:
    """Give a cell as a person reads it: choices by their words."""
    if column.kind == "code" and text not in column.choices:
        return text
    if column.choices and text:
        return "; ".join(choice_word(part, language) for part in text.split(";"))
    return text


def _write_choices(sheet: Worksheet, base: Round | None, language: Language) -> dict[str, str]:
    """Write the lists of choices side by side; give the range of each."""
    title = sheet_title("choices", language)
    lists: dict[str, list[str]] = {"area": list(_areas(language))}
    for form in (ABOUT, *FORMS.values()):
        for column in form.columns:
            if column.kind in ("choice", "choices"):
                words = [choice_word(choice, language) for choice in column.choices]
                lists[_list_key(form, column)] = words
    earlier = () if base is None else base.findings
    lists["finding"] = [item.id for item in earlier]
    ranges = {}
    sheet.set_column(0, len(lists) - 1, 26)
    for place, (key, items) in enumerate(lists.items()):
        heading = column_title(key.split(".")[-1], language)
        sheet.write_string(0, place, heading)
        for row, item in enumerate(items, start=1):
            sheet.write_string(row, place, item)
        letter = _letters(place)
        if items:
            ranges[key] = f"='{title}'!${letter}$2:${letter}${len(items) + 1}"
    _write_findings(sheet, len(lists), earlier, language)
    return ranges


def _write_findings(
    sheet: Worksheet, place: int, findings: Iterable[Finding], language: Language
) -> None:
    """Write beside the ids of earlier findings what they say."""
    sheet.set_column(place, place, 90)
    sheet.write_string(0, place, sheet_title("findings", language))
    for row, item in enumerate(findings, start=1):
        sheet.write_string(row, place, item.statement(language))


def _areas(language: Language) -> Iterator[str]:
    for level in LEVELS:
        if level in _LEVELS:
            for area in registry().at_level(level, vintage=2023):
                yield f"{area.code} {area.short_name(language)}"


def _list_key(form: Form, column: Column) -> str:
    name = next((name for name, own in FORMS.items() if own is form), "round")
    return f"{name}.{column.name}"


def _list_of(
    sheet: Sheet, column: Column, lists: Mapping[str, str], language: Language
) -> str | None:
    """Give the range that a column chooses from, if it does."""
    if column.kind == "area":
        return lists["area"]
    if column.kind == "choice":
        form = ABOUT if sheet == "round" else next(f for n, f in FORMS.items() if n == sheet)
        return lists[_list_key(form, column)]
    if sheet == "ratings" and column.name == "finding" and "finding" in lists:
        return lists["finding"]
    if column.name in _REFERENCES and column.kind == "id":
        return f"='{sheet_title(_REFERENCES[column.name], language)}'!$A$2:$A${_ROWS}"
    return None


def _letters(place: int) -> str:
    """Name a column as a spreadsheet does.

    Examples
    --------
    >>> _letters(0), _letters(26)
    ('A', 'AA')
    """
    high, low = divmod(place, 26)
    return (_letters(high - 1) if high else "") + chr(ord("A") + low)
