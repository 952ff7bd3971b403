# Verbs of this project; `make help` lists them.
SHELL := /bin/sh
PY := .venv/bin/python
export LC_ALL := C.UTF-8

.DEFAULT_GOAL := help
.PHONY: $(shell sed -nE "s/^([a-z-]+):.*/\1/p" $(firstword $(MAKEFILE_LIST)))

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: ## Debian packages, .venv/ and Solr's jars, as far as missing
	@sh docker/bare/install.sh portal

demo: install ## a portal on http://localhost:5000 that has harvested real files
	@$(PY) docker/bare/demo.py demo

up: install ## start the portal
	@$(PY) docker/bare/demo.py up

down: ## stop the portal; its data stay
	@[ -x $(PY) ] && $(PY) docker/bare/demo.py down || echo "まだ何も入っていません。"

status: ## what runs
	@[ -x $(PY) ] && $(PY) docker/bare/demo.py status || echo "まだ何も入っていません。make demo から始めてください。"

clean: ## stop the portal and remove its data
	@[ -x $(PY) ] && $(PY) docker/bare/demo.py clean || rm -rf var

ckan: ## CKAN's command line on this site: make ckan ARGS="user list"
	@[ -x $(PY) ] || { echo "まだ何も入っていません。make demo から始めてください。"; exit 1; }
	@$(PY) docker/bare/demo.py needed && .venv/bin/ckan -c $(or $(OSAKADX_VAR),var)/ckan.ini $(ARGS)

test: ## lint, types, then every tier of tests
	@sh docker/bare/install.sh test
	@$(MAKE) --no-print-directory lint types unit wiring test-network test-ckan test-faults test-browser

tools:
	@sh docker/bare/install.sh test

unit: tools ## the domain: no CKAN, no services, seconds
	@$(PY) -m pytest -q -W error -p no:ckan -p no:ckan_fixtures tests/unit

wiring: tools ## plugins load, options declared, schemas parse: CKAN imported, no services
	@$(PY) -m pytest -q -p no:ckan -p no:ckan_fixtures tests/wiring

test-network: tools ## no address leads inside: packets watched in a network namespace of its own
	@$(PY) -m pytest -q -rs -W error -p no:ckan -p no:ckan_fixtures tests/network

test-ckan: tools ## real PostgreSQL, Redis and Solr on private ports
	@$(PY) -m pytest -q -p no:ckan -p no:ckan_fixtures tests/ckan

test-bulk: tools ## data sets written in bulk beside the action API: make test-bulk N=2400
	@OSAKADX_BULK_CASES=$(or $(N),2400) $(PY) -m pytest -q -s -p no:ckan -p no:ckan_fixtures tests/ckan/test_bulk.py

test-faults: tools ## kills, outages and misbehaving sources, on real processes; nothing may be lost or doubled
	@$(PY) -m pytest -q -rs -p no:ckan -p no:ckan_fixtures tests/faults

chaos: tools ## kills and outages at random for as long as you like: make chaos N=1000 SEED=7
	@$(PY) -W ignore -m tests.faults.chaos -n $(or $(N),100) $(if $(SEED),--seed $(SEED))

test-browser: tools ## the pages as people use them, in Chromium
	@$(PY) -m pytest -q -p no:ckan -p no:ckan_fixtures tests/browser

lint: tools ## ruff: rules, import bans, format
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: tools ## pyright, strict on the domain and the sources
	@.venv/bin/pyright

i18n: ## bring the Japanese catalogue up to date with the sources
	@$(PY) -m ckanext.osakadx.i18n

bench-search: ## Japanese search beside stock CKAN's, with judged queries
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.search

bench-harvest: ## stock CKAN's harvest beside ours: make bench-harvest N=400
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.harvest -n $(or $(N),400) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(GROW),--grow $(GROW))

bench-links: ## checking links beside `requests`: make bench-links N=2000 ROUNDS=3
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.links -n $(or $(N),2000) $(if $(ROUNDS),--rounds $(ROUNDS))

images: ## build our container image without an engine and try it against `make up`
	@sh docker/bare/images.sh

lock: ## pin docker/requirements/*.txt anew from *.in
	@sh docker/requirements/lock.sh
