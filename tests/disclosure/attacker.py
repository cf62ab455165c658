"""A reader with a solver: what follows from published tables, by code that shares nothing.

One unknown for each municipality of 2022, lowest count and period; one equation for each published
figure. The library groups, reduces and splits in its own way; here the whole system goes to HiGHS,
so that the two can disagree. Unknowns that stand in the same equations and cells are counted
together, which changes the range of no cell.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, identity, kron
from scipy.sparse.csgraph import connected_components

from baseline_compare.areas import registry
from baseline_compare.periods import parse_period

Floats = npt.NDArray[np.float64]

THRESHOLD = 5
MERGER = (datetime.date(2025, 1, 1), "KU507", "KU588")
ONLY = "only"
"""What the name of an area begins with that no table prints."""

MOST = 20_000
"""Unknowns that one call of the solver gets at most."""

Cell = tuple[str, str, str, str, int | None]
"""Indicator, part, area, period and the vintage of the area, as they stand in a table."""

Unknown = tuple[str, str, str]
"""Lowest count, municipality of 2022 and period."""

Breakdowns = Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Release:
    """A table as it left, with what everybody knows of it.

    A share that is not applicable says that there was nobody to count.

    ``breakdowns`` gives for a total the lists of counts that sum to it, ``shares`` names the
    indicators with a numerator and a denominator, ``adding`` those that add up over months.
    """

    table: pd.DataFrame
    breakdowns: Breakdowns = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    adding: frozenset[str] = frozenset()
    vintage: int | None = None

    def cells(self) -> Iterator[tuple[Cell, float]]:
        """Give each count of the table and what is printed for it, or not a number."""
        names = ["indicator", "area", "period", "state", "value", "numerator", "denominator"]
        for indicator, area, period, state, value, top, below in zip(
            *(self.table[name].tolist() for name in names), strict=True
        ):
            key = (area, period, self.vintage)
            if state == "not_applicable":
                top = below = 0.0
            if state in ("value", "suppressed", "not_applicable") and indicator in self.shares:
                yield (indicator, "numerator", *key), top
                yield (indicator, "denominator", *key), below
            elif state in ("value", "suppressed"):
                yield (indicator, "value", *key), value


@dataclass(frozen=True)
class Finding:
    """A small count that a reader, or the only member of another cell, can compute too closely."""

    cell: Cell
    low: float
    high: float
    insider: Cell | None = None

    @property
    def printed(self) -> bool:
        """Whether the count has a row of its own, or is what a share leaves."""
        return not self.cell[2].startswith(ONLY)

    @property
    def exact(self) -> bool:
        """Whether the count itself is recovered, by everybody."""
        return self.low == self.high and self.insider is None


def municipalities(area: str, period: str, vintage: int | None) -> frozenset[str]:
    """Give the municipalities of 2022 that an area of a table stands for."""
    day = parse_period(period).first_day if vintage is None else datetime.date(vintage, 1, 1)
    found = registry().municipalities(area, vintage=day)
    merged, whole, gone = MERGER
    return found | {gone} if day >= merged and whole in found else found


def months(period: str) -> list[str]:
    """Give the months of a quarter such as 2023-Q1; another period is itself."""
    year, found, quarter = period.partition("-Q")
    if not found:
        return [period]
    return [f"{year}-{3 * int(quarter) - k:02d}" for k in (2, 1, 0)]


class Attack:
    """Everything that was published, as one system of equations.

    Attributes
    ----------
    said
        What is printed of each cell; not a number where it is hidden.
    members
        The columns of each cell: those of the tables, the complements of shares, and for each
        indicator each group of municipalities that the tables tell apart without printing it.
    unknowns
        The unknowns that each column stands for.
    """

    def __init__(self, releases: Iterable[Release]) -> None:
        releases = list(releases)
        self.said: dict[Cell, float] = {}
        self._breakdowns: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._adding: set[str] = set()
        for release in releases:
            self._breakdowns |= release.breakdowns
            self._adding |= release.adding
            for cell, value in release.cells():
                if np.isnan(self.said.setdefault(cell, value)):
                    self.said[cell] = value
        places = {cell[2:]: municipalities(*cell[2:]) for cell in self.said}
        everywhere = sorted(frozenset().union(*places.values()))
        inside = np.array([[name in own for own in places.values()] for name in everywhere])
        _, group = np.unique(inside, axis=0, return_inverse=True)
        group = group.reshape(-1)
        groups = [tuple(np.array(everywhere)[group == number]) for number in range(group.max() + 1)]
        of_area = {
            key: tuple(sorted(set(group[inside[:, column]].tolist())))
            for column, key in enumerate(places)
        }
        self.unknowns: list[tuple[Unknown, ...]] = []
        self._column: dict[tuple[str, int, str], int] = {}
        self._groups = groups
        self.members: dict[Cell, frozenset[int]] = {}
        for cell in self.said:
            self.members[cell] = self._columns(*cell[:2], of_area[cell[2:]], cell[3])
        for cell in list(self.said):
            indicator, part, area, period, vintage = cell
            if part == "denominator":
                both = self.members[cell]
                top = self.members[indicator, "numerator", area, period, vintage]
                self.members[indicator, "complement", area, period, vintage] = both - top
        self._unprinted(of_area)

    def _unprinted(self, of_area: Mapping[tuple[str, str, int | None], tuple[int, ...]]) -> None:
        """Add what the tables do not print but may tell: every count of every area and group."""
        printed = set(self.members.values())
        kinds: dict[tuple[str, str], set[tuple[str, str, int | None]]] = defaultdict(set)
        for indicator, part, *key in self.members:
            kinds[indicator, part].add(tuple(key))
            if indicator in self._adding:
                area, period, vintage = key
                kinds[indicator, part] |= {(area, month, vintage) for month in months(period)}
        for total, several in self._breakdowns.items():
            there = set().union(*(kinds[key, "value"] for key in (total, *sum(several, ()))))
            for indicator in (total, *sum(several, ())):
                kinds[indicator, "value"] = there
        for (indicator, part), keys in kinds.items():
            for area, period, vintage in sorted(keys, key=str):
                numbers = next(
                    own
                    for (name, told, borders), own in of_area.items()
                    if (name, borders) == (area, vintage) and period in (told, *months(told))
                )
                groups = {"+".join(self._groups[k][:3]): (k,) for k in numbers}
                for name, own in {area: numbers, **groups}.items():
                    columns = self._columns(indicator, part, own, period)
                    if columns not in printed:
                        self.members[indicator, part, f"{ONLY} {name}", period, vintage] = columns

    def _leaves(self, indicator: str, part: str) -> tuple[str, ...]:
        if part == "denominator":
            return f"{indicator}/numerator", f"{indicator}/complement"
        if part in ("numerator", "complement"):
            return (f"{indicator}/{part}",)
        several = self._breakdowns.get(indicator)
        return (indicator,) if not several else self._below(several[0])

    def _below(self, parts: Sequence[str]) -> tuple[str, ...]:
        return tuple(leaf for part in parts for leaf in self._leaves(part, "value"))

    def _columns(
        self, indicator: str, part: str, numbers: Iterable[int], period: str
    ) -> frozenset[int]:
        return frozenset(
            self._number(leaf, number, month)
            for leaf in self._leaves(indicator, part)
            for number in numbers
            for month in (months(period) if indicator in self._adding else [period])
        )

    def _number(self, leaf: str, number: int, period: str) -> int:
        key = (leaf, number, period)
        if key not in self._column:
            self._column[key] = len(self.unknowns)
            self.unknowns.append(tuple((leaf, name, period) for name in self._groups[number]))
        return self._column[key]

    def _equal(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], int, str]]:
        """Give the lowest counts of two breakdowns of one total, wherever either is told of."""
        for first, *others in self._breakdowns.values():
            for other in others:
                leaves = self._below(first), self._below(other)
                there = {key[1:] for key in self._column if key[0] in leaves[0] + leaves[1]}
                for number, period in sorted(there):
                    yield *leaves, number, period

    @cached_property
    def _blocks(self) -> list[_System]:
        """Take apart what hangs together by no equation and no cell."""
        rows: list[dict[int, float]] = []
        ends: list[float] = []
        for cell, value in self.said.items():
            if not np.isnan(value):
                rows.append(dict.fromkeys(self.members[cell], 1.0))
                ends.append(value)
        for first, second, number, period in self._equal():
            row: dict[int, float] = defaultdict(float)
            for leaves, weight in ((first, 1.0), (second, -1.0)):
                for leaf in leaves:
                    row[self._number(leaf, number, period)] += weight
            if not any(row.values()):
                continue
            rows.append({column: weight for column, weight in row.items() if weight})
            ends.append(0.0)
        cells = [dict.fromkeys(columns, 1.0) for columns in self.members.values()]
        size = len(self.unknowns)
        together = _matrix([*rows, *cells], size)
        number, label = connected_components(abs(together.T) @ abs(together), directed=False)
        found = []
        own_rows, own_cells = defaultdict(list), defaultdict(list)
        for row, end in zip(rows, ends, strict=True):
            own_rows[label[next(iter(row))]].append((row, end))
        for cell, row in zip(self.members, cells, strict=True):
            own_cells[label[next(iter(row))]].append(cell)
        for block in range(number):
            columns = np.flatnonzero(label == block)
            place = {column: k for k, column in enumerate(columns.tolist())}
            own = {
                (frozenset((place[c], w) for c, w in row.items()), end)
                for row, end in own_rows[block]
            }
            ordered = sorted(own, key=lambda pair: (len(pair[0]), sorted(pair[0]), pair[1]))
            targets = [
                dict.fromkeys((place[c] for c in self.members[cell]), 1.0)
                for cell in own_cells[block]
            ]
            found.append(
                _System(
                    _matrix([dict(row) for row, _ in ordered], len(columns)),
                    np.array([end for _, end in ordered]),
                    own_cells[block],
                    _matrix(targets, len(columns)).toarray(),
                )
            )
        return found

    def ranges(
        self, cells: Iterable[Cell] | None = None, *, knowing: Mapping[Cell, float] | None = None
    ) -> dict[Cell, tuple[float, float]]:
        """Give the smallest and the largest whole number that each cell can be.

        ``knowing`` adds equations: what one reader knows of cells besides.
        """
        wanted = set(self.members if cells is None else cells)
        found: dict[Cell, tuple[float, float]] = {}
        for block in self._blocks:
            system = block
            for cell, value in (knowing or {}).items():
                if cell in block.cells:
                    system = system.saying(block.targets[block.cells.index(cell)], value)
            own = [k for k, cell in enumerate(block.cells) if cell in wanted]
            if own:
                low, high, _ = system.extremes(block.targets[own])
                found |= {
                    block.cells[k]: (least, most)
                    for k, least, most in zip(own, low.tolist(), high.tolist(), strict=True)
                }
        return found

    def enumerated(
        self, cells: Iterable[Cell] | None = None, *, knowing: Mapping[Cell, float] | None = None
    ) -> dict[Cell, tuple[float, float]]:
        """Give the same by trying all whole numbers: for tiny tables without unbounded counts."""
        wanted = set(self.members if cells is None else cells)
        found: dict[Cell, tuple[float, float]] = {}
        for block in self._blocks:
            points = block.points()
            for cell, value in (knowing or {}).items():
                if cell in block.cells:
                    row = block.targets[block.cells.index(cell)]
                    points = points[points @ row == value]
            for k, cell in enumerate(block.cells):
                if cell in wanted:
                    values = points @ block.targets[k]
                    found[cell] = float(values.min()), float(values.max())
        return found

    def counts(self, truth: Mapping[Unknown, int]) -> dict[Cell, int]:
        """Give what each cell is."""
        columns = [sum(truth.get(u, 0) for u in own) for own in self.unknowns]
        return {cell: sum(columns[c] for c in own) for cell, own in self.members.items()}

    def findings(
        self,
        truth: Mapping[Unknown, int],
        *,
        threshold: int = THRESHOLD,
        everyone: bool = False,
    ) -> list[Finding]:
        """Give every small count that is told too closely, and to whom.

        An insider is the only member of a cell that is printed, or of a complement; with
        ``everyone`` also of one that is not printed. What lies within that cell, or adds nothing
        to it but what everybody knows, is no news of somebody else.
        """
        counts = self.counts(truth)
        found: list[Finding] = []
        for block in self._blocks:
            values = np.array([counts[cell] for cell in block.cells])
            small = np.flatnonzero((values > 0) & (values < threshold))
            if not len(small):
                continue
            small = small[
                np.argsort([block.cells[k][2].startswith(ONLY) for k in small], kind="stable")
            ]
            targets, first = np.unique(block.targets[small], axis=0, return_index=True)
            cells = [block.cells[small[k]] for k in first]
            values = values[small[first]]
            low, high, points = block.extremes(targets)
            unsafe = (high < threshold) | (high - low < threshold - 1)
            found += [Finding(cells[k], low[k], high[k]) for k in np.flatnonzero(unsafe)]
            ones = np.flatnonzero(values == 1)
            if not everyone:
                ones = np.array([k for k in ones if not cells[k][2].startswith(ONLY)], dtype=int)
            if not len(ones):
                continue
            known = block.known(points)
            for insider in ones.tolist():
                news = ((targets > 0) & ~(targets[insider] > 0) & ~known).any(axis=1) & ~unsafe
                own = points[points @ targets[insider] == 1] @ targets.T
                if len(own):
                    high, low = own.max(axis=0), own.min(axis=0)
                    news &= (high < threshold) | (high - low < threshold - 1)
                victims = np.flatnonzero(news)
                if not len(victims):
                    continue
                system = block.saying(targets[insider], 1.0)
                low, high, more = system.extremes(targets[victims])
                points = np.vstack([points, more])
                found += [
                    Finding(cells[victim], least, most, cells[insider])
                    for victim, least, most in zip(
                        victims, low.tolist(), high.tolist(), strict=True
                    )
                    if most < threshold or most - least < threshold - 1
                ]
        return found


def _matrix(rows: Sequence[Mapping[int, float]], size: int) -> csr_array:
    indices = [column for row in rows for column in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    weights = [weight for row in rows for weight in row.values()]
    return csr_array((np.array(weights, dtype=float), indices, starts), shape=(len(rows), size))


@dataclass(frozen=True)
class _System:
    """Equations of whole numbers from 0 on, and the cells that are sums of them."""

    matrix: csr_array
    ends: Floats
    cells: list[Cell]
    targets: Floats

    def saying(self, row: Floats, value: float) -> _System:
        """Give the system with one more equation."""
        matrix = csr_array(np.vstack([self.matrix.toarray(), row]))
        return _System(matrix, np.append(self.ends, value), self.cells, self.targets)

    @cached_property
    def _top(self) -> float:
        """A number that no count reaches that anything bounds."""
        return 10.0 * (1.0 + float(np.abs(self.ends).sum()))

    def known(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Say which unknowns everybody can compute; those that differ between points are not."""
        same = np.ptp(points, axis=0) == 0
        if same.any():
            low, high, _ = self.extremes(np.eye(len(same))[same])
            same[same] = low == high
        return same

    def extremes(self, targets: Floats) -> tuple[Floats, Floats, Floats]:
        """Give the least and the largest whole number of each sum, and unknowns that reach them.

        One linear programme holds as many copies of the system as fit, one for each end.
        """
        size = self.matrix.shape[1]
        goals = np.vstack([targets, -targets])
        points = np.empty((len(goals), size))
        step = max(1, MOST // size)
        for start in range(0, len(goals), step):
            own = goals[start : start + step]
            stacked = kron(identity(len(own)), self.matrix, format="csr")
            found = linprog(
                own.ravel(),
                A_eq=stacked if len(self.ends) else None,
                b_eq=np.tile(self.ends, len(own)) if len(self.ends) else None,
                bounds=(0.0, 10.0 * self._top),
                method="highs",
            )
            assert found.status == 0, found.message
            points[start : start + step] = found.x.reshape(len(own), size)
        whole = np.round(points)
        off = np.abs(whole - points).max(axis=1) > 1e-6
        for place in np.flatnonzero(off).tolist():
            whole[place] = self._integer(goals[place])
        assert not len(self.ends) or np.abs(self.matrix @ whole.T - self.ends[:, None]).max() == 0
        ends = (goals * whole).sum(axis=1)
        low, high = ends[: len(targets)], -ends[len(targets) :]
        return low, np.where(high > self._top, np.inf, high), whole

    def _integer(self, goal: Floats) -> Floats:
        found = milp(
            goal,
            constraints=LinearConstraint(self.matrix, self.ends, self.ends),
            bounds=Bounds(0.0, 10.0 * self._top),
            integrality=np.ones(len(goal)),
            options={"mip_rel_gap": 0.0},
        )
        assert found.status == 0, found.message
        return np.round(found.x)

    def points(self) -> Floats:
        """Give all solutions, column by column."""
        matrix = self.matrix.toarray()
        found = np.zeros((1, 0))
        for column in range(matrix.shape[1]):
            held = [k for k in range(len(matrix)) if matrix[k, column] > 0 and matrix[k].min() >= 0]
            assert held, "nothing bounds an unknown"
            left = np.stack([self.ends[k] - found @ matrix[k, :column] for k in held], axis=1).min(
                axis=1
            )
            found = np.vstack(
                [
                    np.column_stack([np.tile(point, (int(most) + 1, 1)), np.arange(most + 1)])
                    for point, most in zip(found, left, strict=True)
                ]
            )
            whole = ~(matrix[:, column + 1 :] != 0).any(axis=1)
            fits = (found @ matrix[whole, : column + 1].T == self.ends[whole]).all(axis=1)
            found = found[fits]
        return found
