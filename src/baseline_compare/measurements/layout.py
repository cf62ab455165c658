"""How rows are laid out: their columns, what is remarked on them, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

State = Literal["value", "suppressed", "not_available", "not_applicable"]
Status = Literal["published", "derived", "provisional", "approximate", "bound"]
STATES: tuple[State, ...] = get_args(State)
STATUSES: tuple[Status, ...] = get_args(Status)

KEY = ("indicator", "area", "period")
NUMBERS = ("value", "numerator", "denominator", "n", "sum", "sum_squares", "low", "high")
CATEGORIES = (*KEY, "state", "status", "source", "file")
TEXTS = (*KEY, "state", "frequencies", "status", "source", "file", "place")
COLUMNS = (
    *KEY,
    "state",
    *NUMBERS[:6],
    "frequencies",
    *NUMBERS[6:],
    "status",
    "source",
    "file",
    "place",
)
DECIMALS = tuple(f"{name}_decimals" for name in NUMBERS)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader should know; it stays with the result and is no Python warning.

    ``kind`` is ``normalised`` for a harmless repair (recorded as lineage) and ``warning`` for what
    belongs in the report.
    """

    code: str
    kind: Literal["normalised", "warning"]
    found: str
    file: str = ""
    row: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}: " if self.row is not None else f"{self.file}: "
        return f"{where if self.file else ''}[{self.code}] {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rows came from: the file, its hash, and the transformation that read it."""

    file: str
    sha256: str
    transformation: str
    sources: tuple[str, ...]


def canonical(frame: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Give the rows in the order of their keys by code point, text as ordered categories.

    The second array says which rows have the key of the row before.
    """
    frame = frame.reset_index(drop=True)
    codes = []
    for name in CATEGORIES:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.remove_unused_categories()
        else:
            known = sorted(column.unique())
            column = pd.Series(pd.Categorical(column, categories=known, ordered=True))
        frame[name] = column
        codes.append(column.cat.codes.to_numpy().astype(np.int64))
    key = codes[0]
    for name, part in zip(KEY[1:], codes[1:3], strict=True):
        key = key * (len(frame[name].cat.categories) + 1) + part
    order = np.argsort(key, kind="stable")
    repeated = np.zeros(len(frame), dtype=bool)
    repeated[1:] = np.diff(key[order]) == 0
    if (order[1:] < order[:-1]).any():
        frame = frame.iloc[order].reset_index(drop=True)
    return frame, repeated
