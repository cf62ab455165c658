"""How a comparison of rounds prints itself, and the rarer kinds of evidence."""

import pytest

import baseline_compare as bc
from baseline_compare.fates import protect_findings
from baseline_compare.fates.courses import FATES, direction
from baseline_compare.fates.matching import Match
from baseline_compare.findings import Participants, Workshop
from baseline_compare.language import LANGUAGES
from made_rounds import FIVE, ballots, finding, joint, made

A = finding("a")


@pytest.fixture(scope="module")
def found():
    return bc.compare_findings(
        made(2022, [A, finding("s", "strength")]), made(2025, [finding("n")])
    )


def test_it_prints_itself_in_a_terminal_and_in_a_notebook(found):
    assert repr(found).splitlines() == [
        "SYNTHETIC DATA: at least one of the rounds is made up as an example.",
        "Weaknesses (Synthetic 2022):",
        "  not assessed: Text of a (Mainland Finland)",
        "  new: Text of n (Mainland Finland)",
        "Strengths (Synthetic 2022):",
        "  not assessed: Text of s (Mainland Finland)",
        "Baseline: Synthetic 2022, id not sealed; follow-up: Synthetic 2025; "
        f"baseline_compare {bc.__version__}",
    ]
    assert found._repr_html_().startswith("<pre>SYNTHETIC DATA")


def test_a_triangulation_prints_itself(found, result):
    beside = bc.triangulate(found, result)
    assert "Neither shows a direction" in repr(beside)
    assert beside._repr_html_().startswith("<pre>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fate_has_its_words(language):
    words = {bc.fates.result.fate_word(fate, language) for fate in FATES}
    assert len(words) == len(FATES)
    assert {direction(fate) for fate in FATES} == {1, 0, -1, None}


def test_areas_too_small_to_be_joined_are_not_tested():
    one = [r for area in FIVE[:2] for r in ballots("a", area, {2: 3})]
    two = [r for area in FIVE[:2] for r in ballots("a", area, {4: 3})]
    table = bc.compare_findings(made(2022, [A], one), made(2025, [], two)).table
    row = table.set_index("area").loc["FI-MAINLAND"]
    assert (row["fate"], row["reason"], row["method"]) == (
        "insufficient", "few_raters", "areas_joined",
    )  # fmt: skip
    assert row["smallest_p"] == 0.25


def test_joint_ratings_of_too_few_take_their_fate_with_them():
    areas = ("HVA01", "HVA02", "HVA03", "HVA05", "HVA06", "HVA07", "HVA08")
    ratings = [joint("a", area, 4, "change") for area in areas]
    few = {
        "workshops": (Workshop("w", "HVA01"),),
        "participants": (Participants("w", "kela", "decisions", 2),),
    }
    told = protect_findings(bc.compare_findings(made(2022, [A]), made(2025, [], ratings)))
    assert told.table.set_index("area").loc["FI-MAINLAND", "fate"] == "eased"
    hidden = protect_findings(bc.compare_findings(made(2022, [A]), made(2025, [], ratings, **few)))
    assert hidden.table.set_index("area").loc["FI-MAINLAND", "fate"] == "suppressed"
    assert "HVA01" not in set(hidden.ratings["area"])


def test_works_is_told_only_where_so_many_could_have_found_otherwise():
    one, two = ballots("a", "YTA1", {1: 20, 2: 4}), ballots("a", "YTA1", {4: 16, 5: 2, 3: 6})
    found = bc.compare_findings(made(2022, [A], one), made(2025, [], two))
    rows = [own.table.set_index("area").loc["YTA1"] for own in (found, protect_findings(found))]
    assert [row["fate"] for row in rows] == ["resolved", "resolved"]
    fewer = ballots("a", "YTA1", {4: 14, 5: 1, 3: 3})
    found = bc.compare_findings(made(2022, [A], one), made(2025, [], fewer))
    rows = [own.table.set_index("area").loc["YTA1"] for own in (found, protect_findings(found))]
    assert [row["fate"] for row in rows] == ["resolved", "eased"]


def test_a_match_of_nothing_is_no_match():
    with pytest.raises(ValueError, match="without a finding"):
        _ = Match(None, None, "one", ()).either
