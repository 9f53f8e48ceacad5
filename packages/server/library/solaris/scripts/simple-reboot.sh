#!/bin/sh
# Reboots this endpoint with shutdown -i 6 a moment after the script has ended, so that its result is reported before.
# Facts: rebootScheduled (true), rebootMethod.
# Exit codes: 0 the reboot is scheduled, 1 it could not be scheduled, 2 a parameter is wrong.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

# schedule reboot: this part is the same in simple-reboot.sh and reboot-if-needed.sh
delay=${PATCHBAY_DELAY_SECONDS:-10}
case $delay in '' | *[!0-9]*) fail 2 "PATCHBAY_DELAY_SECONDS must be a number of seconds, not \"$delay\"" ;; esac

# shutdown waits until the time has come. It outlives this script and shares nothing with it: neither its directory,
# which is removed, nor its environment, by which the agent finds what is left of a script.
schedule_reboot() {
  shutdown=$(command -v shutdown) || return 1
  set -- -y -g "$delay" -i 6
  if [ -n "${PATCHBAY_MESSAGE:-}" ]; then set -- "$@" "$PATCHBAY_MESSAGE"; fi
  (cd / && exec env -i PATH="$PATH" nohup "$shutdown" "$@") </dev/null >/dev/null 2>&1 &
  sleep 1
  kill -0 $! 2>/dev/null || wait $!
}

reboot_later() {
  if [ "$(id -u)" -ne 0 ]; then fail 1 'only root can reboot this endpoint'; fi
  schedule_reboot || fail 1 'shutdown could not be started'
  echo "The reboot is scheduled with shutdown -i 6, in $delay s."
  fact rebootScheduled true
  fact rebootMethod 'shutdown -i 6'
}
# end of: schedule reboot

reboot_later
