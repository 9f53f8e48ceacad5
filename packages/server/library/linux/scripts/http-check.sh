#!/bin/sh
# Checks that an address answers over HTTP with the expected status and, if asked for, with a certain text.
# Facts: httpStatus (000 without an answer), httpHealthy (true or false).
# Exit codes: 0 it does, 1 it does not, 2 a parameter is wrong, 3 neither curl nor wget is installed.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

url=${PATCHBAY_URL:-}
expected=${PATCHBAY_EXPECTED_STATUS:-200}
text=${PATCHBAY_EXPECTED_TEXT:-}
limit=${PATCHBAY_TIMEOUT_SECONDS:-10}
verify=${PATCHBAY_VERIFY_CERTIFICATE:-true}
case $url in
  *[[:space:]\"\\]*) fail 2 'PATCHBAY_URL must not hold blanks, quotes or backslashes' ;;
  http://?* | https://?*) ;;
  *) fail 2 'PATCHBAY_URL must begin with http:// or https://' ;;
esac
case $expected in [1-5][0-9][0-9]) ;; *) fail 2 "PATCHBAY_EXPECTED_STATUS must be an HTTP status, not \"$expected\"" ;; esac
case $limit in '' | *[!0-9]*) fail 2 "PATCHBAY_TIMEOUT_SECONDS must be a number of seconds, not \"$limit\"" ;; esac

work=$(mktemp -d) || fail 1 'cannot make a temporary directory'
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The address may hold a password: it is handed over on stdin, since everybody can read command lines.
if command -v curl >/dev/null; then
  request() {
    if [ "$verify" = false ]; then set -- --insecure; fi
    printf 'url = "%s"\n' "$url" | curl --config - --silent --show-error --max-time "$limit" --globoff \
      --output "$work/body" --write-out '%{http_code}' "$@" 2>"$work/errors"
  }
elif command -v wget >/dev/null; then
  request() {
    if [ "$verify" = false ]; then set -- --no-check-certificate; fi
    printf '%s\n' "$url" | wget --input-file=- --timeout="$limit" --tries=1 --max-redirect=0 --server-response \
      --content-on-error --output-document="$work/body" "$@" 2>"$work/errors"
    awk '/^ *HTTP\// { status = $2 } END { printf "%s", status == "" ? "000" : status }' "$work/errors"
  }
else
  fail 3 'neither curl nor wget is installed'
fi

status=$(request)
fact httpStatus "$status"
problem=
if [ "$status" = 000 ]; then
  problem="no answer: $(tail -n 1 "$work/errors")"
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
