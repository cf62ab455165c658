"""One hue from light to dark, between round numbers, and text that can be read on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.ticker import MaxNLocator

_LIGHT = "#e4eff0"
_DARK = "#0c4450"
_CLASSES = 7


def round_bounds(values: Sequence[float], text: Callable[[float], str]) -> list[float]:
    """Give round numbers around values: the bounds of classes, each written differently.

    Examples
    --------
    >>> round_bounds([933.4, 12835.2], "{:.0f}".format)
    [0.0, 2000.0, 4000.0, 6000.0, 8000.0, 10000.0, 12000.0, 14000.0]
    >>> round_bounds([7.0, 7.0], "{:.0f}".format)
    [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
    """
    low, high = min(values), max(values)
    least = 0.0 if low >= 0 else -np.inf
    room = (high - low) or abs(high) or 1.0
    if low == high:
        low, high = max(low - room / 2, least), high + room / 2
    while True:
        ticks = MaxNLocator(_CLASSES, steps=[1, 2, 5, 10]).tick_values(low, high)
        first = int(np.searchsorted(ticks, low, side="right")) - 1
        last = int(np.searchsorted(ticks, high, side="left"))
        bounds = [float(tick) for tick in ticks[max(first, 0) : last + 1]]
        if len({text(bound) for bound in bounds}) == len(bounds):
            return bounds
        room *= 2
        low, high = max(low - room / 2, least), high + room / 2


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Give the place of the class of a value; a class begins with its lower bound."""
    place = int(np.searchsorted(bounds, value, side="right")) - 1
    return min(max(place, 0), len(bounds) - 2)


def shades(number: int) -> list[str]:
    """Give so many colours of one hue, from light to dark.

    Examples
    --------
    >>> shades(3)
    ['#e4eff0', '#789aa0', '#0c4450']
    """
    light, dark = np.array(to_rgb(_LIGHT)), np.array(to_rgb(_DARK))
    shares = np.linspace(0, 1, number) if number > 1 else np.array([0.5])
    return [to_hex(light + share * (dark - light)) for share in shares]


def contrast(first: str, second: str) -> float:
    """Give the ratio of contrast of two colours: 1 for the same, 21 for black and white.

    References
    ----------
    WCAG 2.1, W3C 2018, definitions of contrast ratio and relative luminance.
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Give black or white, whichever is read better on a colour; at least 4.5 to 1.

    Examples
    --------
    >>> text_on("#e4eff0"), text_on("#0c4450")
    ('#000000', '#ffffff')
    """
    return max(("#000000", "#ffffff"), key=lambda text: contrast(text, colour))


def _luminance(colour: str) -> float:
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
