#!/bin/sh
# Cleans up after interrupted installations, empties the cache of dnf or yum of the AIX Toolbox, and removes downloaded
# updates (*.bff) from a directory if one is given.
# Facts: freedMegabytes.
# Exit codes: 0 cleaned, 1 something could not be cleaned, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

directory=${PATCHBAY_DIRECTORY:-}
days=${PATCHBAY_DAYS:-30}
case $directory in '' | /?*) ;; *) fail 2 'PATCHBAY_DIRECTORY must be an absolute path' ;; esac
case $days in '' | *[!0-9]*) fail 2 "PATCHBAY_DAYS must be a number of days, not \"$days\"" ;; esac
if [ -n "$directory" ] && [ ! -d "$directory" ]; then fail 2 "$directory is not a directory"; fi

caches='/var/cache/dnf /var/cache/yum'
used_kilobytes() {
  # shellcheck disable=SC2086 # several directories
  du -sk $caches "$@" 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'
}

if [ -n "$directory" ]; then set -- "$directory"; else set --; fi
before=$(used_kilobytes "$@")
code=0
installp -C || code=1
for manager in dnf yum; do
  if command -v "$manager" >/dev/null; then
    "$manager" -q clean packages </dev/null || code=1
    break
  fi
done
if [ -n "$directory" ]; then
  find "$directory" -type f -name '*.bff' -mtime "+$days" -exec rm -f {} \; || code=1
fi
freed=$(((before - $(used_kilobytes "$@")) / 1024))
if [ "$freed" -lt 0 ]; then freed=0; fi
echo "Freed $freed MB."
fact freedMegabytes "$freed"
exit "$code"
