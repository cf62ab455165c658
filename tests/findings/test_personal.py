"""Contact data is refused wherever it stands; ordinary prose with numbers in it is not."""

import pytest

from baseline_compare.findings.personal import contact_in, personal_columns

TELEPHONES = [
    "Soita 040 123 4567.",
    "Soita 0401234567, kiitos",
    "puh. 040-123 4567",
    "Puh.0401234567",
    "p. (09) 123 4567",
    "Numero on 09 1234567!",
    "+358 40 123 4567",
    "+358401234567",
    "00358 40 123 4567",
    "ring mig på 018-12345",
    "+46 70 123 45 67",
    "Tel: 0294 123 456;",
    "040 123 4567 / Matti",
    "040\u00a0123\u202f4567",
    "040–123 4567",
    "０４０ 1234567",
    "040  123\n4567",
    "+358 (0)40 123 4567",
]
CODES = ["010190-123A", "Hetu 131052-308T.", "010104A123B", "(010190-123a)", "010190Y123A"]
ADDRESSES = ["maija.meikalainen@kunta.fi", "<a@b.fi>", "skriv till åsa.ö@kommun.fi, tack"]
PROSE = [
    "Toimeentulotuesta annetun lain (1412/1997) 14 a § on epäselvä.",
    "Laki 1412/1997, 7 b § ja 7 c §, ja HE 358/2014 vp.",
    "Palvelupiste on auki klo 9-15 ja 16–18.",
    "Auki arkisin 08.00-16.00, ma 08:15-12:30.",
    "Vuokra on 1 200,50 € kuukaudessa, tulot 0,00 €.",
    "Perusosa oli 514,82 e/kk ja nyt 555.11 e/kk.",
    "Vuosina 2017 2018 2019 käsittely kesti.",
    "Kuukaudet 01-12 2022 puuttuvat.",
    "Ajalla 01.09.2022-31.12.2022 odotettiin 0-7 päivää.",
    "Kausi 09-12-2022 oli vaikea, samoin 09–12 2023.",
    "Hakemuksia oli 123 456 789 kappaletta.",
    "Menot kasvoivat +12 000 000 euroa ja +120 000 000 €.",
    "Määräraha 0 500 000 euroa ei riitä.",
    "Diaarinumero 12/010/2022 ja KUNTA-2022-00123.",
    "Arvio 1-5: 3,5; osuus 0,123456 %.",
    "Y-tunnus 0246246-0 kuuluu Kelalle.",
    "FPA gav beslut 12.9.2024 kl. 9.30-11.00, se § 14 a.",
    "Grunddelen var 514,82 euro per månad år 2022-2023.",
    "Lagen om utkomststöd (1412/1997) 10 § 1 mom.",
    "Väntetiden är 7-14 dagar, ibland 30 dagar.",
    "Kostnaderna ökade med 1 200 000 euro (0,5 %) 2021-2023.",
    "Postinumerot 00100 00120 00130 ja 33100.",
    "Kerroin on 0.0123456789.",
    "10 000 - 20 000 asiakasta vuodessa; 1 000 000 000 euroa.",
    "@-merkki ja 5 @ 3 euroa",
]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (TELEPHONES, "a telephone number"),
        (CODES, "a personal identity code"),
        (ADDRESSES, "an e-mail address"),
    ],
)
def test_contact_data_is_found(texts: list[str], kind: str) -> None:
    assert {text: contact_in(text) for text in texts} == dict.fromkeys(texts, kind)


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_left_in_peace(text: str) -> None:
    assert contact_in(text) is None


@pytest.mark.parametrize(
    "heading",
    [
        "Nimi", "etunimi", "Sukunimi ", "Etu- ja sukunimi", "Osallistujan nimi", "vastaaja",
        "Namn", "Efternamn", "Deltagarens namn", "name", "First name", "full_name", "e-mail",
        "Email", "E-post", "sähköposti", "SÄHKÖPOSTIOSOITE", "puhelin", "Puh.", "puhelinnumero",
        "telefon", "Phone", "hetu", "henkilötunnus", "personbeteckning", "osoite", "yhteystiedot",
    ],
)  # fmt: skip
def test_columns_for_names_and_contact_data(heading: str) -> None:
    assert personal_columns([heading, "id"]) == [heading]


@pytest.mark.parametrize("heading", ["nimi suomeksi", "namn på finska", "name_fi", "id", "teema"])
def test_columns_of_the_forms_are_none_of_them(heading: str) -> None:
    assert personal_columns([heading]) == []


def test_a_hostile_text_is_judged_quickly(within) -> None:
    with within(5):
        for text in ("0" * 60_000, "01 " * 20_000, "a." * 30_000, "+1" * 30_000, "x@" * 30_000):
            contact_in(text)
