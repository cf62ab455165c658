"""Words that claim a cause: which sentences are caught, and which are not."""

import re
import tomllib
import unicodedata
from importlib import resources

import pytest

from baseline_compare.errors import ComparisonError
from baseline_compare.planning import causal_words, refuse_causal_words


def parted(text):
    return [sentence.strip() for line in text.strip().splitlines() for sentence in line.split("|")]


FINNISH = parted("""
Väheneminen johtuu uudistuksesta. | Muutokset johtuivat laista. | Muutos on johtunut laista.
Laista johtuva muutos oli pieni. | Määrä väheni uudistuksesta johtuen.
Muutos ei johdu uudistuksesta. | Uudistuksen vaikutus oli pieni.
Vaikutuksen koko on kolme prosenttia. | Vaikutukset näkyvät Itä-Suomessa.
Laki oli vaikutuksiltaan vähäinen. | Uudistus vaikutti kotitalouksien määrään.
Lait vaikuttivat määrään. | Se on vaikuttanut määrään. | Laki vaikuttaa määrään.
Laki ei vaikuta määrään. | Uudistus aiheutti laskun. | Lait aiheuttivat laskun.
Lasku on uudistuksen aiheuttama. | Lasku aiheutui laista. | Siitä ei aiheudu muutosta.
Määrä väheni uudistuksen ansiosta. | Määrä väheni lain takia. | Määrä väheni lain vuoksi.
Määrä väheni lain seurauksena. | Seuraukset olivat pieniä. | Syynä on uudistus.
Syy laskuun on uudistus. | Uudistuksen kokonaisvaikutus oli pieni. | Uudistus johti laskuun.
Määrä väheni lain johdosta.
""")
SWEDISH = parted("""
Minskningen beror på reformen. | Minskningen berodde på reformen.
Minskningen har berott på reformen. | Minskningen kan bero på reformen.
Minskningen beror främst på reformen. | Reformen orsakade minskningen.
Minskningen orsakas av reformen. | Orsaken är reformen. | Orsakerna är två.
Huvudorsaken är reformen. | Effekten av reformen var liten.
Reformens effekter var små. | Reformeffekten var liten. | Reformen påverkade antalet.
Lagen har påverkat antalet. | Lagens påverkan är liten. | Reformens inverkan är liten.
Antalet sjönk till följd av reformen. | Minskningen är en följd av lagen.
Minskningen är följden av lagen. | Antalet sjönk tack vare reformen.
Reformen ledde till färre hushåll.
Reformen leder till färre hushåll. | Reformen har lett till färre hushåll.
Reformen kan leda till färre hushåll. | Reformen resulterade i färre hushåll.
Antalet sjönk på grund av reformen. | Antalet sjönk p.g.a. reformen.
""")
ENGLISH = parted("""
Fewer households because of the reform. | Fewer households due to the act.
DUE TO THE ACT, fewer households. | The fall is owing to the act. | The reform caused the fall.
The reform causes a fall. | The cause is the act. | A causal reading is right.
The effect of the act is small. | The effects are small. | The act affected households.
The impact was large. | Households were impacted. | The act led to fewer households.
The act has been leading to fewer households. | The act may lead to fewer households.
The act resulted in fewer households. | The fall results from the act.
Fewer households as a result of the act. | Fewer households, thanks to the counties.
The fall is a consequence of the act. | Its consequences are small.
The fall is attributable to the act. | The act brought about the fall.
The act may bring about a fall.
""")
INNOCENT = parted("""
Kotitalouksia oli vähemmän kuin vuonna 2022. | Hyvinvointialueet aloittivat vuonna 2023.
Luvut on peitetty, jotta tietosuoja säilyy.
Yhteistyöalueen johtaja ja johtokunta kommentoivat lukuja. | Johtopäätöksiä ei tehdä.
Sosiaalityössä vuorovaikutus asiakkaan kanssa on tärkeää.
Seuranta kattaa yksitoista kuukautta. | Seuraavana vuonna luvut olivat samat.
Aiheesta on kerrottu muualla, syksyllä ja vuosittain.
Ansiotulot ja ansiosidonnainen turva ovat eri asioita. | Andelen sjönk.
Antalet hushåll var mindre än år 2022. | Resultatet visas i tabellen.
Påföljder och uppföljning nämns här. | Leden till biblioteket är stängd.
Handläggningen är effektivare än förr.
Effektivitet mäts inte här. | Tre månader i följd var talen lika.
Households were fewer than in 2022. | The causeway is closed. | Effective months are counted.
The act took effect on 1 January 2023. | The results of the comparison are in table 1.
Results in table 2 are rounded. | The ledger to be closed is due tomorrow.
The consequent numbering starts at 1. | Misleading totals were left out.
Compact tables are printed below.
""")


