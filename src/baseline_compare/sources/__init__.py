"""Foreign files to measurements; the only room that reads foreign formats."""

from baseline_compare.sources.columns import detect_column
from baseline_compare.sources.opening import Limits
from baseline_compare.sources.reading import SOURCES, Source, read_measurements

__all__ = ["SOURCES", "Limits", "Source", "detect_column", "read_measurements"]
