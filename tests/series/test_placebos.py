"""The real change among those of earlier years and dates: tables and ranks by hand, and words."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare import series
from baseline_compare.breaks import Bridge
from baseline_compare.errors import ComparisonError
from baseline_compare.language import word
from baseline_compare.measurements import from_frame
from baseline_compare.periods import expand

KEY = "basic_sa_households"
WEEKLY = "basic_sa_applications_received"
AREAS = ("YTA1", "YTA2", "YTA3", "YTA4", "YTA5")


def months(first, last):
    return [str(period) for period in pd.period_range(first, last, freq="M")]


def weeks(first, last):
    ends = date.fromisocalendar(first, 1, 1), date.fromisocalendar(last + 1, 1, 1)
    days = pd.date_range(*ends, freq="7D", inclusive="left")
    calendars = [day.isocalendar() for day in days]
    return [f"{item.year}-W{item.week:02d}" for item in calendars]


def made(periods, *, key=KEY, seed=5, value=None):
    """Counts of every region whose years differ by about two per cent."""
    regions = [a.code for a in bc.areas.registry().at_level("region", vintage=2022)]
    rng = np.random.default_rng(seed)
    years = {name[:4]: np.exp(rng.normal(0, 0.02)) for name in periods}
    rows = [
        (key, code, name, int(rng.poisson(2_000 * years[name[:4]])) if value is None
         else value(code, name, rng))
        for name in periods
        for code in regions
        if code != "MK21"
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    return from_frame(frame, source="synthetic-history")


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A synthetic baseline from 2014, so that the transfer of 2017 lies inside."""
    folder = tmp_path_factory.mktemp("long")
    return bc.seal(made(months("2014-01", "2022-12")), folder, name="long", base_year=2022)


def parts_of(result, key, area):
    """Counts and what they are over, by period, from the counts and not from the shares."""
    table = result.series.set_index(["indicator", "area", "period"])
    counted = {"basic_sa_households_new_share": KEY + "_new"}.get(key, KEY)
    top = table.loc[(counted, area), "value"]
    if key == KEY:
        return top, None
    if key.endswith("_share"):
        return top, table.loc[(KEY, area), "value"]
    return top, table.loc[(key, area), "denominator"]


def level(parts, window):
    top, below = parts
    return top[window].mean() if below is None else top[window].sum() / below[window].sum()


@pytest.mark.parametrize("key", [KEY, KEY + "_per_1000", KEY + "_new_share"])
def test_the_table_is_that_of_every_pair_of_years_and_every_date(result, key):
    table = series.placebo(result, key).table
    ratio = not key.endswith("share")
    names = months("2019-01", "2022-12")
    wanted = {
        ("real", "2022", "2023"): (months("2022-01", "2022-11"), months("2023-01", "2023-11"))
    }
    for year in (2019, 2020, 2021):
        pair = [months(f"{y}-01", f"{y}-11") for y in (year, year + 1)]
        wanted["years", str(year), ""] = tuple(pair)
    for start in range(12, 48 - 11 + 1):
        wanted["dates", names[start], ""] = (
            names[start - 12 : start - 1],
            names[start : start + 11],
        )
    assert len(wanted) == 1 + 3 + 26
    expected = {
        (kind, area, f"{first[0]}..{first[-1]}", f"{second[0]}..{second[-1]}"): (
            level(parts, second) / level(parts, first) - 1
            if ratio
            else level(parts, second) - level(parts, first)
        )
        for area in result.targets
        for parts in [parts_of(result, key, area)]
        for (kind, _, _), (first, second) in wanted.items()
    }
    columns = ["kind", "area", "baseline", "current"]
    found = table.set_index(columns)["change"].to_dict()
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert len(table) == len(expected)
    assert set(table["scale"]) == {"ratio" if ratio else "difference"}


def by_hand(real, others, ratio):
    size = (lambda x: abs(np.log1p(x))) if ratio else abs
    return (1 + sum(size(x) >= size(real) for x in others)) / (len(others) + 1)


@pytest.mark.parametrize("key", [KEY, KEY + "_new_share"])
def test_a_rank_counts_the_changes_at_least_as_far_from_none(result, key):
    found = series.placebo(result, key)
    table, ranks = found.table, found.ranks
    for area in result.targets:
        own = table[table["area"] == area].groupby("kind")["change"].apply(list)
        for kind, number in (("years", 3), ("dates", 26)):
            row = ranks[(ranks["area"] == area) & (ranks["kind"] == kind)].iloc[0]
            expected = by_hand(own["real"][0], own[kind], key == KEY)
            assert row["rank"] == pytest.approx(expected, rel=1e-12)
            assert (row["placebos"], row["change"]) == (number, own["real"][0])


