"""Bytes of a file to text: opened safely, read once, decoded strictly."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from baseline_compare.errors import InputError, Problem
from baseline_compare.files import read_regular
from baseline_compare.measurements import Remark
from baseline_compare.texts import find_unseen

_BINARY_STARTS = {
    b"PK\x03\x04": "a zip archive (an Excel workbook is one)",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip file",
    b"\x93NUMPY": "a NumPy file",
    b"\x80\x02": "a pickle",
    b"\x80\x03": "a pickle",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"x\x01": "compressed bytes",
    b"x\x9c": "compressed bytes",
    b"x\xda": "compressed bytes",
    b"SQLite format 3": "a database",
}
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_MOJIBAKE = re.compile(
    "\u00e2\u20ac|"
    "[\u00c2\u00c3]"
    "[\u00a0-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a reader takes before it refuses a file."""

    bytes: int = 512 * 1024 * 1024
    rows: int = 20_000_000
    columns: int = 2_000
    field: int = 64 * 1024
    digits: int = 30


@dataclass(frozen=True, slots=True)
class OpenedText:
    """The text of a file with its name, the hash of its bytes and what was normalised."""

    name: str
    sha256: str
    text: str
    remarks: tuple[Remark, ...]


def open_text(path: str | Path, limits: Limits) -> OpenedText:
    """Read a UTF-8 file once; the bytes hashed are the bytes parsed.

    Raises
    ------
    InputError
        ``path.not_regular``, ``limit.bytes``, ``file.empty``, ``file.format``, ``encoding.*`` or
        ``text.*`` with the byte offset or the row.
    """
    name = Path(path).name
    content = read_regular(Path(path), limits.bytes)
    digest = hashlib.sha256(content).hexdigest()
    if not content.removeprefix(_BOM).strip():
        found = f"{len(content)} bytes without any text" if content else "0 bytes"
        raise _refusal(name, "file.empty", "a table", found, "Send or save the file again.")
    for start, told in _BINARY_STARTS.items():
        if content.startswith(start):
            remedy = "Save the table as CSV in UTF-8; other formats are not read."
            raise _refusal(name, "file.format", "a CSV text file", told, remedy)
    remarks = []
    if content.startswith(_BOM):
        content = content.removeprefix(_BOM)
        remarks.append(Remark("text.bom", "normalised", "a byte order mark at the start", name))
    text = _checked_text(_decoded(content, name), name)
    if "\r" in text:
        ends = {
            end
            for end in ("\r\n", "\r", "\n")
            if end in text.replace("\r\n", "\v" if end != "\r\n" else "\r\n")
        }
        if ends != {"\r\n"}:
            note = "line ends that are mixed or CR alone"
            remarks.append(Remark("text.newlines", "warning", note, name))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        note = "letters with combining accents, composed (NFC)"
        remarks.append(Remark("text.nfc", "normalised", note, name))
    return OpenedText(name, digest, text, tuple(remarks))


def _decoded(content: bytes, name: str) -> str:
    start = content[:40]
    if start.startswith(_UTF16) or max(start[0::2].count(0), start[1::2].count(0)) > 9:
        remedy = "Save the file as UTF-8."
        raise _refusal(name, "encoding.undeclared", "UTF-8", "UTF-16", remedy)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x} at offset {error.start}"
        if _has_utf8_letters(content):
            remedy = "Parts of the file are in two encodings: join them again as UTF-8."
            raise _refusal(
                name, "encoding.mixed", "UTF-8 throughout", found, remedy, line
            ) from None
        remedy = "Save the file as UTF-8; it looks like Latin-1 or Windows-1252."
        raise _refusal(name, "encoding.invalid", "UTF-8", found, remedy, line) from None


def _has_utf8_letters(content: bytes) -> bool:
    for match in _UTF8_MULTIBYTE.finditer(content):
        try:
            match.group().decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _checked_text(text: str, name: str) -> str:
    """Refuse what nobody sees and what was decoded wrongly; line ends and tabs may stay."""
    unseen = find_unseen(text.replace("\r", "\n").replace("\t", " "))
    if unseen is not None:
        line = text.count("\n", 0, unseen.start) + 1
        raise _refusal(name, unseen.code, unseen.expected, unseen.found, unseen.remedy, line)
    mojibake = _MOJIBAKE.search(text)
    if mojibake is not None:
        line = text.count("\n", 0, mojibake.start()) + 1
        remedy = "UTF-8 was read as Latin-1 somewhere: export the file again."
        found = " ".join(f"U+{ord(letter):04X}" for letter in mojibake.group())
        raise _refusal(name, "encoding.mojibake", "letters such as ä and ö", found, remedy, line)
    return text


def _refusal(
    name: str, code: str, expected: str, found: str, remedy: str, row: int | None = None
) -> InputError:
    return InputError(
        Problem(code=code, expected=expected, found=found, remedy=remedy, file=name, row=row)
    )
