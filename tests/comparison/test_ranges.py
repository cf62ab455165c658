"""The change of a row and its range, in words and in figures."""

import math

import pytest

from baseline_compare.comparison.ranges import (
    change_cells,
    detectable_words,
    range_label,
    range_words,
)


def row(**fields):
    nothing = dict.fromkeys(
        ("change", "change_low", "change_high", "relative_change", "relative_low",
         "relative_high", "detectable_change", "baseline", "current", "baseline_low",
         "baseline_high", "current_low", "current_high"), math.nan
    )  # fmt: skip
    return nothing | {"unit": "households", "scale": "ratio"} | fields


def plain(text):
    return text.replace("\u00a0", " ")


FEWER = row(
    relative_change=-0.023, relative_low=-0.034, relative_high=-0.012, baseline=1000.0,
    current=977.0, detectable_change=0.051,
)  # fmt: skip
SHARE = row(
    unit="share", scale="difference", change=0.021, change_low=0.004, change_high=0.038,
    baseline=0.30, current=0.321, detectable_change=0.0123,
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "fewer", "share"),
    [
        ("en", "between 1.2 and 3.4 per cent fewer",
         "between 0.40 and 3.80 percentage points higher"),
        ("fi", "1,2–3,4 prosenttia vähemmän", "0,40–3,80 prosenttiyksikköä suurempi"),
        ("sv", "mellan 1,2 och 3,4 procent färre", "mellan 0,40 och 3,80 procentenheter högre"),
    ],
)  # fmt: skip
def test_a_range_is_said_in_plain_words(language, fewer, share):
    assert range_words(FEWER, language) == fewer
    assert range_words(SHARE, language) == share


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "between 3.4 per cent fewer and 0.5 per cent more"),
        ("fi", "enintään 3,4 prosenttia vähemmän tai enintään 0,5 prosenttia enemmän"),
        ("sv", "mellan 3,4 procent färre och 0,5 procent fler"),
    ],
)
def test_a_range_on_both_sides_says_both(language, words):
    both = FEWER | {"relative_high": 0.005}
    assert range_words(both, language) == words


def test_rates_are_lower_and_not_fewer():
    assert range_words(FEWER | {"unit": "per_inhabitant"}, "en").endswith("per cent lower")


def test_without_an_interval_there_is_the_change_alone():
    exact = row(relative_change=-0.039, baseline=100.0, current=96.1)
    assert range_words(exact, "en") == ""
    assert range_label(exact, "en") == "−3.9%"
    assert detectable_words(exact, "en") == ""


def test_an_open_side_is_drawn_and_not_said():
    open_row = FEWER | {"relative_high": math.inf}
    assert plain(range_label(open_row, "en")) == "−2.3% (−3.4 to over 1,000%)"
    assert range_words(open_row, "en") == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "smallest detectable change: 5.1 per cent"),
        ("fi", "pienin havaittavissa ollut muutos: 5,1 prosenttia"),
        ("sv", "minsta förändring som hade kunnat upptäckas: 5,1 procent"),
    ],
)
def test_what_could_have_been_detected_has_a_unit(language, text):
    assert detectable_words(FEWER, language) == text
    assert "1" in detectable_words(SHARE, language)


def test_cells_keep_the_own_change_beside_that_against_the_rest():
    rest = FEWER | {"scale": "ratio_to_rest", "change": -15.0}
    found = [tuple(map(plain, change_cells(r, "en"))) for r in (rest, FEWER, SHARE, row())]
    assert found == [
        ("−23", "−2.3%", "−2.3% (−3.4 to −1.2%)"),
        ("−23", "−2.3% (−3.4 to −1.2%)", ""),
        ("+2.10 pp (+0.40 to +3.80 pp)", "", ""),
        ("", "", ""),
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "a change between 1.2 and 3.4 per cent below that of the rest"),
        ("fi", "muutos 1,2–3,4 prosenttia pienempi kuin muualla"),
        ("sv", "förändringen mellan 1,2 och 3,4 procent lägre än i övriga landet"),
    ],
)
def test_a_change_against_the_rest_is_not_said_as_an_own_change(language, words):
    assert range_words(FEWER | {"scale": "ratio_to_rest"}, language) == words


def test_changes_beyond_a_thousand_per_cent_are_not_counted_out():
    wide = FEWER | {"relative_high": 7.3e22, "detectable_change": 3_620.8}
    assert range_words(wide, "fi").endswith("enintään yli 1\u00a0000 prosenttia enemmän")
    assert detectable_words(wide, "en") == "smallest detectable change: over 1,000 per cent"
