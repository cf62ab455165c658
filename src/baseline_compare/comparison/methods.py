"""How a row was made, as names that ``language`` has a sentence for; some carry a value."""

from __future__ import annotations

import math

from baseline_compare.comparison.claims import Claim
from baseline_compare.indicators import Estimand, Indicator


def method_names(
    indicator: Indicator,
    origin: str,
    estimand: Estimand,
    bridge: tuple[float, float],
    *,
    bounded: bool,
) -> str:
    """Name what holds of a row before anything is claimed: where it comes from, its margin.

    ``bridge`` holds factor and variance of what brings the follow-up to the baseline's terms;
    ``bounded`` says whether it rests on hidden cells.
    """
    names = [f"{estimand}_change", "own_rows" if origin == "own" else f"sum_of_{origin}"]
    if indicator.computed and indicator.denominator_period == "end_of_previous_year":
        names.append("population_end_of_previous_year")
    if bounded:
        names.append("bounds")
    factor, variance = bridge
    if variance > 0:
        names += [f"bridge={factor:.6g}", f"bridge_error={math.sqrt(variance):.4g}"]
    if indicator.margin is not None:
        names.append(f"margin_{indicator.margin.scale}={indicator.margin.value}")
    return "; ".join(names)


def claim_names(
    names: str,
    claim: Claim,
    method: str,
    *,
    level: float,
    df: float,
    variance: float,
    earlier: int,
) -> str:
    """Add to the names of a row the claim, its method, its variance and the level it decides at."""
    kept = names.split("; ")
    kept[0] = f"process_{claim.about}"
    added = [method, f"level={level:.6g}"]
    if math.isfinite(df):
        added.append(f"df={df:.4g}")
    found = claim.variation
    if found is not None:
        pairs = " ".join(f"{first}-{second}" for first, second in found.pairs)
        added.append(f"variance={variance:.4g}")
        added.append(f"local_variance={found.local:.4g}")
        if claim.about == "own":
            added.append(f"common_variance={found.common:.4g}")
        if found.stretched > 1:
            added.append(f"stretched={found.stretched}")
        added += [f"dispersion={found.phi:.4g}", f"pairs={pairs}", f"level_of={found.level}"]
    if earlier:
        added.append(f"earlier_changes={earlier}")
    return "; ".join([*kept, *added])


def scale_name(claim: Claim, indicator: Indicator) -> str:
    """Name the scale of a claim: that of a relative claim is against the rest of the mainland."""
    if indicator.kind == "rating":
        return "superiority"
    return f"{claim.change.scale}_to_rest" if claim.about == "relative" else claim.change.scale
