"""Nothing that a rater said can be traced: what is hidden, and what an attacker makes of it."""

import itertools
import pickle
from collections import defaultdict
from dataclasses import replace

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.fates import protect_findings
from baseline_compare.findings import Comment, Participants, Rating, Statement, Workshop
from baseline_compare.indicators import Rule
from made_rounds import FIVE, ballots, coded, finding, joint, made

A = finding("a")
LIMIT = 5


def safe(earlier, later, **options):
    return protect_findings(bc.compare_findings(earlier, later, **options))


def of_change(places, **options):
    later = made(2025, [], [r for area, own in places for r in ballots("a", area, own, "change")])
    return safe(made(2022, [A]), later, **options)


def row(found, area="FI-MAINLAND"):
    return found.table.set_index("area").loc[area]


def seen(found):
    """All that a reader has."""
    return found.table.to_csv() + found.ratings.to_csv() + "".join(found.summary("en"))


class TestWhatIsHidden:
    def test_a_group_below_the_threshold_is_hidden_whole(self):
        found = of_change([("YTA1", {4: 4})])
        own = row(found, "YTA1")
        assert own["fate"] == "suppressed"
        assert own[["raters_earlier", "raters_later", "change", "raters_up"]].isna().all()
        assert own["areas"] == ""
        assert found.ratings.loc[:, "1":].isna().all(axis=None)

    def test_a_small_area_is_not_the_rest_of_the_country(self):
        places = [(area, {4: 5, 3: 5, 2: 5}) for area in FIVE[:4]]
        found = of_change([*places, ("YTA5", {4: 3})])
        assert row(found)[["raters_later", "raters_earlier"]].isna().all()
        assert row(found)["areas"] == ""
        others = of_change([*places, ("YTA5", {4: 2, 3: 1})])
        told = ["area", "change", "raters_up", "raters_down", "raters_later"]
        pair = [own.table.set_index("area").loc["YTA5", told[1:]] for own in (found, others)]
        assert all(own.isna().all() for own in pair)
        assert row(found)[told[1:]].isna().all()

    def test_a_unanimous_group_is_not_told(self):
        for counts in ({2: 6}, {5: 12}, {4: 6, 5: 6}):
            found = of_change([("YTA1", counts)])
            assert row(found, "YTA1")[["change", "raters_up", "raters_down"]].isna().all()
            assert found.ratings.loc[:, "low":].isna().all(axis=None)

    def test_a_fate_that_few_could_have_differed_from_is_not_told(self):
        for counts in ({4: 6, 3: 1}, {4: 3, 3: 2, 2: 2}, {3: 7}):
            assert row(of_change([("YTA1", counts)]), "YTA1")["fate"] == "suppressed"
        many = of_change([("YTA1", {4: 14, 3: 3})])
        assert row(many, "YTA1")["fate"] == "eased"
        assert pd.isna(row(many, "YTA1")["change"])

    def test_large_groups_are_told(self):
        found = of_change([("YTA1", {4: 14, 3: 6, 2: 5})])
        own = row(found, "YTA1")
        assert (own["raters_up"], own["raters_down"], own["raters_later"]) == (14, 5, 25)
        assert own["p_adjusted"] == own["p_value"] > 0
        assert found.ratings.iloc[0].loc["1":"5"].tolist() == [0, 5, 6, 14, 0]

    def test_numbers_of_a_finding_are_told_of_all_its_areas_or_of_none(self):
        """Together they would tell of what is hidden: 11 - 4 = 7, and so on."""
        many, few = {4: 9, 3: 8, 2: 7}, {4: 6, 3: 6, 2: 1}
        told = of_change([("YTA1", many), ("YTA2", many)])
        assert told.table.dropna(subset="change")["area"].tolist() == [
            "FI-MAINLAND", "YTA1", "YTA2",
        ]  # fmt: skip
        hidden = of_change([("YTA1", many), ("YTA2", few)])
        assert hidden.table["change"].isna().all()
        assert hidden.ratings.loc[:, "1":].isna().all(axis=None)

    def test_an_adjusted_p_value_tells_nothing_of_a_hidden_one(self):
        later = made(
            2025, [],
            [*ballots("a", "YTA1", {4: 12, 2: 5, 3: 5}, "change"),
             *ballots("b", "YTA1", {4: 15, 3: 1, 2: 5}, "change")],
        )  # fmt: skip
        found = safe(made(2022, [A, finding("b")]), later)
        assert found.table["p_value"].notna().sum() == 1
        assert found.table[["p_adjusted", "level"]].isna().all(axis=None)

    def test_the_moves_of_the_same_raters_are_judged_by_themselves(self):
        was, now = [2] * 12 + [4] * 6, [4] * 7 + [2] * 5 + [2] + [4] * 5
        found = safe(
            made(2022, [A], coded("a", "YTA1", was)), made(2025, [], coded("a", "YTA1", now))
        )
        own = row(found, "YTA1")
        assert own[["raters_up", "raters_down", "change", "p_value", "smallest_p"]].isna().all()

    def test_a_joined_area_of_four_is_not_named(self):
        sizes = dict(zip(FIVE, (9, 9, 4, 3, 9), strict=True))
        one = [r for area, n in sizes.items() for r in ballots("a", area, {2: n})]
        two = [r for area in FIVE for r in ballots("a", area, {3: 9})]
        found = safe(made(2022, [A], one), made(2025, [], two))
        assert row(found)["areas"] == "YTA1;YTA2;YTA5"
        assert row(found)["raters_earlier"] == 27

    def test_what_few_gave_together_is_of_those_few(self):
        def round_of(number):
            return made(
                2025, [], [joint("a", "YTA1", 1, "change")],
                workshops=(Workshop("w", "YTA1"),),
                participants=(Participants("w", "kela", "decisions", number),),
            )  # fmt: skip

        assert safe(made(2022, [A]), round_of(2)).ratings.empty
        assert safe(made(2022, [A]), round_of(6)).ratings.iloc[0]["1"] == 1

    def test_the_rounds_go_without_what_people_said(self):
        later = made(
            2025, [],
            [*coded("a", "YTA1", [4] * 9, "change")],
            workshops=(Workshop("w", "YTA1", "2025-09", 1),),
            participants=(Participants("w", "kela", "decisions", 1),),
            statements=(
                Statement("s1", "w", "Not for others 61753.", "en"),
                Statement("s2", "w", "For others.", "en", "kela", "public"),
            ),
            comments=(Comment("c", "kela", "Between us 61757.", "en", "noted"),),
        )  # fmt: skip
        found = safe(made(2022, [A]), later)
        content = pickle.dumps(found)
        for secret in (b"61753", b"61757", b"R1", b"Rating("):
            assert secret not in content
        assert found.later.workshops[0].advance_assignments is None
        assert [item.id for item in found.later.statements] == ["s2"]
        assert found.later.statements[0].organisation == ""

    def test_a_rule_of_ones_own_holds(self):
        rule = Rule(zero_disclosive=False, by_unit={"persons": 10})
        found = of_change([("YTA1", {4: 14, 3: 6, 2: 5})], rule=rule)
        assert pd.isna(row(found, "YTA1")["change"])
        assert found.protection is rule


