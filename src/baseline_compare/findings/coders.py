"""How far coders agree on the statements of a round, and what they still have to settle."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from baseline_compare.errors import InputError, Problem
from baseline_compare.findings.forms import FORMS
from baseline_compare.findings.model import AGREED, FindingKind
from baseline_compare.findings.rounds import Round
from baseline_compare.findings.words import column_title
from baseline_compare.language import Language, capital, number_text, word
from baseline_compare.statistics.agreement import Agreement, gwet_ac1, krippendorff_alpha
from baseline_compare.statistics.intervals import two_sided

Sorted = Literal["kind", "theme", "finding"]
SORTED: tuple[Sorted, ...] = get_args(Sorted)
_COEFFICIENTS = {"krippendorff_alpha": krippendorff_alpha, "gwet_ac1": gwet_ac1}
_TABLE = (
    "sorted_by", "coefficient", "value", "low", "high", "observed", "expected", "statements",
    "coders", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class CodingAgreement:
    """The agreement of the coders of a round.

    Attributes
    ----------
    table
        For each of kind, theme and finding both coefficients with their 95 per cent interval, the
        agreement observed and expected by chance, and on how many statements (with two codings or
        more) and coders they rest. Where none can be given, ``reason`` says why.
    disagreements
        The statements that were coded differently and are not settled: by what they differ, and how
        each coder sorted them. A working list: it is not for publication.
    settled
        How each statement is sorted by all its coders or by what they agreed on.
    """

    table: pd.DataFrame
    disagreements: pd.DataFrame
    settled: pd.DataFrame

    def summary(self, language: Language = "en") -> list[str]:
        """Say in words how far the coders agree."""
        return [*self._lines(language)]

    def _lines(self, language: Language) -> Iterator[str]:
        for row in self.table.to_dict("records"):
            what = capital(column_title(row["sorted_by"], language))
            name = word(f"agreement.{row['coefficient']}", language)
            if row["reason"]:
                reason = word(f"agreement.reason_{row['reason']}", language)
                yield word("agreement.none", language, what=what, name=name, reason=reason)
                continue
            yield word(
                "agreement.line", language, what=what, name=name,
                value=number_text(row["value"], 2, language),
                low=number_text(row["low"], 2, language),
                high=number_text(row["high"], 2, language),
                statements=number_text(row["statements"], 0, language),
                coders=number_text(row["coders"], 0, language),
            )  # fmt: skip
        open_ = number_text(self.disagreements["statement"].nunique(), 0, language)
        yield word("agreement.open", language, number=open_)

    def __repr__(self) -> str:
        return "\n".join(self.summary())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def agreement(found: Round) -> CodingAgreement:
    """Measure how far the coders of a round agree, and list what they have to settle.

    Statements with fewer than two codings say nothing about agreement and are left out of the
    coefficients. What stands under the coder ``agreed`` settles a difference and counts for none.

    Parameters
    ----------
    found
        A round whose statements two coders or more sorted, each on their own.

    Returns
    -------
    CodingAgreement
        Coefficients with their 95 per cent intervals, what is left to settle, and what is settled.

    Raises
    ------
    InputError
        ``coding.missing`` if the round holds no codings.

    References
    ----------
    Krippendorff 2018, Content Analysis, chapter 12 (alpha, nominal); Gwet 2008, Br J Math Stat
    Psychol 61:29 (AC1).

    Examples
    --------
    >>> from baseline_compare import read_round
    >>> measured = agreement(read_round("fixtures/workbooks/round_libreoffice.xlsx"))
    >>> measured.disagreements[["statement", "sorted_by", "codings"]].values.tolist()
    [['S3', 'theme', 'K1: access; K2: payment']]
    >>> measured.summary()[0]
    'Kind: Krippendorff’s alpha 1.00 (95% interval −0.61–1.00); statements 3, coders 2.'
    """
    if not found.codings:
        raise InputError(
            Problem(
                code="coding.missing",
                expected="statements sorted by coders",
                found="none",
                remedy="Fill in the sheet on coding.",
            )
        )
    frame = pd.DataFrame(
        [(c.statement, c.coder, c.kind, c.theme, c.finding) for c in found.codings],
        columns=list(FORMS["codings"].headings),
    )
    own = frame[frame["coder"] != AGREED]
    categories: dict[Sorted, Sequence[str]] = {
        "kind": get_args(FindingKind),
        "theme": [theme.id for theme in found.themes],
        "finding": ["", *(item.id for item in found.findings)],
    }
    rows = [row for name in SORTED for row in _measured(own, name, categories[name])]
    settled = _settled(frame)
    return CodingAgreement(
        pd.DataFrame(rows, columns=list(_TABLE)), _disagreements(own, settled), settled
    )


def _measured(own: pd.DataFrame, name: Sorted, categories: Sequence[str]) -> Iterator[list[object]]:
    counts = _counts(own, name, categories)
    counts = counts[counts.sum(axis=1) > 1]
    coders = own["coder"].nunique()
    for coefficient, measure in _COEFFICIENTS.items():
        reason, measured = "", None
        if len(counts) < 2:
            reason = "few_statements"
        elif (counts.sum(axis=0) > 0).sum() < 2:
            reason = "one_category"
        else:
            measured = measure(counts, two_sided(0.95))
        yield [name, coefficient, *_numbers(measured), len(counts), coders, reason]


def _numbers(found: Agreement | None) -> list[float]:
    if found is None:
        return [np.nan] * 5
    limits = found.interval
    return [
        found.coefficient, float(limits.lower), float(limits.upper), found.observed, found.expected
    ]  # fmt: skip


def _counts(own: pd.DataFrame, name: Sorted, categories: Sequence[str]) -> npt.NDArray[np.int64]:
    """Count for each statement how many coders chose each category."""
    units, statements = pd.factorize(own["statement"], sort=True)
    chosen = pd.Categorical(own[name], categories=list(categories)).codes
    size = (len(statements), len(categories))
    places = units * size[1] + chosen.astype(np.int64)
    return np.bincount(places, minlength=size[0] * size[1]).reshape(size)


def _settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the sorting of each statement that all coders share, or that was agreed on."""
    agreed = frame[frame["coder"] == AGREED].set_index("statement")
    distinct = frame[~frame["statement"].isin(agreed.index)].drop_duplicates(["statement", *SORTED])
    alone = ~distinct["statement"].duplicated(keep=False)
    known = pd.concat([distinct[alone].set_index("statement"), agreed])
    order = pd.unique(frame["statement"])
    return known.reindex([key for key in order if key in known.index])[list(SORTED)].reset_index()


def _disagreements(own: pd.DataFrame, settled: pd.DataFrame) -> pd.DataFrame:
    """List what differs between the coders of a statement that is not settled."""
    left = own[~own["statement"].isin(settled["statement"])]
    parts = []
    for name in SORTED:
        distinct = left.drop_duplicates(["statement", name])["statement"]
        several = distinct[distinct.duplicated()]
        rows = left[left["statement"].isin(several)]
        told = rows["coder"] + ": " + rows[name].where(rows[name] != "", "–")
        joined = told.groupby(rows["statement"], sort=False).agg("; ".join)
        parts.append(
            pd.DataFrame(
                {"statement": joined.index, "sorted_by": name, "codings": joined.to_numpy()}
            )
        )
    return pd.concat(parts).sort_values("statement", kind="stable").reset_index(drop=True)
