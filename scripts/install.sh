#!/bin/sh
# Puts the program at bin/helm-otlp. Helm runs this when the plugin is installed (install) or updated (update).
#
#   HELM_OTLP_BIN_TGZ=FILE  a release's archive for this platform is unpacked, and nothing is looked for elsewhere;
#   a release package       has such an archive for each platform, of which this one's is unpacked;
#   a checkout              is built with the local Go.
#
# An archive is unpacked where its SHA-256 is in the SHA256SUMS of the package, else in that beside the archive, or is
# HELM_OTLP_BIN_SHA256. It never asks a network. Where an install fails, the plugin is taken out again.
#
#   install.sh post-renderer
#
# makes `helm otlp inject` a post-renderer of Helm 4: the plugin otlp-inject, beside this one.
set -eu

event="${1:-install}"
case "${HELM_OTLP_BIN_TGZ:-/}" in
/* | [A-Za-z]:*) ;;
*) HELM_OTLP_BIN_TGZ="$PWD/$HELM_OTLP_BIN_TGZ" ;;
esac
if [ "$event" = post-renderer ]; then
	cd "$(dirname "$0")/.."
else
	cd "${HELM_PLUGIN_DIR:-$(dirname "$0")/..}"
fi

suffix=""
case "$(uname -s)" in
MINGW* | MSYS* | CYGWIN*) suffix=".exe" ;;
esac
program="bin/helm-otlp$suffix"
unpacked="bin/.unpacked"

# Helm counts a plugin as installed whose hook failed, and would refuse to install it again. What it has put among its
# plugins (a copy, or a link to a folder of yours) is taken out.
fail() {
	echo "helm-otlp: $1" >&2
	rm -rf "$unpacked"
	if [ "$event" != install ] || [ -z "${HELM_PLUGIN_NAME:-}" ] || [ -z "${HELM_PLUGIN_DIR:-}" ]; then
		exit 1
	fi
	kept="$(dirname "$HELM_PLUGIN_DIR")/$HELM_PLUGIN_NAME-$(sed -n 's/^version: *//p' plugin.yaml).tgz"
	cd /
	if [ -L "$HELM_PLUGIN_DIR" ]; then
		rm -f "$HELM_PLUGIN_DIR"
	else
		rm -rf "$HELM_PLUGIN_DIR"
	fi
	rm -f "$kept" "$kept.prov"
	echo "helm-otlp: the plugin is not installed" >&2
	if [ -d "${HELM_CACHE_HOME:-}/plugins" ]; then
		echo "helm-otlp: what Helm has downloaded it keeps, and would use again: rm -r \"$HELM_CACHE_HOME/plugins\"" >&2
	fi
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

# platform is this machine's, in the words of Go, or empty where no release is made for it.
platform() {
	case "$(uname -s)" in
	Linux) os=linux ;;
	Darwin) os=darwin ;;
	MINGW* | MSYS* | CYGWIN*) os=windows ;;
	*) return ;;
	esac
	case "$(uname -m)" in
	x86_64 | amd64) echo "$os-amd64" ;;
	aarch64 | arm64) echo "$os-arm64" ;;
	esac
}

sha256() {
	if command -v sha256sum >/dev/null 2>&1; then
		sum=$(sha256sum <"$1") || return
	elif command -v shasum >/dev/null 2>&1; then
		sum=$(shasum -a 256 <"$1") || return
	elif command -v openssl >/dev/null 2>&1; then
		sum=$(openssl dgst -sha256 -r <"$1") || return
	else
		return 1
	fi
	printf '%s\n' "${sum%% *}"
}

# expected prints what the sums in a file say of a name. A name that is there twice has no sum.
expected() {
	awk -v name="$2" '{ sub(/\r$/, "") } $2 == name || $2 == "*" name { found++; sum = $1 } END { if (found == 1) print sum }' "$1"
}

# unpack makes the program of an archive, which is in the folder of the package's own archives or anywhere else.
unpack() {
	archive=$1 sums=$2
	name=$(basename "$archive")
	[ -f "$archive" ] || fail "there is no $archive: give HELM_OTLP_BIN_TGZ the path of a release's archive for this platform"
	if [ -n "${HELM_OTLP_BIN_SHA256:-}" ]; then
		want=$HELM_OTLP_BIN_SHA256 source=HELM_OTLP_BIN_SHA256
	else
		[ -f "$sums" ] || fail "nothing says what $name should be: put the release's SHA256SUMS beside it, or its sum into HELM_OTLP_BIN_SHA256"
		want=$(expected "$sums" "$name") source=$sums
		[ -n "$want" ] || fail "$sums has no sum of $name: take both from one release, under the names that they have there"
	fi
	got=$(sha256 "$archive") || fail "could not read $archive, or there is no sha256sum, shasum or openssl to check it with: install one of them"
	[ "$got" = "$want" ] || fail "$archive is not what $source says (SHA-256 $got, and not $want): get it anew"

	rm -rf "$unpacked"
	mkdir -p "$unpacked"
	tar -xzf - -C "$unpacked" "helm-otlp$suffix" <"$archive" || fail "could not take helm-otlp$suffix out of $archive: is it the archive for this platform, and is there room?"
	version=$(sed -n 's/^version: *//p' plugin.yaml)
	said=$("$unpacked/helm-otlp$suffix" version | sed -n 1p)
	[ -n "$said" ] || fail "the program in $archive does not run on this machine ($(uname -s) $(uname -m)): take the archive for this platform"
	[ "$said" = "helm-otlp $version" ] || fail "$archive has another version than this plugin, $version: $said"
	mv -f "$unpacked/helm-otlp$suffix" "$program"
	rm -rf "$unpacked"
}

# package prints the folder of a package's archives: a package has a copy of itself in the folder otlp, see docs/installing.md.
package() {
	for folder in bin otlp/bin; do
		if [ -f "$folder/SHA256SUMS" ]; then
			echo "$folder"
			return
		fi
	done
}

build() {
	if ! command -v go >/dev/null 2>&1; then
		[ -x "$program" ] || fail "there is no $program and no Go to build it with: install Go (https://go.dev/dl), give HELM_OTLP_BIN_TGZ a release's archive, or install a release package"
		return
	fi
	echo "helm-otlp: building $program with $(go env GOVERSION) (a minute or two the first time)" >&2
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$program" ./cmd/helm-otlp ||
		fail "the build failed: $(sed -n 's/^go /it needs Go /p' go.mod) or newer, and access to a Go module proxy"
}

put_program() {
	archives=$(package)
	if [ -n "${HELM_OTLP_BIN_TGZ:-}" ]; then
		sums="$archives/SHA256SUMS"
		[ -n "$archives" ] || sums="$(dirname "$HELM_OTLP_BIN_TGZ")/SHA256SUMS"
		unpack "$HELM_OTLP_BIN_TGZ" "$sums"
	elif [ -n "$archives" ]; then
		platform=$(platform)
		archive="$archives/helm-otlp-$(sed -n 's/^version: *//p' plugin.yaml)-$platform.tgz"
		[ -n "$platform" ] && [ -f "$archive" ] ||
			fail "this package has no program for $(uname -s) $(uname -m): install the plugin from a checkout, which is built with Go"
		unpack "$archive" "$archives/SHA256SUMS"
	elif [ -d cmd/helm-otlp ]; then
		build
	else
		[ -x "$program" ] || fail "this package has neither programs (bin/SHA256SUMS) nor their sources: get a release package from https://github.com/helm-otlp/helm-otlp/releases"
	fi
	exec "./$program" version
}

case "$event" in
post-renderer) post_renderer ;;
*) put_program ;;
esac
