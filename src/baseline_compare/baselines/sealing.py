"""Writing a sealed release: the only writer of packages, safe against a crash at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from baseline_compare.baselines.canonical import toml_bytes
from baseline_compare.baselines.contents import (
    declared_grid,
    lineage_csv,
    manifest_json,
    measurements_csv,
    package_csv,
    sealed_catalogue,
    sources_csv,
)
from baseline_compare.baselines.release import Baseline, open_release
from baseline_compare.baselines.round_files import round_files
from baseline_compare.baselines.writing import check_name, write_version
from baseline_compare.breaks import Break, document, shipped_breaks
from baseline_compare.errors import Problem, ReleaseError
from baseline_compare.findings import Round
from baseline_compare.indicators import document as definitions
from baseline_compare.language import LANGUAGES, Language
from baseline_compare.measurements import Measurements
from baseline_compare.periods import parse_period


def seal(
    measurements: Measurements,
    folder: str | Path,
    *,
    name: str,
    base_year: int | None = None,
    title: Mapping[Language, str] | None = None,
    findings: Round | None = None,
    breaks: Iterable[Break] | None = None,
    not_available: Mapping[str, Mapping[Language, str]] | None = None,
) -> Baseline:
    """Seal measurements as version 0 of a named release, and load it back.

    Parameters
    ----------
    measurements
        The base year and any history before it; later measurements are refused.
    folder
        Where releases live; this one becomes ``folder/name/0``.
    name
        Lower-case letters, digits, ``.``, ``_`` and ``-``.
    base_year
        The year to compare with; may be left out if the measurements hold one year only.
    title
        What the release is called in each language; the name unless given.
    findings
        The mapping round of the time, with what it found and from whom.
    breaks
        Events; the shipped ones unless given.
    not_available
        For indicators without a figure: why, in each language.

    Raises
    ------
    ReleaseError
        ``release.taken`` if other content has that name; ``path.name``, ``row.blank``,
        ``coverage.missing`` (a cell of the grid without a row), ``baseline.lookahead`` or
        ``text.formula``.
    WriteError
        ``write.failed``; what was there before is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from baseline_compare.measurements import from_frame
    >>> rows = pd.DataFrame(
    ...     {
    ...         "indicator": "basic_sa_households",
    ...         "area": ["MK18", "MK19"],
    ...         "period": "2024-01",
    ...         "value": [1_200, 2_650],
    ...     }
    ... )
    >>> mine = from_frame(rows, source="synthetic-example")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sealed = seal(mine, folder, name="mine")
    >>> sealed.base_year, sealed.version, len(sealed.id)
    (2024, 0, 64)
    """
    check_name(name)
    if measurements.quarantine:
        raise ReleaseError(measurements.quarantine)
    breaks = shipped_breaks() if breaks is None else tuple(breaks)
    year = _base_year(measurements, base_year)
    grid = declared_grid(measurements)
    own = measurements.vintage
    settings: dict[str, Any] = {
        "schema": "1.0",
        "name": name,
        "version": "0",
        "base_year": str(year),
        "vintage": str(own or max(year, 2022)),
        **({} if own is None else {"area_vintage": str(own)}),
        "title": _texts("title", title or dict.fromkeys(LANGUAGES, name)),
        "not_available": {
            key: _texts(f"not_available of {key}", text)
            for key, text in sorted((not_available or {}).items())
        },
        "grid": grid,
    }
    catalogue = sealed_catalogue(measurements)
    files = {
        "measurements.csv": measurements_csv(measurements),
        "areas.csv": package_csv("areas.csv"),
        "memberships.csv": package_csv("memberships.csv"),
        "themes.csv": package_csv("themes.csv"),
        "sources.csv": sources_csv(measurements, catalogue, findings, breaks),
        "lineage.csv": lineage_csv(measurements),
        "indicators.toml": toml_bytes(definitions(catalogue)),
        "breaks.toml": toml_bytes(document(breaks)),
        "settings.toml": toml_bytes(settings),
        **({} if findings is None else round_files(findings)),
    }
    manifest = manifest_json(name, settings["title"]["en"], files)
    return write_version(Path(folder) / name, 0, files, manifest, opened=open_release)


def _base_year(measurements: Measurements, asked: int | None) -> int:
    frame = measurements.frame
    judged = [k for k, item in measurements.indicators.items() if item.family != "denominator"]
    rows = frame[frame["indicator"].isin(judged)]
    years = sorted({parse_period(text).year for text in rows["period"].unique()})
    last = max((parse_period(text).year for text in frame["period"].unique()), default=0)
    if asked is None and len(years) == 1:
        return years[0]
    if asked is None:
        raise _refusal("baseline.window", "base_year=", f"figures of {years}")
    if last > asked:
        found = f"figures of {last}"
        raise _refusal("baseline.lookahead", f"nothing after the base year {asked}", found)
    if asked not in years:
        raise _refusal("baseline.window", f"figures of the base year {asked}", f"{years}")
    return asked


def _texts(name: str, texts: Mapping[Language, str]) -> dict[str, str]:
    """Give texts in the order of the languages; each language has one."""
    lacking = [language for language in LANGUAGES if not texts.get(language)]
    if lacking or len(texts) > len(LANGUAGES):
        found = f"{', '.join(texts) or 'nothing'} for {name}"
        raise _refusal("definition.invalid", "a text in fi, sv and en", found)
    return {language: texts[language] for language in LANGUAGES}


def _refusal(code: str, expected: str, found: str) -> ReleaseError:
    remedies = {
        "baseline.window": "Say which year is the base year.",
        "definition.invalid": "Give one text for each language.",
        "baseline.lookahead": "Leave later measurements out with select(last=...).",
    }
    return ReleaseError(Problem(code=code, expected=expected, found=found, remedy=remedies[code]))
