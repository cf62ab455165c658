"""Which designs the data of a comparison allow, and why not the others."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from baseline_compare.breaks import Break
from baseline_compare.comparison import Comparison
from baseline_compare.comparison.wording import area_name
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import (
    Language,
    capital,
    check_language,
    join_words,
    number_text,
    printable,
    word,
)
from baseline_compare.planning.places import COUNTIES, check_controls, check_dates, met, units
from baseline_compare.series.panels import Panel, panel_of
from baseline_compare.statistics.placebos import smallest_rank_in_space
from baseline_compare.statistics.segments import FEWEST, FEWEST_A_SIDE

Design = Literal[
    "before_after",
    "relative_change",
    "interrupted_series",
    "difference_in_differences",
    "synthetic_control",
    "placebo_in_space",
]
DESIGNS: tuple[Design, ...] = get_args(Design)
CAUSAL = ("difference_in_differences", "synthetic_control")
LEVEL = 0.05
"""The p-value that placebo evidence over areas has to be able to reach."""

FEWEST_BEFORE = 12
"""Periods before the first date that a comparison with controls needs."""

FEWEST_DONORS = 2


@dataclass(frozen=True)
class Designs:
    """Which designs are possible with some data.

    ``table`` has one row a design: whether it is ``possible``, whether it would be ``causal`` (a
    design that can carry a claim about a cause), the smallest p-value that placebo evidence over
    areas could give (``smallest_p``), and the ``reason`` where it is not possible. ``claimable``
    says whether any causal design holds; without it a report takes no causal word.
    """

    comparison: Comparison = field(repr=False)
    indicator: str
    event: Break = field(repr=False)
    dates: Mapping[str, datetime.date]
    controls: tuple[str, ...]
    argument: str
    coinciding: tuple[Break, ...] = field(repr=False)
    _panel: Panel = field(repr=False)
    _table: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the table."""
        return self._table.copy()

    @property
    def claimable(self) -> bool:
        """Whether a design holds that can carry a claim about a cause."""
        by_name = self._table.set_index("design")
        causal = by_name.loc[list(CAUSAL), "possible"].any()
        return bool(causal and by_name.loc["placebo_in_space", "possible"])

    def panel(self) -> pd.DataFrame:
        """Give a tidy panel for tools that estimate such designs.

        Returns
        -------
        DataFrame
            One row an area and period, of areas that met the event and of controls: ``unit``,
            ``period``, ``time`` (0, 1, 2, ...), ``outcome``, ``log_outcome`` (missing where there
            is none), ``ever_treated``, ``first_treated`` (the ``time`` of the first treated period,
            missing for controls) and ``treated``.
        """
        panel = self._panel
        codes = [c for c in panel.areas if c in self.dates or c in self.controls]
        rows = [panel.areas.index(code) for code in codes]
        firsts = {code: _first(panel, day) for code, day in self.dates.items()}
        size = len(panel.periods)
        time = np.tile(np.arange(size), len(codes))
        units = np.repeat(codes, size)
        outcome = panel.values[rows].ravel()
        logs = np.log(outcome, out=np.full(len(outcome), np.nan), where=outcome > 0)
        first = pd.array([firsts.get(code) for code in units], dtype="Int64")
        return pd.DataFrame(
            {
                "unit": units,
                "period": np.tile([str(period) for period in panel.periods], len(codes)),
                "time": time,
                "outcome": outcome,
                "log_outcome": logs,
                "ever_treated": np.isin(units, list(firsts)),
                "first_treated": first,
                "treated": time >= first.to_numpy(dtype=float, na_value=np.inf),
            }
        )

    def summary(self, language: Language = "en") -> list[str]:
        """Say in sentences what is possible, what is not and why."""
        check_language(language)
        return list(_sentences(self, language))

    def __repr__(self) -> str:
        return "\n".join([*self.summary(), "", self._table.to_string(index=False)])


