"""Personal data that a form does not take: contact data in texts, and columns for names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CONTACTS = {
    "an e-mail address": re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\W\d_]{2,}"),
    "a personal identity code": re.compile(
        r"(?<![0-9A-Za-z])[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-Z](?![0-9A-Za-z])",
        re.ASCII | re.IGNORECASE,
    ),
    "a telephone number": re.compile(
        r"(?<![0-9])(?:\+|00)[1-9](?:[\s()-]?[0-9]){7,13}(?![0-9])"
        r"|(?<![0-9.,-])0[1-9](?:[\s-]?[0-9]){5,9}(?![0-9.,])",
        re.ASCII,
    ),
}
_COLUMNS = re.compile(
    r"(etu|suku|koko)?nimi|nimet|(för|efter)?namn|(first|last|full|sur)?\W?name|s[äa]hk[öo]posti"
    r"(osoite)?|e-?mail|e-?post(adress)?|puhelin(numero)?|puh\.?|phone|telefon(nummer)?|tel\.?"
    r"|henkil[öo]tunnus|hetu|personbeteckning|personal identity code|osoite|adress|address"
    r"|osallistujan nimi|deltagarens namn|participant|yhteystiedot|kontaktuppgifter|contact",
    re.IGNORECASE,
)


def contact_in(text: str) -> str | None:
    """Name the kind of contact data that a text holds, if it holds any.

    Examples
    --------
    >>> contact_in("Soita 040 123 4567"), contact_in("Päätös tuli 040 päivässä")
    ('a telephone number', None)
    """
    return next((kind for kind, form in _CONTACTS.items() if form.search(text)), None)


def personal_columns(headings: Iterable[str]) -> list[str]:
    """Give the headings under which names or contact data stand.

    Examples
    --------
    >>> personal_columns(["id", "Nimi", "Sähköposti", "name_fi"])
    ['Nimi', 'Sähköposti']
    """
    return [name for name in headings if _COLUMNS.fullmatch(name.strip())]
