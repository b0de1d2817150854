# Every target does first what it needs, also in a fresh clone.
# PYTHON is the interpreter that the environment is made with: 3.11, 3.12 or 3.13. VENV is the environment's folder.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCKED := --no-deps --require-hashes
READY := $(VENV)/.ready

# Torch has builds for the processor alone and for each kind of graphics card, which need other libraries and have
# other hashes. So the lock leaves it out; pip takes the build that is configured for this machine, or is there already.
TORCH := torch==2.13.0
NOT_LOCKED := ^(torch|triton|nvidia-.*|cuda-.*)==

# Setting up compiles nothing: each module is compiled when it is first imported, and kept. Some containers forbid to
# keep it; each of the many processes that tests start would then compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup models chat test lint check evaluate bench lock clean

help:
	@echo "make chat      the chat page, with the sample articles"
	@echo "make setup     .venv with the locked dependencies and the command footnote"
	@echo "make models    the models, fetched once and checked"
	@echo "make test      the tests that need no model"
	@echo "make check     format, lint, types, directions of import, tests, the small evaluation"
	@echo "make evaluate  a small evaluation with the real models"
	@echo "make bench     speed and memory, as a table"
	@echo "make lock      renews requirements.lock with the newest versions"
	@echo "make clean     removes what make made here; models and library stay"

setup: $(READY)

# uv fetches many packages at once. Where it can't work, pip installs the same lock, which takes longer.
$(READY): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || \
		{ echo "Footnote needs Python 3.11, 3.12 or 3.13. Name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up Footnote in $(VENV). This is done once, takes a minute or two, and needs 2 GB of disk."
	@echo "1 of 4: an empty environment with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "2 of 4: $$(grep -c == requirements.lock) packages, some 500 MB, each checked against its hash in requirements.lock"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(PIP) install --quiet $(LOCKED) --only-binary :all: --requirement $(VENV)/uv.lock \
		&& UV_DEFAULT_INDEX="$${PIP_INDEX_URL:-$$($(PIP) config get global.index-url 2>/dev/null)}" \
		$(BIN)/uv pip install --quiet --python $(BIN)/python $(LOCKED) --requirement requirements.lock \
		|| { echo "        uv can't work here; pip goes on." && $(PIP) install $(LOCKED) --requirement requirements.lock; }
	@echo "3 of 4: torch, 200 MB for the processor alone, some gigabytes for a graphics card"
	@$(PIP) install --quiet --no-compile $(TORCH)
	@echo "4 of 4: the command footnote"
	@PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Done."

models: setup
	@$(BIN)/footnote models pull

chat: models
	@$(BIN)/footnote ingest ingest/samples
	@$(BIN)/footnote chat

test: setup
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

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

lock: setup
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" --output-file $(VENV)/all.lock
	@awk '/==/ { skipped = /$(NOT_LOCKED)/ } !skipped' $(VENV)/all.lock > requirements.lock

clean:
	rm -rf .venv .venv-* build ./*.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
