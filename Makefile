# Every target does first what it needs, also in a fresh clone.
# PYTHON is the interpreter that .venv is made with: 3.11, 3.12 or 3.13.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$python && break; done)
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
READY := .venv/.ready

.PHONY: help setup models chat test lint check evaluate bench clean

help:
	@echo "make chat      the chat page, with the sample articles"
	@echo "make setup     .venv with the locked dependencies and the command footnote"
	@echo "make models    the models, fetched once and checked"
	@echo "make test      the tests that need no model"
	@echo "make check     format, lint, types, directions of import, tests, the small evaluation"
	@echo "make evaluate  a small evaluation with the real models"
	@echo "make bench     speed and memory, as a table"
	@echo "make clean     removes what make made here; models and library stay"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || \
		{ echo "Footnote needs Python 3.11, 3.12 or 3.13. Name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv; this takes some minutes the first time."
	@$(PYTHON) -m venv .venv
	@$(PIP_INSTALL) pip setuptools
	@PYTHONWARNINGS=ignore $(PIP_INSTALL) --no-build-isolation --editable ".[dev]"
	@touch $@

models: setup
	@$(BIN)/footnote models pull

chat: models
	@$(BIN)/footnote ingest ingest/samples
	@$(BIN)/footnote chat

test: setup
	@$(BIN)/pytest

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check: lint test evaluate

evaluate: models
	@$(BIN)/footnote eval run samples --limit 16 --thresholds eval/datasets/thresholds.toml

bench: models
	@$(BIN)/python -m eval.bench

clean:
	rm -rf .venv build ./*.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