def designs(
    result: Comparison,
    indicator: str | None = None,
    *,
    event: str = COUNTIES,
    dates: Mapping[str, datetime.date] | None = None,
    controls: Sequence[str] = (),
    argument: str = "",
) -> Designs:
    """Say which designs the data of a comparison allow.

    Parameters
    ----------
    indicator
        The first headline one unless given.
    event
        The event whose consequences are in question, one of ``result.events``; the areas it is
        about met it on its day.
    dates
        The days on which areas met it, where they are not one day.
    controls
        Areas of the comparison that did not meet it.
    argument
        Why the controls would have gone the way of the others; a control is declared and argued.

    Returns
    -------
    Designs

    Raises
    ------
    ComparisonError
        ``series.event`` for an event that is not known, ``design.control`` for a control that
        cannot be one (Åland, an area that has no figures or met the event, too, a place named
        twice), ``design.date`` for a day of an area that did not meet the event, and the errors of
        series.

    References
    ----------
    Abadie, Diamond and Hainmueller 2010, J Am Stat Assoc 105:493; Barnett, van der Pols and Dobson
    2005, Int J Epidemiol 34:215.

    Examples
    --------
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> found = designs(compare(load_baseline("2022"), later))
    >>> found.table[["design", "possible", "reason"]]
                          design  possible      reason
    0               before_after      True
    1            relative_change      True
    2         interrupted_series      True
    3  difference_in_differences     False  no_control
    4          synthetic_control     False  no_control
    5           placebo_in_space     False  no_control
    >>> found.claimable
    False
    """
    panel, _ = panel_of(result, indicator)
    asked = _event(result, event)
    places = {code: result.targets[code] for code in units(result, panel.areas)}
    touched = [code for code, target in places.items() if met(target, asked)]
    if not touched:
        raise ComparisonError(_no_event(event, "an event that bears on areas of the comparison"))
    check_dates(dates or {}, touched)
    check_controls(result, controls, places, touched, asked)
    treated = {code: (dates or {}).get(code, asked.date_from) for code in touched}
    coinciding = tuple(
        item
        for item in result.events
        if item.id != event
        and item.date_from in set(treated.values())
        and item.concerns([panel.indicator.id], panel.areas)
    )
    apart = any(met(places[code], item) for item in coinciding for code in treated) and not all(
        met(places[code], item) for item in coinciding for code in controls
    )
    rows = [
        {"design": name, "possible": not reason, "causal": name in CAUSAL, "smallest_p": p,
         "reason": reason}
        for name, reason, p in _judged(panel, treated, controls, argument, apart=apart)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    return Designs(
        result, panel.indicator.id, asked, treated, tuple(controls), argument.strip(), coinciding,
        panel, table,
    )  # fmt: skip


def _judged(
    panel: Panel,
    treated: Mapping[str, datetime.date],
    controls: Sequence[str],
    argument: str,
    *,
    apart: bool,
) -> Iterator[tuple[Design, str, float]]:
    """Give every design, why it is not possible, and the smallest p over areas.

    ``apart`` says that another event of the same day is not one of the controls, too.
    """
    firsts = {_first(panel, day) for day in treated.values()}
    before = min(firsts)
    after = len(panel.periods) - before
    nothing = float("nan")
    one_side = "" if before and after else "one_side"
    yield "before_after", one_side, nothing
    yield "relative_change", one_side or ("" if len(treated) > 1 else "one_area"), nothing
    few = min(before, after) < FEWEST_A_SIDE or before + after < FEWEST
    yield "interrupted_series", "few_points" if few else "", nothing
    staggered = len(firsts - {len(panel.periods)}) > 1
    lacking = "" if controls or staggered else "no_control"
    short = one_side or ("short_before" if before < FEWEST_BEFORE else "")
    unargued = "no_argument" if controls and not argument.strip() else ""
    mixed = "coinciding" if controls and apart else ""
    yield "difference_in_differences", lacking or unargued or short or mixed, nothing
    donors = "few_donors" if controls and len(controls) < FEWEST_DONORS else ""
    untreated = "" if controls else "no_control"
    yield "synthetic_control", untreated or donors or unargued or short or mixed, nothing
    if controls:
        p = smallest_rank_in_space(len(treated), len(controls))
        yield "placebo_in_space", "smallest_p" if p > LEVEL else "", p
    else:
        yield "placebo_in_space", "no_control", nothing


def _first(panel: Panel, day: datetime.date) -> int:
    """Give the place of the first period that begins on a day or after it."""
    places = (place for place, period in enumerate(panel.periods) if period.first_day >= day)
    return next(places, len(panel.periods))


def _event(result: Comparison, event: str) -> Break:
    for item in result.events:
        if item.id == event:
            return item
    known = ", ".join(item.id for item in result.events)
    raise ComparisonError(_no_event(event, f"one of the events {known}"))


def _no_event(event: str, expected: str) -> Problem:
    return Problem(
        code="series.event",
        expected=expected,
        found=repr(event),
        remedy="See result.events; bring your own by compare(..., breaks=...).",
    )


def _sentences(found: Designs, language: Language) -> Iterator[str]:
    result = found.comparison
    yield word(
        "design.about",
        language,
        event=printable(found.event.name(language)),
        name=capital(printable(result.indicators[found.indicator].name(language))),
    )
    for causal in (False, True):
        rows = found.table[found.table["causal"] == causal]
        names = [word(f"design.{name}", language) for name in rows.loc[rows["possible"], "design"]]
        if names:
            staggered = "possible_causal" if found.controls else "possible_staggered"
            key = staggered if causal else "possible"
            yield word(f"design.{key}", language, names=join_words(names, language))
    refused = found.table[~found.table["possible"]]
    for reason, rows in refused.groupby("reason", sort=False):
        names = [word(f"design.{name}", language) for name in rows["design"]]
        p = rows["smallest_p"].max()
        if reason == "no_control" and len(set(found.dates.values())) > 1:
            reason = "no_control_staggered"
        yield word(
            "design.refused",
            language,
            names=join_words(names, language),
            reason=word(
                f"design.reason_{reason}",
                language,
                treated=number_text(len(found.dates), 0, language),
                controls=number_text(len(found.controls), 0, language),
                ways="" if np.isnan(p) else number_text(round(1 / p), 0, language),
            ),
        )
    if found.controls:
        names = [area_name(code, result.targets, language) for code in found.controls]
        yield word(
            "design.controls",
            language,
            areas=join_words(names, language),
            argument=printable(found.argument) or "–",
        )
    if found.coinciding:
        names = [printable(item.name(language)) for item in found.coinciding]
        yield word("design.coinciding", language, events="; ".join(names))
    if not found.claimable:
        yield word("design.no_cause", language)
