#!/bin/sh
# Stops the running containers of docker and podman before patching, or starts again those that it has stopped.
# Facts: containersStopped or containersStarted (how many).
# Exit codes: 0 done, or there is no container runtime; 1 at least one container could not be stopped or started;
# 2 a parameter is wrong.
set -u
umask 077

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

action=${PATCHBAY_ACTION:-list}
grace=${PATCHBAY_GRACE_SECONDS:-30}
# A line for each container that was stopped, until it is started again: the runtime, then the name.
list=${PATCHBAY_LIST_FILE:-/var/lib/patchbay-stopped-containers}
case $action in
  list | stop | start) ;;
  *) fail 2 "PATCHBAY_ACTION must be list, stop or start, not \"$action\"" ;;
esac
case $grace in '' | *[!0-9]*) fail 2 "PATCHBAY_GRACE_SECONDS must be a number of seconds, not \"$grace\"" ;; esac
case $list in /?*) ;; *) fail 2 'PATCHBAY_LIST_FILE must be an absolute path' ;; esac

running() {
  for runtime in docker podman; do
    command -v "$runtime" >/dev/null || continue
    # A runtime whose service is not running has no containers that run.
    names=$("$runtime" ps --format '{{.Names}}' </dev/null) || continue
    for name in $names; do echo "$runtime $name"; done
  done
}

# Does ACTION to each line of its input and prints the lines with which it failed.
each() {
  while read -r runtime name; do
    case $1 in
      stop) "$runtime" stop -t "$grace" "$name" >&2 </dev/null ;;
      start) "$runtime" start "$name" >&2 </dev/null ;;
    esac || echo "$runtime $name"
  done
}
remember() {
  {
    cat "$list" 2>/dev/null
    printf '%s\n' "$1"
  } | sort -u >"$list.new" && mv "$list.new" "$list"
}
count() { printf '%s' "$1" | grep -c .; }

if ! command -v docker >/dev/null && ! command -v podman >/dev/null; then
  echo 'There is no container runtime (docker, podman).'
  exit 0
fi

case $action in
  list) running ;;
  stop)
    containers=$(running)
    if [ -n "$containers" ]; then
      # Written down before the first is stopped: an interruption must not lose one.
      if ! remember "$containers"; then fail 1 "cannot write $list: no container was stopped"; fi
    fi
    failed=$(printf '%s' "$containers${containers:+
}" | each stop)
    fact containersStopped "$(($(count "$containers") - $(count "$failed")))"
    ;;
  start)
    if [ ! -e "$list" ]; then
      echo 'No container was stopped before.'
      fact containersStarted 0
      exit 0
    fi
    containers=$(cat "$list")
    failed=$(each start <"$list")
    fact containersStarted "$(($(count "$containers") - $(count "$failed")))"
    if [ -n "$failed" ]; then printf '%s\n' "$failed" >"$list"; else rm -f "$list"; fi
    ;;
esac
if [ -n "${failed:-}" ]; then fail 1 "could not $action: $failed"; fi
