"""Changes with uncertainty: which claim is made, by which method, against which variance."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.breaks import Break
from baseline_compare.errors import ComparisonError
from baseline_compare.indicators import Catalogue, Margin, catalogue
from baseline_compare.measurements import from_frame
from baseline_compare.statistics.intervals import two_sided
from baseline_compare.statistics.medians import bonett_price

REGIONS = [a.code for a in registry().at_level("region", vintage=2022) if a.role != "aland"]
SHARE = "synthetic_share"
Q = two_sided(0.95)
MARGIN = Margin(
    id="two_points",
    scale="difference",
    value="0.02",
    declared_on="2022-12-31",
    declared_by="a test",
    follow_up_known=False,
    reasons=dict.fromkeys(("fi", "sv", "en"), "-"),
)


def defined(**fields):
    """A catalogue of one synthetic indicator made from a shipped share."""
    pattern = catalogue()["basic_sa_rejected_decisions_share"]
    own = replace(pattern, **{"id": SHARE, "margin": MARGIN, **fields})
    return Catalogue([own])


def shares(years, seed=1, effect=0.0, base=0.3, catalog=None, key=SHARE):
    """Synthetic shares of all regions: areas differ by 2 points and years by 1."""
    rng = np.random.default_rng(seed)
    size = 1_000 + 400 * np.arange(len(REGIONS))
    rows = []
    for year in years:
        level = base + rng.normal(0, 0.01) + rng.normal(0, 0.02, len(REGIONS)) + effect
        top = rng.binomial(size, np.clip(level, 0, 1))
        for code, x, n in zip(REGIONS, top, size, strict=True):
            rows.append((key, code, str(year), x, n))
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "numerator", "denominator"])
    return from_frame(frame, source="synthetic", indicators=catalog or defined())


def sealed(rows, folder, **more):
    return bc.seal(rows, folder, name="synthetic", **more)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Five years of history, so an area's own change can be judged."""
    folder = tmp_path_factory.mktemp("own")
    baseline = sealed(shares(range(2018, 2023)), folder, base_year=2022)
    return bc.compare(baseline, shares([2023], seed=9, effect=-0.08))


@pytest.fixture(scope="module")
def real(baseline, regional):
    return bc.compare(baseline, regional, estimand="process")


def moments(table, years):
    """Change and variance of each region for a pair of years, computed plainly."""
    by = {year: table[table["period"] == str(year)].set_index("area") for year in years}
    p = [by[y]["numerator"] / by[y]["denominator"] for y in years]
    n = [by[y]["denominator"] for y in years]
    return (p[1] - p[0]), sum(q * (1 - q) / m for q, m in zip(p, n, strict=True))


def test_registers_say_both_and_decisions_come_with_an_interval(own, result, registered):
    assert result.settings.estimand == "by_indicator"
    assert result.table["method"].str.startswith("process_own").all()
    assert result.table["change_low"].notna().all()
    assert result.table["registered"].equals(registered.table["verdict"])
    assert registered.table["method"].str.startswith("finite_change").all()
    assert registered.table["change_low"].isna().all()
    assert own.table["registered"].isna().all()
    assert own.table["method"].str.startswith("process_own").all()
    assert own.table[["change_low", "p_value", "detectable_change"]].notna().all().all()


