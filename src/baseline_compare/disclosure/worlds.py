"""Figures that may tell of each other, with what must not be told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from baseline_compare.disclosure.attack import Published, Said, Sum
from baseline_compare.disclosure.figures import Figure, Key, is_euros
from baseline_compare.disclosure.groups import Groups
from baseline_compare.disclosure.secrets import Secret, dominated, secret_of
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.indicators import Catalogue, Rule
from baseline_compare.statistics.programmes import Floats, ProgrammeError, maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is hidden by which rule.

    ``thresholds`` holds, by indicator, the smallest count that may be published, ``contributions``
    the largest and the second contribution to sums of euros.
    """

    catalogue: Catalogue
    rule: Rule
    thresholds: Mapping[str, int]
    contributions: Mapping[Key, tuple[float, float]] = field(default_factory=dict)


class World:
    """Related counts of one period, or of periods that are added up.

    Attributes
    ----------
    figures
        What is said.
    groups
        The figures as sums of unknowns.
    published
        What a reader has with all of them; each of the sums ``together`` lies in one block.

    Raises
    ------
    DisclosureError
        ``total.mismatch`` if the figures contradict each other.
    """

    def __init__(
        self, figures: Sequence[Figure], catalogue: Catalogue, *, whole: Sequence[int] = ()
    ) -> None:
        self.figures = figures
        self._catalogue = catalogue
        self.groups = Groups(figures, catalogue)
        self._said = [
            Said(total, figure.low, figure.high)
            for figure, total in zip(figures, self.groups.sums, strict=True)
        ]
        self._close_gaps()
        together = [self.groups.sums[place] for place in whole]
        try:
            self.published = self._publish(together)
        except ProgrammeError:
            raise DisclosureError(contradiction(figures)) from None

    def said(self, place: int) -> Said:
        """Give what is said by a figure."""
        return self._said[place]

    def _publish(self, together: Sequence[Sum]) -> Published:
        said = [*self.groups.relations, *self._said]
        return Published(self.groups.unknowns, said, together)

    def _close_gaps(self) -> None:
        """Take totals that their parts are known to fall short of for what these sum to.

        So a reader who knows by how much they do is kept from, too. Where a part is hidden the
        parts are no more than the total, and less by the gap at most.
        """
        order = sorted(range(len(self.figures)), key=lambda place: len(self._said[place].sum))
        for place in order:
            figure, said = self.figures[place], self._said[place]
            if not figure.gap or figure.hidden:
                continue
            parts, left = [], set(said.sum)
            smaller = [other for other in order if len(self._said[other].sum) < len(said.sum)]
            for other in reversed(smaller):
                own = self._said[other]
                if own.exact and own.sum.keys() <= left:
                    left -= own.sum.keys()
                    parts.append(own.low)
            if not left and said.low - figure.gap <= sum(parts) <= said.high:
                self._said[place] = Said(said.sum, sum(parts), sum(parts))
            elif smaller:
                self._said[place] = Said(said.sum, said.low - figure.gap, said.high)

    def secrets(self, terms: Terms, *, truth: Mapping[Key, float]) -> list[Secret]:
        """Give what must not be told: small figures, and small differences of figures.

        A difference of figures is small where a group that it is made of cannot be large. ``truth``
        says what figures are that the world only has bounds of.
        """
        rule = terms.rule
        found: dict[frozenset[tuple[int, float]], Secret | None] = {}
        for place, figure in enumerate(self.figures):
            total = self.groups.sums[place]
            low = high = truth.get(figure.key, np.nan)
            if np.isnan(low):
                low, high = figure.low, figure.high
            if not is_euros(self._catalogue[figure.indicator]):
                printed = not (figure.hidden or figure.gap)
                limit = self._limit(total, terms)
                secret = secret_of(total, (low, high), limit, rule, printed=printed)
            elif figure.key in terms.contributions and low == high:
                secret = dominated(total, low, terms.contributions[figure.key], rule)
                secret = secret if secret.width > 0 else None
            else:
                continue
            named = replace(secret, name=str(figure), figure=place) if secret else None
            key = frozenset(total.items())
            earlier = found.get(key)
            if key not in found or (low == high and earlier and not earlier.sure):
                found[key] = named
        for unknown in range(len(self.groups.series)):
            total = {unknown: 1.0}
            key = frozenset(total.items())
            if key not in found and not is_euros(self._catalogue[self.groups.series[unknown]]):
                limit, value = self._limit(total, terms), self.published.known.get(unknown)
                part: Secret | None = Secret(total, limit, 0.0, limit, sure=False)
                if value is not None:
                    part = secret_of(total, (value, value), limit, rule)
                found[key] = replace(part, name=self._name(total)) if part else None
        return [secret for secret in found.values() if secret is not None]

    def truth(self) -> Floats:
        """Give values of the unknowns that give all figures; the true ones where they follow."""
        truth = np.zeros(len(self.groups.unknowns.lower))
        for unknown, value in self.published.known.items():
            truth[unknown] = value
        try:
            for block in self.published.blocks:
                point = maximum(block.programme, np.zeros(len(block.unknowns))).point
                truth[list(block.unknowns)] = point
        except ProgrammeError:
            raise DisclosureError(contradiction(self.figures)) from None
        return truth

    def _limit(self, total: Sum, terms: Terms) -> int:
        return max(terms.thresholds[self.groups.series[unknown]] for unknown in total)

    def _name(self, total: Sum) -> str:
        """Name a count by the smallest figure that it is a part of."""
        around = [
            (len(own), place)
            for place, own in enumerate(self.groups.sums)
            if total.keys() <= own.keys()
        ]
        return f"a part of {self.figures[min(around)[1]]}" if around else "a difference of figures"


def contradiction(figures: Sequence[Figure]) -> Problem:
    """Say that figures do not add up, naming where, never by how much."""
    return Problem(
        code="total.mismatch",
        expected="totals that are the sums of their parts",
        found=f"others among the figures of {figures[0].indicator}, {figures[0].periods[0]}",
        remedy="Correct the total or its parts: what follows from them cannot be told.",
    )
