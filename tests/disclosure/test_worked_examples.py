"""Published and invented tables whose outcome is known."""

import re

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.disclosure.auditing import attack
from baseline_compare.disclosure.precision import bounds_of
from baseline_compare.disclosure.secrets import dominated
from baseline_compare.errors import DisclosureError
from baseline_compare.indicators import Rule
from disclosure_tables import (
    KEY,
    broken_down,
    figure,
    hidden,
    measurements,
    terms,
)


def ranges(found):
    rows = found.table
    return dict(
        zip(
            zip(rows["indicator"], rows["area"], strict=True),
            zip(rows["low"], rows["high"], strict=True),
            strict=True,
        )
    )


def cross_table(cells, totals_of_rows, totals_of_columns, rows, columns):
    """Give the figures of a table whose cells are hidden where they are None."""
    own = broken_down(columns)
    figures = [
        figure(row, cells[i][j], indicator=f"part_{column}")
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]
    figures += [
        figure(row, total, indicator="all") for row, total in zip(rows, totals_of_rows, strict=True)
    ]
    figures += [
        figure(rows, total, indicator=f"part_{column}")
        for column, total in zip(columns, totals_of_columns, strict=True)
    ]
    return own, figures


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule(zero_disclosive=False, threshold=4), ""),
        (Rule(zero_disclosive=False, threshold=5), "sdc.narrow"),
        (Rule(zero_disclosive=False, threshold=5, protection="exact"), ""),
    ],
)
def test_a_hidden_square_leaves_a_range(rule, code):
    # Geurts 1992 in the Handbook on Statistical Disclosure Control, section 4.2, example 3
    own, figures = cross_table([[None] * 2] * 2, [7, 3], [6, 4], "xy", "ab")
    found = attack(figures, terms(rule, own=own))
    assert ranges(found)["part_a", "x"] == (3, 6)
    assert found.table.set_index(["indicator", "area"]).loc[("part_a", "x"), "code"] == code


SDC_TABLE = {
    "w": [30, 47, 64, 89], "x": [90, 124, 5, 31], "y": [92, 100, 59, 85], "z": [800, 991, 651, 685],
}  # fmt: skip
SUPPRESSED = ["wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"]


def sdc_table(suppressed):
    cells = [
        [
            None if f"{row}{column}" in suppressed else float(value)
            for column, value in zip("abcd", values, strict=True)
        ]
        for row, values in SDC_TABLE.items()
    ]
    full = np.array(list(SDC_TABLE.values()), dtype=float)
    return cross_table(cells, full.sum(axis=1).tolist(), full.sum(axis=0).tolist(), "wxyz", "abcd")


def test_two_hidden_cells_in_every_line_may_still_tell_one():
    # test values of the R package sdcTable
    own, figures = sdc_table(SUPPRESSED)
    found = attack(figures, terms(own=own))
    assert ranges(found)["part_b", "w"] == (47, 47)
    own, figures = sdc_table([*SUPPRESSED, "xd"])
    assert ranges(attack(figures, terms(own=own)))["part_b", "w"] == (0, 78)


def test_a_cell_that_follows_is_named_and_its_value_is_not():
    own, figures = sdc_table(SUPPRESSED)
    truth = {("part_b", "value", "w", "2023-01"): 3.0}
    figures = [
        figure("wxyz", 991 + 100 + 124 + 3, indicator="part_b")
        if f.area == "wxyz" and f.indicator == "part_b"
        else figure("w", 30 + 3 + 64 + 89, indicator="all")
        if f.area == "w" and f.indicator == "all"
        else f
        for f in figures
    ]
    found = attack(figures, terms(own=own), truth=truth)
    assert [problem.code for problem in found.problems] == ["sdc.exact_recovery"]
    assert str(found.problems[0]) == (
        "[sdc.exact_recovery] expected hidden figures that nobody can compute, found part_b, w, "
        "2023-01, which follows from what is published. Hide further figures of the same row or "
        "column: see protect()."
    )
    with pytest.raises(DisclosureError, match=re.escape("part_b, w, 2023-01")):
        found.raise_if_unsafe()


LINKED = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
COUNTY, SIZE = ("ABIJ", "KLMN"), ("LM", "ABIJKN")


def linked(groups, open_cells):
    figures = [
        figure(letter, LINKED[letter] if letter in open_cells else None) for letter in LINKED
    ]
    return figures + [figure(group, sum(LINKED[letter] for letter in group)) for group in groups]


@pytest.mark.parametrize(
    ("groups", "open_cells", "expected"),
    [
        (COUNTY, "IJN", (0, 9)),
        (SIZE, "IJN", (0, 7)),
        ((*COUNTY, *SIZE), "IJN", (3, 3)),
        ((*COUNTY, *SIZE), "IJ", (0, 10)),
    ],
)
def test_two_hierarchies_tell_together_what_neither_tells(groups, open_cells, expected):
    # test values of the R package sdcTable
    found = attack(linked(groups, open_cells), terms(threshold=4))
    assert ranges(found)[KEY, "K"] == expected


