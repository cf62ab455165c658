"""What the sheets of a workbook share: their names and places, the texts, the styles of dates.

Number formats are judged by openpyxl.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from datetime import datetime

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from baseline_compare.sources.archive import SAVE_AS_XLSX, Archive, refusal

_LONGEST_NAME = 255
_MAIN = "officeDocument"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet: its name, its part in the archive, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets share; ``dates`` holds the styles of dates, true for those of durations."""

    places: tuple[Place, ...]
    strings: tuple[str, ...]
    dates: dict[str, bool]
    epoch: datetime
    computed: bool


def read_book(archive: Archive) -> Book:
    """Read what the sheets of a workbook share.

    Raises
    ------
    InputError
        ``file.format``, ``file.corrupt``, ``xlsx.macro`` or ``xml.dtd``.
    """
    main = next((part for kind, part in _targets(archive, "").values() if kind == _MAIN), "")
    _check_kind(archive, main)
    targets = _targets(archive, main)
    by_kind = dict(targets.values())
    sheets: list[tuple[str, str, bool]] = []
    epoch, computed = WINDOWS_EPOCH, True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal epoch, computed
        local = _local(name)
        if local == "sheet":
            key = next(text for key, text in attributes.items() if key.endswith(" id"))
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append((attributes["name"], key, hidden))
        elif local == "workbookPr" and says(attributes, "date1904"):
            epoch = MAC_EPOCH
        elif local == "calcPr" and says(attributes, "fullCalcOnLoad"):
            computed = False

    archive.parse(main, start)
    places: list[Place] = []
    seen: set[str] = set()
    for name, key, hidden in sheets:
        kind, part = targets.get(key, ("", ""))
        if not part or len(name) > _LONGEST_NAME:
            archive.refuse_damaged(f"no cells of the sheet {name[:60]!r}")
        if part in seen:
            archive.refuse_damaged("two sheets of one part")
        seen.add(part)
        if kind == "worksheet":
            places.append(Place(name, part, hidden))
    strings = _strings(archive, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else ()
    dates = _dates(archive, by_kind["styles"]) if "styles" in by_kind else {}
    return Book(tuple(places), strings, dates, epoch, computed)


def unescaped(text: str) -> str:
    """Read ``_x000D_`` as the character it stands for; ``_x005F_`` is the underscore itself."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def says(attributes: dict[str, str], name: str) -> bool:
    """Say whether an attribute that is a truth value is there and true."""
    return attributes.get(name) in ("1", "true")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _targets(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Give kind and part of everything inside the archive to which a part points."""
    folder, base = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{base}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
            found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target.lstrip("/"))

    archive.parse(rels, start)
    return found


def _check_kind(archive: Archive, main: str) -> None:
    """Refuse other documents of the same family: binary workbooks, macros, texts."""
    kinds: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) in ("Override", "Default"):
            key = attributes.get("PartName") or attributes.get("Extension", "")
            kinds[key.lstrip("/").lower()] = attributes.get("ContentType", "")

    archive.parse("[Content_Types].xml", start)
    kind = kinds.get(main.lower()) or kinds.get(main.rpartition(".")[2].lower(), "")
    if "binary" in kind or "spreadsheetml" not in kind.replace("ms-excel", "spreadsheetml"):
        found = "a binary workbook (.xlsb)" if "binary" in kind else "a document of another kind"
        expected = "an Excel workbook (.xlsx)"
        raise refusal(archive.name, "file.format", expected, found, SAVE_AS_XLSX)
    if "macroenabled" in kind.lower():
        archive.refuse_macro()


def _strings(archive: Archive, part: str) -> tuple[str, ...]:
    """Read the shared texts; what is only a guide to their pronunciation is left out."""
    strings: list[str] = []
    pieces: list[str] = []
    taking = spoken = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal taking, spoken
        local = _local(name)
        spoken = (spoken or local == "rPh") and local not in ("si", "r")
        taking = local == "t" and not spoken

    def end(name: str) -> None:
        nonlocal taking
        taking = False
        if _local(name) == "si":
            strings.append(unescaped("".join(pieces)))
            pieces.clear()

    def text(data: str) -> None:
        if taking:
            pieces.append(data)

    archive.parse(part, start, end=end, text=text)
    return tuple(strings)


def _dates(archive: Archive, part: str) -> dict[str, bool]:
    """Find the cell styles that show a number as a date or a time."""
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    dates: dict[str, bool] = {}
    section, number = "", 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal section, number
        local = _local(name)
        if local in ("numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "extLst"):
            section = local
        elif local == "numFmt" and section == "numFmts":
            codes[attributes["numFmtId"]] = attributes["formatCode"][:255]
        elif local == "xf" and section == "cellXfs":
            code = codes.get(attributes.get("numFmtId", "0"), "General")
            if is_date_format(code):
                dates[str(number)] = is_timedelta_format(code)
            number += 1

    archive.parse(part, start)
    return dates
