"""Measurements of one indicator as matrices, areas by periods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from baseline_compare.measurements import NUMBERS, Measurements
from baseline_compare.periods import Period, parse_period

ABSENT, VALUE, SUPPRESSED, NOT_AVAILABLE, NOT_APPLICABLE, BOUND = range(6)
_STATE_CODES = {
    "value": VALUE,
    "suppressed": SUPPRESSED,
    "not_available": NOT_AVAILABLE,
    "not_applicable": NOT_APPLICABLE,
}

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """One indicator: ``state`` says what each cell is, ``numbers`` holds the columns it has.

    Shapes are areas by periods; both axes are in order. ``frequencies`` holds the tables of rating
    and quantile indicators by cell.
    """

    areas: tuple[str, ...]
    periods: tuple[Period, ...]
    state: npt.NDArray[np.int8]
    numbers: dict[str, Floats]
    frequencies: dict[tuple[int, int], str]
    sources: tuple[str, ...]

    def column(self, name: str) -> Floats:
        """Give the matrix of a column; missing everywhere if no cell has it."""
        return self.numbers.get(name, np.full(self.state.shape, np.nan))

    def bound(self, side: str, name: str) -> Floats:
        """Give ``low`` or ``high`` of hidden cells, and the column itself of the others."""
        hidden = self.state == SUPPRESSED
        return np.where(hidden, self.column(side), self.column(name))

    def renamed(self, names: Mapping[str, str]) -> Grid:
        """Give the grid with other codes for areas of the same municipalities."""
        if not names:
            return self
        return replace(self, areas=tuple(names.get(code, code) for code in self.areas))

    def take(self, areas: Codes, periods: Codes) -> Grid:
        """Give the grid of these rows and columns; -1 gives an absent row or column."""
        rows, columns = np.ix_(areas, periods)
        outside = (rows < 0) | (columns < 0)
        return Grid(
            areas=tuple(self.areas[i] if i >= 0 else "" for i in areas),
            periods=tuple(self.periods[j] for j in periods if j >= 0),
            state=np.where(outside, ABSENT, self.state[rows, columns]).astype(np.int8),
            numbers={
                name: np.where(outside, np.nan, matrix[rows, columns])
                for name, matrix in self.numbers.items()
            },
            frequencies=self._moved(areas, periods) if self.frequencies else {},
            sources=self.sources,
        )

    def _moved(self, areas: Codes, periods: Codes) -> dict[tuple[int, int], str]:
        place = {(a, p): (i, j) for i, a in enumerate(areas) for j, p in enumerate(periods)}
        return {place[key]: text for key, text in self.frequencies.items() if key in place}


class GridMaker:
    """Cuts measurements, which are in canonical order, into grids."""

    def __init__(self, measurements: Measurements) -> None:
        codes, names = measurements.texts("indicator")
        bounds = np.searchsorted(codes, np.arange(len(names) + 1))
        self._slices = {name: slice(bounds[i], bounds[i + 1]) for i, name in enumerate(names)}
        self._area_codes, self._areas = measurements.texts("area")
        self._period_codes, periods = measurements.texts("period")
        self.periods = [parse_period(text) for text in periods]
        self._source_codes, self._source_names = measurements.texts("source")
        state_codes, states = measurements.texts("state")
        status_codes, statuses = measurements.texts("status")
        self._states = np.array([_STATE_CODES[s] for s in states], dtype=np.int8)[state_codes]
        bound = np.array([status == "bound" for status in statuses])[status_codes]
        if bound.any():
            flagged = bound & (self._states == VALUE)
            self._states = np.where(flagged, BOUND, self._states).astype(np.int8)
        self._numbers = {name: measurements.numbers(name) for name in NUMBERS}
        self._frequencies = measurements.frequencies()

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that have rows."""
        return tuple(self._slices)

    def grid(self, indicator: str, wanted: Callable[[Period], bool]) -> Grid | None:
        """Give the grid of one indicator over the periods that are wanted; None if it has none."""
        rows = self._slices.get(indicator)
        if rows is None:
            return None
        wanted_codes = np.array([wanted(period) for period in self.periods], dtype=bool)
        period_codes, area_codes = self._period_codes[rows], self._area_codes[rows]
        keep = wanted_codes[period_codes]
        if not keep.any():
            return None
        everything = bool(keep.all())
        if not everything:
            period_codes, area_codes = period_codes[keep], area_codes[keep]
        area_index, area_place = np.unique(area_codes, return_inverse=True)
        period_index, period_place = np.unique(period_codes, return_inverse=True)
        shape = (len(area_index), len(period_index))
        cells = area_place * shape[1] + period_place

        def fill(matrix: npt.NDArray[Any], column: npt.NDArray[Any]) -> npt.NDArray[Any]:
            own = column[rows]
            matrix.reshape(-1)[cells] = own if everything else own[keep]
            return matrix

        numbers = {}
        for name, column in self._numbers.items():
            own = column[rows]
            if not np.isnan(own).all():
                numbers[name] = fill(np.full(shape, np.nan), column)
        return Grid(
            areas=tuple(self._areas[code] for code in area_index),
            periods=tuple(self.periods[code] for code in period_index),
            state=fill(np.full(shape, ABSENT, dtype=np.int8), self._states),
            numbers=numbers,
            frequencies=self._tables(rows, keep, area_place, period_place),
            sources=self._sources(rows, keep),
        )

    def _sources(self, rows: slice, keep: npt.NDArray[np.bool_]) -> tuple[str, ...]:
        codes = np.unique(self._source_codes[rows][keep])
        return tuple(self._source_names[code] for code in codes)

    def _tables(
        self, rows: slice, keep: npt.NDArray[np.bool_], areas: Codes, periods: Codes
    ) -> dict[tuple[int, int], str]:
        if self._frequencies is None:
            return {}
        texts = self._frequencies[rows][keep]
        return {
            (int(area), int(period)): str(text)
            for area, period, text in zip(areas, periods, texts, strict=True)
            if text
        }
