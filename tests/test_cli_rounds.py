"""The commands on mapping rounds."""

import shutil

import pytest

import baseline_compare as bc
from baseline_compare.cli import main

FORM = "INTERNAL-synthetic-2025.xlsx"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_forms_are_written_and_come_back_empty(tmp_path, capsys, language):
    out = tmp_path / "lomake ä.xlsx"
    assert main(["forms", "-o", str(out), "--language", language]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert main(["forms", "-o", str(out)]) == 2
    assert "[path.exists]" in capsys.readouterr().err
    assert main(["round", str(out)]) == 2
    assert "[round.missing]" in capsys.readouterr().err


def test_a_round_is_checked_and_its_coders_compared(fixtures, capsys):
    assert main(["round", str(fixtures / FORM), "--language", "fi"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Synthetic follow-up round 2025: SYNTHETIC, final, theme scheme 2022\n")
    assert "Teema: Krippendorffin alfa 0,77 (95 %:n luottamusväli" in out
    assert "Ratkaistavia lausumia: 12." in out
    assert "s05, kind: K1: weakness; K2: strength; K3: weakness" in out


@pytest.mark.parametrize(
    ("language", "first", "word"),
    [
        ("fi", "KEKSITTY AINEISTO", "kääntynyt vahvuudeksi: Kiireelliselle"),
        ("sv", "PÅHITTADE DATA", "blivit en styrka: Det finns ingen gemensam praxis"),
        ("en", "SYNTHETIC DATA", "turned into a strength: There is no common practice"),
    ],
)
def test_fates_are_told_and_protected(fixtures, capsys, language, first, word):
    assert main(["fates", str(fixtures / FORM), "--language", language]) == 0
    out = capsys.readouterr().out
    assert out.startswith(first)
    assert word in out
    assert bc.load_baseline("2022").id in out
    assert main(["fates", str(fixtures / FORM), "--internal", "--language", language]) == 0
    assert capsys.readouterr().out.startswith("INTERNAL – ")


def test_a_report_takes_a_round(fixtures, tmp_path, capsys):
    out = tmp_path / "raportti.html"
    code = main(
        ["report", str(fixtures / "follow_up_2023.csv"), "--round", str(fixtures / FORM),
         "--language", "fi", "-o", str(out)]
    )  # fmt: skip
    assert code == 0
    page = out.read_text(encoding="utf-8")
    assert "Mitä havainnoille on tapahtunut" in page
    assert "KEKSITTY AINEISTO" in page


def test_every_problem_of_a_form_is_listed(tmp_path, capsys):
    folder = tmp_path / "lomakkeet"
    bc.write_forms(folder, language="fi")
    (folder / "Arviot.csv").write_text(
        "havainto,alue,arvio 1-5\na,YTA1,6\na,YTA9,3\n", encoding="utf-8"
    )
    assert main(["round", str(folder)]) == 2
    err = capsys.readouterr().err
    assert "[rating.scale]" in err
    assert "[area.unknown]" in err
    assert main(["fates", str(folder)]) == 2
    assert "(and 1 more: baseline-compare round FILE lists all)" in capsys.readouterr().err
    shutil.rmtree(folder)