def test_an_own_change_is_recomputed_by_hand(own):
    history = own.baseline.measurements.table
    q_sum, scale, means = 0.0, 0.0, []
    pairs = [(year, year + 1) for year in range(2018, 2022)]
    for years in pairs:
        y, s2 = moments(history, years)
        w = 1 / s2
        q_sum += (w * (y - (w * y).sum() / w.sum()) ** 2).sum() - (len(y) - 1)
        scale += w.sum() - (w**2).sum() / w.sum()
    tau2 = max(0.0, q_sum / scale)
    for years in pairs:
        y, s2 = moments(history, years)
        w = 1 / (s2 + tau2)
        means.append((w * y).sum() / w.sum())
    common = np.mean(np.square(means))
    members = sorted(set(own.plans[SHARE].parts_of(0)))
    base = history[(history["period"] == "2022") & history["area"].isin(members)]
    later = own.measurements.table
    later = later[later["area"].isin(members)]
    x1, n1 = base["numerator"].sum(), base["denominator"].sum()
    x2, n2 = later["numerator"].sum(), later["denominator"].sum()
    weights = base["denominator"] / n1
    local = tau2 * (weights**2).sum()
    s2 = sum(x / n * (1 - x / n) / n for x, n in ((x1, n1), (x2, n2)))
    variance = local + common
    df_local = (len(REGIONS) - 1) * 2
    df = min(df_local, (s2 + variance) ** 2 / (local**2 / df_local + common**2 / len(pairs)))
    q = stats.t.isf(0.025, df)
    limits = []
    for x, n in ((x1, n1), (x2, n2)):
        half = q * np.sqrt(q**2 + 4 * x * (1 - x / n))
        limits.append(tuple((2 * x + q**2 + sign * half) / (2 * (n + q**2)) for sign in (-1, 1)))
    change = x2 / n2 - x1 / n1
    low = change - np.sqrt(
        (x2 / n2 - limits[1][0]) ** 2 + (limits[0][1] - x1 / n1) ** 2 + q**2 * variance
    )
    high = change + np.sqrt(
        (limits[1][1] - x2 / n2) ** 2 + (x1 / n1 - limits[0][0]) ** 2 + q**2 * variance
    )
    row = own.table.iloc[0]
    assert row["change"] == pytest.approx(change, rel=1e-12)
    assert (row["change_low"], row["change_high"]) == pytest.approx((low, high), rel=1e-9)
    assert f"df={df:.4g}" in row["method"]
    assert f"variance={variance:.4g}; local_variance={tau2:.4g}" in row["method"]
    assert "pairs=2018-2019 2019-2020 2020-2021 2021-2022" in row["method"]
    level = float(row["method"].partition("; level=")[2].partition(";")[0])
    null = x1 / n1 * (1 - x1 / n1) * (1 / n1 + 1 / n2)
    reach = stats.t.isf(level / 2, df) + stats.norm.ppf(0.8)
    assert row["detectable_change"] == pytest.approx(reach * np.sqrt(null + variance), rel=1e-3)


def test_a_change_against_the_rest_is_recomputed_by_hand(real):
    row = real.table.set_index(["indicator", "area"]).loc[("basic_sa_households", "YTA2")]
    assert row["scale"] == "ratio_to_rest"
    assert row["method"].startswith("process_relative; sum_of_region")
    x = {"area": (19678.27, 18906.36), "rest": (109449.73, 107658.82)}
    variance = float(row["method"].partition("variance=")[2].partition(";")[0])
    q = stats.t.isf(0.025, 34)
    logs = []
    for before, after in x.values():
        tail = stats.norm.sf(stats.norm.isf(stats.norm.sf(q)))
        sides = [
            (stats.gamma.ppf(tail, v + 0.5), stats.gamma.isf(tail, v + 0.5))
            for v in (before, after)
        ]
        (l1, u1), (l2, u2) = sides
        root = np.sqrt((before * after) ** 2 - l2 * u1 * (2 * after - l2) * (2 * before - u1))
        low = (before * after - root) / (u1 * (2 * before - u1))
        root = np.sqrt((before * after) ** 2 - u2 * l1 * (2 * after - u2) * (2 * before - l1))
        high = (before * after + root) / (l1 * (2 * before - l1))
        logs.append((np.log(after / before), np.log(low), np.log(high)))
    (m2, l2, u2), (m1, l1, u1) = logs
    low = m2 - m1 - np.sqrt((m2 - l2) ** 2 + (u1 - m1) ** 2 + q**2 * variance)
    high = m2 - m1 + np.sqrt((u2 - m2) ** 2 + (m1 - l1) ** 2 + q**2 * variance)
    assert row["relative_change"] == pytest.approx(np.expm1(m2 - m1), abs=1e-6)
    assert row["relative_low"] == pytest.approx(np.expm1(low), abs=2e-5)
    assert row["baseline"] + row["change"] != pytest.approx(row["current"])
    expected = row["baseline"] * np.exp(m1)
    per_log = (row["current"] - expected) / (m2 - m1)
    assert row["change"] == pytest.approx(row["current"] - expected, rel=1e-6)
    assert (row["change_low"], row["change_high"]) == pytest.approx(
        (per_log * low, per_log * high), rel=2e-4
    )


def test_the_mainland_has_no_rest(baseline, follow_up):
    found = bc.compare(baseline, follow_up, areas="mainland", estimand="process").table
    assert set(found["verdict"]) == {"insufficient"}
    assert set(found["reason"]) == {"no_rest"}
    assert found["change"].notna().all()


