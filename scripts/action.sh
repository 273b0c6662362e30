#!/usr/bin/env bash
# What the GitHub Action of this repository runs: it builds the program from the action's own checkout, and lints. Inputs come
# as environment variables, lists a line each, so that none is read as a command.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${RUNNER_TEMP:?GitHub sets it}/helm-otlp
(cd "$checkout" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$program" ./cmd/helm-otlp)

arguments=(lint --output "${OUTPUT:-github}" --fail-on "${FAIL_ON:-error}")
lines() {
	local before=$1 line
	while IFS= read -r line; do
		if [[ -n ${line// /} ]]; then
			arguments+=("$before$line")
		fi
	done <<<"$2"
}
lines --values= "${VALUES:-}"
lines '' "${ARGUMENTS:-}"
arguments+=(--)
lines '' "${TARGET:-}"

if [[ -n ${REPORT:-} ]]; then
	exec "$program" "${arguments[@]}" >"$REPORT"
fi
exec "$program" "${arguments[@]}"
