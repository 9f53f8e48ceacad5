#!/bin/sh
# Keeps the list of installed packages and an archive of configuration files, in a directory named for the time.
# Older backups of this script are removed, except for the number to keep.
# Facts: backupPath.
# Exit codes: 0 the backup is complete, 1 it could not be made, 2 a parameter is wrong.
set -u
umask 077

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

directory=${PATCHBAY_DIRECTORY:-/var/backups/patchbay}
sources=${PATCHBAY_SOURCES:-/etc}
keep=${PATCHBAY_KEEP:-5}
case $directory in /*) ;; *) fail 2 'PATCHBAY_DIRECTORY must be an absolute path' ;; esac
case $keep in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_KEEP must be a number from 1 on, not \"$keep\"" ;; esac

mkdir -p "$directory" || fail 1 "cannot make $directory"
backup=$directory/$(date -u +%Y%m%dT%H%M%SZ)-$$
partial=$backup.partial
mkdir "$partial" || fail 1 "cannot make $partial"
trap 'rm -rf "$partial"' EXIT
trap 'exit 1' HUP INT TERM

if command -v dpkg-query >/dev/null; then
  dpkg --get-selections >"$partial/dpkg-selections.txt" && dpkg-query --show >"$partial/packages.txt"
elif command -v rpm >/dev/null; then
  rpm -qa >"$partial/packages.txt"
else
  echo 'No package database found; the list of packages is left out.' >&2
fi || fail 1 'the list of packages could not be written'

IFS=:
set -f
# shellcheck disable=SC2086 # taken apart at the colons on purpose
set -- $sources
unset IFS
set +f
for source in "$@"; do
  if [ ! -e "$source" ]; then fail 2 "$source does not exist"; fi
done
tar -czf "$partial/files.tar.gz" -C / "$@" 2>"$partial/tar.log"
code=$?
# GNU tar exits with 1 when a file changed while it was read.
if [ "$code" -gt 1 ]; then
  cat "$partial/tar.log" >&2
  fail 1 "the archive could not be written (tar ended with exit code $code)"
fi
mv "$partial" "$backup" || fail 1 "cannot make $backup"
echo "The backup is in $backup:"
ls -l "$backup"
fact backupPath "$backup"

# Names begin with the time, so their order is the order in time.
find "$directory" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*T[0-9]*Z-[0-9]*' ! -name '*.partial' | sort -r |
  tail -n "+$((keep + 1))" | while IFS= read -r old; do
  echo "Removing the older backup $old."
  rm -rf "$old"
done
