"""Control charts of areas: limits by hand, phases, rules for runs, and what is said of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

import baseline_compare as bc
from baseline_compare import series
from baseline_compare.errors import ComparisonError
from baseline_compare.language import word
from baseline_compare.measurements import from_frame
from baseline_compare.statistics.runs import runs

KEY = "basic_sa_households"
SHARE = "basic_sa_rejected_decisions_share"
REGIONS = ("MK01", "MK12", "MK19")


def months(first, last):
    return [str(period) for period in pd.period_range(first, last, freq="M")]


def own_series(result, key, area, column="value"):
    table = result.series
    own = table[(table["indicator"] == key) & (table["area"] == area)]
    return own.sort_values("period")[column].to_numpy(dtype=float)


def compared(folder, periods, value, key=KEY):
    """Counts, or shares of 900, of three regions: ``value(region, period, rng)``."""
    rng = np.random.default_rng(21)
    rows = [(key, code, name, value(code, name, rng)) for name in periods for code in REGIONS]
    top = "value" if key == KEY else "numerator"
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", top])
    if key == SHARE:
        frame["denominator"] = 900
    frame["state"] = np.where(frame[top].isna(), "not_available", "value")
    late = frame["period"] >= "2023"
    early, later = (from_frame(f, source="synthetic-chart") for f in (frame[~late], frame[late]))
    baseline = bc.seal(early, folder, name="synthetic", base_year=2022)
    return bc.compare(baseline, later, areas=list(REGIONS))


def poisson(mean):
    return lambda _code, _name, rng: int(rng.poisson(mean))


def factors(values, points):
    """Factors of the months of 2019-2022, month by month to the end of the series."""
    found = seasonal_decompose(values[:48], model="multiplicative", period=12).seasonal[:12]
    return np.resize(found, points)


def moving_range(values):
    return np.abs(np.diff(values)).mean() * np.sqrt(np.pi) / 2


def by_hand(result, key, area):
    """Give value, centre, lower and upper limit of each month since the base year began."""
    y, base = own_series(result, key, area), slice(36, 48)
    if key == KEY:
        x = y / factors(y, 59)
        sigma = np.full(59, moving_range(x[base]))
        centre = x[base].mean()
        return x[36:], np.full(23, centre), (centre - 3 * sigma)[36:], (centre + 3 * sigma)[36:]
    if key.endswith("share"):
        events, below = own_series(result, KEY + "_new", area), own_series(result, KEY, area)
    else:
        events = own_series(result, KEY, area)
        below = own_series(result, key, area, "denominator") * factors(y, 59)
    centre = events[base].sum() / below[base].sum()
    spread = centre * (1 - centre) if key.endswith("share") else centre
    counting = np.sqrt(spread / below)
    z = (events / below - centre) / counting
    reach = 3 * counting * moving_range(z[base])
    lower = np.maximum(centre - reach, 0)
    return (events / below)[36:], np.full(23, centre), lower[36:], (centre + reach)[36:]


@pytest.mark.parametrize(
    ("key", "chart", "years"),
    [
        (KEY, "individuals", 4),
        (KEY + "_per_1000", "laney_u", 4),
        (KEY + "_new_share", "laney_p", 0),
    ],
)
def test_limits_are_those_of_the_base_year_by_hand(result, key, chart, years):
    found = series.control(result, key)
    assert found.season_years == years
    assert set(found.table["chart"]) == {chart}
    for area in result.targets:
        rows = found.table[found.table["area"] == area]
        assert rows["period"].tolist() == months("2022-01", "2023-11")
        columns = ("charted", "centre", "lower", "upper")
        for name, expected in zip(columns, by_hand(result, key, area), strict=True):
            assert np.allclose(rows[name], expected, rtol=1e-9), (name, area)
        assert np.array_equal(rows["value"], own_series(result, key, area)[36:])
        outside = (rows["charted"] > rows["upper"]) | (rows["charted"] < rows["lower"])
        assert rows["beyond"].tolist() == outside.tolist()
        assert rows["in_base"].tolist() == [True] * 12 + [False] * 11
    assert found.table["beyond"].any()


@pytest.mark.parametrize("key", [KEY, SHARE])
def test_later_values_do_not_move_the_limits(tmp_path, key):
    periods, tables = months("2019-01", "2023-12"), []
    for factor in (1.0, 2.0):
        folder = tmp_path / str(factor)

        def value(_code, name, rng, factor=factor):
            return int(rng.poisson(180) * (factor if name >= "2023" else 1))

        tables.append(series.control(compared(folder, periods, value, key)).table)
    one, other = tables
    limits = ["centre", "lower", "upper"]
    pd.testing.assert_frame_equal(one[limits], other[limits])
    assert not np.allclose(one["charted"], other["charted"])
    assert other.loc[~other["in_base"], "beyond"].all()


@pytest.mark.parametrize(("first", "years"), [("2020-02", 0), ("2020-01", 3)])
def test_no_season_is_taken_out_below_three_whole_years(tmp_path, first, years):
    found = series.control(compared(tmp_path, months(first, "2023-12"), poisson(900)))
    assert found.season_years == years
    assert found.table["charted"].equals(found.table["value"]) == (years == 0)
    told = "Figures are seasonally adjusted by factors from 3 whole years."
    assert (told in found.summary("en")) == (years == 3)


def test_a_phase_after_an_event_has_limits_of_its_own_first_year(result):
    found = series.control(result, rebase=["index-2022-08"])
    for area in result.targets:
        phases = found.phases[found.phases["area"] == area]
        told = phases[["phase", "periods", "base"]].to_numpy().tolist()
        assert told == [
            [0, "2022-01..2022-07", "2022-01..2022-07"],
            [1, "2022-08..2023-11", "2022-08..2023-07"],
        ]
        assert phases["reason"].tolist()[0] == "few_base"
        rows = found.table[found.table["area"] == area]
        y = own_series(result, KEY, area)
        x = (y / factors(y, 59))[43:]
        assert rows["phase"].tolist() == [0] * 7 + [1] * 16
        early, rows = rows[rows["phase"] == 0], rows[rows["phase"] == 1]
        assert early["centre"].isna().all()
        assert not early["beyond"].any()
        assert early["value"].tolist() == y[36:43].tolist()
        assert np.allclose(rows["centre"], x[:12].mean(), rtol=1e-9)
        assert np.allclose(rows["upper"], x[:12].mean() + 3 * moving_range(x[:12]), rtol=1e-9)
        assert rows["in_base"].tolist() == [True] * 12 + [False] * 4


def test_a_base_of_fewer_than_ten_periods_has_no_limits(tmp_path):
    found = series.control(compared(tmp_path, months("2022-04", "2023-12"), poisson(900)))
    assert len(found.table) == 3 * 21
    assert found.table[["centre", "lower", "upper"]].isna().all().all()
    assert found.phases["reason"].tolist() == ["few_base"] * 3
    assert found.summary("en")[0] == (
        "No estimate of the XmR control chart, April 2022 – December 2023 (Uusimaa, North Karelia, "
        "Lapland): ten periods are needed to compute the limits."
    )


def zero(codes):
    return lambda code, _name, rng: 0 if code in codes else int(rng.binomial(900, 0.2))


def test_shares_that_are_all_zero_have_no_limits(tmp_path):
    found = series.control(compared(tmp_path, months("2022-01", "2023-12"), zero(REGIONS), SHARE))
    assert found.phases["reason"].tolist() == ["no_share"] * 3
    assert (
        "all counts in the period for the limits are 0, or all shares 100%"
        in found.summary("en")[0]
    )


def test_an_area_whose_shares_are_all_zero_does_not_stop_the_others(tmp_path):
    found = series.control(compared(tmp_path, months("2022-01", "2023-12"), zero(["MK12"]), SHARE))
    reasons = found.phases.set_index("area")["reason"]
    assert reasons["MK12"] == "no_share"
    assert reasons.drop("MK12").isna().all()


def gap(code, name, rng):
    missing = code == "MK12" and name == "2023-03"
    return np.nan if missing else int(rng.poisson(900))


def test_an_area_with_a_gap_says_so_beside_the_signals_of_the_others(tmp_path):
    found = series.control(compared(tmp_path, months("2019-01", "2023-12"), gap))
    reasons = found.phases.set_index("area")["reason"]
    assert reasons["MK12"] == "gap:2023-03"
    assert reasons.drop("MK12").isna().all()
    assert "MK12" not in set(found.table["area"])
    text = " ".join(found.summary("en"))
    assert (
        "No estimate of the XmR control chart (North Karelia): the series lacks March 2023." in text
    )
    assert "Uusimaa: " in text


@pytest.fixture(scope="module")
def eight_years(tmp_path_factory):
    folder = tmp_path_factory.mktemp("eight")
    return compared(folder, months("2016-01", "2023-12"), poisson(900))


def with_event(found, day):
    """Let what is counted in one region change on a day."""
    known = {event.id: event for event in found.baseline.breaks}["total-reform-2026"]
    event = replace(known, id="own-event", date_from=day, areas=("MK12",))
    assert event.effect == "not_comparable"
    return bc.compare(found.baseline, found.measurements, areas=list(REGIONS), breaks=[event])


@pytest.mark.parametrize("day", [date(2022, 5, 1), date(2023, 1, 1), date(2023, 5, 15)])
def test_a_phase_with_an_event_inside_says_so_beside_the_others(eight_years, day):
    found = series.control(with_event(eight_years, day))
    reasons = found.phases.set_index("area")["reason"]
    assert reasons["MK12"] == "break:own-event"
    assert reasons.drop("MK12").isna().all()
    told = (
        "No estimate of the XmR control chart, January 2022 – December 2023 (North Karelia): break "
        "in the series: Total reform of social assistance."
    )
    assert told in found.summary("en")


def test_a_phase_that_begins_with_the_event_is_charted(eight_years):
    found = series.control(with_event(eight_years, date(2023, 1, 1)), rebase=["own-event"])
    assert found.phases["base"].unique().tolist() == ["2022-01..2022-12", "2023-01..2023-12"]
    assert found.phases["reason"].isna().all()


def test_a_season_is_not_taken_from_years_across_an_event_in_the_base_year(eight_years):
    found = series.control(with_event(eight_years, date(2022, 5, 1)), rebase=["own-event"])
    rows = found.table[(found.table["area"] == "MK12") & (found.table["phase"] == 1)]
    assert rows["centre"].notna().all()
    assert rows["charted"].tolist() == rows["value"].tolist()


@pytest.mark.parametrize(
    ("day", "years"),
    [(date(2019, 1, 1), 4), (date(2019, 6, 1), 3), (date(2020, 1, 1), 3), (date(2020, 1, 2), 0)],
)
def test_a_season_is_that_of_the_whole_years_after_an_event(eight_years, day, years):
    found = series.control(with_event(eight_years, day))
    assert found.season_years == years
    assert found.phases["reason"].isna().all()
    for area in REGIONS:
        y = own_series(eight_years, KEY, area)
        season = np.ones(12)
        if years:
            known = y[84 - 12 * years : 84]
            season = seasonal_decompose(known, model="multiplicative", period=12).seasonal[:12]
        rows = found.table[found.table["area"] == area]
        assert np.allclose(rows["charted"], y[72:] / np.resize(season, 24), rtol=1e-9)


@pytest.mark.parametrize("name", ["nothing", "kela-transfer", "total-reform-2026"])
def test_an_event_that_is_unknown_or_outside_is_refused(result, name):
    with pytest.raises(ComparisonError) as caught:
        series.control(result, rebase=["index-2022-08", name])
    assert str(caught.value) == (
        f"[series.event] expected events within 2022-01 to 2023-11, found '{name}'. See "
        "result.events; bring your own by compare(..., breaks=...)."
    )


@pytest.mark.parametrize("key", [KEY, KEY + "_new_share"])
def test_runs_and_crossings_are_those_of_the_periods_after_the_base(result, key):
    found = series.control(result, key)
    for row in found.phases.to_dict("records"):
        own = found.table[(found.table["area"] == row["area"]) & ~found.table["in_base"]]
        told = runs(own["charted"], own["centre"], among=np.full(len(own), True))
        for name in (
            "useful", "longest_run", "longest_allowed", "crossings", "crossings_needed", "judged",
        ):  # fmt: skip
            assert row[name] == getattr(told, name).item(), name
        assert row["beyond"] == own["beyond"].sum()
        assert row["signal"] == (told.signal.item() or own["beyond"].any())
    assert found.phases["judged"].all()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "fi",
            "Itä-Suomi: rajojen ulkopuolella: huhti–lokakuu 2023; keskiviivan samalla puolella "
            "enimmillään 9 peräkkäistä havaintoa, tavallisesti enintään 6; keskiviivan ylityksiä "
            "1, tavallisesti vähintään 2.",
        ),
        (
            "sv",
            "Östra Finland: utanför gränserna: april–oktober 2023; högst 9 perioder i rad på samma "
            "sida om mittlinjen, vanligen högst 6; korsningar av mittlinjen: 1, vanligen minst 2.",
        ),
        (
            "en",
            "Eastern Finland: beyond the limits: April–October 2023; up to 9 periods in a row on "
            "one side of the centre, usually at most 6; crossings of the centre: 1, usually at "
            "least 2.",
        ),
    ],
)
def test_sentences_name_the_signals_of_each_area(result, language, told):
    found = series.control(result)
    numbers = ["longest_run", "longest_allowed", "crossings", "crossings_needed"]
    phases = found.phases.set_index("area")[numbers]
    assert phases.loc["YTA2"].tolist() == [9, 6, 1, 2]
    assert phases.loc["YTA1", numbers[:2]].tolist() == [7, 6]
    rows = found.table[found.table["beyond"] & ~found.table["in_base"]].groupby("area")["period"]
    assert rows.get_group("YTA2").tolist() == months("2023-04", "2023-10")
    assert rows.get_group("YTA1").tolist() == ["2023-07"]
    sentences = found.summary(language)
    assert len(sentences) == 1 + 6 + 3
    assert told in sentences[1:7]
    base = {"fi": "tammi–joulukuu", "sv": "januari–december", "en": "January–December"}[language]
    assert f"{base} 2022." in sentences[0]
    assert sentences[7] == word("series.control_season", language, years="4")
    assert sentences[8] == word("series.control_autocorrelation", language)
    events = "; ".join(event.name(language) for event in found.events)
    assert sentences[9] == word("series.events", language, events=events)
    assert {event.effect for event in found.events} == {"remark"}


@pytest.mark.parametrize(
    ("language", "quiet"),
    [("fi", "ei poikkeamia"), ("sv", "inga signaler"), ("en", "no signal")],
)
def test_a_quiet_series_has_no_signal(tmp_path, language, quiet):
    def value(_code, name, _rng):
        return 900 + (-1) ** int(name[-2:]) * (20 if name < "2023" else 5)

    found = series.control(compared(tmp_path, months("2022-01", "2023-12"), value))
    assert not found.phases["signal"].any()
    assert found.phases["judged"].all()
    lines = found.summary(language)
    assert [line.endswith(f": {quiet}.") for line in lines[1:4]] == [True] * 3
    assert lines[4] == word("series.control_no_season", language)


def test_too_few_later_periods_have_no_rule_of_runs(tmp_path):
    found = series.control(compared(tmp_path, months("2022-01", "2023-06"), poisson(900)))
    assert not found.phases["judged"].any()
    told = "rules about runs cannot be applied to fewer than ten periods."
    assert [line.endswith(told) for line in found.summary("en")[1:4]] == [True] * 3
