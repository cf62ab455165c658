"""Measurements as they are kept: one row per indicator, area and period, in canonical order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.errors import InputError, Problem
from baseline_compare.indicators import Catalogue
from baseline_compare.periods import Period, parse_period

State = Literal["value", "suppressed", "not_available", "not_applicable"]
Status = Literal["published", "derived", "provisional", "approximate", "bound"]
STATES: tuple[State, ...] = get_args(State)
STATUSES: tuple[Status, ...] = get_args(Status)

KEY = ("indicator", "area", "period")
NUMBERS = ("value", "numerator", "denominator", "n", "sum", "sum_squares", "low", "high")
CATEGORIES = (*KEY, "state", "status", "source", "file")
TEXTS = (*KEY, "state", "frequencies", "status", "source", "file", "place")
COLUMNS = (
    *KEY,
    "state",
    *NUMBERS[:6],
    "frequencies",
    *NUMBERS[6:],
    "status",
    "source",
    "file",
    "place",
)
DECIMALS = tuple(f"{name}_decimals" for name in NUMBERS)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader should know; it stays with the result and is no Python warning.

    ``kind`` is ``normalised`` for a harmless repair (recorded as lineage) and ``warning`` for what
    belongs in the report.
    """

    code: str
    kind: Literal["normalised", "warning"]
    found: str
    file: str = ""
    row: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}: " if self.row is not None else f"{self.file}: "
        return f"{where if self.file else ''}[{self.code}] {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rows came from: the file, its hash, and the transformation that read it."""

    file: str
    sha256: str
    transformation: str
    sources: tuple[str, ...]


