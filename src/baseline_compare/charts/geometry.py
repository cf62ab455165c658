"""A user's GeoJSON of counties, checked before anything is drawn from it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from baseline_compare.charts.shapes import Polygon, Ring, area_of
from baseline_compare.errors import InputError, Problem, ProblemList
from baseline_compare.files import read_regular
from baseline_compare.language import printable

Geometry = Mapping[str, Any] | str | Path

LIMIT = 50_000_000
"""Bytes of a file."""

_FARTHEST = 1e9
_NAMES = ("hyvinvointialue", "hva", "wellbeing")
_LEAST_COSINE = 0.05
_SHOWN = 12
"""Properties that an error lists."""


def county_polygons(
    geometry: Geometry, counties: Iterable[str], *, optional: Iterable[str] = ()
) -> dict[str, list[Polygon]]:
    """Read the polygons of each county from a FeatureCollection, as a dict or as the path of one.

    Coordinates in degrees are narrowed by the cosine of the middle latitude, so that either axis
    has the same scale; coordinates of a projection stay as they are. Nothing but codes and
    coordinates is read.

    Parameters
    ----------
    counties
        The codes that must be there, each once.
    optional
        Codes that may be there.

    Raises
    ------
    InputError
        ``geometry.json``, ``geometry.nesting``, ``geometry.type``, ``geometry.empty``,
        ``geometry.property``, ``geometry.ambiguous``, ``geometry.unknown_area``,
        ``geometry.duplicate``, ``geometry.missing``, ``geometry.coordinates``, ``geometry.ring``,
        or the errors of a file that cannot be read.

    Examples
    --------
    >>> square = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    >>> feature = {
    ...     "type": "Feature",
    ...     "properties": {"code": "HVA05"},
    ...     "geometry": {"type": "Polygon", "coordinates": square},
    ... }
    >>> list(county_polygons({"type": "FeatureCollection", "features": [feature]}, ["HVA05"]))
    ['HVA05']
    """
    content, file = (geometry, None) if isinstance(geometry, Mapping) else _parsed(geometry)
    problems = ProblemList()
    features = _features(content, file)
    codes = _codes(features, file)
    problems.extend(_misplaced(codes, set(counties), set(optional), file))
    found: dict[str, list[Polygon]] = {}
    for number, (code, feature) in enumerate(zip(codes, features, strict=True), start=1):
        try:
            found[code] = _polygons(feature.get("geometry"))
        except InputError as error:
            for problem in error.problems:
                told = f"{problem.found} in feature {number}"
                problems.add(_problem(problem.code, problem.expected, told, problem.remedy, file))
    problems.raise_if_any(InputError)
    return _levelled(found)


def _parsed(path: object) -> tuple[Any, str]:
    if not isinstance(path, str | Path):
        told = f"an object of the type {type(path).__name__}"
        raise InputError(_problem("geometry.type", "a dict or the path of a GeoJSON", told))
    name = Path(path).name
    try:
        return json.loads(read_regular(Path(path), LIMIT).decode("utf-8-sig")), name
    except RecursionError:
        told = "brackets nested hundreds deep"
        raise InputError(_problem("geometry.nesting", "a GeoJSON", told, file=name)) from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        told = "something that is not JSON in UTF-8"
        raise InputError(_problem("geometry.json", "a GeoJSON", told, file=name)) from None


def _features(content: Any, file: str | None) -> list[Mapping[str, Any]]:
    """Give the features of a collection.

    Raises
    ------
    InputError
        ``geometry.type`` or ``geometry.empty``.
    """
    features = content.get("features") if isinstance(content, Mapping) else None
    if features is None or content.get("type") != "FeatureCollection":
        told = _type_of(content)
        raise InputError(_problem("geometry.type", "a FeatureCollection", told, file=file))
    if not _is_list(features) or not all(isinstance(item, Mapping) for item in features):
        told = "features that are not a list of objects"
        raise InputError(_problem("geometry.type", "a list of features", told, file=file))
    if not features:
        raise InputError(_problem("geometry.empty", "a feature for each county", "none", file=file))
    return list(features)


def _codes(features: Sequence[Mapping[str, Any]], file: str | None) -> list[str]:
    """Give the county code of each feature, from the one property that holds them.

    Raises
    ------
    InputError
        ``geometry.property`` or ``geometry.ambiguous``.
    """
    rows = [item.get("properties") for item in features]
    tables: list[Mapping[str, Any]] = [row if isinstance(row, Mapping) else {} for row in rows]
    names = list(dict.fromkeys(str(name) for table in tables for name in table))
    named = [name for name in names if any(part in name.casefold() for part in _NAMES)]
    for read, where in ((_prefixed, names), (_numbered, named)):
        found = {name: codes for name in where if (codes := _column(tables, name, read))}
        if len({tuple(codes) for codes in found.values()}) > 1:
            expected, told = "one property with the codes of the counties", _listed(found)
            remedy = "Leave one of them in."
            raise InputError(_problem("geometry.ambiguous", expected, told, remedy, file))
        if found:
            return next(iter(found.values()))
    raise InputError(
        _problem(
            "geometry.property",
            "a property with codes such as HVA05, or with numbers and a name that contains "
            f"{' or '.join(_NAMES)}",
            f"the properties {_listed(names) or '(none)'}",
            "Add the codes to the file.",
            file,
        )
    )


def _column(
    tables: Sequence[Mapping[str, Any]], name: str, read: Callable[[object], str | None]
) -> list[str]:
    codes = [read(table.get(name)) for table in tables]
    known = [code for code in codes if code is not None]
    return known if len(known) == len(codes) else []


def _prefixed(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch("HVA[0-9]{2}", value) else None


def _numbered(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,2}", value):
        return f"HVA{int(value):02d}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"HVA{int(value):02d}" if 0 <= value <= 99 and value == int(value) else None
    return None


def _misplaced(
    codes: Sequence[str], counties: set[str], optional: set[str], file: str | None
) -> Iterable[Problem]:
    expected = "each county once"
    for code in dict.fromkeys(codes):
        if code not in counties | optional:
            remedy = "Codes run from HVA01 to HVA21, HVA90 is Helsinki and HVA91 Åland."
            yield _problem("geometry.unknown_area", "the code of a county", code, remedy, file)
        elif codes.count(code) > 1:
            told = f"{code} in {codes.count(code)} features"
            remedy = "Join its parts into one feature, a MultiPolygon."
            yield _problem("geometry.duplicate", expected, told, remedy, file)
    if missing := sorted(counties.difference(codes)):
        told = f"no feature of {', '.join(missing)}"
        yield _problem("geometry.missing", expected, told, "Add them.", file)


def _polygons(geometry: object) -> list[Polygon]:
    """Give the polygons of a geometry, each an outer ring and its holes."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if not isinstance(geometry, Mapping) or kind not in ("Polygon", "MultiPolygon"):
        told = _type_of(geometry)
        raise InputError(_problem("geometry.type", "a Polygon or a MultiPolygon", told))
    parts = geometry.get("coordinates")
    found = [
        [_ring(ring) for ring in _listing(part)]
        for part in ([parts] if kind == "Polygon" else _listing(parts))
    ]
    if not any(abs(area_of(part[0])) > 0 for part in found):
        told = "no area within them"
        raise InputError(_problem("geometry.ring", "rings around an area", told))
    return list(found)


