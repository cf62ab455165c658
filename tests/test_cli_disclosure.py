"""The commands protect and audit, and what a report takes to be safe or internal."""

import re
import shutil

import pytest

import baseline_compare as bc
from baseline_compare.cli import main
from baseline_compare.disclosure import Ledger

DAY = "2026-11-26"


@pytest.fixture
def file(fixtures, tmp_path, monkeypatch):
    path = tmp_path / "kunnat ä.csv"
    shutil.copy(fixtures / "synthetic_municipalities_2022.csv", path)
    monkeypatch.chdir(tmp_path)
    return str(path)


def test_protect_writes_what_the_function_gives(file, tmp_path, capsys):
    assert main(["protect", file, "-o", "safe.csv", "--ledger", "ledger", "--date", DAY]) == 0
    told = capsys.readouterr().out
    safe = bc.protect(bc.read_measurements(file))
    again = bc.read_measurements(tmp_path / "safe.csv")
    columns = ["indicator", "area", "period", "state", "value", "low", "high"]
    assert again.table[columns].equals(safe.table[columns])
    assert told.splitlines()[-1] == "safe.csv"
    assert list(Ledger(tmp_path / "ledger").entries[0].files) == ["safe.csv"]
    assert main(["audit", "safe.csv", "--ledger", "ledger"]) == 0
    assert re.match(
        r"Audit: \d+ hidden figures, none of them can be computed", capsys.readouterr().out
    )


def test_audit_says_what_is_told(file, capsys):
    assert main(["audit", file]) == 1
    out = capsys.readouterr().out
    assert out.startswith("Audit: 0 hidden figures, ")
    assert "[sdc.exact_recovery] expected hidden figures that nobody can compute" in out


def test_a_threshold_of_ones_own(file, tmp_path, capsys):
    assert main(["protect", file, "--threshold", "2", "-o", "two.csv"]) == 0
    assert main(["protect", file, "--threshold", "30", "-o", "thirty.csv"]) == 0
    hidden = [
        (bc.read_measurements(tmp_path / name).table["state"] == "suppressed").sum()
        for name in ("two.csv", "thirty.csv")
    ]
    assert hidden[0] < hidden[1]
    capsys.readouterr()
    assert main(["protect", file, "--threshold", "0"]) == 2
    assert "a whole number from 1 on, found 0" in capsys.readouterr().err


def test_a_release_without_its_day_writes_nothing(file, tmp_path, capsys):
    assert main(["protect", file, "-o", "safe.csv", "--ledger", "ledger"]) == 2
    assert "expected the day of the release" in capsys.readouterr().err
    assert not (tmp_path / "safe.csv").exists()


def test_a_ledger_alone_is_audited(file, capsys):
    main(["protect", file, "-o", "safe.csv", "--ledger", "ledger", "--date", DAY])
    capsys.readouterr()
    assert main(["audit", "--ledger", "ledger"]) == 0
    assert "none of them can be computed too closely" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_internal_report_says_so(fixtures, tmp_path, monkeypatch, capsys, language):
    monkeypatch.chdir(tmp_path)
    file = str(fixtures / "follow_up_2023.csv")
    arguments = ["report", file, "--internal", "--language", language, "-o", "r.html"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "INTERNAL-r.html"
    assert "INTERNAL" in (tmp_path / "INTERNAL-r.html").read_text()


def test_a_report_is_entered_in_a_ledger(fixtures, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    file = str(fixtures / "follow_up_2023.csv")
    assert main(["report", file, "-o", "r.html", "--ledger", "l", "--date", DAY]) == 0
    assert list(Ledger("l").entries[0].files) == ["r.html"]
    assert main(["report", file, "-o", "r.html", "--ledger", "l", "--date", DAY]) == 2
    assert "path.exists" in capsys.readouterr().err
    assert len(Ledger("l").entries) == 1


def test_what_is_printed_is_protected_too(tmp_path, monkeypatch, capsys, fixtures):
    base = bc.read_measurements(fixtures / "synthetic_municipalities_2022.csv")
    bc.seal(base, tmp_path, name="places", base_year=2022)
    later = bc.read_measurements(fixtures / "synthetic_municipalities_2025.csv").table
    own = later[later["area"].isin(["KU489", "HVA10"])].drop(columns=["file", "place"])
    monkeypatch.chdir(tmp_path)
    frame = own[["indicator", "area", "period", "value"]].assign(value=own["value"].astype(int))
    frame.to_csv("later.csv", index=False)
    arguments = ["explain", "later.csv", "basic_sa_households_new", "KU489", "--baseline"]
    arguments += ["places/0", "--areas", "KU489", "HVA10"]
    assert main(arguments) == 0
    safe = capsys.readouterr().out
    assert "between" in safe
    assert main([*arguments, "--internal"]) == 0
    raw = capsys.readouterr().out
    assert raw.startswith("INTERNAL – for internal use only: small figures are not hidden.")
    assert "between" not in raw.splitlines()[1]
