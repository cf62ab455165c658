"""What an evaluator adds to a report: comment, designs, events and bridges, and no cause."""

import html
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.breaks import Bridge
from baseline_compare.errors import ComparisonError
from baseline_compare.language import word
from baseline_compare.measurements import from_frame
from baseline_compare.planning import designs

KEY = "basic_sa_households"
LANGUAGES = ("fi", "sv", "en")
HEADINGS = {language: word("report.comment", language) for language in LANGUAGES}
ARGUMENT = "the same benefits <and> the same {labour} market"
REFUSED = (
    "[claim.causal] expected a {name} that claims no cause, found {found}. A comparison of before "
    "and after does not tell what caused a change: say what changed, or pass designs=... with a "
    "design that holds."
)


def event(**changes):
    known = {item.id: item for item in bc.load_baseline("2022").breaks}
    own = {"id": "own-event", "date_from": date(2023, 1, 1), "effect": "remark", **changes}
    return replace(known["total-reform-2026"], **own)


FIVE = ("MK02", "MK04", "MK05", "MK06", "MK07")


@pytest.fixture(scope="module")
def compared(baseline, regional):
    breaks = [event(areas=FIVE)]
    return bc.compare(baseline, regional, areas="region", indicators=[KEY], breaks=breaks)


def planned(result, controls=("MK08", "MK09"), argument=ARGUMENT):
    return designs(result, event="own-event", controls=controls, argument=argument)


@pytest.fixture
def page(tmp_path):
    """Write a report and give its source."""

    def made(result, **arguments):
        path = bc.write_report(result, tmp_path / "page.html", overwrite=True, **arguments)
        return path.read_text(encoding="utf-8")

    return made


def paragraphs(source, heading):
    """Give the paragraphs between a heading and the next one, as a reader sees them."""
    places = re.findall(r"<h2>(.*?)</h2>(.*?)(?=<h2>|</body>)", source, flags=re.DOTALL)
    texts = {html.unescape(name): text for name, text in places}
    if heading not in texts:
        return None
    return [html.unescape(p) for p in re.findall(r"<p>(.*?)</p>", texts[heading], flags=re.DOTALL)]


def told(source):
    return [html.unescape(text) for text in re.findall(r"<p>(.*?)</p>", source)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comment_stands_under_its_heading(compared, page, language):
    comment = "Määrä väheni Itä-Suomessa.\n\n\n\nAntalet & summan sjönk; 2 < 3."
    source = page(compared, language=language, comment=comment)
    wanted = ["Määrä väheni Itä-Suomessa.", "Antalet & summan sjönk; 2 < 3."]
    assert paragraphs(source, HEADINGS[language]) == wanted
    assert "Antalet &amp; summan sjönk; 2 &lt; 3." in source
    others = set(HEADINGS.values()) - {HEADINGS[language]}
    assert not any(paragraphs(source, other) for other in others)


def test_without_a_comment_there_is_no_heading(compared, page):
    for comment in ("", " \n\n \n\n"):
        assert paragraphs(page(compared, comment=comment), HEADINGS["en"]) is None


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("One line\nand the next.", ["One line and the next."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("One.\n \nTwo.", ["One.", "Two."]),
        ("One\tand two.", ["One and two."]),
    ],
    ids=["wrapped line", "line ends of Windows", "blank line with a space", "tab"],
)
def test_white_space_of_a_comment_parts_words_and_paragraphs(compared, page, comment, wanted):
    source = page(compared, comment=comment)
    shown = [" ".join(text.split()) for text in paragraphs(source, HEADINGS["en"])]
    assert shown == wanted


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</p></body><svg onload=alert(1)>",
    "{{ report }} {% include 'page.html' %} {0} {name}",
]


def test_a_hostile_comment_is_shown_and_does_nothing(compared, page):
    source = page(compared, comment="\n\n".join(HOSTILE))
    assert paragraphs(source, HEADINGS["en"]) == HOSTILE
    plain = page(compared, comment="\n\n".join("abcd"))
    tags = [re.findall(r"<(/?[a-z]+)", text) for text in (plain, source)]
    assert tags[0] == tags[1]


def test_invisible_letters_leave_every_text_of_ones_own(compared, page):
    found = planned(compared, argument="ar\u202egu\x07ment")
    source = page(compared, comment="com\u202em\x07ent", designs=found)
    assert "<p>comment</p>" in source
    assert "argument" in source
    assert not re.search(r"[\u202e\x07]", source)


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("Fewer, due to the act.", "'due to'"),
        ("Fine.\n\nUudistuksen vaikutus, lain takia.", "'vaikutus', 'takia'"),
        ("Det beror på lagen.", "'beror på'"),
    ],
)
def test_a_causal_comment_is_refused_and_leaves_no_page(compared, tmp_path, comment, found):
    with pytest.raises(ComparisonError) as caught:
        bc.write_report(compared, tmp_path / "page.html", comment=comment)
    assert caught.value.code == "claim.causal"
    assert str(caught.value) == REFUSED.format(name="comment", found=found)
    assert list(tmp_path.iterdir()) == []
    kept = tmp_path / "kept.html"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(ComparisonError):
        bc.write_report(compared, kept, comment=comment, overwrite=True)
    assert kept.read_text(encoding="utf-8") == "mine"


NAMES = {"fi": "Lain vaikutus", "sv": "Lagen", "en": "The act"}


