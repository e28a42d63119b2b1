# The project's commands. A target's `##` comment is its line in `make help`.
# Everything runs in .venv, which .ci/environment creates from requirements-dev.lock; PYTHON=... picks the interpreter.

.DEFAULT_GOAL := help
.PHONY: help environment run test check gate bench lock format clean

ARGS ?=
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

environment: ## Create .venv from the lock, or bring it up to date
	@.ci/environment

run: environment ## Start the service on http://127.0.0.1:8000 (HOST=..., PORT=...); Ctrl-C stops it
	.venv/bin/ict serve

test: environment ## Run the whole test suite (ARGS="-k session" runs a part of it)
	.venv/bin/python -m pytest -n auto --dist loadfile $(ARGS)

check: environment ## Every gate: lint, format, types, import contracts, tests with coverage
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(MAKE) test ARGS="--cov $(ARGS)"

gate: environment ## Run every labelled chart that ships, and fail on what was lost since evals/baseline.jsonl
	.venv/bin/ict eval gate --no-cache --workers 2

bench: environment ## Measure latency against its floor and facts against a peer (ARGS=facts runs one)
	.venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: --requirement requirements-bench.lock
	.venv/bin/python -m evals.bench $(ARGS)

lock: environment ## Resolve pyproject.toml again into the three locks (ARGS=--upgrade takes newer versions)
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock
	$(LOCK) $(ARGS) pyproject.toml --constraint requirements.lock --group dev --extra evals --extra cluster \
	  --output-file requirements-dev.lock
	$(LOCK) $(ARGS) --constraint requirements-dev.lock --group build --output-file requirements-build.lock
	$(LOCK) $(ARGS) --constraint requirements-dev.lock --group bench --output-file requirements-bench.lock

format: environment ## Format the code and apply the safe fixes of the linter
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

clean: ## Remove .venv, caches and build products (never .data, where the decisions are)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* .import_linter_cache dist htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