def test_earlier_pairs_of_years_are_those_of_the_comparison(result):
    keys = list(dict.fromkeys(result.series["indicator"]))
    assert len(keys) == 11
    for key in keys:
        found = series.placebo(result, key)
        ranks = found.ranks[found.ranks["kind"] == "years"].set_index("area")["rank"]
        years = found.table[found.table["kind"] == "years"].groupby("area")["change"]
        rows = result.table[result.table["indicator"] == key].set_index("area")
        assert list(rows.index) == list(result.targets)
        for area, row in rows.iterrows():
            told = row[["placebo_rank", "usual_range_low", "usual_range_high"]].tolist()
            expected = [ranks[area], years.min()[area], years.max()[area]]
            assert told == pytest.approx(expected, rel=1e-9), (key, area)


def test_the_pooled_rank_is_that_of_root_mean_squares_without_the_mainland(result):
    found = series.placebo(result)
    table = found.table[found.table["area"] != "FI-MAINLAND"]
    assert set(table["area"]) == set(AREAS)
    size = np.log1p(table["change"]) ** 2
    pooled = size.groupby([table["kind"], table["current"], table["baseline"]]).mean() ** 0.5
    (real,) = pooled["real"]
    ranks = found.ranks[found.ranks["area"] == "pooled"].set_index("kind")
    for kind, number in (("years", 3), ("dates", 26)):
        expected = (1 + (pooled[kind] >= real).sum()) / (number + 1)
        assert ranks.loc[kind, "rank"] == pytest.approx(expected, rel=1e-12)
        assert ranks.loc[kind, "placebos"] == number


def windows(found, kind):
    rows = found.table[found.table["kind"] == kind]
    return list(dict.fromkeys(zip(rows["baseline"], rows["current"], strict=True)))


def test_windows_that_the_transfer_of_2017_touches_are_left_out(long):
    found = series.placebo(bc.compare(long, made(months("2023-01", "2023-12"), seed=6)))
    pairs = [(first[:4], second[:4]) for first, second in windows(found, "years")]
    assert pairs == [
        (str(year), str(year + 1)) for year in (2014, 2015, 2018, 2019, 2020, 2021)
    ]  # fmt: skip
    names = months("2014-01", "2022-12")
    starts = [
        place
        for place in range(12, len(names) - 12 + 1)
        if names[place + 11] < "2017-01" or names[place - 12] > "2017-03"
    ]
    assert len(starts) == 13 + 46
    expected = [
        (f"{names[s - 12]}..{names[s - 1]}", f"{names[s]}..{names[s + 11]}") for s in starts
    ]
    assert windows(found, "dates") == expected


def test_an_event_in_one_region_of_an_area_is_an_event_of_the_area(long):
    known = {event.id: event for event in long.breaks}["total-reform-2026"]
    event = replace(
        known, id="own", date_from=date(2021, 1, 1), date_to=date(2021, 1, 31), areas=("MK12",)
    )
    compared = bc.compare(long, made(months("2023-01", "2023-12"), seed=6), breaks=[event])
    assert compared.table["method"].str.endswith("; earlier_changes=4").all()
    pairs = [
        (first[:4], second[:4]) for first, second in windows(series.placebo(compared), "years")
    ]
    assert pairs == [("2014", "2015"), ("2015", "2016"), ("2018", "2019"), ("2019", "2020")]


def test_a_change_across_a_bridge_is_ranked_as_the_comparison_has_it(long):
    known = {event.id: event for event in long.breaks}["total-reform-2026"]
    event = replace(known, id="own", date_from=date(2023, 1, 1))
    later = made(months("2023-01", "2023-12"), seed=6)
    bridge = Bridge(factor=1.2, standard_error=0.02, source="a synthetic double count")
    plain = bc.compare(long, later).table.set_index("area")["relative_change"]
    compared = bc.compare(long, later, breaks=[event], bridges={"own": bridge})
    found = series.placebo(compared)
    real = found.table[found.table["kind"] == "real"].set_index("area")["change"]
    assert real.tolist() == pytest.approx(((1 + plain[real.index]) / 1.2 - 1).tolist(), rel=1e-9)
    ranks = found.ranks[(found.ranks["kind"] == "years") & (found.ranks["area"] != "pooled")]
    told = compared.table.set_index("area")["placebo_rank"][ranks["area"]]
    assert ranks["rank"].tolist() == pytest.approx(told.tolist())


@pytest.mark.parametrize(
    ("first", "last", "pairs"), [("2024-01", "2024-12", 4), ("2023-07", "2023-12", 7)]
)
def test_a_follow_up_may_begin_later_than_the_year_after(long, first, last, pairs):
    compared = bc.compare(long, made(months(first, last), seed=8))
    found = series.placebo(compared)
    lag = int(first[:4]) - 2022
    for start, end in windows(found, "years") + windows(found, "dates"):
        assert int(end[:4]) - int(start[:4]) == lag
    assert len(windows(found, "years")) == pairs
    ranks = found.ranks[(found.ranks["kind"] == "years") & (found.ranks["area"] != "pooled")]
    assert ranks["rank"].tolist() == pytest.approx(compared.table["placebo_rank"].tolist())


