#!/bin/sh
# Keeps packages at their version, lets them go, or lists those that are kept, with apt, dnf or zypper.
# Facts: heldPackages (separated by commas).
# Exit codes: 0 done, 1 the package manager failed, 2 a parameter is wrong,
# 3 there is no package manager that this script knows.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

action=${PATCHBAY_ACTION:-list}
packages=${PATCHBAY_PACKAGES:-}
case $packages in *[!A-Za-z0-9+:._\ -]* | -* | *' -'*) fail 2 'PATCHBAY_PACKAGES must be names of packages, separated by blanks' ;; esac
case $action in
  hold | release) if [ -z "$packages" ]; then fail 2 'PATCHBAY_PACKAGES is missing'; fi ;;
  list) ;;
  *) fail 2 "PATCHBAY_ACTION must be hold, release or list, not \"$action\"" ;;
esac

if command -v apt-mark >/dev/null; then
  hold() { apt-mark hold "$@"; }
  release() { apt-mark unhold "$@"; }
  held() { apt-mark showhold; }
elif command -v zypper >/dev/null; then
  hold() { zypper --non-interactive addlock "$@"; }
  release() { zypper --non-interactive removelock "$@"; }
  held() { zypper --non-interactive locks | awk -F'|' 'NR > 1 && NF > 2 { gsub(/ /, "", $2); if ($2 != "Name") print $2 }'; }
elif command -v dnf >/dev/null; then
  hold() { dnf -q versionlock add "$@"; }
  release() { dnf -q versionlock delete "$@"; }
  held() { dnf -q versionlock list; }
else
  fail 3 'there is no package manager that this script knows (apt, dnf, zypper)'
fi

if [ "$action" != list ]; then
  # shellcheck disable=SC2086 # several packages
  "$action" $packages </dev/null || fail 1 "could not $action $packages"
fi
list=$(held) || fail 1 'the list cannot be read'
fact heldPackages "$(printf '%s' "$list" | tr '\n' ',')"
echo 'Kept at their version:'
printf '%s\n' "${list:-none}"
