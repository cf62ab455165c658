"""What became of findings: which ratings are compared, what decides, what is refused."""

import math
from dataclasses import replace

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.errors import ComparisonError
from baseline_compare.fates.evidence import parts_of
from baseline_compare.findings import Theme
from baseline_compare.statistics.rating_pairs import rating_pairs
from baseline_compare.statistics.ratings import rating_groups
from baseline_compare.statistics.strata import joined_ratings
from made_rounds import FIVE, ballots, coded, finding, joint, made

A = finding("a")


def rows(earlier, later, **options):
    """The rows of a comparison by later finding and area."""
    table = bc.compare_findings(earlier, later, **options).table
    return {(row["later_finding"], row["area"]): row for row in table.to_dict("records")}


def fate(earlier, later, area="FI-MAINLAND", key="", **options):
    row = rows(earlier, later, **options)[key, area]
    return row["fate"], row["basis"], row["reason"]


class TestWhatIsSaid:
    def test_silence_is_no_cure(self):
        assert fate(made(2022, [A]), made(2025)) == ("not_assessed", "", "")

    def test_the_published_baseline_is_a_round(self, baseline):
        found = bc.compare_findings(baseline, made(2025))
        assert len(found.table) == 13
        assert set(found.table["fate"]) == {"not_assessed"}
        assert found.settings.baseline_id == baseline.id

    @pytest.mark.parametrize("course", ["resolved", "eased", "unchanged", "worsened"])
    def test_a_stated_course_is_told_as_stated(self, course):
        later = made(2025, [finding("b", continues=("a",), course=course)])
        assert fate(made(2022, [A]), later, key="b") == (course, "stated", "")

    def test_a_finding_that_comes_again_is_named_again(self):
        assert fate(made(2022, [A]), made(2025, [A]), key="a") == ("named_again", "named", "")

    @pytest.mark.parametrize(
        ("was", "now", "expected"),
        [
            ("weakness", "strength", "turned_strength"),
            ("strength", "weakness", "turned_weakness"),
            ("weakness", "recommendation", "named_again"),
        ],
    )
    def test_a_finding_may_turn(self, was, now, expected):
        later = made(2025, [finding("b", now, continues=("a",))])
        assert fate(made(2022, [finding("a", was)]), later, key="b")[0] == expected

    def test_a_new_finding_is_new(self):
        assert fate(made(2022, [A]), made(2025, [finding("c")]), key="c") == ("new", "named", "")

    def test_what_is_said_of_an_area_is_not_said_of_the_country(self):
        later = made(2025, [finding("b", area="YTA1", continues=("a",), course="resolved")])
        found = rows(made(2022, [A]), later)
        assert found["b", "YTA1"]["fate"] == "resolved"
        assert found["b", "FI-MAINLAND"]["fate"] == "not_assessed"
        assert found["b", "FI-MAINLAND"]["stated"] == ""

    def test_two_findings_merge_and_one_parts(self):
        table = bc.compare_findings(
            made(2022, [A, finding("b")]), made(2025, [finding("m", continues=("a", "b"))])
        ).table
        assert table["finding"].tolist() == ["a", "b"]
        parted = made(2025, [finding("x", continues=("a",)), finding("y", continues=("a",))])
        table = bc.compare_findings(made(2022, [A]), parted).table
        assert table["later_finding"].tolist() == ["x", "y"]


