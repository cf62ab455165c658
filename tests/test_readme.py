"""The README's code runs, and its figures are those of the result."""

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

import baseline_compare as bc
from baseline_compare.comparison import TABLE_COLUMNS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_code_runs_from_top_to_bottom(fixtures, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("recipients_2023.csv", "INTERNAL-synthetic-2025.xlsx"):
        shutil.copy(fixtures / name, tmp_path)
    names: dict[str, object] = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for code in blocks("python"):
            exec(compile(code, "README.md", "exec"), names)
    printed = out.getvalue()
    assert (tmp_path / "follow-up.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "releases" / "autumn-2023" / "0" / "seal.txt").exists()
    assert "Lapland and Kainuu" in printed
    assert "Did it lose a leading zero? KU091 is Helsinki." in printed
    assert "'publisher': 'Kela'" in printed
    assert "KU588 is among them: measurements.at_vintage(2025)" in printed
    assert "[area.rebased] KU588 → KU507 (2025-01-01): 2" in printed


def test_the_example_of_the_tidy_layout_is_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(blocks("csv")[0], encoding="utf-8")
    found = bc.read_measurements(path)
    assert found.table["state"].tolist() == ["value", "suppressed", "value"]


def test_the_table_of_the_main_job_is_what_the_library_gives(result):
    table = result.table.set_index(["indicator", "area"])
    for code, target in result.targets.items():
        short = target.short_names["en"]
        row = next(line for line in README.splitlines() if line.startswith(f"| {short} "))
        counts = table.loc[("basic_sa_households", code)]
        rates = table.loc[("basic_sa_households_per_1000", code)]
        expected = [
            short,
            f"{counts['baseline']:,.0f}",
            f"{counts['current']:,.0f}",
            f"{100 * counts['relative_change']:.1f}%".replace("-", "−"),
            f"{1000 * rates['baseline']:.2f} to {1000 * rates['current']:.2f}",
        ]
        assert [cell.strip() for cell in row.strip("|").split("|")] == expected


def test_the_columns_named_are_the_columns_there_are():
    assert ", ".join(TABLE_COLUMNS) in README


@pytest.mark.parametrize(
    "command", ["report", "check", "vintage", "show", "areas", "forms", "round", "fates"]
)
def test_every_command_is_shown(command):
    assert f"baseline-compare {command}" in blocks("console")[0]


def test_the_floors_are_those_of_the_import_contract():
    contract = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.findall(
        r'^    "(\w+)",$', contract.split("layers = [")[1].split("]")[0], re.MULTILINE
    )
    section = README.split("## Architecture")[1].split("## Speed")[0]
    first = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    assert re.findall(r"`(\w+)`", first) == [name for name in layers if name != "version"]
