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
        fates,
        findings,
        indicators,
        measurements,
        planning,
        series,
    )
    from baseline_compare.baselines.release import Baseline, load_baseline
    from baseline_compare.baselines.rounds import load_round, seal_round
    from baseline_compare.baselines.sealing import seal
    from baseline_compare.comparison import Comparison, compare
    from baseline_compare.disclosure import audit, protect
    from baseline_compare.errors import BaselineCompareError
    from baseline_compare.fates import compare_findings, triangulate
    from baseline_compare.findings.versions import changes
    from baseline_compare.measurements import Measurements
    from baseline_compare.reports import (
        write_forms,
        write_measurements,
        write_report,
        write_table,
    )
    from baseline_compare.sources import read_measurements
    from baseline_compare.sources.forms import read_round

__version__ = VERSION

_MODULES = (
    "areas",
    "charts",
    "disclosure",
    "fates",
    "findings",
    "indicators",
    "measurements",
    "planning",
    "series",
)
_NAMES = {
    "Baseline": "baselines.release",
    "BaselineCompareError": "errors",
    "Comparison": "comparison",
    "Measurements": "measurements",
    "audit": "disclosure",
    "changes": "findings.versions",
    "compare": "comparison",
    "compare_findings": "fates",
    "load_baseline": "baselines.release",
    "load_round": "baselines.rounds",
    "protect": "disclosure",
    "read_measurements": "sources",
    "read_round": "sources.forms",
    "seal": "baselines.sealing",
    "seal_round": "baselines.rounds",
    "triangulate": "fates",
    "write_forms": "reports",
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
    "changes",
    "charts",
    "compare",
    "compare_findings",
    "disclosure",
    "fates",
    "findings",
    "indicators",
    "load_baseline",
    "load_round",
    "measurements",
    "planning",
    "protect",
    "read_measurements",
    "read_round",
    "seal",
    "seal_round",
    "series",
    "triangulate",
    "write_forms",
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
