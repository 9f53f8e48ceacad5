#!/bin/sh
# Checks that certificates, in files or of servers, are valid for some days yet; changes nothing. Of a file with
# several certificates the first one counts. Whom a certificate is issued by is not checked.
# Facts: certificateDaysLeft (the least of all).
# Exit codes: 0 all are, 1 at least one is not, or cannot be read; 2 a parameter is wrong; 3 openssl is not installed.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

certificates=${PATCHBAY_CERTIFICATES:-}
days=${PATCHBAY_DAYS:-30}
if [ -z "$certificates" ]; then fail 2 'PATCHBAY_CERTIFICATES is missing'; fi
case $days in '' | *[!0-9]*) fail 2 "PATCHBAY_DAYS must be a number of days, not \"$days\"" ;; esac
command -v openssl >/dev/null || fail 3 'openssl is not installed'
if command -v timeout >/dev/null; then limited() { timeout 15 "$@"; }; else limited() { "$@"; }; fi

# The certificate in a file, or the one that a server shows.
read_certificate() {
  case $1 in
    /*) cat -- "$1" ;;
    *) limited openssl s_client -connect "$1" -servername "${1%:*}" </dev/null 2>/dev/null ;;
  esac
}

least=
code=0
set -f
for one in $certificates; do
  case $one in
    /* | [!-]*:[0-9]*) ;;
    *) fail 2 "\"$one\" is neither an absolute path nor of the form host:port" ;;
  esac
  end=$(read_certificate "$one" | openssl x509 -noout -enddate 2>/dev/null)
  end=${end#notAfter=}
  if [ -z "$end" ] || ! seconds=$(date -d "$end" +%s); then
    echo "$one: no certificate can be read" >&2
    code=1
    continue
  fi
  left=$(((seconds - $(date +%s)) / 86400))
  if [ -z "$least" ] || [ "$left" -lt "$least" ]; then least=$left; fi
  if [ "$left" -lt "$days" ]; then
    echo "$one: ends on $end, in $left days" >&2
    code=1
  else
    echo "$one: ends on $end, in $left days"
  fi
done
fact certificateDaysLeft "$least"
exit "$code"
