"""Masks of rows to problems that name file, row and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.errors import Problem, ProblemList
from baseline_compare.measurements.draft import Draft
from baseline_compare.measurements.layout import NUMBERS

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Faults:
    """Turns masks of rows into problems."""

    frame: pd.DataFrame
    draft: Draft
    problems: ProblemList

    def add(
        self,
        mask: Mask,
        code: str,
        column: str,
        *,
        expected: str,
        remedy: str,
        found: str | Callable[[int], str] | None = None,
    ) -> None:
        """Note one problem for each row of the mask."""
        for index in np.flatnonzero(mask).tolist():
            told = found(index) if callable(found) else found or self.text(column, index)
            self.problems.add(
                Problem(
                    code=code,
                    expected=expected,
                    found=told,
                    remedy=remedy,
                    file=self.draft.origin.file,
                    row=int(self.draft.rows[index]),
                    column=column,
                )
            )

    def text(self, column: str, index: int) -> str:
        """Write a cell as a message quotes it."""
        value = self.frame[column].iloc[index]
        if column in NUMBERS:
            return "nothing" if np.isnan(value) else f"{value:.15g}"
        return repr(value) if value else "an empty cell"


def where(column: pd.Series, wrong: Callable[[str], bool]) -> Mask:
    """Say which rows hold a category that is wrong; each category is looked at once."""
    flags = np.array([wrong(category) for category in column.cat.categories], dtype=bool)
    return flags[column.cat.codes.to_numpy()]
