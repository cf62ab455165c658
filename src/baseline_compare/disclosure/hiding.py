"""Which figures to hide: small ones, and those that they could be computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from baseline_compare.disclosure.attack import Published, Said
from baseline_compare.disclosure.auditing import leak_problem
from baseline_compare.disclosure.figures import FEWEST, Figure
from baseline_compare.disclosure.groups import worlds
from baseline_compare.disclosure.search import Search
from baseline_compare.disclosure.secrets import Secret, Told, key_of, leaks, news
from baseline_compare.disclosure.worlds import Terms, World
from baseline_compare.errors import DisclosureError, ProblemList

Range = tuple[float, float]


def hide(
    figures: Sequence[Figure], terms: Terms, *, before: Sequence[Figure] = ()
) -> dict[int, Range]:
    """Choose the figures to hide, and give by their place what a reader can compute of each.

    Parameters
    ----------
    figures
        What is to be published, with the true figures; or bounds where a source hid them.
    before
        What was published before; of a figure that was revised the later one counts.

    Raises
    ------
    DisclosureError
        If what would be published still tells what must not be told; nothing is given then.
    """
    revised = {(f.key, f.places): f.low for f in figures if not f.hidden}
    former = [f for f in before if f.hidden or f.low == revised.get((f.key, f.places), f.low)]
    everything = [*figures, *former]
    hidden: dict[int, Range] = {}
    problems = ProblemList()
    for places in worlds(everything, terms.catalogue):
        own = [place for place in places if place < len(figures)]
        if own:
            world = World([everything[place] for place in places], terms.catalogue)
            found = _hide_in(world, len(own), terms, problems)
            hidden |= {own[place]: bounds for place, bounds in found.items()}
    problems.raise_if_any(DisclosureError)
    return hidden


def _hide_in(world: World, number: int, terms: Terms, problems: ProblemList) -> dict[int, Range]:
    """Choose among the first figures of a world, which are ours to hide."""
    source = {place: world.said(place) for place in range(number) if world.figures[place].hidden}
    secrets = world.secrets(terms, truth={})
    if not secrets:
        return {place: (said.low, said.high) for place, said in source.items()}
    sums = world.groups.sums
    before = [world.said(place) for place in range(number, len(sums))]
    fixed = [*world.groups.relations, *before]
    secrets = [_suspected(secret) for secret in secrets] if before else secrets
    told = _told(world, fixed, secrets) if before else {}
    search = Search(
        world.groups.unknowns, world.truth(), sums[:number], fixed, _ties(world.figures[:number]),
        source,
    )  # fmt: skip
    small = [secret.figure for secret in secrets if 0 <= secret.figure < number and secret.sure]
    search.hide(small)
    search.protect(secrets, told)
    search.release(secrets, told, {*source, *small})
    hidden = sorted(search.hidden)
    published = search.published([*(s.sum for s in secrets), *(sums[place] for place in hidden)])
    lost = news(leaks(published, secrets), told)
    problems.extend(leak_problem(leak, world) for leak in lost)
    return {place: published.range_of(sums[place]) for place in hidden}


def _suspected(secret: Secret) -> Secret:
    """Take what nobody knows any more for a group of one, whose member reads; it may be one."""
    return secret if secret.sure else replace(secret, alone=True)


def _told(world: World, former: Sequence[Said], secrets: Sequence[Secret]) -> dict[Told, Range]:
    """Give what former releases tell by themselves: nothing that is published now adds to it."""
    before = Published(world.groups.unknowns, former, [secret.sum for secret in secrets])
    return {key_of(leak): (leak.low, leak.high) for leak in leaks(before, secrets)}


def _ties(figures: Sequence[Figure]) -> dict[int, tuple[int, ...]]:
    """Tie to a figure those of its row that are not told without it.

    A share is hidden with its denominator, and a frequency table as a whole.
    """
    tops = {
        figure.row: place
        for place, figure in enumerate(figures)
        if figure.part in ("numerator", "n")
    }
    return {
        place: (tops[figure.row],)
        for place, figure in enumerate(figures)
        if figure.row in tops and (figure.part == "denominator" or figure.part == FEWEST)
    }
