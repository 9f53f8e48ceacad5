#!/bin/sh
# Reboots this endpoint with shutdown -i 6 a moment after the script has ended if it needs a reboot, else does nothing.
# Facts: rebootNeeded and rebootScheduled (true or false), rebootReasons, rebootMethod.
# Exit codes: 0 no reboot is needed or it is scheduled, 1 it could not be scheduled, 2 a parameter is wrong,
# 3 the boot environments cannot be read.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

# reboot need: this part is the same in check-reboot-needed.sh and reboot-if-needed.sh
reasons=

# A line for each boot environment: name;id;active;... The third field holds N for the one that runs now, R for the one
# that will after a reboot.
find_reasons() {
  environments=$(beadm list -H) || fail 3 'the boot environments cannot be listed'
  now=$(printf '%s\n' "$environments" | awk -F';' '$3 ~ /N/ { print $1 }')
  next=$(printf '%s\n' "$environments" | awk -F';' '$3 ~ /R/ { print $1 }')
  if [ -z "$now" ] || [ -z "$next" ]; then fail 3 'the boot environments cannot be told apart'; fi
  if [ "$now" != "$next" ]; then reasons="the boot environment $now is running, $next is to be booted"; fi
}
# end of: reboot need

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

find_reasons
fact rebootReasons "$reasons"
if [ -z "$reasons" ]; then
  echo 'No reboot is needed.'
  fact rebootNeeded false
  fact rebootScheduled false
  exit 0
fi
echo "A reboot is needed: $reasons."
fact rebootNeeded true
reboot_later
