#!/bin/sh
# Shows a message on the terminals of all logged-in users.
# Facts: loggedInUsers (the number of sessions).
# Exit codes: 0 the message was shown, or nobody is logged in; 1 it could not be shown; 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }

message=${PATCHBAY_MESSAGE:-}
if [ -z "$message" ]; then
  echo 'PATCHBAY_MESSAGE is missing' >&2
  exit 2
fi
sessions=$(who 2>/dev/null)
count=$(printf '%s' "$sessions" | grep -c .)
fact loggedInUsers "$count"
if [ "$count" -eq 0 ]; then
  echo 'Nobody is logged in.'
  exit 0
fi

if command -v wall >/dev/null; then
  printf '%s\n' "$message" | wall || exit 1
else
  printf '%s\n' "$sessions" | while read -r _ terminal _; do
    if [ -w "/dev/$terminal" ]; then printf '\r\n%s\r\n' "$message" >"/dev/$terminal"; fi
  done
fi
echo "The message was shown in $count sessions:"
printf '%s\n' "$sessions"
