# Two commands matter: `make run` and `make test`. Each sets up what it needs, once.
# Paths are relative throughout, so that a checkout in a folder with spaces works.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
REGISTRY := $(PY) -m registry_api.cli
# The portals' tools run on the Node that .cache/node/bin points to.
NPM := cd frontends && PATH="$(CURDIR)/.cache/node/bin:$$PATH" npm
# The development commands; a production server runs `registry serve` with its own settings.
DEVELOPMENT := REGISTRY_ENVIRONMENT="$${REGISTRY_ENVIRONMENT:-development}"
# Ends with make, even if make is killed.
BOUND := exec $(PY) src/registry_api/launcher/bound.py SIGTERM $$PPID

# Each process has a database and a server of its own, so a file stays whole in one of them.
TEST_PROCESSES ?= 2
SHARED_OUT := -n $(TEST_PROCESSES) --dist loadfile

RUN_OK := .venv/.run-ok
DEV_OK := .venv/.dev-ok
NODE_OK := .cache/node/.ok
NPM_OK := frontends/node_modules/.ok
PORTALS_OK := .cache/portals-ok
PORTAL_FILES := .cache/portal-files

NOT_SOURCES := -name node_modules -o -name dist -o -name coverage -o -name '.*'
PORTAL_SOURCES := $(shell find frontends -mindepth 1 \( $(NOT_SOURCES) \) -prune -o -type f -print 2>/dev/null)
PACKAGE_FILES := $(filter frontends/package.json frontends/package-lock.json frontends/%/package.json,$(PORTAL_SOURCES))
BUNDLES := $(foreach portal,doctor institution authority public,frontends/$(portal)/dist/index.html)

# Stamps that no longer tell the truth go: a folder that was moved or copied holds paths of its old place,
# the machine's Node may have been removed, and a bundle deleted.
ifneq ($(shell cat .venv/.place 2>/dev/null),$(CURDIR))
$(shell rm -f $(RUN_OK) $(DEV_OK))
endif
ifeq ($(wildcard .cache/node/bin/node),)
$(shell rm -f $(NODE_OK))
endif
ifneq ($(words $(wildcard $(BUNDLES))),$(words $(BUNDLES)))
$(shell rm -f $(PORTALS_OK))
endif

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUN_OK) $(PORTALS_OK) ## Serve API and portals on one port, with a database and demo data; Ctrl-C ends it
	@$(DEVELOPMENT) $(BOUND) $(PY) -m registry_api.cli run

.PHONY: test
test: $(DEV_OK) $(PORTALS_OK) browser ## Run every test: rules, API, journeys, house, portals, browser
	$(NPM) test
	@REGISTRY_CHROMIUM="$$(cat .cache/chromium)" exec $(PY) -m pytest $(SHARED_OUT) $(PYTEST_ARGUMENTS)

.PHONY: nightly
nightly: $(DEV_OK) ## What takes long: 2,000 sequences of 50 steps against the model of the rules, 5,000 mutated uploads
	@exec $(PY) -m pytest --nightly tests/journeys/test_state_machine.py tests/rules/test_mutated_uploads.py $(PYTEST_ARGUMENTS)

.PHONY: setup
setup: $(DEV_OK) $(NPM_OK) ## Install everything for development, and run nothing

.PHONY: check
check: $(DEV_OK) $(NPM_OK) ## Lint and type-check Python and the portals
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(NPM) run lint
	$(NPM) run types

.PHONY: migrate
migrate: $(RUN_OK) ## Bring the database of REGISTRY_MIGRATION_DATABASE_URL up to date
	@$(DEVELOPMENT) $(REGISTRY) migrate

.PHONY: openapi
openapi: $(RUN_OK) $(NPM_OK) ## Export openapi/registry.json and generate the portals' types from it
	@$(DEVELOPMENT) $(REGISTRY) openapi openapi/registry.json
	$(NPM) run contract

.PHONY: frontends
frontends: $(PORTALS_OK) ## Build the four portals

.PHONY: demo
demo: $(RUN_OK) ## Walk one application through the running server as three people
	@$(DEVELOPMENT) $(REGISTRY) demo

.PHONY: bench
bench: $(DEV_OK) ## Measure throughput, latency and CPU beside a floor; writes bench/results
	@$(BOUND) $(PY) -m bench $(BENCH_ARGUMENTS)

.PHONY: locks
locks: ## Resolve the dependencies anew (needs uv); the lock files name no registry
	@command -v uv >/dev/null || { echo 'make locks needs uv (pip install uv)' >&2; exit 1; }
	uv pip compile pyproject.toml $(COMPILE) -o requirements/run.lock
	uv pip compile pyproject.toml --group dev $(COMPILE) -o requirements/dev.lock
	uv pip compile --group pyproject.toml:build $(COMPILE) -o requirements/build.lock
	uv pip compile --group pyproject.toml:node $(COMPILE) -o requirements/node.lock
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade --quiet

.PHONY: clean
clean: ## Remove what was installed and built; the data in .run stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results build
	rm -rf frontends/node_modules frontends/*/node_modules frontends/*/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: browser
browser: $(DEV_OK)
	@mkdir -p .cache
	@$(PY) tools/chromium.py > .cache/chromium

# Installing for development covers running too, so `make test` alone installs once; and where development
# packages are, `make run` keeps them.
$(RUN_OK): requirements/run.lock requirements/build.lock pyproject.toml tools/python_environment.py
	@$(require-python)
	@$(PYTHON) tools/python_environment.py run

$(DEV_OK): requirements/dev.lock requirements/build.lock pyproject.toml tools/python_environment.py
	@$(require-python)
	@$(PYTHON) tools/python_environment.py dev

define require-python
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
echo 'Python 3.11 or newer is needed. Name it if it is not "python3": make PYTHON=python3.12 run' >&2; \
echo '需要 Python 3.11 或更新版本；可用 make PYTHON=python3.12 run 指定。' >&2; exit 1; }
endef

$(NODE_OK): requirements/node.lock tools/node.py | $(RUN_OK)
	@$(PYTHON) tools/node.py

$(NPM_OK): $(PACKAGE_FILES) frontends/.npmrc | $(NODE_OK)
	@echo 'Installing the portals'"'"' packages'
	@$(NPM) ci --no-progress --loglevel=error
	@touch $@

$(PORTALS_OK): $(NPM_OK) $(PORTAL_SOURCES) $(PORTAL_FILES)
	@echo 'Building the portals'
	@$(NPM) run build
	@touch $@

# A file that was removed leaves no newer prerequisite; the list of names tells.
$(PORTAL_FILES): FORCE
	@mkdir -p .cache
	@printf '%s\n' $(sort $(PORTAL_SOURCES)) | cmp -s - $@ || printf '%s\n' $(sort $(PORTAL_SOURCES)) > $@

FORCE:
