"""Why rows cannot be converted to the areas of another year, and what to do about it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence

from baseline_compare.areas import BECAME, AreaChange, registry
from baseline_compare.errors import Problem

Targets = Mapping[str, Sequence[str]]
_LARGEST_GAP = 1e-9


def weights_problems(
    weights: Mapping[str, Mapping[str, float]], steps: Sequence[Targets]
) -> Iterator[Problem]:
    """Check that weights are for areas that are split, name all parts and sum to 1."""
    splits = {code: parts for targets in steps for code, parts in targets.items() if len(parts) > 1}
    for code, shares in weights.items():
        if code not in splits:
            yield _weights(
                f"weights for an area that is split: {', '.join(sorted(splits))}", repr(code)
            )
        elif set(shares) != set(splits[code]):
            expected = f"the share of each part of {code}: {', '.join(splits[code])}"
            yield _weights(expected, f"{', '.join(sorted(map(str, shares)))}")
        elif not all(math.isfinite(share) and share >= 0 for share in shares.values()):
            yield _weights(f"shares of {code} that are not negative", _listed(shares))
        elif abs(math.fsum(shares.values()) - 1) > _LARGEST_GAP:
            yield _weights(f"shares of {code} that sum to 1", _listed(shares))


def _listed(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{code} {share:.12g}" for code, share in sorted(shares.items()))


def _weights(expected: str, found: str) -> Problem:
    return Problem(
        code="area.composition",
        expected=expected,
        found=found,
        remedy="Declare weights such as {'KU507': {'KU507': 0.9, 'KU588': 0.1}}.",
        column="weights",
    )


def not_divided(
    code: str, parts: Sequence[str], changes: Sequence[AreaChange], goal: datetime.date
) -> Problem:
    """Say that an area has to be split, by what change, and how that can be done."""
    told = []
    for change in changes:
        if code in (change.from_area, change.to_area):
            start, end = (
                "it" if area == code else area for area in (change.from_area, change.to_area)
            )
            told.append(f"{start} {BECAME[change.kind]} {end} on {change.date}")
    shares = ", ".join(f"'{part}': ..." for part in parts)
    return Problem(
        code="area.composition",
        expected=f"areas that need not be split to be those of {goal.year}",
        found=f"{code} ({registry().get(code).name()}): {', '.join(told)}",
        remedy=f"Bring the municipalities of that time, or declare "
        f"weights={{'{code}': {{{shares}}}}} that sum to 1.",
        column="area",
    )


def not_there(
    indicator: str, target: str, period: str, needed: Sequence[str], absent: Sequence[str]
) -> Problem:
    """Say which part of an area has no row."""
    return Problem(
        code="coverage.missing",
        expected=f"rows of all parts of {target} ({', '.join(needed)}) for {indicator} in {period}",
        found=f"no row of {', '.join(absent)}",
        remedy="Add the rows, as a sum without them would be too small; an absent figure is a row "
        "with state not_available.",
        column="area",
    )


def unique_persons(
    indicator: str,
    target: str,
    period: str,
    needed: Sequence[str],
    bounds: Sequence[tuple[float, float] | None],
    *,
    split: bool,
) -> Problem:
    """Say between what a count of different persons lies that cannot be summed or divided."""
    known = [pair for pair in bounds if pair is not None]
    span = "an unknown number"
    if len(known) == len(needed):
        low = 0.0 if split else max(low for low, _ in known)
        span = f"between {low:,.15g} and {math.fsum(high for _, high in known):,.15g}"
    return Problem(
        code="aggregate.unique_persons",
        expected=f"a count that adds up over areas to convert {indicator} to {target}",
        found=f"one of different persons or households in {' and '.join(needed)}: "
        f"{span} of them in {target} in {period}",
        remedy=f"Bring the figure of {target} itself: whoever was counted in several areas counts "
        "once in it.",
        column="area",
    )
