"""What the tests share: the shipped baseline, the real follow-up files, and where they lie."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import baseline_compare as bc

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "fixtures"


@pytest.fixture(scope="session")
def baseline() -> bc.Baseline:
    return bc.load_baseline("2022")


@pytest.fixture(scope="session")
def follow_up(fixtures: Path) -> bc.Measurements:
    """January-November 2023 and weeks 1-51, with the rows of the whole mainland."""
    return bc.read_measurements(fixtures / "follow_up_2023.csv")


@pytest.fixture(scope="session")
def regional(fixtures: Path) -> bc.Measurements:
    """January-November 2023 in Kela's layout: regions only."""
    return bc.read_measurements(fixtures / "recipients_2023.csv", source="kela-recipients")


@pytest.fixture(scope="session")
def result(baseline: bc.Baseline, follow_up: bc.Measurements) -> bc.Comparison:
    return bc.compare(baseline, follow_up, areas=["mainland", "collaboration_area"])


@pytest.fixture(scope="session")
def registered(baseline: bc.Baseline, follow_up: bc.Measurements) -> bc.Comparison:
    """The same, judged on what was registered alone."""
    areas = ["mainland", "collaboration_area"]
    return bc.compare(baseline, follow_up, areas=areas, estimand="finite")


@contextlib.contextmanager
def _within(seconds: int) -> Iterator[None]:
    def too_late(_number: int, _frame: object) -> None:
        message = f"blocked for {seconds} seconds"
        raise TimeoutError(message)

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def within() -> Callable[[int], AbstractContextManager[None]]:
    """Fail, instead of waiting for ever, if a read blocks."""
    return _within
