"""Words, numbers and dates in fi, sv and en; the only place that rounds for people."""

from baseline_compare.language.figures import (
    bounds_text,
    change_text,
    date_text,
    number_text,
    percent_text,
    scaled,
    significant_text,
    unit_form,
    value_text,
)
from baseline_compare.language.words import (
    LANGUAGES,
    Language,
    capital,
    check_language,
    join_words,
    month_names,
    printable,
    word,
)

__all__ = [
    "LANGUAGES",
    "Language",
    "bounds_text",
    "capital",
    "change_text",
    "check_language",
    "date_text",
    "join_words",
    "month_names",
    "number_text",
    "percent_text",
    "printable",
    "scaled",
    "significant_text",
    "unit_form",
    "value_text",
    "word",
]
