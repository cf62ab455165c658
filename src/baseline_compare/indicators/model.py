"""Indicators, their margins, and the catalogue that holds them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from baseline_compare.errors import DefinitionError, Problem, ProblemList
from baseline_compare.language import LANGUAGES, Language
from baseline_compare.periods import PERIOD_TYPES, PeriodType

Kind = Literal["count", "proportion", "rate", "mean", "quantile", "amount", "rating", "index"]
Polarity = Literal["higher_is_better", "lower_is_better", "neutral"]
Family = Literal["headline", "exploratory", "denominator"]
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
Scale = Literal["ratio", "difference"]
DenominatorPeriod = Literal["same", "end_of_previous_year"]

_ID = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)
NUMBER = re.compile(r"0|[1-9]\d*|\d+\.\d+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How large a change has to be to count, with its reason and when it was declared.

    On the ``ratio`` scale a change counts if the ratio reaches 1 + value or falls to 1 / (1 +
    value);
    on the ``difference`` scale if the difference reaches the value (shares as numbers in [0, 1]).

    Raises
    ------
    DefinitionError
        ``definition.invalid`` for a field that does not hold.

    Examples
    --------
    >>> own = Margin(
    ...     id="five_per_cent",
    ...     scale="ratio",
    ...     value="0.05",
    ...     declared_on="2026-01-31",
    ...     declared_by="an evaluator",
    ...     follow_up_known=False,
    ...     reasons={"fi": "Oma raja.", "sv": "Egen gräns.", "en": "Our own."},
    ... )
    >>> own.size
    0.05
    """

    id: str
    scale: Scale
    value: str
    declared_on: str
    declared_by: str
    follow_up_known: bool
    reasons: Mapping[Language, str]

    def __post_init__(self) -> None:
        """Check the fields, so that a margin made in Python is as sound as one from a file."""
        problems = ProblemList()
        if self.scale not in get_args(Scale):
            problems.add(invalid(f"margin {self.id}", "scale", "ratio or difference", self.scale))
        if not (isinstance(self.value, str) and NUMBER.fullmatch(self.value) and self.size > 0):
            expected = 'a positive number as text, such as "0.03"'
            problems.add(invalid(f"margin {self.id}", "value", expected, repr(self.value)))
        if not is_day(self.declared_on):
            expected = "a day such as 2026-01-31"
            found = repr(self.declared_on)
            problems.add(invalid(f"margin {self.id}", "declared_on", expected, found))
        if not is_texts(self.reasons):
            found = ", ".join(self.reasons) or "nothing"
            problems.add(invalid(f"margin {self.id}", "reasons", "a text in fi, sv and en", found))
        problems.raise_if_any(DefinitionError)

    @property
    def size(self) -> float:
        """The value as a number."""
        return float(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A defined quantity.

    What a field may hold is listed by the types of this module: ``Kind`` (count, proportion,
    rate, mean, quantile, amount, rating, index), ``Unit``, ``Polarity`` (higher_is_better,
    lower_is_better, neutral, with its reason in ``polarity_reason``), ``Family`` (headline,
    exploratory, denominator) and ``Responsible``. Only counts and amounts can be
    ``additive_over_areas``; texts are given in fi, sv and en.

    ``computed`` indicators are made from two others; for the rest ``numerator`` and ``denominator``
    only say in words what a file has to hold.  ``counts_unique`` marks counts of persons or
    households, which do not add up over periods; ``continuous`` says that a series without gaps is
    expected (THL, for one, asks about April and October only).
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
    theme: str = ""
    responsible_before_2023: Responsible = "kela"
    responsible_from_2023: Responsible = "kela"
    statute: str = ""

    def name(self, language: Language = "en") -> str:
        """Give the name, in the form that stands in the middle of a sentence."""
        return self.names[language]

    def definition(self, language: Language = "en") -> str:
        """Give the definition."""
        return self.definitions[language]

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

    Examples
    --------
    >>> from baseline_compare.indicators import catalogue
    >>> catalogue()["basic_sa_households"].name("sv")
    'hushåll som fått grundläggande utkomststöd'
    """

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self._indicators: dict[str, Indicator] = {}
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
        return Catalogue([*self._indicators.values(), *indicators])

    def subset(self, ids: Iterable[str]) -> Catalogue:
        """Give a catalogue of these indicators and of those they are computed from."""
        wanted = set(ids)
        for indicator in [self[key] for key in wanted]:
            if indicator.computed:
                wanted |= {indicator.numerator, indicator.denominator}
        return Catalogue(indicator for key, indicator in self.items() if key in wanted)

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
}


def is_texts(value: Any) -> bool:
    """Say whether a value is a text in each language."""
    return set(value) == set(LANGUAGES) and all(isinstance(text, str) for text in value.values())


def is_day(value: str) -> bool:
    """Say whether a text is a day."""
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def invalid(owner: str, name: str, expected: str, found: str) -> Problem:
    """Say which field of which definition does not hold."""
    return Problem(
        code="definition.invalid",
        expected=expected,
        found=found,
        remedy=f"Correct {name} of {owner}.",
        column=name,
    )
