"""Text that a spreadsheet would take for a formula is found behind whatever hides it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline_compare.texts import begins_formula


class TestBeginsFormula:
    @pytest.mark.parametrize(
        "text",
        [
            "=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", " =1", "\u00a0=1", "\u202f\u3000=1",
            "\u200b=1", "\ufeff=1", "\u202e=1", "'=1", '"=1', "`=1", "\u201d=1", ' " =1',
            "\uff1d1", "\uff0b1", "\ufe631", "\uff201", "\u207a1", "\n\n =1", "\u2028=1",
        ],
        ids=ascii,
    )  # fmt: skip
    def test_a_formula(self, text):
        assert begins_formula(text)

    @pytest.mark.parametrize(
        "text", ["", " ", "a", "a=1", "7-8", "\u22125", "\u20135", "ä", "(=1)", '""'], ids=ascii
    )
    def test_not_a_formula(self, text):
        assert not begins_formula(text)

    @given(
        st.text(" \u00a0\u200b\u2028'\"`\u2019", max_size=6), st.sampled_from("=+-@\uff1d\ufe63")
    )
    @settings(deadline=None)
    def test_what_is_skipped_hides_no_formula(self, before, trigger):
        assert begins_formula(f"{before}{trigger}1")
