#!/bin/sh
# Reboots this endpoint with shutdown -Fr a moment after the script has ended if it needs a reboot, else does nothing.
# Facts: rebootNeeded and rebootScheduled (true or false), rebootReasons, rebootMethod (at or nohup).
# Exit codes: 0 no reboot is needed or it is scheduled, 1 it could not be scheduled, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

# reboot need: this part is the same in check-reboot-needed.sh and reboot-if-needed.sh
reasons=
because() { reasons="${reasons:+$reasons; }$1"; }

# "unix_64 Jun 21 2018 11:21:50 1825A_72H"
build_of_kernel() { sed -n 's/.*_kdb_buildinfo  *//p' | head -n 1; }

find_reasons() {
  running=$(build_of_kernel </proc/version)
  installed=$(what /unix 2>/dev/null | build_of_kernel)
  if [ -n "$running" ] && [ -n "$installed" ] && [ "$running" != "$installed" ]; then
    because "the kernel $running is running, $installed is installed"
  fi
  # Of the states Q, QP, QN and RQ each waits for a reboot; emgr writes *Q*.
  fixes=$(emgr -l 2>/dev/null | awk '$1 ~ /^[0-9]+$/ && $2 ~ /Q/ { printf "%s ", $3 }')
  if [ -n "$fixes" ]; then because "interim fixes wait for it: ${fixes% }"; fi
}
# end of: reboot need

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
