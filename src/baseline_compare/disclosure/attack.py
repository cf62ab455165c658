"""The attack: what a reader can compute of hidden figures from everything that was published.

Unknowns are counts of the smallest groups that the published figures tell apart; what is published
says something of sums of them.  Nothing here knows which figure is secret.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from baseline_compare.statistics.programmes import Floats, Programme, ProgrammeError, maximum

Sum = Mapping[int, float]
"""What each unknown counts in a sum."""

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Said:
    """What is published of a sum of unknowns: it lies from low to high; equal ends if exact."""

    sum: Sum
    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether the sum is known."""
        return self.high - self.low <= TOLERANCE


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Bounds of the unknowns, and whether each is a whole number."""

    lower: Floats
    upper: Floats
    whole: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """Unknowns that are told about together, and nothing else is."""

    unknowns: tuple[int, ...]
    programme: Programme

    def row(self, total: Sum) -> Floats:
        """Give what the unknowns of the block count in a sum."""
        return np.array([total.get(unknown, 0.0) for unknown in self.unknowns])


class Published:
    """Everything that is published, taken apart into blocks that have nothing to do with others.

    Parameters
    ----------
    unknowns
        Their bounds.
    said
        What is published.
    together
        Sums whose unknowns have to be in one block.

    Attributes
    ----------
    known
        The unknowns that follow at once.
    blocks
        The others, with what is said of them.

    Raises
    ------
    ProgrammeError
        If what is published contradicts itself.
    """

    def __init__(
        self, unknowns: Unknowns, said: Iterable[Said], together: Iterable[Sum] = ()
    ) -> None:
        self._unknowns = unknowns
        self.known: dict[int, float] = {
            int(place): float(unknowns.lower[place])
            for place in np.flatnonzero(unknowns.upper - unknowns.lower <= TOLERANCE)
        }
        self.blocks = self._blocks(_reduced(self._pinned(said)), together)
        self.block_of = {
            unknown: place for place, block in enumerate(self.blocks) for unknown in block.unknowns
        }

    def parts(self, total: Sum) -> tuple[float, tuple[int, ...]]:
        """Give what is known of a sum, and the blocks that hold the rest of it."""
        known = sum(weight * self.known.get(unknown, 0.0) for unknown, weight in total.items())
        blocks = {self.block_of[unknown] for unknown in total if unknown not in self.known}
        return known, tuple(sorted(blocks))

    def saying(self, place: int, total: Sum, value: float) -> Published:
        """Give the same with one more sum of the unknowns of a block."""
        block = self.blocks[place]
        told = block.programme.saying(block.row(total), value, value)
        other = copy(self)
        other.blocks = tuple(
            Block(block.unknowns, told) if number == place else own
            for number, own in enumerate(self.blocks)
        )
        return other

    def range_of(self, total: Sum) -> tuple[float, float]:
        """Give the smallest and the largest value that a sum can have; whole numbers are meant."""
        known, blocks = self.parts(total)
        low = high = known
        for place in blocks:
            block = self.blocks[place]
            row = block.row(total)
            low -= maximum(block.programme, -row).value
            high += maximum(block.programme, row).value
        return low, high

    def _pinned(self, said: Iterable[Said]) -> list[Said]:
        """Put known unknowns into the sums until no sum tells another one by itself."""
        rows = list(said)
        touching: dict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            for unknown in row.sum:
                touching[unknown].append(place)
        open_ones = [len(row.sum) for row in rows]
        gone = [0.0] * len(rows)
        pending = list(self.known)
        pending += self._alone(rows, [p for p, n in enumerate(open_ones) if n == 1], gone)
        while pending:
            unknown = pending.pop()
            self._check_bounds(unknown)
            for place in touching[unknown]:
                open_ones[place] -= 1
                gone[place] += rows[place].sum[unknown] * self.known[unknown]
            last = [place for place in touching[unknown] if open_ones[place] == 1]
            pending += self._alone(rows, last, gone)
        found = []
        for row, known in zip(rows, gone, strict=True):
            left = {u: w for u, w in row.sum.items() if u not in self.known}
            reduced = Said(left, row.low - known, row.high - known)
            if left:
                found.append(reduced)
            else:
                _check(reduced)
        return found

    def _alone(
        self, rows: Sequence[Said], places: Iterable[int], gone: Sequence[float]
    ) -> list[int]:
        """Learn the last unknown of sums that are known; give which ones are new."""
        new = []
        for place in places:
            row = rows[place]
            left = [unknown for unknown in row.sum if unknown not in self.known]
            if row.exact and left:
                self.known[left[0]] = (row.low - gone[place]) / row.sum[left[0]]
                new.append(left[0])
        return new

    def _check_bounds(self, unknown: int) -> None:
        value = self.known[unknown]
        low, high = self._unknowns.lower[unknown], self._unknowns.upper[unknown]
        if not low - TOLERANCE <= value <= high + TOLERANCE:
            message = f"an unknown is {value:g} and lies between {low:g} and {high:g}"
            raise ProgrammeError(message)

    def _blocks(self, rows: Sequence[Said], together: Iterable[Sum]) -> tuple[Block, ...]:
        free = [u for u in range(len(self._unknowns.lower)) if u not in self.known]
        joined = scipy.cluster.hierarchy.DisjointSet(free)
        for members in [*(row.sum for row in rows), *together]:
            own_members = [u for u in members if u not in self.known]
            for other in own_members[1:]:
                joined.merge(own_members[0], other)
        groups: dict[int, list[int]] = defaultdict(list)
        for unknown in free:
            groups[joined[unknown]].append(unknown)
        own: dict[int, list[Said]] = defaultdict(list)
        for row in rows:
            own[joined[next(iter(row.sum))]].append(row)
        return tuple(self._block(group, own[key]) for key, group in groups.items())

    def _block(self, group: Sequence[int], rows: Sequence[Said]) -> Block:
        place = {unknown: column for column, unknown in enumerate(group)}
        matrix = np.zeros((len(rows), len(group)))
        for number, row in enumerate(rows):
            for unknown, weight in row.sum.items():
                matrix[number, place[unknown]] = weight
        index = np.array(group, dtype=np.intp)
        return Block(
            tuple(group),
            Programme(
                matrix,
                np.array([row.low for row in rows]),
                np.array([row.high for row in rows]),
                self._unknowns.lower[index],
                self._unknowns.upper[index],
                self._unknowns.whole[index],
            ),
        )


def _reduced(rows: Iterable[Said]) -> list[Said]:
    """Take out of each sum the exact sums that it contains, so that less hangs together.

    The country is the sum of its counties: where these are published, it says nothing more.
    """
    merged: dict[frozenset[tuple[int, float]], Said] = {}
    for row in rows:
        key = frozenset(row.sum.items())
        other = merged.get(key)
        low = row.low if other is None else max(row.low, other.low)
        high = row.high if other is None else min(row.high, other.high)
        if low > high + TOLERANCE:
            message = f"a sum is at least {low:g} and at most {high:g}"
            raise ProgrammeError(message)
        merged[key] = Said(row.sum, low, max(low, high))
    ordered = sorted(merged.items(), key=lambda item: len(item[0]))
    kept: list[Said] = []
    smaller: dict[tuple[int, float], list[tuple[frozenset[tuple[int, float]], Said]]]
    smaller = defaultdict(list)
    for items, row in ordered:
        left, low, high = set(items), row.low, row.high
        for item in sorted(items):
            if item not in left:
                continue
            inside = [pair for pair in smaller[item] if pair[0] <= left]
            if inside:
                taken, known = max(inside, key=lambda pair: len(pair[0]))
                left -= taken
                low, high = low - known.low, high - known.low
        reduced = Said(dict(sorted(left)), low, high)
        if not left:
            _check(reduced)
            continue
        kept.append(reduced)
        if reduced.exact:
            for item in left:
                smaller[item].append((frozenset(left), reduced))
    return kept


def _check(row: Said) -> None:
    if not row.low - TOLERANCE <= 0 <= row.high + TOLERANCE:
        message = f"a sum differs from its parts by {-row.low:g}"
        raise ProgrammeError(message)
