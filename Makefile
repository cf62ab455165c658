PYTHON ?= python3
LANGUAGE ?= en
BIN := .venv/bin
LOWEST := .venv-lowest/bin
REPORT := build/follow_up_2023_$(LANGUAGE).html

.PHONY: report test test-lowest baseline calibration benchmarks

report: .venv/run.stamp
	@mkdir -p build
	$(BIN)/baseline-compare report fixtures/follow_up_2023.csv --language $(LANGUAGE) --output $(REPORT) --overwrite

test: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto
	$(BIN)/pytest --nbmake notebooks

test-lowest: .venv-lowest/dev.stamp
	$(LOWEST)/pytest -n auto

# Build the shipped release from its extracts; the tests check that the result is the shipped one.
baseline: .venv/run.stamp
	$(BIN)/python fixtures/baseline_2022/build.py build/releases

# Simulate how often verdicts are wrong; writes the tables of the README (about a quarter of an hour).
calibration: .venv/dev.stamp
	$(BIN)/python tests/calibration/years.py
	$(BIN)/python tests/calibration/levels.py
	$(BIN)/python tests/calibration/ratings.py
	$(BIN)/python tests/calibration/study.py

benchmarks: .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[benchmarks]"
	$(BIN)/python tests/benchmarks/run.py

.venv/run.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/dev.stamp: .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

.venv-lowest/dev.stamp: pyproject.toml constraints.txt tests/constraints-lowest.txt
	test -x $(LOWEST)/python || $(PYTHON) -m venv .venv-lowest
	$(LOWEST)/python -m pip install --quiet --disable-pip-version-check -c tests/constraints-lowest.txt -e ".[dev]"
	touch $@
