#!/bin/sh
# Makes pkg drop the downloaded files that it no longer needs. Nobody but pkg may remove anything from /var/pkg; so this
# switches on that it empties its cache after each operation, and removes old boot environments only if asked to.
# Facts: freedMegabytes (of the root pool).
# Exit codes: 0 cleaned, 1 pkg or beadm failed, 2 a parameter is wrong.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

keep=${PATCHBAY_KEEP_BOOT_ENVIRONMENTS:-0}
case $keep in '' | *[!0-9]*) fail 2 "PATCHBAY_KEEP_BOOT_ENVIRONMENTS must be a number, not \"$keep\"" ;; esac

free_kilobytes() { df -Pk / | awk 'NR == 2 { print $4 }'; }
before=$(free_kilobytes)
pkg set-property flush-content-cache-on-success True || fail 1 'pkg could not be told to empty its cache'

if [ "$keep" -gt 0 ]; then
  # The newest stay, and in any case those that run, are to be booted, or are mounted. The last field is the time.
  old=$(beadm list -H | awk -F';' '$3 == "" && $4 == "" { print $NF ";" $1 }' | sort -t';' -k1,1nr |
    awk -F';' -v keep="$keep" 'NR > keep { print $2 }')
  for environment in $old; do
    echo "Removing the boot environment $environment."
    beadm destroy -F "$environment" || fail 1 "$environment could not be removed"
  done
fi
freed=$((($(free_kilobytes) - before) / 1024))
if [ "$freed" -lt 0 ]; then freed=0; fi
echo "Freed $freed MB."
fact freedMegabytes "$freed"
