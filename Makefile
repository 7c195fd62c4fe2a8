# Footfall. `make` alone prints this help. Set-up needs python3, node, npm and make; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
# uv takes a quarter of pip's time. It reads no settings of pip (a mirror's address, say): where it fails, pip does the same.
install = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) || $(PIP) $(1)
PYTEST := $(BIN)/python -m pytest
# Where a shell sets it, every process that tests start compiles every module again: 3.4 s of work before `up` begins, not 1.3.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup system demo test check format unit engine browser snap docs pictures messages bench assets lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## make .venv and node_modules from the lock files, one beside the other
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/.ready node_modules/.ready

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	-grep '^uv==' requirements-dev.lock | $(PIP) --no-deps --requirement /dev/stdin
	@touch $@

# What runs needs half of what tests need: the demo does not wait for the rest.
$(VENV)/.runs: requirements.lock pyproject.toml | $(VENV)/.made
	$(call install,--no-deps --requirement requirements.lock --editable .)
	@touch $@

$(VENV)/.ready: $(VENV)/.runs requirements-dev.lock
	$(call install,--requirement requirements-dev.lock)
	@touch $@

node_modules/.ready: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

system: ## Debian packages that some tests need (skipped without apt or root)
	@sh tools/install_system_packages.sh chromium postgresql

demo: $(VENV)/.runs ## a demo city on http://127.0.0.1:8700, its history imported, live traffic running
	$(BIN)/footfall demo --home demo-home

test: setup system check ## everything CI runs
	TZ=UTC $(PYTEST) -q --numprocesses=3 --dist=loadfile --no-loadscope-reorder

check: setup ## format, lint, types, import directions
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --num-workers=2
	$(BIN)/lint-imports --no-logo > .lint-imports.log || (cat .lint-imports.log; exit 1)

format: setup ## what check would complain about, mended where a machine can
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

unit: setup ## the fast tests
	TZ=UTC $(PYTEST) -q tests/unit tests/contract tests/property

engine: setup ## tests on a real ClickHouse engine, embedded and two-shard
	TZ=UTC $(PYTEST) -q tests/engine

browser: setup system ## tests in Chromium
	TZ=UTC $(PYTEST) -q tests/browser

snap: setup ## write the SQL snapshots again, to be reviewed as code
	TZ=UTC FOOTFALL_SNAP=1 $(PYTEST) -q tests/engine tests/unit

docs: setup ## make the generated pages again
	TZ=UTC $(BIN)/python -m tools.make_settings_table && $(BIN)/python -m tools.make_label_tables

pictures: setup system ## take the documentation's pictures of every page again
	TZ=UTC $(BIN)/python -m tools.take_pictures

messages: setup ## find the texts of pages again and put new ones into the catalogues, to be translated
	TZ=UTC $(BIN)/python -m tools.update_messages

bench: setup ## the speed and size figures, short form; each says what it compares with
	@sh tools/install_system_packages.sh wrk nginx-light
	TZ=UTC $(BIN)/python -m bench --short

assets: node_modules/.ready ## build the trackers from their sources
	npm run --silent build

lock: ## resolve pyproject.toml again into requirements.lock, with requirements-dev.in into requirements-dev.lock
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/pip install --quiet --disable-pip-version-check .
	.lock-venv/bin/pip freeze | grep -viE '^(footfall|#)' | sed '/^backports.zstd=/s/$$/; python_version < "3.14"/' > requirements.lock
	.lock-venv/bin/pip install --quiet --disable-pip-version-check . -r requirements-dev.in
	.lock-venv/bin/pip freeze | grep -viE '^(footfall|#)' > requirements-dev.lock
	rm -rf .lock-venv build

clean: ## remove what set-up and the demo made
	rm -rf $(VENV) node_modules demo-home build dist *.egg-info .lint-imports.log
