#!/bin/sh
# Checks that a TCP port accepts connections, by IPv4; changes nothing.
# Facts: tcpReachable (true or false).
# Exit codes: 0 it does, 1 it does not, 2 a parameter is wrong, 3 perl is not installed.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

host=${PATCHBAY_HOST:-localhost}
port=${PATCHBAY_PORT:-}
limit=${PATCHBAY_TIMEOUT_SECONDS:-10}
case $host in -* | *[!A-Za-z0-9.-]*) fail 2 "\"$host\" is not a host name or an IPv4 address" ;; esac
case $port in '' | *[!0-9]* | ??????*) fail 2 "PATCHBAY_PORT must be a number from 1 to 65535, not \"$port\"" ;; esac
if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then fail 2 "PATCHBAY_PORT must be a number from 1 to 65535, not \"$port\""; fi
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_TIMEOUT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac
command -v perl >/dev/null || fail 3 'perl is not installed'

# shellcheck disable=SC2016 # perl expands these
connect() {
  perl -MIO::Socket::INET -e '
    my ($host, $port, $limit) = @ARGV;
    IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Proto => "tcp", Timeout => $limit) or die "$@\n";
  ' "$host" "$port" "$limit"
}

if problem=$(connect 2>&1 </dev/null); then
  echo "$host port $port accepts connections."
  fact tcpReachable true
else
  fact tcpReachable false
  fail 1 "$host port $port does not accept connections within $limit s: $problem"
fi
