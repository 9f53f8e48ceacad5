#!/bin/sh
# Checks that all ZFS pools are healthy and not too full; changes nothing.
# Facts: unhealthyPools (separated by commas), fullestPoolPercent.
# Exit codes: 0 they are, 1 at least one is not, 2 a parameter is wrong.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

most=${PATCHBAY_MAX_PERCENT:-90}
case $most in '' | *[!0-9]*) fail 2 "PATCHBAY_MAX_PERCENT must be a number, not \"$most\"" ;; esac

pools=$(zpool list -H -o name,health,capacity) || fail 1 'the pools cannot be listed'
unhealthy=$(printf '%s\n' "$pools" | awk 'NF && $2 != "ONLINE" { printf "%s%s", separator, $1; separator = "," }')
fullest=$(printf '%s\n' "$pools" | awk '{ sub(/%/, "", $3); if ($3 + 0 > most) most = $3 + 0 } END { print most + 0 }')
printf '%s\n' "$pools"
fact unhealthyPools "$unhealthy"
fact fullestPoolPercent "$fullest"
# It tells of errors that a pool has survived, too.
status=$(zpool status -x)
case $status in
  *'are healthy'* | *'no pools available'*) ;;
  *)
    printf '%s\n' "$status" >&2
    fail 1 'zpool status -x reports problems'
    ;;
esac
if [ -n "$unhealthy" ]; then fail 1 "not healthy: $unhealthy"; fi
if [ "$fullest" -gt "$most" ]; then fail 1 "a pool is filled to $fullest %, more than $most %"; fi
