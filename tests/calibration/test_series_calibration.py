"""Small copies of the studies of series; the real years in full."""

import pytest

from levels import RULES as LEVELS
from levels import levels
from years import MARKS, README, RULES, called, table


@pytest.fixture(scope="module")
def counts():
    return called()


def test_the_table_of_real_years_in_the_readme_is_the_one_computed():
    page = README.read_text(encoding="utf-8")
    told = page.partition(f"{MARKS[0]}\n")[2].partition(MARKS[1])[0]
    assert told.strip() == table()


def test_rules_that_ignore_what_years_differ_by_call_most_of_them_changed(counts):
    shares = {name: sum(own.values()) / (54 * len(own)) for name, own in counts.items()}
    names = list(RULES)
    assert shares[names[0]] > 0.7
    assert shares[names[1]] > 0.8
    assert shares[names[2]] > 0.6
    assert shares[names[3]] > 0.5


def test_the_default_and_the_claim_against_the_rest_hold_their_level(counts):
    for name in list(RULES)[-2:]:
        assert sum(counts[name].values()) <= 0.05 * 54 * len(counts[name])


@pytest.mark.parametrize(("rho", "most"), [(0.0, 0.06), (0.3, 0.065), (0.6, 0.08)])
def test_a_level_is_claimed_no_oftener_than_promised(rho, most):
    found = levels(48, rho, pairs=2, runs=4000, seed=1)
    names = list(LEVELS)
    assert found[names[0]] < most + 0.006
    assert found[names[0]] < found[names[2]] < found[names[4]] or rho == 0
    assert found[names[3]] > 0.12
