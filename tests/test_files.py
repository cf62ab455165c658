"""Reading follows no link and waits for no device; writing leaves the old content or the new."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from baseline_compare.errors import InputError, WriteError
from baseline_compare.files import read_regular, replace_file, write_new_file

OLD, NEW = b"old content\n", b"new content, which is longer\n" * 50
STEPS = [
    ("open", errno.EROFS), ("open", errno.EACCES), ("write", errno.ENOSPC), ("write", errno.EDQUOT),
    ("write", errno.EIO), ("fsync", errno.ENOSPC), ("fsync", errno.EIO), ("close", errno.EIO),
    ("chmod", errno.EPERM), ("replace", errno.ENOSPC), ("replace", errno.EXDEV),
    ("replace", errno.EACCES),
]  # fmt: skip


def fail_at(monkeypatch, name, error, *, call=1):
    """Let the given call of a function of ``os`` fail; a failing close does close."""
    real, calls = getattr(os, name), []

    def failing(*args, **options):
        calls.append(args)
        if len(calls) == call:
            if name == "close":
                real(*args, **options)
            raise error if isinstance(error, BaseException) else OSError(error, os.strerror(error))
        return real(*args, **options)

    monkeypatch.setattr(os, name, failing)
    return calls


class TestReadRegular:
    def test_the_bytes_of_a_file(self, tmp_path):
        path = tmp_path / "a"
        for content in (b"", OLD, b"\x00\r\n\xff"):
            path.write_bytes(content)
            assert read_regular(path, 1_000) == content

    def test_the_limit(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_bytes(b"12345")
        assert read_regular(path, 5) == b"12345"
        with pytest.raises(InputError) as caught:
            read_regular(path, 4)
        problem = caught.value.problems[0]
        assert (problem.code, problem.file) == ("limit.bytes", "a.csv")
        assert "4 bytes" in problem.expected
        assert "5" in problem.found

    def test_a_file_that_grew_after_its_size_was_asked(self, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_bytes(b"12345")
        size = os.stat(path)
        path.write_bytes(b"x" * 50)
        real = os.fstat

        def stale(handle):
            return size if stat.S_ISREG(real(handle).st_mode) else real(handle)

        monkeypatch.setattr(os, "fstat", stale)
        with pytest.raises(InputError) as caught:
            read_regular(path, 10)
        assert caught.value.code in {"limit.bytes", "file.changed"}

    def test_a_path_where_nothing_is(self, tmp_path):
        for path in (tmp_path / "none", tmp_path / "none" / "none", tmp_path / "a\x00b"):
            with pytest.raises(InputError) as caught:
                read_regular(path, 10)
            assert caught.value.code in {"path.not_found", "path.not_regular"}

    def test_a_link(self, tmp_path):
        (tmp_path / "file").write_bytes(OLD)
        for name, goal in (("good", "file"), ("dangling", "none"), ("round", "round")):
            link = tmp_path / name
            link.symlink_to(tmp_path / goal)
            with pytest.raises(InputError) as caught:
                read_regular(link, 100)
            assert caught.value.code == "path.not_regular"

    def test_a_link_that_takes_the_place_of_a_file_in_the_meantime(self, tmp_path, monkeypatch):
        (tmp_path / "file").write_bytes(OLD)
        link = tmp_path / "link"
        link.symlink_to(tmp_path / "file")
        monkeypatch.setattr(Path, "is_symlink", lambda self: False)
        with pytest.raises(InputError) as caught:
            read_regular(link, 100)
        assert caught.value.code == "path.not_regular"

    def test_a_pipe_does_not_block(self, tmp_path, within):
        os.mkfifo(tmp_path / "pipe")
        with within(20), pytest.raises(InputError) as caught:
            read_regular(tmp_path / "pipe", 100)
        assert caught.value.code == "path.not_regular"

    def test_a_device(self, within):
        with within(20), pytest.raises(InputError) as caught:
            read_regular(Path(os.devnull), 100)
        assert caught.value.code == "path.not_regular"

    def test_a_folder(self, tmp_path):
        with pytest.raises(InputError) as caught:
            read_regular(tmp_path, 100)
        assert caught.value.code == "path.not_regular"


class TestReplaceFile:
    def test_a_new_file(self, tmp_path):
        path = tmp_path / "a.html"
        assert replace_file(path, NEW, overwrite=False) == path
        assert path.read_bytes() == NEW
        assert os.listdir(tmp_path) == ["a.html"]

    def test_text_as_a_path(self, tmp_path):
        assert replace_file(str(tmp_path / "a"), b"", overwrite=False) == tmp_path / "a"

    def test_a_file_that_is_there_is_kept(self, tmp_path):
        path = tmp_path / "a.html"
        path.write_bytes(OLD)
        with pytest.raises(WriteError) as caught:
            replace_file(path, NEW, overwrite=False)
        assert caught.value.code == "path.exists"
        assert path.read_bytes() == OLD
        assert os.listdir(tmp_path) == ["a.html"]

    def test_whatever_is_there_is_kept(self, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "none")
        (tmp_path / "folder").mkdir()
        for name in ("link", "folder"):
            with pytest.raises(WriteError) as caught:
                replace_file(tmp_path / name, NEW, overwrite=False)
            assert caught.value.code == "path.exists"
        assert sorted(os.listdir(tmp_path)) == ["folder", "link"]

    def test_overwriting(self, tmp_path):
        path = tmp_path / "a.html"
        path.write_bytes(OLD)
        replace_file(path, NEW, overwrite=True)
        assert path.read_bytes() == NEW
        assert os.listdir(tmp_path) == ["a.html"]

    def test_a_link_is_replaced_and_its_goal_is_kept(self, tmp_path):
        (tmp_path / "goal").write_bytes(OLD)
        (tmp_path / "link").symlink_to(tmp_path / "goal")
        replace_file(tmp_path / "link", NEW, overwrite=True)
        assert (tmp_path / "goal").read_bytes() == OLD
        assert (tmp_path / "link").read_bytes() == NEW
        assert not (tmp_path / "link").is_symlink()

    def test_a_folder_that_is_missing_or_in_the_way(self, tmp_path):
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "a").write_bytes(OLD)
        for path in (tmp_path / "none" / "a", tmp_path / "folder", tmp_path / "folder" / "a" / "b"):
            with pytest.raises(WriteError) as caught:
                replace_file(path, NEW, overwrite=True)
            assert caught.value.code == "write.failed"
            assert caught.value.problems[0].file == str(path)
        assert os.listdir(tmp_path) == ["folder"]
        assert (tmp_path / "folder" / "a").read_bytes() == OLD

    def test_a_name_that_no_file_can_have(self, tmp_path):
        for name in ("a\x00b", "a" * 300):
            with pytest.raises(WriteError):
                replace_file(tmp_path / name, NEW, overwrite=True)
            assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("mask", [0o022, 0o077, 0o000, 0o027])
    def test_the_umask_sets_the_mode_and_nothing_else(self, tmp_path, mask):
        path = tmp_path / "a"
        before = os.umask(mask)
        try:
            replace_file(path, NEW, overwrite=False)
            assert os.umask(mask) == mask
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
        assert path.read_bytes() == NEW

    @pytest.mark.parametrize("size", [1, 7, 100])
    def test_short_writes(self, tmp_path, monkeypatch, size):
        real = os.write
        monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:size]))
        replace_file(tmp_path / "a", NEW, overwrite=False)
        assert (tmp_path / "a").read_bytes() == NEW


class TestFailures:
    """The old content stays, nothing is left over, and the reason is told (row 101)."""

    @pytest.mark.parametrize("there", [True, False], ids=["old", "none"])
    @pytest.mark.parametrize(("name", "number"), STEPS)
    def test_a_step_that_fails(self, tmp_path, monkeypatch, name, number, there):
        path = tmp_path / "a.html"
        if there:
            path.write_bytes(OLD)
        before = sorted(os.listdir(tmp_path))
        with monkeypatch.context() as patch:
            calls = fail_at(patch, name, number)
            with pytest.raises(WriteError) as caught:
                replace_file(path, NEW, overwrite=True)
        assert calls
        assert caught.value.code == "write.failed"
        assert caught.value.problems[0].file == str(path)
        assert caught.value.problems[0].found == os.strerror(number)
        assert isinstance(caught.value.__cause__, OSError)
        assert sorted(os.listdir(tmp_path)) == before
        assert not there or path.read_bytes() == OLD
        replace_file(path, NEW, overwrite=True)
        assert path.read_bytes() == NEW

    def test_a_write_that_fails_in_the_middle(self, tmp_path, monkeypatch):
        path = tmp_path / "a.html"
        path.write_bytes(OLD)
        real, calls = os.write, []

        def filling_up(handle, data):
            calls.append(len(data))
            if len(calls) > 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(handle, data[:100])

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", filling_up)
            with pytest.raises(WriteError):
                replace_file(path, NEW, overwrite=True)
        assert len(calls) == 3
        assert path.read_bytes() == OLD
        assert os.listdir(tmp_path) == ["a.html"]

    def test_a_folder_that_cannot_be_synced(self, tmp_path, monkeypatch):
        """After the rename the new content may stand there; then nobody is told it is the old."""
        path = tmp_path / "a.html"
        path.write_bytes(OLD)
        with monkeypatch.context() as patch:
            calls = fail_at(patch, "fsync", errno.EIO, call=2)
            with pytest.raises(WriteError) as caught:
                replace_file(path, NEW, overwrite=True)
        assert len(calls) == 2
        assert caught.value.code == "write.failed"
        assert os.listdir(tmp_path) == ["a.html"]
        found = path.read_bytes()
        assert found in (OLD, NEW)
        assert found == OLD or "unchanged" not in caught.value.problems[0].remedy

    @pytest.mark.parametrize("name", ["write", "fsync", "chmod", "replace"])
    def test_an_interruption_leaves_nothing_over(self, tmp_path, monkeypatch, name):
        path = tmp_path / "a.html"
        path.write_bytes(OLD)
        with monkeypatch.context() as patch:
            fail_at(patch, name, KeyboardInterrupt())
            with pytest.raises(KeyboardInterrupt):
                replace_file(path, NEW, overwrite=True)
        assert path.read_bytes() == OLD
        assert os.listdir(tmp_path) == ["a.html"]

    def test_the_order_of_steps(self, tmp_path, monkeypatch):
        """Power loss cannot be tested; that content reaches the disk before its name can."""
        steps = []
        for name in ("write", "fsync", "replace", "chmod"):
            real = getattr(os, name)

            def noted(*args, _name=name, _real=real, **options):
                folder = _name == "fsync" and stat.S_ISDIR(os.fstat(args[0]).st_mode)
                steps.append("fsync folder" if folder else _name)
                return _real(*args, **options)

            monkeypatch.setattr(os, name, noted)
        replace_file(tmp_path / "a", NEW, overwrite=False)
        assert [step for step in steps if step != "chmod"] == [
            "write", "fsync", "replace", "fsync folder",
        ]  # fmt: skip

    def test_the_temporary_file_is_in_the_same_folder(self, tmp_path, monkeypatch):
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        for name in ("TMPDIR", "TEMP", "TMP"):
            monkeypatch.setenv(name, str(elsewhere))
        moves = []
        real = os.replace

        def noted(source, goal):
            moves.append((Path(source).parent, Path(goal)))
            return real(source, goal)

        monkeypatch.setattr(os, "replace", noted)
        replace_file(tmp_path / "a", NEW, overwrite=False)
        assert moves == [(tmp_path, tmp_path / "a")]


class TestKilled:
    PROGRAM = """
