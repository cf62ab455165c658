"""Tables in memory and figures of every kind at the one door for rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.errors import InputError
from baseline_compare.indicators import Catalogue, Indicator, catalogue
from baseline_compare.measurements import Measurements, from_frame

COUNT = "basic_sa_households"
SHARE = "basic_sa_electronic_applications_share"
EUROS = "basic_sa_expenditure_net"
DAYS = "basic_sa_throughput_time_mean"


def own(name: str, kind: str, unit: str) -> Indicator:
    texts = dict.fromkeys(("fi", "sv", "en"), name)
    return Indicator(
        id=name, kind=kind, unit=unit, polarity="neutral", polarity_reason="Made for a test.",
        period_types=("month",), additive_over_areas=False, additive_over_periods=False,
        family="exploratory", source="test", names=texts, definitions=texts,
    )  # fmt: skip


OWN: Catalogue = catalogue().add(
    own("decisions_rate", "rate", "decisions"),
    own("rent_median", "quantile", "euros"),
    own("satisfaction", "rating", "points"),
    own("price_level", "index", "points"),
)


def frame(indicator: str = COUNT, **columns: object) -> pd.DataFrame:
    """Give a table of as many months as the columns have cells."""
    size = max(len(cells) for cells in columns.values())
    area = "FI-MAINLAND" if indicator in (SHARE, EUROS, DAYS) else "MK06"
    keys = {
        "indicator": [indicator] * size,
        "area": [area] * size,
        "period": [f"2023-{month:02d}" for month in range(1, size + 1)],
    }
    return pd.DataFrame(keys | columns)


def entered(table: pd.DataFrame) -> Measurements:
    return from_frame(table, source="my-register", indicators=OWN)


@dataclass(frozen=True)
class Refused:
    """A table that must be refused: the row of the contract, the code and words of the message."""

    row: int
    name: str
    make: Callable[[], pd.DataFrame]
    code: str
    words: tuple[str, ...] = ()


def at(row: int, column: str, code: str) -> str:
    return f"in-memory-table, row {row}, column {column}: [{code}] expected "


REFUSED = [
    Refused(2, "no-rows", lambda: frame(value=[1]).iloc[:0], "table.no_rows", ("found none",)),
    Refused(42, "column-twice", lambda: frame(value=[1]).set_axis(
        ["indicator", "area", "period", "period"], axis=1), "header.duplicate", ("period",)),
    Refused(42, "number-twice", lambda: pd.concat([frame(value=[1]), frame(value=[2])["value"]],
        axis=1), "header.duplicate", ("value",)),
    Refused(14, "unknown-column", lambda: frame(value=[1], amount=[2]), "header.unexpected",
        ("column amount: [header.unexpected]", "found 'amount' besides. Rename, add or drop the "
        "column.")),
    Refused(14, "no-area", lambda: frame(value=[1]).drop(columns="area"), "header.unexpected",
        ("found 'area' missing",)),
    Refused(14, "nameless-columns", lambda: pd.DataFrame([[COUNT, "MK06", "2023-01", 1]]),
        "header.unexpected", ("found 'indicator' missing",)),
    Refused(44, "numbers-for-codes", lambda: frame(value=[1]).assign(area=91), "area.unknown",
        (at(1, "area", "area.unknown"), "found '91'. A bare number is never a code")),
    Refused(46, "space", lambda: frame(value=[1]).assign(area="MK06\u200b"), "area.unknown",
        (at(1, "area", "area.unknown"),)),
    Refused(50, "text", lambda: frame(value=[1]).assign(area="NA"), "area.unknown",
        ("found 'NA'",)),
    Refused(51, "twice", lambda: pd.concat([frame(value=[1]), frame(value=[1])]), "key.duplicate",
        ("in-memory-table, row 2: [key.duplicate] expected each indicator, area and period once, "
        "found basic_sa_households, MK06, 2023-01 a second time. Keep one of the rows.",)),
    Refused(56, "none", lambda: frame(value=[1]).assign(area=None), "key.missing", (at(1, "area",
        "key.missing"),)),
    Refused(56, "nan", lambda: frame(value=[1]).assign(area=np.nan), "key.missing", (at(1, "area",
        "key.missing"),)),
    Refused(56, "pandas-missing", lambda: frame(value=[1]).astype({"area": "string"})
        .assign(area=pd.array([pd.NA], dtype="string")), "key.missing", (at(1, "area",
        "key.missing"),)),
    Refused(60, "numerator", lambda: frame(SHARE, numerator=[1.234], denominator=[987.0]),
        "number.ambiguous", (at(1, "numerator", "number.ambiguous"),)),
    Refused(63, "decimals", lambda: frame(value=[1.9]), "number.not_integer", (at(1, "value",
        "number.not_integer") + "a whole number, found 1.9. A count has no decimals; give the "
        "exact count.",)),
    Refused(63, "truth-values", lambda: frame(value=[True]), "number.boolean", ("column value",)),
    Refused(63, "numerator", lambda: frame(SHARE, numerator=[1.9], denominator=[10.0]),
        "number.not_integer", (at(1, "numerator", "number.not_integer"),)),
    Refused(63, "n-of-a-mean", lambda: frame(DAYS, n=[1.5], sum=[10.0]), "number.not_integer",
        (at(1, "n", "number.not_integer"), "found 1.5")),
    Refused(64, "above-2^53", lambda: frame(value=[2**53 + 1]), "number.precision", (at(1, "value",
        "number.precision"),)),
    Refused(64, "far-above-2^53", lambda: frame(value=[2**60]), "number.precision", (at(1, "value",
        "number.precision") + "a number",)),
    Refused(64, "beside-a-missing-cell", lambda: frame(value=pd.array([2**53 + 1, None],
        dtype="Int64"), state=["value", "not_available"]), "number.precision", ("row 1",)),
    Refused(64, "below-minus-2^53", lambda: frame(EUROS, value=[-(2.0**60)]), "number.precision",
        ("row 1",)),
    Refused(65, "inf", lambda: frame(value=[np.inf]), "number.nonfinite", (at(1, "value",
        "number.nonfinite") + "a finite number, found inf. Correct the number, or give a state "
        "instead.",)),
    Refused(65, "minus-inf", lambda: frame(EUROS, value=[-np.inf]), "number.nonfinite",
        ("found -inf",)),
    Refused(65, "inf-in-a-sum", lambda: frame(DAYS, n=[2], sum=[np.inf]), "number.nonfinite",
        (at(1, "sum", "number.nonfinite"),)),
    Refused(65, "nan", lambda: frame(value=[np.nan]), "mark.unknown", (at(1, "value",
        "mark.unknown"), "found no figure")),
    Refused(66, "count", lambda: frame(value=[3, -1]), "number.negative", (at(2, "value",
        "number.negative") + "a number that is not negative, found -1. Correct the figure.",)),
    Refused(66, "n-of-a-mean", lambda: frame(DAYS, n=[-2], sum=[4.0]), "number.negative",
        (at(1, "n", "number.negative"),)),
    Refused(66, "rate", lambda: frame("decisions_rate", value=[-0.5]), "number.negative",
        (at(1, "value", "number.negative"),)),
    Refused(67, "share", lambda: frame(SHARE, numerator=[0], denominator=[0]), "denominator.zero",
        (at(1, "denominator", "denominator.zero"), "Say state not_applicable if there was nobody "
        "to count.")),
    Refused(67, "rate", lambda: frame("decisions_rate", numerator=[3], denominator=[0]),
        "denominator.zero", (at(1, "denominator", "denominator.zero"),)),
    Refused(67, "n-of-a-mean", lambda: frame(DAYS, n=[0], sum=[0.0]), "denominator.zero",
        (at(1, "n", "denominator.zero"),)),
    Refused(68, "persons", lambda: frame(SHARE, numerator=[1, 11], denominator=[10, 10]),
        "numerator.exceeds", (at(2, "numerator", "numerator.exceeds"), "found 11 of 10")),
    Refused(68, "per-cent", lambda: frame(SHARE, value=[59.0]), "value.range", (at(1, "value",
        "value.range") + "a share between 0 and 1, found 59. Write 5.9 % as 0.059.",)),
    Refused(68, "below-0", lambda: frame(SHARE, value=[-0.1]), "value.range", ("found -0.1",)),
    Refused(71, "unknown-state", lambda: frame(value=[np.nan], state=["hidden"]), "mark.unknown",
        (at(1, "state", "mark.unknown"),)),
    Refused(71, "unknown-status", lambda: frame(value=[1], status=["guess"]), "mark.unknown",
        (at(1, "status", "mark.unknown"),)),
    Refused(73, "stated-share", lambda: frame(SHARE, value=[0.31], numerator=[1], denominator=[3]),
        "rate.mismatch", (at(1, "value", "rate.mismatch"), "found 0.31 beside 0.333333")),
    Refused(76, "bounds-exchanged", lambda: frame(value=[np.nan], state=["suppressed"], low=[4],
        high=[1]), "interval.order", (at(1, "low", "interval.order"), "found low 4, high 1")),
    Refused(76, "bounds-beside-a-value", lambda: frame(value=[3], low=[1], high=[4]),
        "interval.order", ("Leave low and high empty.",)),
    Refused(76, "size-of-a-hidden-count", lambda: frame(value=[np.nan], denominator=[60],
        state=["suppressed"], low=[1], high=[4]), "mark.unknown",
        ("no denominator beside a hidden figure",)),
    Refused(76, "numerator-of-a-hidden-share", lambda: frame(SHARE, value=[np.nan], numerator=[3],
        denominator=[60], state=["suppressed"], low=[1], high=[4]), "mark.unknown",
        (at(1, "numerator", "mark.unknown"),)),
    Refused(76, "hidden-share-of-nobody", lambda: frame(SHARE, value=[np.nan], denominator=[0],
        state=["suppressed"], low=[0], high=[0]), "denominator.zero",
        (at(1, "denominator", "denominator.zero"),)),
    Refused(76, "hidden-share-of-half-a-person", lambda: frame(SHARE, value=[np.nan],
        denominator=[6.5], state=["suppressed"], low=[1], high=[4]), "number.not_integer",
        (at(1, "denominator", "number.not_integer"),)),
    Refused(76, "bounds-of-the-share-itself", lambda: frame(SHARE, value=[np.nan], denominator=[3],
        state=["suppressed"], low=[4], high=[9]), "numerator.exceeds", ("found 4 of 3",)),
    Refused(79, "timestamp", lambda: frame(value=[1]).assign(period=pd.Timestamp("2023-01-01")),
        "period.unknown", (at(1, "period", "period.unknown"),)),
    Refused(79, "year-as-float", lambda: frame(EUROS, value=[1]).assign(period=2023.0),
        "period.unknown", ("found '2023.0'",)),
    Refused(80, "gap", lambda: frame(value=[1, 2, 3]).drop(index=1), "period.missing",
        ("found nothing for 2023-02",)),
    Refused(81, "year", lambda: frame(value=[1]).assign(period="2023"), "aggregate.unique_persons",
        (at(1, "period", "aggregate.unique_persons"),)),
    Refused(29, "frequency-of-5000-digits", lambda: frame("rent_median",
        frequencies=["1:" + "9" * 5000]), "rating.scale", (at(1, "frequencies", "rating.scale"),)),
    Refused(29, "frequency-of-a-value-of-400-digits", lambda: frame("rent_median",
        frequencies=["9" * 400 + ":1"]), "rating.scale", (at(1, "frequencies", "rating.scale"),)),
    Refused(78, "frequencies-of-another-form", lambda: frame("satisfaction",
        frequencies=["1:4, 2:10"]), "rating.scale", (at(1, "frequencies", "rating.scale"),
        "found another form")),
    Refused(78, "frequencies-that-fall", lambda: frame("satisfaction", frequencies=["2:10;1:4"]),
        "rating.scale", ("found values that do not rise",)),
    Refused(78, "frequencies-of-nobody", lambda: frame("satisfaction", frequencies=["1:0;2:0"]),
        "rating.scale", ("found no observation",)),
    Refused(14, "value-of-another-kind", lambda: frame(value=[1], numerator=[1]),
        "header.unexpected", (at(1, "numerator", "header.unexpected"), "An indicator of kind "
        "count has no numerator.")),
]  # fmt: skip

ROW_VARIANTS = [(case.row, f"frame-{case.name}") for case in REFUSED]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"row-{case.row}-{case.name}")
def test_a_broken_table_is_refused_with_its_code_and_words(case: Refused) -> None:
    with pytest.raises(InputError) as caught:
        entered(case.make())
    assert caught.value.code == case.code
    for words in case.words:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "text", ["1e3", "True", "7,5", "1_000", " 7", "inf", "1e400", "NaN", "nan", "*", "", "12 345"]
)
def test_text_among_numbers_is_never_turned_into_a_number(text: str) -> None:
    with pytest.raises(InputError) as caught:
        entered(frame(value=[5, text]))
    assert "column value" in str(caught.value)


@pytest.mark.parametrize(
    ("table", "column", "numbers"),
    [
        pytest.param(frame(value=[5.0, 6.0]), "value", [5, 6], id="floats"),
        pytest.param(frame(value=pd.array([5, 6], dtype="Int64")), "value", [5, 6], id="Int64"),
        pytest.param(frame(value=[2**53 - 1]), "value", [2**53 - 1], id="largest"),
        pytest.param(frame(EUROS, value=[-5]), "value", [-5], id="negative-euros"),
        pytest.param(frame("price_level", value=[-0.5]), "value", [-0.5], id="negative-index"),
        pytest.param(frame(SHARE, value=[0.0, 1.0]), "value", [0, 1], id="shares"),
        pytest.param(frame(SHARE, numerator=[10], denominator=[10]), "numerator", [10], id="all"),
        pytest.param(frame(DAYS, n=[2], sum=[4.5]), "sum", [4.5], id="mean"),
        pytest.param(frame(DAYS, value=[4.5]), "value", [4.5], id="mean-alone"),
        pytest.param(
            frame(value=[1]).assign(period=pd.Period("2023-01", "M")), "value", [1], id="period"
        ),
    ],
)
def test_a_valid_twin_is_taken(table: pd.DataFrame, column: str, numbers: list[float]) -> None:
    measurements = entered(table)
    assert measurements.frame[column].tolist() == numbers
    assert measurements.remarks == ()
    assert measurements.quarantine == ()


def test_a_rate_above_1_is_taken_with_a_warning() -> None:
    measurements = entered(frame("decisions_rate", numerator=[30, 5], denominator=[10, 10]))
    assert [(r.code, r.kind, r.found) for r in measurements.remarks] == [
        ("numerator.exceeds", "warning", "1 rates of decisions_rate above 1")
    ]
    assert "[numerator.exceeds]" in repr(measurements)


@pytest.mark.parametrize("state", ["not_applicable", "not_available"])
def test_nobody_to_count_is_a_state(state: str) -> None:
    measurements = entered(frame(SHARE, state=["value", state], value=[0.5, np.nan]))
    assert measurements.frame["state"].tolist() == ["value", state]
    assert np.isnan(measurements.frame["value"].iloc[1])


def test_a_suppressed_cell_keeps_its_bounds() -> None:
    measurements = entered(frame(value=[np.nan], state=["suppressed"], low=[1], high=[4]))
    assert measurements.frame[["low", "high"]].to_numpy().tolist() == [[1, 4]]


def test_a_suppressed_share_may_say_what_it_is_of() -> None:
    measurements = entered(
        frame(SHARE, value=[np.nan], denominator=[60], state=["suppressed"], low=[1], high=[4])
    )
    columns = ["numerator", "denominator", "low", "high"]
    found = measurements.frame[columns].to_numpy()[0]
    assert np.isnan(found[0])
    assert found[1:].tolist() == [60, 1, 4]


def test_frequencies_are_kept_as_they_are_written() -> None:
    measurements = entered(frame("satisfaction", frequencies=["1:4;2:10;5:3"]))
    assert measurements.frame["frequencies"].tolist() == ["1:4;2:10;5:3"]


def test_combining_refuses_a_key_that_both_hold() -> None:
    first = entered(frame(value=[1, 2]))
    with pytest.raises(InputError) as caught:
        first.combine(entered(frame(value=[3])))
    assert str(caught.value) == (
        "[key.duplicate] expected each indicator, area and period once, found "
        "basic_sa_households, MK06, 2023-01 in both. "
        "Take the rows out of one of the two with select()."
    )
    assert len(first.select(first="2023-02").combine(entered(frame(value=[3])))) == 2


def test_combining_refuses_two_files_of_one_name(tmp_path: Path) -> None:
    def read(folder: str, area: str) -> Measurements:
        path = tmp_path / folder / "figures.csv"
        path.parent.mkdir()
        path.write_text(f"indicator,area,period,value\n{COUNT},{area},2023-01,5\n", "utf-8")
        return bc.read_measurements(path)

    with pytest.raises(InputError, match=r"two different files named figures\.csv") as caught:
        read("a", "MK06").combine(read("b", "MK07"))
    assert caught.value.code == "key.duplicate"


def test_the_table_of_the_caller_stays_as_it_was() -> None:
    table = frame(value=[5.0, 6.0])[::-1]
    before = table.copy()
    measurements = entered(table)
    copied = measurements.table
    copied["value"] = 0
    pd.testing.assert_frame_equal(table, before)
    assert measurements.frame["value"].tolist() == [5, 6]
