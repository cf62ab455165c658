"""The page as readers of three languages meet it."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.errors import WriteError

LANGUAGES = ("fi", "sv", "en")
VOID = {"meta", "br", "link", "img", "hr"}


class Page(HTMLParser):
    """Collects what a reader sees, and what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[list[str]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.stack.pop() == tag

    def handle_data(self, data):
        if not self.stack or self.stack[-1] in ("style", "script"):
            return
        if data.strip():
            self.texts.append(" ".join(data.split()))
        if {"td", "th"} & set(self.stack):
            self.cells[-1][-1] += data


def read(path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.stack == []
    return page


@pytest.fixture(scope="module")
def pages(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("päge")
    return {
        language: bc.write_report(result, folder / f"{language}.html", language=language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_self_contained_and_runs_nothing(pages, language):
    page = read(pages[language])
    tags = [tag for tag, _ in page.tags]
    assert "script" not in tags
    assert "link" not in tags
    policy = next(a for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert next(a for t, a in page.tags if t == "html")["lang"] == language
    for _, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src", "xlink:href"):
                assert re.match(r"https://|#", value or ""), value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headline_sentences_come_first(pages, result, language):
    text = pages[language].read_text(encoding="utf-8")
    places = [text.index(line) for line in result.summary(language)]
    assert places == sorted(places)
    assert places[-1] < text.index("<svg")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_result_stands_in_the_tables(pages, result, language):
    cells = [tuple(row) for row in read(pages[language]).cells]
    expected = result.display_table(language)
    names = {"baseline": 3, "current": 4, "change": 5, "relative": 6}
    for row in expected.itertuples(index=False):
        wanted = (row[2], *(row[place] or "–" for place in names.values()))
        assert any(found[:5] == wanted for found in cells), wanted
    assert sum(len(found) == 8 for found in cells) >= len(expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_it_rests_on(pages, result, language):
    text = pages[language].read_text(encoding="utf-8")
    assert result.baseline.id in text
    for origin in result.measurements.origins:
        assert origin.sha256 in text
    for row in result.baseline.lineage.values():
        assert row["sha256"] in text
    assert result.settings.library_version in text
    assert "CC BY 4.0" in text
    known = {
        "fi": "seurannan lukuja oli silloin jo julkaistu",
        "sv": "siffror för uppföljningen var då redan offentliga",
        "en": "follow-up figures were already public then",
    }
    assert known[language] in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["31.12.2021", "31.12.2022", "+3,00", "−2,91", "pyöristämättömistä luvuista"]),
        ("sv", ["31.12.2021", "31.12.2022", "+3,00", "−2,91", "oavrundade tal"]),
        ("en", ["31 December 2021", "31 December 2022", "+3.00%", "−2.91%", "unrounded values"]),
    ],
)
def test_denominators_and_margins_are_stated(pages, language, words):
    text = pages[language].read_text(encoding="utf-8")
    for word in words:
        assert word in text


def test_findings_stand_beside_the_indicators_of_their_theme(pages):
    texts = read(pages["en"]).texts
    start = texts.index("Theme: urgent assistance")
    assert "There is no common practice for urgent assistance." in texts[start + 1]
    assert "share of urgent decisions by the next working day" in texts[start + 2]
    other = texts.index("Findings without an indicator")
    assert any("Find another form for payment commitments." in line for line in texts[other:])


def test_every_finding_is_printed_once(pages, result):
    for language in LANGUAGES:
        text = "\n".join(read(pages[language]).texts)
        for finding in result.baseline.findings:
            assert text.count(finding.statement(language)) == 1


def test_every_indicator_is_compared_or_listed_as_not_compared(pages, result):
    for language in LANGUAGES:
        text = "\n".join(read(pages[language]).texts).casefold()
        for key in result.settings.indicators:
            assert result.indicators[key].name(language).casefold() in text


FOREIGN = {
    "sv": "the and with kotitalou.* toimeentulotu.* hyvinvointialue.* Kela Suomi Manner maakun.* "
    "Finland's Eastern weeks? households?",
    "fi": "the and with hushåll utkomststöd.* välfärdsområd.* FPA Fastlandsfinland landskap.* "
    "Eastern weeks? households? och för",
    "en": "kotitalou.* toimeentulotu.* hyvinvointialue.* hushåll utkomststöd.* välfärdsområd.* "
    "FPA Suomi och för",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_of_one_language_meets_no_other(pages, language):
    page = read(pages[language])
    texts = [*page.texts]
    for tag, attributes in page.tags:
        texts += [value or "" for name, value in attributes.items() if name in ("title", "alt")]
        assert tag != "img" or attributes.get("alt")
    for text in texts:
        plain = re.sub(r"https://\S+|\([a-z0-9-]+\)|[a-z0-9_]+\.csv|CC BY 4\.0", " ", text)
        foreign = "|".join(FOREIGN[language].split())
        found = [word for word in re.findall(r"\w+(?:'s)?", plain) if re.fullmatch(foreign, word)]
        assert found == [], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_the_form_of_their_language(pages, language):
    page = read(pages[language])
    numbers = [cell for row in page.cells if len(row) == 8 for cell in row[1:5]]
    group, decimal = (",", r"\.") if language == "en" else ("\u00a0", ",")
    unit = r"(?:\u00a0?%|\u00a0(?:pp|%-yks\.|%-enh\.))?"
    plain = rf"[+−]?\d{{1,3}}(?:{group}\d{{3}})*(?:{decimal}\d+)?"
    between = {"fi": "…", "sv": "till", "en": "to"}[language]
    form = rf"{plain}{unit}(?: \({plain}\u00a0{between}\u00a0{plain}{unit}\))?"
    assert sum("(" in text for text in numbers) > 50
    for text in numbers:
        assert text == "–" or re.fullmatch(form, text) or re.search("[a-zA-Z]{4}", text), text


def test_charts_are_inline_and_well_formed(pages):
    text = pages["fi"].read_text(encoding="utf-8")
    charts = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(charts) == 7
    ids: list[str] = []
    for chart in charts:
        root = ElementTree.fromstring(chart)
        assert root.get("role") == "img"
        ids += re.findall(r'\bid="([^"]+)"', chart)
    assert len(ids) == len(set(ids))


def test_a_report_of_counties_groups_what_was_not_compared(baseline, regional, tmp_path):
    found = bc.compare(baseline, regional, areas="county", indicators=["basic_sa_households"])
    page = read(bc.write_report(found, tmp_path / "c.html", language="sv"))
    rows = [row for row in page.cells if len(row) == 3 and "Nyland MK01" in row[2]]
    assert len(rows) == 2
    assert rows[1][1] == "alla områden"
    assert (
        rows[0][1] == "Östra Nyland, Mellersta Nyland, Västra Nyland, Vanda och Kervo, Helsingfors"
    )


def test_a_report_with_nothing_to_compare_says_so(baseline, tmp_path):
    frame = pd.DataFrame(
        {
            "indicator": ["basic_sa_expenditure_net"],
            "area": "FI-MAINLAND",
            "period": "2023",
            "value": [1],
        }
    )
    later = bc.measurements.from_frame(frame, source="synthetic")
    found = bc.compare(baseline, later, areas="mainland")
    for language, words in (("fi", "Mitään ei voitu verrata"), ("sv", "Ingenting kunde jämföras")):
        text = bc.write_report(found, tmp_path / f"{language}.html", language=language)
        assert words in text.read_text(encoding="utf-8")


def test_breaks_and_remarks_reach_the_report(baseline, tmp_path, fixtures):
    rows = (fixtures / "recipients_2023.csv").read_text(encoding="utf-8-sig").splitlines()
    path = tmp_path / "mixed.csv"
    path.write_bytes(("\r\n".join(rows[:3]) + "\r\n" + "\n".join(rows[3:]) + "\n").encode())
    later = bc.read_measurements(path, source="kela-recipients")
    found = bc.compare(baseline, later)
    text = bc.write_report(found, tmp_path / "r.html", language="fi").read_text(encoding="utf-8")
    assert "erilaisia rivinvaihtoja" in text
    assert "Hyvinvointialueet aloittivat" in text


def test_an_existing_file_is_kept_unless_asked(result, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match=r"path\.exists"):
        bc.write_report(result, path)
    assert path.read_text(encoding="utf-8") == "mine"
    bc.write_report(result, path, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_table_for_a_spreadsheet_says_what_it_rests_on(result, tmp_path):
    path = bc.write_table(result, tmp_path / "table.csv")
    table = pd.read_csv(path, dtype={"baseline_version": str})
    assert list(table.columns[-6:]) == [
        "baseline_name", "baseline_version", "baseline_id", "estimand", "library_version",
        "disclosure",
    ]  # fmt: skip
    assert set(table["disclosure"]) == {"counts below 5 hidden"}
    assert set(table["baseline_id"]) == {result.baseline.id}
    assert table["baseline"].tolist() == pytest.approx(result.table["baseline"].tolist(), rel=1e-15)
    assert len(table) == len(result.table)
