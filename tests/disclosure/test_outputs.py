"""Nothing that leaves a protected comparison tells of a hidden figure, in any form."""

import base64
import io
import itertools
import pickle
import re
import struct
import zlib

import numpy as np
import pandas as pd
import pytest

import baseline_compare as bc
from baseline_compare.disclosure import Ledger, Rule
from baseline_compare.errors import DisclosureError

KEY = "basic_sa_households"
SHARE = "basic_sa_households_new_share"
PLACES = ("KU075", "KU285", "KU286", "KU489", "KU624", "KU935")
LANGUAGES = ("fi", "sv", "en")
DAY = "2026-11-26"


def table(counts, year):
    """Give monthly counts by municipality, new and previous, with the county's sums."""
    rows = [
        (f"{KEY}_{part}", area, f"{year}-{month:02d}", value)
        for (part, area, month), value in counts.items()
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    county = frame.groupby(["indicator", "period"], as_index=False)["value"].sum()
    frame = pd.concat([frame, county.assign(area="HVA10")])
    both = frame.groupby(["area", "period"], as_index=False)["value"].sum().assign(indicator=KEY)
    return bc.measurements.from_frame(pd.concat([frame, both]), source="synthetic-places")


def drawn(seed, months=(1, 2, 3)):
    rng = np.random.default_rng(seed)
    means = dict(zip(PLACES, (40, 90, 60, 3, 4, 12), strict=True))
    return {
        (part, area, month): int(rng.poisson(mean * share))
        for area, mean in means.items()
        for month in months
        for part, share in (("new", 0.2), ("previous", 0.8))
    }


def compared(tmp_path, base, later):
    sealed = bc.seal(table(base, 2022), tmp_path / "releases", name="synthetic", base_year=2022)
    return bc.compare(sealed, table(later, 2023), areas=[*PLACES, "HVA10"])


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    return compared(tmp_path_factory.mktemp("raw"), drawn(1), drawn(2))


@pytest.fixture(scope="module")
def safe(raw):
    return bc.protect(raw)


def everything(result, folder, *, ledger=None):
    """Give all bytes that a comparison can leave in, by name."""
    found = {"repr": repr(result), "html": result._repr_html_(), "pickle": pickle.dumps(result)}
    found["settings"] = repr((result.settings, result.remarks, result.protection))
    for language in LANGUAGES:
        found[f"summary {language}"] = "\n".join(result.summary(language))
        found[f"display {language}"] = result.display_table(language).to_csv()
        found[f"explain {language}"] = "\n".join(
            result.explain(row["indicator"], row["area"], language)
            for row in result.table.to_dict("records")
        )
        found[f"report {language}"] = bc.write_report(
            result, folder / f"report-{language}.html", language=language, overwrite=True,
            ledger=ledger if language == "fi" else None, date=DAY if language == "fi" else "",
        ).read_bytes()  # fmt: skip
        for name in ("change", "levels", "trend", "forest", "tiles"):
            figure = getattr(bc.charts, name)(result, language=language)
            for ending in ("svg", "png", "pdf"):
                path = bc.charts.save(figure, folder / f"{name}.{ending}", overwrite=True)
                found[f"{name} {language} {ending}"] = path.read_bytes()
    found["csv"] = bc.write_table(result, folder / "table.csv", overwrite=True).read_bytes()
    for name, part in (
        ("table", result.table),
        ("series", result.series),
        ("unmatched", result.unmatched),
    ):
        found[name] = part.to_csv()
    for name, kept in (("base", result.baseline.measurements), ("later", result.measurements)):
        found[name] = kept.table.to_csv()
        found[f"{name} file"] = bc.write_measurements(
            kept, folder / f"{name}.csv", overwrite=True, disclosure="off"
        ).read_bytes()
    return {name: part.encode() if isinstance(part, str) else part for name, part in found.items()}


def unpacked(content):
    """Give bytes with every compressed stream of a PNG or PDF beside them."""
    streams = [content]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            streams.append(zlib.decompress(match.group(1)))
        except zlib.error:
            continue
    for match in re.finditer(
        rb"(?:zTXt|iTXt|tEXt)([^\x00]*\x00.*?)(?=.{4}.{4}[A-Za-z]{4})", content, re.DOTALL
    ):
        streams.append(match.group(1))
    return b"\n".join(streams)


def spellings(count):
    plain = f"{count}"
    grouped = [f"{plain[:3]}{mark}{plain[3:]}" for mark in (" ", "\u00a0", "\u202f", ",", ".")]
    texts = [plain, *grouped, f"{count:x}", f"{count:X}"]
    found = {text.encode() for text in texts}
    found |= {base64.b64encode(plain.encode()), struct.pack("<d", float(count))}
    return found | {count.to_bytes(8, "little"), struct.pack(">d", float(count))}


CANARIES = (
    524_287, 534_571, 544_513, 554_527, 564_533, 574_543, 584_557, 594_563, 604_577, 614_563,
    624_577, 634_583, 644_593, 654_593, 664_603, 674_603, 684_599, 694_609, 704_617, 714_601,
    724_609, 734_609, 744_599, 754_583,
)  # fmt: skip


def test_a_canary_is_in_no_output(tmp_path):
    numbers = iter(CANARIES)
    worlds = [
        {
            (part, area, month): next(numbers)
            for area in PLACES
            for month in (1,)
            for part in ("new", "previous")
        }
        for _ in range(2)
    ]
    result = compared(tmp_path, *worlds)
    rule = Rule(zero_disclosive=False, threshold=10**6)
    ledger = Ledger(tmp_path / "ledger")
    safe = bc.protect(result, rule=rule, ledger=ledger)
    assert safe.protection.hidden >= len(CANARIES)
    outputs = everything(safe, tmp_path, ledger=ledger)
    outputs["ledger"] = (tmp_path / "ledger" / "000001.json").read_bytes()
    for number in range(6):
        with pytest.raises(DisclosureError) as caught:
            bc.audit([result.measurements, safe], rule=rule).raise_if_unsafe()
        outputs[f"error {number}"] = repr(caught.value).encode()
    totals = {sum(world.values()) for world in worlds}
    assert any(re.search(f"{total:,}".encode(), outputs["report en"]) for total in totals)
    needles = {spelling for count in CANARIES for spelling in spellings(count)}
    for name, content in outputs.items():
        bytes_of = unpacked(content)
        assert [needle for needle in needles if needle in bytes_of] == [], name


def test_the_search_for_canaries_finds_what_is_there(raw, tmp_path):
    outputs = everything(
        raw.__class__(**{**raw.__dict__, "protection": bc.protect(raw).protection}), tmp_path
    )
    count = int(raw.measurements.numbers("value").max())
    assert str(count).encode() in unpacked(outputs["later file"])
    assert struct.pack("<d", float(count)) in outputs["pickle"]


def twins(safe, later):
    """Move some households between hidden counts of one month, so that all sums stay."""
    rows = safe.measurements.table
    rows = rows[rows["state"] == "suppressed"]
    hidden = set(zip(rows["indicator"], rows["area"], rows["period"], strict=True))
    for month, (first, second) in itertools.product((1, 2, 3), itertools.permutations(PLACES, 2)):
        square = list(itertools.product(("new", "previous"), (first, second)))
        period = f"2023-{month:02d}"
        if all((f"{KEY}_{part}", area, period) in hidden for part, area in square):
            moved = dict(later)
            for number, (part, area) in enumerate(square):
                moved[part, area, month] += 1 if number in (0, 3) else -1
            if min(moved.values()) >= 0:
                yield moved


def test_twins_that_differ_in_hidden_figures_alone_leave_the_same_bytes(raw, safe, tmp_path):
    later = drawn(2)
    hidden = safe.measurements.table["state"].tolist()
    same = 0
    for number, changed in enumerate(twins(safe, later)):
        other = compared(tmp_path / str(number), drawn(1), changed)
        again = bc.protect(other)
        known = safe.measurements.table
        if again.measurements.table["state"].tolist() != hidden:
            continue
        if not again.measurements.table[known["state"] == "value"].equals(
            known[known["state"] == "value"]
        ):
            continue
        same += 1
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir(exist_ok=True)
        first, second = everything(safe, tmp_path / "a"), everything(again, tmp_path / "b")
        assert [name for name in first if first[name] != second[name] and name != "pickle"] == []
        break
    assert same == 1


def test_what_is_hidden_is_what_must_be(raw, safe):
    assert raw.protection is None
    assert safe.protection.threshold == 5
    assert safe.protection.ledger == ""
    small = {
        (row["indicator"], row["area"], row["period"])
        for row in raw.measurements.table.to_dict("records")
        if 1 <= row["value"] <= 4
    }
    shown = safe.measurements.table
    shown = shown[shown["state"] == "value"]
    assert small.isdisjoint(zip(shown["indicator"], shown["area"], shown["period"], strict=True))
    assert small
    assert bc.audit([safe], truth=None).safe
    assert bc.protect(safe) is safe


def test_a_verdict_stands_only_where_no_hidden_figure_can_change_it(raw, safe):
    both = raw.table.merge(safe.table, on=["indicator", "area"], suffixes=("_raw", ""))
    decided = both[~both["verdict"].isin(["undecided", "suppressed", "insufficient"])]
    assert len(decided) > 5
    assert (decided["verdict"] == decided["verdict_raw"]).all()
    bounded = both[both["current_low"].notna()]
    assert (bounded["current_low"] <= bounded["current_raw"]).all()
    assert (bounded["current_raw"] <= bounded["current_high"]).all()


def test_reports_charts_and_tables_are_protected_by_themselves(raw, safe, tmp_path):
    for number, result in enumerate((raw, safe)):
        bc.write_report(result, tmp_path / f"{number}.html")
        bc.write_table(result, tmp_path / f"{number}.csv")
        bc.charts.save(bc.charts.change(result), tmp_path / f"{number}.svg")
    for ending in ("html", "csv", "svg"):
        assert (tmp_path / f"0.{ending}").read_bytes() == (tmp_path / f"1.{ending}").read_bytes()


def test_what_is_not_protected_says_so_on_each_page_and_in_its_name(raw, tmp_path):
    page = bc.write_report(raw, tmp_path / "report.html", language="sv", disclosure="off")
    assert page.name == "INTERNAL-report.html"
    assert "INTERNAL – endast för internt bruk: små siffror är inte dolda." in page.read_text()
    assert "<title>INTERNAL – " in page.read_text()
    assert page.read_text().count("INTERNAL (internt)") >= 3
    rows = pd.read_csv(bc.write_table(raw, tmp_path / "table.csv", disclosure="off"))
    assert set(rows["disclosure"]) == {"INTERNAL"}
    figure = bc.charts.change(raw, disclosure="off")
    assert figure.texts[-1].get_text().startswith("INTERNAL. Synthetic data. ")
    assert bc.charts.save(figure, tmp_path / "change.png").name == "INTERNAL-change.png"
    with pytest.raises(DisclosureError, match="what is internal is not recorded"):
        bc.write_report(
            raw, tmp_path / "x.html", disclosure="off", ledger=Ledger(tmp_path / "l"), date=DAY
        )


def test_a_report_says_by_which_rule_it_is_protected(safe, tmp_path):
    text = bc.write_report(safe, tmp_path / "report.html", language="fi").read_text()
    assert "Lukumäärät 1–4 on peitetty" in text
    assert "ei viranomaisen sääntö" in text
    assert "jätetty pois, koska tiedostossa on peitettyjä lukuja" in text
    assert "Aiempia julkaisuja ei ole tarkistettu" in text


def test_a_report_is_entered_in_the_ledger_and_names_its_head(raw, tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    first = bc.write_report(raw, tmp_path / "first.html", ledger=ledger, date=DAY)
    assert len(ledger.entries) == 1
    assert list(ledger.entries[0].files) == ["first.html"]
    assert Ledger(tmp_path / "ledger", head=ledger.head).entries == ledger.entries
    second = bc.write_report(raw, tmp_path / "second.html", ledger=ledger, date=DAY)
    assert ledger.entries[0].id in second.read_text()
    assert "Former releases were not looked at" not in first.read_text()
    with pytest.raises(DisclosureError, match=r"chain\.conflict"):
        bc.write_report(bc.protect(raw), tmp_path / "third.html", ledger=ledger, date=DAY)


def test_evidence_from_small_figures_is_not_drawn(tmp_path):
    result = compared(tmp_path, drawn(1, range(1, 13)), drawn(2))
    found = bc.series.control(result, KEY)
    with pytest.raises(DisclosureError) as caught:
        bc.charts.control(found)
    assert str(caught.value) == (
        "[sdc.leak] expected evidence from a comparison that may be shown, found that from one "
        "with small figures. Make it again from baseline_compare.protect(result)."
    )
    text = bc.charts.control(found, disclosure="off").texts[-1].get_text()
    assert text.startswith("INTERNAL. Synthetic data. ")


def test_a_file_with_hidden_figures_is_not_told_by_its_hash(tmp_path):
    rows = "\n".join(
        f"{KEY},{area},2023-01,{value}"
        for area, value in zip(PLACES, (9, 8, 7, 2, 3, 6), strict=True)
    )
    (tmp_path / "small.csv").write_text(f"indicator,area,period,value\n{rows}\n")
    plain = bc.read_measurements(tmp_path / "small.csv")
    assert len(plain.origins[0].sha256) == 64
    assert bc.protect(plain).origins[0].sha256 == "withheld"
    assert bc.protect(plain.select(areas=["KU075", "KU285"])).origins == plain.origins


def test_protect_wants_measurements_or_a_comparison():
    with pytest.raises(
        DisclosureError, match="expected Measurements or a Comparison, found DataFrame"
    ):
        bc.protect(pd.DataFrame())


def test_switching_off_has_one_word(raw):
    with pytest.raises(DisclosureError, match="expected on or off, found 'no'"):
        bc.charts.change(raw, disclosure="no")


def test_a_protected_table_is_read_back(raw, tmp_path):
    safe = bc.protect(raw.measurements)
    path = bc.write_measurements(raw.measurements, tmp_path / "safe.csv")
    again = bc.read_measurements(path)
    columns = ["indicator", "area", "period", "state", "value", "low", "high"]
    pd.testing.assert_frame_equal(again.table[columns], safe.table[columns])
    internal = bc.write_measurements(raw.measurements, tmp_path / "raw.csv", disclosure="off")
    assert internal.name == "INTERNAL-raw.csv"
    assert (
        io.StringIO(internal.read_text()).readline()
        == "indicator,area,period,state,value,status,source\n"
    )


def test_a_ledger_holds_what_a_report_shows(baseline, follow_up, tmp_path):
    result = bc.compare(baseline, follow_up)
    ledger = Ledger(tmp_path / "ledger")
    bc.write_report(result, tmp_path / "first.html", ledger=ledger, date=DAY)
    recorded = {
        (figure.indicator, figure.area, figure.periods): figure.low for figure in ledger.figures
    }
    series = result.series[result.series["indicator"] == KEY]
    assert len(series) > 200
    for row in series.to_dict("records"):
        assert recorded[row["indicator"], row["area"], (row["period"],)] == row["value"]
    assert bc.audit(bc.protect(result)).safe


def test_what_is_protected_takes_no_other_terms(safe, tmp_path):
    for terms in ({"rule": Rule(zero_disclosive=False)}, {"ledger": Ledger(tmp_path)}):
        with pytest.raises(DisclosureError, match="found one that is protected already"):
            bc.protect(safe, **terms)


def test_what_is_not_protected_is_not_recorded(raw, tmp_path):
    with pytest.raises(DisclosureError, match=r"sdc\.leak.*one that is not protected"):
        bc.disclosure.record(raw, Ledger(tmp_path), date=DAY, files={})
