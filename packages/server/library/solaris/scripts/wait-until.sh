#!/bin/sh
# Runs a command again and again until it succeeds (exits with 0), or the time is up.
# Facts: conditionHeld (true or false), waitedSeconds.
# Exit codes: 0 the command succeeded, 1 the time is up, 2 a parameter is wrong, 3 perl is not installed.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

condition=${PATCHBAY_COMMAND:-}
interval=${PATCHBAY_INTERVAL_SECONDS:-5}
limit=${PATCHBAY_LIMIT_SECONDS:-600}
if [ -z "$condition" ]; then fail 2 'PATCHBAY_COMMAND is missing'; fi
case $interval in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_INTERVAL_SECONDS must be a number from 1 on, not \"$interval\"" ;; esac
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_LIMIT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac
# Not every date here can count the seconds.
command -v perl >/dev/null || fail 3 'perl is not installed'
now() { perl -e 'print time'; }

started=$(now)
while :; do
  output=$(sh -c "$condition" 2>&1 </dev/null)
  code=$?
  waited=$(($(now) - started))
  if [ "$code" -eq 0 ] || [ $((waited + interval)) -gt "$limit" ]; then break; fi
  sleep "$interval"
done
printf '%s\n' "$output"
fact waitedSeconds "$waited"
if [ "$code" -ne 0 ]; then
  fact conditionHeld false
  fail 1 "The condition did not hold within $limit s; at last the command ended with exit code $code."
fi
fact conditionHeld true
echo "The condition holds after $waited s."
