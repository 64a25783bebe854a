# Needs Python 3.11, 3.12 or 3.13 with venv, make and a network; everything else is set up in .venv and .local.
.DEFAULT_GOAL := help
.PHONY: help up down test test-unit test-rules test-cloud test-faults nightly check bench package deploy lock clean setup
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
STAGE ?= local

# The newest Python that really runs: a version manager's stand-in exists for versions that are not installed, and
# some systems ship Python without what makes a virtual environment.
PROBE := import sys, venv, ensurepip; assert (3, 11) <= sys.version_info[:2] <= (3, 13); print(sys.executable)
FIND_PYTHON = for p in python3.13 python3.12 python3.11 python3; do $$p -c '$(PROBE)' 2>/dev/null && break; done
# Only `make up PORT=4700`, not a PORT that happens to be in the environment.
PORT_OPTION := $(if $(filter command,$(firstword $(origin PORT))),--port $(PORT))

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(INSTALLED) ## only install what is needed

$(INSTALLED): requirements.txt requirements-dev.txt client/pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	  echo "Aduan needs Python 3.11, 3.12 or 3.13 with its venv module; none was found." >&2; exit 1; fi; \
	$(PY) -c 'import pip' 2>/dev/null || { echo "Making $(VENV) with $$python …"; $$python -m venv --clear $(VENV); }
	@echo "Installing …"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable client
	@touch $@

up: $(INSTALLED) ## start the local cloud, deploy, follow one complaint through it (PORT=4700 for other ports)
	@$(PY) -m infra.local.cloud up $(PORT_OPTION)
	@$(PY) -m infra.local.demo

down: $(INSTALLED) ## stop the local cloud; its data stays
	@$(PY) -m infra.local.cloud down

test: $(INSTALLED) ## all tests
	@echo "Four groups side by side, about a quarter of an hour; each shows its result when it ends."
	@$(MAKE) -j4 --output-sync=target test-unit test-rules test-cloud test-faults

# What needs no cloud, in two parts; what is deployed to one; and what stops, kills and breaks one, on another. The last
# two wait more than they compute. Processes of their own: tests that count what one cloud did cannot share it meanwhile.
RULES := tests/properties tests/contract
FAULTS := $(patsubst %,tests/integration/test_%.py,cloud killed outage restart)

test-unit: $(INSTALLED)
	@$(PY) -m pytest $(patsubst %,--ignore=%,$(RULES) tests/integration)

test-rules: $(INSTALLED)
	@$(PY) -m pytest $(RULES)

test-cloud: $(INSTALLED)
	@$(PY) -m pytest tests/integration $(FAULTS:%=--ignore=%)

test-faults: $(INSTALLED)
	@$(PY) -m pytest $(FAULTS)

check: $(INSTALLED) ## what CI runs: lint, types, all tests (the template's lint is one of them)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .
	@$(MAKE) test

nightly: $(INSTALLED) ## the clocks against the minute-by-minute oracle, 100,000 examples
	@HYPOTHESIS_PROFILE=nightly $(PY) -m pytest tests/properties/test_clock_properties.py

bench: $(INSTALLED) ## the budgets, one JSON object a line
	@$(PY) -m bench

package: $(INSTALLED) ## build .local/build/$(STAGE)/ (STAGE=local)
	@$(PY) -m infra.package --stage $(STAGE)

deploy: $(INSTALLED) ## deploy to AWS: make deploy STAGE=staging
	@$(PY) -m infra.deploy --stage $(STAGE)

LOCK := $(VENV)/bin/pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras \
  --no-emit-find-links --no-emit-index-url --no-emit-trusted-host
lock: $(INSTALLED) ## take the newest versions that the *.in files allow
	@$(LOCK) --output-file=requirements.txt requirements.in
	@$(LOCK) --output-file=requirements-dev.txt requirements-dev.in
	@$(LOCK) --output-file=infra/local/requirements.txt infra/local/requirements.in

clean: ## remove what can be built again; the local cloud's data stays
	@rm -rf $(VENV) .local/build .local/ministack-venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.local/*' -prune -exec rm -rf {} +
