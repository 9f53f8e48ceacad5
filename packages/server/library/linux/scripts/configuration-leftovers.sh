#!/bin/sh
# Lists new configuration files that updates have laid beside changed ones, for somebody to merge; changes nothing.
# Facts: configurationLeftovers (how many).
# Exit codes: 0 none, or found and only to be reported; 1 found when asked to fail; 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

directory=${PATCHBAY_DIRECTORY:-/etc}
case $directory in /*) ;; *) fail 2 'PATCHBAY_DIRECTORY must be an absolute path' ;; esac
if [ ! -d "$directory" ]; then fail 2 "$directory is not a directory"; fi

found=$(find "$directory" -xdev -type f \( -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.ucf-dist' \
  -o -name '*.ucf-new' -o -name '*.rpmnew' -o -name '*.rpmsave' -o -name '*.rpmorig' \) | sort)
count=$(printf '%s' "$found" | grep -c .)
fact configurationLeftovers "$count"
if [ "$count" -eq 0 ]; then
  echo "There are none in $directory."
  exit 0
fi
printf '%s\n' "$found"
if [ "${PATCHBAY_FAIL_IF_FOUND:-false}" = true ]; then fail 1 "$count configuration files wait to be merged"; fi
