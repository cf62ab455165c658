"""Files read and written safely; standard library only.

Reading follows no link and waits for no device. Writing leaves the old content or the new one,
never a torn file.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from baseline_compare.errors import InputError, Problem, WriteError

INTERNAL = "INTERNAL"
"""Begins the name of files that may hold figures that must not be published."""

WITHHELD = "withheld"
"""In place of the hash of what holds hidden figures: who knows the rest could try them out."""

NOTHING_LOST = "Make room or choose another folder; what was there before is unchanged."


def read_regular(path: Path, limit: int) -> bytes:
    """Read a regular file without following a link or waiting for a device.

    Raises
    ------
    InputError
        ``path.not_found``, ``path.not_regular`` or ``limit.bytes``.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    if "\0" in str(path):
        raise _not_regular(ascii(path.name), "a NUL character in the path")
    try:
        if path.is_symlink():
            raise _not_regular(path.name, "a symbolic link")
        handle = os.open(path, flags)
    except FileNotFoundError:
        remedy = "Check the path."
        raise _refusal(path.name, "path.not_found", "a file", "nothing there", remedy) from None
    except OSError as error:
        raise _not_regular(path.name, error.strerror or "an error") from error
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise _not_regular(path.name, "a directory, pipe or device")
    with os.fdopen(handle, "rb") as file:
        if about.st_size > limit:
            remedy = "Split the file, or raise the limit if you trust it."
            raise _refusal(
                path.name, "limit.bytes", f"at most {limit} bytes", f"{about.st_size}", remedy
            )
        content = file.read(limit + 1)
    if len(content) > limit:
        remedy = "Split the file, or raise the limit if you trust it."
        raise _refusal(path.name, "limit.bytes", f"at most {limit} bytes", "more", remedy)
    return content


def read_text(path: Path, limit: int) -> str:
    """Read a regular file as UTF-8.

    Raises
    ------
    InputError
        ``encoding.invalid`` with the byte offset, or what ``read_regular`` raises.
    """
    content = read_regular(path, limit)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{content[error.start]:02x} at offset {error.start}"
        remedy = "Save the file as UTF-8."
        raise _refusal(path.name, "encoding.invalid", "UTF-8", found, remedy) from None


def write_new_file(path: Path, content: bytes) -> None:
    """Create a file that must not exist yet, and bring it to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o666)
    try:
        _write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def named(path: str | Path, *, internal: bool) -> Path:
    """Give the path of a file; the name of one for internal use says so.

    Examples
    --------
    >>> named("a/report.html", internal=True).as_posix()
    'a/INTERNAL-report.html'
    """
    target = Path(path)
    if not internal or target.name.startswith(INTERNAL):
        return target
    return target.with_name(f"{INTERNAL}-{target.name}")


def add_file(path: Path, content: bytes) -> None:
    """Put a file in place in one step where no file is yet; a reader sees all of it or none.

    Raises
    ------
    FileExistsError
        If somebody else was first; theirs stays as it is.
    OSError
        If the disk, the folder or a permission does not allow it.
    """
    handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        _fill(handle, temporary, content)
        os.link(temporary, path)
    finally:
        os.unlink(temporary)
    sync_folder(path.parent)


def check_free(target: Path, *, overwrite: bool) -> None:
    """Refuse a path at which a file is, unless it may be replaced.

    Raises
    ------
    WriteError
        ``path.exists``.
    """
    if not overwrite and "\0" not in str(target) and os.path.lexists(target):
        raise WriteError(
            Problem(
                code="path.exists",
                expected="a path that is free",
                found="a file with that name",
                remedy="Choose another name, or say overwrite=True (--overwrite).",
                file=str(target),
            )
        )


def replace_file(path: str | Path, content: bytes, *, overwrite: bool) -> Path:
    """Put a file in place in one step; what stood there stays until the new one is complete.

    Raises
    ------
    WriteError
        ``path.exists`` if a file is there and ``overwrite`` is false; ``write.failed`` if the
        disk, the folder or a permission does not allow it.
    """
    target = Path(path)
    check_free(target, overwrite=overwrite)
    if "\0" in str(path):
        raise failed_write(Path(ascii(str(path))), "a NUL character in the path")
    temporary, remedy = "", NOTHING_LOST
    try:
        handle, temporary = tempfile.mkstemp(prefix=".new-", dir=target.parent)
        _fill(handle, temporary, content)
        os.replace(temporary, target)
        temporary, remedy = "", "The new file is in place but may not survive a power cut."
        sync_folder(target.parent)
    except OSError as error:
        raise failed_write(target, error.strerror or "an error", remedy=remedy) from error
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
    return target


def sync_folder(folder: Path) -> None:
    """Bring the entries of a folder to the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def failed_write(path: Path, found: str, *, remedy: str = NOTHING_LOST) -> WriteError:
    """Say that a write did not succeed and what that means for what was there."""
    return WriteError(
        Problem(
            code="write.failed",
            expected="a place that can be written to",
            found=found,
            remedy=remedy,
            file=str(path),
        )
    )


def _fill(handle: int, temporary: str, content: bytes) -> None:
    """Bring the content of a temporary file to the disk, with the usual permissions."""
    try:
        _write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.chmod(temporary, 0o666 & ~_umask())


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def _not_regular(name: str, found: str) -> InputError:
    remedy = "Give the path of the file itself."
    return _refusal(name, "path.not_regular", "a regular file", found, remedy)


def _refusal(name: str, code: str, expected: str, found: str, remedy: str) -> InputError:
    return InputError(Problem(code=code, expected=expected, found=found, remedy=remedy, file=name))
