"""The table of a comparison as CSV: each row says what it rests on, and no text can run."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd

from baseline_compare.comparison import Comparison
from baseline_compare.disclosure import Disclosure, Ledger, Rule, cleared, protect, record
from baseline_compare.fates import FindingsComparison, cleared_findings
from baseline_compare.files import INTERNAL, check_free, named, replace_file
from baseline_compare.measurements import COLUMNS, KEY, NUMBERS, Measurements
from baseline_compare.texts import neutral_text


def write_table(
    result: Comparison | FindingsComparison,
    path: str | Path,
    *,
    overwrite: bool = False,
    disclosure: Disclosure = "on",
) -> Path:
    """Write ``result.table`` as CSV; each row names what it rests on, library and protection.

    Small figures and small groups of raters are hidden unless ``disclosure`` is ``"off"``; then
    each row and the name of the file say ``INTERNAL``.

    Raises
    ------
    DisclosureError
        ``sdc.*`` for figures that cannot be kept.
    WriteError
        ``path.exists`` or ``write.failed``.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> result = compare(load_baseline("2022"), later)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     len(pd.read_csv(write_table(result, f"{folder}/table.csv")))
    50
    """
    if isinstance(result, FindingsComparison):
        result = cleared_findings(result, disclosure)
        provenance = _rounds(result)
    else:
        result = cleared(result, disclosure)
        provenance = _baseline(result)
    rule = result.protection
    provenance["disclosure"] = f"counts below {rule.threshold} hidden" if rule else INTERNAL
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([*result.table.columns, *provenance])
    for row in result.table.to_dict("records"):
        writer.writerow([_cell(value) for value in (*row.values(), *provenance.values())])
    target = named(path, internal=rule is None)
    return replace_file(target, buffer.getvalue().encode(), overwrite=overwrite)


def _baseline(result: Comparison) -> dict[str, object]:
    """Name the baseline and the estimand of a comparison."""
    settings = result.settings
    return {
        "baseline_name": settings.baseline_name,
        "baseline_version": settings.baseline_version,
        "baseline_id": settings.baseline_id,
        "estimand": settings.estimand,
        "library_version": settings.library_version,
    }


def _rounds(result: FindingsComparison) -> dict[str, object]:
    """Name the rounds of a comparison, and whether one is made up."""
    settings = result.settings
    return {
        "round": result.earlier.id,
        "later_round": result.later.id,
        "baseline_id": settings.baseline_id,
        "margin": settings.margin,
        "family_size": settings.family_size,
        "synthetic": "yes" if result.synthetic else "no",
        "library_version": settings.library_version,
    }


def _cell(value: Any) -> object:
    if isinstance(value, str):
        return neutral_text(value)
    return None if pd.isna(value) else value


def write_measurements(
    measurements: Measurements,
    path: str | Path,
    *,
    rule: Rule | None = None,
    disclosure: Disclosure = "on",
    ledger: Ledger | None = None,
    date: str = "",
    overwrite: bool = False,
) -> Path:
    """Write measurements in the tidy layout that ``read_measurements`` reads.

    One mark stands for all hidden figures: the reason of each would tell which of them are small.

    Parameters
    ----------
    rule
        What must not be published; that of the definitions unless given.
    disclosure
        Small figures are hidden unless it is ``"off"``; then the name of the file says so.
    ledger, date
        What was published before, against which the table is audited and in which it is recorded
        with its day.

    Raises
    ------
    DisclosureError
        ``sdc.*`` for figures that cannot be kept, ``chain.conflict``.
    WriteError
        ``path.exists`` or ``write.failed``.

    Examples
    --------
    >>> import tempfile
    >>> from baseline_compare import read_measurements
    >>> later = read_measurements("fixtures/follow_up_2023.csv")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = read_measurements(write_measurements(later, f"{folder}/safe.csv"))
    >>> len(again) == len(later)
    True
    """
    if disclosure == "off" and ledger is None:
        target = named(path, internal=True)
        return replace_file(target, _tidy(measurements), overwrite=overwrite)
    safe = protect(measurements, rule=rule, ledger=ledger)
    content = _tidy(safe)
    if ledger is not None:
        check_free(Path(path), overwrite=overwrite)
        record(safe, ledger, date=date, files={Path(path).name: content})
    return replace_file(path, content, overwrite=overwrite)


def _tidy(measurements: Measurements) -> bytes:
    """Give measurements as the bytes of a tidy file, with the columns that hold anything."""
    frame = measurements.frame
    columns: dict[str, list[str]] = {}
    for name in COLUMNS[:-2]:
        if name in NUMBERS:
            pairs = zip(frame[name].tolist(), frame[f"{name}_decimals"].tolist(), strict=True)
            columns[name] = ["" if x != x else f"{x:.{digits}f}" for x, digits in pairs]
        else:
            columns[name] = [neutral_text(text) for text in frame[name].astype(str)]
    kept = {name: cells for name, cells in columns.items() if name in KEY or any(cells)}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(kept)
    writer.writerows(zip(*kept.values(), strict=True))
    return buffer.getvalue().encode()
