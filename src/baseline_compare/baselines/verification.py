"""Verify every byte of a sealed release, with the standard library alone."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baseline_compare.baselines.canonical import canonical_json, parse_json
from baseline_compare.errors import InputError, Problem, ProblemList, ReleaseError
from baseline_compare.files import read_regular

FORMAT = (1, 0)
MANIFEST = "datapackage.json"
SEAL = "seal.txt"
LARGEST_FILE = 512 * 1024 * 1024

_PATH = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_HASH = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_RESERVED = {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))}


@dataclass(frozen=True, slots=True)
class VerifiedRelease:
    """The bytes of a release whose every file agrees with its seal."""

    id: str
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]
    newer_minor: bool


def verify(folder: str | Path, *, expected_id: str | None = None) -> VerifiedRelease:
    """Read every file of a release and check its bytes against the seal.

    Raises
    ------
    ReleaseError
        ``release.not_found``, ``seal.invalid``, ``hash.mismatch``, ``manifest.missing``,
        ``manifest.unlisted``, ``path.unsafe``, ``path.name``, ``format.newer`` or
        ``baseline.mismatch``, naming the file.
    """
    root = Path(folder)
    seal = _read(root / SEAL, "release.not_found").decode("ascii", errors="replace")
    if not re.fullmatch(r"[0-9a-f]{64}\n", seal, re.ASCII):
        raise _refusal("seal.invalid", "64 hexadecimal digits", repr(seal[:80]), SEAL)
    identity = seal.strip()
    content = _read(root / MANIFEST, "manifest.missing")
    if hashlib.sha256(content).hexdigest() != identity:
        raise _refusal(
            "hash.mismatch", f"the content sealed as {identity}", "other bytes", MANIFEST
        )
    if expected_id is not None and identity != expected_id:
        raise _refusal("baseline.mismatch", f"the baseline {expected_id}", identity, str(root.name))
    manifest = parse_json(content, file=MANIFEST)
    if not isinstance(manifest, dict):
        raise _refusal("schema.type", "an object", type(manifest).__name__, MANIFEST)
    if canonical_json(manifest) != content:
        raise _refusal("hash.mismatch", "canonical JSON", "another form", MANIFEST)
    newer_minor = _check_format(manifest)
    files = _read_files(root, manifest)
    return VerifiedRelease(identity, manifest, files, newer_minor)


def _check_format(manifest: Mapping[str, Any]) -> bool:
    found = str(manifest.get("format", ""))
    match = re.fullmatch(r"(\d+)\.(\d+)", found, re.ASCII)
    if not match:
        raise _refusal("format.newer", "format as major.minor", repr(found), MANIFEST)
    major, minor = int(match[1]), int(match[2])
    if major > FORMAT[0]:
        expected = f"format up to {FORMAT[0]}.x"
        raise _refusal(
            "format.newer", expected, found, MANIFEST, "Use a newer version of the library."
        )
    return (major, minor) > FORMAT


def _read_files(root: Path, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    entries = _entries(manifest)
    check_paths([entry["path"] for entry in entries])
    listed = {entry["path"]: entry for entry in entries}
    problems = ProblemList()
    present = {entry.name for entry in os.scandir(root)}
    for name in sorted(present - set(listed) - {SEAL, MANIFEST}):
        problems.extend(_problem("manifest.unlisted", "only files of the seal", "one more", name))
    files = {}
    for name in sorted(listed):
        entry = listed[name]
        if name not in present:
            problems.extend(_problem("manifest.missing", "the file", "nothing there", name))
            continue
        content = _read(root / name, "manifest.missing")
        found = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if not _HASH.fullmatch(str(entry.get("hash"))) or (found, len(content)) != (
            entry["hash"],
            entry.get("bytes"),
        ):
            expected = f"{entry.get('bytes')} bytes with {entry.get('hash')}"
            told = f"{len(content)} bytes with {found}"
            problems.extend(_problem("hash.mismatch", expected, told, name))
        files[name] = content
    problems.raise_if_any(ReleaseError)
    return files


def _entries(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = manifest.get("resources")
    if isinstance(entries, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("path"), str) for entry in entries
    ):
        return entries
    raise _refusal("schema.type", "a list of resources, each with a path", "another form", MANIFEST)


def check_paths(paths: list[str]) -> None:
    """Refuse paths that could leave the folder or mean different files on different systems.

    Raises
    ------
    ReleaseError
        ``path.unsafe`` or ``path.name``.
    """
    folded = [path.casefold() for path in paths]
    for path in paths:
        if ".." in path or re.match(r"[/\\]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://", path):
            raise _refusal("path.unsafe", "a name inside the folder", repr(path), MANIFEST)
        if (
            not _PATH.fullmatch(path)
            or path.endswith(".")
            or path.partition(".")[0] in _RESERVED
            or folded.count(path.casefold()) > 1
        ):
            expected = "a plain lower-case name of its own"
            raise _refusal("path.name", expected, repr(path), MANIFEST)


def _read(path: Path, absent: str) -> bytes:
    try:
        return read_regular(path, LARGEST_FILE)
    except InputError as error:
        told = error.problems[0]
        code = absent if told.code == "path.not_found" else told.code
        raise _refusal(code, told.expected, told.found, path.name, told.remedy) from None


def _problem(code: str, expected: str, found: str, file: str) -> tuple[Problem, ...]:
    return _refusal(code, expected, found, file).problems


def _refusal(
    code: str,
    expected: str,
    found: str,
    file: str,
    remedy: str = "Take the release from where it was published; do not repair it by hand.",
) -> ReleaseError:
    return ReleaseError(
        Problem(code=code, expected=expected, found=found, remedy=remedy, file=file)
    )


def versions(folder: Path) -> list[int]:
    """Give the numbers of the sealed versions in a folder, in order."""
    if not folder.is_dir():
        return []
    return sorted(
        int(entry.name)
        for entry in folder.iterdir()
        if entry.name.isascii() and entry.name.isdecimal() and (entry / "seal.txt").exists()
    )


def version_folder(path: Path) -> Path:
    """Give the folder of a version, or of the newest one of a release.

    Raises
    ------
    ReleaseError
        ``release.not_found``.
    """
    if (path / "seal.txt").exists():
        return path
    known = versions(path)
    if not known:
        raise ReleaseError(
            Problem(
                code="release.not_found",
                expected="a shipped baseline (2022) or a sealed folder",
                found=str(path),
                remedy="Give the folder that seal() wrote, or the name of a shipped baseline.",
            )
        )
    return path / str(known[-1])


def main(arguments: list[str]) -> int:
    """Print the id of a release, or in one line why it is none."""
    try:
        found = verify(*arguments[:1] or ["."])
    except ReleaseError as error:
        sys.stderr.write(f"{error.problems[0]}\n")
        return 2
    sys.stdout.write(f"{found.id}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
