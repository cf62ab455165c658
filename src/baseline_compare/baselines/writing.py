"""Writing a version of a release into place, safe against a crash at any moment."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from baseline_compare.baselines.verification import (
    MANIFEST,
    SEAL,
    VerifiedRelease,
    check_paths,
    verify,
    versions,
)
from baseline_compare.errors import Problem, ReleaseError
from baseline_compare.files import failed_write, sync_folder, write_new_file

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Opened = TypeVar("Opened")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)


def check_name(name: str) -> None:
    """Refuse a name under which a release could not stand on every system.

    Raises
    ------
    ReleaseError
        ``path.name``.
    """
    if not _NAME.fullmatch(name):
        expected, found = "a name such as my-baseline", repr(name[:60])
        raise _refusal("path.name", expected, found, "Choose such a name.")
    check_paths([name])


def write_version(
    home: Path,
    version: int,
    files: Mapping[str, bytes],
    manifest: bytes,
    *,
    opened: Callable[[VerifiedRelease], Opened],
    parent: str = "",
) -> Opened:
    """Write a version under a lock into a new folder, verify it, and rename it into place.

    What is there already with the same content is opened as it is.

    Parameters
    ----------
    home
        The folder of the release, which holds its versions.
    opened
        Opens what was written, before it is put in place; its result is given.
    parent
        The id of the version before, which has to be the newest one.

    Raises
    ------
    ReleaseError
        ``release.taken`` for other content under the same name, ``chain.conflict`` if the parent is
        not the newest version.
    WriteError
        ``write.failed``; what was there before is unchanged.
    """
    identity = hashlib.sha256(manifest).hexdigest()
    target, partial = home / str(version), home / ".partial"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _locked(home / ".lock"):
            if _is_there(home, version, identity, parent):
                return opened(verify(target))
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(target, ignore_errors=True)
            try:
                _fill(partial, files, manifest, identity)
                found = opened(verify(partial, expected_id=identity))
                os.rename(partial, target)
                sync_folder(home)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                shutil.rmtree(target, ignore_errors=True)
                raise
    except OSError as error:
        raise failed_write(target, error.strerror or "an error") from error
    return found


def _is_there(home: Path, version: int, identity: str, parent: str) -> bool:
    """Say whether the version is sealed with this content; refuse what would change history."""
    sealed = {known: verify(home / str(known)).id for known in versions(home)}
    if sealed.get(version) == identity:
        return True
    if sealed and not parent:
        raise _refusal(
            "release.taken",
            f"a name that is free (or the content {identity[:12]}...)",
            f"{home.name} version {version} with the content {sealed[max(sealed)][:12]}...",
            "Choose another name: what is sealed is never changed.",
        )
    if parent and (max(sealed, default=-1) != version - 1 or sealed[version - 1] != parent):
        newest = sealed[max(sealed)] if sealed else "none"
        raise _refusal(
            "chain.conflict",
            f"{parent[:12]}... as the newest version",
            f"{newest[:12]}...",
            "Load the newest version and begin from it.",
        )
    return False


def _fill(partial: Path, files: Mapping[str, bytes], manifest: bytes, identity: str) -> None:
    partial.mkdir()
    for file, content in sorted(files.items()):
        write_new_file(partial / file, content)
    write_new_file(partial / MANIFEST, manifest)
    write_new_file(partial / SEAL, f"{identity}\n".encode())
    sync_folder(partial)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel frees when its holder dies."""
    with path.open("a+b") as handle:
        if sys.platform == "win32":
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _refusal(code: str, expected: str, found: str, remedy: str) -> ReleaseError:
    return ReleaseError(Problem(code=code, expected=expected, found=found, remedy=remedy))
