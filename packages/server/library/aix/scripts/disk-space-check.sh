#!/bin/sh
# Checks that there is enough free space below each of the given paths.
# Facts: diskSpaceEnough (true or false), freeMegabytes (the least of all paths).
# Exit codes: 0 enough everywhere, 1 too little somewhere, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

paths=${PATCHBAY_PATHS:-/:/var}
minimum=${PATCHBAY_MINIMUM_FREE_MB:-1024}
case $minimum in '' | *[!0-9]*) fail 2 "PATCHBAY_MINIMUM_FREE_MB must be a number of megabytes, not \"$minimum\"" ;; esac

free_megabytes() {
  # The field before the percentage: the name of a file system may hold blanks.
  df -Pk "$1" | awk 'NR == 2 { for (i = NF; i > 1; i--) if ($i ~ /^[0-9]+%$/) { print int($(i - 1) / 1024); exit } }'
}

least=
enough=true
IFS=:
set -f
# shellcheck disable=SC2086 # taken apart at the colons on purpose
set -- $paths
for path in "$@"; do
  if [ ! -e "$path" ]; then fail 2 "$path does not exist"; fi
  free=$(free_megabytes "$path")
  if [ -z "$free" ]; then fail 2 "the free space of $path cannot be read"; fi
  if [ "$free" -lt "$minimum" ]; then
    echo "$path: $free MB free, fewer than the required $minimum MB" >&2
    enough=false
  else
    echo "$path: $free MB free"
  fi
  if [ -z "$least" ] || [ "$free" -lt "$least" ]; then least=$free; fi
done
fact diskSpaceEnough "$enough"
fact freeMegabytes "$least"
[ "$enough" = true ]
