"""What is hidden by which rule: zeros, sources, shares, means, ratings, euros, unique persons."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.disclosure import Ledger
from baseline_compare.disclosure.auditing import attack
from baseline_compare.disclosure.figures import figures_of
from baseline_compare.disclosure.hiding import hide
from baseline_compare.errors import DisclosureError
from baseline_compare.indicators import Rule, catalogue
from disclosure_tables import KEY, bounds, broken_down, figure, hidden, measurements, terms

HOUSEHOLDS = "basic_sa_households"
COUNTY = ("KU075", "KU285", "KU286", "KU489", "KU624", "KU935")


def county(values, indicator=HOUSEHOLDS, **more):
    cells = {(indicator, area, "2023-01"): v for area, v in zip(COUNTY, values, strict=True)}
    return measurements({**cells, (indicator, "HVA10", "2023-01"): sum(values)}, **more)


def areas(safe):
    return [area for _, area, _ in hidden(safe)]


def test_one_small_count_takes_a_second_one_along():
    safe = bc.protect(county((30, 70, 50, 3, 12, 8)))
    assert areas(safe) == ["KU489", "KU935"]
    assert set(bounds(safe).values()) == {(0, 11)}


def test_large_counts_stay():
    table = county((30, 70, 50, 20, 12, 8))
    assert hidden(bc.protect(table)) == []
    assert bc.protect(table).table.equals(table.table)


def test_zeros_are_shown_unless_they_reveal_something():
    table = county((30, 70, 50, 0, 12, 8))
    assert hidden(bc.protect(table)) == []
    safe = bc.protect(table, rule=Rule(zero_disclosive=True))
    assert "KU489" in areas(safe)
    assert bc.audit(safe, rule=Rule(zero_disclosive=True), truth=table).safe


def test_the_exact_rule_asks_for_two_values_only():
    table = county((30, 70, 50, 2, 2, 8))
    assert areas(bc.protect(table, rule=Rule(zero_disclosive=False, protection="exact"))) == [
        "KU489", "KU624",
    ]  # fmt: skip
    assert len(hidden(bc.protect(table))) == 3


def test_the_strictest_threshold_of_all_sources_holds():
    table = county((30, 70, 50, 20, 12, 8), source="synthetic-strict")
    assert hidden(bc.protect(table)) == []
    rule = Rule(zero_disclosive=False, by_source={"synthetic-strict": 10})
    assert "KU935" in areas(bc.protect(table, rule=rule))
    units = Rule(zero_disclosive=False, by_unit={"households": 9})
    assert "KU935" in areas(bc.protect(table, rule=units))


def test_what_a_source_hid_stays_within_its_bounds():
    rows = county((30, 70, 50, 9, 12, 8)).table.drop(columns=["file", "place"])
    marked = rows["area"].isin(["KU489"])
    rows = rows.assign(
        value=rows["value"].mask(marked), low=rows["low"].mask(marked, 1),
        high=rows["high"].mask(marked, 4), state=rows["state"].mask(marked, "suppressed"),
    )  # fmt: skip
    rows.loc[rows["area"] == "HVA10", "value"] = 173
    safe = bc.protect(bc.measurements.from_frame(rows, source="synthetic-source"))
    assert areas(safe) == ["KU489", "KU935"]
    assert bounds(safe) == {
        (HOUSEHOLDS, "KU489", "2023-01"): (1, 4),
        (HOUSEHOLDS, "KU935", "2023-01"): (7, 10),
    }


def test_totals_that_are_no_sums_are_refused_where_small_figures_hang_on_them():
    table = county((30, 70, 50, 3, 12, 8)).table.drop(columns=["file", "place", "source"])
    table.loc[table["area"] == "HVA10", "value"] += 1
    with pytest.raises(DisclosureError, match=r"\[total\.mismatch\] expected totals that are the"):
        bc.protect(bc.measurements.from_frame(table, source="synthetic-wrong"))
    known = bc.measurements.from_frame(table, source="kela-koronamittarit")
    safe = bc.protect(known)
    assert areas(safe) == ["KU489", "KU935"]
    assert bc.audit(safe).safe


def test_totals_below_what_is_shown_of_their_parts_are_refused():
    table = county((30, 70, 50, 3, 12, 8)).table.drop(columns=["file", "place"])
    small = table["area"] == "KU489"
    table.loc[table["area"] == "HVA10", "value"] = 120
    table.loc[small, ["value", "low", "high", "state"]] = [np.nan, 1, 4, "suppressed"]
    with pytest.raises(DisclosureError) as caught:
        bc.protect(bc.measurements.from_frame(table, source="synthetic-wrong"))
    assert str(caught.value) == (
        "[total.mismatch] expected totals that are the sums of their parts, found others among "
        "the figures of basic_sa_households, 2023-01. Correct the total or its parts: what follows "
        "from them cannot be told."
    )


MEAN = "basic_sa_throughput_time_mean"


def test_a_mean_of_few_is_hidden_as_a_whole():
    frame = pd.DataFrame(
        {"indicator": MEAN, "area": ["HVA01", "HVA02"], "period": "2023-01", "n": [3, 900],
         "sum": [40.0, 9000.0], "sum_squares": [600.0, 99_000.0]}
    )  # fmt: skip
    safe = bc.protect(bc.measurements.from_frame(frame, source="synthetic-means"))
    row = safe.table.iloc[0]
    assert row["state"] == "suppressed"
    assert row[["value", "n", "sum", "sum_squares", "low", "high"]].isna().all()
    assert safe.table["n"].tolist()[1] == 900


def rated(tables):
    """Give ratings of areas in January 2023."""
    item = replace(catalogue()[MEAN], id="synthetic_rating", kind="rating", unit="points")
    frame = pd.DataFrame(
        {"indicator": "synthetic_rating", "area": list(tables), "period": "2023-01",
         "frequencies": list(tables.values())}
    )  # fmt: skip
    own = catalogue().add(item)
    return bc.measurements.from_frame(frame, source="synthetic-ratings", indicators=own)


def test_a_rating_by_few_is_hidden():
    safe = bc.protect(rated({"HVA01": "1:1;4:3", "HVA02": "1:10;3:20;4:9"})).table
    assert safe["state"].tolist() == ["suppressed", "value"]
    assert safe["frequencies"].tolist() == ["", "1:10;3:20;4:9"]


EUROS = "basic_sa_expenditure_gross"
SUMS = {"HVA01": 100_000.0, "HVA02": 110_000.0, "HVA03": 500_000.0}


def euros():
    return measurements({(EUROS, area, "2023"): value for area, value in SUMS.items()})


def contributions(**changes):
    frame = pd.DataFrame(
        {"indicator": EUROS, "area": list(SUMS), "period": "2023",
         "largest": [50_000, 52_000, 10_000], "second": [49_000, 50_000, 9_000]}
    )  # fmt: skip
    return frame.assign(**changes)


def test_the_fewest_of_a_rating_add_up_to_nothing(tmp_path):
    ledger = Ledger(tmp_path)
    first = bc.protect(rated({"KU075": "1:10;3:20"}), ledger=ledger)
    ledger.append(figures_of(first), date="2026-11-26", baseline="", files={})
    safe = bc.protect(rated({"HVA10": "1:60;3:90;4:7"}), ledger=ledger).table
    assert safe["state"].tolist() == ["value"]
    assert safe["frequencies"].tolist() == ["1:60;3:90;4:7"]


def test_sums_of_euros_without_their_contributions_are_hidden():
    safe = bc.protect(euros())
    assert areas(safe) == list(SUMS)
    assert [remark.code for remark in safe.remarks] == [
        "sdc.protected", "sdc.dominance", "sdc.no_ledger",
    ]  # fmt: skip


def test_a_sum_whose_second_contributor_could_tell_the_largest_is_hidden():
    safe = bc.protect(euros(), contributions=contributions())
    assert areas(safe) == ["HVA01"]
    assert "10" not in repr(Rule(zero_disclosive=False))
    with pytest.raises(DisclosureError, match="each key once, largest >= second >= 0"):
        bc.protect(euros(), contributions=contributions(second=[60_000, 1, 1]))


def test_a_hidden_sum_of_euros_takes_another_one_along():
    values = {**SUMS, "YTA1": 710_000.0}
    places = {"HVA01": "A", "HVA02": "B", "HVA03": "C", "YTA1": "ABC"}
    figures = [
        replace(figure(places[area], value, indicator=EUROS), area=area)
        for area, value in values.items()
    ]
    own = replace(
        terms(),
        contributions={
            (EUROS, "value", area, "2023-01"): pair
            for area, pair in zip(SUMS, ((50_000, 49_000), (2, 1), (2, 1)), strict=True)
        },
    )
    found = hide(figures, own)
    assert len(found) == 2
    low, high = found[0]
    assert low <= 96_000
    assert high >= 104_000


UNIQUE = "supplementary_sa_households"


def test_persons_counted_in_several_areas_give_bounds():
    figures = [
        figure("A", None, "2023", indicator=UNIQUE),
        figure("B", 4, "2023", indicator=UNIQUE),
    ]
    figures.append(figure("AB", 10, "2023", indicator=UNIQUE))
    table = attack(figures, terms()).table
    assert table[["low", "high"]].to_numpy().tolist() == [[6, 10]]


def test_quarters_tell_the_month_that_is_not_printed():
    months = [figure("A", 9, "2023-01"), figure("A", 8, "2023-02"), figure("A", None, "2023-03")]
    found = attack([*months, figure("A", 20, "2023-Q1")], terms())
    assert found.table[["low", "high"]].to_numpy().tolist() == [[3, 3]]
    assert [problem.code for problem in found.problems] == ["sdc.exact_recovery"]


def test_two_breakdowns_of_one_total_are_one_system():
    own = broken_down("ab", "cd")
    said = {"part_a": 9, "part_b": None, "part_c": 8, "part_d": None, "all": 12}
    figures = [figure("X", value, indicator=key) for key, value in said.items()]
    table = attack(figures, terms(own=own)).table.set_index("indicator")
    assert table["low"].to_dict() == {"part_b": 3, "part_d": 4}
    assert table["high"].to_dict() == {"part_b": 3, "part_d": 4}


def test_several_periods_are_worlds_of_their_own():
    table = county((30, 70, 50, 3, 12, 8))
    later = measurements({(HOUSEHOLDS, a, "2023-02"): 40.0 for a in ("KU489", "KU935")})
    safe = bc.protect(table.combine(later.with_origins(())))
    assert hidden(safe) == hidden(bc.protect(table))


def test_the_same_table_gives_the_same_pattern():
    rng = np.random.default_rng(4)
    table = county(tuple(float(x) for x in rng.poisson(6, 6)))
    first, second = bc.protect(table), bc.protect(table)
    assert first.table.equals(second.table)
    assert bc.protect(first).table.equals(first.table)


def test_an_unpublished_group_between_two_areas_is_looked_at():
    # all municipalities of the county but one are printed together nowhere, and still follow
    kept = {
        area: v for area, v in zip(COUNTY, (30, 70, 50, 3, 12, 8), strict=True) if area != "KU489"
    }
    cells = {(HOUSEHOLDS, area, "2023-01"): value for area, value in kept.items()}
    table = measurements({**cells, (HOUSEHOLDS, "HVA10", "2023-01"): 173.0})
    found = bc.audit(table)
    assert [problem.code for problem in found.problems] == ["sdc.area"]
    assert "a part of basic_sa_households, HVA10, 2023-01" in str(found.problems[0])
    assert len(hidden(bc.protect(table))) == 1


def test_a_table_without_counts_is_left_alone():
    frame = pd.DataFrame(
        {"indicator": MEAN, "area": ["HVA01"], "period": "2023-01", "value": [11.5]}
    )
    table = bc.measurements.from_frame(frame, source="synthetic-means")
    assert figures_of(table) == ()
    assert bc.protect(table).table.equals(table.table)


def test_an_audit_prints_itself():
    table = county((30, 70, 50, 3, 12, 8))
    found = bc.audit(table)
    assert repr(found).startswith("Audit: 0 hidden figures, 1 can be computed too closely\n[sdc.")
    assert found._repr_html_().startswith("<pre>Audit: 0 hidden figures")
    assert not found.safe
    assert bc.audit(bc.protect(table)).safe


def test_a_revision_takes_the_place_of_what_it_revises():
    first = measurements({(HOUSEHOLDS, "KU489", "2023-01"): 30.0})
    second = measurements({(HOUSEHOLDS, "KU489", "2023-01"): 31.0})
    assert bc.audit([first, second]).safe
    assert KEY != HOUSEHOLDS


CLAIMS, CHANGED = "basic_sa_review_claims_decided", "basic_sa_review_claims_changed_share"


def test_a_share_of_a_count_tells_the_count():
    counts = dict(zip(COUNTY, (30, 68, 30, 3, 22, 10), strict=True))
    rows = [(CLAIMS, "HVA10", 163, None, None)]
    rows += [(CLAIMS, area, value, None, None) for area, value in counts.items()]
    rows += [(CHANGED, area, None, n // 2, n) for area, n in counts.items() if n > 3]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "value", "numerator", "denominator"])
    table = bc.measurements.from_frame(frame.assign(period="2023-01"), source="synthetic-claims")
    safe = bc.protect(table)
    assert bc.audit(safe).safe
    shown = safe.table.query("state == 'value'")
    told = set(shown.loc[shown["indicator"] == CLAIMS, "area"])
    told |= set(shown.loc[shown["indicator"] == CHANGED, "area"])
    assert len(set(COUNTY) - told) >= 2


def test_a_printed_count_tells_what_a_share_is_of():
    frame = pd.DataFrame(
        {"indicator": [CHANGED, CLAIMS], "area": "HVA01", "period": "2023-01",
         "value": [0.043, 70]}
    )  # fmt: skip
    table = bc.measurements.from_frame(frame, source="synthetic-claims")
    assert not bc.audit(table).safe
    assert hidden(bc.protect(table)) == [(CHANGED, "HVA01", "2023-01")]


def test_the_rest_of_a_share_that_is_computed_is_a_count():
    model = replace(catalogue()["basic_sa_persons"], breakdowns=(), family="exploratory")
    share = replace(
        catalogue()["basic_sa_persons_new_share"], id="fast_share", numerator="fast",
        denominator="handled",
    )  # fmt: skip
    own = catalogue().add(replace(model, id="fast"), replace(model, id="handled"), share)
    cells = {("fast", "HVA01", "2023-01"): 98.0, ("handled", "HVA01", "2023-01"): 100.0}
    table = measurements(cells, own=own)
    assert not bc.audit(table).safe
    assert len(hidden(bc.protect(table))) == 1


def test_undeclared_sums_are_not_told_by_declared_ones():
    rows = contributions().iloc[1:]
    assert areas(bc.protect(euros(), contributions=rows)) == list(SUMS)


def test_nothing_published_is_no_safe_release(tmp_path):
    with pytest.raises(
        DisclosureError, match="found no figure, as in a ledger that does not exist"
    ):
        bc.audit(bc.disclosure.Ledger(tmp_path / "none"), indicators=catalogue())


def test_a_ledger_is_no_path(tmp_path):
    with pytest.raises(DisclosureError, match=r"expected a Ledger, found str. Say ledger=Ledger"):
        bc.protect(euros(), ledger=str(tmp_path))
