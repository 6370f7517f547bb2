# `make run` opens the laboratory, `make test` checks everything. Both need Python 3.11 or newer, and nothing else.

PYTHON ?= python3
BIN := .venv/bin
BIOME := $(BIN)/node node_modules/@biomejs/biome/bin/biome

# What Python has compiled is kept, also where the environment says not to: else every worker and every server compiles
# all that it imports once more.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test types tests bench load chaos soak clean

run: .venv/ready
	$(BIN)/python app.py

test: .venv/ready-to-test node_modules/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIOME) check --error-on-warnings
	$(BIN)/python -m tests.chromium
	$(MAKE) --jobs --no-print-directory types tests

# Of two cores mypy takes one where tests, which go first, wait for something: side by side they end a minute sooner.
types: .venv/ready-to-test
	nice -n 3 $(BIN)/mypy

tests: .venv/ready-to-test
	$(BIN)/python -m pytest

bench: .venv/ready-to-test
	$(BIN)/python -m tests.benchmarks

# A class of OWNERS=30 who train at once for SECONDS=120.
load: .venv/ready-to-test
	$(BIN)/python -m tests.benchmarks.load

# SERVERS=100 kills of the server and WORKERS=100 of workers while runs train.
chaos: .venv/ready-to-test
	$(BIN)/python -m tests.benchmarks.chaos

# What takes minutes of training or of waiting and is no test of every change: lessons' claims, a cluster by hand, UMAP.
soak: .venv/ready-to-test
	$(BIN)/python -m pytest -n 0 tests/benchmarks

clean:
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache

# The stamps make the second call start at once, and follow when the requirements change. Python compiles what is
# imported; to compile all that is installed takes longer than to fetch it.
.venv/ready: requirements.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Latent Lab needs Python 3.11 or newer.')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt
	touch $@

.venv/ready-to-test: .venv/ready tests/requirements.txt
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r tests/requirements.txt
	touch $@

# Biome and axe-core are what npm brings; npm came with the test requirements.
node_modules/ready: .venv/ready-to-test package.json package-lock.json
	$(BIN)/npm ci --loglevel=error --ignore-scripts --no-audit --no-fund
	touch $@
