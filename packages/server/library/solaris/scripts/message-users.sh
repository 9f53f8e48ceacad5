#!/bin/sh
# Shows a message on the terminals of all logged-in users.
# Facts: loggedInUsers (the number of sessions).
# Exit codes: 0 the message was shown, or nobody is logged in; 1 it could not be shown; 2 a parameter is wrong.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

message=${PATCHBAY_MESSAGE:-}
if [ -z "$message" ]; then fail 2 'PATCHBAY_MESSAGE is missing'; fi
sessions=$(who 2>/dev/null)
count=$(printf '%s' "$sessions" | grep -c .)
fact loggedInUsers "$count"
if [ "$count" -eq 0 ]; then
  echo 'Nobody is logged in.'
  exit 0
fi
printf '%s\n' "$message" | wall || fail 1 'wall could not show the message'
echo "The message was shown in $count sessions:"
printf '%s\n' "$sessions"
