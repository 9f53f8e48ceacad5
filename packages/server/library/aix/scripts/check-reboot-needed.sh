#!/bin/sh
# Tells whether this endpoint needs a reboot, and why; changes nothing. It compares the running kernel with the
# installed one and asks for interim fixes. Updated device drivers alone are not seen.
# Facts: rebootNeeded (true or false), rebootReasons.
# Exit codes: 0 in either case.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }

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

find_reasons
if [ -n "$reasons" ]; then
  echo "A reboot is needed: $reasons."
  fact rebootNeeded true
else
  echo 'No reboot is needed.'
  fact rebootNeeded false
fi
fact rebootReasons "$reasons"
