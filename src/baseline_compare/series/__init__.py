"""Series of months and weeks: level and slope at a date, placebo evidence, process control."""

from baseline_compare.series.control import Control, control
from baseline_compare.series.fitting import METHODS
from baseline_compare.series.placebos import Placebo, placebo
from baseline_compare.series.segmented import Segmented, segmented

__all__ = ["METHODS", "Control", "Placebo", "Segmented", "control", "placebo", "segmented"]
