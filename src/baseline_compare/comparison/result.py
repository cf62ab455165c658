"""The comparison itself: a tidy table with everything needed to defend each row."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from baseline_compare.baselines.release import Baseline
from baseline_compare.breaks import Break, Bridge
from baseline_compare.comparison.claims import Claim
from baseline_compare.comparison.explaining import Explained, explain_row
from baseline_compare.comparison.plans import Plan
from baseline_compare.comparison.targets import Target
from baseline_compare.comparison.timelines import series_table
from baseline_compare.comparison.wording import (
    display_table,
    family_sentence,
    headline_sentences,
    shown_hash,
)
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Indicator
from baseline_compare.language import Language, check_language, word
from baseline_compare.measurements import Measurements, Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a comparison was made; printed with everything that leaves it."""

    estimand: str
    areas: str
    indicators: tuple[str, ...]
    baseline_name: str
    baseline_version: int
    baseline_id: str
    library_version: str
    own_margins: tuple[str, ...] = ()
    own_breaks: tuple[str, ...] = ()
    bridges: Mapping[str, Bridge] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """By what a comparison may be shown: counts from 1 to below the ``threshold`` are hidden.

    ``hidden`` figures gave way to what anybody can compute, and ``ledger`` is the head of the
    former releases that were looked at, empty if none were.
    """

    threshold: int
    hidden: int
    ledger: str


