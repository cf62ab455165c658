"""The smallest groups that figures tell apart, and each figure as a sum over them.

Areas are sets of municipalities: those that stand in the same areas make up one group. So the
vintages of an area, areas of one's own and the levels of the registry need no table of who contains
whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
import scipy

from baseline_compare.disclosure.attack import Said, Sum, Unknowns
from baseline_compare.disclosure.figures import FEWEST, Figure, Places, is_euros
from baseline_compare.indicators import Catalogue, Indicator
from baseline_compare.periods import parse_period

Series = tuple[str, str]

PIECE = "|"
"""Between a share and the part of it that is a count."""


def worlds(figures: Sequence[Figure], catalogue: Catalogue) -> list[list[int]]:
    """Sort the places of figures by what they may tell of each other.

    Related counts of one period, or of periods that are added up somewhere, are one world.
    """
    families = _families(_used_breakdowns({f.indicator for f in figures}, catalogue))
    joined = scipy.cluster.hierarchy.DisjointSet()
    keys = []
    for figure, span in zip(figures, _spans(figures, catalogue), strict=True):
        family = families.get(figure.indicator, figure.indicator)
        keys.append((family, span[0]))
        for period in span:
            joined.add((family, period))
            joined.merge((family, span[0]), (family, period))
    found: dict[Series, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        found[joined[key]].append(place)
    return list(found.values())


class Groups:
    """Figures of one world as sums of unknowns.

    Attributes
    ----------
    sums
        What each unknown counts in each figure, in their order.
    relations
        What holds of the unknowns whatever is published.
    unknowns
        Their bounds.
    series
        The indicator of each unknown.
    """

    def __init__(self, figures: Sequence[Figure], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._breakdowns = _used_breakdowns({f.indicator for f in figures}, catalogue)
        self._places: dict[tuple[Series, object, str], int] = {}
        self._atoms = atoms(frozenset(figure.places for figure in figures))
        spans = _spans(figures, catalogue)
        self.sums: list[Sum] = [
            self._sum(figure, span) for figure, span in zip(figures, spans, strict=True)
        ]
        self.relations = [*self._nested(figures), *self._equalities(figures, spans)]
        self.series = [indicator for (indicator, _), _, _ in self._places]
        size = len(self._places)
        whole = np.array([not is_euros(catalogue[key]) for key in self.series], dtype=bool)
        self.unknowns = Unknowns(np.zeros(size), np.full(size, np.inf), whole)

    def _leaves(self, series: Series) -> tuple[Series, ...]:
        """Give the series that one is the sum of, by its first breakdown; itself if none."""
        indicator, part = series
        share, _, piece = indicator.partition(PIECE)
        if piece:
            return ((share, piece),)
        if part == "denominator":
            return (indicator, "numerator"), (indicator, "complement")
        breakdowns = self._breakdowns.get(indicator, ()) if part == "value" else ()
        if not breakdowns:
            return (series,)
        return tuple(leaf for key in breakdowns[0] for leaf in self._leaves((key, "value")))

    def _sum(self, figure: Figure, span: Sequence[str]) -> Sum:
        groups: Iterable[object] = self._atoms[figure.places]
        if figure.part == FEWEST or _is_unique(self._catalogue[figure.indicator]):
            groups = (figure.places,)
        return {
            self._unknown(leaf, group, period): 1.0
            for leaf in self._leaves((figure.indicator, figure.part))
            for group in groups
            for period in span
        }

    def _unknown(self, series: Series, group: object, period: str) -> int:
        return self._places.setdefault((series, group, period), len(self._places))

    def _nested(self, figures: Sequence[Figure]) -> Iterator[Said]:
        """Say of counts that do not add up over areas: max of the parts <= whole <= their sum."""
        own: dict[tuple[str, tuple[str, ...]], dict[Places, Sum]] = defaultdict(dict)
        for figure, total in zip(figures, self.sums, strict=True):
            if _is_unique(self._catalogue[figure.indicator]):
                own[figure.indicator, figure.periods][figure.places] = total
        for sums in own.values():
            for places, whole in sums.items():
                inside = [part for part in sums if part < places]
                for part in inside:
                    yield Said(_minus(whole, [sums[part]]), 0.0, np.inf)
                parts = _partition(places, inside)
                if parts:
                    yield Said(_minus(whole, [sums[part] for part in parts]), -np.inf, 0.0)

    def _equalities(
        self, figures: Sequence[Figure], spans: Sequence[Sequence[str]]
    ) -> Iterator[Said]:
        """Say of counts with several breakdowns that each of them has the same sum."""
        several = [parts for parts in self._breakdowns.values() if len(parts) > 1]
        cells = {
            (group, period)
            for figure, span in zip(figures, spans, strict=True)
            for group in self._atoms[figure.places]
            for period in span
        }
        for breakdowns in several:
            for group, period in sorted(cells):
                first, *others = [
                    {
                        self._unknown(leaf, group, period): 1.0
                        for part in parts
                        for leaf in self._leaves((part, "value"))
                    }
                    for parts in breakdowns
                ]
                for other in others:
                    yield Said(_minus(first, [other]), 0.0, 0.0)


def _is_unique(item: Indicator) -> bool:
    return item.kind in ("count", "amount") and not item.additive_over_areas


def _used_breakdowns(
    present: set[str], catalogue: Catalogue
) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Give the breakdowns that any figure is about, by the count that they sum to.

    A share of a count breaks it down, too: to its numerator and the rest.
    """
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    there, before = set(present), -1
    while len(there) > before:
        before = len(there)
        for key, item in catalogue.items():
            used = tuple(parts for parts in item.breakdowns if there.intersection(parts))
            if used:
                found[key] = used
                there.add(key)
    for key in sorted(present):
        item = catalogue[key]
        if item.kind == "proportion" and not item.computed and item.denominator in there:
            parts = (f"{key}{PIECE}numerator", f"{key}{PIECE}complement")
            found[item.denominator] = (*found.get(item.denominator, ()), parts)
    return found


