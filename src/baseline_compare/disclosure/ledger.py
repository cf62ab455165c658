"""What was published, in order: an append-only record of releases, each bound to the one before.

A folder with one JSON file an entry. Each holds the SHA-256 of the file before it, so an entry
that is edited, taken out or moved is found; the head, which every release states, also shows when
the last ones are missing. No entry holds a hidden figure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from baseline_compare.baselines.canonical import canonical_json, parse_json
from baseline_compare.disclosure.figures import Figure
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.files import add_file, failed_write, read_regular
from baseline_compare.indicators.declarations import is_day

FORMAT = "1.0"
START = "0" * 64
"""What stands for the entry before the first one."""

_NAME = re.compile(r"[0-9]{6}\.json", re.ASCII)
_LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One release: when, against which baseline, in which files, and every figure of it.

    ``files`` holds the SHA-256 of each file by its name, ``id`` is that of the entry.
    """

    sequence: int
    previous: str
    id: str
    date: str
    baseline: str
    files: Mapping[str, str]
    figures: tuple[Figure, ...]


class Ledger:
    """A folder of entries, verified whenever it is read.

    Parameters
    ----------
    folder
        It is made with the first entry.
    head
        The id of the last entry as a former release states it; entries after it may follow.

    Raises
    ------
    DisclosureError
        ``chain.broken`` if an entry was edited, taken out or moved, or if the head is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ledger = Ledger(folder)
    ...     entry = ledger.append((), date="2026-11-26", baseline="2022", files={})
    ...     len(Ledger(folder, head=entry.id).entries)
    1
    """

    def __init__(self, folder: str | Path, *, head: str | None = None) -> None:
        self.folder = Path(folder)
        self.entries = self._read()
        if head is not None and head not in {START, *(entry.id for entry in self.entries)}:
            raise _broken(self.folder.name, f"an entry {head[:12]}…", "none: entries are missing")

    @property
    def head(self) -> str:
        """The id of the last entry."""
        return self.entries[-1].id if self.entries else START

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Everything that was published."""
        return tuple(figure for entry in self.entries for figure in entry.figures)

    def append(
        self, figures: Iterable[Figure], *, date: str, baseline: str, files: Mapping[str, str]
    ) -> Entry:
        """Record a release, if nobody else recorded one since this ledger was read.

        Raises
        ------
        DisclosureError
            ``chain.conflict`` if the ledger has grown since it was read, ``schema.type`` for a
            date that is none.
        WriteError
            ``write.failed``; what was recorded before is unchanged.
        """
        last = self.entries[-1].date if self.entries else ""
        if not is_day(date) or date < last:
            raise DisclosureError(
                Problem(
                    code="schema.type",
                    expected="the day of the release, such as 2026-11-26"
                    + (f", not before {last}" if last else ""),
                    found=repr(date),
                    remedy="Say date= (--date): no clock is read.",
                )
            )
        sequence = len(self.entries) + 1
        figures = tuple(figures)
        areas = sorted({(figure.area, tuple(sorted(figure.places))) for figure in figures})
        number = {area: place for place, area in enumerate(areas)}
        content = canonical_json(
            {
                "format": FORMAT,
                "sequence": sequence,
                "previous": self.head,
                "date": date,
                "baseline": baseline,
                "files": dict(files),
                "areas": [{"code": code, "places": places} for code, places in areas],
                "figures": [
                    _written(figure, number[figure.area, tuple(sorted(figure.places))])
                    for figure in figures
                ],
            }
        )
        path = self.folder / f"{sequence:06d}.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            add_file(path, content)
        except FileExistsError:
            raise DisclosureError(
                Problem(
                    code="chain.conflict",
                    expected=f"{sequence - 1} entries, as when the ledger was read",
                    found=f"an entry {sequence} of somebody else",
                    remedy="Read the ledger again and audit against it; nothing was written.",
                    file=path.name,
                )
            ) from None
        except OSError as error:
            raise failed_write(path, error.strerror or "an error") from error
        entry = _entry(content, path.name)
        self.entries = (*self.entries, entry)
        return entry

    def _read(self) -> tuple[Entry, ...]:
        if not self.folder.exists():
            return ()
        names = sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        entries: list[Entry] = []
        for number, name in enumerate(names, start=1):
            entry = _entry(read_regular(self.folder / name, _LARGEST), name)
            previous = entries[-1].id if entries else START
            if name != f"{number:06d}.json" or entry.sequence != number:
                raise _broken(name, f"entry {number}", f"entry {entry.sequence}")
            if entry.previous != previous:
                raise _broken(name, f"an entry after {previous[:12]}…", f"{entry.previous[:12]}…")
            entries.append(entry)
        return tuple(entries)


def _broken(name: str, expected: str, found: str) -> DisclosureError:
    return DisclosureError(
        Problem(
            code="chain.broken",
            expected=expected,
            found=found,
            remedy="Bring the ledger back as it was: what was published cannot be told without it.",
            file=name,
        )
    )


def _written(figure: Figure, area: int) -> dict[str, Any]:
    return {
        "indicator": figure.indicator,
        "part": figure.part,
        "area": area,
        "periods": list(figure.periods),
        "low": _text(figure.low),
        "high": _text(figure.high),
        "hidden": figure.hidden,
        **({"gap": _text(figure.gap)} if figure.gap else {}),
    }


def _text(value: float) -> str:
    if np.isinf(value):
        return ""
    return np.format_float_positional(value, trim="-")


def _entry(content: bytes, name: str) -> Entry:
    table = parse_json(content, file=name)
    try:
        if canonical_json(table) != content or table["format"] != FORMAT:
            raise _broken(name, f"an entry of format {FORMAT}", "another form")
        return Entry(
            sequence=int(table["sequence"]),
            previous=str(table["previous"]),
            id=hashlib.sha256(content).hexdigest(),
            date=str(table["date"]),
            baseline=str(table["baseline"]),
            files={str(key): str(value) for key, value in table["files"].items()},
            figures=tuple(_figure(item, table["areas"]) for item in table["figures"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, DisclosureError):
            raise
        raise _broken(name, f"an entry of format {FORMAT}", "another form") from None


def _figure(table: Mapping[str, Any], areas: Sequence[Mapping[str, Any]]) -> Figure:
    area = areas[table["area"]]
    return Figure(
        indicator=table["indicator"],
        part=table["part"],
        area=area["code"],
        places=frozenset(area["places"]),
        periods=tuple(table["periods"]),
        low=float(table["low"]),
        high=float(table["high"]) if table["high"] else np.inf,
        hidden=table["hidden"],
        gap=float(table.get("gap", 0)),
    )
