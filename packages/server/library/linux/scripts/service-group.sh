#!/bin/sh
# Stops several services in the given order before patching, or starts in reverse order those that it has stopped.
# A service that did not run before is not started. A reboot in between does no harm.
# Facts: stoppedServices or startedServices (separated by commas).
# Exit codes: 0 done; 1 at least one service could not be stopped or started; 2 a parameter is wrong;
# 3 this endpoint has no systemd; 4 there is no such service, and nothing was stopped.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

action=${PATCHBAY_ACTION:-list}
services=${PATCHBAY_SERVICES:-}
# A line for each service that was stopped, the last one first, until it is started again.
list=${PATCHBAY_LIST_FILE:-/var/lib/patchbay-stopped-services}
case $list in /?*) ;; *) fail 2 'PATCHBAY_LIST_FILE must be an absolute path' ;; esac
case $services in *[!A-Za-z0-9@:._\\\ -]* | -* | *' -'*) fail 2 'PATCHBAY_SERVICES must be names of services, separated by blanks' ;; esac
case $action in
  list | stop) if [ -z "$services" ]; then fail 2 'PATCHBAY_SERVICES is missing'; fi ;;
  start) ;;
  *) fail 2 "PATCHBAY_ACTION must be list, stop or start, not \"$action\"" ;;
esac
if [ ! -d /run/systemd/system ]; then fail 3 'this endpoint has no systemd'; fi

exists() { [ "$(systemctl show --property=LoadState "$1" 2>/dev/null)" = LoadState=loaded ]; }
remember() {
  {
    echo "$1"
    grep -vxF -e "$1" "$list" 2>/dev/null || :
  } >"$list.new" && mv "$list.new" "$list"
}
is_running() { systemctl --quiet is-active "$1"; }

if [ "$action" != start ]; then
  for service in $services; do exists "$service" || fail 4 "there is no service \"$service\""; done
fi
handled=
code=0
case $action in
  list)
    for service in $services; do
      if is_running "$service"; then echo "$service is running"; else echo "$service is stopped"; fi
    done
    ;;
  stop)
    for service in $services; do
      if ! is_running "$service"; then
        echo "$service does not run."
        continue
      fi
      # Written down first: an interruption must not lose it.
      if ! remember "$service"; then fail 1 "cannot write $list: $service was not stopped"; fi
      if systemctl --no-ask-password stop "$service"; then
        handled=${handled:+$handled,}$service
      else
        code=1
        break
      fi
    done
    fact stoppedServices "$handled"
    echo "Stopped: ${handled:-none}"
    ;;
  start)
    left=
    stopped=$(cat "$list" 2>/dev/null)
    for service in $stopped; do
      if systemctl --no-ask-password start "$service" && is_running "$service"; then
        handled=${handled:+$handled,}$service
      else
        systemctl --no-pager --lines=10 status "$service" >&2
        left="$left$service
"
        code=1
      fi
    done
    if [ -n "$left" ]; then printf '%s' "$left" >"$list"; else rm -f "$list"; fi
    fact startedServices "$handled"
    echo "Started: ${handled:-none}"
    ;;
esac
exit "$code"
