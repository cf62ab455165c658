"""Filled-in forms of a mapping round, as a workbook or a folder of CSV files, to a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.findings.cells import parse_columns
from baseline_compare.findings.consistency import Place, inconsistencies
from baseline_compare.findings.forms import (
    ABOUT,
    FORMS,
    TABLES,
    Form,
    Stage,
    TableName,
    about_round,
)
from baseline_compare.findings.personal import personal_columns
from baseline_compare.findings.rounds import Round
from baseline_compare.findings.shipped import SCHEME, shipped_themes
from baseline_compare.findings.words import columns_named, folded
from baseline_compare.measurements import Remark
from baseline_compare.sources.form_grids import Grid, open_forms, problem_in
from baseline_compare.sources.opening import Limits

_ONGOING: tuple[Stage, ...] = ("draft", "in_comment")


def read_round(
    path: str | Path, *, base: Round | None = None, limits: Limits | None = None
) -> Round:
    """Read a mapping round from the forms that ``write_forms`` gives.

    Parameters
    ----------
    path
        A workbook (.xlsx), or a folder with one CSV file for each table, named as the sheets are.
        Titles, column headings and words of the lists may be Finnish, Swedish or English.
    base
        What is known of the same round already, such as that of a baseline: the tables add to it,
        and rows that repeat what it holds count once. Without it the sheet on the round itself has
        to be filled in.
    limits
        How large a file may be.

    Returns
    -------
    Round
        The round; its ``remarks`` say what was changed or left out while reading. One that adds to
        a final round is ``amended``, unless the sheet on the round says otherwise.

    Raises
    ------
    InputError
        Up to 100 problems at once, each with sheet, row and column: ``sheet.unknown``,
        ``header.unexpected``, ``header.duplicate``, ``person.column``, ``person.contact``,
        ``person.code``, ``key.missing``, ``key.unknown``, ``key.duplicate``, ``mark.unknown``,
        ``rating.scale``, ``area.unknown``, ``baseline.mismatch`` for the forms of another round,
        and those of opening a file.

    Examples
    --------
    >>> from baseline_compare import load_baseline
    >>> found = read_round("fixtures/workbooks/round_libreoffice.xlsx")
    >>> found
    Keksitty kierros (fi): SYNTHETIC, draft, theme scheme 2022
      themes: 9
      workshops: 1
      participants: 2
      statements: 3
      codings: 6
      findings: 1 (1 weakness)
      ratings: 2
    >>> found.statements[0].text
    '– Jonot ovat pitkiä, myös klo 9-15.'
    """
    found = open_forms(Path(path), limits or Limits())
    problems, signs = ProblemList(), list[Remark]()
    tables: dict[TableName, list[Any]] = {name: [] for name in TABLES}
    for name, grid in found.tables.items():
        tables[name] = _records(grid, FORMS[name], problems, signs)
    settings = [] if found.about is None else _records(found.about, ABOUT, problems, signs)
    problems.raise_if_any(InputError)
    place = Path(path).name if found.about is None else found.about.place
    given = _given(settings, base, place)
    if base is None and not tables["themes"] and given["scheme"] == SCHEME:
        tables["themes"] = list(shipped_themes())
    return _joined(given, tables, found.tables, base, (*found.remarks, *signs))


def _given(settings: Sequence[Any], base: Round | None, place: str) -> dict[str, Any]:
    """Give what the forms say of the round itself."""
    if len(settings) != 1 and (settings or base is None):
        told = f"{len(settings)} rows" if settings else "none"
        remedy = "Fill in one row of the sheet on the round, or pass base=."
        raise InputError(problem_in(place, "round.missing", "one round", told, remedy))
    given = about_round(settings[0]) if settings else {}
    if base is not None and given.get("id", base.id) != base.id:
        remedy = "A round of its own is read without base= (--add)."
        raise InputError(
            problem_in(
                place, "baseline.mismatch", f"more of the round {base.id}", given["id"], remedy
            )
        )
    return given


def _joined(
    given: Mapping[str, Any],
    tables: Mapping[TableName, Sequence[Any]],
    grids: Mapping[TableName, Grid],
    base: Round | None,
    remarks: Sequence[Remark],
) -> Round:
    """Make the round, or the round before with what is added to it."""
    before = {name: () if base is None else base.rows(name) for name in TABLES}
    new = {name: _new(FORMS[name], before[name], tables[name]) for name in TABLES}

    def place(table: TableName, number: int) -> tuple[str | None, int | None]:
        own = number - len(before[table])
        if own < 0 or table not in grids:
            return table, None
        return grids[table].place, grids[table].rows[new[table][own]]

    whole = {name: (*before[name], *(tables[name][at] for at in new[name])) for name in TABLES}
    problems = ProblemList()
    problems.extend(_as_headed(grids, inconsistencies(whole, place)))
    if "ratings" in grids:
        problems.extend(_rated_again(before["ratings"], tables["ratings"], grids["ratings"]))
    problems.raise_if_any(InputError)
    filled: dict[str, Any] = {str(name): rows for name, rows in whole.items()}
    remarks = (*remarks, *_comments_on_others(whole, place))
    if base is None:
        return Round(**given, **filled, remarks=remarks)
    absent = tuple(name for name in base.not_available if not whole[name])
    stage: Stage = base.stage if base.stage in _ONGOING else "amended"
    own = {"stage": stage, "not_available": absent, **given}
    return replace(base, **own, **filled, remarks=(*base.remarks, *remarks))


def _as_headed(grids: Mapping[TableName, Grid], found: Iterable[Problem]) -> Iterator[Problem]:
    """Name the columns of problems as they are headed in the sheets."""
    titles = {
        (grid.place, columns_named(FORMS[name]).get(folded(title))): title
        for name, grid in grids.items()
        for title in grid.cells
    }
    for problem in found:
        yield replace(
            problem, column=titles.get((problem.file or "", problem.column), problem.column)
        )


def _comments_on_others(
    tables: Mapping[TableName, Sequence[Any]], place: Place
) -> Iterator[Remark]:
    """Remark on comments whose finding is not there: it was dropped since, or it is mistyped."""
    known = {"", *(item.id for item in tables["findings"])}
    for number, item in enumerate(tables["comments"]):
        if item.finding not in known:
            file, row = place("comments", number)
            told = f"a comment on {item.finding!r}, which is not among the findings"
            yield Remark("key.unknown", "warning", told, file or "", row)


def _new(form: Form, before: Sequence[Any], rows: Sequence[Any]) -> list[int]:
    """Give the places of the rows that are not there before: forms may repeat what is."""
    if not before or not form.key:
        return list(range(len(rows)))

    def key(row: Any) -> tuple[str, ...]:
        return tuple(getattr(row, column) for column in form.key)

    known = {key(row): row for row in before}
    return [place for place, row in enumerate(rows) if known.get(key(row)) != row]


def _rated_again(before: Sequence[Any], rows: Sequence[Any], grid: Grid) -> Iterator[Problem]:
    """Give ratings without a rater's code that are there before: nobody knows if they are new."""
    known = {row for row in before if not row.rater}
    for row, place in zip(rows, grid.rows, strict=True):
        if row in known:
            yield Problem(
                code="key.duplicate", expected="ratings that are not there before",
                found="the same rating", file=grid.place, row=place, column="rater",
                remedy="Take out what is known already; what is new needs a code for its rater.",
            )  # fmt: skip


