"""Random tables that several tests of the statistics draw."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

Numbers = npt.NDArray[np.float64]


@pytest.fixture(scope="session")
def frequency_tables() -> Callable[..., tuple[Numbers, Numbers]]:
    """Twelve ascending values and how often each occurs, ``size`` times."""

    def tables(seed: int, size: int = 300) -> tuple[Numbers, Numbers]:
        random = np.random.default_rng(seed)
        values = np.sort(random.choice(1000, 12, replace=False)) / 8
        counts = random.integers(0, 9, (size, 12)) * random.integers(0, 2, (size, 12))
        counts[:, 3] += 2
        return values, counts

    return tables


@pytest.fixture(scope="session")
def paired_tables() -> Callable[..., Numbers]:
    """The same persons in two periods, cell by cell often empty."""

    def tables(seed: int, size: int, largest: float = 300.0) -> Numbers:
        random = np.random.default_rng(seed)
        sizes = np.exp(random.uniform(0, np.log(largest), (4, size)))
        cells = random.poisson(sizes * (random.random((4, size)) < 0.75)).astype(float)
        cells[0] += cells.sum(axis=0) == 0
        return cells

    return tables