def _families(breakdowns: Mapping[str, tuple[tuple[str, ...], ...]]) -> dict[str, str]:
    """Give one name to all counts that breakdowns relate."""
    joined = scipy.cluster.hierarchy.DisjointSet()
    for key, several in breakdowns.items():
        for member in (key, *(part.partition(PIECE)[0] for parts in several for part in parts)):
            joined.add(member)
            joined.merge(key, member)
    return {member: joined[member] for member in joined}


def _spans(figures: Sequence[Figure], catalogue: Catalogue) -> list[tuple[str, ...]]:
    """Give each figure's periods, in months where it adds up over them and months are told."""
    told = {(f.indicator, period) for f in figures for period in f.periods}
    spans = []
    for figure in figures:
        found: list[str] = []
        for text in figure.periods:
            adds = catalogue[figure.indicator].additive_over_periods and figure.part != FEWEST
            months = _months(text) if adds else ()
            used = any((figure.indicator, month) in told for month in months)
            found += months if used else [text]
        spans.append(tuple(found))
    return spans


def _months(text: str) -> tuple[str, ...]:
    """Give the months of a quarter or a year."""
    period = parse_period(text)
    size = {"quarter": 3, "year": 12}.get(period.type, 0)
    first = period.first_day.month
    return tuple(f"{period.year}-{month:02d}" for month in range(first, first + size))


@lru_cache(maxsize=64)
def atoms(sets: frozenset[Places]) -> dict[Places, tuple[int, ...]]:
    """Give the smallest groups in each set of municipalities, as numbers."""
    ordered = sorted(sets, key=lambda places: (len(places), sorted(places)))
    seen: dict[str, list[int]] = defaultdict(list)
    for number, places in enumerate(ordered):
        for place in places:
            seen[place].append(number)
    groups = {stands: number for number, stands in enumerate(sorted({*map(tuple, seen.values())}))}
    found: dict[Places, set[int]] = {places: set() for places in ordered}
    for stands, group in groups.items():
        for number in stands:
            found[ordered[number]].add(group)
    return {places: tuple(sorted(members)) for places, members in found.items()}


def _partition(whole: Places, inside: Iterable[Places]) -> list[Places]:
    """Give parts that fill a whole without overlap, the largest first; none if there are none."""
    left, parts = set(whole), []
    for part in sorted(inside, key=lambda part: (-len(part), sorted(part))):
        if part <= left:
            left -= part
            parts.append(part)
    return [] if left else parts


def _minus(whole: Sum, parts: Iterable[Sum]) -> Sum:
    found = dict(whole)
    for part in parts:
        for unknown, weight in part.items():
            found[unknown] = found.get(unknown, 0.0) - weight
    return found
