# Everything that is done in this project. Needs make and Python 3.11 or newer; the rest is installed into .venv.
# ARGS is handed on: `make run ARGS="--log-format json"`, `make test ARGS="tests/gateway_core -k stream"`.

.DEFAULT_GOAL := help
.PHONY: help run test check test-all generate lock format clean

RUNTIME := @sh scripts/environment.sh runtime
DEV := @sh scripts/environment.sh dev
PYTEST := .venv/bin/pytest -n auto
WITH_COVERAGE := --cov --cov-report=term

help: ## Lists these commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: ## Starts a gateway: `weir up`.
	$(RUNTIME)
	@exec .venv/bin/weir up $(ARGS)

test: ## Runs the tests with the coverage they must reach; with ARGS only those it names, without.
	$(DEV)
	@$(PYTEST) $(or $(ARGS),$(WITH_COVERAGE))

check: ## Runs every other gate: style, types, imports, contract, house rules.
	$(DEV)
	@.venv/bin/python scripts/check.py

test-all: ## Runs the tests on every Python from 3.11 on that this machine has.
	@sh scripts/test_all.sh $(ARGS)

generate: ## Writes the Python code of the contract anew.
	$(DEV)
	@.venv/bin/python scripts/generate_protos.py

lock: ## Pins what requirements/*.in ask for; ARGS=--upgrade takes newer versions.
	$(DEV)
	@sh scripts/lock.sh $(ARGS)

format: ## Formats Python and protos, and repairs what ruff can.
	$(DEV)
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .
	@.venv/bin/buf format --write

clean: ## Removes everything that can be made again: environments, caches, builds.
	@rm -rf .venv .venvs build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
