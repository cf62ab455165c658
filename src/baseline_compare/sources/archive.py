"""The zip archive inside a workbook: opened safely, its XML parts parsed without any entity."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from baseline_compare.errors import InputError, Problem
from baseline_compare.files import read_regular

MOST_UNZIPPED = 200_000_000
MOST_RATIO = 100
SMALL = 20_000_000
"""Bytes up to which the ratio says nothing: empty cells repeat themselves."""

MOST_ELEMENTS = 4_000_000
"""XML elements of all parts: each takes time, however small the file is."""

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, LookupError, ValueError,
    RuntimeError,
)  # fmt: skip
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MARKS = ("<!DOCTYPE", "<!ENTITY")
_DTD = [mark.encode(e) for mark in _MARKS for e in ("utf-8", "utf-16-le", "utf-16-be")]
_XML = (".xml", ".rels", ".vml")
_UNSAFE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\\|[\x00-\x1f]")
_MACRO_PARTS = re.compile(r"(?:^|/)(?:vbaproject\.bin$|macrosheets/)")

SAVE_AS_XLSX = "Open it in a spreadsheet program and save it as Excel workbook (.xlsx)."
SAVE_AGAIN = "Open it in a spreadsheet program, save it once more, or send it again."

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts of a workbook by their names in lower case, checked before any is parsed."""

    name: str
    sha256: str
    parts: dict[str, zipfile.ZipInfo]
    _zip: zipfile.ZipFile

    def read(self, part: str) -> bytes:
        """Give the bytes of a part, its checksum verified; never more than it declares."""
        try:
            info = self.parts[part.lower()]
            with self._zip.open(info) as file:
                return file.read(info.file_size)
        except _DAMAGED:
            self.refuse_damaged(f"the part {part[:100]!r} missing or damaged")

    def parse(
        self, part: str, start: Start, *, end: End | None = None, text: End | None = None
    ) -> None:
        """Stream an XML part through handlers; one that meets a value it cannot use may raise.

        Raises
        ------
        InputError
            ``xml.dtd``, or ``file.corrupt`` for XML or values that do not hold together.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = lambda *_: self._refuse_dtd(part)
        try:
            parser.Parse(self.read(part), True)  # noqa: FBT003 - it takes no name
        except InputError:
            raise
        except (expat.ExpatError, LookupError, ValueError, OverflowError):
            place = f"the part {part!r} broken at line {parser.CurrentLineNumber}"
            self.refuse_damaged(place)

    def refuse_damaged(self, found: str) -> NoReturn:
        """Say that the file does not hold together."""
        raise refusal(self.name, "file.corrupt", "an undamaged workbook", found, SAVE_AGAIN)

    def _refuse_dtd(self, part: str) -> NoReturn:
        found = f"a document type or entity in {part[:100]!r}"
        raise refusal(self.name, "xml.dtd", "XML without definitions", found, _NOT_BY_EXCEL)

    def check(self, packed: int) -> None:
        """Refuse unsafe names, bombs, macros and entities, in this order, before any parsing."""
        infos = self._zip.infolist()
        for info in infos:
            link = stat.S_ISLNK(info.external_attr >> 16)
            if link or _UNSAFE.search(info.orig_filename):
                expected = "parts that stay inside the workbook"
                found = ("a link " if link else "") + ascii(info.orig_filename[:100])
                raise refusal(self.name, "archive.unsafe_member", expected, found, _NOT_BY_EXCEL)
            if info.flag_bits & 1:
                found = "a part that is encrypted"
                raise refusal(self.name, "file.format", _WORKBOOK, found, _PASSWORD)
        if len(self.parts) < len(infos):
            found = "two parts of one name"
            expected = "each part once"
            raise refusal(self.name, "archive.unsafe_member", expected, found, _NOT_BY_EXCEL)
        if any(info.compress_type not in _KNOWN for info in infos):
            self.refuse_damaged("a part that is packed in an unknown way")
        total = sum(info.file_size for info in infos)
        sizes = [(total, packed), *((info.file_size, info.compress_size) for info in infos)]
        if total > MOST_UNZIPPED or any(
            size > SMALL and size > MOST_RATIO * small for size, small in sizes
        ):
            expected = f"at most {MOST_UNZIPPED} bytes unzipped, and {MOST_RATIO} times the file"
            found = f"{total} from {packed}"
            raise refusal(self.name, "limit.unzipped", expected, found, _COPY_FILLED)
        for part in self.parts:
            if _MACRO_PARTS.search(part):
                self.refuse_macro()
        elements = 0
        for part in self.parts:
            content = self.read(part)
            elements += content.count(b"<") - content.count(b"</")
            if elements > MOST_ELEMENTS:
                found, expected = "more", f"at most {MOST_ELEMENTS} cells and texts"
                raise refusal(self.name, "limit.cells", expected, found, _COPY_FILLED)
            if part.endswith(_XML) and any(mark in content for mark in _DTD):
                self._refuse_dtd(part)

    def refuse_macro(self) -> NoReturn:
        """Say that a workbook with macros is not taken."""
        remedy = "Save it as Excel workbook (.xlsx), which keeps the cells and drops the macros."
        raise refusal(self.name, "xlsx.macro", "a workbook without macros", "macros", remedy)


_WORKBOOK = "an Excel workbook (.xlsx)"
_PASSWORD = "Remove the password and save it as Excel workbook (.xlsx)."
_NOT_BY_EXCEL = "No spreadsheet program writes this: do not open it, and ask who sent it."
_COPY_FILLED = "Copy the cells that are filled in to a new workbook and send that."


def open_archive(path: str | Path, most_bytes: int) -> Archive:
    """Read a workbook's archive once; the bytes hashed are the bytes parsed.

    Raises
    ------
    InputError
        ``path.*``, ``file.empty``, ``file.format``, ``file.corrupt``, ``archive.unsafe_member``,
        ``limit.bytes``, ``limit.unzipped``, ``limit.cells``, ``xlsx.macro`` or ``xml.dtd``.
    """
    name = Path(path).name
    content = read_regular(Path(path), most_bytes)
    if not content:
        remedy = "Send or save the file again."
        raise refusal(name, "file.empty", _WORKBOOK, "0 bytes", remedy)
    if not content.startswith(b"PK\x03\x04"):
        found, remedy = _other_format(content)
        raise refusal(name, "file.format", _WORKBOOK, found, remedy)
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED:
        found = "a part of one (the end is missing or damaged)"
        raise refusal(name, "file.corrupt", "an undamaged workbook", found, SAVE_AGAIN) from None
    parts = {info.filename.lower(): info for info in opened.infolist()}
    if "mimetype" in parts:
        raise refusal(name, "file.format", _WORKBOOK, "an OpenDocument file (.ods)", SAVE_AS_XLSX)
    if "[content_types].xml" not in parts or "_rels/.rels" not in parts:
        raise refusal(name, "file.format", _WORKBOOK, "a zip archive of another kind", SAVE_AS_XLSX)
    archive = Archive(name, hashlib.sha256(content).hexdigest(), parts, opened)
    archive.check(len(content))
    return archive


def _other_format(content: bytes) -> tuple[str, str]:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        found = "an old workbook (.xls) or one with a password"
        return found, "Remove the password if there is one; save it as Excel workbook (.xlsx)."
    if b"\x00" in content[:4096]:
        return "a file of another kind", SAVE_AS_XLSX
    return "a text file (CSV?) under the name of a workbook", SAVE_AS_XLSX


def refusal(name: str, code: str, expected: str, found: str, remedy: str) -> InputError:
    """Give an error about a whole file."""
    return InputError(Problem(code=code, expected=expected, found=found, remedy=remedy, file=name))
