"""Indicators beside findings: agree, conflict, one side silent."""

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.fates.triangulation import AGREEMENTS, _agreement, _side
from baseline_compare.findings import SCHEME, Theme, shipped_themes
from made_rounds import ballots, finding, made

SHARE = "basic_sa_review_claims_changed_share"
"""Lower is better: theme decision_quality."""


def shares(tmp_path, before, after, areas=("YTA1",)):
    """A comparison of a share that has a direction."""

    def side(period, numerators):
        return bc.measurements.from_frame(
            pd.DataFrame(
                {
                    "indicator": SHARE,
                    "area": areas,
                    "period": period,
                    "numerator": numerators,
                    "denominator": 10_000,
                }
            ),
            source="synthetic-example",
        )

    baseline = bc.seal(side("2022", before), tmp_path, name="own")
    return bc.compare(baseline, side("2025", after), areas=list(areas), estimand="finite")


def rounds(later, kind="weakness", theme="decision_quality", **more):
    settings = {"themes": shipped_themes(), "scheme": SCHEME}
    earlier = made(2022, [finding("a", kind, "YTA1", theme=theme, **more)], **settings)
    return bc.compare_findings(earlier, made(2025, later, **settings))


def again(course, kind="weakness"):
    return rounds(
        [finding("b", kind, "YTA1", theme="decision_quality", continues=("a",), course=course)]
    )


@pytest.mark.parametrize(
    ("course", "after", "expected"),
    [
        ("eased", 800, "agree"),
        ("worsened", 800, "conflict"),
        ("unchanged", 800, "conflict"),
        ("worsened", 1200, "agree"),
        ("", 800, "findings_silent"),
    ],
)
def test_the_fate_is_put_beside_the_verdict(tmp_path, course, after, expected):
    comparison = shares(tmp_path, [1000], [after])
    found = bc.triangulate(again(course), comparison)
    row = found.table.iloc[0]
    assert row[["theme", "area", "agreement"]].tolist() == ["decision_quality", "YTA1", expected]
    assert row["verdicts"] == f"{SHARE}: {comparison.table['verdict'].iloc[0]}"


def test_a_neutral_indicator_is_silent(result, baseline):
    later = made(
        2025, [finding("b", theme="implementation", continues=("strength-established",))],
        themes=shipped_themes(), scheme=SCHEME,
    )  # fmt: skip
    found = bc.triangulate(bc.compare_findings(baseline, later), result)
    assert set(found.table["indicators"]) == {"silent"}
    assert "conflict" not in set(found.table["agreement"])


def test_conflicts_come_first(tmp_path):
    comparison = shares(tmp_path, [1000, 1000], [800, 1200], areas=("YTA1", "YTA2"))
    settings = {"themes": shipped_themes(), "scheme": SCHEME}
    kinds = {"a": "YTA1", "c": "YTA2"}
    earlier = made(
        2022,
        [finding(key, area=area, theme="decision_quality") for key, area in kinds.items()],
        **settings,
    )
    later = made(
        2025,
        [
            finding(
                f"{key}2", area=area, theme="decision_quality", continues=(key,), course="eased"
            )
            for key, area in kinds.items()
        ],
        **settings,
    )
    found = bc.triangulate(bc.compare_findings(earlier, later), comparison)
    assert found.table["agreement"].tolist() == ["conflict", "agree"]
    assert found.table["area"].tolist() == ["YTA2", "YTA1"]
    assert found.summary("fi")[0] == "Ristiriita (selvitä nämä): Päätösten laatu (Itä-Suomi)"


def test_a_theme_without_findings_is_there(tmp_path):
    found = bc.triangulate(rounds([], theme="access"), shares(tmp_path, [1000], [800]))
    agreement = found.table.set_index("theme")["agreement"].to_dict()
    assert agreement == {"access": "both_silent", "decision_quality": "findings_silent"}


def test_an_indicator_that_a_finding_names_is_beside_it(tmp_path):
    found = bc.triangulate(
        rounds([], theme="access", indicators=(SHARE,)), shares(tmp_path, [1000], [800])
    )
    assert SHARE in found.table.set_index("theme").loc["access", "verdicts"]


def test_a_bridge_between_schemes_is_kept(tmp_path):
    earlier = made(
        2022, [finding("a", area="YTA1", theme="decision_quality")], themes=shipped_themes(),
        scheme=SCHEME,
    )  # fmt: skip
    later = made(
        2025,
        [finding("b", area="YTA1", theme="entry", continues=("a",), course="eased")],
        themes=(Theme("entry", {"en": "Entry"}, tuple(t.id for t in shipped_themes())),),
        scheme="2025",
    )
    found = bc.triangulate(bc.compare_findings(earlier, later), shares(tmp_path, [1000], [800]))
    assert found.table["theme"].tolist() == ["decision_quality"]
    assert found.table["agreement"].tolist() == ["agree"]


@pytest.mark.parametrize(
    ("directions", "side"),
    [
        ([], "silent"), ([None], "silent"), ([1, None], "better"), ([1, 0], "better"),
        ([-1, 0], "worse"), ([0], "same"), ([1, -1], "mixed"),
    ],
)  # fmt: skip
def test_a_side_says_what_its_members_say(directions, side):
    assert _side(directions) == side


def test_every_pair_of_sides_has_one_agreement():
    sides = ("better", "worse", "same", "mixed", "silent")
    for one in sides:
        for two in sides:
            found = _agreement(one, two)
            assert found in AGREEMENTS
            assert (found == "agree") == (one == two and one not in ("mixed", "silent"))


def test_what_is_hidden_is_not_told_beside_indicators(tmp_path):
    later = made(
        2025, [], ballots("a", "YTA1", {4: 4}, "change"), themes=shipped_themes(), scheme=SCHEME
    )
    earlier = made(
        2022, [finding("a", area="YTA1", theme="decision_quality")], themes=shipped_themes(),
        scheme=SCHEME,
    )  # fmt: skip
    found = bc.triangulate(
        bc.compare_findings(earlier, later), shares(tmp_path, [1000], [800])
    ).cleared("on")
    assert found.findings.protection is not None
    assert found.comparison.protection is not None
    assert found.table["fates"].tolist() == ["a: suppressed"]
