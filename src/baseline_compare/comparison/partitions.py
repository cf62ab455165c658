"""Areas that others make up: where a published figure is the sum of those of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """An area, areas of one level that make it up, and the two levels."""

    whole: str
    parts: tuple[str, ...]
    levels: tuple[str, str]


def partitions(
    leaves: Mapping[str, frozenset[str]], levels: Mapping[str, str]
) -> Iterator[Partition]:
    """Give every area that others of one level make up without overlap, for each such level.

    Parameters
    ----------
    leaves
        The municipalities of each area, those of Åland left out.
    levels
        The level of each area that has any; the country is left out, as its figures may hold
        Åland.

    Examples
    --------
    >>> leaves = {"YTA": frozenset("abc"), "MK1": frozenset("a"), "MK2": frozenset("bc")}
    >>> levels = {"YTA": "collaboration_area", "MK1": "region", "MK2": "region"}
    >>> [(item.whole, item.parts) for item in partitions(leaves, levels)]
    [('YTA', ('MK1', 'MK2'))]
    """
    by_level: dict[str, list[str]] = {}
    for code, level in levels.items():
        by_level.setdefault(level, []).append(code)
    for whole, level in levels.items():
        if level == "country":
            continue
        for parts_level, codes in by_level.items():
            parts = [code for code in codes if code != whole and leaves[code] <= leaves[whole]]
            filled = frozenset().union(*(leaves[code] for code in parts))
            apart = sum(len(leaves[code]) for code in parts) == len(filled)
            if parts and apart and filled == leaves[whole]:
                yield Partition(whole, tuple(parts), (level, parts_level))
