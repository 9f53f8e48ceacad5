#!/bin/sh
# Checks that the clock is kept right by chrony, ntpd or systemd-timesyncd; changes nothing.
# Facts: timeSynchronized (true or false), timeOffsetMilliseconds (where it is known), timeSource (who was asked).
# Exit codes: 0 it is, 1 it is not or is too far off, 2 a parameter is wrong, 3 there is nobody to ask.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

most=${PATCHBAY_MAX_OFFSET_MS:-1000}
case $most in '' | *[!0-9]*) fail 2 "PATCHBAY_MAX_OFFSET_MS must be a number of milliseconds, not \"$most\"" ;; esac

offset=
if answer=$(chronyc -c tracking 2>/dev/null); then
  source=chrony
  # The 14th field tells of leap seconds, or that there is no source; the 5th is the offset in seconds.
  synchronized=$(printf '%s\n' "$answer" | awk -F, '{ print ($14 ~ /^Not/ ? "false" : "true") }')
  offset=$(printf '%s\n' "$answer" | awk -F, '{ printf "%d", ($5 < 0 ? -$5 : $5) * 1000 }')
elif answer=$(ntpq -c 'rv 0 leap,offset' 2>/dev/null) && [ -n "$answer" ]; then
  source=ntpd
  case $answer in *leap=11* | *leap=3*) synchronized=false ;; *) synchronized=true ;; esac
  offset=$(printf '%s\n' "$answer" | sed -n 's/.*offset=-\{0,1\}\([0-9]*\).*/\1/p')
elif answer=$(timedatectl show --property=NTPSynchronized --value 2>/dev/null) && [ -n "$answer" ]; then
  source=systemd
  if [ "$answer" = yes ]; then synchronized=true; else synchronized=false; fi
else
  fail 3 'neither chrony nor ntpd nor systemd answers'
fi

fact timeSource "$source"
if [ -n "$offset" ]; then fact timeOffsetMilliseconds "$offset"; fi
if [ "$synchronized" = true ] && [ -n "$offset" ] && [ "$offset" -gt "$most" ]; then
  fact timeSynchronized false
  fail 1 "$source keeps the clock, but it is $offset ms off, more than $most ms"
fi
fact timeSynchronized "$synchronized"
if [ "$synchronized" = false ]; then fail 1 "$source says that the clock is not synchronized"; fi
echo "$source keeps the clock${offset:+, $offset ms off}."
