# Tasks. Every target sets up what it needs in .venv; nothing else has to be installed first.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
JOBS ?= auto
# seconds that make soak fuzzes each parser
FUZZ ?= 600
# mutants of each package that make mutate tries; 0: all
MUTANTS ?= 300
# of the fleet's tests the fast ones, where there are servers; a loud line says so where there are none
QUICK := -m 'not soak and (not fleet or fast)'

.PHONY: demo test test-fleet soak fuzz check coverage mutate test-lowest test-highest package format bench clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "guidetrack needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

demo: $(STAMP)
	$(PY) -m guidetrack demo

test: $(STAMP)
	$(PY) -m pytest -n $(JOBS) $(QUICK)

# the tests of PostgreSQL, buckets and workers, which start and kill servers: a missing one is an error, not a skip
test-fleet: $(STAMP)
	GUIDETRACK_NEED_FLEET=1 $(PY) -m pytest -n $(JOBS) -m 'fleet and not soak'

soak: $(STAMP)
	HYPOTHESIS_PROFILE=soak $(PY) -m pytest -n $(JOBS) -m 'soak'
	$(PY) -m tests.fuzz.run --seconds $(FUZZ)

fuzz: $(STAMP)
	$(PY) -m tests.fuzz.run --seconds $(FUZZ)

bench: $(STAMP)
	$(PY) benchmarks/check.py --sources 300
	$(PY) benchmarks/fetch.py --sources 300
	$(PY) benchmarks/compare.py

# style, types (also as a user's type checker sees us, and in the examples), docstrings and what stands in docs/
check: $(STAMP)
	$(VENV)/bin/ruff check guidetrack tests benchmarks tools docs/examples
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy tests/typed_use.py docs/examples/script.py docs/examples/fastapi_app.py
	$(VENV)/bin/mypy tools/lowest.py tools/mutants.py tools/mutate.py
	$(PY) -m pytest tests/test_docstrings.py tests/test_docs.py tests/test_examples.py tests/test_portable.py tests/packaging $(QUICK)

# the tests of a fleet too: workers, PostgreSQL and buckets are part of the package; not on Python 3.11, which tells a
# tracer of returns that never were, so that callers of a connection are counted as never run
coverage: $(STAMP)
	$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Python 3.11 loses count: make clean, then make PYTHON=python3.13 coverage")'
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest -n $(JOBS) -m 'not soak'
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

mutate: $(STAMP)
	$(PY) tools/mutate.py guidetrack/compare --jobs 2 --tests tests/compare --sample $(MUTANTS)
	$(PY) tools/mutate.py guidetrack/fetch/verdict --jobs 2 --tests tests/verdict --sample $(MUTANTS)

# the oldest and the newest versions that pyproject.toml allows, each in an environment of its own
test-lowest: $(STAMP)
	$(PY) tools/lowest.py > $(VENV)/lowest.txt
	test -x .venv-lowest/bin/python || $(PY) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -c $(VENV)/lowest.txt -e '.[dev]'
	.venv-lowest/bin/python -m pytest -n $(JOBS) $(QUICK)

test-highest: $(STAMP)
	test -x .venv-highest/bin/python || $(PY) -m venv .venv-highest
	.venv-highest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager -e '.[dev]'
	.venv-highest/bin/python -m pytest -n $(JOBS) $(QUICK)

package: $(STAMP)
	$(PY) -m hatchling build -d dist
	$(PY) -m pytest tests/packaging

format: $(STAMP)
	$(VENV)/bin/ruff check --fix guidetrack tests benchmarks tools docs/examples
	$(VENV)/bin/ruff format guidetrack tests benchmarks tools docs/examples

clean:
	rm -rf $(VENV) .venv-lowest .venv-highest dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
