"""What must not be told, and whether what is published keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from baseline_compare.disclosure.attack import TOLERANCE, Block, Published, Sum
from baseline_compare.indicators import Rule
from baseline_compare.statistics.programmes import (
    Floats,
    Optimum,
    Programme,
    ProgrammeError,
    maximum,
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A sum that must not be told: what can be computed of it reaches ``need`` and has a ``width``.

    Attributes
    ----------
    limit
        Counts from 1 to one below it are small.
    sure
        Whether it is known to be small; it may be large where a source or a former release hid it.
    alone
        Whether one person makes it up, who knows it and reads, too; or may make it up.
    name, figure
        For messages, and the place of the figure that it is, if it is one.
    """

    sum: Sum
    need: float
    width: float
    limit: float
    sure: bool
    alone: bool = False
    name: str = ""
    figure: int = -1


def secret_of(
    total: Sum, ends: tuple[float, float], limit: int, rule: Rule, *, printed: bool = True
) -> Secret | None:
    """Give the secret that a count is, known or within bounds; None if it may be told.

    What a source hid must stay anywhere within the bounds that the source gave. A share that is
    ``printed`` without its count must admit as many counts as a hidden one.
    """
    low, high = ends
    small = low < limit - TOLERANCE and high > 1 - TOLERANCE
    if not (small or (rule.zero_disclosive and high < 1 - TOLERANCE)):
        return None
    strict = rule.protection == "strict"
    need, width = (float(limit), limit - 1.0) if strict else (0.0, 1.0)
    if low < high and printed and high >= need and high - low >= width:
        return None
    if low < high and not printed:
        need, width = min(need, high), min(width, high - low)
    alone = low == high and abs(low - 1) <= TOLERANCE
    return Secret(total, need, width, limit, sure=printed or low == high, alone=alone)


