# Tasks. Every target sets up what it needs in .venv; nothing else has to be installed first.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
JOBS ?= auto

.PHONY: demo test test-fleet soak check format bench clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "guidetrack needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

demo: $(STAMP)
	$(PY) -m guidetrack demo

test: $(STAMP)
	$(PY) -m pytest -n $(JOBS) -m 'not soak'

# the same tests on PostgreSQL (and an object store): here a missing server is an error, not a skip
test-fleet: $(STAMP)
	GUIDETRACK_NEED_FLEET=1 $(PY) -m pytest -n $(JOBS) -m 'fleet and not soak'

soak: $(STAMP)
	$(PY) -m pytest -n $(JOBS) -m 'soak'

bench: $(STAMP)
	$(PY) benchmarks/check.py --sources 300
	$(PY) benchmarks/fetch.py --sources 300
	$(PY) benchmarks/compare.py

check: $(STAMP)
	$(VENV)/bin/ruff check guidetrack tests benchmarks
	$(VENV)/bin/mypy

format: $(STAMP)
	$(VENV)/bin/ruff check --fix guidetrack tests benchmarks
	$(VENV)/bin/ruff format guidetrack tests benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
