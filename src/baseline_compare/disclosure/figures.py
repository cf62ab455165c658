"""Figures as a reader meets them: what is said of which count, where and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from baseline_compare.areas import registry
from baseline_compare.disclosure.precision import bounds_of
from baseline_compare.indicators import Indicator
from baseline_compare.measurements import Measurements
from baseline_compare.measurements.frequencies import parse_frequencies
from baseline_compare.periods import parse_period
from baseline_compare.sources.gaps import total_gap

FIRST_DIVISION = 2022
"""The division whose municipalities make up those of every later one."""

Places = frozenset[str]

FEWEST = "fewest"
"""The part of a frequency table that is its smallest count; it adds up to nothing."""

Key = tuple[str, str, str, str]
"""Indicator, part, area and periods, as messages name a figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is said of one count or amount.

    Attributes
    ----------
    indicator, part
        ``part`` is ``value``, ``numerator``, ``denominator``, ``n`` or ``fewest``.
    area, places
        The code, and the municipalities of the first division that it stands for.
    periods
        One period, or those that are added up.
    low, high
        What is said: the figure itself twice, bounds, or 0 and infinity if nothing is.
    hidden
        Whether the figure is hidden for data protection.
    gap
        By how much its parts may fall short of it, as its source is known to have it.
    row
        Its place in the table that it comes from.
    """

    indicator: str
    part: str
    area: str
    places: Places
    periods: tuple[str, ...]
    low: float
    high: float
    hidden: bool
    gap: float = 0.0
    row: int = -1

    @property
    def key(self) -> Key:
        """Name the figure."""
        return self.indicator, self.part, self.area, " ".join(self.periods)

    def __str__(self) -> str:
        part = "" if self.part == "value" else f" ({self.part})"
        return f"{self.indicator}{part}, {self.area}, {' '.join(self.periods)}"


def figures_of(
    measurements: Measurements, groups: Mapping[str, Places] | None = None
) -> tuple[Figure, ...]:
    """Give the figures of a table in its order; populations are public and left out.

    A share or mean that is not applicable is one of nobody.

    ``groups`` holds the municipalities of areas of one's own.
    """
    own = groups or {}
    frame, catalogue = measurements.frame, measurements.indicators
    vintage = measurements.vintage
    columns = {
        name: frame[name].to_numpy(dtype=object)
        for name in ("indicator", "area", "period", "state", "frequencies", "source")
    }
    numbers = {
        name: frame[name].to_numpy()
        for name in ("value", "numerator", "denominator", "n", "low", "high", "value_decimals")
    }
    wholes = _counts(frame)
    found: list[Figure] = []
    for row in range(len(frame)):
        item = catalogue[columns["indicator"][row]]
        state = columns["state"][row]
        nobody = state == "not_applicable" and item.kind in ("proportion", "mean")
        if not is_protected(item) or not (nobody or state in ("value", "suppressed")):
            continue
        period = str(columns["period"][row])
        area = str(columns["area"][row])
        places = own[area] if area in own else places_of(area, period, vintage)
        said = {name: float(column[row]) for name, column in numbers.items()}
        if nobody:
            said |= {"numerator": 0.0, "denominator": 0.0, "n": 0.0}
        whole = wholes.get((item.denominator, area, _denominator_period(item, period)))
        if item.has_parts and np.isnan(said["denominator"]) and whole is not None:
            said["whole"] = whole
        told = list(_parts(item, said, hidden=state == "suppressed"))
        if columns["frequencies"][row]:
            counts = parse_frequencies(str(columns["frequencies"][row])).values()
            said["n"] = float(sum(counts))
            told = [("n", said["n"], said["n"], False)]
            least = float(min(count for count in counts if count))
            told.append((FEWEST, least, least, False))
        for part, low, high, hidden in told:
            found.append(
                Figure(
                    indicator=item.id,
                    part=part,
                    area=area,
                    places=places,
                    periods=(period,),
                    low=low,
                    high=high,
                    hidden=hidden,
                    gap=total_gap(columns["source"][row], parse_period(period).type, high),
                    row=row,
                )
            )
    return tuple(found)


def _denominator_period(item: Indicator, period: str) -> str:
    before = item.denominator_period == "end_of_previous_year"
    return str(parse_period(period).year - 1) if before else period


def _counts(frame: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Give what is printed of each indicator, area and period."""
    known = frame[frame["value"].notna()]
    keys = zip(known["indicator"], known["area"], known["period"], strict=True)
    return dict(zip(keys, known["value"].tolist(), strict=True))


def is_protected(indicator: Indicator) -> bool:
    """Whether the figures of an indicator are about clients; the population is public."""
    return indicator.family != "denominator" and not indicator.computed


def is_euros(indicator: Indicator) -> bool:
    """Whether an indicator counts money and no units."""
    return indicator.kind == "amount"


def _parts(
    item: Indicator, said: dict[str, float], *, hidden: bool
) -> Iterator[tuple[str, float, float, bool]]:
    """Give part, bounds and whether it is hidden, for what a row says of counts."""
    top = {"count": "value", "amount": "value", "proportion": "numerator", "rate": "numerator"}
    names = [top.get(item.kind, "n"), *["denominator"] * (item.kind == "proportion")]
    for name in names:
        below = said["denominator"] if "whole" not in said else said["whole"]
        printed = name == "numerator" and not np.isnan(said["value"] + below)
        if not np.isnan(said[name]):
            yield name, said[name], said[name], False
        elif printed:
            decimals = int(said["value_decimals"])
            yield name, *bounds_of(said["value"], decimals, below), False
        elif hidden and name == names[0] and not np.isnan(said["low"]):
            yield name, said["low"], said["high"], True
        elif hidden:
            yield name, 0.0, np.inf, True


def places_of(area: str, period: str, vintage: int | None) -> Places:
    """Give the municipalities of the first division that an area stands for.

    Its borders are those of the vintage, else those of the period's first day.
    """
    day = parse_period(period).first_day if vintage is None else datetime.date(vintage, 1, 1)
    return _places(area, registry().since(day))


@cache
def _places(area: str, day: datetime.date) -> Places:
    return origins(registry().municipalities(area, vintage=day), day)


@cache
def origins(codes: Places, day: datetime.date) -> Places:
    """Give the municipalities of the first division that make up those of a day."""
    found = set(codes)
    for change in reversed(registry().changes(FIRST_DIVISION, day)):
        if change.kind == "merger" and change.to_area in found:
            found.add(change.from_area)
    return frozenset(found)
