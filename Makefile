# Each target sets up .venv by itself. PYTHON may name another interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto

.PHONY: demo test test-long coverage mutants lint bench clean

.venv/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("litwatch needs Python 3.11 or newer; try make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: .venv/ready
	$(BIN)/litwatch demo --out out

test: .venv/ready
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not long' $(ARGS)

test-long: .venv/ready
	$(BIN)/python -m pytest -n $(WORKERS) -m long --timeout 3600 --junitxml build/test-long.xml $(ARGS)

# Processes that trace or count system calls, or are killed, cannot be measured from within; their tests are left out.
coverage: .venv/ready
	rm -rf build/coverage && mkdir -p build/coverage
	-COVERAGE_FILE=$(CURDIR)/build/coverage/data $(BIN)/python -m pytest -n $(WORKERS) -m 'not long' --cov --cov-report= \
	  --timeout 600 --ignore tests/test_crash.py --ignore tests/test_readers.py $(ARGS)
	COVERAGE_FILE=$(CURDIR)/build/coverage/data $(BIN)/coverage report --skip-covered --show-missing

# In a copy, where mutmut writes what it likes. It leaves out whatever is decorated, so the copy's outbox is not;
# `make mutants ONLY='litwatch.text.*'` looks at one room.
mutants: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check mutmut==3.8.1
	rm -rf build/mutants && mkdir -p build/mutants
	tar -c --exclude node_modules src tests pyproject.toml config.yaml README.md | tar -x -C build/mutants
	sed -i.orig -e '/^    @tried_again$$/d' -e 's/, tried_again$$//' build/mutants/src/litwatch/store/outbox.py
	cd build/mutants && $(CURDIR)/$(BIN)/mutmut run $(ONLY) && { $(CURDIR)/$(BIN)/mutmut results | grep -v 'not checked' || true; }

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

clean:
	rm -rf .venv out build dist .pytest_cache .mypy_cache .ruff_cache
