"""One row explained: numbers, formula, assumption and reason, for a reviewer with a calculator."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from baseline_compare.breaks import Break
from baseline_compare.comparison.claims import Claim
from baseline_compare.comparison.deciding import PRINTED_LEVEL
from baseline_compare.comparison.evidence import Change
from baseline_compare.comparison.ranges import (
    Row,
    detectable_words,
    is_within,
    level_words,
    range_label,
    registered_change,
)
from baseline_compare.comparison.usual import (
    earlier_words,
    is_against_years,
    registered_label,
    verdict_label,
)
from baseline_compare.comparison.wording import (
    margin_rule,
    method_phrase,
    reason_sentences,
    unit_label,
    window_labels,
)
from baseline_compare.indicators import ComparedFamily, Indicator
from baseline_compare.language import (
    Language,
    capital,
    number_text,
    printable,
    significant_text,
    word,
)
from baseline_compare.statistics.envelopes import Envelope
from baseline_compare.statistics.intervals import beyond
from baseline_compare.statistics.power import settling_size
from baseline_compare.statistics.ratings import RatingGroups
from baseline_compare.statistics.relative import LogRatio
from baseline_compare.statistics.two_periods import Data, TwoPeriods

DIGITS = 7
"""Significant digits of the numbers that a reviewer recomputes with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What one row is explained from; ``claim`` and ``place`` are there where a claim was made."""

    row: Row
    indicator: Indicator
    area: str
    family: ComparedFamily | None
    breaks: tuple[Break, ...]
    claim: Claim | None
    place: int


def explain_row(case: Explained, language: Language) -> str:
    """Explain a row in one paragraph."""
    return " ".join(sentence for sentence in _sentences(case, language) if sentence)


def _sentences(case: Explained, language: Language) -> Iterator[str]:
    row, indicator = case.row, case.indicator
    before, after = window_labels(str(row["periods"]), language)
    unit = str(row["unit"])
    names = {
        "name": capital(printable(indicator.name(language))),
        "area": printable(case.area),
        "baseline": before,
        "current": after,
    }
    levels = [level_words(row, side, language) for side in ("baseline", "current")]
    if not all(levels):
        yield word("explain.hidden", language, **names)
    else:
        yield word(
            "explain.levels",
            language,
            before=levels[0],
            after=levels[1],
            unit=unit_label(unit, str(row["statistic"]), language),
            **names,
        )
    names_of = str(row["method"]).split("; ")
    yield capital(method_phrase(names_of[1], unit, language)) + "."
    if "bounds" in names_of:
        yield capital(method_phrase("bounds", unit, language)) + "."
    if case.claim is None:
        yield from _registered(case, language)
    else:
        yield from _claimed(case, case.claim, language)
    yield word("explain.verdict", language, verdict=verdict_label(row, language))
    reasons = reason_sentences(_text(row["reason"]), case.breaks, language)
    if reasons:
        yield capital("; ".join(reasons)) + "."


def _registered(case: Explained, language: Language) -> Iterator[str]:
    row, change = case.row, range_label(case.row, language)
    registered = str(row["method"]).startswith("finite")
    if change and registered:
        name = "registered_within" if is_within(row) else "registered"
        yield word(f"explain.{name}", language, change=change)
        yield from _margin(case, language)


def _margin(case: Explained, language: Language) -> Iterator[str]:
    margin = case.indicator.margin
    if margin is None:
        yield word("explain.no_margin", language)
    else:
        rule = margin_rule(margin.scale, margin.size, str(case.row["unit"]), language)
        yield word("explain.margin", language, rule=rule)


def _claimed(case: Explained, claim: Claim, language: Language) -> Iterator[str]:
    row, place = case.row, case.place
    if is_against_years(row):
        if row["registered"] != "not_comparable":
            yield word(
                f"usual.explain_registered{'_within' if is_within(row) else ''}",
                language,
                change=registered_change(row, language),
                verdict=registered_label(row, language),
            )
        yield word("usual.explain_question", language)
        yield earlier_words(row, language)
    else:
        yield word(f"explain.about_{claim.about}", language)
    methods = claim.methods[place].split("; ")
    for method in methods:
        yield word(f"formula.{method}", language)
    engine = _engine(claim.change)
    if isinstance(claim.change, Envelope):
        ends = (("low", claim.change.low, methods[0]), ("high", claim.change.high, methods[-1]))
        for side, change, method in ends:
            told = " ".join(_limits(claim.about, method, _engine(change), place, language))
            yield word(f"explain.end_{side}", language, text=told)
    elif isinstance(engine, TwoPeriods):
        yield from _limits(claim.about, methods[0], engine, place, language)
    elif isinstance(engine, RatingGroups):
        yield word(
            "explain.data_ratings",
            language,
            p=_figure(engine.estimate[place] + 0.5, language),
            error=_figure(engine.error[place], language),
            n1=_figure(engine.n1[place], language),
            n2=_figure(engine.n2[place], language),
        )
    yield from _variance(claim, place, language)
    yield from _bridge(row, language)
    interval = "_within" if is_within(row) else "_relative" if claim.about == "relative" else ""
    yield word(
        f"explain.interval{interval}",
        language,
        change=range_label(row, language),
        confidence=number_text(100 * (1 - PRINTED_LEVEL), 0, language),
    )
    yield from _decision(case, language)
    if row["verdict"] == "undecided":
        yield capital(detectable_words(row, language)) + "."
        yield from _never_settled(case, claim, language)
    paired = case.indicator.dependence == "same_persons" and claim.about != "relative"
    alone = case.indicator.dependence != "unknown" and not paired
    yield word(f"explain.{'independent' if alone else case.indicator.dependence}", language)


def _engine(change: Change) -> Change:
    """Give what holds the data of a change: that of the logarithms, of a ratio known by them."""
    return change.logs if isinstance(change, LogRatio) else change


def _limits(
    about: str, method: str, engine: Change, place: int, language: Language
) -> Iterator[str]:
    """Give the data and the limits that enter the interval."""
    if not isinstance(engine, TwoPeriods):
        return
    first, second = engine.levels(PRINTED_LEVEL)
    if about == "relative":
        for name, side in (("in_area", engine.second), ("in_rest", engine.first)):
            size = (len(side) - 2) // 2
            told = _data(method, side[2 : 2 + size], side[2 + size :], place, language)
            yield word(f"explain.{name}", language, text=told[:1].lower() + told[1:])
    else:
        yield _data(method, engine.first, engine.second, place, language)
    if engine.rho[place] != 0:
        yield word("explain.rho", language, rho=_figure(engine.rho[place], language))
    q = beyond(PRINTED_LEVEL / 2, engine.df)[place]
    yield word(
        "explain.limits_relative" if about == "relative" else "explain.limits",
        language,
        q=_figure(q, language),
        l1=_figure(first.lower[place], language),
        u1=_figure(first.upper[place], language),
        l2=_figure(second.lower[place], language),
        u2=_figure(second.upper[place], language),
    )


def _data(method: str, first: Data, second: Data, place: int, language: Language) -> str:
    """Give the numbers of both periods, as the method takes them."""
    before, after = (
        [_figure(array[place], language) for array in side] for side in (first, second)
    )
    return word(
        f"explain.data_{method}", language, a0=before[0], a1=before[1], b0=after[0], b1=after[1]
    )


def _variance(claim: Claim, place: int, language: Language) -> Iterator[str]:
    found, df = claim.variation, float(claim.change.df[place])
    if found is None:
        yield word("explain.variance_none", language)
    else:
        yield word(
            f"explain.variance_{claim.about}",
            language,
            v=_figure(claim.variance[place], language),
            tau=_figure(found.local, language),
            common=_figure(found.common, language),
            level=word(f"level.{found.level}", language),
            number=found.areas,
            pairs=", ".join(f"{first}–{second}" for first, second in found.pairs),
            phi=_figure(found.phi, language),
        )
    if found is not None and found.stretched > 1:
        yield word("explain.stretched", language, times=found.stretched)
    if found is not None and math.isfinite(df):
        yield word("explain.df", language, df=significant_text(df, language))


def _bridge(row: Row, language: Language) -> Iterator[str]:
    """Say that the follow-up was brought to the baseline's terms, and what that adds to V."""
    names = dict(name.partition("=")[::2] for name in str(row["method"]).split("; "))
    if "bridge" in names:
        yield word(
            "explain.bridge",
            language,
            factor=significant_text(float(names["bridge"]), language),
            error=significant_text(float(names["bridge_error"]), language),
        )


