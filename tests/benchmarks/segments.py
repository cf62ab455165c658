"""Series: segmented regression of many areas and indicators against one model after the other."""

from collections.abc import Callable

import numpy as np
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import GLSAR

from baseline_compare.statistics.autoregression import prais_winsten, reml
from baseline_compare.statistics.count_regression import quasi_poisson
from baseline_compare.statistics.segments import segmented_design

AREAS, INDICATORS, MONTHS = 23, 50, 60
Row = tuple[str, float, str]


def models(median_of: Callable[[int, Callable[[], object]], float]) -> list[Row]:
    """Time fits of 23 areas by 50 indicators by 60 months, and how the time grows."""
    size = AREAS * INDICATORS
    design = segmented_design(
        MONTHS, break_after=48, slope=True, position=np.arange(MONTHS) / 12, pairs=2
    )
    rng = np.random.default_rng(17)
    many = np.cumsum(rng.normal(0, 0.01, (10 * size, MONTHS)), axis=1) + rng.normal(
        8, 1, (10 * size, 1)
    )
    series, counts = many[:size], rng.poisson(9.0, (size, MONTHS))
    few = 60

    def loop(fit: Callable[[int], object]) -> float:
        return median_of(1, lambda: [fit(place) for place in range(few)]) / few

    theirs = loop(lambda place: GLSAR(series[place], design, rho=1).iterative_fit(maxiter=50))
    poisson = loop(lambda place: GLM(counts[place], design, family=Poisson()).fit(scale="X2"))
    ours = median_of(5, lambda: reml(series, design))
    small = median_of(5, lambda: reml(series[:115], design))
    large = median_of(3, lambda: reml(many, design))
    second = median_of(5, lambda: prais_winsten(series, design))
    count = median_of(5, lambda: quasi_poisson(counts, design))
    return [
        (
            "statsmodels GLSAR loop / REML AR(1), per series of 60 months",
            theirs / (ours / size),
            "",
        ),
        ("statsmodels GLSAR loop / Prais-Winsten, per series", theirs / (second / size), ""),
        ("statsmodels GLM loop / quasi-Poisson, per series", poisson / (count / size), ""),
        ("REML, 1,150 / 115 series, per series", ours / small / 10, "at most 1"),
        ("REML, 11,500 / 1,150 series, per series", large / ours / 10, "about 1"),
    ]
