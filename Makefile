# The entrances of the project. Everything sets itself up: `make demo` and `make test` work in a fresh clone.
#
#   make demo        JupyterLab with the quickstart (HEADLESS=1: execute it into build/quickstart.html)
#   make check       lint, types and unit tests, under a minute
#   make test        everything, browser and kernels included
#   make help        this list and the rest

SHELL      := /bin/bash
PYTHON     ?= python3
VENV       ?= .venv
BIN        := $(VENV)/bin
PY         := $(BIN)/python
BUILD      := build
FUZZ_SECONDS ?= 60
FUZZ_ORDERS ?= 10000
PYTEST     := $(PY) -m pytest
# All but what needs a browser, kernels, other clients or much time.
SLOW       := browser kernels notebooks hosts conformance
UNIT       := tests $(SLOW:%=--ignore tests/%)
QUICK      := $(UNIT) $(patsubst %,--ignore tests/%,sim compat fuzz js tables/test_agreement.py)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.PHONY: help demo check lint types unit test conformance browser kernels notebooks hosts bench fuzz docs js clean chromium

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# -- set-up, once: a stamp file for each set of packages ----------------------------------------------------------
$(VENV)/.made:
	@echo "setting up $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ibnb needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --upgrade pip
	@echo '{"private": true}' > $(VENV)/package.json  # ours is not that of JupyterLab's own scripts
	@touch $@

$(VENV)/.lab: $(VENV)/.made pyproject.toml
	@echo "installing ibnb and JupyterLab"
	@$(PY) -m pip install --quiet --editable '.[lab]'
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml
	@echo "installing ibnb and what its tests need"
	@$(PY) -m pip install --quiet --editable '.[lab,test]'
	@touch $(VENV)/.lab $@

$(VENV)/.docs: $(VENV)/.test
	@$(PY) -m pip install --quiet --editable '.[docs]'
	@touch $@

$(VENV)/.fuzz: $(VENV)/.test
	@$(PY) -m pip install --quiet --editable '.[fuzz]'
	@touch $@

chromium: ## Find a Chromium, or install Debian's
	@.ci/chromium > /dev/null

# -- run it -------------------------------------------------------------------------------------------------------
demo: $(VENV)/.lab ## JupyterLab with the quickstart; HEADLESS=1 writes build/quickstart.html instead
ifdef HEADLESS
	@mkdir -p $(BUILD)
	@$(PY) -m nbconvert --log-level ERROR --execute --to notebook --output-dir $(BUILD) --output quickstart.ipynb notebooks/quickstart.ipynb \
	  2> >(grep -v "TCP without encryption" >&2)  # the kernel's remark about its own loopback connection
	@$(PY) -m nbconvert --log-level ERROR --to html --output-dir $(BUILD) --output quickstart.html $(BUILD)/quickstart.ipynb
	@echo "$(BUILD)/quickstart.html"
else
	@$(PY) -m jupyterlab --ServerApp.ip=127.0.0.1 --ServerApp.root_dir=notebooks \
	  --LabApp.default_url=/lab/tree/quickstart.ipynb --LabApp.news_url=None \
	  --LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate --log-level=WARN \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_OPTIONS)
endif

# -- check it -----------------------------------------------------------------------------------------------------
lint: $(VENV)/.test ## ruff
	@$(BIN)/ruff check --quiet --output-format concise .

types: $(VENV)/.test ## mypy --strict
	@$(PY) -m mypy --no-error-summary ibnb

unit: $(VENV)/.test node_modules/.made ## Tests without browsers, kernels and other clients, on all cores
	@$(PYTEST) $(UNIT) -n auto -p no:benchmark

check: lint types ## Lint, types and the quick tests, in a minute
	@$(PYTEST) $(QUICK) -n auto -p no:benchmark

node_modules/.made: package-lock.json
	@command -v npm > /dev/null || { echo "the front end's checks need node 20 and npm (users of ibnb do not)"; exit 1; }
	@npm ci --silent --no-audit --no-fund
	@touch $@

js: $(VENV)/.test node_modules/.made ## The front end: types, its own tests, the bundles (needs node)
	@$(PYTEST) tests/js

conformance: $(VENV)/.test ## Frames and values against the official client, every server version
	@$(PYTEST) tests/conformance

browser: $(VENV)/.test chromium ## JupyterLab in Chromium
	@CHROMIUM="$$(.ci/chromium)" $(PYTEST) tests/browser

kernels: $(BUILD)/kernels/.made ## Real kernels: four versions of ipykernel, every Python found
	@$(PYTEST) tests/kernels

$(BUILD)/kernels/.made: $(VENV)/.test tests/kernels/install.py
	@$(PY) tests/kernels/install.py $(BUILD)/kernels
	@touch $@

notebooks: $(VENV)/.test chromium ## Every notebook against the simulated gateway, the quickstart in JupyterLab too
	@CHROMIUM="$$(.ci/chromium)" $(PYTEST) tests/notebooks

hosts: $(BUILD)/hosts/.made chromium ## Notebook 7, Voila and marimo in Chromium, JupyterLab's windowing
	@CHROMIUM="$$(.ci/chromium)" $(PYTEST) tests/hosts

$(BUILD)/hosts/.made: $(VENV)/.test tests/hosts/install.py pyproject.toml
	@$(PY) tests/hosts/install.py $(BUILD)/hosts
	@touch $@

# Groups run by themselves: Playwright's loop stays in a process, kernels and browsers need the cores for themselves.
test: lint types node_modules/.made $(BUILD)/kernels/.made $(BUILD)/hosts/.made chromium ## Everything
	@export CHROMIUM="$$(.ci/chromium)"; failed=""; \
	run() { echo "== $$*"; $(PYTEST) "$$@" || failed="$$failed $$1"; }; \
	run $(UNIT) -n auto -p no:benchmark; \
	$(foreach group,$(SLOW),run tests/$(group);) \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

bench: $(VENV)/.test ## ibnb beside ib_async and the official client, ratios printed
	@$(PY) benchmarks/run_all.py $(BENCH)

gates: $(VENV)/.test chromium ## The live table view beside its goals; GATES="board --seconds 20" for some, --list names them
	@CHROMIUM="$$(.ci/chromium)" $(PY) benchmarks/widgets/gates.py $(GATES)

rivals: $(VENV)/.test chromium ## The live table beside ipydatagrid, itables and perspective (fetches them into build/rivals)
	@CHROMIUM="$$(.ci/chromium)" $(PY) benchmarks/widgets/rivals.py $(RIVALS)

fuzz: $(VENV)/.fuzz ## Arbitrary bytes into both sides of the protocol, FUZZ_SECONDS (60) each; FUZZ_ORDERS order histories
	@$(PYTEST) tests/fuzz
	@$(PY) -m tests.fuzz.protocol client --seconds $(FUZZ_SECONDS)
	@$(PY) -m tests.fuzz.protocol server --seconds $(FUZZ_SECONDS)
	@$(PY) -m tests.compat.orders_fuzz --sequences $(FUZZ_ORDERS)

docs: $(VENV)/.docs ## HTML documentation in build/docs
	@$(PY) -m sphinx -q -W -b html docs $(BUILD)/docs
	@echo "$(BUILD)/docs/index.html"

clean: ## Remove what was built; the environment stays
	rm -rf $(BUILD) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
