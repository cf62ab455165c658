"""The attack on everything that was ever published: what a reader can compute of hidden figures."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from baseline_compare.disclosure.attack import TOLERANCE
from baseline_compare.disclosure.figures import Figure, Key
from baseline_compare.disclosure.groups import worlds
from baseline_compare.disclosure.secrets import Leak, leaks
from baseline_compare.disclosure.worlds import Terms, World, contradiction
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.statistics.programmes import ProgrammeError

Code = Literal[
    "sdc.exact_recovery",
    "sdc.integer",
    "sdc.narrow",
    "sdc.insider",
    "sdc.time",
    "sdc.area",
    "sdc.complement",
    "sdc.dominance",
]

AUDIT_COLUMNS = ("indicator", "part", "area", "periods", "low", "high", "code")

_REMEDIES: Mapping[Code, str] = {
    "sdc.exact_recovery": "Hide further figures of the same row or column: see protect().",
    "sdc.integer": "Print fewer decimals, or hide the share: see protect().",
    "sdc.narrow": "Hide further figures of the same row or column: see protect().",
    "sdc.insider": "Hide a third figure: who is the only member of a group knows their own.",
    "sdc.time": "Hide one of the sums over periods: the difference of two is a figure, too.",
    "sdc.area": "Publish one of the divisions only: the difference of two areas is an area, too.",
    "sdc.complement": "Hide the share, too: all less the numerator is a count.",
    "sdc.dominance": "Hide a further sum: the second contributor can tell the largest one.",
}


@dataclass(frozen=True)
class Audit:
    """What can be computed of each hidden figure from everything that was published.

    ``table`` has a row for each hidden figure: the smallest and the largest value that it can have
    (``low``, ``high``, infinite if nothing bounds it), and ``code``, empty if it is kept.
    ``problems`` names what is told, never what it is.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def safe(self) -> bool:
        """Whether nothing is told."""
        return not self.problems

    def raise_if_unsafe(self) -> None:
        """Raise one error that names every figure that is told.

        Raises
        ------
        DisclosureError
            With the codes of the audit; it names figures, not values.
        """
        if self.problems:
            raise DisclosureError(self.problems)

    def __repr__(self) -> str:
        hidden = len(self.table)
        if self.safe:
            return f"Audit: {hidden} hidden figures, none of them can be computed too closely"
        lines = [
            f"Audit: {hidden} hidden figures, {len(self.problems)} can be computed too closely"
        ]
        return "\n".join([*lines, *map(str, self.problems[:20])])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def attack(
    figures: Sequence[Figure], terms: Terms, *, truth: Mapping[Key, float] | None = None
) -> Audit:
    """Compute the range of every hidden figure, and say which are told too closely.

    Parameters
    ----------
    figures
        Everything that was published, the hidden figures included.
    truth
        What hidden figures are; with it the only member of a group is taken for a reader, too.

    Raises
    ------
    DisclosureError
        ``total.mismatch`` if what was published contradicts itself.
    """
    rows: list[tuple[object, ...]] = []
    problems: list[Problem] = []
    for places in worlds(figures, terms.catalogue):
        own = [figures[place] for place in places]
        hidden = [place for place, figure in enumerate(own) if figure.hidden]
        world = World(own, terms.catalogue, whole=hidden)
        secrets = world.secrets(terms, truth=truth or {})
        try:
            found = leaks(world.published, secrets)
            ends = [world.published.range_of(world.groups.sums[place]) for place in hidden]
        except ProgrammeError:
            raise DisclosureError(contradiction(own)) from None
        problems += [leak_problem(leak, world) for leak in found]
        codes = {leak.secret.figure: leak_code(leak, world) for leak in found}
        for place, (low, high) in zip(hidden, ends, strict=True):
            figure = own[place]
            key = (figure.indicator, figure.part, figure.area, " ".join(figure.periods))
            rows.append((*key, low, high, codes.get(place, "")))
    return Audit(pd.DataFrame(rows, columns=list(AUDIT_COLUMNS)), tuple(problems))


def leak_problem(leak: Leak, world: World) -> Problem:
    """Name a figure that is told too closely, never what it is."""
    code = leak_code(leak, world)
    return Problem(
        code=code,
        expected="hidden figures that nobody can compute",
        found=f"{leak.secret.name}, which follows from what is published",
        remedy=_REMEDIES[code],
    )


def leak_code(leak: Leak, world: World) -> Code:
    """Say by what a figure is told."""
    figures = world.figures
    if leak.insider is not None:
        return "sdc.insider"
    if leak.secret.limit == np.inf:
        return "sdc.dominance"
    if any(len(figure.periods) > 1 for figure in figures):
        return "sdc.time"
    if _several_borders(figures):
        return "sdc.area"
    if leak.secret.figure < 0:
        parts = {figure.part for figure in figures}
        return "sdc.complement" if "denominator" in parts else "sdc.area"
    if leak.high - leak.low > TOLERANCE:
        return "sdc.narrow"
    rounded = any(figure.low < figure.high and not figure.hidden for figure in figures)
    return "sdc.integer" if rounded else "sdc.exact_recovery"


def _several_borders(figures: Iterable[Figure]) -> bool:
    """Say whether an area stands for different municipalities in two figures."""
    known: dict[str, frozenset[str]] = {}
    return any(known.setdefault(f.area, f.places) != f.places for f in figures)
