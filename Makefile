# What a newcomer needs: `make run` and `make test`. Assumed: python3 >= 3.11 with venv, and make.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --python-version 3.11

.PHONY: run setup test lint format bench lighthouse screenshots prove lock words clean

run: setup
	@if [ -f portal.toml ]; then exec $(BIN)/portal serve --port $(PORT); \
	else exec $(BIN)/portal serve --demo --port $(PORT); fi

setup: $(VENV)/.setup

$(VENV)/.setup: requirements/runtime.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the portal needs into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.setup-test: $(VENV)/.setup requirements/test.txt tests/clients/package.json
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/test.txt
	@if command -v npm >/dev/null; then mkdir -p var/node && cp tests/clients/package.json var/node/ \
	  && npm install --prefix var/node --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null; \
	else echo "npm is not here: the tests of the npm client will be skipped"; fi
	@touch $@

test: $(VENV)/.setup-test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(TESTS)

lint: $(VENV)/.setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.setup-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.setup-test
	$(BIN)/python bench/publish.py
	$(BIN)/python bench/full_build.py
	$(BIN)/python bench/mail.py

lighthouse: $(VENV)/.setup-test
	@mkdir -p var/lighthouse && cp bench/package.json var/lighthouse/ \
	  && npm install --prefix var/lighthouse --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
	$(BIN)/python bench/lighthouse.py

screenshots: $(VENV)/.setup-test
	$(BIN)/python bench/screenshots.py

# The proofs that `make test` runs a sample of, at length; each prints one line with its figure at the end.
prove: $(VENV)/.setup-test
	PROVE=full $(BIN)/python -m pytest $(or $(TESTS),tests/proofs tests/site)

lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install uv
	@$(LOCK) pyproject.toml --output-file requirements/runtime.txt
	@$(LOCK) requirements/build.in --constraint requirements/runtime.txt --output-file requirements/build.txt
	@$(LOCK) pyproject.toml requirements/build.in requirements/test.in --constraint requirements/runtime.txt \
	  --constraint requirements/build.txt --output-file requirements/test.txt

# The catalogues: texts of the program are carried into every messages.po, and those compiled; LANGUAGE=fr begins another.
LOCALES := site_templates/theme/locales
words: $(VENV)/.setup
	@mkdir -p var $(LOCALES)
	$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keyword heading --keyword words --keyword plural:1,2 \
	  --ignore-dirs ".* _* var tests" --no-location --sort-output --output var/messages.pot .
	@if [ -n "$(LANGUAGE)" ]; then \
	  $(BIN)/pybabel init --input var/messages.pot --output-dir $(LOCALES) --locale $(LANGUAGE) --width 120; fi
	$(BIN)/pybabel --quiet update --input var/messages.pot --output-dir $(LOCALES) --width 120 --no-fuzzy-matching \
	  --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel compile --directory $(LOCALES) --statistics

clean:
	rm -rf $(VENV) var/demo var/node var/lighthouse var/screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis
