#!/bin/sh
# Checks that host names can be resolved to addresses; changes nothing.
# Facts: unresolvedNames (separated by commas).
# Exit codes: 0 all can, 1 at least one cannot, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

names=${PATCHBAY_NAMES:-}
if [ -z "$names" ]; then fail 2 'PATCHBAY_NAMES is missing'; fi
case $names in *[!A-Za-z0-9._:\ -]* | -* | *' -'*) fail 2 'PATCHBAY_NAMES must be host names, separated by blanks' ;; esac
if command -v timeout >/dev/null; then limited() { timeout 15 "$@"; }; else limited() { "$@"; }; fi

unresolved=
for name in $names; do
  if address=$(limited getent hosts "$name" | awk 'NR == 1 { print $1 }') && [ -n "$address" ]; then
    echo "$name is $address"
  else
    echo "$name cannot be resolved" >&2
    unresolved=${unresolved:+$unresolved,}$name
  fi
done
fact unresolvedNames "$unresolved"
[ -z "$unresolved" ]