def test_with_fewer_than_three_pairs_only_the_claim_against_the_rest_is_made(tmp_path):
    baseline = sealed(shares([2021, 2022]), tmp_path, base_year=2022)
    table = bc.compare(baseline, shares([2023], seed=4)).table
    assert set(table["scale"]) == {"difference_to_rest"}
    assert table["method"].str.startswith("process_relative").all()
    assert table["relative_change"].isna().all()


def test_without_history_headlines_are_insufficient_and_others_know_counting_only(tmp_path):
    for family, verdict in (("headline", {"insufficient"}), ("exploratory", None)):
        catalog = defined(family=family)
        baseline = sealed(shares([2022], catalog=catalog), tmp_path / family)
        table = bc.compare(baseline, shares([2023], seed=4, catalog=catalog)).table
        if verdict:
            assert set(table["verdict"]) == verdict
            assert set(table["reason"]) == {"no_dispersion"}
            assert table["baseline"].notna().all()
        else:
            assert table["method"].str.startswith("process_counting").all()
            assert ~table["method"].str.contains("df=").any()


def test_registers_without_history_are_never_judged_against_counting_alone(tmp_path):
    key = "basic_sa_households_new"
    rows = pd.DataFrame({"indicator": key, "area": REGIONS, "period": "2022-01", "value": 900})
    baseline = sealed(from_frame(rows, source="synthetic"), tmp_path)
    later = from_frame(rows.assign(period="2023-01", value=1_000), source="synthetic")
    table = bc.compare(baseline, later, estimand="process").table
    assert set(table["reason"]) == {"no_dispersion"}


def test_families_are_adjusted_as_declared(real):
    table = real.table
    for family, method in (("headline", "holm"), ("exploratory", "fdr_bh")):
        own = table["indicator"].map(lambda key, f=family: real.indicators[key].family == f)
        rows = table[own]
        known = multipletests(rows["p_value"], method=method)[1]
        assert rows["p_adjusted"].to_numpy() == pytest.approx(known, rel=1e-9)
        assert set(rows["family_size"]) == {len(rows)}


def test_the_verdict_agrees_with_the_adjusted_p_value(own, real):
    for table in (own.table, real.table):
        directed = ~table["verdict_class"].isin(["inconclusive", "no_relevant_change"])
        assert (directed == (table["p_adjusted"] <= 0.05)).all()
    assert (own.table["verdict"] == "decreased").any()


def test_a_large_sample_without_change_shows_that_there_is_none(tmp_path):
    def rows(year, x):
        frame = pd.DataFrame(
            {"indicator": SHARE, "area": REGIONS, "period": str(year), "numerator": x,
             "denominator": 500_000}
        )  # fmt: skip
        return from_frame(frame, source="synthetic", indicators=defined())

    baseline = sealed(rows(2022, 100_000), tmp_path)
    table = bc.compare(baseline, rows(2023, 100_100)).table
    assert set(table["verdict"]) == {"no_relevant_change"}
    assert set(table["verdict_class"]) == {"no_relevant_change"}


def test_unknown_dependence_is_tried_at_two_correlations(tmp_path):
    def rows(year, x):
        frame = pd.DataFrame(
            {"indicator": SHARE, "area": ["MK06"], "period": str(year), "numerator": x,
             "denominator": 2_000}
        )  # fmt: skip
        return from_frame(frame, source="synthetic", indicators=defined())

    baseline = sealed(rows(2022, 600), tmp_path)
    row = bc.compare(baseline, rows(2023, 550), areas=["MK06"]).table.iloc[0]
    assert row["verdict"] == "undecided"
    assert row["reason"] == "correlation=0.3:decreased,correlation=0.6:decreased"


