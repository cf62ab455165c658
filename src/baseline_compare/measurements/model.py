"""Measurements as they are kept: one row per indicator, area and period, in canonical order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.areas import vintage_day
from baseline_compare.errors import InputError, Problem
from baseline_compare.indicators import Catalogue
from baseline_compare.measurements.layout import (
    CATEGORIES,
    COLUMNS,
    TEXTS,
    Origin,
    Remark,
    canonical,
)
from baseline_compare.measurements.vintages import rebased
from baseline_compare.periods import Period, parse_period


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
    vintage
        The year whose areas all codes mean; ``None`` if each means the area of the first day of its
        period.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        indicators: Catalogue,
        origins: tuple[Origin, ...] = (),
        remarks: tuple[Remark, ...] = (),
        quarantine: tuple[Problem, ...] = (),
        vintage: int | None = None,
    ) -> None:
        self._frame = frame
        self.indicators = indicators
        self.origins = origins
        self.remarks = remarks
        self.quarantine = quarantine
        self.vintage = vintage

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
        return self.with_frame(frame[keep])

    def combine(self, other: Measurements) -> Measurements:
        """Put two sets of measurements together.

        Raises
        ------
        InputError
            ``key.duplicate`` if both hold the same indicator, area and period;
            ``definition.invalid`` if they define an indicator differently; ``area.vintage`` if
            their areas are of different vintages.
        """
        if self.vintage != other.vintage:
            raise InputError(
                Problem(
                    code="area.vintage",
                    expected="measurements of one vintage of areas",
                    found=" and ".join(_vintage_text(part.vintage) for part in (self, other)),
                    remedy="Convert one of them with at_vintage() first.",
                )
            )
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
            vintage=self.vintage,
        )

    def at_vintage(
        self, vintage: int, *, weights: Mapping[str, Mapping[str, float]] | None = None
    ) -> Measurements:
        """Convert all rows to the areas of one year, by the dated table of changes.

        Parts that merged are summed by what they are made of; a hidden part makes the sum hidden,
        with bounds. Areas that did not change stay as they are.

        Parameters
        ----------
        vintage
            The year whose areas the rows shall be of.
        weights
            Where an area has to be split (2025 back to 2022, Kela's districts that gave members
            away): by its code, the share of each part. The parts are then ``approximate``.

        Raises
        ------
        InputError
            ``coverage.missing`` if a part has no row, ``area.composition`` for a split without
            weights, ``aggregate.unique_persons`` for counts that do not add up over areas and
            ``aggregate.no_counts`` for a share or mean without its parts.

        Examples
        --------
        >>> from baseline_compare.measurements import from_frame
        >>> table = pd.DataFrame(
        ...     {
        ...         "indicator": "basic_sa_households",
        ...         "area": ["KU507", "KU588"],
        ...         "period": "2022-01",
        ...         "value": [90, 10],
        ...     }
        ... )
        >>> from_frame(table, source="my-register").at_vintage(2025)
        1 measurements: 1 indicator, 1 area, 2022-01 to 2022-01, areas of 2025
          [area.rebased] KU588 → KU507 (2025-01-01): 2
        """
        year = vintage_day(vintage).year
        frame, remarks = rebased(
            self._frame,
            indicators=self.indicators,
            from_vintage=self.vintage,
            to_vintage=year,
            weights=weights or {},
        )
        return Measurements(
            canonical(frame)[0],
            indicators=self.indicators,
            origins=self.origins,
            remarks=(*self.remarks, *remarks),
            quarantine=self.quarantine,
            vintage=year,
        )

    def with_remarks(self, remarks: Iterable[Remark]) -> Measurements:
        """Give the same rows with other remarks."""
        return Measurements(
            self._frame,
            indicators=self.indicators,
            origins=self.origins,
            remarks=tuple(remarks),
            quarantine=self.quarantine,
            vintage=self.vintage,
        )

    def with_origins(self, origins: Iterable[Origin]) -> Measurements:
        """Give the same rows with other words on the files they came from."""
        return Measurements(
            self._frame,
            indicators=self.indicators,
            origins=tuple(origins),
            remarks=self.remarks,
            quarantine=self.quarantine,
            vintage=self.vintage,
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
        if self.vintage is not None:
            text += f", areas of {self.vintage}"
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

    def with_frame(self, frame: pd.DataFrame) -> Measurements:
        """Give measurements of the same make with other checked rows."""
        return Measurements(
            canonical(frame)[0],
            indicators=self.indicators,
            origins=self.origins,
            remarks=self.remarks,
            quarantine=self.quarantine,
            vintage=self.vintage,
        )


def _vintage_text(vintage: int | None) -> str:
    return "areas of each period" if vintage is None else f"areas of {vintage}"


def _by_day(period: Period) -> tuple[object, object]:
    return period.first_day, period.last_day
