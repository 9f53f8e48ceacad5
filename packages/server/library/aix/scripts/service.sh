#!/bin/sh
# Starts, stops or restarts a subsystem of the System Resource Controller, or tells its state.
# Facts: serviceState (running or stopped).
# Exit codes: 0 done, or running when asked for the state; 1 the action failed; 2 a parameter is wrong;
# 3 not running when asked for the state; 4 there is no such subsystem.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

service=${PATCHBAY_SERVICE:-}
action=${PATCHBAY_ACTION:-status}
case $service in
  '') fail 2 'PATCHBAY_SERVICE is missing' ;;
  -* | *[!A-Za-z0-9._-]*) fail 2 "\"$service\" is not the name of a subsystem" ;;
esac
case $action in
  start | stop | restart | status) ;;
  *) fail 2 "PATCHBAY_ACTION must be start, stop, restart or status, not \"$action\"" ;;
esac
lssrc -s "$service" >/dev/null 2>&1 || fail 4 "there is no subsystem \"$service\""

# The last column is active, inoperative, or what is between them.
is_running() { [ "$(lssrc -s "$service" | awk 'NR == 2 { print $NF }')" = active ]; }
is_stopped() { [ "$(lssrc -s "$service" | awk 'NR == 2 { print $NF }')" = inoperative ]; }
wait_until() {
  attempts=30
  until "$1"; do
    attempts=$((attempts - 1))
    if [ "$attempts" -eq 0 ]; then return 1; fi
    sleep 1
  done
}

end_it() {
  if is_stopped; then return; fi
  stopsrc -s "$service" && wait_until is_stopped
}
begin_it() {
  if is_running; then return; fi
  startsrc -s "$service" && wait_until is_running
}

case $action in
  stop) end_it ;;
  start) begin_it ;;
  restart) end_it && begin_it ;;
esac
code=$?
if is_running; then state=running; else state=stopped; fi
fact serviceState "$state"
lssrc -s "$service"
if [ "$code" -ne 0 ]; then fail 1 "could not $action $service: it is $state"; fi
if [ "$action" = status ] && [ "$state" = stopped ]; then exit 3; fi
