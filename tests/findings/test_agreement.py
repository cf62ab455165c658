"""How far coders agree, what they have to settle, and what is settled."""

from __future__ import annotations

import math

import numpy as np
import pytest

from baseline_compare.errors import InputError
from baseline_compare.findings import (
    AGREED,
    SCHEME,
    Coding,
    Finding,
    Round,
    Statement,
    Workshop,
    shipped_themes,
)
from baseline_compare.findings.coders import CodingAgreement, agreement
from baseline_compare.language import LANGUAGES

TEXTS = {"fi": "a", "sv": "b", "en": "c"}
S, W, R = "strength", "weakness", "recommendation"


def coded(*rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> CodingAgreement:
    statements = dict.fromkeys(row[0] for row in rows)
    return agreement(
        Round(
            id="own", names=TEXTS, scheme=SCHEME, stage="draft", covers=TEXTS,
            themes=shipped_themes(), workshops=(Workshop("w1", "YTA2"),),
            statements=tuple(Statement(key, "w1", "a", "fi") for key in statements),
            findings=(Finding("h1", W, "access", "YTA2", TEXTS, "own", "report"),),
            codings=tuple(Coding(*row) for row in rows),
        )
    )  # fmt: skip


def krippendorff(units: list[list[str]]) -> float:
    """Nominal alpha by its coincidence matrix, written apart from the library."""
    units = [unit for unit in units if len(unit) > 1]
    names = sorted({name for unit in units for name in unit})
    matrix = np.zeros((len(names), len(names)))
    for unit in units:
        for i, one in enumerate(unit):
            for j, other in enumerate(unit):
                if i != j:
                    matrix[names.index(one), names.index(other)] += 1 / (len(unit) - 1)
    totals, n = matrix.sum(axis=0), matrix.sum()
    expected = (n**2 - (totals**2).sum()) / (n - 1)
    return float(1 - (n - np.trace(matrix)) / expected)


ROWS = (
    ("S1", "K1", W, "access"), ("S1", "K2", W, "access"), ("S1", "K3", W, "access", "h1"),
    ("S2", "K1", S, "digital"), ("S2", "K2", W, "digital"),
    ("S3", "K1", R, "payment"), ("S3", "K3", R, "payment"),
    ("S4", "K1", S, "access"),
    ("S5", "K1", S, "access"), ("S5", "K2", W, "access"), ("S5", AGREED, W, "access"),
)  # fmt: skip


def test_alpha_is_that_of_a_second_computation() -> None:
    table = coded(*ROWS).table.set_index(["sorted_by", "coefficient"])
    units = [[W, W, W], [S, W], [R, R], [S], [S, W]]
    alpha = table.loc[("kind", "krippendorff_alpha")]
    assert alpha["value"] == pytest.approx(krippendorff(units), abs=1e-12)
    assert alpha["low"] <= alpha["value"] <= alpha["high"]
    assert (alpha["statements"], alpha["coders"]) == (4, 3)


def test_what_differs_is_listed_until_it_is_settled() -> None:
    found = coded(*ROWS)
    assert found.disagreements.to_numpy().tolist() == [
        ["S1", "finding", "K1: –; K2: –; K3: h1"],
        ["S2", "kind", "K1: strength; K2: weakness"],
    ]
    assert found.settled["statement"].tolist() == ["S3", "S4", "S5"]
    assert found.settled.set_index("statement").loc["S5", "kind"] == W


def test_settling_does_not_change_how_far_they_agreed() -> None:
    before = coded(*(row for row in ROWS if row[1] != AGREED))
    assert before.table.equals(coded(*ROWS).table)
    assert before.disagreements["statement"].tolist() == ["S1", "S2", "S5"]
    done = coded(*ROWS, ("S1", AGREED, W, "access", "h1"), ("S2", AGREED, W, "digital"))
    assert len(done.disagreements) == 0
    assert done.settled["statement"].tolist() == ["S1", "S2", "S3", "S4", "S5"]
    assert done.summary()[-1] == "Statements to settle: 0."


def test_a_statement_may_differ_in_several_ways() -> None:
    found = coded(("S1", "K1", S, "access"), ("S1", "K2", W, "payment"))
    assert found.disagreements["sorted_by"].tolist() == ["kind", "theme"]
    assert found.summary()[-1] == "Statements to settle: 1."


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("S1", "K1", S, "access"), ("S2", "K1", W, "access")], "few_statements"),
        ([("S1", AGREED, S, "access"), ("S2", AGREED, W, "access")], "few_statements"),
        ([("S1", "K1", S, "access"), ("S1", "K2", W, "access")], "few_statements"),
        (
            [(s, k, S, "access") for s in ("S1", "S2") for k in ("K1", "K2")],
            "one_category",
        ),
    ],
)
def test_where_nothing_can_be_said_the_reason_is(rows, reason: str) -> None:
    found = coded(*rows)
    assert found.table["reason"].tolist() == [reason] * 6
    assert all(math.isnan(value) for value in found.table["value"])
    for language in LANGUAGES:
        lines = found.summary(language)
        assert len(lines) == 7
        assert "nan" not in " ".join(lines)
        assert "{" not in " ".join(lines)


def test_words() -> None:
    found = coded(
        ("S1", "K1", S, "access"), ("S1", "K2", S, "access"), ("S2", "K1", W, "digital"),
        ("S2", "K2", W, "digital"),
    )  # fmt: skip
    assert found.summary("fi")[4] == (
        "Havainto: Krippendorffin alfa puuttuu, koska kaikki valitsivat saman luokan."
    )
    assert found.summary("sv")[-1] == "Utsagor att avgöra: 0."
    assert repr(found) == "\n".join(found.summary())
    assert found._repr_html_().startswith("<pre>")


def test_a_round_without_codings_is_refused(baseline) -> None:
    with pytest.raises(InputError) as caught:
        agreement(baseline.round)
    assert str(caught.value) == (
        "[coding.missing] expected statements sorted by coders, found none. Fill in the sheet on "
        "coding."
    )


def test_the_order_of_rows_changes_no_coefficient() -> None:
    assert coded(*ROWS[::-1]).table.equals(coded(*ROWS).table)
