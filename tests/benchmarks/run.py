"""Benchmarks: every figure is a ratio of two times measured in one run, never a time alone.

``python tests/benchmarks/run.py`` prints a table; ``--quick`` leaves out the largest sizes.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hiding
import inference
import mapping
import numpy as np
import pandas as pd
import segments

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.measurements import from_frame

ROOT = Path(__file__).parents[2]
FIRST_COMPARISON = """
import baseline_compare as bc
later = bc.read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
print(bc.compare(bc.load_baseline("2022"), later))
"""
REPORT = """
import sys
import baseline_compare as bc
later = bc.read_measurements("fixtures/follow_up_2023.csv")
result = bc.compare(bc.load_baseline("2022"), later, areas=["mainland", "collaboration_area"])
bc.write_report(result, sys.argv[1], language="fi", overwrite=True)
"""


def fresh(arguments: list[str]) -> float:
    """Time a fresh interpreter."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def median_of(runs: int, job: Callable[[], object]) -> float:
    """Time a job several times, after one run that does not count."""
    job()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def processes(folder: Path) -> list[tuple[str, float, str]]:
    """Time fresh processes, interleaved so that a busy machine hits all of them alike."""
    jobs = {
        "nothing": ["-c", "pass"],
        "pandas": ["-c", "import pandas"],
        "import": ["-c", "import baseline_compare"],
        "first": ["-c", FIRST_COMPARISON],
        "report": ["-c", REPORT, str(folder / "report.html")],
        "hand": [str(ROOT / "tests" / "benchmarks" / "handwritten.py"), str(folder / "hand.html")],
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(7):
        for name, arguments in jobs.items():
            times[name].append(fresh(arguments))
    middle = {name: statistics.median(values) for name, values in times.items()}
    empty = middle.pop("nothing")
    own = {name: value - empty for name, value in middle.items()}
    return [
        ("import baseline_compare / import pandas", own["import"] / own["pandas"], "at most 0.4"),
        ("import to printed comparison / import pandas", own["first"] / own["pandas"], "2.5"),
        ("report with charts / hand-written one", own["report"] / own["hand"], "at most 0.33"),
    ]


def synthetic(rows: int) -> tuple[pd.DataFrame, bc.indicators.Catalogue]:
    """Make synthetic monthly counts of two years for municipalities and enough indicators."""
    areas = [a.code for a in registry().at_level("municipality", vintage=2022) if a.role != "aland"]
    per_indicator = len(areas) * 24
    count = max(1, round(rows / per_indicator))
    areas = areas if count > 1 or rows >= per_indicator else areas[: max(1, rows // 24)]
    pattern = replace(bc.indicators.catalogue()["basic_sa_households"], breakdowns=())
    names = [f"synthetic_{number:04d}" for number in range(count)]
    catalogue = bc.indicators.Catalogue(replace(pattern, id=name) for name in names)
    periods = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
    index = pd.MultiIndex.from_product(
        [names, areas, periods], names=["indicator", "area", "period"]
    )
    frame = index.to_frame(index=False)
    frame["value"] = np.random.default_rng(7).integers(20, 2_000, len(frame))
    return frame, catalogue


def plain_pandas(base: pd.DataFrame, later: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """The shortest correct pandas: same months, sums by area, mean of months, change, verdict."""
    sides = []
    for side in (base, later):
        rows = side.merge(members, left_on="area", right_on="child")
        rows["month"] = rows["period"].str[5:]
        sides.append(rows.groupby(["indicator", "parent", "month"])["value"].sum())
    both = pd.concat(sides, axis=1, keys=["baseline", "current"], join="inner")
    means = both.groupby(["indicator", "parent"]).mean()
    means["change"] = means["current"] - means["baseline"]
    ratio = means["current"] / means["baseline"]
    means["relative_change"] = ratio - 1
    means["verdict"] = np.select(
        [ratio >= 1.03, ratio <= 1 / 1.03], ["increased", "decreased"], "no_relevant_change"
    )
    return means


def comparisons(folder: Path, sizes: list[int]) -> list[tuple[str, float, str]]:
    """Compare synthetic data of several sizes with plain pandas on the same tables."""
    found = []
    members = pd.DataFrame(
        [
            (code, f"group {area.code}")
            for area in registry().at_level("collaboration_area", vintage=2022)
            if area.role != "aland"
            for code in registry().municipalities(area.code, vintage=2022)
        ],
        columns=["child", "parent"],
    )
    for size in sizes:
        frame, catalogue = synthetic(size)
        early, late = (frame[frame["period"].str[:4] == year] for year in ("2022", "2023"))
        groups = {
            name: sorted(set(own["child"]) & set(frame["area"]))
            for name, own in members.groupby("parent")
        }
        groups = {name: codes for name, codes in groups.items() if codes}
        base = from_frame(early, source="synthetic", indicators=catalogue)
        later = from_frame(late, source="synthetic", indicators=catalogue)
        name = f"synthetic-{size}"
        sealing = median_of(
            1, lambda n=name, b=base: bc.seal(b, folder / str(time.time_ns()), name=n)
        )
        baseline = bc.seal(base, folder, name=name)
        loading = median_of(3, lambda n=name: bc.load_baseline(folder / n))
        runs = 3 if size >= 100_000 else 9
        ours = median_of(
            runs, lambda b=baseline, x=later, g=groups: bc.compare(b, x, areas=g).table
        )
        result = bc.compare(baseline, later, areas=groups).table.set_index(["indicator", "area"])
        plain = plain_pandas(early, late, members)
        assert len(result) == len(plain)
        expected = plain.loc[result.index]
        assert np.allclose(result["change"], expected["change"])
        assert (result["verdict"] == expected["verdict"]).all()
        theirs = median_of(runs, lambda e=early, x=late: plain_pandas(e, x, members))
        csv = folder / f"{name}.csv"
        writing = median_of(1, lambda e=early, c=csv: e.to_csv(c, index=False))
        reading = median_of(1, lambda c=csv: pd.read_csv(c))
        found += [
            (f"compare / shortest pandas, {len(frame):,} rows", ours / theirs, "at most 2"),
            (f"seal / to_csv, {len(early):,} rows", sealing / writing, ""),
            (f"load / read_csv, {len(early):,} rows", loading / reading, ""),
        ]
    return found


def main() -> None:
    """Print all ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    sizes = [1_000, 10_000, 100_000] if quick else [1_000, 10_000, 100_000, 1_000_000]
    many = [100_000] if quick else [100_000, 1_000_000, 10_000_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = processes(folder) + comparisons(folder, sizes)
        rows += inference.decisions(median_of, many) + inference.methods(median_of)
        rows += inference.tables(median_of, folder, many[:2])
        rows += segments.models(median_of)
        rows += hiding.disclosure(median_of, ROOT)
        rows += mapping.rounds(median_of, folder)
    for label, ratio, goal in rows:
        print(f"{label:<68} {ratio:8.2f}   {goal}")


if __name__ == "__main__":
    main()
