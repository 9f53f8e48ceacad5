#!/bin/sh
# Waits until no other program installs packages, unattended upgrades for example; changes nothing.
# Facts: packageManagerFree (true or false), waitedSeconds.
# Exit codes: 0 it is free, 1 the time is up, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

interval=${PATCHBAY_INTERVAL_SECONDS:-5}
limit=${PATCHBAY_LIMIT_SECONDS:-600}
case $interval in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_INTERVAL_SECONDS must be a number from 1 on, not \"$interval\"" ;; esac
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_LIMIT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac

# Processes that hold a lock and have a lock file of apt, dpkg or rpm open.
lock_holders() {
  awk '$2 != "->" { print $5 }' /proc/locks | sort -u | while IFS= read -r pid; do
    # shellcheck disable=SC2010 # the names are those of the links' targets
    ls -l "/proc/$pid/fd" 2>/dev/null | grep -qE \
      ' (/var/lib/dpkg/lock(-frontend)?|/var/lib/apt/lists/lock|/var/cache/apt/archives/lock|/(var/lib|usr/lib/sysimage)/rpm/\.rpm\.lock)$' &&
      echo "$pid"
  done
}

# Processes that have written their number into a file of dnf, yum or zypp.
named_holders() {
  for file in /run/zypp.pid /run/yum.pid /var/run/yum.pid /var/lib/dnf/rpmdb_lock.pid /var/cache/dnf/*_lock.pid; do
    [ -s "$file" ] || continue
    read -r pid _ <"$file"
    case $pid in '' | *[!0-9]*) continue ;; esac
    if [ -d "/proc/$pid" ]; then echo "$pid"; fi
  done
}

started=$(date +%s)
while :; do
  holders=$({
    lock_holders
    named_holders
  } | sort -un)
  waited=$(($(date +%s) - started))
  if [ -z "$holders" ] || [ $((waited + interval)) -gt "$limit" ]; then break; fi
  sleep "$interval"
done
fact waitedSeconds "$waited"
if [ -n "$holders" ]; then
  fact packageManagerFree false
  for pid in $holders; do echo "held by process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline")" >&2; done
  fail 1 "the package manager is still in use after $waited s"
fi
fact packageManagerFree true
echo "The package manager is free after $waited s."
