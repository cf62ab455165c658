"""The bytes of the files that make up a release."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

import pandas as pd

from baseline_compare.baselines.canonical import canonical_csv, canonical_json
from baseline_compare.baselines.release import (
    NOT_AVAILABLE,
)
from baseline_compare.baselines.round_files import ROUND_KEYS
from baseline_compare.baselines.verification import FORMAT
from baseline_compare.breaks import Break
from baseline_compare.errors import Problem, ProblemList, ReleaseError
from baseline_compare.findings import Round
from baseline_compare.indicators import Catalogue
from baseline_compare.measurements import COLUMNS, KEY, NUMBERS, Measurements
from baseline_compare.periods import missing_between, parse_period

_SOURCE_COLUMNS = ("id", "title", "publisher", "date", "url", "licence", "kind")


_LINEAGE_COLUMNS = (
    "file", "sha256", "transformation", "retrieved", "original_sha256", "original_place",
)  # fmt: skip


_KEYS = {
    "measurements.csv": KEY,
    "areas.csv": ("code", "valid_from"),
    "memberships.csv": ("child", "parent_level", "parent", "valid_from"),
    **ROUND_KEYS,
    "sources.csv": ("id",),
    "lineage.csv": ("file",),
    "changes.csv": ("change", "earlier", "later", "before"),
}


_SCHEMAS = "https://specs.frictionlessdata.io/schemas"


def declared_grid(measurements: Measurements) -> dict[str, Any]:
    """Declare the cells a release has to have, and refuse one that is not there."""
    problems, grid = ProblemList(), {}
    for key, rows in measurements.frame.groupby("indicator", observed=True):
        periods = sorted({parse_period(text) for text in rows["period"].unique()})
        areas = sorted(rows["area"].unique())
        if len(rows) < len(areas) * len(periods):
            have = set(zip(rows["area"], rows["period"], strict=True))
            for area in areas:
                absent = [str(p) for p in periods if (area, str(p)) not in have]
                if absent:
                    problems.add(
                        Problem(
                            code="coverage.missing",
                            expected=f"{key} of {area} in each of {len(periods)} periods",
                            found=f"no row for {', '.join(absent[:6])}",
                            remedy="Add rows with state not_available for what was not published.",
                        )
                    )
        by_type = {
            kind: [p for p in periods if p.type == kind] for kind in {p.type for p in periods}
        }
        gaps = any(missing_between(some) for some in by_type.values())
        ranges = [str(p) for p in periods] if gaps else []
        spans = [f"{min(some)}/{max(some)}" for _, some in sorted(by_type.items())]
        grid[str(key)] = {"areas": areas, "periods": ranges or spans}
    problems.raise_if_any(ReleaseError)
    return grid


def sealed_catalogue(measurements: Measurements) -> Catalogue:
    """Give the definitions of what is held, and of what can be computed from it."""
    held = set(measurements.frame["indicator"].cat.categories)
    items = measurements.indicators.items()
    made = [k for k, i in items if i.computed and {i.numerator, i.denominator} <= held]
    return measurements.indicators.subset([*held, *made])


def measurements_csv(measurements: Measurements) -> bytes:
    """Write the measurements."""
    frame = measurements.frame
    columns = []
    for name in COLUMNS:
        if name in NUMBERS:
            columns.append(_number_texts(frame[name], frame[f"{name}_decimals"]))
        else:
            columns.append(frame[name].astype(str).tolist())
    rows = list(zip(*columns, strict=True))
    return canonical_csv(COLUMNS, rows, key=KEY, file="measurements.csv")


def _number_texts(values: pd.Series, decimals: pd.Series) -> list[str]:
    """Write each number with the decimals it was published with; each distinct one once."""
    known: dict[tuple[float, int], str] = {}
    texts = []
    for number, digits in zip(values.tolist(), decimals.tolist(), strict=True):
        if number != number:
            texts.append("")
            continue
        if (number, digits) not in known:
            text = f"{number:.{digits}f}"
            known[number, digits] = text.removeprefix("-") if float(text) == 0 else text
        texts.append(known[number, digits])
    return texts


def package_csv(name: str) -> bytes:
    """Write a table of the package in canonical form."""
    path = resources.files("baseline_compare").joinpath(f"data/{name}")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    return canonical_csv(rows[0], rows[1:], key=_KEYS[name], file=name)


def sources_csv(
    measurements: Measurements,
    catalogue: Catalogue,
    found: Round | None,
    breaks: Iterable[Break],
) -> bytes:
    """Write the sources of all that the release holds."""
    path = resources.files("baseline_compare").joinpath("data/sources.csv")
    known = {
        row["id"]: row for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    }
    used = set(measurements.frame["source"].cat.categories)
    used |= {item.source for item in catalogue.values()}
    if found is not None:
        used |= {*found.sources, *(item.source for item in found.findings)}
    used |= {item.source for item in breaks}
    blank = dict.fromkeys(_SOURCE_COLUMNS, "")
    rows = [known.get(key, blank | {"id": key, "title": key}) for key in sorted(used)]
    table = [[row[name] for name in _SOURCE_COLUMNS] for row in rows]
    return canonical_csv(_SOURCE_COLUMNS, table, key=("id",), file="sources.csv")


def lineage_csv(measurements: Measurements) -> bytes:
    """Say of each file what is known; what is not known is said, too."""
    known = {
        origin.file: (origin.file, origin.sha256, origin.transformation)
        for origin in measurements.origins
    }
    for file in measurements.frame["file"].cat.categories:
        known.setdefault(file, (file, NOT_AVAILABLE, NOT_AVAILABLE))
    rows = [[*row, *[NOT_AVAILABLE] * 3] for row in known.values()]
    return canonical_csv(_LINEAGE_COLUMNS, rows, key=("file",), file="lineage.csv")


def manifest_json(
    name: str,
    title: str,
    files: Mapping[str, bytes],
    *,
    version: int = 0,
    parent: str = "",
) -> bytes:
    """Write the manifest: every file with its bytes and hash, and the id of the version before."""
    return canonical_json(
        {
            "$schema": f"{_SCHEMAS}/data-package.json",
            "profile": "data-package",
            "format": f"{FORMAT[0]}.{FORMAT[1]}",
            "name": name,
            "version": str(version),
            **({"parent": parent} if parent else {}),
            "title": title,
            "resources": [_resource(file, content) for file, content in sorted(files.items())],
        }
    )


def _resource(file: str, content: bytes) -> dict[str, Any]:
    stem, _, form = file.partition(".")
    common = {
        "name": stem,
        "path": file,
        "format": form,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if form != "csv":
        return common | {"mediatype": "application/toml"}
    header = next(csv.reader(io.StringIO(content.decode("utf-8"))))
    fields = [
        {
            "name": column,
            "type": "number" if column in NUMBERS and stem == "measurements" else "string",
        }
        for column in header
    ]
    return common | {
        "$schema": f"{_SCHEMAS}/data-resource.json",
        "profile": "tabular-data-resource",
        "type": "table",
        "mediatype": "text/csv",
        "schema": {"fields": fields, "primaryKey": list(_KEYS[file])},
    }
