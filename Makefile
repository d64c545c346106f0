# Everything that is done to Bellhop, by name. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unversioned)
CACHE := $(CURDIR)/.run/cache
TOOLS := $(CURDIR)/.run/tools
LINTER := $(TOOLS)/golangci-lint
LINTER_VERSION := v2.15.0

APP := web/app
APP_SOURCES := $(shell find $(APP) \( -name node_modules -o -name dist -o -name e2e \) -prune -o -type f -print)
APP_PACKAGES := $(APP)/node_modules/.package-lock.json

# say prints a step with the time, so that a log tells what took how long.
say = printf '== %s  %s\n' "$$(date +%H:%M:%S)" $(1)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: $(APP)/dist/index.html bin ## bin/bellhop, with the browser program in it

# Go knows itself what is up to date. Without cgo the binary needs nothing from the machine.
.PHONY: bin
bin:
	@CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/bellhop ./deploy/bellhop

$(APP_PACKAGES): $(APP)/package-lock.json
	@$(call say,"npm ci")
	@cd $(APP) && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(APP)/dist/index.html: $(APP_SOURCES) $(APP_PACKAGES)
	@$(call say,"browser program")
	@cd $(APP) && npm run --silent build -- --logLevel warn
	@touch $@

.PHONY: prerequisites
prerequisites:
	@deploy/scripts/prerequisites.sh run

.PHONY: test-prerequisites
test-prerequisites:
	@deploy/scripts/prerequisites.sh test

# dev replaces the shell, so that it is make's own child and ends when make is killed.
.PHONY: run
run: prerequisites build ## everything on this machine, with a demo organisation; Ctrl-C ends it
	@exec bin/bellhop dev --with-parent

.PHONY: call
call: ## calls the demo: make call ARGS='--from 01012345678 --hangup-after 4s'
	@test -x bin/bellhop || { echo 'make run first, in another terminal' >&2; exit 1; }
	@exec bin/bellhop call --to 1000 $(ARGS)

.PHONY: test
test: test-prerequisites ## everything that can be tested, with make check; installs what it needs
	@$(call say,"build")
	@$(MAKE) build
	@$(MAKE) check test-go test-app test-e2e
	@$(call say,"all passed")

.PHONY: test-go
test-go: export BELLHOP_CACHE_DIR := $(CACHE)
test-go: $(APP)/dist/index.html
	@$(call say,"go test with the race detector")
	@go test -race -p 3 -timeout 15m ./...
	@$(call say,"simulation: a million steps - rules broken on purpose - ten thousand requests of nonsense")
	@go test -timeout 15m -run 'TestSimulation$$|TestTheSimulationFindsBrokenRules|TestJunk$$' ./cti/switchboard ./web/api

.PHONY: test-app
test-app: $(APP_PACKAGES)
	@$(call say,"browser program: vitest")
	@cd $(APP) && npm test --silent

.PHONY: test-e2e
test-e2e: export BELLHOP_CACHE_DIR := $(CACHE)
test-e2e: build
	@$(call say,"end to end: Chromium - Asterisk - Chromium")
	@deploy/scripts/e2e.sh

.PHONY: test-long
test-long: export BELLHOP_CACHE_DIR := $(CACHE)
test-long: test-prerequisites build ## the end-to-end tests with those that take long: broken parts, bad networks, floods, every page
	@deploy/scripts/e2e.sh --all

.PHONY: check
check: $(LINTER) $(APP_PACKAGES) $(APP)/dist/index.html ## formatters, linters, types, sizes of files, direction of imports
	@$(call say,"formatting of Go")
	@$(LINTER) fmt --diff ./...
	@$(call say,"go vet")
	@go vet ./...
	@$(call say,"golangci-lint")
	@$(LINTER) run ./...
	@$(call say,"direction of imports - sizes of files")
	@go test ./deploy/arrows
	@$(call say,"biome - tsc")
	@cd $(APP) && npm run --silent lint && npm run --silent typecheck

# Built here by the Go that is here: a released binary may be built by one that is too old to read our sources.
$(LINTER): export GOBIN := $(TOOLS)
$(LINTER): Makefile
	@if [ "$$($@ version --short 2>/dev/null)" != "$(LINTER_VERSION)" ] && [ "v$$($@ version --short 2>/dev/null)" != "$(LINTER_VERSION)" ]; then \
		$(call say,"builds golangci-lint $(LINTER_VERSION) (some minutes - once)"); \
		go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTER_VERSION); \
	fi
	@touch $@

.PHONY: bench
bench: prerequisites ## how fast it is: make run cold and warm, then calls; with the conditions
	@deploy/scripts/bench.sh $(ARGS)

# In its own folder go test shows what is printed although all is well.
.PHONY: faults
faults: export BELLHOP_CACHE_DIR := $(CACHE)
faults: export BELLHOP_PROGRAM := $(CURDIR)/bin/bellhop
faults: test-prerequisites build ## breaks every part on purpose in mid-call, and prints what was lost: make faults ARGS='-calls 100 -long'
	@cd deploy/faults && go test -count=1 -timeout 2h -args -faults $(ARGS)

.PHONY: soak
soak: ## 10^8 steps of simulated calls, clicks and faults, over night
	@BELLHOP_SOAK_STEPS=100000000 go test ./cti/switchboard -run TestSimulation -timeout 0

.PHONY: fmt
fmt: $(LINTER) $(APP_PACKAGES)
	@$(LINTER) fmt ./...
	@cd $(APP) && npm run --silent fix

.PHONY: clean
clean: ## removes what was built; the state in .run stays
	@rm -rf bin coverage $(APP)/node_modules
	@find $(APP)/dist -mindepth 1 ! -name .gitkeep -delete