def dominated(total: Sum, value: float, contributions: tuple[float, float], rule: Rule) -> Secret:
    """Give the secret that a sum of euros is whose largest contribution the second could tell.

    By the p%-rule a sum is safe if what the others add is at least p per cent of the largest; what
    lacks is how far from the sum the ends of what can be computed of it have to lie.

    References
    ----------
    Hundepool et al. 2024, Handbook on Statistical Disclosure Control, section 4.2.
    """
    largest, second = contributions
    lacking = max(0.0, rule.p_percent / 100 * largest - (value - largest - second))
    return Secret(total, value + lacking, 2 * lacking, limit=np.inf, sure=True)


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that is told too closely, from ``low`` to ``high``; to one ``insider``, if any."""

    secret: Secret
    low: float
    high: float
    insider: Secret | None = None

    @property
    def is_small(self) -> bool:
        """Whether what is told may be a small count."""
        limit = self.secret.limit - TOLERANCE
        return self.secret.sure or (self.low < limit and self.high >= 1 - TOLERANCE)


Told = tuple[int, int]
"""A secret and an insider to whom it is told, by their identity; 0 for everybody."""


def key_of(leak: Leak) -> Told:
    """Name what is told to whom."""
    return id(leak.secret), 0 if leak.insider is None else id(leak.insider)


def news(found: Iterable[Leak], told: Mapping[Told, tuple[float, float]]) -> list[Leak]:
    """Keep the leaks that tell more than was told before."""
    return [
        leak
        for leak in found
        if (before := told.get(key_of(leak))) is None
        or leak.low > before[0] + TOLERANCE
        or leak.high < before[1] - TOLERANCE
    ]


def leaks(
    published: Published, secrets: Iterable[Secret], *, start: Floats | None = None
) -> list[Leak]:
    """Give the secrets that are told too closely, to everybody or to one insider.

    Parameters
    ----------
    published
        Each secret has to lie in one of its blocks.
    start
        Values of all unknowns that fit everything, if some are known.
    """
    found: list[Leak] = []
    blocks: dict[int, list[Secret]] = {}
    for secret in secrets:
        known, places = published.parts(secret.sum)
        if places:
            blocks.setdefault(places[0], []).append(secret)
        elif not _safe(known, known, secret.need, secret.width):
            leak = Leak(secret, known, known)
            found += [leak] if leak.is_small else []
    for place, own in sorted(blocks.items()):
        points = [] if start is None else [start[list(published.blocks[place].unknowns)]]
        found += block_leaks(published, place, own, points)
    return found


def block_leaks(
    published: Published, place: int, secrets: Sequence[Secret], points: list[Floats]
) -> list[Leak]:
    """Give the secrets of one block that are told too closely.

    ``points`` are values of its unknowns that fit what is published; those that are found on the
    way are added to them.
    """
    if not secrets:
        return []
    block = published.blocks[place]
    known = np.array([published.parts(secret.sum)[0] for secret in secrets])
    rows = np.vstack([block.row(secret.sum) for secret in secrets])
    found = [
        (number, Leak(secrets[number], low, high))
        for number, low, high in _narrow(block.programme, rows, secrets, known, points)
    ]
    everybody = {number for number, _ in found}
    for number, insider in enumerate(secrets):
        apart = np.flatnonzero((rows > rows[number]).any(axis=1)).tolist()
        others = [k for k in apart if k not in everybody]
        value = 1.0 - known[number]
        if not (insider.alone and others and _is_possible(block, rows[number], value)):
            continue
        knows = block.programme.saying(rows[number], value, value)
        own = [point for point in points if abs(rows[number] @ point - value) <= TOLERANCE]
        number_known, kept = len(own), [secrets[k] for k in others]
        found += [
            (others[k], Leak(kept[k], low, high, insider))
            for k, low, high in _narrow(knows, rows[others], kept, known[others], own)
        ]
        points += own[number_known:]
    return [leak for _, leak in sorted(found, key=lambda pair: pair[0]) if leak.is_small]


def _is_possible(block: Block, row: Floats, value: float) -> bool:
    """Say whether a sum of a block may have a value."""
    try:
        maximum(block.programme.saying(row, value, value), np.zeros(len(row)))
    except ProgrammeError:
        return False
    return True


def _narrow(
    programme: Programme,
    matrix: Floats,
    secrets: Sequence[Secret],
    known: Floats,
    points: list[Floats],
) -> Iterator[tuple[int, float, float]]:
    """Give place and range of the secrets that are told too closely.

    Values of the unknowns that fit are witnesses: each shows what a reader cannot exclude. Few of
    them serve for many secrets; the range of one by itself is computed only where they do not.
    """
    needs = np.array([secret.need for secret in secrets]) - known
    widths = np.array([secret.width for secret in secrets])
    high, low = np.full(len(matrix), -np.inf), np.full(len(matrix), np.inf)

    def seen(point: Floats) -> None:
        np.maximum(high, matrix @ point, out=high)
        np.minimum(low, matrix @ point, out=low)

    for point in points:
        seen(point)
    for sign in (1.0, -1.0):
        while True:
            wanted = needs if sign > 0 else high - widths
            have = high if sign > 0 else low
            open_rows = np.flatnonzero(sign * (wanted - have) > TOLERANCE)
            if sign < 0:
                open_rows = open_rows[high[open_rows] >= needs[open_rows] - TOLERANCE]
            if not len(open_rows):
                break
            found = _reaching(programme, sign * matrix[open_rows], sign * wanted[open_rows])
            if found.point is None:
                break
            points.append(found.point)
            seen(found.point)
            if not (sign * (have[open_rows] - wanted[open_rows]) >= -TOLERANCE).any():
                break
    for place in np.flatnonzero(~_safe(low, high, needs, widths)).tolist():
        ends = [maximum(programme, sign * matrix[place]) for sign in (1.0, -1.0)]
        points.extend(end.point for end in ends if end.point is not None)
        least, most = -ends[1].value, ends[0].value
        if not _safe(least, most, needs[place], widths[place]):
            yield place, known[place] + least, known[place] + most


def _safe(
    low: npt.ArrayLike, high: npt.ArrayLike, need: npt.ArrayLike, width: npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    low, high = np.asarray(low), np.asarray(high)
    return np.asarray(
        (high >= np.asarray(need) - TOLERANCE) & (high - low >= np.asarray(width) - TOLERANCE)
    )


def _reaching(programme: Programme, rows: Floats, wanted: Floats) -> Optimum:
    """Find unknowns with which as much as possible of the wanted sums is reached at once."""
    number, size = rows.shape
    wide = Programme(
        np.block(
            [
                [programme.matrix, np.zeros((len(programme.matrix), number))],
                [rows, -np.eye(number)],
            ]
        ),
        np.concatenate([programme.low, np.zeros(number)]),
        np.concatenate([programme.high, np.full(number, np.inf)]),
        np.concatenate([programme.lower, np.full(number, -np.inf)]),
        np.concatenate([programme.upper, wanted]),
        np.concatenate([programme.whole, np.zeros(number, dtype=bool)]),
    )
    found = maximum(wide, np.concatenate([np.zeros(size), np.ones(number)]))
    return Optimum(found.value, None if found.point is None else found.point[:size])
