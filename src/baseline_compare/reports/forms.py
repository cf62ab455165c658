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
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.files import named, replace_file
from baseline_compare.findings import TABLES, Finding, Round
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
        The round before: its themes are filled in and its findings are offered for rating.
    filled
        A round to write out whole. One that holds participants, statements, codings, ratings or
        comments is for internal use: it takes ``disclosure="off"``, and its name says so.

    Raises
    ------
    DisclosureError
        ``sdc.round`` for a round that must not leave as it is.
    WriteError
        ``path.exists`` or ``write.failed``.

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
        return replace_file(target, _workbook(sheets, base, language), overwrite=overwrite)
    target.mkdir(parents=True, exist_ok=True)
    for sheet, (form, rows) in sheets.items():
        content = _csv(form, rows, language)
        replace_file(target / f"{sheet_title(sheet, language)}.csv", content, overwrite=overwrite)
    return target


_Filled = tuple[Form, list[list[str]]]


def _sheets(base: Round | None, filled: Round | None) -> Iterator[tuple[Sheet, _Filled]]:
    """Give each sheet with the rows that it begins with."""
    yield "round", (ABOUT, [] if filled is None else [ABOUT.texts_of(filled)])
    for name in TABLES:
        known = filled or (base if name == "themes" else None)
        records = () if known is None else known.rows(name)
        yield name, (FORMS[name], [FORMS[name].texts_of(record) for record in records])


def _csv(form: Form, rows: Iterable[list[str]], language: Language) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column_title(heading, language) for heading in form.headings])
    writer.writerows([[neutral_text(text) for text in row] for row in rows])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _workbook(sheets: Mapping[Sheet, _Filled], base: Round | None, language: Language) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _DAY, "title": word("form.guide", language)})
        texts = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bg_color": "#e8eef4", "text_wrap": True})
        guide = book.add_worksheet(sheet_title("guide", language))
        guide.set_column(0, 0, 110, texts)
        lines = (word("form_guide.title", language), word("form_guide.text", language))
        for number, line in enumerate("\n".join(lines).splitlines()):
            guide.write_string(number, 0, line, texts if number else head)
        written = {name: book.add_worksheet(sheet_title(name, language)) for name in sheets}
        choices = book.add_worksheet(sheet_title("choices", language))
        lists = _write_choices(choices, base, language)
        for name, (form, rows) in sheets.items():
            sheet = written[name]
            sheet.freeze_panes(1, 1)
            columns = [column for column in form.columns for _ in column.headings]
            for place, (heading, column) in enumerate(zip(form.headings, columns, strict=True)):
                width = 45 if column.kind in _WIDE else 18
                sheet.set_column(place, place, width, texts)
                sheet.write_string(0, place, column_title(heading, language), head)
                source = _list_of(name, column, lists, language)
                if source:
                    sheet.data_validation(
                        1, place, _ROWS, place, {"validate": "list", "source": source}
                    )
            for number, row in enumerate(rows, start=1):
                for place, (column, text) in enumerate(zip(columns, row, strict=True)):
                    sheet.write_string(number, place, _shown(column, text, language), texts)
    return buffer.getvalue()


def _shown(column: Column, text: str, language: Language) -> str:
    """Give a cell as a person reads it: choices by their words."""
    if column.kind in ("choice", "choices") and text:
        return "; ".join(choice_word(part, language) for part in text.split(";"))
    return text


def _write_choices(sheet: Worksheet, base: Round | None, language: Language) -> dict[str, str]:
    """Write the lists of choices side by side; give the range of each."""
    title = sheet_title("choices", language)
    lists: dict[str, list[str]] = {"area": list(_areas(language))}
    for form in (ABOUT, *FORMS.values()):
        for column in form.columns:
            if column.kind == "choice":
                words = [choice_word(choice, language) for choice in column.choices]
                lists[_list_key(form, column)] = words
    earlier = () if base is None else base.findings
    lists["finding"] = [item.id for item in earlier]
    ranges = {}
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
    if sheet == "ratings" and column.name == "finding":
        return lists.get("finding")
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
