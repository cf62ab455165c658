"""What was observed, as arrays of one shape and refused where impossible: events and persons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from baseline_compare.statistics.intervals import Floats, checked, refuse

Cells = tuple[Floats, Floats, Floats, Floats]

FEW = 10
"""Below so many events limits are exact."""


def counted_events(x: npt.ArrayLike) -> Floats:
    """Give x events as an array.

    Raises
    ------
    ValueError
        Unless x >= 0.
    """
    events = checked(x=x)[0]
    refuse(events < 0, "x events with x of at least 0", x=events)
    return events


def off_the_ends(x: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Give the share x of n, of 0 and n as if half a person differed.

    For a variance, which the shares 0 and 1 themselves do not have.

    Examples
    --------
    >>> off_the_ends([0, 3, 10], 10)
    array([0.05, 0.3 , 0.95])
    """
    count, size = counted_persons(x, n)
    half = np.minimum(0.5, size / 2)
    return np.asarray(np.clip(count, half, size - half) / size, dtype=np.float64)


def counted_persons(x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give x of n as arrays of one shape.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n > 0.
    """
    count, size = checked(x=x, n=n)
    wrong = (size <= 0) | (count < 0) | (count > size)
    refuse(wrong, "x of n with 0 <= x <= n and n > 0", x=count, n=size)
    return count, size


def persons_of_periods(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike
) -> Cells:
    """Give x of n in both periods as arrays of one shape.

    Raises
    ------
    ValueError
        Unless 0 <= x <= n and n >= 1.
    """
    a, m, b, n = checked(x1=x1, n1=n1, x2=x2, n2=n2)
    refuse((m < 1) | (a < 0) | (a > m), "x1 of n1 with 0 <= x1 <= n1 and n1 >= 1", x1=a, n1=m)
    refuse((n < 1) | (b < 0) | (b > n), "x2 of n2 with 0 <= x2 <= n2 and n2 >= 1", x2=b, n2=n)
    return a, m, b, n


def events_of_periods(
    x1: npt.ArrayLike, t1: npt.ArrayLike, x2: npt.ArrayLike, t2: npt.ArrayLike
) -> Cells:
    """Give x events in an exposure t in both periods as arrays of one shape.

    Raises
    ------
    ValueError
        Unless x >= 0 and t > 0.
    """
    a, s, b, t = checked(x1=x1, t1=t1, x2=x2, t2=t2)
    refuse((s <= 0) | (a < 0), "x1 >= 0 events in t1 > 0", x1=a, t1=s)
    refuse((t <= 0) | (b < 0), "x2 >= 0 events in t2 > 0", x2=b, t2=t)
    return a, s, b, t


def persons_twice(
    both: npt.ArrayLike, only1: npt.ArrayLike, only2: npt.ArrayLike, neither: npt.ArrayLike
) -> Cells:
    """Give the same persons by the periods in which they are counted, as arrays of one shape.

    Raises
    ------
    ValueError
        If a cell is below 0 or nobody was counted.
    """
    a, b, c, d = checked(both=both, only1=only1, only2=only2, neither=neither)
    wrong = (np.minimum(np.minimum(a, b), np.minimum(c, d)) < 0) | (a + b + c + d <= 0)
    refuse(wrong, "persons not below 0 and somebody", both=a, only1=b, only2=c, neither=d)
    return a, b, c, d


def one_sample(differences: npt.ArrayLike) -> Floats:
    """Give one row of differences.

    Raises
    ------
    ValueError
        If there is none, or one that is not a finite number.
    """
    values = checked(differences=differences)[0]
    if values.ndim != 1 or values.size == 0:
        message = f"expected one row of differences, found shape {values.shape}"
        raise ValueError(message)
    return values
