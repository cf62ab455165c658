"""Linear programmes over whole or real unknowns, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy

Floats = npt.NDArray[np.float64]

_WHOLE = 1e-6
"""How far from a whole number a solver's value may lie that stands for one."""

_OPTIMAL, _INFEASIBLE, _UNBOUNDED = 0, 2, 3


class ProgrammeError(ArithmeticError):
    """No unknowns fit what is said of them, or the solver gave up."""


@dataclass(frozen=True, slots=True)
class Programme:
    """Unknowns within bounds and what is said of sums of them.

    Attributes
    ----------
    matrix
        Sums by unknowns.
    low, high
        Bounds of the sums; equal where a sum is known.
    lower, upper
        Bounds of the unknowns, which may be infinite.
    whole
        Whether each unknown is a whole number.
    """

    matrix: Floats
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    whole: npt.NDArray[np.bool_]

    def saying(self, row: Floats, low: float, high: float) -> Programme:
        """Give the programme with one more sum."""
        return replace(
            self,
            matrix=np.vstack([self.matrix, row]),
            low=np.append(self.low, low),
            high=np.append(self.high, high),
        )


@dataclass(frozen=True, slots=True)
class Optimum:
    """The largest value of a sum, infinite if nothing bounds it, and unknowns that give it."""

    value: float
    point: Floats | None


def maximum(programme: Programme, objective: Floats) -> Optimum:
    """Give the largest value of a sum of unknowns.

    The linear programme is solved first; only where its solution is not whole is the integer
    programme.

    Parameters
    ----------
    objective
        What each unknown counts in the sum.

    Raises
    ------
    ProgrammeError
        If no unknowns fit.

    Examples
    --------
    Two unknowns that sum to 7, the first at most 4:

    >>> ends, largest = np.array([7.0]), np.array([4.0, np.inf])
    >>> whole = np.ones(2, dtype=bool)
    >>> wanted = Programme(np.ones((1, 2)), ends, ends, np.zeros(2), largest, whole)
    >>> maximum(wanted, np.array([0.0, 1.0])).value, maximum(wanted, np.array([0.0, -1.0])).value
    (7.0, -3.0)
    """
    found = _solved(programme, objective, whole=False)
    if found.point is None or not programme.whole.any():
        return found
    rounded = np.where(programme.whole, np.round(found.point), found.point)
    if np.abs(rounded - found.point).max(initial=0.0) <= _WHOLE and _fits(programme, rounded):
        return Optimum(float(objective @ rounded), rounded)
    found = _solved(programme, objective, whole=True)
    if found.point is None:
        return found
    point = np.where(programme.whole, np.round(found.point), found.point)
    return Optimum(float(objective @ point), point)


def _solved(programme: Programme, objective: Floats, *, whole: bool) -> Optimum:
    optimize = scipy.optimize  # loaded when it is asked for, which is seldom
    limits = optimize.LinearConstraint(programme.matrix, programme.low, programme.high)
    for presolve in (True, False):  # presolve is fast, and fails on some that have no solution
        found = optimize.milp(
            -objective,
            constraints=limits if len(programme.matrix) else (),
            bounds=optimize.Bounds(programme.lower, programme.upper),
            integrality=programme.whole.astype(np.int64) if whole else None,
            options={"presolve": presolve, **({"mip_rel_gap": 0.0} if whole else {})},
        )
        if found.status == _OPTIMAL:
            return Optimum(-float(found.fun), np.asarray(found.x, dtype=np.float64))
        if found.status == _UNBOUNDED:
            return Optimum(np.inf, None)
        if found.status == _INFEASIBLE:
            break
    raise ProgrammeError(str(found.message))


def _fits(programme: Programme, point: Floats) -> bool:
    sums = programme.matrix @ point
    slack = _WHOLE * np.maximum(1.0, np.abs(sums))
    inside = (point >= programme.lower - _WHOLE) & (point <= programme.upper + _WHOLE)
    said = (sums >= programme.low - slack) & (sums <= programme.high + slack)
    return bool(inside.all() and said.all())
