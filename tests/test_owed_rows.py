"""Every owed row of the contract on broken inputs has at least three variants among the tests."""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = (
    "sources/test_hostile.py",
    "sources/test_kela_recipients.py",
    "sources/test_workbook.py",
    "measurements/test_entry.py",
    "measurements/test_vintages.py",
    "comparison/test_refusals.py",
    "reports/test_hostile_labels.py",
)
OWED = [
    1, 2, 3, *range(5, 23), *range(24, 27), 29, 32, *range(44, 59), *range(59, 69), 71, 79, 80, 81,
    *range(85, 90), *range(91, 98),
]  # fmt: skip


def variants() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, name in enumerate(MODULES):
        spec = importlib.util.spec_from_file_location(f"hostile_rows_{number}", HERE / name)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        for row, variant in module.ROW_VARIANTS:
            found[row].append(variant)
    return found


FOUND = variants()


@pytest.mark.parametrize("row", OWED)
def test_an_owed_row_has_three_variants(row: int) -> None:
    assert len(set(FOUND[row])) >= 3


def test_variants_are_named_apart() -> None:
    assert {row: names for row, names in FOUND.items() if len(set(names)) < len(names)} == {}
