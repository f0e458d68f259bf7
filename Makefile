# `make demo` and `make test` do all the set-up themselves; neither needs Docker, though the tests use it if it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS ?= 2
WORKERS ?= 2

.PHONY: demo test lint verify bench setup clean

demo: setup
	@$(BIN)/learn check optimizers --file docs/sample/optimizers.py --seed 1 || [ $$? -eq 1 ]

test: setup
	$(BIN)/python -m pytest --numprocesses $(WORKERS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/learn generate --check

verify: setup
	$(BIN)/learn verify --jobs $(JOBS)

# Measures everything, with other graders beside it, and writes benchmarks/results/; see docs/performance.md.
bench: setup
	$(BIN)/python -m benchmarks.run

setup: $(READY)

# torch first and by its exact version: any other way of asking for it may download a CUDA build of several GB.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(grep '^torch==' constraints.txt)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) benchmarks/.peers
