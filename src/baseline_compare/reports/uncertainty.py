"""How sure a report is, in words: what is asked, against which variation, and by which families."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.comparison.claims import Claim
from baseline_compare.comparison.usual import any_years
from baseline_compare.comparison.wording import any_rest
from baseline_compare.language import (
    Language,
    number_text,
    printable,
    significant_text,
    word,
)
from baseline_compare.reports.notes import declared_by, source_date


def uncertainty(result: Comparison, table: pd.DataFrame, language: Language) -> Iterator[str]:
    """Write what the verdicts of a report ask and rest on, one paragraph a step."""
    if table["method"].str.startswith("finite").any():
        yield word("report.estimand", language)
    tested = table[table["p_value"].notna()]
    if tested.empty:
        return
    if any_years(tested):
        yield word("report.history_one", language)
    if tested["registered"].isna().any() or any_rest(tested):
        yield word("report.process_one", language)
    for about in ("relative", "own", "counting"):
        if tested["method"].str.startswith(f"process_{about}").any():
            yield word(f"report.process_{about}", language)
    yield from _variations(result, language)
    yield from _families(result, tested, language)


def _variations(result: Comparison, language: Language) -> Iterator[str]:
    """Say where the variance of each indicator comes from; indicators alike are told together."""
    told: dict[str, list[str]] = {}
    seen: dict[str, Claim] = {key: claim for (key, _), (claim, _) in result.claims.items()}
    events = {event.id: event.name(language) for event in result.events}
    for key, claim in seen.items():
        found = claim.variation
        if found is None:
            continue
        name = printable(result.indicators[key].name(language))
        left_out = ""
        if found.left_out:
            pairs = ", ".join(
                f"{_pair(pair)} ({events.get(why) or word('report.incomplete', language)})"
                for pair, why in found.left_out.items()
            )
            left_out = word("report.left_out", language, pairs=pairs)
        text = word(
            "report.variation",
            language,
            name="{name}",
            areas=number_text(found.areas, 0, language),
            level=word(f"level.{found.level}", language),
            pairs=", ".join(map(_pair, found.pairs)),
            left_out=left_out,
        )
        phi = significant_text(found.phi, language)
        told.setdefault(text, []).append(f"{name} (φ {phi})")
    for text, names in told.items():
        yield text.replace("{name}", "; ".join(names))


def _pair(pair: tuple[int, int]) -> str:
    return f"{pair[0]}–{pair[1]}"


def _families(result: Comparison, tested: pd.DataFrame, language: Language) -> Iterator[str]:
    used = {result.indicators[key].family for key in tested["indicator"].unique()}
    for key, family in result.baseline.indicators.families.items():
        if key in used:
            known = "report.known" if family.follow_up_known else "report.not_known"
            yield word(
                "report.family_rule",
                language,
                family=word(f"family.{key}", language),
                adjustment=word(f"adjustment.{family.adjustment}", language),
                level=significant_text(family.size, language),
                date=source_date(family.declared_on, language),
                by=declared_by(family.declared_by, language),
                known=word(known, language),
            )