def test_a_follow_up_in_parts_of_two_years_is_refused(long):
    compared = bc.compare(long, made(months("2023-07", "2024-03"), seed=8))
    with pytest.raises(ComparisonError) as caught:
        series.placebo(compared)
    assert str(caught.value) == (
        "[series.short] expected a follow-up within one year after the base year, found "
        "2023-07..2024-03. Compare one year at a time: measurements.select(first=..., last=...)."
    )


def test_an_area_without_anybody_in_one_year_does_not_stop_the_others(tmp_path):
    def value(code, name, rng):
        return 0 if code == "MK12" and name < "2020" else int(rng.poisson(9))

    early = made(months("2019-01", "2022-12"), value=value)
    baseline = bc.seal(early, tmp_path, name="zero", base_year=2022)
    later = made(months("2023-01", "2023-12"), value=value)
    compared = bc.compare(baseline, later, areas="region")
    ranks = series.placebo(compared).ranks.query("kind == 'years'").set_index("area")["rank"]
    rows = compared.table.set_index("area").drop("MK12")["placebo_rank"]
    assert rows.notna().all()
    assert ranks[rows.index].tolist() == pytest.approx(rows.tolist())


def test_week_53_has_no_like_week_and_is_in_no_window(result):
    found = series.placebo(result, WEEKLY)
    names = weeks(2019, 2022)
    assert (names[0], names[-1], len(names)) == ("2019-W01", "2022-W52", 209)
    expected = []
    for start in range(len(names) - 50):
        second = names[start : start + 51]
        first = [f"{int(name[:4]) - 1}{name[4:]}" for name in second]
        if set(first) <= set(names):
            expected.append((first[0], second[0], second[-1]))
    whole = [(expand(first), expand(second)) for first, second in windows(found, "dates")]
    told = [(str(a[0]), str(b[0]), str(b[-1])) for a, b in whole]
    assert told == expected
    assert len(told) == found.ranks.query("kind == 'dates'")["placebos"].iloc[0]
    for first, second in [*whole, *((expand(a), expand(b)) for a, b in windows(found, "years"))]:
        assert [period.number for period in first] == [period.number for period in second]
        assert all(period.number < 53 for period in first)


def test_a_follow_up_with_week_53_ranks_among_all_pairs_of_years(tmp_path):
    early = made(weeks(2012, 2019), key=WEEKLY)
    baseline = bc.seal(early, tmp_path, name="weeks", base_year=2019)
    compared = bc.compare(baseline, made(weeks(2020, 2020), key=WEEKLY, seed=9))
    assert compared.table["method"].str.endswith("; earlier_changes=4").all()
    found = series.placebo(compared)
    pairs = [(first[:4], second[:4]) for first, second in windows(found, "years")]
    assert pairs == [("2012", "2013"), ("2013", "2014"), ("2014", "2015"), ("2018", "2019")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_sentences_say_rank_total_and_floor(result, language):
    found = series.placebo(result)
    sentences = found.summary(language)
    floor = "25%" if language == "en" else "25\u00a0%"
    assert word("series.placebo_floor", language, number="3", floor=floor) in sentences
    assert len(sentences) == 6
    for row in found.ranks.to_dict("records"):
        total = row["placebos"] + 1
        rank = round(row["rank"] * total)
        if row["area"] == "pooled":
            assert word("series.placebo_pooled", language, rank=rank, total=total) in sentences
            continue
        change = f"{100 * row['change']:+.1f}%".replace("-", "−")
        if language != "en":
            change = change.replace(".", ",").replace("%", "\u00a0%")
        area = result.targets[row["area"]].short_names[language]
        numbers = {"rank": rank, "total": total}
        item = word("series.placebo_item", language, area=area, change=change, **numbers)
        assert item in sentences[0 if row["kind"] == "years" else 3]
    assert "2022–2023" in sentences[0]
    assert ("Southern Finland −0.7%, rank 4 of 4" in sentences[0]) == (language == "en")


def test_without_a_change_there_is_nothing_to_rank(tmp_path):
    nobody = made(months("2019-01", "2022-12"), value=lambda *_: 0)
    baseline = bc.seal(nobody, tmp_path, name="none", base_year=2022)
    with pytest.raises(ComparisonError) as caught:
        series.placebo(bc.compare(baseline, made(months("2023-01", "2023-12"), seed=6)))
    assert str(caught.value) == (
        "[series.no_change] expected an area with a change of basic_sa_households that can be "
        "ranked, found none: no figures on one side, or no ratio of them. See result.table and its "
        "reasons."
    )


def test_without_an_earlier_year_there_is_nothing_to_rank_among(tmp_path):
    baseline = bc.seal(made(months("2022-01", "2022-12")), tmp_path, name="one", base_year=2022)
    found = series.placebo(bc.compare(baseline, made(months("2023-01", "2023-12"), seed=6)))
    assert found.ranks.empty
    assert set(found.table["kind"]) == {"real"}
    assert found.summary("en")[0] == "There is no earlier pair of years to rank among."


def test_an_unknown_indicator_is_refused(result):
    with pytest.raises(ComparisonError, match=r"indicator\.unknown"):
        series.placebo(result, "nothing")