class TestDifferentRaters:
    low, high = {1: 4, 2: 5, 3: 3}, {3: 4, 4: 5, 5: 3}

    def both(self, one, two, areas=("YTA1",)):
        return (
            made(2022, [A], [r for area in areas for r in ballots("a", area, one)]),
            made(2025, [], [r for area in areas for r in ballots("a", area, two)]),
        )

    def test_the_change_is_that_of_brunner_and_munzel(self):
        row = rows(*self.both(self.low, self.high))["", "YTA1"]
        known = rating_groups([self.low], [self.high])
        limits = known.interval(0.05)
        assert row["method"] == "different_raters"
        assert row["change"] == pytest.approx(known.estimate.item())
        assert row["p_value"] == row["p_adjusted"] == pytest.approx(known.p.item())
        assert (row["change_low"], row["change_high"]) == (limits.lower.item(), limits.upper.item())
        assert (row["raters_earlier"], row["raters_later"]) == (12, 12)
        assert row["fate"] == "eased"

    def test_a_fall_is_worse_and_the_words_are_those_of_the_kind(self):
        for kind, up, down in (
            ("weakness", "eased", "worsened"),
            ("strength", "strengthened", "weakened"),
            ("recommendation", "advanced", "set_back"),
        ):
            one, two = self.both(self.low, self.high)
            kinded = replace(one, findings=(finding("a", kind),))
            assert fate(kinded, two, "YTA1")[0] == up
            back = made(2022, [finding("a", kind)], two.ratings)
            assert fate(back, made(2025, [], one.ratings), "YTA1")[0] == down

    def test_a_weakness_is_resolved_where_most_find_that_it_works(self):
        assert fate(*self.both({1: 6, 2: 6}, {4: 8, 5: 4}), "YTA1")[0] == "resolved"
        assert fate(*self.both({1: 6, 2: 6}, {3: 6, 4: 6}), "YTA1")[0] == "eased"

    def test_a_wider_area_is_judged_by_two_areas_or_more(self):
        one = rows(*self.both(self.low, self.high))["", "FI-MAINLAND"]
        assert (one["fate"], one["reason"]) == ("not_assessed", "one_area")
        several = rows(*self.both(self.low, self.high, FIVE))["", "FI-MAINLAND"]
        known = joined_ratings(rating_groups([self.low] * 5, [self.high] * 5))
        assert several["method"] == "areas_joined"
        assert several["change"] == pytest.approx(known.estimate.item())
        assert several["p_value"] == pytest.approx(known.p.item())
        assert several["areas"] == ";".join(FIVE)

    def test_a_change_of_who_rates_is_no_change(self):
        places = (("YTA1", {1: 10, 2: 10}, {1: 3, 2: 3}), ("YTA2", {4: 3, 5: 3}, {4: 10, 5: 10}))
        earlier = made(2022, [A], [r for a, one, _ in places for r in ballots("a", a, one)])
        later = made(2025, [], [r for a, _, two in places for r in ballots("a", a, two)])
        row = rows(earlier, later)["", "FI-MAINLAND"]
        assert (row["change"], row["fate"]) == (0, "undecided")

    def test_few_raters_are_told_the_smallest_p(self):
        row = rows(*self.both({1: 4}, {5: 4}))["", "YTA1"]
        assert (row["fate"], row["reason"]) == ("insufficient", "few_raters")
        assert row["smallest_p"] == 0.125
        assert math.isnan(row["p_value"])

    def test_different_areas_are_not_compared(self):
        earlier = made(2022, [A], ballots("a", "FI-MAINLAND", self.low))
        later = made(2025, [], [r for a in FIVE for r in ballots("a", a, self.high)])
        row = rows(earlier, later)["", "FI-MAINLAND"]
        assert (row["fate"], row["reason"]) == ("not_assessed", "areas_differ")

    def test_an_area_within_a_rated_one_is_not_counted_twice(self):
        assert parts_of("FI-MAINLAND", ["YTA4", "HVA05", "HVA17", "YTA2"]) == ["YTA2", "YTA4"]
        assert parts_of("YTA4", ["FI-MAINLAND", "HVA05", "HVA18"]) == ["HVA05"]


