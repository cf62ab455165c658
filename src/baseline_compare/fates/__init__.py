"""What became of the findings of a round: compared with a later round, beside the indicators."""

from baseline_compare.fates.comparing import compare_findings
from baseline_compare.fates.protecting import cleared_findings, protect_findings
from baseline_compare.fates.result import FindingsComparison
from baseline_compare.fates.triangulation import Triangulation, triangulate

__all__ = [
    "FindingsComparison",
    "Triangulation",
    "cleared_findings",
    "compare_findings",
    "protect_findings",
    "triangulate",
]