@pytest.mark.parametrize(
    ("arguments", "name", "found"),
    [
        (
            {"areas": {"Laskua aiheuttaneet": ["MK06"], "muut": ["MK07"]}},
            "name of the group 'Laskua aiheuttaneet'",
            "'aiheuttaneet'",
        ),
        ({"breaks": [event(names=NAMES)]}, "name of the event 'own-event'", "'vaikutus'"),
    ],
    ids=["group", "event"],
)
def test_names_of_ones_own_claim_no_cause(baseline, regional, tmp_path, arguments, name, found):
    result = bc.compare(baseline, regional, indicators=[KEY], **arguments)
    with pytest.raises(ComparisonError) as caught:
        bc.write_report(result, tmp_path / "page.html")
    assert str(caught.value) == REFUSED.format(name=name, found=found)
    assert list(tmp_path.iterdir()) == []


def test_an_argument_claims_no_cause_where_no_design_holds(compared, tmp_path):
    unclaimable = planned(compared, ["MK08"], argument="the fall is due to the act")
    with pytest.raises(ComparisonError, match=r"claim\.causal"):
        bc.write_report(compared, tmp_path / "page.html", designs=unclaimable)


def test_the_source_of_a_bridge_claims_no_cause(baseline, regional, tmp_path):
    bridge = Bridge(factor=0.9, standard_error=0.02, source="the effect of the act")
    bridged = bc.compare(
        baseline,
        regional,
        indicators=[KEY],
        breaks=[event(effect="not_comparable")],
        bridges={"own-event": bridge},
    )
    with pytest.raises(ComparisonError, match=r"claim\.causal"):
        bc.write_report(bridged, tmp_path / "page.html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_design_that_holds_allows_causal_words_and_is_printed(compared, page, language):
    found = planned(compared)
    assert found.claimable
    source = page(compared, language=language, comment="The act caused it.", designs=found)
    assert paragraphs(source, HEADINGS[language]) == ["The act caused it."]
    lines = found.summary(language)
    assert any(line.endswith(f": {ARGUMENT}") for line in lines)
    assert set(lines) <= set(told(source))
    assert word("report.no_cause_2023", language) not in told(source)


def test_designs_that_do_not_hold_allow_nothing_but_are_printed(compared, page, tmp_path):
    found = planned(compared, ["MK08"])
    with pytest.raises(ComparisonError, match=r"claim\.causal"):
        page(compared, comment="The act caused it.", designs=found)
    assert list(tmp_path.iterdir()) == []
    source = page(compared, designs=found)
    assert "with 5 treated and 1 control areas the smallest possible p-value is 1/6" in source
    assert "So nothing here tells what caused a change." in source


def test_the_designs_of_another_comparison_allow_nothing(compared, result, tmp_path):
    with pytest.raises(ComparisonError):
        bc.write_report(
            result, tmp_path / "page.html", comment="due to the act", designs=planned(compared)
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_of_2023_says_which_designs_are_possible(compared, page, language):
    shown = told(page(compared, language=language))
    assert word("report.no_cause_2023", language) in shown
    assert set(designs(compared).summary(language)) <= set(shown)


def synthetic(years):
    rng = np.random.default_rng(7)
    table = [
        (KEY, code, f"{year}-{month:02d}", int(rng.poisson(4_000)))
        for code in [a.code for a in bc.areas.registry().at_level("region", vintage=2022)]
        for year in years
        for month in range(1, 13)
        if code != "MK21"
    ]
    frame = pd.DataFrame(table, columns=["indicator", "area", "period", "value"])
    return from_frame(frame, source="synthetic-years")


@pytest.mark.parametrize("language", LANGUAGES)
def test_later_years_get_the_plain_sentence(page, tmp_path_factory, language):
    folder = tmp_path_factory.mktemp("later")
    own = bc.seal(synthetic(range(2023, 2025)), folder, name="later", base_year=2024)
    result = bc.compare(own, synthetic([2025]), areas="mainland")
    assert "counties-start" not in [item.id for item in result.touching_breaks]
    source = page(result, language=language)
    assert word("report.no_cause", language) in told(source)
    assert word("report.no_cause_2023", language) not in source
    assert designs(result).summary(language)[0] not in told(source)


def test_no_sentence_of_a_chart_ends_twice(page, tmp_path):
    own = bc.seal(synthetic(range(2019, 2025)), tmp_path, name="longer", base_year=2024)
    source = page(bc.compare(own, synthetic([2025]), areas="mainland"))
    titles = re.findall(r"<title[^>]*>(.*?)</title>", source, flags=re.DOTALL)
    assert any(word("report.no_cause", "en") in title for title in titles)
    assert not [title for title in titles if re.search(r"\.\.$", title)]


@pytest.mark.parametrize(
    ("language", "factor", "error"),
    [("fi", "1,25", "0,031"), ("sv", "1,25", "0,031"), ("en", "1.25", "0.031")],
)
def test_events_and_bridges_of_ones_own_are_printed(
    baseline, regional, page, language, factor, error
):
    own = event(effect="not_comparable")
    bridge = Bridge(factor=1.25, standard_error=0.031, source="a count <twice>, January 2023")
    result = bc.compare(
        baseline, regional, indicators=[KEY], breaks=[own], bridges={"own-event": bridge}
    )
    source = page(result, language=language)
    shown, name = told(source), own.name(language)
    assert word("report.own_breaks", language, names=name) in shown
    (line,) = [text for text in shown if bridge.source in text and name in text]
    assert re.search(rf"(?<![\d.,]){re.escape(factor)}(?![\d.,])", line)
    assert re.search(rf"(?<![\d.,]){re.escape(error)}(?![\d.,])", line)
    assert any(name in item for item in re.findall(r"<li>(.*?)</li>", source))
