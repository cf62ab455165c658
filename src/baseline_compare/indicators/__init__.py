"""The catalogue of indicators: what is measured, how it adds up, and what counts as a change."""

from baseline_compare.indicators.declarations import ComparedFamily, Family, Margin, Rule, Scale
from baseline_compare.indicators.model import (
    Catalogue,
    Dependence,
    Estimand,
    Indicator,
    Kind,
    Polarity,
    Unit,
)
from baseline_compare.indicators.reading import (
    catalogue,
    document,
    parse_catalogue,
    read_catalogue,
)

__all__ = [
    "Catalogue",
    "ComparedFamily",
    "Dependence",
    "Estimand",
    "Family",
    "Indicator",
    "Kind",
    "Margin",
    "Polarity",
    "Rule",
    "Scale",
    "Unit",
    "catalogue",
    "document",
    "parse_catalogue",
    "read_catalogue",
]
