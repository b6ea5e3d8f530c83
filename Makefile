# T-minus. `make` lists what can be done; everything runs from this folder.

GO      = go
LINT    = $(GO) tool -modfile=tools/go.mod golangci-lint

# The packages with goroutines of ours; and of those with few, the tests in which they run beside others.
CONCURRENT = ./apptest/... ./notifiers/... ./outbox/... ./wechat/...
BESIDE     = ./api ./commands ./hooks
RACING     = TestP[0-9]|Callback|Receipt|WeChat|Realtime|Serve|Demo|Scan|Aliyun|Twilio

.PHONY: help demo test race lint vuln fmt check formatted vet browser web webcode webfmt vendor bench drills fuzz build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

demo: ## run a throw-away, filled instance that sends nothing
	$(GO) run . demo

test: ## run the tests
	$(GO) test ./...

race: ## run the tests of the concurrent packages under the race detector (-short: without measurements)
	$(GO) test -race -short $(CONCURRENT)
	$(GO) test -race -short -run '$(RACING)' $(BESIDE)

lint: ## run the linters (golangci-lint, pinned in tools/go.mod)
	$(LINT) run ./...

# Its database is on the Internet (vuln.go.dev). Where that cannot be reached nothing is known, which is told and is no failure.
vuln: ## look for known flaws in what the program uses (govulncheck, pinned in tools/go.mod)
	@found=$$($(GO) tool -modfile=tools/go.mod govulncheck . 2>&1) && { echo "$$found"; exit 0; }; \
	echo "$$found"; case "$$found" in \
	*"fetching vulnerabilities"*) echo "NOT CHECKED for known flaws: the database of Go's vulnerabilities cannot be reached from here.";; \
	*) exit 1;; esac

fmt: ## format the Go code
	$(LINT) fmt ./...

check: formatted vet lint vuln web race browser ## what CI runs: formatting, vet, lint, known flaws, web, race, all tests with Chromium

formatted:
	@wrong=$$(gofmt -l .); if [ -n "$$wrong" ]; then echo "not formatted, run make fmt:"; echo "$$wrong"; exit 1; fi

vet:
	$(GO) vet ./...

browser:
	TMINUS_REQUIRE_CHROMIUM=1 $(GO) test -timeout 15m ./...

web: ## check the web app: format, lint, types, vendored files, unit tests (needs node and npm)
	@if command -v node >/dev/null && command -v npm >/dev/null; then $(MAKE) --no-print-directory webcode; \
	else echo "no node and npm, so no web checks"; test -z "$$TMINUS_REQUIRE_NODE"; fi

webcode: node_modules/.package-lock.json
	npm run --silent lint
	npm run --silent types
	npm run --silent vendored
	npm run --silent test

# npm writes this file last, so it tells when the packages were laid out.
node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci

webfmt: node_modules/.package-lock.json ## format the web app's code and sort its imports (needs node and npm)
	npm run --silent format

vendor: ## lay out the web libraries and the icon sprite anew (needs node and npm)
	npm ci
	npm run --silent vendor

bench: ## run the measurements and short drills under bench/ (15 minutes), and write docs/benchmarks.md
	$(GO) run ./bench/all

drills: ## run the drills at their full length (hours), and write what they found to drills.md
	$(GO) run ./bench/all -long -out drills.md

build: ## build ./tminus, static; its version comes from the tag
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=auto -ldflags '-s -w' -o tminus .

clean: ## remove what build made
	rm -f tminus
