"""What became of findings between two versions of a round, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

import baseline_compare as bc
from baseline_compare.findings import SCHEME, Comment, Finding, Round, shipped_themes
from baseline_compare.findings.versions import CHANGES, COLUMNS

TEXTS = {"fi": "Kierros", "sv": "Omgång", "en": "Round"}


def finding(key: str, text: str = "", **more: object) -> Finding:
    made = Finding(
        key, "weakness", "access", "FI-MAINLAND", {"fi": text or f"Teksti {key}."}, "own", "report"
    )
    return replace(made, **more)


def version(*found: Finding, comments: tuple[Comment, ...] = ()) -> Round:
    return Round(
        id="own", names=TEXTS, scheme=SCHEME, stage="draft", covers=TEXTS, themes=shipped_themes(),
        findings=found, comments=comments,
    )  # fmt: skip


def told(earlier: Round, later: Round, **reasons: str) -> list[tuple[object, ...]]:
    rows = bc.changes(earlier, later, reasons=reasons)
    return [(row.change, row.earlier, row.later, row.reason) for row in rows]


A, B, C = finding("a"), finding("b"), finding("c")


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ((A,), (A, B), ("added", (), ("b",))),
        ((A, B), (A,), ("dropped", ("b",), ())),
        ((A, B), (finding("c", continues=("a", "b")),), ("merged", ("a", "b"), ("c",))),
        ((A, B), (finding("a", continues=("b",)),), ("merged", ("a", "b"), ("a",))),
        (
            (A,),
            (finding("b", continues=("a",)), finding("c", continues=("a",))),
            ("split", ("a",), ("b", "c")),
        ),
        ((A,), (A, finding("b", continues=("a",))), ("split", ("a",), ("a", "b"))),
        ((A,), (finding("a", "Toisin."),), ("reworded", ("a",), ("a",))),
        ((A,), (replace(A, theme="payment"),), ("rethemed", ("a",), ("a",))),
        ((A,), (replace(A, kind="strength"),), ("rekinded", ("a",), ("a",))),
        ((A,), (replace(A, area="YTA2"),), ("moved", ("a",), ("a",))),
        ((A,), (replace(A, key_target="yes"),), ("amended", ("a",), ("a",))),
        ((A,), (replace(A, indicators=("x", "y")),), ("amended", ("a",), ("a",))),
        ((A,), (finding("b", "Toisin.", continues=("a",)),), ("reworded", ("a",), ("b",))),
        ((A,), (replace(A, id="b", continues=("a",)),), ("amended", ("a",), ("b",))),
    ],
)
def test_each_kind_of_change(earlier, later, expected) -> None:
    found = told(version(*earlier), version(*later))
    assert [row[:3] for row in found] == [expected]


def test_no_change() -> None:
    assert repr(bc.changes(version(A, B), version(B, A))) == "no changes"
    earlier_round = finding("a", continues=("weakness-access",))
    assert len(bc.changes(version(A), version(earlier_round))) == 0


def test_several_at_once_come_in_the_order_of_kinds() -> None:
    later = version(replace(A, theme="payment", kind="strength", area="YTA2"), C)
    found = bc.changes(version(A, B), later)
    kinds = [row.change for row in found]
    assert kinds == ["added", "dropped", "rethemed", "rekinded", "moved"]
    assert sorted(kinds, key=CHANGES.index) == kinds


def test_a_finding_split_and_merged() -> None:
    later = version(finding("x", continues=("a",)), finding("y", continues=("a", "b")))
    assert [row[:3] for row in told(version(A, B), later)] == [
        ("merged", ("a", "b"), ("y",)),
        ("split", ("a",), ("x", "y")),
    ]


def test_reasons_by_id_and_from_comments() -> None:
    comment = Comment("c1", "county", "Poistakaa.", "fi", "accepted", "poistettu", "b")
    rejected = Comment("c2", "county", "Ei näin.", "fi", "rejected", "ei muutosta", "a")
    later = version(finding("a", "Toisin."), comments=(comment, rejected))
    assert told(version(A, B), later, a="selkeämpi") == [
        ("dropped", ("b",), (), "poistettu"),
        ("reworded", ("a",), ("a",), "selkeämpi"),
    ]
    assert told(version(A, B), later, b="toinen syy")[0][3] == "toinen syy"


def test_a_comment_on_any_finding_of_a_merger_says_why() -> None:
    comments = (
        Comment("c1", "county", "Yhdistäkää.", "fi", "accepted", "yhdistetty", "b"),
        Comment("c2", "kela", "Samoin.", "fi", "partly", "osin", "a"),
    )
    later = version(finding("c", continues=("a", "b")), comments=comments)
    assert told(version(A, B), later)[0][3] == "osin; yhdistetty"


def test_what_changed_is_told_in_words() -> None:
    found = bc.changes(
        version(A), version(finding("a", "Toisin.", source="uusi")), reasons={"a": "tarkempi"}
    )
    assert repr(found) == (
        "reworded a -> a: Teksti a. -> Toisin. (tarkempi)\n"
        "amended a -> a: source: own -> source: uusi (tarkempi)"
    )
    assert list(found.table.columns) == list(COLUMNS)
    assert found.table["before"].tolist() == ["Teksti a.", "source: own"]
