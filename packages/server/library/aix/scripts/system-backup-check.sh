#!/bin/sh
# Checks that there is a way back: a copy of rootvg on an alternate disk, or a fresh mksysb; changes nothing.
# Facts: alternateDisks (separated by commas), mksysbFresh (true or false, where a file is given).
# Exit codes: 0 there is, 1 there is none, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

file=${PATCHBAY_MKSYSB_FILE:-}
days=${PATCHBAY_DAYS:-7}
case $file in '' | /*) ;; *) fail 2 'PATCHBAY_MKSYSB_FILE must be an absolute path' ;; esac
case $days in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_DAYS must be a number of days from 1 on, not \"$days\"" ;; esac

found=no
disks=$(lspv | awk '$3 == "altinst_rootvg" { printf "%s%s", separator, $1; separator = "," }')
fact alternateDisks "$disks"
if [ -n "$disks" ]; then
  echo "A copy of rootvg is on $disks."
  found=yes
fi
if [ -n "$file" ]; then
  if [ -s "$file" ] && [ -n "$(find "$file" -mtime "-$days")" ]; then
    fact mksysbFresh true
    echo "$file is younger than $days days."
    found=yes
  else
    fact mksysbFresh false
    echo "$file is missing, empty, or older than $days days." >&2
  fi
fi
if [ "$found" = no ]; then fail 1 'there is neither a copy of rootvg on an alternate disk nor a fresh mksysb'; fi
