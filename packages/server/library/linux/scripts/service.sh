#!/bin/sh
# Starts, stops or restarts a service, or tells its state, with systemd or SysV init scripts.
# Facts: serviceState (running or stopped).
# Exit codes: 0 done, or running when asked for the state; 1 the action failed; 2 a parameter is wrong;
# 3 not running when asked for the state; 4 there is no such service; 5 this endpoint has neither systemd nor SysV.
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
  -* | *[!A-Za-z0-9@:._\\-]*) fail 2 "\"$service\" is not the name of a service" ;;
esac
case $action in
  start | stop | restart | status) ;;
  *) fail 2 "PATCHBAY_ACTION must be start, stop, restart or status, not \"$action\"" ;;
esac

if [ -d /run/systemd/system ]; then
  exists() { [ "$(systemctl show --property=LoadState "$service" 2>/dev/null)" = LoadState=loaded ]; }
  control() { systemctl --no-ask-password "$1" "$service"; }
  is_running() { systemctl --quiet is-active "$service"; }
  details() { systemctl --no-pager --lines=10 status "$service"; }
elif [ -d /etc/init.d ]; then
  exists() { [ -x "/etc/init.d/$service" ]; }
  # Init scripts may leave a daemon behind that holds their output open.
  control() { "/etc/init.d/$service" "$1" </dev/null; }
  is_running() { "/etc/init.d/$service" status >/dev/null 2>&1 </dev/null; }
  details() { "/etc/init.d/$service" status </dev/null; }
else
  fail 5 'this endpoint has neither systemd nor SysV init scripts'
fi

exists || fail 4 "there is no service \"$service\""
case $action in
  start | restart) wanted=running ;;
  stop) wanted=stopped ;;
  *) wanted= ;;
esac
if [ "$action" != status ]; then
  control "$action" || fail 1 "could not $action $service"
fi
# Some services take a moment after they were told.
attempts=5
while :; do
  if is_running; then state=running; else state=stopped; fi
  attempts=$((attempts - 1))
  if [ -z "$wanted" ] || [ "$state" = "$wanted" ] || [ "$attempts" -eq 0 ]; then break; fi
  sleep 1
done
fact serviceState "$state"
echo "$service is $state."
case $action:$state in
  stop:running) fail 1 "$service is still running after it was stopped" ;;
  start:stopped | restart:stopped)
    details >&2
    fail 1 "$service is not running after it was told to $action"
    ;;
  status:stopped) exit 3 ;;
esac
