"""Words and numbers: the same catalogue in three languages, and Babel as the oracle of forms."""

import datetime
import re
import tomllib
from importlib import resources

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from baseline_compare.errors import BaselineCompareError
from baseline_compare.language import (
    LANGUAGES,
    change_text,
    check_language,
    date_text,
    month_names,
    number_text,
    percent_text,
    printable,
    value_text,
    word,
)

LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


def flat(node, prefix=""):
    for key, item in node.items():
        if isinstance(item, dict):
            yield from flat(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item


CATALOGUES = {
    language: dict(
        flat(
            tomllib.loads(
                resources.files("baseline_compare.language")
                .joinpath(f"{language}.toml")
                .read_text(encoding="utf-8")
            )
        )
    )
    for language in LANGUAGES
}


def test_every_language_has_every_word_with_the_same_places_to_fill():
    places = {
        language: {key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in words.items()}
        for language, words in CATALOGUES.items()
    }
    assert places["fi"] == places["en"]
    assert places["sv"] == places["en"]


def test_no_text_is_the_same_in_finnish_and_english_unless_it_is_a_name():
    same = {
        key
        for key, text in CATALOGUES["en"].items()
        if text == CATALOGUES["fi"][key] and re.search("[a-z]", re.sub(r"\{\w+\}", "", text))
    }
    assert {key for key in same if not key.startswith("publisher.")} == {
        "choice.kela",
        "responsible.kela",
    }


def _like_ours(text: str) -> str:
    return text.replace("-", "−").replace("\u202f", "\u00a0")


numbers = st.integers(-(10**12), 10**12).map(lambda cents: cents / 100)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=numbers, decimals=st.integers(0, 2))
def test_numbers_agree_with_cldr(language, value, decimals):
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    expected = _like_ours(format_decimal(value, format=pattern, locale=LOCALES[language]))
    if not any(digit in "123456789" for digit in expected):
        expected = expected.lstrip("−")
    assert number_text(value, decimals, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("share", [0.123, -0.0405, 1.0, 0.00049, 12.5])
def test_per_cent_agrees_with_cldr(language, share):
    form = "#,##0.0%" if language == "en" else "#,##0.0\u00a0%"
    expected = _like_ours(format_percent(share, format=form, locale=LOCALES[language]))
    assert percent_text(share, 1, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_dates_agree_with_cldr(language):
    names = [
        format_date(datetime.date(2023, month, 1), "LLLL", locale=LOCALES[language])
        for month in range(1, 13)
    ]
    assert list(month_names(language)) == names
    forms = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMMM y"}
    day = datetime.date(2023, 1, 1)
    assert date_text(day, language) == format_date(day, forms[language], locale=LOCALES[language])


def test_units_are_read_in_their_own_form():
    assert value_text(0.0279971, "per_inhabitant", "fi") == "28,00"
    assert value_text(0.0509, "share", "sv") == "5,1\u00a0%"
    assert value_text(720_000_000, "euros", "fi") == "720\u00a0000\u00a0000"
    assert value_text(8.04, "calendar_days", "en") == "8.0"
    assert change_text(0.0051, "share", "fi") == "+0,51\u00a0%-yks."
    assert change_text(0.0051, "share", "sv") == "+0,51\u00a0%-enh."
    assert change_text(-0.00038, "per_inhabitant", "en") == "−0.38"
    assert change_text(-0.2, "households", "en") == "0"


def test_a_label_loses_what_cannot_be_seen():
    assert printable("a\x1b[2J\u202eb\u200bc\u00adä") == "a[2Jbcä"


def test_other_languages_are_refused():
    with pytest.raises(BaselineCompareError) as caught:
        check_language("de")
    assert str(caught.value) == (
        "[language.unknown] expected fi or sv or en, found 'de'. Choose one of these languages."
    )
    with pytest.raises(BaselineCompareError):
        word("verdict.improved", "de")