def test_a_second_table_tells_what_the_first_one_hid():
    first = [figure("A", 12), figure("B", None), figure("C", None), figure("ABC", 22)]
    assert ranges(attack(first, terms()))[KEY, "B"] == (0, 10)
    found = attack([*first, figure("AB", 15)], terms())
    assert ranges(found)[KEY, "B"] == (3, 3)
    assert {problem.code for problem in found.problems} == {"sdc.exact_recovery"}


def test_cumulative_figures_tell_the_month_between():
    months = "2023-01", "2023-02", "2023-03"
    found = attack([figure("A", 17, *months[:2]), figure("A", 19, *months)], terms())
    assert [problem.code for problem in found.problems] == ["sdc.time"]
    assert "a part of basic_sa_applications_received, A, 2023-01 2023-02 2023-03" in str(
        found.problems[0]
    )


def test_borders_of_two_years_tell_a_municipality_that_merged():
    key = "basic_sa_households"
    old = measurements({(key, "KU507", "2022-05"): 41.0})
    parts = measurements({(key, "KU507", "2022-05"): 41.0, (key, "KU588", "2022-05"): 3.0})
    new = parts.at_vintage(2025)
    assert new.table["value"].tolist() == [44]
    assert bc.audit([old]).safe
    found = bc.audit([old, new])
    assert [problem.code for problem in found.problems] == ["sdc.area"]


def test_a_mark_that_says_how_small_tells_the_rest():
    marked = [figure("A", (1.0, 4.0)), figure("B", (1.0, 4.0)), figure("C", 2), figure("ABC", 10)]
    found = attack(marked, terms())
    assert ranges(found)[KEY, "A"] == (4, 4)
    assert {"A", "B"} <= set(found.table.loc[found.table["code"] != "", "area"])
    neutral = [figure("A", None), figure("B", None), figure("C", 2), figure("ABC", 10)]
    assert ranges(attack(neutral, terms()))[KEY, "A"] == (0, 8)


@pytest.mark.parametrize(
    ("n", "decimals", "expected"),
    [
        (1000, 3, [[1], [2], [3], [4]]),
        (2417, 3, [[0, 1], [2, 3], [2, 3], [4, 5, 6]]),
    ],
)
def test_the_decimals_of_a_share_may_tell_its_count(n, decimals, expected):
    rounded = np.round(np.arange(n + 1) / n, decimals)
    for x in (1, 2, 3, 4):
        admitted = np.flatnonzero(rounded == rounded[x])
        assert admitted.tolist() == expected[x - 1]
        assert bounds_of(rounded[x], decimals, n) == (admitted[0], admitted[-1])


def test_a_share_of_another_denominator_lies_between_two_counts():
    assert bounds_of(0.5, 3, 3) == (1, 2)
    assert bounds_of(0.999, 3, 3) == (2, 3)


SHARE = "basic_sa_rejected_decisions_share"


def test_a_share_of_few_is_hidden_though_its_count_is_not_printed():
    table = pd.DataFrame(
        {"indicator": SHARE, "area": ["HVA01", "HVA02"], "period": "2023-01",
         "value": [0.043, 0.06], "denominator": [70, 5000]}
    )  # fmt: skip
    plain = bc.measurements.from_frame(table, source="synthetic-shares")
    assert [problem.code for problem in bc.audit([plain]).problems] == ["sdc.integer"]
    assert hidden(bc.protect(plain)) == [(SHARE, "HVA01", "2023-01")]


@pytest.mark.parametrize(
    ("total", "largest", "second", "lacking"),
    [(100_000, 50_000, 49_000, 4_000), (110_000, 52_000, 50_000, 0)],
)
def test_the_second_contributor_must_not_tell_the_largest(total, largest, second, lacking):
    # Handbook on Statistical Disclosure Control, section 4.2: the others of example 1 add 1,000,
    # which is less than 5,000; those of example 2 add 8,000, which is more than 5,200
    rule = Rule(zero_disclosive=False, p_percent=10)
    found = dominated({0: 1.0}, total, (largest, second), rule)
    assert found.width == 2 * lacking
    assert found.need == total + lacking


def test_the_only_member_of_a_group_knows_the_other():
    figures = [figure("A", 12), figure("B", None), figure("C", None), figure("ABC", 15)]
    truth = {(KEY, "value", "B", "2023-01"): 1.0, (KEY, "value", "C", "2023-01"): 2.0}
    found = attack(figures, terms(threshold=3), truth=truth)
    assert {problem.code for problem in found.problems} == {"sdc.insider"}
    more = [*figures[1:3], figure("A", None), figure("D", 20), figure("ABCD", 35)]
    assert attack(more, terms(threshold=3), truth=truth).safe


def test_all_but_two_tell_two():
    table = pd.DataFrame(
        {"indicator": SHARE, "area": ["HVA01", "HVA02"], "period": "2023-01", "numerator": [10, 40],
         "denominator": [12, 60]}
    )  # fmt: skip
    plain = bc.measurements.from_frame(table, source="synthetic-shares")
    assert [problem.code for problem in bc.audit([plain]).problems] == ["sdc.complement"]
    safe = bc.protect(plain).table.set_index("area")
    assert safe.loc["HVA01", "state"] == "suppressed"
    assert (safe.loc["HVA01", "low"], safe.loc["HVA01", "high"]) == (0, 12)
    assert safe.loc["HVA01", "denominator"] == 12
