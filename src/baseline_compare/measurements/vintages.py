"""Rows converted from the areas of one year to those of another, by the dated table of changes."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from baseline_compare.areas import COVERED_FROM, AreaChange, registry, vintage_day
from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.indicators import Catalogue, Indicator
from baseline_compare.measurements.apportioning import exact_shares
from baseline_compare.measurements.frequencies import frequencies_text, parse_frequencies
from baseline_compare.measurements.layout import CATEGORIES, NUMBERS, Remark
from baseline_compare.measurements.merging import Figures, divide, merge
from baseline_compare.measurements.refusals import (
    not_divided,
    not_there,
    unique_persons,
    weights_problems,
)
from baseline_compare.periods import parse_period

Weights = Mapping[str, Mapping[str, float]]
_DAY = "day"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of areas on one date, seen forward in time or backward.

    ``targets`` lists, by the code before the step, the codes after it, and ``sources`` the other
    way round; an area that took others in is among its own.
    """

    date: datetime.date
    forward: bool
    changes: tuple[AreaChange, ...]
    targets: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, tuple[str, ...]]

    def concerns(self, days: pd.Series, target: datetime.date) -> pd.Series:
        """Say which rows lie on the other side of the date, by the day of their areas."""
        here, goal = self.date.toordinal(), target.toordinal()
        if self.forward:
            return (days < here) & (here <= goal)
        return (goal < here) & (here <= days)

    def text(self, areas: Iterable[str]) -> str:
        """Write the changes that bear on these areas."""
        there = set(areas)
        told = [
            f"{start} → {end}"
            for start, ends in self.targets.items()
            for end in ends
            if start != end and there & {start, *self.sources[end]}
        ]
        return f"{', '.join(told)} ({self.date})"


def steps() -> list[Step]:
    """Give every dated step: forward in the order of their dates, then backward."""
    by_date: dict[datetime.date, list[AreaChange]] = defaultdict(list)
    for change in registry().changes(COVERED_FROM, datetime.date.max):
        by_date[change.date].append(change)
    forward = [_step(date, by_date[date], forward=True) for date in sorted(by_date)]
    backward = [_step(date, by_date[date], forward=False) for date in sorted(by_date, reverse=True)]
    return [*forward, *backward]


def _step(date: datetime.date, changes: Sequence[AreaChange], *, forward: bool) -> Step:
    edges = {(change.from_area, change.to_area) for change in changes}
    edges |= {(change.to_area,) * 2 for change in changes if change.kind == "merger"}
    targets: dict[str, tuple[str, ...]] = defaultdict(tuple)
    sources: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for start, end in sorted(edges if forward else {(end, start) for start, end in edges}):
        targets[start] += (end,)
        sources[end] += (start,)
    return Step(date, forward, tuple(changes), targets, sources)


def rebased(
    frame: pd.DataFrame,
    *,
    indicators: Catalogue,
    from_vintage: int | None,
    to_vintage: int,
    weights: Weights,
) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Convert checked rows to the areas of a year; give them and what is to be said of it.

    Raises
    ------
    InputError
        All problems at once: ``coverage.missing``, ``area.composition``,
        ``aggregate.unique_persons``, ``aggregate.no_counts``, ``area.retired``.
    """
    goal = vintage_day(to_vintage)
    rows = frame.astype(dict.fromkeys(CATEGORIES, object))
    rows[_DAY] = _days(frame, from_vintage)
    problems = ProblemList()
    remarks: list[Remark] = []
    known = steps()
    problems.extend(weights_problems(weights, [step.targets for step in known]))
    problems.raise_if_any(InputError)
    for step in known:
        concerned = step.concerns(rows[_DAY], goal) & rows["area"].isin(list(step.targets))
        if not concerned.any():
            continue
        old = rows[concerned]
        problems.extend(_undeclared(step, old["area"].unique(), weights, goal))
        problems.raise_if_any(InputError)
        new = _converted(old, step, indicators, weights, problems)
        problems.raise_if_any(InputError)
        rows = pd.concat([rows[~concerned], new], ignore_index=True)
        note = f"{step.text(old['area'])}: {len(old)}"
        remarks.append(Remark("area.rebased", "warning", note))
    for code in sorted(rows["area"].unique()):
        problems.extend(told for _, told in registry().problems_between(code, [goal.toordinal()]))
    problems.raise_if_any(InputError)
    return rows.drop(columns=_DAY), tuple(remarks)


def _days(frame: pd.DataFrame, vintage: int | None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give, for each row, the day (proleptic ordinal) on which its area code holds."""
    firsts = [parse_period(text).first_day for text in frame["period"].cat.categories]
    days = [vintage_day(first if vintage is None else vintage).toordinal() for first in firsts]
    return np.array(days, dtype=np.int64)[frame["period"].cat.codes.to_numpy()]


