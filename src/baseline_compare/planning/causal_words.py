"""Words that claim a cause, in Finnish, Swedish and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.language import printable
from baseline_compare.planning.designs import Designs

_PATTERNS = {
    "en": r"because of|due to|owing to|thanks to|caus(?:e|es|ed|ing|al|ally)|affect(?:s|ed|ing)?|"
    r"(?<!took )(?<!takes )(?<!take )(?<!into )(?<!in )effects?|impact\w*|l(?:ed|eads?|eading) to|"
    r"a result of|result(?:ed|ing) (?:in|from)|results? from|attributable to|attributed to|"
    r"driven by|explained by|stem(?:s|med)? from|consequences?|(?:brought|brings?|bringing) about",
    "fi": r"(?!vuorovaik)\w*vaiku(?:tu\w+|tt(?!aa siltä)\w+|ta|tan)|joh[td]u\w*|"
    r"joht(?:i|ivat|anut|aneet)|"
    r"johdosta|aiheu[td]\w+|ansiosta|takia|vuoksi|seurau\w+|"
    r"(?:pää)?syy(?:n|nä|stä|ksi|t)?|(?:pää)?syi(?:tä|den|stä|nä)|tulosta siitä|selitt\w+|myötä",
    "sv": r"på grund av|p\.\s?g\.\s?a\.?|be(?:ror|rodde|ro|rott)(?: \w+){0,2} på|\w*orsak\w*|"
    r"\w*effekt(?:en|er|erna|ens|ers|ernas)?|påverk\w*|inverk\w+|till följd av|en följd av|"
    r"följden av|l(?:edde|eder|eda|ett) till|tack vare|resultera\w* i|förklaras?",
}
"""Plain words and their inflections; sv "led till" is left out, which may be the noun."""

_ANY = re.compile(
    "|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in _PATTERNS.values()), re.IGNORECASE
)


def causal_words(text: str) -> list[str]:
    """List the words of a text that claim a cause, in any of the three languages.

    The text is taken as a reader sees it: without invisible letters, white space of one kind.

    Examples
    --------
    >>> causal_words("Fewer households, due to the reform"), causal_words("Uudistuksen vaikutukset")
    (['due to'], ['vaikutukset'])
    >>> causal_words("Households were fewer than in 2022.")
    []
    """
    read = " ".join(printable(unicodedata.normalize("NFC", text.replace("\n", " "))).split())
    return [found.group() for found in _ANY.finditer(read)]


def refuse_causal_words(texts: Mapping[str, str], designs: Designs | None) -> None:
    """Refuse texts that claim a cause where no design allows it.

    Parameters
    ----------
    texts
        What each text is, and the text.
    designs
        The designs that were found possible, if any were looked for.

    Raises
    ------
    ComparisonError
        ``claim.causal``, with every text that claims a cause.

    Examples
    --------
    >>> refuse_causal_words({"comment": "Ei vaikutusta."}, None)
    Traceback (most recent call last):
    baseline_compare.errors.ComparisonError: [claim.causal] expected a comment that claims no cause,
    found 'vaikutusta'. A comparison of before and after does not tell what caused a change: say
    what changed, or pass designs=... with a design that holds.
    """
    if designs is not None and designs.claimable:
        return
    problems = [
        Problem(
            code="claim.causal",
            expected=f"a {name} that claims no cause",
            found=", ".join(map(repr, found)),
            remedy="A comparison of before and after does not tell what caused a change: say what "
            "changed, or pass designs=... with a design that holds.",
        )
        for name, text in texts.items()
        if (found := causal_words(text))
    ]
    if problems:
        raise ComparisonError(problems)