class TestTheSameRaters:
    was, now = [2] * 9 + [3], [3] * 8 + [2, 3]

    def test_the_change_is_that_of_pairs(self):
        earlier = made(2022, [A], coded("a", "YTA1", self.was))
        row = rows(earlier, made(2025, [], coded("a", "YTA1", self.now)))["", "YTA1"]
        known = rating_pairs([{1: 8, 0: 2}])
        assert row["method"] == "same_raters"
        assert (row["raters_up"], row["raters_down"], row["raters_later"]) == (8, 0, 10)
        assert row["change"] == known.estimate.item() == 0.8
        assert row["p_value"] == known.p.item()
        assert row["fate"] == "eased"

    def test_a_few_of_many_are_not_the_same_raters(self):
        earlier = made(2022, [A], coded("a", "YTA1", self.was))
        others = coded("a", "YTA1", [1] * 40, start=100)
        row = rows(earlier, made(2025, [], [*coded("a", "YTA1", self.now), *others]))["", "YTA1"]
        assert row["method"] == "different_raters"
        assert row["raters_later"] == 50

    def test_a_rating_of_change_is_compared_with_none(self):
        later = made(2025, [], ballots("a", "YTA1", {3: 4, 4: 7, 5: 1}, "change"))
        row = rows(made(2022, [A]), later)["", "YTA1"]
        known = rating_pairs([{0: 4, 1: 7, 2: 1}])
        assert row["method"] == "ratings_of_change"
        assert (row["raters_earlier"], row["raters_later"]) == (0, 12)
        assert (row["change"], row["p_value"]) == (known.estimate.item(), known.p.item())
        assert row["fate"] == "eased"

    def test_few_who_moved_are_insufficient_unless_no_change_was_asked_for(self):
        later = made(2025, [], ballots("a", "YTA1", {3: 37, 4: 3}, "change"))
        earlier = made(2022, [A])
        assert fate(earlier, later, "YTA1") == ("insufficient", "ratings", "few_moved")
        assert fate(earlier, later, "YTA1", margin=0.25) == ("unchanged", "ratings", "")

    def test_what_is_rated_under_both_ids_counts_once(self):
        later = made(
            2025,
            [finding("b", continues=("a",))],
            [*coded("a", "YTA1", [4] * 6, "change"), *coded("b", "YTA1", [3] * 6, "change")],
        )
        row = rows(made(2022, [A]), later)["b", "YTA1"]
        assert row["raters_later"] == 6
        assert row["fate"] == "insufficient"


class TestJointRatings:
    def test_an_area_is_one_unit(self):
        areas = ("HVA01", "HVA02", "HVA03", "HVA05", "HVA06", "HVA07", "HVA08")
        earlier = made(2022, [A], [joint("a", area, 2) for area in areas])
        later = made(2025, [], [joint("a", area, 4) for area in areas])
        row = rows(earlier, later)["", "FI-MAINLAND"]
        assert (row["method"], row["raters_up"], row["fate"]) == ("consensus_pairs", 7, "resolved")
        single = rows(earlier, later)["", "HVA01"]
        assert (single["fate"], single["smallest_p"]) == ("insufficient", 1.0)

    def test_several_groups_of_an_area_are_not_more_units(self):
        later = made(2025, [], [joint("a", "YTA1", 4, "change")] * 8)
        row = rows(made(2022, [A]), later)["", "YTA1"]
        assert row["fate"] == "insufficient"
        assert row["raters_later"] == 0

    def test_the_whole_and_its_parts_are_not_more_units(self):
        later = made(2025, [], [joint("a", area, 4, "change") for area in ("FI-MAINLAND", *FIVE)])
        assert rows(made(2022, [A]), later)["", "FI-MAINLAND"]["raters_later"] == 1

    def test_what_cannot_be_tested_gives_way_to_what_can(self):
        areas = ("HVA01", "HVA02", "HVA03", "HVA05", "HVA06", "HVA07")
        one = [joint("a", area, 2) for area in areas] + ballots("a", "HVA01", {2: 1})
        two = [joint("a", area, 4) for area in areas] + ballots("a", "HVA01", {4: 1})
        row = rows(made(2022, [A], one), made(2025, [], two))["", "FI-MAINLAND"]
        assert row["method"] == "consensus_pairs"


