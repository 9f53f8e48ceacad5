#!/bin/sh
# Checks that every network file system of /etc/fstab is mounted and that every mounted one answers; changes nothing.
# Facts: networkMounts (how many there are), brokenNetworkMounts (separated by commas).
# Exit codes: 0 all are in order, or there are none; 1 at least one is missing or does not answer;
# 2 a parameter is wrong; 3 the command timeout is not installed.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

limit=${PATCHBAY_TIMEOUT_SECONDS:-10}
case $limit in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_TIMEOUT_SECONDS must be a number of seconds from 1 on, not \"$limit\"" ;; esac
command -v timeout >/dev/null || fail 3 'needs the command timeout'

network_types='^(nfs4?|cifs|smb3|ceph|glusterfs|lustre|fuse\.(sshfs|glusterfs|ceph))$'
mounted=$(awk -v types="$network_types" '$3 ~ types { print $2 }' "/proc/$$/mounts")
expected=
if [ -e /etc/fstab ]; then
  expected=$(awk -v types="$network_types" '
    $1 !~ /^#/ && $3 ~ types && ("," $4 ",") !~ /,(noauto|x-systemd\.automount),/ { print $2 }' /etc/fstab)
fi

broken=
count=0
report() {
  echo "$1 $2" >&2
  broken=${broken:+$broken,}$1
}

IFS='
'
for point in $mounted; do
  count=$((count + 1))
  # Blanks in names are written as octal numbers. A process that waits for a dead server minds no other signal.
  if timeout -s KILL "$limit" stat -f "$(printf '%b' "$point")" >/dev/null 2>&1; then
    echo "$point answers"
  else
    report "$point" "does not answer within $limit s"
  fi
done
for point in $expected; do
  if ! printf '%s\n' "$mounted" | grep -qxF -e "$point"; then
    count=$((count + 1))
    report "$point" 'is in /etc/fstab, but not mounted'
  fi
done
fact networkMounts "$count"
fact brokenNetworkMounts "$broken"
if [ "$count" -eq 0 ]; then echo 'There are no network file systems.'; fi
[ -z "$broken" ]
