#!/bin/sh
# Reboots this endpoint with shutdown -Fr a moment after the script has ended, so that its result is reported before.
# Facts: rebootScheduled (true), rebootMethod (at or nohup).
# Exit codes: 0 the reboot is scheduled, 1 it could not be scheduled, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

# schedule reboot: this part is the same in simple-reboot.sh and reboot-if-needed.sh
delay=${PATCHBAY_DELAY_SECONDS:-10}
case $delay in '' | *[!0-9]*) fail 2 "PATCHBAY_DELAY_SECONDS must be a number of seconds, not \"$delay\"" ;; esac

# What is scheduled outlives this script and shares nothing with it: neither its directory, which is removed, nor its
# environment, by which the agent finds what is left of a script.
schedule_reboot() {
  shutdown=$(command -v shutdown) || return 1
  if (cd / && printf 'sleep %s\n%s -Fr\n' "$delay" "$shutdown" | env -i PATH="$PATH" at now >&2); then
    method='at'
    return
  fi
  # shellcheck disable=SC2016 # the inner shell expands these
  (cd / && exec env -i PATH="$PATH" nohup sh -c 'sleep "$1"; exec "$2" -Fr' sh "$delay" "$shutdown") \
    </dev/null >/dev/null 2>&1 &
  sleep 1
  kill -0 $! 2>/dev/null || return 1
  method='nohup'
}

reboot_later() {
  if [ "$(id -u)" -ne 0 ]; then fail 1 'only root can reboot this endpoint'; fi
  if [ -n "${PATCHBAY_MESSAGE:-}" ]; then printf '%s\n' "$PATCHBAY_MESSAGE" | wall; fi
  schedule_reboot || fail 1 'the reboot could not be scheduled, neither with at nor with nohup'
  echo "The reboot is scheduled with $method, in $delay s."
  fact rebootScheduled true
  fact rebootMethod "$method"
}
# end of: schedule reboot

reboot_later
