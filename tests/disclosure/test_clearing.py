"""Comparisons that tell of nobody at a glance, and those that have to be looked at."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.disclosure import Ledger, Rule
from baseline_compare.disclosure.clearing import is_plainly_safe, tells_nobody
from baseline_compare.disclosure.masking import terms_of

KEY = "basic_sa_households"
RULE = Rule(zero_disclosive=False)


def plainly_safe(result, rule=RULE):
    tables = [result.baseline.measurements, result.measurements]
    limits = terms_of(tables, rule, indicators=result.baseline.indicators).thresholds
    return is_plainly_safe(result, tables, limits, rule)


@pytest.mark.parametrize(
    "areas", ["region", ["mainland", "collaboration_area"], {"own": ["MK18", "MK19"]}]
)
def test_looking_at_every_figure_finds_what_a_glance_does(baseline, follow_up, tmp_path, areas):
    result = bc.compare(baseline, follow_up, areas=areas)
    assert plainly_safe(result)
    glance, looked = bc.protect(result), bc.protect(result, ledger=Ledger(tmp_path))
    assert glance.protection.hidden == looked.protection.hidden == 0
    pd.testing.assert_frame_equal(glance.table, looked.table)
    pd.testing.assert_frame_equal(glance.table, result.table)
    pd.testing.assert_frame_equal(glance.series, looked.series)


def compared(tmp_path, rows, areas, *, indicator=KEY, kinds=("value",)):
    """Compare the same rows of two years."""
    frames = []
    for year in (2022, 2023):
        frame = pd.DataFrame(rows, columns=["area", "month", *kinds])
        frame["period"] = [f"{year}-{month:02d}" for month in frame.pop("month")]
        frame = frame.assign(indicator=indicator)
        frames.append(bc.measurements.from_frame(frame, source="synthetic-rows"))
    sealed = bc.seal(frames[0], tmp_path, name="rows", base_year=2022)
    return bc.compare(sealed, frames[1], areas=areas)


def test_a_small_count_is_seen(tmp_path):
    rows = [("HVA01", 1, 60), ("HVA02", 1, 4)]
    result = compared(tmp_path, rows, ["HVA01"])
    assert not plainly_safe(result)
    assert plainly_safe(result, Rule(zero_disclosive=False, threshold=4))


def test_a_zero_is_seen_where_it_reveals_something(tmp_path):
    result = compared(tmp_path, [("HVA01", 1, 60), ("HVA02", 1, 0)], ["HVA01"])
    assert plainly_safe(result)
    assert not plainly_safe(result, Rule(zero_disclosive=True))


def test_a_month_that_one_area_lacks_is_looked_at(tmp_path):
    known = [("HVA01", 1, 60, "value"), ("HVA01", 2, 60, "value"), ("HVA02", 1, 70, "value")]
    rows = [*known, ("HVA02", 2, np.nan, "not_available")]
    assert not plainly_safe(compared(tmp_path, rows, ["HVA01"], kinds=("value", "state")))


def test_a_difference_of_two_areas_is_looked_at(tmp_path):
    # Eastern Finland as a collaboration area and as Kela's district differ by Kuhmoinen alone
    rows = [("YTA2", 1, 500), ("KELA4", 1, 503)]
    result = compared(tmp_path, rows, ["YTA2", "KELA4"])
    assert not plainly_safe(result)
    assert bc.protect(result).protection.hidden > 0
    assert not bc.audit(result.measurements).safe
    assert bc.audit(bc.protect(result)).safe


@pytest.mark.parametrize(("numerator", "safe"), [(50, True), (3, False), (57, False), (60, True)])
def test_the_rest_of_a_share_is_seen(tmp_path, numerator, safe):
    rows = [("HVA01", 1, numerator, 60), ("HVA02", 1, 40, 90)]
    result = compared(
        tmp_path, rows, ["HVA01"], indicator="basic_sa_rejected_decisions_share",
        kinds=("numerator", "denominator"),
    )  # fmt: skip
    assert plainly_safe(result) is safe
    everything = Rule(zero_disclosive=True)
    assert not plainly_safe(result, everything) or numerator == 50


def test_means_of_many_are_safe_and_of_few_are_not(tmp_path):
    key = "basic_sa_throughput_time_mean"
    for n in (40, 4):
        rows = [("HVA01", 1, n, 10.0 * n, 150.0 * n)]
        result = compared(
            tmp_path / str(n), rows, ["HVA01"], indicator=key, kinds=("n", "sum", "sum_squares")
        )
        assert plainly_safe(result) is (n == 40)


def test_euros_are_looked_at(tmp_path):
    rows = [("HVA01", 1, 90_000.0)]
    result = compared(tmp_path, rows, ["HVA01"], indicator="basic_sa_expenditure_gross")
    assert not plainly_safe(result)
    shown = bc.protect(result).table
    assert shown[["baseline", "current", "change"]].isna().all(axis=None)


def test_persons_counted_twice_are_left_out_where_they_are_few(tmp_path):
    item = bc.indicators.catalogue()["basic_sa_rejected_decisions_share"]
    own = bc.indicators.catalogue().add(replace(item, id="same_share", dependence="same_persons"))
    tables = []
    for year in (2022, 2023):
        frame = pd.DataFrame(
            {"indicator": "same_share", "area": ["HVA01", "HVA02", "HVA03"],
             "period": f"{year}-01", "numerator": [60, 50, 3], "denominator": [200, 200, 200]}
        )  # fmt: skip
        tables.append(bc.measurements.from_frame(frame, source="synthetic-same", indicators=own))
    sealed = bc.seal(tables[0], tmp_path, name="same", base_year=2022)
    both = pd.DataFrame(
        {"indicator": "same_share", "area": ["HVA01", "HVA02", "HVA03"], "both": [30, 2, 1]}
    )
    areas = ["HVA01", "HVA02", "HVA03"]
    result = bc.compare(sealed, tables[1], areas=areas, same_persons=both)
    safe = bc.protect(result)
    assert safe.arguments["same_persons"]["area"].tolist() == ["HVA01"]
    table = safe.table.set_index("area")
    assert np.isfinite(table.loc["HVA01", "p_value"])
    assert table.loc["HVA02", "reason"] == "no_overlap"


def test_part_of_a_breakdown_is_looked_at(tmp_path):
    rows = [("HVA10", month, value) for month, value in ((1, 101), (2, 102))]
    frames = []
    for year in (2022, 2023):
        for key, less in ((KEY, 0), (f"{KEY}_new", 2)):
            frame = pd.DataFrame(rows, columns=["area", "month", "value"])
            frame["period"] = [f"{year}-{month:02d}" for month in frame.pop("month")]
            frames.append(frame.assign(indicator=key, value=frame["value"] - less))
    tables = [
        bc.measurements.from_frame(pd.concat(frames[n : n + 2]), source="synthetic") for n in (0, 2)
    ]
    sealed = bc.seal(tables[0], tmp_path, name="part", base_year=2022)
    result = bc.compare(sealed, tables[1], areas=["HVA10"])
    assert not plainly_safe(result)
    assert bc.protect(result).protection.hidden > 0


def test_no_verdict_is_firmer_than_before(baseline):
    frame = pd.DataFrame({"indicator": f"{KEY}_new", "area": ["MK18"], "period": "2024-01"})
    for value in (60, 3):
        later = bc.measurements.from_frame(frame.assign(value=value), source="synthetic-short")
        raw = bc.compare(baseline, later, areas="region", indicators=[f"{KEY}_new"])
        safe = bc.protect(raw).table.iloc[0]
        assert raw.table.iloc[0]["verdict"] == "insufficient"
        assert safe["verdict"] == ("insufficient" if value == 60 else "suppressed")


def test_a_baseline_with_small_figures_has_no_id_to_try_out(tmp_path):
    rows = [("KU489", 1, 3), ("KU624", 1, 30)]
    result = compared(tmp_path, rows, ["KU489", "KU624"])
    safe = bc.protect(result)
    identity = result.settings.baseline_id
    assert identity in result.provenance_line()
    assert safe.settings.baseline_id == "withheld"
    page = bc.write_report(safe, tmp_path / "page.html", language="sv").read_text()
    assert identity[:12] not in page
    assert "anges inte, eftersom filen innehåller dolda siffror" in page
    assert (
        bc.protect(compared(tmp_path / "b", [("KU489", 1, 30)], ["KU489"])).settings.baseline_id
        != "withheld"
    )


def test_years_between_without_the_areas_are_no_obstacle(tmp_path):
    result = compared(tmp_path, [("HVA10", 1, 100), ("KU489", 1, 3)], ["HVA10"])
    frame = pd.DataFrame({"indicator": KEY, "area": ["HVA04"], "period": "2024-01", "value": 97})
    between = bc.measurements.from_frame(frame, source="synthetic-between")
    again = bc.compare(result.baseline, result.measurements, areas=["HVA10"], between=between)
    assert bc.protect(again).protection is not None


def test_quarters_beside_months_are_looked_at(tmp_path):
    rows = [(f"{month:02d}", 8) for month in (1, 2)] + [("Q1", 19)]
    frames = [
        pd.DataFrame(
            {"indicator": "kela_notification_count", "area": "HVA10",
             "period": [f"{year}-{period}" for period, _ in rows], "value": [v for _, v in rows]}
        )
        for year in (2022, 2023)
    ]  # fmt: skip
    item = bc.indicators.catalogue()["kela_notification_count"]
    own = replace(item, id="kela_notification_number", period_types=("month", "quarter"))
    known = bc.indicators.catalogue().add(own)
    tables = [
        bc.measurements.from_frame(
            frame.assign(indicator=own.id), source="synthetic", indicators=known
        )
        for frame in frames
    ]
    limits = terms_of(tables, RULE, indicators=known).thresholds
    assert not tells_nobody(tables[0], frozenset(), limits, RULE)
    months = tables[0].select(last="2022-02")
    months = bc.measurements.from_frame(
        months.table[months.table["period"] != "2022-Q1"].drop(columns=["file", "place"]),
        source="synthetic", indicators=known,
    )  # fmt: skip
    assert tells_nobody(months, frozenset(), limits, RULE)
    assert not bc.audit(tables[0]).safe