def _records(grid: Grid, form: Form, problems: ProblemList, signs: list[Remark]) -> list[Any]:
    """Give the records of a sheet; what is wrong is added to the problems."""
    known = columns_named(form)
    wrong = list(_heading_problems(grid, form, known))
    if wrong:
        problems.extend(wrong)
        return []
    titles = {known[folded(title)]: title for title in grid.cells}
    cells = {heading: grid.cells[title] for heading, title in titles.items()}
    before = problems.total
    columns = parse_columns(
        form, cells, file=grid.place, rows=grid.rows, titles=titles, problems=problems
    )
    if problems.total > before:
        return []
    for column, values in zip(form.columns, columns, strict=True):
        if column.kind == "text" and column.name in cells:
            signs.extend(_signs(grid, titles[column.name], cells[column.name], values))
    return list(map(form.record, *columns))


def _signs(grid: Grid, title: str, cells: Sequence[str], values: Sequence[str]) -> Iterator[Remark]:
    """Say in which cells a sign was changed that a spreadsheet could take for a formula."""
    rows = [row for row, cell, value in zip(grid.rows, cells, values, strict=True) if cell != value]
    if rows:
        number = "1 cell" if len(rows) == 1 else f"{len(rows)} cells"
        told = f"column {title}, {number}: hyphens or line breaks where a formula could begin"
        yield Remark("text.sign", "normalised", f"{told}, replaced", grid.place, rows[0])


def _heading_problems(grid: Grid, form: Form, known: Mapping[str, str]) -> Iterator[Problem]:
    personal = personal_columns(grid.cells)
    for title in personal:
        yield problem_in(
            grid.place, "person.column", "numbers and roles only", repr(title),
            "Delete the column: names and contact data of participants are not taken.",
            column=title,
        )  # fmt: skip
    have = Counter(known.get(folded(title)) for title in grid.cells)
    for title in grid.cells:
        heading = known.get(folded(title))
        if heading is None and title not in personal:
            near = get_close_matches(folded(title), known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            yield problem_in(
                grid.place, "header.unexpected", "a heading of the form", repr(title),
                f"{hint}Use the headings of the form, or delete the column.", column=title,
            )  # fmt: skip
        elif heading is not None and have[heading] > 1:
            yield problem_in(
                grid.place, "header.duplicate", "each heading once", f"{heading} in two languages",
                "Keep one of the columns.", column=title,
            )  # fmt: skip
    for column in form.columns:
        if column.required and not any(have[name] for name in column.headings):
            yield problem_in(
                grid.place, "header.unexpected", f"a column {column.headings[0]}", "none",
                "Use the headings of the form.",
            )  # fmt: skip
