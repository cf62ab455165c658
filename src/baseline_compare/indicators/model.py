"""Indicators, their margins, and the catalogue that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from baseline_compare.errors import DefinitionError, Problem, ProblemList
from baseline_compare.indicators.declarations import (
    USUAL_FAMILIES,
    USUAL_RULE,
    ComparedFamily,
    Family,
    Margin,
    Rule,
    Scale,
    invalid,
)
from baseline_compare.language import LANGUAGES, Language
from baseline_compare.periods import PERIOD_TYPES, PeriodType

Kind = Literal["count", "proportion", "rate", "mean", "quantile", "amount", "rating", "index"]
Polarity = Literal["higher_is_better", "lower_is_better", "neutral"]
Unit = Literal[
    "households",
    "persons",
    "applications",
    "claims",
    "decisions",
    "notifications",
    "euros",
    "share",
    "per_inhabitant",
    "days",
    "calendar_days",
    "points",
]
Responsible = Literal["kela", "municipalities", "wellbeing_services_counties", "none"]
DenominatorPeriod = Literal["same", "end_of_previous_year"]
Estimand = Literal["finite", "process", "history"]
Dependence = Literal["independent", "same_persons", "unknown"]

_ID = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A defined quantity.

    What a field may hold is listed by the types of this module: ``Kind`` (count, proportion,
    rate, mean, quantile, amount, rating, index), ``Unit``, ``Polarity`` (higher_is_better,
    lower_is_better, neutral, with its reason in ``polarity_reason``), ``Family`` (headline,
    exploratory, denominator) and ``Responsible``. Only counts and amounts can be
    ``additive_over_areas``; texts are given in fi, sv and en.

    ``estimand`` is how its change is judged unless a comparison says otherwise: ``finite`` for full
    registers, ``process`` for samples and decisions; if empty, the kind decides. ``dependence``
    says whether the two periods rest on the same persons, and indicators of one
    ``dispersion_class`` share their variance beyond counting.

    ``computed`` indicators are made from two others; for the rest ``numerator`` and ``denominator``
    only say in words what a file has to hold.  ``counts_unique`` marks counts of persons or
    households, which do not add up over periods; ``continuous`` says that a series without gaps is
    expected (THL, for one, asks about April and October only). Each of its ``breakdowns`` lists
    counts that sum to it, such as those of age groups.
    """

    id: str
    kind: Kind
    unit: Unit
    polarity: Polarity
    polarity_reason: str
    period_types: tuple[PeriodType, ...]
    additive_over_areas: bool
    additive_over_periods: bool
    family: Family
    source: str
    names: Mapping[Language, str]
    definitions: Mapping[Language, str]
    counts_unique: bool = False
    continuous: bool = True
    numerator: str = ""
    denominator: str = ""
    computed: bool = False
    denominator_period: DenominatorPeriod = "same"
    margin: Margin | None = None
    estimand: Estimand | Literal[""] = ""
    dependence: Dependence = "unknown"
    dispersion_class: str = ""
    theme: str = ""
    responsible_before_2023: Responsible = "kela"
    responsible_from_2023: Responsible = "kela"
    statute: str = ""
    breakdowns: tuple[tuple[str, ...], ...] = ()

    def name(self, language: Language = "en") -> str:
        """Give the name, in the form that stands in the middle of a sentence."""
        return self.names[language]

    def definition(self, language: Language = "en") -> str:
        """Give the definition."""
        return self.definitions[language]

    @property
    def usual_estimand(self) -> Estimand:
        """How its change is judged unless a comparison says otherwise."""
        sampled = self.kind in ("proportion", "mean", "quantile", "rating")
        return self.estimand or ("process" if sampled else "finite")

    @property
    def primary_scale(self) -> Scale:
        """The scale that decides: that of the margin, else of the kind."""
        if self.margin is not None:
            return self.margin.scale
        return "ratio" if self.kind in ("count", "rate", "amount", "index") else "difference"

    @property
    def is_kelas(self) -> bool:
        """Whether Kela is responsible for it, so that Åland is outside."""
        return "kela" in (self.responsible_before_2023, self.responsible_from_2023)

    @property
    def has_parts(self) -> bool:
        """Whether its value is a numerator over a denominator."""
        return self.kind in ("proportion", "rate")


