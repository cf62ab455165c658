"""The one family of errors.

Every problem carries a stable code, says what was expected, what was found and where, and what to
do about it. Up to 100 problems are collected into one error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where it is, what was expected, what was found, what to do.

    ``row`` counts the lines of a file from 1, the header included; ``None`` means that the problem
    has no row.
    """

    code: str
    expected: str
    found: str
    remedy: str
    file: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file or ""]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        where = ", ".join(part for part in parts if part)
        text = f"[{self.code}] expected {self.expected}, found {self.found}. {self.remedy}"
        return f"{where}: {text}" if where else text


class BaselineCompareError(ValueError):
    """Something the library refuses; ``problems`` holds every reason, ``code`` the first one.

    Examples
    --------
    >>> error = BaselineCompareError(
    ...     Problem(code="file.empty", expected="a table", found="0 bytes", remedy="Send it again.")
    ... )
    >>> error.code
    'file.empty'
    >>> print(error)
    [file.empty] expected a table, found 0 bytes. Send it again.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Problem | Sequence[Problem], *, total: int | None = None) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems = found[:MOST_PROBLEMS]
        self.total = len(found) if total is None else total
        super().__init__(self._text())

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    def _text(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if self.total > len(lines):
            lines.append(f"... and {self.total - len(lines)} more problems of the same file.")
        return "\n".join(lines)


class InputError(BaselineCompareError):
    """A file, a table or a cell that cannot be taken as it is."""


class AreaError(BaselineCompareError):
    """An area that is unknown, ambiguous, retired or in the wrong role."""


class DefinitionError(BaselineCompareError):
    """An indicator, margin or break whose definition does not hold together."""


class ReleaseError(BaselineCompareError):
    """A sealed release that is damaged, unsafe, newer than this library or already taken."""


class ComparisonError(BaselineCompareError):
    """A comparison that would need something that is not additive, not there or not meaningful."""


class DisclosureError(BaselineCompareError):
    """Figures that would tell of a person; the problems name cells, never what they hold."""


class WriteError(BaselineCompareError):
    """A file that could not be written; what was there before is still there."""


class ProblemList:
    """Collects problems so that a reader hears about all of them at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self.total = 0

    def add(self, problem: Problem) -> None:
        """Keep one problem; beyond the hundredth only the count grows."""
        self.total += 1
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several problems."""
        for problem in problems:
            self.add(problem)

    def raise_if_any(self, kind: type[BaselineCompareError]) -> None:
        """Raise one error of the given kind if anything was collected."""
        if self._problems:
            ordered = sorted(self._problems, key=lambda p: (p.file or "", p.row or 0))
            raise kind(ordered, total=self.total)
