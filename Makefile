# make build     the program, bin/helm-otlp
# make install   the plugin, into the Helm on PATH
# make generate  every generated file
# make verify    fails when a generated file is stale, or a go.mod or a format is off
# make lint      golangci-lint over the plugin and its tests
# make test      unit, golden, command line and differential tests, with real Helm 3 and Helm 4
# make e2e       a real API server, and real collectors
# make bench     wall time and memory beside Helm and kube-score
#
# Test programs (Helm, etcd, kube-apiserver, collectors, golangci-lint) are built from their Go
# modules into a cache folder outside the checkout ($HELM_OTLP_CACHE), once a version.

GO ?= go
HELM ?= helm
# Go modules of their own, for heavy dependencies of tests.
TEST_MODULES := tests/differential tests/oldest
E2E_MODULES := tests/cluster tests/otelcol
BINARIES := $(GO) run ./tests/binaries/build
TEST_FLAGS ?=
# These print what they measured, which go test shows with -v alone, and not each test's start and end.
FIGURES := 2>&1 | grep -vE '^ *(=== (RUN|PAUSE|CONT)|--- PASS)'

SHELL := bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := build

.PHONY: build
build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o bin/helm-otlp ./cmd/helm-otlp

.PHONY: install
install:
	$(HELM) plugin install .

.PHONY: generate
generate:
	$(GO) run ./internal/gen

.PHONY: verify
verify:
	$(GO) run ./internal/gen -check
	@# The collector builder's output is its own format.
	@unformatted="$$(gofmt -l cmd charts internal pkg tests | xargs -r grep -L '^// Code generated')"; \
	test -z "$$unformatted" || { echo "$$unformatted"; echo "run gofmt -w on these"; exit 1; }
	$(GO) mod verify

.PHONY: lint
lint:
	@linter="$$($(BINARIES) golangci-lint)" && \
	for module in . $(TEST_MODULES) $(E2E_MODULES); do \
		echo "golangci-lint: $$module"; \
		(cd $$module && "$$linter" run --config $(CURDIR)/.golangci.yml ./...) || exit 1; \
	done
	$(GO) run ./cmd/helm-otlp lint --fail-on warning

.PHONY: test
test:
	$(BINARIES) helm3 helm4
	$(GO) test -timeout 30m $(TEST_FLAGS) ./...
	@set -e; for module in $(TEST_MODULES); do echo "cd $$module && go test ./..."; (cd $$module && $(GO) test -v -timeout 30m $(TEST_FLAGS) ./... $(FIGURES)); done

.PHONY: e2e
e2e:
	$(BINARIES) helm3 helm4 etcd kube-apiserver kube-controller-manager otelcol-0.149 otelcol-0.161
	@set -e; for module in $(E2E_MODULES); do echo "cd $$module && go test ./..."; (cd $$module && CGO_ENABLED=0 $(GO) test -v -timeout 60m -parallel 6 $(TEST_FLAGS) ./... $(FIGURES)); done

.PHONY: bench
bench: build
	$(BINARIES) helm3 helm4 kube-score
	$(GO) run ./tests/bench $(BENCH_FLAGS)