def test_the_same_persons_need_the_number_counted_twice(tmp_path):
    catalog = defined(dependence="same_persons")

    def rows(year, x):
        frame = pd.DataFrame(
            {"indicator": SHARE, "area": ["MK06", "MK07"], "period": str(year), "numerator": x,
             "denominator": 50}
        )  # fmt: skip
        return from_frame(frame, source="synthetic", indicators=catalog)

    baseline = sealed(rows(2022, 32), tmp_path)
    both = pd.DataFrame({"indicator": [SHARE], "area": ["MK06"], "both": [20]})
    later = rows(2023, 22)
    table = bc.compare(baseline, later, areas=["MK06", "MK07"], same_persons=both).table
    assert table["reason"].fillna("").tolist() == ["", "no_overlap"]
    width = table["change_high"].iloc[0] - table["change_low"].iloc[0]
    assert width == pytest.approx(0.2731, abs=6e-5)  # Newcombe 1998, Stat Med 17:2635
    for broken, code in (
        (both.rename(columns={"both": "n"}), r"pairs\.table"),
        (pd.concat([both, both]), r"pairs\.table"),
        (both.assign(indicator="other"), r"pairs\.indicator"),
        (both.assign(both=33), r"pairs\.count"),
        (
            both.assign(both="many"),
            r"pairs\.table.*row 1, column both|row 1, column both.*pairs\.table",
        ),
        (both.assign(area="MK99"), r"pairs\.area"),
        ({"a": 1}, r"pairs\.table"),
    ):
        with pytest.raises(ComparisonError, match=code):
            bc.compare(baseline, later, areas=["MK06"], same_persons=broken)


def means(year, values, squares=True):
    key = "basic_sa_throughput_time_mean"
    frame = pd.DataFrame(
        {
            "indicator": key,
            "area": "MK06",
            "period": str(year),
            "n": [len(values)],
            "sum": [float(np.sum(values))],
        }
    )
    if squares:
        frame["sum_squares"] = float(np.sum(np.square(values)))
    return from_frame(frame, source="synthetic")


def test_means_have_welchs_interval_where_the_spread_is_known(tmp_path):
    rng = np.random.default_rng(3)
    first, second = rng.gamma(4, 5, 80).round(2), rng.gamma(4, 4, 60).round(2)
    baseline = sealed(means(2022, first), tmp_path)
    row = bc.compare(baseline, means(2023, second), areas=["MK06"]).table.iloc[0]
    known = stats.ttest_ind(second, first, equal_var=False)
    assert row["p_value"] == pytest.approx(known.pvalue, rel=1e-8)
    sure = known.confidence_interval(0.95)
    assert (row["change_low"], row["change_high"]) == pytest.approx(tuple(sure), rel=1e-8)
    row = bc.compare(baseline, means(2023, second, squares=False), areas=["MK06"]).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("insufficient", "no_spread")


def kind_of(kind, **fields):
    return defined(kind=kind, unit="points", margin=None, estimand="", **fields)


def tables(year, catalog, frequencies):
    frame = pd.DataFrame(
        {"indicator": SHARE, "area": "MK06", "period": str(year), "frequencies": [frequencies]}
    )
    return from_frame(frame, source="synthetic", indicators=catalog)


def test_ratings_say_how_likely_a_later_one_is_higher(tmp_path):
    catalog = kind_of("rating")
    baseline = sealed(tables(2022, catalog, "1:11;2:2;4:1"), tmp_path)
    later = tables(2023, catalog, "1:3;2:1;3:4;4:2;5:1")
    result = bc.compare(baseline, later, areas=["MK06"])
    row = result.table.iloc[0]
    # Neubert and Brunner 2007, CSDA 51:5192: .788961 and .008038.
    assert row["change"] == pytest.approx(0.288961, abs=1e-6)
    assert row["p_value"] == pytest.approx(0.008038, abs=6e-7)
    assert (row["change_low"], row["change_high"]) == pytest.approx((0.0952, 0.4827), abs=6e-5)
    assert (row["scale"], row["verdict"]) == ("superiority", "increased")
    assert "higher, ties counted half: 60 to 98 per cent" in result.summary()[0]
    few = tables(2023, catalog, "3:2;4:1")
    row = bc.compare(baseline, few, areas=["MK06"]).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("insufficient", "few_raters")


