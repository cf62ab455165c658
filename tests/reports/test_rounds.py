"""The section of a report on what became of findings, and its table as a file."""

import html
import re

import pandas as pd
import pytest

import baseline_compare as bc
from made_rounds import ballots, finding, made

LANGUAGES = ("fi", "sv", "en")
HEADS = {
    "fi": "Mitä havainnoille on tapahtunut",
    "sv": "Vad som blivit av iakttagelserna",
    "en": "What became of the findings",
}
HOSTILE = ("<script>alert(1)</script>", '"><img onerror=x>', "{{7*7}}", "=HYPERLINK(1)")


@pytest.fixture(scope="module")
def followup(fixtures):
    return bc.read_round(fixtures / "INTERNAL-synthetic-2025.xlsx")


@pytest.fixture(scope="module")
def found(baseline, followup):
    return bc.compare_findings(baseline, followup)


def plain(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_section_tells_every_finding_its_fate_and_what_is_hidden(
    found, result, language, tmp_path
):
    path = bc.write_report(bc.triangulate(found, result), tmp_path / "r.html", language=language)
    page = path.read_text(encoding="utf-8")
    section = page.split(f"<h2>{HEADS[language]}</h2>")[1].split("<h2>")[0]
    told = plain(section)
    for item in (*found.earlier.findings, *found.later.findings):
        if not item.continues:
            assert item.statement(language).rstrip(".") in told
    assert section.count("<svg") == 4
    body = re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>")[1], flags=re.DOTALL)
    assert len(body) == len(found.table)
    assert "R101" not in page
    assert not any(statement.text in page for statement in found.later.statements)


def test_a_report_without_rounds_has_no_such_section(result, tmp_path):
    page = bc.write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    assert HEADS["en"] not in page


def test_key_development_targets_are_named(result, tmp_path):
    page = bc.write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("key development target") == 3


def test_an_internal_report_shows_what_is_hidden_and_says_so(found, result, tmp_path):
    beside = bc.triangulate(found, result)
    path = bc.write_report(beside, tmp_path / "r.html", disclosure="off")
    assert path.name == "INTERNAL-r.html"
    assert "adjusted p" in path.read_text(encoding="utf-8")
    safe = bc.write_report(beside, tmp_path / "s.html").read_text(encoding="utf-8")
    assert "adjusted p 0." not in plain(safe)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_inert(baseline, result, tmp_path, label):
    named = finding("x", theme="access", area="YTA1")
    hostile = type(named)(**{**{f: getattr(named, f) for f in named.__slots__},
                             "statements": {"en": label}})  # fmt: skip
    later = made(2025, [hostile], themes=baseline.round.themes)
    found = bc.compare_findings(baseline, later)
    page = bc.write_report(bc.triangulate(found, result), tmp_path / "r.html").read_text("utf-8")
    assert label in plain(page) or "<" in label
    assert "<script" not in page
    assert "<img" not in page
    table = pd.read_csv(bc.write_table(found, tmp_path / "t.csv"))
    assert len(table) == len(found.table)


def test_the_table_of_fates_says_what_it_rests_on(found, tmp_path):
    table = pd.read_csv(bc.write_table(found, tmp_path / "fates.csv"))
    assert table["synthetic"].unique().tolist() == ["yes"]
    assert table["round"].unique().tolist() == [2022]
    assert table["disclosure"].unique().tolist() == ["counts below 5 hidden"]
    assert table["family_size"].unique().tolist() == [found.settings.family_size]
    assert table.loc[table["area"] == "YTA4", "raters_later"].isna().all()
    own = bc.write_table(found, tmp_path / "fates.csv", disclosure="off")
    assert own.name == "INTERNAL-fates.csv"
    raw = pd.read_csv(own)
    rated = raw[(raw["area"] == "YTA4") & (raw["method"] != "")]
    assert (rated["raters_later"] == 4).all()


def test_twins_that_differ_in_hidden_ballots_alone_leave_the_same_bytes(baseline, result, tmp_path):
    pages = []
    for number, counts in enumerate(({4: 3, 3: 2, 2: 2}, {4: 2, 3: 3, 1: 2})):
        later = made(2025, [], ballots("weakness-access", "YTA1", counts, "change"),
                     themes=baseline.round.themes)  # fmt: skip
        beside = bc.triangulate(bc.compare_findings(baseline, later), result)
        for language in LANGUAGES:
            path = bc.write_report(beside, tmp_path / f"{number}{language}.html", language=language)
            pages.append(path.read_bytes())
    assert pages[:3] == pages[3:]
