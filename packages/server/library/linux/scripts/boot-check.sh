#!/bin/sh
# Waits until the start of the system is complete and checks how it went; changes nothing.
# Facts: systemState (running, degraded and so on), uptimeMinutes, runningKernel.
# Exit codes: 0 it is complete and in order, 1 it is not, or the last boot was too long ago; 2 a parameter is wrong;
# 3 this endpoint has no systemd.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

limit=${PATCHBAY_LIMIT_SECONDS:-300}
degraded=${PATCHBAY_ALLOW_DEGRADED:-false}
oldest=${PATCHBAY_BOOTED_WITHIN_MINUTES:-0}
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_LIMIT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac
case $oldest in '' | *[!0-9]*) fail 2 "PATCHBAY_BOOTED_WITHIN_MINUTES must be a number of minutes, not \"$oldest\"" ;; esac
if [ ! -d /run/systemd/system ]; then fail 3 'this endpoint has no systemd'; fi

started=$(date +%s)
while :; do
  state=$(systemctl is-system-running 2>/dev/null)
  case $state in initializing | starting) ;; *) break ;; esac
  if [ $(($(date +%s) - started)) -ge "$limit" ]; then break; fi
  sleep 1
done

# The age of process 1, since /proc/uptime in a container is the host's.
uptime=$(ps -o etimes= -p 1 2>/dev/null | tr -d ' ')
if [ -z "$uptime" ]; then uptime=$(sed 's/\..*//' /proc/uptime); fi
uptime=$((uptime / 60))
fact systemState "$state"
fact uptimeMinutes "$uptime"
fact runningKernel "$(uname -r)"
echo "The system is $state, up for $uptime minutes, with kernel $(uname -r)."
case $state:$degraded in
  running:* | degraded:true) ;;
  *)
    systemctl --no-pager --failed >&2
    systemctl --no-pager list-jobs >&2
    fail 1 "the system is $state"
    ;;
esac
if [ "$oldest" -gt 0 ] && [ "$uptime" -ge "$oldest" ]; then
  fail 1 "the last boot was $uptime minutes ago, not within $oldest minutes"
fi
