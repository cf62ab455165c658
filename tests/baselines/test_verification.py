"""Every byte of a sealed release counts, and nothing outside its folder is ever touched."""

import hashlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import baseline_compare as bc
from baseline_compare.baselines.canonical import canonical_json
from baseline_compare.baselines.release import FILES as ALWAYS
from baseline_compare.baselines.verification import (
    FORMAT,
    MANIFEST,
    SEAL,
    check_paths,
    verify,
)
from baseline_compare.errors import ReleaseError

SOURCE = Path(__file__).parents[2] / "src"
SHIPPED = SOURCE / "baseline_compare" / "data" / "2022" / "0"
FILES = sorted(path.name for path in SHIPPED.iterdir())
SMALL = [name for name in FILES if (SHIPPED / name).stat().st_size <= 4096]
LARGE = [name for name in FILES if name not in SMALL]
SAMPLED_BITS = 300


@pytest.fixture
def release(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "release"))


def manifest_of(folder):
    return json.loads((folder / MANIFEST).read_bytes())


def seal_bytes(folder, content):
    """Seal a manifest as it is, as somebody who forges a whole release would."""
    (folder / MANIFEST).write_bytes(content)
    (folder / SEAL).write_text(f"{hashlib.sha256(content).hexdigest()}\n", newline="\n")


def reseal(folder, **changes):
    seal_bytes(folder, canonical_json(manifest_of(folder) | changes))


def refused(folder, **options):
    with pytest.raises(ReleaseError) as caught:
        verify(folder, **options)
    return caught.value


def told(error):
    return {(problem.code, problem.file) for problem in error.problems}


class TestBits:
    """A flipped bit is an error that names its file (G13)."""

    @staticmethod
    def missed(folder, name, bits):
        """Flip bits one at a time; give those that passed or were told of another file."""
        path, missed = folder / name, []
        codes = {"hash.mismatch", "seal.invalid"} if name == SEAL else {"hash.mismatch"}
        # A seal and its manifest vouch for each other: either may be named.
        places = {name, MANIFEST} if name == SEAL else {name}
        content = path.read_bytes()
        with path.open("r+b", buffering=0) as handle:
            for bit in bits:
                place, mask = bit // 8, 1 << bit % 8
                os.pwrite(handle.fileno(), bytes([content[place] ^ mask]), place)
                try:
                    verify(folder)
                    missed.append(bit)
                except ReleaseError as error:
                    problem = error.problems[0]
                    if problem.code not in codes or problem.file not in places:
                        missed.append((bit, str(problem)))
                os.pwrite(handle.fileno(), content[place : place + 1], place)
        verify(folder)
        return missed

    @pytest.mark.parametrize("name", SMALL)
    def test_every_bit_of_a_small_file(self, release, name):
        # Verification reads files one by one: the others are left out here, to save time.
        entries = [entry for entry in manifest_of(release)["resources"] if entry["path"] == name]
        for other in {*FILES} - {MANIFEST, SEAL, name}:
            (release / other).unlink()
        reseal(release, resources=entries)
        bits = range(8 * (release / name).stat().st_size)
        assert self.missed(release, name, bits) == []

    @pytest.mark.parametrize("name", LARGE)
    def test_sampled_bits_of_a_large_file(self, release, name):
        size = 8 * (release / name).stat().st_size
        bits = random.Random(f"2022 {name}").sample(range(size), SAMPLED_BITS)
        assert self.missed(release, name, [0, size - 1, *bits]) == []

    def test_every_file_is_covered(self):
        assert {*SMALL, *LARGE} == {
            *(entry["path"] for entry in manifest_of(SHIPPED)["resources"]),
            MANIFEST,
            SEAL,
        }
        assert len(SMALL) >= 3


