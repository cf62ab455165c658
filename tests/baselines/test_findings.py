"""Findings: the published ones, and files of one's own with something wrong in them."""

from collections import Counter

import pytest

from baseline_compare.baselines.findings import (
    COLUMNS,
    findings_rows,
    parse_findings,
    read_findings,
)
from baseline_compare.errors import BaselineCompareError

GOOD = "f1,weakness,access,FI-MAINLAND,,Yksi.,En.,One.,own-survey,report"


def text(*rows: str) -> str:
    return "\n".join([",".join(COLUMNS), *rows]) + "\n"


def test_the_published_findings_are_shipped(baseline):
    kinds = Counter(finding.kind for finding in baseline.findings)
    assert kinds == {"strength": 2, "weakness": 6, "recommendation": 5}
    assert {finding.status for finding in baseline.findings} == {"summary", "press"}
    for finding in baseline.findings:
        assert finding.theme in baseline.themes
        assert finding.source in baseline.sources
        assert len({finding.statement(language) for language in ("fi", "sv", "en")}) == 3


def test_findings_read_as_they_are_written(fixtures, baseline):
    own = read_findings(fixtures / "baseline_2022" / "findings.csv")
    assert own == baseline.findings
    assert [len(row) for row in findings_rows(own)] == [len(COLUMNS)] * 13


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([GOOD.replace("weakness", "problem")], "mark.unknown"),
        ([GOOD.replace("report", "rumour")], "mark.unknown"),
        ([GOOD.replace("En.", "")], "key.missing"),
        ([GOOD.replace("FI-MAINLAND", "FI-MAINLAN")], "area.unknown"),
        ([GOOD, GOOD], "key.duplicate"),
        ([GOOD + ",more"], "row.width"),
        ([GOOD.removesuffix(",report")], "row.width"),
        ([GOOD.replace("Yksi.", '"Yksi')], "csv.quote"),
    ],
)
def test_a_finding_that_cannot_be_taken_is_refused(rows, code):
    assert len(parse_findings(text(GOOD), file="own.csv")) == 1
    with pytest.raises(BaselineCompareError) as caught:
        parse_findings(text(*rows), file="own.csv")
    assert caught.value.code == code


def test_another_header_is_refused():
    with pytest.raises(BaselineCompareError, match=r"header\.unexpected"):
        parse_findings("id,kind\n", file="own.csv")