def _undeclared(
    step: Step, areas: Iterable[str], weights: Weights, goal: datetime.date
) -> Iterator[Problem]:
    for code in sorted(areas):
        if len(step.targets[code]) > 1 and code not in weights:
            yield not_divided(code, step.targets[code], step.changes, goal)


def _converted(
    old: pd.DataFrame,
    step: Step,
    indicators: Catalogue,
    weights: Weights,
    problems: ProblemList,
) -> pd.DataFrame:
    """Convert the rows of one step, cell by cell."""
    shares = {code: exact_shares(own) for code, own in weights.items()}
    made: list[dict[Hashable, object]] = []
    for (key, period), group in old.groupby(["indicator", "period"], sort=True):
        indicator = indicators[str(key)]
        cell = {row["area"]: row for row in group.to_dict("records")}
        pieces: dict[str, dict[str, Figures]] = defaultdict(dict)
        for code, row in sorted(cell.items()):
            targets, about = step.targets[code], f"{code} in {period}"
            if len(targets) == 1:
                pieces[targets[0]][code] = _figures(row)
                continue
            try:
                parts = divide(_figures(row), shares[code], indicator, about)
            except InputError as error:
                problems.extend(error.problems)
                continue
            for target, part in parts.items():
                pieces[target][code] = part
        for target in sorted(pieces):
            rows = {code: cell[code] for code in pieces[target]}
            made += _merged(target, rows, pieces[target], step, indicator, problems)
    return pd.DataFrame(made, columns=old.columns).astype(
        {name: kind for name, kind in old.dtypes.items() if name not in CATEGORIES}
    )


def _merged(
    target: str,
    rows: Mapping[str, Mapping[Hashable, Any]],
    pieces: Mapping[str, Figures],
    step: Step,
    indicator: Indicator,
    problems: ProblemList,
) -> Iterator[dict[Hashable, object]]:
    """Put the pieces of one area together, if all of them are there and add up."""
    needed = step.sources[target]
    first = rows[min(rows)]
    period = str(first["period"])
    absent = [code for code in needed if code not in rows]
    if absent:
        problems.add(not_there(indicator.id, target, period, needed, absent))
        return
    split = any(len(step.targets[code]) > 1 for code in needed)
    counted = indicator.kind in ("count", "amount")
    if counted and not indicator.additive_over_areas and (split or len(needed) > 1):
        bounds = [_figures(rows[code]).bounds(indicator) for code in needed]
        problems.add(unique_persons(indicator.id, target, period, needed, bounds, split=split))
        return
    try:
        figures = merge([pieces[code] for code in needed], indicator, f"{target} in {period}")
    except InputError as error:
        problems.extend(error.problems)
        return
    yield _row(target, [rows[code] for code in needed], figures)


def _figures(row: Mapping[Hashable, Any]) -> Figures:
    numbers = {
        name: (float(row[name]), int(row[f"{name}_decimals"]))
        for name in NUMBERS
        if not np.isnan(row[name])
    }
    text = row["frequencies"]
    table = parse_frequencies(text) if text else {}
    return Figures(state=row["state"], status=row["status"], numbers=numbers, table=table)


def _row(
    area: str, parts: Sequence[Mapping[Hashable, Any]], figures: Figures
) -> dict[Hashable, object]:
    """Write the row of an area that is made from the rows of its parts."""
    first = parts[0]
    places = [
        part["place"] if part["file"] == first["file"] else f"{part['file']}:{part['place']}"
        for part in parts
    ]
    row: dict[Hashable, object] = {
        **first,
        "area": area,
        "state": figures.state,
        "status": figures.status,
        "frequencies": frequencies_text(figures.table),
        "source": ", ".join(dict.fromkeys(part["source"] for part in parts)),
        "place": "+".join(places),
    }
    for name in NUMBERS:
        row[name], row[f"{name}_decimals"] = figures.numbers.get(name, (np.nan, 0))
    return row
