"""Catalogues from TOML files, checked field by field, and back."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from baseline_compare.errors import DefinitionError, ProblemList
from baseline_compare.files import read_text
from baseline_compare.indicators.declarations import (
    NUMBER,
    USUAL_FAMILIES,
    USUAL_RULE,
    ComparedFamily,
    Margin,
    Rule,
    Scale,
    invalid,
    is_day,
    is_texts,
)
from baseline_compare.indicators.model import Catalogue, Indicator
from baseline_compare.language import LANGUAGES

SCHEMA = "1.0"


_LARGEST = 16 * 1024 * 1024


@cache
def catalogue() -> Catalogue:
    """Give the catalogue that is shipped with the package."""
    path = resources.files("baseline_compare").joinpath("data/indicators.toml")
    return parse_catalogue(path.read_text(encoding="utf-8"), file="indicators.toml")


def read_catalogue(path: str | Path) -> Catalogue:
    """Read indicators of one's own from a TOML file and add them to the shipped ones.

    Raises
    ------
    DefinitionError
        ``definition.invalid`` naming the file, the indicator and the field.
    """
    own = parse_catalogue(read_text(Path(path), _LARGEST), file=Path(path).name)
    return catalogue().add(*own.values())


def parse_catalogue(text: str, *, file: str) -> Catalogue:
    """Read a catalogue from the text of a TOML file and check all of it.

    Raises
    ------
    DefinitionError
        ``definition.invalid`` for each unknown or missing field, wrong type or broken reference.
    """
    try:
        return _catalogue_of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        told = [invalid(file, "the file", "TOML", str(error))]
    except DefinitionError as error:
        told = list(error.problems)
    raise DefinitionError([replace(problem, file=file) for problem in told])


def _catalogue_of(document: dict[str, Any]) -> Catalogue:
    problems = ProblemList()
    margins: dict[str, Margin] = {}
    for key, table in document.get("margins", {}).items():
        checked = _checked(table, _MARGIN_FIELDS, f"margin {key}", problems)
        if checked is not None:
            checked["reasons"] = checked.pop("reason")
            margins[key] = Margin(id=key, **checked)
    indicators = []
    for key, table in document.get("indicators", {}).items():
        checked = _checked(table, _INDICATOR_FIELDS, f"indicator {key}", problems)
        if checked is None:
            continue
        name = checked.pop("margin", "")
        if name and name not in margins:
            problems.add(invalid(key, "margin", f"one of {sorted(margins)}", repr(name)))
        checked["names"], checked["definitions"] = checked.pop("name"), checked.pop("definition")
        checked["period_types"] = tuple(checked["period_types"])
        checked["breakdowns"] = tuple(tuple(parts) for parts in checked.get("breakdowns", ()))
        indicator = Indicator(id=key, margin=margins.get(name), **checked)
        indicators.append(replace(indicator, estimand=indicator.usual_estimand))
    families = {family.id: family for family in USUAL_FAMILIES}
    for key, table in document.get("families", {}).items():
        checked = _checked(table, _FAMILY_FIELDS, f"family {key}", problems)
        if checked is not None:
            families[key] = ComparedFamily(id=key, **checked)
    rule = USUAL_RULE
    if "disclosure" in document:
        checked = _checked(document["disclosure"], _RULE_FIELDS, "disclosure", problems)
        problems.raise_if_any(DefinitionError)
        rule = _rule(checked or {})
    problems.raise_if_any(DefinitionError)
    return Catalogue(indicators, families.values(), rule)


def _rule(table: dict[str, Any]) -> Rule:
    sources, units = (
        {key: int(limit) for key, limit in table.get(name, {}).items()}
        for name in ("by_source", "by_unit")
    )
    return Rule(
        zero_disclosive=table["zero_disclosive"],
        threshold=int(table["threshold"]),
        by_source=sources,
        by_unit=units,
        protection=table["protection"],
    )


def _are_lists(value: Any) -> bool:
    return all(
        isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts)
        for parts in value
    )


def _are_limits(value: Any) -> bool:
    return all(isinstance(limit, str) and limit.isdecimal() for limit in value.values())


@dataclass(frozen=True, slots=True)
class _Field:
    type: type
    required: bool = True
    check: Callable[[Any], bool] = field(default=lambda _: True)


_MARGIN_FIELDS = {
    "scale": _Field(str, check=lambda value: value in get_args(Scale)),
    "value": _Field(str, check=lambda value: bool(NUMBER.fullmatch(value))),
    "declared_on": _Field(str, check=is_day),
    "declared_by": _Field(str),
    "follow_up_known": _Field(bool),
    "reason": _Field(dict, check=is_texts),
}


_FAMILY_FIELDS = {
    "adjustment": _Field(str),
    "level": _Field(str),
    "declared_on": _Field(str),
    "declared_by": _Field(str),
    "follow_up_known": _Field(bool),
}


_RULE_FIELDS = {
    "threshold": _Field(str, check=str.isdecimal),
    "zero_disclosive": _Field(bool),
    "protection": _Field(str),
    "by_source": _Field(dict, required=False, check=_are_limits),
    "by_unit": _Field(dict, required=False, check=_are_limits),
}


_INDICATOR_FIELDS = {
    "kind": _Field(str),
    "unit": _Field(str),
    "polarity": _Field(str),
    "polarity_reason": _Field(str),
    "period_types": _Field(list),
    "additive_over_areas": _Field(bool),
    "additive_over_periods": _Field(bool),
    "counts_unique": _Field(bool, required=False),
    "continuous": _Field(bool, required=False),
    "numerator": _Field(str, required=False),
    "denominator": _Field(str, required=False),
    "computed": _Field(bool, required=False),
    "denominator_period": _Field(str, required=False),
    "margin": _Field(str, required=False),
    "estimand": _Field(str, required=False),
    "dependence": _Field(str, required=False),
    "dispersion_class": _Field(str, required=False),
    "family": _Field(str),
    "theme": _Field(str, required=False),
    "responsible_before_2023": _Field(str, required=False),
    "responsible_from_2023": _Field(str, required=False),
    "statute": _Field(str, required=False),
    "breakdowns": _Field(list, required=False, check=_are_lists),
    "source": _Field(str),
    "name": _Field(dict, check=is_texts),
    "definition": _Field(dict, check=is_texts),
}


def _checked(
    table: Any, fields: dict[str, _Field], owner: str, problems: ProblemList
) -> dict[str, Any] | None:
    """Give the table if every field is known, present and of its type; else note what is wrong."""
    before = problems.total
    for name in table:
        if name not in fields:
            problems.add(invalid(owner, name, f"one of the fields {', '.join(fields)}", name))
    for name, spec in fields.items():
        if name not in table:
            if spec.required:
                problems.add(invalid(owner, name, f"a {spec.type.__name__}", "nothing"))
        elif type(table[name]) is not spec.type or not spec.check(table[name]):
            expected = f"a valid {spec.type.__name__}"
            if spec.type is str:
                expected += " (numbers and dates are written as text)"
            problems.add(invalid(owner, name, expected, repr(table[name])))
    return dict(table) if problems.total == before else None


def _margin_table(margin: Margin) -> dict[str, Any]:
    table: dict[str, Any] = {
        name: getattr(margin, name) for name in _MARGIN_FIELDS if name != "reason"
    }
    return table | {"reason": {language: margin.reasons[language] for language in LANGUAGES}}


def _indicator_table(indicator: Indicator) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name, spec in _INDICATOR_FIELDS.items():
        if name in ("name", "definition"):
            texts = getattr(indicator, f"{name}s")
            table[name] = {language: texts[language] for language in LANGUAGES}
        elif name == "estimand":
            table[name] = indicator.usual_estimand
        elif name == "margin":
            table[name] = indicator.margin.id if indicator.margin else ""
        elif name == "breakdowns":
            table[name] = [list(parts) for parts in indicator.breakdowns]
        else:
            value = getattr(indicator, name)
            table[name] = list(value) if spec.type is list else value
    return {name: value for name, value in table.items() if value not in ("", [])}


def _rule_table(rule: Rule) -> dict[str, Any]:
    return {
        "threshold": str(rule.threshold),
        "zero_disclosive": rule.zero_disclosive,
        "protection": rule.protection,
        "by_source": {key: str(limit) for key, limit in sorted(rule.by_source.items())},
        "by_unit": {key: str(limit) for key, limit in sorted(rule.by_unit.items())},
    }


def document(indicators: Catalogue) -> dict[str, Any]:
    """Give a catalogue as the nested tables of its TOML file."""
    margins = {m.id: m for m in (i.margin for i in indicators.values()) if m is not None}
    return {
        "schema": SCHEMA,
        "families": {
            key: {name: getattr(family, name) for name in _FAMILY_FIELDS}
            for key, family in indicators.families.items()
        },
        "disclosure": _rule_table(indicators.rule),
        "margins": {key: _margin_table(margin) for key, margin in margins.items()},
        "indicators": {key: _indicator_table(item) for key, item in indicators.items()},
    }
