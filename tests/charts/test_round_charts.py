"""Charts of rounds by their artists: counts, signs, words, marks of what is made up or hidden."""

import re
from dataclasses import replace

import pytest
from matplotlib.patches import Rectangle

import baseline_compare as bc
from baseline_compare.charts.fate_grid import SIGNS
from baseline_compare.errors import ComparisonError
from baseline_compare.fates.courses import FATES
from baseline_compare.findings import Round
from made_rounds import FIVE, ballots, finding, joint, made

LANGUAGES = ("fi", "sv", "en")
SYNTHETIC = {"fi": "Synteettinen aineisto", "sv": "Syntetiskt material", "en": "Synthetic data"}


@pytest.fixture(scope="module")
def found(baseline):
    shifts = {"weakness-access": {4: 6, 5: 4, 3: 3, 2: 2}, "strength-cooperation": {2: 9, 3: 6}}
    later = made(
        2025,
        [finding("weakness-access-2", theme="access", continues=("weakness-access",))],
        [
            rating
            for key, own in shifts.items()
            for area in FIVE
            for rating in ballots(key, area, own, "change")
        ],
        themes=baseline.round.themes,
    )  # fmt: skip
    return bc.compare_findings(baseline, later)


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [
        text.get_text() for text in figure.texts
    ]


def bars(axes):
    return [p for p in axes.patches if isinstance(p, Rectangle) and p.get_width()]


class TestBalance:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_weaknesses_go_left_and_strengths_right(self, baseline, language):
        (axes,) = bc.charts.balance(baseline.round, language=language).axes
        widths = [bar.get_width() for bar in bars(axes)]
        assert sum(width for width in widths if width < 0) == -6
        assert sum(width for width in widths if width > 0) == 2
        assert all(bool(bar.get_hatch()) == (bar.get_width() < 0) for bar in bars(axes))

    def test_each_area_has_a_panel(self):
        own = made(2025, [finding("a"), finding("b", area="YTA1"), finding("c", area="YTA2")])
        figure = bc.charts.balance(own, language="en")
        titles = [axes.get_title(loc="left") for axes in figure.axes]
        assert titles == ["Mainland Finland", "Southern Finland", "Eastern Finland"]
        assert SYNTHETIC["en"] in texts(figure)

    def test_a_round_without_findings_and_too_many_areas_are_refused(self):
        with pytest.raises(ComparisonError, match=r"finding\.missing"):
            bc.charts.balance(made(2025))
        many = [finding(f"x{n}", area=f"HVA{n:02}") for n in range(1, 9)]
        with pytest.raises(ComparisonError, match=r"chart\.limit"):
            bc.charts.balance(made(2025, many))


class TestFates:
    def test_each_fate_has_a_sign_of_its_own_kind(self):
        assert set(SIGNS) == set(FATES)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_cell_says_what_the_table_says(self, found, language):
        figure = bc.charts.fates(found, language=language)
        shown = bc.fates.protect_findings(found).table
        rows = shown[shown["kind"] == "weakness"]
        signs = [text for text in texts(figure) if text in set(SIGNS.values())]
        assert sorted(signs) == sorted(SIGNS[fate] for fate in rows["fate"])
        assert SYNTHETIC[language] in texts(figure)
        assert len(figure.get_label()) > 200

    def test_off_says_internal(self, found):
        figure = bc.charts.fates(found, disclosure="off")
        assert figure.internal
        assert any("INTERNAL" in text for text in texts(figure))

    def test_more_areas_than_can_be_read_are_refused(self, baseline):
        areas = [f"HVA{n:02}" for n in range(1, 11)]
        later = made(2025, [], [joint("weakness-access", a, 4, "change") for a in areas],
                     themes=baseline.round.themes)  # fmt: skip
        with pytest.raises(ComparisonError, match=r"chart\.limit"):
            bc.charts.fates(bc.compare_findings(baseline, later))


class TestRatings:
    def test_bars_have_the_counts(self, found):
        (axes,) = bc.charts.ratings(found, finding="weakness-access", disclosure="off").axes
        widths = [bar.get_width() for bar in bars(axes)]
        assert widths == [2, 3, 6, 4] * 5
        assert "4: 6" in texts(axes.figure)

    def test_a_hidden_distribution_says_so(self, baseline):
        later = made(2025, [], ballots("weakness-access", "YTA1", {3: 7, 4: 1}, "change"),
                     themes=baseline.round.themes)  # fmt: skip
        own = bc.compare_findings(baseline, later)
        figure = bc.charts.ratings(own, finding="weakness-access", language="fi")
        assert "peitetty (tietosuoja)" in texts(figure)
        assert not bars(figure.axes[0])

    def test_a_finding_without_ratings_is_refused(self, found):
        with pytest.raises(ComparisonError, match=r"finding\.missing"):
            bc.charts.ratings(found, finding="weakness-urgent-process")


@pytest.mark.parametrize("language", LANGUAGES)
def test_triangulation_has_a_cell_for_each_row(found, result, language):
    beside = bc.triangulate(found, result)
    figure = bc.charts.triangulation(beside, language=language)
    signs = [text for text in texts(figure) if re.fullmatch(r"[▲▼=·]+ \| [▲▼=·]+", text)]
    assert len(signs) == len(beside.table)
    assert SYNTHETIC[language] in texts(figure)


def test_charts_of_rounds_are_the_same_bytes(found, baseline, tmp_path):
    for draw in (
        lambda: bc.charts.balance(baseline.round),
        lambda: bc.charts.fates(found),
        lambda: bc.charts.ratings(found, finding="weakness-access"),
    ):
        assert bc.charts.svg_text(draw()) == bc.charts.svg_text(draw())


def test_a_round_that_is_real_is_not_called_synthetic(baseline):
    real: Round = replace(baseline.round, id="2025")
    figure = bc.charts.fates(bc.compare_findings(baseline, real))
    assert not any(SYNTHETIC["en"] in text for text in texts(figure))
