#!/bin/sh
# Checks that no unit of systemd has failed; changes nothing.
# Facts: failedUnits (separated by commas).
# Exit codes: 0 none has failed, 1 at least one has, 3 this endpoint has no systemd.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

ignored=${PATCHBAY_IGNORE:-}
if [ ! -d /run/systemd/system ]; then fail 3 'this endpoint has no systemd'; fi

is_ignored() {
  set -f
  for pattern in $ignored; do
    # shellcheck disable=SC2254 # a pattern on purpose
    case $1 in $pattern) return 0 ;; esac
  done
  return 1
}

units=$(systemctl list-units --state=failed --no-legend --plain --no-pager | awk '{ print $1 }')
failed=
for unit in $units; do
  if is_ignored "$unit"; then
    echo "$unit has failed, but is to be ignored."
    continue
  fi
  failed=${failed:+$failed,}$unit
  systemctl --no-pager --full --lines=5 status "$unit" >&2
done
fact failedUnits "$failed"
if [ -n "$failed" ]; then fail 1 "Failed: $failed"; fi
echo 'No unit has failed.'
