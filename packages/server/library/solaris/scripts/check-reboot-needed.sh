#!/bin/sh
# Tells whether this endpoint needs a reboot, and why; changes nothing. An update that needs one goes into a new boot
# environment, which is then the one to be booted.
# Facts: rebootNeeded (true or false), rebootReasons.
# Exit codes: 0 in either case, 3 the boot environments cannot be read.
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

find_reasons
if [ -n "$reasons" ]; then
  echo "A reboot is needed: $reasons."
  fact rebootNeeded true
else
  echo 'No reboot is needed.'
  fact rebootNeeded false
fi
fact rebootReasons "$reasons"
