"""Levels on the other side of an event, brought to the terms of the baseline by a bridge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from baseline_compare.breaks import Break, Bridge
from baseline_compare.comparison.aggregation import Levels
from baseline_compare.comparison.grids import Floats
from baseline_compare.comparison.pairing import Pairing
from baseline_compare.indicators import Estimand, Indicator
from baseline_compare.periods import Period


@dataclass(frozen=True, slots=True)
class Crossing:
    """The events that rows cross by a bridge.

    ``factors`` and ``variances`` (of the logarithm) hold one number for each row of a plan, 1 and 0
    where nothing is crossed; ``crossed`` the events of each row that crosses one, ``hindered`` why
    the others cannot be compared.
    """

    factors: Floats
    variances: Floats
    crossed: Mapping[int, Sequence[str]]
    hindered: Mapping[int, Sequence[str]]


def cross(
    hindered: Mapping[int, Sequence[str]],
    bridges: Mapping[str, Bridge],
    events: Sequence[Break],
    pairing: Pairing,
    levels: Levels,
    indicator: Indicator,
    estimand: Estimand,
) -> Crossing:
    """Find the rows that nothing hinders but events with a bridge."""
    size = len(levels.known)
    factors, variances = np.ones(size), np.zeros(size)
    crossed: dict[int, Sequence[str]] = {}
    left: dict[int, Sequence[str]] = {}
    known = {event.id: event for event in events}
    for place, reasons in hindered.items():
        if not set(reasons) <= set(bridges):
            left[place] = reasons
            continue
        obstacle = _obstacle([known[key] for key in reasons], pairing, indicator, estimand)
        if obstacle:
            left[place] = [*reasons, obstacle]
            continue
        crossed[place] = reasons
        for key in reasons:
            factors[place] *= bridges[key].factor
            variances[place] += bridges[key].standard_error ** 2
    return Crossing(factors, variances, crossed, left)


def bridged(levels: Levels, factors: Floats) -> Levels:
    """Bring the levels of the follow-up to the terms of the baseline."""
    if (factors == 1).all():
        return levels
    side = levels.follow_up
    ends = levels.ends and (bridged(levels.ends[0], factors), bridged(levels.ends[1], factors))
    follow_up = replace(side, values=side.values / factors, divisor=factors)
    return replace(levels, follow_up=follow_up, ends=ends)


def _obstacle(
    events: Sequence[Break], pairing: Pairing, indicator: Indicator, estimand: Estimand
) -> str:
    """Say why a bridge cannot be used; empty if it can."""
    if estimand != "history":
        return "bridge_estimand"
    if indicator.primary_scale != "ratio":
        return "bridge_scale"
    before, after = (sorted(grid.periods) for grid in (pairing.base, pairing.follow_up))
    apart = all(_between(event, before[-1], after[0]) for event in events)
    return "" if apart else "bridge_inside"


def _between(event: Break, last: Period, first: Period) -> bool:
    """Say whether an event lies wholly after the baseline's and before the follow-up's periods."""
    ended = event.date_to is None or event.date_to < first.first_day
    return last.last_day < event.date_from <= first.first_day and ended
