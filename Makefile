# Every target makes the environment it needs. uv is used where it is installed, pip otherwise.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PACKAGES := $(VENV)/.packages
STAMP := $(VENV)/.installed
WORKSPACE ?= demo-workspace

.DEFAULT_GOAL := help
.PHONY: help packages kernels demo test check bench serve docs screenshots clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ —/'

$(PACKAGES): pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev,docs]'; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,docs]'; \
	fi
	@touch $@

$(STAMP): $(PACKAGES)
	@echo 'Compiling the numerical kernels, once …' && $(BIN)/quarterdeck warm-up
	@touch $@

packages: $(PACKAGES)

kernels: $(STAMP)

demo: $(STAMP) ## Import the demo company, plan it, write the report, open it in the browser
	$(BIN)/quarterdeck demo --workspace $(WORKSPACE)

test: $(STAMP) ## Run the tests, one more at a time than there are cores, for browsers and servers wait
	# small tables: with one thread for each process a quarter of the processor time is saved
	POLARS_MAX_THREADS=1 $(BIN)/python -m pytest tests src/quarterdeck -n 3 --dist loadfile --no-loadscope-reorder --cov=quarterdeck --cov-report=term:skip-covered --cov-fail-under=90

check: $(PACKAGES) ## Style, types, architecture, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --quiet

bench: $(STAMP) ## The benchmarks that need nothing but the project
	$(BIN)/python -m benchmarks

serve: $(STAMP) ## Open the workspace in the browser
	$(BIN)/quarterdeck serve --workspace $(WORKSPACE)

screenshots: $(STAMP) ## Pictures of every page into docs/images/screens (needs Chromium)
	$(BIN)/python tools/screenshots.py

docs: $(STAMP) ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

clean: ## Remove everything that was made
	rm -rf $(VENV) site $(WORKSPACE) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