class TestFiles:
    @pytest.mark.parametrize("name", [name for name in FILES if name not in (SEAL, MANIFEST)])
    def test_a_missing_file(self, release, name):
        (release / name).unlink()
        assert told(refused(release)) == {("manifest.missing", name)}

    def test_a_missing_manifest(self, release):
        (release / MANIFEST).unlink()
        assert told(refused(release)) == {("manifest.missing", MANIFEST)}

    def test_without_a_seal_there_is_no_release(self, release):
        (release / SEAL).unlink()
        assert refused(release).code == "release.not_found"

    def test_without_a_folder_there_is_no_release(self, tmp_path):
        assert refused(tmp_path / "nowhere").code == "release.not_found"

    @pytest.mark.parametrize("name", ["more.csv", ".hidden", "measurements.csv~", "Areas.csv"])
    def test_an_unlisted_file(self, release, name):
        (release / name).write_text("x")
        assert told(refused(release)) == {("manifest.unlisted", name)}

    def test_an_unlisted_folder(self, release):
        (release / "more").mkdir()
        assert told(refused(release)) == {("manifest.unlisted", "more")}

    def test_an_unlisted_link(self, release):
        (release / "more.csv").symlink_to(release / "areas.csv")
        assert told(refused(release)) == {("manifest.unlisted", "more.csv")}

    def test_all_problems_are_told_at_once(self, release):
        (release / "areas.csv").unlink()
        (release / "more.csv").write_text("x")
        (release / "themes.csv").write_text("id\n")
        assert told(refused(release)) == {
            ("manifest.missing", "areas.csv"),
            ("manifest.unlisted", "more.csv"),
            ("hash.mismatch", "themes.csv"),
        }

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("change", ["shortened", "lengthened", "emptied"])
    def test_another_length(self, release, name, change):
        content = (release / name).read_bytes()
        other = {"shortened": content[:-1], "lengthened": content + b"\n", "emptied": b""}[change]
        (release / name).write_bytes(other)
        error = refused(release)
        assert error.code in {"hash.mismatch", "seal.invalid"}
        assert error.problems[0].file == name

    @pytest.mark.parametrize("name", FILES)
    def test_a_link_in_place_of_a_file(self, release, tmp_path, name):
        shutil.move(release / name, tmp_path / name)
        (release / name).symlink_to(tmp_path / name)
        assert told(refused(release)) == {("path.not_regular", name)}

    @pytest.mark.parametrize("name", FILES)
    def test_a_pipe_in_place_of_a_file_does_not_block(self, release, name, within):
        (release / name).unlink()
        os.mkfifo(release / name)
        with within(20):
            assert told(refused(release)) == {("path.not_regular", name)}

    @pytest.mark.parametrize("name", FILES)
    def test_a_folder_in_place_of_a_file(self, release, name):
        (release / name).unlink()
        (release / name).mkdir()
        assert told(refused(release)) == {("path.not_regular", name)}


class TestSeal:
    @pytest.mark.parametrize(
        "change",
        [
            str.upper, str.strip, "\ufeff{}".format, " {}".format, "sha256:{}".format,
            "{}\n".format, lambda text: text.replace("\n", "\r\n"), lambda text: text[:63] + "\n",
            lambda text: "٣" + text[1:], lambda text: "",
        ],
        ids=[
            "upper", "no-lf", "bom", "space", "prefix", "two-lf", "crlf", "short", "arabic",
            "empty",
        ],
    )  # fmt: skip
    def test_another_form(self, release, change):
        text = (release / SEAL).read_text()
        (release / SEAL).write_bytes(change(text).encode())
        assert told(refused(release)) == {("seal.invalid", SEAL)}

    def test_another_id(self, release):
        (release / SEAL).write_text("0" * 64 + "\n")
        assert refused(release).code == "hash.mismatch"

    def test_the_id_is_the_hash_of_the_manifest(self, release):
        found = verify(release)
        assert found.id == hashlib.sha256((release / MANIFEST).read_bytes()).hexdigest()
        assert found.id == (release / SEAL).read_text().strip()
        assert found.files == {
            name: (release / name).read_bytes() for name in FILES if name not in (SEAL, MANIFEST)
        }
        assert not found.newer_minor

    def test_an_id_that_differs_from_the_expected_one(self, release):
        identity = verify(release).id
        assert verify(release, expected_id=identity).id == identity
        error = refused(release, expected_id="0" * 64)
        assert error.code == "baseline.mismatch"
        assert identity in str(error)
        assert "0" * 64 in str(error)

    def test_loading_takes_an_expected_id(self, release):
        identity = verify(release).id
        assert bc.load_baseline(release, expected_id=identity).id == identity
        for name in ("2022", release):
            with pytest.raises(ReleaseError) as caught:
                bc.load_baseline(name, expected_id="0" * 64)
            assert caught.value.code == "baseline.mismatch"

    def test_the_shipped_id_is_pinned(self, tmp_path, monkeypatch):
        """A forged release that agrees with its own seal is not the shipped one."""
        bc.load_baseline("2022")
        forged = tmp_path / "data" / "2022" / "0"
        shutil.copytree(SHIPPED, forged)
        reseal(forged, title="another")
        assert verify(forged).manifest["title"] == "another"
        monkeypatch.setattr(resources, "files", lambda package: tmp_path)
        with pytest.raises(ReleaseError) as caught:
            bc.load_baseline("2022")
        assert caught.value.code == "baseline.mismatch"

    def test_content_of_another_algorithm_or_length_is_refused(self, release):
        for change in (
            {"hash": hashlib.sha256((release / "areas.csv").read_bytes()).hexdigest()},
            {"hash": f"md5:{hashlib.md5((release / 'areas.csv').read_bytes()).hexdigest()}"},
            {"hash": "sha256:" + "A" * 64},
            {"hash": None},
            {"bytes": 1},
            {"bytes": None},
        ):
            entries = manifest_of(SHIPPED)["resources"]
            changed = [entry | change if entry["name"] == "areas" else entry for entry in entries]
            reseal(release, resources=changed)
            assert told(refused(release)) == {("hash.mismatch", "areas.csv")}, change


