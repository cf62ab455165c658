"""The table contract: one row per indicator, area and period, checked once, then read-only."""

from baseline_compare.measurements.draft import Draft, no_rows
from baseline_compare.measurements.entry import check, from_frame
from baseline_compare.measurements.frequencies import frequencies_text, parse_frequencies
from baseline_compare.measurements.layout import (
    COLUMNS,
    DECIMALS,
    KEY,
    NUMBERS,
    Origin,
    Remark,
)
from baseline_compare.measurements.model import Measurements

__all__ = [
    "COLUMNS",
    "DECIMALS",
    "KEY",
    "NUMBERS",
    "Draft",
    "Measurements",
    "Origin",
    "Remark",
    "check",
    "frequencies_text",
    "from_frame",
    "no_rows",
    "parse_frequencies",
]
