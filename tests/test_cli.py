"""The command line: what it prints, one line for an error, exit code 2."""

import subprocess
import sys
from pathlib import Path

import pytest

import baseline_compare as bc
from baseline_compare.baselines import verification
from baseline_compare.cli import main


def test_report_writes_a_page_and_says_where(fixtures, tmp_path, capsys):
    out = tmp_path / "seuranta ä.html"
    arguments = ["report", str(fixtures / "recipients_2023.csv"), "--source", "kela-recipients"]
    assert main([*arguments, "--language", "fi", "-o", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == str(out)
    assert lines[0].startswith("Perustoimeentulotukea saaneet kotitaloudet")
    assert '<html lang="fi">' in out.read_text(encoding="utf-8")
    assert main([*arguments, "-o", str(out)]) == 2
    assert "[path.exists]" in capsys.readouterr().err
    assert main([*arguments, "-o", str(out), "--overwrite"]) == 0


def test_report_takes_levels_codes_and_a_baseline_of_ones_own(fixtures, tmp_path, capsys):
    rows = bc.read_measurements(
        fixtures / "baseline_2022" / "recipients_by_region.csv", source="kela-recipients"
    )
    bc.seal(rows, tmp_path, name="mine", base_year=2022)
    out = tmp_path / "own.html"
    code = main(
        ["report", str(fixtures / "follow_up_2023.csv"), "--baseline", str(tmp_path / "mine"),
         "--areas", "region", "YTA1", "--language", "sv", "-o", str(out)]
    )  # fmt: skip
    assert code == 0
    assert "Nyland" in out.read_text(encoding="utf-8")
    assert "Södra Finland" in out.read_text(encoding="utf-8")


def test_explain_says_what_the_report_decides(fixtures, baseline, follow_up, capsys):
    areas = ["mainland", "collaboration_area"]
    result = bc.compare(baseline, follow_up, areas=areas, estimand="process")
    code = main(
        ["explain", str(fixtures / "follow_up_2023.csv"), "basic_sa_households", "YTA2",
         "--estimand", "process", "--language", "sv"]
    )  # fmt: skip
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines == [
        result.explain("basic_sa_households", "YTA2", "sv"),
        result.provenance_line("sv"),
    ]
    assert main(["explain", str(fixtures / "follow_up_2023.csv"), "nothing", "YTA2"]) == 2
    assert "[indicator.unknown]" in capsys.readouterr().err


def test_show_prints_the_baseline(capsys):
    assert main(["show"]) == 0
    out = capsys.readouterr().out
    assert "base year 2022" in out
    assert "Not available:" in out
    assert "January 2019 – December 2022" in out


def test_check_lists_every_problem_of_a_file(tmp_path, capsys):
    path = tmp_path / "broken.csv"
    path.write_text(
        "indicator,area,period,value\n"
        "basic_sa_households,KU91,2023-01,5\n"
        "basic_sa_households,MK06,2023-13,5\n"
        "basic_sa_household,MK06,2023-01,5\n",
        encoding="utf-8",
    )
    assert main(["check", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("[")[1].split("]")[0] for line in lines] == [
        "period.unknown",
        "indicator.unknown",
    ]
    assert lines[1].startswith("broken.csv, row 4, column indicator: ")
    assert main(["report", str(path), "-o", str(tmp_path / "x.html")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.endswith("(and 1 more: baseline-compare check FILE lists all)\n")
    assert not (tmp_path / "x.html").exists()


def test_check_prints_what_a_good_file_holds(fixtures, capsys):
    assert (
        main(["check", str(fixtures / "recipients_2023.csv"), "--source", "kela-recipients"]) == 0
    )
    out = capsys.readouterr().out
    assert "1,188 measurements: 6 indicators, 18 areas" in out
    assert "[text.bom]" in out


def test_areas_lists_and_looks_up(capsys):
    assert main(["areas"]) == 0
    assert "YTA1\tcollaboration area\tEtelä-Suomen yhteistyöalue" in capsys.readouterr().out
    assert main(["areas", "Inre Finland"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("YTA3: Sisä-Suomen yhteistyöalue / Inre Finlands samarbetsområde / ")
    assert "52 municipalities" in out
    assert main(["areas", "Ahvenanmaa"]) == 2
    assert "[area.ambiguous]" in capsys.readouterr().err
    assert main(["areas", "Ahvenanmaa", "--level", "region"]) == 0
    assert main(["areas", "KELA4", "--vintage", "2025"]) == 2


@pytest.mark.parametrize(
    "arguments", [["show", "nowhere"], ["report", "nowhere.csv"], ["check", "."]]
)
def test_what_is_not_there_is_one_line(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_is_installed():
    done = subprocess.run(
        [sys.executable, "-c", "from baseline_compare.cli import main; main(['--version'])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "0.1.0\n"


def test_a_wrong_argument_is_one_line(capsys):
    for arguments in (["report"], ["areas", "--level", "planet"], ["fly"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_areas_of_one_level(capsys):
    assert main(["areas", "--level", "region"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 19
    assert lines[0].startswith("MK01\tregion\tUusimaa\tNyland")


def test_verifying_by_hand_is_one_line(capsys, tmp_path):
    folder = Path(bc.__file__).parent / "data" / "2022" / "0"
    assert verification.main([str(folder)]) == 0
    assert len(capsys.readouterr().out) == 65
    assert verification.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_vintage_says_what_the_area_column_holds(fixtures, tmp_path, capsys):
    assert main(["vintage", str(fixtures / "follow_up_2023.csv")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("column area: codes with their prefix; level region; areas of 2022-2026")
    path = tmp_path / "kunnat.csv"
    path.write_text("kuukausi;kunta;määrä\n1;Espoo;49\n2;Pertunmaa;91\n", encoding="utf-8")
    assert main(["vintage", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("column kunta: names; level municipality; areas of 2022-2024\n")
    assert "KU588 is among them: measurements.at_vintage(2025) gives areas of 2025." in out


def test_vintage_takes_the_names_beside_the_numbers(tmp_path, capsys):
    path = tmp_path / "regions.csv"
    path.write_text("area,name,n\n01,Uusimaa,5\n02,Varsinais-Suomi,7\n", encoding="utf-8")
    assert main(["vintage", str(path)]) == 0
    assert capsys.readouterr().out.startswith("column area: region numbers; level region")
    assert main(["vintage", str(path), "--column", "name"]) == 0
    assert capsys.readouterr().out.startswith("column name: names; level region")
    path.write_text("area,n\n01,5\n02,7\n", encoding="utf-8")
    assert main(["vintage", str(path)]) == 0
    assert "01 is HVA05 Southwest Finland" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        (
            "year,n\n2022,5000\n",
            (),
            "x.csv, column year: [area.unknown] expected a column of area codes or names, found "
            "'year' with '2022'. Name the column (--column), or list the areas with "
            "`baseline-compare areas`.",
        ),
        ("area,n\nfoo,5\n", (), "found 'area' with 'foo'."),
        ("area,n\nMK01,5000\n", ("--column", "n"), "found 'n' with '5000'."),
        (
            "area,n\nMK01,5\n",
            ("--column", "kunta"),
            "x.csv, row 1: [header.unexpected] expected a column named 'kunta', found area, n. "
            "Name one of these columns.",
        ),
        ("area,n\n", (), "[table.no_rows]"),
        ("", (), "[file.empty]"),
    ],
)
def test_vintage_of_a_file_without_areas_is_one_line(text, more, words, tmp_path, capsys):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["vintage", str(path), *more]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
