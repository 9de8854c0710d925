# dgbot: everything a fresh machine with Python >= 3.11, pip, venv and make needs. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help demo run test test-all check lint types floors fast faults lock pictures fix clean

WORKS := -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))'
ifndef PY
PY := $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(if $(shell $(p) $(WORKS) >/dev/null 2>&1 && echo yes),$(p))))
endif
VENV ?= .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/.run  ## A local Slack, a local Deepgram and the bot; make demo ARGS="--script FILE" plays a conversation
	@$(BIN)/dgbot demo $(ARGS)

run: $(VENV)/.run  ## The bot, with your dgbot.toml and tokens
	@$(BIN)/dgbot run $(ARGS)

test: $(VENV)/.dev  ## Every test once, in a browser too if Chromium is there; make test ARGS="-k invite"
	$(BIN)/python -m pytest -n 4 $(ARGS)

test-all: $(VENV)/.dev  ## Unit and sandbox tests on each other Python on this machine
	@BASE="$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')" sh tests/other_pythons.sh

check: lint types floors fast  ## Style, types, floors and the fast tests

lint: $(VENV)/.dev  ## Style
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

types: $(VENV)/.dev  ## Types, tests included; the tour of the client by a second checker, too
	$(BIN)/mypy
	$(BIN)/basedpyright

floors: $(VENV)/.dev  ## Who may import whom
	$(BIN)/lint-imports --no-logo

fast: $(VENV)/.dev  ## The tests that take milliseconds
	$(BIN)/python -m pytest -q -n 4 -m "not slow"

faults: $(VENV)/.dev  ## The figures of docs/reliability.md: crashes, races and secrets, a line each
	$(BIN)/python -m tests.faults.figures $(ARGS)

fix: $(VENV)/.dev  ## Repair style by machine
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

lock: $(VENV)/.dev  ## Write both lock files anew; they carry hashes and no index host
	$(BIN)/python -m uv pip compile $(LOCK) --group build pyproject.toml -o requirements.lock
	$(BIN)/python -m uv pip compile $(LOCK) -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

LOCK := --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command "make lock"

pictures: $(VENV)/.dev  ## Take the README's pictures anew, of the running demo; needs Chromium
	$(BIN)/python -m tests.browser.pictures

clean:  ## Remove the virtual environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist

$(BIN)/python:
	@test -n "$(PY)" || { echo "dgbot needs Python 3.11 or newer; none was found. Name one: make PY=/path/to/python3.11"; exit 1; }
	@$(PY) -m venv $(VENV) || { echo "$(PY) can't make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }

# The stamps hang on the lock files: a changed lock is installed before the next target runs.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing dgbot into $(VENV) (once, about a minute) ..."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing the test tools into $(VENV) ..."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@
