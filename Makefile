# Two commands matter: make run, make test. Both need Python 3.11 or newer and nothing else; they work in any folder.
.DEFAULT_GOAL := help
.PHONY: help run test dev bench bench-judge fmt screenshots migration clean

VENV := .venv
PY := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

help: ## Show what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.installed ## Install, migrate, load the demo, build what changed, and serve on PORT (3000)
	@exec $(PY) -m lms_app run

test: $(VENV)/.installed-dev ## Run every check and test, and sum them up
	@exec sh .ci/test.sh

dev: $(VENV)/.installed-dev ## Serve with hot reload, for work on the code
	@exec $(PY) -m lms_app dev

bench: $(VENV)/.installed-dev ## Measure the real server; docs/benchmarks.md explains the tables
	@exec $(PY) -m tests.load $(ARGS)

bench-judge: $(VENV)/.installed-dev ## Measure the judge's cells beside the bare process; docs/judge.md has the figures
	@exec $(PY) -m tests.sandbox.bench $(ARGS)

screenshots: $(VENV)/.installed-dev ## Write pictures of every page to artifacts/
	@exec $(PY) -m tests.screenshots $(ARGS)

fmt: $(VENV)/.installed-dev ## Format the code and fix what can be fixed by itself
	@ruff check --fix --quiet . ; ruff format .

migration: $(VENV)/.installed-dev ## Write a migration for what changed in the tables: make migration m="add badges"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add badges"'; exit 2; }
	@$(PY) -m lms_app migrate && alembic revision --autogenerate -m "$(m)"

clean: ## Remove what was built and installed here; data/ stays
	@rm -rf $(VENV) .web build artifacts

# An environment that was copied from elsewhere, or whose Python is gone, is made anew.
STALE := $(shell [ "$$(cat $(VENV)/.place 2>/dev/null)" = "$(CURDIR)" ] && $(PY) -c "" 2>/dev/null || echo FORCE)
.PHONY: FORCE
FORCE:

$(VENV)/.installed: requirements.txt $(STALE)
	@sh .ci/install.sh $(VENV) requirements.txt && touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt $(STALE)
	@sh .ci/install.sh $(VENV) requirements-dev.txt && touch $@ $(VENV)/.installed
