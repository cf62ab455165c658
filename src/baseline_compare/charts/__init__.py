"""Charts of a comparison or a round: matplotlib figures of what it holds; they compute nothing.

Every figure carries its alternative text as its label (``figure.get_label()``) and is yours to
style; ``save`` writes it as PNG, SVG or PDF.
"""

from baseline_compare.charts.balance import balance
from baseline_compare.charts.change import change
from baseline_compare.charts.control import control
from baseline_compare.charts.fate_grid import fates
from baseline_compare.charts.forest import forest
from baseline_compare.charts.levels import levels
from baseline_compare.charts.placebo import placebo
from baseline_compare.charts.ratings import ratings
from baseline_compare.charts.saving import save, svg_text
from baseline_compare.charts.tiles import tiles
from baseline_compare.charts.trend import trend
from baseline_compare.charts.triangulation import triangulation

__all__ = [
    "balance",
    "change",
    "control",
    "fates",
    "forest",
    "levels",
    "placebo",
    "ratings",
    "save",
    "svg_text",
    "tiles",
    "trend",
    "triangulation",
]
