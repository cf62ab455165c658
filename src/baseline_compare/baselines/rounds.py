"""The way of a mapping round to publication: each step sealed, with its parent and its changes."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from baseline_compare.baselines.canonical import canonical_csv
from baseline_compare.baselines.contents import manifest_json
from baseline_compare.baselines.round_files import (
    ABOUT_FILE,
    round_files,
    round_from,
    table_rows,
)
from baseline_compare.baselines.verification import (
    VerifiedRelease,
    verify,
    version_folder,
    versions,
)
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
_AGAIN = "Take the round from where it was sealed."


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
    found
        The round at this step; its ``stage`` says which one it is.
    folder, name
        Where rounds live; the step becomes ``folder/name/0``, ``folder/name/1`` and so on.
    parent
        The step before; without it this is the first.
    reasons
        Why findings changed, by id; comments that were accepted say it, too.

    Returns
    -------
    SealedRound
        The step as it was read back after sealing, with its id and the log of changes.

    Raises
    ------
    ReleaseError
        ``amendment.reason`` for a change without a reason, ``round.stage`` for a step back (what
        changes after ``final`` is ``amended``), ``baseline.mismatch`` for another round,
        ``key.unknown`` for a comment on a finding that never was, ``chain.conflict``,
        ``release.taken``, ``text.formula``, ``person.*``.
    WriteError
        ``write.failed``; what was there before is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> from dataclasses import replace
    >>> from baseline_compare import load_baseline
    >>> final = load_baseline("2022").round
    >>> draft = replace(final, stage="draft", findings=final.findings[1:])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = seal_round(draft, folder, name="mapping")
    ...     second = seal_round(
    ...         final, folder, name="mapping", parent=first,
    ...         reasons={final.findings[0].id: "asked for in comments"},
    ...     )
    >>> second.version, second.parent == first.id
    (1, True)
    >>> second.changes
    added recommendation-digital-follow-up (asked for in comments)
    """
    check_name(name)
    if parent is None:
        version, log = 0, FindingChanges(())
    else:
        version, log = parent.version + 1, changes(parent.round, found, reasons=reasons)
        _check_step(parent.round, found, log)
    _check_comments(found, None if parent is None else parent.round)
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

    Returns
    -------
    SealedRound
        The round with its id, that of the step before, and the log of what changed and why.

    Raises
    ------
    ReleaseError
        If there is no such round (``release.not_found``), one byte of it is not as it was sealed
        (``hash.mismatch``), or a step before is not the one that it names (``chain.broken``).

    Examples
    --------
    >>> import tempfile
    >>> from baseline_compare import load_baseline
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sealed = seal_round(load_baseline("2022").round, folder, name="mapping")
    ...     load_round(f"{folder}/mapping", expected_id=sealed.id).round.stage
    'final'
    """
    home = version_folder(Path(path))
    loaded = _opened(verify(home, expected_id=expected_id))
    wanted, kept = loaded.parent, versions(home.parent)
    for version in range(loaded.version - 1, -1, -1):
        found = verify(home.parent / str(version)) if version in kept else None
        if found is None or found.id != wanted:
            told = "none" if found is None else f"{found.id[:12]}..."
            expected = f"version {version} with the id {wanted[:12]}..."
            raise _refusal("chain.broken", expected, told, _AGAIN)
        wanted = found.manifest.get("parent", "")
    if wanted:
        raise _refusal("chain.broken", "a first version without a parent", "one", _AGAIN)
    return loaded


def _opened(release: VerifiedRelease) -> SealedRound:
    for file in (ABOUT_FILE, CHANGES_FILE):
        if file not in release.files:
            raise _refusal(
                "manifest.missing", "the files of a round", f"no {file}",
                "Give the folder that seal_round() wrote.",
            )  # fmt: skip
    version = str(release.manifest.get("version"))
    if not (version.isascii() and version.isdecimal()):
        raise _refusal("schema.type", "the number of a version", version[:40], _AGAIN)
    try:
        text = {name: content.decode("utf-8") for name, content in release.files.items()}
    except UnicodeDecodeError as error:
        found = f"another encoding at offset {error.start}"
        raise _refusal("encoding.invalid", "UTF-8", found, _AGAIN) from None
    log = FindingChanges(
        tuple(
            FindingChange(cast(Change, change), _ids(earlier), _ids(later), *texts)
            for change, earlier, later, *texts in table_rows(
                text[CHANGES_FILE], COLUMNS, CHANGES_FILE
            )
        )
    )
    return SealedRound(
        round=round_from(text),
        id=release.id,
        version=int(version),
        parent=release.manifest.get("parent", ""),
        changes=log,
    )


def _check_step(earlier: Round, later: Round, log: FindingChanges) -> None:
    if earlier.id != later.id:
        raise _refusal(
            "baseline.mismatch", f"a step of the round {earlier.id}", later.id,
            "Seal another round under a name of its own.",
        )  # fmt: skip
    least = STAGES.index(earlier.stage)
    if earlier.stage == "final":
        least += 1  # what changes after the final version is an amendment
    if STAGES.index(later.stage) < least:
        expected = " or ".join(STAGES[least:])
        raise _refusal("round.stage", expected, later.stage, "Correct the stage.")
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


def _check_comments(found: Round, earlier: Round | None) -> None:
    """Refuse comments on findings that neither this step nor the one before knows."""
    rounds = [found] if earlier is None else [found, earlier]
    known = {item.id for one in rounds for item in one.findings}
    known |= {item.finding for one in rounds[1:] for item in one.comments}
    problems = ProblemList()
    for item in found.comments:
        if item.finding and item.finding not in known:
            problems.add(
                Problem(
                    code="key.unknown", expected="a finding of this step or of the one before",
                    found=repr(item.finding), remedy=f"Correct the comment {item.id}.",
                    file="comments", column="finding",
                )
            )  # fmt: skip
    problems.raise_if_any(ReleaseError)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _refusal(code: str, expected: str, found: str, remedy: str) -> ReleaseError:
    return ReleaseError(Problem(code=code, expected=expected, found=found, remedy=remedy))
