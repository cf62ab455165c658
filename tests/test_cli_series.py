"""The commands series and designs, and what a report takes besides."""

import shutil

import pytest

import baseline_compare as bc
from baseline_compare.cli import main
from baseline_compare.planning import designs
from baseline_compare.series import control, placebo, segmented

AREAS = ["mainland", "collaboration_area"]


@pytest.fixture
def file(fixtures):
    return [str(fixtures / "recipients_2023.csv"), "--source", "kela-recipients"]


@pytest.fixture(scope="module")
def found(baseline, regional):
    return bc.compare(baseline, regional, areas=AREAS)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_series_prints_levels_ranks_and_control_charts(file, found, language, capsys):
    assert main(["series", *file, "--language", language]) == 0
    out = capsys.readouterr().out.splitlines()
    parts = [segmented(found), placebo(found), control(found)]
    wanted = [line for part in parts for line in [*part.summary(language), ""]]
    assert out == [*wanted, found.provenance_line(language)]


def test_series_takes_an_indicator_and_a_date(file, found, capsys):
    assert main(["series", *file, "--indicator", "basic_sa_persons", "--at", "2022-07"]) == 0
    out = capsys.readouterr().out
    level = segmented(found, "basic_sa_persons", at="2022-07").summary("en")[0]
    assert out.splitlines()[0] == level
    assert level.startswith("Persons receiving basic social assistance: ")
    assert "July 2022" in level
    assert main(["series", *file, "--indicator", "basic_sa_persons"]) == 0
    assert level not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("at", "code"), [("2023-13", "period.unknown"), ("1999-01", "series.date"), ("", "period.")]
)
def test_a_date_that_is_none_of_the_series_is_one_line(file, at, code, capsys):
    assert main(["series", *file, "--at", at]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"[{code}")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_designs_says_what_may_be_claimed(file, found, language, capsys):
    assert main(["designs", *file, "--language", language]) == 0
    assert capsys.readouterr().out.splitlines() == designs(found).summary(language)


@pytest.mark.parametrize("command", ["series", "designs"])
def test_an_indicator_that_is_not_known_is_one_line(file, command, capsys):
    assert main([command, *file, "--indicator", "nothing"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("[indicator.unknown] expected indicators that have series: basic_sa_")
    assert error.endswith(", found 'nothing'. See result.series.\n")
    assert error.count("\n") == 1


def test_aland_is_no_control_on_the_command_line(file, capsys):
    arguments = ["designs", *file, "--controls", "MK21", "--argument", "a neighbour"]
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        "column controls: [design.control] expected controls that have figures and did not meet "
        "the event, found MK21: Kela pays no social assistance on Åland, which has its own act. "
        "Declare areas of the comparison that were not reformed, and say why they would have gone "
        "the way of the others.\n"
    )


def test_a_comment_that_claims_a_cause_leaves_no_page(file, tmp_path, capsys):
    out = tmp_path / "report.html"
    arguments = ["report", *file, "--areas", "mainland", "--language", "sv", "-o", str(out)]
    assert main([*arguments, "--comment", "Antalet sjönk på grund av reformen."]) == 2
    printed = capsys.readouterr()
    assert printed.err == (
        "[claim.causal] expected a comment that claims no cause, found 'på grund av'. A comparison "
        "of before and after does not tell what caused a change: say what changed, or pass "
        "designs=... with a design that holds.\n"
    )
    assert printed.out == ""
    assert list(tmp_path.iterdir()) == []
    assert main([*arguments, "--comment", "Antalet sjönk i Östra Finland."]) == 0
    assert "<p>Antalet sjönk i Östra Finland.</p>" in out.read_text(encoding="utf-8")


def test_the_question_is_chosen_by_estimand(file, found, capsys):
    lines = {}
    for name in ("history", "finite"):
        assert main(["series", *file, "--estimand", name]) == 0
        lines[name] = capsys.readouterr().out.splitlines()[-1]
        asked = bc.compare(found.baseline, found.measurements, areas=AREAS, estimand=name)
        assert lines[name] == asked.provenance_line("en")
    assert lines["history"] != lines["finite"]


@pytest.mark.parametrize("command", ["report", "series", "designs"])
def test_a_wrong_estimand_is_one_line(file, command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, *file, "--estimand", "histories"])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "argument --estimand: invalid choice: 'histories'" in error


@pytest.mark.parametrize("command", ["series", "designs"])
def test_files_may_have_names_in_any_language(fixtures, tmp_path, command, capsys):
    folder = tmp_path / "seuranta ä å"
    folder.mkdir()
    path = shutil.copy(fixtures / "recipients_2023.csv", folder / "näkymä ö.csv")
    assert main([command, str(path), "--source", "kela-recipients", "--areas", "YTA1", "YTA2"]) == 0
    assert capsys.readouterr().out
    assert main([command, str(folder / "poissa ä.csv")]) == 2
    error = capsys.readouterr().err
    assert "poissa ä.csv" in error
    assert error.count("\n") == 1
