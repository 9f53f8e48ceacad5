#!/bin/sh
# Checks that no file system on a disk has become read-only, as the kernel makes one after an error; changes nothing.
# One that is mounted read-only in one place only, or by /etc/fstab, is in order.
# Facts: readOnlyFileSystems (their mount points, separated by commas).
# Exit codes: 0 none has, 1 at least one has, 2 a parameter is wrong.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

paths=${PATCHBAY_PATHS:-}

mount_points() {
  if [ -z "$paths" ]; then
    awk '{
      for (dash = 7; $dash != "-"; dash++);
      if ($(dash + 1) ~ /^(ext[234]|xfs|btrfs|f2fs|jfs|reiserfs|zfs|overlay)$/) print $5
    }' /proc/self/mountinfo
    return
  fi
  IFS=:
  set -f
  for path in $paths; do
    if [ ! -e "$path" ]; then fail 2 "$path does not exist"; fi
    df -P "$path" | awk 'NR == 2 { print $NF }'
  done
}

# The options of the file system itself, not those of one mount of it.
is_read_only() {
  awk -v point="$1" '
    $5 == point { for (dash = 7; $dash != "-"; dash++); options = $(dash + 3) }
    END { exit ("," options ",") !~ /,ro,/ }' /proc/self/mountinfo
}

is_meant_to_be() {
  [ -e /etc/fstab ] && awk -v point="$1" '
    $1 !~ /^#/ && $2 == point && ("," $4 ",") ~ /,ro,/ { found = 1 }
    END { exit !found }' /etc/fstab
}

points=$(mount_points) || exit $?
broken=
checked=0
IFS='
'
for point in $points; do
  checked=$((checked + 1))
  if is_read_only "$point" && ! is_meant_to_be "$point"; then
    echo "$point is read-only" >&2
    broken=${broken:+$broken,}$point
  fi
done
fact readOnlyFileSystems "$broken"
if [ -n "$broken" ]; then exit 1; fi
echo "None of $checked mounted file systems has become read-only."
