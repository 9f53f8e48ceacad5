#!/bin/sh
# Reboots this endpoint a moment after the script has ended, so that its result is reported before.
# Uses at where atd runs, else systemd-run, else shutdown -r +1, and says which.
# Facts: rebootScheduled (true), rebootMethod.
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

# Answers who schedules the reboot. What is scheduled outlives this script and shares nothing with it: neither its
# directory, which is removed, nor its environment, by which the agent finds what is left of a script.
schedule_reboot() {
  reboot=$(command -v shutdown) && reboot="$reboot -r now" || reboot=$(command -v reboot) || return 1
  by_at || by_systemd || by_shutdown
}

# An atd in a container of this endpoint runs no jobs of the endpoint's own.
atd_runs() {
  if [ -d /run/systemd/system ]; then
    systemctl --quiet is-active atd
    return
  fi
  grep -lsx atd /proc/[0-9]*/comm | while IFS= read -r name; do
    if [ "$(readlink "${name%/comm}/ns/pid")" = "$(readlink /proc/self/ns/pid)" ]; then echo yes; fi
  done | grep -q yes
}

by_at() {
  command -v at >/dev/null || return 1
  if ! atd_runs; then
    echo 'at is installed, but atd is not running.' >&2
    return 1
  fi
  (cd / && printf 'sleep %s\n%s\n' "$delay" "$reboot" | env -i PATH="$PATH" at now >&2) && method='at'
}

by_systemd() {
  command -v systemd-run >/dev/null || return 1
  (cd / && systemd-run --on-active="${delay}s" --timer-property=AccuracySec=1s sh -c "$reboot" >&2) && method='systemd-run'
}

by_shutdown() {
  shutdown=$(command -v shutdown) || return 1
  minutes=$(((delay + 59) / 60))
  if [ "$minutes" -lt 1 ]; then minutes=1; fi
  # Some implementations return at once, others wait until the time has come.
  (cd / && exec env -i PATH="$PATH" setsid "$shutdown" -r "+$minutes") </dev/null >/dev/null 2>&1 &
  sleep 1
  if kill -0 $! 2>/dev/null || wait $!; then method="shutdown -r +$minutes"; else return 1; fi
}

reboot_later() {
  if [ "$(id -u)" -ne 0 ]; then fail 1 'only root can reboot this endpoint'; fi
  if [ -n "${PATCHBAY_MESSAGE:-}" ] && command -v wall >/dev/null; then printf '%s\n' "$PATCHBAY_MESSAGE" | wall; fi
  schedule_reboot || fail 1 'no way to schedule a reboot: at, systemd-run and shutdown are missing or failed'
  case $method in
    shutdown*) echo "The reboot is scheduled with $method." ;;
    *) echo "The reboot is scheduled with $method, in $delay s." ;;
  esac
  fact rebootScheduled true
  fact rebootMethod "$method"
}
# end of: schedule reboot

reboot_later