@pytest.mark.parametrize(
    ("later", "verdict", "p"),
    [("4:4;5:2", "increased", 2**-5), ("4:3;5:2", "undecided", 2**-4), ("3:4", "undecided", 2**-3)],
)
def test_ratings_fully_apart_have_the_verdict_of_an_exact_limit(tmp_path, later, verdict, p):
    catalog = kind_of("rating")
    baseline = sealed(tables(2022, catalog, "1:3;2:3"), tmp_path)
    result = bc.compare(baseline, tables(2023, catalog, later), areas=["MK06"])
    row, raters = result.table.iloc[0], 1 - np.log2(p)
    assert (row["change"], row["change_high"], row["p_value"]) == (0.5, 0.5, p)
    limit = 0.025 ** (1 / raters) - 0.5
    assert row["change_low"] == pytest.approx(limit if p < 0.05 else min(limit, 0), rel=1e-12)
    assert row["verdict"] == verdict
    assert "groups_apart" in row["method"].split("; ")
    told = result.explain(SHARE, "MK06")
    assert f"from 6 and {raters:.0f} raters" in told
    assert "All ratings of one period are higher than all of the other" in told


def test_ratings_that_are_all_equal_are_undecided(tmp_path):
    catalog = kind_of("rating")
    baseline = sealed(tables(2022, catalog, "3:6"), tmp_path)
    result = bc.compare(baseline, tables(2023, catalog, "3:8"), areas=["MK06"])
    row = result.table.iloc[0]
    assert (row["change"], row["change_low"], row["change_high"]) == (0, -0.5, 0.5)
    assert (row["p_value"], row["verdict"]) == (1, "undecided")
    assert "ratings_equal" in row["method"].split("; ")
    assert "nothing is known about their spread" in result.explain(SHARE, "MK06")
    assert row["detectable_change"] > 0.3


def test_medians_need_six_observations(tmp_path):
    catalog = kind_of("quantile")
    baseline = sealed(tables(2022, catalog, "1:20;2:30;3:25;5:10"), tmp_path)
    later = tables(2023, catalog, "2:20;4:30;6:25;9:10")
    row = bc.compare(baseline, later, areas=["MK06"]).table.iloc[0]
    assert row["change"] == 2
    plain = bonett_price([1, 2, 3, 5], [20, 30, 25, 10], [2, 4, 6, 9], [20, 30, 25, 10], Q)
    limits = plain.interval.lower.item(), plain.interval.upper.item()
    assert (row["change_low"], row["change_high"]) == pytest.approx(limits, rel=1e-12)
    assert "bonett_price" in row["method"]
    few = tables(2023, catalog, "2:2;4:3")
    row = bc.compare(baseline, few, areas=["MK06"]).table.iloc[0]
    assert row["reason"] == "few_observations"


def amounts(year, total, squares=None):
    frame = pd.DataFrame(
        {
            "indicator": "basic_sa_expenditure_net",
            "area": "MK06",
            "period": str(year),
            "value": [total],
        }
    )
    if squares:
        frame["sum_squares"] = squares
    return from_frame(frame, source="synthetic")


def test_sums_of_euros_have_an_interval_where_payments_are_known(tmp_path):
    n, mean, sd = 4_321, 512.4, 388.1
    squares = n * (sd**2 + mean**2) * (n - 1) / n
    baseline = sealed(amounts(2022, n * mean, squares), tmp_path)
    later = amounts(2023, 1.1 * n * mean, squares)
    row = bc.compare(baseline, later, areas=["MK06"], estimand="process").table.iloc[0]
    assert row["reason"] == "no_dispersion"
    catalog = Catalogue([replace(catalogue()["basic_sa_expenditure_net"], estimand="process")])
    frames = [rows.table.drop(columns=["status"]) for rows in (baseline.measurements, later)]
    frames = [frame[["indicator", "area", "period", "value", "sum_squares"]] for frame in frames]
    first, second = (from_frame(f, source="synthetic", indicators=catalog) for f in frames)
    own = sealed(first, tmp_path / "own")
    row = bc.compare(own, second, areas=["MK06"]).table.iloc[0]
    se = np.sqrt(squares) * np.sqrt(1 / (n * mean) ** 2 + 1 / (1.1 * n * mean) ** 2)
    limits = np.exp(np.log(1.1) + np.array([-1, 1]) * stats.norm.isf(0.025) * se) - 1
    assert (row["relative_low"], row["relative_high"]) == pytest.approx(tuple(limits), rel=1e-9)
    second = from_frame(
        frames[1].drop(columns="sum_squares"), source="synthetic", indicators=catalog
    )
    row = bc.compare(own, second, areas=["MK06"]).table.iloc[0]
    assert row["reason"] == "no_unit_payments"


