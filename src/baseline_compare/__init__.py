"""Compare later measurements of social assistance in Finland with the sealed baseline of 2022.

A baseline is compared with measurements and gives a comparison.  Public names are resolved on first
use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from baseline_compare.version import VERSION

if TYPE_CHECKING:
    from baseline_compare import (
        areas,
        charts,
        disclosure,
        indicators,
        measurements,
        planning,
        series,
    )
    from baseline_compare.baselines.release import Baseline, load_baseline
    from baseline_compare.baselines.sealing import seal
    from baseline_compare.comparison import Comparison, compare
    from baseline_compare.disclosure import audit, protect
    from baseline_compare.errors import BaselineCompareError
    from baseline_compare.measurements import Measurements
    from baseline_compare.reports import write_measurements, write_report, write_table
    from baseline_compare.sources import read_measurements

__version__ = VERSION

_MODULES = ("areas", "charts", "disclosure", "indicators", "measurements", "planning", "series")
_NAMES = {
    "Baseline": "baselines.release",
    "BaselineCompareError": "errors",
    "Comparison": "comparison",
    "Measurements": "measurements",
    "audit": "disclosure",
    "compare": "comparison",
    "load_baseline": "baselines.release",
    "protect": "disclosure",
    "read_measurements": "sources",
    "seal": "baselines.sealing",
    "write_measurements": "reports",
    "write_report": "reports",
    "write_table": "reports",
}

__all__ = [
    "Baseline",
    "BaselineCompareError",
    "Comparison",
    "Measurements",
    "areas",
    "audit",
    "charts",
    "compare",
    "disclosure",
    "indicators",
    "load_baseline",
    "measurements",
    "planning",
    "protect",
    "read_measurements",
    "seal",
    "series",
    "write_measurements",
    "write_report",
    "write_table",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _NAMES:
        value = getattr(importlib.import_module(f"{__name__}.{_NAMES[name]}"), name)
        globals()[name] = value
        return value
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
