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


@pytest.fixture(scope="session")
def months() -> list[float]:
    """48 synthetic months with dependent noise, a level and a slope that change after month 36."""
    return [
        20.1826, 22.3430, 21.4042, 23.4184, 23.8188, 22.0515, 22.9467, 21.9064, 20.1587, 20.0762,
        20.3756, 21.5184, 21.8571, 21.8882, 22.5312, 20.1245, 21.8527, 21.4853, 21.9364, 21.9863,
        20.4615, 20.5885, 20.0746, 21.4885, 21.4761, 21.3120, 20.9343, 20.6716, 22.1562, 20.6773,
        21.0786, 21.7265, 22.9191, 21.5083, 21.3879, 20.3436, 22.5264, 22.9090, 24.9341, 25.1048,
        24.8025, 25.6321, 24.8901, 24.9684, 25.4945, 27.1650, 26.9697, 26.7689,
    ]  # fmt: skip
