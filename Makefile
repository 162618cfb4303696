# Every target sets up what it needs itself: the virtual environment is built once from requirements.lock (hash-locked,
# installed by pip from whatever index pip is configured for) and rebuilt when the lock or pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
unexport PYTHONDONTWRITEBYTECODE  # processes are started by the hundred: each would compile everything anew

.PHONY: help setup demo test
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed 's/:.*## /\t/' | expand -t 18

setup: $(READY) ## build .venv with .venv/bin/piyao

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Piyao needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

.PHONY: up check format lint types floors replay test-people test-browser bench-counts bench-cases bench-deadlines bench-growth bench-following chaos permissions lock

up: $(READY) ## run Temporal, worker and API together (ARGS="--data DIR …")
	$(BIN)/piyao up $(ARGS)

demo: $(READY) ## play the main job end to end (ARGS=--exit ends by itself)
	$(BIN)/piyao demo $(ARGS)

# --tb=native: Python 3.11 parses no source beside another thread that does (python/cpython#106905), and pytest's own
# tracebacks parse it: one failed test ended the whole run.
TOGETHER ?= 4
test: $(READY) ## pass the tests, TOGETHER=4 at a time (the browser's have a target of their own)
	$(BIN)/python -m pytest -q -m "not browser" -n $(TOGETHER) --dist loadfile --no-loadscope-reorder --durations=10 --tb=native $(ARGS)

check: format lint types floors ## format, lint, types, floors

format: $(READY)
	$(BIN)/ruff format --check .

lint: $(READY)
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy --strict domain texts activities workflows temporal adapters desk api wiring cli *.py

floors: $(READY)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_floors.py tests/test_house.py

test-people: $(READY) ## pass the tests of people deciding together: pages, sessions, signatures, files, persons
	$(BIN)/python -m pytest -q -m "people and not browser" $(ARGS)

replay: $(READY) ## replay the recorded histories with today's code
	$(BIN)/python -m pytest -q tests/workflows/test_replay.py

test-browser: $(READY) ## pass the tests that need Chromium (/usr/bin/chromium or CHROMIUM=…)
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || { echo "make test-browser: no Chromium found (looked for '$${CHROMIUM:-chromium}'); install the system's chromium package or set CHROMIUM=/path/to/chromium" >&2; exit 1; }
	$(BIN)/python -m pytest -q -m browser -n $(or $(BESIDE),2) --dist loadfile --ignore tests/e2e/test_every_field.py $(ARGS)

HOSTILE := tests/e2e/test_every_field.py tests/injection
.PHONY: test-hostile
test-hostile: $(READY) ## hold every hostile text in every field against its harmless twin, in Chromium too (minutes)
	$(BIN)/python -m pytest -q $(HOSTILE) $(ARGS)

.PHONY: short-texts
short-texts: $(READY) ## 10,000 short texts of five forms over HTTP: five cases, five rings (REPORTS=10000)
	SHORT_TEXTS=$(or $(REPORTS),10000) $(BIN)/python -m pytest -q tests/api/http/test_short_texts.py

bench-counts: $(READY) ## events, actions and bytes of the standard case (JSON=FILE)
	$(BIN)/python -m bench.counts $(if $(JSON),--json $(JSON))

bench-cases: $(READY) ## standard cases per second beside a bare workflow (JSON=FILE)
	$(BIN)/python -m bench.cases $(if $(JSON),--json $(JSON))

bench-deadlines: $(READY) ## how late deadlines are, alone and 200 and 1,000 at once, beside a bare workflow (minutes; JSON=FILE)
	$(BIN)/python -m bench.deadlines $(if $(JSON),--json $(JSON))

bench-growth: $(READY) ## one decision beside 100, 1,000 and 5,000 open cases (minutes; JSON=FILE)
	$(BIN)/python -m bench.growth $(if $(JSON),--json $(JSON))

