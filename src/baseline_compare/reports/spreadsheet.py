"""The table of a comparison as CSV: each row says what it rests on, and no text can run."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from baseline_compare.comparison import TABLE_COLUMNS, Comparison
from baseline_compare.files import replace_file
from baseline_compare.texts import neutral_text


def write_table(result: Comparison, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write ``result.table`` as CSV; each row names baseline, estimand and library.

    Raises
    ------
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
    settings = result.settings
    provenance = {
        "baseline_name": settings.baseline_name,
        "baseline_version": settings.baseline_version,
        "baseline_id": settings.baseline_id,
        "estimand": settings.estimand,
        "library_version": settings.library_version,
    }
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([*TABLE_COLUMNS, *provenance])
    for row in result.table.to_dict("records"):
        cells = [*(row[name] for name in TABLE_COLUMNS), *provenance.values()]
        writer.writerow([_cell(value) for value in cells])
    return replace_file(path, buffer.getvalue().encode(), overwrite=overwrite)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return neutral_text(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
