#!/bin/sh
# Checks that the error log has no more permanent errors of hardware and software than allowed; changes nothing.
# Facts: errorLogEntries (how many).
# Exit codes: 0 no more, 1 more, 2 a parameter is wrong, 3 perl or errpt is not installed.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

hours=${PATCHBAY_HOURS:-24}
most=${PATCHBAY_MOST:-0}
case $hours in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_HOURS must be a number of hours from 1 on, not \"$hours\"" ;; esac
case $most in '' | *[!0-9]*) fail 2 "PATCHBAY_MOST must be a number, not \"$most\"" ;; esac
for command in perl errpt; do
  command -v "$command" >/dev/null || fail 3 "$command is not installed"
done

# shellcheck disable=SC2016 # perl expands these
since=$(perl -MPOSIX=strftime -e 'print strftime("%m%d%H%M%y", localtime(time - 3600 * $ARGV[0]))' "$hours")
entries=$(errpt -s "$since" -d H,S -T PERM | awk 'NR > 1')
count=$(printf '%s' "$entries" | grep -c .)
fact errorLogEntries "$count"
echo "$count permanent errors in $hours hours:"
printf '%s\n' "${entries:-none}" | head -n 50
if [ "$count" -gt "$most" ]; then fail 1 "more than $most"; fi
