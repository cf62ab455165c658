"""The one door for files: a path and the name of its layout to measurements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from baseline_compare.errors import InputError, Problem
from baseline_compare.indicators import Catalogue, catalogue
from baseline_compare.measurements import Draft, Measurements, check
from baseline_compare.sources.kela_recipients import read_kela_recipients
from baseline_compare.sources.opening import Limits, OpenedText, open_text
from baseline_compare.sources.tidy import read_tidy

Source = Literal["tidy", "kela-recipients"]
SOURCES: tuple[Source, ...] = get_args(Source)

_READERS: dict[str, Callable[[OpenedText, Limits], Draft]] = {
    "tidy": read_tidy,
    "kela-recipients": read_kela_recipients,
}


def read_measurements(
    path: str | Path,
    *,
    source: Source = "tidy",
    indicators: Catalogue | None = None,
    limits: Limits | None = None,
    vintage: int | None = None,
) -> Measurements:
    """Read a file, check every row, and give its measurements.

    Parameters
    ----------
    path
        A CSV file in UTF-8.
    source
        The layout: ``tidy`` (the library's own) or ``kela-recipients`` (Kela's monthly recipients).
    indicators
        The definitions to check against; the shipped catalogue unless you bring your own.
    limits
        How large a file may be.
    vintage
        The year whose areas all rows are of, whatever their period (a producer who publishes older
        months by the newest division); unless given, an area is that of its period's first day.

    Raises
    ------
    InputError
        Up to 100 problems at once, each with a code, the file, the row and column, what was
        expected, what was found and what to do.

    Examples
    --------
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> later
    1,188 measurements: 6 indicators, 18 areas, 2023-01 to 2023-11
    """
    if source not in _READERS:
        raise InputError(
            Problem(
                code="source.unknown",
                expected=" or ".join(SOURCES),
                found=repr(source),
                remedy="Name one of these layouts.",
            )
        )
    opened = open_text(path, limits or Limits())
    draft = _READERS[source](opened, limits or Limits())
    return check(draft, indicators or catalogue(), vintage=vintage)
