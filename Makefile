# Two commands matter: `make paper` and `make test`. All set up what they need.
# They are given as `make PYTHON=… paper`; variables of the same names in the user's environment belong to other tools.
$(foreach name,PYTHON ENGINE PROFILE FORCE,$(if $(filter environment%,$(origin $(name))),$(eval override undefine $(name))))
PYTHON ?= python3
ENGINE ?= auto
PROFILE ?= icmje
override BIN := .venv/bin
override SHELL := /bin/sh
override .SHELLFLAGS := -c
# No variable of the user's says what Python imports or runs; where pip and uv find their index is kept.
unexport $(filter PYTHON% VIRTUAL_ENV,$(.VARIABLES))
# Locale-independent output; one BLAS thread keeps sums in the same order on every machine.
export LC_ALL := C.UTF-8
export PYTHONHASHSEED := 0
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: help paper watch verify submission site env quarto notebook test check lint bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo "  ENGINE=auto|quarto|builtin chooses the rendering engine (now: $(ENGINE)); PYTHON=… the Python (now: $(PYTHON))"

paper: env ## Set up, render what is not up to date to HTML, PDF and DOCX in _output/, verify (FORCE=1: render anyway)
	@$(BIN)/python -m publishing paper --engine $(ENGINE) $(if $(FORCE),--force)

watch: env ## Show the pages in a browser, and make them again after every change that is saved
	@$(BIN)/python -m publishing watch

verify: env ## Trace every number in the outputs to its origin, and compute the results a second time
	@$(BIN)/python -m publishing verify

env: ## Set up .venv from the lock files, look for Quarto once
	@$(PYTHON) -I publishing/bootstrap.py $(if $(filter builtin,$(ENGINE)),--no-quarto)

quarto: ## Try Quarto's installer again
	@$(PYTHON) -I publishing/bootstrap.py --retry-quarto

notebook: ## Open the notebook that checks the numbers in JupyterLab
	@$(PYTHON) -I publishing/bootstrap.py --jupyter --no-quarto
	@$(BIN)/python -m jupyter lab docs/check-the-numbers.ipynb

submission: env ## Make the bundle for a journal: PROFILE=plos-one, bmc-research or icmje (docs/submitting.md)
	@$(BIN)/python -m publishing submission $(PROFILE)

site: env ## Make _site from verified outputs: a front page, outputs and data for any static host (after make paper)
	@$(BIN)/python -m publishing site

test: lint ## Set up, then run every test, the linter, the type checker and the check of imports
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: lint ## A first answer in a minute: lint, then methods, evidence, printing, results and review without campaigns
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not campaign" $(addprefix tests/,methods evidence printing results review)

lint: ## Set up, then check style, format, types and the direction of imports
	@$(PYTHON) -I publishing/bootstrap.py --tests --no-quarto
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

bench: ## Time the methods against their peers and the paper against an earlier commit (docs/performance.md)
	@$(PYTHON) -I publishing/bootstrap.py --tests --no-quarto
	@$(BIN)/python -m bench.methods
	@$(BIN)/python -m bench.rendering --write

clean: ## Remove what was rendered (the environment stays)
	rm -rf _output _site _build
