"""Words that claim a cause, in Finnish, Swedish and English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.planning.designs import Designs

_PATTERNS = {
    "en": r"because of|due to|owing to|thanks to|caus(?:e|es|ed|ing|al|ally)|effects?|impact\w*|"
    r"(?:led|leads|leading) to|result(?:ed|s|ing)? (?:in|from|of)|attributable to|attributed to|"
    r"consequences?(?: of)?|brought about",
    "fi": r"vaikutu\w+|vaikutt\w+|vaikuta|johtu\w+|johtui|aiheut\w+|ansiosta|takia|vuoksi|"
    r"seurau\w+|syynä|tulosta siitä",
    "sv": r"på grund av|be(?:ror|rodde|ro) på|orsak\w*|effekt\w*|påverka\w*|inverk\w+|"
    r"till följd av|(?:ledde|leder|lett) till|tack vare|resultera\w* i|följd av",
}
_ANY = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in _PATTERNS.values()), re.IGNORECASE)


def causal_words(text: str) -> list[str]:
    """List the words of a text that claim a cause, in any of the three languages.

    Examples
    --------
    >>> causal_words("Fewer households, due to the reform"), causal_words("Uudistuksen vaikutukset")
    (['due to'], ['vaikutukset'])
    >>> causal_words("Households were fewer than in 2022.")
    []
    """
    return [found.group() for found in _ANY.finditer(text)]


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
