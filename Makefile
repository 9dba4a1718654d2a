# Needs Python 3.11 or newer (with venv) and make; fetches the rest itself, by hash, into .venv.
#
#   make demo         a synthetic practice, opened on this month's worklist
#   make test         all tests                     make explore   engine against oracle, a million pairs
#   make holding      is a plan still the same on every day up to which it says that it holds?
#   make check        the gate: formats, types, layers, spelling, dead code, dependencies
#   make fix          what a machine can mend       make coverage  tests with branch coverage
#   make search       all tests, with long random search
#   make nightly      faults put into the engine: which does no test notice (docs/mutation.md)
#   make bench        the figures of docs/performance.md (SIZES=1000000: other sizes)
#   make people       50 people at once, 32 without a pause, and how soon others' work is seen
#   make merging      how long people wait while the next day's files, and a million rows, are merged
#   make docs         the generated pages           make gallery   the pictures of the README
#   make faults       docs/faults.md: each fault made on purpose (a quarter of an hour)
#   make together     two people at once: every pair of deeds, any order; checkpoints, a million rows
#   make wheel        the wheel, tried in an empty venv
#   make wheelhouse   every wheel for this platform: install with no index at all
#   make lock         pin the dependencies anew     make all       what CI runs, and the wheelhouse

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null 2>&1 && \
	$$name -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	{ command -v $$name; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
OURS := recall_tui screens widgets storage
STAMPS := $(VENV)/.made
PIP := $(PY) -m pip --disable-pip-version-check --no-input -q
SAY := @printf '%-11s %s\n'
TESTS ?= tests
PAIRS ?= 1000000
PRACTICES ?= 60
MUTANTS ?= 300
# Half as many again as cores: screen tests wait more than they work.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 2) * 3 // 2)')
DEMO ?=

.PHONY: help demo test check fix explore coverage bench docs gallery wheel wheelhouse all lock clean
.PHONY: compiled faults holding merging people search nightly together

help:
	@sed -n '2,/^$$/s/^#//p' Makefile

# ---------------------------------------------------------------------------------------- set-up

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer with venv was found: install it, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	$(SAY) venv "$(VENV), $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/base: requirements/base.txt requirements/build.txt | $(STAMPS)/venv
	$(SAY) install "what recall needs (requirements/base.txt, build.txt)"
	@$(PIP) install --no-deps --require-hashes -r requirements/base.txt -r requirements/build.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/venv
	$(SAY) install "what recall and its tests need (requirements/dev.txt)"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

# After whichever of the two sets was asked for: both hold hatchling.
define install_ours
	$(SAY) install "recall-tui itself, as it lies here"
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
endef

$(STAMPS)/demo: $(STAMPS)/base pyproject.toml
	$(install_ours)
	@touch $@

$(STAMPS)/all: $(STAMPS)/dev pyproject.toml
	$(install_ours)
	@touch $@ $(STAMPS)/base $(STAMPS)/demo

compiled:
	@$(PY) -m compileall -q $(OURS)

# ------------------------------------------------------------------------------------------- use

demo: $(STAMPS)/demo compiled
	@$(BIN)/recall demo $(DEMO)

# --------------------------------------------------------------------------------------- quality

test: $(STAMPS)/all compiled
	$(SAY) test "$(TESTS)"
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(TESTS)

explore: $(STAMPS)/all compiled
	$(SAY) explore "$(PAIRS) patient-rule pairs"
	@$(PY) -m tests.oracle.explore --pairs $(PAIRS) $(if $(SEED),--seed $(SEED))

holding: $(STAMPS)/all compiled
	$(SAY) holding "$(PRACTICES) practices: does a plan change while it holds?"
	@$(PY) -m tests.oracle.holding --practices $(PRACTICES) $(if $(SEED),--seed $(SEED))

search: $(STAMPS)/all compiled
	$(SAY) search "$(TESTS), long random search"
	@$(BIN)/pytest -q --hypothesis-profile=explore $(TESTS)

coverage: $(STAMPS)/all compiled
	$(SAY) coverage "$(TESTS)"
	@$(BIN)/pytest -q --cov --cov-report= $(TESTS)
	@$(BIN)/coverage report
	@$(BIN)/coverage report --fail-under=100 --include='recall_tui/domain/*,recall_tui/services/*'

check: $(STAMPS)/all
	$(SAY) check "format (ruff)"
	@$(BIN)/ruff format -q --check .
	$(SAY) check "rules (ruff)"
	@$(BIN)/ruff check -q .
	$(SAY) check "layers (import-linter)"
	@$(BIN)/lint-imports --no-cache >$(STAMPS)/layers.log 2>&1 || { cat $(STAMPS)/layers.log; exit 1; }
	$(SAY) check "spelling (codespell)"
	@$(BIN)/codespell
	$(SAY) check "dead code (vulture)"
	@$(BIN)/vulture
	$(SAY) check "dependencies (deptry)"
	@$(BIN)/deptry . >$(STAMPS)/deptry.log 2>&1 || { cat $(STAMPS)/deptry.log; exit 1; }
	$(SAY) check "types (pyright)"
	@$(BIN)/pyright >$(STAMPS)/pyright.log 2>&1 || { cat $(STAMPS)/pyright.log; exit 1; }
	$(SAY) check "all good"

fix: $(STAMPS)/all
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

bench: $(STAMPS)/all compiled
	@$(PY) -m tests.bench $(if $(SIZES),--sizes $(SIZES))

people: $(STAMPS)/all compiled
	@$(PY) -m tests.bench.sessions
	@$(PY) -m tests.bench.live 1000

merging: $(STAMPS)/all compiled
	@$(PY) -m tests.bench.merging

faults: $(STAMPS)/all compiled
	@$(PY) -m tests.faults

together: $(STAMPS)/all compiled
	@$(PY) -m tests.together pairs
	@$(PY) -m tests.together desks 200 40
	@$(PY) -m tests.faults.wal_reset 600
	@$(PY) -m tests.faults.migrating 1000000

nightly: $(STAMPS)/all compiled
	$(SAY) nightly "$(MUTANTS) mutants of planning and domain, one at a time (MODULES='standing courses': of these)"
	@$(PY) -m tests.mutants --sample $(MUTANTS) $(if $(SEED),--seed $(SEED)) $(MODULES)

docs: $(STAMPS)/all
	@$(PY) -m tests.printing

gallery: $(STAMPS)/all
	@$(PY) -m tests.printing.gallery

# -------------------------------------------------------------------------------------- delivery

dist: $(STAMPS)/all
	$(SAY) wheel "dist/"
	@rm -rf dist && $(PIP) wheel --no-deps --no-build-isolation --no-index -w dist .

.PHONY: dist
wheel: dist
	@rm -rf .cache/wheel && $(PYTHON) -m venv .cache/wheel
	$(SAY) wheel "installing it and its pinned dependencies in an empty venv"
	@.cache/wheel/bin/python -m pip --disable-pip-version-check --no-input -q install --no-deps --require-hashes -r requirements/base.txt
	@.cache/wheel/bin/python -m pip --disable-pip-version-check --no-input -q install --no-deps --no-index dist/*.whl
	@cd / && "$(CURDIR)/.cache/wheel/bin/recall" doctor
	@rm -rf .cache/wheel

wheelhouse: dist
	$(SAY) wheelhouse "every wheel for this platform and $$($(PY) --version)"
	@rm -rf wheelhouse && $(PIP) download --require-hashes --only-binary=:all: -d wheelhouse -r requirements/base.txt
	@cp dist/*.whl requirements/base.txt wheelhouse/
	$(SAY) wheelhouse "trying it in an empty venv, with no index"
	@rm -rf .cache/wheelhouse && $(PYTHON) -m venv .cache/wheelhouse
	@PIP_CONFIG_FILE=/dev/null .cache/wheelhouse/bin/python -m pip --isolated --disable-pip-version-check -q install --no-index --find-links wheelhouse recall-tui
	@cd / && "$(CURDIR)/.cache/wheelhouse/bin/recall" --version
	@rm -rf .cache/wheelhouse
	$(SAY) wheelhouse "$$(ls wheelhouse/*.whl | wc -l) wheels, $$(du -sh wheelhouse | cut -f1); on the server:"
	$(SAY) "" "pip install --no-index --find-links wheelhouse recall-tui"

# Pins for every platform, by hash, with no address of any index in them.
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(LOCK_OPTIONS)

lock: $(STAMPS)/all
	$(SAY) lock "requirements/*.txt (LOCK_OPTIONS=--upgrade moves what is not pinned in *.in)"
	@$(LOCK) -o requirements/base.txt requirements/base.in
	@$(LOCK) -o requirements/build.txt requirements/build.in
	@$(LOCK) -c requirements/base.txt -o requirements/dev.txt requirements/dev.in

all: check test wheel wheelhouse

clean:
	@rm -rf dist build wheelhouse .cache .pytest_cache .ruff_cache .hypothesis htmlcov .coverage
