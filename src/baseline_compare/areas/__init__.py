"""The registry of areas: codes, names, dated memberships and what became of an area.

Codes always carry their prefix (``KU091``, ``MK01``, ``HVA05``, ``YTA2``, ``KELA2``): Kela's
district 2 is the collaboration area 4, and a bare number says neither. The registry covers 2022
onwards; earlier periods are read with the division of 2022.
"""

from baseline_compare.areas.detecting import Candidate, Detected, detect
from baseline_compare.areas.groups import Group
from baseline_compare.areas.model import (
    COVERED_FROM,
    LEVELS,
    Area,
    AreaChange,
    Level,
    Role,
    Vintage,
    vintage_day,
)
from baseline_compare.areas.registry import Registry, registry, shipped_changes
from baseline_compare.areas.systems import System
from baseline_compare.areas.words import BECAME

__all__ = [
    "BECAME",
    "COVERED_FROM",
    "LEVELS",
    "Area",
    "AreaChange",
    "Candidate",
    "Detected",
    "Group",
    "Level",
    "Registry",
    "Role",
    "System",
    "Vintage",
    "detect",
    "registry",
    "shipped_changes",
    "vintage_day",
]
