#!/bin/sh
# Removes downloaded package files from the cache of the package manager (apt, dnf, yum or zypper).
# Facts: freedMegabytes.
# Exit codes: 0 cleaned, 1 the package manager failed, 3 there is no package manager that this script knows.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }

if command -v apt-get >/dev/null; then
  cache=$(apt-config shell archives Dir::Cache::archives/d)
  eval "$cache"
  # shellcheck disable=SC2154 # apt-config names it
  caches=$archives
  clean() { apt-get clean; }
elif command -v zypper >/dev/null; then
  caches=/var/cache/zypp/packages
  clean() { zypper --non-interactive clean; }
elif command -v dnf >/dev/null; then
  caches='/var/cache/dnf /var/cache/libdnf5'
  clean() { dnf -q clean packages; }
elif command -v yum >/dev/null; then
  caches=/var/cache/yum
  clean() { yum -q clean packages; }
else
  echo 'There is no package manager that this script knows (apt, dnf, yum, zypper).' >&2
  exit 3
fi

used_kilobytes() {
  # shellcheck disable=SC2086 # more than one directory
  du -sk $caches 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'
}

before=$(used_kilobytes)
clean || exit 1
freed=$(((before - $(used_kilobytes)) / 1024))
if [ "$freed" -lt 0 ]; then freed=0; fi
echo "Freed $freed MB."
fact freedMegabytes "$freed"
