"""Control charts: published limits and bounds, plain loops, and what frozen limits may not read."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from baseline_compare.statistics.control_charts import (
    ControlLimits,
    beyond_limits,
    individuals,
    laney_p,
    laney_u,
)
from baseline_compare.statistics.runs import runs

EXACT_D2, TABLED_D2 = 2 / math.sqrt(math.pi), 1.128

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rate of ten batches
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]

# Mohammed et al. 2013, BMJ Qual Saf 22:362: attendances seen within 4 hours in 20 weeks, as the
# data set nhs_accidents of qicharts2 holds them
SEEN = [266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320]
SEEN += [267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989]
ALL = [280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529]
ALL += [279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772]

# Their P' limits with d2 = 1.128 in the tests of PowerBI-SPC (computed in R, 6 decimals)
UPPER = [0.96567, 0.965753, 0.965421, 0.965326, 0.965627, 0.965775, 0.965593, 0.965345, 0.965579]
UPPER += [0.965623, 0.965689, 0.965591, 0.965996, 0.965961, 0.965753, 0.965877, 0.966012, 0.96583]
UPPER += [0.965713, 0.965824]
LOWER = [0.94013, 0.940046, 0.940378, 0.940473, 0.940173, 0.940025, 0.940207, 0.940454, 0.94022]
LOWER += [0.940177, 0.940111, 0.940208, 0.939803, 0.939839, 0.940046, 0.939923, 0.939788, 0.939969]
LOWER += [0.940087, 0.939975]

# qicharts2, vignette, appendix "Critical values for longest run and number of crossings", 10 to 75
# useful observations
LONGEST = [6] * 2 + [7] * 11 + [8] * 23 + [9] * 30
CROSSINGS = [2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11, 11, 12, 12]
CROSSINGS += [13, 13, 14, 14, 14, 15, 15, 16, 16, 17, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 21]
CROSSINGS += [22, 22, 23, 23, 24, 24, 25, 25, 25, 26, 26, 27, 27, 28, 28, 29, 29, 29, 30]


def with_tabled_d2(limits):
    reach = 3 * limits.sigma * EXACT_D2 / TABLED_D2
    return limits.centre - reach, limits.centre + reach


def plain_moving_range(values, base):
    ranges = []
    for i in range(1, len(values)):
        if base[i] and base[i - 1]:
            ranges.append(abs(values[i] - values[i - 1]))
    return sum(ranges) / len(ranges)


def plain_laney(events, denominators, base, *, shares):
    total = sum(x for x, b in zip(events, base, strict=True) if b)
    average = total / sum(n for n, b in zip(denominators, base, strict=True) if b)
    own = average * (1 - average) if shares else average
    z = []
    for x, n in zip(events, denominators, strict=True):
        z.append((x / n - average) / math.sqrt(own / n))
    sigma_z = plain_moving_range(z, base) / EXACT_D2
    lower, upper = [], []
    for n in denominators:
        reach = 3 * sigma_z * math.sqrt(own / n)
        lower.append(max(average - reach, 0))
        upper.append(min(average + reach, 1) if shares else average + reach)
    return average, lower, upper, sigma_z


def some_bases(random, size, periods):
    bases = random.random((size, periods)) < 0.7
    bases[:, 2:6] = True
    return bases


def some_counts(random, size, periods):
    denominators = random.integers(30, 3000, (size, periods)).astype(float)
    share = random.uniform(0.01, 0.99, (size, 1)) * random.uniform(0.8, 1.0, (size, periods))
    return random.binomial(denominators.astype(int), share).astype(float), denominators


def every(values):
    return np.full(np.shape(values), True)


def test_the_flow_rates_of_the_handbook_have_the_published_limits():
    found = individuals(FLOW, base=every(FLOW))
    assert found.limits.centre == pytest.approx(np.full(10, 50.81), abs=1e-12)
    assert found.moving_range == pytest.approx(1.8778, abs=5e-5)
    lower, upper = with_tabled_d2(found.limits)
    assert lower == pytest.approx(np.full(10, 45.8159), abs=5e-5)
    assert upper == pytest.approx(np.full(10, 55.8041), abs=5e-5)
    rounding = 3 * 1.8778 * abs(1 / TABLED_D2 - 1 / EXACT_D2)
    assert rounding < 0.0017
    assert found.limits.upper == pytest.approx(upper, abs=rounding)
    assert found.limits.lower == pytest.approx(lower, abs=rounding)


def test_the_factors_of_moving_ranges_are_those_of_the_range_of_two_normal_values():
    found = individuals(FLOW, base=every(FLOW))
    span = stats.halfnorm(scale=math.sqrt(2))  # |x - y| of two standard normal values
    assert found.moving_range / found.limits.sigma[0] == pytest.approx(span.mean(), rel=1e-12)
    factor = found.moving_range_upper / found.moving_range
    assert factor == pytest.approx(1 + 3 * span.std() / span.mean(), rel=1e-12)
    assert [round(span.mean(), 3), round(float(factor), 3)] == [1.128, 3.267]  # as tabled


def test_the_weeks_of_accident_departments_have_the_published_limits():
    for found in (laney_p(SEEN, ALL, base=every(ALL)), laney_u(SEEN, ALL, base=every(ALL))):
        assert found.limits.centre == pytest.approx(np.full(20, 0.9529), abs=5e-5)
        lower, upper = with_tabled_d2(found.limits)
        assert lower == pytest.approx(np.array(LOWER), abs=6e-7)
        assert upper == pytest.approx(np.array(UPPER), abs=6e-7)
        assert found.limits.lower == pytest.approx(np.array(LOWER), abs=6e-6)
        assert found.limits.upper == pytest.approx(np.array(UPPER), abs=6e-6)


def test_many_charts_of_individuals_are_as_each_by_itself_with_plain_loops():
    random = np.random.default_rng(1)
    values, bases = random.normal(50, 9, (40, 3, 15)), some_bases(random, 3, 15)
    found = individuals(values, base=bases)
    assert found.limits.upper.shape == (40, 3, 15)
    assert found.moving_range.shape == found.moving_range_upper.shape == (40, 3)
    for cell in np.ndindex(40, 3):
        own, base = values[cell].tolist(), bases[cell[1]].tolist()
        chosen = [x for x, b in zip(own, base, strict=True) if b]
        centre, average = sum(chosen) / len(chosen), plain_moving_range(own, base)
        reach = 3 * average / EXACT_D2
        assert found.moving_range[cell] == pytest.approx(average, rel=1e-12)
        assert found.limits.centre[cell] == pytest.approx(np.full(15, centre), rel=1e-12)
        assert found.limits.lower[cell] == pytest.approx(np.full(15, centre - reach), rel=1e-11)
        assert found.limits.upper[cell] == pytest.approx(np.full(15, centre + reach), rel=1e-11)


@pytest.mark.parametrize(("chart", "shares"), [(laney_p, True), (laney_u, False)])
def test_many_laney_charts_are_as_each_by_itself_with_plain_loops(chart, shares):
    random = np.random.default_rng(2)
    events, denominators = some_counts(random, 200, 14)
    bases = some_bases(random, 200, 14)
    found = chart(events, denominators, base=bases)
    assert found.limits.sigma.shape == (200, 14)
    assert found.sigma_z.shape == (200,)
    for i in range(200):
        own = events[i].tolist(), denominators[i].tolist(), bases[i].tolist()
        average, lower, upper, sigma_z = plain_laney(*own, shares=shares)
        assert found.sigma_z[i] == pytest.approx(sigma_z, rel=1e-11)
        assert found.limits.centre[i] == pytest.approx(np.full(14, average), rel=1e-12)
        assert found.limits.lower[i] == pytest.approx(np.array(lower), rel=1e-11, abs=1e-13)
        assert found.limits.upper[i] == pytest.approx(np.array(upper), rel=1e-11)


def test_limits_of_individuals_do_not_read_other_periods_than_those_of_the_base():
    base = np.array([True, True, True, False, True, True, False])
    first = individuals([5.0, 7.0, 4.0, np.nan, 8.0, 9.0, 6.0], base=base)
    second = individuals([5.0, 7.0, 4.0, 900.0, 8.0, 9.0, -70.0], base=base)
    assert first.limits.upper.tolist() == second.limits.upper.tolist()
    assert first.limits.centre.tolist() == [33 / 5] * 7
    assert first.moving_range == second.moving_range == (2 + 3 + 1) / 3


@pytest.mark.parametrize("chart", [laney_p, laney_u])
def test_limits_of_counts_read_the_denominators_alone_of_periods_out_of_the_base(chart):
    random = np.random.default_rng(3)
    events, denominators = some_counts(random, 50, 14)
    base = np.arange(14) < 9
    first = chart(events, denominators, base=base)
    other = np.where(base, events, np.minimum(2 * events + 1, denominators))
    second = chart(other, denominators, base=base)
    assert first.limits.lower.tolist() == second.limits.lower.tolist()
    assert first.limits.upper.tolist() == second.limits.upper.tolist()
    larger = chart(events, np.where(base, denominators, 4 * denominators), base=base)
    assert larger.limits.sigma[:, :9].tolist() == first.limits.sigma[:, :9].tolist()
    assert larger.limits.sigma[:, 9:] == pytest.approx(first.limits.sigma[:, 9:] / 2, rel=1e-12)


def test_individuals_in_another_unit_have_their_limits_in_that_unit():
    random = np.random.default_rng(4)
    values, bases = random.normal(0, 1, (60, 12)), some_bases(random, 60, 12)
    found, turned = individuals(values, base=bases), individuals(7 - 3 * values, base=bases)
    assert turned.limits.centre == pytest.approx(7 - 3 * found.limits.centre, rel=1e-10)
    assert turned.limits.lower == pytest.approx(7 - 3 * found.limits.upper, abs=1e-10)
    assert turned.limits.upper == pytest.approx(7 - 3 * found.limits.lower, abs=1e-10)
    assert turned.limits.sigma == pytest.approx(3 * found.limits.sigma, rel=1e-10)
    assert turned.moving_range_upper == pytest.approx(3 * found.moving_range_upper, rel=1e-10)


def test_limits_are_arrays_of_their_own_that_can_be_written_to():
    charts = individuals(FLOW, base=every(FLOW)), laney_u(FLOW, FLOW, base=every(FLOW))
    for limits in (chart.limits for chart in charts):
        for line in (limits.centre, limits.lower, limits.upper, limits.sigma):
            line[0] = -1
            assert line[1] != -1


def test_shares_of_events_and_of_no_events_have_mirrored_limits():
    random = np.random.default_rng(5)
    events, denominators = some_counts(random, 60, 12)
    found = laney_p(events, denominators, base=every(events))
    mirrored = laney_p(denominators - events, denominators, base=every(events))
    assert mirrored.sigma_z == pytest.approx(found.sigma_z, rel=1e-9)
    assert mirrored.limits.lower == pytest.approx(1 - found.limits.upper, abs=1e-12)
    assert mirrored.limits.upper == pytest.approx(1 - found.limits.lower, abs=1e-12)


def test_the_unit_of_the_exposure_does_not_change_sigma_z():
    random = np.random.default_rng(6)
    events, exposure = some_counts(random, 60, 12)
    found = laney_u(events, exposure, base=every(events))
    per_thousand = laney_u(events, exposure / 1000, base=every(events))
    assert per_thousand.sigma_z == pytest.approx(found.sigma_z, rel=1e-10)
    assert per_thousand.limits.upper == pytest.approx(1000 * found.limits.upper, rel=1e-10)


def test_shares_have_the_same_sigma_in_both_charts_of_laney():
    random = np.random.default_rng(7)
    events, denominators = some_counts(random, 60, 12)
    shares = laney_p(events, denominators, base=every(events))
    rates = laney_u(events, denominators, base=every(events))
    assert rates.limits.sigma == pytest.approx(shares.limits.sigma, rel=1e-10)
    average = shares.limits.centre[:, 0]
    assert rates.sigma_z == pytest.approx(shares.sigma_z * np.sqrt(1 - average), rel=1e-10)


def test_with_a_sigma_z_of_one_the_charts_of_laney_are_the_plain_p_and_u_charts():
    n, share, side = 400, 0.3, np.resize([1, -1], 12)
    half = EXACT_D2 / 2  # the scores swing by d2
    found = laney_p(
        n * share + side * half * math.sqrt(n * share * (1 - share)),
        np.full(12, n),
        base=every(side),
    )
    reach = 3 * math.sqrt(share * (1 - share) / n)
    assert found.sigma_z == pytest.approx(1, rel=1e-12)
    assert found.limits.lower == pytest.approx(np.full(12, share - reach), rel=1e-12)
    assert found.limits.upper == pytest.approx(np.full(12, share + reach), rel=1e-12)
    rate, exposure = 0.05, 2000
    events = exposure * rate + side * half * math.sqrt(exposure * rate)
    found = laney_u(events, np.full(12, exposure), base=every(side))
    reach = 3 * math.sqrt(rate / exposure)
    assert found.sigma_z == pytest.approx(1, rel=1e-12)
    assert found.limits.upper == pytest.approx(np.full(12, rate + reach), rel=1e-12)


def test_sigma_z_of_pure_counting_is_near_one_and_few_later_periods_are_beyond_the_limits():
    random = np.random.default_rng(8)
    n = random.integers(800, 1200, (400, 60))
    base = np.arange(60) < 40
    shares, rates = random.binomial(n, 0.2), random.poisson(n * 0.2)
    later = np.broadcast_to(~base, n.shape)
    for chart, events in ((laney_p, shares), (laney_u, rates)):
        found = chart(events, n, base=base)
        assert found.sigma_z.mean() == pytest.approx(1, abs=0.02)
        told = beyond_limits(events / n, found.limits, among=later)
        assert 0.002 < told.sum() / later.sum() < 0.012  # 0.0027 if the limits were known
    wider = laney_p(random.binomial(n, random.uniform(0.1, 0.3, n.shape)), n, base=base)
    assert wider.sigma_z.min() > 2


def test_limits_of_shares_and_rates_are_cut_at_what_is_possible():
    base = np.full(4, True)
    low, high = laney_p([0, 2, 0, 1], [5] * 4, base=base), laney_p([5, 3, 5, 4], [5] * 4, base=base)
    assert low.limits.lower.tolist() == [0] * 4
    assert high.limits.upper.tolist() == [1] * 4
    rates = laney_u([3, 12, 2, 20], [5] * 4, base=base)
    assert rates.limits.lower.tolist() == [0] * 4
    assert rates.limits.upper.min() > 1


def test_a_base_without_movement_has_limits_on_the_centre_and_its_values_are_not_beyond_them():
    values = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1001])
    base = np.arange(7) < 6
    found = individuals(values, base=base)
    assert found.limits.sigma.tolist() == [0] * 7
    told = beyond_limits(values, found.limits, among=every(values))
    assert told.tolist() == [False] * 6 + [True]
    assert runs(values, found.limits.centre, among=every(values)).useful == 1
    events, patients = np.array([21, 42, 63, 105, 21, 22]), np.array([70, 140, 210, 350, 70, 70])
    shares = laney_p(events, patients, base=np.arange(6) < 5)
    told = beyond_limits(events / patients, shares.limits, among=every(events))
    assert told.tolist() == [False] * 5 + [True]


def test_values_on_a_limit_and_periods_that_are_left_out_are_not_beyond_the_limits():
    lines = ControlLimits(*(np.full(6, line) for line in (5.0, 2.0, 8.0, 1.0)))
    values = [2.0, 8.0, 1.999, 8.001, 99.0, np.nan]
    told = beyond_limits(values, lines, among=[True, True, True, True, False, False])
    assert told.tolist() == [False, False, True, True, False, False]


def test_the_bounds_of_runs_are_the_published_ones():
    n = np.arange(10, 76)
    values = np.resize([1.0, -1.0], 75)
    found = runs(values, 0, among=np.arange(75) < n[:, None])
    assert found.useful.tolist() == n.tolist()
    assert found.longest_allowed.tolist() == LONGEST
    assert found.crossings_needed.tolist() == CROSSINGS


def test_the_crossings_needed_are_the_quantile_of_the_binomial_distribution():
    n = np.arange(1, 1200)
    among = np.arange(1199) < n[:, None]
    found = runs(np.resize([1.0, -1.0], 1199), 0, among=among)
    assert found.crossings_needed.tolist() == stats.binom.ppf(0.05, n - 1, 0.5).tolist()
    assert found.longest_allowed.tolist() == [round(math.log2(k) + 3) for k in n.tolist()]
    assert found.crossings.tolist() == (n - 1).tolist()


def test_runs_and_crossings_are_those_counted_along_the_series():
    random = np.random.default_rng(9)
    values = random.integers(-3, 4, (30, 20, 24)) + random.choice([-2, 0, 2], (30, 20, 1))
    centre, among = random.integers(-1, 2, (20, 1)), random.random((30, 20, 24)) < 0.9
    found = runs(values, centre, among=among)
    signals = 0
    for cell in np.ndindex(30, 20):
        pairs = zip(values[cell] - centre[cell[1]], among[cell], strict=True)
        above = [bool(x > 0) for x, used in pairs if used and x != 0]
        lengths = [len(list(group)) for _, group in itertools.groupby(above)]
        n, longest, crossings = len(above), max(lengths), len(lengths) - 1
        assert found.useful[cell] == n
        assert found.longest_run[cell] == longest
        assert found.crossings[cell] == crossings
        unusual = longest > round(math.log2(n) + 3) or crossings < stats.binom.ppf(0.05, n - 1, 0.5)
        assert found.judged[cell] == (n >= 10)
        assert found.signal[cell] == (n >= 10 and unusual)
        signals += unusual
    assert 100 < signals < 500


def signal(sides):
    return bool(runs(sides, 0, among=every(sides)).signal)


def test_too_long_a_run_alone_and_too_few_crossings_alone_are_a_signal():
    swings = np.resize([-1, 1], 16)
    assert not signal([1] * 8 + swings.tolist())  # 8 of 24 are allowed
    assert signal([1] * 9 + swings[:15].tolist())
    assert signal(np.repeat(np.resize([1, -1], 8), 3))  # 7 crossings, 8 are needed
    assert not signal(np.repeat(np.resize([1, -1], 9), [3, 3, 3, 3, 3, 3, 2, 2, 2]))


def test_values_on_the_centre_and_periods_that_are_left_out_do_not_end_a_run():
    values = [1, 2, 0, 3, np.nan, 4, -9, 5, -1, 0, -2]
    among = [True, True, True, True, False, True, False, True, True, True, True]
    found = runs(values, 0, among=among)
    assert [found.useful, found.longest_run, found.crossings] == [7, 5, 1]


def test_fewer_than_ten_useful_values_give_no_signal():
    one_side = np.ones(12)
    among = np.arange(12) < np.array([[0], [1], [9], [10]])
    found = runs(one_side, 0, among=among)
    assert found.useful.tolist() == found.longest_run.tolist() == [0, 1, 9, 10]
    assert found.judged.tolist() == found.signal.tolist() == [False, False, False, True]
    assert runs(one_side, 1, among=among).signal.tolist() == [False] * 4


THREE = [True, True, True]


def test_impossible_series_are_refused():
    with pytest.raises(ValueError, match=r"^expected finite numbers, found values = nan in cell"):
        individuals([1, np.nan, 3], base=THREE)
    with pytest.raises(ValueError, match=r"^expected finite numbers, found values = inf in cell"):
        runs([1, np.inf, 3], 2, among=THREE)
    told = individuals([1, 2, 3], base=THREE).limits
    with pytest.raises(ValueError, match=r"^expected finite numbers, found values = nan in cell"):
        beyond_limits([1, np.nan, 3], told, among=THREE)
    single = r"^expected periods on the last axis, found a single number$"
    with pytest.raises(ValueError, match=single):
        individuals(5, base=True)
    with pytest.raises(ValueError, match=single):
        runs(5, 4, among=True)


def test_a_base_of_too_few_neighbours_is_refused():
    message = r"^expected a base of at least 3 periods with 2 moving ranges, found periods = %s, "
    with pytest.raises(ValueError, match=message % 2 + r"moving_ranges = 1 in cell \(\)$"):
        individuals([1, 2], base=[True, True])
    base = [[True] * 6, [True, False, True, True, False, True]]
    with pytest.raises(ValueError, match=message % 4 + r"moving_ranges = 1 in cell \(1,\)$"):
        individuals([1, 2, 3, 4, 5, 6], base=base)
    with pytest.raises(ValueError, match=message % 0 + r"moving_ranges = 0 in cell \(\)$"):
        laney_p([1, 2, 3], [9, 9, 9], base=[False, False, False])
    with pytest.raises(ValueError, match=message % 1 + r"moving_ranges = 0 in cell \(\)$"):
        laney_u([1, 2, 3], [9, 9, 9], base=[False, True, False])


def test_places_instead_of_a_mask_are_refused():
    with pytest.raises(ValueError, match=r"^expected base of True and False, found int64$"):
        individuals([1, 2, 3], base=np.array([0, 1, 2], dtype=np.int64))
    with pytest.raises(ValueError, match=r"^expected base of True and False, found float64$"):
        laney_p([1, 2, 3], [9, 9, 9], base=[1.0, 1.0, 0.0])
    with pytest.raises(ValueError, match=r"^expected among of True and False, found int64$"):
        runs([1, 2, 3], 2, among=np.array([0, 1, 2], dtype=np.int64))


@pytest.mark.parametrize(
    ("events", "denominators", "found"),
    [
        ([1, 0, 3], [9, 0, 9], r"events = 0.0, denominators = 0.0 in cell \(1,\)"),
        ([1, 2, -3], [9, 9, 9], r"events = -3.0, denominators = 9.0 in cell \(2,\)"),
        ([10, 2, 3], [9, 9, 9], r"events = 10.0, denominators = 9.0 in cell \(0,\)"),
    ],
)
def test_impossible_shares_are_refused(events, denominators, found):
    expected = r"^expected denominators above 0 and 0 <= events <= denominators, found "
    with pytest.raises(ValueError, match=expected + found + "$"):
        laney_p(events, denominators, base=THREE)


@pytest.mark.parametrize(
    ("events", "exposure", "found"),
    [
        ([1, 2, 3], [9, 0, 9], r"events = 2.0, exposure = 0.0 in cell \(1,\)"),
        ([1, 2, -3], [9, 9, 9], r"events = -3.0, exposure = 9.0 in cell \(2,\)"),
    ],
)
def test_impossible_rates_are_refused(events, exposure, found):
    expected = r"^expected exposure above 0 and events of at least 0, found "
    with pytest.raises(ValueError, match=expected + found + "$"):
        laney_u(events, exposure, base=THREE)


def test_averages_without_a_variance_of_counting_are_refused():
    base = [True, True, True, False]
    expected = r"^expected an average share of the base between 0 and 1, found average = "
    with pytest.raises(ValueError, match=expected + r"0.0 in cell \(\)$"):
        laney_p([0, 0, 0, 5], [9, 9, 9, 9], base=base)
    with pytest.raises(ValueError, match=expected + r"1.0 in cell \(1,\)$"):
        laney_p([[4, 5, 6, 7], [9, 9, 9, 5]], [9, 9, 9, 9], base=base)
    with pytest.raises(ValueError, match=r"^expected events in the base, found average = 0.0 in"):
        laney_u([0, 0, 0, 5], [9, 9, 9, 9], base=base)
