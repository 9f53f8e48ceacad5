#!/bin/sh
# Checks that the package system is in order and, if asked to, verifies installed packages and that the repositories
# answer; changes nothing.
# Facts: packageManagerHealthy (true or false), updatesAvailable (true or false, where the repositories were asked).
# Exit codes: 0 healthy, 1 there are problems.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

healthy=true
# Runs a check; what it prints is shown only if it fails.
check() {
  what=$1
  shift
  if output=$("$@" 2>&1 </dev/null); then
    echo "ok: $what"
  else
    printf 'PROBLEM: %s\n%s\n' "$what" "$output" >&2
    healthy=false
  fi
}

has_publisher() { pkg publisher -H | grep .; }

check 'the installed packages can be read' pkg list -H entire
check 'a publisher is configured' has_publisher
check 'the boot environments can be read' beadm list -H
if [ "${PATCHBAY_VERIFY_PACKAGES:-false}" = true ]; then check 'all installed packages are unchanged' pkg verify; fi
if [ "${PATCHBAY_CHECK_REPOSITORIES:-false}" = true ]; then
  output=$(pkg update -n 2>&1 </dev/null)
  # 4: there is nothing to update.
  case $? in
    0) fact updatesAvailable true ;;
    4) fact updatesAvailable false ;;
    *)
      printf 'PROBLEM: an update cannot be planned\n%s\n' "$output" >&2
      healthy=false
      ;;
  esac
fi
fact packageManagerHealthy "$healthy"
[ "$healthy" = true ]
