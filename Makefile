# `make` lists the targets. They install into .venv and node_modules and need no root; only `make test` installs
# Debian's Chromium if it finds no browser and may use root.

PYTHON ?= python3
LISTEN ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
THREADS ?= 4

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

# portal/front receives bodies and hands requests to THREADS threads that read and THREADS that may write.
# --backpressure counts open connections, also mute and idle ones; --http 1 closes them after 30 s (auto never closes a
# mute one). Memory: about 20 KiB each.
# The portal serves its static files itself (portal/web/static_files.py), because Granian cannot add headers to them.
# Without the MALLOC settings each thread keeps the 20 MiB of a password hash in its own arena.
SERVE := env MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=1048576 THREADS=$(THREADS) \
	$(BIN)/python -m granian --interface asginl --host $(LISTEN) --port $(PORT) --workers $(WORKERS) \
	--http 1 --no-ws --backlog 4096 --backpressure 16384 \
	--respawn-failed-workers --workers-kill-timeout 10 --log-level warning \
	portal.front.server:app

# Runs before anything is printed: Granian reports a port in use with a traceback.
PORT_FREE := $(BIN)/python -c 'import socket; f = socket.AF_INET6 if ":" in "$(LISTEN)" else socket.AF_INET; \
	socket.create_server(("$(LISTEN)", $(PORT)), family=f).close()' 2>/dev/null || { \
	echo "Cannot listen on $(LISTEN):$(PORT); it may be in use: try make run PORT=8001."; \
	echo "无法监听 $(LISTEN):$(PORT)，端口可能已被占用，可改用 make run PORT=8001。"; exit 1; } >&2

# npm is needed only for the linters of the scripts; without npm, lint and format skip the scripts and say so.
NODE_DEV := $(if $(shell command -v npm),node_modules/.package-lock.json)
WITH_NODE = $(if $(NODE_DEV),npm run --silent $(1),echo "Skipped the scripts in portal/static: npm is not installed.")

export PYTHON LISTEN PORT

.PHONY: help run serve test mutants lint format readme bench fuzz lock bundle clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name text; do \
		printf '  make %-8s %s\n' "$$name" "$$text"; done

run: $(RUNTIME) ## serve the portal with demo data at http://127.0.0.1:8000 (PORT=, WORKERS=, THREADS=, DATABASE_URL=)
	@$(PORT_FREE)
	@$(BIN)/python -m flask --app wsgi demo load --if-new
	@exec $(SERVE)

serve: $(RUNTIME) ## serve without demo data: migrate the database, then serve (LISTEN= too)
	@$(PORT_FREE)
	@$(BIN)/python -m flask --app wsgi db upgrade
	@exec $(SERVE)

test: $(DEV) ## install what the tests need, then run all tests (TESTS="tests/… -k …", CHROMIUM=)
	@command -v node >/dev/null || echo "Skipped the unit tests of portal/static: Node.js is not installed."
	@CHROMIUM=$$(sh scripts/chromium.sh) && export CHROMIUM && exec $(BIN)/python -m pytest -n auto $(TESTS)

mutants: $(DEV) ## make small faulty changes, one at a time, and show which no test notices (MUTANTS_ARGS="--seed 2")
	@exec $(BIN)/python -m scripts.mutants $(MUTANTS_ARGS)

lint: $(DEV) $(NODE_DEV) ## check with ruff and mypy; with eslint and prettier if npm is installed
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@$(BIN)/python -m mypy
	@$(call WITH_NODE,lint)

format: $(DEV) $(NODE_DEV) ## fix and format with the same tools
	@$(BIN)/python -m ruff check --fix
	@$(BIN)/python -m ruff format
	@$(call WITH_NODE,format)

readme: $(RUNTIME) ## write the tables of README.md that follow from the code
	@$(BIN)/python -m scripts.readme

bench: $(DEV) ## measure the portal (BENCH_ARGS=)
	@exec $(BIN)/python -m bench $(BENCH_ARGS)

fuzz: $(DEV) ## read mutated files with each reader (FUZZ_ARGS="10000 docx --seed 1")
	@exec $(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

lock: $(DEV) ## write requirements*.txt from pyproject.toml (LOCK_ARGS=--upgrade)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Lock with Python 3.11: what only older Pythons need would be missing.\n请用 Python 3.11 生成锁定文件。")'
	$(BIN)/python -m piptools compile --quiet --extra postgresql $(LOCK_ARGS) -o requirements.txt pyproject.toml
	$(BIN)/python -m piptools compile --quiet --all-extras -c requirements.txt $(LOCK_ARGS) -o requirements-dev.txt pyproject.toml

bundle: $(RUNTIME) ## write an archive for a server without internet (BUNDLE_PYTHONS="3.11 3.12 3.13", BUNDLE_ARCH=)
	@sh scripts/bundle.sh

clean: ## remove .venv, node_modules, caches and dist; the database in instance/ stays
	rm -rf .venv node_modules dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .mutants .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt
	@sh install.sh

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing requirements-dev.txt …"
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing package-lock.json …"
	@npm ci --silent
	@touch $@
