#!/bin/sh
# Tells whether this endpoint needs a reboot, and why; changes nothing.
# Facts: rebootNeeded (true or false), rebootReasons.
# Exit codes: 0 in either case.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }

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

find_reasons
if [ -n "$reasons" ]; then
  echo "A reboot is needed: $reasons."
  fact rebootNeeded true
else
  echo 'No reboot is needed.'
  fact rebootNeeded false
fi
fact rebootReasons "$reasons"
