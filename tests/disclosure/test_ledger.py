"""The record of releases: append-only, chained, and without any hidden figure."""

import json
import re
import shutil

import pytest

import baseline_compare as bc
from baseline_compare.disclosure import Ledger
from baseline_compare.disclosure.figures import figures_of
from baseline_compare.disclosure.ledger import START
from baseline_compare.errors import DisclosureError, ReleaseError
from disclosure_tables import hidden, measurements

KEY = "basic_sa_households"
DAY = "2026-11-26"


def release(**counts):
    return measurements({(KEY, area, "2023-01"): value for area, value in counts.items()})


def published(ledger, table):
    safe = bc.protect(table, ledger=ledger)
    ledger.append(figures_of(safe), date=DAY, baseline="2022", files={"a.csv": "0" * 64})
    return safe


@pytest.fixture
def folder(tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    published(ledger, release(HVA10=163, KU075=30, KU285=70, KU286=50, KU489=2, KU624=3, KU935=8))
    published(ledger, release(HVA11=200))
    published(ledger, release(HVA12=300))
    return ledger.folder


def test_a_ledger_reads_back_what_was_published(folder):
    ledger = Ledger(folder)
    assert [entry.sequence for entry in ledger.entries] == [1, 2, 3]
    assert [entry.previous for entry in ledger.entries] == [
        START,
        *[e.id for e in ledger.entries[:2]],
    ]
    first = ledger.entries[0].figures
    assert {figure.area for figure in first if figure.hidden} == {"KU489", "KU624"}
    assert {(figure.low, figure.high) for figure in first if figure.hidden} == {(0, 5)}
    assert len(ledger.figures) == 9


def test_nothing_hidden_is_recorded(tmp_path):
    table = release(HVA04=400_002, KU092=199_999, KU245=200_003)
    rule = bc.disclosure.Rule(zero_disclosive=False, threshold=300_000)
    ledger = Ledger(tmp_path)
    safe = bc.protect(table, rule=rule, ledger=ledger)
    ledger.append(figures_of(safe), date=DAY, baseline="", files={})
    assert len(hidden(safe)) == 2
    text = (tmp_path / "000001.json").read_text()
    assert "400002" in text
    assert not re.search("199999|200003", text)


def test_the_second_release_is_audited_against_the_first(tmp_path):
    ledger = Ledger(tmp_path)
    old = release(KU507=41, KU588=3)
    new = old.at_vintage(2025)
    assert hidden(published(ledger, old)) == [(KEY, "KU588", "2023-01")]
    assert hidden(bc.protect(new)) == []
    assert hidden(bc.protect(new, ledger=ledger)) == [(KEY, "KU507", "2023-01")]


def test_a_member_of_a_former_release_reads_the_next_one(tmp_path):
    # whoever is the one in Pertunmaa knows the four in Mäntyharju from their sum
    ledger = Ledger(tmp_path)
    old = release(KU507=4, KU588=1)
    published(ledger, old)
    safe = bc.protect(old.at_vintage(2025), ledger=ledger)
    assert hidden(safe) == [(KEY, "KU507", "2023-01")]


def test_the_same_release_again_tells_nothing_more(folder):
    ledger = Ledger(folder)
    county = release(HVA10=163, KU075=30, KU285=70, KU286=50, KU489=2, KU624=3, KU935=8)
    again = bc.protect(county, ledger=ledger)
    assert hidden(again) == [(KEY, "KU489", "2023-01"), (KEY, "KU624", "2023-01")]


def rewritten(path, change, end="\n"):
    table = json.loads(path.read_text())
    change(table)
    text = json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_text(f"{text}{end}")


@pytest.mark.parametrize(
    "tamper",
    [
        lambda folder: rewritten(folder / "000001.json", lambda t: t["figures"][0].update(low="9")),
        lambda folder: rewritten(folder / "000002.json", lambda t: t.update(date="2026-11-27")),
        lambda folder: (folder / "000002.json").unlink(),
        lambda folder: (folder / "000001.json").unlink(),
        lambda folder: shutil.copy(folder / "000003.json", folder / "000002.json"),
        lambda folder: rewritten(folder / "000003.json", lambda t: t.update(format="9.0")),
        lambda folder: rewritten(folder / "000003.json", lambda t: t.pop("figures")),
        lambda folder: rewritten(folder / "000003.json", lambda t: t["figures"][0].update(area=7)),
        lambda folder: rewritten(folder / "000003.json", lambda t: None, end=" \n"),
    ],
)  # fmt: skip
def test_a_ledger_that_was_changed_is_refused(folder, tamper):
    tamper(folder)
    with pytest.raises(DisclosureError, match=r"chain.broken.*Bring the ledger back as it was"):
        Ledger(folder)


def test_a_file_that_is_no_entry_is_refused(folder):
    (folder / "000003.json").write_bytes(b"{")
    with pytest.raises(ReleaseError, match=re.escape("json.syntax")):
        Ledger(folder)


def test_the_head_tells_that_the_last_entries_are_missing(folder):
    head = Ledger(folder).head
    assert Ledger(folder, head=head).head == head
    (folder / "000003.json").unlink()
    assert len(Ledger(folder).entries) == 2
    with pytest.raises(DisclosureError, match=r"chain\.broken.*entries are missing"):
        Ledger(folder, head=head)


def test_two_writers_do_not_both_win(folder):
    first, second = Ledger(folder), Ledger(folder)
    first.append((), date=DAY, baseline="", files={})
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(DisclosureError) as caught:
        second.append((), date=DAY, baseline="", files={})
    assert str(caught.value) == (
        "000004.json: [chain.conflict] expected 3 entries, as when the ledger was read, found an "
        "entry 4 of somebody else. Read the ledger again and audit against it; nothing was written."
    )
    assert sorted(path.name for path in folder.iterdir()) == before


def test_leftovers_of_a_crash_are_no_entries(folder):
    (folder / ".new-abc").write_text("{")
    assert len(Ledger(folder).entries) == 3


def test_a_release_has_a_day(tmp_path):
    with pytest.raises(DisclosureError, match=r"expected the day of the release.*found ''"):
        Ledger(tmp_path).append((), date="", baseline="", files={})


def test_a_whole_ledger_is_audited(folder):
    found = bc.audit(Ledger(folder), indicators=bc.indicators.catalogue())
    assert found.safe
    assert repr(found) == "Audit: 2 hidden figures, none of them can be computed too closely"
    assert found.table[["area", "low", "high", "code"]].values.tolist() == [
        ["KU489", 0, 5, ""],
        ["KU624", 0, 5, ""],
    ]
    with pytest.raises(DisclosureError, match="the definitions of the indicators, found ledgers"):
        bc.audit([Ledger(folder)])


def test_a_revised_figure_is_no_contradiction(folder):
    ledger = Ledger(folder)
    table = release(HVA10=164, KU075=31, KU285=70, KU286=50, KU489=2, KU624=3, KU935=8)
    safe = bc.protect(table, ledger=ledger)
    assert hidden(safe) == [(KEY, "KU489", "2023-01"), (KEY, "KU624", "2023-01")]
