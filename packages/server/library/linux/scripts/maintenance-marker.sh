#!/bin/sh
# Sets, clears or checks a file that tells others, monitoring for example, that this endpoint is under maintenance.
# Facts: maintenance (true or false), maintenanceSince.
# Exit codes: 0 done, or set when asked; 1 the file could not be written; 2 a parameter is wrong;
# 3 not set when asked; 4 the file is something else than a marker.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

action=${PATCHBAY_ACTION:-check}
file=${PATCHBAY_FILE:-/var/lib/patchbay-maintenance}
text=${PATCHBAY_TEXT:-}
case $file in /?*) ;; *) fail 2 'PATCHBAY_FILE must be an absolute path' ;; esac

title='Under maintenance by Patchbay'
if [ -e "$file" ] && [ "$(head -n 1 "$file" 2>/dev/null)" != "$title" ]; then
  fail 4 "$file is not a marker of this script: it is left alone"
fi
since() { sed -n 's/^since //p' "$file"; }

case $action in
  set)
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    if [ -e "$file" ]; then now=$(since); fi
    if ! { printf '%s\nsince %s\n%s\n' "$title" "$now" "$text" >"$file.new" && mv "$file.new" "$file"; }; then
      fail 1 "cannot write $file"
    fi
    echo "$file is set, since $now."
    fact maintenance true
    fact maintenanceSince "$now"
    ;;
  clear)
    rm -f "$file" || fail 1 "cannot remove $file"
    echo "$file is cleared."
    fact maintenance false
    ;;
  check)
    if [ ! -e "$file" ]; then
      fact maintenance false
      fail 3 "$file is not set"
    fi
    cat "$file"
    fact maintenance true
    fact maintenanceSince "$(since)"
    ;;
  *) fail 2 "PATCHBAY_ACTION must be set, clear or check, not \"$action\"" ;;
esac
