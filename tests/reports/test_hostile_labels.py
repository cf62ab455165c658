"""Labels and names that would run, hide or break out where a comparison is shown or written."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.comparison import Comparison
from baseline_compare.language import printable
from baseline_compare.measurements import Measurements, from_frame
from baseline_compare.reports.spreadsheet import neutral_text

FIXTURES = Path(__file__).parents[2] / "fixtures"
REGIONS = [
    area.code for area in registry().at_level("region", vintage=2022) if area.role != "aland"
]

FORMULAS = {
    "hyperlink": '=HYPERLINK("http://x")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1)",
    "tab": "\t=1",
    "carriage-return": "\r=1",
    "spaces": "   =1",
    "no-break-space": "\u00a0=1",
    "line-break": "North\n=1",
    "semicolon": "North;=1",
    "comma-and-space": "North, +1",
    "bar": "North|@x",
    "quote": '"=1',
    "full-width": "\uff1d1",
    "zero-width-space": "\u200b=1",
    "command": "=cmd|' /C calc'!A0",
    "vertical-tab": "\x0b=1",
    "next-line": "\x85=1",
    "nul": "\x00=1",
    "variation-selector": "\ufe0f=1",
    "hangul-filler": "\u3164=1",
}
MARKUP = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "single-quote": "'><svg onload=alert(1)>",
    "link": '<a href="javascript:alert(1)">x</a>',
    "javascript": "javascript:alert(1)",
    "style": "</style><script>alert(2)</script>",
    "title": "</title><script>alert(3)</script>",
    "end-of-script": "</script><script>alert(4)</script>",
    "end-of-svg": "</svg><img src=x onerror=alert(5)>",
    "end-of-text": "</text></svg><script>alert(6)</script>",
    "comment": "<!-- x --><b onclick=alert(7)>",
    "json": '"}]</script>\u2028\u2029',
    "data": "]]><x>&amp;<!ENTITY",
}
RENDERERS = {
    "mathtext": r"$x$ \frac",
    "unbalanced-mathtext": "$x^{$",
    "bad-mathtext": r"$\frac{$ and $\undefined$",
    "two-prices": "5 $ and 6 $",
    "markdown": "[x](javascript:alert) **b** `c` | d",
    "latex": r"\input{x} %&#_{}~^",
    "terminal": "\x1b[2Jcleared",
    "operating-system-command": "\x1b]0;title\x07",
    "c1": "\x9b2J",
    "bidi": "\u202eneve\u202c",
    "isolate": "\u2066x\u2069",
}
TEMPLATES = {
    "jinja": "{{7*7}}",
    "jinja-block": "{% for x in y %}",
    "config": "{{ report.__class__ }}",
    "format": "{0.__class__} {name} %s",
    "dollar": "${7*7} #{7*7}",
}
LABELS = {
    92: FORMULAS,
    93: {key: MARKUP[key] for key in list(MARKUP)[:7]},
    94: {key: MARKUP[key] for key in list(MARKUP)[7:]},
    95: RENDERERS,
    96: TEMPLATES,
}
NAMES = {
    "parent": "../x",
    "absolute": "/x",
    "backslash": "..\\x",
    "nul": "x\x00y",
    "300-characters": "x" * 300,
    "101-characters": "x" * 101,
    "device": "con",
    "device-with-an-ending": "nul.csv",
    "port": "lpt1",
    "upper-case": "CON",
    "dot-at-the-end": "mine.",
    "dot": ".",
    "empty": "",
    "letters-of-finnish": "lähtötilanne",
    "space": "my baseline",
    "newline": "mine\n",
    "address": "http://x",
    "drive": "c:x",
}
CASES = [(row, name, text) for row, labels in LABELS.items() for name, text in labels.items()]
ROW_VARIANTS = [
    *((row, f"label-{name}") for row, name, _ in CASES),
    *((97, f"name-{name}") for name in NAMES),
]
LABEL = pytest.mark.parametrize(
    "text", [pytest.param(text, id=f"row-{row}-{name}") for row, name, text in CASES]
)


@cache
def later() -> Measurements:
    return bc.read_measurements(FIXTURES / "recipients_2023.csv", source="kela-recipients")


def compared(groups: dict[str, list[str]]) -> Comparison:
    return bc.compare(
        bc.load_baseline("2022"),
        later(),
        areas=groups,
        indicators=["basic_sa_households"],
    )


@cache
def with_label(text: str) -> Comparison:
    """Compare an own group of that name, and one that cannot be compared, named alike."""
    return compared({text: ["MK01"], f"{text} ": ["KU698"], "plain": ["MK06", "MK07"]})


@dataclass
class Page(HTMLParser):
    """Everything in a page that a browser would act on, and its text."""

    live: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    chart_text: list[str] = field(default_factory=list)
    in_chart_text: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.in_chart_text = tag == "text"
        if tag in ("script", "iframe", "object", "embed", "base", "form", "img", "link", "b", "x"):
            self.live.append(tag)
        for name, value in attrs:
            inert = "".join((value or "").split()).lower()
            if name.startswith("on") or name == "srcdoc":
                self.live.append(f"{tag} {name}")
            if name in ("href", "src", "xlink:href", "action", "data") and not inert.startswith(
                ("#", "https://")
            ):
                self.live.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.in_chart_text:
            self.chart_text.append(data)


def parsed(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def squeezed(text: str) -> str:
    return " ".join(text.split())


def starts_a_formula(cell: str) -> bool:
    """Judge as a spreadsheet with any settings could: folded, and after any separator."""
    try:
        float(cell)
    except ValueError:
        pass
    else:
        return False
    for part in re.split(r"[,;\t|\r\n]", unicodedata.normalize("NFKC", cell)):
        seen = "".join(
            letter
            for letter in part
            if unicodedata.category(letter)[0] not in "ZC"
            and letter not in '"`‘’“”\u034f\u115f\u1160\u3164'
            and not "\ufe00" <= letter <= "\ufe0f"
        )
        if seen.startswith(tuple("=+-@")):
            return True
    return False


@pytest.mark.parametrize("text", ["=1", " =1", "a;-b", "\u200b@x", "\uff0b1", '"=1', "\x0b=1"])
def test_the_judge_of_formulas_finds_them(text: str) -> None:
    assert starts_a_formula(text)
    assert not starts_a_formula("-5.25")
    assert not starts_a_formula("a-b = c")


@pytest.mark.parametrize("page", ["<script>1</script>", "<p onclick=x>", "<a href='javascript:x'>"])
def test_the_judge_of_pages_finds_what_is_live(page: str) -> None:
    assert parsed(page).live


@LABEL
def test_no_cell_of_the_table_starts_a_formula(text: str, tmp_path: Path) -> None:
    path = bc.write_table(with_label(text), tmp_path / "table.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert len(rows) == 2
    assert {len(row) for row in rows} == {len(header)}
    assert [cell for row in rows for cell in row if starts_a_formula(cell)] == []


@LABEL
def test_numbers_of_the_table_stay_numbers(text: str, tmp_path: Path) -> None:
    result = with_label(text)
    path = bc.write_table(result, tmp_path / "table.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    for name in ("baseline", "current", "change", "relative_change"):
        assert [float(row[name]) for row in rows] == result.table[name].tolist()
    assert any(row["change"].startswith("-") for row in rows)


@pytest.mark.parametrize("name", ["mathtext", "two-prices", "markdown", "latex"])
def test_a_chart_writes_the_label_as_it_is(name: str) -> None:
    assert RENDERERS[name] in parsed(page_with(RENDERERS[name])).chart_text


@cache
def written_page(texts: tuple[str, ...]) -> str:
    result = compared({text: [code] for text, code in zip(texts, REGIONS, strict=False)})
    with tempfile.TemporaryDirectory() as folder:
        path = bc.write_report(result, Path(folder) / "report.html")
        return path.read_text(encoding="utf-8")


def page_with(text: str) -> str:
    """Give a page with this label; labels that cannot stop a chart share one page."""
    for row in (93, 94, 96):
        if text in LABELS[row].values():
            return written_page(tuple(LABELS[row].values()))
    return written_page((text,))


@LABEL
def test_the_page_shows_the_label_and_runs_nothing(text: str) -> None:
    page = parsed(page_with(text))
    assert page.live == []
    assert {"table", "svg", "title"} <= page.tags
    assert squeezed(printable(text)) in squeezed(" ".join(page.text))


@LABEL
def test_what_is_shown_holds_no_control_or_direction_mark(text: str) -> None:
    result = with_label(text)
    for shown in (repr(result), result._repr_html_(), page_with(text)):
        hidden = {
            f"U+{ord(letter):04X}"
            for letter in shown
            if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") and letter != "\n"
        }
        assert hidden == set()


@LABEL
def test_the_printed_result_has_one_line_a_row_and_shows_the_label(text: str) -> None:
    result = with_label(text)
    lines = repr(result).splitlines()
    assert sum(line.endswith("changes as large also between earlier years") for line in lines) == 2
    assert squeezed(printable(text)) in squeezed(repr(result))
    notebook = parsed(result._repr_html_())
    assert notebook.live == []
    assert squeezed(printable(text)) in squeezed(" ".join(notebook.text))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_label_is_never_calculated(language: str, tmp_path: Path) -> None:
    path = bc.write_report(
        with_label("{{7*7}}"),
        tmp_path / "report.html",
        language=language,
    )
    text = " ".join(parsed(path.read_text(encoding="utf-8")).text)
    assert "{{7*7}}" in text


@pytest.mark.parametrize(
    "text",
    [
        FORMULAS["hyperlink"], FORMULAS["line-break"], FORMULAS["semicolon"], MARKUP["script"],
        MARKUP["image"], RENDERERS["mathtext"], RENDERERS["unbalanced-mathtext"],
        TEMPLATES["jinja"],
    ],
)  # fmt: skip
def test_a_source_of_ones_own_is_inert(text: str, tmp_path: Path) -> None:
    table = later().table.query("indicator == 'basic_sa_households'")
    renamed = table.drop(columns=["file", "place"]).assign(source=f"{text}x")
    result = bc.compare(
        bc.load_baseline("2022"),
        from_frame(renamed, source="own"),
        areas="mainland",
        indicators=["basic_sa_households"],
    )
    report = bc.write_report(result, tmp_path / "report.html").read_text(encoding="utf-8")
    assert parsed(report).live == []
    path = bc.write_table(result, tmp_path / "table.csv")
    rows = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if starts_a_formula(cell)] == []


@pytest.mark.parametrize("text", ["North", "Etelä-Suomi", "a-b", "2022–2023", "5 %", "A & B"])
def test_an_ordinary_label_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    assert neutral_text(text) == text
    path = bc.write_table(with_label(text), tmp_path / "table.csv")
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert text in [row[1] for row in rows]


@pytest.mark.parametrize("name", NAMES.values(), ids=[f"row-97-{name}" for name in NAMES])
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "releases"
    with pytest.raises(bc.BaselineCompareError) as caught:
        bc.seal(later(), folder, name=name)
    assert caught.value.code == "path.name"
    assert "[path.name] expected a" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["mine", "2023", "a.b-c_d", "console", "x" * 100])
def test_a_plain_name_is_taken(name: str, tmp_path: Path) -> None:
    rows = later().select(indicators=["basic_sa_households"], areas=["MK01"])
    assert bc.seal(rows, tmp_path, name=name).name == name
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_files_that_are_there_are_kept(tmp_path: Path) -> None:
    result = with_label("North")
    for write, name in ((bc.write_table, "t.csv"), (bc.write_report, "r.html")):
        (tmp_path / name).write_text("mine", "utf-8")
        with pytest.raises(bc.BaselineCompareError, match=r"path\.exists"):
            write(result, tmp_path / name)
        assert (tmp_path / name).read_text("utf-8") == "mine"
    assert np.isfinite(result.table["change"]).all()
