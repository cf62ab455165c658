"""The published round of 2022, and what a round of one's own must hold together."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

import baseline_compare as bc
from baseline_compare.errors import InputError
from baseline_compare.findings import (
    SCHEME,
    Coding,
    Comment,
    Finding,
    Participants,
    Rating,
    Round,
    Statement,
    Workshop,
    shipped_themes,
)
from baseline_compare.language import LANGUAGES

TEXTS = {"fi": "Yksi.", "sv": "Ett.", "en": "One."}
FINDING = Finding("h1", "weakness", "access", "FI-MAINLAND", TEXTS, "own", "report")
OWN = Round(
    id="own", names=TEXTS, scheme=SCHEME, stage="draft", covers=TEXTS, themes=shipped_themes(),
    workshops=(Workshop("w1", "YTA2"),), statements=(Statement("S1", "w1", "Jono.", "fi"),),
    findings=(FINDING,),
)  # fmt: skip


class TestOf2022:
    """It ships with exactly what is published."""

    @pytest.fixture
    def found(self, baseline: bc.Baseline) -> Round:
        assert baseline.round is not None
        return baseline.round

    def test_findings(self, found: Round, baseline: bc.Baseline) -> None:
        assert Counter(item.kind for item in found.findings) == {
            "strength": 2, "weakness": 6, "recommendation": 5,
        }  # fmt: skip
        assert {item.status for item in found.findings} == {"summary", "press"}
        themes = {theme.id for theme in found.themes}
        for item in found.findings:
            assert item.theme in themes
            assert item.area == "FI-MAINLAND"
            assert item.source in baseline.sources
            assert len({item.statement(language) for language in LANGUAGES}) == 3

    def test_three_key_targets(self, found: Round) -> None:
        targets = [item.id for item in found.findings if item.key_target == "yes"]
        assert targets == [
            "weakness-access", "weakness-decision-quality", "weakness-information-exchange",
        ]  # fmt: skip
        assert {item.kind for item in found.findings if item.key_target} == {"weakness"}

    def test_the_round_itself(self, found: Round, baseline: bc.Baseline) -> None:
        assert (found.stage, found.synthetic, found.first_day, found.last_day) == (
            "final", False, "2022-09", "2023",
        )  # fmt: skip
        assert len(found.workshops) == 6
        assert {item.area for item in found.workshops} == {f"WS{n}" for n in range(1, 7)}
        assert {item.advance_assignments for item in found.workshops} == {None}
        assert set(found.sources) <= set(baseline.sources)
        assert all(set(texts) == set(LANGUAGES) for texts in (found.names, found.covers))

    def test_what_was_not_published_is_not_available(self, found: Round) -> None:
        absent = ("participants", "statements", "codings", "ratings", "comments")
        assert found.not_available == absent
        for name in absent:
            assert found.rows(name) == ()
            assert f"  {name}: not available" in repr(found)
        assert all(not item.indicators for item in found.findings)


def codes(**changed: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        replace(OWN, **changed)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"findings": (FINDING, FINDING)}, "key.duplicate"),
        ({"findings": (replace(FINDING, theme="x"),)}, "key.unknown"),
        ({"statements": (Statement("S1", "w2", "a", "fi"),)}, "key.unknown"),
        ({"participants": (Participants("w2", "kela", "other", 1),)}, "key.unknown"),
        ({"codings": (Coding("S2", "K1", "weakness", "access"),)}, "key.unknown"),
        ({"codings": (Coding("S1", "K1", "weakness", "access", "h2"),)}, "key.unknown"),
        ({"codings": (Coding("S1", "K1", "weakness", "access"),) * 2}, "key.duplicate"),
        ({"ratings": (Rating("h1", "YTA2", 6),)}, "rating.scale"),
        ({"ratings": (Rating("h1", "YTA2", 3, number=0),)}, "rating.number"),
        ({"ratings": (Rating("h1", "YTA2", 3, rater="R1", number=2),)}, "rating.number"),
        ({"ratings": (Rating("h1", "YTA2", 3, "consensus", number=8),)}, "rating.number"),
        (
            {"ratings": tuple(Rating("h1", "YTA2", n, rater="R1") for n in (3, 4))},
            "key.duplicate",
        ),
        ({"id": "synthetic"}, "round.synthetic"),
        ({"synthetic": True}, "round.synthetic"),
        ({"stage": "done"}, "mark.unknown"),
        ({"names": {}}, "key.missing"),
        ({"covers": {"fi": ""}}, "key.missing"),
        ({"not_available": ("findings",)}, "round.not_available"),
        ({"first_day": "2024-09-12", "last_day": "2024-09-11"}, "period.order"),
        ({"first_day": "2024-09", "last_day": "2023"}, "period.order"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together(changed: dict[str, object], code: str) -> None:
    assert codes(**changed) == [code]


@pytest.mark.parametrize(
    ("first", "last"), [("2024-09-12", "2024-09"), ("2024", "2024-02"), ("", "2024"), ("2024", "")]
)
def test_days_that_may_be_in_order(first: str, last: str) -> None:
    assert replace(OWN, first_day=first, last_day=last).first_day == first


def test_ratings_that_are_equal_are_ratings_of_several() -> None:
    rows = (Rating("h1", "YTA2", 3), Rating("h1", "YTA2", 3), Rating("earlier", "YTA2", 2))
    groups = (Rating("h1", "YTA2", 4, "consensus"),) * 2
    assert len(replace(OWN, ratings=rows + groups).ratings) == 5


def test_adding_makes_a_table_available() -> None:
    bare = replace(OWN, not_available=("ratings", "codings"))
    found = bare.adding(ratings=[Rating("h1", "YTA2", 3)])
    assert found.not_available == ("codings",)
    assert bare.ratings == ()


def test_what_is_published_names_nobody() -> None:
    said = Statement("S2", "w1", "Saa julkaista.", "fi", "kela", "public")
    comment = Comment("c1", "county", "Hyvä.", "fi", "noted", visibility="public")
    whole = OWN.adding(
        statements=[said],
        comments=[comment, replace(comment, id="c2", visibility="team")],
        codings=[Coding("S1", "K1", "weakness", "access")],
        ratings=[Rating("h1", "YTA2", 3)],
        participants=[Participants("w1", "kela", "other", 1)],
    )
    found = whole.published()
    assert found.statements == (replace(said, organisation=""),)
    assert found.comments == (replace(comment, organisation="other"),)
    assert found.codings == found.ratings == found.participants == ()
    assert found.findings == whole.findings


def test_tables_are_text() -> None:
    assert OWN.table("statements").to_dict("records") == [
        {"id": "S1", "workshop": "w1", "text": "Jono.", "language": "fi", "organisation": "",
         "visibility": "team"}
    ]  # fmt: skip
    assert list(OWN.table("ratings").columns) == [
        "finding", "area", "rating", "mode", "question", "organisation", "rater", "number"
    ]  # fmt: skip


def test_a_text_of_another_language_is_marked() -> None:
    assert replace(FINDING, statements={"sv": "Ett."}).statement("fi") == "Ett. (sv)"
    assert replace(OWN, names={"fi": "Oma"}).name("en") == "Oma (fi)"


def test_it_says_what_it_is() -> None:
    made = replace(OWN, id="synthetic-1", synthetic=True)
    assert repr(made).splitlines() == [
        "One.: SYNTHETIC, draft, theme scheme 2022",
        "  themes: 9",
        "  workshops: 1",
        "  statements: 1",
        "  findings: 1 (1 weakness)",
    ]
    assert "&lt;b&gt;" in replace(OWN, names={"en": "<b>"})._repr_html_()


@pytest.mark.parametrize(
    ("kind", "course"),
    [("weakness", "strengthened"), ("strength", "resolved"), ("recommendation", "eased")],
)
def test_a_course_of_another_kind_is_refused(baseline, kind, course):
    wrong = replace(baseline.round.findings[0], kind=kind, course=course)
    with pytest.raises(InputError, match=r"course\.kind") as caught:
        replace(baseline.round, findings=(wrong,))
    assert f"what can become of a {kind}: " in str(caught.value)
