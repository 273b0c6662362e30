#!/bin/sh
# Puts the program at bin/helm-otlp. Helm runs this when the plugin is installed or updated.
# A package that comes with the program needs nothing; a checkout is built with the local Go.
#
#   install.sh post-renderer
#
# makes `helm otlp inject` a post-renderer of Helm 4: the plugin otlp-inject, beside this one.
set -eu

if [ "${1:-}" = post-renderer ]; then
	cd "$(dirname "$0")/.."
else
	cd "${HELM_PLUGIN_DIR:-$(dirname "$0")/..}"
fi

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

# Helm 3 would load no plugin any more with this one among them.
post_renderer() {
	refuse() {
		echo "helm-otlp: $1" >&2
		exit 1
	}
	helm="${HELM_BIN:-helm}"
	here=$(pwd -P)
	version=$("$helm" version --template '{{.Version}}') || refuse "could not run $helm: put Helm 4 into the PATH, or its path into HELM_BIN"
	case "$version" in
	v4.*) ;;
	*) refuse "$helm is Helm ${version#v}, which takes the program itself: --post-renderer $here/$program --post-renderer-args inject" ;;
	esac
	[ -x "$program" ] || refuse "there is no $here/$program yet: install the plugin otlp first"
	plugins=${HELM_PLUGINS:-$("$helm" env HELM_PLUGINS)}
	mkdir -p "$plugins/otlp-inject"
	while IFS= read -r line; do
		case "$line" in
		*"command:"*) printf "    - command: '%s'\n" "$(printf %s "$here/$program" | sed "s/'/''/g")" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <post-renderer/plugin.yaml >"$plugins/otlp-inject/plugin.yaml"
	echo "helm-otlp: installed the plugin otlp-inject into $plugins: --post-renderer otlp-inject (helm plugin uninstall otlp-inject removes it)" >&2
	echo "helm-otlp: a Helm 3 that has its plugins in the same folder loads none of them now: give one of the two a HELM_DATA_HOME of its own" >&2
}

if [ "${1:-}" = post-renderer ]; then
	post_renderer
	exit 0
fi

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
