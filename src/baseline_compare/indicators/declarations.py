"""What is declared before a follow-up is read: margins, and families of comparisons."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from baseline_compare.errors import DefinitionError, Problem, ProblemList
from baseline_compare.language import LANGUAGES, Language

Family = Literal["headline", "exploratory", "denominator"]
Scale = Literal["ratio", "difference"]
Adjustment = Literal["holm", "benjamini_hochberg"]
Protection = Literal["strict", "exact"]

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
class ComparedFamily:
    """Comparisons that are adjusted for each other's number, declared with the indicators.

    ``level`` is the chance of any false claim for ``holm`` and the rate of false claims among all
    claims for ``benjamini_hochberg``, written as text.
    """

    id: Family
    adjustment: Adjustment
    level: str
    declared_on: str
    declared_by: str
    follow_up_known: bool

    def __post_init__(self) -> None:
        """Check the fields."""
        problems, owner = ProblemList(), f"family {self.id}"
        if self.id not in ("headline", "exploratory"):
            problems.add(invalid(owner, "id", "headline or exploratory", repr(self.id)))
        if self.adjustment not in get_args(Adjustment):
            expected = " or ".join(get_args(Adjustment))
            problems.add(invalid(owner, "adjustment", expected, repr(self.adjustment)))
        if not (NUMBER.fullmatch(self.level) and 0 < self.size < 1):
            expected = 'a number between 0 and 1 as text, such as "0.05"'
            problems.add(invalid(owner, "level", expected, repr(self.level)))
        if not is_day(self.declared_on):
            expected = "a day such as 2026-01-31"
            problems.add(invalid(owner, "declared_on", expected, repr(self.declared_on)))
        problems.raise_if_any(DefinitionError)

    @property
    def size(self) -> float:
        """The level as a number."""
        return float(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which figures must not be published, declared with the indicators.

    A default of this library and nobody else's rule: the thresholds in use at the producers of
    these figures were not found in public texts.

    Parameters
    ----------
    zero_disclosive
        Whether a count of none, or of all, says something of a person; there is no default.
    threshold
        Counts from 1 to one below it are hidden.
    by_source, by_unit
        Thresholds of some sources and units; of all that bear on a figure the strictest holds,
        where a unit has one of its own it stands for the general one.
    protection
        ``strict``: what can be computed of a hidden count reaches the threshold and is at least as
        wide as the counts that are hidden. ``exact``: it is not known exactly.
    p_percent
        Of the largest contribution to a sum of euros: how closely the second contributor must not
        be able to tell it. It is neither printed nor sealed.

    Raises
    ------
    DefinitionError
        ``sdc.zero_policy`` if nothing is said of zeros, ``definition.invalid`` for a field that
        does not hold.

    Examples
    --------
    >>> Rule(zero_disclosive=False, by_source={"my-register": 10}).threshold_of("persons", ["x"])
    5
    """

    zero_disclosive: bool | None = None
    threshold: int = 5
    by_source: Mapping[str, int] = field(default_factory=dict)
    by_unit: Mapping[str, int] = field(default_factory=dict)
    protection: Protection = "strict"
    p_percent: float = field(default=10.0, repr=False)

    def __post_init__(self) -> None:
        """Check the fields."""
        problems = ProblemList()
        if not isinstance(self.zero_disclosive, bool):
            problems.add(
                Problem(
                    code="sdc.zero_policy",
                    expected="a word on whether a count of none, or of all, reveals something",
                    found=repr(self.zero_disclosive),
                    remedy="Say zero_disclosive=True or zero_disclosive=False.",
                )
            )
        limits = {"threshold": self.threshold, **self.by_source, **self.by_unit}
        for name, limit in limits.items():
            if type(limit) is not int or limit < 1:
                problems.add(invalid("rule", name, "a whole number from 1 on", repr(limit)))
        if self.protection not in get_args(Protection):
            expected = " or ".join(get_args(Protection))
            problems.add(invalid("rule", "protection", expected, repr(self.protection)))
        if not 0 < self.p_percent <= 100:
            problems.add(invalid("rule", "p_percent", "a per cent above 0", "another number"))
        problems.raise_if_any(DefinitionError)

    def threshold_of(self, unit: str, sources: Iterable[str]) -> int:
        """Give the smallest count of a unit from these sources that may be published."""
        usual = self.by_unit.get(unit, self.threshold)
        return max([usual, *(self.by_source.get(source, 1) for source in sources)])


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


_DECLARED: dict[str, Any] = {
    "level": "0.05",
    "declared_on": "2026-11-26",
    "declared_by": "baseline_compare project",
    "follow_up_known": True,
}
USUAL_FAMILIES = (
    ComparedFamily(id="headline", adjustment="holm", **_DECLARED),
    ComparedFamily(id="exploratory", adjustment="benjamini_hochberg", **_DECLARED),
)
USUAL_RULE = Rule(zero_disclosive=False)
