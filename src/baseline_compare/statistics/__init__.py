"""Numbers only: arrays in, small frozen results out. No frame, file or area is known here."""

from baseline_compare.statistics.contrasts import Contrast, contrast, direction
from baseline_compare.statistics.levels import grouped_sum, mean_of_periods, median, ratio_of_sums

__all__ = [
    "Contrast",
    "contrast",
    "direction",
    "grouped_sum",
    "mean_of_periods",
    "median",
    "ratio_of_sums",
]