def _decision(case: Explained, language: Language) -> Iterator[str]:
    row = case.row
    method = dict(name.partition("=")[::2] for name in str(row["method"]).split("; "))
    family = case.family
    if family is not None:
        yield word(
            "explain.p",
            language,
            p=_probability(float(str(row["p_value"])), language),
            adjusted=_probability(float(str(row["p_adjusted"])), language),
            number=int(float(str(row["family_size"]))),
            family=word(f"family.{family.id}", language),
            adjustment=word(f"adjustment.{family.adjustment}", language),
            level=significant_text(float(method["level"]), language),
        )
    yield from _margin(case, language)
    told = word(f"class.{row['verdict_class']}", language)
    yield word("explain.class", language, told=told)


def _never_settled(case: Explained, claim: Claim, language: Language) -> Iterator[str]:
    """Say so if no number of observations could ever show a change of the size of the margin."""
    margin, place = case.indicator.margin, case.place
    if margin is None:
        return
    method = dict(name.partition("=")[::2] for name in str(case.row["method"]).split("; "))
    q = beyond(float(method["level"]) / 2, claim.change.df[place])
    size = math.log1p(margin.size) if claim.change.scale == "ratio" else margin.size
    needed = settling_size(1.0, q, size, variance=claim.variance[place])
    if np.isinf(needed):
        yield word("explain.never_settled", language)


def _figure(value: float, language: Language) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if float(value).is_integer():
        return number_text(value, 0, language)
    return significant_text(float(value), language, digits=DIGITS)


def _probability(p: float, language: Language) -> str:
    if p < 0.0001:
        return f"< {number_text(0.0001, 4, language)}"
    return f"= {number_text(p, 4, language)}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
