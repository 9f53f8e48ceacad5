#!/bin/sh
# Checks that enough processes of a name are running; changes nothing.
# Facts: processCount.
# Exit codes: 0 enough, 1 too few, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

name=${PATCHBAY_PROCESS:-}
user=${PATCHBAY_USER:-}
minimum=${PATCHBAY_MINIMUM:-1}
if [ -z "$name" ]; then fail 2 'PATCHBAY_PROCESS is missing'; fi
case $minimum in '' | *[!0-9]*) fail 2 "PATCHBAY_MINIMUM must be a number, not \"$minimum\"" ;; esac

# The kernel keeps the first 15 characters of a name.
found=$(ps -e -o pid= -o user:32= -o comm= | NAME=$name awk -v user="$user" '
  BEGIN { name = substr(ENVIRON["NAME"], 1, 15) }
  { pid = $1; owner = $2; command = $0; sub(/^ *[^ ]+ +[^ ]+ +/, "", command); sub(/ +$/, "", command) }
  command == name && (user == "" || owner == user) { print pid }')
count=$(printf '%s' "$found" | grep -c .)
fact processCount "$count"
if [ "$count" -lt "$minimum" ]; then
  fail 1 "$count processes \"$name\"${user:+ of $user} are running, fewer than $minimum"
fi
echo "$count processes \"$name\"${user:+ of $user} are running."
