#!/bin/sh
# Finds services that still run on programs or libraries which an update has replaced, and restarts them if asked to.
# Facts: servicesToRestart and servicesRestarted (separated by commas), processesOnReplacedFiles (how many).
# Exit codes: 0 none found, or reported, or restarted; 1 found when asked to fail, or a service did not restart;
# 2 a parameter is wrong; 3 services cannot be restarted, as this endpoint has no systemd.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

action=${PATCHBAY_ACTION:-report}
excluded=${PATCHBAY_EXCLUDE:-}
case $action in
  report | fail) ;;
  restart) if [ ! -d /run/systemd/system ]; then fail 3 'this endpoint has no systemd'; fi ;;
  *) fail 2 "PATCHBAY_ACTION must be report, fail or restart, not \"$action\"" ;;
esac

# What a process executes and what is no longer in the directory: "/usr/lib/libc.so.6 (deleted)".
replaced_files() {
  awk '$2 ~ /x/ && / \(deleted\)$/ && $6 ~ "^/(usr|opt|lib|lib32|lib64|bin|sbin)/" { print $6 }' "/proc/$1/maps" \
    2>/dev/null | sort -u | tr '\n' ' '
}

# The service that systemd keeps a process in; nothing for those of a user's session.
service_of() {
  sed -n -e '/user\.slice/d' -e 's|^[01]:[^/]*/\(.*/\)\{0,1\}\([^/]*\.service\)\(/.*\)\{0,1\}$|\2|p' \
    "/proc/$1/cgroup" 2>/dev/null | head -n 1
}

own=$(service_of self)
parent=$(service_of "$PPID")
is_excluded() {
  if [ "$1" = "$own" ] || [ "$1" = "$parent" ]; then return 0; fi
  set -f
  for pattern in $excluded; do
    # shellcheck disable=SC2254 # a pattern on purpose
    case $1 in $pattern) return 0 ;; esac
  done
  return 1
}

found=0
services=
manager=no
for directory in /proc/[0-9]*; do
  pid=${directory#/proc/}
  files=$(replaced_files "$pid")
  if [ -z "$files" ]; then continue; fi
  found=$((found + 1))
  service=$(service_of "$pid")
  echo "${service:-no service}: process $pid ($(cat "$directory/comm" 2>/dev/null)) runs on $files"
  if [ "$pid" -eq 1 ]; then manager=yes; fi
  if [ -n "$service" ]; then services="$services$service
"; fi
done
services=$(printf '%s' "$services" | sort -u)
list() { printf '%s' "$1" | tr '\n' ','; }
fact processesOnReplacedFiles "$found"
fact servicesToRestart "$(list "$services")"
if [ "$found" -eq 0 ]; then
  echo 'Nothing runs on replaced files.'
  exit 0
fi
if [ "$action" = report ]; then exit 0; fi
if [ "$action" = fail ]; then fail 1 "$found processes run on replaced files."; fi

code=0
restarted=
if [ "$manager" = yes ]; then systemctl daemon-reexec || code=1; fi
for service in $services; do
  if is_excluded "$service"; then
    echo "$service is left alone."
  elif systemctl --no-ask-password try-restart "$service" && systemctl --quiet is-active "$service"; then
    echo "$service was restarted."
    restarted="${restarted:+$restarted,}$service"
  else
    echo "$service did not restart" >&2
    systemctl --no-pager --lines=10 status "$service" >&2
    code=1
  fi
done
fact servicesRestarted "$restarted"
exit "$code"
