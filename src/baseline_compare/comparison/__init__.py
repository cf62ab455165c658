"""Comparing: pairing, aggregation, contrast, verdict; and the comparison that comes of it."""

from baseline_compare.comparison.columns import TABLE_COLUMNS
from baseline_compare.comparison.procedure import compare
from baseline_compare.comparison.result import Comparison, Settings
from baseline_compare.comparison.verdicts import STATES, VERDICTS, Verdict

__all__ = ["STATES", "TABLE_COLUMNS", "VERDICTS", "Comparison", "Settings", "Verdict", "compare"]
