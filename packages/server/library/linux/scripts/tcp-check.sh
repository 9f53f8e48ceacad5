#!/bin/sh
# Checks that a TCP port accepts connections.
# Facts: tcpReachable (true or false).
# Exit codes: 0 it does, 1 it does not, 2 a parameter is wrong, 3 nothing on this endpoint can connect.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

host=${PATCHBAY_HOST:-localhost}
port=${PATCHBAY_PORT:-}
limit=${PATCHBAY_TIMEOUT_SECONDS:-10}
case $host in -* | *[!A-Za-z0-9._:-]*) fail 2 "\"$host\" is not a host name or address" ;; esac
case $port in '' | *[!0-9]* | ??????*) fail 2 "PATCHBAY_PORT must be a number from 1 to 65535, not \"$port\"" ;; esac
if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then fail 2 "PATCHBAY_PORT must be a number from 1 to 65535, not \"$port\""; fi
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_TIMEOUT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac

if command -v timeout >/dev/null && command -v bash >/dev/null; then
  # shellcheck disable=SC2016 # the inner shell expands these
  connect() { timeout "$limit" bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$host" "$port"; }
elif command -v python3 >/dev/null; then
  connect() {
    python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))' \
      "$host" "$port" "$limit"
  }
elif command -v nc >/dev/null; then
  connect() { nc -z -w "$limit" "$host" "$port"; }
else
  fail 3 'needs bash and timeout, or python3, or nc'
fi

if problem=$(connect 2>&1 </dev/null); then
  echo "$host port $port accepts connections."
  fact tcpReachable true
else
  fact tcpReachable false
  fail 1 "$host port $port does not accept connections within $limit s: $(printf '%s\n' "$problem" | tail -n 1)"
fi
