# 共治. `make run` and `make test` are the two commands; both set the machine up by themselves.
.DEFAULT_GOAL := help
.PHONY: help setup solver run test check serve bench messages screens
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv/bin/python
BASE = @$(PYTHON) -m config.setup base
DEV = @$(PYTHON) -m config.setup dev

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## only set the machine up: Python packages, system libraries, translations
	$(BASE)

solver: ## also the solver of rosters (OR-Tools, 80 MB); without it they are made by a fixed rotation
	@$(PYTHON) -m config.setup solver

run: ## the portal with its demonstration, complete in one process (PORT, HOST, STATE_DIR)
	$(BASE)
	@exec $(VENV) -m config.run

test: ## every test (ARGS="tests/repairs -k claim" for some of them)
	$(DEV)
	@exec $(VENV) -m config.embedded test -- $(VENV) -m pytest -n 2 --dist loadfile $(ARGS)

check: ## format, lint, types, templates, floors, migrations, translations
	$(DEV)
	@exec $(VENV) -m config.check

serve: ## the served form, from the environment (DATABASE_URL, REDIS_URL, CELERY_BROKER_URL, ALLOWED_HOSTS, ...)
	$(BASE)
	@exec $(VENV) -m config.serve

bench: ## speed and size beside the floor and the peers, as ratios of one run
	$(DEV)
	@exec $(VENV) -m benchmarks $(ARGS)

messages: ## bring the English catalogue up to the texts of the program, say what is missing, compile
	$(DEV)
	@$(VENV) -m config.extract; $(VENV) -m config.messages compile

screens: ## pictures of the main screens into docs/screens
	$(DEV)
	@exec $(VENV) -m config.embedded test -- $(VENV) -m tests.screens $(ARGS)
