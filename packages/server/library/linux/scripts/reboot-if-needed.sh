#!/bin/sh
# Reboots this endpoint a moment after the script has ended if it needs a reboot, else does nothing.
# Uses at where atd runs, else systemd-run, else shutdown -r +1, and says which.
# Facts: rebootNeeded and rebootScheduled (true or false), rebootReasons, rebootMethod.
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

requested_by_packages() {
  for flag in /run/reboot-required /var/run/reboot-required; do
    [ -e "$flag" ] || continue
    packages=$(sort -u "$flag.pkgs" 2>/dev/null | tr '\n' ' ')
    because "requested by ${packages:-the system }($flag)"
    return
  done
}

# In a container the kernel is the host's.
in_container() { [ -e /run/systemd/container ] || [ -e /.dockerenv ] || [ -e /run/.containerenv ]; }

# The flavour in a kernel's release: "cloud-amd64" in "6.1.0-42-cloud-amd64".
flavour() {
  printf '%s\n' "$1" | sed -E 's/^[0-9][0-9.+~-]*//; s/^(el|fc|amzn|bpo|deb|lp)[0-9_.]*[-.]?//'
}

newest_kernel() {
  for image in /boot/vmlinuz-[1-9]*; do
    release=${image#/boot/vmlinuz-}
    if [ "$(flavour "$release")" = "$(flavour "$1")" ]; then printf '%s\n' "$release"; fi
  done | sort -V | tail -n 1
}

compare_kernels() {
  running=$(uname -r)
  if in_container || [ ! -e "/boot/vmlinuz-$running" ]; then return; fi
  newest=$(newest_kernel "$running")
  if [ "$newest" != "$running" ]; then because "kernel $running is running, $newest is installed"; fi
}

ask_rpm_tools() {
  if command -v dpkg >/dev/null; then return; fi
  if command -v zypper >/dev/null; then
    zypper --non-interactive needs-rebooting >/dev/null 2>&1
    if [ $? -eq 102 ]; then because 'zypper needs-rebooting says so'; fi
  elif command -v needs-restarting >/dev/null; then
    if needs-restarting -r 2>/dev/null | grep -q 'Reboot is required'; then because 'needs-restarting says so'; fi
  elif command -v dnf >/dev/null; then
    if dnf needs-restarting -r 2>/dev/null | grep -q 'Reboot is required'; then
      because 'dnf needs-restarting says so'
    fi
  fi
}

find_reasons() {
  requested_by_packages
  compare_kernels
  ask_rpm_tools
}
# end of: reboot need

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
