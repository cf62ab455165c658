"""What leaves tells of no person: figures are hidden, and what left is attacked together.

Counts below a threshold are hidden, and whatever they could be computed from: over levels, groups
of one's own, periods, vintages of areas, breakdowns, and all that was published before.
"""

from baseline_compare.disclosure.auditing import Audit
from baseline_compare.disclosure.comparisons import (
    Disclosure,
    cleared,
    cleared_evidence,
)
from baseline_compare.disclosure.ledger import Entry, Ledger
from baseline_compare.disclosure.protection import audit, protect, record
from baseline_compare.indicators import Rule

__all__ = [
    "Audit",
    "Disclosure",
    "Entry",
    "Ledger",
    "Rule",
    "audit",
    "cleared",
    "cleared_evidence",
    "protect",
    "record",
]