class Measurements:
    """Checked measurements in canonical order; selecting or combining gives new ones.

    Attributes
    ----------
    indicators
        The definitions the rows were checked against.
    origins
        The files the rows came from, with their hashes.
    remarks
        What was normalised or noted on the way in.
    quarantine
        Rows that were set aside; sealing refuses while there are any.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        indicators: Catalogue,
        origins: tuple[Origin, ...] = (),
        remarks: tuple[Remark, ...] = (),
        quarantine: tuple[Problem, ...] = (),
    ) -> None:
        self._frame = frame
        self.indicators = indicators
        self.origins = origins
        self.remarks = remarks
        self.quarantine = quarantine

    @property
    def table(self) -> pd.DataFrame:
        """A copy as a plain table with the columns ``COLUMNS``; yours to change."""
        plain = self._frame.loc[:, list(COLUMNS)].copy()
        for name in TEXTS:
            plain[name] = plain[name].astype("str")
        return plain

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the checked rows, text as ordered categories, numbers with their decimals."""
        return self._frame.copy()

    def texts(self, name: str) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Give a column of repeated texts as codes and the texts they stand for, in order."""
        column = self._frame[name]
        return column.cat.codes.to_numpy().astype(np.int64), list(column.cat.categories)

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Give a column of numbers, NaN where there is none; read-only."""
        column: npt.NDArray[np.float64] = self._frame[name].to_numpy()[:]
        column.flags.writeable = False
        return column

    def frequencies(self) -> npt.NDArray[np.object_] | None:
        """Give the frequency tables as text, empty where there is none; None if no row has one."""
        column = self._frame["frequencies"].to_numpy(dtype=object)
        return column if (column != "").any() else None

    def select(
        self,
        *,
        indicators: str | Iterable[str] | None = None,
        areas: str | Iterable[str] | None = None,
        first: str | None = None,
        last: str | None = None,
    ) -> Measurements:
        """Keep some indicators or areas, or the periods that lie between two days' periods.

        ``first`` and ``last`` are periods such as ``2023-01`` and ``2023-12``; a row stays if it
        begins no earlier and ends no later.

        Raises
        ------
        InputError
            ``selection.unknown`` for an indicator or area that no row has.
        """
        frame = self._frame
        keep = np.ones(len(frame), dtype=bool)
        for name, asked in (("indicator", indicators), ("area", areas)):
            if asked is not None:
                keep &= frame[name].isin(self._known(name, asked)).to_numpy()
        periods = [parse_period(text) for text in frame["period"].cat.categories]
        codes = frame["period"].cat.codes.to_numpy()
        if first is not None:
            day = parse_period(first).first_day
            keep &= np.array([period.first_day >= day for period in periods], dtype=bool)[codes]
        if last is not None:
            day = parse_period(last).last_day
            keep &= np.array([period.last_day <= day for period in periods], dtype=bool)[codes]
        return self._with(frame[keep])

    def combine(self, other: Measurements) -> Measurements:
        """Put two sets of measurements together.

        Raises
        ------
        InputError
            ``key.duplicate`` if both hold the same indicator, area and period;
            ``definition.invalid`` if they define an indicator differently.
        """
        plain = dict.fromkeys(CATEGORIES, object)
        both = [part.astype(plain) for part in (self._frame, other.frame)]
        frame, repeated = canonical(pd.concat(both, ignore_index=True))
        if repeated.any():
            first = frame[repeated].iloc[0]
            raise InputError(
                Problem(
                    code="key.duplicate",
                    expected="each indicator, area and period once",
                    found=f"{first['indicator']}, {first['area']}, {first['period']} in both",
                    remedy="Take the rows out of one of the two with select().",
                )
            )
        hashes = {origin.file: origin.sha256 for origin in self.origins}
        for origin in other.origins:
            if hashes.get(origin.file, origin.sha256) != origin.sha256:
                raise InputError(
                    Problem(
                        code="key.duplicate",
                        expected="files with names of their own",
                        found=f"two different files named {origin.file}",
                        remedy="Rename one of them.",
                    )
                )
        for key, item in other.indicators.items():
            if self.indicators.get(key, item) != item:
                raise InputError(
                    Problem(
                        code="definition.invalid",
                        expected="the same definitions in both",
                        found=f"two definitions of {key}",
                        remedy="Read both with the same indicators.",
                    )
                )
        known = [item for key, item in other.indicators.items() if key not in self.indicators]
        return Measurements(
            frame,
            indicators=self.indicators.add(*known),
            origins=tuple(dict.fromkeys((*self.origins, *other.origins))),
            remarks=(*self.remarks, *other.remarks),
            quarantine=(*self.quarantine, *other.quarantine),
        )

    def with_origins(self, origins: Iterable[Origin]) -> Measurements:
        """Give the same rows with other words on the files they came from."""
        return Measurements(
            self._frame,
            indicators=self.indicators,
            origins=tuple(origins),
            remarks=self.remarks,
            quarantine=self.quarantine,
        )

    def __len__(self) -> int:
        return len(self._frame)

    def __repr__(self) -> str:
        frame = self._frame
        counts = {name: frame[name].nunique() for name in ("indicator", "area")}
        parts = [f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items()]
        span = ""
        if len(frame):
            periods = sorted(map(parse_period, frame["period"].unique()), key=_by_day)
            span = f", {periods[0]} to {periods[-1]}"
        text = f"{len(frame):,} measurements: {', '.join(parts)}{span}"
        notes = [remark for remark in self.remarks if remark.kind == "warning"]
        return text + "".join(f"\n  {note}" for note in notes[:5])

    def _known(self, name: str, asked: str | Iterable[str]) -> list[str]:
        wanted = [asked] if isinstance(asked, str) else list(asked)
        known = list(self._frame[name].cat.categories)
        for text in wanted:
            if text not in known:
                raise InputError(
                    Problem(
                        code="selection.unknown",
                        expected=f"an {name} of these measurements: {', '.join(known[:20])}",
                        found=repr(text),
                        remedy="Correct it, or leave it out.",
                    )
                )
        return wanted

    def _with(self, frame: pd.DataFrame) -> Measurements:
        return Measurements(
            canonical(frame)[0],
            indicators=self.indicators,
            origins=self.origins,
            remarks=self.remarks,
            quarantine=self.quarantine,
        )


def _by_day(period: Period) -> tuple[object, object]:
    return period.first_day, period.last_day


def canonical(frame: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Give the rows in the order of their keys by code point, text as ordered categories.

    The second array says which rows have the key of the row before.
    """
    frame = frame.reset_index(drop=True)
    codes = []
    for name in CATEGORIES:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.remove_unused_categories()
        else:
            known = sorted(column.unique())
            column = pd.Series(pd.Categorical(column, categories=known, ordered=True))
        frame[name] = column
        codes.append(column.cat.codes.to_numpy().astype(np.int64))
    key = codes[0]
    for name, part in zip(KEY[1:], codes[1:3], strict=True):
        key = key * (len(frame[name].cat.categories) + 1) + part
    order = np.argsort(key, kind="stable")
    repeated = np.zeros(len(frame), dtype=bool)
    repeated[1:] = np.diff(key[order]) == 0
    if (order[1:] < order[:-1]).any():
        frame = frame.iloc[order].reset_index(drop=True)
    return frame, repeated
