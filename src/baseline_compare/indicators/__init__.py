"""The catalogue of indicators: what is measured, how it adds up, and what counts as a change."""

from baseline_compare.indicators.model import (
    Catalogue,
    Family,
    Indicator,
    Kind,
    Margin,
    Polarity,
    Scale,
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
    "Family",
    "Indicator",
    "Kind",
    "Margin",
    "Polarity",
    "Scale",
    "Unit",
    "catalogue",
    "document",
    "parse_catalogue",
    "read_catalogue",
]
