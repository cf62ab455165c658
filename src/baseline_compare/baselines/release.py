"""A baseline in memory, and loading it from a sealed release."""

from __future__ import annotations

import csv
import html
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from baseline_compare.areas import Registry, shipped_changes, vintage_day
from baseline_compare.baselines.round_files import ABOUT_FILE, ROUND_KEYS, round_from
from baseline_compare.baselines.verification import VerifiedRelease, verify, version_folder
from baseline_compare.breaks import Break, parse_breaks
from baseline_compare.errors import Problem, ReleaseError
from baseline_compare.findings import Finding, Round
from baseline_compare.indicators import Catalogue, parse_catalogue
from baseline_compare.language import LANGUAGES, Language
from baseline_compare.measurements import COLUMNS, Measurements, Origin, Remark, check
from baseline_compare.periods import parse_period, span_label
from baseline_compare.sources.opening import Limits, OpenedText
from baseline_compare.sources.tidy import read_tidy

SHIPPED_IDS = {("2022", 0): "672d6695f79facb17ea9bbeeffc076d1a54ccc2fc827c82486cf5d2e612b8c14"}
"""The ids of the shipped releases: a hash inside a folder proves integrity, this proves origin."""

NOT_AVAILABLE = "not_available"
FILES = (
    "areas.csv", "breaks.toml", "indicators.toml", "lineage.csv",
    "measurements.csv", "memberships.csv", "settings.toml", "sources.csv", "themes.csv",
)  # fmt: skip


