"""The way of a round from draft to amendment: sealed, refused, damaged, interrupted."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import baseline_compare as bc
from baseline_compare.baselines.canonical import canonical_json
from baseline_compare.baselines.rounds import CHANGES_FILE, SealedRound
from baseline_compare.baselines.verification import MANIFEST, SEAL
from baseline_compare.errors import BaselineCompareError, ReleaseError, WriteError
from baseline_compare.findings import (
    SCHEME,
    Coding,
    Comment,
    Finding,
    Participants,
    Rating,
    Round,
    Stage,
    Statement,
    Workshop,
    shipped_themes,
)

NAME = "mapping"
TEXTS = {"fi": "Keksitty", "sv": "Påhittad", "en": "Made up"}


def finding(key: str, text: str = "", **more: object) -> Finding:
    made = Finding(
        key, "weakness", "access", "FI-MAINLAND", {"fi": text or f"Teksti {key}."}, "own", "report"
    )
    return replace(made, **more)


A, B, C = finding("a"), finding("b"), finding("c")
COMMENT = Comment("c1", "county", "Poistakaa.", "fi", "accepted", "poistettu", "b")
DRAFT = Round(
    id="synthetic-1", names=TEXTS, scheme=SCHEME, stage="draft", covers=TEXTS, synthetic=True,
    themes=shipped_themes(), workshops=(Workshop("w1", "YTA2"),),
    participants=(Participants("w1", "kela", "other", 3),),
    statements=(Statement("S1", "w1", "Yksi, \"kaksi\"\nkolme 🙂", "fi"),),
    codings=(Coding("S1", "K1", "weakness", "access", "a"),), findings=(A, B),
    ratings=(Rating("a", "YTA2", 4),),
)  # fmt: skip
IN_COMMENT = replace(DRAFT, stage="in_comment", comments=(COMMENT,))
FINAL = replace(IN_COMMENT, stage="final", findings=(finding("a", "Toisin."),))
AMENDED = replace(FINAL, stage="amended", findings=(finding("a", "Taas."), C))
REASONS = {"a": "selkeämpi", "c": "unohtui"}


def chain(folder: Path, *steps: Round) -> list[SealedRound]:
    """Seal the steps one after the other."""
    sealed: list[SealedRound] = []
    for step in steps:
        parent = sealed[-1] if sealed else None
        sealed.append(bc.seal_round(step, folder, name=NAME, parent=parent, reasons=REASONS))
    return sealed


def state(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def refused(folder: Path, found: Round, **options: object) -> BaselineCompareError:
    """Sealing is refused, and everything is as it was."""
    before = state(folder)
    with pytest.raises(BaselineCompareError) as caught:
        bc.seal_round(found, folder, **{"name": NAME} | options)
    assert state(folder) == before
    return caught.value


def forged(version: Path, **files: str) -> None:
    """Seal other content in a folder, as somebody who can compute a hash would."""
    manifest = json.loads((version / MANIFEST).read_text(encoding="utf-8"))
    for name, text in files.items():
        path = f"{name}.csv"
        (version / path).write_text(text, encoding="utf-8", newline="")
        entry = next(item for item in manifest["resources"] if item["path"] == path)
        entry["bytes"] = len(text.encode())
        entry["hash"] = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    content = canonical_json(manifest)
    (version / MANIFEST).write_bytes(content)
    (version / SEAL).write_text(f"{hashlib.sha256(content).hexdigest()}\n")


class TestSteps:
    def test_from_draft_to_amendment(self, tmp_path: Path) -> None:
        steps = chain(tmp_path, DRAFT, IN_COMMENT, FINAL, AMENDED)
        assert [step.version for step in steps] == [0, 1, 2, 3]
        assert [step.parent for step in steps] == ["", *(step.id for step in steps[:-1])]
        assert [[row.change for row in step.changes] for step in steps] == [
            [], [], ["dropped", "reworded"], ["added", "reworded"],
        ]  # fmt: skip
        assert [row.reason for row in steps[2].changes] == ["poistettu", "selkeämpi"]

    def test_every_version_can_be_opened_for_ever(self, tmp_path: Path) -> None:
        steps = chain(tmp_path, DRAFT, IN_COMMENT, FINAL, AMENDED)
        for step in steps:
            loaded = bc.load_round(tmp_path / NAME / str(step.version), expected_id=step.id)
            assert loaded == step
        assert bc.load_round(tmp_path / NAME) == steps[-1]
        assert [step.round for step in steps] == [DRAFT, IN_COMMENT, FINAL, AMENDED]

    def test_the_log_is_plain(self, tmp_path: Path) -> None:
        chain(tmp_path, IN_COMMENT, FINAL)
        text = (tmp_path / NAME / "1" / CHANGES_FILE).read_text(encoding="utf-8")
        assert text == (
            "change,earlier,later,before,after,reason\n"
            "dropped,b,,Teksti b.,,poistettu\n"
            "reworded,a,a,Teksti a.,Toisin.,selkeämpi\n"
        )

    def test_it_says_what_it_is(self, tmp_path: Path) -> None:
        first, second = chain(tmp_path, IN_COMMENT, FINAL)
        assert repr(second).splitlines()[-2:] == [
            f"  version 1, id {second.id}", f"  parent {first.id}, changes: 2",
        ]  # fmt: skip
        assert "parent" not in repr(first)
        assert second._repr_html_().startswith("<pre>")

    def test_ballots_and_consensus_come_back_apart(self, tmp_path: Path) -> None:
        rows = (
            Rating("a", "YTA2", 4), Rating("a", "YTA2", 4), Rating("a", "YTA2", 5, number=3),
            Rating("a", "YTA2", 3, "consensus"), Rating("a", "YTA2", 3, "consensus"),
            Rating("a", "YTA2", 4, rater="R1"),
        )  # fmt: skip
        (sealed,) = chain(tmp_path, replace(DRAFT, ratings=rows))
        assert sealed.round.ratings == (
            Rating("a", "YTA2", 3, "consensus"), Rating("a", "YTA2", 3, "consensus"),
            Rating("a", "YTA2", 4, number=2), Rating("a", "YTA2", 4, rater="R1"),
            Rating("a", "YTA2", 5, number=3),
        )  # fmt: skip

    def test_the_published_round_can_begin_a_chain(
        self, tmp_path: Path, baseline: bc.Baseline
    ) -> None:
        assert baseline.round is not None
        (sealed,) = chain(tmp_path, baseline.round)
        assert sealed.round == baseline.round

    def test_the_order_of_rows_does_not_matter(self, tmp_path: Path) -> None:
        (one,) = chain(tmp_path / "x", DRAFT)
        (other,) = chain(tmp_path / "y", replace(DRAFT, findings=DRAFT.findings[::-1]))
        assert one.id == other.id

    def test_sealing_again_changes_no_file(self, tmp_path: Path) -> None:
        steps = chain(tmp_path, IN_COMMENT, FINAL)
        before = state(tmp_path)
        assert chain(tmp_path, IN_COMMENT, FINAL) == steps
        assert state(tmp_path) == before


class TestRefused:
    def test_a_change_without_a_reason(self, tmp_path: Path) -> None:
        (first,) = chain(tmp_path, DRAFT)
        later = replace(DRAFT, stage="in_comment", findings=(finding("a", "Toisin."), C))
        error = refused(tmp_path, later, parent=first)
        assert [str(problem) for problem in error.problems] == [
            f"[amendment.reason] expected why {what}, found nothing. Give it in reasons=, or by a "
            "comment that was accepted."
            for what in ("c was added", "b was dropped", "a was reworded")
        ]
        reasons = {"a": "x", "b": "y", "c": "z"}
        assert bc.seal_round(later, tmp_path, name=NAME, parent=first, reasons=reasons).version == 1

    @pytest.mark.parametrize(
        ("earlier", "later"),
        [
            ("in_comment", "draft"), ("final", "in_comment"), ("final", "final"),
            ("amended", "final"), ("amended", "draft"),
        ],
    )  # fmt: skip
    def test_a_step_back(self, earlier: Stage, later: str, tmp_path: Path) -> None:
        (first,) = chain(tmp_path, replace(DRAFT, stage=earlier))
        error = refused(tmp_path, replace(DRAFT, stage=later), parent=first)
        assert error.code == "round.stage"

    @pytest.mark.parametrize("stage", ["draft", "in_comment", "amended"])
    def test_a_stage_may_be_sealed_again(self, stage: Stage, tmp_path: Path) -> None:
        steps = chain(tmp_path, replace(DRAFT, stage=stage), replace(DRAFT, stage=stage))
        assert steps[1].version == 1

    def test_another_round(self, tmp_path: Path) -> None:
        (first,) = chain(tmp_path, DRAFT)
        error = refused(tmp_path, replace(DRAFT, id="synthetic-2"), parent=first)
        assert str(error) == (
            "[baseline.mismatch] expected a step of the round synthetic-1, found synthetic-2. Seal "
            "another round under a name of its own."
        )

    def test_a_name_that_is_taken(self, tmp_path: Path) -> None:
        chain(tmp_path, DRAFT)
        error = refused(tmp_path, replace(DRAFT, findings=(A,)))
        assert error.code == "release.taken"

    def test_a_parent_that_is_not_the_newest(self, tmp_path: Path) -> None:
        first, _ = chain(tmp_path, DRAFT, IN_COMMENT)
        error = refused(tmp_path, replace(DRAFT, findings=(A, B, C)), parent=first, reasons=REASONS)
        assert error.code == "chain.conflict"

    def test_a_parent_of_another_folder(self, tmp_path: Path) -> None:
        (first,) = chain(tmp_path / "x", DRAFT)
        (tmp_path / "y").mkdir()
        error = refused(tmp_path / "y", IN_COMMENT, parent=first)
        assert error.code == "chain.conflict"

    @pytest.mark.parametrize("reason", ["=1+1", "+1 kommentti", "@kela", "ks. a; =b", "-"])
    def test_a_reason_that_a_spreadsheet_would_run(self, reason: str, tmp_path: Path) -> None:
        (first,) = chain(tmp_path, IN_COMMENT)
        error = refused(tmp_path, FINAL, parent=first, reasons={"a": reason})
        assert error.code == "text.formula"
        assert error.problems[0].file == CHANGES_FILE

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"statements": (Statement("S1", "w1", "=1", "fi"),)}, "text.formula"),
            ({"statements": (Statement("S1", "w1", "a@b.fi", "fi"),)}, "person.contact"),
            ({"statements": (Statement("S1", "w1", "a\u202eb", "fi"),)}, "text.bidi"),
            ({"codings": (Coding("S1", "Matti", "weakness", "access"),)}, "person.code"),
            ({"ratings": (Rating("a", "YTA2", 4, rater="Maija"),)}, "person.code"),
            ({"ratings": (Rating("a", "nowhere", 4),)}, "area.unknown"),
            ({"findings": (finding("a", status="rumour"), B)}, "mark.unknown"),
            ({"comments": (replace(COMMENT, finding="x"),)}, "key.unknown"),
        ],
    )
    def test_what_could_not_be_read_again(
        self, changed: dict[str, object], code: str, tmp_path: Path
    ) -> None:
        assert refused(tmp_path, replace(DRAFT, **changed)).code == code
        assert not list(tmp_path.rglob(SEAL))

    @pytest.mark.parametrize("name", ["", "../a", "Own", "con", "a/b"])
    def test_a_name_that_is_none(self, name: str, tmp_path: Path) -> None:
        assert refused(tmp_path, DRAFT, name=name).code == "path.name"

    def test_a_comment_on_a_finding_dropped_long_ago_may_stay(self, tmp_path: Path) -> None:
        steps = chain(tmp_path, IN_COMMENT, FINAL, AMENDED)
        assert steps[2].round.comments == (COMMENT,)
        stranger = replace(COMMENT, id="c2", finding="x")
        later = replace(AMENDED, comments=(COMMENT, stranger))
        assert str(refused(tmp_path, later, parent=steps[2])) == (
            "comments, column finding: [key.unknown] expected a finding of this step or of the one "
            "before, found 'x'. Correct the comment c2."
        )


class TestDamaged:
    def code(self, path: Path, **options: str) -> str:
        with pytest.raises(ReleaseError) as caught:
            bc.load_round(path, **options)
        return caught.value.code

    def test_a_flipped_byte_of_any_file_of_any_step(self, tmp_path: Path) -> None:
        chain(tmp_path, DRAFT, IN_COMMENT, FINAL)
        for path in sorted((tmp_path / NAME).rglob("[!.]*.*")):
            content = path.read_bytes()
            for place in {0, len(content) // 2, len(content) - 1}:
                flipped = bytearray(content)
                flipped[place] ^= 1
                path.write_bytes(flipped)
                assert self.code(tmp_path / NAME) in (
                    "hash.mismatch", "seal.invalid", "chain.broken"
                )  # fmt: skip
            path.write_bytes(content)
        assert bc.load_round(tmp_path / NAME).version == 2

    def test_a_missing_link(self, tmp_path: Path) -> None:
        chain(tmp_path, DRAFT, IN_COMMENT, FINAL)
        shutil.rmtree(tmp_path / NAME / "1")
        assert self.code(tmp_path / NAME) == "chain.broken"
        assert bc.load_round(tmp_path / NAME / "0").version == 0

    def test_another_link(self, tmp_path: Path) -> None:
        chain(tmp_path / "x", DRAFT, IN_COMMENT)
        chain(tmp_path / "y", replace(DRAFT, findings=(A,)))
        shutil.rmtree(tmp_path / "x" / NAME / "0")
        shutil.copytree(tmp_path / "y" / NAME / "0", tmp_path / "x" / NAME / "0")
        assert self.code(tmp_path / "x" / NAME) == "chain.broken"

    def test_a_later_step_alone(self, tmp_path: Path) -> None:
        chain(tmp_path, DRAFT, IN_COMMENT)
        shutil.rmtree(tmp_path / NAME / "0")
        (tmp_path / NAME / "1").rename(tmp_path / NAME / "0")
        assert self.code(tmp_path / NAME) == "chain.broken"

    def test_another_id_than_expected(self, tmp_path: Path) -> None:
        chain(tmp_path, DRAFT)
        assert self.code(tmp_path / NAME, expected_id="0" * 64) == "baseline.mismatch"

    def test_no_round(self, tmp_path: Path) -> None:
        assert self.code(tmp_path) == "release.not_found"
        shipped = Path(bc.__file__).parent / "data" / "2022" / "0"
        assert self.code(shipped) == "manifest.missing"

    @pytest.mark.parametrize(
        ("files", "code"),
        [
            ({"round": ""}, "header.unexpected"),
            ({"round": "id\n"}, "header.unexpected"),
            ({"changes": "a,b\n1,2\n"}, "header.unexpected"),
            ({"changes": "change,earlier,later,before,after,reason\nadded,a\n"}, "row.width"),
            ({"changes": 'change,earlier,later,before,after,reason\n"added,a\n'}, "csv.quote"),
            ({"workshops": "id,area,date,advance_assignments\nw1\n"}, "row.width"),
            ({"workshops": "id,area,date,advance_assignments\nw1,YTA2,,x\n"}, "number.not_integer"),
        ],
    )
    def test_what_is_sealed_but_no_round(
        self, files: dict[str, str], code: str, tmp_path: Path
    ) -> None:
        chain(tmp_path, DRAFT)
        forged(tmp_path / NAME / "0", **files)
        assert self.code(tmp_path / NAME) == code

    def test_a_round_file_without_a_row(self, tmp_path: Path) -> None:
        chain(tmp_path, DRAFT)
        path = tmp_path / NAME / "0" / "round.csv"
        header = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        forged(path.parent, round=",".join(header) + "\n")
        assert self.code(tmp_path / NAME) == "round.missing"


class TestCrash:
    @pytest.fixture
    def first(self, tmp_path: Path) -> SealedRound:
        return chain(tmp_path, IN_COMMENT)[0]

    @pytest.mark.parametrize("name", ["write", "fsync", "close", "rename", "mkdir"])
    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
    def test_a_full_or_broken_disk(
        self, name: str, code: int, tmp_path: Path, first: SealedRound,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        before, real, calls = state(tmp_path), getattr(os, name), [0]

        def failing(*args: object, **options: object) -> object:
            calls[0] += 1
            if name == "close":
                real(*args)
            if calls[0] >= (1 if name in ("rename", "mkdir") else 3):
                raise OSError(code, os.strerror(code))
            return None if name == "close" else real(*args, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing)
            with pytest.raises(WriteError) as caught:
                bc.seal_round(FINAL, tmp_path, name=NAME, parent=first, reasons=REASONS)
        assert caught.value.code == "write.failed"
        assert state(tmp_path) == before
        assert chain(tmp_path, IN_COMMENT, FINAL)[1].version == 1

    def test_killed_at_every_step(self, tmp_path: Path, first: SealedRound) -> None:
        """A child dies before its n-th call; a reader sees the step before or the new one."""
        names = ("mkdir", "open", "write", "fsync", "close", "rename")

        calls = [0]

        def counted(real: Callable[..., object], step: int) -> Callable[..., object]:
            def call(*args: object, **more: object) -> object:
                calls[0] += 1
                if calls[0] == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*args, **more)

            return call

        seen = set()
        for step in (*range(1, 60, 4), *range(60, 100, 2)):
            shutil.rmtree(tmp_path / NAME / "1", ignore_errors=True)
            child = os.fork()
            if child == 0:
                for name in names:
                    setattr(os, name, counted(getattr(os, name), step))
                bc.seal_round(FINAL, tmp_path, name=NAME, parent=first, reasons=REASONS)
                os._exit(0)
            os.waitpid(child, 0)
            found = bc.load_round(tmp_path / NAME)
            assert found.round in (IN_COMMENT, FINAL)
            seen.add(found.version)
            again = bc.seal_round(FINAL, tmp_path, name=NAME, parent=first, reasons=REASONS)
            assert again.round == FINAL
            assert {path.name for path in (tmp_path / NAME).iterdir()} == {".lock", "0", "1"}
        assert seen == {0, 1}

    def test_two_amend_at_once_and_one_wins(self, tmp_path: Path, first: SealedRound) -> None:
        told: list[str] = []

        def work(text: str) -> None:
            later = replace(FINAL, findings=(finding("a", text),))
            try:
                made = bc.seal_round(later, tmp_path, name=NAME, parent=first, reasons=REASONS)
                told.append(made.round.findings[0].statement("fi"))
            except ReleaseError as error:
                told.append(error.code)

        threads = [threading.Thread(target=work, args=(text,)) for text in ("Yksi.", "Kaksi.")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        won = bc.load_round(tmp_path / NAME).round.findings[0].statement("fi")
        assert sorted(told) == sorted([won, "chain.conflict"])
