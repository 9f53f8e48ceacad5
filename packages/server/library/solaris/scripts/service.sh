#!/bin/sh
# Starts, stops or restarts a service of SMF until the next boot, or tells its state.
# Facts: serviceState (running or stopped).
# Exit codes: 0 done, or running when asked for the state; 1 the action failed; 2 a parameter is wrong;
# 3 not running when asked for the state; 4 there is no such service, or there is more than one.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

service=${PATCHBAY_SERVICE:-}
action=${PATCHBAY_ACTION:-status}
case $service in
  '') fail 2 'PATCHBAY_SERVICE is missing' ;;
  -* | *[!A-Za-z0-9:/._,-]*) fail 2 "\"$service\" is not the name of a service" ;;
esac
case $action in
  start | stop | restart | status) ;;
  *) fail 2 "PATCHBAY_ACTION must be start, stop, restart or status, not \"$action\"" ;;
esac

instances=$(svcs -H -o fmri "$service" 2>/dev/null)
count=$(printf '%s' "$instances" | grep -c .)
if [ "$count" -ne 1 ]; then fail 4 "there are $count services \"$service\": name one by its FMRI"; fi

# online, degraded, offline, disabled, maintenance; with a * while it changes.
state_is() { case $(svcs -H -o state "$instances") in "$1") return 0 ;; *) return 1 ;; esac; }
is_running() { state_is online || state_is degraded; }
is_stopped() { state_is disabled; }
wait_until() {
  attempts=30
  until "$1"; do
    attempts=$((attempts - 1))
    if [ "$attempts" -eq 0 ] || state_is maintenance; then return 1; fi
    sleep 1
  done
}

case $action in
  start) svcadm enable -t "$instances" && wait_until is_running ;;
  stop) svcadm disable -t "$instances" && wait_until is_stopped ;;
  restart) svcadm restart "$instances" && sleep 1 && wait_until is_running ;;
esac
code=$?
if is_running; then state=running; else state=stopped; fi
fact serviceState "$state"
svcs "$instances"
if [ "$code" -ne 0 ]; then
  svcs -x "$instances" >&2
  fail 1 "could not $action $instances: it is $state"
fi
if [ "$action" = status ] && [ "$state" = stopped ]; then exit 3; fi
