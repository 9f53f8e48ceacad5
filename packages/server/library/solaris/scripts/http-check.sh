#!/bin/sh
# Checks that an address answers over HTTP with the expected status and, if asked for, with a certain text.
# Facts: httpStatus (000 without an answer), httpHealthy (true or false).
# Exit codes: 0 it does, 1 it does not, 2 a parameter is wrong, 3 curl is not installed.
set -u
umask 077
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

url=${PATCHBAY_URL:-}
expected=${PATCHBAY_EXPECTED_STATUS:-200}
text=${PATCHBAY_EXPECTED_TEXT:-}
limit=${PATCHBAY_TIMEOUT_SECONDS:-10}
case $url in
  *[[:space:]\"\\]*) fail 2 'PATCHBAY_URL must not hold blanks, quotes or backslashes' ;;
  http://?* | https://?*) ;;
  *) fail 2 'PATCHBAY_URL must begin with http:// or https://' ;;
esac
case $expected in [1-5][0-9][0-9]) ;; *) fail 2 "PATCHBAY_EXPECTED_STATUS must be an HTTP status, not \"$expected\"" ;; esac
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_TIMEOUT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac
command -v curl >/dev/null || fail 3 'curl is not installed'

work=${TMPDIR:-/tmp}/patchbay-http-$$
mkdir "$work" || fail 1 'cannot make a temporary directory'
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if [ "${PATCHBAY_VERIFY_CERTIFICATE:-true}" = false ]; then set -- --insecure; else set --; fi
# The address may hold a password: it is handed over on stdin, since everybody can read command lines.
status=$(printf 'url = "%s"\n' "$url" | curl --config - --silent --show-error --max-time "$limit" --globoff \
  --output "$work/body" --write-out '%{http_code}' "$@" 2>"$work/errors")
fact httpStatus "$status"
problem=
if [ "$status" = 000 ]; then
  problem="no answer: $(cat "$work/errors")"
elif [ "$status" != "$expected" ]; then
  problem="answered with status $status, not $expected"
elif [ -n "$text" ] && ! grep -qF -e "$text" "$work/body"; then
  problem='the answer does not hold the expected text'
fi
if [ -n "$problem" ]; then
  fact httpHealthy false
  fail 1 "$problem"
fi
echo "Answered with status $status."
fact httpHealthy true
