#!/bin/sh
# Checks that the package manager (apt, dnf, yum or zypper) is in order and, if asked to, that its repositories answer.
# Facts: packageManager, packageManagerHealthy (true or false).
# Exit codes: 0 healthy, 1 there are problems, 3 there is no package manager that this script knows.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }

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

prints_nothing() {
  printed=$("$@" 2>&1)
  printf '%s' "$printed"
  [ -z "$printed" ]
}

dpkg_was_not_interrupted() {
  for update in "${DPKG_ADMINDIR:-/var/lib/dpkg}"/updates/[0-9]*; do
    [ ! -e "$update" ] || return 1
  done
}

if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
  manager=apt
  check 'no installation was interrupted' dpkg_was_not_interrupted
  check 'all packages are installed properly' prints_nothing dpkg --audit
  check 'all dependencies are met' apt-get -qq -o Debug::NoLocking=1 check
  repositories() { apt-get -q -o APT::Update::Error-Mode=any update; }
elif command -v zypper >/dev/null; then
  manager=zypper
  check 'the package database can be read' rpm -qa
  check 'all dependencies are met' zypper --non-interactive verify --dry-run
  repositories() { zypper --non-interactive refresh; }
elif command -v dnf >/dev/null; then
  manager=dnf
  check 'the package database can be read' rpm -qa
  check 'all dependencies are met' dnf -q check
  repositories() { dnf -q makecache; }
elif command -v yum >/dev/null; then
  manager=yum
  check 'the package database can be read' rpm -qa
  check 'all dependencies are met' yum -q check
  repositories() { yum -q makecache; }
else
  echo 'There is no package manager that this script knows (apt, dnf, yum, zypper).' >&2
  exit 3
fi
if [ "${PATCHBAY_CHECK_REPOSITORIES:-false}" = true ]; then check 'all repositories answer' repositories; fi

fact packageManager "$manager"
fact packageManagerHealthy "$healthy"
[ "$healthy" = true ]
