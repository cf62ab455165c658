"""The table of a comparison as CSV: each row says what it rests on, and no text can run."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from baseline_compare.comparison import TABLE_COLUMNS, Comparison
from baseline_compare.disclosure import Disclosure, cleared
from baseline_compare.files import INTERNAL, named, replace_file
from baseline_compare.texts import neutral_text


def write_table(
    result: Comparison,
    path: str | Path,
    *,
    overwrite: bool = False,
    disclosure: Disclosure = "on",
) -> Path:
    """Write ``result.table`` as CSV; each row names baseline, estimand, library and protection.

    Small figures are hidden unless ``disclosure`` is ``"off"``; then each row and the name of the
    file say ``INTERNAL``.

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
    result = cleared(result, disclosure)
    settings, protection = result.settings, result.protection
    provenance = {
        "baseline_name": settings.baseline_name,
        "baseline_version": settings.baseline_version,
        "baseline_id": settings.baseline_id,
        "estimand": settings.estimand,
        "library_version": settings.library_version,
        "disclosure": f"counts below {protection.threshold} hidden" if protection else INTERNAL,
    }
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([*TABLE_COLUMNS, *provenance])
    for row in result.table.to_dict("records"):
        cells = [*(row[name] for name in TABLE_COLUMNS), *provenance.values()]
        writer.writerow([_cell(value) for value in cells])
    target = named(path, internal=protection is None)
    return replace_file(target, buffer.getvalue().encode(), overwrite=overwrite)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return neutral_text(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
