# The shop's commands. Works with GNU make 3.81 (macOS) and later.
#
# Variables for `make run`: CATALOG=file.csv  SHOP_NAME="Your Shop"  STATE=name  KAFKA=1  WEB_PORT=… BACKEND_PORT=… MINISTACK_PORT=… VALKEY_PORT=…
# VALKEY_BUS_PORT=… SEARCH_PORT=… KAFKA_PORT=…  WEB_WORKERS=n  BACKEND_WORKERS=n  WAREHOUSE=0

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The Python of the environment that is there, else the first on the PATH that is new enough; PYTHON=/path/to/python chooses.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for each in .venv/bin/python python3 python3.13 python3.12 python3.11; do \
    "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$each"; exit; }; done; echo python3)
endif

# Those that are quick to run come first. The others start servers; what shares some stays together (tests/conftest.py).
LIVE_CONTRACTS := tests/contract/test_apptier_live
QUICK_TESTS := tests/unit apptier tests/architecture tests/contract
SLOW_TESTS := $(LIVE_CONTRACTS) tests/integration tests/e2e
TEMPLATES := $(wildcard templates)
RUN = .venv/bin/python -m
PYTEST_ARGS ?=
AUDIT_ARGS ?=
FAULTS_ARGS ?=
SHOTS_ARGS ?=

# What a person gives on make's command line reaches the programs as environment, whatever characters it holds.
export CATALOG SHOP_NAME STATE KAFKA WEB_WORKERS BACKEND_WORKERS WAREHOUSE
export WEB_PORT BACKEND_PORT MINISTACK_PORT VALKEY_PORT VALKEY_BUS_PORT SEARCH_PORT KAFKA_PORT

.PHONY: help setup run test check audit faults bench messages screenshots clean

help: ## Show this list.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s%s\n", $$1, $$2}' Makefile
	@echo
	@sed -n 's/^# Variables for/  Variables for/p; s/^# VALKEY_BUS/  VALKEY_BUS/p' Makefile

setup: ## Build the environments .venv and .venv-stack (PYTHON=… chooses the interpreter).
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "error: Python 3.11 or newer is needed, and $(PYTHON) is not; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m scripts.setup

run: setup ## Run the shop on this machine (CATALOG=file.csv for your own products); Ctrl-C stops it.
	@exec $(RUN) dev.run $${CATALOG:+--catalog "$$CATALOG"} $${STATE:+--state "$$STATE"} \
	  $${WEB_WORKERS:+--web-workers "$$WEB_WORKERS"} $${BACKEND_WORKERS:+--backend-workers "$$BACKEND_WORKERS"}

test: setup ## Run all tests, browser journeys included (PYTEST_ARGS=… is passed on).
	@CHROMIUM="$$(scripts/ensure-browser)" && export CHROMIUM && scripts/ensure-varnish >/dev/null && \
	  $(if $(PYTEST_ARGS),$(RUN) pytest $(QUICK_TESTS) $(SLOW_TESTS) $(PYTEST_ARGS), \
	    $(RUN) pytest -n auto --dist loadfile $(QUICK_TESTS) --ignore=$(LIVE_CONTRACTS) && \
	    $(RUN) pytest -n auto --dist loadgroup --no-loadscope-reorder $(SLOW_TESTS))

check: setup ## Lint, types, import contracts, templates, CloudFormation.
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(if $(TEMPLATES),.venv/bin/djlint --check --lint $(TEMPLATES))
	.venv/bin/lint-imports
	$(RUN) pytest tests/architecture
	.venv/bin/cfn-lint infra/data-stack.yaml

audit: setup ## Judge every page: axe, keyboard, valid HTML, weight, Lighthouse (AUDIT_ARGS=… is passed on).
	@CHROMIUM="$$(scripts/ensure-browser)" && export CHROMIUM && $(RUN) audit $(AUDIT_ARGS)

faults: setup ## Place orders under faults and count what came out (FAULTS_ARGS=… is passed on).
	@exec $(RUN) tests.faults $(FAULTS_ARGS)

messages: setup ## Bring the translations' files up to date with the code.
	@$(RUN) scripts.messages

screenshots: setup ## Photograph every page of the shop that runs (SHOTS_ARGS=… is passed on).
	@CHROMIUM="$$(scripts/ensure-browser)" && export CHROMIUM && $(RUN) scripts.screenshots $(SHOTS_ARGS)

bench: setup ## Measure: load scenarios and micro-benchmarks.
	@exec $(RUN) bench

clean: ## Remove the local shop's state and all caches; the environments stay.
	rm -rf var staticfiles staticfiles.json .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
