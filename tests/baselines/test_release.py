"""The shipped release: rebuilt byte for byte, complete, and each number led back to its file."""

import collections
import csv
import hashlib
import importlib.util
import json
import random
import tomllib
import warnings
from pathlib import Path

import pytest

import baseline_compare as bc
from baseline_compare.areas import registry
from baseline_compare.baselines.release import NOT_AVAILABLE, SHIPPED_IDS
from baseline_compare.baselines.verification import versions
from baseline_compare.errors import ReleaseError
from baseline_compare.language import LANGUAGES
from baseline_compare.periods import parse_period

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "src" / "baseline_compare" / "data" / "2022" / "0"
EXTRACTS = ROOT / "fixtures" / "baseline_2022"
UNITS = {"Saajat": "persons", "Saajakotitaloudet": "households"}
VARIABLES = {"uudet saajat": "new", "aiemmin tukea saaneet": "previous"}


def rows_of(name):
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def measured():
    return rows_of("measurements.csv")


@pytest.fixture(scope="module")
def settings():
    return tomllib.loads((SHIPPED / "settings.toml").read_text(encoding="utf-8"))


def read_row(row):
    """Read a row of an extract without the library's readers."""
    if "val" not in row:
        return (row.get("indicator"), row.get("area"), row.get("period")), row.get("value")
    area = "FI-MAINLAND"
    if "alue" in row:
        area = next(
            item.code
            for item in registry().at_level("region", vintage=2022)
            if row["alue"] == item.names["fi"]
        )
    key = f"basic_sa_{UNITS[row['type']]}_{VARIABLES[row['variable']]}"
    return (key, area, f"{row['vuosi']}-{int(row['kuukausi']):02d}"), row["val"]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("build_2022", EXTRACTS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("releases")
    return module.build(folder), folder / "2022" / "0"


@pytest.fixture(scope="module")
def lines():
    """The lines of each extract, as whole records: (key, value) by file and line number."""
    found = {}
    for path in EXTRACTS.glob("*.csv"):
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        delimiter = ";" if ";" in lines[0] else ","
        header = next(csv.reader([lines[0]], delimiter=delimiter))
        for number, line in enumerate(lines[1:], start=2):
            if line:
                fields = next(csv.reader([line], delimiter=delimiter))
                row = dict(zip(header, fields, strict=True))
                found[path.name, number] = read_row(row)
    return found


class TestRebuilding:
    def test_the_extracts_give_the_pinned_id(self, rebuilt):
        assert rebuilt[0].id == SHIPPED_IDS["2022", 0]

    def test_the_extracts_give_the_same_bytes(self, rebuilt):
        made = {path.name: path.read_bytes() for path in rebuilt[1].iterdir()}
        shipped = {path.name: path.read_bytes() for path in SHIPPED.iterdir()}
        assert sorted(made) == sorted(shipped)
        assert [name for name in made if made[name] != shipped[name]] == []

    def test_every_shipped_version_is_pinned(self):
        folders = [path for path in SHIPPED.parents[1].iterdir() if path.is_dir()]
        found = {(path.name, number) for path in folders for number in versions(path)}
        assert found == set(SHIPPED_IDS)

    def test_the_pinned_id_is_the_one_that_is_loaded(self, baseline):
        assert baseline.id == SHIPPED_IDS["2022", 0]
        assert (baseline.name, baseline.version) == ("2022", 0)


class TestForm:
    def test_frictionless_finds_the_package_valid(self):
        with warnings.catch_warnings():
            # It is a second reader; what it warns of on its own account is not judged here.
            warnings.simplefilter("ignore")
            import frictionless  # noqa: PLC0415

            report = frictionless.validate(str(SHIPPED / "datapackage.json"))
        assert report.valid, report.flatten(["taskNumber", "rowNumber", "type", "note"])
        tables = [name for name in SHIPPED.iterdir() if name.suffix in (".csv", ".toml")]
        assert report.stats["tasks"] == len(tables)

    def test_text_files_are_canonical(self):
        for path in SHIPPED.iterdir():
            content = path.read_bytes()
            text = content.decode("utf-8")
            assert text.endswith("\n"), path.name
            assert "\r" not in text, path.name
            assert not text.startswith("\ufeff"), path.name

    def test_rows_are_sorted_by_their_keys(self):
        manifest = json.loads((SHIPPED / "datapackage.json").read_bytes())
        tables = [entry for entry in manifest["resources"] if entry["format"] == "csv"]
        assert len(tables) >= 7
        for entry in tables:
            key = entry["schema"]["primaryKey"]
            keys = [tuple(row[name] for name in key) for row in rows_of(entry["path"])]
            assert keys == sorted(set(keys)), entry["path"]
            header = list(rows_of(entry["path"])[0])
            assert [field["name"] for field in entry["schema"]["fields"]] == header


class TestWindow:
    def test_the_base_year(self, baseline):
        assert baseline.base_year == 2022
        assert baseline.vintage == 2022
        for text in ("2022", "2022-01", "2022-12", "2022-W01", "2022-W52"):
            assert parse_period(text).year == baseline.base_year, text
        for text in ("2021", "2021-12", "2021-W52", "2023", "2023-01", "2023-W01"):
            assert parse_period(text).year != baseline.base_year, text

    def test_there_is_no_later_measurement(self, measured):
        assert max(parse_period(row["period"]).year for row in measured) == 2022

    def test_twelve_months_and_52_weeks_are_there(self, measured):
        periods = collections.defaultdict(set)
        for row in measured:
            period = parse_period(row["period"])
            if period.year == 2022 and row["area"] == "FI-MAINLAND" and row["state"] == "value":
                periods[row["indicator"]].add(period.number)
        assert periods["basic_sa_households"] == set(range(1, 13))
        assert periods["basic_sa_persons"] == set(range(1, 13))
        assert periods["basic_sa_applications_received"] == set(range(1, 53))

    def test_figures_that_were_worked_out_before(self, measured):
        """Means of 12 months and sums of 52 weeks, worked out from the source apart from this."""
        values = collections.defaultdict(list)
        for row in measured:
            if row["period"].startswith("2022") and row["area"] == "FI-MAINLAND" and row["value"]:
                values[row["indicator"]].append(int(row["value"]))
        assert round(sum(values["basic_sa_households"]) / 12, 1) == 129_106.4
        assert round(sum(values["basic_sa_persons"]) / 12, 1) == 189_459.1
        assert sum(values["basic_sa_applications_received"]) == 1_367_270

    def test_it_says_that_margins_were_declared_late(self, baseline):
        assert baseline.follow_up_known is True
        margins = [item.margin for item in baseline.indicators.values() if item.margin]
        assert margins
        assert all(margin.follow_up_known for margin in margins)
        assert all(margin.declared_on and margin.declared_by for margin in margins)


class TestCompleteness:
    @staticmethod
    def cells(grid):
        for indicator, declared in grid.items():
            for text in declared["periods"]:
                first, _, last = text.partition("/")
                period, end = parse_period(first), parse_period(last or first)
                while period <= end:
                    yield from ((indicator, area, str(period)) for area in declared["areas"])
                    period = period.next

    def test_every_declared_cell_has_one_row(self, settings, measured):
        declared = list(self.cells(settings["grid"]))
        assert len(declared) == len(set(declared))
        keys = [(row["indicator"], row["area"], row["period"]) for row in measured]
        counts = collections.Counter(keys)
        assert set(counts.values()) == {1}
        assert set(declared) - set(keys) == set()
        assert set(keys) - set(declared) == set()

    def test_an_absent_value_is_a_state(self, measured):
        for row in measured:
            figures = [row[name] for name in ("value", "numerator", "n", "frequencies")]
            assert (row["state"] == "value") == any(figures), row

    def test_the_grid_covers_the_mainland(self, settings):
        regions = [area for area in registry().at_level("region", vintage=2022)]
        mainland = {area.code for area in regions if area.role != "aland"}
        assert len(mainland) == 18
        for key in ("basic_sa_households", "basic_sa_persons", "basic_sa_applications_received"):
            assert set(settings["grid"][key]["areas"]) == mainland | {"FI-MAINLAND"}

    def test_what_has_no_figure_has_a_reason_in_each_language(self, baseline, measured):
        valued = {row["indicator"] for row in measured if row["state"] == "value"}
        absent = {row["indicator"] for row in measured} - valued
        assert absent
        assert set(baseline.not_available) == absent
        for key, reasons in baseline.not_available.items():
            assert key in baseline.indicators
            assert set(reasons) == set(LANGUAGES)
            assert all(text.strip().endswith(".") for text in reasons.values()), key
            assert len(set(reasons.values())) == len(LANGUAGES), key

    def test_definitions_are_sealed(self, baseline, measured):
        assert {row["indicator"] for row in measured} <= set(baseline.indicators)
        for indicator in baseline.indicators.values():
            for language in LANGUAGES:
                assert indicator.names[language], indicator.id
                assert indicator.definitions[language], indicator.id
            assert indicator.polarity, indicator.id

    def test_every_source_that_is_named_is_described(self, baseline, measured):
        named = {row["source"] for row in measured}
        named |= {item.source for item in baseline.indicators.values()}
        named |= {item.source for item in baseline.findings}
        named |= {item.source for item in baseline.breaks}
        assert named <= set(baseline.sources)
        for key in named:
            assert baseline.sources[key]["title"], key
            assert baseline.sources[key]["publisher"], key


class TestProvenance:
    """Every number leads to a row of a file with a known hash (P4, G16)."""

    def test_every_number_is_that_of_the_row_it_names(self, measured, lines):
        sums = 0
        for row in measured:
            places = row["place"].split("+")
            sources = [lines[row["file"], int(place)] for place in places]
            indicator = row["indicator"]
            if len(sources) > 1:
                sums += 1
                assert {key[0] for key, _ in sources} == {
                    f"{indicator}_new",
                    f"{indicator}_previous",
                }
                assert row["status"] == "derived", row
                assert sum(int(value) for _, value in sources) == int(row["value"]), row
            else:
                assert sources[0][0][0] == indicator, row
                assert sources[0][1] == row["value"], row
            assert {key[1:] for key, _ in sources} == {(row["area"], row["period"])}, row
        assert sums > 1_000

    def test_provenance_leads_to_the_file(self, baseline, measured, lines):
        sample = random.Random(2022).sample(measured, 25)
        sample += [
            next(row for row in measured if row["file"] == name) for name in baseline.lineage
        ]
        for row in sample:
            lead = baseline.provenance(row["indicator"], row["area"], row["period"])
            digest = hashlib.sha256((EXTRACTS / lead["file"]).read_bytes()).hexdigest()
            assert lead["sha256"] == digest, row
            assert lead["file"] == row["file"]
            figures = [lines[lead["file"], int(place)][1] for place in lead["place"].split("+")]
            if row["state"] == "value":
                assert sum(map(int, figures)) == float(row["value"]), row
            assert lead["source"] == row["source"]
            assert lead["publisher"] == baseline.sources[row["source"]]["publisher"]
            assert lead["url"].startswith("https://"), row
            assert lead["transformation"].partition("@")[2].isdigit()
            assert lead["unit"] == baseline.indicators[row["indicator"]].unit
            assert lead["vintage"] == "2022"

    def test_what_is_not_known_is_said(self, baseline, measured):
        row = measured[-1]
        lead = baseline.provenance(row["indicator"], row["area"], row["period"])
        unknown = {name for name, text in lead.items() if text == NOT_AVAILABLE}
        assert {"retrieved", "original_sha256", "original_place"} <= unknown
        assert all(lead.values())

    def test_every_extract_that_is_named_is_in_the_lineage(self, baseline, measured):
        assert {row["file"] for row in measured} == set(baseline.lineage)
        for name, row in baseline.lineage.items():
            assert row["sha256"] == hashlib.sha256((EXTRACTS / name).read_bytes()).hexdigest()

    @pytest.mark.parametrize(
        "key",
        [
            ("basic_sa_households", "MK06", "2023-01"),
            ("basic_sa_households", "KU091", "2022-01"),
            ("nothing", "MK06", "2022-01"),
            ("", "", ""),
        ],
    )
    def test_a_number_that_is_not_held(self, baseline, key):
        with pytest.raises(ReleaseError) as caught:
            baseline.provenance(*key)
        assert caught.value.code == "measurement.not_found"


class TestLoading:
    def test_the_numbers_are_those_of_the_file(self, baseline, measured):
        table = baseline.measurements.table
        assert len(table) == len(measured)
        for name in ("indicator", "area", "period", "state", "status", "source", "file", "place"):
            assert table[name].tolist() == [row[name] for row in measured], name
        values = [float(row["value"]) for row in measured if row["value"]]
        assert table["value"].dropna().tolist() == values

    def test_a_release_that_does_not_exist(self, tmp_path):
        for name in ("2021", tmp_path, tmp_path / "none", "../2022", ""):
            with pytest.raises(ReleaseError) as caught:
                bc.load_baseline(name)
            assert caught.value.code == "release.not_found"

    def test_loading_twice_gives_the_same(self, baseline):
        again = bc.load_baseline("2022")
        assert again.id == baseline.id
        assert again.measurements.table.equals(baseline.measurements.table)

    def test_the_table_may_be_changed_without_harm(self, baseline):
        table = baseline.measurements.table
        table["value"] = -1.0
        assert baseline.measurements.table["value"].min() >= 0


class TestRepr:
    def test_it_says_what_is_held_and_what_is_not(self, baseline, measured):
        text = repr(baseline)
        assert baseline.id in text
        assert baseline.titles["en"] in text
        assert f"{len(measured):,} measurements" in text
        assert "base year 2022" in text
        holds, _, absent = text.partition("Not available:")
        held = {row["indicator"] for row in measured if row["state"] == "value"}
        for key in held:
            assert f"  {key}: {baseline.indicators[key].name()}" in holds, key
        for key, reasons in baseline.not_available.items():
            assert f"  {key}: {reasons['en']}" in absent, key
            assert f"  {key}:" not in holds
        assert "Margins were declared when follow-up figures were already public." in text

    def test_in_a_notebook_it_is_escaped(self, baseline):
        shown = baseline._repr_html_()
        assert shown.startswith("<pre>")
        assert baseline.id in shown
        assert "<" not in shown.removeprefix("<pre>").removesuffix("</pre>")
