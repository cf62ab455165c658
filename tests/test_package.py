"""The package as a whole: what importing it costs, and that its names are there."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import baseline_compare as bc

SOURCE = Path(bc.__file__).parent
HEAVY = ("pandas", "numpy", "matplotlib", "scipy", "jinja2")
NEEDLESS = ("matplotlib", "scipy.stats", "scipy.optimize", "jinja2")


def test_importing_loads_nothing_heavy():
    code = f"import sys, baseline_compare; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_comparing_loads_neither_matplotlib_nor_jinja2(fixtures):
    code = (
        "import sys, baseline_compare as bc;"
        f"later = bc.read_measurements({str(fixtures / 'follow_up_2023.csv')!r});"
        "print(bc.compare(bc.load_baseline('2022'), later) is None,"
        f" [n for n in {NEEDLESS} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False []\n"


@pytest.mark.parametrize("name", bc.__all__)
def test_every_public_name_resolves_and_is_documented(name):
    assert getattr(bc, name).__doc__
    assert name in dir(bc)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = bc.nothing


def test_no_import_hides_in_a_function_and_no_logic_in_an_assert():
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Assert), path
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert not inner, (path, node.name)


def test_modules_are_nouns_and_of_a_readable_length():
    forbidden = {"utils", "core", "base", "common", "helpers", "manager"}
    public = set(bc.__all__)
    for path in SOURCE.rglob("*.py"):
        assert path.stem not in forbidden
        assert path.stem not in public - {"areas", "charts", "indicators", "measurements"}
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 340, path