UNSAFE = [
    "../x.csv", "..", "a/../../x.csv", "/x.csv", "\\x.csv", "C:\\x.csv", "c:x.csv", "//unc/x.csv",
    "\\\\unc\\x.csv", "file://x.csv", "file:///x.csv", "http://example.org/x.csv",
    "https://example.org/x.csv", "HTTP://example.org/x.csv", "ftp://example.org/x.csv",
    "x:stream",
]  # fmt: skip
NOT_A_NAME = [
    "con.csv", "con", "prn.csv", "aux.csv", "nul.csv", "nul", "com1.csv", "lpt9.csv", "x.csv.",
    "x.", "Areas2.csv", "x y.csv", "x\n", "x.csv\n", "ä.csv", "", ".x", "-x",
    "a/b.csv", "a\\b.csv", "%2e%2e%2fx.csv", "~x", "x" * 101, "data:text/csv,a", "٣.csv",
]  # fmt: skip


class TestPaths:
    @pytest.mark.parametrize("path", UNSAFE)
    def test_a_path_that_leaves_the_folder(self, release, path, monkeypatch):
        def no_request(*_args, **_options):
            pytest.fail("a request was made")

        monkeypatch.setattr(socket, "socket", no_request)
        monkeypatch.setattr(socket, "create_connection", no_request)
        entries = manifest_of(release)["resources"]
        reseal(release, resources=[*entries, entries[0] | {"path": path, "name": "x"}])
        assert told(refused(release)) == {("path.unsafe", MANIFEST)}

    @pytest.mark.parametrize("path", NOT_A_NAME, ids=ascii)
    def test_a_path_that_is_no_plain_name(self, release, path):
        entries = manifest_of(release)["resources"]
        reseal(release, resources=[*entries, entries[0] | {"path": path, "name": "x"}])
        assert told(refused(release)) == {("path.name", MANIFEST)}

    def test_names_that_are_equal_when_case_folded(self):
        for names in (["x.csv", "X.csv"], ["x.csv", "x.csv"], ["strasse", "straße"]):
            with pytest.raises(ReleaseError) as caught:
                check_paths(names)
            assert caught.value.code == "path.name"

    def test_a_path_that_is_listed_twice(self, release):
        entries = manifest_of(release)["resources"]
        reseal(release, resources=[*entries, entries[0]])
        assert refused(release).code == "path.name"

    def test_a_file_outside_is_not_read(self, release, tmp_path):
        secret = tmp_path / "secret.csv"
        secret.write_text("x")
        digest = hashlib.sha256(b"x").hexdigest()
        entry = {"path": "../secret.csv", "bytes": 1, "hash": f"sha256:{digest}"}
        reseal(release, resources=[*manifest_of(release)["resources"], entry])
        assert refused(release).code == "path.unsafe"


