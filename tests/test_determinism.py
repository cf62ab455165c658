"""The same inputs give the same bytes in any environment (P6, G15; rows 102, 103 and 104)."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import baseline_compare as bc

FIXTURES = Path(__file__).parents[1] / "fixtures"
CHARMAP = "UTF-8"

PROGRAM = """
import hashlib, json, locale, os, sys, time
from pathlib import Path

fixtures, out, options = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
os.umask(options["umask"])
try:
    here = locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    here = "missing"
import numpy as np
import baseline_compare as bc
from baseline_compare import charts, compare, reports

if options["strict"]:
    import warnings

    np.seterr(all="raise")
    warnings.simplefilter("error")

extract = fixtures / "baseline_2022" / "recipients_mainland.csv"
measured = bc.read_measurements(extract, source="kela-recipients").select(first="2021")
title = {"fi": "\\u00c4\\u00e4ni", "sv": "Ljud", "en": "Sound"}
own = bc.seal(measured, out / "releases", name="istanbul", base_year=2022, title=title)
later = bc.read_measurements(fixtures / "follow_up_2023.csv")
areas = ("mainland", "collaboration_area")
result = bc.compare(bc.load_baseline("2022"), later, areas=areas)
bc.write_report(result, out / "report.html", language="fi")
bc.write_table(result, out / "table.csv")
bc.write_table(bc.compare(own, later, areas="mainland"), out / "own.csv")
figure = bc.charts.change(result, language="fi")
for form in bc.charts.saving.FORMATS:
    bc.charts.save(figure, out / f"chart.{form}")
texts = [repr(own), repr(later), repr(bc.load_baseline("2022")), repr(result)]
(out / "texts.txt").write_text("\\n".join(texts), encoding="utf-8")
hashes = {
    path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
    for path in sorted(out.rglob("*"))
    if path.is_file()
}
about = {"locale": here, "zone": time.tzname[0], "optimised": not __debug__, "id": own.id}
print(json.dumps({"hashes": hashes, "about": about}))
"""

ENVIRONMENTS = {
    "plain": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    "east": {
        "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8",
        "OMP_NUM_THREADS": "2", "SOURCE_DATE_EPOCH": "0",
    },
    "west": {
        "PYTHONHASHSEED": "random", "TZ": "America/St_Johns", "LC_ALL": "fi_FI.UTF-8",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LANGUAGE": "fi",
    },
    "bare": {"PYTHONHASHSEED": "2", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "optimised": {"PYTHONHASHSEED": "3", "TZ": "Europe/Helsinki", "LC_ALL": "C.UTF-8"},
    "strict": {"PYTHONHASHSEED": "4", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
}  # fmt: skip
if not str(FIXTURES).isascii():
    # In the locale C Python 3.11 cannot start from a folder with such a name (it reads .pth files).
    ENVIRONMENTS["bare"]["LC_ALL"] = "C.UTF-8"
UMASKS = {"east": 0o077, "west": 0o022, "bare": 0o000}
FLAGS = {"optimised": ["-OO"]}


def add_locale(name, folder):
    """Compile a locale that the system has not, where it has the means to."""
    compiler = shutil.which("localedef")
    language, _, charmap = name.partition(".")
    if compiler and charmap == CHARMAP and "_" in language:
        command = [compiler, "-i", language, "-f", charmap, str(folder / name)]
        subprocess.run(command, capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Each environment in a fresh process with a folder of its own, two at a time."""
    root = tmp_path_factory.mktemp("determinism")
    locales = root / "locales"
    locales.mkdir()
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "SYSTEMROOT") if key in os.environ}
    told, waiting = {}, list(ENVIRONMENTS)
    while waiting:
        now, waiting = waiting[:2], waiting[2:]
        started = {name: start(name, root, locales, kept) for name in now}
        written = {name: process.communicate() for name, process in started.items()}
        for name, (stdout, stderr) in written.items():
            assert stderr == "", name
            assert started[name].returncode == 0, name
            told[name] = json.loads(stdout)
    return told


def start(name, root, locales, kept):
    environment = kept | ENVIRONMENTS[name]
    if "_" in environment["LC_ALL"]:
        add_locale(environment["LC_ALL"], locales)
    if (locales / environment["LC_ALL"]).exists():
        environment["LOCPATH"] = str(locales)
    out, place = root / f"out {name}", root / f"cwd {name} ä"
    out.mkdir()
    place.mkdir()
    options = {"umask": UMASKS.get(name, 0o022), "strict": name == "strict"}
    # A relative path to the same files, from a folder of another name.
    fixtures = os.path.relpath(FIXTURES, place) if name == "west" else str(FIXTURES)
    arguments = [fixtures, str(out), json.dumps(options)]
    return subprocess.Popen(
        [sys.executable, *FLAGS.get(name, []), "-c", PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
        cwd=place,
    )


def not_run(runs):
    """The locales that this system could not give: nothing was tested for them."""
    return [
        ENVIRONMENTS[name]["LC_ALL"] for name in runs if runs[name]["about"]["locale"] == "missing"
    ]


def test_the_environments_were_what_they_say(runs, record_property, capsys):
    missing = not_run(runs)
    record_property("locales not run", ", ".join(missing) or "none")
    if missing:
        with capsys.disabled():
            print(f"\nlocales not run, for they are not on this system: {', '.join(missing)}")
    for name, run in runs.items():
        asked = ENVIRONMENTS[name]["LC_ALL"]
        assert run["about"]["locale"] in (asked, "missing"), f"{name}: asked for {asked}"
    assert runs["optimised"]["about"]["optimised"]
    assert not runs["plain"]["about"]["optimised"]
    assert len({run["about"]["zone"] for run in runs.values()}) >= 3
    # Two of the locales are on every system.
    assert {"C", "C.UTF-8"}.isdisjoint(missing)


def test_every_output_is_there(runs):
    outputs = set(runs["plain"]["hashes"])
    assert {
        "report.html", "table.csv", "own.csv", "texts.txt", "chart.png", "chart.svg", "chart.pdf",
        "releases/istanbul/0/seal.txt", "releases/istanbul/0/datapackage.json",
    } <= outputs  # fmt: skip
    assert len([name for name in outputs if name.startswith("releases/istanbul/0/")]) == 11


@pytest.mark.parametrize("name", [name for name in ENVIRONMENTS if name != "plain"])
def test_one_hash_per_output(runs, name):
    expected, found = runs["plain"]["hashes"], runs[name]["hashes"]
    different = sorted(key for key in expected | found if expected.get(key) != found.get(key))
    assert different == [], f"{name} {ENVIRONMENTS[name]}; locales not run: {not_run(runs)}"
    assert runs[name]["about"]["id"] == runs["plain"]["about"]["id"]


def test_no_output_names_the_machine(result, tmp_path):
    """No folder, user or day of writing is in a report, a table or a chart."""
    bc.write_report(result, tmp_path / "report.html", language="fi")
    bc.write_table(result, tmp_path / "table.csv")
    figure = bc.charts.change(result, language="fi")
    for form in ("png", "svg", "pdf"):
        bc.charts.save(figure, tmp_path / f"chart.{form}")
    private = [str(tmp_path), str(Path.home()), str(FIXTURES), os.uname().nodename]
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for text in private:
            assert len(text) < 4 or text.encode() not in content, (path.name, text)
        assert not re.search(rb"/CreationDate|<dc:date>|tIME|/ModDate", content), path.name