@pytest.mark.parametrize("sentence", [*FINNISH, *SWEDISH, *ENGLISH])
def test_a_sentence_that_claims_a_cause_is_caught(sentence):
    assert causal_words(sentence)


@pytest.mark.parametrize("sentence", INNOCENT)
def test_a_sentence_that_claims_none_is_not_caught(sentence):
    assert causal_words(sentence) == []


@pytest.mark.parametrize(
    "text",
    [
        "Fewer households, due\nto the reform",
        "Fewer households, due  to the reform",
        "Fewer households, due\u00a0to the reform",
        unicodedata.normalize("NFD", "Minskningen på grund av reformen"),
        "Uudistuksen vaiku\u00adtus",
        "Uudistuksen vaiku\u200btus",
    ],
    ids=["line break", "two spaces", "no-break space", "decomposed", "soft hyphen", "zero width"],
)
def test_words_are_read_as_a_reader_would(text):
    assert causal_words(text)


def test_words_are_listed_as_they_stand_and_in_their_order():
    text = "Due to the act; uudistuksen Vaikutukset; till följd av lagen"
    assert causal_words(text) == ["Due to", "Vaikutukset", "till följd av"]


def test_every_text_that_claims_a_cause_is_told():
    texts = {"comment": "due to the act, caused", "name": "fine", "title": "vaikutus"}
    with pytest.raises(ComparisonError) as caught:
        refuse_causal_words(texts, None)
    assert [(p.code, p.expected, p.found) for p in caught.value.problems] == [
        ("claim.causal", "a comment that claims no cause", "'due to', 'caused'"),
        ("claim.causal", "a title that claims no cause", "'vaikutus'"),
    ]


DENIES = "denies that a cause is shown"
ALLOWED = {
    "report.no_cause_2023": ("fi sv en", DENIES),
    "report.no_cause": ("fi sv en", DENIES),
    "design.no_cause": ("fi sv en", DENIES),
    "verdict.suppressed": ("fi", "why a figure is hidden, not why it changed"),
    "remark.sdc.protected": ("fi", "why a figure is hidden, not why it changed"),
    "reason.depends_on_suppressed": ("sv", "what the reading of hidden figures depends on"),
    "chart.tiles_counts": ("sv", "what counts depend on, not why they changed"),
    "reason.suppressed_cells": ("fi", "why a figure is hidden, not why it changed"),
    "result.nothing": ("fi sv", "why nothing was compared"),
    "report.unmatched_reason": ("fi sv", "why something was not compared"),
    "explain.about_own": ("fi sv", "what chance and usual variation explain"),
}


def flat(node, prefix=""):
    for key, item in node.items():
        if isinstance(item, dict):
            yield from flat(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(item)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_library_itself_claims_no_cause(language):
    path = resources.files("baseline_compare.language").joinpath(f"{language}.toml")
    sentences = dict(flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert len(sentences) > 300
    found = {
        key: text for key, text in sentences.items() if causal_words(re.sub(r"\{[^}]*\}", "", text))
    }
    allowed = {key for key, (languages, _) in ALLOWED.items() if language in languages.split()}
    assert set(found) == allowed, found
