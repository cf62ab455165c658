"""Numbers and dates as people read them.

Finnish and Swedish group digits with a no-break space, write a decimal comma and set a no-break
space before the per cent sign; English has commas, a point and no space. The minus sign is U+2212
everywhere, and zero has no sign (CLDR).
"""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from baseline_compare.language.words import Language, month_names, word

_NO_BREAK_SPACE = "\u00a0"
_MINUS = "\u2212"

# Decimals of a value and of its change, and the factor from the table to what is read.
_VALUE_FORM: dict[str, tuple[int, int, int]] = {
    "share": (1, 2, 100),
    "per_inhabitant": (2, 2, 1000),
    "days": (1, 1, 1),
    "calendar_days": (1, 1, 1),
    "points": (1, 1, 1),
}


def number_text(value: float, decimals: int, language: Language, *, sign: bool = False) -> str:
    r"""Write a number, rounded half to even from its shortest decimal form.

    Examples
    --------
    >>> number_text(-61798.7, 0, "fi").replace("\u00a0", " ")
    '−61 799'
    >>> number_text(1234.5, 1, "en", sign=True)
    '+1,234.5'
    >>> number_text(-0.04, 1, "sv")
    '0,0'
    """
    step = Decimal(1).scaleb(-decimals)
    exact = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_EVEN)
    digits = f"{abs(exact):,.{decimals}f}"
    if language != "en":
        digits = digits.replace(",", _NO_BREAK_SPACE).replace(".", ",")
    if exact == 0:
        return digits
    if exact < 0:
        return _MINUS + digits
    return "+" + digits if sign else digits


def significant_text(value: float, language: Language, *, digits: int = 3) -> str:
    """Write a number of any size with so many significant digits; zeros at the end are left out.

    Examples
    --------
    >>> significant_text(0.0001234567, "fi"), significant_text(17.0, "en")
    ('0,000123', '17')
    """
    if value == 0:
        return "0"
    exact = Decimal(repr(float(value)))
    rounded = round(exact, digits - 1 - exact.adjusted()).normalize()
    exponent = rounded.as_tuple().exponent
    return number_text(float(rounded), max(0, -int(exponent)), language)


def percent_text(share: float, decimals: int, language: Language, *, sign: bool = False) -> str:
    r"""Write a share in [0, 1], or a relative change, as per cent.

    Examples
    --------
    >>> percent_text(0.123, 1, "en")
    '12.3%'
    >>> percent_text(-0.0405, 1, "sv").replace("\u00a0", " ")
    '−4,0 %'
    """
    space = "" if language == "en" else _NO_BREAK_SPACE
    return f"{number_text(scaled(share, 100), decimals, language, sign=sign)}{space}%"


def value_text(value: float, unit: str, language: Language) -> str:
    """Write a value of the table in the form its unit is read in, without the unit's name.

    Shares become per cent, values per inhabitant become values per 1,000; counts and euros are
    written whole.

    Examples
    --------
    >>> value_text(0.027999, "per_inhabitant", "en")
    '28.00'
    >>> value_text(61798.7, "households", "en")
    '61,799'
    """
    decimals, _, factor = _VALUE_FORM.get(unit, (0, 0, 1))
    if unit == "share":
        return percent_text(value, decimals, language)
    return number_text(scaled(value, factor), decimals, language)


def bounds_text(low: float, high: float, unit: str, language: Language) -> str:
    r"""Write the bounds of a value in the form its unit is read in; once if they round alike.

    Examples
    --------
    >>> bounds_text(43.0, 46.0, "households", "en")
    '43–46'
    >>> bounds_text(0.031618, 0.033824, "share", "fi").replace("\u00a0", " ")
    '3,2–3,4 %'
    """
    first, last = (value_text(end, unit, language) for end in (low, high))
    return last if first == last else f"{first.rstrip(f'%{_NO_BREAK_SPACE}')}\u2013{last}"


def change_text(change: float, unit: str, language: Language) -> str:
    r"""Write a difference of two values with its sign; shares differ by percentage points.

    Examples
    --------
    >>> change_text(-0.0123, "share", "en").replace("\u00a0", " ")
    '−1.23 pp'
    >>> change_text(-420.2, "households", "en")
    '−420'
    """
    decimals, factor = unit_form(unit)
    text = number_text(scaled(change, factor), decimals, language, sign=True)
    if unit == "share":
        return f"{text}{_NO_BREAK_SPACE}{word('unit.points_short', language)}"
    return text


def unit_form(unit: str) -> tuple[int, int]:
    """Give the decimals of a change in a unit, and the factor from the table to what is read.

    Examples
    --------
    >>> unit_form("share"), unit_form("households")
    ((2, 100), (0, 1))
    """
    _, decimals, factor = _VALUE_FORM.get(unit, (0, 0, 1))
    return decimals, factor


def date_text(day: datetime.date, language: Language) -> str:
    """Write a date.

    Examples
    --------
    >>> date_text(datetime.date(2023, 1, 1), "fi")
    '1.1.2023'
    >>> date_text(datetime.date(2023, 1, 1), "en")
    '1 January 2023'
    """
    if language == "en":
        return f"{day.day} {month_names('en')[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"


def scaled(value: float, factor: int) -> float:
    """Multiply in decimal arithmetic, so that 0.145 times 100 is 14.5 and not 14.499999."""
    return float(Decimal(repr(float(value))) * factor)