@dataclass(frozen=True)
class Baseline:
    """A named, sealed release: measurements with the definitions and sources they rest on.

    Attributes
    ----------
    name, version, id
        ``id`` is the SHA-256 of the manifest, which holds the hash of every other file.
    measurements
        The base year and the history before it.
    base_year
        The year (for weeks: the ISO year) that later measurements are compared with.
    vintage
        The year whose division into areas the release uses.
    indicators, breaks, areas, themes, sources
        The vocabulary as it was sealed.
    round
        The mapping round of the time, if there was one.
    not_available
        For indicators without a figure: why, in each language.
    """

    name: str
    version: int
    id: str
    titles: Mapping[Language, str]
    base_year: int
    vintage: int
    measurements: Measurements
    indicators: Catalogue
    breaks: tuple[Break, ...]
    areas: Registry
    round: Round | None
    themes: Mapping[str, Mapping[Language, str]]
    sources: Mapping[str, Mapping[str, str]]
    lineage: Mapping[str, Mapping[str, str]]
    not_available: Mapping[str, Mapping[Language, str]]
    remarks: tuple[Remark, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the mapping round of the time found."""
        return () if self.round is None else self.round.findings

    @cached_property
    def follow_up_known(self) -> bool:
        """Whether any margin was declared when follow-up figures were already public."""
        margins = [item.margin for item in self.indicators.values() if item.margin]
        return any(margin.follow_up_known for margin in margins)

    def provenance(self, indicator: str, area: str, period: str) -> dict[str, str]:
        """Say where one number comes from: source, file, hash, place, transformation, unit.

        What is not known says ``not_available``; nothing is made up.

        Raises
        ------
        ReleaseError
            ``measurement.not_found`` for a key the release does not hold.

        Examples
        --------
        >>> lead = load_baseline("2022").provenance("basic_sa_households", "MK06", "2022-01")
        >>> lead["source"], lead["publisher"], lead["transformation"]
        ('kela-koronamittarit', 'Kela', 'kela-recipients@1')
        """
        frame = self.measurements.frame
        here = frame[
            (frame["indicator"] == indicator)
            & (frame["area"] == area)
            & (frame["period"] == period)
        ]
        if here.empty:
            raise ReleaseError(
                Problem(
                    code="measurement.not_found",
                    expected="a key of the release",
                    found=f"{indicator}, {area}, {period}",
                    remedy="See baseline.measurements.table.",
                )
            )
        row = here.iloc[0]
        key = row["source"]
        sources = [self.sources[one] for one in ([key] if key in self.sources else key.split(", "))]
        return {
            "source": key,
            **{
                name: "; ".join(dict.fromkeys(source[name] or NOT_AVAILABLE for source in sources))
                for name in ("title", "publisher", "date", "url", "licence")
            },
            **self.lineage[row["file"]],
            "place": row["place"],
            "status": row["status"],
            "unit": self.indicators[indicator].unit,
            "vintage": str(self.vintage),
        }

    def at_vintage(
        self, vintage: int, *, weights: Mapping[str, Mapping[str, float]] | None = None
    ) -> Baseline:
        """Give the same baseline with its rows converted to the areas of another year.

        So municipal figures of 2022 meet municipal files of 2025 and 2026. Name and id stay, as
        nothing is sealed anew; what was converted is a remark that reaches the report.

        Arguments and errors are those of ``Measurements.at_vintage``.

        Examples
        --------
        >>> load_baseline("2022").at_vintage(2025).vintage
        2025
        """
        rows = self.measurements.at_vintage(vintage, weights=weights)
        new = rows.remarks[len(self.measurements.remarks) :]
        year = vintage_day(vintage).year
        return replace(self, measurements=rows, vintage=year, remarks=(*self.remarks, *new))

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"

    def _lines(self) -> list[str]:
        frame = self.measurements.frame
        lines = [
            f"{self.titles['en']}: baseline {self.name}, version {self.version}",
            f"id {self.id}",
            f"{len(frame):,} measurements, base year {self.base_year}, areas of {self.vintage}, "
            f"{len(self.findings)} findings, {len(self.breaks)} breaks",
        ]
        if self.round is not None:
            absent = ", ".join(self.round.not_available)
            lines.append(
                f"Mapping round: {self.round.name()}, {len(self.round.workshops)} workshops"
                + (f"; not available: {absent}" if absent else "")
            )
        lines.append("Holds:")
        valued = frame[frame["state"] == "value"]
        for key, rows in valued.groupby("indicator", observed=True):
            periods = [parse_period(text) for text in rows["period"].unique()]
            lines.append(
                f"  {key}: {self.indicators[str(key)].name()}, {rows['area'].nunique()} areas, "
                f"{span_label(periods, 'en')}"
            )
        computed = [key for key, item in self.indicators.items() if item.computed]
        lines += [f"  {key}: {self.indicators[key].name()}, computed" for key in computed]
        if self.not_available:
            lines.append("Not available:")
            for key, reason in self.not_available.items():
                lines.append(f"  {key}: {reason['en']}")
        if self.follow_up_known:
            lines.append("Margins were declared when follow-up figures were already public.")
        return lines


def load_baseline(name: str | Path, *, expected_id: str | None = None) -> Baseline:
    """Load a sealed release after verifying every byte of it.

    Parameters
    ----------
    name
        ``"2022"`` for the shipped baseline, else a path: ``folder/name`` for the highest version or
        ``folder/name/0`` for one version.
    expected_id
        Refuse any other release; the shipped ones are pinned anyway.

    Raises
    ------
    ReleaseError
        If there is no such release, or one byte of it is not as it was sealed.

    Examples
    --------
    >>> load_baseline("2022").base_year
    2022
    """
    shipped = {text for text, _ in SHIPPED_IDS}
    if str(name) in shipped:
        with resources.as_file(
            resources.files("baseline_compare").joinpath(f"data/{name}")
        ) as root:
            folder = version_folder(root)
            pinned = SHIPPED_IDS[str(name), int(folder.name)]
            release = verify(folder, expected_id=expected_id or pinned)
    else:
        folder = version_folder(Path(name))
        release = verify(folder, expected_id=expected_id)
    return open_release(release)


def open_release(release: VerifiedRelease) -> Baseline:
    """Parse the bytes of a verified release.

    Raises
    ------
    ReleaseError
        ``manifest.missing`` if a file that every release has is not part of it.
    """
    mapped = [ABOUT_FILE] if (set(ROUND_KEYS) - set(FILES)) & set(release.files) else []
    for name in (*FILES, *mapped):
        if name not in release.files:
            raise ReleaseError(
                Problem(
                    code="manifest.missing",
                    expected="the files of a release",
                    found=f"no {name} in its manifest",
                    remedy="Take the release from where it was published.",
                    file=name,
                )
            )
    text = {name: content.decode("utf-8") for name, content in release.files.items()}
    settings = tomllib.loads(text["settings.toml"])
    indicators = parse_catalogue(text["indicators.toml"], file="indicators.toml")
    hashes = {entry["path"]: entry["hash"] for entry in release.manifest["resources"]}
    opened = OpenedText(
        "measurements.csv", hashes["measurements.csv"], text["measurements.csv"], ()
    )
    lineage = {row["file"]: row for row in _rows(text["lineage.csv"])}
    own = settings.get("area_vintage")
    draft = read_tidy(opened, Limits(), COLUMNS)
    rows = check(draft, indicators, vintage=None if own is None else int(own)).with_origins(
        Origin(
            file=row["file"], sha256=row["sha256"], transformation=row["transformation"], sources=()
        )
        for row in lineage.values()
    )
    remarks = []
    if release.newer_minor:
        note = f"format {release.manifest['format']}, newer than this library"
        remarks.append(Remark("format.newer", "warning", note))
    return Baseline(
        name=settings["name"],
        version=int(settings["version"]),
        id=release.id,
        titles=settings["title"],
        base_year=int(settings["base_year"]),
        vintage=int(settings["vintage"]),
        measurements=rows,
        indicators=indicators,
        breaks=parse_breaks(text["breaks.toml"], file="breaks.toml"),
        areas=Registry(text["areas.csv"], text["memberships.csv"], shipped_changes()),
        round=round_from(text) if ABOUT_FILE in text else None,
        themes={
            row["id"]: {language: row[f"name_{language}"] for language in LANGUAGES}
            for row in _rows(text["themes.csv"])
        },
        sources={row["id"]: row for row in _rows(text["sources.csv"])},
        lineage=lineage,
        not_available=settings.get("not_available", {}),
        remarks=tuple(remarks),
    )


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))
