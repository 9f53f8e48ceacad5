#!/bin/sh
# Checks that the installed filesets are consistent and complete; changes nothing.
# Facts: packageManagerHealthy (true or false), systemLevel.
# Exit codes: 0 healthy, 1 there are problems.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }

healthy=true
# Runs a check; what it prints is shown only if it fails.
check() {
  what=$1
  shift
  if output=$("$@" 2>&1 </dev/null); then
    echo "ok: $what"
  else
    printf 'PROBLEM: %s\n%s\n' "$what" "$output" >&2
    healthy=false
  fi
}

level_is_complete() {
  level=$(oslevel -r) || return 1
  # "Not all filesets for 7200-05_AIX_ML were found."
  ! instfix -i 2>&1 | grep "Not all filesets for ${level}_AIX_ML"
}
no_fix_is_broken() { ! emgr -l 2>/dev/null | awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[*]*[BI][*]*$/' | grep .; }

check 'all filesets are consistent' lppchk -v
check 'all filesets of the technology level are there' level_is_complete
check 'no interim fix is broken or half installed' no_fix_is_broken
if [ "${PATCHBAY_VERIFY_FILES:-false}" = true ]; then check 'all installed files have the right checksums' lppchk -c; fi

fact systemLevel "$(oslevel -s 2>/dev/null)"
fact packageManagerHealthy "$healthy"
[ "$healthy" = true ]
