# make build     the program, bin/helm-otlp
# make install   the plugin, into the Helm on PATH
# make dist      a release in dist/: programs for six platforms, plugin, chart, bills of materials, checksums
#                (DIST_FLAGS="-keyring FILE -key ID -tag TAG" signs it; see docs/installing.md)
# make generate  every generated file, what is known of upstream's components among them: from their modules, so that it needs
#                a network, and forty minutes the first time (see docs/catalogue.md)
# make generate-offline
#                every generated file but that one, in seconds
# make verify    fails when a generated file is stale, or a go.mod or a format is off
# make lint      golangci-lint over the plugin and its tests
# make test      unit, golden, command line and differential tests, with real Helm 3 and Helm 4
# make preflight what this machine lacks for e2e, e2e-full and cluster, which ask it first
# make e2e       a real API server, real collectors, and a real cluster where they are loaded and broken
# make e2e-full  what e2e leaves out to be done within the hour; on the real cluster all of it, twenty times each, beside
#                the official chart where OFFICIAL_CHART is its folder, with the figures of docs/reliability.md; and on
#                5,000 simulated nodes, with those of docs/scale.md
# make cluster   a real cluster until it is interrupted, to try the chart on
# make vuln      known vulnerabilities of dependencies; needs a network
# make fuzz      random manifests, configs, values and messages, for FUZZTIME (5m) a target
# make bench     wall time and memory beside Helm, kube-score and the collector's own validate, and what the sidecar's
#                policy adds to the creation of a Pod on a real API server
#
# Test programs (Helm, etcd, kube-apiserver, collectors, golangci-lint) are built from their Go
# modules into a cache folder outside the checkout ($HELM_OTLP_CACHE), once a version.

GO ?= go
HELM ?= helm
# Go modules of their own, for heavy dependencies of tests.
TEST_MODULES := tests/differential tests/oldest internal/gen/catalogue
E2E_MODULES := tests/telemetry tests/cluster tests/deployment tests/otelcol tests/reliability
BINARIES := $(GO) run ./tests/binaries/build
TEST_FLAGS ?=
# The chart lies outside of these modules, so go test would not notice a change of it: -count=1 runs them anew.
# -p 1 runs one package of a module at a time, since two with clusters of their own are too much for a small machine.
# They print what they measured, which go test shows with -v alone, and not each test's start and end.
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

DIST_FLAGS ?=
.PHONY: dist
dist:
	$(GO) run ./internal/dist $(DIST_FLAGS)

# RELEASES is a clone of upstream's releases, kept for the next time.
RELEASES ?= $(or $(HELM_OTLP_CACHE),$(HOME)/.cache/helm-otlp)/releases.git
.PHONY: generate
generate:
	test -d "$(RELEASES)" || git clone --bare https://github.com/open-telemetry/opentelemetry-collector-releases "$(RELEASES)"
	git --git-dir="$(RELEASES)" fetch --tags --quiet || echo "its newest tags could not be fetched"
	cd internal/gen/catalogue && $(GO) run . -releases "$(abspath $(RELEASES))"
	$(GO) run ./internal/gen

.PHONY: generate-offline
generate-offline:
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
	$(BINARIES) helm3 helm4 oras actionlint kustomize
	$(GO) test -timeout 30m $(TEST_FLAGS) ./...
	@set -e; for module in $(TEST_MODULES); do echo "cd $$module && go test ./..."; (cd $$module && $(GO) test -count=1 -v -timeout 30m $(TEST_FLAGS) ./... $(FIGURES)); done

# More trials of tests/reliability at once would make collectors so slow on a small machine that what they lose is the machine's fault.
.PHONY: preflight
preflight:
	@cd tests/cluster && $(GO) run ./cmd/preflight

.PHONY: e2e
e2e: preflight
	$(BINARIES) all
	@failed=0; for module in $(E2E_MODULES); do \
		case $$module in tests/reliability) trials=4;; *) trials=6;; esac; \
		echo "cd $$module && go test ./..."; \
		(cd $$module && CGO_ENABLED=0 $(GO) test -count=1 -p 1 -short -v -timeout 3h -parallel $$trials $(TEST_FLAGS) ./... $(FIGURES)) || failed=1; \
	done; exit $$failed

.PHONY: e2e-full
e2e-full: preflight
	$(BINARIES) all
	@failed=0; run() { echo "in $$*"; (cd $$1 && shift && env CGO_ENABLED=0 "$$@" -timeout 24h $(TEST_FLAGS) $(FIGURES)) || failed=1; }; \
	with="$(GO) test -count=1 -p 1 -v"; \
	run tests/telemetry $$with ./...; \
	run tests/cluster TRANSITIONS=all SCALE_REPORT=$(CURDIR)/docs/scale.md $$with -parallel 6 ./...; \
	run tests/deployment $$with ./...; \
	run tests/otelcol $$with ./...; \
	run tests/reliability RELIABILITY_RUNS=$${RELIABILITY_RUNS:-20} RELIABILITY_REPORT=$(CURDIR)/docs/reliability.md \
		$$with -parallel 4 ./...; \
	exit $$failed

.PHONY: cluster
cluster: preflight
	$(BINARIES) all
	cd tests/cluster && $(GO) run ./cmd/cluster

.PHONY: vuln
vuln:
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

FUZZTIME ?= 5m
.PHONY: fuzz
fuzz:
	@set -e; for target in pkg/source:FuzzParse pkg/collectorconfig:FuzzParse pkg/lint/rules:FuzzManifests tests/cli:FuzzValues internal/report:FuzzGitHub; do \
		echo "$${target#*:} in $${target%:*}"; \
		$(GO) test -run '^$$' -fuzz "^$${target#*:}$$" -fuzzminimizetime 1x -fuzztime $(FUZZTIME) ./$${target%:*}; \
	done

.PHONY: bench
bench: build
	$(BINARIES) helm3 helm4 kube-score kubeconform otelcol-0.161
	$(GO) run ./tests/bench $(BENCH_FLAGS)
	$(GO) test -run '^$$' -bench . ./pkg/component ./pkg/lint
	$(BINARIES) etcd kube-apiserver kube-controller-manager
	cd tests/cluster && $(GO) test -count=1 -run '^$$' -bench Admission -benchtime 1x .
	@ls -l bin/helm-otlp | awk '{ print "bin/helm-otlp is of " $$5 " bytes" }'