@dataclass(frozen=True)
class Comparison:
    """Baseline against follow-up, one row an indicator and area.

    ``table`` has the columns ``TABLE_COLUMNS``: shares are in [0, 1] and rates per inhabitant, an
    absent number is missing and ``method`` or ``reason`` says why. ``unmatched`` lists what was not
    compared. ``series`` holds the periods behind the table and the history before them, for charts.
    ``events`` are those of the baseline and of one's own, ``breaks`` those that bear on the rows of
    each indicator. ``arguments`` are those of the call that made it, and ``protection`` says
    whether small figures were hidden; None if nothing was.
    """

    settings: Settings
    baseline: Baseline
    measurements: Measurements
    between: Measurements | None = field(repr=False)
    indicators: Mapping[str, Indicator]
    targets: Mapping[str, Target]
    events: tuple[Break, ...] = field(repr=False)
    breaks: Mapping[str, tuple[Break, ...]]
    plans: Mapping[str, Plan] = field(repr=False)
    remarks: tuple[Remark, ...]
    claims: Mapping[tuple[str, str], tuple[Claim, int]] = field(repr=False)
    _table: pd.DataFrame = field(repr=False)
    _unmatched: pd.DataFrame = field(repr=False)
    arguments: Mapping[str, Any] = field(repr=False)
    protection: Protection | None = None

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the table; yours to change."""
        return self._table.copy()

    @property
    def unmatched(self) -> pd.DataFrame:
        """A copy of what was not compared: a reason in code and in words."""
        return self._unmatched.copy()

    @property
    def series(self) -> pd.DataFrame:
        """A copy of the periods; ``window`` is history, base, between or follow_up.

        Where a row is judged against earlier years, its follow-up has ``expected``, the same period
        of the base year, and between ``expected_low`` and ``expected_high`` the range that the
        period would lie in, with 95 per cent, if it differed from that as earlier years did.
        """
        return self._periods.copy()

    @cached_property
    def _periods(self) -> pd.DataFrame:
        bridged = self._table["method"].astype(str).str.contains("; bridge=", regex=False)
        rows = self._table[bridged]
        crossed = set(zip(rows["indicator"], rows["area"], strict=True))
        usual = {
            key: claim.usual
            for key, (claim, _) in self.claims.items()
            if claim.usual and key not in crossed
        }
        return series_table(
            self.baseline,
            self.measurements,
            self.between,
            self.indicators,
            dict(self.plans),
            tuple(self.targets),
            usual,
        )

    @cached_property
    def touching_breaks(self) -> tuple[Break, ...]:
        """The events that bear on any row, each once, in the order of their dates."""
        found = {event.id: event for events in self.breaks.values() for event in events}
        return tuple(sorted(found.values(), key=lambda event: (event.date_from, event.id)))

    def summary(self, language: Language = "en") -> list[str]:
        """Say in sentences what changed, headline indicators first."""
        return headline_sentences(self._table, self.indicators, self.targets, language)

    def display_table(self, language: Language = "en") -> pd.DataFrame:
        """Give the table as text for readers: names, rounded numbers with units, verdicts."""
        return display_table(self._table, self.indicators, self.targets, language)

    def explain(self, indicator: str, area: str, language: Language = "en") -> str:
        """Explain one row: the numbers, the formula and its source, the assumption and the reason.

        Written for a reviewer, who can recompute the row from it by hand.

        Parameters
        ----------
        indicator, area
            The key of a row of ``table``.
        language
            ``fi``, ``sv`` or ``en``.

        Raises
        ------
        ComparisonError
            ``indicator.unknown`` if the table has no such row.

        Examples
        --------
        >>> from baseline_compare import compare, load_baseline, read_measurements
        >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
        >>> result = compare(load_baseline("2022"), later, estimand="finite")
        >>> print(result.explain("basic_sa_households", "YTA2"))
        Households receiving basic social assistance, Eastern Finland collaboration area:
        19,678 (January–November 2022) and 18,906 (January–November 2023); unit: households, mean
        per month. Sum of regions. What was registered changed by −3.9%; the change is exact up to
        errors of registration and later revision. Relevance margin: a change counts from +3.00% or
        −2.91% on, decided on unrounded values. Verdict: decreased.
        """
        check_language(language)
        rows = self._table[(self._table["indicator"] == indicator) & (self._table["area"] == area)]
        if rows.empty:
            raise ComparisonError(
                Problem(
                    code="indicator.unknown",
                    expected="the indicator and the area of a row of the table",
                    found=f"{indicator!r} with {area!r}",
                    remedy="Name it among the areas (--areas), and see what was not compared.",
                )
            )
        claim, place = self.claims.get((indicator, area), (None, 0))
        family = self.baseline.indicators.families.get(self.indicators[indicator].family)
        case = Explained(
            row=rows.iloc[0].to_dict(),
            indicator=self.indicators[indicator],
            area=self.targets[area].names[language],
            family=family,
            breaks=self.breaks.get(indicator, ()),
            claim=claim,
            place=place,
        )
        return explain_row(case, language)

    def provenance_line(self, language: Language = "en") -> str:
        """Say which baseline, estimand and version a comparison rests on."""
        settings = self.settings
        return word(
            "result.provenance",
            language,
            name=settings.baseline_name,
            version=settings.baseline_version,
            id=shown_hash(settings.baseline_id, language),
            estimand=word(f"estimand.{settings.estimand}", language),
            library=settings.library_version,
        )

    def __repr__(self) -> str:
        return "\n".join(
            [
                *self.summary(),
                "",
                self._printed_table().to_string(index=False),
                "",
                *self._closing(),
            ]
        )

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in self.summary())
        closing = "".join(f"<p>{html.escape(line)}</p>" for line in self._closing())
        return f"{lines}{self._printed_table().to_html(index=False, escape=True)}{closing}"

    def _printed_table(self) -> pd.DataFrame:
        """Show the headline indicators; all of them if there is none."""
        rows = self._table[self._headline()]
        return display_table(rows, self.indicators, self.targets, "en")

    def _headline(self) -> pd.Series:
        families = self._table["indicator"].map(
            {key: item.family for key, item in self.indicators.items()}
        )
        headline: pd.Series = families == "headline"
        return headline if headline.any() else ~headline

    def _closing(self) -> list[str]:
        others = int((~self._headline()).sum())
        more = [word("result.more", "en", number=others)] if others else []
        return [
            *more,
            family_sentence(self._table, self.indicators, "en"),
            word("result.not_compared", "en", number=len(self._unmatched)),
            self.provenance_line(),
        ]