import os, signal, sys
from baseline_compare.files import replace_file

step, half, path = int(sys.argv[1]), sys.argv[2] == "half", sys.argv[3]
calls = 0


def dying(real, name):
    def call(*args, **options):
        global calls
        calls += 1
        if calls == step:
            if half and name == "write":
                real(args[0], args[1][:20])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **options)

    return call


for name in ("open", "write", "fsync", "close", "chmod", "replace"):
    setattr(os, name, dying(getattr(os, name), name))
replace_file(path, b"new content, which is longer\\n" * 50, overwrite=True)
"""

    def run(self, step, half, path):
        command = [sys.executable, "-c", self.PROGRAM, str(step), half, str(path)]
        return subprocess.run(command, check=False, timeout=60).returncode

    def test_killed_at_any_step_the_content_is_old_or_new(self, tmp_path):
        found, step = [], 0
        killed = -signal.SIGKILL
        while killed == -signal.SIGKILL:
            step += 1
            assert step < 40
            for half in ("half", "whole"):
                path = tmp_path / f"{step}-{half}" / "a.html"
                path.parent.mkdir()
                path.write_bytes(OLD)
                killed = self.run(step, half, path)
                found.append(path.read_bytes())
                assert found[-1] in (OLD, NEW), step
                assert all(name == "a.html" or name[0] == "." for name in os.listdir(path.parent))
                replace_file(path, NEW, overwrite=True)
                assert path.read_bytes() == NEW
        assert killed == 0
        assert set(found) == {OLD, NEW}
        assert step > 6


class TestWriteNewFile:
    def test_a_file_that_is_there_is_never_written_to(self, tmp_path):
        path = tmp_path / "a"
        write_new_file(path, OLD)
        with pytest.raises(FileExistsError):
            write_new_file(path, NEW)
        assert path.read_bytes() == OLD

    def test_a_link_is_not_followed(self, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "goal")
        with pytest.raises(FileExistsError):
            write_new_file(tmp_path / "link", NEW)
        assert not (tmp_path / "goal").exists()

    @pytest.mark.parametrize(("name", "number"), [("write", errno.ENOSPC), ("close", errno.EIO)])
    def test_a_failure_is_told(self, tmp_path, monkeypatch, name, number):
        fail_at(monkeypatch, name, number)
        with pytest.raises(OSError, match=os.strerror(number)):
            write_new_file(tmp_path / "a", NEW)
