#!/bin/sh
# Checks that no service of SMF is in maintenance or degraded; changes nothing.
# Facts: failedServices (separated by commas).
# Exit codes: 0 none is, 1 at least one is.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

failed=$(svcs -aH -o state,fmri | awk '$1 ~ /^(maintenance|degraded)/ { printf "%s%s", separator, $2; separator = "," }')
fact failedServices "$failed"
if [ -n "$failed" ]; then
  svcs -xv >&2
  fail 1 "Failed: $failed"
fi
echo 'No service is in maintenance or degraded.'
