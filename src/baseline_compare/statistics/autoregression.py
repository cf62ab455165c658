"""Linear models of series whose errors depend on those before: first-order autoregression.

Many series are fitted at once with one design.  With the design made orthonormal, everything that
depends on the autocorrelation rho is a polynomial of degree two in it, so that a fit costs the same
however long the series are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize.elementwise import find_minimum

from baseline_compare.statistics.intervals import Floats, refuse
from baseline_compare.statistics.least_squares import exact_fit, oriented

FARTHEST = 0.999
"""The largest autocorrelation, of either sign, that is looked for."""

_GRID = np.linspace(-np.arctanh(FARTHEST), np.arctanh(FARTHEST), 61)
_ROUNDS, _CLOSE = 2_000, 1e-10


@dataclass(frozen=True, slots=True)
class AutoregressiveFit:
    """Generalised least squares with errors e_t = rho e_(t-1) + u_t.

    Shapes are those of the series (...) followed by the columns of the design (p): ``rho`` (...),
    ``coefficients`` (..., p), ``covariance`` (..., p, p), and ``df`` (..., p), the degrees of
    freedom of each coefficient.
    """

    rho: Floats
    coefficients: Floats
    covariance: Floats
    df: Floats

    @property
    def errors(self) -> Floats:
        """Standard errors of the coefficients, (..., p)."""
        return np.sqrt(np.diagonal(self.covariance, axis1=-2, axis2=-1))


def reml(y: npt.ArrayLike, design: npt.ArrayLike) -> AutoregressiveFit:
    """Fit by restricted maximum likelihood, with Satterthwaite's degrees of freedom.

    Parameters
    ----------
    y
        Series, (..., n), time on the last axis.
    design
        The columns of the model, (n, p).

    Returns
    -------
    AutoregressiveFit

    Raises
    ------
    ValueError
        If there are not more points than columns, columns depend on each other, or a series does
        not vary about the model.

    Notes
    -----
    Minus twice the restricted log likelihood is (n - p) log(s2) - log(1 - rho^2) + log|X*'X*| +
    RSS*/s2 after the Prais-Winsten transform; one bounded search over rho.  A coefficient with
    variance v has 2 v^2 / (g'Ag) degrees of freedom, g its gradient in (rho, s2) and A the inverse
    of the observed information, cut to [1, n - p].

    References
    ----------
    Patterson and Thompson 1971, Biometrika 58:545; Satterthwaite 1946, Biometrics Bull 2:110;
    Turner et al. 2021, BMC Med Res Methodol 21:181.

    Examples
    --------
    >>> y = [20.1, 20.5, 20.9, 21.0, 20.6, 20.1, 22.7, 23.1, 23.5, 23.4, 22.9, 22.6]
    >>> design = np.column_stack([np.ones(12), np.repeat([0.0, 1.0], 6)])
    >>> fit = reml(y, design)
    >>> fit.rho.round(3).item(), fit.coefficients.round(2), fit.errors.round(2), fit.df.round(1)
    (0.718, array([20.37,  2.57]), array([0.34, 0.33]), array([1. , 5.5]))
    """
    forms = _Forms(y, design)
    u = _best(forms)
    rho = np.tanh(u)
    beta, inverse, rss = forms.solved(rho)
    variance = rss / forms.freedom
    covariance = variance[:, None, None] * inverse
    df = _satterthwaite(forms, rho, beta, inverse, variance)
    return forms.fit(rho, beta, covariance, df)


def prais_winsten(y: npt.ArrayLike, design: npt.ArrayLike) -> AutoregressiveFit:
    """Fit by iterated Prais-Winsten, with n - p degrees of freedom.

    Too sure of itself on short series; the second method, for comparison.

    Parameters
    ----------
    y, design
        As in ``reml``.

    Returns
    -------
    AutoregressiveFit

    Raises
    ------
    ValueError
        As in ``reml``, or if the iteration does not settle.

    Notes
    -----
    rho is the regression of a residual on the one before, without a constant; the first observation
    is kept, times sqrt(1 - rho^2).

    References
    ----------
    Prais and Winsten 1954, Cowles Commission Discussion Paper 383; Bottomley et al. 2023, Stat Med
    42:1277.

    Examples
    --------
    >>> y = [20.1, 20.5, 20.9, 21.0, 20.6, 20.1, 22.7, 23.1, 23.5, 23.4, 22.9, 22.6]
    >>> design = np.column_stack([np.ones(12), np.repeat([0.0, 1.0], 6)])
    >>> fit = prais_winsten(y, design)
    >>> fit.rho.round(3).item(), fit.coefficients.round(2), fit.errors.round(2)
    (0.46, array([20.46,  2.53]), array([0.22, 0.28]))
    """
    forms = _Forms(y, design)
    rho = np.zeros(len(forms.residuals))
    for _ in range(_ROUNDS):
        beta, _, _ = forms.solved(rho)
        left = forms.residuals - beta @ forms.basis.T
        before, after = left[:, :-1], left[:, 1:]
        found = (before * after).sum(axis=1) / (before**2).sum(axis=1)
        step, rho = np.abs(found - rho), np.clip(found, -FARTHEST, FARTHEST)
        if (step < _CLOSE).all() or (np.abs(rho[step >= _CLOSE]) == FARTHEST).all():
            break
    else:
        message = f"expected an autocorrelation that settles, found steps of {step.max():.2g}"
        raise ValueError(message)
    beta, inverse, rss = forms.solved(rho)
    covariance = (rss / forms.freedom)[:, None, None] * inverse
    return forms.fit(rho, beta, covariance, np.full_like(beta, forms.freedom))


class _Forms:
    """The sums that fits are made of: polynomials in rho, with orthonormal columns.

    ``residuals`` of least squares stand for the series, flattened to (series, n).
    """

    def __init__(self, y: npt.ArrayLike, design: npt.ArrayLike) -> None:
        values, self.basis, self.back = oriented(y, design)
        n, p = self.basis.shape
        self.shape, self.freedom = values.shape[:-1], n - p
        flat = values.reshape(-1, n)
        self._fitted = flat @ self.basis
        self.residuals = flat - self._fitted @ self.basis.T
        spread = (self.residuals**2).sum(axis=1)
        refuse(exact_fit(flat, self.residuals), "series that vary about the model", spread=spread)
        q, e = self.basis, self.residuals
        crossed = q[1:].T @ q[:-1]
        self.s1, self.s2 = crossed + crossed.T, q[1:-1].T @ q[1:-1]
        self.b1 = e[:, :-1] @ q[1:] + e[:, 1:] @ q[:-1]
        self.b2 = e[:, 1:-1] @ q[1:-1]
        self.c0 = spread
        self.c1 = 2 * (e[:, 1:] * e[:, :-1]).sum(axis=1)
        self.c2 = (e[:, 1:-1] ** 2).sum(axis=1)

    def deviance(self, rho: Floats, series: npt.NDArray[np.intp] | slice) -> Floats:
        """Give minus twice the restricted log likelihood of some series, the variance profiled.

        ``rho`` has one value for each series, or one for all.
        """
        matrix = self._matrix(rho)
        inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
        _, rss = self._projected(rho, inverse, series)
        volume = np.linalg.slogdet(matrix)[1]
        return np.asarray(self.freedom * np.log(rss) - np.log1p(-(rho**2)) + volume)

    def solved(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        """Give coefficients (of the residuals), inverse of X*'X* and residual sum of squares."""
        inverse = np.asarray(np.linalg.inv(self._matrix(rho)), dtype=np.float64)
        beta, rss = self._projected(rho, inverse, slice(None))
        return beta, inverse, rss

    def _projected(
        self, rho: Floats, inverse: Floats, series: npt.NDArray[np.intp] | slice
    ) -> tuple[Floats, Floats]:
        at = rho[:, None]
        right = -at * self.b1[series] + at**2 * self.b2[series]
        one = len(inverse) == 1
        beta = right @ inverse[0] if one else (inverse @ right[..., None])[..., 0]
        rss = self.c0[series] - rho * self.c1[series] + rho**2 * self.c2[series]
        return np.asarray(beta), np.asarray(rss - (right * beta).sum(axis=1))

    def fit(self, rho: Floats, beta: Floats, covariance: Floats, df: Floats) -> AutoregressiveFit:
        """Turn coefficients of the orthonormal columns into those of the design."""
        back = self.back
        p = len(back)
        found = back @ covariance @ back.T
        return AutoregressiveFit(
            rho=rho.reshape(self.shape),
            coefficients=((self._fitted + beta) @ back.T).reshape(*self.shape, p),
            covariance=found.reshape(*self.shape, p, p),
            df=df.reshape(*self.shape, p),
        )

    def _matrix(self, rho: Floats) -> Floats:
        at = rho[:, None, None]
        return np.asarray(np.eye(len(self.s1)) - at * self.s1 + at**2 * self.s2)


def _best(forms: _Forms) -> Floats:
    """Find the autocorrelation of each series, as its inverse hyperbolic tangent."""
    on_grid = np.stack([forms.deviance(np.tanh([u]), slice(None)) for u in _GRID])
    place = on_grid.argmin(axis=0)
    best = _GRID[place]
    inside = np.flatnonzero((place > 0) & (place < len(_GRID) - 1))
    if inside.size:
        ends = tuple(_GRID[place[inside] + step] for step in (-1, 0, 1))

        def at(u: Floats, which: Floats) -> Floats:
            flat = forms.deviance(np.tanh(u).ravel(), which.ravel().astype(np.intp))
            return flat.reshape(u.shape)

        best[inside] = find_minimum(at, ends, args=(inside.astype(np.float64),)).x
    return np.asarray(best, dtype=np.float64)


def _satterthwaite(
    forms: _Forms, rho: Floats, beta: Floats, inverse: Floats, variance: Floats
) -> Floats:
    """Give the degrees of freedom of each coefficient of the design."""
    at = rho[:, None]
    slope = 2 * at[..., None] * forms.s2 - forms.s1
    turned = inverse @ slope
    right = -forms.b1 + 2 * at * forms.b2
    pull = right - (slope @ beta[..., None])[..., 0]
    moved = (inverse @ pull[..., None])[..., 0]
    first = -forms.c1 + 2 * rho * forms.c2 - ((right + pull) * beta).sum(axis=1)
    second = 2 * forms.c2 - 4 * (forms.b2 * beta).sum(axis=1)
    second = second + 2 * (beta * (beta @ forms.s2)).sum(axis=1) - 2 * (pull * moved).sum(axis=1)
    curve = 2 * (1 + rho**2) / (1 - rho**2) ** 2
    volume = 2 * np.einsum("sij,ji->s", inverse, forms.s2)
    volume = volume - np.einsum("sij,sji->s", turned, turned)
    information = np.empty((len(rho), 2, 2))
    information[:, 0, 0] = curve + volume + second / variance
    information[:, 0, 1] = information[:, 1, 0] = -first / variance**2
    information[:, 1, 1] = forms.freedom / variance**2
    back = forms.back
    by_variance = np.einsum("ki,sij,kj->sk", back, inverse, back)
    by_rho = -variance[:, None] * np.einsum("ki,sij,kj->sk", back, turned @ inverse, back)
    gradient = np.stack([by_rho, np.broadcast_to(by_variance, by_rho.shape)], axis=-1)
    spread = 2 * np.linalg.solve(information, np.swapaxes(gradient, 1, 2))
    quadratic = np.einsum("skg,sgk->sk", gradient, spread)
    v = variance[:, None] * by_variance
    found = np.divide(2 * v**2, quadratic, out=np.ones_like(v), where=quadratic > 0)
    return np.asarray(np.clip(found, 1.0, forms.freedom), dtype=np.float64)
