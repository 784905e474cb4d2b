# Every command sets up what it needs; each is one line that can also be typed by hand.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
days   ?= 30
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# Browser, crash and PostgreSQL tests have partners that a fresh machine lacks; in CI they must run.
MARKS  := $(if $(filter true,$(CI)),,-m "not browser and not crash and not postgres")

.DEFAULT_GOAL := help
.PHONY: help run test check check-fast fix city new docs i18n bench clean lock \
        format lint types contracts test-sqlite test-postgres docs-fresh i18n-check

help:            ## list the commands
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*## / — /'

run: $(VENV)/ready              ## web, worker and the demo city at http://127.0.0.1:8000 (PORT=… changes it)
	@TONGBAN_DEMO=1 PORT=$(PORT) $(BIN)/tongban run

city: $(VENV)/ready             ## let the demo city live for days=30 more, before today
	@TONGBAN_DEMO=1 $(BIN)/tongban city --days $(days)

test: $(VENV)/dev               ## all tests but those that need a browser, kill processes or need PostgreSQL
	$(BIN)/python -m pytest -n auto $(MARKS)
	@test "$$CI" = true || echo "Left out: browser tests (they need Chromium), crash tests (they kill processes for minutes) and PostgreSQL tests (they need a server). CI=true make check runs them all."

check: format lint types contracts i18n-check docs-fresh test-sqlite test-postgres   ## all that CI runs, nothing else

check-fast: format lint contracts i18n-check    ## what a commit must pass, in seconds

fix: $(VENV)/dev                ## format, and mend what can be mended
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

new: $(VENV)/dev                ## a new domain from the skeleton: make new name=credit shelf=registries
	$(BIN)/python tools/new_domain.py $(name) $(if $(shelf),--shelf $(shelf))

docs: $(VENV)/dev               ## write docs/made from the code
	$(BIN)/python tools/docs.py

i18n: $(VENV)/dev               ## gather texts into the catalogues, then say what lacks Chinese
	$(BIN)/python tools/i18n.py extract
	$(BIN)/python tools/i18n.py check

bench: $(VENV)/dev              ## measure everything, written to benchmarks/results
	$(BIN)/tongban bench all --json --out benchmarks/results

lock: pyproject.toml            ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## take away what was made, but not the city's data in var/
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -prune -exec rm -rf {} + ; find src -name '*.mo' -delete

format: $(VENV)/dev
	$(BIN)/ruff format --check --quiet . || { echo "Run: make fix"; exit 1; }

lint: $(VENV)/dev
	$(BIN)/ruff check --quiet .

types: $(VENV)/dev
	$(BIN)/mypy

contracts: $(VENV)/dev
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

i18n-check: $(VENV)/dev
	$(BIN)/python tools/i18n.py check

docs-fresh: $(VENV)/dev
	$(BIN)/python tools/docs.py --check

test-sqlite: $(VENV)/dev
	env -u TONGBAN_TEST_DATABASE_URL $(BIN)/python -m pytest -n auto --durations 10 \
	    $(if $(filter true,$(CI)),-m "not postgres",$(MARKS))

# The same tests on the other database; pages look the same on both, so the browser stays at home.
test-postgres: $(VENV)/dev
	@if test -n "$$TONGBAN_TEST_DATABASE_URL"; then \
	    $(BIN)/python -m pytest -n auto --durations 10 -m "not browser$(if $(filter true,$(CI)),, and not crash)"; \
	elif test "$$CI" = true; then \
	    echo "TONGBAN_TEST_DATABASE_URL is not set: CI must also test on PostgreSQL."; exit 1; \
	else \
	    echo "Left out: tests on PostgreSQL. Set TONGBAN_TEST_DATABASE_URL=postgres://user:password@host/name."; \
	fi

$(VENV)/ready: requirements.lock tools/link_package.py
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Tongban needs Python 3.11 or newer; name one: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.lock
	$(BIN)/python tools/link_package.py
	@touch $@

$(VENV)/dev: $(VENV)/ready requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	@touch $@