bench-following: $(READY) ## until the register has what moved one of OPEN=5000 cases, and what following costs (minutes; JSON=FILE)
	$(BIN)/python -m bench.following --open $(or $(OPEN),5000) $(if $(JSON),--json $(JSON))

SECONDS ?= 180
.PHONY: bench-flood
bench-flood: $(READY) ## 10,000 anonymous reports a minute beside a partner and officers (SECONDS=180 JSON=FILE)
	$(BIN)/python -m bench.flood --seconds $(SECONDS) $(if $(JSON),--json $(JSON))

.PHONY: bench-matching
bench-matching: $(READY) ## how well and how fast reports find their claims in the sets of a folder (DATA=FOLDER JSON=FILE)
	@test -n "$(DATA)" || { echo "make bench-matching: say where the sets are: DATA=FOLDER, with SET/corpus.jsonl and SET/queries.jsonl in it" >&2; exit 2; }
	$(BIN)/python -m bench.matching --data "$(DATA)" $(if $(JSON),--json $(JSON))

MINUTES ?= 30
.PHONY: bench-soak
bench-soak: $(READY) ## memory and descriptors of each part while the work stays the same (MINUTES=30 JSON=FILE)
	$(BIN)/python -m bench.soak --minutes $(MINUTES) $(if $(JSON),--json $(JSON))

permissions: $(READY) ## write docs/permissions.md anew from the table of who may decide what
	$(BIN)/python -m cli.permissions_page > docs/permissions.md

.PHONY: played-cases
played-cases: $(READY) ## write config/demo/played_cases.jsonl anew: the cases an office's own texts are tried on
	$(BIN)/python -m tests.adapters.office.played_cases > config/demo/played_cases.jsonl

.PHONY: receivers
receivers: $(READY) ## what becomes of letters beside mail servers that are slow, greylist, refuse or cut (minutes)
	$(BIN)/python -m tests.receivers $(ARGS)

KILLS ?= 10
SEED ?= 1
chaos: $(READY) ## kill -9 worker, API and Temporal while officers work, then check everything (SEED=n KILLS=n JSON=FILE)
	$(BIN)/python -m tests.chaos --seed $(SEED) --kills $(KILLS) $(if $(JSON),--json $(JSON))

RUNS ?= 500
.PHONY: race
race: $(READY) ## race an acknowledgement against the timer of the next rung in both SDK modes (RUNS=n in each)
	$(BIN)/python -m tests.race --runs $(RUNS)

.PHONY: lives
lives: RUNS = 2000
lives: $(READY) ## live random lives of cases in the sample office and hold what must always hold (minutes; RUNS=n SEED=n)
	$(BIN)/python -m tests.lives --runs $(RUNS) --seed $(SEED)

EACH ?= 4
CLOSED ?= 2
.PHONY: restore-matrix
restore-matrix: $(READY) ## stop cases of every stage in five ways, restore them, finish them and check everything (EACH=n per stage and way, CLOSED=n per way)
	$(BIN)/python -m tests.restores --each $(EACH) --closed $(CLOSED)

STOPS ?= 50
FREEZE ?= 30
CASES ?= 100
.PHONY: attack
attack: ROUNDS = 3
attack: KILLS = 10
attack: $(READY) ## attack a running house through Temporal's port while its worker is killed (SEED ROUNDS KILLS)
	$(BIN)/python -m tests.attack --seed $(SEED) --rounds $(ROUNDS) --kills $(KILLS)

.PHONY: chaos-rungs
chaos-rungs: KILLS = 50
chaos-rungs: $(READY) ## kill -9 and freeze the worker of one of two like houses: same rungs, same letters (SEED KILLS STOPS FREEZE CASES AIMED=1 JSON)
	$(BIN)/python -m tests.twins --seed $(SEED) --kills $(KILLS) --stops $(STOPS) --freeze $(FREEZE) --cases $(CASES) $(if $(AIMED),--aimed) $(if $(JSON),--json $(JSON))

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --group dev pyproject.toml -o requirements.lock
