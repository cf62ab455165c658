"""Level and slope of series at a date: second computations, what is not claimed, and the words."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import linalg, optimize, special

import baseline_compare as bc
from baseline_compare import series
from baseline_compare.errors import ComparisonError
from baseline_compare.indicators import Catalogue, catalogue
from baseline_compare.language import word
from baseline_compare.measurements import from_frame
from baseline_compare.statistics.autoregression import prais_winsten, reml
from baseline_compare.statistics.least_squares import least_squares, newey_west

KEY = "basic_sa_households"
RATE = "basic_sa_households_per_1000"
SHARE = "synthetic_share"
WEEKLY = "basic_sa_applications_received"
REGIONS = ("MK01", "MK12", "MK19")
NO_CAUSE = {
    "fi": "Ennen ja jälkeen -vertailu ei kerro, mistä muutos johtuu: ",
    "sv": "En jämförelse av före och efter visar inte vad en förändring beror på: ",
    "en": "A comparison of before and after does not tell what caused a change: ",
}


def months(first, last):
    return [str(period) for period in pd.period_range(first, last, freq="M")]


def compared(folder, periods, value, population=None, base_year=2022):
    """Households of three regions, ``value(region, period, rng)``, cut into baseline and later."""
    rng = np.random.default_rng(11)
    rows = [(KEY, code, name, value(code, name, rng)) for name in periods for code in REGIONS]
    years = range(int(periods[0][:4]) - 1, base_year + 1) if population else ()
    rows += [("population", code, str(year), population) for year in years for code in REGIONS]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    frame["state"] = np.where(frame["value"].isna(), "not_available", "value")
    return cut(frame, folder, catalogue(), base_year)


def cut(frame, folder, known, base_year=2022):
    """Cut rows into a sealed baseline and later ones, and compare."""
    early = frame["period"].str[:4].astype(int) <= base_year
    before, after = (
        from_frame(part, source="synthetic-series", indicators=known)
        for part in (frame[early], frame[~early])
    )
    baseline = bc.seal(before, folder, name="synthetic", base_year=base_year)
    return bc.compare(baseline, after, areas=list(REGIONS))


def poisson(mean):
    return lambda _code, _name, rng: int(rng.poisson(mean))


def design(points, before, place=None, slope=True):
    time = np.arange(1, points + 1)
    after = (time > before).astype(float)
    columns = [np.ones(points), time, after, *([after * (time - before - 1)] if slope else [])]
    for turns in () if place is None else (2 * np.pi * place, 4 * np.pi * place):
        columns += [np.sin(turns), np.cos(turns)]
    return np.column_stack(columns)


def place_of(name):
    if "W" not in name:
        return (int(name[5:]) - 1) / 12
    return (date.fromisocalendar(int(name[:4]), int(name[6:]), 1).timetuple().tm_yday - 1) / 365.25


def own_series(result, key, area):
    table = result.series
    return table[(table["indicator"] == key) & (table["area"] == area)].sort_values("period")


def dense_reml(y, x):
    """Generalised least squares with whole matrices; degrees of freedom by differences."""
    n, p = x.shape

    def fitted(rho):
        covariance = rho ** np.arange(n) / (1 - rho**2)
        weighted = linalg.solve_toeplitz(covariance, np.column_stack([x, y]))
        inverse = np.linalg.inv(x.T @ weighted[:, :p])
        beta = inverse @ x.T @ weighted[:, p]
        left = y - x @ beta
        return beta, inverse, left @ (weighted[:, p] - weighted[:, :p] @ beta)

    def deviance(rho, variance):
        _, inverse, squares = fitted(rho)
        volume = -np.linalg.slogdet(inverse)[1] - np.log(1 - rho**2)
        return (n - p) * np.log(variance) + volume + squares / variance

    def profile(rho):
        return deviance(rho, fitted(rho)[2] / (n - p))

    grid = np.linspace(-0.95, 0.95, 20)
    best = grid[np.argmin([profile(rho) for rho in grid])]
    ends = (max(best - 0.1, -0.999), min(best + 0.1, 0.999))
    rho = optimize.minimize_scalar(profile, bounds=ends, options={"xatol": 1e-9}).x
    beta, inverse, squares = fitted(rho)
    variance = squares / (n - p)
    steps, at = np.diag([2e-4, 2e-4 * variance]), np.array([rho, variance])
    information = [
        [
            sum(a * b * deviance(*(at + a * i + b * j)) for a in (-1, 1) for b in (-1, 1))
            for j in steps
        ]
        for i in steps
    ]
    information = np.array(information) / np.outer(steps.sum(axis=0), steps.sum(axis=0)) / 8
    above, below = (np.diag(fitted(rho + sign * 1e-4)[1]) for sign in (1, -1))
    slopes = np.stack([variance * (above - below) / 2e-4, np.diag(inverse)])
    spread = np.einsum("gk,gh,hk->k", slopes, np.linalg.inv(information), slopes)
    v = variance * np.diag(inverse)
    return beta, np.sqrt(v), np.clip(2 * v**2 / spread, 1, n - p), rho


@pytest.mark.parametrize("key", [KEY, RATE, "basic_sa_households_new_share", WEEKLY])
def test_every_area_and_term_is_that_of_dense_restricted_likelihood(result, key):
    found = series.segmented(result, key).table
    ratio = not key.endswith("share")
    assert len(found) == 12
    for area, rows in found.groupby("area"):
        own = own_series(result, key, area)
        before = int((own["period"] < "2023").sum())
        x = design(len(own), before, np.array([place_of(name) for name in own["period"]]))
        y = np.log(own["value"].to_numpy()) if ratio else own["value"].to_numpy()
        beta, errors, df, rho = dense_reml(y, x)
        assert rows["rho"].to_numpy() == pytest.approx([rho] * 2, abs=1e-5)
        for row, column in zip(rows.to_dict("records"), (2, 3), strict=True):
            assert row["df"] == pytest.approx(df[column], rel=1e-3)
            reach = special.stdtrit(row["df"], 0.975) * errors[column]
            numbers = beta[column] + np.array([0, -reach, reach])
            numbers = np.exp(numbers) - 1 if ratio else numbers
            told = [row[name] for name in ("estimate", "low", "high")]
            assert told == pytest.approx(numbers, rel=1e-4, abs=1e-7)
            p = 2 * special.stdtr(row["df"], -abs(beta[column] / errors[column]))
            assert row["p_value"] == pytest.approx(p, rel=1e-3)
        assert rows["term"].tolist() == ["level", "slope"]
        assert set(rows["scale"]) == {"ratio" if ratio else "difference"}


def test_weeks_are_modelled_across_a_year_of_53(result):
    found = series.segmented(result, WEEKLY).table
    assert "2020-W53" in set(own_series(result, WEEKLY, "YTA1")["period"])
    assert (set(found["points_before"]), set(found["points_after"])) == ({209}, {51})
    assert set(found["periods"]) == {"2019-W01..2023-W51"}
    assert "per week" in series.segmented(result, WEEKLY).summary()[1]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    return compared(folder, months("2019-01", "2023-12"), poisson(9), population=4_000)


@pytest.mark.parametrize("key", [KEY, RATE])
def test_small_counts_are_quasi_poisson_with_the_spread_of_pearson(small, key):
    table = series.segmented(small, key, methods=("reml", "newey_west")).table
    assert len(table) == 6
    assert set(table["method"]) == {"quasi_poisson"}
    assert set(table["role"]) == {"default"}
    x = design(60, 48, np.arange(60) % 12 / 12)
    for area, rows in table.groupby("area"):
        counts = own_series(small, KEY, area)["value"].to_numpy()
        assert counts.min() < 30
        fit = sm.GLM(counts, x, family=sm.families.Poisson(), offset=np.full(60, np.log(4_000)))
        fit = fit.fit(scale="X2", tol=1e-12)
        for row, column in zip(rows.to_dict("records"), (2, 3), strict=True):
            error = fit.bse[column] * np.sqrt(max(1.0, 1 / fit.scale))  # not below Poisson
            reach = special.stdtrit(60 - 8, 0.975) * error
            numbers = np.expm1(fit.params[column] + np.array([0, -reach, reach]))
            told = [row[name] for name in ("estimate", "low", "high")]
            assert told == pytest.approx(numbers, rel=1e-6)
            assert (row["df"], row["dispersion"]) == (52, pytest.approx(fit.scale, rel=1e-8))


def test_counts_that_vary_less_than_by_chance_have_the_limits_of_poisson(tmp_path):
    def calm(_code, name, _rng):
        return 8 + (int(name[3]) + int(name[5:])) % 3

    found = series.segmented(compared(tmp_path, months("2019-01", "2023-12"), calm))
    counts = own_series(found.comparison, KEY, "MK01")["value"].to_numpy()
    fit = sm.GLM(counts, design(60, 48, np.arange(60) % 12 / 12), family=sm.families.Poisson())
    fit = fit.fit(tol=1e-12)
    assert (found.table["dispersion"] < 0.5).all()
    for term, column in (("level", 2), ("slope", 3)):
        high = np.expm1(fit.params[column] + special.stdtrit(52, 0.975) * fit.bse[column])
        own = found.table[found.table["term"] == term]
        assert own["high"].to_numpy() == pytest.approx([high] * 3, rel=1e-6)
    told = (
        "Small counts are fitted by quasi-Poisson, which takes periods as independent: their "
        "limits are too narrow where neighbouring periods are alike."
    )
    assert found.summary("en")[2] == told
    assert found.summary("fi")[2] == word("series.small_counts", "fi")


def test_counts_of_thirty_are_not_below_thirty_in_a_rate_either(tmp_path):
    periods = months("2019-01", "2023-12")
    found = compared(tmp_path, periods, lambda _c, _n, rng: int(rng.integers(30, 35)), 107)
    for key in (KEY, RATE):
        assert set(series.segmented(found, key).table["method"]) == {"reml"}, key


def test_each_method_has_rows_of_its_own_with_its_role(result):
    table = series.segmented(result, methods=series.METHODS).table
    roles = table.groupby("method")["role"].unique().map(list).to_dict()
    assert roles == {
        "reml": ["default"],
        "prais_winsten": ["second"],
        "newey_west": ["sensitivity"],
        "least_squares": ["sensitivity"],
    }
    assert len(table) == 4 * 2 * 6
    x = design(59, 48, np.arange(59) % 12 / 12)
    y = np.log([own_series(result, KEY, area)["value"] for area in result.targets])
    for function in (reml, prais_winsten, newey_west, least_squares):
        fit = function(y, x)
        rows = table[table["method"] == function.__name__]
        assert rows["area"].unique().tolist() == list(result.targets)
        assert np.allclose(rows["estimate"], np.expm1(fit.coefficients[:, 2:4]).ravel())
        errors = np.sqrt(np.diagonal(fit.covariance, axis1=1, axis2=2))
        df = np.broadcast_to(fit.df, fit.coefficients.shape)
        high = fit.coefficients + special.stdtrit(df, 0.975) * errors
        assert np.allclose(rows["high"], np.expm1(high[:, 2:4]).ravel())
        assert rows["rho"].isna().all() == (function in (newey_west, least_squares))


def levels(y, x):
    return np.expm1(np.linalg.lstsq(x, np.log(y), rcond=None)[0])


@pytest.mark.parametrize(("last", "whole"), [("2023-11", False), ("2023-12", True)])
def test_season_and_slope_need_two_years(tmp_path, last, whole):
    found = compared(tmp_path, months("2022-01", last), poisson(900))
    table = series.segmented(found, methods=("least_squares",)).table
    points = 24 if whole else 23
    place = np.arange(points) % 12 / 12 if whole else None
    for area in REGIONS:
        y = own_series(found, KEY, area)["value"].to_numpy()
        rows = table[table["area"] == area]
        expected = levels(y, design(points, 12, place, slope=whole))
        assert rows["estimate"].iloc[0] == pytest.approx(expected[2], rel=1e-9)
        assert rows["term"].tolist() == ["level", "slope"]
        if whole:
            assert rows["estimate"].iloc[1] == pytest.approx(expected[3], rel=1e-9)
        else:
            assert np.isnan(rows["estimate"].iloc[1])
            assert rows["reason"].tolist()[1] == "short_for_slope"
    assert set(table["harmonics"]) == {2 if whole else 0}
    text = " ".join(series.segmented(found).summary("en"))
    assert ("a trend needs 24 periods" in text) != whole
    assert ("at January 2023, allowing for trend and season: Uusimaa " in text) == whole
    assert ("at January 2023, allowing for the trend: Uusimaa " in text) != whole


def test_declared_effects_of_the_calendar_are_columns_of_the_model(result):
    rng = np.random.default_rng(2)
    names = months("2018-11", "2024-02")
    calendar = pd.DataFrame({"days": rng.normal(size=64), "easter": rng.normal(size=64)}, names)
    asked = series.segmented(result, methods=("least_squares",), calendar=calendar.iloc[::-1])
    plain = series.segmented(result, methods=("least_squares",)).table
    x = design(59, 48, np.arange(59) % 12 / 12)
    x = np.hstack([x, calendar.loc["2019-01":"2023-11"].to_numpy()])
    for area, rows in asked.table.groupby("area"):
        y = own_series(result, KEY, area)["value"].to_numpy()
        assert np.allclose(rows["estimate"], levels(y, x)[2:4], rtol=1e-9)
        assert not np.allclose(rows["estimate"], plain.loc[rows.index, "estimate"], rtol=1e-3)
        assert set(rows["df"]) == {59 - 10}


def test_the_date_is_the_one_that_is_declared(result):
    found = series.segmented(result, at="2021-06", methods=("least_squares",))
    x = design(59, 29, np.arange(59) % 12 / 12)
    for area, rows in found.table.groupby("area"):
        y = own_series(result, KEY, area)["value"].to_numpy()
        assert np.allclose(rows["estimate"], levels(y, x)[2:4], rtol=1e-9)
        assert rows[["at", "points_before", "points_after"]].iloc[0].tolist() == ["2021-06", 29, 30]


def test_fewer_than_three_periods_a_side_are_not_fitted(result):
    table = series.segmented(result, at="2019-03").table
    assert set(table["reason"]) == {"few_points_a_side"}
    assert table["estimate"].isna().all()
    assert series.segmented(result, at="2019-04").table["estimate"].notna().all()
    assert set(series.segmented(result, at="2023-10").table["reason"]) == {"few_points_a_side"}


def rejected(folder, periods):
    """Shares of three regions, of years or months."""
    rng = np.random.default_rng(5)
    rows = [(SHARE, code, name, rng.binomial(900, 0.2)) for name in periods for code in REGIONS]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "numerator"])
    frame["denominator"] = 900
    known = Catalogue([replace(catalogue()["basic_sa_rejected_decisions_share"], id=SHARE)])
    return cut(frame, folder, known)


@pytest.mark.parametrize(("first", "enough"), [(2013, False), (2012, True)])
def test_fewer_than_twelve_periods_are_not_fitted(tmp_path, first, enough):
    years = [str(year) for year in range(first, 2024)]
    found = series.segmented(rejected(tmp_path, years), at="2018")
    rows = found.table[found.table["term"] == "level"]
    assert rows["estimate"].notna().tolist() == [enough] * 3
    assert set(rows["reason"].dropna()) == (set() if enough else {"few_points"})


def test_years_and_months_of_one_indicator_are_no_series(tmp_path):
    found = rejected(tmp_path, ["2020", "2021", *months("2022-01", "2023-12")])
    with pytest.raises(ComparisonError) as caught:
        series.segmented(found)
    assert str(caught.value) == (
        f"[series.frequency] expected one kind of period for {SHARE}, found month and year. "
        "Compare months or weeks alone: seal a baseline of one kind."
    )


def one_area(special_value, usual=900):
    """Let MK12 have values of its own."""

    def value(code, name, rng):
        return special_value(name) if code == "MK12" else int(rng.poisson(usual))

    return value


def test_an_area_with_a_gap_says_which_and_does_not_stop_the_others(tmp_path):
    value = one_area(
        lambda name: np.nan if name in ("2020-03", "2020-04") else 500 + int(name[-2:])
    )
    found = series.segmented(compared(tmp_path, months("2019-01", "2023-12"), value))
    rows = found.table[found.table["area"] == "MK12"]
    assert rows["reason"].tolist() == ["gap:2020-03..2020-04"]
    assert found.table.loc[found.table["area"] != "MK12", "estimate"].notna().all()
    told = "No estimate of the level (North Karelia): the series lacks March–April 2020."
    assert told in found.summary("en")
    shown = found.display_table("fi")
    assert shown["Muutos"].tolist().count("–") == 1
    assert len(shown) == 5


@pytest.mark.parametrize(
    ("own", "usual", "reason"),
    [
        (lambda name: 0 if name < "2023" else 4, 9, "no_counts_a_side"),
        (lambda name: 4 if name < "2023" else 0, 9, "no_counts_a_side"),
        (lambda name: 500, 900, "constant"),
        (lambda name: 5, 9, "constant"),
        (lambda name: 500 if name < "2023" else 600, 900, "no_error"),
    ],
)
def test_a_series_that_cannot_tell_says_why(tmp_path, own, usual, reason):
    value = one_area(own, usual)
    found = compared(tmp_path, months("2019-01", "2023-12"), value)
    table = series.segmented(found, methods=series.METHODS).table
    rows = table[table["area"] == "MK12"]
    assert len(rows) == 1
    assert rows["estimate"].isna().all()
    assert rows["reason"].iloc[0] == reason
    assert table.loc[table["area"] != "MK12", "estimate"].notna().all()


def without(names):
    return pd.DataFrame({"x": np.arange(float(len(names)))}, index=names)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"at": "2024-06"},
            "[series.date] expected a period from 2019-01 to 2023-11, found 2024-06. Name a period "
            "of the series, such as its first after the base year.",
        ),
        ({"at": "2023-W01"}, "[series.date] expected a period from 2019-01 to 2023-11, found"),
        (
            {"methods": ("ols",)},
            "[series.method] expected methods among reml, prais_winsten, newey_west, "
            "least_squares, found 'ols'. Name some of these; reml is the default.",
        ),
        ({"methods": ()}, "[series.method] expected methods among reml, prais_winsten"),
        (
            {"calendar": without(months("2019-02", "2023-11"))},
            "[series.calendar] expected a number for every period from 2019-01 to 2023-11, once, "
            "found none for 2019-01. Give one row a period, the period as index.",
        ),
        (
            {"calendar": without([*months("2019-01", "2023-11"), "2019-01"])},
            "to 2023-11, once, found a period twice. Give one row a period",
        ),
        (
            {"calendar": without(months("2019-01", "2023-11")).replace(3.0, np.nan)},
            "to 2023-11, once, found cells that are no finite numbers. Give one row a period",
        ),
        (
            {"calendar": without(months("2019-01", "2023-11")).replace(3.0, np.inf)},
            "[series.calendar] expected a number for every period from 2019-01 to 2023-11",
        ),
        (
            {"calendar": without(months("2019-01", "2023-11")).astype(str) + " days"},
            "[series.calendar] expected a number for every period from 2019-01 to 2023-11",
        ),
        ({"indicator": "nothing"}, "[indicator.unknown] expected indicators that have series: "),
    ],
)
def test_wrong_requests_are_refused(result, arguments, told):
    with pytest.raises(ComparisonError) as caught:
        series.segmented(result, **arguments)
    assert told in str(caught.value)


def test_a_follow_up_after_a_gap_everywhere_is_refused(tmp_path):
    periods = [*months("2022-01", "2022-12"), *months("2023-07", "2023-12")]
    with pytest.raises(ComparisonError) as caught:
        series.segmented(compared(tmp_path, periods, poisson(900)))
    assert str(caught.value) == (
        "[series.gap] expected every period of basic_sa_households from 2022-01 to 2023-12, found "
        "none in 2023-01..2023-06 (MK01). Bring the missing periods: a series with gaps cannot be "
        "modelled."
    )


def percent(value, digits, language, sign="%"):
    text = f"{100 * value:+.{digits}f}".replace("-", "−")
    text = text[1:] if not text.strip("+−0.") else text
    text = text if language == "en" else text.replace(".", ",")
    return text + (sign if language == "en" or not sign else "\u00a0" + sign)


@pytest.mark.parametrize(("language", "to"), [("fi", "…"), ("sv", "till"), ("en", "to")])
def test_sentences_hold_the_numbers_of_the_table(result, language, to):
    found = series.segmented(result)
    sentences = found.summary(language)
    assert len(sentences) == 5
    for row in found.table.to_dict("records"):
        digits = {"level": 1, "slope": 2}[row["term"]]
        change, high = (percent(row[name], digits, language) for name in ("estimate", "high"))
        low = percent(row["low"], digits, language, sign="")
        area = result.targets[row["area"]].short_names[language]
        written = f"{area} {change} ({low}\u00a0{to}\u00a0{high})"
        assert written in sentences[0 if row["term"] == "level" else 1]
    assert sentences[-1].startswith(NO_CAUSE[language])
    assert sentences[2] == word("series.alone", language)
    events = [event.name(language) for event in found.events]
    assert sentences[3] == word("series.events", language, events="; ".join(events))
    assert "epidemic-2020" in [event.id for event in found.events]
    month = {"fi": "tammikuu 2023", "sv": "januari 2023", "en": "January 2023"}[language]
    assert month in sentences[0]


def quarters(folder, seed=3):
    """Households by quarter with a peak in the second one; nothing else happens."""
    rng = np.random.default_rng(seed)
    plain = replace(catalogue()[KEY], id="synthetic_count", breakdowns=())
    known = Catalogue([replace(plain, period_types=("quarter",))])
    rows = [
        ("synthetic_count", code, f"{year}-Q{quarter}", int(rng.poisson(900 * peak)))
        for year in range(2015, 2024)
        for quarter, peak in enumerate((1.0, 1.3, 1.0, 0.9), start=1)
        for code in REGIONS
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    return cut(frame, folder, known)


def test_quarters_have_one_pair_of_harmonics(tmp_path):
    found = series.segmented(quarters(tmp_path), methods=("least_squares",))
    assert set(found.table["harmonics"]) == {1}
    place = (np.arange(36) % 4) * 0.25
    x = np.column_stack([design(36, 32), np.sin(2 * np.pi * place), np.cos(2 * np.pi * place)])
    for area, rows in found.table.groupby("area"):
        y = own_series(found.comparison, "synthetic_count", area)["value"].to_numpy()
        assert np.allclose(rows["estimate"], levels(y, x)[2:4], rtol=1e-9)
    assert found.table["estimate"].abs().max() < 0.1


def own_break(day, **changes):
    known = {event.id: event for event in bc.load_baseline("2022").breaks}["total-reform-2026"]
    return replace(known, id="own-break", date_from=day, areas=("MK12",), **changes)


def test_a_series_is_not_taken_across_an_event_after_which_it_is_not_comparable(tmp_path):
    made = compared(tmp_path, months("2018-01", "2023-12"), poisson(900))
    for day in (date(2023, 1, 1), date(2023, 5, 1)):
        again = bc.compare(
            made.baseline, made.measurements, areas=list(REGIONS), breaks=[own_break(day)]
        )
        found = series.segmented(again)
        table = found.table
        assert set(table.loc[table["area"] == "MK12", "reason"]) == {"break:own-break"}
        assert table.loc[table["area"] != "MK12", "estimate"].notna().all()
        told = (
            "No estimate of the level (North Karelia): break in the series: Total reform of social "
            "assistance."
        )
        assert told in found.summary("en")
    early = bc.compare(
        made.baseline,
        made.measurements,
        areas=list(REGIONS),
        breaks=[own_break(date(2019, 3, 1))],
    )
    assert set(series.segmented(early).table["periods"]) == {"2019-03..2023-12"}


@pytest.mark.parametrize(
    ("first", "last", "periods"),
    [
        (date(2017, 6, 1), date(2020, 6, 30), "2020-07..2023-12"),
        (date(2020, 1, 1), date(2020, 6, 30), "2020-07..2023-12"),
        (date(2017, 6, 1), date(2017, 12, 31), "2018-01..2023-12"),
        (date(2017, 6, 1), date(2024, 6, 30), "2018-01..2023-12"),
    ],
)
def test_what_ends_within_the_series_is_no_part_of_it(tmp_path, first, last, periods):
    made = compared(tmp_path, months("2018-01", "2023-12"), poisson(900))
    event = own_break(first, date_to=last)
    again = bc.compare(made.baseline, made.measurements, areas=list(REGIONS), breaks=[event])
    assert set(series.segmented(again).table["periods"]) == {periods}


@pytest.mark.parametrize("first", [date(2017, 6, 1), date(2021, 1, 1), date(2022, 6, 1)])
def test_what_ends_after_the_date_breaks_the_series(tmp_path, first):
    made = compared(tmp_path, months("2018-01", "2023-12"), poisson(900))
    event = own_break(first, date_to=date(2023, 3, 31))
    again = bc.compare(made.baseline, made.measurements, areas=list(REGIONS), breaks=[event])
    table = series.segmented(again).table.query("term == 'level'")
    assert set(table.loc[table["area"] == "MK12", "reason"]) == {"break:own-break"}
    phases = series.control(again).phases
    assert set(phases.loc[phases["area"] == "MK12", "reason"]) == {"break:own-break"}


def test_a_date_after_the_series_is_refused_whatever_happened_in_its_last_month(tmp_path):
    made = compared(tmp_path, months("2021-01", "2023-12"), poisson(900))
    event = own_break(date(2023, 12, 15))
    again = bc.compare(made.baseline, made.measurements, areas=list(REGIONS), breaks=[event])
    with pytest.raises(ComparisonError, match=r"series\.date"):
        series.segmented(again, at="2024-06")


def euros(folder, value):
    """Euros a month of three regions."""
    rng = np.random.default_rng(4)
    changed = {"id": "synthetic_euros", "period_types": ("month",)}
    known = Catalogue([replace(catalogue()["basic_sa_expenditure_gross"], **changed)])
    rows = [
        ("synthetic_euros", code, name, value(code, name, rng))
        for name in months("2019-01", "2023-12")
        for code in REGIONS
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    return cut(frame, folder, known)


def test_euros_are_taken_on_logs_however_few(tmp_path):
    found = euros(tmp_path, lambda _code, _name, rng: float(rng.normal(10, 1)))
    table = series.segmented(found, methods=("least_squares",)).table
    assert set(table["scale"]) == {"ratio"}
    x = design(60, 48, np.arange(60) % 12 / 12)
    for area, rows in table.groupby("area"):
        y = own_series(found, "synthetic_euros", area)["value"].to_numpy()
        assert np.allclose(rows["estimate"], levels(y, x)[2:4], rtol=1e-9)


def test_an_area_with_a_month_of_no_euros_does_not_stop_the_others(tmp_path):
    def value(code, name, rng):
        return 0.0 if (code, name) == ("MK12", "2020-03") else float(rng.normal(5e5, 2e4))

    table = series.segmented(euros(tmp_path, value)).table
    assert table.loc[table["area"] != "MK12", "estimate"].notna().all()
    rows = table[table["area"] == "MK12"]
    assert rows["estimate"].isna().all()
    assert rows["reason"].notna().all()


def test_the_second_method_alone_has_a_summary_too(result):
    sentences = series.segmented(result, methods=("prais_winsten",)).summary("en")
    assert sentences[-1].startswith(NO_CAUSE["en"])