class TestManifest:
    @pytest.mark.parametrize("found", ["2.0", "10.0", "2.5"])
    def test_a_newer_major_is_refused(self, release, found):
        reseal(release, format=found)
        for read in (verify, bc.load_baseline):
            with pytest.raises(ReleaseError) as caught:
                read(release)
            assert told(caught.value) == {("format.newer", MANIFEST)}

    def test_a_newer_minor_is_read_with_a_remark(self, release):
        text = f"{FORMAT[0]}.{FORMAT[1] + 1}"
        reseal(release, format=text)
        assert verify(release).newer_minor
        loaded = bc.load_baseline(release)
        remark = next(item for item in loaded.remarks if item.code == "format.newer")
        assert remark.kind == "warning"
        assert text in remark.found

    def test_this_format_is_read_without_a_remark(self, release):
        assert bc.load_baseline(release).remarks == ()

    @pytest.mark.parametrize("found", ["", "1", "1.0.0", "one", None, "-1.0", "1.x", "٢.0"])
    def test_a_format_that_is_none(self, release, found):
        reseal(release, format=found)
        assert told(refused(release)) == {("format.newer", MANIFEST)}

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b'{"format":"1.0","format":"1.0","resources":[]}\n', "json.duplicate_key"),
            (b'{"format":"1.0","n":NaN,"resources":[]}\n', "json.nonfinite"),
            (b'{"format":"1.0","n":Infinity,"resources":[]}\n', "json.nonfinite"),
            (b"[" * 100_000 + b"]" * 100_000 + b"\n", "json.depth"),
            (b"{" * 100_000, "json.depth"),
            (b"not json\n", "json.syntax"),
            (b"\xff\xfe{}", "encoding.invalid"),
            (b'{"n":' + b"9" * 5_000 + b"}\n", "number.range"),
        ],
        ids=["twice", "nan", "infinity", "deep", "open", "syntax", "bytes", "digits"],
    )
    def test_json_that_is_refused(self, release, content, code):
        seal_bytes(release, content)
        assert told(refused(release)) == {(code, MANIFEST)}

    def test_json_in_another_form_is_refused(self, release):
        table = manifest_of(release)
        for content in (
            json.dumps(table).encode(),
            canonical_json(table).rstrip(),
            canonical_json(table).replace(b'"format":"1.0"', b'"format":"\\u0031.0"'),
            canonical_json(table) + b"\n",
            b"{" + canonical_json(table)[1:].replace(b"}\n", b" }\n"),
        ):
            seal_bytes(release, content)
            assert told(refused(release)) == {("hash.mismatch", MANIFEST)}

    @pytest.mark.parametrize(
        "content",
        [
            [], "text", None, 5,
            {"format": "1.0", "resources": 5},
            {"format": "1.0", "resources": None},
            {"format": "1.0", "resources": "areas.csv"},
            {"format": "1.0", "resources": {"path": "areas.csv"}},
            {"format": "1.0", "resources": ["areas.csv"]},
            {"format": "1.0", "resources": [None]},
            {"format": "1.0", "resources": [{}]},
            {"format": "1.0", "resources": [{"path": None}]},
            {"format": "1.0", "resources": [{"path": ["areas.csv"]}]},
            {"format": "1.0", "resources": [{"path": {"a": "areas.csv"}}]},
            {"format": "1.0", "resources": [{"path": 5}]},
            {"format": "1.0", "resources": [{"path": "areas.csv"}]},
            {"format": ["1.0"], "resources": []},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_manifest_of_another_shape_is_refused(self, release, content):
        seal_bytes(release, canonical_json(content))
        assert refused(release).problems[0].file

    @pytest.mark.parametrize("name", [*ALWAYS, "round.csv"])
    def test_a_release_that_never_had_a_file_is_not_loaded(self, release, name):
        entries = [entry for entry in manifest_of(release)["resources"] if entry["path"] != name]
        (release / name).unlink()
        reseal(release, resources=entries)
        with pytest.raises(ReleaseError) as caught:
            bc.load_baseline(release)
        assert told(caught.value) == {("manifest.missing", name)}


class TestPlain:
    """Verifying needs the standard library alone (P10, G19)."""

    PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from baseline_compare.baselines.verification import verify
found = verify(sys.argv[2])
print(found.id)
foreign = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
print(*sorted(foreign - {"__main__", "baseline_compare"}))
"""

    def run(self, folder, *options):
        return subprocess.run(
            [sys.executable, "-I", "-S", *options, "-c", self.PROGRAM, str(SOURCE), str(folder)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @pytest.mark.parametrize("options", [(), ("-O",), ("-OO",), ("-W", "error", "-X", "utf8=0")])
    def test_an_isolated_interpreter_verifies_the_shipped_release(self, options):
        done = self.run(SHIPPED, *options)
        assert done.stderr == ""
        identity, foreign = done.stdout.split("\n")[:2]
        assert identity == bc.load_baseline("2022").id
        assert foreign == ""

    def test_an_isolated_interpreter_finds_a_flipped_bit(self, release):
        content = bytearray((release / "areas.csv").read_bytes())
        content[100] ^= 1
        (release / "areas.csv").write_bytes(content)
        for options in ((), ("-O",)):
            done = self.run(release, *options)
            assert done.returncode == 1
            assert "areas.csv: [hash.mismatch]" in done.stderr

    def test_a_text_editor_and_sha256_are_enough(self):
        content = (SHIPPED / MANIFEST).read_bytes()
        assert (SHIPPED / SEAL).read_bytes() == f"{hashlib.sha256(content).hexdigest()}\n".encode()
        for entry in json.loads(content)["resources"]:
            file = (SHIPPED / entry["path"]).read_bytes()
            assert entry["hash"] == f"sha256:{hashlib.sha256(file).hexdigest()}"
            assert entry["bytes"] == len(file)
