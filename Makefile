# Everything a person does with this repository. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8080
BASKETS ?= 5000
STAGE ?= dev
USERS ?= 600
SECONDS ?= 60

VENV := .venv
RUN := $(VENV)/bin/python
export PORT BASKETS USERS SECONDS
export PIP_DISABLE_PIP_VERSION_CHECK := 1
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/has-local ## start the club on this machine, on PORT (8080)
	@exec $(RUN) -m stamkund.local.run

test: $(VENV)/has-tests ## install what is needed and run every test
	@$(RUN) -m pytest --numprocesses 2 --dist worksteal

check: $(VENV)/has-tests ## the gate: format, lint, types, import rules, drift, tests
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(MAKE) test

e2e: $(VENV)/has-tests build/ministack/done ## deploy into an emulated AWS and go through the journeys
	@$(RUN) -m pytest tests/e2e

prove: $(VENV)/has-tests ## search long for a sequence of events that breaks a promise
	@$(RUN) -m pytest tests/reliability tests/contract/test_schemathesis.py tests/contract/test_bad_requests.py \
	    --hypothesis-profile prove --numprocesses 2 --dist worksteal

bench: $(VENV)/has-bench ## measure every budget and write benchmarks/latest.json
	@$(RUN) -m benchmarks

cost: $(VENV)/has-tests ## measure what an order asks of the cloud and work out docs/cost.md
	@$(RUN) -m benchmarks.steps
	@$(RUN) -m benchmarks.cost

load: $(VENV)/has-load ## drive a campaign (USERS=600 for SECONDS=60) and write docs/load.md
	@$(RUN) -m benchmarks.load

replay: $(VENV)/has-replay ## drive a year of real purchases (BASKETS=5000, or all)
	@$(RUN) -m stamkund.local.replay

nightly: $(VENV)/has-local ## run the timed jobs now, in the club that is running
	@$(RUN) -m stamkund.local.nightly

package: $(VENV)/has-cloud ## build what runs on Lambda in STAGE, one zip per domain
	@$(RUN) -m infrastructure.packages $(STAGE)

openapi: $(VENV)/has-local ## write openapi.json from the declarations
	@$(RUN) -m stamkund.web.openapi > openapi.json.new
	@mv openapi.json.new openapi.json

synth: $(VENV)/has-cloud ## write the templates of STAGE (dev, test or prod) to build/cloud
	@$(RUN) -m infrastructure synth $(STAGE)

diff: $(VENV)/has-cloud ## say in words what deploying STAGE would change
	@$(RUN) -m infrastructure diff $(STAGE)

deploy: $(VENV)/has-cloud build/cdk/done ## build and deploy STAGE to AWS; it asks before it gives rights
	@$(RUN) -m infrastructure deploy $(STAGE) $(if $(ADOPT),--adopt)

bootstrap: $(VENV)/has-cloud build/cdk/done ## prepare the account and region of STAGE, once
	@$(RUN) -m infrastructure bootstrap $(STAGE)

stages: $(VENV)/has-cloud ## write docs/stages.md from what a stage file may say
	@$(RUN) -m infrastructure.stage_page > docs/stages.md.new
	@mv docs/stages.md.new docs/stages.md

clean: ## remove what was installed and built, and the local club with all its data
	rm -rf $(VENV) build .stamkund .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The CDK's command line, which uploads packages and talks to CloudFormation.
build/cdk/done: | $(VENV)/has-cloud
	@echo "Installing the CDK's command line ..."
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm install --silent --no-fund --no-audit --no-package-lock \
	    --prefix build/cdk aws-cdk@2
	@touch $@

# An environment of its own: what functions import there must not be found beside the emulator.
build/ministack/done: Makefile | $(VENV)/bin/pip
	@echo "Installing the emulator ..."
	@$(RUN) -m venv build/ministack
	@build/ministack/bin/python -m pip install --quiet ministack==1.5.33
	@touch $@

# A stamp per extra: pip runs again only when what it was asked for has changed.
$(VENV)/has-%: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what '$*' needs ..."
	@$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[$*]'
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "stamkund needs Python 3.11 or later, and $(PYTHON) is not: make PYTHON=python3.12 ..." >&2; \
	    exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	    rm -rf $(VENV); \
	    echo "$(PYTHON) cannot make virtual environments." >&2; \
	    echo "Debian and Ubuntu keep that in a package of its own: apt-get install python3-venv" >&2; \
	    exit 1; }

.PHONY: help run test check e2e prove bench cost load replay nightly package openapi
.PHONY: synth diff deploy bootstrap stages clean
