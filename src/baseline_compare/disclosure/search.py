"""Which further figures to hide so that no secret can be computed from the rest.

A heuristic of linear programmes (Kelly, Golden and Assad 1992, Networks 22:397): for a secret that
is told too closely, the cheapest other values of all figures near it that a reader could not
exclude; every figure that takes another value is hidden. What is not needed in the end is
published again. Whether it suffices is not taken for granted: ``secrets.leaks`` judges the result.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from baseline_compare.disclosure.attack import TOLERANCE, Published, Said, Sum, Unknowns
from baseline_compare.disclosure.secrets import Leak, Secret, Told, block_leaks, leaks, news
from baseline_compare.statistics.programmes import (
    Floats,
    Programme,
    ProgrammeError,
    maximum,
)

FEWEST_NEAR = 40
"""Unknowns that a neighbourhood of a secret has, if there are as many."""

MOST_ROUNDS = 100

Range = tuple[float, float]


class Search:
    """Figures that may be hidden, and those that are.

    Parameters
    ----------
    unknowns, truth
        Their bounds, and values of them that give the figures.
    sums
        Each figure as a sum of unknowns.
    fixed
        What is said besides: relations, and what was published before.
    ties
        For some figures those that have to be hidden with them.
    hidden
        Figures that are hidden already, with what is said of them.
    """

    def __init__(
        self,
        unknowns: Unknowns,
        truth: Floats,
        sums: Sequence[Sum],
        fixed: Sequence[Said],
        ties: dict[int, tuple[int, ...]],
        hidden: Mapping[int, Said],
    ) -> None:
        self._unknowns = unknowns
        self._truth = truth
        self._sums = sums
        self._fixed = fixed
        self._ties = ties
        self.hidden: dict[int, Said | None] = dict(hidden)
        self._values = np.array([sum(w * truth[u] for u, w in total.items()) for total in sums])
        self._costs = np.array([_cost(v, s) for v, s in zip(self._values, sums, strict=True)])
        self._touching: dict[int, list[int]] = defaultdict(list)
        for place, total in enumerate(sums):
            for unknown in total:
                self._touching[unknown].append(place)
        self._fixed_at: dict[int, list[Said]] = defaultdict(list)
        for said in fixed:
            for unknown in said.sum:
                self._fixed_at[unknown].append(said)

    def published(self, together: Iterable[Sum] = ()) -> Published:
        """Give what a reader has with the figures that are hidden now."""
        said = [*self._fixed]
        for place, total in enumerate(self._sums):
            if place not in self.hidden:
                value = float(self._values[place])
                said.append(Said(total, value, value))
            elif (bounds := self.hidden[place]) is not None:
                said.append(bounds)
        return Published(self._unknowns, said, together)

    def hide(self, places: Iterable[int]) -> None:
        """Hide figures, and those tied to them."""
        for place in places:
            for other in (place, *self._ties.get(place, ())):
                self.hidden.setdefault(other, None)

    def protect(self, secrets: Sequence[Secret], told: Mapping[Told, Range]) -> None:
        """Hide figures until no secret is told too closely, or no more can be done about it.

        What was ``told`` before is no news.
        """
        lost: set[int] = set()
        whole = False
        for _ in range(MOST_ROUNDS):
            wanted = [secret for secret in secrets if id(secret) not in lost]
            published = self.published(secret.sum for secret in secrets)
            found = news(leaks(published, wanted, start=self._truth), told)
            if not found:
                break
            before = len(self.hidden)
            for leak in found:
                further = self._alternative(leak, whole=whole)
                if further is None or (whole and not further):
                    further = self._around(leak.secret, published)
                    if further <= self.hidden.keys():
                        further = set(range(len(self._sums)))
                    if further <= self.hidden.keys():
                        lost.add(id(leak.secret))
                self.hide(sorted(further))
            whole = len(self.hidden) == before

    def release(
        self, secrets: Sequence[Secret], told: Mapping[Told, Range], kept: Iterable[int]
    ) -> None:
        """Publish again what no secret needs hidden, the dearest figure first."""
        published = self.published(secret.sum for secret in secrets)
        keep = set(kept)
        own: dict[int, list[Secret]] = defaultdict(list)
        for secret in secrets:
            for place in published.parts(secret.sum)[1]:
                own[place].append(secret)
        pools = [[self._truth[list(block.unknowns)]] for block in published.blocks]
        tied = {other for others in self._ties.values() for other in others}
        candidates = [p for p in self.hidden if p not in keep and p not in tied]
        for place in sorted(candidates, key=lambda p: (-self._costs[p], p)):
            known, blocks = published.parts(self._sums[place])
            if len(blocks) != 1:
                continue
            block, value = blocks[0], float(self._values[place]) - known
            row = published.blocks[block].row(self._sums[place])
            points = [p for p in pools[block] if abs(row @ p - value) <= TOLERANCE]
            tried = published.saying(block, self._sums[place], value)
            if not news(block_leaks(tried, block, own[block], points), told):
                published, pools[block] = tried, points
                del self.hidden[place]

    def _alternative(self, leak: Leak, *, whole: bool) -> set[int] | None:
        """Give the figures that have to be hidden so that a secret may have another value.

        None if there is no other value; the values may have to be ``whole`` numbers.
        """
        best: tuple[float, set[int]] | None = None
        for near in self._neighbourhoods(leak.secret):
            for target, sign in _targets(leak):
                found = self._cheapest(near, leak, target, sign, whole=whole)
                if found is not None and (best is None or found[0] < best[0] - TOLERANCE):
                    best = found
            if best is not None:
                return best[1]
        return None

    def _around(self, secret: Secret, published: Published) -> set[int]:
        """Give all figures that have to do with a secret; what proves needless is shown again."""
        unknowns = set(secret.sum)
        for block in published.parts(secret.sum)[1]:
            unknowns |= set(published.blocks[block].unknowns)
        return {place for unknown in unknowns for place in self._touching[unknown]}

    def _neighbourhoods(self, secret: Secret) -> Iterable[list[int]]:
        """Give sets of unknowns around a secret, small ones first, everything last."""
        around = [
            self._sums[place]
            for place in self._touching[next(iter(secret.sum))]
            if secret.sum.keys() < self._sums[place].keys()
        ]
        sizes = sorted({len(total): total for total in around}.items())
        chosen = [total for size, total in sizes if size >= FEWEST_NEAR][:2]
        yield from (sorted(total) for total in chosen)
        yield list(range(len(self._truth)))

    def _cheapest(
        self, near: Sequence[int], leak: Leak, target: float, sign: float, *, whole: bool
    ) -> tuple[float, set[int]] | None:
        """Give the cheapest figures to hide so that a secret may reach a value, and their cost.

        Unknowns are the values of those near it, and how far each published figure is moved up and
        down; all others stay.
        """
        column = {unknown: number for number, unknown in enumerate(near)}
        places = sorted({place for unknown in near for place in self._touching[unknown]})
        moved = [place for place in places if place not in self.hidden]
        fixed = [said for unknown in near for said in self._fixed_at[unknown]]
        fixed += [bounds for p in places if (bounds := self.hidden.get(p)) is not None]
        fixed = list({id(said): said for said in fixed}.values())
        size, free = len(near) + 2 * len(moved), len(near)
        rows, low, high = [], [], []

        def add(total: Sum, least: float, most: float) -> Floats:
            row = np.zeros(size)
            rest = 0.0
            for unknown, weight in total.items():
                if unknown in column:
                    row[column[unknown]] = weight
                else:
                    rest += weight * self._truth[unknown]
            rows.append(row)
            low.append(least - rest)
            high.append(most - rest)
            return row

        for number, place in enumerate(moved):
            row = add(self._sums[place], self._values[place], self._values[place])
            row[free + number], row[free + len(moved) + number] = -1.0, 1.0
        for said in fixed:
            add(said.sum, said.low, said.high)
        if leak.insider is not None:
            add(leak.insider.sum, 1.0, 1.0)
        ends = (target, np.inf) if sign > 0 else (-np.inf, target)
        add(leak.secret.sum, *ends)
        index = np.array(near, dtype=np.intp)
        costs = np.concatenate([np.zeros(free), np.tile(self._costs[moved], 2)])
        programme = Programme(
            np.array(rows),
            np.array(low),
            np.array(high),
            np.concatenate([self._unknowns.lower[index], np.zeros(2 * len(moved))]),
            np.concatenate([self._unknowns.upper[index], np.full(2 * len(moved), np.inf)]),
            np.concatenate(
                [self._unknowns.whole[index] & whole, np.zeros(size - free, dtype=bool)]
            ),
        )
        try:
            found = maximum(programme, -costs)
        except ProgrammeError:
            return None
        if found.point is None:
            return None
        shifts = found.point[free : free + len(moved)] + found.point[free + len(moved) :]
        chosen = {moved[number] for number in np.flatnonzero(shifts > TOLERANCE)}
        return sum(float(self._costs[place]) for place in chosen), chosen


def _cost(value: float, total: Sum) -> float:
    """Give what it costs to hide a figure: more for larger ones, and for those of more groups.

    A count of none costs as much as one of ten: it is known to many.
    """
    return (1.0 + math.log2(1.0 + (value or 10.0))) * math.sqrt(len(total))


def _targets(leak: Leak) -> list[tuple[float, float]]:
    """Give values that a secret has to be able to take: at least (1) or at most (-1) one."""
    secret = leak.secret
    if leak.high < secret.need - TOLERANCE:
        return [(secret.need, 1.0)]
    return [(leak.high - secret.width, -1.0), (leak.low + secret.width, 1.0)]
