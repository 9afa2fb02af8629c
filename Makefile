# Fourseat 四席. Everything comes from a clean clone: Python 3.11-3.13, make and the apt client are enough.
.POSIX:
.PHONY: help demo test check bench setup asterisk clean

PYTHON = $$(if [ -x .venv/bin/python ]; then echo .venv/bin/python; else echo python3; fi)
SETUP = $(PYTHON) -m engine.provision.venv
BIN = .venv/bin

# Some hundred processes are started: none is to compile everything anew, whatever the environment says.
TEST = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest
PYTEST = -n 4 --dist loadfile --ignore=tests/core -m "not asterisk"
REAL = -n 6 --dist worksteal --ignore=tests/core -m asterisk
DEMO =
BENCH =

help:
	@echo "make demo    a working call centre in this terminal, with practice callers"
	@echo "make test    all tests, those against a real Asterisk included"
	@echo "make check   format, lint, types, layers"
	@echo "make bench   the figures of design.md, side by side"
	@echo "make clean   remove what was made in this folder"

demo:
	@$(SETUP) run
	@if [ -t 0 ]; then $(BIN)/fourseatd demo $(DEMO); else $(BIN)/fourseatd demo --headless --calls 20 $(DEMO); fi

# The core by itself first: it has to be covered to the last branch. Those at the real Asterisk last and several at
# a time: they listen most of the time, and are to have the machine for it.
test: asterisk
	@$(TEST) -q -n 2 tests/core --cov --cov-fail-under=100 --cov-report=term:skip-covered
	@$(TEST) $(PYTEST)
	@$(TEST) $(REAL)

check:
	@$(SETUP) dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: asterisk
	@$(BIN)/python -m benchmarks $(BENCH)

setup:
	@$(SETUP) dev

asterisk: setup
	@$(BIN)/python -m engine.provision.asterisk > /dev/null

clean:
	rm -rf .venv .cache *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
