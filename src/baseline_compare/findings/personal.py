"""Personal data that a form does not take: contact data in texts, and columns for names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_GAP = "[ \u2010\u2013-]"
_NO_TELEPHONES = (
    r"[0-9]{7}-[0-9](?![0-9])",  # a business id: 0246246-0
    r"0[0-9]{4} 0[0-9]{4}(?![0-9])",  # postal codes: 00100 00120
    rf"0[1-9]{_GAP}(?:0[1-9]|1[0-2]){_GAP}(?:19|20)[0-9]{{2}}(?![0-9])",  # months: 01-12 2022
)
_TELEPHONE = (
    rf"(?<![0-9])(?<![0-9][.,-])(?!{'|'.join(_NO_TELEPHONES)})"
    rf"(?:(?:\+|00)[1-9](?:{_GAP}?[()]?{_GAP}?[0-9]){{7,13}}(?!{_GAP}?[0-9]| ?(?:€|eur|%))"
    rf"|0[1-9](?:[()]?{_GAP}?[()]?[0-9]){{5,9}}(?![0-9]|[.,][0-9]))"
)
_CONTACTS = {
    "an e-mail address": re.compile(r"[^\s@<>]@[^\s@<>]{1,250}\.[^\W\d_]{2,}"),
    "a personal identity code": re.compile(
        r"(?<![0-9A-Za-z])[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-Z](?![0-9A-Za-z])",
        re.ASCII | re.IGNORECASE,
    ),
    "a telephone number": re.compile(_TELEPHONE, re.ASCII | re.IGNORECASE),
}
_COLUMNS = re.compile(
    "|".join(
        (
            r"(etu|suku|koko)?nimi|nimet|etu- ja sukunimi|vastaaja|haastateltava",
            r"(osallistujan|vastaajan|arvioijan|kirjaajan|luokittelijan) nimi",
            r"(för|efter)?namn|för- och efternamn|respondent|participant",
            r"(deltagarens|respondentens|bedömarens|kodarens) namn",
            r"((first|last|full|sur|participant|rater|coder)[\W_]?)?name",
            r"s[äa]hk[öo]posti(osoite)?|e-?mail|e-?post(adress)?|osoite|adress|address",
            r"puhelin(numero|nro)?|puh\.?|phone|telefon(nummer)?|tel\.?",
            r"henkil[öo]tunnus|hetu|personbeteckning|personal identity code",
            r"yhteystiedot|kontaktuppgifter|contact",
        )
    ),
    re.IGNORECASE,
)


def contact_in(text: str) -> str | None:
    """Name the kind of contact data that a text holds, if it holds any.

    Examples
    --------
    >>> contact_in("Soita 040 123 4567"), contact_in("Päätös tuli 040 päivässä")
    ('a telephone number', None)
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    return next((kind for kind, form in _CONTACTS.items() if form.search(folded)), None)


def personal_columns(headings: Iterable[str]) -> list[str]:
    """Give the headings under which names or contact data stand.

    Examples
    --------
    >>> personal_columns(["id", "Nimi", "Sähköposti", "name_fi"])
    ['Nimi', 'Sähköposti']
    """
    return [name for name in headings if _COLUMNS.fullmatch(name.strip())]
