"""What is left of a count beside the numerator of a share that is computed from two counts."""

from __future__ import annotations

from dataclasses import replace

from baseline_compare.indicators import Catalogue, Indicator


def with_rests(catalogue: Catalogue) -> Catalogue:
    """Give the definitions with a count for the rest of each share that is computed from counts.

    A share of new recipients tells the others, too: all less the new ones are a count.
    """
    broken: dict[str, tuple[tuple[str, ...], ...]] = {}
    rests: list[Indicator] = []
    for item in catalogue.values():
        if item.kind != "proportion" or not item.computed:
            continue
        whole = catalogue[item.denominator]
        told = broken.get(whole.id, whole.breakdowns)
        if whole.kind == "count" and not any(item.numerator in parts for parts in told):
            rest = replace(whole, id=f"{item.id}_rest"[:100], breakdowns=())
            rests.append(rest)
            broken[whole.id] = (*told, (item.numerator, rest.id))
    if not rests:
        return catalogue
    items = [replace(i, breakdowns=broken.get(k, i.breakdowns)) for k, i in catalogue.items()]
    return Catalogue([*items, *rests], catalogue.families.values(), catalogue.rule)
