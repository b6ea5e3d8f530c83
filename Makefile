# T-minus. `make` lists what can be done; everything runs from this folder.

GO      = go
LINT    = $(GO) tool -modfile=tools/go.mod golangci-lint

# The packages in which goroutines of ours meet.
CONCURRENT = ./api/... ./apptest/... ./commands/... ./hooks/... ./notifiers/... ./outbox/... ./planner/... ./reports/...

.PHONY: help demo test race lint fmt check formatted vet browser web bench build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

demo: ## run a throw-away, filled instance that sends nothing
	$(GO) run . demo

test: ## run the tests
	$(GO) test ./...

race: ## run the tests of the concurrent packages under the race detector (-short: without measurements)
	$(GO) test -race -short $(CONCURRENT)

lint: ## run the linters (golangci-lint, pinned in tools/go.mod)
	$(LINT) run ./...

fmt: ## format the Go code
	$(LINT) fmt ./...

check: formatted vet lint web race browser ## what CI runs: formatting, vet, lint, web, race, all tests with Chromium

formatted:
	@wrong=$$(gofmt -l .); if [ -n "$$wrong" ]; then echo "not formatted, run make fmt:"; echo "$$wrong"; exit 1; fi

vet:
	$(GO) vet ./...

browser:
	TMINUS_REQUIRE_CHROMIUM=1 $(GO) test ./...

web: ## run the web app's unit tests (needs node)
	@tests=$$(find webtest -name '*.test.js' -o -name '*.test.mjs' 2>/dev/null); \
	if [ -z "$$tests" ]; then echo "no web tests"; \
	elif ! command -v node >/dev/null; then echo "no node, so no web tests"; test -z "$$TMINUS_REQUIRE_NODE"; \
	else node --test --test-reporter=spec $$tests; fi

bench: ## run every measurement under bench/
	@set -e; runs=$$($(GO) list -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' ./bench/... 2>/dev/null); \
	if [ -z "$$runs" ]; then echo "nothing under bench/ yet"; fi; \
	for run in $$runs; do echo "== $$run"; $(GO) run $$run; done

build: ## build ./tminus, static; its version comes from the tag
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=auto -ldflags '-s -w' -o tminus .

clean: ## remove what build made
	rm -f tminus
