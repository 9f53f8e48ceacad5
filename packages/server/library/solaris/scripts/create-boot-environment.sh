#!/bin/sh
# Makes a copy of the running boot environment before patching, to go back to with beadm activate and a reboot. Older
# copies that this script has made are removed, except for the number to keep.
# Facts: bootEnvironment (its name).
# Exit codes: 0 made, 1 it could not be made, 2 a parameter is wrong.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

keep=${PATCHBAY_KEEP:-2}
case $keep in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_KEEP must be a number from 1 on, not \"$keep\"" ;; esac

name=patchbay-$(date -u +%Y%m%dT%H%M%SZ)
beadm create "$name" || fail 1 "the boot environment $name could not be made"
fact bootEnvironment "$name"
echo "The boot environment $name is made."

# Names hold the time, so their order is the order in time. Those that run or are to be booted stay.
old=$(beadm list -H | awk -F';' '$1 ~ /^patchbay-[0-9]+T[0-9]+Z$/ && $3 !~ /[NR]/ { print $1 }' | sort -r |
  awk -v keep="$keep" 'NR > keep')
for environment in $old; do
  echo "Removing the older $environment."
  beadm destroy -F "$environment" || fail 1 "$environment could not be removed"
done
