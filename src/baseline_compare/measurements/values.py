"""Checks of the figures: complete for the indicator's kind, in range, free of contradiction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.errors import ProblemList
from baseline_compare.indicators import Catalogue, Indicator
from baseline_compare.measurements.draft import Draft, Floats
from baseline_compare.measurements.faults import Faults, Mask
from baseline_compare.measurements.frequencies import frequencies_problem
from baseline_compare.measurements.layout import NUMBERS, Remark

LARGEST_EXACT = 2**53

Texts = npt.NDArray[np.object_]


def check_values(
    frame: pd.DataFrame, draft: Draft, indicators: Catalogue, problems: ProblemList
) -> None:
    """Check that each row has the figures its kind and state ask for, within their range."""
    faults = Faults(frame, draft, problems)
    state = frame["state"].astype(object).to_numpy()
    has = {name: ~np.isnan(frame[name].to_numpy()) for name in NUMBERS}
    has["frequencies"] = (frame["frequencies"] != "").to_numpy()
    for name in NUMBERS:
        values = frame[name].to_numpy()
        faults.add(
            np.isinf(values), "number.nonfinite", name, expected="a finite number",
            remedy="Correct the number, or give a state instead.",
        )  # fmt: skip
        faults.add(
            np.isfinite(values) & (np.abs(values) >= LARGEST_EXACT), "number.precision", name,
            expected="a number below 2^53", remedy="Larger numbers lose digits; use a larger unit.",
        )  # fmt: skip
    _check_states(faults, state, has)
    for code, key in enumerate(frame["indicator"].cat.categories):
        rows = frame["indicator"].cat.codes.to_numpy() == code
        own = rows & (state == "value")
        _check_statistics(faults, own, has, indicators[key])
        _check_ranges(faults, own, indicators[key])
        _check_hidden(faults, rows & (state == "suppressed"), has, indicators[key])


def _check_states(faults: Faults, state: Texts, has: dict[str, Mask]) -> None:
    statistics = [name for name in has if name not in ("low", "high")]
    for name in statistics:
        beside = (state == "suppressed") & (name in _SIZES.values())
        faults.add(
            (state != "value") & ~beside & has[name], "mark.unknown", name,
            expected="an empty cell beside a state other than value",
            remedy="Give either the figure or the state.",
        )  # fmt: skip
    bounds = has["low"] & has["high"]
    low, high = faults.frame["low"].to_numpy(), faults.frame["high"].to_numpy()
    hidden = state == "suppressed"
    ordered = bounds & (low <= high) & (low >= 0)
    faults.add(
        hidden & (has["low"] | has["high"]) & ~ordered, "interval.order", "low",
        expected="low and high of a suppressed figure, 0 <= low <= high, or neither",
        found=lambda i: f"low {faults.text('low', i)}, high {faults.text('high', i)}",
        remedy="Give the bounds that the producer's rule implies, for example 1 and 4.",
    )  # fmt: skip
    faults.add(
        ~hidden & (has["low"] | has["high"]), "interval.order", "low",
        expected="bounds only beside the state suppressed",
        found=lambda i: f"low {faults.text('low', i)}, high {faults.text('high', i)}",
        remedy="Leave low and high empty.",
    )  # fmt: skip


_SIZES = {"proportion": "denominator", "rate": "denominator", "mean": "n"}
"""What may stand beside a hidden figure: how many it is of."""


def _check_hidden(faults: Faults, own: Mask, has: dict[str, Mask], indicator: Indicator) -> None:
    """Check what stands beside hidden figures: nothing, or how many they are of."""
    size = _SIZES.get(indicator.kind, "")
    for name in sorted(set(_SIZES.values()) - {size}):
        faults.add(
            own & has[name], "mark.unknown", name,
            expected=f"no {name} beside a hidden figure of {indicator.id}",
            remedy="Give either the figure or the state.",
        )  # fmt: skip
    if not size or not (own & has[size]).any():
        return
    numbers, low = faults.frame[size].to_numpy(), faults.frame["low"].to_numpy()
    _check_sizes(faults, own, {size: numbers})
    if indicator.kind != "rate":
        _check_whole(faults, own, size, numbers)
    if indicator.kind == "proportion":
        faults.add(
            own & (low > numbers), "numerator.exceeds", "low",
            expected="a low that is not above its denominator",
            found=lambda i: f"{faults.text('low', i)} of {faults.text('denominator', i)}",
            remedy="Give bounds of the numerator, not of the share.",
        )  # fmt: skip


_STATISTICS: dict[str, tuple[tuple[str, ...], ...]] = {
    "count": (("value",),),
    "amount": (("value",),),
    "index": (("value",),),
    "proportion": (("numerator", "denominator"), ("value",)),
    "rate": (("numerator", "denominator"), ("value",)),
    "mean": (("n", "sum"), ("value",)),
    "quantile": (("frequencies",), ("value",)),
    "rating": (("frequencies",), ("value",)),
}


def _check_statistics(
    faults: Faults, own: Mask, has: dict[str, Mask], indicator: Indicator
) -> None:
    choices = _STATISTICS[indicator.kind]
    complete = np.zeros(len(own), dtype=bool)
    for names in choices:
        complete |= np.logical_and.reduce([has[name] for name in names])
    faults.add(
        own & ~complete, "mark.unknown", choices[-1][0],
        expected=f"{' or '.join(' with '.join(names) for names in choices)} of {indicator.id}",
        found="no figure",
        remedy="Give the figure, or say state suppressed, not_available or not_applicable.",
    )  # fmt: skip
    allowed = {name for names in choices for name in names}
    if indicator.kind in ("mean", "amount"):
        allowed.add("sum_squares")
    for name in has:
        if name not in allowed and name not in ("low", "high"):
            faults.add(
                own & has[name], "header.unexpected", name,
                expected=f"only {', '.join(sorted(allowed))} for {indicator.id}",
                remedy=f"An indicator of kind {indicator.kind} has no {name}.",
            )  # fmt: skip
    if "frequencies" in allowed:
        for index in np.flatnonzero(own & has["frequencies"]):
            wrong = frequencies_problem(faults.frame["frequencies"].iloc[index])
            if wrong:
                faults.add(
                    np.arange(len(own)) == index, "rating.scale", "frequencies",
                    expected="value:count pairs in rising order, such as 1:4;2:10",
                    found=wrong,
                    remedy="Write the frequency table in this form.",
                )  # fmt: skip


def _check_ranges(faults: Faults, own: Mask, indicator: Indicator) -> None:
    frame = faults.frame
    value, top, bottom = (frame[name].to_numpy() for name in ("value", "numerator", "denominator"))
    size = frame["n"].to_numpy()
    counted = {"value": value} if indicator.kind in ("count", "rate") else {}
    _check_negative(faults, own, {"numerator": top, **counted})
    _check_sizes(faults, own, {"denominator": bottom, "n": size})
    whole = {"value": value} if indicator.kind == "count" else {}
    if indicator.kind == "mean":
        whole = {"n": size}
    if indicator.kind == "proportion":
        whole = {"numerator": top, "denominator": bottom}
    for name, numbers in whole.items():
        _check_whole(faults, own, name, numbers)
    if indicator.kind == "proportion":
        faults.add(
            own & ((value < 0) | (value > 1)), "value.range", "value",
            expected="a share between 0 and 1", remedy="Write 5.9 % as 0.059.",
        )  # fmt: skip
        faults.add(
            own & (top > bottom), "numerator.exceeds", "numerator",
            expected="a numerator that is not above its denominator",
            found=lambda i: f"{faults.text('numerator', i)} of {faults.text('denominator', i)}",
            remedy="Check whether the two were exchanged.",
        )  # fmt: skip
    if indicator.kind == "rate" and (own & (top > bottom)).any():
        note = f"{int((own & (top > bottom)).sum())} rates of {indicator.id} above 1"
        faults.draft.remarks.append(
            Remark("numerator.exceeds", "warning", note, faults.draft.origin.file)
        )
    _check_squares(faults, own, indicator)
    _check_stated(faults, own, value, top, bottom)


def _check_negative(faults: Faults, own: Mask, columns: dict[str, Floats]) -> None:
    for name, numbers in columns.items():
        faults.add(
            own & (numbers < 0), "number.negative", name, expected="a number that is not negative",
            remedy="Correct the figure.",
        )  # fmt: skip


def _check_sizes(faults: Faults, own: Mask, columns: dict[str, Floats]) -> None:
    """Refuse denominators and numbers of observations that are negative or zero."""
    _check_negative(faults, own, columns)
    for name, numbers in columns.items():
        faults.add(
            own & (numbers == 0), "denominator.zero", name, expected="a denominator above 0",
            remedy="Say state not_applicable if there was nobody to count.",
        )  # fmt: skip


def _check_squares(faults: Faults, own: Mask, indicator: Indicator) -> None:
    """Refuse sums of squares that no values can have: below sum^2 / n, or below 0."""
    frame = faults.frame
    squares = frame["sum_squares"].to_numpy()
    least = np.zeros(len(squares))
    if indicator.kind == "mean":
        total, size = frame["sum"].to_numpy(), frame["n"].to_numpy()
        least = np.divide(total**2, size, out=least, where=size > 0)
    faults.add(
        own & (squares < least * (1 - 1e-12)), "value.range", "sum_squares",
        expected="a sum of squares of at least sum^2 / n",
        found=lambda i: f"{faults.text('sum_squares', i)} below {least[i]:.6g}",
        remedy="Give the sum of the squared values, not of squared deviations.",
    )  # fmt: skip


def _check_whole(faults: Faults, own: Mask, name: str, numbers: Floats) -> None:
    broken = own & (numbers != np.floor(numbers)) & np.isfinite(numbers)
    thousands = own & np.isfinite(numbers) & (faults.frame[f"{name}_decimals"].to_numpy() == 3)
    faults.add(
        thousands, "number.ambiguous", name, expected="a whole number",
        remedy="Three decimals may be a thousands point: write 1234 without any mark.",
    )  # fmt: skip
    faults.add(
        broken & ~thousands, "number.not_integer", name, expected="a whole number",
        remedy="A count has no decimals; give the exact count.",
    )  # fmt: skip


def _check_stated(faults: Faults, own: Mask, value: Floats, top: Floats, bottom: Floats) -> None:
    """Refuse a stated ratio that its own numerator and denominator contradict beyond rounding."""
    both = own & np.isfinite(value) & (bottom > 0)
    if not both.any():
        return
    half = 0.5 * 10.0 ** -faults.frame["value_decimals"].to_numpy().astype(float)
    stated = np.where(both, value, 0.0)
    made = np.divide(top, bottom, out=np.zeros_like(stated), where=both)
    faults.add(
        both & (np.abs(stated - made) > half * (1 + 1e-9)), "rate.mismatch", "value",
        expected="the numerator over the denominator, rounded",
        found=lambda i: f"{faults.text('value', i)} beside {made[i]:.6g}",
        remedy="Correct one of the three, or leave the value out.",
    )  # fmt: skip
