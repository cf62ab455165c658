"""Reports: a comparison as one self-contained page, and its table for a spreadsheet."""

from baseline_compare.reports.forms import write_forms
from baseline_compare.reports.page import write_report
from baseline_compare.reports.spreadsheet import write_measurements, write_table

__all__ = ["write_forms", "write_measurements", "write_report", "write_table"]
