# Verbs of this project; `make help` lists them, in Japanese as all that operators read at the keyboard.
SHELL := /bin/sh
PY := .venv/bin/python
# CKAN's own pytest plugin would load a site before any test has started one.
PYTEST := $(PY) -m pytest -q -rs -p no:ckan -p no:ckan_fixtures
# Two processes, each with a portal of its own where the tier has one; a file's tests stay together and in their order.
TWICE := -n 2 --dist loadfile --no-loadscope-reorder
# A search engine that lives for minutes over small indexes: to compile it for speed takes a third of a tier's work.
test-ckan test-bulk test-faults test-browser: export JDK_JAVA_OPTIONS := -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
export LC_ALL := C.UTF-8

.DEFAULT_GOAL := help
.PHONY: $(shell sed -nE "s/^([a-z-]+):.*/\1/p" $(firstword $(MAKEFILE_LIST)))

help: ## 動詞の一覧
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: ## 足りない Debian パッケージ、.venv/、Solr の部品を入れます
	@sh docker/bare/install.sh portal

demo: install ## 実際の公開ファイルを集めたポータルを http://localhost:5000 に用意します
	@$(PY) docker/bare/demo.py demo

up: install ## ポータルを起動します
	@$(PY) docker/bare/demo.py up

down: ## ポータルを止めます(データは残ります)
	@[ -x $(PY) ] && $(PY) docker/bare/demo.py down || echo "まだ何も入っていません。"

status: ## 動いているものを示します
	@[ -x $(PY) ] && $(PY) docker/bare/demo.py status || echo "まだ何も入っていません。make demo から始めてください。"

clean: ## ポータルを止め、データを消します
	@[ -x $(PY) ] && $(PY) docker/bare/demo.py clean || rm -rf var

ckan: ## このポータルで CKAN のコマンドを実行します: make ckan ARGS="user list"
	@[ -x $(PY) ] || { echo "まだ何も入っていません。make demo から始めてください。"; exit 1; }
	@$(PY) docker/bare/demo.py needed && .venv/bin/ckan -c $(or $(OSAKADX_VAR),var)/ckan.ini $(ARGS)

test: ## 書式、型、すべての段のテスト
	@sh docker/bare/install.sh test
	@$(MAKE) --no-print-directory lint types unit wiring test-network test-ckan
	@echo "test-faults と test-browser を並べて実行します"
	@$(MAKE) --no-print-directory -j2 test-faults test-browser

tools:
	@sh docker/bare/install.sh test

unit: tools ## ドメインのテスト: CKAN もサービスも要らず、2分ほど
	@$(PYTEST) $(TWICE) -W error tests/unit

fuzz: tools ## 性質のテストを、毎回違う例で: make fuzz ROUNDS=20
	@for round in $$(seq $(or $(ROUNDS),5)); do \
		$(PYTEST) $(TWICE) -W error -m hypothesis --hypothesis-profile fuzz tests/unit || exit; done

wiring: tools ## プラグイン、設定、スキーマのテスト: CKAN を読み込み、サービスは要りません
	@$(PYTEST) tests/wiring

test-network: tools ## どのアドレスも組織内に届かないことを、専用のネットワークで確かめます
	@$(PYTEST) -W error tests/network

test-ckan: tools ## 本物の PostgreSQL、Redis、Solr を別のポートで動かすテスト
	@$(PYTEST) $(TWICE) tests/ckan

test-bulk: tools ## 一括登録を API と比べます: make test-bulk N=2400
	@OSAKADX_BULK_CASES=$(or $(N),2400) $(PYTEST) -s tests/ckan/test_bulk.py

test-faults: tools ## 停止、障害、乱れた収集元を本物のプロセスで: 失わず、重ねません
	@$(PYTEST) tests/faults

chaos: tools ## 停止と障害を好きなだけ無作為に: make chaos N=1000 SEED=7
	@$(PY) -W ignore -m tests.faults.chaos -n $(or $(N),100) $(if $(SEED),--seed $(SEED))

test-browser: tools ## 人が使うとおりに、Chromium でページのテスト
	@$(PYTEST) tests/browser

lint: tools ## ruff: 規則、使ってよい import、書式
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: tools ## pyright: ドメインと収集元は strict
	@.venv/bin/pyright

i18n: ## 日本語の訳をソースに合わせます
	@$(PY) -m ckanext.osakadx.i18n

bench-search: ## 日本語検索を素の CKAN と、正解付きの問い合わせで比べます
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.search

bench-score: ## 保存した事実から全データを採点し直す速さを測ります: make bench-score N=100000
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.score -n $(or $(N),100000)

bench-harvest: ## 収集を素の CKAN と比べます: make bench-harvest N=400
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.harvest -n $(or $(N),400) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(GROW),--grow $(GROW))

bench-links: ## リンクの確認を requests と比べます: make bench-links N=2000 ROUNDS=3
	@sh docker/bare/install.sh test
	@$(PY) -m tests.bench.links -n $(or $(N),2000) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-read: tools ## ファイルの読み取りを5つのライブラリーと比べます: make bench-read ROUNDS=3
	@$(PY) -m tests.bench.read $(if $(ROUNDS),--rounds $(ROUNDS))

images: ## エンジンなしでコンテナイメージを作り、make up のポータルと試します
	@sh docker/bare/images.sh

lock: ## docker/requirements/*.txt を *.in から固定し直します
	@sh docker/requirements/lock.sh