class TestSeveralTests:
    def test_all_tests_of_a_call_are_one_family(self):
        one = [r for key in "abc" for r in ballots(key, "YTA1", {2: 6, 3: 6})]
        two = [
            r
            for key, counts in zip("abc", ({4: 12}, {3: 6, 4: 6}, {2: 6, 3: 6}), strict=True)
            for r in ballots(key, "YTA1", counts)
        ]
        found = bc.compare_findings(
            made(2022, [finding(key) for key in "abc"], one), made(2025, [], two)
        )
        assert found.settings.family_size == 3
        table = found.table.dropna(subset="p_value")
        p, adjusted = sorted(table["p_value"]), sorted(table["p_adjusted"])
        assert adjusted[0] == pytest.approx(min(3 * p[0], 1.5 * p[1], p[2]))

    def test_ratings_that_say_otherwise_are_told(self):
        counts = ballots("b", "FI-MAINLAND", {1: 6, 2: 6}, "change")
        turned = made(2025, [finding("b", "strength", continues=("a",))], counts)
        assert fate(made(2022, [A]), turned, key="b") == ("worsened", "ratings", "kind_conflicts")
        stated = made(2025, [finding("b", continues=("a",), course="eased")], counts)
        assert fate(made(2022, [A]), stated, key="b") == ("worsened", "ratings", "stated_conflicts")

    def test_two_rounds_alike_are_unchanged_only_with_a_margin(self):
        same = ballots("a", "YTA1", {2: 60, 3: 60, 4: 60})
        earlier, later = made(2022, [A], same), made(2025, [], same)
        assert fate(earlier, later, "YTA1")[0] == "undecided"
        assert fate(earlier, later, "YTA1", margin=0.15)[0] == "unchanged"


class TestRefusals:
    def code(self, earlier, later, **options):
        with pytest.raises(ComparisonError) as caught:
            bc.compare_findings(earlier, later, **options)
        return caught.value.problems[0]

    def test_a_rating_of_an_unknown_finding(self):
        problem = self.code(made(2022, [A]), made(2025, [], ballots("x", "YTA1", {3: 9})))
        assert str(problem) == (
            "[key.unknown] expected ratings of findings of one of the two rounds, found 'x'. "
            "The sheet of choices of the form lists all ids."
        )

    def test_a_misspelt_finding_that_is_rated(self):
        ratings = ballots("weakness-acces", "YTA1", {3: 9})
        problem = self.code(made(2022, [finding("weakness-access")]), made(2025, [], ratings))
        assert problem.remedy.startswith("Did you mean weakness-access? ")

    def test_a_misspelt_finding_under_continues(self):
        earlier = made(2022, [finding("weakness-access")])
        later = made(2025, [finding("b", continues=("weakness-acces",))])
        problem = self.code(earlier, later)
        assert (problem.code, problem.remedy) == ("key.unknown", "Did you mean weakness-access?")

    def test_ids_of_the_draft_are_not_misspelt(self):
        later = made(2025, [finding("b", continues=("draft-7", "a"))])
        assert fate(made(2022, [A]), later, key="b")[0] == "named_again"

    @pytest.mark.parametrize("margin", [0, 0.5, -1, 2])
    def test_a_margin_out_of_range(self, margin):
        assert self.code(made(2022, [A]), made(2025), margin=margin).code == "margin.invalid"

    def test_a_theme_scheme_without_a_bridge(self):
        later = made(2025, [], themes=(Theme("new", {"en": "New"}),), scheme="2025")
        assert str(self.code(made(2022, [A]), later)) == (
            "[theme.unbridged] expected a theme of the scheme 2025 that continues 'one', found "
            "none, and the earlier scheme is 2022. Say under `continues` of a theme which earlier "
            "ones it takes up."
        )

    def test_a_bridge_leads_back_to_the_earlier_theme(self):
        themes = (Theme("new", {"en": "New"}, ("one",)),)
        later = made(2025, [finding("b", theme="new")], themes=themes, scheme="2025")
        table = bc.compare_findings(made(2022, [A]), later).table
        assert table["theme"].tolist() == ["one", "one"]

    def test_a_name_that_means_another_theme_is_refused(self):
        themes = (Theme("new", {"en": "New"}, ("one",)), Theme("two", {"en": "Other"}))
        later = made(2025, [finding("b", theme="two")], themes=themes, scheme="2025")
        assert self.code(made(2022, [A]), later).code == "theme.unbridged"

    def test_a_baseline_without_a_round(self, tmp_path):
        table = pd.DataFrame(
            {"indicator": "basic_sa_households", "area": ["MK06"], "period": "2022-01", "value": 9}
        )
        rows_ = bc.measurements.from_frame(table, source="synthetic-example")
        own = bc.seal(rows_, tmp_path, name="own")
        assert self.code(own, made(2025)).code == "round.missing"