def worlds_of_change(n):
    for up, down in itertools.product(range(n + 1), repeat=2):
        if up + down <= n:
            counts = {4: up, 3: n - up - down, 2: down}
            yield (up, n - up - down, down), of_change([("YTA1", counts)])


def worlds_of_states(n):
    tables = [t for t in itertools.product(range(n + 1), repeat=3) if sum(t) == n]
    for one, two in itertools.product(tables, repeat=2):
        sides = [dict(zip((2, 3, 4), own, strict=True)) for own in (one, two)]
        found = safe(
            made(2022, [A], ballots("a", "YTA1", sides[0])),
            made(2025, [], ballots("a", "YTA1", sides[1])),
        )
        yield (*one, *two), found


@pytest.mark.parametrize("n", range(1, 15))
def test_an_attacker_who_tries_all_ratings_of_change_finds_no_small_count(n):
    judge(worlds_of_change(n))


@pytest.mark.parametrize("n", [4, 6])
def test_an_attacker_who_tries_all_ratings_of_two_rounds_finds_no_small_count(n):
    judge(worlds_of_states(n))


def judge(worlds):
    """Whoever tries all ratings that look alike knows no small count, and of no side that few left.

    Where a group is not told whole, so many could have answered otherwise than most did.
    """
    alike = defaultdict(list)
    for counts, found in worlds:
        alike[seen(found)].append(counts)
    for known in alike.values():
        for place in range(len(known[0])):
            values = {counts[place] for counts in known}
            if any(0 < value < LIMIT for value in values):
                assert len(values) > 1, (known[0], place)
        for start in range(0, len(known[0]), 3):
            sides = [counts[start : start + 3] for counts in known]
            others = max(sum(side) - max(side) for side in sides)
            size = sum(sides[0])
            assert others >= min(LIMIT, size - -(-size // 3)), (known[0], sides)


def test_a_distribution_that_is_told_is_of_many():
    for n in range(6, 26):
        for up in range(n + 1):
            found = of_change([("YTA1", {4: up, 2: n - up})])
            for counts in found.ratings[["low", "middle", "high"]].dropna().to_numpy():
                given = [count for count in counts if count]
                assert len(given) > 1
                assert min(given) >= LIMIT


def test_what_is_protected_is_not_protected_twice_and_off_is_off():
    found = bc.compare_findings(
        made(2022, [A]), made(2025, [], [Rating("a", "YTA1", 4, "ballot", "change", number=9)])
    )
    assert bc.fates.cleared_findings(found, "off") is found
    once = bc.fates.cleared_findings(found, "on")
    assert bc.fates.cleared_findings(once, "on") is once
    assert found.protection is None
    assert found.table["raters_up"].dropna().tolist() == [9]
    assert replace(once).protection is once.protection


def test_what_the_round_says_without_ratings_stays_whatever_they_are():
    turned = finding("b", "strength", continues=("a",))
    stated = finding("b", continues=("a",), course="eased")
    for later, fate, basis in ((turned, "turned_strength", "kind"), (stated, "eased", "stated")):
        for counts in ({4: 7}, {2: 7}, {3: 7}, {4: 4, 2: 3}):
            ratings = ballots("b", "FI-MAINLAND", counts, "change")
            own = row(safe(made(2022, [A]), made(2025, [later], ratings)))
            assert (own["fate"], own["basis"], own["reason"]) == (fate, basis, "")


@pytest.mark.parametrize("sizes", [(5, 6)])
def test_an_attacker_who_tries_all_ratings_of_two_areas_knows_no_small_count(sizes):
    tables = [
        [(up, n - up - down, down) for up in range(n + 1) for down in range(n + 1 - up)]
        for n in sizes
    ]
    alike = defaultdict(list)
    for own in itertools.product(*tables):
        places = [
            (area, dict(zip((4, 3, 2), counts, strict=True)))
            for area, counts in zip(FIVE, own, strict=False)
        ]
        alike[seen(of_change(places))].append([count for counts in own for count in counts])
    for known in alike.values():
        for values in map(set, zip(*known, strict=True)):
            assert len(values) > 1 or not 0 < min(values) < LIMIT


@pytest.mark.parametrize(
    ("one", "two"), [((0, 4, 8), (0, 7, 6)), ((1, 0, 5), (0, 8, 5)), ((8, 4, 0), (6, 7, 0))]
)
def test_sets_of_ballots_that_were_once_fixed_by_all_that_was_told(one, two):
    places = [
        (area, dict(zip((4, 3, 2), counts, strict=True)))
        for area, counts in zip(FIVE, (one, two), strict=False)
    ]
    found = of_change(places)
    country, parts = row(found), [row(found, area) for area in FIVE[:2]]
    told = country["fate"] not in ("suppressed", "not_assessed")
    assert not (told and any(pd.notna(part["change"]) for part in parts))
    assert not (pd.notna(country["change"]) and any(part["fate"] != "suppressed" for part in parts))


def test_an_area_that_is_judged_by_other_ratings_is_not_what_is_left_of_the_country():
    ratings = [
        *ballots("a", "YTA1", {3: 6, 4: 6}),
        *ballots("a", "YTA1", {4: 2, 3: 3, 2: 2}, "change"),
        *ballots("a", "YTA2", {4: 10, 3: 10, 2: 10}, "change"),
    ]
    found = safe(made(2022, [A], ballots("a", "YTA1", {2: 6, 3: 6})), made(2025, [], ratings))
    assert row(found)[["change", "raters_up", "raters_down"]].isna().all()
