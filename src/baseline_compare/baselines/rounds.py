"""The way of a mapping round to publication: each step sealed, with its parent and its changes."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from baseline_compare.baselines.canonical import canonical_csv
from baseline_compare.baselines.contents import manifest_json
from baseline_compare.baselines.round_files import ABOUT_FILE, round_files, round_from
from baseline_compare.baselines.verification import VerifiedRelease, verify, version_folder
from baseline_compare.baselines.writing import check_name, write_version
from baseline_compare.errors import Problem, ProblemList, ReleaseError
from baseline_compare.findings.forms import STAGES
from baseline_compare.findings.rounds import Round
from baseline_compare.findings.versions import (
    COLUMNS,
    Change,
    FindingChange,
    FindingChanges,
    changes,
)

CHANGES_FILE = "changes.csv"


@dataclass(frozen=True)
class SealedRound:
    """One step of a round: what was sealed, its id, that of the step before, and what changed."""

    round: Round
    id: str
    version: int
    parent: str
    changes: FindingChanges

    def __repr__(self) -> str:
        lines = [f"{self.round!r}", f"  version {self.version}, id {self.id}"]
        if self.parent:
            lines.append(f"  parent {self.parent}, changes: {len(self.changes)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def seal_round(
    found: Round,
    folder: str | Path,
    *,
    name: str,
    parent: SealedRound | None = None,
    reasons: Mapping[str, str] | None = None,
) -> SealedRound:
    """Seal a step of a mapping round: the draft first, then each version with its parent's id.

    A sealed round holds all that the round holds, also what is not to be published.

    Parameters
    ----------
    folder, name
        Where rounds live; the step becomes ``folder/name/0``, ``folder/name/1`` and so on.
    parent
        The step before; without it this is the first.
    reasons
        Why findings changed, by id; comments that were accepted say it, too.

    Raises
    ------
    ReleaseError
        ``amendment.reason`` for a change without a reason, ``round.stage`` for a step back,
        ``baseline.mismatch`` for another round, ``chain.conflict``, ``release.taken``,
        ``text.formula``.
    WriteError
        ``write.failed``; what was there before is unchanged.
    """
    check_name(name)
    if parent is None:
        version, log = 0, FindingChanges(())
    else:
        version, log = parent.version + 1, changes(parent.round, found, reasons=reasons)
        _check_step(parent.round, found, log)
    files = round_files(found)
    files[CHANGES_FILE] = canonical_csv(
        COLUMNS, log.texts(), key=("change", "earlier", "later", "before"), file=CHANGES_FILE
    )
    before = "" if parent is None else parent.id
    title = found.name()
    manifest = manifest_json(name, title, files, version=version, parent=before)
    return write_version(
        Path(folder) / name, version, files, manifest, opened=_opened, parent=before
    )


def load_round(path: str | Path, *, expected_id: str | None = None) -> SealedRound:
    """Load a sealed step of a round after verifying every byte of it and of the steps before.

    Parameters
    ----------
    path
        ``folder/name`` for the newest step or ``folder/name/0`` for one of them.
    expected_id
        Refuse any other one.

    Raises
    ------
    ReleaseError
        If there is no such round, one byte of it is not as it was sealed (``hash.mismatch``), or a
        step before is not the one that it names (``chain.broken``).
    """
    home = version_folder(Path(path))
    loaded = _opened(verify(home, expected_id=expected_id))
    wanted = loaded.parent
    for version in range(loaded.version - 1, -1, -1):
        before = verify(home.parent / str(version))
        if before.id != wanted:
            raise _refusal(
                "chain.broken", f"version {version} with the id {wanted[:12]}...",
                f"{before.id[:12]}...", "Take the round from where it was sealed.",
            )  # fmt: skip
        wanted = before.manifest.get("parent", "")
    return loaded


def _opened(release: VerifiedRelease) -> SealedRound:
    for file in (ABOUT_FILE, CHANGES_FILE):
        if file not in release.files:
            raise _refusal(
                "manifest.missing", "the files of a round", f"no {file}",
                "Give the folder that seal_round() wrote.",
            )  # fmt: skip
    text = {name: content.decode("utf-8") for name, content in release.files.items()}
    rows = list(csv.DictReader(io.StringIO(text[CHANGES_FILE])))
    log = FindingChanges(
        tuple(
            FindingChange(
                cast(Change, row["change"]), _ids(row["earlier"]), _ids(row["later"]),
                row["before"], row["after"], row["reason"],
            )
            for row in rows
        )
    )  # fmt: skip
    return SealedRound(
        round=round_from(text),
        id=release.id,
        version=int(release.manifest["version"]),
        parent=release.manifest.get("parent", ""),
        changes=log,
    )


def _check_step(earlier: Round, later: Round, log: FindingChanges) -> None:
    if earlier.id != later.id:
        raise _refusal(
            "baseline.mismatch", f"a step of the round {earlier.id}", later.id,
            "Seal another round under a name of its own.",
        )  # fmt: skip
    if STAGES.index(later.stage) < STAGES.index(earlier.stage):
        raise _refusal(
            "round.stage", f"{earlier.stage} or a later stage", later.stage, "Correct the stage."
        )
    problems = ProblemList()
    for row in log:
        if not row.reason:
            ids = ", ".join(row.later or row.earlier)
            problems.extend(
                _refusal(
                    "amendment.reason", f"why {ids} was {row.change}", "nothing",
                    "Give it in reasons=, or by a comment that was accepted.",
                ).problems
            )  # fmt: skip
    problems.raise_if_any(ReleaseError)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _refusal(code: str, expected: str, found: str, remedy: str) -> ReleaseError:
    return ReleaseError(Problem(code=code, expected=expected, found=found, remedy=remedy))