def test_an_index_has_no_error_that_anybody_states(tmp_path):
    catalog = kind_of("index")

    def rows(year, value):
        frame = pd.DataFrame(
            {"indicator": SHARE, "area": "MK06", "period": str(year), "value": [value]}
        )
        return from_frame(frame, source="synthetic", indicators=catalog)

    baseline = sealed(rows(2022, 100.0), tmp_path)
    row = bc.compare(baseline, rows(2023, 104.0), areas=["MK06"], estimand="process").table.iloc[0]
    assert (row["verdict"], row["reason"], row["change"]) == ("insufficient", "no_error", 4)


@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_nothing_counted_is_no_crash_and_no_missing_reason(tmp_path, scale):
    margin = replace(MARGIN, scale=scale, value="0.02")
    catalog = defined(margin=margin)

    def rows(years, zero):
        frame = shares(years, seed=3, catalog=catalog).table
        hidden = frame["area"].isin(zero) & (frame["period"] == str(years[-1]))
        frame.loc[hidden, "numerator"] = 0
        columns = ["indicator", "area", "period", "numerator", "denominator"]
        return from_frame(frame[columns], source="synthetic", indicators=catalog)

    baseline = sealed(rows(range(2018, 2023), ["MK06"]), tmp_path, base_year=2022)
    two = sealed(rows(range(2021, 2023), ["MK06"]), tmp_path / "two", base_year=2022)
    for base in (baseline, two):
        table = bc.compare(base, rows([2023], ["MK07"]), areas="region").table.set_index("area")
        for code, reason in (("MK06", "zero_baseline"), ("MK07", "zero_follow_up")):
            row = table.loc[code]
            if scale == "ratio" and (code == "MK06" or base is two):
                assert (row["verdict"], row["reason"]) == ("insufficient", reason)
            else:
                assert row["change_low"] < row["change"] < row["change_high"]
                assert 0 < row["p_value"] <= 1


def test_no_spread_at_all_is_no_interval(tmp_path):
    same = np.full(20, 3.0)
    baseline = sealed(means(2022, same), tmp_path)
    row = bc.compare(baseline, means(2023, same), areas=["MK06"]).table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("insufficient", "no_spread")


def test_indicators_of_a_class_share_their_variance(tmp_path):
    keys = ["synthetic_a", "synthetic_b"]
    items = []
    for key in keys:
        items.append(replace(defined()[SHARE], id=key, dispersion_class="decisions"))
    catalog = Catalogue(items)

    def both(years, seeds):
        first, second = (
            shares(years, seed=seed, catalog=catalog, key=key)
            for key, seed in zip(keys, seeds, strict=True)
        )
        return first.combine(second)

    baseline = sealed(both(range(2019, 2023), (1, 2)), tmp_path, base_year=2022)
    table = bc.compare(baseline, both([2023], (3, 4))).table
    found = table["method"].str.extract(r"local_variance=([^;]+); common_variance=([^;]+)")
    assert len(found.drop_duplicates()) == 1
    assert table["method"].str.contains("pairs=2019-2020 2020-2021 2021-2022").all()


def test_a_hard_break_leaves_its_pairs_out_by_name(tmp_path):
    event = Break(
        id="new-definition",
        date_from=pd.Timestamp("2020-01-01").date(),
        date_to=None,
        date_precision="day",
        kind="definition",
        effect="not_comparable",
        areas=("*",),
        indicators=("*",),
        source="synthetic",
        names=dict.fromkeys(("fi", "sv", "en"), "New definition"),
    )
    rows = shares(range(2018, 2023))
    baseline = sealed(rows, tmp_path, base_year=2022, breaks=[event])
    result = bc.compare(baseline, shares([2023], seed=3))
    claim, _ = result.claims[SHARE, "YTA1"]
    assert claim.variation.pairs == ((2018, 2019), (2020, 2021), (2021, 2022))
    assert claim.variation.left_out == {(2019, 2020): "new-definition"}


def test_an_area_that_no_regions_fill_has_no_variance_of_its_own(tmp_path):
    def with_municipality(rows, years):
        extra = pd.DataFrame(
            {"indicator": SHARE, "area": "KU049", "period": [str(year) for year in years],
             "numerator": 300, "denominator": 1000}
        )  # fmt: skip
        return rows.combine(from_frame(extra, source="synthetic", indicators=defined()))

    years = range(2018, 2023)
    baseline = sealed(with_municipality(shares(years), years), tmp_path, base_year=2022)
    later = with_municipality(shares([2023], seed=3), [2023])
    table = bc.compare(baseline, later, areas=["KU049", "YTA2"]).table.set_index("area")
    assert table.loc["KU049", "reason"] == "parts_unknown"
    assert table.loc["YTA2", "method"].startswith("process_own")


