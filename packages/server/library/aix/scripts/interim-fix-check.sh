#!/bin/sh
# Lists the interim fixes, which may keep updates from being installed, and checks their states; changes nothing.
# Facts: interimFixes (labels, separated by commas), interimFixCount.
# Exit codes: 0 in order; 1 at least one is not stable, or there is one when asked to fail; 3 there is no emgr.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

command -v emgr >/dev/null || fail 3 'emgr is not installed'
# "1   *Q*   IV16587s02 03/06/12 04:08:29 ..."; without any fix it says so on stderr.
fixes=$(emgr -l 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { state = $2; gsub(/[*]/, "", state); print state, $3 }')
fact interimFixes "$(printf '%s\n' "$fixes" | awk 'NF { printf "%s%s", separator, $2; separator = "," }')"
count=$(printf '%s' "$fixes" | grep -c .)
fact interimFixCount "$count"
if [ "$count" -eq 0 ]; then
  echo 'There is no interim fix.'
  exit 0
fi
printf '%s\n' "$fixes"
# S: stable, SP and SN: so, and its concurrent part is or is not patched in.
unstable=$(printf '%s\n' "$fixes" | awk '$1 !~ /^S[PN]?$/ { printf "%s (%s) ", $2, $1 }')
if [ -n "$unstable" ]; then fail 1 "Not stable: $unstable"; fi
if [ "${PATCHBAY_FAIL_IF_FOUND:-false}" = true ]; then fail 1 "$count interim fixes are installed"; fi
