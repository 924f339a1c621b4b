# The two commands of a newcomer: `make run` and `make test`. Everything is installed from requirements.lock (hashes).
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS := 1
# The ends of the road: nothing reads what these stages write.
ENDS := evaluate@kz_2026 audit@kz_2026

.PHONY: help setup run test check bench dvc law lock format docs notebooks pictures clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## make .venv/ from requirements.lock

.venv/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 to 3.13 is needed: install it, or name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Python 3.11 to 3.13 is needed, this is $$($(PYTHON) --version): name another one with PYTHON=..."; exit 2; }
	@$(PYTHON) -c 'import ensurepip' || { echo "This Python cannot make environments: install its venv package (Debian: python3-venv)."; exit 2; }
	@echo "setting up .venv (about a minute)"
	@[ -x .uv/bin/python ] || $(PYTHON) -m venv --clear .uv
	@awk '/^[a-z]/ {keep = /^uv==/} keep' requirements.lock > .uv/uv.lock
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .uv/uv.lock
	@[ -x .venv/bin/python ] || .uv/bin/uv venv --quiet --clear --python $(PYTHON) .venv
	@VIRTUAL_ENV=$(CURDIR)/.venv .uv/bin/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv .uv/bin/uv pip install --quiet --no-deps --no-build-isolation --offline --editable .
	@touch $@

run: setup ## walk the whole road on kz_2026 through DVC; what has not changed is not run again
	@dvc repro --quiet $(ENDS) || { status=$$?; echo "make run: stopped; the sentence above says why"; exit $$status; }
	@qonys summary --programme kz_2026

test: setup ## every test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q

check: setup ## formatter, linter, types, import contracts, generated files
	@ruff format --check -q .
	@ruff check -q .
	@mypy
	@lint-imports
	@qonys dvc-yaml --check
	@git diff --exit-code --stat -- requirements.lock >/dev/null || echo "note: requirements.lock is changed but not committed"

bench: setup ## measure every stage at 100 thousand and 1 million applications
	@qonys bench --out docs/bench.md

dvc: setup ## write dvc.yaml from the stage records
	@qonys dvc-yaml

format: setup ## format and mend what the linter can mend
	@ruff format -q .
	@ruff check -q --fix .

law: setup ## write the pages of the law from the YAML
	@qonys policy page --out docs/law.md
	@qonys policy page -p au_skilled -p ca_fsw --out docs/law_examples.md

lock: setup ## resolve the dependencies anew
	@.uv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements.lock

clean: ## remove results and environments; exports and the ledger stay
	@rm -rf .venv .uv data/interim data/artifacts data/out data/mlflow .pytest_cache .ruff_cache .mypy_cache

notebooks: setup ## execute the notebook on the results of `make run`
	@$(BIN)/python notebooks/execute.py

pictures: setup ## take the README's pictures from the results of `make run` (needs Chromium)
	@$(BIN)/python docs/pictures.py