def test_a_hidden_region_leaves_no_rest_and_hides_no_own_change_of_the_others(tmp_path):
    baseline = sealed(shares(range(2018, 2023)), tmp_path, base_year=2022)
    frame = shares([2023], seed=3).table
    columns = ["indicator", "area", "period", "numerator", "denominator", "state", "low", "high"]
    frame = frame[columns].astype({"state": object})
    hidden = frame["area"] == "MK06"
    frame.loc[hidden, ["numerator", "denominator"]] = np.nan
    frame.loc[hidden, ["state", "low", "high"]] = ["suppressed", 1, 4]
    later = from_frame(frame, source="synthetic", indicators=defined())
    table = bc.compare(baseline, later, areas="region").table.set_index("area")
    assert table.loc["MK06", "verdict"] == "suppressed"
    others = table.drop(index="MK06")
    assert others["method"].str.startswith("process_own").all()
    assert others["p_value"].notna().all()
    few = sealed(shares([2021, 2022]), tmp_path / "few", base_year=2022)
    against = bc.compare(few, later, areas="region").table.set_index("area").drop(index="MK06")
    assert set(against["reason"]) == {"parts_unknown"}


@pytest.mark.parametrize("pairs", [1, 4])
def test_areas_that_must_not_be_added_up_have_no_rest(tmp_path, pairs):
    catalog = Catalogue(
        [replace(catalogue()["supplementary_sa_households"], estimand="process", family="headline")]
    )

    def rows(years):
        rng = np.random.default_rng(years[0])
        frame = pd.DataFrame(
            [("supplementary_sa_households", code, str(year), int(rng.poisson(900)))
             for year in years for code in REGIONS],
            columns=["indicator", "area", "period", "value"],
        )  # fmt: skip
        return from_frame(frame, source="synthetic", indicators=catalog)

    years = list(range(2022 - pairs, 2023))
    baseline = sealed(rows(years), tmp_path, base_year=2022, breaks=[])
    table = bc.compare(baseline, rows([2023]), areas="region").table
    if pairs == 1:
        assert set(table["reason"]) == {"no_rest"}
    else:
        assert table["method"].str.startswith("process_own; own_rows").all()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_row_can_be_explained(own, real, language):
    for result in (own, real):
        for row in result.table.itertuples():
            text = result.explain(row.indicator, row.area, language)
            assert "{" not in text
            assert "nan" not in text.lower().split()
            assert result.targets[row.area].names[language] in text


def test_an_explanation_holds_the_numbers_a_reviewer_needs(own):
    text = own.explain(SHARE, "YTA1")
    row = own.table.set_index("area").loc["YTA1"]
    for part in (
        "Wilson’s limits of each share",
        "Newcombe 1998, Stat Med 17:873",
        "pairs of years 2018–2019, 2019–2020, 2020–2021, 2021–2022",
        "(family “exploratory”, number of comparisons 5; false discovery rate",
        "Relevance margin: a change counts from 2.00 pp on",
        "Verdict: ",
    ):
        assert part in text
    assert f"{100 * row['change_low']:.2f}".replace("-", "−") in text


def test_a_row_that_is_not_there_cannot_be_explained(own):
    with pytest.raises(ComparisonError, match=r"indicator\.unknown"):
        own.explain(SHARE, "HVA01")


def test_the_number_of_comparisons_is_printed_wherever_verdicts_are(own):
    assert "Comparisons decided together at the level of their family: exploratory 5." in repr(own)
    assert "exploratory 5" in own._repr_html_()


def monthly(kind, years, catalog, seed, value=200.0, months=12):
    rng = np.random.default_rng(seed)
    rows = [
        (SHARE, code, f"{year}-{month:02d}", int(rng.poisson(value)))
        for year in years
        for code in REGIONS
        for month in range(1, months + 1)
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    if kind == "amount":
        frame["sum_squares"] = frame["value"] ** 2 / 50
    return from_frame(frame, source="synthetic", indicators=catalog)


@pytest.mark.parametrize("kind", ["count", "amount"])
def test_months_that_are_added_up_and_their_mean_keep_one_unit(tmp_path, kind):
    unit = "decisions" if kind == "count" else "euros"
    own = {"kind": kind, "unit": unit, "margin": None, "estimand": "process"}
    catalog = defined(**own, additive_over_areas=True, period_types=("month",))
    baseline = sealed(monthly(kind, [2022], catalog, 1), tmp_path)
    table = bc.compare(baseline, monthly(kind, [2023], catalog, 2), areas="region").table
    assert (table["change_low"] < table["change"]).all()
    assert (table["change"] < table["change_high"]).all()
    assert table["change_high"].max() < 60
    assert (table["relative_low"] < table["relative_change"]).all()


def test_a_count_against_its_history_needs_a_ratio_margin(tmp_path):
    margin = replace(MARGIN, value="20")
    catalog = defined(
        kind="count", unit="decisions", margin=margin, estimand="process",
        additive_over_areas=True, period_types=("month",),
    )  # fmt: skip
    baseline = sealed(monthly("count", range(2018, 2023), catalog, 1), tmp_path, base_year=2022)
    table = bc.compare(baseline, monthly("count", [2023], catalog, 2)).table
    assert set(table["reason"]) == {"count_difference"}


def test_a_longer_lag_takes_the_variance_of_one_year_so_many_times(tmp_path):
    baseline = sealed(shares(range(2019, 2023)), tmp_path, base_year=2022)
    found = {}
    for year in (2023, 2026):
        result = bc.compare(baseline, shares([year], seed=6))
        assert result.table["method"].str.startswith("process_own").all()
        found[year] = result.claims[SHARE, "YTA1"][0].variation
    assert found[2026].stretched == 4
    assert found[2026].local == pytest.approx(4 * found[2023].local)
    text = bc.compare(baseline, shares([2026], seed=6)).table["method"].iloc[0]
    assert "stretched=4" in text


def test_history_without_two_areas_is_no_history(tmp_path):
    frame = shares(range(2020, 2023)).table
    frame.loc[frame["area"] != "MK06", "numerator"] = 0
    margin = replace(MARGIN, scale="ratio")
    catalog = defined(margin=margin, family="headline")
    columns = ["indicator", "area", "period", "numerator", "denominator"]
    rows = from_frame(frame[columns], source="synthetic", indicators=catalog)
    baseline = sealed(rows, tmp_path, base_year=2022)
    later = shares([2023], seed=3, catalog=catalog)
    table = bc.compare(baseline, later, areas="region").table
    assert set(table["reason"]) == {"zero_baseline", "no_dispersion"}


def test_means_of_few_keep_their_degrees_of_freedom_against_the_rest(tmp_path):
    key = "basic_sa_throughput_time_mean"

    def rows(years):
        rng = np.random.default_rng(years[0])
        parts = []
        for year in years:
            for code in REGIONS:
                values = rng.normal(20, 5, 3)
                parts.append((key, code, str(year), 3, values.sum(), (values**2).sum()))
        columns = ["indicator", "area", "period", "n", "sum", "sum_squares"]
        return from_frame(pd.DataFrame(parts, columns=columns), source="synthetic")

    baseline = sealed(rows([2021, 2022]), tmp_path, base_year=2022)
    table = bc.compare(baseline, rows([2023]), areas="region").table
    df = table["method"].str.extract(r"df=([^;]+)")[0].astype(float)
    assert (df <= 4).all()


def test_a_spread_that_only_the_follow_up_has_is_no_crash(tmp_path):
    baseline = sealed(means(2022, np.full(20, 3.0)), tmp_path)
    row = bc.compare(baseline, means(2023, np.arange(20.0)), areas=["MK06"]).table.iloc[0]
    assert row["detectable_change"] > 0


def test_verdicts_against_the_rest_are_named_as_such(tmp_path):
    baseline = sealed(shares([2021, 2022]), tmp_path, base_year=2022)
    frame = shares([2023], seed=2).table
    frame.loc[frame["area"] == "MK06", "numerator"] += 500
    columns = ["indicator", "area", "period", "numerator", "denominator"]
    later = from_frame(frame[columns], source="synthetic", indicators=defined())
    result = bc.compare(baseline, later, areas="region")
    row = result.table.set_index("area").loc["MK06"]
    assert row["verdict"] == "increased"
    assert "Increased against the rest: " in result.summary()[0]
