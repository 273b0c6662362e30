#!/bin/sh
# Puts the program at bin/helm-otlp. Helm runs this when the plugin is installed or updated.
# A package that comes with the program needs nothing; a checkout is built with the local Go.
set -eu

cd "${HELM_PLUGIN_DIR:-$(dirname "$0")/..}"

suffix=""
case "$(uname -s)" in
MINGW* | MSYS* | CYGWIN*) suffix=".exe" ;;
esac
program="bin/helm-otlp$suffix"

fail() {
	echo "helm-otlp: $1" >&2
	echo "helm-otlp: Helm counts the plugin as installed all the same: run \`helm plugin uninstall otlp\` before you try again." >&2
	exit 1
}

if [ ! -d cmd/helm-otlp ]; then
	[ -x "$program" ] || fail "this package has neither the program ($program) nor its sources: get the package for your platform from https://github.com/helm-otlp/helm-otlp/releases"
	exec "./$program" version
fi

if ! command -v go >/dev/null 2>&1; then
	[ -x "$program" ] || fail "there is no $program and no Go to build it with: install Go (https://go.dev/dl), or a release package"
	exec "./$program" version
fi

echo "helm-otlp: building $program with $(go env GOVERSION) (a minute or two the first time)" >&2
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$program" ./cmd/helm-otlp ||
	fail "the build failed: $(sed -n 's/^go /it needs Go /p' go.mod) or newer, and access to a Go module proxy"
exec "./$program" version