class Catalogue(Mapping[str, Indicator]):
    """Indicators by id, checked on the way in; adding gives a new catalogue.

    ``families`` says how the comparisons of each family are adjusted for their number, ``rule``
    which figures must not be published.

    Examples
    --------
    >>> from baseline_compare.indicators import catalogue
    >>> catalogue()["basic_sa_households"].name("sv")
    'hushåll som fått grundläggande utkomststöd'
    """

    def __init__(
        self,
        indicators: Iterable[Indicator],
        families: Iterable[ComparedFamily] = USUAL_FAMILIES,
        rule: Rule = USUAL_RULE,
    ) -> None:
        self._indicators: dict[str, Indicator] = {}
        self.families: Mapping[str, ComparedFamily] = {family.id: family for family in families}
        self.rule = rule
        problems = ProblemList()
        for indicator in indicators:
            if indicator.id in self._indicators:
                problems.add(invalid(indicator.id, "id", "an id of its own", "it twice"))
            self._indicators[indicator.id] = indicator
        for indicator in self._indicators.values():
            problems.extend(self._problems_of(indicator))
        problems.raise_if_any(DefinitionError)

    def __getitem__(self, key: str) -> Indicator:
        return self._indicators[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._indicators)

    def __len__(self) -> int:
        return len(self._indicators)

    def __repr__(self) -> str:
        return f"Catalogue of {len(self)} indicators: {', '.join(self)}"

    def add(self, *indicators: Indicator) -> Catalogue:
        """Give a catalogue that holds these indicators, too.

        Raises
        ------
        DefinitionError
            ``definition.invalid`` for an id that is taken, or a definition that does not hold
            together.
        """
        everything = [*self._indicators.values(), *indicators]
        return Catalogue(everything, self.families.values(), self.rule)

    def subset(self, ids: Iterable[str]) -> Catalogue:
        """Give a catalogue of these indicators and of those that they are made of."""
        wanted: set[str] = set()
        pending = set(ids)
        while pending:
            indicator = self[pending.pop()]
            wanted.add(indicator.id)
            parts = {part for parts in indicator.breakdowns for part in parts}
            if indicator.computed:
                parts |= {indicator.numerator, indicator.denominator}
            pending |= parts - wanted
        items = (indicator for key, indicator in self.items() if key in wanted)
        return Catalogue(items, self.families.values(), self.rule)

    def _descends(self, indicator: Indicator) -> bool:
        """Say whether no count is a part of itself."""
        seen: set[str] = set()
        pending = [part for parts in indicator.breakdowns for part in parts]
        while pending:
            key = pending.pop()
            if key == indicator.id:
                return False
            if key in self._indicators and key not in seen:
                seen.add(key)
                pending += [p for parts in self._indicators[key].breakdowns for p in parts]
        return True

    def _problems_of(self, indicator: Indicator) -> Iterator[Problem]:
        if not _ID.fullmatch(indicator.id):
            yield invalid(indicator.id, "id", "lower-case letters, digits and _", indicator.id)
        for name, choices in _CHOICES.items():
            if getattr(indicator, name) not in choices:
                found = repr(getattr(indicator, name))
                yield invalid(indicator.id, name, " or ".join(choices), found)
        if not indicator.period_types or set(indicator.period_types) - set(PERIOD_TYPES):
            found = repr(indicator.period_types)
            yield invalid(indicator.id, "period_types", " or ".join(PERIOD_TYPES), found)
        for name in ("names", "definitions"):
            lacking = [lang for lang in LANGUAGES if not getattr(indicator, name).get(lang)]
            if lacking:
                yield invalid(indicator.id, name, "a text in fi, sv and en", f"none in {lacking}")
        if indicator.additive_over_areas and indicator.kind not in ("count", "amount"):
            yield invalid(
                indicator.id, "additive_over_areas", "false for a share, rate or mean", "true"
            )
        margin = indicator.margin if indicator.kind == "rating" else None
        if margin is not None and (margin.scale != "difference" or margin.size >= 0.5):
            expected = "a difference below 0.5, of the chance that a later rating is higher"
            yield invalid(indicator.id, "margin", expected, margin.value)
        parts = [part for parts in indicator.breakdowns for part in parts]
        counts = {key for key, item in self._indicators.items() if item.kind == "count"}
        wrong = sorted(set(parts) - counts) or parts[: int(indicator.kind != "count")]
        if wrong or len(set(parts)) < len(parts) or not self._descends(indicator):
            expected = "lists of other counts that sum to it, each once"
            yield invalid(indicator.id, "breakdowns", expected, repr(indicator.breakdowns))
        if indicator.computed:
            for name in ("numerator", "denominator"):
                part = getattr(indicator, name)
                if part not in self or self[part].computed:
                    expected = "the id of an indicator that is measured"
                    yield invalid(indicator.id, name, expected, repr(part))


_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "unit": get_args(Unit),
    "polarity": get_args(Polarity),
    "family": get_args(Family),
    "responsible_before_2023": get_args(Responsible),
    "responsible_from_2023": get_args(Responsible),
    "denominator_period": get_args(DenominatorPeriod),
    "estimand": ("", *get_args(Estimand)),
    "dependence": get_args(Dependence),
}
