#!/bin/sh
# Tells the system level (oslevel -s) and checks that it is not lower than a given one; changes nothing.
# Facts: systemLevel.
# Exit codes: 0 it is not lower, 1 it is lower or cannot be read, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

minimum=${PATCHBAY_MINIMUM:-}
case $minimum in
  '' | [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9]) ;;
  *) fail 2 "PATCHBAY_MINIMUM must look like 7200-05-08-2420, not like \"$minimum\"" ;;
esac
level=$(oslevel -s) || fail 1 'the system level cannot be read'
fact systemLevel "$level"
echo "The system level is $level."
# All parts have leading zeros, so the order of texts is the order of levels.
if [ -n "$minimum" ] && [ "$(printf '%s\n%s\n' "$level" "$minimum" | sort | head -n 1)" != "$minimum" ]; then
  fail 1 "it is lower than $minimum"
fi