def _ring(points: object) -> Ring:
    positions = _listing(points)
    if len(positions) < 4 or not all(_is_position(item) for item in positions):
        if len(positions) < 4:
            told = f"a ring of {len(positions)} positions"
            raise InputError(_problem("geometry.ring", "rings of four positions or more", told))
        told = "a position that is not two or three finite numbers"
        raise InputError(_problem("geometry.coordinates", "coordinates up to 10^9", told))
    ring = np.array([(float(item[0]), float(item[1])) for item in positions])
    if (ring[0] != ring[-1]).any():
        told = "a ring that ends elsewhere"
        raise InputError(_problem("geometry.ring", "rings that end where they begin", told))
    return ring


def _is_position(item: object) -> bool:
    return (
        isinstance(item, list | tuple)
        and 2 <= len(item) <= 4
        and all(
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and -_FARTHEST <= value <= _FARTHEST
            for value in item[:2]
        )
    )


def _listing(value: object) -> Sequence[Any]:
    if isinstance(value, list | tuple) and value:
        return value
    told = "coordinates that are not nested lists"
    raise InputError(_problem("geometry.coordinates", "rings of positions", told))


def _levelled(found: dict[str, list[Polygon]]) -> dict[str, list[Polygon]]:
    """Give degrees of longitude the length that they have in the middle of the map."""
    points = np.concatenate([ring for parts in found.values() for rings in parts for ring in rings])
    if (np.abs(points).max(axis=0) > (180, 90)).any():
        return found
    middle = (points[:, 1].min() + points[:, 1].max()) / 2
    scale = np.array([max(math.cos(math.radians(middle)), _LEAST_COSINE), 1.0])
    return {
        code: [[ring * scale for ring in rings] for rings in parts] for code, parts in found.items()
    }


def _type_of(item: object) -> str:
    kind = item.get("type") if isinstance(item, Mapping) else None
    return _listed([kind]) if isinstance(kind, str) else "an object without that type"


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _listed(names: Iterable[str]) -> str:
    """Name a few things of a file as text that cannot do anything."""
    texts = [repr(printable(name)[:40]) for name in names]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more


def _problem(
    code: str,
    expected: str,
    found: str,
    remedy: str = "Give a GeoJSON of the wellbeing services counties.",
    file: str | None = None,
) -> Problem:
    return Problem(code=code, expected=expected, found=found, remedy=remedy, file=file)
