"""Cells that people type: each kind of column, what it takes and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline_compare.errors import ProblemList
from baseline_compare.findings.cells import parse_columns
from baseline_compare.findings.forms import ABOUT, FORMS, TABLES, Column, Form, cell_texts
from baseline_compare.findings.words import choice_named, choice_word, column_title, language_of
from baseline_compare.language import LANGUAGES
from baseline_compare.texts import begins_formula, find_unseen


def parse(column: Column, *cells: str) -> tuple[object, list[str]]:
    """Give the value of one cell, and the problems it makes."""
    problems = ProblemList()
    values = parse_columns(
        Form(dict, (column,), ()),
        {name: [cell] for name, cell in zip(column.headings, cells, strict=True)},
        file="a.csv",
        rows=[7],
        titles={},
        problems=problems,
    )
    found = [] if not problems.total else [str(problem) for problem in problems._problems]
    return values[0][0], found


def value(column: Column, *cells: str) -> object:
    found, problems = parse(column, *cells)
    assert problems == []
    return found


def refused(column: Column, *cells: str) -> str:
    problems = parse(column, *cells)[1]
    assert len(problems) == 1
    assert problems[0].startswith(f"a.csv, row 7, column {column.headings[0]}: [")
    return problems[0].partition("[")[2].partition("]")[0]


TEXT = Column("text")


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("- jono", "– jono"),
        ("-jono", "\u2010jono"),
        ("\uff0d jono", "– jono"),
        ("-5 %", "\u22125 %"),
        ("•- jono", "•- jono"),
        ("kunnan, -alueen ohjeet", "kunnan, \u2010alueen ohjeet"),
        ("'hyvä'-sana; - ei", "'hyvä'-sana; – ei"),
        ("a\n\nb", "a\nb"),
        ("a\n\n\n- b", "a\n– b"),
        ("a,\nb", "a, b"),
        ("asumis- ja perusmenot", "asumis- ja perusmenot"),
        ("a = b, c + d, e-mail", "a = b, c + d, e-mail"),
    ],
)
def test_signs_that_begin_a_formula_stay_what_they_are_to_a_reader(typed: str, taken: str) -> None:
    assert value(TEXT, typed) == taken
    assert not begins_formula(taken)


@pytest.mark.parametrize(
    "typed", ["=1", "+ hyvä", "@a", " =1", "\uff1d1", "a; =b", "a\n=b", '"=1"', "'=HYPERLINK(1)"]
)
def test_formulas_are_refused(typed: str) -> None:
    assert refused(TEXT, typed) == "text.formula"


_TEXTS = st.text(
    st.one_of(st.sampled_from("-=+@,;|\n '\"a5"), st.characters(categories=["L", "N", "Z"])),
    max_size=30,
).filter(lambda text: find_unseen(text) is None)


@given(_TEXTS)
@settings(max_examples=400, deadline=None)
def test_what_is_taken_is_harmless_and_taken_again_as_it_is(typed: str) -> None:
    found, problems = parse(TEXT, typed)
    if not problems:
        assert isinstance(found, str)
        assert not begins_formula(found)
        assert parse(TEXT, found) == (found, [])


@pytest.mark.parametrize(
    ("column", "typed", "taken"),
    [
        (Column("x", "count"), "12", 12),
        (Column("x", "count"), "12,0", 12),
        (Column("x", "count", default=None), "", None),
        (Column("x", "rating"), "5", 5),
        (Column("x", "code"), "r12", "R12"),
        (Column("x", "code"), "7", "7"),
        (Column("x", "ids", default=()), "a; b,c", ("a", "b", "c")),
        (Column("x", "list", default=()), "Kunta A; Kunta B ", ("Kunta A", "Kunta B")),
        (Column("x", "id"), "weakness-access.1", "weakness-access.1"),
        (Column("x", "id"), "L-2024-0012", "L-2024-0012"),
    ],
)
def test_taken(column: Column, typed: str, taken: object) -> None:
    assert value(column, typed) == taken


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        (Column("x", "count"), "-1", "number.not_integer"),
        (Column("x", "count"), "1 200", "number.not_integer"),
        (Column("x", "count"), "1.000", "number.not_integer"),
        (Column("x", "count"), "9" * 10, "number.not_integer"),
        (Column("x", "count"), "١", "number.not_integer"),
        (Column("x", "rating"), "0", "rating.scale"),
        (Column("x", "rating"), "6", "rating.scale"),
        (Column("x", "rating"), "3.5", "rating.scale"),
        (Column("x", "rating"), "hyvä", "rating.scale"),
        (Column("x", "code"), "Matti", "person.code"),
        (Column("x", "code"), "Matti Meikäläinen", "person.code"),
        (Column("x", "code"), "K", "person.code"),
        (Column("x", "id"), "a b", "key.invalid"),
        (Column("x", "id"), "=a", "key.invalid"),
        (Column("x", "id"), "a" * 101, "key.invalid"),
        (Column("x", "id"), "0401234567", "person.code"),
        (Column("x", "date"), "2024-13", "period.unknown"),
        (Column("x", "date"), "2202", "period.unknown"),
        (Column("x", "date"), "30.2.2024", "period.unknown"),
        (Column("x", "area"), "91", "area.unknown"),
        (Column("x", "area"), "YTA9", "area.unknown"),
        (Column("x", "area"), "YTA2 Sisä-Suomi", "area.unknown"),
        (Column("x", required=True), "", "key.missing"),
    ],
)
def test_refused(column: Column, typed: str, code: str) -> None:
    assert refused(column, typed) == code


def test_a_hostile_text_is_judged_quickly(within) -> None:
    with within(10):
        for text in ("\n" * 60_000, "-;" * 30_000, "a,\n" * 20_000, "'" * 60_000):
            parse(TEXT, text)


def test_of_texts_one_language_is_enough() -> None:
    column = Column("statement", "texts", required=True)
    assert value(column, "", "En.", "") == {"sv": "En."}
    assert refused(column, "", "", "") == "key.missing"


def test_a_long_text_is_shown_where_it_is_wrong() -> None:
    long = "Hakija odotti. " * 1_000 + "\n=1+1"
    assert "found '=1+1'." in parse(TEXT, long)[1][0]


@pytest.mark.parametrize(
    "column",
    [column for form in (ABOUT, *FORMS.values()) for column in form.columns if column.choices],
    ids=lambda column: column.name,
)
def test_every_word_stands_for_one_choice(column: Column) -> None:
    words = [word for choice in column.choices for word in choice_named(choice)]
    assert len(words) == len(set(words))
    for language in LANGUAGES:
        for choice in column.choices:
            cell = choice_word(choice, language).upper()
            kinds = {"choices": (choice,), "choice": choice, "code": choice}
            assert value(column, cell) == kinds[column.kind]


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_speak_the_language_of_the_heading(language) -> None:
    column = next(column for column in FORMS["findings"].columns if column.name == "kind")
    problems = ProblemList()
    titles = {"kind": column_title("kind", language)}
    assert language_of("kind", titles["kind"]) == language
    form = Form(dict, (column,), ())
    parse_columns(form, {"kind": ["x"]}, file="a", rows=[2], titles=titles, problems=problems)
    words = ", ".join(choice_word(choice, language) for choice in column.choices)
    assert problems._problems[0].expected == f"one of: {words}"
    assert problems._problems[0].column == titles["kind"]


def test_cells_of_a_value_read_as_the_value(baseline) -> None:
    for name in TABLES:
        for record in baseline.round.rows(name):
            for column in FORMS[name].columns:
                own = getattr(record, column.attribute)
                assert value(column, *cell_texts(column, own)) == own
