# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PORT ?= 4566
PREFIX ?= /usr/local
ARGS ?=
TESTS ?=
IMAGE ?= stratolite

RELEASE := build/release
ASAN := build/asan
TSAN := build/tsan
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# $(call configure,<dir>,<type>): once; afterwards ninja re-runs CMake by itself.
define configure
	@test -f $(1)/build.ninja || cmake -S . -B $(1) -G Ninja -DCMAKE_BUILD_TYPE=$(2) >$(1).log 2>&1 || { cat $(1).log; exit 1; }
endef

.PHONY: deb image help run build test unit contract coverage lint format coverage tidy asan tsan install clean deps test-deps bench-deps

help: ## List these targets
	@awk -F':.*## ' -v hidden=" $(HIDDEN) " '/^[a-z-]+:.*## / && !index(hidden, " " $$1 " ") {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Install what is missing, build a release, start the daemon on port 4566 (PORT=, ARGS=)
	@exec $(RELEASE)/stratolite start --port $(PORT) $(ARGS)

build: deps ## Build the release: build/release/stratolite
	@mkdir -p build
	$(call configure,$(RELEASE),Release)
	@cmake --build $(RELEASE) --parallel $(JOBS)

test: deps test-deps ## Install test needs, build, run every test, print a summary
	@python3 tests/run.py --jobs $(JOBS) $(ARGS)

unit: deps test-deps ## Build and run the unit tests under ASan and UBSan
	@python3 tests/run.py --jobs $(JOBS) --only unit $(ARGS)

contract: deps test-deps ## Run the contract tests with real clients (TESTS=tests/contract/sqs to choose)
	@python3 tests/run.py --jobs $(JOBS) --only contract $(if $(TESTS),--select "$(TESTS)") $(ARGS)

lint: deps test-deps ## Check layout, include directions, formatting, coverage tables
	@python3 tests/run.py --jobs $(JOBS) --only lint $(ARGS)

format: test-deps ## Format all C++ sources
	@git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp' | xargs clang-format -i

tidy: ## Run clang-tidy on the C++ sources that differ from the last commit (TESTS=files to choose)
	@src/tools/install_deps.sh build test tidy
	@mkdir -p build
	@cmake -S . -B build/tidy -G Ninja -DSTRATOLITE_UNITY=OFF -DSTRATOLITE_PCH=OFF >build/tidy.log 2>&1 || { cat build/tidy.log; exit 1; }
	@python3 tests/lint/tidy.py --build build/tidy --jobs $(JOBS) $(TESTS)

tsan: deps test-deps ## Run the concurrent unit tests, and the contract tests against a daemon, under ThreadSanitizer
	@python3 tests/run.py --jobs $(JOBS) --only tsan $(ARGS)

asan: deps test-deps ## Run all contract tests against a daemon under ASan and UBSan
	@python3 tests/run.py --jobs $(JOBS) --only asan $(ARGS)

coverage: build ## Write the table of services in README.md from what the binary says
	@python3 src/tools/coverage_table.py --binary $(RELEASE)/stratolite

install: build ## Install the release (PREFIX=/usr/local, DESTDIR=)
	@cmake --install $(RELEASE) --prefix $(PREFIX)

deb: build ## Make a Debian package of the release: build/release/stratolite_*.deb
	@cd $(RELEASE) && cpack -G DEB

image: build ## Make a container image of the release, with Docker (IMAGE=stratolite)
	@DOCKER_BUILDKIT=1 docker build -f docker/Dockerfile --build-arg BINARY=prebuilt -t $(IMAGE) .

# Targets whose programs are not written yet are neither offered nor listed.
ifeq ($(wildcard tests/bench/run.py tests/bench/run.sh),)
HIDDEN += bench
else
.PHONY: bench
bench: build test-deps ## Measure start, idle memory and requests per second against nginx
	@src/tools/install_deps.sh bench
	@if [ -f tests/bench/run.py ]; then python3 tests/bench/run.py $(ARGS); else bash tests/bench/run.sh $(ARGS); fi
endif

ifeq ($(wildcard tests/fuzz/run.py),)
HIDDEN += fuzz
else
.PHONY: fuzz
fuzz: ## Fuzz what comes from outside, ten CPU minutes a target (ARGS="--seconds 60 json xml" to choose)
	@src/tools/install_deps.sh build test fuzz
	@python3 tests/fuzz/run.py --jobs $(JOBS) $(ARGS)
endif

ifeq ($(wildcard tests/durability/run.py),)
HIDDEN += torture
else
.PHONY: torture
torture: build test-deps ## Kill the daemon under load, cut its power, and look for lost work
	@python3 tests/durability/run.py $(ARGS)
	@python3 tests/durability/powercut/run.py --cuts 300 --seconds 10
	@python3 tests/durability/powercut/run.py --cuts 150 --seconds 10 --durability process
endif

clean: ## Remove build folders and the test environment
	@rm -rf build .venv tests/contract/js/node_modules

deps:
	@src/tools/install_deps.sh build

test-deps:
	@src/tools/install_deps.sh test
	@src/tools/test_env.sh
