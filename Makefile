# `make demo` and `make test` set up what they need; both can be run again and again.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test check extension wheel clean
demo: $(STAMP)
	@$(BIN)/python tests/end_to_end/demo.py

test: $(STAMP) extension
	@$(BIN)/pytest

extension: $(STAMP)
	@cd vscode-extension && PATH="$(abspath $(BIN)):$$PATH" PAPER_IMPLEMENTER_COMMAND="$(abspath $(BIN))/paper-implementer" \
		sh -c 'npm ci --no-audit --no-fund --loglevel=error >/dev/null && npm run -s check && npm test --silent && npm run -s package >/dev/null'

check: $(STAMP)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); tests/support/install_venv.sh $(PYTHON) && $(PYTHON) -m venv $(VENV); }
	@echo "Setting up in $(VENV) (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable . --group dev --group test --group reference
	@touch $@

clean:
	rm -rf $(VENV) vscode-extension/node_modules vscode-extension/out vscode-extension/*.vsix build dist
